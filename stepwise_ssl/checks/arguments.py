"""How a wrong answer treats its arguments: exchanged, changed, ignored.

The course's own answer is asked what comes out of changed arguments. It gives a wrong answer its
sentence and is never the truth.
"""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from typing import Any

import numpy as np

from .asking import Budget, asked, asked_once
from .learner import Call
from .values import Unreadable, as_array, same_values

_SECONDS = 1.5  # for all changes of arguments


def by_name(own: Callable, call: Call) -> dict[str, Any]:
    """The arguments of a call under the names that the exercise gives them."""
    try:
        return dict(inspect.signature(own).bind(*call.args, **call.kwargs).arguments)
    except (TypeError, ValueError):
        return {str(i + 1): a for i, a in enumerate(call.args)} | call.kwargs


def treatment(
    own: Callable, answer: Callable, calls: Sequence[Call], wanted: Sequence[Any], rtol: float,
    more: Callable[[], Sequence[Call]] = tuple,
) -> tuple[str, str]:  # fmt: skip
    """Two sentences about the arguments: one that is true at all calls, and one at `calls` alone.

    `wanted` are the course's own results at the calls, `more` makes those of other parts. Where
    nothing was found a sentence is "".
    """
    budget = Budget(_SECONDS)
    given = [by_name(own, call) for call in calls]
    here = ""
    for words, change in _changes(given, _defaults(own)):
        if budget.is_spent():
            return "", here
        if not _reproduces(own, change, given, calls, wanted, rtol):
            continue
        if _also(own, change, more(), rtol):
            return words, here
        here = here or words.replace("Yours is what", "Here yours is what", 1)
    return _ignored(own, answer, given, calls, wanted, rtol), here


def _also(
    own: Callable, change: Callable[[dict], dict | None], calls: Sequence[Call], rtol: float
) -> bool:
    """Whether the change gives the learner's results at these calls too.

    Where an argument is 0, or two are alike, several changes come to the same.
    """
    for call in calls:
        changed = change(by_name(own, call))
        like = None if changed is None else asked_once(own, kwargs=changed)
        if like is None or not same_values(call.result, like, rtol):
            return False
    return True


def _defaults(own: Callable) -> dict[str, Any]:
    return {
        name: parameter.default
        for name, parameter in inspect.signature(own).parameters.items()
        if parameter.default is not inspect.Parameter.empty
    }


def _reproduces(
    own: Callable, change: Callable[[dict], dict | None], given: Sequence[dict],
    calls: Sequence[Call], wanted: Sequence[Any], rtol: float,
) -> bool:  # fmt: skip
    """Whether the change gives all of the learner's results, and is one."""
    differs = False
    for arguments, call, want in zip(given, calls, wanted, strict=True):
        changed = change(arguments)
        if changed is None:
            return False
        like = asked_once(own, kwargs=changed)
        if like is None or not same_values(call.result, like, rtol):
            return False
        if differ_in_numbers(want, like, rtol):
            differs = differs or nearer(call.result, like, want)
    return differs


def differ_in_numbers(want: Any, like: Any, rtol: float) -> bool:
    """Whether two results differ at an entry where both are finite.

    Many ways lead to an inf, a nan or a 0 everywhere; that they agree there explains nothing.
    """
    if isinstance(want, tuple | list) and isinstance(like, tuple | list) and len(want) == len(like):
        return any(differ_in_numbers(w, k, rtol) for w, k in zip(want, like, strict=True))
    w, k = as_array(want), as_array(like)
    if w is None or k is None or w.shape != k.shape:
        return not same_values(want, like, rtol)
    finite = np.isfinite(w) & np.isfinite(k)
    return bool(k[finite].any()) and not same_values(w[finite], k[finite], rtol)


def nearer(got: Any, like: Any, want: Any) -> bool:
    """Whether `got` is at least twenty times nearer to `like` than to `want`."""
    if isinstance(got, str):
        return True
    if isinstance(got, tuple | list) and isinstance(want, tuple | list) and len(got) == len(want):
        return any(
            nearer(g, k, w)
            for g, k, w in zip(got, like, want, strict=True)
            if not same_values(k, w)
        )
    g, k, w = (as_array(x) for x in (got, like, want))
    if g is None or k is None or w is None or g.shape != w.shape or k.shape != g.shape:
        return True
    with np.errstate(all="ignore"):
        # Two truth values have no difference; as numbers they have.
        to_like, to_want = np.abs(1.0 * g - k), np.abs(1.0 * g - w)
        far = ~(to_want < np.inf)
        if far.any():
            return True
        return bool(np.nanmax(to_like, initial=0) <= 0.05 * np.nanmax(to_want, initial=0))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | np.number) and not isinstance(value, bool | np.bool_)


