"""What a learner may return, as numbers: floats, lists, arrays, torch tensors, tuples of them."""

from __future__ import annotations

import math
from numbers import Rational
from typing import Any

import numpy as np

# Relative tolerances, by the precision of the result. In 32 bits a sum of squares of differences
# came to 2.6e-4 once in 500 draws.
DOUBLE, SINGLE = 1e-6, 5e-4
# A small entry is measured by this part of the largest one. In 32 bits an eigenvalue of 0 came to
# 2e-5 of the largest after thirty steps, once in 500 draws.
DOUBLE_FLOOR, SINGLE_FLOOR = 1e-3, 5e-2
# A slip with a small number beside it, a ridge or an ε, gives nearly the numbers of the slip: they
# are NEAR these, and a thousand times as FAR from the right ones, in units of the largest.
NEAR, FAR = 1e-5, 1e-2
_DEEPEST = 32  # lists in lists: NumPy's arrays have no more axes


class Unreadable(ValueError):
    """Numbers that are not there, or too few digits of them; the message is for the learner."""


def as_array(value: Any) -> np.ndarray | None:
    """`value` as a numeric array, or None where it is not numbers.

    Raises Unreadable for what holds numbers that cannot be compared.
    """
    if hasattr(value, "detach"):
        value = _of_tensor(value)
    if np.ma.is_masked(value) or (
        isinstance(value, list | tuple) and any(map(np.ma.is_masked, value))
    ):
        raise Unreadable("The result has masked entries, and a check compares all. Fill them.")
    if _has_text(value):
        return None
    try:
        array = np.asarray(value)
    except Exception as error:  # noqa: BLE001 a tensor inside a list, or an __array__ of the learner's
        if isinstance(value, list | tuple):
            for entry in value:
                as_array(entry)
            return None
        if hasattr(value, "__array__"):
            raise Unreadable(
                f"The result, a {type(value).__name__}, cannot be read as numbers: its __array__ "
                f"raised {type(error).__name__}."
            ) from None
        return None
    if array.dtype == np.float16:
        raise _few_digits("float16")
    if array.dtype == object and all(isinstance(x, Rational) for x in array.ravel()):
        try:
            array = array.astype(float)  # fractions, and integers of any length
        except OverflowError:
            raise Unreadable("The result holds a number that is too large for a float.") from None
    return array if array.dtype.kind in "fiubc" else None


def _has_text(value: Any, depth: int = 0) -> bool:
    """Whether lists hold a text: NumPy gives each entry of a table the room of the longest."""
    if isinstance(value, list | tuple) and depth < _DEEPEST:
        return any(_has_text(entry, depth + 1) for entry in value)
    return isinstance(value, str | bytes)


def _of_tensor(tensor: Any) -> np.ndarray:
    try:
        kind = str(tensor.dtype).removeprefix("torch.")
    except Exception:  # noqa: BLE001 an object of the learner's that only looks like a tensor
        raise Unreadable(f"The result is a {type(tensor).__name__}, and no tensor.") from None
    if kind in ("bfloat16", "float16"):
        raise _few_digits(kind)
    try:
        return tensor.detach().cpu().resolve_conj().numpy()
    except Exception as error:  # noqa: BLE001 sparse, quantised, on the device "meta"
        raise Unreadable(f"The result is a tensor that holds no plain numbers: {error}") from None


def _few_digits(kind: str) -> Unreadable:
    return Unreadable(
        f"The result is in {kind}, which keeps two or three digits: too few to compare. Compute in "
        "float32 or float64 from the start; what is rounded stays rounded."
    )


def low_precision(value: Any) -> bool:
    """Whether `value` holds floating-point numbers of less than 64 bits."""
    array = as_array(value)
    return array is not None and array.dtype.kind == "f" and array.dtype.itemsize < 8


def distance(got: Any, other: Any) -> float:
    """The largest difference of two results, in units of the largest number of the second.

    Infinite where they are not of one kind and shape, or where one has a number and the other none.
    """
    if isinstance(other, tuple | list):
        if not isinstance(got, tuple | list) or len(got) != len(other):
            return np.inf
        return max(map(distance, got, other), default=0.0)
    if isinstance(got, float) and isinstance(other, float):  # by far the most, so without arrays
        unit = abs(float(other)) if math.isfinite(other) else 0.0
        off = 0.0 if got == other else abs(float(got) - float(other)) / (unit or 1.0)
        return off if off == off else np.inf
    try:
        a, b = as_array(got), as_array(other)
    except Unreadable:
        return np.inf
    if a is None or b is None or a.shape != b.shape:
        return np.inf
    unit = np.abs(b).max(initial=0.0, where=np.isfinite(b))
    with np.errstate(all="ignore"):
        off = np.where(a == b, 0.0, np.abs(1.0 * a - b)).max(initial=0.0)  # 1.0: truth values, too
        return float(np.nan_to_num(off / (unit or 1.0), nan=np.inf, posinf=np.inf))  # 0 is no unit


def same_values(got: Any, other: Any, rtol: float = DOUBLE) -> bool:
    """Whether two results agree to `rtol` of their size, in single precision to 5e-4; tuples too.

    Results that are NaN throughout never agree: any formula can come to that.
    """
    if isinstance(got, str) or isinstance(other, str):
        return isinstance(got, str) and isinstance(other, str) and got.strip() == other.strip()
    if isinstance(got, tuple | list) and isinstance(other, tuple):
        return len(got) == len(other) and all(
            same_values(a, b, rtol) for a, b in zip(got, other, strict=True)
        )
    if isinstance(got, float) and isinstance(other, float):
        if got == other or not (math.isfinite(got) and math.isfinite(other)):
            return bool(got == other)
        return bool(abs(float(got) - float(other)) <= rtol * (1 + DOUBLE_FLOOR) * abs(other))
    try:
        a, b = as_array(got), as_array(other)
    except Unreadable:
        return False
    if a is None or b is None or a.shape != b.shape or np.isnan(b).all():
        return False
    floor = DOUBLE_FLOOR
    if low_precision(got):
        rtol, floor = max(rtol, SINGLE), SINGLE_FLOOR
    finite = np.abs(b[np.isfinite(b)])
    scale = finite.max(initial=0.0)
    with np.errstate(all="ignore"):
        return bool(np.allclose(a, b, rtol=rtol, atol=floor * rtol * scale, equal_nan=True))
