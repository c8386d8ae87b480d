"""The course's answers of chapter 3."""

from __future__ import annotations

import numpy as np
from scipy import optimize, special

from ... import linear


def shares(t: np.ndarray, Gamma: np.ndarray, W0: np.ndarray) -> np.ndarray:
    """Share of each mode in ‖W‖² while W is small: t (T,), Gamma (m, m), W0 (d, m) -> (T, m)."""
    gamma, modes = linear.modes(Gamma, len(Gamma))
    grown = np.exp(8 * np.outer(t, gamma - gamma[0])) * np.sum((W0 @ modes) ** 2, axis=0)
    return grown / grown.sum(axis=1, keepdims=True)


def starts(products: np.ndarray) -> np.ndarray:
    """Effective s_j(0), (d,), from the products (d, d) of the columns W0 v_j."""
    return np.diag(np.linalg.cholesky(products))


def mean_step_times(gamma: np.ndarray, alpha: float) -> np.ndarray:
    """Mean small-start step time over starts N(0, alpha²), (d,), for gamma (d,) > 0."""
    freedom = len(gamma) - np.arange(len(gamma))
    mean_log = special.digamma(freedom / 2) + np.log(2)
    return -(np.log(gamma * alpha**2) + mean_log) / (8 * gamma)


def limit_weights(Gamma: np.ndarray, W0: np.ndarray) -> np.ndarray:
    """Where flow from ε·W0 (d, m) ends as ε -> 0, (d, m)."""
    gamma, modes = linear.modes(Gamma, len(W0))
    Q, R = np.linalg.qr(W0 @ modes)
    return Q * np.sign(np.diag(R)) / np.sqrt(gamma) @ modes.T


def largest_start(gamma: np.ndarray) -> float:
    """The largest common s_j(0) at which no two steps overlap; gamma (d,) descending, > 0."""
    r = 1 / gamma
    room = np.log(9) * (r[1:] + r[:-1]) - np.diff(r * np.log(r))
    return float(np.exp(-np.max(room / np.diff(r)) / 2))


def largest_rate(gamma: np.ndarray, late: float) -> float:
    """The learning rate at which the fastest mode is late by the fraction `late`."""
    x = optimize.brentq(lambda x: x / np.log1p(x) - 1 - late, 1e-9, 2)
    return x / (4 * np.max(gamma))


def distance(W: np.ndarray, target: np.ndarray) -> float:
    """The smallest ‖OW − target‖ over orthogonal O; both (d, m)."""
    U, _, Vt = np.linalg.svd(target @ W.T)
    return float(np.linalg.norm(U @ Vt @ W - target))