def _is_array(value: Any) -> bool:
    return hasattr(value, "shape") and bool(np.ndim(value)) and hasattr(value, "dtype")


_NUMBERS: tuple[tuple[str, Callable[[Any], Any]], ...] = (
    ("the square of `{}`", lambda x: x**2),
    ("the root of `{}`", lambda x: x**0.5),
    ("twice `{}`", lambda x: 2 * x),
    ("half of `{}`", lambda x: x / 2),
    ("minus `{}`", lambda x: -x),
    ("the absolute value of `{}`", abs),
    ("1/`{}`", lambda x: 1 / x),
    ("1 − `{}`", lambda x: 1 - x),
)
_COUNTS: tuple[tuple[str, Callable[[Any], Any]], ...] = (
    ("`{}` + 1", lambda x: x + 1),
    ("`{}` − 1", lambda x: x - 1),
    ("twice `{}`", lambda x: 2 * x),
)
# Of tables, a row a view: each of them alone, and two that are alike.
_TABLES: tuple[tuple[str, Callable[[Any], Any]], ...] = (
    ("the rows of {} are brought to length 1", lambda x: x / ((x**2).sum(1) ** 0.5)[:, None]),
    ("the mean of each column of {} is subtracted", lambda x: x - x.mean(0)),
    ("the columns of {} are divided by their standard deviations", lambda x: x / _deviation(x)),
    (
        "the columns of {} are brought to mean 0 and standard deviation 1",
        lambda x: (x - x.mean(0)) / _deviation(x),
    ),
    ("the columns of {} are brought to mean square 1", lambda x: x / (x**2).mean(0) ** 0.5),
)
_ARRAYS: tuple[tuple[str, Callable[[Any], Any]], ...] = (
    ("the transpose of `{}`", lambda x: x.T if x.ndim == 2 else None),
    ("`{}` in reverse order", lambda x: x[::-1] if isinstance(x, np.ndarray) else x.flip(0)),
    ("`{}` without its mean", lambda x: x - x.mean(0)),
    ("`{}` measured from its first entry", lambda x: x - x[0]),
    ("`{}`, cut off at 0 from below,", lambda x: x.clip(min=0)),
    ("`{}`, sorted,", lambda x: np.sort(x) if isinstance(x, np.ndarray) and x.ndim == 1 else None),
)


def _changes(
    given: Sequence[dict], defaults: dict[str, Any]
) -> Iterator[tuple[str, Callable[[dict], dict | None]]]:
    """Sentences, each with the change of arguments of which it speaks."""
    names = list(dict.fromkeys(name for arguments in given for name in arguments))
    for name in names:
        values = [a[name] for a in given if name in a]
        if all(map(_is_number, values)) and len(values) == len(given) and 1 not in values:
            # Before 1 − x, which is the same for a small one.
            yield (
                f"Yours is what comes out with 1 in place of `{name}`.",
                _changed(name, lambda x: type(x)(1)),
            )
        kinds: list[tuple[str, Callable[[Any], Any]]] = []
        if all(isinstance(v, int | np.integer) and _is_number(v) for v in values):
            kinds += _COUNTS
        elif all(map(_is_number, values)):
            kinds += _NUMBERS
        elif all(map(_is_array, values)):
            kinds += _NUMBERS + _ARRAYS
        for words, change in kinds:
            sentence = f"Yours is what comes out with {words.format(name)} in place of `{name}`."
            yield sentence, _changed(name, change, defaults)
        if name in defaults and any(name in a for a in given):
            shown = f"{defaults[name]:g}" if _is_number(defaults[name]) else repr(defaults[name])
            yield (
                f"Yours is what comes out with {name} = {shown} throughout: it does not depend on "
                f"the `{name}` that it is given.",
                lambda arguments, name=name: {k: v for k, v in arguments.items() if k != name},
            )
        if all(map(_is_number, values)) and len(values) == len(given):
            first = values[0]
            yield (
                f"Yours is what comes out with {name} = {first:.6g} at every call.",
                _changed(name, lambda _, first=first: first),
            )
    for a, b in combinations(names, 2):
        if all(a in g and b in g and _alike(g[a], g[b]) for g in given):
            yield (
                f"Yours is what comes out with `{a}` and `{b}` exchanged.",
                lambda arguments, a=a, b=b: arguments | {a: arguments[b], b: arguments[a]},
            )
            yield (
                f"Yours is what comes out with `{a}` in place of `{b}` too.",
                lambda arguments, a=a, b=b: arguments | {b: arguments[a]},
            )
            yield (
                f"Yours is what comes out with `{b}` in place of `{a}` too.",
                lambda arguments, a=a, b=b: arguments | {a: arguments[b]},
            )

    for words, change in _changes_of_tables(given):
        yield f"Yours is what comes out where {words} first.", change


