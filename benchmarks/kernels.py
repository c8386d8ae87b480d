"""ContrastiveKernelPCA against the full form and scikit-learn's KernelPCA, on the same 2n views.

Every task starts from the views and one bandwidth and ends with the eigenvalues and coefficients
of the top modes. The full form takes two full eigendecompositions: of K̃ for its root, then of K_Γ.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sklearn.decomposition import KernelPCA

from benchmarks.timing import Task, growth, medians, target, with_peak_memory
from stepwise_ssl import data, kernels, views

OURS, FULL = "ContrastiveKernelPCA", "full form"
PLAIN = {"KernelPCA": "auto", "KernelPCA, arpack": "arpack"}


def pairs(n: int) -> np.ndarray:
    """All views of n pairs of digits, (2n, 64); of more than 1297 pictures, pictures again."""
    images = data.load_images("digits")
    draws = [views.make_pairs(images, seed=seed) for seed in range(-(-n // len(images)))]
    return np.vstack([np.vstack(view)[:n] for view in zip(*draws, strict=True)])


def full_form(x: np.ndarray, b: float, d: int) -> tuple[np.ndarray, np.ndarray]:
    """γ (d,) and the coefficients of f(x) = k(x) @ coefficients, (2n, d), by definition."""
    K = kernels.rbf(x, x, b)
    eigenvalues, vectors = np.linalg.eigh(K)
    root = vectors * np.sqrt(np.maximum(eigenvalues, 0)) @ vectors.T
    gamma, modes = np.linalg.eigh(root @ np.roll(root, len(x) // 2, axis=0) / len(x))
    gamma, modes = gamma[::-1][:d], modes[:, ::-1][:, :d]
    swapped = np.roll(root @ modes, len(x) // 2, axis=0)
    return gamma, swapped / (len(x) * gamma**1.5)


def tasks(x: np.ndarray, d: int) -> dict[str, Task]:
    b = kernels.median_distance(x, x)
    plain = {
        name: KernelPCA(d, kernel="rbf", gamma=1 / (2 * b**2), eigen_solver=solver, random_state=0)
        for name, solver in PLAIN.items()
    }
    ours = kernels.ContrastiveKernelPCA(d, bandwidth=b)
    return {
        OURS: lambda: ours.fit(*np.split(x, 2)),
        FULL: lambda: full_form(x, b, d),
        **{name: (lambda model=model: model.fit(x)) for name, model in plain.items()},
    }


def main(sizes: Sequence[int] = (500, 1000, 2000), d: int = 32, repeats: int = 3) -> None:
    """Print times, ratios and memory for each n, the growth with n, and the targets."""
    print(f"top {d} modes, rbf kernel on 2n views of digits, medians of {repeats}")
    print(f"{'n':>6}  {'':<22}{'seconds':>9}{'times ours':>12}{'peak MB':>9}")
    times = []
    for n in sizes:
        x = pairs(n)
        todo = tasks(x, d)
        results, peaks = {}, {}
        for name, task in todo.items():
            results[name], peaks[name] = with_peak_memory(task)
        seconds = medians(todo, repeats)
        times.append(seconds)
        for name in todo:
            print(
                f"{n:>6}  {name:<22}{seconds[name]:>9.3f}{seconds[name] / seconds[OURS]:>12.2f}"
                f"{peaks[name] / 1e6:>9.0f}",
                flush=True,
            )
        gap = np.abs(results[OURS].eigenvalues_ - results[FULL][0]).max()
        print(f"{'':>8}γ of {OURS} off the full form by {gap:.1e}")
    for name in times[0]:
        print(f"{name}: time grows as n^{growth(sizes, [t[name] for t in times]):.1f}")
    last = times[-1]
    print(target(f"full form / ours at n = {sizes[-1]}", last[FULL] / last[OURS], least=10))
    fastest = min(last[name] for name in PLAIN)
    print(target(f"ours / KernelPCA at n = {sizes[-1]}", last[OURS] / fastest, most=1.5))
