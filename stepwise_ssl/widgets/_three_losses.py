"""Three losses from one start: what each learns first, by its growth operator alone."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import anywidget
import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import traitlets

from .. import _validate, data, linear, plots, spectra, views
from ._page import page_html, script

DIMENSIONS = 5  # d, and the number of modes shown
DIRECTIONS = 12  # of most variance; all matrices are restricted to them
LOSSES = ("Barlow Twins", "SimCLR", "VICReg")
# Where each slider ends.
LIMITS = {
    "alpha": (1e-12, 1e-2),
    "temperature": (0.05, 2.0),
    "invariance": (0.0, 3000.0),
    "variance": (1.0, 100.0),
    "eps": (1e-6, 1e-1),
}


class Growth(NamedTuple):
    """The modes of one loss near zero, (5,) each, and the direction of the first, (12,)."""

    rates: np.ndarray
    times: np.ndarray
    first: np.ndarray
    like_sigma: float
    like_gamma: float


@cache
def _digits() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Σ's 12 largest eigenvalues, Γ in the basis of their vectors, and the vectors as rows."""
    x1, x2 = views.make_pairs(data.load_images("digits"), seed=0)
    both = np.vstack([x1, x2])
    sigma, basis = linear.modes(both.T @ both / len(both), DIRECTIONS)
    return sigma, basis.T @ linear.cross_moment(x1, x2) @ basis, basis.T


class ThreeLosses(anywidget.AnyWidget):
    """Made by :func:`three_losses`. Its traits follow the sliders, and the sliders follow them.

    Traits:
        sigma, gamma, basis: the data, see :func:`three_losses`; fixed.
        alpha: s_j(0) of every mode of every loss.
        temperature: of SimCLR with dot products.
        invariance, variance, eps: ν, μ and ε of VICReg.
    """

    _esm = script("three_losses")
    # ipywidgets 7, which Colab has, would show the live view alone and skip _repr_mimebundle_.
    _ipython_display_ = None

    sigma = traitlets.List(traitlets.Float()).tag(sync=True)
    gamma = traitlets.List(traitlets.List(traitlets.Float())).tag(sync=True)
    basis = traitlets.List(traitlets.List(traitlets.Float())).tag(sync=True)
    alpha = traitlets.Float().tag(sync=True)
    temperature = traitlets.Float().tag(sync=True)
    invariance = traitlets.Float().tag(sync=True)
    variance = traitlets.Float().tag(sync=True)
    eps = traitlets.Float().tag(sync=True)

    @traitlets.validate(*LIMITS)
    def _within_the_slider(self, proposal: dict) -> float:
        name = proposal["trait"].name
        return _validate.between(name, proposal["value"], *LIMITS[name])

    def growth(self) -> dict[str, Growth]:
        """What each loss does near zero.

        From the growth operators of chapter 6, those for many pairs. Rates are those of λ. Time
        counts from s_j(0) = alpha to where the expansion ends: the plateau for Barlow Twins and
        SimCLR, a variance of ε for VICReg. It is inf for a mode that does not grow and 0 for one
        that starts beyond.
        """
        Sigma, Gamma = np.diag(self.sigma), np.array(self.gamma)
        force, pull = self.variance / np.sqrt(self.eps), 4 * self.invariance
        operators = (
            4 * Gamma,
            2 * Gamma / self.temperature,
            ((force - pull) * Sigma + pull * Gamma) / DIMENSIONS,
        )
        tops = np.eye(DIRECTIONS)[:, :3], linear.modes(Gamma, 3)[1]
        found = {}
        for name, operator in zip(LOSSES, operators, strict=True):
            kappa, V = linear.modes(operator, DIMENSIONS)
            spread, shared = np.sum(V * (Sigma @ V), axis=0), np.sum(V * (Gamma @ V), axis=0)
            size, end = {
                "Barlow Twins": (shared, np.ones(DIMENSIONS)),
                "SimCLR": (shared, self.temperature * (shared / spread) ** 2),
                "VICReg": (spread, np.full(DIMENSIONS, self.eps)),
            }[name]
            rates = 2 * kappa
            with np.errstate(divide="ignore", invalid="ignore"):
                times = np.log(end / (size * self.alpha**2)) / rates
            times = np.where(rates > 0, np.maximum(times, 0), np.inf)
            alignment = [spectra.subspace_alignment(V[:, :3], top) for top in tops]
            found[name] = Growth(rates, times, V[:, 0], *alignment)
        return found

    def __repr__(self) -> str:
        return f"Three losses from one start: {self._words()}"

    def _words(self) -> str:
        growth = self.growth()
        firsts = ", ".join(f"{name} {_time(growth[name].times[0])}" for name in LOSSES)
        vicreg = growth["VICReg"]
        return (
            f"first mode grown: {firsts}. VICReg's first three directions: "
            f"alignment {vicreg.like_sigma:.2f} with Σ, {vicreg.like_gamma:.2f} with Γ."
        )

    def _repr_mimebundle_(self, **kwargs: object) -> tuple[dict, dict]:
        data_, metadata = super()._repr_mimebundle_(**kwargs)
        state = {name: getattr(self, name) for name in ("sigma", "gamma", "basis", *LIMITS)}
        data_["text/html"] = page_html("three_losses", state, *self._picture())
        return data_, metadata

    def _picture(self) -> tuple[mpl.figure.Figure, str]:
        """The times as a still figure, and what one sees in it."""
        with mpl.rc_context():
            plots.set_style()
            figure, axis = plt.subplots(figsize=(7.0, 2.6))
            for row, (name, growth) in enumerate(self.growth().items()):
                known = DIMENSIONS if name != "VICReg" else 1
                for mode, time in enumerate(growth.times):
                    if not 0 < time < np.inf:
                        continue
                    fill = plots.SERIES[0] if mode < known else "white"
                    axis.plot(time, row, "o", color=plots.SERIES[0], markerfacecolor=fill)
                    axis.annotate(
                        str(mode + 1), (time, row), (0, 7), textcoords="offset points", ha="center"
                    )
            axis.set(xscale="log", xlabel="time $t$", ylim=(2.6, -0.6))
            axis.set_yticks(range(3), LOSSES)
        plt.close(figure)
        words = self._words()
        alt = (
            "Three rows over one logarithmic time axis, a mark for each of five modes, hollow "
            f"where only near-zero theory says so. {words[0].upper()}{words[1:]}"
        )
        return figure, alt


