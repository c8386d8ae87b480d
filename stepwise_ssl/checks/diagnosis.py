"""What is said of a wrong answer: the most specific sentence that is true at all its results.

Sources, in this order: a name of the notebook that stands where an argument should; a default that
is not the exercise's; results that are the same everywhere; a known slip that gives the same
numbers at every call; a relation to the truth; a slip for each of several results; a known slip
that gives nearly the same numbers; what the answer does with its arguments; one change of the
course's formula that gives the same numbers, or of the answer or its tables that makes it right; an
entry that moves with another one; an order of the rows that should not count; a number times a
slip or times such a change; what makes this part alone right; where it is right. Of an answer that
raises it is said what would make it right.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from dataclasses import replace
from types import FunctionType
from typing import TYPE_CHECKING, Any

import numpy as np

from . import notebook, relations
from .arguments import (
    by_name,
    differ_in_numbers,
    left_out,
    mixed,
    nearer,
    of_the_order,
    other_default,
    same_defaults,
    treatment,
)
from .asking import Budget, asked_once
from .comparison import Comparison
from .edits import one_change, one_repair, variants
from .learner import Call
from .trial import Offer, Trial, show_given, shown
from .values import FAR, NEAR, Unreadable, as_array, distance, same_values

if TYPE_CHECKING:
    from .engine import Exercise

__all__ = ["PATIENCE", "mended", "message", "sentence", "shown"]

PATIENCE = 5.0  # seconds of the learner's code after which a wrong answer is not run again
_MOST_CALLS = 8
_SECONDS = 1.0  # of the course's own calls
_SLIP = "A known slip gives the same numbers: "
_SLIPS = "Known slips, one for each result, give the same numbers together: "


def sentence(
    exercise: Exercise,
    answer: Any,
    trials: Sequence[Trial],
    failed: Trial,
    passes: Callable[[Callable], bool],
    before: Sequence[Comparison] = (),
    earlier: Callable[[], Sequence[Call]] = tuple,
    later: Callable[[], Sequence[Call]] = tuple,
) -> str:
    """The most specific true sentence about the answer; "" where nothing was found.

    `trials` ran the failing part to its end, `passes` says whether another answer passes it.
    `before` are the comparisons of the parts that are right, `earlier` and `later` make calls of
    the parts before and after the failing one.
    """
    if not exercise.wants_function:
        slip = failed.slip or _slip_of_value(exercise, failed)
        if not slip:
            return failed.otherwise
        return slip if slip.startswith("The ") else _SLIP + slip  # a fact needs no such start
    later = functools.cache(later)
    others = functools.cache(lambda: [*earlier(), *later()])
    records = [r for trial in trials for r in trial.records]
    same = same_defaults(exercise.own, answer)
    stated, before = (
        [replace(r, given=same | r.given) for r in each] for each in (records, before)
    )
    calls = [call for trial in trials for call in trial.calls]
    wanted = _wanted(exercise.own, calls)
    first, their = calls[:_MOST_CALLS], wanted[:_MOST_CALLS]
    known = bool(first) and all(want is not None for want in their)
    beside = _against(exercise, first, their, failed.rtol) if known else []

    @functools.cache
    def further() -> list[Comparison] | None:
        """What other parts' calls give beside the course's own; None where there is no telling."""
        more = list(later())
        theirs = _wanted(exercise.own, more)
        if not more or any(want is None for want in theirs):
            return None
        return _against(exercise, more, theirs, failed.rtol) or None

    found = _of_the_notebook(exercise, answer, failed, passes)
    found = found or other_default(exercise.own, answer, calls, passes)
    found = found or relations.degenerate(beside or records, before)
    if found.endswith(relations.OF_THE_CHECK):
        found = relations.degenerate(beside or records, [*before, *(further() or ())])
    rtol = max(trial.rtol for trial in (*trials, failed))
    if found.endswith(relations.NOT_ELSEWHERE):
        # Many slips give one number, so the slip has to give what the other calls gave, too.
        every = [*calls, *others()]
        slip = _slip(exercise, every, _wanted(exercise.own, every), rtol, later)
        found = _SLIP + slip if slip else found
    if found:
        return found
    slip = _offered(trials, failed, here=True) or _slip(exercise, calls, wanted, rtol, later)
    one = _of_one_result(beside, records)
    alone = len({b.what for b in beside if not b.passes}) == 1
    relation = (one if alone else "") or relations.whole(beside, before) or one
    unique = _speaks_for_all(beside, records)
    if not relation and not unique:
        relation = _about(records, relations.whole(stated, before))
    is_factor = relations.is_factor(relation)

    def holds_elsewhere() -> bool:
        """Other parts call, too: those before this one found the answer right."""
        more = None if before else further()
        every = [*beside, *(more or ())]
        return bool(more) and relation in (relations.whole(every), _of_one_result(every, records))

    if relations.AT_EVERY_CALL in relation and not holds_elsewhere():
        relation = relation.replace(f", {relations.AT_EVERY_CALL}", " here")
    elif is_factor and (before or later()) and not holds_elsewhere():
        relation = f"Here y{relation[1:]}"
    if slip:
        return f"{relation}\n{_SLIP}{slip}".strip() if is_factor else _SLIP + slip
    found = (
        relation
        or _slips_of_results(exercise, calls, wanted, rtol)
        or _offered(trials, failed, here=False)
        or _nearly_a_slip(exercise, trials, failed, calls, wanted)
    )
    searches = not found and known and _small(first) and not _verdicts_alone(beside, their)
    of_this_part = ""
    if searches:
        found, of_this_part = _of_the_formula(
            exercise, answer, first, their, failed.rtol, passes, others, unique, records
        )
    return (
        found
        or relations.by_line(beside)
        or failed.otherwise
        or _about(records, relations.nearly(records))
        or (of_the_order(exercise.own, answer, first, their) if searches else "")
        or (_a_multiple(exercise, first, their, failed.rtol, others) if searches else "")
        or of_this_part
        or _where_compared(stated, before)
        or _within_a_call(
            _about(records, relations.partly(stated, before)), beside, others, further
        )
    )


def _within_a_call(
    sentence: str, beside: Sequence[Comparison], others: Callable[[], Sequence[Call]],
    further: Callable[[], Sequence[Comparison] | None],
) -> str:  # fmt: skip
    """The sentence, where it speaks of any call and holds in this part alone, as one of this part.

    An argument that is 0 here may leave one term of several, and its factor is not theirs.
    """
    start = "Within a call"
    if not sentence.startswith(start) or not others():
        return sentence
    more = further()
    if more and relations.proportional([*beside, *more]):
        return sentence
    return f"Here, w{sentence[1:]}"


def _a_multiple(
    exercise: Exercise, calls: Sequence[Call], wanted: Sequence[Any], rtol: float,
    others: Callable[[], Sequence[Call]],
) -> str:  # fmt: skip
    """A sentence about a number times what a known slip gives, or a change of the right formula.

    A factor that is off hides the slip beside it. Where there are few calls or small numbers some
    factor is found by chance, so the same one has to hold in other parts, too, or it is said that
    it holds here.
    """
    budget = Budget(_SECONDS)
    own = exercise.own
    others_too = functools.cache(lambda: [*calls, *others()])
    known = [(k.like, k.message) for k in exercise.misconceptions]
    changes = [(_exchanged(own), "what is wanted with its two results exchanged")]
    for words, change in variants(own):
        changes.append((change, f"what the right formula gives {words}"))
    for of_the_call in (False, True):
        for like, words in (*known, *changes):
            if budget.is_spent():
                return ""
            made = _wanted(like, calls[:1])
            if not relations.proportional(_against(exercise, calls[:1], made, rtol)):
                continue
            made = _wanted(like, calls)
            if any(m is None for m in made) or not any(
                differ_in_numbers(want, m, rtol) for want, m in zip(wanted, made, strict=True)
            ):
                continue
            found = relations.multiple(_against(exercise, calls, made, rtol), of_the_call)
            if not found:
                continue
            every = others_too()
            beside = _against(exercise, every, _wanted(like, every), rtol)
            everywhere = relations.multiple(beside, of_the_call) == found
            if (like, words) in known:
                # Many slips give one number, so the slip has to give what the others ask, too.
                if everywhere:
                    found = found.replace("what is wanted", "what a known slip gives")
                    return f"{found} The slip: {words}"
                continue
            if not everywhere:
                found = f"Here y{found[1:].replace(f', {relations.AT_EVERY_CALL}', '')}"
            return found.replace("what is wanted", words)
    return ""


def _exchanged(own: Callable) -> Callable:
    """What gives two results in the other order."""

    def exchanged(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
        first, second = own(*args, **kwargs)
        return second, first

    return exchanged


def _where_compared(records: Sequence[Comparison], before: Sequence[Comparison]) -> str:
    """A factor that holds wherever the part compares, while it does not at a call beside that."""
    found = _about(records, relations.whole(records, before))
    if not relations.is_factor(found):
        return ""
    return f"Where this part compares, y{found[1:].replace(f', {relations.AT_EVERY_CALL}', '')}"


def _wanted(own: Callable, calls: Sequence[Call]) -> list[Any]:
    """The course's own results at the calls; None where there is none, or no time was left."""
    budget = Budget(_SECONDS)
    return [
        None if budget.is_spent() else asked_once(own, call.args, call.kwargs) for call in calls
    ]


