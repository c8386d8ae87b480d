"""Distances between rows, fast and exact where it matters."""

from __future__ import annotations

import numpy as np

_NEAR = 1e-7  # share of the largest squared distance below which it is computed anew
_CHUNK = 2**20  # numbers at a time


def squared_distances(x1: np.ndarray, x2: np.ndarray) -> np.ndarray:
    """‖a − b‖² for every row a of x1 (n1, m) and b of x2 (n2, m): (n1, n2), symmetric for x1 is x2.

    One matrix product, ‖a‖² + ‖b‖² − 2ab. That loses all digits where a and b nearly agree, so
    small distances are computed again from the differences: two equal rows are at distance 0.
    """
    centre = x2.mean(0)  # shorter vectors cancel less
    same = x1 is x2
    x1 = x1 - centre
    x2 = x1 if same else x2 - centre
    squares1, squares2 = np.einsum("ij,ij->i", x1, x1), np.einsum("ij,ij->i", x2, x2)
    out = x1 @ x2.T
    out *= -2
    out += squares1[:, None]
    out += squares2
    rows, columns = np.nonzero(out <= _NEAR * (squares1.max() + squares2.max()))
    pairs = max(1, _CHUNK // x1.shape[1])
    for start in range(0, len(rows), pairs):
        i, j = rows[start : start + pairs], columns[start : start + pairs]
        out[i, j] = ((x1[i] - x2[j]) ** 2).sum(1)
    return out
