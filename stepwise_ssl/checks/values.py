"""Comparing what a learner may return: floats, lists, arrays, torch tensors, tuples of them."""

from __future__ import annotations

from typing import Any

import numpy as np


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
    try:
        array = np.asarray(value)
    except (ValueError, TypeError, RuntimeError):  # the last: tensors inside a list
        if isinstance(value, list | tuple):
            for entry in value:
                as_array(entry)
        return None
    if array.dtype == np.float16:
        raise _few_digits("float16")
    return array if array.dtype.kind in "fiubc" else None


def _of_tensor(tensor: Any) -> np.ndarray:
    kind = str(tensor.dtype).removeprefix("torch.")
    if kind in ("bfloat16", "float16"):
        raise _few_digits(kind)
    try:
        return tensor.detach().cpu().resolve_conj().numpy()
    except (RuntimeError, TypeError) as error:
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


def same_values(got: Any, other: Any) -> bool:
    """Whether two results agree to 1e-5 of their size (1e-3 in single precision), tuples too.

    Results that are NaN throughout never agree: any formula can come to that.
    """
    if isinstance(got, str) or isinstance(other, str):
        return isinstance(got, str) and isinstance(other, str) and got.strip() == other.strip()
    if isinstance(got, tuple) and isinstance(other, tuple):
        return len(got) == len(other) and all(map(same_values, got, other))
    try:
        a, b = as_array(got), as_array(other)
    except Unreadable:
        return False
    if a is None or b is None or a.shape != b.shape or np.isnan(b).all():
        return False
    rtol = 1e-3 if low_precision(got) else 1e-5
    finite = np.abs(b[np.isfinite(b)])
    return np.allclose(a, b, rtol=rtol, atol=1e-3 * rtol * finite.max(initial=0), equal_nan=True)


def format_number(x: float) -> str:
    return f"{x:.6g}"
