"""Running the learner's code: limited in time, its inputs watched, its errors located."""

from __future__ import annotations

import _thread
import contextlib
import copy
import io
import linecache
import random
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

TIME_LIMIT = 10.0  # seconds for one call


class NotYet(Exception):
    """The blank is still a blank."""


@dataclass
class LearnerError(Exception):
    """The learner's code raised, or ran past the time limit."""

    message: str


@dataclass(frozen=True)
class Call:
    """One call of the learner's function: what it was given, and what came back."""

    args: tuple
    kwargs: dict
    result: Any


@contextlib.contextmanager
def untouched_random_state() -> Iterator[None]:
    """Leave the random states of Python, NumPy and torch as the learner had them."""
    python = random.getstate()
    legacy = np.random.get_state()  # noqa: NPY002 learners may use the global generator
    torch = sys.modules.get("torch")
    state = torch.get_rng_state() if torch else None
    try:
        yield
    finally:
        random.setstate(python)
        np.random.set_state(legacy)  # noqa: NPY002
        if torch:
            torch.set_rng_state(state)


def call(
    function: Callable, args: tuple, kwargs: dict, printed: io.StringIO
) -> tuple[Call, list[str]]:
    """Call the learner's function once.

    Returns the call and the names of the arguments that the function changed in place.
    Raises NotYet for an untouched stub and LearnerError for anything that it raises.
    """
    before_args, before_kwargs = copy.deepcopy(args), copy.deepcopy(kwargs)
    try:
        with time_limit(TIME_LIMIT), contextlib.redirect_stdout(printed):
            result = function(*args, **kwargs)
    except NotImplementedError as error:
        if str(error).startswith("Exercise "):
            raise NotYet from None
        raise LearnerError(_locate(error, function)) from None
    except (Exception, SystemExit) as error:  # noqa: BLE001 whatever the learner's code does
        raise LearnerError(_locate(error, function)) from None
    changed = [
        f"argument {i + 1}"
        for i, (old, new) in enumerate(zip(before_args, args, strict=True))
        if not _same_object(old, new)
    ]
    changed += [name for name in kwargs if not _same_object(before_kwargs[name], kwargs[name])]
    return Call(before_args, before_kwargs, result), changed


class TimeLimitExceeded(Exception):
    """Raised inside the learner's code when its time is up."""


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Interrupt the main thread's Python code after `seconds`.

    A timer and `_thread.interrupt_main` work on every platform, unlike alarms. A call into C
    is interrupted only when it returns. Outside the main thread there is no limit. A process
    that was started in the background ignores interrupts; for the time of the call it listens.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    lock = threading.Lock()
    state = {"done": False, "fired": False}

    def fire() -> None:
        with lock:
            if not state["done"]:
                state["fired"] = True
                _thread.interrupt_main()

    ignored = signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    if ignored:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    timer = threading.Timer(seconds, fire)
    timer.daemon = True
    timer.start()
    try:
        yield
        _finish(lock, state)
    except KeyboardInterrupt:
        if not state["fired"]:
            raise  # the learner's own interrupt
        raise TimeLimitExceeded from None
    finally:
        with lock:
            state["done"] = True
        timer.cancel()
        if ignored:
            signal.signal(signal.SIGINT, signal.SIG_IGN)


def _finish(lock: threading.Lock, state: dict) -> None:
    with lock:
        state["done"] = True
    if state["fired"]:
        time.sleep(0.2)  # the interrupt may still be on its way: let it land here, inside the try
        raise TimeLimitExceeded  # or the learner's code has swallowed it


def _locate(error: BaseException, function: Callable) -> str:
    """Say what was raised, and on which of the learner's own lines."""
    if isinstance(error, TimeLimitExceeded):
        what = (
            f"Your code was still running after {TIME_LIMIT:.0f} seconds, so it was stopped. "
            "Look for a loop that does not end, or for a loop over entries where one array "
            "operation would do."
        )
    else:
        what = f"Your code raised {type(error).__name__}: {error}"
        if "bitwise_xor" in str(error):
            what += "\nIn Python a power is written **; ^ is another operation."
    where = _learner_line(error, function)
    return f"{what}\n{where}" if where else what


def _learner_line(error: BaseException, function: Callable) -> str:
    code = getattr(function, "__code__", None)
    home = code.co_filename if code else None
    found = None
    step = error.__traceback__
    while step:
        if step.tb_frame.f_code.co_filename == home:
            found = step
        step = step.tb_next
    if found is None:
        return ""
    text = linecache.getline(home, found.tb_lineno).strip()
    return f"line {found.tb_lineno}: {text}" if text else f"line {found.tb_lineno}"


def _same_object(old: Any, new: Any) -> bool:
    if isinstance(old, list | tuple):
        return len(old) == len(new) and all(map(_same_object, old, new))
    if isinstance(old, np.ndarray):
        return old.shape == new.shape and np.array_equal(old, new, equal_nan=old.dtype.kind == "f")
    torch = sys.modules.get("torch")
    if torch and isinstance(old, torch.Tensor):
        return old.shape == new.shape and torch.equal(old.detach(), new.detach())
    return True
