"""The figures of the course, in one style, and the table that stands under them.

White background and dark ink, so that a page in dark mode can invert a figure and keep its hues.
Modes are coloured in the order of viridis, cut before the yellow that vanishes on white.
Importing this module changes nothing in Matplotlib; :func:`set_style` does.
"""

from __future__ import annotations

import html
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike

__all__ = [
    "Comparison",
    "compare",
    "image_pairs",
    "mode_colors",
    "set_style",
    "spectrum",
    "staircase",
]

INK = "#1a1a1a"
GREY = "#8a8a8a"
GUIDE = "#dcdcdc"
# Okabe and Ito's colours in an order whose neighbours also differ in lightness.
SERIES = ("#0072B2", "#D55E00", "#009E73", "#7A3B8F", "#56B4E9", "#1a1a1a")
MARKERS = "osD^vP"
# Eigenvalues below this share of the largest are rounding, and a log axis has no place for zero.
ROUNDING = 1e-12

STYLE = {
    "figure.figsize": (7.0, 4.2),
    "figure.dpi": 110,
    "savefig.dpi": 110,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "axes.facecolor": "white",
    "figure.constrained_layout.use": True,
    "font.size": 12,
    "axes.labelsize": 12,
    "axes.titlesize": 12.5,
    "axes.titlelocation": "left",
    "xtick.labelsize": 11,
    "ytick.labelsize": 11,
    "legend.fontsize": 11,
    "legend.frameon": False,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": False,
    "grid.color": GUIDE,
    "lines.linewidth": 2.0,
    "lines.markersize": 6,
    "axes.prop_cycle": cycler(color=SERIES),
    "image.cmap": "viridis",
}


def set_style() -> None:
    """Give every later figure the look of the course, by changing ``matplotlib.rcParams`` only."""
    mpl.rcParams.update(STYLE)


def mode_colors(d: int) -> list[str]:
    """Colours of modes 1 to d as hex strings: viridis from dark violet to green.

    Raises:
        TypeError: ``d`` is no integer.
        ValueError: ``d`` < 1.
    """
    if isinstance(d, bool) or not isinstance(d, int | np.integer):
        raise TypeError(f"d is {d!r}; it must be an integer, the number of modes.")
    if d < 1:
        raise ValueError(f"d is {d}; it must be at least 1.")
    return [mpl.colors.to_hex(mpl.colormaps["viridis"](x)) for x in np.linspace(0, 0.75, d)]


class _NotebookFigure(Figure):
    """A figure that a notebook draws once, also when it is the value of a cell's last line.

    Matplotlib's notebook backend draws every open figure at the end of a cell, and IPython draws
    the value of the last line: one call, two pictures. Taking the figure off pyplot's list before
    it is displayed leaves one, at the place where it is displayed.
    """

    def _ipython_display_(self) -> None:
        plt.close(self)
        raise NotImplementedError  # IPython then formats the figure in its usual way


