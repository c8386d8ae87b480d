"""A large matrix in blocks of rows, and the symmetry of a symmetric one."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np


def blocks(n1: int, n2: int, symmetric: bool, entries: int) -> Iterator[tuple[slice, slice]]:
    """Rows and columns of an (n1, n2) matrix, some ``entries`` of it at a time.

    Of a symmetric one the columns from the diagonal on; ``mirror`` has the others.
    """
    start = 0
    while start < n1:
        first = start if symmetric else 0
        stop = min(n1, start + max(1, entries // (n2 - first)))
        yield slice(start, stop), slice(first, n2)
        start = stop


def mirror(matrix: np.ndarray, rows: slice) -> None:
    """Copy what stands right of the diagonal in these rows to its mirror image.

    A matrix product need not be symmetric to the last bit: each library sums in its own order.
    """
    square = matrix[rows, rows]
    square[...] = np.triu(square) + np.triu(square, 1).T
    matrix[rows.stop :, rows] = matrix[rows, rows.stop :].T


def one_matrix(x1: np.ndarray, x2: np.ndarray) -> bool:
    return x1 is x2 or np.array_equal(x1, x2)