def _of_the_formula(
    exercise: Exercise, answer: Any, calls: Sequence[Call], wanted: Sequence[Any], rtol: float,
    passes: Callable[[Callable], bool], others: Callable[[], Sequence[Call]], unique: bool,
    records: Sequence[Comparison],
) -> tuple[str, str]:  # fmt: skip
    """What one change of the arguments, of the right formula or of the answer itself explains.

    A change that gives the learner's numbers in this part, and not in the others, comes last and
    says so. Of a change of the formula it is said where in the result it shows, too. The second
    sentence is that of a change which makes this part right alone.
    """
    own = exercise.own
    of_arguments, of_arguments_here = treatment(own, answer, calls, wanted, rtol, others)
    if of_arguments:
        return of_arguments, ""
    of_formula, of_formula_here = one_change(own, calls, wanted, rtol, others)
    if of_formula:
        return _and_where(of_formula, records), ""
    repair, repair_here = one_repair(
        answer, calls, wanted, rtol, passes, own, others, unique, records
    )
    return (
        repair
        or left_out(own, answer, calls, wanted, rtol, passes)
        or of_arguments_here
        or _and_where(of_formula_here, records)
        or mixed(own, answer, calls, wanted)
    ), repair_here


def _and_where(sentence: str, records: Sequence[Comparison]) -> str:
    return f"{sentence} {relations.confined(records)}".strip() if sentence else ""


