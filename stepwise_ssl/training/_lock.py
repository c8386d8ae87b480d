"""One run, one folder, one process that writes there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import Timeout

from .._lock import SystemLock


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder's lock. The system gives it back when this process ends, however it ends.

    Raises ValueError if another run holds it. A file system that knows no locks, as some network
    drives, stops nobody.
    """
    lock = SystemLock(folder / ".lock", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise ValueError(
            f"out is {str(folder)!r}, where another run is at work now. Give another folder, or "
            "wait until it ends."
        ) from None
    except (NotImplementedError, OSError):
        yield
        return
    try:
        yield
    finally:
        lock.release()
