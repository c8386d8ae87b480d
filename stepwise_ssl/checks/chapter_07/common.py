"""What the checks of this chapter share: results that are tuples, and slips known by numbers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..engine import Trial
from ..values import same_values


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


def name_slip(trial: Trial, got: Any, right: Any, slips: Iterable[tuple[Any, str]]) -> None:
    """Refuse `got` with the message of the slip that gives it, unless it is right as well."""
    if same_values(got, right):
        return
    for wrong, message in slips:
        if same_values(got, wrong):
            trial.fail(message, named=True)
