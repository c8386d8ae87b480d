"""A lock that the system itself gives back, however its holder ends."""

from __future__ import annotations

import errno
import os
import sys

import filelock

_OfTheSystem = filelock.WindowsFileLock if sys.platform == "win32" else filelock.UnixFileLock


class SystemLock(_OfTheSystem):
    """filelock's lock without its stand-in for file systems that know no locks.

    The stand-in is a file whose mere being there counts: a kill leaves it behind, and everybody
    after it would wait for ever.

    Raises:
        OSError, NotImplementedError: from ``acquire``, where there are no locks.
    """

    def _fallback_to_soft_lock(self) -> None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS), self.lock_file)
