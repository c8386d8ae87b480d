"""Recorded runs of chapter 10: preconditioned heads against SGD, tuned, on two data sets.

Every setting of a grid gets the same number of steps and the same three seeds, and all of them
are kept, those that diverge included.
"""

from __future__ import annotations

import dataclasses
import math
import time
from collections.abc import Iterable
from functools import partial
from pathlib import Path

import numpy as np
import torch

from stepwise_ssl import optim
from stepwise_ssl.data import load_images
from stepwise_ssl.networks import Encoder
from stepwise_ssl.runs import Run
from stepwise_ssl.training import TrainConfig, recipe
from stepwise_ssl.training._evaluate import evaluation
from stepwise_ssl.training._logbook import Logbook
from stepwise_ssl.training._model import build
from stepwise_ssl.training._observer import describe_machine
from stepwise_ssl.training._own import NOTHING
from stepwise_ssl.training._pictures import Pictures
from stepwise_ssl.training._step import make_step
from stepwise_ssl.training._team import join
from tools.runs.origin import HOME

SEEDS = (0, 1, 2)
RHO = 0.1
EVERY = 10  # steps between two records


def _grid(
    plain: Iterable[float],
    momentum: Iterable[float],
    apart: Iterable[tuple],
    both: dict[float, tuple],
    all_three: dict[float, tuple],
) -> tuple:
    """Rows of kind, learning rate of the trunk, learning rate of the head.

    Of ``both`` and ``all_three`` each learning rate of the trunk has some of the head.
    """
    return (
        *(("plain", lr, lr) for lr in plain),
        *(("momentum", lr, lr) for lr in momentum),
        *(("two rates", *lrs) for lrs in apart),
        *(("preconditioned", *lrs) for lrs in apart),
        *(("two rates, momentum", lr, head) for lr, heads in both.items() for head in heads),
        *(
            ("preconditioned, momentum", lr, head)
            for lr, heads in all_three.items()
            for head in heads
        ),
    )


# Six settings of each kind. Kinds with two rates and momentum have as many as it takes until the
# mean over the seeds is worse at half and at twice each of the best two rates.
GRIDS = {
    "faster_digits": _grid(
        plain=(0.02, 0.03, 0.04, 0.05, 0.06, 0.08),
        momentum=(0.002, 0.004, 0.008, 0.01, 0.012, 0.016),
        apart=((0.02, 0.03), (0.02, 0.05), (0.02, 0.1), (0.02, 0.2), (0.01, 0.1), (0.04, 0.1)),
        both={
            0.001: (0.02, 0.04),
            0.002: (0.01, 0.02, 0.04, 0.08),
            0.004: (0.01, 0.02, 0.04),
            0.008: (0.02,),
        },
        all_three={
            0.001: (0.01, 0.02, 0.04),
            0.002: (0.005, 0.01, 0.02, 0.04, 0.08),
            0.004: (0.01, 0.02, 0.04),
        },
    ),
    "faster_cifar10": _grid(
        plain=(0.01, 0.015, 0.02, 0.025, 0.03, 0.04),
        momentum=(0.001, 0.002, 0.003, 0.004, 0.005, 0.006),
        apart=((0.01, 0.03), (0.01, 0.05), (0.01, 0.1), (0.01, 0.2), (0.02, 0.05), (0.02, 0.1)),
        both={0.0005: (0.01, 0.02, 0.04), 0.001: (0.01, 0.02, 0.04), 0.002: (0.01, 0.02)},
        all_three={
            0.00025: (0.01,),
            0.0005: (0.005, 0.01, 0.02),
            0.001: (0.005, 0.01, 0.02),
            0.002: (0.01,),
        },
    ),
}
CONFIGS = {
    "faster_digits": recipe(
        "digits-barlow-twins", device="cpu", steps=500, probe_pairs=250, log_points=2
    ),
    "faster_cifar10": recipe(
        "cifar10-barlow-twins", device="cpu", steps=1000, probe_pairs=250, log_points=2
    ),
}
MEANING = {
    "setting": "(setting,): plain SGD, SGD with momentum .9, SGD with another rate for the head, "
    "SGD for the trunk and optim.PreconditionedSGD for the head, rho = .1, SGD with another "
    "rate for the head and momentum .9, or a preconditioned head and momentum .9 for both",
    "trunk_lr": "(setting,): learning rate of the trunk",
    "head_lr": "(setting,): learning rate of the head",
    "curves": "(setting, seed, record, 10): eigenvalues of C on the probe's pairs, descending; NaN "
    "after a run has diverged",
    "losses": "(setting, seed, record): loss on the probe's pairs",
    "passed": "(setting, seed, 10): the step at which the kth of them passes 1/2, between records "
    "on a line; infinite where it does not",
    "probe": "(setting, seed): accuracy of a linear probe on the features in the end; NaN where a "
    "run has diverged",
    "cpu_seconds": "(setting, seed): of the steps alone, with those of the records left out",
}


