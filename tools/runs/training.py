"""The recorded runs of chapter 7: residual networks, trained with ``stepwise_ssl.training``."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from stepwise_ssl import spectra
from stepwise_ssl.runs import Run
from stepwise_ssl.training import Diverged, TrainConfig, recipe, train
from tools.runs.origin import HOME

SEEDS = (0, 1, 2)
PAIRS = 100  # whose embeddings are kept
# What is kept in the end: the largest eigenvalues, and the points of some pairs.
_KEPT = {
    "eigenvalues": 32, "cross_eigenvalues": 32, "hidden_eigenvalues": 16,
    "hidden_cross_eigenvalues": 16,
}  # fmt: skip
_SHOWN = 50
LOSSES = {"barlow_twins": "barlow-twins", "simclr": "simclr-dot", "vicreg": "vicreg"}
_AXES = (
    "(T, 2, 50, 3): at each record, both views of the first pairs of the probe, along the first "
    "three directions that were learned; these are known from 100 pairs"
)


def _small() -> dict[str, TrainConfig]:
    """The small ResNet on a CPU: three losses, small start and standard start, three seeds."""
    configs = {}
    for data in ("digits", "cifar10"):
        for loss, name in LOSSES.items():
            for seed in SEEDS:
                kept = {"keep_embeddings": PAIRS} if seed == 0 else {}
                config = recipe(f"{data}-{name}", seed=seed, log_points=150, **kept)
                configs[f"{data}_{loss}_s{seed}"] = config
                # From a standard start VICReg may diverge on photographs at the small start's rate.
                slower = 2 if (data, loss) == ("cifar10", "vicreg") else 1
                standard = config.replace(
                    init_scale=1.0, lr=config.lr / slower, steps=config.steps * slower
                )
                configs[f"{data}_{loss}_standard_s{seed}"] = standard
    return configs


def _claims() -> dict[str, TrainConfig]:
    """Barlow Twins, nearly all on digits: one setting changed at a time."""
    base = recipe("digits-barlow-twins", log_points=150)
    whole = base.lr * base.steps  # the same time, in other steps
    configs = {
        f"lr_{lr:.0e}": base.replace(lr=lr, steps=round(whole / lr))
        for lr in (5e-3, 1e-2, 4e-2, 8e-2)
    }
    configs |= {
        "init_1e-04": base.replace(init_scale=1e-4, steps=2 * base.steps),
        "init_1e-03": base.replace(init_scale=1e-3, steps=3 * base.steps // 2),
        "init_1e-01": base.replace(init_scale=0.1),
        "batch_32": base.replace(batch=32),
        "batch_512": base.replace(batch=512),
        "fixed_pairs": base.replace(fixed_views=True),
        "frozen_trunk": base.replace(frozen_trunk=True, steps=2 * base.steps),
        "wide_crops": base.replace(augment=base.augment | {"crop": [0.2, 1.0]}),
    }
    # What a small start spends on waiting given back to it.
    configs |= {f"longer_s{seed}": base.replace(seed=seed, steps=1700) for seed in SEEDS}
    held = configs["frozen_trunk"]
    configs |= {f"frozen_trunk_s{seed}": held.replace(seed=seed) for seed in SEEDS[1:]}
    configs = {f"digits_barlow_twins_{name}": config for name, config in configs.items()}
    # VICReg's standard start on photographs at the rate of the small one: what halving it avoids.
    for seed in SEEDS:
        fast = recipe("cifar10-vicreg", seed=seed, log_points=150, init_scale=1.0)
        configs[f"cifar10_vicreg_standard_fast_s{seed}"] = fast
    photographs = recipe("cifar10-barlow-twins", log_points=150)
    # Longer than the others: on photographs a trunk that stays is later still.
    held = photographs.replace(frozen_trunk=True, steps=3 * photographs.steps)
    configs["cifar10_barlow_twins_frozen_trunk"] = held
    for seed in SEEDS[1:]:
        configs[f"cifar10_barlow_twins_frozen_trunk_s{seed}"] = held.replace(seed=seed)
    return configs


def _gpu() -> dict[str, TrainConfig]:
    """ResNet-18 on CIFAR-10 and ResNet-50 on Tiny ImageNet, small start; the field's recipes.

    In an order in which compiling one overlaps with training another.
    """
    shared = {"device": "cuda", "log_points": 80, "probe_pairs": 256}
    stairs, field, more = {}, {}, {}
    for network, data in (("resnet18", "cifar10"), ("resnet50", "tinyimagenet")):
        for loss in LOSSES:
            config = recipe(f"{data}-{network}-stairs-{loss.replace('_', '-')}", **shared)
            stairs[f"gpu_{network}_{loss}"] = config.replace(keep_embeddings=PAIRS)
    for loss in LOSSES:
        # Shortened from 200 epochs to 30.
        config = recipe(f"cifar10-resnet18-{loss.replace('_', '-')}", **shared)
        field[f"gpu_resnet18_{loss}_field"] = config.replace(
            steps=2910, warmup=300, log_points=40, compile="inductor"
        )
        small = stairs[f"gpu_resnet18_{loss}"].replace(keep_embeddings=0)
        more[f"gpu_resnet18_{loss}_standard"] = small.replace(init_scale=1.0)
    for loss in LOSSES:
        small = stairs[f"gpu_resnet18_{loss}"].replace(keep_embeddings=0)
        more[f"gpu_resnet18_{loss}_s1"] = small.replace(seed=1)
    turns = zip(stairs.items(), [*field.items(), *[None] * len(field)], strict=True)
    return dict([pair for turn in turns for pair in turn if pair is not None]) | more


CPU = _small() | _claims()
GPU = _gpu()
CONFIGS = CPU | GPU


def record(name: str, home: Path = HOME, config: TrainConfig | None = None) -> None:
    """Train as CONFIGS says, or as asked, and write the curves to home/name.npz and .json.

    Of a run that diverges the curves until then.
    """
    try:
        run = train(config or CONFIGS[name], progress=False)
    except Diverged as error:
        run = error.run
        run.meta.update(diverged=error.step, safe_lr=error.safe_lr)
    else:
        if not run.meta["finished"]:
            raise SystemExit(f"{name} was interrupted: nothing was written.")
    shorten(run, name).save(home / name)


def shorten(run: Run, name: str) -> Run:
    """What the book needs of a run, in the 32 bits that a record is good for."""
    few = {key: getattr(run, key)[:, :n].astype(np.float32) for key, n in _KEPT.items()}
    meta = run.meta | {"chapter": 7, "command": f"python -m tools.make_runs {name}"}
    other = dict(run.other)
    if "embeddings" in other:
        z = other.pop("embeddings")
        z = z - z.mean(axis=(1, 2), keepdims=True)
        flat = z.reshape(len(z), -1, z.shape[-1])
        points = z @ spectra.learned_directions(run.t, flat)
        other = {key: values[:_SHOWN] for key, values in other.items()}
        other["points"] = points[:, :, :_SHOWN].astype(np.float16)
        meanings = {key: text for key, text in meta["other"].items() if key in other}
        meta["other"] = {"points": _AXES} | meanings
    return dataclasses.replace(run, **few, meta=meta, other=other)


RUNS: dict[str, Callable[[], None]] = {name: partial(record, name) for name in CONFIGS}
