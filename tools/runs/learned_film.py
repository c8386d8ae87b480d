"""A recorded run of chapter 9: the embedding of the same views at moments of one training."""

from __future__ import annotations

import dataclasses
import time
from pathlib import Path

import numpy as np

from stepwise_ssl import data, linear, spectra
from stepwise_ssl.runs import Run
from stepwise_ssl.training import recipe
from stepwise_ssl.training._logbook import Logbook
from stepwise_ssl.training._model import build, outputs, whole_outputs
from stepwise_ssl.training._observer import describe_machine
from stepwise_ssl.training._pictures import Pictures
from stepwise_ssl.training._team import join
from tools.runs.learned import D, centred, settled, trained
from tools.runs.origin import HOME

NAME = "learned_digits_film"
PAIRS = 150
WHOLE = 120
MEANING = {
    "pictures": "(150,): which digits the pairs are views of",
    "features": "(300, 64): hidden representation of the views before training, the first views of "
    "all pairs first",
    "features_end": "(300, 64): the same after training",
    "z": "(record, 300, 10): their embedding",
    "whole_pictures": "(120,): which digits are shown whole",
    "whole": "(record, 120, 10): their embedding, batch-norm with the statistics of all digits",
    "whole_predicted": "(120, 10): the functions that the features' kernel predicts from the pairs",
}


def learned_digits_film(home: Path = HOME) -> None:
    """Chapter 9: views and whole digits while Barlow Twins is trained, one seed."""
    begin = time.perf_counter()
    config = recipe("digits-barlow-twins", device="cpu", probe_pairs=PAIRS)
    members = join(config)
    pictures = Pictures(config, members.device)
    model = build(config, pictures.channels).train()
    every = pictures.whole(pictures.labelled("train", len(pictures)))
    probe, logbook = pictures.probe(), Logbook(config, pictures.probe())
    features = centred(outputs(model, probe)[0])
    start = settled(config, model, every)
    on_views = whole_outputs(start, probe)[0]
    gamma, modes = linear.modes(linear.cross_moment(*np.split(centred(on_views), 2)), D)
    predicted = (whole_outputs(start, every[:WHOLE])[0] - on_views.mean(0)) @ modes
    z, whole = [], []
    for k in trained(config, pictures, model, _moments(config.steps)):
        logbook.record(k, model)
        z.append(outputs(model, probe)[1])
        whole.append(whole_outputs(settled(config, model, every), every[:WHOLE])[1])
    features_end = centred(outputs(model, probe)[0])
    run = logbook.run({}, {})
    meta = {
        "chapter": 9, "loss": config.loss, "data": config.data, "network": config.network,
        "seed": config.seed, **describe_machine(members),
        "minutes": round((time.perf_counter() - begin) / 60, 1),
        "command": f"python -m tools.make_runs {NAME}",
        "config": dataclasses.asdict(config), "other": MEANING,
    }  # fmt: skip
    Run(
        steps=run.steps, t=run.t, loss=run.loss, eigenvalues=run.eigenvalues,
        cross_eigenvalues=run.cross_eigenvalues, meta=meta,
        other={
            "pictures": pictures.probe_index().numpy().astype(np.int16),
            "whole_pictures": np.arange(WHOLE, dtype=np.int16),
            # Looked at in figures and to three digits at most.
            **{name: np.float16(values) for name, values in (
                ("features", features), ("features_end", features_end), ("z", z),
                ("whole", whole), ("whole_predicted", predicted / np.sqrt(gamma)),
            )},
        },
    ).save(home / NAME)  # fmt: skip


def _moments(steps: int) -> set[int]:
    """Every hundred steps, and between each two of the ten that chapter 7 saw."""
    before = data.load_run("digits_barlow_twins_s0")
    at = np.interp(spectra.find_steps(before.t, before.eigenvalues), before.t, before.steps)
    return {*range(0, steps + 1, 100), *np.sqrt(at[1:] * at[:-1]).round().astype(int)}


RUNS = {NAME: learned_digits_film}
