"""Ctrl-C, a scheduler's notice, a closed terminal: finish the step, save. Twice: stop at once."""

from __future__ import annotations

import signal
import threading
import time
from types import FrameType

# torchrun passes on to its processes a signal that the terminal or the scheduler has sent them too.
_ECHO = 10.0  # seconds
_HANGUP = getattr(signal, "SIGHUP", None)  # Windows has none


class Interrupt:
    """While it is entered, the first SIGINT, SIGTERM or SIGHUP raises a flag, and no exception.

    The second has the effect that it would have had without us; with several processes, only if
    it is no echo of the first. SIGHUP never is a second one: a terminal that is closed sends it,
    and so does the shell in it. Where no handler can be set, in any thread but the main one,
    signals keep their effect and the flag stays down; so do signals that are ignored.

    Attributes:
        raised: whether a signal has come.
    """

    def __init__(self, processes: int = 1) -> None:
        self.raised = False
        self._owed: set[int] = set()
        self._echo = _ECHO if processes > 1 else 0.0
        self._since = 0.0
        self._before: dict[int, object] = {}

    def __enter__(self) -> Interrupt:
        if threading.current_thread() is threading.main_thread():
            for number in filter(None, (signal.SIGINT, signal.SIGTERM, _HANGUP)):
                if signal.getsignal(number) is not signal.SIG_IGN:
                    self._before[number] = signal.signal(number, self._handle)
        return self

    def __exit__(self, *_: object) -> None:
        """SIGTERM and SIGHUP have the effect that they would have had: by now all is saved.

        Who sends it wants the program to end, and not a script's next line, also where training has
        ended with an error. Ctrl-C has had its effect: what was asked for is back early.
        """
        self._restore()
        while self._owed:
            signal.raise_signal(self._owed.pop())

    def _restore(self) -> None:
        while self._before:
            signal.signal(*self._before.popitem())

    def _handle(self, number: int, frame: FrameType | None) -> None:
        now = time.monotonic()
        if not self.raised:
            self.raised, self._since = True, now
            self._owed = {number} - {signal.SIGINT}
        elif number == _HANGUP:
            self._owed.add(number)
        elif now - self._since >= self._echo:
            self._restore()
            self._owed.clear()
            signal.raise_signal(number)
