"""The main figure of the course: loss and eigenvalues over one time axis."""

from __future__ import annotations

import math

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter
from matplotlib.transforms import ScaledTranslation
from numpy.typing import ArrayLike

from .. import _validate
from ._inputs import drawable, times, vector_with_inf
from ._notebook import NotebookFigure
from ._style import GREY, GUIDE, INK, mode_colors

_THEORY = {"color": INK, "linewidth": 1.4, "linestyle": (0, (4, 2.5)), "zorder": 3}
# Two numbers nearer than this share of the axis would touch.
_APART = 0.04
# More rows of numbers would leave the curves no room.
_ROWS = 5
# Above so many times the first loss, or the 1 at which an eigenvalue settles, a linear axis shows
# nothing else.
_HUGE = 100
# Eigenvalues below this share of the largest are rounding, and a log axis has no place for zero.
_ROUNDING = 1e-12


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
    integers. A thin line marks each step time, with the number of its mode on top where
    five rows have room for it. Points at t ≤ 0 have no place on a logarithmic axis and are left
    out. A loss that grows to more than a hundred times its first value stands on a logarithmic
    axis, as do eigenvalues of which one exceeds a hundred.

    Args:
        t: times of the measured curves, (T,), increasing; learning rate × iterations.
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
        ValueError: a shape that does not fit the others, nan or inf in a curve, numbers beyond
            1e100 that no axis has room for, times that do not increase, fewer than two of them
            positive, or ``theory_t`` with no curve to draw.
    """
    t = times("t", t)
    eigenvalues = _validate.matrix("eigenvalues", eigenvalues, (len(t), "d"), "one row for each t")
    loss = _validate.vector("loss", loss, len(t), "one for each t")
    drawable("eigenvalues", eigenvalues)
    drawable("loss", loss)
    d = eigenvalues.shape[1]
    if theory_t is None:
        theory_t = t
    elif theory_eigenvalues is None and theory_loss is None:
        raise ValueError("theory_t is given without theory_eigenvalues or theory_loss.")
    theory_t = times("theory_t", theory_t)
    if theory_eigenvalues is not None:
        theory_eigenvalues = _validate.matrix(
            "theory_eigenvalues",
            theory_eigenvalues,
            (len(theory_t), d),
            "one row for each theory_t, one column for each mode",
        )
        drawable("theory_eigenvalues", theory_eigenvalues)
    if theory_loss is not None:
        theory_loss = _validate.vector(
            "theory_loss", theory_loss, len(theory_t), "one for each theory_t"
        )
        drawable("theory_loss", theory_loss)
    if step_times is not None:
        step_times = vector_with_inf("step_times", step_times, d, "one for each mode")

    figure, (top, bottom) = plt.subplots(
        2, 1, sharex=True, figsize=(6.4, 5.0), layout="constrained", FigureClass=NotebookFigure
    )
    measured = draw_measured(top, bottom, t, eigenvalues, loss)
    theory_seen = theory_t > 0
    if theory_loss is not None:
        top.plot(theory_t[theory_seen], theory_loss[theory_seen], **_THEORY)
    if theory_eigenvalues is not None:
        bottom.plot(theory_t[theory_seen], theory_eigenvalues[theory_seen], **_THEORY)
    bottom.set_xlabel("time $t$ = learning rate × iterations")
    set_time_axis(bottom, t[t > 0][0], t[-1])
    figure.align_ylabels()

    rows = 0
    if step_times is None:
        _number_curves(bottom, t[t > 0], eigenvalues[t > 0])
    else:
        rows = mark_steps(top, bottom, step_times)
    if theory_loss is not None or theory_eigenvalues is not None:
        _legend_above(top, {"measured": measured, "theory": Line2D([], [], **_THEORY)}, rows)
    if title:
        figure.suptitle(title, x=0.01, ha="left", fontsize=mpl.rcParams["axes.titlesize"])
    return figure


_LEVELS = 16  # lines at whole numbers; more would be hatching


def draw_measured(
    top: Axes, bottom: Axes, t: np.ndarray, eigenvalues: np.ndarray, loss: np.ndarray
) -> Line2D:
    """The measured curves, with grey lines at what theory calls a level; returns the loss's.

    Loss and eigenvalues stand on logarithmic axes where they grow huge.
    """
    d, seen = eigenvalues.shape[1], t > 0
    colors, width = mode_colors(d), 4 if d <= 12 else 2.5

    if loss.max() <= _LEVELS:
        for level in range(math.ceil(loss.max()) + 1):
            top.axhline(level, color=GUIDE, linewidth=0.8, zorder=0)
    (measured,) = top.plot(t[seen], loss[seen], color=GREY, linewidth=4)
    top.set_ylabel("loss")
    if loss.min() >= 0 and loss.max() > _HUGE * loss[0]:
        top.set_yscale("log")
        lowest, highest = loss[loss > 0].min(), loss.max()
        powers = LogLocator(numticks=5).tick_values(lowest, highest)
        # One above the data would touch the row of modes.
        top.set_yticks(powers[(lowest <= powers) & (powers <= highest)])
    else:
        top.yaxis.set_major_locator(MaxNLocator(6, integer=True))

    huge = eigenvalues.max() > _HUGE
    for level in (1,) if huge else (0, 1):
        bottom.axhline(level, color=GUIDE, linewidth=0.8, zorder=0)
    if huge:
        bottom.set_yscale("log")
        noise = eigenvalues < _ROUNDING * eigenvalues.max(1, keepdims=True)
        eigenvalues = np.where(noise, np.nan, eigenvalues)
    else:
        bottom.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
    for mode in range(d):
        bottom.plot(t[seen], eigenvalues[seen, mode], color=_tint(colors[mode]), linewidth=width)
    bottom.set_ylabel("eigenvalue $\\lambda_j$")
    return measured


def set_time_axis(ax: Axes, first: float, last: float) -> None:
    """A logarithmic axis from the first to the last time, with numbers that do not collide."""
    ax.set_xscale("log")
    ax.set_xlim(first, last)
    if last < 100 * first:  # too short for powers of ten alone, and minor labels collide
        ax.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        ax.xaxis.set_major_formatter("{x:g}")
        ax.xaxis.set_minor_formatter(NullFormatter())


def _tint(color: str) -> tuple[float, float, float]:
    """A colour light enough for a dark dash to show on it; the light ones stay as they are."""
    rgb = np.array(mpl.colors.to_rgb(color))
    lightness = float(rgb @ (0.2126, 0.7152, 0.0722))
    white = max(0.0, (0.5 - lightness) / (1 - lightness))
    return tuple(rgb + white * (1 - rgb))


def mark_steps(top: Axes, bottom: Axes, step_times: np.ndarray) -> int:
    """A thin line at each step time through both panels, with its mode's number on top.

    Of many steps that come together some go without a number.
    Returns how many rows of numbers stand there.
    """
    first, last = bottom.get_xlim()
    colors = mode_colors(len(step_times))
    ends: dict[int, float] = {}  # row of numbers -> where its last one stands
    for mode in np.argsort(step_times):
        time = step_times[mode]
        if not first <= time <= last:  # nan and inf included
            continue
        for panel in (top, bottom):
            panel.axvline(time, color=colors[mode], linewidth=1, zorder=1)
        place = math.log(time / first) / math.log(last / first)
        row = next((r for r in range(_ROWS) if place - ends.get(r, -1) > _APART), None)
        if row is None:
            continue
        ends[row] = place
        _write_above(top, str(mode + 1), place, row, ha="center")
    if ends:
        _write_above(top, "mode", -0.01, 0, ha="right")
    return len(ends)


def _legend_above(ax: Axes, lines: dict[str, Line2D], rows: int) -> None:
    """Outside the panel, over the rows of numbers: within it a legend would cut the step lines."""
    lift = ScaledTranslation(0, (6 + 13 * rows) / 72, ax.figure.dpi_scale_trans)
    ax.legend(
        lines.values(), lines.keys(), ncols=2, handlelength=2.4, borderaxespad=0, borderpad=0,
        loc="lower right", bbox_to_anchor=(1, 1), bbox_transform=ax.transAxes + lift,
    )  # fmt: skip


def _write_above(ax: Axes, text: str, place: float, row: int, ha: str) -> None:
    offset = {"xytext": (0, 5 + 13 * row), "textcoords": "offset points"}
    ax.annotate(text, (place, 1), xycoords="axes fraction", ha=ha, fontsize=12, **offset)


def _number_curves(ax: Axes, t: np.ndarray, eigenvalues: np.ndarray) -> None:
    """Each curve's number on the curve, halfway up, where there is room for it."""
    place, last = np.log(t / t[0]) / np.log(t[-1] / t[0]), -1.0
    for mode, curve in enumerate(eigenvalues.T):
        half = int(np.argmax(curve >= curve.max() / 2))
        if place[half] - last > _APART:
            last = place[half]
            box = {"boxstyle": "circle,pad=0.15", "facecolor": "white", "edgecolor": "none"}
            centred = {"ha": "center", "va": "center", "fontsize": 12, "bbox": box}
            ax.text(t[half], curve[half], str(mode + 1), **centred)
