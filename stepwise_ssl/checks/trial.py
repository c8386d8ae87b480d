"""One seeded draw of a part: it calls the learner's answer and compares what comes back."""

from __future__ import annotations

import io
import itertools
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from . import learner
from .arguments import by_name
from .asking import asked_once
from .comparison import Comparison, place, show_inputs, sizes_and_numbers
from .values import (
    DOUBLE,
    FAR,
    NEAR,
    SINGLE,
    SINGLE_FLOOR,
    as_array,
    distance,
    low_precision,
    same_values,
)

if TYPE_CHECKING:
    from .engine import Exercise


class BrokenCheck(RuntimeError):
    """The check itself is at fault. It never counts as right, nor as the learner's mistake."""


@dataclass
class Wrong(Exception):
    """The answer fails a property.

    `named` says that the message tells what is off, and is sure. `slip` says that it is the
    message of a known slip, which has to hold at all other draws too. `otherwise` is a diagnosis
    from the size or form of the error, for answers of which nothing better is known.
    """

    message: str
    named: bool = False
    otherwise: str = ""
    slip: str = ""


@dataclass(frozen=True)
class Offer:
    """A known slip in one `slips`: whether it gives the learner's numbers, and not the right ones.

    `nearly` says whether it gives them but for little, `far` whether it is much further away from
    the right ones. `place` is the number of that `slips` in its trial, `compared` that of
    the comparisons so far.
    """

    message: str
    place: int
    gives_them: bool
    nearly: bool
    is_right: bool
    far: bool
    compared: int


