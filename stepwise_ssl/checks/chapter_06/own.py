"""The course's answers of chapter 6."""

from __future__ import annotations

import numpy as np
from scipy import optimize

from ... import linear


def operator(x1: np.ndarray, x2: np.ndarray, temperature: float) -> np.ndarray:
    """Growth operator (m, m) of the softmax over the other view; x1, x2 (n, m)."""
    c1, c2 = x1 - x1.mean(axis=0), x2 - x2.mean(axis=0)
    return 2 / temperature * linear.cross_moment(c1, c2)


def half_times(
    gamma: np.ndarray, rho: np.ndarray, s0: np.ndarray, temperature: float
) -> np.ndarray:
    """When each λ_j passes half of τρ², all (d,)."""
    start, plateau = gamma * s0**2, temperature * rho**2
    with np.errstate(divide="ignore", invalid="ignore"):
        time = temperature * np.log(plateau / start - 1) / (4 * gamma)
    time = np.where(2 * start < plateau, time, 0)
    return np.where((gamma > 0) & (s0 > 0), time, np.inf)


def vicreg_operator(
    x1: np.ndarray, x2: np.ndarray, d: int, invariance: float, variance: float, eps: float
) -> np.ndarray:
    """Growth operator (m, m) of VICReg; x1, x2 (n, m)."""
    spread = (np.cov(x1.T) + np.cov(x2.T)) / 2
    difference = (x1 - x2).T @ (x1 - x2) / len(x1)
    return (variance / np.sqrt(eps) * spread - 2 * invariance * difference) / d


def through_normalisation(z: np.ndarray, g: np.ndarray) -> np.ndarray:
    """Gradient with respect to z (n, d) from the one with respect to z/‖z‖, g (n, d)."""
    length = np.linalg.norm(z, axis=1, keepdims=True)
    unit = z / length
    return (g - np.sum(g * unit, axis=1, keepdims=True) * unit) / length


def with_bias(
    W: np.ndarray, b: np.ndarray, Gamma_s: np.ndarray, temperature: float
) -> tuple[np.ndarray, np.ndarray]:
    """First-order map (d, m) and growth rates (d − 1,) around a bias b (d,)."""
    length = np.linalg.norm(b)
    A = (W - np.outer(b, b @ W) / length**2) / length
    gamma, _ = linear.modes(Gamma_s, len(b) - 1)
    return A, 4 * gamma / (temperature * length**2)


def updates(gamma: float, s0: float, lr: float, eps: float, level: float) -> float:
    """Updates of the published Barlow Twins loss until λ = level · eps."""
    ratio = level * eps / (gamma * s0**2)
    return max(0.0, float(np.log(ratio) / (2 * np.log1p(4 * gamma * lr / eps))))


def copies_std(rho: float, d: int, invariance: float, variance: float, covariance: float) -> float:
    """Standard deviation at which d copies cost VICReg least."""

    def pull(s: float) -> float:
        return variance - 4 * invariance * (1 - rho) * s - 8 * covariance * (d - 1) * s**3

    return 1.0 if pull(1) >= 0 else optimize.brentq(pull, 0, 1)


def exchange_time(
    sigma: np.ndarray, rho: np.ndarray, s0: np.ndarray, pull: float, u: float
) -> float:
    """When direction 2 has as much variance as direction 1, namely u; sigma, rho, s0 (2,)."""
    if rho[1] <= rho[0]:
        return np.inf
    way = np.log(u / (sigma * s0**2)) / sigma
    return float((way[1] - way[0]) / (4 * pull * (rho[1] - rho[0])))
