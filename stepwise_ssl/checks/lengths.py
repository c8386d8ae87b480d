"""Whether an answer keeps an axis of length 1: one time, one dimension, one view.

The draws of a check are longer, so that a squeeze of all that is short would never show.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from .arguments import by_name
from .asking import Budget, asked, asked_once
from .comparison import show_inputs
from .learner import Call
from .values import Unreadable, as_array

_SECONDS = 2.0  # for all calls
_MOST = 12  # calls of the answer


def dropped(own: Callable, answer: Callable, calls: Sequence[Call]) -> tuple[str, dict[str, Any]]:
    """A sentence about an axis of length 1 that the answer's result lacks, and the arguments.

    The calls are made again with one length of the arguments at 1. The course's own answer tells
    only the shape, and says nothing where it raises or is nan: such a length is not asked for.
    Nor is one at which the answer raises, or has another number of entries: a rank of more than
    one in a single row, say. "" where nothing was found.
    """
    budget, seen, asked_for = Budget(_SECONDS), set(), 0
    for call in calls:
        given = by_name(own, call)
        if not all(map(_is_plain, given.values())):
            continue
        for names, short in _shortened(given):
            if names in seen or budget.is_spent() or asked_for == _MOST:
                continue
            right = asked_once(own, kwargs=short)
            several = isinstance(right, tuple)
            wanted = _shapes(right, several, whole=True)
            if not any(1 in shape for shape in wanted):
                continue
            seen.add(names)
            asked_for += 1
            got = _shapes(asked(answer, tuple(short.values())), several)
            if len(got) != len(wanted):
                continue
            for number, (mine, should) in enumerate(zip(got, wanted, strict=True), 1):
                if mine != should and _longer(mine) == _longer(should):
                    which = f"result {number} of {len(got)}" if len(got) > 1 else "your result"
                    return (
                        f"Where {' = '.join(names)} = 1, {which} has shape {mine}; it should have "
                        f"{should}. An axis of length 1 is an axis, too.\n"
                        f"Inputs: {show_inputs(short)}."
                    ), short
    return "", {}


def _longer(shape: tuple[int, ...]) -> list[int]:
    return [size for size in shape if size != 1]


def _is_plain(value: Any) -> bool:
    """Whether it is an array, a number or a function: no network, no file."""
    return not (hasattr(value, "parameters") or isinstance(value, str)) and (
        hasattr(value, "shape") or callable(value) or isinstance(value, int | float | None)
    )


def _shortened(given: dict[str, Any]) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    """The arguments with one length cut to 1, wherever it stands, or one whole number at 1."""
    arrays = {name: value for name, value in given.items() if len(getattr(value, "shape", ()))}
    for size in dict.fromkeys(s for value in arrays.values() for s in value.shape if s > 1):
        names = tuple(
            f"len({name})" if axis == 0 else f"{name}.shape[{axis}]"
            for name, value in arrays.items()
            for axis, s in enumerate(value.shape)
            if s == size
        )
        yield names, given | {name: _cut(value, size) for name, value in arrays.items()}
    for name, value in given.items():
        if isinstance(value, int | np.integer) and not isinstance(value, bool) and value > 1:
            yield (name,), given | {name: 1}


def _cut(value: Any, size: int) -> Any:
    """The first of each axis of this length; of an order of so many things, that of one."""
    if np.ndim(value) == 1 and np.array_equal(np.sort(value), range(size)):
        return value[:1] * 0
    return value[tuple(slice(0, 1 if s == size else None) for s in value.shape)]


def _shapes(result: Any, several: bool, whole: bool = False) -> list[tuple[int, ...]]:
    """The shape of a result, or of several; none where it is no number, or with `whole` is nan."""
    try:
        parts = [as_array(part) for part in (result if several else (result,))]
    except (TypeError, Unreadable):
        return []
    if any(part is None or whole and np.isnan(part).any() for part in parts):
        return []
    return [part.shape for part in parts]
