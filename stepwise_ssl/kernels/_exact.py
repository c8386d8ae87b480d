"""The top modes of K_Γ without K̃^{1/2} and without an inverse."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import eigh
from scipy.linalg.blas import dtrmv
from scipy.sparse.linalg import LinearOperator, eigsh

from ._factor import Factor, pivoted_cholesky

_FEW = 8  # Lanczos for less than this part of all eigenvalues; its basis takes twice as many


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


def embed_exactly(K: np.ndarray, d: int, seed: int) -> Fitted:
    """The top d modes from K̃ (2n, 2n), whose memory is taken over.

    With K̃ = LLᵀ, K̃^{1/2} = L Oᵀ for an orthogonal O, so LᵀPL/(2n) has the eigenvalues of K_Γ, and
    L u_j = K̃^{1/2} b_j for its eigenvectors u_j.
    """
    factor = pivoted_cholesky(K)
    gamma, u = _top(factor, d, seed)
    roots = np.empty((len(K), d))
    roots[factor.order] = factor.L @ u  # K̃^{1/2} b_j, in the order of the views
    swapped = np.roll(roots, len(K) // 2, axis=0)
    readout = over(swapped, len(K) * gamma)
    return Fitted(gamma, slice(None), over(readout, np.sqrt(np.maximum(gamma, 0))), readout)


def _top(factor: Factor, d: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """The d largest eigenvalues of LᵀPL/(2n), descending, and their eigenvectors (2n, d)."""
    L, N = factor.L, len(factor.L)
    place = np.empty(N, dtype=int)
    place[factor.order] = np.arange(N)
    partner = place[(factor.order + N // 2) % N]  # where the other view of each row stands
    if d < N // _FEW:

        def product(u: np.ndarray) -> np.ndarray:
            return dtrmv(L, dtrmv(L, u, lower=1)[partner], lower=1, trans=1) / N

        first = np.random.default_rng(seed).standard_normal(N)
        operator = LinearOperator((N, N), matvec=product, dtype=float)
        gamma, u = eigsh(operator, k=d, which="LA", v0=first)
    else:
        whole = L.T @ L[partner] / N
        gamma, u = eigh((whole + whole.T) / 2, subset_by_index=(N - d, N - 1))
    return gamma[::-1], upright(u[:, ::-1])


def upright(u: np.ndarray) -> np.ndarray:
    """Eigenvectors with the sign that makes the largest entry of each positive."""
    return u * np.where(u[np.abs(u).argmax(0), np.arange(u.shape[1])] < 0, -1, 1)


def over(columns: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Each column divided by its size; zero where that is not positive: a mode never learned."""
    learned = sizes > 0
    return np.where(learned, columns / np.where(learned, sizes, 1), 0)
