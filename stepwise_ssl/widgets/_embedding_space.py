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
from ._moment import Moment, draw_cloud, moment, spread
from ._page import page_html, script
from ._recorded import PAIRS, decode, encode

LOSSES = {"barlow_twins": "Barlow Twins", "simclr": "SimCLR", "vicreg": "VICReg"}
STARTS = {"small": "small", "standard": "standard"}
SCALES = {"true": "true", "whole": "cloud enlarged", "each": "each direction enlarged"}
FRAMES = {"small": 44, "standard": 24}  # a standard start has little to show
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
    """The sets of which the package has a small start with one of the losses."""
    found = set(runs.names())
    return tuple(
        name
        for name, one in SETS.items()
        if any(one.runs["small"].format(loss) in found for loss in LOSSES)
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
                watched = run.other  # all runs of a set watch the same pairs
    state["labels"] = watched["labels"][:PAIRS].tolist()
    if name == "digits":  # 64 bytes each; photographs would be too many
        pictures = data_sets.load_images("digits").x[watched["pictures"][:PAIRS]]
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
        return moment(self._run(), self.iteration if iteration is None else iteration)

    def plateaus(self) -> list[float]:
        """Iterations between two steps, half-way on a log axis, after 0 and before the last."""
        run = self._run()
        steps = [c for c in run["crossings"] if c is not None]
        between = [float(np.sqrt(a * b)) for a, b in zip(steps, steps[1:], strict=False)]
        return [0.0, *between, float(run["steps"][-1])]

    def _run(self) -> dict:
        return self.sets[self.data]["runs"][self.loss][self.start]

    def __repr__(self) -> str:
        what = f"{self.sets[self.data]['label']}, {LOSSES[self.loss]}, {self.start} start"
        return f"Embedding space, {what}. {self.at().words()}"

    def _repr_mimebundle_(self, **kwargs: object) -> tuple[dict, dict]:
        bundle, metadata = super()._repr_mimebundle_(**kwargs)
        state = {name: getattr(self, name) for name in STATE}
        bundle["text/html"] = page_html("embedding_space", state, *self._picture())
        return bundle, metadata

    def _picture(self) -> tuple[mpl.figure.Figure, str]:
        """The cloud before and after each of the first three steps, over all eigenvalues."""
        moments = [self.at(i) for i in self.plateaus()[:4]]
        run = self._run()
        curves = decode(run)
        half = 2 * max(spread(points).max() for points in curves.points)
        with mpl.rc_context():
            plots.set_style()
            top = [[k for k in range(len(moments))], ["curves"] * len(moments)]
            figure, axes = plt.subplot_mosaic(top, figsize=(7.2, 4.9), height_ratios=[3, 4])
            for k, moment in enumerate(moments):
                draw_cloud(axes[k], moment, half, self.sets[self.data])
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

    The cloud is both views of 50 pairs of pictures along the first three directions that were
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
            each adds some 100 kB to a page.

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
    if not made:
        recorded = [name for name, starts in states[data]["runs"].items() if starts]
        raise ValueError(
            f"loss is {loss!r}; of {SETS[data].label} only {', '.join(recorded)} were recorded."
        )
    if start not in made:
        raise ValueError(
            f"start is {start!r}; of {SETS[data].label}, {LOSSES[loss]}, only "
            f"{', '.join(made)} was recorded."
        )
    place = _validate.between("iteration", iteration, 0, made[start]["steps"][-1])
    return EmbeddingSpace(
        sets=states,
        data=data,
        loss=loss,
        start=start,
        scale=_validate.choice("scale", scale, SCALES),
        iteration=place,
    )