def three_losses(
    *,
    alpha: float = 1e-6,
    temperature: float = 1.0,
    invariance: float = 25.0,
    variance: float = 25.0,
    eps: float = 1e-4,
) -> ThreeLosses:
    """What Barlow Twins, SimCLR and VICReg learn first from one small start, side by side.

    Computed in the browser from the growth operators of chapter 6, for digits: Γ and Σ of all
    training pairs in the 12 directions of most variance, d = 5, s_j(0) = alpha for every mode.

    The arguments are where the sliders start.

    Args:
        alpha: size of the start, 1e-12 to 0.01.
        temperature: of SimCLR with dot products, 0.05 to 2.
        invariance: ν of VICReg, 0 to 3000.
        variance: μ of VICReg, 1 to 100.
        eps: ε of VICReg, 1e-6 to 0.1.

    Raises:
        TypeError: an argument that is no number.
        ValueError: a value outside what is said above.
    """
    sigma, gamma, basis = _digits()
    start = {
        "alpha": alpha,
        "temperature": temperature,
        "invariance": invariance,
        "variance": variance,
        "eps": eps,
    }
    return ThreeLosses(
        sigma=sigma.tolist(),
        gamma=gamma.tolist(),
        basis=basis.round(3).tolist(),  # for pictures only
        **{name: _validate.between(name, value, *LIMITS[name]) for name, value in start.items()},
    )


def _time(t: float) -> str:
    """As the sentence under the live figure says it, three digits."""
    if np.isinf(t):
        return "never"
    return "at once" if t == 0 else f"t = {float(f'{t:.3g}'):g}"