def staircase(
    t: ArrayLike,
    eigenvalues: ArrayLike,
    loss: ArrayLike,
    *,
    theory_t: ArrayLike | None = None,
    theory_eigenvalues: ArrayLike | None = None,
    theory_loss: ArrayLike | None = None,
    step_times: ArrayLike | None = None,
    title: str | None = None,
) -> Figure:
    """The staircase: loss above, embedding eigenvalues below, over one logarithmic time axis.

    What was measured is solid, theory is dashed and lies over it. Grey lines in the loss mark the
    integers. A thin line marks each step time, with the number of its mode on top. Points at
    t ≤ 0 have no place on a logarithmic axis and are left out.

    Args:
        t: times of the measured curves, (T,), increasing; learning rate × steps.
        eigenvalues: measured eigenvalues λ_j, (T, d), column j is mode j + 1.
        loss: measured loss, (T,).
        theory_t: times of the theory's curves, (S,); ``t`` if left out.
        theory_eigenvalues: λ_j of the theory, (S, d).
        theory_loss: loss of the theory, (S,).
        step_times: when each mode steps, (d,). inf or nan (never), and times outside the axis,
            get no mark.
        title: a line above the figure.

    Returns:
        The figure; ``figure.axes`` is (loss, eigenvalues).

    Raises:
        TypeError: an array that does not hold real numbers.
        ValueError: a shape that does not fit the others, nan or inf in a curve, times that do not
            increase, fewer than two of them positive, or ``theory_t`` with no curve to draw.
    """
    t = _times("t", t)
    eigenvalues = _array("eigenvalues", eigenvalues, (len(t), None), "(T, d), T as in t")
    loss = _array("loss", loss, (len(t),), "(T,), as t")
    d = eigenvalues.shape[1]
    if theory_t is None:
        theory_t = t
    elif theory_eigenvalues is None and theory_loss is None:
        raise ValueError("theory_t is given without theory_eigenvalues or theory_loss.")
    theory_t = _times("theory_t", theory_t)
    if theory_eigenvalues is not None:
        theory_eigenvalues = _array(
            "theory_eigenvalues", theory_eigenvalues, (len(theory_t), d), "(S, d), S as in theory_t"
        )
    if theory_loss is not None:
        theory_loss = _array("theory_loss", theory_loss, (len(theory_t),), "(S,), as theory_t")
    if step_times is not None:
        step_times = _array("step_times", step_times, (d,), "(d,), one a mode", finite=False)

    figure, (top, bottom) = plt.subplots(
        2, 1, sharex=True, figsize=(7.0, 5.4), layout="constrained", FigureClass=_NotebookFigure
    )
    colors = mode_colors(d)
    seen, theory_seen = t > 0, theory_t > 0

    for level in range(math.ceil(loss.max()) + 1):
        top.axhline(level, color=GUIDE, linewidth=0.8, zorder=0)
    top.plot(t[seen], loss[seen], color=GREY, linewidth=3.2, label="measured")
    if theory_loss is not None:
        top.plot(theory_t[theory_seen], theory_loss[theory_seen], **_THEORY, label="theory")
        top.legend(loc="upper right", handlelength=2.2, borderaxespad=0.1)
    top.set_ylabel("loss")
    top.yaxis.set_major_locator(MaxNLocator(6, integer=True))

    for level in (0, 1):
        bottom.axhline(level, color=GUIDE, linewidth=0.8, zorder=0)
    for mode in range(d):
        bottom.plot(t[seen], eigenvalues[seen, mode], color=colors[mode], linewidth=3.2)
    if theory_eigenvalues is not None:
        bottom.plot(theory_t[theory_seen], theory_eigenvalues[theory_seen], **_THEORY)
    bottom.set_ylabel("eigenvalue $\\lambda_j$")
    bottom.set_xlabel("time $t$ = learning rate × steps")
    bottom.set_xscale("log")
    bottom.set_xlim(t[seen][0], t[-1])

    if step_times is not None:
        _mark_steps(top, bottom, step_times, colors)
    if title:
        figure.suptitle(title, x=0.01, ha="left", fontsize=mpl.rcParams["axes.titlesize"])
    return figure


_THEORY = {"color": INK, "linewidth": 1.3, "linestyle": (0, (4, 2.5)), "zorder": 3}


def _mark_steps(top: Axes, bottom: Axes, step_times: np.ndarray, colors: list[str]) -> None:
    """A thin line at each step time through both panels; its mode's number above the first."""
    first, last = bottom.get_xlim()
    ends = {}  # row of numbers -> where its last one stands, in shares of the axis
    for mode in np.argsort(step_times):
        time = step_times[mode]
        if not first <= time <= last:  # nan and inf included
            continue
        for panel in (top, bottom):
            panel.axvline(time, color=colors[mode], linewidth=0.9, alpha=0.8, zorder=1)
        place = math.log(time / first) / math.log(last / first)
        row = next(r for r in range(len(ends) + 1) if place - ends.get(r, -1) > 0.035)
        ends[row] = place
        top.annotate(
            str(mode + 1),
            (place, 1),
            xycoords="axes fraction",
            xytext=(0, 2 + 12 * row),
            textcoords="offset points",
            ha="center",
            va="bottom",
            fontsize=11,
        )
    if ends:
        top.annotate(
            "mode",
            (0, 1),
            xycoords="axes fraction",
            xytext=(0, 2),
            textcoords="offset points",
            va="bottom",
            fontsize=11,
        )


