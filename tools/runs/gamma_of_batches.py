"""Recorded measurements of chapter 7: the γ of untrained features, read off whole batches."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path

import numpy as np
import torch

from stepwise_ssl import data, linear
from stepwise_ssl.runs import Run
from stepwise_ssl.training import TrainConfig
from stepwise_ssl.training._model import build, outputs
from stepwise_ssl.training._objective import centred
from stepwise_ssl.training._pictures import Pictures
from tools.runs.origin import HOME, made_by

SEEDS = range(3)
# Of which runs, and off how many batches of each: a CPU takes minutes for what a GPU trains.
OF = {
    "digits": ([f"digits_barlow_twins_s{seed}" for seed in SEEDS], 100),
    "cifar10": ([f"cifar10_barlow_twins_s{seed}" for seed in SEEDS], 100),
    "resnet18": (["gpu_resnet18_barlow_twins", "gpu_resnet18_barlow_twins_s1"], 8),
    "resnet50": (["gpu_resnet50_barlow_twins"], 8),
}
MEANING = {
    "gamma": "(run, batches, 10): the largest eigenvalues of the untrained features' cross-moment, "
    "averaged over the first 1, 2, ... batches of the run; batch-norm and centring take one batch, "
    "as in training",
}


def gamma_of_batches(config: TrainConfig, batches: int) -> np.ndarray:
    """The d largest eigenvalues of the mean cross-moment over the first batches of a run.

    Returns:
        (batches, d): row k is the mean over k + 1 batches.
    """
    pictures = Pictures(config, torch.device("cpu"))
    model = build(config, pictures.channels).train()
    total, found = 0.0, []
    for k in range(batches):
        hidden, _ = outputs(model, pictures.views(*pictures.batch(k, slice(0, config.batch))))
        total = total + linear.cross_moment(*centred(*np.split(hidden, 2)))
        found.append(linear.modes(total / (k + 1), config.d)[0])
    return np.array(found)


def record(key: str, home: Path = HOME) -> None:
    """Chapter 7: what more pairs make of the predictions of its runs of Barlow Twins."""
    start = time.perf_counter()
    names, batches = OF[key]
    configs = [TrainConfig.from_dict(data.load_run(name).meta["config"]) for name in names]
    configs = [config.replace(device="cpu", precision="float32") for config in configs]
    gamma = np.array([gamma_of_batches(config, batches) for config in configs])
    first = configs[0]
    name = f"gamma_of_batches_{key}"
    meta = {
        "chapter": 7, "loss": first.loss, "data": data.load_run(names[0]).meta["data"],
        "network": f"{first.network}, untrained", "seed": [config.seed for config in configs],
        "minutes": round((time.perf_counter() - start) / 60, 1),
        "config": {"runs": names, "batch": first.batch}, "other": MEANING,
    } | made_by(name)  # fmt: skip
    # No training: the one row of eigenvalues is the first run's.
    Run(
        steps=np.zeros(1, int), t=np.zeros(1), loss=np.full(1, float(first.d)),
        eigenvalues=gamma[0, -1:], meta=meta, other={"gamma": gamma},
    ).save(home / name)  # fmt: skip


RUNS = {f"gamma_of_batches_{key}": partial(record, key) for key in OF}