class _Both:
    """Two optimisers as one."""

    def __init__(self, *each: torch.optim.Optimizer):
        self.each = each

    def zero_grad(self, set_to_none: bool) -> None:
        for optimizer in self.each:
            optimizer.zero_grad(set_to_none)

    def step(self) -> None:
        for optimizer in self.each:
            optimizer.step()


def optimiser(model: Encoder, kind: str, trunk_lr: float, head_lr: float) -> _Both:
    """What a row of a grid asks for."""
    momentum = 0.9 if kind.endswith("momentum") else 0.0
    trunk = torch.optim.SGD(model.trunk.parameters(), lr=trunk_lr, momentum=momentum)
    if kind.startswith("preconditioned"):
        head = optim.PreconditionedSGD(model.head[-1], lr=head_lr, rho=RHO, momentum=momentum)
        return _Both(trunk, head)
    return _Both(trunk, torch.optim.SGD(model.head.parameters(), lr=head_lr, momentum=momentum))


def climb(config: TrainConfig, row: tuple[str, float, float]) -> dict[str, np.ndarray | float]:
    """Train once, to the end or until it diverges."""
    members = join(config)
    pictures = Pictures(config, members.device)
    model = build(config, pictures.channels).train()
    optimizer = optimiser(model, *row)
    step = make_step(config, members, model, optimizer, pictures.views)
    logbook, spent = Logbook(config, pictures.probe()), 0.0
    records = config.steps // EVERY + 1
    curves, losses = np.full((records, config.d), np.nan), np.full(records, np.nan)
    for k in range(config.steps + 1):
        if k % EVERY == 0:
            logbook.record(k, model)
            if not math.isfinite(logbook.loss) or logbook.blown_up:
                break
            curves[k // EVERY] = logbook.rows["cross_eigenvalues"][-1]
            losses[k // EVERY] = logbook.loss
        if k < config.steps:
            start = time.process_time()
            step(*pictures.batch(k, slice(0, config.batch)))
            spent += time.process_time() - start
    finished = np.isfinite(losses[-1])
    probe = evaluation(config, pictures, NOTHING).of(model)["linear_probe"] if finished else np.nan
    return {
        "curves": curves, "losses": losses, "passed": passed(curves), "probe": probe,
        "cpu_seconds": spent,
    }  # fmt: skip


def passed(curves: np.ndarray) -> np.ndarray:
    """The step at which each column of curves (record, d) first passes 1/2, (d,)."""
    steps = np.full(curves.shape[1], np.inf)
    for j, curve in enumerate(curves.T):
        above = np.flatnonzero(curve >= 0.5)
        if len(above):
            k = above[0]
            part = 1.0 if k == 0 else (0.5 - curve[k - 1]) / (curve[k] - curve[k - 1])
            steps[j] = EVERY * (k - 1 + part)
    return steps


def faster(name: str, home: Path = HOME) -> None:
    """Chapter 10: the whole grid, three seeds."""
    start = time.perf_counter()
    config, grid = CONFIGS[name], GRIDS[name]
    found = {(row, seed): climb(config.replace(seed=seed), row) for seed in SEEDS for row in grid}
    save(name, found, (time.perf_counter() - start) / 60, home)


def save(name: str, found: dict[tuple, dict], minutes: float, home: Path) -> None:
    """Record what ``climb`` has found for each row of the grid and seed."""
    config, grid = CONFIGS[name], GRIDS[name]
    first = found[grid[0], SEEDS[0]]
    measured = {
        key: np.float32([[found[row, seed][key] for seed in SEEDS] for row in grid])
        for key in first
    }
    # Looked at to three digits: what lies beyond the fourth would be half of the file.
    mantissa, exponent = np.frexp(measured["curves"])
    measured["curves"] = np.ldexp(np.round(mantissa * 2**13) / 2**13, exponent)
    records = np.arange(0, config.steps + 1, EVERY)
    kinds, trunk_lr, head_lr = zip(*grid, strict=True)
    meta = {
        "chapter": 10, "loss": config.loss, "data": load_images(config.data, n=1).name,
        "network": config.network, "seed": list(SEEDS), **describe_machine(join(config)),
        "minutes": round(minutes, 1), "command": f"python -m tools.make_runs {name}",
        "config": dataclasses.asdict(config) | {"rho": RHO}, "other": MEANING,
    }  # fmt: skip
    # The curves of a run as such are those of the first row and seed.
    Run(
        steps=records, t=records * trunk_lr[0], loss=first["losses"], eigenvalues=first["curves"],
        meta=meta,
        other=measured | {
            "setting": np.array(kinds), "trunk_lr": np.array(trunk_lr),
            "head_lr": np.array(head_lr),
        },
    ).save(home / name)  # fmt: skip


RUNS = {name: partial(faster, name) for name in CONFIGS}
