"""The draws of every exercise: no argument can be ignored, and every right answer passes.

A frozen answer is the course's own with one argument held at what the first call gave it, or at
its default. It is right exactly where the check never varies that argument.
"""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from stepwise_ssl.checks import Exercise, chapters, exercises
from stepwise_ssl.checks.arguments import by_name
from stepwise_ssl.checks.comparison import sizes_and_numbers
from stepwise_ssl.checks.engine import RAISED, RIGHT, WRONG, run
from stepwise_ssl.checks.learner import Call
from stepwise_ssl.checks.registry import find
from tools.mutation import quiet_run

FUNCTIONS = [e for c in chapters() for e in exercises(c) if e.wants_function]
# The length of an argument that no answer could do without, or that the exercise fixes.
FIXED: dict[tuple[str, str], str] = {
    ("5.7", "len(gamma)"): "the exercise has two modes",
    ("5.7", "len(s0)"): "the exercise has two modes",
    ("6.9", "len(sigma)"): "the exercise has two directions",
    ("6.9", "len(rho)"): "the exercise has two directions",
    ("6.9", "len(s0)"): "the exercise has two directions",
    ("7.7", "layers.shape[1]"): "a row is (inputs, outputs, kernel, size_in, size_out)",
}
# Arguments of the course's own function that the learner is not asked for.
UNUSED: dict[tuple[str, str], str] = {
    ("1.2", "normalize"): "the published loss always normalises",
    ("1.4", "normalize"): "the published loss always normalises",
}


def arguments() -> Iterator[tuple[Exercise, str]]:
    for exercise in FUNCTIONS:
        for name in inspect.signature(exercise.own).parameters:
            if (exercise.id, name) not in UNUSED:
                yield exercise, name


def frozen(exercise: Exercise, name: str) -> Callable:
    first: list[Any] = []

    def answer(*args: Any, **kwargs: Any) -> Any:
        given = by_name(exercise.own, Call(args, kwargs, None))
        if name in given:
            first[:] = first or [copy.deepcopy(given[name])]
            given[name] = _in_shape(first[0], given[name])
        return exercise.own(**given)

    return answer


def _in_shape(first: Any, given: Any) -> Any:
    """The first value, repeated or cut to the shape of the one that is given."""
    if isinstance(given, np.ndarray) and given.ndim and first.shape != given.shape:
        return np.resize(first, given.shape)
    return copy.deepcopy(first)


@pytest.mark.parametrize(
    "exercise, name", list(arguments()), ids=lambda x: x if isinstance(x, str) else x.id
)
def test_an_answer_that_freezes_an_argument_is_refused(exercise, name):
    assert quiet_run(exercise, frozen(exercise, name), explain=False).verdict != RIGHT


@pytest.mark.parametrize(
    "exercise, name", list(arguments()), ids=lambda x: x if isinstance(x, str) else x.id
)
def test_an_answer_that_keeps_a_default_is_refused(exercise, name):
    default = inspect.signature(exercise.own).parameters[name].default
    if default is inspect.Parameter.empty:
        return

    def answer(*args: Any, **kwargs: Any) -> Any:
        given = by_name(exercise.own, Call(args, kwargs, None))
        return exercise.own(**given | {name: default})

    assert quiet_run(exercise, answer, explain=False).verdict != RIGHT


def _quantities(exercise: Exercise) -> dict[str, set[float]]:
    """Every length and every number that the check passes, over its draws."""
    seen: dict[str, set[float]] = {}

    def answer(*args: Any, **kwargs: Any) -> Any:
        given = by_name(exercise.own, Call(args, kwargs, None))
        for name, value in sizes_and_numbers(given):
            seen.setdefault(name, set()).add(value)
        return exercise.own(*args, **kwargs)

    assert run(exercise, answer).verdict == RIGHT
    return seen


@pytest.mark.parametrize("exercise", FUNCTIONS, ids=lambda e: e.id)
def test_every_size_and_every_number_varies(exercise):
    """A constant of the notebook in the place of a size is right at one size only."""
    constant = {name for name, values in _quantities(exercise).items() if len(values) == 1} - {
        name for number, name in FIXED if number == exercise.id
    }
    assert constant == set()


def small_taken_for_0(exercise: Exercise, name: str, level: float = 1e-4) -> Callable:
    """The course's own answer, to which a small entry of an argument is 0."""

    def answer(*args: Any, **kwargs: Any) -> Any:
        given = by_name(exercise.own, Call(args, kwargs, None))
        given[name] = np.where(np.abs(given[name]) < level, 0.0, given[name])
        return exercise.own(**given)

    return answer


def within(exercise: Exercise, largest: float) -> Callable:
    """The course's own answer, held below a limit as a search between fixed ends holds it."""
    return lambda *args, **kwargs: min(exercise.own(*args, **kwargs), largest)


