"""Recorded runs of chapter 8: a network's own tangent kernel, followed along its training.

λ_j, the eigenvalues of C on fixed pairs, are functions of all weights θ, and gradient flow of
‖C − I‖² on these pairs moves them as

    dλ_j/dt = 2 Σ_k (1 − λ_k) ⟨∇λ_j, ∇λ_k⟩.

So 8 γ_j (1 − λ_j) with γ_j = |∇λ_j|²/4λ_j is what mode j does for itself in d log λ_j/dt, and the
rest is what the others do to it. ∇λ_j takes one backward pass, with the eigenvector held fixed:
what it does itself cancels to first order. The kernel, a matrix of (2p·d)² numbers, is never made.
"""

from __future__ import annotations

import dataclasses
import time
from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from stepwise_ssl.networks import Encoder
from stepwise_ssl.runs import Run
from stepwise_ssl.training import TrainConfig, recipe
from stepwise_ssl.training._logbook import Logbook, log_steps
from stepwise_ssl.training._model import build, untracked
from stepwise_ssl.training._objective import centred
from stepwise_ssl.training._observer import describe_machine
from stepwise_ssl.training._pictures import Pictures
from stepwise_ssl.training._step import make_step
from stepwise_ssl.training._team import join
from tools.runs.origin import HOME

SEEDS = (0, 1, 2)
RECIPES = {
    "own_kernel_digits": recipe("digits-barlow-twins", device="cpu", log_points=150),
    "own_kernel_cifar10": recipe("cifar10-barlow-twins", device="cpu", log_points=150),
}
# Trained as the recipe says, with fresh pairs at each step; and on the probe's pairs alone, fewer
# of them, in steps a fifth as long: then the formula above is that of the run.
CHANGES = {
    "fresh": {},
    "fixed": {"probe_pairs": 100, "lr": 0.004, "steps": 4000, "log_points": 300},
}
MEANING = {
    "embedding": "(seed, record, 10): eigenvalues of C on the probe's pairs, descending",
    "head": "(seed, record, 10): the part of the head's weights in γ_j = |∇λ_j|²/4λ_j",
    "trunk": "(seed, record, 10): the part of the trunk's weights in γ_j",
    "others": "(seed, record, 10): Σ_{k≠j} (1 − λ_k) ⟨∇λ_j, ∇λ_k⟩/4λ_j, so that "
    "d log λ_j/dt = 8 ((head + trunk)(1 − λ_j) + others) on fixed pairs",
}


def parts(model: Encoder, probe: Tensor) -> dict[str, np.ndarray]:
    """λ_j (d,) on the probe, and the head's, the trunk's and the other modes' parts of its rate."""
    with untracked(model):
        z1, z2 = centred(*model(probe).double().chunk(2))
    C = (z1.T @ z2 + z2.T @ z1) / (2 * len(z1))
    values, vectors = (x.flip(-1) for x in torch.linalg.eigh(C.detach()))
    products = {
        name: _products([u @ C @ u for u in vectors.T], part)
        for name, part in (("head", model.head), ("trunk", model.trunk))
    }
    values = values.numpy()
    between = products["head"] + products["trunk"]
    np.fill_diagonal(between, 0)
    size = 4 * np.abs(values)
    own = {name: np.diagonal(product) / size for name, product in products.items()}
    return {"embedding": values, **own, "others": between @ (1 - values) / (4 * values)}


def _products(values: list[Tensor], part: nn.Module) -> np.ndarray:
    """The products of the values' gradients with respect to a part's weights, (d, d)."""
    weights = [w for w in part.parameters() if w.requires_grad]
    if not weights:
        return np.zeros((len(values), len(values)))
    slopes = [torch.autograd.grad(value, weights, retain_graph=True) for value in values]
    rows = torch.stack([torch.cat([g.double().flatten() for g in row]) for row in slopes])
    return (rows @ rows.T).numpy()


def watch(config: TrainConfig, on_probe: bool) -> tuple[Logbook, dict[str, np.ndarray]]:
    """Train, and take the parts at each record."""
    members = join(config)
    pictures = Pictures(config, members.device)
    model = build(config, pictures.channels).train()
    probe = pictures.probe()
    trained = [w for w in model.parameters() if w.requires_grad]
    optimizer = torch.optim.SGD(trained, lr=config.lr)
    views = (lambda x: x) if on_probe else pictures.views
    step = make_step(config, members, model, optimizer, views)
    logbook, rows = Logbook(config, probe), []
    due = set(log_steps(config.steps, config.log_points))
    for k in range(config.steps + 1):
        if k in due:
            logbook.record(k, model)
            rows.append(parts(model, probe))
        if k < config.steps:
            step(*((probe,) if on_probe else pictures.batch(k, slice(0, config.batch))))
    return logbook, {name: np.array([row[name] for row in rows]) for name in MEANING}


def own_kernel(name: str, how: str, home: Path = HOME) -> None:
    """Chapter 8: what moves each eigenvalue of C, Barlow Twins, three seeds."""
    start = time.perf_counter()
    config = RECIPES[name].replace(**CHANGES[how])
    watched = [watch(config.replace(seed=seed), how == "fixed") for seed in SEEDS]
    first = watched[0][0].run({}, {})
    called = f"{name}_{how}"
    meta = {
        "chapter": 8, "loss": config.loss, "data": config.data, "network": config.network,
        "seed": list(SEEDS), **describe_machine(join(config)),
        "minutes": round((time.perf_counter() - start) / 60, 1),
        "command": f"python -m tools.make_runs {called}",
        "config": dataclasses.asdict(config), "other": MEANING,
    }  # fmt: skip
    Run(
        steps=first.steps, t=first.t, loss=first.loss, eigenvalues=first.eigenvalues, meta=meta,
        # The network's own precision.
        other={key: np.float32([rows[key] for _, rows in watched]) for key in MEANING},
    ).save(home / called)  # fmt: skip


RUNS = {
    f"{name}_{how}": partial(own_kernel, name, how)
    for name, how in (
        ("own_kernel_digits", "fresh"), ("own_kernel_digits", "fixed"),
        ("own_kernel_cifar10", "fresh"),
    )
}  # fmt: skip
