"""A recorded run at one iteration: its numbers, in words, and as a still picture."""

from __future__ import annotations

from typing import NamedTuple

import matplotlib as mpl
import numpy as np

from .. import plots
from ._recorded import decode

SHAPES = ("a point", "a line", "a plane", "a volume")
VISIBLE = 0.1  # the variance from which a direction is seen
TURN, TILT = -0.56, 0.5  # radians, as the live figure starts


class Moment(NamedTuple):
    """A run at one iteration.

    Attributes:
        iteration: where. eigenvalues: (d,). loss: there.
        points: (3, 2, PAIRS), by learned direction, view and pair.
        crossings: iterations at which the eigenvalues first reach ½, (d,), nan where they do not.
        begun: the points at iteration 0.
    """

    iteration: float
    eigenvalues: np.ndarray
    loss: float
    points: np.ndarray
    crossings: np.ndarray
    begun: np.ndarray

    def learned(self) -> int:
        """How many eigenvalues have reached ½ so far."""
        return int(np.sum(self.crossings <= self.iteration))

    def shape(self) -> str:
        """What the cloud is, and what it grows into where more can be seen than is learned."""
        known = 3 if self._was_at_once() else min(self.learned(), 3)
        seen = _visible(self.points)
        return SHAPES[known] + (f" growing into {SHAPES[seen]}" if seen > known else "")

    def _was_at_once(self) -> bool:
        return _visible(self.begun) == 3

    def words(self) -> str:
        """The sentence under the live figure."""
        d = len(self.eigenvalues)
        learned = self.learned()
        later = self.crossings[self.crossings > self.iteration]
        shape = self.shape() + (", as it was from the start" if self._was_at_once() else "")
        if learned > 3:
            more = "dimension" if learned == 4 else "dimensions"
            shape += f"; {learned - 3} more learned {more} cannot be drawn"
        ahead = "" if learned == d else " No further step in this run."
        if len(later):
            ahead = f" Next step at iteration {_in_words(later[0])}."
        count = f"all {d}" if learned == d else f"{learned} of {d}"
        return (
            f"Iteration {_in_words(self.iteration)}: {count} dimensions learned, "
            f"loss {self.loss:.2f}. The cloud is {shape}.{ahead}"
        )


def moment(run: dict, iteration: float) -> Moment:
    """A run, as `_recorded.encode` made it, at an iteration; at its last one if that is earlier."""
    curves = decode(run)
    now = min(iteration, run["steps"][-1])
    place = np.log1p(now / run["scale"])
    places = np.log1p(np.array(run["steps"]) / run["scale"])
    flat = curves.points.reshape(len(curves.frames), -1)
    return Moment(
        now,
        _between(place, places, curves.eigenvalues),
        float(np.interp(place, places, curves.loss)),
        _between(place, places[curves.frames], flat).reshape(3, 2, -1),
        np.array(run["crossings"], dtype=float),
        curves.points[0],
    )


def _between(place: float, places: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Row of `rows` (n, m) at `place` among `places` (n,), linear between neighbours; (m,)."""
    k = int(np.searchsorted(places, place, side="right").clip(1, len(places) - 1))
    share = (place - places[k - 1]) / (places[k] - places[k - 1])
    return (1 - share) * rows[k - 1] + share * rows[k]


def spread(points: np.ndarray) -> np.ndarray:
    """Standard deviations along the directions, (3,), of points (3, 2, k)."""
    return points.std(axis=(1, 2))


def _visible(points: np.ndarray) -> int:
    return int(np.sum(spread(points) ** 2 >= VISIBLE))


def _in_words(x: float) -> str:
    """An iteration, with a decimal where a standard start takes its steps."""
    return f"{x:.1f}" if 0 < x < 10 else f"{np.floor(x + 0.5):.0f}"  # as the script rounds


def draw_cloud(axes: mpl.axes.Axes, moment: Moment, half: float, state: dict) -> None:
    """The points in a box of this half width, seen as the live figure shows them first."""

    def seen(p: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        across = p[0] * np.cos(TURN) + p[1] * np.sin(TURN)
        away = -p[0] * np.sin(TURN) + p[1] * np.cos(TURN)
        return across, p[2] * np.cos(TILT) + away * np.sin(TILT)

    for direction in range(3):
        ends = np.zeros((3, 2))
        ends[direction] = (-half, half)
        axes.plot(*seen(ends), color=plots.GUIDE, linewidth=1)
    x, y = seen(moment.points)
    axes.plot(x, y, color=plots.GREY, linewidth=0.5)
    labels = np.array(state["labels"])
    for k in range(max(1, len(state["classes"]))):
        of = labels == k if state["classes"] else slice(None)
        axes.plot(
            x[:, of].ravel(), y[:, of].ravel(), "o" if k < 5 else "D", markersize=2.6,
            color=plots.SERIES[k % 5], linestyle="none",
        )  # fmt: skip
    axes.set_title(f"{_in_words(moment.iteration)}: {moment.shape()}", fontsize=12)
    axes.set(aspect="equal", xlim=(-1.35 * half, 1.35 * half), ylim=(-1.35 * half, 1.35 * half))
    axes.axis("off")