class Trial:
    """One seeded draw of a part: calls the learner's answer and compares what comes back.

    With `goes_on` a comparison that fails is recorded and the part goes on, so that all that it
    compares can be looked at together.
    """

    def __init__(
        self,
        exercise: Exercise,
        answer: Any,
        seed: int,
        printed: io.StringIO,
        clock: learner.Clock,
        goes_on: bool = False,
        is_own: bool = False,
    ):
        self.rng = np.random.default_rng([seed, zlib.crc32(exercise.id.encode())])
        self.seed, self.clock, self.is_own = seed, clock, is_own
        self.calls: list[learner.Call] = []
        self.records: list[Comparison] = []
        self.offers: list[Offer] = []
        self.comparisons = self._slips = 0
        self.container = ""
        self._sources: list[tuple[np.ndarray, learner.Call | None]] = []
        self._compared: list[learner.Call | None] = []
        self.slip = self.otherwise = ""
        self.stopped: Wrong | None = None
        self.error: learner.LearnerError | None = None
        self._exercise, self._answer = exercise, answer
        self._unanswered: learner.Call | None = None
        self._wants_function = exercise.wants_function
        self._printed = printed
        self.goes_on = goes_on
        self._low_precision = False

    @property
    def value(self) -> Any:
        """The answer of a value exercise, as the learner gave it."""
        return self._answer

    @property
    def rtol(self) -> float:
        """How near a known slip has to come: the tolerance of the comparisons, or finer."""
        if self._low_precision:
            return SINGLE
        return min(max([DOUBLE, *(c.rtol for c in self.records)]), 1e-4)

    def given(self) -> dict[str, Any]:
        """The arguments of the call that failed, or of the last one; empty where there was none."""
        if self.records and not self.records[-1].passes:
            return self.records[-1].given
        last = self._unanswered or (self.calls[-1] if self.calls else None)
        return by_name(self._exercise.own, last) if last else {}

    def call(self, *args: Any, **kwargs: Any) -> Any:
        """Call the learner's function. An argument that it changes in place is refused."""
        printed = self._printed if not self.calls else io.StringIO()
        self._unanswered = None
        try:
            call, changed = learner.call(self._answer, args, kwargs, printed, self.clock)
        except learner.LearnerError as error:
            self._unanswered = error.call
            self.error = error
            raise
        self.calls.append(call)
        if changed:
            names = list(self.given())
            changed = [names[c] if isinstance(c, int) else c for c in changed]
            self.fail(
                f"Your function changes {' and '.join(changed)} in place. Whoever calls it loses "
                "the original: work on a copy.",
                named=True,
            )
        return call.result

    def beside(self, *args: Any) -> Any:
        """What the function returns at a call that only tells where it is right; None if it raises.

        It is none of the trial's calls: what is told has the inputs of the one that is wrong.
        """
        calls = list(self.calls)
        try:
            return self.call(*args)
        except learner.LearnerError:
            self._unanswered = None
            return None
        finally:
            self.calls[:] = calls

    def array(
        self,
        got: Any,
        shape: tuple[int, ...] | None = None,
        what: str = "the result",
        allow_inf: bool = False,
    ) -> np.ndarray:
        """`got` as a float64 array of the wanted shape, or a message that says why it is not.

        Lists and tensors have the right numbers too; `container` remembers that they came.
        """
        if got is None and self._wants_function:
            self.fail("Your function returned None: is there a `return`?", named=True)
        array = as_array(got)
        if array is None:
            self.fail(f"{what} should be numbers; yours is {shown(got)}.", True)
        if np.iscomplexobj(array):
            self.fail(f"{what} should be real; yours is complex. {_how_complex(array)}", True)
        if shape is not None and array.shape != shape:
            self.fail(self._shapes(array, shape, what) + self._exchanged(got), True)
        wanted = np.ndarray if shape else int | float | np.generic
        if self._wants_function and shape is not None and not isinstance(got, wanted):
            top = bool(self.calls) and got is self.calls[-1].result
            self.container = "whole" if top else "entries"
        bad = np.isnan(array) if allow_inf else ~np.isfinite(array)
        if bad.any():
            at = place(tuple(int(i) for i in np.argwhere(bad)[0]), array.shape)
            value, inputs = array[bad].flat[0], show_given(self.given())
            if not at:
                self.fail(f"{what} is {value}.{inputs}", True)
            many = f"{bad.sum()} of {array.size} entries are" if bad.sum() > 1 else "one entry is"
            self.fail(f"{what}: {many} {value}, the first at {at.removesuffix(',')}.{inputs}", True)
        self._low_precision |= low_precision(got)
        made = array.astype(np.float64)
        self._sources.append((made, self._call_that_returned(got)))
        return made

    def _call_that_returned(self, got: Any) -> learner.Call | None:
        """Of several calls that returned the same object, such as 0, the first not yet looked "
        "at."""
        calls = [c for c in self.calls if any(part is got for part in _parts(c.result))]
        seen = [id(source) for _, source in self._sources]
        return next((c for c in calls if id(c) not in seen), calls[-1] if calls else None)

    def _exchanged(self, got: Any) -> str:
        """The sentence for a result that has another shape since two arguments change places."""
        if not (self.calls and got is self.calls[-1].result):
            return ""
        given = by_name(self._exercise.own, self.calls[-1])
        for a, b in itertools.combinations(given, 2):
            if all(np.ndim(given[name]) for name in (a, b)):
                other = given | {a: given[b], b: given[a]}
                like = asked_once(self._exercise.own, kwargs=other)
                if like is not None and same_values(got, like, DOUBLE):
                    return f" It is what comes out here with `{a}` and `{b}` exchanged."
        return ""

    def _shapes(self, array: np.ndarray, shape: tuple[int, ...], what: str) -> str:
        if len(shape) > 1 and array.shape == shape[::-1] and shape != shape[::-1]:
            return f"{what} has shape {array.shape}: it is the transpose of {shape}."
        if shape == () and array.size == 1:
            return (
                f"{what} is an array of shape {array.shape} with one entry, and a number is "
                f"wanted. {'[0]' * array.ndim} takes the entry out."
            )
        sizes = {int(q): name for name, q in sizes_and_numbers(self.given()) if q == int(q) > 1}
        names = [f"{q} is {sizes[q]}" for q in dict.fromkeys((*array.shape, *shape)) if q in sizes]
        meaning = f" ({', '.join(names)})" if names else ""
        words = f"{what} has shape {array.shape}; it should have {shape}{meaning}."
        if array.ndim == len(shape) and array.size < np.prod(shape):
            words += self._of_small_arguments()
        return words

    def _of_small_arguments(self) -> str:
        """Which matrix is small as a whole, for who leaves out what is below a fixed level."""
        for name, value in self.given().items():
            if isinstance(value, np.ndarray) and value.ndim == 2 and value.dtype.kind == "f":
                largest = np.abs(value).max(initial=0)
                if 0 < largest < 1e-6:
                    return (
                        f" Here `{name}` is small as a whole: its largest entry is {largest:.1e}. "
                        "Whoever leaves out what is below a fixed level may leave out all of it."
                    )
        return ""

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
        floor: float = 1e-3,
    ) -> None:
        """Refuse `got` where it is further than `rtol` from `want`.

        The tolerance of an entry is rtol times its wanted size, or times `floor` of the largest
        wanted entry where that is more. Results in single precision get an rtol of at least 5e-4
        and a floor of at least 5e-2: what should be 0 is the rounding of large terms.
        """
        self.comparisons += 1
        source = next((call for made, call in self._sources if made is got), None)
        got, want = np.asarray(got, dtype=float), np.asarray(want, dtype=float)
        if np.isnan(want).any() or got.shape != want.shape:
            raise BrokenCheck(f"{what}: the check compares {got.shape} with a bad {want.shape}")
        if self._low_precision:
            rtol, floor = max(rtol, SINGLE), max(floor, SINGLE_FLOOR)
        finite = np.isfinite(want)
        scale = np.max(np.abs(want[finite]), initial=0.0)
        tolerance = rtol * np.maximum(np.where(finite, np.abs(want), 0.0), floor * scale)
        with np.errstate(all="ignore"):
            error = np.where(got == want, 0.0, np.abs(got - want))
            excess = error - np.maximum(tolerance, np.finfo(float).tiny)
        holding = [c for c in self.calls if _holds(c.result, got)]
        if source is None and holding:
            used = [id(c) for c in self._compared]
            source = next((c for c in holding if id(c) not in used), holding[-1])
        self._compared.append(source)
        direct = source is not None
        given = by_name(self._exercise.own, source) if source else self.given()
        record = Comparison(got, want, excess <= 0, rtol, what, given, why, direct)
        self.records.append(record)
        if not self.goes_on and not record.passes:
            self.fail(record.numbers(), otherwise=otherwise)

    def slips(self, got: Any, right: Any, known: Iterable[tuple[Any, str]]) -> None:
        """Refuse `got` as the known slip that gives it, unless it is right as well.

        `known` are pairs of what a slip gives at this call, and its message.
        """
        if same_values(got, right, self.rtol) and not self.goes_on:
            return
        self._slips += 1
        here, found = self._slips, ""
        for wrong, message in known:
            is_right = same_values(right, wrong, self.rtol)
            gives_them = same_values(got, wrong, self.rtol)
            nearly, far = distance(got, wrong) <= NEAR, FAR <= distance(wrong, right) < np.inf
            compared = len(self.records)
            offer = Offer(message, here, gives_them, nearly, is_right, far, compared)
            self.offers.append(offer)
            if gives_them and not is_right and not found:
                found = message
        if found and not self.goes_on:
            self.comparisons += 1
            raise Wrong("", slip=found)

    def require(self, condition: bool, message: str, otherwise: str = "") -> None:
        """Refuse the answer with `message` unless `condition` holds."""
        self.comparisons += 1
        if not condition and not self.goes_on:
            self.fail(message, otherwise=otherwise)

    def fail(self, message: str, named: bool = False, otherwise: str = "") -> None:
        """Refuse the answer. `named` and `otherwise` are those of Wrong."""
        raise Wrong(message, named, otherwise)