def _speaks_for_all(beside: Sequence[Comparison], records: Sequence[Comparison]) -> bool:
    """Whether the course's own results are the truth that was compared with, and not one of many.

    Then they know more calls than were compared, and what does not hold there is not said.
    """
    return any(
        b.want.shape == r.want.shape and np.allclose(b.want, r.want, rtol=1e-3, equal_nan=True)
        for b in beside
        for r in records
    )


def _verdicts_alone(beside: Sequence[Comparison], wanted: Sequence[Any]) -> bool:
    """Whether all numbers are right, and only a True or False is not: many formulas give that."""
    verdicts = any(isinstance(want, tuple) and bool in map(type, want) for want in wanted)
    return verdicts and all(b.passes for b in beside)


_PLACES = ("first", "second", "third", "fourth")


def _of_one_result(beside: Sequence[Comparison], records: Sequence[Comparison]) -> str:
    """A relation of the one of several results that the failing part is about."""
    names = list(dict.fromkeys(b.what for b in beside))
    failed = next((r for r in records if not r.passes), None)
    if failed is None:
        return ""
    for name in names:
        _, place, _, count = name.split()
        if not 1 < int(count) <= len(_PLACES):
            return ""
        same = [b for b in beside if b.what == name]
        if _speaks_for_all(same, [failed]):
            sentence = relations.whole(same)
            found = f"{sentence[:1].lower()}{sentence[1:]}"
            where = _PLACES[int(place) - 1]
            return f"Of your {count} results the {where}: {found}" if sentence else ""
    return ""


def _about(records: Sequence[Comparison], sentence: str) -> str:
    """The sentence, with what it is about where that was made from the result."""
    indirect = next((r for r in records if not (r.direct or r.passes)), None)
    if indirect is None or not sentence.startswith("You"):
        return sentence
    return f"{indirect.what}: {sentence[0].lower()}{sentence[1:]}"


