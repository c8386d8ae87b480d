"""Two kernels of the distance between pictures."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from .. import _validate
from ._distances import squared_distances

_ROWS = 1000  # enough for a median that is good to a few per cent


def rbf(x1: ArrayLike, x2: ArrayLike, bandwidth: float | None = None) -> np.ndarray:
    """The Gaussian kernel exp(−r²/2b²), r the distance between a row of x1 and a row of x2.

    Args:
        x1, x2: (n1, m) and (n2, m).
        bandwidth: b > 0, in the units of r; ``median_distance(x1, x2)`` if left out. Give the
            same number for all kernels of one model: the default depends on the rows.

    Returns:
        (n1, n2) float64, symmetric to the last bit if x1 is x2.

    Raises:
        TypeError, ValueError: not finite real matrices with as many columns, or b ≤ 0.
    """
    return _of_distances(gaussian, x1, x2, bandwidth)


def laplace(x1: ArrayLike, x2: ArrayLike, bandwidth: float | None = None) -> np.ndarray:
    """The Laplace kernel exp(−r/b), r the distance between a row of x1 and a row of x2.

    Arguments, result and errors as ``rbf``.
    """
    return _of_distances(exponential, x1, x2, bandwidth)


def median_distance(x1: ArrayLike, x2: ArrayLike) -> float:
    """The median distance between a row of x1 (n1, m) and a row of x2 (n2, m) that differ.

    Of more than 1000 rows, 1000 are taken at equal spacing.

    Raises:
        TypeError, ValueError: not finite real matrices with as many columns, or all rows equal.
    """
    return typical(*_pair(x1, x2))


def gaussian(squared: np.ndarray, b: float) -> np.ndarray:
    """exp(−r²/2b²) from r², in the same memory."""
    squared /= -2 * b * b
    return np.exp(squared, out=squared)


def exponential(squared: np.ndarray, b: float) -> np.ndarray:
    """exp(−r/b) from r², in the same memory."""
    distance = np.sqrt(squared, out=squared)
    distance /= -b
    return np.exp(distance, out=distance)


def _of_distances(
    kernel: Callable[[np.ndarray, float], np.ndarray],
    x1: ArrayLike,
    x2: ArrayLike,
    bandwidth: float | None,
) -> np.ndarray:
    x1, x2 = _pair(x1, x2)
    b = typical(x1, x2) if bandwidth is None else _validate.number("bandwidth", bandwidth, above=0)
    return kernel(squared_distances(x1, x2), b)


def _pair(x1: ArrayLike, x2: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Both as float64, and still one array if they were one."""
    same = x1 is x2
    x1 = _validate.matrix("x1", x1)
    return x1, x1 if same else _validate.matrix("x2", x2, ("n", x1.shape[1]), "the columns of x1")


def typical(x1: np.ndarray, x2: np.ndarray) -> float:
    """The median distance of float64 matrices."""
    few1 = _few(x1)
    squared = squared_distances(few1, few1 if x1 is x2 else _few(x2))
    apart = squared[squared > 0]
    if len(apart) == 0:
        raise ValueError(
            "x1 and x2 have equal rows only, so there is no median distance; give bandwidth."
        )
    return float(np.sqrt(np.median(apart)))


def _few(x: np.ndarray) -> np.ndarray:
    return x[np.linspace(0, len(x) - 1, min(len(x), _ROWS)).astype(int)]