def spectrum(
    eigenvalues: ArrayLike | Mapping[str, ArrayLike], *, ax: Axes | None = None
) -> Axes:
    """Eigenvalues in their order on a logarithmic axis, one spectrum or several.

    Negative eigenvalues stand at their absolute value as empty markers. What is below 1e-12 of
    the largest is rounding and stands on the lower edge as a triangle.

    Args:
        eigenvalues: (d,), or a mapping from a name to such an array; names label the curves.
        ax: where to draw; a new figure if left out.

    Returns:
        The axes.

    Raises:
        TypeError: an array that does not hold real numbers.
        ValueError: not of shape (d,), nan or inf, or an empty mapping.
    """
    several = isinstance(eigenvalues, Mapping)
    series = dict(eigenvalues) if several else {"": eigenvalues}
    if not series:
        raise ValueError("eigenvalues is an empty mapping; it needs at least one name and array.")
    series = {
        name: _array(f"eigenvalues[{name!r}]" if several else "eigenvalues", values, (None,), "(d,)")
        for name, values in series.items()
    }
    if ax is None:
        ax = plt.subplots(layout="constrained", FigureClass=_NotebookFigure)[1]

    largest = max(np.abs(values).max() for values in series.values()) or 1.0
    sizes = np.concatenate([np.abs(values) for values in series.values()])
    real = sizes[sizes > ROUNDING * largest]
    floor = (real.min() if len(real) else largest) / 3
    for i, (name, values) in enumerate(series.items()):
        index = np.arange(1, len(values) + 1)
        size = np.abs(values)
        zero = size <= ROUNDING * largest
        line = SERIES[i % len(SERIES)] if several else GREY
        points = [line] * len(values) if several else mode_colors(len(values))
        height = np.where(zero, floor, size)
        ax.plot(index, height, color=line, linewidth=1.4, zorder=1)
        for chosen, marker, filled in (
            (~zero & (values > 0), MARKERS[i % len(MARKERS)], True),
            (~zero & (values < 0), MARKERS[i % len(MARKERS)], False),
            (zero, "v", True),
        ):
            edge = [c for c, use in zip(points, chosen, strict=True) if use]
            ax.scatter(
                index[chosen],
                height[chosen],
                s=30,
                marker=marker,
                facecolors=edge if filled else "white",
                edgecolors=edge,
                zorder=2,
                clip_on=False,
            )
        if several:
            ax.annotate(
                name,
                (index[-1], height[-1]),
                xytext=(8, 0),
                textcoords="offset points",
                va="center",
                color=line,
                annotation_clip=False,
            )
    ax.set_yscale("log")
    ax.set_xlabel("index $j$")
    ax.set_ylabel("eigenvalue $\\lambda_j$")
    ax.xaxis.set_major_locator(MaxNLocator(8, integer=True, min_n_ticks=1))
    return ax


