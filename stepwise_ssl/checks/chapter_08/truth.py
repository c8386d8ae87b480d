"""Tools of the truth: slopes of the loss, both layers and one mode integrated, sizes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.integrate import solve_ivp

from ..asking import once_a_draw


def moment(rng: np.random.Generator, m: int) -> np.ndarray:
    """A symmetric Γ (m, m) with eigenvalues of either sign."""
    gamma = rng.uniform(0.3, 1.0, size=m)
    gamma[: m // 3] *= -0.5
    V = np.linalg.qr(rng.normal(size=(m, m)))[0]
    Gamma = V * gamma @ V.T
    return (Gamma + Gamma.T) / 2


def loss_of(W: np.ndarray, A: np.ndarray, Gamma: np.ndarray) -> complex:
    """‖C − I‖² with C = WAΓAᵀWᵀ; W and A may be complex."""
    C = W @ A @ Gamma @ A.T @ W.T
    return np.sum((C - np.eye(len(W))) ** 2)


def slopes(function: Callable[[np.ndarray], complex], at: np.ndarray) -> np.ndarray:
    """Derivatives of a function of a matrix by each entry, from imaginary steps.

    No two losses are subtracted, so no digit is lost: exact at a tiny W as anywhere.
    """
    found = np.empty(at.shape)
    for index in np.ndindex(at.shape):
        step = np.zeros(at.shape, dtype=complex)
        step[index] = 1e-30j
        found[index] = function(at + step).imag / 1e-30
    return found


@once_a_draw
def flow(
    Gamma: np.ndarray, W0: np.ndarray, A0: np.ndarray, t: float
) -> tuple[np.ndarray, np.ndarray]:
    """Head and trunk at the time t of gradient flow from (W0, A0), by an adaptive solver."""

    def split(flat: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return flat[: W0.size].reshape(W0.shape), flat[W0.size :].reshape(A0.shape)

    def velocity(_: float, flat: np.ndarray) -> np.ndarray:
        W, A = split(flat)
        C = W @ A @ Gamma @ A.T @ W.T
        pull = -4 * (C - np.eye(len(W)))
        to_head, to_trunk = pull @ W @ A @ Gamma @ A.T, W.T @ pull @ W @ A @ Gamma
        return np.concatenate([to_head.ravel(), to_trunk.ravel()])

    start = np.concatenate([W0.ravel(), A0.ravel()])
    run = solve_ivp(velocity, (0, t), start, method="DOP853", rtol=1e-9, atol=1e-11)
    return split(run.y[:, -1])


@once_a_draw
def mode(gamma: float, s0: float, p0: float, lam: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """s² and p² (T,) of one mode at moments when its λ is near lam (T,); for 1, at the end.

    ds/dt = 4γsp²(1 − λ) and dp/dt = 4γs²p(1 − λ), integrated as log s and log p. λ is then
    γs²p², to the last digits.
    """

    def velocity(_: float, logs: np.ndarray) -> list[float]:
        s2, p2 = np.exp(2 * logs)
        pull = 4 * gamma * (1 - gamma * s2 * p2)
        return [pull * p2, pull * s2]

    # log λ grows at 8γp0²(1 − λ) at least.
    end = (20 - np.log(gamma * s0**2 * p0**2)) / (8 * gamma * p0**2)
    run = solve_ivp(
        velocity, (0, end), np.log([s0, p0]), method="DOP853", rtol=1e-10, atol=1e-11,
        dense_output=True,
    )  # fmt: skip
    # Between the moments of a grid: a fast step has few of them, and no two values are alike.
    t = np.linspace(0, end, 2000)
    passed = np.maximum.accumulate(gamma * np.exp(2 * run.sol(t).sum(axis=0)))
    s2, p2 = np.exp(2 * run.sol(np.where(lam < 1, np.interp(lam, passed, t), end)))
    return s2, p2
