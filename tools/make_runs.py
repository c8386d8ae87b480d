"""Make the recorded runs that the package carries: `make runs`, or some of them by name.

`python -m tools.make_runs NAME ...`. Runs on CIFAR-10 need the data set: in $STEPWISE_DATA, or by
download. Each run takes minutes. Without names all but those that need a GPU, for which there is
`python -m tools.gpu_runs`.
"""

from __future__ import annotations

import argparse
import platform
import time
from functools import partial

import numpy as np
import scipy
import sklearn
from sklearn.linear_model import RidgeClassifierCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from benchmarks import gpu
from stepwise_ssl import data, kernels, linear, views
from stepwise_ssl.runs import Run
from tools.kernel_dynamics import END, LR, examine
from tools.notebooks import ROOT
from tools.training_runs import GPU
from tools.training_runs import RUNS as TRAINING_RUNS
from tools.trunk_directions import RUNS as TRUNK_RUNS
from tools.width_runs import RUNS as WIDTH_RUNS

HOME = ROOT / "stepwise_ssl" / "runs"
# What linear_cifar10 is made with.
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
            model = kernels.ContrastiveKernelPCA(max(config["dimensions"]), name).fit(
                *np.split(both, 2)
            )
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


def kernel_dynamics_digits() -> None:
    """Chapter 4: kernel gradient descent against the closed form, two kernels, five seeds."""
    config = {"n": 200, "d": 6, "alphas": [1e-5, 1e-10], "seeds": 5, "lr": LR, "end": END}
    start = time.perf_counter()
    rows, curve = [], None
    for alpha in config["alphas"]:
        for name in ("rbf", "laplace"):
            for seed in range(config["seeds"]):
                row, run = examine(name, seed, alpha, config["n"], config["d"])
                rows.append(row)
                curve = run if curve is None else curve
    lr = LR / (4 * rows[0]["gamma"][0])
    keep = np.unique(np.searchsorted(curve.t, np.geomspace(curve.t[1], curve.t[-1], 300)))
    meta = {
        "chapter": 4,
        "loss": "Barlow Twins, ‖C − I‖², not normalised",
        "data": "digits",
        "network": "kernel machine; curves: rbf, seed 0, alpha = 1e-5",
        "seed": list(range(config["seeds"])),
        "minutes": round((time.perf_counter() - start) / 60, 1),
        "config": config,
        "rows": rows,
    } | made_by("kernel_dynamics_digits")
    Run(
        steps=np.round(curve.t[keep] / lr).astype(int), t=curve.t[keep], loss=curve.loss[keep],
        eigenvalues=curve.eigenvalues[keep], meta=meta,
    ).save(HOME / "kernel_dynamics_digits")  # fmt: skip


def made_by(name: str) -> dict[str, object]:
    """Where and with what a run was made, and the command that makes it again."""
    return {
        "device": f"CPU, {platform.machine()}",
        "versions": {
            "python": platform.python_version(),
            "numpy": np.__version__,
            "scipy": scipy.__version__,
            "sklearn": sklearn.__version__,
        },
        "command": f"python -m tools.make_runs {name}",
    }


RUNS = {
    **{run.__name__: run for run in (linear_cifar10, kernel_probe_cifar10, kernel_dynamics_digits)},
    **WIDTH_RUNS,
    **TRAINING_RUNS,
    **TRUNK_RUNS,
    "gpu_speed": partial(gpu.record, HOME),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(RUNS)}")
    names = parser.parse_args().names
    if not names:
        names = [name for name in RUNS if name not in (*GPU, "gpu_speed")]
        print("left out, since tools.gpu_runs makes them on a GPU:", *(set(RUNS) - set(names)))
    unknown = [name for name in names if name not in RUNS]
    if unknown:
        parser.error(f"no run is called {unknown[0]!r}; there are {', '.join(RUNS)}")
    for name in names:
        start = time.perf_counter()
        RUNS[name]()
        print(f"{name}: {(time.perf_counter() - start) / 60:.1f} minutes", flush=True)


if __name__ == "__main__":
    main()
