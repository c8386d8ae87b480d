"""Everything that decides what a training run does, in one dataclass."""

from __future__ import annotations

import dataclasses
import difflib
import inspect
import json
import math
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from .. import _validate, data, losses, networks
from ..networks._encoder import head
from ..views import Augment

NETWORKS: dict[str, Callable[..., networks.Encoder]] = {
    "small_resnet": networks.small_resnet,
    "resnet18": networks.resnet18,
    "resnet50": networks.resnet50,
    "mlp": networks.mlp,
}
LOSSES = {
    "barlow_twins": losses.barlow_twins,
    "nt_xent": losses.nt_xent,
    "vicreg": losses.vicreg,
}
ALSO_CALLED = {"simclr": "nt_xent"}
OWN = "own"  # in place of a name: the caller's, given to ``train``
SCHEDULES = ("constant", "cosine")
PRECISIONS = ("float32", "bf16", "float64")
_LARGEST = 4096  # pixels; a network on views of more has no place in any memory
# What the configuration itself passes to a builder or takes from the data.
_GIVEN = ("d", "init_scale", "channels", "inputs", "hidden", "seed")


def option(default: object, help: str) -> object:
    """A field with its explanation, which the command shows too."""
    if isinstance(default, dict):
        return field(default_factory=default.copy, metadata={"help": help})
    return field(default=default, metadata={"help": help})


