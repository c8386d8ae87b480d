"""What an exercise's check is made of: exercises, parts, misconceptions, and trials.

A part is a function that takes a `Trial`, calls the learner's answer through it and compares what
comes back with an independent truth. `run` turns parts into one of four verdicts.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from . import learner
from .values import Unreadable, as_array, format_number, low_precision, same_values

RIGHT, NOT_YET, WRONG, RAISED = "right", "not yet", "wrong", "raised"
SELF_STUDY_SEEDS = (0, 1, 2)
# A learner who lets NumPy raise errors would see those of the check's own arithmetic.
_AS_NUMPY_STARTS = {"divide": "warn", "over": "warn", "under": "ignore", "invalid": "warn"}


class BrokenCheck(RuntimeError):
    """The check itself is at fault. It never counts as right, nor as the learner's mistake."""


@dataclass
class Wrong(Exception):
    """The answer fails a property. `named` says that the message names the misconception.

    `otherwise` is a diagnosis from the size or form of the error, for answers that no
    Misconception reproduces.
    """

    message: str
    named: bool = False
    otherwise: str = ""


@dataclass(frozen=True)
class Misconception:
    """A wrong answer that is known by what it computes.

    `like` is a function of the exercise's arguments (or, for a value exercise, a value). When a
    part has failed and `like` reproduces every result of the learner's, `message` is shown. Two
    slips may give the same number at a simple input: a part that also calls the answer at a richer
    one before it compares tells them apart.
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
    """One exercise. `own` is the course's answer: it lets a notebook go on, and is never truth."""

    id: str
    title: str
    own: Any
    right: str
    hint: str
    parts: tuple[Part, ...]
    misconceptions: tuple[Misconception, ...] = ()

    @property
    def points(self) -> int:
        return sum(part.points for part in self.parts)

    @property
    def wants_function(self) -> bool:
        return callable(self.own)


@dataclass(frozen=True)
class Outcome:
    """What a run of a check found. `message` is empty for a right answer."""

    verdict: str
    message: str = ""
    named: bool = False
    passed: tuple[str, ...] = ()
    printed: str = ""


class Trial:
    """One seeded draw of a part: calls the learner's answer and compares what comes back."""

    def __init__(self, exercise: Exercise, answer: Any, seed: int, printed: io.StringIO):
        self.rng = np.random.default_rng([seed, zlib.crc32(exercise.id.encode())])
        self.calls: list[learner.Call] = []
        self.comparisons = 0
        self._answer = answer
        self._wants_function = exercise.wants_function
        self._printed = printed
        self._low_precision = False

    @property
    def value(self) -> Any:
        """The answer of a value exercise, as the learner gave it."""
        return self._answer

    def call(self, *args: Any, **kwargs: Any) -> Any:
        """Call the learner's function. An argument that it changes in place is refused."""
        printed = self._printed if not self.calls else io.StringIO()
        call, changed = learner.call(self._answer, args, kwargs, printed)
        if changed:
            self.fail(
                f"Your function changes {' and '.join(changed)} in place. Whoever calls it loses "
                "the original: work on a copy.",
                named=True,
            )
        self.calls.append(call)
        return call.result

    def array(
        self,
        got: Any,
        shape: tuple[int, ...] | None = None,
        what: str = "the result",
        allow_inf: bool = False,
    ) -> np.ndarray:
        """`got` as a float64 array of the wanted shape, or a message that says why it is not."""
        if got is None and self._wants_function:
            self.fail("Your function returned None: is there a `return`?", named=True)
        if self._wants_function and shape:
            self._refuse_other_containers(got, what)
        array = as_array(got)
        if array is None:
            self.fail(f"{what} should be numbers; yours is {got!r:.60}.")
        if np.iscomplexobj(array):
            self.fail(
                f"{what} should be real; yours is complex. After an FFT or an eig, take .real.",
                True,
            )
        if shape is not None and array.shape != shape:
            if len(shape) > 1 and array.shape == shape[::-1]:
                self.fail(f"{what} has shape {array.shape}: it is the transpose of {shape}.", True)
            if shape == () and array.size == 1:
                self.fail(
                    f"{what} is an array of shape {array.shape} with one entry, and a number is "
                    f"wanted. {'[0]' * array.ndim} takes the entry out.",
                    True,
                )
            self.fail(f"{what} has shape {array.shape}; it should have {shape}.")
        bad = np.isnan(array) if allow_inf else ~np.isfinite(array)
        if bad.any():
            place = _place(np.argwhere(bad)[0])
            self.fail(f"{what} is {array[bad].flat[0]}{place} ({bad.sum()} of {array.size}).")
        self._low_precision |= low_precision(got)
        return array.astype(np.float64)

    def _refuse_other_containers(self, got: Any, what: str) -> None:
        """Lists and tensors have the right numbers, but the notebook's next cells need arrays."""
        if isinstance(got, list | tuple):
            kind, way = f"a {type(got).__name__}", "`return np.array(...)`"
        elif hasattr(got, "detach"):
            kind, way = "a torch tensor", "`.detach().numpy()`"
        else:
            return
        self.fail(
            f"{what}: {kind}, where the cells below need a NumPy array. End with {way}.", True
        )

    def number(self, what: str = "the answer") -> float:
        """The answer of a value exercise as a float."""
        return float(self.array(self._answer, shape=(), what=what))

    def close(
        self,
        got: Any,
        want: Any,
        what: str,
        rtol: float = 1e-6,
        why: str = "",
        otherwise: str = "",
    ) -> None:
        """Refuse `got` where it is further than `rtol` from `want`.

        The tolerance of an entry is rtol times its wanted size, or times a thousandth of the
        largest wanted entry where that is more. Results in single precision get at least 2e-4.
        """
        self.comparisons += 1
        got, want = np.asarray(got, dtype=float), np.asarray(want, dtype=float)
        if np.isnan(want).any() or got.shape != want.shape:
            raise BrokenCheck(f"{what}: the check compares {got.shape} with a bad {want.shape}")
        rtol = max(rtol, 2e-4) if self._low_precision else rtol
        finite = np.isfinite(want)
        scale = np.max(np.abs(want[finite]), initial=0.0)
        tolerance = rtol * np.maximum(np.where(finite, np.abs(want), 0.0), 1e-3 * scale)
        with np.errstate(invalid="ignore"):
            error = np.where(got == want, 0.0, np.abs(got - want))
        excess = error - np.maximum(tolerance, np.finfo(float).tiny)
        if not (excess <= 0).all():
            worst = np.unravel_index(np.argmax(np.nan_to_num(excess, nan=np.inf)), want.shape)
            source = f" ({why})" if why else ""
            self.fail(
                f"{what}{_place(worst)} should be {format_number(want[worst])}{source}; "
                f"yours is {format_number(got[worst])}.",
                otherwise=otherwise,
            )

    def require(self, condition: bool, message: str, otherwise: str = "") -> None:
        """Refuse the answer with `message` unless `condition` holds."""
        self.comparisons += 1
        if not condition:
            self.fail(message, otherwise=otherwise)

    def fail(self, message: str, named: bool = False, otherwise: str = "") -> None:
        """Refuse the answer. `named` and `otherwise` are those of Wrong."""
        raise Wrong(message, named, otherwise)


