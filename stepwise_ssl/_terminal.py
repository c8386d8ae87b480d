"""What is said to a terminal, a pipe or a file that may not take it."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout, suppress
from typing import TextIO

# The reader has left: `| head` has seen enough, a terminal was closed, nobody ever listened.
_NOBODY = (errno.EPIPE, errno.EIO, errno.EBADF)


class Steady:
    """A stream that never fails: work goes on when nobody can read of it.

    What the stream's encoding lacks is written as an escape. After a first failure it is silent.

    Attributes:
        lost: why something was not written though somebody may wait for it, as on a full disk.
    """

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream  # None where the process was started without one
        self._silent = stream is None
        self.lost = ""

    def __getattr__(self, name: str) -> object:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        if not self._silent:
            try:
                try:
                    self._stream.write(text)
                except UnicodeEncodeError:
                    encoding = self._stream.encoding or "ascii"
                    plain = text.encode(encoding, "backslashreplace").decode(encoding)
                    self._stream.write(plain)
            except (OSError, ValueError) as error:
                self._fail(error)
        return len(text)

    def flush(self) -> None:
        if not self._silent:
            try:
                self._stream.flush()
            except (OSError, ValueError) as error:
                self._fail(error)

    def _fail(self, error: Exception) -> None:
        # A ValueError is a stream that was closed on purpose.
        if isinstance(error, OSError) and error.errno not in _NOBODY:
            self.lost = error.strerror or str(error)
        self._silent = True

    def let_go(self) -> None:
        """Keep Python from trying the rest once more when it ends, and from complaining then."""
        if self._silent and self._stream is not None:
            with suppress(OSError, ValueError):
                nowhere = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nowhere, self._stream.fileno())
                os.close(nowhere)


def readable(text: str) -> str:
    """A name as people read it: bytes of a file's name that are no text become a sign for that."""
    try:
        return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    except UnicodeEncodeError:  # half a character, from a file of settings
        return text.encode("utf-8", "replace").decode("utf-8")


def steadily(
    run: Callable[[list[str] | None], int], arguments: list[str] | None, name: str, unsaid: int
) -> int:
    """A command's exit status, with both of the process's streams steady while it runs.

    ``unsaid`` is the status of a success that nobody can read of, since the disk is full.
    """
    results, messages = Steady(sys.stdout), Steady(sys.stderr)
    ended: SystemExit | None = None
    with redirect_stdout(results), redirect_stderr(messages):
        try:
            status = run(arguments)
        except SystemExit as error:  # after --help, or a mistake in the arguments
            ended, status = error, error.code or 0
        finally:
            results.flush()
            if results.lost:
                print(f"{name}: standard output cannot be written: {results.lost}", file=messages)
            messages.flush()
            results.let_go()
            messages.let_go()
    status = unsaid if results.lost and not status else status
    if ended is not None:
        raise SystemExit(status) from None
    return status
