"""Two kernels of the distance between pictures."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from .. import _validate
from ._distances import exponent_of, of_squared_distances

_ROWS = 1000  # enough for a median that is good to a few per cent
# Bandwidths in units of the largest entry. With a smaller one a distance of its size would have a
# square that is rounded to 0; from the larger one on the kernel is 1 to the last digit.
_NARROW, _WIDE = 1e-140, 1e140
_SMALLEST = np.finfo(float).tiny


def rbf(x1: ArrayLike, x2: ArrayLike, bandwidth: float | None = None) -> np.ndarray:
    """The Gaussian kernel exp(−r²/2b²), r the distance between a row of x1 and a row of x2.

    Args:
        x1, x2: (n1, m) and (n2, m).
        bandwidth: b > 0, in the units of r; ``median_distance(x1, x2)`` if left out. Give the
            same number for all kernels of one model: the default depends on the rows.

    Returns:
        (n1, n2) float64, symmetric to the last bit if x1 equals x2.

    Raises:
        TypeError, ValueError: not finite real matrices with as many columns, or b ≤ 0, or b below
            1e-140 of the largest entry.
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
        TypeError, ValueError: not finite real matrices with as many columns, all rows equal, or a
            distance that no float64 holds.
    """
    return typical(*_pair(x1, x2))


def gaussian(squared: np.ndarray, b: float) -> None:
    """exp(−r²/2b²) from r², in the same memory."""
    squared /= -2 * b * b
    np.exp(squared, out=squared)


def exponential(squared: np.ndarray, b: float) -> None:
    """exp(−r/b) from r², in the same memory."""
    np.sqrt(squared, out=squared)
    squared /= -b
    np.exp(squared, out=squared)


def of_distances(
    kernel: Callable[[np.ndarray, float], None], x1: np.ndarray, x2: np.ndarray, bandwidth: float
) -> np.ndarray:
    """k(x1, x2) for float64 matrices; distances and bandwidth in units of the largest entry.

    Raises ValueError for a bandwidth so small beside the entries that r² would be rounded to 0.
    """
    exponent = exponent_of(x1, x2)
    with np.errstate(under="ignore", over="ignore"):
        b = np.ldexp(bandwidth, -exponent)
        if b < _NARROW:
            raise ValueError(
                f"bandwidth is {bandwidth:g}, and x1 and x2 have entries of about "
                f"{np.ldexp(1.0, exponent - 1):.1g}; it must be at least {_NARROW:g} of them."
            )
        return of_squared_distances(lambda r2: kernel(r2, min(b, _WIDE)), x1, x2, exponent)


def _of_distances(
    kernel: Callable[[np.ndarray, float], None],
    x1: ArrayLike,
    x2: ArrayLike,
    bandwidth: float | None,
) -> np.ndarray:
    x1, x2 = _pair(x1, x2)
    b = typical(x1, x2) if bandwidth is None else _validate.number("bandwidth", bandwidth, above=0)
    return of_distances(kernel, x1, x2, b)


def _pair(x1: ArrayLike, x2: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Both as float64, and still one array if they were one."""
    same = x1 is x2
    x1 = _validate.matrix("x1", x1)
    return x1, x1 if same else _validate.matrix("x2", x2, ("n", x1.shape[1]), "the columns of x1")


def typical(x1: np.ndarray, x2: np.ndarray) -> float:
    """The median distance of float64 matrices."""
    few1 = _few(x1)
    few2 = few1 if x1 is x2 else _few(x2)
    exponent = exponent_of(few1, few2)
    with np.errstate(under="ignore", over="ignore"):
        squared = of_squared_distances(lambda r2: None, few1, few2, exponent)
        apart = squared[squared > 0]
        if len(apart) == 0:
            raise ValueError(
                "x1 and x2 have equal rows only, so there is no median distance; give bandwidth."
            )
        median = float(np.ldexp(np.sqrt(np.median(apart)), exponent))
    if not _SMALLEST <= median < np.inf:
        raise ValueError(
            f"x1 and x2 have entries of about {np.ldexp(1.0, exponent - 1):.1g}, and their median "
            "distance is not between 2.2e-308 and 1.8e308; multiply both by a number."
        )
    return median


def _few(x: np.ndarray) -> np.ndarray:
    return x[np.linspace(0, len(x) - 1, min(len(x), _ROWS)).astype(int)]
