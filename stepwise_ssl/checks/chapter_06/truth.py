"""Tools of the truth: views, exact pairs, and growth operators read off a loss."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch


def normal_nodes(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Nodes and weights (n,) of Gauss's quadrature for the mean over a standard normal variable."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(n)
    return nodes, weights / weights.sum()


def views(rng: np.random.Generator, n: int, m: int) -> tuple[np.ndarray, np.ndarray]:
    """n pairs of views (n, m), neither centred, the two with different means."""
    picture = rng.normal(size=(n, m)) * np.linspace(1.2, 0.5, m)
    first, second = (picture + 0.5 * rng.normal(size=(n, m)) for _ in range(2))
    return first + rng.uniform(0.3, 0.9, m), second + rng.uniform(-0.9, -0.2, m)


def exact_pairs(
    rng: np.random.Generator, n: int, sigma: np.ndarray, rho: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Centred pairs (n, m) with Σ = diag(sigma) and Γ = diag(sigma · rho) to rounding."""
    m = len(sigma)
    noise = np.column_stack([np.ones(n), rng.normal(size=(n, 2 * m))])
    white = np.linalg.qr(noise)[0][:, 1:] * np.sqrt(n)
    shared, own = white[:, :m] * np.sqrt((1 + rho) / 2), white[:, m:] * np.sqrt((1 - rho) / 2)
    return (shared + own) * np.sqrt(sigma), (shared - own) * np.sqrt(sigma)


def gradient(
    loss: Callable[..., torch.Tensor], W: np.ndarray, x1: np.ndarray, x2: np.ndarray, b: float = 0.0
) -> np.ndarray:
    """∂loss/∂W (d, m) by autograd, for embeddings Wx + b, in float64."""
    weights = torch.tensor(W, requires_grad=True)
    b = torch.as_tensor(b)
    value = loss(*(torch.tensor(x) @ weights.T + b for x in (x1, x2)))
    return torch.autograd.grad(value, weights)[0].numpy()