def _changes_of_tables(
    given: Sequence[dict],
) -> Iterator[tuple[str, Callable[[dict], dict | None]]]:
    names = list(dict.fromkeys(name for arguments in given for name in arguments))
    tables = [
        name for name in names if all(name in g and _is_array(g[name]) for g in given)
        and all(g[name].ndim == 2 for g in given)
    ]  # fmt: skip
    for some in (*((name,) for name in tables), *combinations(tables, 2)):
        for words, change in _TABLES:
            shown = " and ".join(f"`{name}`" for name in some)
            yield words.format(shown), _all_changed(some, change)


def left_out(
    own: Callable, answer: Callable, calls: Sequence[Call], wanted: Sequence[Any], rtol: float,
    passes: Callable[[Callable], bool],
) -> str:  # fmt: skip
    """What the answer does not do to its tables, and is right where it is done before the call."""
    budget = Budget(_SECONDS)
    for words, change in _changes_of_tables([by_name(own, call) for call in calls]):

        def repaired(*args: Any, change=change, **kwargs: Any) -> Any:
            changed = change(by_name(own, Call(args, kwargs, None)))
            return None if changed is None else answer(*changed.values())

        right = not budget.is_spent() and all(
            same_values(asked(repaired, call.args, call.kwargs), want, rtol)
            for call, want in zip(calls, wanted, strict=True)
        )
        if right and passes(repaired):
            return f"Where {words} first, yours is right here."
    return ""


def _both_defaults(own: Callable, answer: Callable) -> Iterator[tuple[str, Any, Any]]:
    """Each argument with a number as default in both: its name, the exercise's, the answer's.

    Other defaults can be anything, and be compared with nothing.
    """
    try:
        mine = list(inspect.signature(answer).parameters.values())
    except (TypeError, ValueError):
        return
    for parameter, other in zip(inspect.signature(own).parameters.values(), mine, strict=False):
        if _is_number(parameter.default) and _is_number(other.default):
            yield parameter.name, parameter.default, other.default


def same_defaults(own: Callable, answer: Callable) -> dict[str, Any]:
    """The defaults that the answer has as the exercise has them: to leave these out is no cause."""
    return {
        name: wanted
        for name, wanted, found in _both_defaults(own, answer)
        if same_values(found, wanted)
    }


def other_default(
    own: Callable, answer: Callable, calls: Sequence[Call], passes: Callable[[Callable], bool]
) -> str:
    """A default of the answer that is not the exercise's, if that is what makes it wrong."""
    for name, wanted, found in _both_defaults(own, answer):
        if same_values(found, wanted) or all(name in by_name(own, call) for call in calls):
            continue

        def repaired(*args: Any, name=name, wanted=wanted, **kwargs: Any) -> Any:
            given = by_name(own, Call(args, kwargs, None))
            return answer(*args, **kwargs, **({} if name in given else {name: wanted}))

        if passes(repaired):
            return (
                f"Where `{name}` is left out yours takes {found}, and not the {wanted} of the "
                "exercise."
            )
    return ""


def _deviation(x: Any) -> Any:
    return ((x - x.mean(0)) ** 2).mean(0) ** 0.5


def _all_changed(
    names: Sequence[str], change: Callable[[Any], Any]
) -> Callable[[dict], dict | None]:
    def of(arguments: dict) -> dict | None:
        for name in names:
            changed = _changed(name, change)(arguments)
            if changed is None:
                return None
            arguments = changed
        return arguments

    return of


def _alike(a: Any, b: Any) -> bool:
    return _is_number(a) and _is_number(b) or _is_array(a) and _is_array(b) and a.ndim == b.ndim


def _has_nan(value: Any) -> bool:
    array = as_array(value)
    return array is not None and array.dtype.kind == "f" and bool(np.isnan(array).any())


