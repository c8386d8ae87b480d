"""A kernel matrix as a product of thin factors, singular or not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg.lapack import dpstrf

from ._moment import not_positive

_DOUBLE = np.finfo(float).eps
_RESIDUE = 1e-8  # of the kernel matrix, as a share of its size, that rounding may leave


@dataclass(frozen=True)
class Factor:
    """K[order][:, order] = L Lᵀ, L (N, N) lower triangular; its columns from `rank` on are zero."""

    L: np.ndarray
    order: np.ndarray
    rank: int


def pivoted_cholesky(K: np.ndarray, eps: float = _DOUBLE) -> Factor:
    """Factorise a symmetric positive semi-definite K (N, N), whose memory it takes over.

    A plain Cholesky decomposition stops at the first duplicated row. With pivoting (LAPACK's
    dpstrf) it ends there: what is left is zero up to rounding, N·2.2e-16 of the largest diagonal
    entry. Where eps, the relative error of the entries, is larger, what is left is their noise: a
    random symmetric matrix with entries of size eps has eigenvalues of size √N·eps.

    Raises ValueError if K is not positive semi-definite: if more than 1e-8 of its size, or 100
    eps, is left beside the factor or below zero on the diagonal.
    """
    N = len(K)
    probe = np.random.default_rng(0).standard_normal(N)
    seen, diagonal = K @ probe, K.diagonal().copy()
    size = np.abs(diagonal).max()
    if size == 0:
        raise not_positive("all of its diagonal is zero")
    # K is symmetric, so its transpose is the same matrix in the order that LAPACK works in.
    smallest_pivot = size * max(N * _DOUBLE, np.sqrt(N) * eps)
    L, order, rank, _ = dpstrf(K.T, tol=smallest_pivot, lower=1, overwrite_a=1)
    order = order - 1
    for column in range(1, N):
        L[:column, column] = 0
    L[:, rank:] = 0
    left = np.linalg.norm(seen[order] - L @ (L.T @ probe[order])) / (N * size)
    below = np.max(np.einsum("ij,ij->i", L, L) - diagonal[order]) / size
    if not max(left, below) < max(_RESIDUE, 100 * eps):
        raise not_positive(
            f"after {rank} positive pivots {max(left, below):.2g} of its size is left (a matrix "
            "that was computed in single precision should come as float32)"
        )
    return Factor(L, order, int(rank))
