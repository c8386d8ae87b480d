"""How much of a mode a regression explains, and how much it would by chance."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from .. import _validate


@np.errstate(all="ignore")
def explained(modes: ArrayLike, regressors: ArrayLike) -> np.ndarray:
    """R² of the least-squares regression, with a constant, of each mode on the regressors.

    Args:
        modes: the modes' values on n pictures, (n, d).
        regressors: (n, k); linearly dependent columns count once.

    Returns:
        (d,), each from 0 to 1.

    Raises:
        TypeError, ValueError: shapes that do not fit, NaN, a mode or all regressors constant.
    """
    y, basis = _prepared(modes, regressors)
    return _share(y, basis)


@np.errstate(all="ignore")
def permutation_null(
    modes: ArrayLike, regressors: ArrayLike, permutations: int = 200, seed: int = 0
) -> np.ndarray:
    """R² when the regressors' rows are handed out to the pictures at random.

    What is left of R² then owes nothing to the pictures. With n rows and k independent regressors
    its mean is k/(n − 1).

    Args:
        modes: (n, d).
        regressors: (n, k).
        permutations: how many, up to 10⁸.
        seed: of the permutations.

    Returns:
        (permutations, d).

    Raises:
        TypeError, ValueError: as ``explained``; a number of permutations that is not allowed.
    """
    permutations = _validate.size("permutations", permutations)
    rng = np.random.default_rng(_validate.seed("seed", seed))
    y, basis = _prepared(modes, regressors)
    return np.array([_share(y, rng.permutation(basis)) for _ in range(permutations)])


def _prepared(modes: ArrayLike, regressors: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Modes (n, d), centred and of length 1, and an orthonormal basis of the centred regressors."""
    y = _validate.matrix("modes", modes, ("n", "d"))
    x = _validate.matrix("regressors", regressors, (len(y), "k"), "as many rows as modes")
    y, sizes = _centred(y)
    if not (sizes > 0).all():
        raise ValueError(
            f"modes has a constant column, {int(np.argmin(sizes))}; nothing of it can be explained."
        )
    x, widths = _centred(x)
    if not (widths > 0).any():
        raise ValueError("regressors has only constant columns; at least one must vary.")
    basis, singular, _ = np.linalg.svd(x[:, widths > 0], full_matrices=False)
    return y, basis[:, singular > 1e-9 * singular[0]]


def _centred(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Columns of mean 0 and length 1, and their lengths, 0 for a column that is constant."""
    largest = np.abs(x).max(0)
    x = x / np.where(largest > 0, largest, 1)
    x = x - x.mean(0)
    length = np.linalg.norm(x, axis=0)
    length = np.where(length > 1e-13 * np.sqrt(len(x)), length, 0)
    return x / np.where(length > 0, length, 1), length


def _share(y: np.ndarray, basis: np.ndarray) -> np.ndarray:
    return np.minimum(((basis.T @ y) ** 2).sum(0), 1)
