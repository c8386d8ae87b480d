"""Recorded runs of chapter 9: what was learned, in what order, and what a kernel predicts of it.

All runs on one data set are looked at on the same views and the same whole pictures, whatever
their seed, so that their embeddings can be compared. A mode is a direction of the embedding, in
the order in which it was learned; its function is the embedding along it, at the end of training.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Container, Iterable, Iterator
from pathlib import Path

import numpy as np
import torch
from sklearn.linear_model import RidgeClassifier
from torch import Tensor

from stepwise_ssl import kernels, meaning, ntk, spectra
from stepwise_ssl.data import Images
from stepwise_ssl.networks import Encoder
from stepwise_ssl.runs import Run
from stepwise_ssl.training import TrainConfig, recipe
from stepwise_ssl.training._evaluate import linear_probe
from stepwise_ssl.training._logbook import log_steps
from stepwise_ssl.training._model import build, outputs, settle_statistics, whole_outputs
from stepwise_ssl.training._observer import describe_machine
from stepwise_ssl.training._pictures import Pictures
from stepwise_ssl.training._step import make_step
from stepwise_ssl.training._team import join
from tools.runs.origin import HOME

SEEDS = (0, 1, 2)
LOSSES = ("barlow-twins", "simclr-dot", "vicreg")
D = 10
PAIRS = 200  # whose views everything is compared on
KEPT = 400  # whole pictures whose modes are kept
TRAIN, TEST = 2000, 1000  # whole pictures of the probe
ORDERS = 20  # random ones
HEADS = 20  # random ones
WITHOUT = {
    "digits": {"crop": {"crop": [1.0, 1.0]}, "jitter": {"jitter": [0.0] * 4}},
    "cifar10": {
        "crop": {"crop": [1.0, 1.0]}, "flip": {"flip": 0.0},
        "jitter": {"jitter": [0.0] * 4}, "grey": {"grey": 0.0},
    },
}  # fmt: skip
MEANING = {
    "t": "(record,): time of each record",
    "embedding": "(record, 10): eigenvalues of the embedding's covariance",
    "rankme_embedding": "(record,)",
    "rankme_hidden": "(record,)",
    "hidden_ranks": "(record, 3): effective rank, participation ratio and α-ReQ of the hidden "
    "representation's covariance",
    "steps_at": "(10,): times at which the eigenvalues pass one half",
    "along_start": "(record, 10): how much of each function that the features' kernel of the start "
    "predicts lies in the embedding's span",
    "of_random_heads": "(10,): as along_start, mean over 20 random heads on the first features",
    "spans": "(4,): alignment of the embedding with ten predicted functions: of the features' "
    "kernel at the start and at the end, of the tangent kernel at the start, at the end",
    "trunk_share": "(2,): the trunk's share of the tangent kernel's trace at the start, at the end",
    "modes": "(400, 10): the modes' functions on the first whole pictures, each of mean 0 and "
    "variance 1",
    "probe": "(3, 10): accuracy on the first k modes: as learned, reversed, mean of random orders",
    "probe_random": "(20, 10): accuracy on k modes, by random order",
    "probe_hidden": "(): of the hidden representation",
    "probe_untrained": "(): before training",
    "probe_pixels": "(): of the raw pixels",
}  # fmt: skip
_ROWS = (
    "embedding", "rankme_embedding", "rankme_hidden", "hidden_ranks", "along_start",
)  # fmt: skip
# Of the runs without one augmentation.
FEW = ("steps_at", "modes", "probe_hidden")


class Scene:
    """The views and the whole pictures that all runs on one data set are compared on."""

    def __init__(self, config: TrainConfig) -> None:
        pictures = Pictures(config.replace(seed=0, probe_pairs=PAIRS), join(config).device)
        self.views = pictures.probe()
        splits = (pictures.labelled("train", TRAIN), pictures.labelled("test", TEST))
        self.train, self.test = ((pictures.whole(s), s.y) for s in splits)
        whole = splits[0]
        self.first = Images(whole.x[:KEPT], whole.y[:KEPT], whole.name)

    def settled(self, config: TrainConfig, model: Encoder) -> Encoder:
        """A copy of the model with the statistics of the whole training pictures."""
        return settled(config, model, self.train[0])


def settled(config: TrainConfig, model: Encoder, pictures: Tensor) -> Encoder:
    """A copy of the model with batch-norm's statistics of these pictures."""
    copy = build(config, pictures.shape[1])
    copy.load_state_dict(model.state_dict())
    settle_statistics(copy, pictures)
    return copy.eval()


