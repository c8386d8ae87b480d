"""What the checks of this chapter share: results that are tuples, and slips known by numbers."""

from __future__ import annotations

from typing import Any

from ..engine import Trial


def unpack(trial: Trial, got: Any, names: str) -> tuple[Any, ...]:
    """The entries of a tuple or list that should have as many as `names`, separated by commas."""
    wanted = len(names.split(", "))
    if got is None:
        trial.fail("Your function returned None: is there a `return`?", named=True)
    if not isinstance(got, tuple | list):
        trial.fail(f"Return a tuple, ({names}); yours is of type {type(got).__name__}.", named=True)
    if len(got) != wanted:
        trial.fail(f"Return {wanted} things, ({names}); yours are {len(got)}.", named=True)
    return tuple(got)
