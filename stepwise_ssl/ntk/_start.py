"""What the kernel theory needs to know of a network: growth rates and starts."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import beta, betainc

from .. import _validate


def gamma_and_start(F0: ArrayLike, K: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """γ_j and effective s_j(0) of the first d modes of a function trained as a kernel machine.

    With b_j the eigenvectors of K_Γ = K̃^{1/2}PK̃^{1/2}/(2n) the start in feature space is
    W̃(0) = F0 K̃^{-1/2}, and s_j(0) = |R_jj| of W̃(0)[b_1 … b_d] = QR, as for a linear model. No
    inverse is needed: K̃^{-1/2} b_j = P K̃^{1/2} b_j/(2nγ_j) (chapter 5, "A network's start is read
    off its embeddings").

    Args:
        F0: embeddings of the training views before training, (d, 2n), first views first.
        K: K̃, (2n, 2n), positive semi-definite, in the same order.

    Returns:
        gamma (d,), descending; s0 (d,), ≥ 0. Step times are ``linear.step_times(gamma, s0)``.

    Raises:
        TypeError, ValueError: shapes that do not fit, NaN, fewer than d modes with γ > 0.
    """
    gamma, _, columns = _in_modes(F0, K)
    return gamma, np.abs(np.diag(np.linalg.qr(columns, mode="r")))


def seeded_start(F0: ArrayLike, K: ArrayLike, blocks: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """The same for a network of finite width, whose outputs are coupled.

    While mode k is learned it leaves in mode j > k, in another direction of the embedding, what
    the coupling η carries over: as if mode j had started larger by

        σ = 4η ∫ s_k(t) (1 − λ_k(t)) e^{−4γ_j t} dt,   η = Σ_b u_b p_kᵀ Θ_ba p_j/((2n)²γ_j)

    for output a, with p_j = P K̃^{1/2} b_j and u (d,) the direction that mode k has taken (chapter
    5, "Each mode seeds the later ones"). First order in the coupling. Gram-Schmidt goes through
    the modes and hands the seeds on.

    Args:
        F0, K: as for ``gamma_and_start``; K is the kernel of infinite width.
        blocks: the network's own kernel before training, from ``ntk.output_blocks``,
            (d, d, 2n, 2n).

    Returns and raises: as ``gamma_and_start``.
    """
    gamma, p, columns = _in_modes(F0, K)
    d, views = len(gamma), len(p)
    blocks = np.asarray(blocks, dtype=np.float64)
    if blocks.shape != (d, d, views, views):
        raise ValueError(f"blocks has shape {blocks.shape}; it must be {(d, d, views, views)}.")
    coupling = np.einsum("ik,abij,jl->abkl", p, blocks, p, optimize=True) / (views**2 * gamma)
    s0, taken = np.zeros(d), np.zeros((d, 0))
    for k in range(d):
        left = columns[:, k] - taken @ (taken.T @ columns[:, k])
        s0[k] = np.linalg.norm(left)
        taken = np.column_stack([taken, left / s0[k]])
        eta = np.einsum("b,baj->aj", taken[:, k], coupling[:, :, k, k + 1 :])
        columns[:, k + 1 :] += eta * _carried(gamma[k], s0[k], gamma[k + 1 :])
    return gamma, s0


def _carried(gamma_k: float, s_k: float, gamma: np.ndarray) -> np.ndarray:
    """4 ∫ s_k (1 − λ_k) e^{−4γt} dt from 0 to ∞ for each γ ≤ γ_k.

    With λ_k as the variable, dλ/dt = 8γ_kλ(1 − λ), it is an incomplete beta integral from λ_k(0)
    to 1. A mode that starts as learned carries nothing over.
    """
    start = min(gamma_k * s_k**2, 1.0)
    if start == 1:
        return np.zeros(len(gamma))
    ratio = np.minimum(gamma / gamma_k, 1 - 1e-9)  # at 1 the two factors are ∞ and 0
    a, b = (1 - ratio) / 2, 1 + ratio / 2
    integral = beta(a, b) * betainc(b, a, 1 - start)
    return integral * (start / (1 - start)) ** (ratio / 2) / (2 * gamma_k**1.5)


def _in_modes(F0: ArrayLike, K: ArrayLike) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """γ (d,), p_j = P K̃^{1/2} b_j as columns (2n, d), and the columns W̃(0) b_j, (d, d)."""
    K = _validate.symmetric("K", K)
    F0 = _validate.matrix("F0", F0, ("d", len(K)), f"since K is {K.shape}")
    d, views = F0.shape
    if views % 2:
        raise ValueError(f"K has shape {K.shape}; it must be (2n, 2n), two views of n pictures.")
    eigenvalues, vectors = np.linalg.eigh(K)
    root = vectors * np.sqrt(np.maximum(eigenvalues, 0)) @ vectors.T
    swapped = np.roll(root, views // 2, axis=0)
    product = root @ swapped / views
    every, b = np.linalg.eigh((product + product.T) / 2)
    positive = int(np.sum(every > 1e-12 * every[-1]))
    if positive < d:
        raise ValueError(f"F0 has d = {d} rows; K has only {positive} modes with γ > 0.")
    gamma, p = every[::-1][:d].copy(), swapped @ b[:, ::-1][:, :d]
    return gamma, p, F0 @ p / (views * gamma)
