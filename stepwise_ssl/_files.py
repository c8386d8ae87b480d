"""Files that are there whole or not at all."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path

# What a file system answers that has no such call; EIO, ENOSPC and EDQUOT mean that bytes are lost.
_NO_FSYNC = (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file under another name, flush it to the disk, and rename it.

    A kill, a full disk or a power cut leaves the old file or the new one, never a part.

    Raises:
        OSError: the disk is full, the folder cannot be written to, or what stands at ``path`` is
            a folder or a file that is marked read-only.
    """
    _refuse_to_replace(path)
    # Its own name in each process: two that write at once must not share a half-written file.
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with open(part, "wb") as file:
            file.write(content)
            file.flush()
            _flush(file.fileno())
        os.replace(part, path)
    finally:
        with suppress(OSError):  # a second error would hide the first
            part.unlink(missing_ok=True)
    _flush_folder(path.parent)


def _flush(handle: int) -> None:
    """Flush a file, where its file system knows how to."""
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in _NO_FSYNC:
            raise


def _refuse_to_replace(path: Path) -> None:
    # A rename would replace a read-only file on POSIX and fail on Windows: refused on both.
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, "There stands a folder", str(path))
    if path.exists() and not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, "There stands a read-only file", str(path))


def _flush_folder(folder: Path) -> None:
    """Flush the rename too, where that can be done.

    Windows has no such call, and many network drives refuse it. By now the file itself is flushed
    and in its place, so a refusal is no failure of the write.
    """
    if not hasattr(os, "O_DIRECTORY"):
        return
    with suppress(OSError):
        handle = os.open(folder, os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
