"""The top modes of K_Γ without K̃^{1/2} and without an inverse."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import eigh
from scipy.linalg.blas import dtrmv
from scipy.sparse.linalg import LinearOperator, eigsh

from ._factor import Factor, pivoted_cholesky

_FEW = 32  # Lanczos for less than this part of all eigenvalues, beyond which it is the slower


@dataclass(frozen=True)
class Fitted:
    """What a fit found, with d modes and N views of which M are anchors.

    gamma (d,) descending; f(x) = k(x, anchors) @ coefficients, (M, d); readout (N, d):
    F(0)ᵀ readout are the columns W(0) b_j of a start with embeddings F(0) (N, d).
    """

    gamma: np.ndarray
    anchors: np.ndarray | slice
    coefficients: np.ndarray
    readout: np.ndarray
    approximation_error: float = 0.0


def embed_exactly(K: np.ndarray, d: int, seed: int, eps: float) -> Fitted:
    """The top d modes from K̃ (2n, 2n), entries good to eps; its memory is taken over.

    With K̃ = LLᵀ, K̃^{1/2} = L Oᵀ for an orthogonal O, so LᵀPL/(2n) has the eigenvalues of K_Γ, and
    L u_j = K̃^{1/2} b_j for its eigenvectors u_j.
    """
    trace = K.trace()
    factor = pivoted_cholesky(K, eps)
    gamma, u = _top(factor, d, seed)
    gamma = without_rounding(gamma, trace)
    roots = np.empty((len(K), d))
    roots[factor.order] = factor.L @ u  # K̃^{1/2} b_j, in the order of the views
    swapped = np.roll(roots, len(K) // 2, axis=0)
    readout = over(swapped, len(K) * gamma)
    return Fitted(gamma, slice(None), over(readout, np.sqrt(np.maximum(gamma, 0))), readout)


def lanczos_pays(d: int, N: int) -> bool:
    """Whether d of N eigenpairs are so few that finding them alone is quicker."""
    return d < N // _FEW


def _top(factor: Factor, d: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """The d largest eigenvalues of LᵀPL/(2n), descending, and their eigenvectors (2n, d)."""
    L, N = factor.L, len(factor.L)
    place = np.empty(N, dtype=int)
    place[factor.order] = np.arange(N)
    partner = place[(factor.order + N // 2) % N]  # where the other view of each row stands
    if lanczos_pays(d, N):

        def product(u: np.ndarray) -> np.ndarray:
            return dtrmv(L, dtrmv(L, u, lower=1)[partner], lower=1, trans=1) / N

        first = np.random.default_rng(seed).standard_normal(N)
        operator = LinearOperator((N, N), matvec=product, dtype=float)
        gamma, u = eigsh(operator, k=d, which="LA", v0=first)
    else:
        whole = L.T @ L[partner]
        whole /= N
        # Symmetric, so its transpose is the same matrix in the order that LAPACK works in.
        gamma, u = eigh(whole.T, subset_by_index=(N - d, N - 1), overwrite_a=True)
    return gamma[::-1], upright(u[:, ::-1])


def without_rounding(gamma: np.ndarray, trace: float) -> np.ndarray:
    """γ with exact zeros for what is zero up to rounding.

    A singular K̃ has modes with γ = 0. Computed, they come out at ±1e-17, and the positive ones
    would be embedded at a size of 1e8. No |γ| is above tr(K̃)/2n, and rounding stays below 2n·eps
    of that.
    """
    return np.where(np.abs(gamma) <= np.finfo(float).eps * trace, 0, gamma)


def upright(u: np.ndarray) -> np.ndarray:
    """Eigenvectors with the sign that makes the largest entry of each positive."""
    return u * np.where(u[np.abs(u).argmax(0), np.arange(u.shape[1])] < 0, -1, 1)


def over(columns: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Each column divided by its size; zero where that is not positive: a mode never learned."""
    learned = sizes > 0
    return np.where(learned, columns / np.where(learned, sizes, 1), 0)
