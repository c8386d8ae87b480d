"""A recorded run of chapter 10: the small ResNet under two more losses, digits, from a small start.

Each with a trunk that is trained and with one that is frozen; with what the features of the start
say of the first step.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from scipy.optimize import minimize_scalar
from torch import Tensor

from stepwise_ssl import linear, losses, spectra
from stepwise_ssl.runs import Run
from stepwise_ssl.training import TrainConfig, recipe
from stepwise_ssl.training._model import build, outputs
from stepwise_ssl.training._objective import centred
from stepwise_ssl.training._observer import describe_machine
from stepwise_ssl.training._own import Own
from stepwise_ssl.training._pictures import Pictures
from stepwise_ssl.training._step import make_step
from stepwise_ssl.training._team import join
from tools.runs.fourth_loss_linear import lejepa_operator
from tools.runs.origin import HOME

SEEDS = (0, 1, 2)
# By kind, so that descent is stable where features have a large mean or a large variance.
LR = {"spectral": 0.005, "spectral_centred": 0.01, "lejepa": 0.02}
EVERY = 10  # steps between two records
DIRECTIONS, WEIGHT = 64, 0.05
HEIGHT = 0.25
CONFIG = recipe("digits-barlow-twins", device="cpu", steps=800, probe_pairs=250, log_points=2)
MEANING = {
    "KIND_curves": "(trunk, seed, record, 10): trained trunk, then frozen; spectral and "
    "spectral_centred: eigenvalues of C on the probe's pairs, descending; lejepa: of the "
    "embedding's second moment. Centred, except for spectral",
    "KIND_passed": "(trunk, seed, 10): the step at which the kth of them passes 1/4, between "
    "records on a line; NaN where it does not",
    "KIND_predicted": "(seed, 10): by theory near zero from the features of the start, sorted",
    "lejepa_kurtosis": "(trunk, seed): of the embedding along its largest direction, on the first "
    "views of the probe, at the record at which its variance is largest; 3 for a Gaussian",
    "lejepa_best": "(trunk, seed): the variance at which SIGReg is smallest if one of ten outputs "
    "has this shape and the others are 0",
    "lejepa_rest": "(trunk, seed): the variance of the embedding along its largest direction at "
    "which the whole loss is smallest, both views as they are at that record in all else",
    "lejepa_tenth": "(trunk, seed): of the variance along that direction then, the part of the "
    "tenth of the first views that are farthest out",
    "KIND_null": "(seed, 10): the same with the features' second moment in place of their "
    "cross-moment (spectral, spectral_centred), or the reverse (lejepa)",
}


def loss_of(kind: str, seed: int) -> Callable[[Tensor, Tensor], Tensor]:
    """The loss by name; that of LeJEPA draws its directions anew at each call."""
    if kind == "spectral":
        return losses.spectral_contrastive
    if kind == "spectral_centred":
        return lambda z1, z2: losses.spectral_contrastive(*centred(z1, z2))
    generator = torch.Generator().manual_seed(seed)

    def lejepa(z1: Tensor, z2: Tensor) -> Tensor:
        directions = torch.randn(z1.shape[1], DIRECTIONS, generator=generator)
        return losses.lejepa(z1, z2, directions, WEIGHT)

    return lejepa


def predicted(kind: str, config: TrainConfig) -> tuple[np.ndarray, np.ndarray]:
    """Steps to HEIGHT by the rates near zero, and by those of the other moment, both (10,)."""
    pictures = Pictures(config, join(config).device)
    model = build(config, pictures.channels).train()
    h1, h2 = np.split(outputs(model, pictures.probe())[0], 2)
    W0 = model.head[-1].weight.detach().double().numpy()
    means = [h.mean(0) for h in (h1, h2)]
    raw = linear.cross_moment(h1, h2), second_moment(h1, h2)
    if kind != "spectral":
        h1, h2 = centred(h1, h2)
    Gamma, Sigma = linear.cross_moment(h1, h2), second_moment(h1, h2)
    if kind == "lejepa":
        own = lejepa_operator(*raw, means, config.batch, config.d, WEIGHT)
        share = linear.modes(own, 1)[0][0] / linear.modes(Sigma, 1)[0][0]
        return tuple(_steps(M, Sigma, W0, config.lr) for M in (own, share * Gamma))
    return tuple(_steps(4 * M, Gamma, W0, config.lr) for M in (Gamma, Sigma))


def _steps(operator: np.ndarray, of: np.ndarray, W0: np.ndarray, lr: float) -> np.ndarray:
    """Steps until an eigenvalue of W · of · Wᵀ is HEIGHT, if it grows as near zero, sorted."""
    kappa, V = linear.modes(operator, len(W0))
    start = np.sum(V * (of @ V), axis=0) * linear.effective_init(W0, V) ** 2
    return np.sort(np.log(HEIGHT / start) / (2 * np.log1p(lr * kappa)))


def second_moment(h1: np.ndarray, h2: np.ndarray) -> np.ndarray:
    """Σ of all views, not centred: (n, h), (n, h) -> (h, h)."""
    return (h1.T @ h1 + h2.T @ h2) / (2 * len(h1))


def climb(kind: str, config: TrainConfig) -> tuple[np.ndarray, np.ndarray]:
    """Train; the curves of ``MEANING``, (record, 10), and the two views' embedding, (2, n, 10).

    The embedding is that of the record at which its largest direction is largest, in coordinates
    of which this direction is the first.
    """
    members = join(config)
    pictures = Pictures(config, members.device)
    model = build(config, pictures.channels).train()
    weights = [w for w in model.parameters() if w.requires_grad]
    optimizer = torch.optim.SGD(weights, lr=config.lr)
    own = Own(loss=loss_of(kind, config.seed))
    step = make_step(config, members, model, optimizer, pictures.views, own)
    probe, curves, highest = pictures.probe(), [], np.zeros((2, 0, 0))
    for k in range(config.steps + 1):
        if k % EVERY == 0:
            z1, z2 = np.split(outputs(model, probe)[1], 2)
            if kind != "spectral":
                z1, z2 = centred(z1, z2)
            of = second_moment if kind == "lejepa" else linear.cross_moment
            value, axes = np.linalg.eigh(of(z1, z2))
            if not curves or value[-1] > np.max(curves):
                highest = np.array([z1, z2]) @ axes[:, ::-1]
            curves.append(value[::-1])
        if k < config.steps:
            step(*pictures.batch(k, slice(0, config.batch)))
    return np.array(curves), highest


def best_height(p: np.ndarray, d: int) -> float:
    """The variance at which SIGReg is smallest, if one output is p (n,) and d − 1 others are 0."""
    z = np.zeros((len(p), d))
    z[:, 0] = p / np.std(p)
    cloud = torch.tensor(z)
    directions = torch.tensor(np.random.default_rng(0).normal(size=(d, 1000)))
    found = minimize_scalar(
        lambda log_u: losses.sigreg(np.exp(log_u / 2) * cloud, directions).item(),
        bounds=(np.log(0.5), np.log(50 * d)), method="bounded",
    )  # fmt: skip
    return float(np.exp(found.x))


def rest_height(both: np.ndarray, batch: int) -> float:
    """The variance of the first coordinate at which LeJEPA is smallest, all else in ``both`` kept.

    SIGReg counts as it does on a batch, and not as on all the pairs of ``both``, (2, n, d).
    """
    _, n, d = both.shape
    cloud = torch.tensor(both / [np.std(both[:, :, 0]), *np.ones(d - 1)])
    directions = torch.tensor(np.random.default_rng(0).normal(size=(d, 1000)))

    def loss(log_u: float) -> float:
        size = torch.tensor([np.exp(log_u / 2), *np.ones(d - 1)])
        z1, z2 = cloud * size
        apart, whole = (losses.lejepa(z1, z2, directions, weight).item() for weight in (0, 1))
        return (1 - WEIGHT) * apart + WEIGHT * whole * batch / n

    bounds = np.log(0.5), np.log(50 * d)
    return float(np.exp(minimize_scalar(loss, bounds=bounds, method="bounded").x))


def tenth(p: np.ndarray) -> float:
    """The share of the variance of p (n,) that its n/10 values farthest from the mean have."""
    far = np.sort((p - p.mean()) ** 2)[::-1]
    return float(far[: len(p) // 10].sum() / far.sum())


def kurtosis(p: np.ndarray) -> float:
    """The mean fourth power of p (n,) about its mean, over the squared variance."""
    return float(np.mean((p - p.mean()) ** 4) / np.var(p) ** 2)


def shape_at_the_peak(peaks: list[list[np.ndarray]]) -> dict[str, np.ndarray]:
    """What MEANING says of LeJEPA's first mode at its largest, by trunk and seed."""
    measures = {
        "kurtosis": lambda both: kurtosis(both[0, :, 0]),
        "best": lambda both: best_height(both[0, :, 0], CONFIG.d),
        "rest": lambda both: rest_height(both, CONFIG.batch),
        "tenth": lambda both: tenth(both[0, :, 0]),
    }
    return {
        f"lejepa_{name}": np.float32([[measure(both) for both in row] for row in peaks])
        for name, measure in measures.items()
    }


