"""Ctrl-C and a scheduler's notice: finish the step and save. Twice: stop at once."""

from __future__ import annotations

import signal
import threading
import time
from types import FrameType

# torchrun passes on to its processes a signal that the terminal or the scheduler has sent them too.
_ECHO = 10.0  # seconds


class Interrupt:
    """While it is entered, the first SIGINT or SIGTERM raises a flag instead of an exception.

    The second has the effect that it would have had without us; with several processes, only if
    it is no echo of the first. Where no handler can be set, in any thread but the main one,
    signals keep their effect and the flag stays down; so do signals that are ignored.

    Attributes:
        raised: whether a signal has come.
    """

    def __init__(self, processes: int = 1) -> None:
        self.raised = False
        self._first = 0
        self._echo = _ECHO if processes > 1 else 0.0
        self._since = 0.0
        self._before: dict[int, object] = {}

    def __enter__(self) -> Interrupt:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                if signal.getsignal(number) is not signal.SIG_IGN:
                    self._before[number] = signal.signal(number, self._handle)
        return self

    def __exit__(self, *_: object) -> None:
        """SIGTERM has the effect that it would have had: by now all is saved.

        Who sends it wants the program to end, and not a script's next line, also where training has
        ended with an error. Ctrl-C has had its effect: what was asked for is back early.
        """
        self._restore()
        if self._first == signal.SIGTERM:
            self._first = 0
            signal.raise_signal(signal.SIGTERM)

    def _restore(self) -> None:
        while self._before:
            signal.signal(*self._before.popitem())

    def _handle(self, number: int, frame: FrameType | None) -> None:
        now = time.monotonic()
        if not self.raised:
            self.raised, self._first, self._since = True, number, now
        elif now - self._since >= self._echo:
            self._restore()
            self._first = 0
            signal.raise_signal(number)