def _against(
    exercise: Exercise, calls: Sequence[Call], wanted: Sequence[Any], rtol: float
) -> list[Comparison]:
    """The results beside the course's own, where a part compares less than that, or coarsely."""
    records = []
    for call, own in zip(calls, wanted, strict=True):
        try:
            pairs = (
                list(zip(call.result, own, strict=True))
                if isinstance(own, tuple)
                else [(call.result, own)]
            )
            given = by_name(exercise.own, call)
            for place, (got, want) in enumerate(pairs, 1):
                if not isinstance(want, bool):  # True is not larger than False by 1
                    what = f"result {place} of {len(pairs)}"
                    records.append(_beside(got, want, rtol, what, given))
        except Exception:  # noqa: BLE001 where the two cannot be compared, nothing is said
            return []
    return records


def _beside(got: Any, want: Any, rtol: float, what: str, given: dict[str, Any]) -> Comparison:
    got, want = np.asarray(as_array(got), dtype=float), np.asarray(as_array(want), dtype=float)
    if got.shape != want.shape:
        raise ValueError("two shapes")
    with np.errstate(all="ignore"):
        scale = np.max(np.abs(want[np.isfinite(want)]), initial=0.0)
        right = np.isclose(got, want, rtol=rtol, atol=1e-3 * rtol * scale, equal_nan=True)
    return Comparison(got, want, right, rtol, what, given)


def message(
    found: str, numbers: str, trials: Sequence[Trial], failed: Trial
) -> tuple[str, dict[str, Any]]:
    """What was found, then the numbers with their inputs; and these inputs."""
    wrong = next((r for t in trials for r in t.records if not r.passes), None)
    given = failed.given()
    if not numbers and wrong is not None:
        numbers, given = wrong.numbers(), wrong.given
    inputs = show_given(given) if numbers else ""
    return f"{found}\n{numbers}{inputs}".strip(), given


def _of_the_notebook(
    exercise: Exercise, answer: Any, failed: Trial, passes: Callable[[Callable], bool]
) -> str:
    if not failed.calls:
        return ""

    def given(args: tuple, kwargs: dict) -> dict[str, Any]:
        return by_name(exercise.own, Call(args, kwargs, None))

    for name, value, label, repaired, used in notebook.replacements(answer, given, failed.given()):
        # What is one number at all calls may be right by chance: 1 as a factor, say. An argument
        # that the function never reads is no chance.
        names = list(inspect.signature(exercise.own).parameters)
        missing = label in names and notebook.leaves_out(answer, names.index(label))
        if passes(repaired) and (np.ndim(value) or len(set(used)) > 1 or missing):
            number = f" = {value}" if np.ndim(value) == 0 else ""
            return (
                f"Your function reads `{name}`{number} from the notebook. With {label} in its "
                "place it is right here."
            )
    return ""


def mended(
    exercise: Exercise, answer: Any, trial: Trial, passes: Callable[[Callable], bool]
) -> str:
    """What would make a function right that raised: a value for a name, or one change in a line."""
    error = trial.error
    if error is None or error.call is None or not error.ended or not exercise.wants_function:
        return ""

    def given(args: tuple, kwargs: dict) -> dict[str, Any]:
        return by_name(exercise.own, Call(args, kwargs, None))

    if error.missing and (isinstance(answer, FunctionType) or notebook.is_remote(answer)):
        first = given(error.call.args, error.call.kwargs)
        name = error.missing
        for label, repaired, used in notebook.values_for(answer, given, first, name):
            # What is one number at all calls may be right by chance.
            if passes(repaired) and (np.ndim(used[0]) or len(set(used)) > 1):
                return f"With {label} in place of `{name}`, your function is right here."
    calls = [*trial.calls[: _MOST_CALLS - 1], error.call]
    wanted = _wanted(exercise.own, calls)
    if any(want is None for want in wanted) or not _small(calls):
        return ""
    return one_repair(answer, calls, wanted, trial.rtol, passes, exercise.own, tuple, True)[0]


def _small(calls: Sequence[Call]) -> bool:
    """Whether no argument is a network or another thing that is dear to copy and to call."""
    return not any(
        hasattr(a, "parameters") for call in calls for a in (*call.args, *call.kwargs.values())
    )


