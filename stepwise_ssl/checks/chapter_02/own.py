"""The course's answers that stand in no other room of the package."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np


def gradient(W: np.ndarray, Gamma: np.ndarray, lam: float = 1.0) -> np.ndarray:
    """Gradient (d, m) of Σ_i (C_ii − 1)² + lam Σ_{i≠j} C_ij², C = WΓWᵀ, with respect to W."""
    C = W @ Gamma @ W.T
    error = lam * C
    np.fill_diagonal(error, np.diag(C) - 1)
    return 4 * error @ W @ Gamma


def ds_dt(s: np.ndarray, gamma: np.ndarray) -> np.ndarray:
    """Gradient flow of aligned singular values s (d,) with eigenvalues gamma (d,) of Γ."""
    return 4 * gamma * s * (1 - gamma * s**2)


def step_times(gamma: np.ndarray, s0: np.ndarray, level: float = 0.5) -> np.ndarray:
    """When λ_j = γ_j s_j² passes level, (d,): 0 where it starts there, inf where it never does."""
    start = np.clip(gamma * s0**2, 0, level)
    with np.errstate(divide="ignore"):  # a start of 0 gives log(1/0) = inf
        return np.log((1 / start - 1) / (1 / level - 1)) / (8 * np.abs(gamma))


def descend(
    gradient: Callable, Gamma: np.ndarray, W0: np.ndarray, lr: float, steps: int
) -> np.ndarray:
    """Eigenvalues (steps + 1, d), descending, of WΓWᵀ along gradient descent from W0."""
    W, rows = W0, []
    for _ in range(steps + 1):
        rows.append(np.linalg.eigvalsh(W @ Gamma @ W.T)[::-1])
        W = W - lr * gradient(W, Gamma)
    return np.array(rows)
