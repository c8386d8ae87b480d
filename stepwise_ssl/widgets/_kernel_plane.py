"""The kernel plane: SSL and plain kernel PCA on pairs of points, under sliders."""

from __future__ import annotations

import warnings

import anywidget
import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import traitlets

from .. import _validate, kernels, linear, plots
from ._page import page_html, script

PAIRS = 24
NAMES = {"rbf": "Gaussian", "laplace": "Laplace", "linear": "linear"}
METHODS = {"ssl": "SSL", "pca": "kernel PCA"}
BANDWIDTHS = (0.2, 4.0)
FARTHEST = 2.5  # far enough for the linear kernel's mode along the arcs to have γ < 0
HALF = (3.6, 1.6)  # half the width and height of what is shown of the plane
ROUNDING = 1e-13  # eigenvalues below this share of the largest are zero
COLOURS = mpl.colors.LinearSegmentedColormap.from_list("plane", ["#5789e5", "#ffffff", "#e88833"])


class KernelPlane(anywidget.AnyWidget):
    """Made by :func:`kernel_plane`. Its traits follow the controls, and the controls follow them.

    Traits:
        centres: the middle of each pair, (24, 2); fixed.
        lengths: distance of the two views of each pair at augmentation 1, (24,), mean 1; fixed.
        kernel: "rbf", "laplace" or "linear".
        bandwidth: b of the first two, 0.2 to 4.
        augmentation: a, the mean distance of the two views of a pair, 0 to 2.5.
        method: whose mode the plane shows, "ssl" or "pca".
        mode: j, 1 to 48.
    """

    _esm = script("kernel_plane")
    # ipywidgets 7, which Colab has, would show the live view alone and skip _repr_mimebundle_.
    _ipython_display_ = None

    centres = traitlets.List().tag(sync=True)
    lengths = traitlets.List().tag(sync=True)
    kernel = traitlets.Enum(list(NAMES)).tag(sync=True)
    bandwidth = traitlets.Float(min=BANDWIDTHS[0], max=BANDWIDTHS[1]).tag(sync=True)
    augmentation = traitlets.Float(min=0, max=FARTHEST).tag(sync=True)
    method = traitlets.Enum(list(METHODS)).tag(sync=True)
    mode = traitlets.Int(min=1, max=2 * PAIRS).tag(sync=True)

    def views(self) -> tuple[np.ndarray, np.ndarray]:
        """First and second views of the pairs as the controls place them now, (24, 2) each."""
        shift = np.outer(self.lengths, (self.augmentation / 2, 0))
        return self.centres + shift, self.centres - shift

    def kernel_function(self, x1: np.ndarray, x2: np.ndarray) -> np.ndarray:
        """The kernel that the controls choose now, (n1, n2); ``ContrastiveKernelPCA`` takes it."""
        if self.kernel == "linear":
            return x1 @ x2.T
        return getattr(kernels, self.kernel)(x1, x2, self.bandwidth)

    def spectra(self) -> tuple[np.ndarray, np.ndarray]:
        """γ, the eigenvalues of K_Γ, and those of K̃/2n; (48,) each, descending."""
        x = np.vstack(self.views())
        K = self.kernel_function(x, x)
        both = kernels.contrastive_kernel(K), K / len(K)
        gamma, kappa = (np.linalg.eigvalsh(matrix)[::-1] for matrix in both)
        return _without_rounding(gamma), _without_rounding(kappa)

    def function(self, points: np.ndarray) -> np.ndarray:
        """The chosen mode at points (p, 2): f_j of SSL, 0 where γ_j ≤ 0, or kernel PCA's; (p,).

        The latter is k(x)ᵀq/√κ for an eigenvector q and eigenvalue κ of K̃, not centred.
        """
        views = self.views()
        if self.method == "ssl":
            pca = kernels.ContrastiveKernelPCA(self.mode, self.kernel_function)
            with warnings.catch_warnings(action="ignore"):  # the caption says it: never learned
                return pca.fit(*views).transform(points)[:, -1]
        x = np.vstack(views)
        kappa, vectors = np.linalg.eigh(self.kernel_function(x, x))
        size = _without_rounding(kappa)[-self.mode]
        if size == 0:
            return np.zeros(len(points))
        return self.kernel_function(points, x) @ vectors[:, -self.mode] / np.sqrt(size)

    def __repr__(self) -> str:
        return (
            f"Kernel plane: {NAMES[self.kernel]} kernel, a = {self.augmentation:g}, {self._words()}"
        )

    def _words(self) -> str:
        gamma, kappa = (spectrum[self.mode - 1] for spectrum in self.spectra())
        if self.method == "pca":
            return f"kernel PCA mode {self.mode}, mean square {kappa:.3g}"
        step = linear.step_times([gamma], [1e-6])[0]
        when = f"step at t = {step:.3g} from s(0) = 10⁻⁶" if np.isfinite(step) else "no step"
        return f"SSL mode {self.mode}, γ = {gamma:.3g}, {when}"

    def _repr_mimebundle_(self, **kwargs: object) -> tuple[dict, dict]:
        data, metadata = super()._repr_mimebundle_(**kwargs)
        state = {name: getattr(self, name) for name in STATE}
        data["text/html"] = page_html("kernel_plane", state, *self._picture())
        return data, metadata

    def _picture(self) -> tuple[mpl.figure.Figure, str]:
        """The plane as a still figure, and what one sees in it."""
        with mpl.rc_context():
            plots.set_style()
            figure, axes = plt.subplot_mosaic(
                [["plane", "plane"], ["ssl", "pca"]], height_ratios=[2, 1], figsize=(6.4, 5)
            )
            self._draw_plane(axes["plane"])
            axes["pca"].sharey(axes["ssl"])
            for method, spectrum in zip(METHODS, self.spectra(), strict=True):
                chosen = self.mode if method == self.method else None
                _draw_spectrum(axes[method], spectrum, METHODS[method], chosen)
        plt.close(figure)
        alt = (
            f"{PAIRS} pairs of points on two arcs, one above the other; the two views of a pair "
            f"lie {self.augmentation:g} apart along the arcs. Colours show {self._words()}, "
            f"{NAMES[self.kernel]} kernel. Below, the eigenvalues {self._ranges()}."
        )
        return figure, alt

    def _ranges(self) -> str:
        """How far the spectra reach; how many γ are positive is the question of exercise 4.5."""
        gamma, kappa = self.spectra()
        return (
            f"of SSL, from {gamma[0]:.3g} down to {gamma[-1]:.3g}, and of kernel PCA, the largest "
            f"{kappa[0]:.3g} and none below zero"
        )

    def _draw_plane(self, axes: mpl.axes.Axes) -> None:
        x, y = (np.linspace(-half, half, 80) for half in HALF)
        grid = np.stack(np.meshgrid(x, y), axis=-1)
        values = self.function(grid.reshape(-1, 2)).reshape(80, 80)
        x1, x2 = self.views()
        at_views = self.function(np.vstack([x1, x2]))
        largest = np.abs(at_views).max() or 1.0
        levels = np.linspace(-1, 1, 10)
        axes.contourf(x, y, (values / largest).clip(-1, 1), levels, cmap=COLOURS)
        axes.plot([x1[:, 0], x2[:, 0]], [x1[:, 1], x2[:, 1]], color=plots.INK, linewidth=1)
        colours = np.where(at_views > 0, plots.INK, "white")
        axes.scatter(*np.vstack([x1, x2]).T, s=22, c=colours, edgecolors=plots.INK, zorder=3)
        axes.set(aspect="equal", xticks=[], yticks=[], title=self._words())


