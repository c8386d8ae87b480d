"""The course's answers of chapter 10."""

from __future__ import annotations

import numpy as np
from scipy.optimize import brentq
from scipy.special import logsumexp


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


def end_of_one(gamma: np.ndarray, w0: np.ndarray, rho: float) -> np.ndarray:
    """Weights (m,) of one output where the flow times (|Γ| + ρI)^(−1) rests; entries along modes.

    gamma (m,) > 0, w0 (m,), rho ≥ 0.
    """
    rates = gamma / (gamma + rho)
    held = w0 != 0

    def log_lam(T: float) -> float:
        return logsumexp(8 * rates[held] * T + np.log(gamma[held] * w0[held] ** 2))

    far = np.abs(log_lam(0)) / (4 * rates[held].min())  # twice what the slowest mode would take
    T = brentq(log_lam, -far, far)
    return w0 * np.exp(4 * rates * T)


def preconditioned_gradient(gradient: np.ndarray, features: np.ndarray, rho: float) -> np.ndarray:
    """G (Σ + ρI)^(−1), (d, h), Σ the covariance of the features (n, h) about their mean."""
    centred = features - features.mean(axis=0)
    Sigma = centred.T @ centred / len(features)
    return np.linalg.solve(Sigma + rho * np.eye(len(Sigma)), gradient.T).T


def muon_steps(gamma: np.ndarray, s0: np.ndarray, lr: float) -> np.ndarray:
    """Steps (d,) until λ_j is 1/2, of an aligned start with singular values s0 (d,)."""
    steps = np.full(len(gamma), np.inf)
    learned = gamma > 0
    far = np.sqrt(1 / (2 * gamma[learned])) - s0[learned]
    steps[learned] = np.maximum(far, 0) / lr
    return steps