def _slip_of_value(exercise: Exercise, failed: Trial) -> str:
    for known in exercise.misconceptions:
        if same_values(failed.value, known.like, failed.rtol):
            return known.message
    return ""


def _offered(trials: Sequence[Trial], failed: Trial, here: bool, nearly: bool = False) -> str:
    """A slip that the part itself offered, if it gives the learner's numbers at every draw.

    `here` asks for one of the result that failed, else for one of a result that comes after it,
    whose name it then gets: the numbers that are told are not of that one. `nearly` asks for one
    that gives them but for little.
    """

    def gives_them(o: Offer) -> bool:
        return o.nearly if nearly else o.gives_them

    offers = [offer for trial in (*trials, failed) for offer in trial.offers]
    for candidate in dict.fromkeys((failed.slip, *(o.message for o in offers if gives_them(o)))):
        mine = [o for o in offers if o.message == candidate]
        by_place: dict[tuple[int, int], list[bool]] = {}
        for number, trial in enumerate(trials):
            for o in trial.offers:
                if o.message == candidate:
                    by_place.setdefault((number, o.place), []).append(gives_them(o))
        # Several forms of one slip may share a message: at each place one of them has to fit.
        fits = all(any(forms) for forms in by_place.values())
        told = [o for o in mine if gives_them(o) and (o.far if nearly else not o.is_right)]
        is_here = any(o in failed.offers for o in told)
        if candidate and fits and told and is_here == here:
            return candidate if here else _named(candidate, told[0], trials)
    return ""


def _nearly_a_slip(
    exercise: Exercise, trials: Sequence[Trial], failed: Trial, calls: Sequence[Call],
    wanted: Sequence[Any],
) -> str:  # fmt: skip
    """A sentence about a slip that has a small number beside it in the learner's answer."""
    slip = _offered(trials, failed, here=True, nearly=True)
    if not slip:
        known = (k for k in exercise.misconceptions if _nearly_gives_all(k.like, calls, wanted))
        slip = next((k.message for k in known), "")
    return slip and f"A known slip gives nearly the same numbers: {slip}"


def _nearly_gives_all(like: Callable, calls: Sequence[Call], wanted: Sequence[Any]) -> bool:
    """Whether the slip gives every result but for little, and is far from what is wanted."""
    far = False
    for call, want in zip(calls, wanted, strict=True):
        wrong = asked_once(like, call.args, call.kwargs)
        if wrong is None or not distance(call.result, wrong) <= NEAR:
            return False
        far = far or FAR <= distance(wrong, want) < np.inf
    return far


def _named(slip: str, offer: Offer, trials: Sequence[Trial]) -> str:
    """The slip with the result that it is about: the one that is compared next."""
    trial = next(t for t in trials if offer in t.offers)
    what = "".join(r.what for r in trial.records[offer.compared : offer.compared + 1])
    word = what.partition(" ")[0]
    what = f"{what[0].lower()}{what[1:]}" if word[1:].islower() else what  # not RankMe, nor R²
    about = f"Of {what}" if what else "Further on"
    return f"{about} a{_SLIP[1:]}{slip}"


def _slip(
    exercise: Exercise, calls: Sequence[Call], wanted: Sequence[Any], rtol: float,
    later: Callable[[], Sequence[Call]],
) -> str:  # fmt: skip
    """The message of the first known slip that gives the learner's results at every call.

    Of several that do, the first that gives those of the other parts, too, if there is one.
    """
    found = [k for k in exercise.misconceptions if _gives_all(k.like, calls, wanted, rtol)]
    if not found:
        return _slip_within_limits(exercise, calls, wanted, rtol)
    if len({known.message for known in found}) > 1:
        more = list(later())
        theirs = _wanted(exercise.own, more)
        found = [k for k in found if _gives_all(k.like, more, theirs, rtol)] or found
    return found[0].message if found else ""