STATE = ("centres", "lengths", "kernel", "bandwidth", "augmentation", "method", "mode")


def kernel_plane(
    kernel: str = "rbf",
    *,
    bandwidth: float = 1.2,
    augmentation: float = 1.5,
    method: str = "ssl",
    mode: int = 2,
) -> KernelPlane:
    """SSL and plain kernel PCA on 24 pairs of points: what each learns first, and what it skips.

    The points lie on two arcs, and the two views of a pair differ along the arcs, the direction in
    which the points vary most. Kernel PCA orders functions by their mean square over the views. The
    contrastive kernel orders them by γ, mean square × agreement of the two views (chapter 4). All
    of it is computed in the browser, with the same formulas as :mod:`stepwise_ssl.kernels`.

    The arguments are where the controls start.

    Args:
        kernel: "rbf", "laplace" or "linear".
        bandwidth: b of the first two, 0.2 to 4.
        augmentation: a, the mean distance of the two views of a pair, 0 to 2.5.
        method: whose mode the plane shows, "ssl" or "pca".
        mode: j, 1 to 48, in descending order of eigenvalues.

    Raises:
        TypeError: an argument of another type.
        ValueError: a value outside what is said above.
    """
    rng = np.random.default_rng(0)
    along = np.linspace(-1, 1, PAIRS // 2)
    arc = np.column_stack([1.8 * along, 0.9 - 0.3 * along**2])
    centres = np.vstack([arc, -arc]) + rng.normal(0, 0.1, (PAIRS, 2))
    lengths = rng.uniform(0.8, 1.2, PAIRS)
    return KernelPlane(
        centres=(centres - centres.mean(0)).round(3).tolist(),
        lengths=(lengths / lengths.mean()).tolist(),
        kernel=_validate.choice("kernel", kernel, NAMES),
        bandwidth=_validate.between("bandwidth", bandwidth, *BANDWIDTHS),
        augmentation=_validate.between("augmentation", augmentation, 0, FARTHEST),
        method=_validate.choice("method", method, METHODS),
        mode=_validate.integer("mode", mode, 1, 2 * PAIRS, "the number of views"),
    )


def _without_rounding(eigenvalues: np.ndarray) -> np.ndarray:
    return np.where(np.abs(eigenvalues) > ROUNDING * np.abs(eigenvalues).max(), eigenvalues, 0)


def _draw_spectrum(
    axes: mpl.axes.Axes, spectrum: np.ndarray, name: str, chosen: int | None
) -> None:
    modes = range(1, len(spectrum) + 1)
    axes.bar(modes, spectrum, color=[plots.SERIES[0] if j == chosen else plots.GREY for j in modes])
    axes.axhline(0, color=plots.INK, linewidth=0.8)
    axes.set(title=name, xlabel="mode j", ylabel="eigenvalue")
