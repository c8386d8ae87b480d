"""Distances between rows, fast and exact where it matters."""

from __future__ import annotations

import numpy as np

_NEAR = 1e-7  # share of ‖a‖² + ‖b‖² below which a squared distance is computed anew
_CHUNK = 2**20  # numbers at a time


def squared_distances(x1: np.ndarray, x2: np.ndarray) -> np.ndarray:
    """‖a − b‖² for every row a of x1 (n1, m) and b of x2 (n2, m): (n1, n2), symmetric for x1 is x2.

    One matrix product, ‖a‖² + ‖b‖² − 2ab. That loses all digits where a and b nearly agree, so
    small distances are computed again from the differences: two equal rows are at distance 0.
    """
    centre = x2.mean(0)  # shorter vectors cancel less
    short1 = x1 - centre
    short2 = short1 if x1 is x2 else x2 - centre
    squares1, squares2 = (np.einsum("ij,ij->i", x, x) for x in (short1, short2))
    out = short1 @ short2.T  # symmetric to the last bit where both are one array
    out *= -2
    rows, pairs = max(1, _CHUNK // len(x2)), max(1, _CHUNK // x1.shape[1])
    for first in range(0, len(x1), rows):
        block = out[first : first + rows]
        sums = squares1[first : first + rows, None] + squares2
        block += sums
        sums *= _NEAR
        near1, near2 = np.nonzero(block <= sums)
        for start in range(0, len(near1), pairs):
            i, j = near1[start : start + pairs], near2[start : start + pairs]
            block[i, j] = ((x1[first + i] - x2[j]) ** 2).sum(1)
    return out
