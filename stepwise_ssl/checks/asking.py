"""Calling a function to look at what it gives: in silence, on copies, for a limited time."""

from __future__ import annotations

import contextlib
import functools
import io
import pickle
import time
import warnings
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from .interrupt import FromOutside, TimeLimitExceeded, called
from .learner import copied

ONE_CALL = 1.0  # seconds
_KEPT, _LARGEST = 2000, 20_000  # results, and bytes of the arguments of one of them
_DRAWS = 400  # of one truth

_Function = TypeVar("_Function", bound=Callable)


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
    return _asked(function, args, kwargs or {})[0]


def _asked(function: Callable, args: tuple, kwargs: dict) -> tuple[Any, bool]:
    """The same, and whether another try would come to the same.

    It need not where a busy machine gave the call little of its time.
    """
    begun = time.thread_time()
    try:
        args, kwargs = copied(args, kwargs)
        with (
            contextlib.redirect_stdout(io.StringIO()),
            np.errstate(all="ignore"),
            warnings.catch_warnings(),
        ):
            warnings.simplefilter("ignore")
            return called(function, args, kwargs, ONE_CALL), True
    except FromOutside:
        raise KeyboardInterrupt from None
    except TimeLimitExceeded:
        return None, time.thread_time() - begun > ONE_CALL / 2
    except BaseException:  # noqa: BLE001 a changed formula need not make sense, nor end
        return None, True


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
    except _CutOff:
        return None


def once_a_draw(function: _Function) -> _Function:
    """A truth or its slips, computed once for all answers that are tried at the same draw.

    Every try of an exercise makes the same draws. What comes back must not be changed.
    """

    @functools.lru_cache(maxsize=_DRAWS)
    def kept(given: _Given) -> Any:
        return function(*given.args, **given.kwargs)

    @functools.wraps(function)
    def asked_for(*args: Any, **kwargs: Any) -> Any:
        try:
            given = _Given(args, kwargs)
        except Exception:  # noqa: BLE001 the learner hung a function of theirs on a network
            return function(*args, **kwargs)
        return kept(given)

    return asked_for  # type: ignore[return-value]


class _CutOff(Exception):
    """A busy machine cut it off: that is not kept."""


class _ByNumbers(pickle.Pickler):
    """Pickles a tensor by its numbers: what PyTorch itself writes differs from copy to copy."""

    def reducer_override(self, value: Any) -> Any:
        if not hasattr(type(value), "detach"):
            return NotImplemented
        gradient = value.grad if value.is_leaf else None
        return tuple, ((value.detach().cpu().numpy(), value.requires_grad, gradient),)


class _Given:
    """Arguments that are equal where their contents are."""

    def __init__(self, args: tuple, kwargs: dict):
        self.args, self.kwargs = args, kwargs
        content = io.BytesIO()
        _ByNumbers(content).dump((args, kwargs))
        self.content = content.getvalue()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Given) and self.content == other.content

    def __hash__(self) -> int:
        return hash(self.content)


@functools.lru_cache(maxsize=_KEPT)
def _kept(function: Callable, given: _Given) -> Any:
    result, lasts = _asked(function, given.args, given.kwargs)
    if not lasts:
        raise _CutOff
    return result