@dataclass(frozen=True)
class TrainConfig:
    """The settings of one run. ``recipe`` has sets of them that show the staircase.

    A field's explanation is its metadata: ``stepwise-train --help`` prints them all.

    Raises:
        TypeError, ValueError: a field is out of range or no argument of what it goes to.
    """

    # --- pictures and views
    data: str = option(
        "digits", "data set (digits and patches need no download), or a folder: ./pictures"
    )
    split: str = option("train", "part of it to train on; stl10 has unlabeled too")
    n: int | None = option(None, "the first n pictures of that part; all by default")
    size: int = option(16, "height and width of a view in pixels; larger pictures are shrunk")
    augment: dict = option({}, "options of views.Augment, such as crop=0.6,1 flip=0 blur=0.1")
    fixed_views: bool = option(False, "draw the two views of each picture once, not at each step")

    # --- network
    network: str = option("small_resnet", "one of small_resnet, resnet18, resnet50, mlp")
    d: int = option(10, "embedding dimensions")
    init_scale: float = option(0.01, "size of the last layer at the start; small makes stairs")
    network_options: dict = option({}, "more for the builder, such as projector=2048,2048")
    frozen_trunk: bool = option(False, "train the head alone, on random features")

    # --- loss
    loss: str = option("barlow_twins", "one of barlow_twins, nt_xent (or simclr), vicreg")
    loss_options: dict = option({}, "arguments of the loss, such as temperature=1 normalize=False")

    # --- optimisation: stochastic gradient descent
    steps: int = option(1000, "iterations")
    batch: int = option(128, "pictures a step, each in two views, over all processes together")
    lr: float = option(0.02, "learning rate")
    schedule: str = option("constant", "of the learning rate: constant, or cosine down to 0")
    warmup: int = option(0, "steps in which the learning rate rises from 0, linearly")
    momentum: float = option(0.0, "0 for the theory's plain gradient descent")
    weight_decay: float = option(0.0, "pulls every weight towards 0")
    seed: int = option(0, "of weights, order and views; the same seed gives the same run")

    # --- what is recorded
    log_points: int = option(100, "records of loss and eigenvalues, evenly spaced in log step")
    probe_pairs: int = option(500, "pairs of views on which they are measured")
    keep_embeddings: int = option(0, "probe pairs whose embeddings are kept at each record")
    evaluations: int = option(1, "measurements of accuracy, the last at the end; 0 for none")
    evaluation_pictures: int = option(4000, "labelled pictures to fit on, half as many to test")

    # --- machine
    device: str = option("auto", "cpu, cuda, mps (Apple), or auto: cuda where there is one")
    precision: str = option("float32", "float32, bf16 (autocast, loss in float32) or float64")
    compile: str | None = option(None, "backend of torch.compile: inductor makes a GPU fast")
    checkpoint_seconds: float = option(60.0, "time between checkpoints, if there is a folder")

    # --- filled in by ``train``
    own: dict = option({}, "what tells the caller's own pictures, trunk and loss from others")

    def __post_init__(self) -> None:
        for name in ("augment", "network_options", "loss_options", "own"):
            value = getattr(self, name)
            if not isinstance(value, dict):
                raise TypeError(f"{name} is {_validate.kind(value)}; it must be a dict.")
            # As JSON gives them back, so that a configuration equals the one that was saved.
            object.__setattr__(self, name, json.loads(json.dumps(value, default=_plain)))
        _data(self.data)
        if not isinstance(self.split, str):
            raise TypeError(f"split is {_validate.kind(self.split)}; it must be a name.")
        for name, least in (
            ("size", 1), ("d", 1), ("steps", 1), ("batch", 2), ("warmup", 0), ("seed", 0),
            ("log_points", 2), ("probe_pairs", 2), ("keep_embeddings", 0), ("evaluations", 0),
            ("evaluation_pictures", 2),
        ):  # fmt: skip
            value = _validate.integer(name, getattr(self, name), least)
            object.__setattr__(self, name, value)
        # The learning rates of all steps are held in memory.
        _validate.integer("steps", self.steps, 1, 10**8)
        _validate.integer("log_points", self.log_points, 2, 10**8)
        _validate.integer("evaluations", self.evaluations, 0, 10**8)
        _validate.integer("size", self.size, 1, _LARGEST)
        if self.n is not None:
            object.__setattr__(self, "n", _validate.integer("n", self.n, 2))
        for name in ("init_scale", "lr"):
            value = _validate.number(name, getattr(self, name), above=0)
            object.__setattr__(self, name, value)
        for name in ("weight_decay", "checkpoint_seconds", "momentum"):
            value = _validate.number(name, getattr(self, name), minimum=0)
            object.__setattr__(self, name, value)
        if self.momentum >= 1:
            raise ValueError(f"momentum is {self.momentum:g}; it must be below 1.")
        if self.warmup >= self.steps:
            raise ValueError(
                f"warmup is {self.warmup}; it must be below steps, which is {self.steps}."
            )
        for name in ("fixed_views", "frozen_trunk"):
            object.__setattr__(self, name, _validate.flag(name, getattr(self, name)))
        _validate.choice("network", self.network, (*NETWORKS, OWN))
        if isinstance(self.loss, str):
            object.__setattr__(self, "loss", ALSO_CALLED.get(self.loss, self.loss))
        _validate.choice("loss", self.loss, (*LOSSES, OWN))
        _validate.choice("schedule", self.schedule, SCHEDULES)
        _validate.choice("precision", self.precision, PRECISIONS)
        _device(self.device)
        _known("augment", self.augment, Augment, ("size",))
        builder = NETWORKS.get(self.network, head)
        loss = LOSSES.get(self.loss, _no_options)
        _known("network_options", self.network_options, builder, _GIVEN)
        _known("loss_options", self.loss_options, loss, ("z1", "z2"))
        self.views()

    def views(self) -> Augment:
        """The random views that this configuration asks for."""
        return Augment(size=self.size, **self.augment)

    def learning_rate(self, step: int) -> float:
        """The learning rate of one step, 0 ≤ step < steps."""
        rise = min(1.0, (step + 1) / (self.warmup + 1))
        if self.schedule == "constant":
            return self.lr * rise
        done = max(0, step - self.warmup) / max(1, self.steps - self.warmup)
        return self.lr * rise * (1 + math.cos(math.pi * done)) / 2

    def replace(self, **changes: object) -> TrainConfig:
        """The same with some fields changed."""
        return TrainConfig.from_dict(dataclasses.asdict(self) | changes)

    def to_json(self) -> str:
        """All fields as text."""
        return json.dumps(dataclasses.asdict(self), indent=1) + "\n"

    @classmethod
    def from_dict(cls, values: dict) -> TrainConfig:
        """From names and values. Raises ValueError for a name that is no field."""
        _refuse_unknown("the configuration", values, [f.name for f in dataclasses.fields(cls)])
        return cls(**values)

    @classmethod
    def load(cls, path: str | Path) -> TrainConfig:
        """Read a configuration that was saved as JSON.

        Raises:
            FileNotFoundError: no such file.
            OSError: a folder, or a file that may not be read.
            ValueError: not JSON, a key that is no field, or a value out of range.
        """
        path = _validate.path("path", path, "the path of a file of settings")
        try:
            values = json.loads(path.read_text("utf-8-sig"))  # Windows may begin with a mark
        except FileNotFoundError:
            raise FileNotFoundError(
                f"there is no file {str(path)!r}; stepwise-train NAME --show prints what such a "
                "file holds."
            ) from None
        except OSError as error:
            raise type(error)(f"{str(path)!r} cannot be read: {error.strerror}.") from error
        except (RecursionError, ValueError) as error:  # of JSON, or of UTF-8
            raise ValueError(f"{path} is no JSON: {error}") from error
        if not isinstance(values, dict):
            raise ValueError(f"{path} holds {_validate.kind(values)}; it must be an object.")
        try:
            return cls.from_dict(values)
        except (TypeError, ValueError) as error:
            raise type(error)(f"{path}: {error}") from error