def trained(
    config: TrainConfig, pictures: Pictures, model: Encoder, due: Container[int]
) -> Iterator[int]:
    """Train the model, and stop before each step of ``due`` to be looked at."""
    weights = [w for w in model.parameters() if w.requires_grad]
    optimizer = torch.optim.SGD(weights, lr=config.lr)
    step = make_step(config, join(config), model, optimizer, pictures.views)
    for k in range(config.steps + 1):
        if k in due:
            yield k
        if k < config.steps:
            step(*pictures.batch(k, slice(0, config.batch)))


def learn(config: TrainConfig, scene: Scene) -> dict[str, np.ndarray]:
    """Train, and say what MEANING says; ``hidden_views`` and ``start_views`` beside it."""
    pictures = Pictures(config, join(config).device)
    model = build(config, pictures.channels).train()
    kernel_start, share_start = tangent_kernel(scene.settled(config, model), scene.views)
    features = centred(outputs(model, scene.views)[0])
    start = predicted(features @ features.T)
    rows = {name: [] for name in _ROWS}
    t, clouds = [], []
    for k in trained(config, pictures, model, log_steps(config.steps, 60)):
        hidden, z = outputs(model, scene.views)
        t.append(k * config.lr)
        clouds.append(z)
        rows["embedding"].append(spectra.covariance_eigenvalues(z))
        rows["hidden_ranks"].append(ranks(spectra.covariance_eigenvalues(hidden)))
        rows["rankme_embedding"].append(spectra.rankme(z))
        rows["rankme_hidden"].append(spectra.rankme(hidden))
        rows["along_start"].append(spectra.mode_alignment(start, z))
    clouds = np.array(clouds)
    directions = spectra.learned_directions(t, clouds, D)
    h = centred(hidden)
    end = scene.settled(config, model)
    kernel_end, share_end = tangent_kernel(end, scene.views)
    predictions = [start, predicted(h @ h.T), predicted(kernel_start), predicted(kernel_end)]
    rng = np.random.default_rng(0)
    heads = [spectra.mode_alignment(start, features @ rng.normal(size=(features.shape[1], D)))
             for _ in range(HEADS)]  # fmt: skip
    return {
        "t": np.array(t), **{name: np.array(row) for name, row in rows.items()},
        "steps_at": spectra.find_steps(t, rows["embedding"]),
        "of_random_heads": np.mean(heads, axis=0),
        "spans": np.array([spectra.mode_alignment(p, clouds[-1]).mean() for p in predictions]),
        "trunk_share": np.array([share_start, share_end]),
        **on_whole_pictures(config, end, scene, directions),
        "hidden_views": hidden, "start_views": features,
    }  # fmt: skip


def on_whole_pictures(
    config: TrainConfig, model: Encoder, scene: Scene, directions: np.ndarray
) -> dict[str, np.ndarray]:
    """The modes of whole pictures, and what a linear classifier makes of some of them."""
    (x, y), (x_test, y_test) = scene.train, scene.test
    hidden, z = whole_outputs(model, x)
    hidden_test, z_test = whole_outputs(model, x_test)
    modes, modes_test = z @ directions, z_test @ directions
    mean, size = modes.mean(0), modes.std(0)
    modes, modes_test = (modes - mean) / size, (modes_test - mean) / size
    rng = np.random.default_rng(0)
    orders = [np.arange(D), np.arange(D)[::-1], *(rng.permutation(D) for _ in range(ORDERS))]
    probe = np.array([[
        RidgeClassifier(alpha=1.0).fit(modes[:, order[:k]], y).score(modes_test[:, order[:k]],
                                                                     y_test)
        for k in range(1, D + 1)] for order in orders])  # fmt: skip
    untrained = scene.settled(config, build(config, scene.views.shape[1]))
    first, first_test = (whole_outputs(untrained, images)[0] for images in (x, x_test))
    pixels = (images.flatten(1).double().numpy() for images in (x, x_test))
    return {
        "modes": modes[:KEPT],
        "probe": np.array([probe[0], probe[1], probe[2:].mean(0)]), "probe_random": probe[2:],
        "probe_hidden": linear_probe(hidden, y, hidden_test, y_test),
        "probe_untrained": linear_probe(first, y, first_test, y_test),
        "probe_pixels": linear_probe(next(pixels), y, next(pixels), y_test),
    }  # fmt: skip


def tangent_kernel(model: Encoder, views: Tensor) -> tuple[np.ndarray, float]:
    """The tangent kernel on the views, rows and columns centred, and the trunk's share of its
    trace. Batch-norm uses running statistics, so that each view has gradients of its own."""
    values, vectors = np.linalg.eigh(centred(centred(ntk.empirical_ntk(model, views)).T))
    # Gradients in float32 leave eigenvalues below 0, by rounding.
    both = (vectors * np.maximum(values, 0)) @ vectors.T
    h = centred(whole_outputs(model, views)[0])
    return both, float(1 - (h**2).sum() / np.trace(both))


