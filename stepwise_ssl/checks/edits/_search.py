"""The two searches, each with its limit of time."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from types import FunctionType
from typing import Any

import numpy as np

from ..arguments import differ_in_numbers, nearer
from ..asking import Budget, asked, asked_once
from ..comparison import Comparison
from ..learner import Call
from ..notebook import is_remote
from ..values import Unreadable, as_array, distance, same_values
from ._functions import changes_of, variants
from ._words import NO_CASE, ONE_CASE, repaired

_SECONDS = 2.0  # for each of the two searches


def one_change(
    formula: Callable, calls: Sequence[Call], wanted: Sequence[Any], rtol: float,
    more: Callable[[], Sequence[Call]] = tuple,
) -> tuple[str, str]:  # fmt: skip
    """Two sentences about the change that gives all results: at all calls, and at `calls` alone.

    `wanted` are the right results at the calls, `more` makes those of other parts. Where nothing
    was found a sentence is "".
    """
    budget = Budget(_SECONDS)
    here = ""
    for words, changed in variants(formula):
        if budget.is_spent():
            break
        if not _gives_all(changed, calls, wanted, rtol):
            continue
        said = f"our numbers are those of the right formula {words}."
        if all(
            same_values(call.result, asked_once(changed, call.args, call.kwargs), rtol)
            for call in more()
        ):
            return f"Y{said}", here
        here = here or f"Here y{said}"
    return "", here


def one_repair(
    answer: Callable, calls: Sequence[Call], wanted: Sequence[Any], rtol: float,
    passes: Callable[[Callable], bool], own: Callable, elsewhere: Callable[[], Sequence[Call]],
    known: bool, records: Sequence[Comparison] = (),
) -> tuple[str, str]:  # fmt: skip
    """A sentence about the line of the learner's function in which one change makes it right.

    A change that is right by chance where little is asked leads further astray where more is. So
    where the course's `own` results are `known` to be the truth, and not one of many, the changed
    function has to be no further from them than the answer is at any call, those `elsewhere` in
    other parts included. That it has no number there is another slip, a guard say. Of a change
    that does lead astray there is a second sentence, for answers of which nothing else is known.

    To ask `passes` takes long, since it runs whole parts. What some of the `records` would refuse
    is not asked.
    """
    budget, astray = Budget(_SECONDS), ""
    if not (isinstance(answer, FunctionType) and not answer.__closure__ or is_remote(answer)):
        return "", astray
    all_calls = (*calls, *elsewhere())
    sure = _sure(calls, wanted, records)
    others = []
    for words, changed, *place in changes_of(answer):
        if budget.is_spent():
            return "", astray
        made = functools.cache(
            lambda k, changed=changed: asked(changed, calls[k].args, calls[k].kwargs)
        )
        if any(not _may_be(made(k), at, want, tolerance) for k, at, want, tolerance in sure):
            continue
        # Where signs are free, as those of eigenvectors are, it is `passes` that knows.
        right = all(
            same_values(_sizes(made(k)), _sizes(want), rtol) for k, want in enumerate(wanted)
        )
        if right and passes(changed):
            # Where no call comes to a case, the function is right without it.
            if words in (ONE_CASE, NO_CASE) and not _is_right(changed, own, all_calls):
                continue
            if not (known and _leads_astray(changed, own, all_calls)):
                return repaired(words, *place), ""
            astray = astray or repaired(words, *place, in_this_part=True)
            continue
        if _turned_alike(made, wanted) and not all(
            _is_as_before(made(k), call.result) for k, call in enumerate(calls)
        ):
            others.append((words, changed, place))
    # A result that is free up to a rotation has none of the course's numbers when it is right.
    for words, changed, place in others:
        if budget.is_spent():
            return "", astray
        if passes(changed) and not (known and _leads_astray(changed, own, all_calls)):
            return repaired(words, *place), ""
    return "", astray


def _sure(
    calls: Sequence[Call], wanted: Sequence[Any], records: Sequence[Comparison]
) -> list[tuple[int, int | None, Any, float]]:
    """Where a part compares with the course's own numbers: what is right there, and how near.

    Each has the number of the call, and of the result where there are several. The calls at which
    the answer is wrong come first: few changes are right there.
    """
    found = []
    for r in records:
        for k, (call, want) in enumerate(zip(calls, wanted, strict=True)):
            arguments = {id(x) for x in (*call.args, *call.kwargs.values())}
            if not r.direct or any(id(x) not in arguments for x in r.given.values()):
                continue
            several = isinstance(call.result, tuple | list) and isinstance(want, tuple)
            pairs = zip(call.result, want, strict=False) if several else ((call.result, want),)
            found += [
                (r.passes, (k, at if several else None, right, max(10 * r.rtol, 1e-5)))
                for at, (got, right) in enumerate(pairs)
                if same_values(r.got, got, 1e-12) and same_values(r.want, right, r.rtol)
            ]
    return [at for _, at in sorted(found, key=lambda each: each[0])]


def _may_be(made: Any, at: int | None, want: Any, tolerance: float) -> bool:
    """Whether a result, or number `at` of several, is right up to signs and to a rotation."""
    if at is not None:
        if not isinstance(made, tuple | list) or len(made) <= at:
            return False
        made = made[at]
    if made is None:
        return False
    return distance(_sizes(made), _sizes(want)) <= tolerance or (
        np.ndim(want) == 2 and any(_up_to_a_turn(made, want, across) for across in (False, True))
    )


def _is_as_before(made: Any, result: Any) -> bool:
    """Whether a change leaves a result that is wrong."""
    return made is None or same_values(made, result, 1e-12)


def _is_right(changed: Callable, own: Callable, calls: Sequence[Call]) -> bool:
    return all(
        same_values(
            _sizes(asked(changed, call.args, call.kwargs)),
            _sizes(asked_once(own, call.args, call.kwargs)),
            1e-3,
        )
        for call in calls
    )


def _leads_astray(changed: Callable, own: Callable, calls: Sequence[Call]) -> bool:
    for call in calls:
        want = _sizes(asked_once(own, call.args, call.kwargs))
        off = distance(_sizes(asked(changed, call.args, call.kwargs)), want)
        if 1e-3 + distance(_sizes(call.result), want) < off < np.inf:
            return True
    return False


def _turned_alike(made: Callable[[int], Any], wanted: Sequence[Any]) -> bool:
    """Whether all tables may be the wanted ones but for a rotation of the embedding.

    The embedding is the shorter side at one of the calls, and the same side at the others. A part
    that asks for a property alone, C = I say, is passed by what has it by chance, too. `made` gives
    the results one by one, since most differ at the first.
    """
    for across in (False, True):
        surely = False
        for k, want in enumerate(wanted):
            fits = _up_to_a_turn(made(k), want, across)
            surely = surely or fits == "surely"
            if not fits:
                break
        else:
            if surely:
                return True
    return False


def _up_to_a_turn(got: Any, want: Any, across: bool) -> str:
    """Whether a table may be another one but for a rotation of its columns, or across its rows.

    Surely so where there are as many of the others at least; "" where it cannot be.
    """
    try:
        g, w = as_array(got), as_array(want)
    except Unreadable:
        return "surely"
    if g is None or w is None or w.ndim != 2 or g.shape != w.shape:
        return "surely"
    if not (np.isfinite(g).all() and np.isfinite(w).all()):
        return "surely"
    a, b = (g.T, w.T) if across else (g, w)
    if np.linalg.norm(a @ a.T - b @ b.T) > 1e-3 * np.linalg.norm(b @ b.T):
        return ""
    return "surely" if a.shape[0] >= a.shape[1] else "perhaps"


def _sizes(result: Any) -> Any:
    """Absolute values of what is numbers, and of each of several results."""
    if isinstance(result, tuple | list):
        return tuple(map(_sizes, result))
    try:
        array = as_array(result)
    except Unreadable:
        array = None
    return result if array is None else np.abs(array)


def _gives_all(
    changed: Callable, calls: Sequence[Call], wanted: Sequence[Any], rtol: float
) -> bool:
    differs = False
    for call, want in zip(calls, wanted, strict=True):
        like = asked_once(changed, call.args, call.kwargs)
        if like is None or not same_values(call.result, like, rtol):
            return False
        differs = differs or (
            differ_in_numbers(want, like, rtol) and nearer(call.result, like, want)
        )
    return differs