def _how_complex(array: np.ndarray) -> str:
    """What to do with imaginary parts: drop those of rounding, and look for where others began."""
    imaginary = np.max(np.abs(array.imag), initial=0.0)
    if not imaginary > 1e-6 * np.max(np.abs(array), initial=0.0):
        return "Its imaginary parts are 0 but for rounding: after an FFT or an eig, take .real."
    return (
        f"Its imaginary parts are as large as {imaginary:.3g}. A root or a logarithm of a number "
        "below 0 has one, and .real would hide that."
    )


def _parts(result: Any) -> tuple[Any, ...]:
    """A result, and what it consists of where it is several."""
    return (result, *result) if isinstance(result, tuple | list) else (result,)


def _holds(result: Any, got: np.ndarray) -> bool:
    """Whether `got` has the numbers of a call's result, or of a part of it."""
    for part in _parts(result):
        array = as_array(part)
        if array is not None and array.shape == got.shape and np.array_equal(array, got):
            return True
    return False


def shown(value: Any) -> str:
    """What a value looks like, in at most 60 characters, whatever its __repr__ does."""
    try:
        return f"{value!r:.60}"
    except BaseException:  # noqa: BLE001 a class of the learner's
        return f"a {type(value).__name__}"


def show_given(given: dict[str, Any]) -> str:
    """A sentence with the inputs, or nothing."""
    return f"\nInputs: {show_inputs(given)}." if given else ""
