"""What the coupling between a network's outputs adds to the start of its later modes."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import beta, betainc

from .. import _validate
from ..kernels import ContrastiveKernelPCA
from ..kernels._distances import exponent_of


@np.errstate(all="ignore")
def seeded_start(F0: ArrayLike, K: ArrayLike, blocks: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """γ_j and effective s_j(0) of a network of finite width, whose outputs are coupled.

    In the limit of infinite width ``ContrastiveKernelPCA.effective_init`` has the s_j(0). At a
    finite width mode k, while it is learned, leaves a seed in mode j > k, in other directions of
    the embedding: as if mode j had started larger by it. Exercise 5.7 asks for the seed; chapter
    5, "From a small start, what mode 1 leaves in mode 2 outgrows mode 2's own start", derives it,
    and the coupling in the section before. First order in the coupling. Gram-Schmidt goes through
    the modes and hands the seeds on.

    Args:
        F0: embeddings of all training views before training, (2n, d), first views above second.
        K: K̃ of infinite width, (2n, 2n), in the same order.
        blocks: Θ_ab, the network's own kernel before training, (d, d, 2n, 2n), from
            ``ntk.output_blocks``.

    Returns:
        gamma (d,), descending; s0 (d,), ≥ 0. Step times are ``linear.step_times(gamma, s0)``.

    Raises:
        TypeError, ValueError: shapes that do not fit, NaN, fewer than d modes with γ > 0.
    """
    # The seed is Δ = 4χ ∫ s_k (1 − λ_k) e^{−4γ_j t} dt with χ = γ_k Σ_b u_b r_kᵀ Θ_ba r_j at output
    # a, r_j = P K̃^{1/2} b_j/(2nγ_j), which is K̃^{-1/2} b_j but for what a singular K̃ maps to 0,
    # and u (d,) the direction that mode k has taken.
    K = _validate.symmetric("K", K)
    F0 = _validate.matrix("F0", F0, (len(K), "d"), f"since K is {K.shape}")
    d = F0.shape[1]
    blocks = _validate.array("blocks", blocks, (d, d, *K.shape))
    # In units of the kernel's size, which leaves γ s² as it is; a power of 4 rounds nothing.
    scale = 2 * (exponent_of(K) // 2)
    machine = ContrastiveKernelPCA(d, "precomputed").fit(np.ldexp(K, -scale))
    gamma, r = machine.eigenvalues_, machine._readout
    if machine.n_learned_ < d:
        raise ValueError(f"F0 has d = {d} columns; K has {machine.n_learned_} modes with γ > 0.")
    columns = F0.T @ r
    blocks = np.ldexp(blocks, -scale)
    coupling = np.einsum("ik,abij,jl->abkl", gamma * r, blocks, r, optimize=True)
    s0, taken = np.zeros(d), np.zeros((d, 0))
    for k in range(d):
        left = columns[:, k] - taken @ (taken.T @ columns[:, k])
        size = np.abs(left).max() or 1.0  # squares of what is far from 1 are out of range
        s0[k] = size * np.linalg.norm(left / size)
        # A mode that has no start is never learned, and leaves nothing in the later ones.
        taken = np.column_stack([taken, left / s0[k] if s0[k] else left])
        chi = np.einsum("b,baj->aj", taken[:, k], coupling[:, :, k, k + 1 :])
        columns[:, k + 1 :] += chi * _carried(gamma[k], s0[k], gamma[k + 1 :])
    gamma, s0 = np.ldexp(gamma, scale), np.ldexp(s0, -scale // 2)
    return gamma, _validate.representable("F0 or blocks are", s0, "a start")


def _carried(gamma_k: float, s_k: float, gamma: np.ndarray) -> np.ndarray:
    """4 ∫ s_k (1 − λ_k) e^{−4γt} dt from 0 to ∞ for each γ ≤ γ_k.

    With λ_k as the variable, dλ/dt = 8γ_kλ(1 − λ), it is an incomplete beta integral from λ_k(0)
    to 1. A mode that starts as learned carries nothing over, nor does one
    that has no start.
    """
    if not s_k:
        return np.zeros(len(gamma))
    log_start = np.log(gamma_k) + 2 * np.log(s_k)  # of λ_k(0), which may be below any number
    if log_start >= 0:
        return np.zeros(len(gamma))
    rest = -np.expm1(log_start)
    ratio = np.minimum(gamma / gamma_k, 1 - 1e-9)  # at 1 the two factors are ∞ and 0
    a, b = (1 - ratio) / 2, 1 + ratio / 2
    integral = beta(a, b) * betainc(b, a, rest)
    return integral * np.exp(ratio / 2 * (log_start - np.log(rest))) / (2 * gamma_k**1.5)
