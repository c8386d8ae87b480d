"""What an exercise's check is made of, and how it comes to its verdict.

A part is a function that takes a `Trial`, calls the learner's answer through it and compares what
comes back with an independent truth. `run` turns parts into one of four verdicts; what is said of
a wrong answer is found in `diagnosis`.
"""

from __future__ import annotations

import contextlib
import functools
import io
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from .._surroundings import own_settings
from . import diagnosis, learner, lengths
from .comparison import Comparison
from .surroundings import as_a_fresh_process, untouched_random_state
from .trial import BrokenCheck, Trial, Wrong, show_given
from .values import Unreadable

__all__ = [
    "NOT_YET", "RAISED", "RIGHT", "SELF_STUDY_SEEDS", "WRONG", "BrokenCheck", "Exercise",
    "Misconception", "Outcome", "Part", "Trial", "Wrong", "run",
]  # fmt: skip

RIGHT, NOT_YET, WRONG, RAISED = "right", "not yet", "wrong", "raised"
SELF_STUDY_SEEDS = (0, 1, 2)


@dataclass(frozen=True)
class Misconception:
    """A wrong answer that is known by what it computes.

    `like` is a function of the exercise's arguments (or, for a value exercise, a value). When a
    part has failed and `like` reproduces every result of the learner's, `message` is shown.
    """

    like: Any
    message: str


@dataclass(frozen=True)
class Part:
    """One property of the answer, worth `points`, tested by `run(trial)`."""

    name: str
    points: int
    run: Callable[[Trial], None]


@dataclass(frozen=True)
class Exercise:
    """One exercise. `own` is the course's answer: it lets a notebook go on, and is never truth.

    `short_too` asks, once all parts are right, whether the answer keeps an axis of length 1.
    """

    id: str
    title: str
    own: Any
    right: str
    hint: str
    parts: tuple[Part, ...]
    misconceptions: tuple[Misconception, ...] = ()
    short_too: bool = True

    def only(self, part: Part) -> Exercise:
        """The exercise with one part. An axis that is lost costs the first part alone."""
        return replace(self, parts=(part,), short_too=self.short_too and part is self.parts[0])

    @property
    def points(self) -> int:
        return sum(part.points for part in self.parts)

    @property
    def wants_function(self) -> bool:
        return callable(self.own)


@dataclass(frozen=True)
class Outcome:
    """What a run of a check found.

    `message` is empty for a right answer; `named` says that it tells what is off. `given` holds
    the arguments of the call that it speaks of. `container` says how results of a right answer
    have to be turned into arrays before the notebook's next cells can use them.
    """

    verdict: str
    message: str = ""
    named: bool = False
    passed: tuple[str, ...] = ()
    printed: str = ""
    given: dict[str, Any] = field(default_factory=dict)
    container: str = ""


def run(
    exercise: Exercise,
    answer: Any,
    seeds: Sequence[int] = SELF_STUDY_SEEDS,
    explain: bool = True,
) -> Outcome:
    """Test an answer, part by part, each with every seed, and stop at the first that fails.

    Without `explain` a wrong answer gets its numbers alone, which is faster.
    Raises BrokenCheck when the check itself is at fault.
    """
    if answer is ...:
        return Outcome(NOT_YET)
    if exercise.wants_function and answer is exercise.own:
        return Outcome(NOT_YET)
    if exercise.wants_function and not callable(answer):
        words = f"The answer should be a function; yours is {diagnosis.shown(answer)}."
        return Outcome(WRONG, words, True)
    passed: list[str] = []
    printed = learner.Printed()
    clock = learner.Clock()
    container = ""
    before: list[Comparison] = []
    calls: list[learner.Call] = []
    with _neutral():
        for part in exercise.parts:
            for seed in seeds:
                trial = Trial(exercise, answer, seed, printed, clock)
                failure = _failure(exercise, part, trial)
                if failure is None:
                    before += trial.records
                    calls += trial.calls if seed == seeds[0] else ()
                    container = container or _container(exercise, trial)
                    continue
                given = trial.given()
                if explain and failure.verdict == WRONG and not failure.named:
                    *found, given = _explained(
                        exercise, part, answer, seeds, trial, failure, before
                    )
                    failure = Outcome(WRONG, *found)
                elif explain and failure.verdict == RAISED:
                    mended = diagnosis.mended(exercise, answer, trial, _passes(exercise, part))
                    if mended:
                        failure = Outcome(RAISED, f"{failure.message}\n{mended}", True)
                return Outcome(
                    failure.verdict, failure.message, failure.named, tuple(passed),
                    printed.getvalue(), given,
                )  # fmt: skip
            passed.append(part.name)
        if exercise.wants_function and exercise.short_too:
            lost, given = lengths.dropped(exercise.own, answer, calls)
            if lost:
                return Outcome(WRONG, lost, True, tuple(passed), printed.getvalue(), given)
    return Outcome(RIGHT, passed=tuple(passed), printed=printed.getvalue(), container=container)


