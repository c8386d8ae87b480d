"""Recorded training runs: one .npz of curves and one .json of how they were made, each."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from .. import _validate
from ._run import META_KEYS, Run

__all__ = ["META_KEYS", "Run", "load_run", "names"]


def names() -> tuple[str, ...]:
    """The runs that the package carries."""
    return tuple(sorted(p.stem for p in _home().iterdir() if p.name.endswith(".npz")))


def load_run(name: str) -> Run:
    """A recorded run of the package, by name.

    Raises TypeError for what is no text and ValueError for an unknown name.
    """
    if not isinstance(name, str):
        raise TypeError(f"name is {_validate.kind(name)}; it must be one of {', '.join(names())}")
    if name not in names():
        raise ValueError(f"name is {name!r}; the recorded runs are {', '.join(names())}")
    return Run.load(_home() / name)


def _home() -> Path:
    return Path(str(resources.files(__package__)))
