"""What a changed function calls in place of NumPy's own.

Their names begin with a stroke, since they stand beside the learner's names.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def _by_size(found: Any) -> Any:
    """What np.linalg.eigh or eigvalsh found, in the order of the sizes."""
    if not isinstance(found, tuple):
        return found[np.argsort(np.abs(found))]
    order = np.argsort(np.abs(found[0]))
    return found[0][order], found[1][:, order]


def _as_singular(found: Any) -> Any:
    found = _by_size(found)
    return (np.abs(found[0]), found[1]) if isinstance(found, tuple) else np.abs(found)


def _eigen(matrix: np.ndarray, *_: Any, compute_uv: bool = True, **__: Any) -> Any:
    """The eigenvalues and vectors of a symmetric matrix, in the form that np.linalg.svd has."""
    values, vectors = np.linalg.eigh(matrix)
    values, vectors = values[::-1], vectors[:, ::-1]
    return (vectors, values, vectors.T) if compute_uv else values


def _of_the_whole(matrix: np.ndarray, vectors: bool) -> Any:
    """What np.linalg.eigh or eigvalsh should find of a matrix that need not be symmetric."""
    values, columns = np.linalg.eig(matrix)
    order = np.argsort(values.real)
    return (values.real[order], columns.real[:, order]) if vectors else values.real[order]


def _by_ratios(begin: float, end: float, number: int = 50) -> np.ndarray:
    """Points from one value above 0 to another, each the same multiple of the one before."""
    if not begin > 0:  # a grid of logarithms, say, which are below 0
        raise ValueError("points from 0 or below have no ratios")
    return np.geomspace(begin, end, number)


def _by_odds(begin: float, end: float, number: int = 50) -> np.ndarray:
    """Points from one value between 0 and 1 to another, their odds as above."""
    odds = _by_ratios(begin / (1 - begin), end / (1 - end), number)
    return odds / (1 + odds)


def _power_of(matrix: Any, power: float) -> Any:
    """A power of a symmetric matrix, where np.sqrt and ** take one of each entry."""
    if matrix.shape != matrix.T.shape or not np.allclose(matrix, matrix.T):
        raise ValueError("no symmetric matrix")
    values, vectors = np.linalg.eigh(matrix)
    return vectors * values**power @ vectors.T


def _by_half(x: Any, axis: int) -> Any:
    """np.roll by half of what is rolled."""
    return np.roll(x, x.shape[axis] // 2, axis=axis)


def _less_identity(x: Any) -> Any:
    """A square matrix less I, be it an array or a tensor."""
    one = np.eye(*x.shape)
    return x - (one if isinstance(x, np.ndarray) else x.new_tensor(one))
