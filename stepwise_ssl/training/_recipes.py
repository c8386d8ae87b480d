"""Settings that were tried, by name: those that show the staircase, and the field's own."""

from __future__ import annotations

import re

from .. import _validate
from ._config import ALSO_CALLED, LOSSES, TrainConfig

# Views of the theory's experiments: milder than the field's, so that a small network learns fast.
_DIGITS = {"crop": [0.6, 1.0], "flip": 0.0, "jitter": [0.2, 0.2, 0.2, 0.0],
           "jitter_probability": 1.0, "grey": 0.0}  # fmt: skip
_PHOTOS = {"crop": [0.4, 1.0], "jitter": [0.4, 0.4, 0.4, 0.1], "jitter_probability": 1.0,
           "grey": 0.1}  # fmt: skip

# Losses near zero: what chapter 6 expands.
_THEORY = {"loss": "barlow_twins", "loss_options": {"lam": 1.0, "normalize": False}}
_VICREG = {"loss": "vicreg", "init_scale": 0.001, "lr": 0.01, "loss_options": {
    "invariance": 10.0, "variance": 25.0, "covariance": 10.0, "eps": 0.01}}  # fmt: skip
_DOT = {"loss": "nt_xent", "loss_options": {"temperature": 1.0, "normalize": False}}
_COSINE = {"loss": "nt_xent", "loss_options": {"temperature": 0.5},
           "network_options": {"bias_norm": 1.0}}  # fmt: skip

# The theory's losses on the field's networks. The features of a large network are larger, so its
# learning rates are smaller.
_RESNET18 = {
    "data": "cifar10", "augment": _PHOTOS, "size": 32, "network": "resnet18", "batch": 256,
    "precision": "bf16", "probe_pairs": 256, "evaluation_pictures": 20_000, "steps": 2500,
}  # fmt: skip
_RESNET50 = {
    **_RESNET18, "data": "tinyimagenet", "size": 64, "network": "resnet50", "steps": 3000,
    "evaluation_pictures": 10_000,
}  # fmt: skip

_CIFAR = {"data": "cifar10", "n": 5000, "augment": _PHOTOS}
# lightly's settings for CIFAR-10 at batch 512: 200 epochs are 19,500 steps. Plain SGD needs a
# smaller learning rate than theirs where the loss is large at the start.
_FIELD = {
    "data": "cifar10", "size": 32, "network": "resnet18", "d": 2048, "init_scale": 1.0,
    "network_options": {"projector": [2048, 2048]}, "steps": 19_500, "batch": 512, "lr": 0.24,
    "momentum": 0.9, "weight_decay": 5e-4, "schedule": "cosine", "warmup": 1000,
    "precision": "bf16", "evaluation_pictures": 20_000,
}  # fmt: skip

RECIPES: dict[str, dict] = {
    "digits-barlow-twins": {"augment": _DIGITS, **_THEORY},
    "digits-vicreg": {"augment": _DIGITS, **_VICREG},
    "digits-simclr-dot": {"augment": _DIGITS, **_DOT, "steps": 1500},
    "patches-barlow-twins": {"data": "patches", "augment": _PHOTOS, **_THEORY},
    "cifar10-barlow-twins": {**_CIFAR, **_THEORY, "lr": 0.01, "steps": 2000},
    "cifar10-vicreg": {**_CIFAR, **_VICREG},
    "cifar10-simclr-dot": {**_CIFAR, **_DOT, "steps": 2000},
    "cifar10-simclr-cosine": {**_CIFAR, **_COSINE, "steps": 2000},
    "cifar10-resnet18-stairs-barlow-twins": {**_RESNET18, **_THEORY, "lr": 0.004},
    "cifar10-resnet18-stairs-simclr": {**_RESNET18, **_DOT, "lr": 0.004, "steps": 8000},
    "cifar10-resnet18-stairs-vicreg": {**_RESNET18, **_VICREG, "lr": 0.002},
    "tinyimagenet-resnet50-stairs-barlow-twins": {**_RESNET50, **_THEORY, "lr": 4e-4},
    "tinyimagenet-resnet50-stairs-simclr": {**_RESNET50, **_DOT, "lr": 4e-4, "steps": 10_000},
    "tinyimagenet-resnet50-stairs-vicreg": {**_RESNET50, **_VICREG, "lr": 2e-4},
    "cifar10-resnet18-barlow-twins": {**_FIELD, "loss": "barlow_twins", "lr": 0.12},
    "cifar10-resnet18-simclr": {
        **_FIELD, "loss": "nt_xent", "d": 128, "network_options": {"projector": [512]},
        "augment": {"jitter": [0.4, 0.4, 0.4, 0.1]},
    },
    "cifar10-resnet18-vicreg": {
        **_FIELD, "loss": "vicreg", "lr": 0.03, "augment": {"crop": [0.2, 1.0], "solarize": 0.1},
    },
}  # fmt: skip

# How a name ends, by loss; what stands before is data and network.
_ENDING = {
    "barlow_twins": re.compile(r"-barlow-twins$"),
    "nt_xent": re.compile(r"-simclr(-dot|-cosine)?$"),
    "vicreg": re.compile(r"-vicreg$"),
}


def recipe(name: str = "digits-vicreg", **changes: object) -> TrainConfig:
    """A configuration by name, with some fields changed.

    ``digits-…`` and ``patches-…`` need no download; ``cifar10-…`` show the staircase on a CPU in
    minutes, and ``cifar10-resnet18-…`` are the field's own settings, for a GPU.

    Another ``loss`` brings all settings that were tried with it on the same data and network, those
    of ``of_loss(name, loss)``, unless ``loss_options`` are given too: then nothing else changes.

    Raises:
        TypeError, ValueError: an unknown name, a change that ``TrainConfig`` refuses, or a loss
            that was not tried there.
    """
    _validate.choice("name", name, RECIPES)
    if "loss" in changes and "loss_options" not in changes:
        name = of_loss(name, changes["loss"])
    return TrainConfig.from_dict({**RECIPES[name], **changes})


def of_loss(name: str, loss: object) -> str:
    """The name whose settings were tried with that loss on the same data and network."""
    known = (*LOSSES, *ALSO_CALLED)
    loss = ALSO_CALLED.get(_validate.choice("loss", loss, known), loss)
    if RECIPES[name]["loss"] == loss:
        return name
    stem = name.removesuffix(_ENDING[RECIPES[name]["loss"]].search(name).group())
    for other in RECIPES:
        ending = _ENDING[loss].search(other)
        if ending and other.removesuffix(ending.group()) == stem:
            return other
    raise ValueError(
        f"loss is {loss!r}, which was not tried with the other settings of {name}; give "
        "loss_options too (empty for the loss's own), and init_scale, lr and steps that suit it."
    )
