"""A recorded run of chapter 10: nine updates of the linear model on pictures of CIFAR-10."""

from __future__ import annotations

import math
import time
from pathlib import Path

import numpy as np
from sklearn.linear_model import RidgeClassifierCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from stepwise_ssl import data, linear, optim, views
from stepwise_ssl.runs import Run
from tools.runs.origin import HOME, made_by

CONFIG = {
    "n": 500, "d": 10, "alpha": 1e-4, "share": 0.4, "near": 0.98, "muon_lr": 0.1, "pairs_seed": 0,
    "starts": [0, 1, 2], "labels": 3000, "test": 2000,
    "probe": "ridge on standardised embeddings, strength by leave-one-out",
}  # fmt: skip
NUMBERS = (
    "lr", "predicted", "measured", "excess", "predicted_excess", "share", "predicted_share",
    "extra",
)  # fmt: skip
MEANING = {
    "update": "(update,): its name",
    "lr": "(update, start): learning rate",
    "predicted": "(update, start): steps until all eigenvalues of C are 1/2, by theory; infinite "
    "for an update that diverges",
    "measured": "(update, start): in training",
    "excess": "(update, start): squared norm of W over the smallest that solves the task; NaN "
    "where training diverged",
    "predicted_excess": "(update, start): by theory; NaN where there is none",
    "share": "(update, start): how much of the embedding comes from the first d modes",
    "predicted_share": "(update, start): by theory; NaN where there is none",
    "final_loss": "(update, start): after twice the steps",
    "settled": "(3, start): steps after which all eigenvalues of C are above 1/2 for good: "
    "gradient descent and (|Γ| + γ_d)^(−1), both at the share `near`, and momentum .9 at `share`",
    "extra": "(update, start): multiplications a step beyond those of the gradient",
    "probe": "(update, start): accuracy of a linear probe on the embeddings of whole pictures; NaN "
    "where training diverged",
    "smallest_start": "(start,): the smallest eigenvalue of C at the start",
    "signed_diverges": "(): of 1000 starts, how many have a negative eigenvalue of C",
}


def settled(
    Gamma: np.ndarray, W0: np.ndarray, share: float, P: np.ndarray | None = None, beta: float = 0.0
) -> int:
    """Steps after which all eigenvalues of C are above ½ and stay there."""
    lr = share * (1 + beta) / (4 * optim.growth_rates(Gamma, 1, P)[0])
    steps = math.ceil(2 * optim.step_counts(Gamma, W0, lr, P, beta).max())
    below = (optim.descent(Gamma, W0, lr, steps, P, beta).eigenvalues < 0.5).any(axis=1)
    return 1 + int(np.flatnonzero(below)[-1])


def faster_linear_cifar10(home: Path = HOME) -> None:
    """Chapter 10: nine updates from three random starts, CIFAR-10, and what a probe reads."""
    start = time.perf_counter()
    labelled = data.load_images("cifar10", n=CONFIG["labels"])
    test = data.load_images("cifar10", split="test", n=CONFIG["test"])
    images = data.Images(labelled.x[: CONFIG["n"]], labelled.y[: CONFIG["n"]], labelled.name)
    x1, x2 = views.make_pairs(images, seed=CONFIG["pairs_seed"], centre=False, scale=False)
    both = np.vstack([x1, x2])
    mean = both.mean(0)
    both -= mean
    size = np.sqrt(np.mean(np.sum(both**2, axis=1)))
    both /= size
    whole = [(i.x.reshape(len(i), -1) / 255 - mean) / size for i in (labelled, test)]
    # The weights never leave the span of the views: train there, in fewer dimensions.
    _, singular, right = np.linalg.svd(both, full_matrices=False)
    span = right[singular > 1e-9 * singular[0]].T
    both = both @ span
    Gamma = linear.cross_moment(*np.split(both, 2))
    Sigma = both.T @ both / len(both)
    gamma, modes = linear.modes(Gamma, len(Gamma))
    d = CONFIG["d"]

    def probe(W: np.ndarray) -> float:
        z = [x @ span @ W.T for x in whole]
        model = make_pipeline(StandardScaler(), RidgeClassifierCV(np.logspace(-3, 5, 17)))
        return float(model.fit(z[0], labelled.y).score(z[1], test.y))

    rows, smallest = [], []
    for seed in CONFIG["starts"]:
        W0 = linear.random_init(d, len(Gamma), CONFIG["alpha"], seed)
        smallest.append(np.linalg.eigvalsh(W0 @ Gamma @ W0.T)[0])
        climbs = optim.compare(Gamma, Sigma, W0, CONFIG["share"], CONFIG["muon_lr"])
        numbers = {key: [getattr(c, key) for c in climbs] for key in NUMBERS}
        damped = optim.inverse_power(Gamma, rho=gamma[d - 1])
        there = [settled(Gamma, W0, CONFIG["near"], P) for P in (None, damped)]
        there.append(settled(Gamma, W0, CONFIG["share"], beta=0.9))
        found = [probe(c.W) if np.isfinite(c.measured) else np.nan for c in climbs]
        rows.append(
            numbers | {"final_loss": [c.loss for c in climbs], "probe": found, "settled": there}
        )
    negative = 0
    for seed in range(1000):
        drawn = linear.random_init(d, len(Gamma), CONFIG["alpha"], seed) @ modes
        negative += np.linalg.eigvalsh(drawn * gamma @ drawn.T)[0] < 0
    other = {key: np.array([row[key] for row in rows]).T for key in rows[0]}
    meta = {
        "chapter": 10,
        "loss": "Barlow Twins, ‖C − I‖², not normalised",
        "data": images.name,
        "network": "linear, in the span of the data, random start",
        "seed": CONFIG["starts"],
        "minutes": round((time.perf_counter() - start) / 60, 1),
        "config": CONFIG,
        "gamma": gamma[: d + 1].tolist(),
        "positive": int((gamma > 0).sum()),
        "other": MEANING,
    } | made_by("faster_linear_cifar10")
    # Nine ways from three starts have no one curve: a single row with the modes stands for them.
    Run(
        steps=np.zeros(1, int), t=np.zeros(1), loss=np.full(1, float(d)),
        eigenvalues=gamma[None, :d], meta=meta,
        other=other | {
            "update": np.array([c.name for c in climbs]), "smallest_start": np.array(smallest),
            "signed_diverges": np.array(negative),
        },
    ).save(home / "faster_linear_cifar10")  # fmt: skip


RUNS = {"faster_linear_cifar10": faster_linear_cifar10}
