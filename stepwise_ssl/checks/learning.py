"""The line that ends an exercise's cell."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from .engine import RIGHT, run
from .feedback import Feedback, show
from .registry import find


def check(exercise_id: str, answer: Any) -> Any:
    """Test an answer in self-study and show what was found.

    Returns `answer` when it is right, otherwise the course's own, so that the cells that build on
    it run. Raises ValueError for an unknown exercise, BrokenCheck when the check is at fault.
    """
    exercise = find(exercise_id)
    outcome = run(exercise, answer)
    if outcome.verdict == RIGHT:
        show(Feedback(exercise, outcome, ""))
        return answer
    name = getattr(exercise.own, "__name__", "value")
    show(Feedback(exercise, outcome, f"Until then the notebook goes on with the course's {name}."))
    return exercise.own


def graded_check(exercise_id: str, answer: Any) -> Any:
    """Test an answer in a graded hand-out, show what was found, and return `answer` unchanged.

    Raises ValueError for an unknown exercise, BrokenCheck when the check is at fault.
    """
    exercise = find(exercise_id)
    outcome = run(exercise, answer)
    earned = sum(
        part.points
        for part in exercise.parts
        if run(replace(exercise, parts=(part,)), answer).verdict == RIGHT
    )
    ending = f"Here: {earned} of {exercise.points} points. The marks come from other draws."
    show(Feedback(exercise, outcome, ending))
    return answer
