"""Running the learner's code: time and output limited, inputs watched, errors located."""

from __future__ import annotations

import contextlib
import copy
import io
import linecache
import os
import sys
import sysconfig
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from . import interrupt

TIME_LIMIT = 10.0  # seconds for one call
IN_ALL = 40.0  # seconds for all calls of one check
_PRINTED = 10_000  # characters that are kept of what a call prints
_LIBRARIES = tuple(
    os.path.normcase(os.path.realpath(path))
    for path in {
        *(sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")),
        os.path.dirname(os.path.dirname(os.path.abspath(__file__))),
    }
)


class NotYet(Exception):
    """The blank is still a blank."""


@dataclass(frozen=True)
class Call:
    """One call of the learner's function: what it was given, and what came back."""

    args: tuple
    kwargs: dict
    result: Any


@dataclass
class LearnerError(Exception):
    """The learner's code raised, or ran past the time limit, in this call."""

    message: str
    call: Call | None = None
    missing: str = ""  # a name that has no value
    ended: bool = True  # before its time was up


class Clock:
    """The time that the learner's code has used in one check, out of IN_ALL seconds.

    A limit that ran out while a module was being imported is not in it.
    """

    def __init__(self) -> None:
        self.used = 0.0

    def spare(self, seconds: float) -> None:
        """Take off what an import took."""
        self.used -= seconds

    def next_limit(self) -> float:
        """Seconds for the next call."""
        return max(min(TIME_LIMIT, IN_ALL - self.used), 0.01)


class Printed(io.StringIO):
    """What is printed, up to a number of characters; what is more is dropped as it comes."""

    def write(self, text: str) -> int:
        room = _PRINTED - self.tell()
        if room > 0:
            super().write(text[:room])
        return len(text)


def call(
    function: Callable, args: tuple, kwargs: dict, printed: io.StringIO, clock: Clock
) -> tuple[Call, list[int | str]]:
    """Call the learner's function once.

    Returns the call and the places or names of the arguments that the function changed in place.
    Raises NotYet for an untouched stub and LearnerError for anything that it raises. Only an
    interrupt that came from outside, Ctrl-C or the notebook's stop button, goes through.
    """
    before_args, before_kwargs = copied(args, kwargs)
    unanswered = Call(before_args, before_kwargs, None)
    limit = clock.next_limit()
    start = time.monotonic()
    try:
        with contextlib.redirect_stdout(printed):
            result = interrupt.called(function, args, kwargs, limit, clock.spare)
    except interrupt.FromOutside:
        raise KeyboardInterrupt from None
    except NotImplementedError as error:
        if str(error).startswith("Exercise "):
            raise NotYet from None
        raise LearnerError(said_of(error, limit), unanswered) from None
    except NotYet:  # of an answer that runs in another process, as the next
        raise
    except LearnerError as error:
        error.call = unanswered
        raise
    except BaseException as error:  # noqa: BLE001 whatever the learner's code does
        missing = error.name or "" if type(error) is NameError else ""
        ended = not isinstance(error, interrupt.TimeLimitExceeded)
        raise LearnerError(said_of(error, limit), unanswered, missing, ended) from None
    finally:
        clock.used += time.monotonic() - start
    changed: list[int | str] = [
        i for i, (old, new) in enumerate(zip(before_args, args, strict=True))
        if not _same_object(old, new)
    ]  # fmt: skip
    changed += [name for name in kwargs if not _same_object(before_kwargs[name], kwargs[name])]
    return Call(before_args, before_kwargs, result), changed


def copied(args: tuple, kwargs: dict) -> tuple[tuple, dict]:
    """Deep copies. Networks keep their gradients, which PyTorch's own copies lack."""
    made = copy.deepcopy((args, kwargs))
    for old, new in zip((*args, *kwargs.values()), (*made[0], *made[1].values()), strict=True):
        if hasattr(old, "parameters"):
            for parameter, its_copy in zip(old.parameters(), new.parameters(), strict=True):
                its_copy.grad = copy.deepcopy(parameter.grad)
    return made


def said_of(error: BaseException, limit: float) -> str:
    """Say what was raised, and on which of the learner's own lines."""
    if isinstance(error, interrupt.TimeLimitExceeded):
        if limit < TIME_LIMIT:
            what = f"Your code ran for {IN_ALL:.0f} seconds over all calls of this check"
        else:
            what = f"Your code was still running after {TIME_LIMIT:.0f} seconds"
        what += (
            ", so it was stopped. Look for a loop that does not end, or for a loop over entries "
            "where one array operation would do."
        )
    else:
        what = f"Your code raised {type(error).__name__}{_words_of(error)}"
        if "bitwise_xor" in what:
            what += "\nIn Python a power is written **; ^ is another operation."
        if "must have different signs" in what:  # so SciPy's searches between two ends say
            what += (
                "\nThe function has one sign at both ends of the search, so no root need lie "
                "between them. Look at the two values, then move an end."
            )
    where = _learner_line(error)
    return f"{what}\n{where}" if where else what


def _words_of(error: BaseException) -> str:
    try:
        words = str(error)
    except BaseException:  # noqa: BLE001 an exception of the learner's whose __str__ raises
        return ""
    return f": {words[:500]}" if words else ""


def _learner_line(error: BaseException) -> str:
    """The innermost line that is neither this package's nor a library's."""
    found = None
    step = error.__traceback__
    while step:
        file = step.tb_frame.f_code.co_filename
        if not os.path.normcase(os.path.realpath(file)).startswith(_LIBRARIES):
            found = step
        step = step.tb_next
    if found is None:
        return ""
    text = linecache.getline(found.tb_frame.f_code.co_filename, found.tb_lineno).strip()
    return f"line {found.tb_lineno}: {text[:200]}" if text else f"line {found.tb_lineno}"


def _same_object(old: Any, new: Any) -> bool:
    if isinstance(old, list | tuple):
        return len(old) == len(new) and all(map(_same_object, old, new))
    if isinstance(old, np.ndarray):
        return old.shape == new.shape and np.array_equal(old, new, equal_nan=old.dtype.kind == "f")
    torch = sys.modules.get("torch")
    if torch and isinstance(old, torch.Tensor):
        return old.shape == new.shape and torch.equal(old.detach(), new.detach())
    return True
