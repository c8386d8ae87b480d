"""Tools of the truth: difference quotients, an ODE solver, matrices with known modes."""

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


def loss_of(W: np.ndarray, Gamma: np.ndarray, lam: float = 1.0) -> float:
    """Σ_i (C_ii − 1)² + lam Σ_{i≠j} C_ij², added up entry by entry."""
    C = W @ Gamma @ W.T
    return sum(
        (entry - 1) ** 2 if i == j else lam * entry**2 for (i, j), entry in np.ndenumerate(C)
    )


def slope(along: Callable[[float], float]) -> float:
    """Derivative at 0 from five values; exact for the loss, which is of degree four in W."""
    h = 0.5
    return (along(-2 * h) - 8 * along(-h) + 8 * along(h) - along(2 * h)) / (12 * h)


def difference_quotients(W: np.ndarray, Gamma: np.ndarray, lam: float = 1.0) -> np.ndarray:
    slopes = np.empty(W.shape)
    for index in np.ndindex(W.shape):
        E = np.zeros(W.shape)
        E[index] = 1
        slopes[index] = slope(lambda h, E=E: loss_of(W + h * E, Gamma, lam))
    return slopes


def integrate(t: np.ndarray, gamma: np.ndarray, s0: np.ndarray) -> np.ndarray:
    """s_j(t), shape (T, d), by an adaptive solver."""
    flow = solve_ivp(
        lambda _, s: 4 * gamma * s * (1 - gamma * s**2), (0, t[-1]), s0,
        t_eval=t, method="DOP853", rtol=1e-11, atol=1e-14,
    )  # fmt: skip
    return flow.y.T
