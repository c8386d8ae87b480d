"""Tools of the truth: slopes of the loss, an ODE solver, matrices with known modes, sizes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.integrate import solve_ivp


def rotation(rng: np.random.Generator, size: int) -> np.ndarray:
    return np.linalg.qr(rng.normal(size=(size, size)))[0]


def with_eigenvalues(rng: np.random.Generator, gamma: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A symmetric matrix with these eigenvalues, and its eigenvectors as columns."""
    V = rotation(rng, len(gamma))
    Gamma = V * gamma @ V.T
    return (Gamma + Gamma.T) / 2, V


def loss_of(W: np.ndarray, Gamma: np.ndarray, lam: float = 1.0) -> complex:
    """Σ_i (C_ii − 1)² + lam Σ_{i≠j} C_ij²; W may be complex."""
    C = W @ Gamma @ W.T
    diagonal = np.eye(len(C), dtype=bool)
    return np.sum((C[diagonal] - 1) ** 2) + lam * np.sum(C[~diagonal] ** 2)


def slope(along: Callable[[complex], complex]) -> float:
    """Derivative at 0, from an imaginary step: no two losses are subtracted, so no digit is lost.

    It is as exact where the loss is all but flat, at a tiny W, as anywhere.
    """
    return along(1e-30j).imag / 1e-30


def slopes_of_the_loss(W: np.ndarray, Gamma: np.ndarray, lam: float = 1.0) -> np.ndarray:
    slopes = np.empty(W.shape)
    for index in np.ndindex(W.shape):
        E = np.zeros(W.shape)
        E[index] = 1
        slopes[index] = slope(lambda h, E=E: loss_of(W + h * E, Gamma, lam))
    return slopes


def integrate(t: np.ndarray, gamma: np.ndarray, s0: np.ndarray) -> np.ndarray:
    """s_j(t), shape (T, d), by an adaptive solver; t in any order.

    It integrates log s, in which a tiny start keeps all its digits.
    """
    order = np.argsort(t)
    flow = solve_ivp(
        lambda _, u: 4 * gamma * (1 - gamma * np.exp(2 * u)), (0, t[order[-1]]), np.log(s0),
        t_eval=t[order], method="DOP853", rtol=1e-10, atol=1e-10,
    )  # fmt: skip
    return np.exp(flow.y.T[np.argsort(order)])