def check(config: object) -> None:
    """Raise TypeError for anything but a TrainConfig."""
    if not isinstance(config, TrainConfig):
        raise TypeError(
            f"config is {_validate.kind(config)}; it must be a TrainConfig such as "
            "training.recipe('digits-vicreg')."
        )


def _data(name: object) -> None:
    """Refuse what is neither the name of a data set nor looks like a folder."""
    if name == OWN:
        return
    if isinstance(name, str) and is_folder(name):
        _validate.path("data", name)
        return
    if isinstance(name, str) and name not in data.NAMES and os.path.isdir(name):
        raise ValueError(f"data is {name!r}; for the folder of that name write ./{name}.")
    try:
        _validate.choice("data", name, data.NAMES)
    except ValueError as error:
        raise ValueError(f"{error} A folder is written with a slash: ./{name}") from None


def is_folder(data: str) -> bool:
    """Whether a configuration's data are a folder's: written with a slash, unlike a name."""
    return "/" in data or os.sep in data


def _no_options() -> None:
    """What a loss of the caller's own takes beside the two embeddings."""


def _device(name: str) -> None:
    if not isinstance(name, str):
        raise TypeError(f"device is {_validate.kind(name)}; it must be a name such as 'cpu'.")
    if not re.fullmatch(r"auto|cpu|mps|cuda(:\d+)?", name):
        raise ValueError(
            f"device is {name!r}; it must be 'auto', 'cpu', 'cuda', 'cuda:0' or 'mps'."
        )


def _plain(value: object) -> object:
    """Arrays and numbers of NumPy and PyTorch as JSON can write them."""
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(f"an option is {_validate.kind(value)}; it must be a number, a text or a list.")


def _known(name: str, options: dict, target: Callable, own: tuple[str, ...]) -> None:
    """Raise if an option is no argument of what it will be passed to."""
    _refuse_unknown(
        name, options, [p for p in inspect.signature(target).parameters if p not in own]
    )


def _refuse_unknown(name: str, given: dict, allowed: list[str]) -> None:
    for key in given:
        if key not in allowed:
            near = difflib.get_close_matches(key, allowed, n=1)
            meant = f" Did you mean {near[0]!r}?" if near else ""
            raise ValueError(
                f"{name} has the unknown key {key!r}; allowed are {', '.join(allowed)}.{meant}"
            )
