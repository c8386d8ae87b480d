"""Eigenvalues in their order."""

from __future__ import annotations

import math
from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike

from .. import _validate
from ._inputs import drawable
from ._notebook import NotebookFigure
from ._style import GREY, MARKERS, SERIES, mode_colors

# Eigenvalues below this share of the largest are rounding, and a log axis has no place for zero.
_ROUNDING = 1e-12


def spectrum(eigenvalues: ArrayLike | Mapping[str, ArrayLike], *, ax: Axes | None = None) -> Axes:
    """Eigenvalues in their order on a logarithmic axis, one spectrum or several.

    Negative eigenvalues stand at their absolute value as empty markers. What is below 1e-12 of
    the largest is rounding and stands on the lower edge as a triangle.

    Args:
        eigenvalues: (d,), or a mapping from a name to such an array; names label the curves.
        ax: where to draw; a new figure if left out.

    Returns:
        The axes.

    Raises:
        TypeError: an array that does not hold real numbers, or ``ax`` that is no Axes.
        ValueError: not of shape (d,), nan or inf, numbers beyond 1e100 that no axis has room for,
            or an empty mapping.
    """
    several = isinstance(eigenvalues, Mapping)
    if several and not eigenvalues:
        raise ValueError("eigenvalues is an empty mapping; it must hold at least one spectrum.")
    series = {
        name: _validate.vector(f"eigenvalues[{name!r}]" if several else "eigenvalues", values, "d")
        for name, values in (eigenvalues if several else {"": eigenvalues}).items()
    }
    for name, values in series.items():
        drawable(f"eigenvalues[{name!r}]" if several else "eigenvalues", values)
    if ax is not None and not isinstance(ax, Axes):
        raise TypeError(f"ax is {_validate.kind(ax)}; it must be Axes of Matplotlib, or None.")
    if ax is None:
        ax = plt.subplots(layout="constrained", FigureClass=NotebookFigure)[1]

    sizes = np.abs(np.concatenate(list(series.values())))
    largest = sizes.max() or 1.0
    zero_below = _ROUNDING * largest
    edge = sizes[sizes > zero_below].min(initial=largest) / 3
    for k, values in enumerate(series.values()):
        line = SERIES[k % len(SERIES)] if several else GREY
        colors = np.array([line] * len(values) if several else mode_colors(len(values)))
        marker = MARKERS[k % len(MARKERS)]
        _draw_spectrum(ax, values, np.abs(values) <= zero_below, edge, line, colors, marker)
    ax.set_yscale("log")
    # More than a decade, so that a flat spectrum looks flat.
    ax.update_datalim([(1, largest / 20)])
    ax.autoscale_view()
    ax.set_xlabel("index $j$")
    ax.set_ylabel("eigenvalue $\\lambda_j$")
    ax.xaxis.set_major_locator(MaxNLocator(12, integer=True, steps=[1, 2, 5, 10]))
    if (sizes <= zero_below).any():
        ax.scatter([], [], s=30, marker="v", color=GREY, label="zero up to rounding")
    if any((values < -zero_below).any() for values in series.values()):
        ax.scatter(
            [], [], s=30, facecolors="white", edgecolors=GREY, label="negative: $|\\lambda_j|$"
        )
    if ax.get_legend_handles_labels()[0]:
        ax.legend(loc="best", handletextpad=0.1)
    if several:
        _label_ends(ax, {n: (len(v), max(abs(v[-1]), edge)) for n, v in series.items()})
    return ax


def _draw_spectrum(
    ax: Axes,
    values: np.ndarray,
    zero: np.ndarray,
    edge: float,
    line: str,
    colors: np.ndarray,
    marker: str,
) -> None:
    """One spectrum: a thin line a sign, filled, empty or triangular markers over it."""
    index = np.arange(1, len(values) + 1)
    height = np.where(zero, edge, np.abs(values))
    negative = (values < 0) & ~zero
    for part in (~negative, negative):
        ax.plot(index[part], height[part], color=line, linewidth=1.4, zorder=1)
    for part, shape, fill in (
        (~negative & ~zero, marker, colors),
        (negative, marker, np.full(len(values), "white")),
        (zero, "v", colors),
    ):
        style = {"s": 30, "marker": shape, "zorder": 2, "clip_on": False}
        ax.scatter(index[part], height[part], c=fill[part], edgecolors=colors[part], **style)


def _label_ends(ax: Axes, ends: dict[str, tuple[int, float]]) -> None:
    """The name of each curve beside its last point, moved up where two would overlap."""
    lowest = -math.inf
    for k, (name, end) in sorted(enumerate(ends.items()), key=lambda item: item[1][1][1]):
        x, y = (ax.transScale + ax.transLimits).transform(end)
        lowest = y = max(y, lowest + 0.07)
        ax.annotate(
            name,
            (x, y),
            xycoords="axes fraction",
            xytext=(9, 0),
            textcoords="offset points",
            va="center",
            color=SERIES[k % len(SERIES)],
        )
