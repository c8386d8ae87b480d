"""The course's answers of chapter 10."""

from __future__ import annotations

import numpy as np
from scipy.optimize import brentq
from scipy.special import logsumexp


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
