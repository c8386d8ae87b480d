"""The recorded runs of chapter 5: networks of one hidden layer beside their infinite width."""

from __future__ import annotations

import platform
import time
from collections.abc import Callable
from functools import partial
from importlib.metadata import version

import numpy as np

from stepwise_ssl import data, kernels, linear, ntk, runs, spectra, views
from tools.runs.origin import HOME

WIDE = {
    "n": 100, "d": 5, "pairs_seed": 0, "seeds": [0, 1, 2, 3, 4],
    "epsilons": [1e-4, 1e-3, 1e-2, 1e-1], "curve": {"seed": 0, "epsilon": 1e-2},
    "lr": 0.1, "probes": 40,
}  # fmt: skip
MEANING = {
    "predicted": "step times of infinite width, corrected for the learning rate; axes: all "
    "parameters or last layer alone, start, seed, mode",
    "measured": "step times of this network, the same axes; nan: not within the run",
    "seeded": "predicted for all parameters with the seeds of the network's own blocks; axes: "
    "start, seed, mode",
    "kernel_error": "of the NTK before training, relative to its limit; axis: seed",
    "kernel_change": "of the NTK during training from ε = 0.01, relative; axis: seed",
}
# Trained until when, as a share of the last step time predicted: narrow networks scatter more.
WIDTHS = {64: 2.5, 256: 2.0, 1024: 1.6, 4096: 1.3}


def width(N: int) -> None:
    """Chapter 5: one hidden layer of N units on digits, from several starts and seeds.

    All parameters, then the last layer alone; predictions from the kernel of infinite width.
    """
    begun = time.perf_counter()
    images = data.load_images("digits", n=WIDE["n"])
    m = images.x[0].size
    x1, x2 = (np.sqrt(m) * x for x in views.make_pairs(images, seed=WIDE["pairs_seed"]))
    x = np.concatenate([x1, x2])
    both_kernels = kernels.relu_mlp_kernel(x, x, depth=1)[::-1]  # NTK, then the head's
    theta = both_kernels[0]
    machines = [kernels.ContrastiveKernelPCA(WIDE["d"], "precomputed").fit(K) for K in both_kernels]
    probes = np.linspace(0, len(x) - 1, WIDE["probes"]).astype(int)
    limit = theta[np.ix_(probes, probes)]
    E, S, d = len(WIDE["epsilons"]), len(WIDE["seeds"]), WIDE["d"]
    predicted, measured = np.zeros((2, E, S, d)), np.zeros((2, E, S, d))
    seeded = np.zeros((E, S, d))
    kernel_error, kernel_change = [], []
    for k, seed in enumerate(WIDE["seeds"]):
        blocks = ntk.output_blocks(ntk.MLP((m, N, d), seed=seed), x)
        for e, epsilon in enumerate(WIDE["epsilons"]):
            for part, machine in enumerate(machines):
                network = ntk.MLP((m, N, d), seed=seed)
                F0 = epsilon * ntk.embed(network, x1, x2)
                gamma = machine.eigenvalues_
                lr = WIDE["lr"] / (4 * gamma[0])
                predicted[part, e, k] = clock(gamma, machine.effective_init(F0), lr)
                if part == 0:
                    seeded[e, k] = clock(*ntk.seeded_start(F0, theta, blocks), lr)
                    before = ntk.empirical_ntk(network, x[probes])
                else:
                    network.train_head_only()
                steps = int(WIDTHS[N] * predicted[part, e, k].max() / lr)
                run = ntk.train(network, x1, x2, epsilon, lr, steps)
                measured[part, e, k] = spectra.find_steps(run.t, run.eigenvalues)
                if part == 0 and epsilon == WIDE["curve"]["epsilon"]:
                    after = ntk.empirical_ntk(network, x[probes])
                    kernel_error.append(np.linalg.norm(before - limit) / np.linalg.norm(limit))
                    kernel_change.append(np.linalg.norm(after - before) / np.linalg.norm(limit))
                    if seed == WIDE["curve"]["seed"]:
                        curve, curve_lr = run, lr
    # Some 300 records, evenly spaced on a log axis.
    keep = np.searchsorted(curve.t, np.geomspace(curve.t[1], curve.t[-1], 300))
    keep = np.unique(keep.clip(max=len(curve.t) - 1))
    minutes = (time.perf_counter() - begun) / 60
    runs.Run(
        steps=np.round(curve.t[keep] / curve_lr).astype(int), t=curve.t[keep],
        loss=curve.loss[keep], eigenvalues=curve.eigenvalues[keep],
        meta={
            "chapter": 5,
            "loss": "Barlow Twins, ‖C − I‖², not normalised",
            "data": images.name,
            "network": f"64 inputs, {N} ReLU units, 5 outputs, NTK parametrisation, no biases",
            "seed": WIDE["curve"]["seed"],
            "device": f"CPU, {platform.machine()}",
            "versions": {
                "python": platform.python_version(),
                **{name: version(name).partition("+")[0] for name in ("numpy", "scipy", "torch")},
            },
            "minutes": round(minutes, 1),
            "command": f"python -m tools.make_runs width_{N}",
            "config": WIDE | {"width": N, "end": WIDTHS[N]},
            "other": MEANING,
        },
        other={
            "predicted": predicted.astype(np.float32), "measured": measured.astype(np.float32),
            "seeded": seeded.astype(np.float32),
            "kernel_error": np.array(kernel_error), "kernel_change": np.array(kernel_change),
        },
    ).save(HOME / f"width_{N}")  # fmt: skip


def clock(gamma: np.ndarray, s0: np.ndarray, lr: float) -> np.ndarray:
    """Step times of gradient descent in order, which is later than flow (chapter 3)."""
    grown = 4 * gamma * lr
    return np.sort(linear.step_times(gamma, s0) * grown / np.log1p(grown))


RUNS: dict[str, Callable[[], None]] = {f"width_{N}": partial(width, N) for N in WIDTHS}
