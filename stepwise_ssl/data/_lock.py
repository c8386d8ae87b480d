"""One process downloads, the others wait for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import Timeout

from .._lock import SystemLock

_POLL = 0.5  # seconds between two looks at whether the other process has finished


@contextmanager
def one_at_a_time(path: Path, title: str) -> Iterator[None]:
    """Hold a lock beside ``path`` while its file is made; wait, and say so, if another has it.

    The system gives the lock back when its holder ends, also when it is killed. Where a file
    system has no locks, nobody waits: the hash of the download still guards its content.
    """
    # Writable for all: in a folder that several people share, the next one must be able to hold it.
    lock = SystemLock(path.with_name(f"{path.name}.lock"), mode=0o666)
    _acquire(lock, path, title)
    try:
        yield
    finally:
        if lock.is_locked:
            # While it is held: whoever opened it meanwhile sees that it is gone and makes it anew.
            with suppress(OSError):  # Windows deletes no open file
                Path(lock.lock_file).unlink(missing_ok=True)
            lock.release()


def _acquire(lock: SystemLock, path: Path, title: str) -> None:
    try:
        try:
            lock.acquire(timeout=0)
        except Timeout:
            print(f"Another process is downloading {title} to {path.parent}; waiting for it.")
            lock.acquire(poll_interval=_POLL)
    # No locks here, or no leave to write; then the download itself will say so.
    except (NotImplementedError, OSError):
        print(
            f"{path.parent} has no locks. If several processes are to load {title}, start one "
            "alone first."
        )
