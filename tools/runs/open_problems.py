"""The recorded runs of the open problems: other batches and a longer run for SimCLR on digits, and
how much the cross-moment of a frozen trunk's features scatters from pair to pair."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path

import numpy as np
import torch

from stepwise_ssl import data, linear
from stepwise_ssl.runs import Run
from stepwise_ssl.training import TrainConfig, recipe
from stepwise_ssl.training._model import build, outputs
from stepwise_ssl.training._objective import centred
from stepwise_ssl.training._pictures import Pictures
from tools.runs import training
from tools.runs.origin import HOME, made_by

_SIMCLR = recipe("digits-simclr-dot", device="cpu", log_points=150)
CONFIGS = {
    f"digits_simclr_batch_32_s{seed}": _SIMCLR.replace(batch=32, seed=seed) for seed in (0, 1)
}
CONFIGS["digits_simclr_longer_s0"] = _SIMCLR.replace(steps=4 * _SIMCLR.steps)
BATCHES = 100
MEANING = {
    "gamma": "(10,): the largest eigenvalues of the features' cross-moment over all pairs",
    "agreement": "(10,): gamma over the features' second moment along the same directions",
    "s0": "(10,): effective start of the run's own head",
    "scatter": "(10, 10): variance over pairs of (h_k h'_l + h'_k h_l)/2, with h_k the feature "
    "along direction k of one view and h'_k of the other, over gamma_k gamma_l",
}


def batch_noise(key: str, end: str = "", home: Path = HOME) -> None:
    """What batches of pairs do to a frozen trunk: moments of its features, of 100 batches."""
    start = time.perf_counter()
    of = f"{key}_barlow_twins_frozen_trunk{end}"
    recorded = data.load_run(of)
    config = TrainConfig.from_dict(recorded.meta["config"])
    config = config.replace(device="cpu", precision="float32")
    pictures = Pictures(config, torch.device("cpu"))
    model = build(config, pictures.channels).train()
    W0 = model.head[-1].weight.detach().double().numpy()
    pairs = []
    for k in range(BATCHES):  # batch-norm and centring take one batch, as in training
        hidden, _ = outputs(model, pictures.views(*pictures.batch(k, slice(0, config.batch))))
        pairs.append(centred(*np.split(hidden, 2)))
    h1, h2 = (np.concatenate(views) for views in zip(*pairs, strict=True))
    gamma, modes = linear.modes(linear.cross_moment(h1, h2), config.d)
    h1, h2 = h1 @ modes, h2 @ modes
    second = (np.mean(h1**2, axis=0) + np.mean(h2**2, axis=0)) / 2
    products = (h1[:, :, None] * h2[:, None] + h2[:, :, None] * h1[:, None]) / 2
    name = f"batch_noise_{key}{end}"
    meta = {
        "chapter": 10, "loss": config.loss, "data": recorded.meta["data"],
        "network": f"{config.network}, untrained", "seed": config.seed,
        "minutes": round((time.perf_counter() - start) / 60, 1),
        "config": {"run": of, "batch": config.batch, "batches": BATCHES}, "other": MEANING,
    } | made_by(name)  # fmt: skip
    # No training: the one row of eigenvalues is that of the features.
    Run(
        steps=np.zeros(1, int), t=np.zeros(1), loss=np.full(1, float(config.d)),
        eigenvalues=gamma[None], meta=meta,
        other={
            "gamma": gamma, "agreement": gamma / second, "s0": linear.effective_init(W0, modes),
            "scatter": products.var(axis=0) / np.outer(gamma, gamma),
        },
    ).save(home / name)  # fmt: skip


RUNS = {name: partial(training.record, name, config=config) for name, config in CONFIGS.items()}
RUNS |= {
    f"batch_noise_{key}{end}": partial(batch_noise, key, end)
    for key in ("digits", "cifar10")
    for end in ("", "_s1", "_s2")
}
