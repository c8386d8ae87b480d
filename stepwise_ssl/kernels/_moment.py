"""K_Γ, written out."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from .. import _validate
from ._distances import exponent_of

_ROUNDING = 1e-10  # a negative eigenvalue below this share of the largest is rounding


def contrastive_kernel(K: ArrayLike) -> np.ndarray:
    """K_Γ = K̃^{1/2} P K̃^{1/2}/(2n), the matrix whose eigenvalues are the γ_j.

    One full eigendecomposition: for the page and for small n. ``ContrastiveKernelPCA`` finds the
    largest eigenvalues of a large K̃ without it.

    Args:
        K: K̃, (2n, 2n), symmetric and positive semi-definite: the kernel between all views, the
            n first views before the n second ones.

    Returns:
        (2n, 2n), symmetric.

    Raises:
        TypeError, ValueError: ``K`` is no such matrix.
    """
    given, K = K, square_of_pairs("K", K)
    rounding = max(_ROUNDING, 100 * precision(given))
    n = len(K) // 2
    scale = exponent_of(K)  # so that sums are in range
    with np.errstate(under="ignore"):
        eigenvalues, vectors = np.linalg.eigh(np.ldexp(K, -scale))
        if eigenvalues[0] < -rounding * max(eigenvalues[-1], 0):
            smallest = np.ldexp(eigenvalues[0], scale)
            raise not_positive(f"its smallest eigenvalue is {smallest:.3g}")
        root = vectors * np.sqrt(np.maximum(eigenvalues, 0)) @ vectors.T
        half = root[:, :n] @ root[n:]
        return np.ldexp((half + half.T) / (2 * n), scale)


def square_of_pairs(name: str, K: ArrayLike) -> np.ndarray:
    """A copy of K as a symmetric matrix with an even number of rows."""
    K = _validate.symmetric(name, K)
    if len(K) % 2:
        raise ValueError(
            f"{name} has shape {K.shape}; it must be (2n, 2n), the kernel between n first views "
            "and n second ones."
        )
    return K


def precision(K: ArrayLike) -> float:
    """The relative error of the entries of K: eps of the type of number that it comes in."""
    given = np.asarray(K).dtype
    return float(np.finfo(given if given.kind == "f" else float).eps)


def not_positive(reason: str) -> ValueError:
    return ValueError(
        f"The kernel matrix is not positive semi-definite: {reason}. A kernel is a scalar product "
        "of features, so no combination of rows may have a negative square."
    )
