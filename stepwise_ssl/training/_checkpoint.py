"""Checkpoints that survive a kill at any moment, a damaged file and a full disk.

A checkpoint is one file, ``step-00000500-0123456789abcdef.pt``, whose name holds its hash. It is
written under another name, flushed to the disk, and renamed: with its own name it is whole. Two
are kept, and the older goes only when the newer is there.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import pickle
import re
import warnings
from pathlib import Path

import torch

from .._files import write_whole

_NAME = re.compile(r"step-(\d{8,})-([0-9a-f]{16})\.pt")
_KEPT = 2


class Damaged(ValueError):
    """A checkpoint is not what was written."""


class NotWritten(UserWarning):
    """A checkpoint or the curves could not be written; training goes on."""


def save(folder: Path, step: int, state: dict) -> bool:
    """Write a checkpoint; return whether it could be written.

    Where it could not, say for want of space, a warning says so, what was there stays, and the run
    can go on.
    """
    buffer = io.BytesIO()
    torch.save(state, buffer)
    content = buffer.getvalue()
    path = folder / f"step-{step:08d}-{_hash(content)}.pt"
    try:
        write_whole(path, content)
    except OSError as error:
        before = _found(folder) if folder.is_dir() else []
        kept = f"the one of step {_step(before[0])} stays" if before else "there is none yet"
        warnings.warn(
            f"the checkpoint of step {step} could not be written: {error}. Training goes on; "
            f"{kept}.",
            NotWritten,
            stacklevel=2,
        )
        return False
    with contextlib.suppress(OSError):  # an old one that stays does no harm
        for old in _found(folder)[_KEPT:]:
            old.unlink()
    return True


def load_newest(folder: Path, device: torch.device) -> dict | None:
    """The newest checkpoint that is whole, or None where there is none at all.

    A damaged one gives a warning and the one before it is taken.

    Raises:
        Damaged: there are checkpoints and none is whole.
    """
    reasons = []
    for path in _found(folder):
        try:
            state = load(path, device)
        except (Damaged, OSError) as error:
            reasons.append(str(error))
            continue
        if reasons:
            warnings.warn(f"{'; '.join(reasons)}. {path.name} is used instead.", stacklevel=2)
        return state
    if reasons:
        raise Damaged(
            f"{'; '.join(reasons)}. No other checkpoint is there: start anew in another folder, "
            f"or delete {folder}."
        )
    return None


def load(path: Path, device: torch.device) -> dict:
    """Read one checkpoint: tensors, numbers and text, no other objects.

    Raises:
        Damaged: its content does not have the hash that its name says.
    """
    content = path.read_bytes()
    if _hash(content) != _NAME.fullmatch(path.name).group(2):
        raise Damaged(f"{path.name} is damaged: {len(content)} bytes that are not what was written")
    try:
        state = torch.load(io.BytesIO(content), map_location=device, weights_only=True)
    except (pickle.UnpicklingError, RuntimeError) as error:
        raise Damaged(f"{path.name} is no checkpoint: {error}") from error
    if "config" not in state:
        raise Damaged(f"{path.name} is of another version of the package")
    return state


def any_in(folder: Path) -> bool:
    """Whether there is a checkpoint, whole or not."""
    return bool(_found(folder))


def _found(folder: Path) -> list[Path]:
    """Checkpoints by step, the newest first."""
    files = (path for path in folder.iterdir() if _NAME.fullmatch(path.name))
    return sorted(files, key=_step, reverse=True)


def _step(path: Path) -> int:
    return int(_NAME.fullmatch(path.name).group(1))


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]
