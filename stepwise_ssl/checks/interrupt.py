"""A limit on the time of a function, also where it sleeps or swallows an interrupt."""

from __future__ import annotations

import _thread
import signal
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

AGAIN = 0.05  # seconds after which code that swallowed an interrupt gets the next one
# How often a limit begins anew since a module is being imported. PyTorch imports some of its own at
# the first gradient, which takes seconds; one that is cut short there stays broken in the process.
IMPORTS = 5


class TimeLimitExceeded(BaseException):
    """Raised inside the code when its time is up. Few programs catch a BaseException."""


class FromOutside(BaseException):
    """An interrupt that the limit did not send: Ctrl-C, or the notebook's stop button."""


def _uncounted(_seconds: float) -> None:
    """Takes note of nothing."""


def limited(
    function: Callable[[], Any], seconds: float, spare: Callable[[float], None] = _uncounted
) -> Any:
    """What `function` returns; TimeLimitExceeded is raised in it after `seconds`, until it ends.

    With POSIX signals an alarm interrupts sleeping and waiting too. Elsewhere a thread interrupts
    the main one, and only between two Python instructions. One call into C is never cut short.
    Time in which a module is imported is not held against the code, up to five times the limit:
    `spare` gets the seconds that a limit had run where it begins anew.
    Outside the main thread there is no limit. Raises FromOutside for a real SIGINT.
    """
    if threading.current_thread() is not threading.main_thread():
        return function()
    if hasattr(signal, "setitimer"):
        return _by_alarm(function, seconds, spare)
    return _by_thread(function, seconds, spare)


def called(
    function: Callable, args: tuple, kwargs: dict, seconds: float,
    spare: Callable[[float], None] = _uncounted,
) -> Any:  # fmt: skip
    """What `function` returns to a call that is limited to `seconds`, as in `limited`.

    A function that lives in another process (it has a method `within`) keeps the limit there.
    """
    if hasattr(function, "within"):
        return function.within(seconds, args, kwargs)
    return limited(lambda: function(*args, **kwargs), seconds, spare)


def _is_importing(frame: FrameType | None) -> bool:
    """Whether an import stands between the limited call and this frame."""
    while frame is not None and frame.f_code.co_filename != __file__:
        if frame.f_code.co_filename == "<frozen importlib._bootstrap>":
            return True
        frame = frame.f_back
    return False


class _Alarm:
    """Interrupts the code; from the second time on also at the next lines that it comes to.

    A line outside the `try` that swallowed the first interrupt is among them.
    """

    def __init__(self, seconds: float, spare: Callable[[float], None]) -> None:
        self.times, self.over = 0, False
        self.seconds, self.imports, self.spare = seconds, IMPORTS, spare
        self.began = time.monotonic()

    def __call__(self, _signal: int, frame: FrameType | None) -> None:
        if self.over:
            return
        if self.imports and not self.times and _is_importing(frame):
            self.imports -= 1
            self.spare(time.monotonic() - self.began)
            self.began = time.monotonic()
            signal.setitimer(signal.ITIMER_REAL, self.seconds, AGAIN)
            return
        self.times += 1
        if self.times > 1:
            while frame is not None and frame.f_code.co_filename != __file__:
                frame.f_trace = _raise_at_a_line
                frame = frame.f_back
            sys.settrace(_raise_at_a_line)
        raise TimeLimitExceeded


def _raise_at_a_line(_frame: FrameType, event: str, _argument: Any) -> Any:
    if event == "line":
        raise TimeLimitExceeded
    return _raise_at_a_line


def _from_outside(_signal: int, _frame: FrameType | None) -> None:
    raise FromOutside


def _by_alarm(
    function: Callable[[], Any], seconds: float, spare: Callable[[float], None] = _uncounted
) -> Any:
    alarm, trace = _Alarm(seconds, spare), sys.gettrace()
    alarms, pending = signal.signal(signal.SIGALRM, alarm), signal.getitimer(signal.ITIMER_REAL)
    interrupts = signal.getsignal(signal.SIGINT)
    # A process in the background ignores interrupts; None is a handler that Python did not set.
    listens = interrupts not in (signal.SIG_IGN, None)
    if listens:
        signal.signal(signal.SIGINT, _from_outside)
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN)
        result = function()
        alarm.over = True
    finally:
        alarm.over = True
        signal.setitimer(signal.ITIMER_REAL, 0)
        if alarm.times:
            sys.settrace(trace)
        if listens:
            signal.signal(signal.SIGINT, interrupts)
        signal.signal(signal.SIGALRM, alarms)
        signal.setitimer(signal.ITIMER_REAL, *pending)
    if alarm.times:  # swallowed, and the code came to an end all the same
        raise TimeLimitExceeded
    return result


def _by_thread(
    function: Callable[[], Any], seconds: float, spare: Callable[[float], None] = _uncounted
) -> Any:
    done, fired = threading.Event(), threading.Event()

    def watch() -> None:
        wait, imports, began = seconds, IMPORTS, time.monotonic()
        while not done.wait(wait):
            main = sys._current_frames().get(threading.main_thread().ident)
            if imports and not fired.is_set() and _is_importing(main):
                imports -= 1
                spare(time.monotonic() - began)
                began = time.monotonic()
                continue
            fired.set()
            _thread.interrupt_main()
            wait = 20 * AGAIN

    ignored = signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    if ignored:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        result = function()
        done.set()
        watcher.join()
        if fired.is_set():
            time.sleep(0.2)  # the last interrupt may still be on its way: it lands in this `try`
            raise TimeLimitExceeded
        return result
    except KeyboardInterrupt:
        raise (TimeLimitExceeded if fired.is_set() else FromOutside) from None
    finally:
        done.set()
        if ignored:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
