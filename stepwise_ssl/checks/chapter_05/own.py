"""The course's answers of chapter 5."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.integrate import trapezoid

from ... import kernels, linear


def tangent_kernel(f: Callable, theta: np.ndarray, X: np.ndarray) -> np.ndarray:
    """Θ (n, n), mean over the outputs of f(theta, X) (n, d), by central differences."""
    h, kernel = 1e-5, 0.0
    for p in range(len(theta)):
        step = np.zeros(len(theta))
        step[p] = h
        J = (f(theta + step, X) - f(theta - step, X)) / (2 * h)
        kernel = kernel + J @ J.T
    return kernel / J.shape[1]


def relu_means(
    k11: np.ndarray, k12: np.ndarray, k22: np.ndarray, a: float = 0.0
) -> tuple[np.ndarray, np.ndarray]:
    """E[σ(u)σ(v)] and E[σ'(u)σ'(v)] of a normal pair; σ has the slope a below 0."""
    r = np.sqrt(np.maximum(k11 * k22 - k12**2, 0))
    both_on = 0.5 - np.arctan2(r, k12) / (2 * np.pi)
    product = r / (2 * np.pi) + both_on * k12
    return a * k12 + (1 - a) ** 2 * product, a + (1 - a) ** 2 * both_on


def wide_kernels(
    X: np.ndarray, depth: int, W_std: float, b_std: float
) -> tuple[np.ndarray, np.ndarray]:
    """NNGP and NTK (n, n) of an infinitely wide ReLU network at the rows of X (n, m)."""
    return kernels.relu_mlp_kernel(X, X, depth, W_std, b_std)


def network_start(F0: np.ndarray, K: np.ndarray) -> np.ndarray:
    """Effective s_j(0), (d,), of embeddings F0 (2n, d) under the kernel K (2n, 2n)."""
    machine = kernels.ContrastiveKernelPCA(F0.shape[1], "precomputed").fit(K)
    return machine.effective_init(F0)


def width_needed(k: np.ndarray, error: float) -> float:
    """Width at which a random head's kernel is `error` from its limit; k (n, n) covariances."""
    k11, k22 = np.broadcast_arrays(np.diag(k)[:, None], np.diag(k))
    r = np.sqrt(np.maximum(k11 * k22 - k**2, 0))
    theta = np.arctan2(r, k)
    squares = (3 * r * k + (np.pi - theta) * (k11 * k22 + 2 * k**2)) / (2 * np.pi)
    mean = relu_means(k11, k, k22)[0]
    return float(np.sum(squares - mean**2) / (error**2 * np.sum(mean**2)))


def seeded_step(gamma: np.ndarray, s0: np.ndarray, coupling: float) -> float:
    """Step time of mode 2 where mode 1 carries over to it with this coupling."""
    t = np.linspace(0, 4 * linear.step_times(gamma[:1], s0[:1])[0], 20_000)
    s1 = linear.singular_values(t, gamma[:1], s0[:1])[:, 0]
    force = s1 * (1 - gamma[0] * s1**2) * np.exp(-4 * gamma[1] * t)
    return float(linear.step_times(gamma[1:], [s0[1] + 4 * coupling * trapezoid(force, t)])[0])


def circle_gammas(depth: int, b_std: float, delta: float, k_max: int) -> np.ndarray:
    """γ_k, k = 0 … k_max, of the NTK on the circle with views turned by ±delta."""
    q, k = 4096, np.arange(k_max + 1)
    angle = 2 * np.pi * np.arange(q) / q
    circle = np.column_stack([np.cos(angle), np.sin(angle)])
    values = kernels.relu_mlp_kernel(circle[:1], circle, depth, 2**0.5, b_std)[1][0]
    return np.fft.rfft(values).real[: k_max + 1] / q * np.cos(2 * k * delta)


def weight_move(gamma: np.ndarray, s0: np.ndarray, m: int, N: int) -> float:
    """Root mean square move of a weight of a wide network of one hidden layer, over training."""
    M = N * (m + len(gamma))
    return float(np.sqrt(np.sum((gamma**-0.5 - s0) ** 2) / M))
