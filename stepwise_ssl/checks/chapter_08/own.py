"""The course's answers of chapter 8."""

from __future__ import annotations

import numpy as np
import torch
from scipy import optimize
from torch import Tensor, nn


def gradients(W: np.ndarray, A: np.ndarray, Gamma: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Gradients (d, h) and (h, m) of ‖C − I‖², C = WAΓAᵀWᵀ, for head W and trunk A."""
    B = W @ A
    to_product = 4 * (B @ Gamma @ B.T - np.eye(len(W))) @ B @ Gamma
    return to_product @ A.T, W.T @ to_product


def trunk_square(W: np.ndarray, W0: np.ndarray, A0: np.ndarray) -> np.ndarray:
    """AAᵀ (h, h) when flow from (W0, A0) has brought the head to W; W, W0 (d, h), A0 (h, m)."""
    return A0 @ A0.T + W.T @ W - W0.T @ W0


def head_share(lam: np.ndarray, gamma: float, p0: float) -> np.ndarray:
    """The head's share (T,) of the rate of log λ where λ = lam (T,), from a head that was nothing.

    p0 is the trunk's singular value on the mode at the start.
    """
    return (1 + 1 / np.sqrt(1 + 4 * lam / (gamma * p0**4))) / 2


def time_until(lam: np.ndarray, gamma: float, s0: float, p0: float) -> np.ndarray:
    """The times (T,) at which a mode that starts at γ s0² p0² comes to lam (T,)."""
    c = np.abs(p0**2 - s0**2)
    b = np.sqrt(c**2 + 4 / gamma)
    start = gamma * s0**2 * p0**2
    u, u0 = np.sqrt(c**2 + 4 * lam / gamma), s0**2 + p0**2
    # (u − c)/(u + c) and (b + u)/(b − u), without the differences: they lose their digits.
    growth = np.log(lam / start) - 2 * np.log((u + c) / (u0 + c))
    slowing = 2 * np.log((b + u) / (b + u0)) - np.log((1 - lam) / (1 - start))
    return (growth / c + slowing / b) / (8 * gamma)


def raise_of(gamma: np.ndarray, p0: np.ndarray) -> np.ndarray:
    """How many times larger the features' eigenvalue of each mode is once it is learned, (d,)."""
    return (1 + np.sqrt(1 + 4 / (gamma * p0**4))) / 2


def saved(raised: np.ndarray) -> np.ndarray:
    """S(R), (d,): how much earlier a mode comes than with a frozen trunk, in units of 1/8φ₀."""
    B = 2 * raised - 1
    v = np.sqrt((1 + B**2) / 2)
    return 2 * np.log((1 + v) / 2) + (1 - 1 / B) * np.log(2) - 2 / B * np.log((B + v) / (B + 1))


def deep_raise(layers: int, gamma: float) -> float:
    """Raise of the features of a mode that a network of that many linear layers has learned."""
    q = optimize.brentq(
        lambda q: np.log(gamma * q) + (layers - 1) * np.log1p(q), 1e-12 / gamma, 1 / gamma,
        xtol=1e-300, rtol=1e-14,
    )  # fmt: skip
    return (1 + q) ** (layers - 1)


def own_rates(model: nn.Module, x1: Tensor, x2: Tensor) -> tuple[np.ndarray, np.ndarray]:
    """λ_j, descending, and |∇λ_j|²/4λ_j over the weights that are trained, (d,) each."""
    z = model(torch.cat([x1, x2]))
    z1, z2 = (z - z.mean(dim=0)).chunk(2)
    C = (z1.T @ z2 + z2.T @ z1) / (2 * len(z1))
    lam = torch.linalg.eigvalsh(C).flip(0)
    weights = [w for w in model.parameters() if w.requires_grad]
    squares = []
    for value in lam:
        slopes = torch.autograd.grad(value, weights, retain_graph=True)
        squares.append(sum(slope.square().sum() for slope in slopes))
    lam = lam.detach()
    return lam.numpy(), (torch.stack(squares) / (4 * lam)).numpy()