def _changed(
    name: str, change: Callable[[Any], Any], defaults: dict[str, Any] | None = None
) -> Callable[[dict], dict | None]:
    def of(arguments: dict) -> dict | None:
        value = arguments.get(name, (defaults or {}).get(name))
        if value is None:
            return arguments
        try:
            with np.errstate(all="ignore"):
                new = change(copy.deepcopy(value))
                is_number = new is not None and not _has_nan(new)  # nan explains whatever it hits
        except Exception:  # noqa: BLE001 not every change suits every argument
            return None
        return arguments | {name: new} if is_number else None

    return of


def of_the_order(
    own: Callable, answer: Callable, calls: Sequence[Call], wanted: Sequence[Any]
) -> str:
    """Whether another order of the rows changes the answer, and not the truth.

    All arguments with as many rows change together, as first and second views do.
    """
    for call, want in list(zip(calls, wanted, strict=True))[:2]:
        given = by_name(own, call)
        tables = {k: v for k, v in given.items() if _is_array(v) and np.ndim(v) <= 2}
        for n in {len(v) for v in tables.values() if np.ndim(v) == 2 and len(v) > 3}:
            names = [name for name, v in tables.items() if len(v) == n]
            order = np.random.default_rng(n).permutation(n)
            moved = given | {name: tables[name][order] for name in names}
            right = asked_once(own, kwargs=moved)
            if right is None or not same_values(right, want, 1e-9):
                continue
            again, mine = (asked(answer, tuple(each.values())) for each in (given, moved))
            if mine is None or not same_values(again, call.result, 1e-12):
                continue
            if _has_nan(mine) or same_values(mine, call.result, 1e-3):
                continue
            shown = " and ".join(f"`{name}`" for name in names)
            alike = {1: "", 2: ", the same for both"}.get(len(names), ", the same for all of them")
            return (
                f"Your result changes where the rows of {shown} come in another order{alike}. What "
                "is wanted stays: every row counts alike."
            )
    return ""


def _ignored(
    own: Callable, answer: Callable, given: Sequence[dict], calls: Sequence[Call],
    wanted: Sequence[Any], rtol: float,
) -> str:  # fmt: skip
    """Whether an argument may change, and the truth clearly with it, while the answer stays.

    Of several results only those count that are wrong: another one may be right to stay. The
    answer has to stay at every change, and the truth to move at one: what normalises undoes a
    factor and a shift, and the truth may move least by the change that it does not undo.
    """
    for name in given[0]:
        moved = chooses = False
        stays = True
        for arguments, call, want in list(zip(given, calls, wanted, strict=True))[:2]:
            if _has_no_number(call.result):  # 0 stays 0, and ∞ stays ∞, for many reasons
                return ""
            value = arguments.get(name)
            whole = isinstance(value, int | np.integer) and _is_number(value)
            for change in _MOVES_OF_COUNTS if whole else _MOVES:
                changed = _moved(change, value)
                if changed is None or not stays:
                    continue
                other = asked_once(own, kwargs=arguments | {name: changed})
                if other is None:
                    continue
                result = asked(answer, tuple((arguments | {name: changed}).values()))
                stays = _stays(call.result, result, want)
                moved = moved or _moves_what_is_wrong(call.result, want, other, rtol)
            if moved and stays and not chooses:
                # Of counts 1 is the case that is told apart, of other numbers the sign.
                far = type(value)(1) if whole else _moved(lambda x: -x, value)
                result = asked(answer, tuple((arguments | {name: far}).values()))
                chooses = result is not None and not _stays(call.result, result, want)
        if moved and stays:
            if chooses:
                change = "becomes larger" if whole else "changes a little"
                return (
                    f"Your numbers stay when `{name}` {change}: at most it decides between cases."
                )
            return f"Your result does not depend on `{name}`: it stays when `{name}` changes."
    return ""


def mixed(
    own: Callable, answer: Callable, calls: Sequence[Call], wanted: Sequence[Any]
) -> str:  # fmt: skip
    """Whether an entry of the answer moves with another entry of an argument.

    It is said where the truth does not do that: only the same entry of it moves, along the last
    axis of the result.
    """
    cases = [
        (by_name(own, call), got, want)
        for call, w in zip(calls, wanted, strict=True)
        if (got := _numbers(call.result)) is not None
        and (want := _numbers(w)) is not None
        and got.shape == want.shape
        and want.ndim
        and want.shape[-1] > 1
    ][:4]
    for name in cases[0][0] if cases else ():
        # Where a number is tiny the entries may not see each other, so one call is enough.
        places = next((p for case in cases if (p := _moved_with(own, answer, name, *case))), None)
        if places is not None:
            entry, other = places
            return (
                f"Your entry {other} changes when only entry {entry} of `{name}` does. Of what is "
                f"wanted only entry {entry} changes then."
            )
    return ""


