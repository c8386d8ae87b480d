"""Kernel gradient descent against the closed form, seed by seed: what kernel_dynamics_digits holds.

How far from the closed form a run must end can be told from its start. Let W(0) b_l, l = 1, 2, …,
be the start in the coordinates of K_Γ's eigenvectors, and r_l the same after the rotation that
makes its first d columns upper triangular. While row j of W is being learned, it multiplies mode
j's share of it by γ_j^{-1/2}/s_j(0), and every other mode's by that to the power γ_l/γ_j: the same
force 4(1 − λ_j) drives both, at rates γ_j and γ_l. So row j ends with the share

    c_jl = r_jl (γ_j^{-1/2}/s_j(0))^{γ_l/γ_j}

of each mode l > d, to first order. It falls as alpha^{1 − γ_l/γ_j}, slowly where γ_{d+1} is near
γ_d, and it is large where the rotation leaves little of mode j: an unlucky start.
"""

from __future__ import annotations

import time

import numpy as np
from scipy.linalg import orthogonal_procrustes

from stepwise_ssl import data, kernels, linear, spectra, views
from stepwise_ssl.runs import Run
from tools.runs.origin import HOME, made_by

LR = 0.1  # of the largest stable learning rate, 1/(4γ_1)
END = 1.5  # times the last predicted step time


def examine(
    name: str, seed: int, alpha: float, n: int, d: int
) -> tuple[dict[str, object], linear.Trajectory]:
    """Train d functions on n pairs of digits from coefficients of size alpha.

    Returns:
        A row of results: growth rates γ_1 … γ_{d+1}, step times predicted and measured, and the
        error of the final embeddings of n views of the test pictures, relative and up to a
        rotation, with its prediction. And the Trajectory.
    """
    # Raw pixels: distances do not see a shift, and the bandwidth follows the scale.
    raw = {"n": n, "seed": seed, "centre": False, "scale": False}
    x1, x2 = views.make_pairs(data.load_images("digits"), **raw)
    new, _ = views.make_pairs(data.load_images("digits", "test"), **raw)
    both = np.vstack([x1, x2])
    model = kernels.ContrastiveKernelPCA(d, kernel=name).fit(*np.split(both, 2))
    kernel = getattr(kernels, name)
    K, k = (kernel(x, both, model.bandwidth_) for x in (both, new))

    A0 = alpha * np.random.default_rng(seed).standard_normal((d, 2 * n))
    s0 = model.effective_init((A0 @ K).T)
    predicted = np.sort(model.step_times(s0))
    lr = LR / (4 * model.eigenvalues_[0])
    run = kernels.gradient_descent(K, A0, lr, int(END * predicted[-1] / lr))
    trained, final = k @ run.W.T, model.transform(new)
    rotation, _ = orthogonal_procrustes(trained, final)
    gamma, shares, functions = _leftovers(K, k, A0, d)
    row = {
        "kernel": name,
        "seed": seed,
        "alpha": alpha,
        "gamma": gamma[: d + 1].tolist(),
        "predicted": predicted.tolist(),
        "measured": spectra.find_steps(run.t, run.eigenvalues).tolist(),
        "embedding_error": _relative(trained @ rotation - final, final),
        "embedding_error_predicted": _relative(functions[:, d:] @ shares.T, final),
    }
    return row, run


def _leftovers(
    K: np.ndarray, k: np.ndarray, A0: np.ndarray, d: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """All γ (2n,), the shares c_jl (d, 2n − d), and b_lᵀ K̃^{-1/2} k(x) of new views (n, 2n)."""
    eigenvalues, vectors = np.linalg.eigh(K)
    root = vectors * np.sqrt(eigenvalues) @ vectors.T
    gamma, b = linear.modes(kernels.contrastive_kernel(K), len(K))
    R = np.linalg.qr(A0 @ root @ b, mode="r")  # (d, 2n): the same rotation for all columns
    s0 = np.abs(np.diag(R))[:, None]
    learned = gamma[:d, None]
    shares = R[:, d:] * (learned**-0.5 / s0) ** (gamma[d:] / learned)
    return gamma, shares, k @ np.linalg.solve(root, b)


def _relative(difference: np.ndarray, reference: np.ndarray) -> float:
    return float(np.linalg.norm(difference) / np.linalg.norm(reference))


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