def _container(exercise: Exercise, trial: Trial) -> str:
    """How the answer's results differ from arrays, where the course's own returns arrays."""
    last = trial.calls[-1].result if trial.calls else None
    if not trial.container and (last is None or _is_plain(last)):
        return ""
    try:
        own = exercise.own(*trial.calls[-1].args, **trial.calls[-1].kwargs)
    except Exception:  # noqa: BLE001 a file that the call was given may be gone by now
        return trial.container
    first = own[0] if isinstance(own, tuple) else own
    if hasattr(first, "detach"):
        return ""
    if trial.container or not isinstance(first, np.ndarray):
        return trial.container
    return "entries" if isinstance(own, tuple) else "whole"


def _is_plain(result: Any) -> bool:
    """Whether the cells below can compute with it as it is: an array, a number, a tuple of them."""
    if isinstance(result, tuple):
        return all(isinstance(entry, np.ndarray | np.generic | int | float) for entry in result)
    return isinstance(result, np.ndarray | np.generic | int | float | str)


@contextlib.contextmanager
def _neutral() -> Iterator[None]:
    """The settings of a fresh process, and the learner's own again afterwards."""
    with untouched_random_state(), warnings.catch_warnings(), own_settings(), as_a_fresh_process():
        if any(action == "error" for action, *_ in warnings.filters):
            warnings.simplefilter("default")
        yield


def _failure(exercise: Exercise, part: Part, trial: Trial) -> Outcome | None:
    """What is wrong with the answer in this trial; None if nothing is."""
    try:
        part.run(trial)
    except learner.NotYet:
        return Outcome(NOT_YET)
    except learner.LearnerError as error:
        # Which arguments they were may be what was overlooked: d = 1, a table of another shape.
        return Outcome(RAISED, f"{error.message}{show_given(trial.given())}")
    except Unreadable as error:
        return Outcome(WRONG, str(error), True)
    except Wrong as wrong:
        trial.slip, trial.otherwise = wrong.slip, wrong.otherwise
        return Outcome(WRONG, wrong.message, wrong.named)
    except BrokenCheck:
        raise
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"
        if trial.is_own or not trial.calls or not _own_passes(exercise, part, trial.seed):
            raise BrokenCheck(_broken(exercise, part, reason)) from error
        return Outcome(
            WRONG, f"The check cannot work with what your function returns ({reason[:200]}).", True
        )
    if trial.comparisons == 0:
        raise BrokenCheck(_broken(exercise, part, "it compares nothing"))
    return None


def _own_passes(exercise: Exercise, part: Part, seed: int) -> bool:
    own = Trial(exercise, exercise.own, seed, io.StringIO(), learner.Clock(), is_own=True)
    with contextlib.suppress(BrokenCheck):
        return _failure(exercise, part, own) is None
    return False


def _explained(
    exercise: Exercise, part: Part, answer: Any, seeds: Sequence[int], failed: Trial,
    failure: Outcome, before: Sequence[Comparison],
) -> tuple[str, bool, dict[str, Any]]:  # fmt: skip
    """The message of a wrong answer, whether it tells what is off, and the inputs it quotes."""
    trials = [failed]
    for seed in (*seeds, *SELF_STUDY_SEEDS)[:3]:
        if failed.clock.used > diagnosis.PATIENCE:
            break
        trial = Trial(exercise, answer, seed, io.StringIO(), failed.clock, goes_on=True)
        try:
            part.run(trial)
        except Wrong as wrong:
            trial.stopped = wrong
        except Exception:  # noqa: BLE001 it goes on behind what was wrong: anything may end it
            pass
        if trial.seed == failed.seed:
            trials = [trial] if len(trial.records) >= len(failed.records) else trials
        else:
            trials.append(trial)

    passes = _passes(exercise, part)

    def calls_of(parts: Sequence[Part]) -> list[learner.Call]:
        calls = []
        for each in parts:
            if failed.clock.used > diagnosis.PATIENCE:
                break
            trial = Trial(exercise, answer, failed.seed, io.StringIO(), failed.clock, goes_on=True)
            with contextlib.suppress(Exception):  # as above
                each.run(trial)
            calls += trial.calls
        return calls

    here = exercise.parts.index(part)
    earlier = functools.partial(calls_of, exercise.parts[:here])
    later = functools.partial(calls_of, exercise.parts[here + 1 :])
    sentence = diagnosis.sentence(exercise, answer, trials, failed, passes, before, earlier, later)
    stopped = next((t.stopped for t in trials if t.stopped is not None), None)
    if not sentence and not failure.message and stopped is not None:
        return stopped.message, stopped.named, failed.given()
    message, given = diagnosis.message(sentence, failure.message, trials, failed)
    return message, bool(sentence), given


def _passes(exercise: Exercise, part: Part) -> Callable[[Callable], bool]:
    """Whether another answer passes a part, and the parts before it."""
    # The part itself first: few get so far. What breaks an earlier part is no repair: a part may
    # hold one result against another of the answer's own.
    asked = [part, *exercise.parts[: exercise.parts.index(part)]]

    def passes(other: Callable) -> bool:
        for each in asked:
            for seed in SELF_STUDY_SEEDS:
                trial = Trial(exercise, other, seed, io.StringIO(), learner.Clock(), is_own=True)
                try:
                    if _failure(exercise, each, trial) is not None:
                        return False
                except BrokenCheck:
                    return False
        return True

    return passes


def _broken(exercise: Exercise, part: Part, reason: str) -> str:
    return (
        f"The check of exercise {exercise.id}, part '{part.name}', is itself broken ({reason}). "
        "This is a fault of the course and not of your answer. Please report it."
    )
