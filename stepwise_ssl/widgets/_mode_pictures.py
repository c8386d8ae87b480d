"""Modes as pictures: what a network learned beside what the kernel of its start predicts."""

from __future__ import annotations

from functools import cache

import anywidget
import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import traitlets

from .. import _validate, plots, runs
from ._film import Film, decode, encode
from ._numbers import short
from ._page import page_html, script

RUN = "learned_digits_film"
MODES = 10
ENDS = 8  # pictures of each end that are shown


@cache
def _recorded() -> dict[str, object]:
    return encode(runs.load_run(RUN))


class ModePictures(anywidget.AnyWidget):
    """Made by :func:`mode_pictures`. Its traits follow the controls, the controls follow them.

    Traits:
        film: the recorded run, compressed; fixed.
        mode: of the network, 1 to 10.
        kernel_mode: of the prediction, 1 to 10.
        iteration: one of the 20 that were recorded; another number becomes the nearest of them.
    """

    _esm = script("mode_pictures")
    # ipywidgets 7, which Colab has, would show the live view alone and skip _repr_mimebundle_.
    _ipython_display_ = None

    film = traitlets.Dict().tag(sync=True)
    mode = traitlets.Int(min=1, max=MODES).tag(sync=True)
    kernel_mode = traitlets.Int(min=1, max=MODES).tag(sync=True)
    iteration = traitlets.Int(min=0).tag(sync=True)

    @traitlets.validate("iteration")
    def _recorded_iteration(self, proposal: dict) -> int:
        return _nearest(self.film["steps"], proposal["value"])

    def functions(self) -> tuple[np.ndarray, np.ndarray]:
        """The network's mode and the predicted one on the 120 digits, (120,) each.

        Both have mean 0 and variance 1. The sign of the prediction is that of its correlation with
        the network's mode when the network has just learned this.
        """
        film = self._film()
        j, k = self.mode - 1, self.kernel_mode - 1
        predicted = film.kernel[k]
        sign = -1 if film.network[film.known[j], j] @ predicted < 0 else 1
        return film.network[self._moment(), j], sign * predicted

    def squared_correlations(self) -> np.ndarray:
        """Of the network's mode, at this iteration, with all ten predicted ones, (10,)."""
        film = self._film()
        products = film.kernel @ film.network[self._moment(), self.mode - 1]
        return (products / len(film.labels)) ** 2

    def ends(self) -> tuple[np.ndarray, ...]:
        """Which pictures are shown, (8,) each, the outermost first.

        Highest and lowest values of the network's mode, then highest and lowest of the prediction.
        """
        values = [sign * function for function in self.functions() for sign in (-1, 1)]
        return tuple(np.argsort(v, kind="stable")[:ENDS] for v in values)

    def _film(self) -> Film:
        return decode(self.film)

    def _moment(self) -> int:
        return self.film["steps"].index(self.iteration)

    def __repr__(self) -> str:
        return f"Modes as pictures. {self._words()}"

    def _words(self) -> str:
        """The sentence under the live figure."""
        film = self._film()
        j, k = self.mode - 1, self.kernel_mode - 1
        eigenvalue, step = film.eigenvalues[self._moment(), j], film.crossings[j]
        when = "was" if step <= self.iteration else "will be"
        squared = self.squared_correlations()
        nearest = int(squared.argmax())
        own = f"by chance {1 / (len(film.labels) - 1):.3f}"
        best = f"by chance the largest of ten is {film.largest:.3f}"
        if nearest == k:
            compared = f"{squared[k]:.3f}, the largest of the kernel's ten ({own}; {best})"
        else:
            compared = (
                f"{squared[k]:.3f} ({own}). The kernel's mode {nearest + 1} is nearest, with "
                f"{squared[nearest]:.3f} ({best})"
            )
        return (
            f"Iteration {self.iteration}: mode {self.mode} of the network has the eigenvalue "
            f"{short(eigenvalue)}, its step {when} at iteration {step:.1f}. Its squared "
            f"correlation with the kernel's mode {self.kernel_mode} is {compared}."
        )

    def _repr_mimebundle_(self, **kwargs: object) -> tuple[dict, dict]:
        bundle, metadata = super()._repr_mimebundle_(**kwargs)
        state = {name: getattr(self, name) for name in STATE}
        bundle["text/html"] = page_html("mode_pictures", state, *self._picture())
        return bundle, metadata

    def _picture(self) -> tuple[mpl.figure.Figure, str]:
        """The explorer as a still figure, and what one sees in it."""
        film, ends = self._film(), self.ends()
        titles = (f"network, mode {self.mode}", f"kernel, mode {self.kernel_mode}")
        with mpl.rc_context():
            plots.set_style()
            figure = plt.figure(figsize=(7.2, 4.6))
            above, below = figure.subfigures(2, 1, height_ratios=[2, 3])
            for half, title, two in zip(
                above.subfigures(1, 2), titles, (ends[:2], ends[2:]), strict=True
            ):
                axes = half.subplots(2, ENDS)
                half.suptitle(title, fontsize=13)
                for row, shown in zip(axes, two, strict=True):
                    for axis, i in zip(row, shown, strict=True):
                        axis.imshow(film.pictures[i], "gray_r", interpolation="bilinear")
                        axis.set(xticks=[], yticks=[])
                        axis.spines[:].set_color(plots.GUIDE)
                for axis, end in zip(axes[:, 0], ("high", "low"), strict=True):
                    axis.set_ylabel(end, fontsize=12)
            curves, bars = below.subplots(1, 2)
            self._draw_eigenvalues(curves)
            self._draw_correlations(bars)
        plt.close(figure)
        return figure, self._alt(film, ends)

    def _draw_eigenvalues(self, axes: mpl.axes.Axes) -> None:
        film, j = self._film(), self.mode - 1
        color = plots.mode_colors(MODES)[j]
        axes.plot(film.steps, np.delete(film.eigenvalues, j, 1), color=plots.GUIDE, linewidth=1)
        axes.plot(film.steps, film.eigenvalues[:, j], "o-", color=color, markersize=4)
        axes.axvline(film.crossings[j], color=color, linewidth=1)
        axes.axvline(self.iteration, color=plots.INK, linewidth=1.5)
        axes.set_xscale("symlog", linthresh=self.film["scale"])
        axes.set(xlim=(0, film.steps[-1]), ylim=(0, None), xlabel="iteration", ylabel="eigenvalue")

    def _draw_correlations(self, axes: mpl.axes.Axes) -> None:
        numbers = np.arange(1, MODES + 1)
        colors = [plots.SERIES[0] if n == self.kernel_mode else plots.GREY for n in numbers]
        axes.bar(numbers, self.squared_correlations(), color=colors)
        axes.axhline(self._film().largest, color=plots.INK, linestyle="--", linewidth=1)
        axes.set(ylim=(0, TOP), xticks=numbers, xlabel="kernel's mode (dashed: by chance)")
        axes.set_ylabel("squared correlation")

    def _alt(self, film: Film, ends: tuple[np.ndarray, ...]) -> str:
        names = ("highest in the network", "lowest", "highest in the prediction", "lowest")
        digits = "; ".join(
            f"{name}: {', '.join(map(str, film.labels[shown]))}"
            for name, shown in zip(names, ends, strict=True)
        )
        return (
            f"Digits at both ends of a mode, {digits}. Below, the eigenvalues over iterations, and "
            f"squared correlations with the kernel's ten modes. {self._words()}"
        )