def fourth_loss_digits(home: Path = HOME) -> None:
    """Chapter 10: three losses, trained and frozen trunk, three seeds."""
    begin = time.perf_counter()
    records = np.arange(0, CONFIG.steps + 1, EVERY)
    other = {}
    for kind, lr in LR.items():
        configs = [CONFIG.replace(seed=seed, lr=lr) for seed in SEEDS]
        theory = np.array([predicted(kind, config) for config in configs])
        found = [
            [climb(kind, config.replace(frozen_trunk=frozen)) for config in configs]
            for frozen in (False, True)
        ]
        curves = np.array([[run[0] for run in runs] for runs in found])
        if kind == "lejepa":
            peaks = [[run[1] for run in runs] for runs in found]
            other |= shape_at_the_peak(peaks)
        other |= {
            f"{kind}_curves": np.float16(curves),  # looked at to three digits
            f"{kind}_passed": np.float32(
                [[spectra.find_steps(records, run, HEIGHT) for run in runs] for runs in curves]
            ),
            f"{kind}_predicted": np.float32(theory[:, 0]),
            f"{kind}_null": np.float32(theory[:, 1]),
        }
        print(kind, f"{(time.perf_counter() - begin) / 60:.1f} minutes", flush=True)
    meta = {
        "chapter": 10, "loss": "spectral contrastive; LeJEPA", "data": CONFIG.data,
        "network": CONFIG.network, "seed": list(SEEDS), **describe_machine(join(CONFIG)),
        "minutes": round((time.perf_counter() - begin) / 60, 1),
        "command": "python -m tools.make_runs fourth_loss_digits",
        "config": dataclasses.asdict(CONFIG)
        | {"weight": WEIGHT, "directions": DIRECTIONS, "lr": LR},
        "other": {"KIND": f"one of {list(LR)}", **MEANING},
    }  # fmt: skip
    Run(
        steps=records, t=records * LR["spectral_centred"], loss=np.full(len(records), np.nan),
        eigenvalues=np.float32(other["spectral_centred_curves"][0, 0]), meta=meta, other=other,
    ).save(home / "fourth_loss_digits")  # fmt: skip


RUNS = {"fourth_loss_digits": fourth_loss_digits}
