"""The line that ends an exercise's cell."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .engine import RIGHT, Exercise, Outcome, run
from .feedback import Feedback, show
from .learner import copied
from .registry import exercises, find
from .values import as_array

_last_inputs: dict[str, dict[str, Any]] = {}
_right: set[str] = set()  # exercises whose last answer to this Python was right


def check(exercise_id: str, answer: Any) -> Any:
    """Test an answer in self-study and show what was found.

    Returns `answer` when it is right, otherwise the course's own, so that the cells that build on
    it run. A right function that returns lists or tensors comes back wrapped: the cells below get
    arrays. Raises ValueError for an unknown exercise, BrokenCheck when the check is at fault.
    """
    exercise = find(exercise_id)
    outcome = run(exercise, answer)
    _remember(exercise, outcome)
    (_right.add if outcome.verdict == RIGHT else _right.discard)(exercise.id)
    if outcome.verdict == RIGHT:
        show(Feedback(exercise, outcome, ""))
        if not exercise.wants_function:
            return _with_numbers(answer)
        return _with_arrays(answer, outcome.container) if outcome.container else answer
    name = getattr(exercise.own, "__name__", "value")
    show(Feedback(exercise, outcome, f"Until then the notebook goes on with the course's {name}."))
    return exercise.own


def graded_check(exercise_id: str, answer: Any, points: Sequence[float] = ()) -> Any:
    """Test an answer in a graded hand-out, show what was found, and return `answer` unchanged.

    `points` are those of the parts, where a homework gives others than the exercise's own.

    Raises ValueError for an unknown exercise, BrokenCheck when the check is at fault.
    """
    exercise = find(exercise_id)
    outcome = run(exercise, answer)
    _remember(exercise, outcome)
    worth = points or [part.points for part in exercise.parts]
    earned = sum(
        of
        for part, of in zip(exercise.parts, worth, strict=True)
        if run(exercise.only(part), answer).verdict == RIGHT
    )
    ending = f"Here: {earned:g} of {sum(worth):g} points. The marks come from other draws."
    show(Feedback(exercise, outcome, ending))
    return answer


def inputs(exercise_id: str) -> dict[str, Any]:
    """The arguments of the call that the last message of an exercise speaks of, by name.

    `f(**inputs("2.4"))` gives the number that the message quotes. Each time they are new copies,
    so a network comes as it was before its step, with its gradients. Empty where no call was made.
    Raises ValueError for an unknown exercise.
    """
    return copied((), _last_inputs.get(find(exercise_id).id, {}))[1]


def progress(chapter: int) -> str:
    """One line with the exercises of a chapter whose last answer was right, since Python began.

    It is what the course's home page takes to keep a reader's progress, such as
    "stepwise 4 of 8: 4.1 4.2 4.5 4.8". Raises ValueError for a chapter without exercises.
    """
    of = [exercise.id for exercise in exercises(chapter)]
    right = [number for number in of if number in _right]
    return f"stepwise {len(right)} of {len(of)}: {' '.join(right) or 'none'}"


def _remember(exercise: Exercise, outcome: Outcome) -> None:
    _last_inputs[exercise.id] = outcome.given


def _with_arrays(answer: Callable, container: str) -> Callable:
    """The answer, with its result or the entries of its result as NumPy arrays."""

    @functools.wraps(answer, updated=())
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        result = answer(*args, **kwargs)
        if container == "whole":
            return _array(result)
        return tuple(map(_array, result))

    return wrapped


def _with_numbers(value: Any) -> Any:
    """An answer that is a value, its fractions and tensors as numbers that NumPy reads."""
    if isinstance(value, tuple | list):
        return type(value)(map(_with_numbers, value)) if type(value) in (tuple, list) else value
    readable = isinstance(value, str | int | float | np.generic | np.ndarray)
    return value if readable else _array(value)


def _array(value: Any) -> Any:
    array = as_array(value)
    return value if array is None else array[()]  # a number from an array of no dimension
