"""Tools of the truth: Gaussian means and kernels by integrals over an angle."""

from __future__ import annotations

import functools
from collections.abc import Sequence

import numpy as np

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(60)


def angular(theta: np.ndarray, power: int) -> np.ndarray:
    """∫ (cos φ cos(φ − θ))^power over the angles φ at which both are positive, 0 ≤ θ ≤ π."""
    theta = np.asarray(theta, dtype=float)[..., None]
    low, high = theta - np.pi / 2, np.pi / 2
    phi = low + (high - low) * (_NODES + 1) / 2
    values = (np.cos(phi) * np.cos(phi - theta)) ** power
    return (high - low)[..., 0] / 2 * (values @ _WEIGHTS)


def gaussian_means(
    lengths: np.ndarray, theta: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """E[σσ], E[σ'σ'] and E[σ²σ²] of a normal pair, by integration in polar coordinates.

    `lengths` is √(k₁₁k₂₂) and `theta` the angle. The radial integrals of r³, r and r⁵ with
    e^{−r²/2} are 2, 1 and 8.
    """
    product = lengths * 2 * angular(theta, 1) / (2 * np.pi)
    both = angular(theta, 0) / (2 * np.pi)
    squares = lengths**2 * 8 * angular(theta, 2) / (2 * np.pi)
    return product, both, squares


def leaky_means(theta: float, a: float) -> tuple[float, float]:
    """E[σσ]/√(k₁₁k₂₂) and E[σ'σ'] for slope a below 0, arc by arc around the full turn."""
    ends = np.sort(np.mod([np.pi / 2, -np.pi / 2, theta + np.pi / 2, theta - np.pi / 2], 2 * np.pi))
    product = both = 0.0
    for low, high in zip(ends, [*ends[1:], ends[0] + 2 * np.pi], strict=True):
        phi = low + (high - low) * (_NODES + 1) / 2
        u, v = np.cos(phi), np.cos(phi - theta)
        slopes = np.where(u > 0, 1, a) * np.where(v > 0, 1, a)
        product += (high - low) / 2 * _WEIGHTS @ (2 * slopes * u * v) / (2 * np.pi)
        both += (high - low) / 2 * _WEIGHTS @ slopes / (2 * np.pi)
    return product, both


def angle_of(x1: np.ndarray, x2: np.ndarray) -> np.ndarray:
    """The angle between vectors on the last axis, without loss near 0 and π."""
    a = x1 / np.linalg.norm(x1, axis=-1, keepdims=True)
    b = x2 / np.linalg.norm(x2, axis=-1, keepdims=True)
    return 2 * np.arctan2(np.linalg.norm(a - b, axis=-1), np.linalg.norm(a + b, axis=-1))


def kernels_by_integration(
    X: np.ndarray, depth: int, W_std: float, b_std: float
) -> tuple[np.ndarray, np.ndarray]:
    """NNGP and NTK (n, n), each layer's means by an integral over the angle."""
    K = W_std**2 * X @ X.T / X.shape[1] + b_std**2
    Theta = K.copy()
    for _ in range(depth):
        lengths = np.sqrt(np.outer(np.diag(K), np.diag(K)))
        theta = np.arccos(np.clip(K / lengths, -1, 1))
        np.fill_diagonal(theta, 0)
        product, both, _ = gaussian_means(lengths, theta)
        K = W_std**2 * product + b_std**2
        Theta = K + W_std**2 * both * Theta
    return K, Theta


def ntk_of_angle(theta: np.ndarray, depth: int, b_std: float) -> np.ndarray:
    """NTK of two points on the unit circle as a function of their angle, W_std = √2."""
    size = 1 + b_std**2
    cosine = np.cos(theta) + b_std**2
    Theta = cosine.copy()
    for _ in range(depth):
        product, both, _ = gaussian_means(size, np.arccos(np.clip(cosine / size, -1, 1)))
        size, cosine = size + b_std**2, 2 * product + b_std**2
        Theta = cosine + 2 * both * Theta
    return Theta


def fourier(values: Sequence[float], k: np.ndarray) -> np.ndarray:
    """(1/π) ∫₀^π values(θ) cos kθ dθ from values at ``nodes()``."""
    theta, weights = nodes()
    return np.cos(np.outer(k, theta)) @ (weights * values) / np.pi


@functools.cache
def nodes() -> tuple[np.ndarray, np.ndarray]:
    """Gauss-Legendre nodes and weights on [0, π], where the kernel is smooth inside."""
    x, w = np.polynomial.legendre.leggauss(200)
    return np.pi * (x + 1) / 2, np.pi * w / 2
