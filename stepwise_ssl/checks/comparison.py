"""One comparison of an answer's result with the truth, and the call that it belongs to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray


@dataclass(frozen=True)
class Comparison:
    """`got` against `want`, arrays of one shape. `right` says where they agree to the tolerance.

    `given` holds the arguments of the call by name; it is empty where the learner's answer is a
    value. `direct` says that `got` is what a call returned, and not made from it.
    """

    got: Array
    want: Array
    right: Array
    rtol: float
    what: str
    given: dict[str, Any]

    why: str = ""
    direct: bool = True

    @property
    def passes(self) -> bool:
        return bool(self.right.all())

    def numbers(self) -> str:
        """The two numbers at the entry that is furthest off, for its size."""
        finite = np.isfinite(self.want)
        scale = np.max(np.abs(self.want[finite]), initial=0.0)
        with np.errstate(all="ignore"):
            size = np.maximum(np.abs(self.want), 1e-3 * scale)
            error = np.abs(self.got - self.want) / np.maximum(size, 1e-300)
        worst = np.where(self.right, -1.0, np.nan_to_num(error, nan=np.inf))
        index = tuple(int(i) for i in np.unravel_index(np.argmax(worst), self.want.shape))
        at = place(index, self.want.shape)
        source = f" ({self.why})" if self.why else ""
        what = self.what
        if re.match("[a-z]{3,}( |$)", what):  # a word and no letter of a formula
            what = f"{what[0].upper()}{what[1:]}"
        want, got = _apart(float(self.want[index]), float(self.got[index]))
        return f"{what}{', ' + at if at else ''} should be {want}{source}; yours is {got}."


def _apart(want: float, got: float) -> tuple[str, str]:
    """Both numbers with as many digits as tell them apart, six at least."""
    for digits in (6, 9, 12):
        shown = f"{want:.{digits}g}", f"{got:.{digits}g}"
        if shown[0] != shown[1]:
            break
    return shown


def sizes_and_numbers(given: dict[str, Any]) -> Iterator[tuple[str, float]]:
    """What a call's arguments offer as a factor: each number, and each length, with its name."""
    for name, argument in given.items():
        if isinstance(argument, bool | np.bool_):
            continue
        if isinstance(argument, int | float | np.number):
            yield name, float(argument)
            continue
        shape = getattr(argument, "shape", None)
        if shape is None:
            shape = (len(argument),) if isinstance(argument, list | tuple) else ()
        for axis, size in enumerate(shape):
            yield f"len({name})" if axis == 0 else f"{name}.shape[{axis}]", float(size)


def arrays(given: dict[str, Any]) -> Iterator[tuple[str, Array]]:
    """The arguments that are arrays of real numbers, or tensors, by name."""
    for name, argument in given.items():
        if hasattr(argument, "detach"):
            argument = argument.detach().cpu().numpy()
        if isinstance(argument, np.ndarray) and argument.ndim and argument.dtype.kind in "fiu":
            yield name, argument.astype(float)


def show_inputs(given: dict[str, Any], most: int = 12) -> str:
    """The arguments in a line: numbers and short arrays in full, of the others the shape."""
    shown = []
    for name, argument in given.items():
        if hasattr(argument, "detach"):
            argument = argument.detach().cpu().numpy()
        if isinstance(argument, np.ndarray):
            if argument.ndim == 0 or argument.size <= most and argument.ndim < 2:
                digits = ", ".join(f"{x:.6g}" for x in argument.ravel())
                shown.append(f"{name} = [{digits}]" if argument.ndim else f"{name} = {digits}")
            else:
                shown.append(f"{name} of shape {argument.shape}")
        elif isinstance(argument, bool | int | str | None):
            shown.append(f"{name} = {argument!r}")
        elif isinstance(argument, float | np.number):
            shown.append(f"{name} = {float(argument):.6g}")
        elif callable(argument):
            shown.append(f"{name} = {getattr(argument, '__name__', type(argument).__name__)}")
        else:
            shown.append(f"{name}, a {type(argument).__name__}")
    return ", ".join(shown)


def place(index: tuple[int, ...], shape: tuple[int, ...]) -> str:
    """Where an entry is, counted from 1 as the text counts: "entry 3 of 5"."""
    if not index:
        return ""
    if len(index) == 1:
        return f"entry {index[0] + 1} of {shape[0]}"
    if len(index) == 2:
        return f"row {index[0] + 1}, column {index[1] + 1}"
    return f"entry ({', '.join(str(i + 1) for i in index)}), counted from 1,"
