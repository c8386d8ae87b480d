"""The course's answers of chapter 8."""

from __future__ import annotations

import numpy as np


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
