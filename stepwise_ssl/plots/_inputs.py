"""Checks of arguments that the figures and the table need beyond the usual ones."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from .. import _validate


def times(name: str, values: ArrayLike) -> np.ndarray:
    """Increasing times, at least two of them positive."""
    t = _validate.vector(name, values, "T")
    if (np.diff(t) <= 0).any():
        raise ValueError(f"{name} is not increasing; every time must be larger than the last.")
    if (t > 0).sum() < 2:
        raise ValueError(f"{name} has fewer than two positive times; a logarithmic axis needs two.")
    return t


def vector_with_inf(name: str, values: ArrayLike, size: int | str, why: str = "") -> np.ndarray:
    """A vector checked like any other, except that inf and nan are allowed."""
    try:
        array = np.asarray(values)
        finite = np.where(np.isfinite(array), array, 0) if array.dtype.kind == "f" else values
    except (RuntimeError, TypeError, ValueError):  # the check below says so, naming the argument
        finite = values
    _validate.vector(name, finite, size, why)
    return np.asarray(values, dtype=np.float64)
