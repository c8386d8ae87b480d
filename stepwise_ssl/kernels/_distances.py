"""Functions of the distances between rows, fast and exact where it matters."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ._blocks import blocks, mirror, one_matrix

_NEAR = 1e-7  # share of ‖a‖² + ‖b‖² below which a squared distance is computed anew
_ENTRIES = 2**17  # distances at a time: 1 MiB, which a cache holds
_NUMBERS = 2**20  # of differences at a time


def exponent_of(*arrays: np.ndarray) -> int:
    """e such that the largest entry is between 2^(e−1) and 2^e; 0 for zeros.

    Multiplied by 2^−e, which rounds nothing, numbers of any size have squares in range.
    """
    return int(np.frexp(max(max(x.max(), -x.min()) for x in arrays))[1])


def of_squared_distances(
    function: Callable[[np.ndarray], object], x1: np.ndarray, x2: np.ndarray, exponent: int
) -> np.ndarray:
    """(n1, n2): ``function`` changes in place a block of ‖a − b‖² · 4^−exponent, a in x1, b in x2.

    The exponent is ``exponent_of(x1, x2)``. Symmetric to the last bit if x1 equals x2. One matrix
    product, ‖a‖² + ‖b‖² − 2ab. That loses all digits where a and b nearly agree, so small distances
    are computed again from the differences: two equal rows are at distance 0.
    """
    same = one_matrix(x1, x2)
    # Shorter vectors cancel less.
    centre = np.ldexp(x2, -exponent).mean(0)
    short1 = np.ldexp(x1, -exponent) - centre
    short2 = short1 if same else np.ldexp(x2, -exponent) - centre
    squares1, squares2 = (np.einsum("ij,ij->i", x, x) for x in (short1, short2))
    out = (-2 * short1) @ short2.T
    pairs = max(1, _NUMBERS // x1.shape[1])
    for rows, columns in blocks(len(x1), len(x2), same, _ENTRIES):
        block = out[rows, columns]
        sums = squares1[rows, None] + squares2[columns]
        block += sums
        sums *= _NEAR
        near1, near2 = np.nonzero(block <= sums)
        for start in range(0, len(near1), pairs):
            i, j = near1[start : start + pairs], near2[start : start + pairs]
            a, b = x1[rows.start + i], x2[columns.start + j]
            block[i, j] = ((np.ldexp(a, -exponent) - np.ldexp(b, -exponent)) ** 2).sum(1)
        function(block)
        if same:
            mirror(out, rows)
    return out
