"""A recorded run of chapter 9: the first modes at the moment at which they have been learned.

The modes of ``learned`` are looked at when training has ended. Until then learned modes turn among
themselves, so whether two networks begin with the same ones is asked at the step itself.
"""

from __future__ import annotations

import dataclasses
import time
from pathlib import Path

import numpy as np

from stepwise_ssl import spectra
from stepwise_ssl.runs import Run
from stepwise_ssl.training import TrainConfig
from stepwise_ssl.training._logbook import log_steps
from stepwise_ssl.training._model import build, outputs, whole_outputs
from stepwise_ssl.training._observer import describe_machine
from stepwise_ssl.training._pictures import Pictures
from stepwise_ssl.training._team import join
from tools.runs.learned import KEPT, SEEDS, D, Scene, centred, configs, trained
from tools.runs.origin import HOME

NAME = "learned_digits_early"
KINDS = ("barlow-twins", "vicreg")
FIRST = (1, 2, 5)
MEANING = {
    "KIND_first_K": "(3, 400, K): the embedding of the first whole pictures, centred, between step "
    "K and step K + 1 along the first K directions, for each seed"
}


def learned_digits_early(home: Path = HOME) -> None:
    """Chapter 9: Barlow Twins and VICReg on digits, three seeds each."""
    begin = time.perf_counter()
    runs = {kind: configs("digits")[kind] for kind in KINDS}
    scene = Scene(runs[KINDS[0]])
    found = {(kind, seed): early(runs[kind].replace(seed=seed), scene)
             for kind in KINDS for seed in SEEDS}  # fmt: skip
    config, (t, eigenvalues, _) = runs[KINDS[0]], found[KINDS[0], SEEDS[0]]
    meta = {
        "chapter": 9, "loss": config.loss, "data": config.data, "network": config.network,
        "seed": list(SEEDS), **describe_machine(join(config)),
        "minutes": round((time.perf_counter() - begin) / 60, 1),
        "command": f"python -m tools.make_runs {NAME}",
        "config": {kind: dataclasses.asdict(run) for kind, run in runs.items()},
        "other": {"KIND": f"one of {list(KINDS)} with _ for -", **MEANING},
    }  # fmt: skip
    steps = log_steps(config.steps, 60)
    Run(
        steps=np.array(steps), t=t, loss=np.full(len(steps), np.nan),
        eigenvalues=np.float32(eigenvalues), meta=meta,
        other={
            # Looked at to three digits at most.
            f"{kind}_first_{k}".replace("-", "_"): np.float16(
                [found[kind, seed][2][k] for seed in SEEDS]
            )
            for kind in KINDS for k in FIRST
        },
    ).save(home / NAME)  # fmt: skip


def early(
    config: TrainConfig, scene: Scene
) -> tuple[np.ndarray, np.ndarray, dict[int, np.ndarray]]:
    """Train; times, eigenvalues and, for each k of FIRST, the first k modes when learned."""
    pictures = Pictures(config, join(config).device)
    model = build(config, pictures.channels).train()
    t, clouds, whole = [], [], []
    for k in trained(config, pictures, model, log_steps(config.steps, 60)):
        t.append(k * config.lr)
        clouds.append(outputs(model, scene.views)[1])
        whole.append(whole_outputs(scene.settled(config, model), scene.train[0][:KEPT])[1])
    eigenvalues = np.array([spectra.covariance_eigenvalues(z) for z in clouds])
    directions = spectra.learned_directions(t, np.array(clouds), D)
    steps = spectra.find_steps(t, eigenvalues)
    first = {}
    for k in FIRST:
        at = np.argmin(np.abs(np.array(t) - np.sqrt(steps[k - 1] * steps[k])))
        first[k] = centred(whole[at]) @ directions[:, :k]
    return np.array(t), eigenvalues, first


RUNS = {NAME: learned_digits_early}
