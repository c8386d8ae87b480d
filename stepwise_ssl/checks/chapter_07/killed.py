"""7.6: a life of the learner's program that ends by SIGKILL, in a process of its own."""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch

from .. import interrupt
from ..learner import LearnerError, NotYet, said_of
from .interrupted import OneStep

PATIENCE = 10.0  # seconds for a life that makes a few tiny steps
KILLED, ENDED, RAISED, BLANK, UNKNOWN = "killed", "ended", "raised", "blank", "unknown"


class Killed(BaseException):
    """Stands for a kill where a process cannot be copied."""


@dataclass(frozen=True)
class End:
    """How a life came to its end: after how many steps, and with which words."""

    how: str
    calls: int = 0
    words: str = ""


def life(function: Callable, start: tuple, one_step: OneStep, steps: int, path: Any) -> End:
    """Run `function` until `one_step` kills it.

    A process that gets SIGKILL runs no `finally`, no `except` and nothing registered with atexit.
    Where processes cannot be copied (Windows), or where a copy of this one does not work (it
    hangs, crashes, or may not use what a fork breaks), the kill is an exception, which a `finally`
    does survive.
    """
    if hasattr(function, "life"):  # it runs in another process
        return End(*function.life(one_step, *start, steps, path))
    run = _forked if hasattr(os, "fork") else _raised
    end = run(function, start, one_step, steps, path)
    return _raised(function, start, one_step, steps, path) if end.how == UNKNOWN else end


def _forked(function: Callable, start: tuple, one_step: OneStep, steps: int, path: Any) -> End:
    before = path.read_bytes() if path.exists() else None
    reads, writes = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Python 3.12 warns where there are threads
        child = os.fork()
    if child == 0:
        _child(function, start, one_step, steps, path, writes)
    os.close(writes)
    os.set_blocking(reads, False)  # processes that the learner's code started may hold the pipe
    said = b""
    try:
        status = _wait(child)
        if status is not None and os.WIFEXITED(status):
            with contextlib.suppress(BlockingIOError):
                said = os.read(reads, 1 << 16)
    finally:
        os.close(reads)
    if status is not None and os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return End(KILLED)
    if said:
        return End(*json.loads(said))
    # Let the other way begin where this one began.
    path.unlink(missing_ok=True)
    if before is not None:
        path.write_bytes(before)
    return End(UNKNOWN)


def _child(
    function: Callable, start: tuple, one_step: OneStep, steps: int, path: Any, writes: int
) -> None:
    """Run the program in the child, say how it ended if not by the kill, and leave at once."""
    try:
        torch.set_num_threads(1)  # the parent's worker threads have not come along
        one_step.kill = lambda: os.kill(os.getpid(), signal.SIGKILL)
        # The parent ends what hangs, and runs it anew: the fork may be at fault.
        end = _ended(function, start, one_step, steps, path, 2 * PATIENCE)
        if "fork" not in end.words:
            with os.fdopen(writes, "wb") as pipe:
                pipe.write(json.dumps([end.how, end.calls, end.words[:5000]]).encode())
    finally:
        os._exit(0)


def _wait(child: int) -> int | None:
    """The status with which the child ended; None if its time was up, and then it is killed."""
    end, pause, status = time.monotonic() + PATIENCE, 0.0005, None
    try:
        while status is None and time.monotonic() < end:
            time.sleep(pause)
            pause = min(2 * pause, 0.02)
            done, how = os.waitpid(child, os.WNOHANG)
            status = how if done else None
    except ChildProcessError:  # whoever set SIGCHLD aside gets no status
        pass
    finally:
        if status is None:
            with contextlib.suppress(ChildProcessError, ProcessLookupError):
                os.kill(child, signal.SIGKILL)
                os.waitpid(child, 0)
    return status


def _raised(function: Callable, start: tuple, one_step: OneStep, steps: int, path: Any) -> End:
    def kill() -> None:
        raise Killed

    one_step.kill = kill
    return _ended(function, start, one_step, steps, path, PATIENCE)


def _ended(
    function: Callable, start: tuple, one_step: OneStep, steps: int, path: Any, patience: float
) -> End:
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            interrupt.limited(lambda: function(one_step, *start, steps, path), patience)
    except Killed:
        return End(KILLED)
    except interrupt.FromOutside:
        raise KeyboardInterrupt from None
    except BaseException as error:  # noqa: BLE001 whatever the learner's code does
        if isinstance(error, NotImplementedError) and str(error).startswith("Exercise "):
            return End(BLANK)
        return End(RAISED, one_step.calls, said_of(error, patience))
    return End(ENDED, one_step.calls)


def refuse_other_ends(end: End) -> None:
    """Raise what an end by the learner's own code comes to."""
    if end.how == BLANK:
        raise NotYet
    if end.how == RAISED:
        raise LearnerError(end.words)
