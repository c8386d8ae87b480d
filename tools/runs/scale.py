"""A recorded run of chapter 5: what a small scale κ of a network's output does to its steps."""

from __future__ import annotations

import time
from importlib.metadata import version
from pathlib import Path

import numpy as np

from stepwise_ssl import data, kernels, ntk, spectra, views
from stepwise_ssl.linear import Trajectory
from stepwise_ssl.runs import Run
from tools.runs.origin import HOME, made_by
from tools.runs.width import clock

NAME = "scale_512"
CONFIG = {
    "n": 100, "d": 5, "pairs_seed": 0, "width": 512, "seeds": [0, 1, 2, 3, 4], "epsilon": 1e-2,
    "scales": [1, 0.1, 0.03], "curve": {"seed": 0, "scale": 0.03},
    # Trained until when, as a share of the last step time predicted. No step was later than that
    # by more than a tenth; the smallest scale is early throughout.
    "end": [1.15, 1.15, 1.0],
    "lr": 0.1, "probes": 40,
}  # fmt: skip
MEANING = {
    "predicted": "step times of infinite width, corrected for the learning rate; axes: seed, mode",
    "measured": "step times of this network; axes: scale, seed, mode",
    "kernel_change": "of the NTK during training, relative to the one before; axes: scale, seed",
    "gamma_growth": "γ_j of the NTK after training / before, in descending order; axes: scale, "
    "seed, mode",
    "way": "distance of all weights from those before training; axes: scale, seed",
}


def examine(scale: float, seed: int, end: float) -> tuple[dict[str, object], Trajectory]:
    """One network, trained at one scale: a value for each name of MEANING, and its curves."""
    d = CONFIG["d"]
    images = data.load_images("digits", n=CONFIG["n"])
    m = images.x[0].size
    x1, x2 = (np.sqrt(m) * x for x in views.make_pairs(images, seed=CONFIG["pairs_seed"]))
    x = np.concatenate([x1, x2])
    every = len(x) // CONFIG["probes"]
    machine = kernels.ContrastiveKernelPCA(d, "precomputed")
    gamma = machine.fit(kernels.relu_mlp_kernel(x, x, depth=1)[1]).eigenvalues_
    lr = CONFIG["lr"] / (4 * gamma[0])
    network = ntk.MLP((m, CONFIG["width"], d), seed=seed)
    start = machine.effective_init(CONFIG["epsilon"] * ntk.embed(network, x1, x2))
    predicted = clock(gamma, start, lr)
    weights = [weight.detach().clone() for weight in network.parameters()]
    before = ntk.empirical_ntk(network, x)
    steps = int(end * predicted[-1] / lr)
    run = ntk.train(network, x1, x2, CONFIG["epsilon"], lr, steps, scale=scale)
    after = ntk.empirical_ntk(network, x)
    pairs = zip(weights, network.parameters(), strict=True)
    probes = np.s_[::every, ::every]
    found = {
        "predicted": predicted,
        "measured": spectra.find_steps(run.t, run.eigenvalues),
        "kernel_change": np.linalg.norm((after - before)[probes]) / np.linalg.norm(before[probes]),
        "gamma_growth": machine.fit(after).eigenvalues_ / machine.fit(before).eigenvalues_,
        "way": sum(float(((b - a) ** 2).detach().sum()) for a, b in pairs) ** 0.5,
    }
    return found, run


def scale_512(home: Path = HOME) -> None:
    """Chapter 5: 512 units on digits from ε = 0.01, three scales of the output, five seeds."""
    begun = time.perf_counter()
    rows = []
    for scale, end in zip(CONFIG["scales"], CONFIG["end"], strict=True):
        for seed in CONFIG["seeds"]:
            found, run = examine(scale, seed, end)
            rows.append(found)
            if {"seed": seed, "scale": scale} == CONFIG["curve"]:
                curve = run
    shape = len(CONFIG["scales"]), len(CONFIG["seeds"])
    tables = {
        name: np.reshape([row[name] for row in rows], (*shape, *np.shape(rows[0][name])))
        for name in MEANING
    }
    tables["predicted"] = tables["predicted"][0]  # the same at each scale
    # Some 300 records, evenly spaced on a log axis.
    keep = np.unique(np.searchsorted(curve.t, np.geomspace(curve.t[1], curve.t[-1], 300)))
    meta = {
        "chapter": 5,
        "loss": "Barlow Twins, ‖C − I‖², not normalised",
        "data": "digits",
        "network": f"64 inputs, {CONFIG['width']} ReLU units, {CONFIG['d']} outputs, NTK "
        f"parametrisation, no biases; curves: scale {CONFIG['curve']['scale']}",
        "seed": CONFIG["curve"]["seed"],
        "minutes": round((time.perf_counter() - begun) / 60, 1),
        "config": CONFIG,
        "other": MEANING,
    } | made_by(NAME)
    meta["versions"]["torch"] = version("torch").partition("+")[0]
    Run(
        steps=np.round(curve.t[keep] / curve.t[1]).astype(int), t=curve.t[keep],
        loss=curve.loss[keep], eigenvalues=curve.eigenvalues[keep], meta=meta,
        other={name: table.astype(np.float32) for name, table in tables.items()},
    ).save(home / NAME)  # fmt: skip


RUNS = {NAME: scale_512}