def run(exercise: Exercise, answer: Any, seeds: Sequence[int] = SELF_STUDY_SEEDS) -> Outcome:
    """Test an answer, part by part, each with every seed, and stop at the first that fails.

    Raises BrokenCheck when the check itself is at fault.
    """
    if answer is ...:
        return Outcome(NOT_YET)
    if exercise.wants_function and answer is exercise.own:
        return Outcome(NOT_YET)
    if exercise.wants_function and not callable(answer):
        return Outcome(WRONG, f"The answer should be a function; yours is {answer!r:.60}.")
    passed: list[str] = []
    printed = io.StringIO()
    for part in exercise.parts:
        for seed in seeds:
            outcome = _run_part(exercise, part, answer, seed, printed)
            if outcome:
                verdict, message, named = outcome
                return Outcome(verdict, message, named, tuple(passed), printed.getvalue())
        passed.append(part.name)
    return Outcome(RIGHT, passed=tuple(passed), printed=printed.getvalue())


def _run_part(
    exercise: Exercise, part: Part, answer: Any, seed: int, printed: io.StringIO
) -> tuple[str, str, bool] | None:
    trial = Trial(exercise, answer, seed, printed)
    try:
        with learner.untouched_random_state(), np.errstate(**_AS_NUMPY_STARTS):
            part.run(trial)
    except learner.NotYet:
        return NOT_YET, "", False
    except learner.LearnerError as error:
        return RAISED, error.message, False
    except Unreadable as error:
        return WRONG, str(error), True
    except Wrong as wrong:
        if wrong.named:
            return WRONG, wrong.message, True
        name = _misconception(exercise, trial) or wrong.otherwise
        return WRONG, f"{wrong.message}\n{name}".strip(), bool(name)
    except BrokenCheck:
        raise
    except Exception as error:
        raise BrokenCheck(_broken(exercise, part, f"{type(error).__name__}: {error}")) from error
    if trial.comparisons == 0:
        raise BrokenCheck(_broken(exercise, part, "it compares nothing"))
    return None


def _broken(exercise: Exercise, part: Part, reason: str) -> str:
    return (
        f"The check of exercise {exercise.id}, part '{part.name}', is itself broken ({reason}). "
        "This is a fault of the course and not of your answer. Please report it."
    )


def _misconception(exercise: Exercise, trial: Trial) -> str:
    """The message of the first misconception that gives just what the learner's answer gave."""
    for known in exercise.misconceptions:
        if exercise.wants_function:
            with np.errstate(all="ignore"):
                hit = bool(trial.calls) and all(
                    same_values(call.result, known.like(*call.args, **call.kwargs))
                    for call in trial.calls
                )
        else:
            hit = same_values(trial.value, known.like)
        if hit:
            return known.message
    return ""


def _place(index: Sequence[int]) -> str:
    index = tuple(int(i) for i in index)
    return f" at index {index[0] if len(index) == 1 else index}" if index else ""
