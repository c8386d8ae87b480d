"""The course's answers that stand in no other room of the package."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np


def gradient(W: np.ndarray, Gamma: np.ndarray) -> np.ndarray:
    """Gradient of ‖WΓWᵀ − I‖² with respect to W, shape (d, m)."""
    return 4 * (W @ Gamma @ W.T - np.eye(len(W))) @ W @ Gamma


def ds_dt(s: np.ndarray, gamma: np.ndarray) -> np.ndarray:
    """Gradient flow of aligned singular values s (d,) with eigenvalues gamma (d,) of Γ."""
    return 4 * gamma * s * (1 - gamma * s**2)


def descend(
    gradient: Callable, Gamma: np.ndarray, W0: np.ndarray, lr: float, steps: int
) -> np.ndarray:
    """Eigenvalues (steps + 1, d), descending, of WΓWᵀ along gradient descent from W0."""
    W, rows = W0, []
    for _ in range(steps + 1):
        rows.append(np.linalg.eigvalsh(W @ Gamma @ W.T)[::-1])
        W = W - lr * gradient(W, Gamma)
    return np.array(rows)