STATE = ("film", "mode", "kernel_mode", "iteration")
TOP = 0.7  # of the squared correlations' scale


def mode_pictures(
    mode: int = 1, *, kernel_mode: int | None = None, iteration: float | None = None
) -> ModePictures:
    """Which pictures stand at the ends of a mode, at 20 moments of a training.

    A mode is a direction of the embedding, in the order in which Barlow Twins learned them on
    digits (:func:`stepwise_ssl.spectra.learned_directions`); its function is the embedding of 120
    whole digits along it. Beside it stand the functions which the kernel of the untrained network's
    features predicts (chapter 9), the squared correlations of the two, and the eigenvalues of the
    embedding.

    The arguments are where the controls start.

    Args:
        mode: of the network, 1 to 10.
        kernel_mode: of the prediction, 1 to 10; by default the same number.
        iteration: 0 to 1000, the nearest that was recorded is shown; by default the one at which
            the mode has just been learned.

    Raises:
        TypeError: a mode that is no integer, or an iteration that is no number.
        ValueError: a value outside what is said above.
    """
    film = _recorded()
    mode = _validate.integer("mode", mode, 1, MODES)
    if kernel_mode is None:
        kernel_mode = mode
    place = film["steps"][film["known"][mode - 1]] if iteration is None else iteration
    place = _validate.between("iteration", place, 0, film["steps"][-1])
    return ModePictures(
        film=film,
        mode=mode,
        kernel_mode=_validate.integer("kernel_mode", kernel_mode, 1, MODES),
        iteration=_nearest(film["steps"], place),
    )


def _nearest(steps: list[int], iteration: float) -> int:
    return min(steps, key=lambda step: abs(step - iteration))