def _slips_of_results(
    exercise: Exercise, calls: Sequence[Call], wanted: Sequence[Any], rtol: float
) -> str:
    """A sentence about several slips, each of which puts one of several results wrong.

    It leaves the others right. So what is said of it is about that result alone, and true beside
    another slip.
    """
    sizes = {len(x) if isinstance(x, tuple | list) else 0 for x in wanted}
    sizes |= {len(c.result) if isinstance(c.result, tuple | list) else 0 for c in calls}
    if len(sizes) != 1 or (size := sizes.pop()) < 2:
        return ""
    results = [call.result for call in calls]

    def place_of(columns: Sequence[Any]) -> list[int]:
        """Which results of the calls are not what is wanted."""
        return [
            k for k in range(size)
            if not all(same_values(c[k], w[k], rtol)
                       for c, w in zip(columns, wanted, strict=True))
        ]  # fmt: skip

    found: dict[int, str] = {}
    wrong = place_of(results)
    for known in exercise.misconceptions if len(wrong) > 1 else ():
        made = [asked_once(known.like, call.args, call.kwargs) for call in calls]
        if any(not isinstance(x, tuple | list) or len(x) != size for x in made):
            continue
        places = place_of(made)
        if len(places) != 1 or places[0] in found:
            continue
        k = places[0]
        if all(
            same_values(got[k], like[k], rtol) for got, like in zip(results, made, strict=True)
        ) and any(
            nearer(got[k], like[k], want[k])
            for got, like, want in zip(results, made, wanted, strict=True)
        ):
            found[k] = known.message
    return _SLIPS + " ".join(found[k] for k in wrong) if wrong and set(found) == set(wrong) else ""


def _slip_within_limits(
    exercise: Exercise, calls: Sequence[Call], wanted: Sequence[Any], rtol: float
) -> str:
    """The message of a slip that gives the results where it is cut off at 0, at 1 or at both.

    A share above 1 is easily cut off by the learner, who then sees no more of what is wrong.
    """
    results = [array for call in calls if (array := _readable(call.result)) is not None]
    limits = [limit for limit in (0.0, 1.0) if any((r == limit).any() for r in results)]
    if len(results) < len(calls):
        return ""
    sides = (
        (-np.inf, 1.0, "above 1"), (0.0, np.inf, "below 0"), (0.0, 1.0, "below 0 or above 1"),
    )  # fmt: skip
    for low, high, beyond in sides:
        if not {low, high} & set(limits):
            continue
        for known in exercise.misconceptions:
            if _gives_all(known.like, calls, wanted, rtol, (low, high)) and any(
                _shows_between(call.result, want, low, high, rtol)
                for call, want in zip(calls, wanted, strict=True)
            ):
                return f"{known.message} What it gives {beyond} is cut off in yours."
    return ""


def _shows_between(result: Any, want: Any, low: float, high: float, rtol: float) -> bool:
    """Whether some entry is wrong that is not cut off: what is can have come from anywhere."""
    got, want = _readable(result), _readable(want)
    if got is None or want is None or got.shape != want.shape:
        return False
    return bool(((got > low) & (got < high) & ~np.isclose(got, want, rtol=rtol)).any())


def _readable(result: Any) -> np.ndarray | None:
    """The result as real numbers, if it is that."""
    try:
        array = as_array(result)
    except Unreadable:
        return None
    return array if array is not None and array.dtype.kind in "iuf" else None


def _gives_all(
    like: Callable, calls: Sequence[Call], wanted: Sequence[Any], rtol: float,
    limits: tuple[float, float] | None = None,
) -> bool:  # fmt: skip
    """Whether the slip gives every result, is wrong somewhere, and clearly nearer there.

    Where the course's own cannot say what is wanted, the numbers have to do. With `limits` what
    the slip gives is held between them first. Many ways lead to results that are all infinite: of
    these the slip explains nothing.
    """
    differs = has_a_number = False
    for call, want in zip(calls, wanted, strict=True):
        wrong = asked_once(like, call.args, call.kwargs)
        if limits is not None:
            wrong = _readable(wrong)
            wrong = wrong if wrong is None else np.clip(wrong, *limits)
        if wrong is None or not same_values(call.result, wrong, rtol):
            return False
        differs = (
            differs
            or want is None
            or (not same_values(want, wrong, rtol) and nearer(call.result, wrong, want))
        )
        array = _readable(wrong)
        has_a_number = has_a_number or array is None or bool(np.isfinite(array).any())
    return differs and has_a_number