def _moved_with(
    own: Callable, answer: Callable, name: str, given: dict, got: np.ndarray, want: np.ndarray
) -> tuple[int, int] | None:
    """An entry of the argument, from 1, and another one of the answer that moves with it."""
    value = given.get(name)
    if not isinstance(value, np.ndarray) or value.dtype.kind != "f":
        return None
    if value.shape != want.shape[-1:] or not (np.isfinite(got).all() and np.isfinite(want).all()):
        return None
    entry = int(np.abs(value).argmax())
    changed = value.copy()
    changed[entry] *= 1.25
    other = np.arange(len(value)) != entry
    right = _numbers(asked_once(own, kwargs=given | {name: changed}))
    again, mine = (
        _numbers(asked(answer, tuple((given | {name: x}).values()))) for x in (value, changed)
    )
    if any(x is None or x.shape != want.shape for x in (right, again, mine)):
        return None
    scale = np.abs(want).max()
    still = np.abs(right - want).max(initial=0, where=other) <= 1e-12 * scale
    moves = np.abs(mine - got) > 1e-3 * scale
    moves = moves.reshape(-1, len(value)).any(axis=0) & other
    if not (still and np.array_equal(again, got) and moves.any()):
        return None
    return entry + 1, int(moves.argmax()) + 1


def _numbers(value: Any) -> np.ndarray | None:
    """The value as an array of floats, if it is that."""
    if isinstance(value, tuple | list):
        return None
    try:
        array = as_array(value)
    except Unreadable:
        return None
    return array if array is not None and array.dtype.kind == "f" else None


def _stays(result: Any, other: Any, want: Any) -> bool:
    """Whether two results agree but for rounding, on the scale of what is wanted.

    On their own scale everything stays beside an entry that is 1e308, in place of infinity.
    """
    if isinstance(result, tuple | list) and isinstance(want, tuple):
        return (
            isinstance(other, tuple | list)
            and len(result) == len(other) == len(want)
            and all(map(_stays, result, other, want))
        )
    a, b, w = as_array(result), as_array(other), as_array(want)
    if a is None or b is None or w is None or a.shape != b.shape:
        return same_values(result, other, 1e-12)
    scale = np.max(np.abs(w[np.isfinite(w)]), initial=0.0)
    with np.errstate(all="ignore"):
        return bool(np.allclose(a, b, rtol=1e-12, atol=1e-15 * scale, equal_nan=True))


def _moved(change: Callable[[Any], Any], value: Any) -> Any:
    """The argument, changed; None where it is neither an array nor a number."""
    if not (_is_array(value) or _is_number(value)):
        return None
    try:
        return change(value)
    except Exception:  # noqa: BLE001 not every change suits every argument
        return None


def _moves_what_is_wrong(got: Any, want: Any, other: Any, rtol: float) -> bool:
    """Whether the truth differs where the answer is wrong, at least in one of several results."""
    if isinstance(got, tuple | list) and isinstance(want, tuple) and len(got) == len(want):
        return any(
            not same_values(w, g, rtol) and not same_values(w, o, 0.1)
            for g, w, o in zip(got, want, other, strict=True)
        )
    return not same_values(want, other, 0.1)


def _has_no_number(result: Any) -> bool:
    """Whether every entry is 0, infinite or nan."""
    array = as_array(result)
    return array is not None and not (np.isfinite(array) & (array != 0)).any()


def _uneven(x: Any) -> Any:
    """Every entry by another factor, so that no normalisation undoes it; symmetric stays so."""
    count = int(np.prod(np.shape(x)))  # the size of a tensor is a method
    factors = 1 + 0.4 * np.sin(1 + np.arange(count, dtype=float)).reshape(np.shape(x))
    if np.ndim(x) == 2 and factors.shape[0] == factors.shape[1]:
        factors = (factors + factors.T) / 2
    return x.new_tensor(factors) * x if hasattr(x, "detach") else factors * x


_MOVES = (lambda x: 1.25 * x, lambda x: 3 * x, lambda x: x + 0.1, _uneven)
_MOVES_OF_COUNTS = (lambda x: 2 * x, lambda x: 3 * x)
