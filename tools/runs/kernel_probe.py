"""A recorded run of chapter 4: what a linear probe reads from the kernel's embeddings."""

from __future__ import annotations

import time

import numpy as np
from sklearn.linear_model import RidgeClassifierCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from stepwise_ssl import data, kernels, views
from stepwise_ssl.runs import Run
from tools.runs.origin import HOME, made_by


def kernel_probe_cifar10() -> None:
    """Chapter 4: a linear probe on contrastive and on plain kernel PCA, three sets of pictures."""
    config = {
        "n": 1000, "labels": 3000, "test": 2000, "dimensions": [10, 30, 100, 300, 1000], "sets": 3,
        "probe": "ridge on standardised features, strength by leave-one-out",
    }  # fmt: skip
    start = time.perf_counter()
    labelled = data.load_images("cifar10", n=config["labels"])
    test = data.load_images("cifar10", split="test", n=config["test"])
    accuracy = {"pixels": []}
    spectrum = None
    for chosen in range(config["sets"]):
        images = data.Images(
            *(a[chosen * config["n"] :][: config["n"]] for a in (labelled.x, labelled.y)),
            labelled.name,
        )
        x1, x2 = views.make_pairs(images, seed=chosen, centre=False, scale=False)
        mean = (x1.mean(0) + x2.mean(0)) / 2
        both = np.vstack([x1, x2]) - mean
        size = np.sqrt(np.mean(np.sum(both**2, axis=1)))
        both /= size
        whole = [(i.x.reshape(len(i), -1) / 255 - mean) / size for i in (labelled, test)]

        def score(features: list[np.ndarray]) -> float:
            probe = make_pipeline(StandardScaler(), RidgeClassifierCV(np.logspace(-3, 5, 17)))
            return float(probe.fit(features[0], labelled.y).score(features[1], test.y))

        accuracy["pixels"].append(score(whole))
        for name in ("laplace", "rbf"):
            kernel = getattr(kernels, name)
            model = kernels.ContrastiveKernelPCA(max(config["dimensions"]), name)
            model.fit(*np.split(both, 2))
            spectrum = model.eigenvalues_ if spectrum is None else spectrum
            value, vectors = np.linalg.eigh(kernel(both, both, model.bandwidth_))
            axes = vectors[:, ::-1] / np.sqrt(np.maximum(value[::-1], 1e-12))
            features = {
                "contrastive": [model.transform(x) for x in whole],
                "kernel PCA": [kernel(x, both, model.bandwidth_) @ axes for x in whole],
            }
            for method, pair in features.items():
                row = [score([f[:, :d] for f in pair]) for d in config["dimensions"]]
                accuracy.setdefault(f"{name}, {method}", []).append(row)
    meta = {
        "chapter": 4,
        "loss": "Barlow Twins, ‖C − I‖², in closed form",
        "data": labelled.name,
        "network": "kernel machine",
        "seed": list(range(config["sets"])),
        "minutes": round((time.perf_counter() - start) / 60, 1),
        "config": config,
        "accuracy": accuracy,
    } | made_by("kernel_probe_cifar10")
    # No training: the one row of eigenvalues is the first set's γ for the Laplace kernel.
    Run(
        steps=np.zeros(1, int), t=np.zeros(1), loss=np.full(1, float(len(spectrum))),
        eigenvalues=spectrum[None], meta=meta,
    ).save(HOME / "kernel_probe_cifar10")  # fmt: skip