@pytest.mark.parametrize("number", ["2.4", "2.5", "6.2"])
def test_a_small_gamma_is_told_from_0(number):
    exercise = find(number)
    answer = small_taken_for_0(exercise, "gamma")
    assert quiet_run(exercise, answer, explain=False).verdict != RIGHT


@pytest.mark.parametrize(
    "number, name, level",
    [
        ("2.8", "Gamma", 1e-11), ("4.2", "K", 1e-11), ("4.4", "K", 1e-11), ("4.6", "K", 1e-11),
        ("4.8", "Kqq", 1e-11), ("5.4", "K", 1e-11), ("9.2", "functions", 1e-7),
    ],
)  # fmt: skip
def test_what_is_small_as_a_whole_is_told_from_0(number, name, level):
    exercise = find(number)
    answer = small_taken_for_0(exercise, name, level)
    assert quiet_run(exercise, answer, explain=False).verdict != RIGHT


def test_a_small_start_is_told_from_0():
    exercise = find("6.2")
    answer = small_taken_for_0(exercise, "s0", level=1e-8)  # as np.isclose does
    assert quiet_run(exercise, answer, explain=False).verdict != RIGHT


@pytest.mark.parametrize("number", ["3.7", "8.7"])
def test_a_search_between_fixed_ends_is_refused(number):
    exercise = find(number)
    assert quiet_run(exercise, within(exercise, 300), explain=False).verdict != RIGHT


def for_pythons_own(exercise: Exercise, name: str) -> Callable:
    """The course's own answer, which a number of NumPy's kind breaks."""

    def answer(*args: Any, **kwargs: Any) -> Any:
        if isinstance(by_name(exercise.own, Call(args, kwargs, None))[name], np.float64):
            raise TypeError(f"{name} is NumPy's")
        return exercise.own(*args, **kwargs)

    return answer


@pytest.mark.parametrize(
    "number, name",
    [("6.7", "gamma"), ("6.8", "rho"), ("8.3", "gamma"), ("8.4", "gamma")],
)
def test_a_number_comes_as_the_notebook_has_it_too(number, name):
    exercise = find(number)
    answer = for_pythons_own(exercise, name)
    assert quiet_run(exercise, answer, explain=False).verdict == RAISED


LIMITS = [
    ("6.2", "gamma", lambda x: np.where(np.abs(x) < 1e-6, 0.0, x)),
    ("8.3", "gamma", lambda x: max(x, 0.01)),
    ("8.4", "gamma", lambda x: max(x, 0.01)),
    ("9.7", "modes", lambda x: np.round(x, 3)),
]


@pytest.mark.parametrize("number, name, limit", LIMITS)
def test_an_argument_held_within_limits_is_refused(number, name, limit):
    exercise = find(number)

    def answer(*args: Any, **kwargs: Any) -> Any:
        given = by_name(exercise.own, Call(args, kwargs, None))
        return exercise.own(**given | {name: limit(given[name])})

    assert quiet_run(exercise, answer, explain=False).verdict != RIGHT


# Exercises whose results have no axis of length 1, whatever the arguments.
NEVER_SHORT = {
    "4.4": "two views of a picture are two rows",
    "5.8": "k goes from 0 to 1 at least",
    "7.6": "it is called with a network, so that its arguments are not cut",
    "8.8": "it is asked of networks with several outputs",
}


def test_rows_that_are_handed_out_in_turn_are_refused_at_every_draw():
    exercise = find("7.8")

    def answer(z1, z2, rank, processes):
        return tuple(processes * slope[rank::processes] for slope in exercise.own(z1, z2, 0, 1))

    for seed in range(30):
        assert run(exercise, answer, seeds=[seed], explain=False).verdict == WRONG, seed


def _each(result: Any, change: Callable) -> Any:
    return tuple(map(change, result)) if isinstance(result, tuple) else change(result)


def _squeezed(result: Any) -> Any:
    return result.squeeze() if getattr(result, "ndim", 0) else result


@pytest.mark.parametrize("exercise", FUNCTIONS, ids=lambda e: e.id)
def test_an_axis_of_length_1_stays(exercise):
    axes = set()

    def answer(*args: Any, **kwargs: Any) -> Any:
        result = exercise.own(*args, **kwargs)
        axes.update(np.ndim(r) for r in (result if isinstance(result, tuple) else (result,)))
        return _each(result, _squeezed)

    outcome = quiet_run(exercise, answer)
    if exercise.id in NEVER_SHORT or not any(axes):
        assert outcome.verdict == RIGHT
    else:
        assert outcome.verdict == WRONG and outcome.named and "has shape" in outcome.message


@pytest.mark.parametrize("exercise", FUNCTIONS, ids=lambda e: e.id)
def test_a_number_may_be_an_array_without_an_axis(exercise):
    def number(result: Any) -> Any:
        return np.asarray(result) if type(result) in (int, float, np.float64) else result

    answer = lambda *args, **kwargs: _each(exercise.own(*args, **kwargs), number)  # noqa: E731
    assert quiet_run(exercise, answer).verdict == RIGHT
