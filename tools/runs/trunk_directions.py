"""A recorded run of chapter 7: what becomes of an untrained trunk's features while others learn."""

from __future__ import annotations

import dataclasses
import time
from pathlib import Path

import numpy as np
import torch

from stepwise_ssl import linear, spectra
from stepwise_ssl.runs import Run
from stepwise_ssl.training import TrainConfig, recipe
from stepwise_ssl.training._logbook import Logbook, log_steps
from stepwise_ssl.training._model import build, outputs
from stepwise_ssl.training._observer import describe_machine
from stepwise_ssl.training._pictures import Pictures
from stepwise_ssl.training._step import make_step
from stepwise_ssl.training._team import join
from tools.runs.origin import HOME

NAME = "trunk_directions_digits"
SEEDS = (0, 1, 2)
_LATE = slice(5, 10)
MEANING = {
    "alignment": "(seed, record): how much of the functions that modes 6 to 10 of the features "
    "are on the probe's views lies in the span of those of the untrained trunk, 0 to 1",
    "inside": "(seed, record): how much of the span of the untrained trunk's modes 6 to 10 lies in "
    "that of all features of now, as functions on the probe's views, 0 to 1",
    "gamma": "(seed, record, 10): eigenvalues of the features' cross-moment",
    "embedding": "(seed, record, 10): eigenvalues of C",
}


def late_functions(hidden: np.ndarray) -> np.ndarray:
    """Modes 6 to 10 of the cross-moment of hidden (2p, h), as functions of the views: (2p, 5)."""
    hidden = hidden - hidden.mean(0)
    _, modes = linear.modes(linear.cross_moment(*np.split(hidden, 2)), _LATE.stop)
    return hidden @ modes[:, _LATE]


def inside(functions: np.ndarray, hidden: np.ndarray) -> float:
    """How much of the span of functions (2p, k) the features, hidden (2p, h), can make: 0 to 1."""
    basis = np.linalg.qr(functions)[0]
    present, sizes, _ = np.linalg.svd(hidden - hidden.mean(0), full_matrices=False)
    return float(((present[:, sizes > 1e-6 * sizes[0]].T @ basis) ** 2).sum() / basis.shape[1])


def watch(config: TrainConfig) -> tuple[Logbook, np.ndarray, np.ndarray]:
    """Train, and at each record compare the late functions with those before training."""
    members = join(config)
    pictures = Pictures(config, members.device)
    model = build(config, pictures.channels).train()
    optimizer = torch.optim.SGD(model.parameters(), lr=config.lr)
    step = make_step(config, members, model, optimizer, pictures.views)
    probe = pictures.probe()
    logbook, alignment, within = Logbook(config, probe), [], []
    untrained = late_functions(outputs(model, probe)[0])
    due = set(log_steps(config.steps, config.log_points))
    for k in range(config.steps + 1):
        if k in due:
            logbook.record(k, model)
            hidden = outputs(model, probe)[0]
            alignment.append(spectra.subspace_alignment(untrained, late_functions(hidden)))
            within.append(inside(untrained, hidden))
        if k < config.steps:
            step(*pictures.batch(k, slice(0, config.batch)))
    return logbook, np.array(alignment), np.array(within)


def trunk_directions_digits(home: Path = HOME) -> None:
    """Chapter 7: what features do while they wait; Barlow Twins on digits, three seeds."""
    start = time.perf_counter()
    config = recipe("digits-barlow-twins", device="cpu")
    watched = [watch(config.replace(seed=seed)) for seed in SEEDS]
    books, alignment, within = zip(*watched, strict=True)
    first = books[0].run({}, {})
    meta = {
        "chapter": 7, "loss": config.loss, "data": config.data, "network": config.network,
        "seed": list(SEEDS), **describe_machine(join(config)),
        "minutes": round((time.perf_counter() - start) / 60, 1),
        "command": f"python -m tools.make_runs {NAME}",
        "config": dataclasses.asdict(config), "other": MEANING,
    }  # fmt: skip
    rows = [book.run({}, {}) for book in books]
    Run(
        steps=first.steps, t=first.t, loss=first.loss, eigenvalues=first.eigenvalues, meta=meta,
        other={
            "alignment": np.array(alignment), "inside": np.array(within),
            "gamma": np.array([run.hidden_cross_eigenvalues[:, :10] for run in rows]),
            "embedding": np.array([run.cross_eigenvalues for run in rows]),
        },
    ).save(home / NAME)  # fmt: skip


RUNS = {NAME: trunk_directions_digits}
