"""Tools of the truth: matrices with known modes, gradient flow, a curve's crossing, sizes."""

from __future__ import annotations

import numpy as np
from scipy.integrate import solve_ivp

from ..asking import once_a_draw


def rotation(rng: np.random.Generator, size: int) -> np.ndarray:
    return np.linalg.qr(rng.normal(size=(size, size)))[0]


def with_eigenvalues(rng: np.random.Generator, gamma: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A symmetric matrix with these eigenvalues, and its eigenvectors as columns."""
    V = rotation(rng, len(gamma))
    Gamma = V * gamma @ V.T
    return (Gamma + Gamma.T) / 2, V


@once_a_draw
def flow(gamma: np.ndarray, A0: np.ndarray, t: np.ndarray) -> np.ndarray:
    """W(t) of gradient flow in the basis of the modes, A0 (d, m) the start: (T, d, m).

    In this basis each column keeps its relative accuracy while it is tiny.
    """

    def velocity(_: float, flat: np.ndarray) -> np.ndarray:
        A = flat.reshape(A0.shape)
        error = A * gamma @ A.T - np.eye(len(A))
        return (-4 * error @ (A * gamma)).ravel()

    run = solve_ivp(
        velocity, (0, t[-1]), A0.ravel(), t_eval=t, method="DOP853", rtol=1e-9,
        atol=1e-12 * np.abs(A0).max(),
    )  # fmt: skip
    return run.y.T.reshape(-1, *A0.shape)


def crossings(t: np.ndarray, gamma: np.ndarray, path: np.ndarray) -> np.ndarray:
    """When each eigenvalue of C passes ½, (d,), for weights `path` (T, d, m) in the basis of Γ."""
    C = path * gamma @ path.transpose(0, 2, 1)
    eigenvalues = np.linalg.eigvalsh(C)[:, ::-1]
    odds = np.log(eigenvalues / (1 - np.minimum(eigenvalues, 1 - 1e-12)))
    return np.array([np.interp(0, column, t) for column in odds.T])
