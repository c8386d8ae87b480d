"""A recorded run of chapter 9: one head on batches, and on their mean, with jitter and without."""

from __future__ import annotations

import dataclasses
import time
from functools import partial
from pathlib import Path

import numpy as np
import torch

from stepwise_ssl import linear, meaning, spectra
from stepwise_ssl.runs import Run
from stepwise_ssl.training import TrainConfig, recipe
from stepwise_ssl.training._model import build, outputs, whole_outputs
from stepwise_ssl.training._observer import describe_machine
from stepwise_ssl.training._pictures import Pictures
from stepwise_ssl.training._team import join
from tools.runs.learned import KEPT, Scene, centred, predicted
from tools.runs.origin import HOME

SEEDS = (0, 1, 2)
BATCHES = 150
RECORDS = 40
# A frozen trunk of photographs is later: as many iterations as its recorded run has.
STEPS = {"digits": 2000, "cifar10": 6000}
MEANING = {
    "along": "alignment of the head's functions with those that 200 pairs predict, along the way",
    "held_NAME": "how much of this property of 400 whole pictures the head's functions explain",
    "agreement": "cross-moment over second moment of the two views' embeddings, each a trace",
    "embedding": "(10,): eigenvalues of W Γ Wᵀ at the end, with the mean Γ of all batches",
    "loss": "mean loss of the batches at the end",
    "KIND_KEY": "KIND is batches or mean; first axis: seeds, second: with jitter, without",
}


def head_on_batches(config: TrainConfig, scene: Scene, steps: int) -> dict[str, dict]:
    """A head on the features of an untrained trunk: on batches in turn, and on their mean.

    Returns:
        For "batches" and "mean" what MEANING says: "along" (records,), "embedding" (10,), and
        numbers.
    """
    pictures = Pictures(config, torch.device("cpu"))
    model = build(config, pictures.channels).train()
    h = centred(outputs(model, scene.views)[0].astype(float))
    expected = predicted(h @ h.T)
    whole = centred(whole_outputs(scene.settled(config, model), scene.train[0])[0][:KEPT])
    gammas, scatter = [], 0
    for k in range(BATCHES):
        drawn = pictures.views(*pictures.batch(k, slice(0, config.batch)))
        views = centred(outputs(model, drawn)[0].astype(float))
        gammas.append(linear.cross_moment(*np.split(views, 2)))
        scatter = scatter + views.T @ views / len(views) / BATCHES
    mean = np.mean(gammas, axis=0)
    rng = np.random.default_rng(config.seed)
    turns = -(-steps // BATCHES)
    in_turn = np.concatenate([rng.permutation(BATCHES) for _ in range(turns)])[:steps]
    factors = meaning.factors(scene.first)
    identity, found = np.eye(config.d), {}
    for kind in ("batches", "mean"):
        W, along = model.head[-1].weight.detach().double().numpy(), []
        for k, batch in enumerate(in_turn):
            if k % (steps // RECORDS) == 0:
                along.append(spectra.mode_alignment(expected, h @ W.T).mean())
            gamma = gammas[batch] if kind == "batches" else mean
            W = W - config.lr * 4 * (W @ gamma @ W.T - identity) @ W @ gamma
        functions = whole @ W.T
        found[kind] = {
            "along": np.array(along),
            "embedding": np.linalg.eigvalsh(W @ mean @ W.T)[::-1],
            "agreement": np.trace(W @ mean @ W.T) / np.trace(W @ scatter @ W.T),
            "loss": np.mean([np.sum((W @ g @ W.T - identity) ** 2) for g in gammas]),
        } | {
            f"held_{name}": spectra.mode_alignment(x.astype(float), functions).mean()
            for name, x in factors.items()
        }
    return found


def settings(key: str) -> list[TrainConfig]:
    """With jitter, and without."""
    config = recipe(f"{key}-barlow-twins", device="cpu")
    return [config, config.replace(augment=config.augment | {"jitter": [0.0] * 4})]


def record(key: str, home: Path = HOME) -> None:
    """Chapter 9: is it the batches that keep brightness down?"""
    start = time.perf_counter()
    both = settings(key)
    scenes = [Scene(config) for config in both]
    found = [
        [
            head_on_batches(config.replace(seed=seed), scene, STEPS[key])
            for config, scene in zip(both, scenes, strict=True)
        ]
        for seed in SEEDS
    ]
    other = {
        f"{kind}_{name}".replace(" ", "_"): np.float32(
            [[one[kind][name] for one in row] for row in found]
        )
        for kind in ("batches", "mean")
        for name in found[0][0][kind]
    }
    name, first = f"head_on_batches_{key}", both[0]
    meta = {
        "chapter": 9, "loss": first.loss, "data": first.data,
        "network": f"{first.network}, untrained", "seed": list(SEEDS),
        **describe_machine(join(first)),
        "minutes": round((time.perf_counter() - start) / 60, 1),
        "command": f"python -m tools.make_runs {name}",
        "config": dataclasses.asdict(first) | {"batches": BATCHES, "steps": STEPS[key]},
        "other": MEANING,
    }  # fmt: skip
    # No eigenvalues are followed: one row stands for the start.
    Run(
        steps=np.zeros(1, int), t=np.zeros(1), loss=np.full(1, float(first.d)),
        eigenvalues=np.zeros((1, first.d)), meta=meta, other=other,
    ).save(home / name)  # fmt: skip


RUNS = {f"head_on_batches_{key}": partial(record, key) for key in STEPS}
