"""Marks: one part of one exercise, with seeds that the learner has not seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from .engine import NOT_YET, RIGHT, run
from .registry import find


def grade(exercise_id: str, part_name: str, answer: Any, seeds: Sequence[int]) -> None:
    """Pass in silence if `answer` has the part right with every seed; AssertionError otherwise.

    Raises ValueError for an unknown exercise or part, BrokenCheck when the check is at fault.
    """
    exercise = find(exercise_id)
    parts = tuple(part for part in exercise.parts if part.name == part_name)
    if not parts:
        names = ", ".join(part.name for part in exercise.parts)
        raise ValueError(f"part_name is {part_name!r}; exercise {exercise_id} has {names}")
    outcome = run(replace(exercise, parts=parts), answer, seeds)
    if outcome.verdict == NOT_YET:
        raise AssertionError(f"Exercise {exercise_id} was left blank.")
    if outcome.verdict != RIGHT:
        raise AssertionError(outcome.message)
