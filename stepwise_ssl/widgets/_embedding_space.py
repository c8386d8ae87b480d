"""The embedding space: a recorded run under a time slider, a point that becomes a volume."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

import anywidget
import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import traitlets

from .. import _validate, plots, runs
from .. import data as data_sets
from ._page import page_html, script
from ._recorded import PAIRS, decode, encode

LOSSES = {"barlow_twins": "Barlow Twins", "simclr": "SimCLR", "vicreg": "VICReg"}
STARTS = {"small": "small", "standard": "standard"}
SCALES = {"true": "true", "whole": "cloud enlarged", "each": "each direction enlarged"}
FRAMES = {"small": 48, "standard": 28}  # a standard start has little to show
SHAPES = ("a point", "a line", "a plane", "a volume")
VISIBLE = 0.1  # the variance from which a direction is seen
DIGITS = tuple("0123456789")
CIFAR10 = (
    "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
)  # fmt: skip


class Recorded(NamedTuple):
    """Runs of one network on one data set: what a reader can choose them by, and their names."""

    label: str
    runs: dict[str, str]  # by start
    classes: tuple[str, ...] = ()  # none where there are more than colours


SETS = {
    "digits": Recorded(
        "digits, small ResNet",
        {"small": "digits_{}_s0", "standard": "digits_{}_standard_s0"},
        DIGITS,
    ),
    "cifar10": Recorded(
        "CIFAR-10, small ResNet",
        {"small": "cifar10_{}_s0", "standard": "cifar10_{}_standard_s0"},
        CIFAR10,
    ),
    "resnet18": Recorded(
        "CIFAR-10, ResNet-18",
        {"small": "gpu_resnet18_{}", "standard": "gpu_resnet18_{}_standard"},
        CIFAR10,
    ),
    "resnet50": Recorded("Tiny ImageNet, ResNet-50", {"small": "gpu_resnet50_{}"}),
}


def available() -> tuple[str, ...]:
    """The sets of which the package has a small start with every loss."""
    found = set(runs.names())
    return tuple(
        name
        for name, one in SETS.items()
        if all(one.runs["small"].format(loss) in found for loss in LOSSES)
    )


@cache
def _state(name: str) -> dict[str, object]:
    """What the page gets of one set: its runs by loss and start, the classes and the pictures."""
    one = SETS[name]
    found = set(runs.names())
    state = {"label": one.label, "classes": list(one.classes), "pictures": None, "runs": {}}
    for loss in LOSSES:
        state["runs"][loss] = {}
        for start, pattern in one.runs.items():
            if pattern.format(loss) not in found:
                continue
            run = runs.load_run(pattern.format(loss))
            if "points" in run.other:  # it kept the embeddings of some pairs
                state["runs"][loss][start] = encode(run, FRAMES[start])
    # All runs of a set watch the same pairs.
    state["labels"] = run.other["labels"][:PAIRS].tolist()
    if name == "digits":  # 64 bytes each; photographs would be too many
        pictures = data_sets.load_images("digits").x[run.other["pictures"][:PAIRS]]
        state["pictures"] = base64.b64encode(pictures.tobytes()).decode()
    return state


class EmbeddingSpace(anywidget.AnyWidget):
    """Made by :func:`embedding_space`. Its traits follow the controls, the controls follow them.

    Traits:
        sets: the recorded runs by data set, compressed; fixed.
        data: the set that is shown.
        loss: "barlow_twins", "simclr" or "vicreg".
        start: "small" or "standard".
        scale: "true", "whole" or "each".
        iteration: from 0 on.
    """

    _esm = script("embedding_space")
    # ipywidgets 7, which Colab has, would show the live view alone and skip _repr_mimebundle_.
    _ipython_display_ = None

    sets = traitlets.Dict().tag(sync=True)
    data = traitlets.Unicode().tag(sync=True)
    loss = traitlets.Enum(list(LOSSES)).tag(sync=True)
    start = traitlets.Enum(list(STARTS)).tag(sync=True)
    scale = traitlets.Enum(list(SCALES)).tag(sync=True)
    iteration = traitlets.Float(min=0).tag(sync=True)

    @traitlets.validate("data")
    def _is_there(self, proposal: dict) -> str:
        return _validate.choice("data", proposal["value"], self.sets)

    def at(self, iteration: float | None = None) -> Moment:
        """What is seen at this iteration, or at the present one."""
        run = self.sets[self.data]["runs"][self.loss][self.start]
        curves = decode(run)
        now = min(self.iteration if iteration is None else iteration, run["steps"][-1])
        place = np.log1p(now / run["scale"])
        places = np.log1p(np.array(run["steps"]) / run["scale"])
        flat = curves.points.reshape(len(curves.frames), -1)
        points = _between(place, places[curves.frames], flat).reshape(3, 2, -1)
        crossings = np.array(run["crossings"], dtype=float)
        return Moment(
            now,
            _between(place, places, curves.eigenvalues),
            float(np.interp(place, places, curves.loss)),
            points,
            crossings,
            _spread(curves.points[0]),
        )

    def __repr__(self) -> str:
        what = f"{self.sets[self.data]['label']}, {LOSSES[self.loss]}, {self.start} start"
        return f"Embedding space, {what}. {self.at().words()}"

    def _repr_mimebundle_(self, **kwargs: object) -> tuple[dict, dict]:
        bundle, metadata = super()._repr_mimebundle_(**kwargs)
        state = {name: getattr(self, name) for name in STATE}
        bundle["text/html"] = page_html("embedding_space", state, *self._picture())
        return bundle, metadata

    def plateaus(self) -> list[float]:
        """Iterations between two steps, half-way on a log axis, after 0 and before the last."""
        run = self.sets[self.data]["runs"][self.loss][self.start]
        steps = [c for c in run["crossings"] if c is not None]
        between = [float(np.sqrt(a * b)) for a, b in zip(steps, steps[1:], strict=False)]
        return [0.0, *between, float(run["steps"][-1])]

    def _picture(self) -> tuple[mpl.figure.Figure, str]:
        """The cloud before and after each of the first three steps, over all eigenvalues."""
        moments = [self.at(i) for i in self.plateaus()[:4]]
        run = self.sets[self.data]["runs"][self.loss][self.start]
        curves = decode(run)
        half = 2 * max(max(_spread(points)) for points in curves.points)
        with mpl.rc_context():
            plots.set_style()
            top = [[k for k in range(len(moments))], ["curves"] * len(moments)]
            figure, axes = plt.subplot_mosaic(top, figsize=(7.2, 4.9), height_ratios=[3, 4])
            for k, moment in enumerate(moments):
                _draw_cloud(axes[k], moment, half, self.sets[self.data])
                axes["curves"].axvline(moment.iteration, color=plots.GREY, linewidth=1)
            for row, colour in zip(curves.eigenvalues.T, plots.mode_colors(run["d"]), strict=True):
                axes["curves"].plot(run["steps"], row, color=colour)
            axes["curves"].set_xscale("symlog", linthresh=run["scale"])
            axes["curves"].set(xlim=(0, run["steps"][-1]), xlabel="iteration", ylabel="eigenvalues")
        plt.close(figure)
        alt = (
            f"{self.sets[self.data]['label']}, {LOSSES[self.loss]}, {self.start} start. "
            + " ".join(moment.words() for moment in moments)
            + " Below, all eigenvalues over iterations."
        )
        return figure, alt


class Moment(NamedTuple):
    """A run at one iteration.

    Attributes:
        iteration: where. eigenvalues: (d,). loss: there.
        points: (3, 2, PAIRS), by learned direction, view and pair.
        crossings: iterations at which the eigenvalues first reach ½, (d,), nan where they do not.
        begun: standard deviations of the points along the three directions at iteration 0.
    """

    iteration: float
    eigenvalues: np.ndarray
    loss: float
    points: np.ndarray
    crossings: np.ndarray
    begun: np.ndarray

    def words(self) -> str:
        """The sentence under the live figure."""
        d = len(self.eigenvalues)
        learned = int(np.sum(self.crossings <= self.iteration))
        later = self.crossings[self.crossings > self.iteration]
        shape = _shape(learned, _visible(_spread(self.points)), _visible(self.begun) == 3)
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


STATE = ("sets", "data", "loss", "start", "scale", "iteration")


def embedding_space(
    data: str = "digits",
    *,
    loss: str = "barlow_twins",
    start: str = "small",
    scale: str = "true",
    iteration: float = 0,
    sets: Iterable[str] | None = None,
) -> EmbeddingSpace:
    """How a residual network's embedding grows: a recorded run of chapter 7 under a time slider.

    The cloud is both views of 60 pairs of pictures along the first three directions that were
    learned (:func:`stepwise_ssl.spectra.learned_directions`). Beside it stand the eigenvalues of
    the embedding's covariance and the loss; a step is where an eigenvalue first reaches ½
    (:func:`stepwise_ssl.spectra.find_steps`).

    The arguments are where the controls start.

    Args:
        data: "digits" or "cifar10" with the small ResNet, "resnet18" (CIFAR-10) or "resnet50"
            (Tiny ImageNet) as recorded on a GPU.
        loss: "barlow_twins", "simclr" or "vicreg".
        start: "small" or "standard", the size of the last layer's first weights.
        scale: "true", one scale for the whole run; "whole", the cloud enlarged to the same size at
            every time; "each", each of its directions enlarged by itself.
        iteration: 0 up to the last of the run.
        sets: between which data a reader can choose, by default all that have been recorded;
            each adds about 120 kB to a page.

    Raises:
        TypeError: an argument of another type.
        ValueError: a value outside what is said above, or a run that has not been recorded.
    """
    recorded = available()
    offered = recorded if sets is None else tuple(sets)
    for one in offered:
        _validate.choice("sets", one, recorded)
    _validate.choice("data", data, offered)
    _validate.choice("loss", loss, LOSSES)
    _validate.choice("start", start, STARTS)
    states = {name: _state(name) for name in offered}
    made = states[data]["runs"][loss]
    if start not in made:
        raise ValueError(
            f"start is {start!r}; of {SETS[data].label}, {LOSSES[loss]}, only "
            f"{', '.join(made)} was recorded."
        )
    last = made[start]["steps"][-1]
    place = _validate.number("iteration", iteration)
    if not 0 <= place <= last:
        raise ValueError(f"iteration is {place:g}; it must be between 0 and {last}.")
    return EmbeddingSpace(
        sets=states,
        data=data,
        loss=loss,
        start=start,
        scale=_validate.choice("scale", scale, SCALES),
        iteration=place,
    )


def _between(place: float, places: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Row of `rows` (n, m) at `place` among `places` (n,), linear between neighbours; (m,)."""
    k = int(np.searchsorted(places, place, side="right").clip(1, len(places) - 1))
    share = (place - places[k - 1]) / (places[k] - places[k - 1])
    return (1 - share) * rows[k - 1] + share * rows[k]