def image_pairs(
    x1: ArrayLike, x2: ArrayLike, size: tuple[int, int] | tuple[int, int, int], n: int = 8
) -> Figure:
    """The first n pairs of flattened pictures: view 1 above, view 2 below.

    All pictures share one scale from their smallest to their largest value, so views that were
    centred and scaled can be shown as they are.

    Args:
        x1, x2: the two views, (N, m); row i of both belongs to one picture.
        size: (h, w) for grey pictures or (h, w, c) with c = 1 or 3; its product is m.
        n: how many pairs, ≥ 1; all of them if there are fewer.

    Raises:
        TypeError: arrays that do not hold real numbers, or ``size`` or ``n`` not of integers.
        ValueError: shapes that do not fit each other or ``size``, nan or inf, ``n`` < 1.
    """
    x1 = _array("x1", x1, (None, None), "(n, m)")
    x2 = _array("x2", x2, x1.shape, "that of x1")
    if not isinstance(n, int | np.integer):
        raise TypeError(f"n is {n!r}; it must be an integer, the number of pairs.")
    if n < 1:
        raise ValueError(f"n is {n}; it must be at least 1.")
    if not all(isinstance(length, int | np.integer) for length in size):
        raise TypeError(f"size is {size!r}; it must be integers, (h, w) or (h, w, c).")
    if len(size) not in (2, 3) or (len(size) == 3 and size[2] not in (1, 3)) or min(size) < 1:
        raise ValueError(f"size is {size!r}; it must be (h, w), or (h, w, c) with c = 1 or 3.")
    if math.prod(size) != x1.shape[1]:
        raise ValueError(
            f"size is {size!r}, {math.prod(size)} numbers a picture, and the rows of x1 have "
            f"{x1.shape[1]}."
        )
    n = min(n, len(x1))
    views = np.stack([x1[:n], x2[:n]])
    low, high = views.min(), views.max()
    views = (views - low) / ((high - low) or 1.0)
    shape = size[:2] if len(size) == 2 or size[2] == 1 else size

    height, width = size[:2]
    column = 6.4 / max(n, 4)
    figure, axes = plt.subplots(
        2,
        n,
        squeeze=False,
        figsize=(column * n + 0.6, 2 * column * height / width + 0.15),
        layout="constrained",
        FigureClass=_NotebookFigure,
    )
    for row, view in enumerate(views):
        for axis, picture in zip(axes[row], view, strict=True):
            axis.imshow(picture.reshape(shape), cmap="gray", vmin=0, vmax=1)
            axis.set(xticks=[], yticks=[])
            axis.spines[:].set_visible(False)
        axes[row, 0].set_ylabel(f"view {row + 1}")
    return figure


class Row(NamedTuple):
    """One line of a :class:`Comparison`; ``error`` is relative, and absolute where theory is 0."""

    label: str
    theory: float
    measured: float
    error: float


@dataclass(frozen=True)
class Comparison:
    """Theory beside measurement, row by row: a table in a notebook, plain text elsewhere."""

    rows: tuple[Row, ...]
    quantity: str = ""
    first_column: str = "mode"

    @property
    def worst(self) -> float:
        """The largest \\|error\\| of all rows."""
        return max(abs(row.error) for row in self.rows)

    @property
    def mean(self) -> float:
        """The mean \\|error\\| of all rows."""
        return sum(abs(row.error) for row in self.rows) / len(self.rows)

    def _cells(self) -> tuple[list[str], list[list[str]], str]:
        """Header, body and caption as text."""
        percent = any(1e-4 <= abs(row.error) < math.inf for row in self.rows)
        absolute = any(row.theory == 0 for row in self.rows)
        header = [self.first_column, "theory", "measured", "relative error"]
        body = [
            [
                row.label,
                _number(row.theory),
                _number(row.measured),
                _error(row.error, percent and row.theory != 0)
                + (" abs." if row.theory == 0 else ""),
            ]
            for row in self.rows
        ]
        sizes = f"largest error {_error(self.worst, percent, sign=False)}"
        if len(self.rows) > 1:
            sizes += f", mean {_error(self.mean, percent, sign=False)}"
        caption = f"{self.quantity}: {sizes}" if self.quantity else sizes
        if absolute:
            caption += " (abs.: absolute error, where theory is 0)"
        return header, body, caption[:1].upper() + caption[1:]

    def __str__(self) -> str:
        header, body, caption = self._cells()
        lines = [header, *body]
        widths = [max(len(line[k]) for line in lines) for k in range(4)]
        text = [
            "  ".join([line[0].ljust(widths[0])] + [c.rjust(w) for c, w in zip(line[1:], widths[1:], strict=True)])
            for line in lines
        ]
        return "\n".join([caption, *text])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        header, body, caption = self._cells()
        right = 'style="text-align: right"'
        head = "".join(f'<th scope="col" {right}>{html.escape(cell)}</th>' for cell in header)
        rows = "".join(
            f'<tr><th scope="row" {right}>{html.escape(label)}</th>'
            + "".join(f"<td {right}>{html.escape(cell)}</td>" for cell in cells)
            + "</tr>"
            for label, *cells in body
        )
        return (
            f'<table class="stepwise-comparison"><caption>{html.escape(caption)}</caption>'
            f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
        )
