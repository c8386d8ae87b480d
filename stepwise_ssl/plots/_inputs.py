"""Checks of arguments that the figures and the table need beyond the usual ones."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from .. import _validate

_FARTHEST = 1e100  # beyond it Matplotlib's own arithmetic overflows


def times(name: str, values: ArrayLike) -> np.ndarray:
    """Increasing times, at least two of them positive."""
    t = _validate.vector(name, values, "T")
    if (np.diff(t) <= 0).any():
        raise ValueError(f"{name} is not increasing; every time must be larger than the last.")
    seen = t[t > 0]
    if len(seen) < 2:
        raise ValueError(f"{name} has fewer than two positive times; a logarithmic axis needs two.")
    if seen[0] < 1 / _FARTHEST:
        raise ValueError(
            f"{name} has {seen[0]:g}; on a figure positive times are ≥ {1 / _FARTHEST:g}."
        )
    return drawable(name, t)


def drawable(name: str, values: np.ndarray) -> np.ndarray:
    """The values, if an axis has room for them."""
    largest = np.abs(values).max()
    if largest > _FARTHEST:
        raise ValueError(
            f"{name} reaches {largest:g} in size; a figure has room up to {_FARTHEST:g}."
        )
    return values


def vector_with_inf(name: str, values: ArrayLike, size: int | str, why: str = "") -> np.ndarray:
    """A vector checked like any other, except that inf and nan are allowed."""
    try:
        array = np.asarray(values)
        finite = np.where(np.isfinite(array), array, 0) if array.dtype.kind == "f" else values
    except (RuntimeError, TypeError, ValueError):  # the check below says so, naming the argument
        finite = values
    _validate.vector(name, finite, size, why)
    return np.asarray(values, dtype=np.float64)