def _spread(points: np.ndarray) -> np.ndarray:
    """Standard deviations along the directions, (3,), of points (3, 2, k)."""
    return points.std(axis=(1, 2))


def _visible(spread: np.ndarray) -> int:
    return int(np.sum(spread**2 >= VISIBLE))


def _shape(learned: int, visible: int, at_once: bool) -> str:
    """What the cloud is, and what it grows into where more can be seen than is learned."""
    if at_once:
        return "a volume, as it was from the start"
    known = min(learned, 3)
    if visible > known:
        return f"{SHAPES[known]} growing into {SHAPES[visible]}"
    return SHAPES[known]


def _in_words(x: float) -> str:
    """An iteration, with a decimal where a standard start takes its steps."""
    return f"{x:.1f}" if 0 < x < 10 else f"{np.floor(x + 0.5):.0f}"  # as the script rounds


TURN, TILT = -0.56, 0.5  # radians, as the live figure starts


def _draw_cloud(axes: mpl.axes.Axes, moment: Moment, half: float, state: dict) -> None:
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
    learned = int(np.sum(moment.crossings <= moment.iteration))
    axes.set_title(f"{_in_words(moment.iteration)}: {SHAPES[min(learned, 3)]}", fontsize=12)
    axes.set(aspect="equal", xlim=(-1.35 * half, 1.35 * half), ylim=(-1.35 * half, 1.35 * half))
    axes.axis("off")
