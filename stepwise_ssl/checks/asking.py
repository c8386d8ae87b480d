"""Calling a function to look at what it gives: in silence, on copies, for a limited time."""

from __future__ import annotations

import contextlib
import copy
import functools
import io
import pickle
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from .interrupt import FromOutside, called

ONE_CALL = 1.0  # seconds
_KEPT, _LARGEST = 2000, 20_000  # results, and bytes of the arguments of one of them


class Budget:
    """Time for a search: seconds of this thread's CPU, and ten times as many by the clock.

    What is found should not depend on what else the machine does, and a call that sleeps uses no
    CPU. A single call has ONE_CALL by the clock, many times what the course's own take.
    """

    def __init__(self, seconds: float):
        self._cpu, self._clock = time.thread_time() + seconds, time.monotonic() + 10 * seconds

    def is_spent(self) -> bool:
        return time.thread_time() > self._cpu or time.monotonic() > self._clock


def asked(function: Callable, args: tuple = (), kwargs: dict | None = None) -> Any:
    """What the function returns; None where it raises or takes too long."""
    try:
        args, kwargs = copy.deepcopy((args, kwargs or {}))
        with (
            contextlib.redirect_stdout(io.StringIO()),
            np.errstate(all="ignore"),
            warnings.catch_warnings(),
        ):
            warnings.simplefilter("ignore")
            return called(function, args, kwargs, ONE_CALL)
    except FromOutside:
        raise KeyboardInterrupt from None
    except BaseException:  # noqa: BLE001 a changed formula need not make sense, nor end
        return None


def asked_once(function: Callable, args: tuple = (), kwargs: dict | None = None) -> Any:
    """The same of a function of the course, which many answers ask for the same draws.

    What it returned is kept, and must not be changed.
    """
    try:
        given = _Given(args, kwargs or {})
    except Exception:  # noqa: BLE001 a function among the arguments
        return asked(function, args, kwargs)
    if len(given.content) > _LARGEST:
        return asked(function, args, kwargs)
    try:
        return _kept(function, given)
    except _NoResult:
        return None


class _NoResult(Exception):
    """It raised, or a busy machine cut it off: that is not kept."""


class _Given:
    """Arguments that are equal where their contents are."""

    def __init__(self, args: tuple, kwargs: dict):
        self.args, self.kwargs = args, kwargs
        self.content = pickle.dumps((args, kwargs))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Given) and self.content == other.content

    def __hash__(self) -> int:
        return hash(self.content)


@functools.lru_cache(maxsize=_KEPT)
def _kept(function: Callable, given: _Given) -> Any:
    result = asked(function, given.args, given.kwargs)
    if result is None:
        raise _NoResult
    return result