def predicted(kernel: np.ndarray) -> np.ndarray:
    """The ten functions of the views (2p, 10) that a centred kernel learns first."""
    model = kernels.ContrastiveKernelPCA(D, kernel="precomputed").fit(kernel)
    return model.transform(kernel)


def ranks(eigenvalues: np.ndarray) -> tuple[float, float, float]:
    return (
        spectra.effective_rank(eigenvalues), spectra.participation_ratio(eigenvalues),
        spectra.alpha_req(eigenvalues),
    )  # fmt: skip


def centred(x: np.ndarray) -> np.ndarray:
    return x - x.mean(0)


def configs(data: str) -> dict[str, TrainConfig]:
    """Each loss, and Barlow Twins with a frozen trunk and from a standard start."""
    runs = {loss: recipe(f"{data}-{loss}", device="cpu") for loss in LOSSES}
    base = runs["barlow-twins"]
    runs["frozen"] = base.replace(frozen_trunk=True, steps=2 * base.steps)
    runs["standard"] = base.replace(init_scale=1.0)
    return runs


def without(data: str) -> dict[str, TrainConfig]:
    """Barlow Twins, one augmentation left out at a time."""
    base = recipe(f"{data}-barlow-twins", device="cpu")
    return {
        name: base.replace(augment=base.augment | change) for name, change in WITHOUT[data].items()
    }


def learned(name: str, runs: dict[str, TrainConfig], keys: Iterable[str], home: Path) -> None:
    """Chapter 9: what MEANING says under these keys, for each of the runs at three seeds."""
    begin = time.perf_counter()
    base = recipe(f"{name.split('_')[1]}-barlow-twins", device="cpu")
    scene = Scene(base)
    found = {}
    for kind, config in runs.items():
        for seed in SEEDS:
            found[kind, seed] = learn(config.replace(seed=seed), scene)
            print(name, kind, seed, f"{(time.perf_counter() - begin) / 60:.1f} min", flush=True)
    shapes = {kind: [found[kind, seed] for seed in SEEDS] for kind in runs}
    other = {
        f"{kind}_{key}".replace("-", "_"): kept(key, [row[key] for row in rows])
        for kind, rows in shapes.items()
        for key in keys
    }
    hidden = [found[kind, seed]["hidden_views"] for kind in runs for seed in SEEDS]
    hidden += [rows["start_views"] for rows in shapes[next(iter(runs))]]
    other |= {
        f"factor_{key}".replace(" ", "_"): np.float32(x)
        for key, x in meaning.factors(scene.first).items()
    }
    other["labels"] = scene.first.y
    other["cka_hidden"] = np.float32([[spectra.linear_cka(a, b) for b in hidden] for a in hidden])
    explained = {
        "KIND_KEY": f"first axis: seeds {SEEDS}; KIND is one of {list(runs)} with _ for -",
        **{key: MEANING[key] for key in keys},
        "factor_NAME": "(400, k): the factors of the whole pictures whose modes are kept",
        "labels": "(400,): their classes",
        "cka_hidden": "linear CKA of hidden representations on the views: the runs as listed, "
        "three seeds each, then the three untrained networks",
    }
    first = shapes[next(iter(runs))][0]
    meta = {
        "chapter": 9, "loss": base.loss, "data": base.data, "network": base.network,
        "seed": list(SEEDS), **describe_machine(join(base)),
        "minutes": round((time.perf_counter() - begin) / 60, 1),
        "command": f"python -m tools.make_runs {name}",
        "config": {kind: dataclasses.asdict(config) for kind, config in runs.items()},
        "other": explained,
    }  # fmt: skip
    steps = log_steps(next(iter(runs.values())).steps, 60)
    Run(
        steps=np.array(steps), t=first["t"], loss=np.full(len(steps), np.nan),
        eigenvalues=np.float32(first["embedding"]), meta=meta, other=other,
    ).save(home / name)  # fmt: skip


def kept(key: str, rows: list) -> np.ndarray:
    """Modes are looked at to three digits at most, the rest is of the network's precision."""
    return np.array(rows).astype(np.float16 if key == "modes" else np.float32)


def _run(name: str, runs: dict[str, TrainConfig], keys: Iterable[str]) -> Callable[..., None]:
    def make(home: Path = HOME) -> None:
        learned(name, runs, keys, home)

    return make


RUNS = {f"learned_{data}": _run(f"learned_{data}", configs(data), MEANING) for data in WITHOUT}
RUNS |= {
    f"learned_{data}_without": _run(f"learned_{data}_without", without(data), FEW)
    for data in WITHOUT
}
