"""Inputs that nobody thinks of, and what a function may do with them.

A function of the package either returns what it promises, or raises a TypeError or ValueError that
names an argument: never another error, never a warning of NumPy's.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterable

import numpy as np
import torch
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

# The same examples on every machine and in every run, and no limit that a busy machine could miss.
bounded = settings(derandomize=True, deadline=None, database=None, max_examples=20)

SCALES = (1.0, 1.0, 1.0, 1e-3, 1e200, 1e-200, 1e308, 1e-310, 5e-324, 0.0)


@st.composite
def real(draw: st.DrawFn, *shape: int) -> np.ndarray:
    """Finite numbers of the shape, of any scale, laid out in memory in any way."""
    entries = st.integers(-8, 8) | st.floats(-4, 4, width=32)
    x = draw(arrays.arrays(np.float64, shape, elements=entries))
    with np.errstate(all="ignore"):
        x = np.nan_to_num(x * draw(st.sampled_from(SCALES)))
    return draw(st.sampled_from(LAYOUTS))(x)


def _read_only(x: np.ndarray) -> np.ndarray:
    x.flags.writeable = False
    return x


LAYOUTS: tuple[Callable[[np.ndarray], object], ...] = (
    lambda x: x,
    np.asfortranarray,
    lambda x: np.repeat(x, 2, axis=-1)[..., ::2],
    lambda x: x[::-1].copy()[::-1],
    _read_only,
    lambda x: x.tolist(),
    torch.tensor,
    lambda x: torch.tensor(x).to(torch.float32).clamp(-3e38, 3e38),
)

ODD = (
    None, True, "ab", b"ab", 1j, np.nan, np.inf, 10**400, {}, set(), (), [], ..., object(), dict,
    [[1], [1, 2]], ["a"], [None], np.array([1j, 2]), np.array([True]), np.array(["1", "2"]),
    np.array([1, "a"], object), np.array([np.nan, 1]), np.array([np.inf, 1]), np.zeros(0),
    np.zeros((0, 3)), np.zeros((2, 0)), np.zeros((2, 2, 2, 2)), np.float16([1, 2]),
    np.array("2020-01-01", "datetime64"), np.ma.masked_array([1.0, 2.0], [True, False]),
    torch.ones(2, dtype=torch.bfloat16), torch.ones(2, requires_grad=True), torch.eye(2) * 1j,
    torch.ones(2, device="meta"), torch.eye(2).to_sparse(), [torch.ones(2), torch.ones(3)],
    np.matrix([[1.0, 2.0]]), np.longdouble("1e4000"), (x for x in (1, 2)),
)  # fmt: skip


def tried(function: Callable, *arguments: object, **named: object) -> object | None:
    """What the call returns, or None where it refuses its arguments as it should."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", UserWarning)  # the package's own
        try:
            return function(*arguments, **named)
        except (TypeError, ValueError) as error:
            message = str(error)
    assert names_one_of(message, _arguments_of(function)), message
    return None


def _arguments_of(function: Callable) -> Iterable[str]:
    code = getattr(function, "__wrapped__", function).__code__
    return code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]


def names_one_of(message: str, names: Iterable[str]) -> bool:
    return any(re.match(rf"{name}\b", message) for name in names)


def tried_with_odd_ones(function: Callable, *good: object) -> None:
    """Each argument in turn replaced by each odd one: refused by name, or a result without nan."""
    for place in range(len(good)):
        for odd in ODD:
            arguments = [*good[:place], odd, *good[place + 1 :]]
            result = tried(function, *arguments)
            if isinstance(result, np.ndarray | float):
                assert not np.isnan(result).any(), (place, odd)
