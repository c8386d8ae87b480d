"""Recorded runs of chapter 7: γ of features that wait, read off few and off many pairs."""

from __future__ import annotations

import dataclasses
import time
from functools import partial
from pathlib import Path

import numpy as np
from torch import Tensor

from stepwise_ssl import linear
from stepwise_ssl.networks import Encoder
from stepwise_ssl.runs import Run
from stepwise_ssl.training import TrainConfig, recipe
from stepwise_ssl.training._model import build, outputs
from stepwise_ssl.training._objective import centred
from stepwise_ssl.training._observer import describe_machine
from stepwise_ssl.training._pictures import Pictures
from stepwise_ssl.training._team import join
from tools.runs.learned import trained
from tools.runs.origin import HOME

SEEDS = (0, 1, 2)
BATCHES = (4, 40)  # few and many
OF = {name: recipe(f"{name}-barlow-twins", device="cpu") for name in ("digits", "cifar10")}
_READ_OFF = (
    "read off the first 4 and off all 40 of the batches that training would have come to next; "
    "batch-norm and centring take one batch, as in training"
)
MEANING = {
    "gamma": "(record, 2, 10): the largest eigenvalues of the features' cross-moment, " + _READ_OFF,
    "embedding": "(record, 2, 10): eigenvalues of C, " + _READ_OFF,
}


def read_off(model: Encoder, views: list[Tensor], d: int) -> tuple[np.ndarray, np.ndarray]:
    """The d largest eigenvalues of the features' cross-moment and those of C, (2, d) each.

    Row 0 is the mean over the few first batches, row 1 that over all.
    """
    totals, found = [0.0, 0.0], ([], [])
    for k, batch in enumerate(views):
        for place, z in enumerate(outputs(model, batch)):
            totals[place] = totals[place] + linear.cross_moment(*centred(*np.split(z, 2)))
            if k + 1 in BATCHES:
                found[place].append(linear.modes(totals[place] / (k + 1), d)[0])
    return tuple(map(np.array, found))


def ahead(pictures: Pictures) -> list[Tensor]:
    """The batches that training would come to next: their pairs are not trained on."""
    first, whole = pictures.config.steps, slice(0, pictures.config.batch)
    return [pictures.views(*pictures.batch(first + k, whole)) for k in range(BATCHES[-1])]


def watch(config: TrainConfig, due: list[int]) -> dict[str, np.ndarray]:
    """Train as the recorded runs do, and read off before each step of due what MEANING says."""
    pictures = Pictures(config, join(config).device)
    model = build(config, pictures.channels).train()
    views = ahead(pictures)
    rows = [read_off(model, views, config.d) for _ in trained(config, pictures, model, due)]
    return dict(zip(MEANING, map(np.array, zip(*rows, strict=True)), strict=True))


def record(key: str, seed: int, home: Path = HOME) -> None:
    """Chapter 7: what waits, with Barlow Twins and a small start."""
    start = time.perf_counter()
    config = OF[key].replace(seed=seed)
    # Modes 7 to 10 wait for a third of the run at least.
    steps = np.r_[0, np.geomspace(config.steps / 5, config.steps, 25).round()].astype(int)
    found = watch(config, steps.tolist())
    name = f"waiting_{key}_s{seed}"
    meta = {
        "chapter": 7, "loss": config.loss, "data": Pictures(config, join(config).device).name,
        "network": config.network, "seed": seed, **describe_machine(join(config)),
        "minutes": round((time.perf_counter() - start) / 60, 1),
        "command": f"python -m tools.make_runs {name}",
        "config": dataclasses.asdict(config), "other": MEANING,
    }  # fmt: skip
    many = found["embedding"][:, 1]
    Run(
        steps=steps, t=config.lr * steps, loss=((1 - many) ** 2).sum(1), eigenvalues=many,
        meta=meta,
        # The network's own precision.
        other={name: np.float32(values) for name, values in found.items()},
    ).save(home / name)  # fmt: skip


RUNS = {f"waiting_{key}_s{seed}": partial(record, key, seed) for key in OF for seed in SEEDS}
