"""The course's answers of chapter 10."""

from __future__ import annotations

import numpy as np


def steps_needed(gamma: np.ndarray, start: np.ndarray, share: float) -> np.ndarray:
    """Steps (d,) until λ_j = ½, for γ (d,) descending, λ_j(0) (d,), a share of the largest η."""
    lr = share / (4 * gamma[0])
    return np.log(1 / start - 1) / (2 * np.log(1 + 4 * lr * gamma))


def momentum_factor(gamma: np.ndarray, lr: float, beta: float) -> np.ndarray:
    """Factor z (d,) by which a step with momentum multiplies a small mode, in the long run."""
    total = 1 + beta + 4 * lr * gamma
    return (total + np.sqrt(total**2 - 4 * beta)) / 2


def final_weights(Gamma: np.ndarray, P: np.ndarray, d: int) -> np.ndarray:
    """W (d, m) where descent times P ends from a tiny start, for Γ and P (m, m)."""
    sizes, vectors = np.linalg.eigh(P)
    root = vectors * np.sqrt(sizes) @ vectors.T
    gamma, modes = np.linalg.eigh(root @ Gamma @ root)
    return (modes[:, -d:] / np.sqrt(gamma[-d:])).T @ root


def speed_of_damping(gamma: np.ndarray, rho: float) -> float:
    """By which factor the last mode is earlier with P = (Γ + ρI)^(−1), for γ (d,) descending."""
    return float((gamma[0] + rho) / (gamma[-1] + rho))
