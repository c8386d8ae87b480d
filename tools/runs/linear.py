"""The recorded run of chapter 2: the linear model on pictures of CIFAR-10."""

from __future__ import annotations

import time

import numpy as np

from stepwise_ssl import data, linear, views
from stepwise_ssl.runs import Run
from tools.runs.origin import HOME, made_by

CONFIG = {"n": 500, "d": 10, "alpha": 1e-3, "lr": 0.02, "pairs_seed": 0, "end": 1.5}


def linear_cifar10() -> None:
    """Chapter 2: gradient descent on all weights of the linear model, aligned start, CIFAR-10."""
    images = data.load_images("cifar10", n=CONFIG["n"])
    x1, x2 = views.make_pairs(images, seed=CONFIG["pairs_seed"])
    # The weights never leave the span of the pictures: train there, in fewer dimensions.
    span, _ = np.linalg.qr(np.vstack([x1, x2]).T)
    Gamma = linear.cross_moment(x1 @ span, x2 @ span)
    gamma, modes = linear.modes(Gamma, CONFIG["d"])
    uncentred = linear.cross_moment(
        *views.make_pairs(images, seed=CONFIG["pairs_seed"], centre=False)
    )
    s0 = np.full(CONFIG["d"], CONFIG["alpha"])
    lr = CONFIG["lr"] / (4 * gamma[0])
    steps = int(CONFIG["end"] * linear.step_times(gamma, s0).max() / lr)
    start = time.perf_counter()
    run = linear.gradient_descent(Gamma, CONFIG["alpha"] * modes.T, lr, steps)
    minutes = (time.perf_counter() - start) / 60
    keep = np.searchsorted(run.t, np.geomspace(1, run.t[-1], 300))
    keep = np.unique(keep.clip(max=len(run.t) - 1))
    meta = {
        "chapter": 2,
        "loss": "Barlow Twins, ‖C − I‖², not normalised",
        "data": images.name,
        "network": "linear, full matrix in the span of the data, aligned start",
        "seed": CONFIG["pairs_seed"],
        "minutes": round(minutes, 1),
        "config": CONFIG,
        "gamma": gamma.tolist(),
        "gamma_uncentred": linear.modes(uncentred, 4)[0].tolist(),
    } | made_by("linear_cifar10")
    Run(
        steps=np.round(run.t[keep] / lr).astype(int), t=run.t[keep], loss=run.loss[keep],
        eigenvalues=run.eigenvalues[keep], meta=meta,
    ).save(HOME / "linear_cifar10")  # fmt: skip
