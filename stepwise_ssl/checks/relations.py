"""How a wrong result is related to the right one, found by comparing the two and nothing else.

A relation is stated only where it holds at every comparison that it speaks of, to the tolerance of
the comparison. So the sentence is true, whatever the learner's code does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations

import numpy as np

from .comparison import Array, Comparison, arrays, place, sizes_and_numbers

NEARLY = 1e-3
AT_EVERY_CALL = "at every call"
OF_THE_CHECK = f"{AT_EVERY_CALL} of the check."
NOT_ELSEWHERE = "as it is not at other calls."
_FACTORS = {
    2.0: "twice", 0.5: "half of", 3.0: "three times", 4.0: "four times", 8.0: "eight times",
    1 / 3: "a third of", 0.25: "a quarter of", 0.125: "an eighth of", 16.0: "16 times",
    1 / 16: "a sixteenth of", -2.0: "−2 times", -0.5: "−½ times", -4.0: "−4 times",
    2**0.5: "√2 times", 0.5**0.5: "1/√2 times", np.pi: "π times", 1 / np.pi: "1/π times",
    2 * np.pi: "2π times", 0.5 / np.pi: "1/2π times", np.pi**2: "π² times",
    np.log(2): "log 2 times", 1 / np.log(2): "1/log 2 times",
    np.log(10): "log 10 = 2.303 times", 1 / np.log(10): "1/log 10 = 0.4343 times",
}  # fmt: skip
_SIMPLE = (1.0, 2.0, 0.5, 4.0, 0.25, 8.0, 0.125, -1.0, -2.0, -0.5)
_POWERS = {
    1.0: "multiplied by {}", -1.0: "divided by {}", 2.0: "multiplied by the square of {}",
    -2.0: "divided by the square of {}", 0.5: "multiplied by the root of {}",
    -0.5: "divided by the root of {}",
}  # fmt: skip
_CURVES: tuple[tuple[str, Callable[[Array], Array]], ...] = (
    ("the square of", np.square),
    ("the root of", np.sqrt),
    ("1 divided by", lambda x: 1 / x),
    ("−1 divided by", lambda x: -1 / x),
    ("1 divided by the square of", lambda x: x**-2.0),
    ("1 divided by the root of", lambda x: x**-0.5),
    ("1 minus", lambda x: 1 - x),
    ("the cube of", lambda x: x**3),
    ("the absolute value of", np.abs),
    ("the natural logarithm of", np.log),
    ("the exponential of", np.exp),
    ("the logarithm to base 10 of", np.log10),
    ("the logarithm to base 2 of", np.log2),
)


def whole(comparisons: Sequence[Comparison], before: Sequence[Comparison] = ()) -> str:
    """A relation of the whole result to the whole truth, over all comparisons or the wrong ones.

    None where the two are nearly equal: then every order, sign and power nearly holds. `before`
    are right ones of earlier parts: no condition under which the answer is wrong holds there.
    """
    comparisons = _with_entries(comparisons)
    if all(c.passes for c in comparisons) or nearly(comparisons):
        return ""
    with np.errstate(all="ignore"):
        return _relation(comparisons) or _relation_where_wrong(comparisons, before)


def multiple(comparisons: Sequence[Comparison], of_the_call: bool) -> str:
    """Whether the result is a number times another one, that of a slip say.

    It is one number, or `of_the_call`: a size or argument, with no more than a power and a factor.
    """
    comparisons = _with_entries(comparisons)
    if sum(c.want.size for c in comparisons) < 3 or all(c.passes for c in comparisons):
        return ""
    if nearly(comparisons):
        return ""
    with np.errstate(all="ignore"):
        found = (_factor_of_the_call if of_the_call else _factor)(comparisons)
    # Many a formula has n/(n − 1), and a number without a name is no factor that was put there.
    named = any(found.startswith(f"Yours is {words} ") for words in _FACTORS.values())
    if " − 1" in found or " + 1" in found or not (of_the_call or named or "minus" in found):
        return ""
    return found


def proportional(comparisons: Sequence[Comparison]) -> bool:
    """Whether each result is a number times the other one, so that all can be by one rule."""
    with np.errstate(all="ignore"):
        ratios = _ratios(_with_entries(comparisons))
        return ratios is not None and all(
            _same(r, np.median(r), _tolerance(comparisons)) for r in ratios if len(r)
        )


def partly(comparisons: Sequence[Comparison], before: Sequence[Comparison] = ()) -> str:
    """Where the result is right, and what stands where it is not; `before` as above."""
    comparisons = _with_entries(comparisons)
    if all(c.passes for c in comparisons):
        return ""
    with np.errstate(all="ignore"):
        found = (
            _at_some_calls(comparisons, before)
            or _signs(comparisons)
            or _factor_unknown(comparisons)
            or _at_some_entries(comparisons, before)
        )
        return f"{found} {_asymmetric(comparisons)}".strip() or _in_the_parts_before(
            comparisons, before
        )


def confined(comparisons: Sequence[Comparison]) -> str:
    """Where all that is wrong stands, if that is a part of the result and has a name.

    Some of that part may be right, at t = 0 say, and all of the rest is.
    """
    comparisons = _with_entries(comparisons)
    wrong = [~c.right for c in comparisons]
    masks = [dict(_patterns(c)) for c in comparisons]
    if not masks:
        return ""
    sizes = {
        words: sum(int(mask[words].sum()) for mask in masks)
        for words in masks[0]
        if not words.startswith("where the wanted")  # what is small is right by chance
        and all(words in m and not (w & ~m[words]).any() for m, w in zip(masks, wrong, strict=True))
    }
    # Half of the part has to be wrong, and a quarter of all has to stand outside.
    most = min(2 * sum(map(np.sum, wrong)), 0.75 * sum(w.size for w in wrong))
    named = [words for words, size in sizes.items() if size <= most]
    if not named:
        return ""
    # Of two that are one here, < 0 and ≤ 0 say, the narrower.
    narrowest = min(named, key=lambda words: (sizes[words], "≤" in words or "≥" in words))
    return f"All that is wrong stands {narrowest}."


def is_factor(sentence: str) -> bool:
    """Whether the sentence says that the result is a number times the truth."""
    return (
        sentence.startswith("Yours is")
        and "what is wanted" in sentence
        and ("rounded" not in sentence)
    )


def _with_entries(comparisons: Sequence[Comparison]) -> list[Comparison]:
    return [c for c in comparisons if c.want.size]


def degenerate(comparisons: Sequence[Comparison], before: Sequence[Comparison] = ()) -> str:
    """Whether every result is one and the same number; `before` may hold other ones."""
    if not comparisons or all(c.passes for c in comparisons):
        return ""
    entries = np.concatenate([c.got.ravel() for c in comparisons])
    wanted = np.concatenate([c.want.ravel() for c in comparisons])
    if not np.isfinite(wanted).all():  # beside an infinity every number is small
        return ""
    if np.ptp(wanted) <= 1e-6 * np.max(np.abs(wanted), initial=0.0) or len(entries) < 2:
        return ""
    if (np.abs(entries) <= 1e-12 * np.max(np.abs(wanted))).all():
        entries = np.zeros(1)
    if not (np.isfinite(entries[0]) and (entries == entries[0]).all()):
        return ""
    number = f"{entries[0]:.6g}"
    if any((c.got != entries[0]).any() for c in before):
        return f"Here yours is {number} everywhere, {NOT_ELSEWHERE}"
    return f"Yours is {number} everywhere, {OF_THE_CHECK}"


def nearly(comparisons: Sequence[Comparison]) -> str:
    """How small the difference is at the call that the message quotes, if it is small everywhere.

    The message quotes the first comparison that fails.
    """
    comparisons = _with_entries(comparisons)
    quoted = next((c for c in comparisons if not c.passes), None)
    if quoted is None or not all(map(_is_near, comparisons)):
        return ""
    finite = np.isfinite(quoted.want)
    scale = np.max(np.abs(quoted.want[finite]), initial=0.0)
    off, of = np.max(np.abs(quoted.got[finite] - quoted.want[finite])) / scale, "the largest entry"
    if off <= quoted.rtol:  # then it is a small entry that is off, for its size
        off, of = _for_its_size(quoted), "an entry"
    return (
        f"Yours is nearly right: here it is off by up to {off:.2g} of {of}, and the check asks for "
        f"{quoted.rtol:.0e}.{_of_the_difference(comparisons)}"
    )


def _is_near(c: Comparison) -> bool:
    finite = np.isfinite(c.want)
    if not np.array_equal(c.got[~finite], c.want[~finite]):
        return False
    scale = np.max(np.abs(c.want[finite]), initial=0.0)
    return bool(np.max(np.abs(c.got[finite] - c.want[finite]), initial=0.0) < NEARLY * scale)


def _of_the_difference(comparisons: Sequence[Comparison]) -> str:
    """What all the small differences have in common."""
    finite = [np.isfinite(c.want) for c in comparisons]
    got = np.concatenate([c.got[f] for c, f in zip(comparisons, finite, strict=True)])
    want = np.concatenate([c.want[f] for c, f in zip(comparisons, finite, strict=True)])
    right = np.concatenate([c.right[f] for c, f in zip(comparisons, finite, strict=True)])
    rounded = _rounded(comparisons)
    if rounded:
        return f" {rounded}"
    longer = (np.abs(got) > np.abs(want))[~right]
    if len(longer) > 2 and (longer.all() or not longer.any()):
        return f" What is off is too {'large' if longer.all() else 'small'} in size, everywhere."
    return ""


def _for_its_size(c: Comparison) -> float:
    """The largest error of an entry over the entry, or over a thousandth of the largest one."""
    finite = np.isfinite(c.want)
    want, error = np.abs(c.want[finite]), np.abs(c.got[finite] - c.want[finite])
    size = np.maximum(want, 1e-3 * np.max(want, initial=0.0))
    return float(np.max(error / size, initial=0.0))


def _relation(comparisons: Sequence[Comparison]) -> str:
    for find in (
        _no_infinity, _factor, _order, _not_symmetric, _factor_of_the_call, _factor_by_entry,
        _added, _curve, _rounded,
    ):  # fmt: skip
        sentence = find(comparisons)
        if sentence:
            return sentence
    return ""


def _relation_where_wrong(comparisons: Sequence[Comparison], before: Sequence[Comparison]) -> str:
    wrong = [c for c in comparisons if not c.passes]
    sentence = _relation(wrong) if len(wrong) < len(comparisons) else ""
    if not sentence:
        return ""
    start = _which_calls(comparisons, before)
    return f"{start}{sentence[0].lower()}{sentence[1:]}" if start else sentence


def _no_infinity(comparisons: Sequence[Comparison]) -> str:
    """Whether all that is wrong is the largest float, where infinity is wanted."""
    got = np.concatenate([c.got[~c.right] for c in comparisons])
    want = np.concatenate([c.want[~c.right] for c in comparisons])
    if not len(got) or not np.isinf(want).all():
        return ""
    for kind in (np.float64, np.float32):
        largest = float(np.finfo(kind).max)
        if np.array_equal(got, np.sign(want) * largest):
            return (
                f"Where infinity is wanted, yours is {largest:.4g}, the largest number of "
                f"{kind.__name__}. That is what np.nan_to_num makes of inf, unless it is told "
                "posinf=np.inf."
            )
    return ""


def _ratio(c: Comparison) -> Array | None:
    """got/want where want is not negligible; None where they are not proportional at all."""
    if not (np.isfinite(c.got).all() and np.isfinite(c.want).all()):
        return None
    scale = np.max(np.abs(c.want), initial=0.0)
    small = np.abs(c.want) <= 1e-9 * scale
    if scale == 0 or (np.abs(c.got[small]) > 1e-6 * np.max(np.abs(c.got), initial=0.0)).any():
        return None
    return (c.got / np.where(small, 1, c.want))[~small]


def _ratios(comparisons: Sequence[Comparison]) -> list[Array] | None:
    ratios = [_ratio(c) for c in comparisons]
    return None if not ratios or any(r is None for r in ratios) else ratios  # type: ignore[return-value]


def _tolerance(comparisons: Sequence[Comparison]) -> float:
    """Of a ratio: that of the checks, but so small that no two named factors are confused."""
    return min(max(4 * max(c.rtol for c in comparisons), 1e-9), 2e-3)


def _same(values: Array, target: Array | float, tolerance: float) -> bool:
    return bool((np.abs(values - target) <= tolerance * np.abs(target)).all())


def _factor(comparisons: Sequence[Comparison]) -> str:
    ratios = _ratios(comparisons)
    if ratios is None or sum(map(len, ratios)) < 2:
        return ""
    values, tolerance = np.concatenate(ratios), _tolerance(comparisons)
    factor = float(np.median(values))
    if factor == 0 or not _same(values, factor, tolerance) or abs(factor - 1) < NEARLY:
        return ""
    everywhere = _everywhere(comparisons)
    if abs(factor + 1) < tolerance:
        return f"Yours is minus what is wanted, {everywhere}: the sign is reversed."
    for value, words in _FACTORS.items():
        if _same(np.array(factor), value, tolerance):
            return f"Yours is {words} what is wanted, {everywhere}."
    if not _same(values, factor, min(tolerance, 1e-5)):  # constant only as far as the check looks
        return ""
    return f"Yours is {factor:.6g} times what is wanted, {everywhere}."


def _everywhere(comparisons: Sequence[Comparison]) -> str:
    return "at every entry" if any(c.want.size > 1 for c in comparisons) else AT_EVERY_CALL


def _meaning(values: Array, comparisons: Sequence[Comparison], tolerance: float) -> str:
    """What, in the arguments of the calls, one number for each comparison may be."""
    offers = _offers(comparisons)
    names = sorted(offers, key=len)
    if not names:
        return ""
    numbers = np.array([offers[name] for name in names])
    # All thousands of products at once, and for each comparison; one is taken at a time if it fits.
    powers = np.stack([numbers**power for power in _POWERS], axis=1)
    for simple in _SIMPLE:
        targets = simple * powers
        fits = np.isfinite(targets) & (np.abs(values - targets) <= tolerance * np.abs(targets))
        found = np.argwhere(fits.all(axis=-1))
        if len(found):
            name, power = found[0]
            return _times(simple, tuple(_POWERS.values())[power].format(names[name]))
    return ""


def _times(simple: float, words: str) -> str:
    """ "twice what is wanted, divided by n", and the like."""
    factor = {1.0: "", -1.0: "minus "}.get(simple) if abs(simple) == 1 else f"{_FACTORS[simple]} "
    return f"{factor}what is wanted, {words}"


def _offers(comparisons: Sequence[Comparison]) -> dict[str, Array]:
    """Numbers and sizes of the calls that vary from call to call, and what is made of them."""
    each = [
        dict(sizes_and_numbers(c.given))
        | {f"{name}.size": float(a.size) for name, a in arrays(c.given) if a.ndim > 1}
        for c in comparisons
    ]
    common = [name for name in each[0] if all(name in numbers for numbers in each)]
    single = {name: np.array([numbers[name] for numbers in each]) for name in common}
    single = {name: q for name, q in single.items() if np.ptp(q) > 0}
    made = dict(single)
    for name, q in single.items():
        if (q == np.round(q)).all() and (q > 1).all():
            made |= {f"{name} − 1": q - 1, f"{name}/({name} − 1)": q / (q - 1)}
            made[f"{name} + 1"] = q + 1
    for (name, q), (other, p) in combinations(single.items(), 2):
        made |= {f"{name}·{other}": q * p, f"({name} + {other})": q + p}
        if (p != 0).all():
            made[f"{name}/{other}"] = q / p
    return made


def _factor_of_the_call(comparisons: Sequence[Comparison]) -> str:
    ratios = _ratios(comparisons)
    if ratios is None or len(ratios) < 2:
        return ""
    tolerance = _tolerance(comparisons)
    if not all(_same(r, np.median(r), tolerance) for r in ratios):
        return ""
    words = _meaning(np.array([np.median(r) for r in ratios]), comparisons, tolerance)
    return f"Yours is {words}." if words else ""


def _factor_unknown(comparisons: Sequence[Comparison]) -> str:
    ratios = _ratios(comparisons)
    if ratios is None or len(ratios) < 2 or min(map(len, ratios)) < 2:
        return ""
    if len({c.what for c in comparisons}) > 1:  # several quantities of one call, perhaps
        return ""
    tolerance = _tolerance(comparisons)
    if not all(_same(r, np.median(r), tolerance) for r in ratios):
        return ""
    some = ", ".join(f"{np.median(r):.4g}" for r in ratios[:3])
    return (
        f"Within a call yours is one number times what is wanted, from call to call another one: "
        f"{some}. A size, a norm or an argument of the call stands there, or is missing."
    )


def _factor_by_entry(comparisons: Sequence[Comparison]) -> str:
    """The ratio of each entry is a power of the same entry of an argument, or of its row."""
    tolerance = _tolerance(comparisons)
    if not all(np.isfinite(c.got).all() and np.isfinite(c.want).all() for c in comparisons):
        return ""
    for name in {n for c in comparisons for n, _ in arrays(c.given)}:
        for simple in _SIMPLE:
            for power, words in _POWERS.items():
                if (
                    all(_is_by_entry(c, name, simple, power, tolerance) for c in comparisons)
                    and sum(c.want.size for c in comparisons) > 2
                ):
                    words = _times(simple, words.format(f"the entry of {name}"))
                    return f"Each entry of yours is {words}."
    return ""


def _is_by_entry(c: Comparison, name: str, simple: float, power: float, tolerance: float) -> bool:
    argument = dict(arrays(c.given)).get(name)
    if argument is None or not c.want.ndim or argument.ndim > c.want.ndim:
        return False
    aligned = [argument]
    if argument.ndim == 1 and c.want.ndim == 2:
        aligned = [argument[:, None], argument[None, :]]
    for a in aligned:
        try:
            target = c.want * simple * a**power
        except ValueError:
            continue
        if target.shape != c.want.shape or not np.isfinite(target).all() or np.ptp(a) == 0:
            continue
        scale = np.max(np.abs(target), initial=0.0)  # beside what is wanted all of it may be small
        if (np.abs(c.got - target) <= tolerance * np.maximum(np.abs(target), 1e-6 * scale)).all():
            return True
    return False


def by_line(comparisons: Sequence[Comparison]) -> str:
    """Whether each row is the right one times a number, and none of them is right."""
    comparisons = _with_entries(comparisons)
    if not comparisons or not all(
        c.want.ndim == 2 and np.isfinite(c.got).all() and np.isfinite(c.want).all()
        for c in comparisons
    ):
        return ""
    tolerance = _tolerance(comparisons)
    for word, turned in (("row", False), ("column", True)):
        calls = [
            [
                _ratio_of_the_line(got, want, tolerance)
                for got, want in zip(*((c.got.T, c.want.T) if turned else (c.got, c.want)),
                                     strict=True)
            ]
            for c in comparisons
        ]  # fmt: skip
        if any(factor is None for lines in calls for factor in lines):
            continue
        # A line in which one entry counts has any ratio.
        known = [[factor for factor in lines if factor] for lines in calls]
        if any(abs(factor - 1) < NEARLY for lines in known for factor in lines):
            continue
        differ = next((k for k in known if k and not _same(np.array(k), k[0], 1e-3)), [])
        if len(differ) > 1 and 2 * sum(map(len, known)) >= sum(map(len, calls)):
            some = ", ".join(f"{factor:.4g}" for factor in differ[:3])
            backwards = (
                f" The lengths of your {word}s are the right ones, in reverse order."
                if all(_has_lengths_reversed(c, turned) for c in comparisons)
                else ""
            )
            return (
                f"Each {word} of yours is the right one times a number of its own: {some}, …"
                f"{backwards}"
            )
    return ""


def _has_lengths_reversed(c: Comparison, of_columns: bool) -> bool:
    got, want = (np.linalg.norm(a, axis=0 if of_columns else 1) for a in (c.got, c.want))
    return len(got) > 1 and _agree(got, want[::-1], c.rtol)


def _ratio_of_the_line(got: Array, want: Array, tolerance: float) -> float | None:
    """got/want where that is one number, 0 where only one entry counts; None elsewhere."""
    scale = np.max(np.abs(want), initial=0.0)
    if scale == 0:
        return None if got.any() else 0.0
    large = np.abs(want) > 1e-6 * scale
    factor = float(np.median(got[large] / want[large]))
    size = np.abs(factor) * np.maximum(np.abs(want), 1e-6 * scale)
    if factor == 0 or (np.abs(got - factor * want) > tolerance * size).any():
        return None
    return factor if large.sum() > 1 else 0.0


def _added(comparisons: Sequence[Comparison]) -> str:
    differences, sizes = [], []
    for c in comparisons:
        finite = np.isfinite(c.want)
        if not finite.any() or not np.array_equal(c.got[~finite], c.want[~finite]):
            return ""
        differences.append(c.got[finite] - c.want[finite])
        sizes.append(np.max(np.abs(c.want[finite])))
    if sum(map(len, differences)) < 2:
        return ""
    tolerance, scale = _tolerance(comparisons), max(sizes)
    values = np.concatenate(differences)
    middle = float(np.median(values))
    if abs(middle) > 1e-3 * scale and (np.abs(values - middle) <= tolerance * scale).all():
        more = "larger" if middle > 0 else "smaller"
        amount = _amount(abs(middle), tolerance)
        return f"Yours is {more} by {amount} than what is wanted, {_everywhere(comparisons)}."
    medians = np.array([np.median(d) for d in differences])
    if len(medians) < 2 or any(
        np.abs(d - m).max() > tolerance * s
        for d, m, s in zip(differences, medians, sizes, strict=True)
    ):
        return ""
    words = _meaning(medians, comparisons, tolerance)
    plain = "what is wanted, multiplied by "
    if words.startswith(plain):
        return f"Yours is what is wanted plus {words[len(plain) :]}, {_everywhere(comparisons)}."
    return ""


def _amount(value: float, tolerance: float) -> str:
    for number, words in ((1, "1"), (2, "2"), (0.5, "½"), (np.pi, "π"), (np.log(2), "log 2")):
        if abs(value - number) <= tolerance * number:
            return words
    return f"{value:.6g}"


def _curve(comparisons: Sequence[Comparison]) -> str:
    entries = sum(c.want.size for c in comparisons)
    if entries < 2 or not all(np.isfinite(c.want).all() for c in comparisons):
        return ""
    for words, curve in _CURVES:
        if all(_agree(c.got, curve(c.want), c.rtol) for c in comparisons):
            return f"Yours is {words} what is wanted, {_everywhere(comparisons)}."
    return ""


def _rounded(comparisons: Sequence[Comparison]) -> str:
    got = np.concatenate([c.got.ravel() for c in comparisons])
    want = np.concatenate([c.want.ravel() for c in comparisons])
    if len(want) < 3 or not np.isfinite(want).all():
        return ""
    if (got == got[0]).all():
        return ""  # one number for all is a constant, whatever it is rounded from
    for digits in range(8):
        rounded = np.round(want, digits)
        # As exact as a single-precision number is: what is near a 0 is not rounded to it.
        if rounded.any() and (np.abs(got - rounded) <= 1e-6 * np.abs(rounded)).all():
            return f"Yours is what is wanted, rounded to {digits} decimal{'s' * (digits != 1)}."
    for word, cut in (("down", np.floor), ("up", np.ceil)):
        whole_number = cut(np.round(want, 9))
        if whole_number.any() and np.array_equal(got, whole_number):
            return f"Yours is what is wanted, rounded {word} to a whole number."
    return ""


def _agree(got: Array, want: Array, rtol: float) -> bool:
    if got.shape != want.shape or not np.isfinite(want).all():
        return False
    rtol = min(4 * rtol, 2e-3)
    scale = np.max(np.abs(want), initial=0.0)
    return bool((np.abs(got - want) <= rtol * np.maximum(np.abs(want), 1e-3 * scale)).all())


def _signs(comparisons: Sequence[Comparison]) -> str:
    if all(_agree(np.abs(c.got), np.abs(c.want), c.rtol) for c in comparisons):
        c = next(c for c in comparisons if not c.passes)
        index = tuple(int(i) for i in np.argwhere(~c.right)[0]) if c.right.ndim else ()
        at = f", first at {place(index, c.want.shape)}" if index else ""
        return f"The sizes are right, and some signs are not{at}."
    return ""


_FLAT = ": np.roll without an axis takes a matrix for one long row."
_ORDERS: tuple[tuple[str, Callable[[Array], Array]], ...] = (
    ("Yours is the transpose of what is wanted.", lambda x: x.T),
    ("Your entries are in reverse order.", lambda x: x[::-1]),
    ("Your columns are in reverse order.", lambda x: x[:, ::-1]),
    ("Your rows and columns are in reverse order.", lambda x: x[::-1, ::-1]),
    ("Your entries are sorted, from small to large.", lambda x: np.sort(x, axis=None)),
    ("Your entries are sorted, from large to small.", lambda x: np.sort(x, axis=None)[::-1]),
    ("Your entries come one place too late.", lambda x: np.roll(x, 1, axis=0)),
    ("Your entries come one place too early.", lambda x: np.roll(x, -1, axis=0)),
    ("The two halves of your result are exchanged.", lambda x: np.roll(x, len(x) // 2, axis=0)),
    ("Your columns come one place too late.", lambda x: np.roll(x, 1, axis=1)),
    ("Your columns come one place too early.", lambda x: np.roll(x, -1, axis=1)),
    (f"What leaves a row of yours comes in at the next, one place too late{_FLAT}",
     lambda x: np.roll(x, 1)),
    (f"What leaves a row of yours comes in at the one before, one place too early{_FLAT}",
     lambda x: np.roll(x, -1)),
    ("Yours are the absolute values of what is wanted, from large to small, as singular values are "
     "those of a symmetric matrix's eigenvalues.", lambda x: np.sort(np.abs(x), axis=None)[::-1]),
    ("Your entries are in the order of their absolute values, from large to small.",
     lambda x: x[np.argsort(-np.abs(x))]),
)  # fmt: skip


def _order(comparisons: Sequence[Comparison]) -> str:
    if not all(c.want.size > 1 for c in comparisons):
        return ""
    if all(c.want.shape == (2,) and _agree(c.got, c.want[::-1], c.rtol) for c in comparisons):
        return "Your two entries are exchanged."  # by a sort or a reversal: two do not tell
    for words, change in _ORDERS:
        try:
            hit = all(_agree(c.got, change(c.want), c.rtol) for c in comparisons)
        except (IndexError, ValueError):
            continue
        if hit:
            two = all(c.want.ndim == 2 for c in comparisons)
            return words.replace("entries", "rows") if two else words
    if all(_agree(np.sort(c.got, None), np.sort(c.want, None), c.rtol) for c in comparisons):
        what = "numbers"
        if all(c.want.ndim == 2 for c in comparisons):
            whole = (("rows", lambda x: x), ("columns", np.transpose))
            hit = [
                word
                for word, turned in whole
                if all(_agree(_by_line(turned(c.got)), _by_line(turned(c.want)), c.rtol)
                       for c in comparisons)
            ]  # fmt: skip
            what = hit[0] if hit else what
        return f"The {what} are the right ones, in another order than wanted."
    return ""


def _not_symmetric(comparisons: Sequence[Comparison]) -> str:
    """Whether the symmetric part is the truth."""
    if all(
        c.want.ndim == 2
        and c.want.shape[0] == c.want.shape[1] > 1
        and _agree(c.want, c.want.T, c.rtol)
        and _agree((c.got + c.got.T) / 2, c.want, c.rtol)
        for c in comparisons
    ):
        return (
            "Your matrix is not symmetric. Its symmetric part, the average of it and its "
            "transpose, is right."
        )
    return ""


def _asymmetric(comparisons: Sequence[Comparison]) -> str:
    """Whether the result is a symmetric matrix where it is right, and wherever it is wrong not."""
    wrong = [c for c in comparisons if not c.passes]
    if all(
        c.want.ndim == 2
        and c.want.shape[0] == c.want.shape[1] > 1
        and _agree(c.want, c.want.T, c.rtol)
        and np.isfinite(c.got).all()
        and not _agree(c.got, c.got.T, c.rtol)
        for c in wrong
    ):
        return "Your matrix is not symmetric, and the one that is wanted is."
    return ""


def _by_line(matrix: Array) -> Array:
    """The rows in the order of their sums, which rounding hardly moves."""
    return matrix[np.argsort(matrix.sum(axis=1))]


def _patterns(c: Comparison) -> Iterator[tuple[str, Array]]:
    """Parts of a result that have a name, each as a mask."""
    shape = c.want.shape
    if len(shape) == 2 and shape[0] == shape[1]:
        diagonal = np.eye(shape[0], dtype=bool)
        yield "on the diagonal", diagonal
        upper = np.triu(np.ones(shape, dtype=bool))
        yield "on and above the diagonal", upper
        yield "below the diagonal", ~upper
        yield "on and below the diagonal", upper.T
        yield "above the diagonal", ~upper.T
        yield "off the diagonal", ~diagonal
        half = np.arange(shape[0]) < shape[0] // 2
        yield "in the two blocks on the diagonal", half[:, None] == half
        yield "in the two blocks off the diagonal", half[:, None] != half
    elif len(shape) == 2:
        same = np.eye(*shape, dtype=bool)
        yield "where row and column have the same number", same
        yield "where row and column have different numbers", ~same
    for axis, word in enumerate(("entry",) if len(shape) == 1 else ("row", "column")):
        if axis >= len(shape) or shape[axis] < 2:
            continue
        index = np.arange(shape[axis])
        along = [1] * len(shape)
        along[axis] = -1
        for words, line in (
            (f"at the first {word}", index == 0),
            (f"at the last {word}", index == shape[axis] - 1),
            (f"at every {word} but the first", index > 0),
            (f"at every {word} but the last", index < shape[axis] - 1),
        ):
            yield words, np.broadcast_to(line.reshape(along), shape)
    for name, argument in arrays(c.given):
        masks = (
            (f"where {name} > 0", argument > 0),
            (f"where {name} ≤ 0", argument <= 0),
            (f"where {name} < 0", argument < 0),
            (f"where {name} ≥ 0", argument >= 0),
            (f"where {name} is 0", argument == 0),
            (f"where {name} is not 0", argument != 0),
        )
        for words, mask in masks:
            if argument.shape == shape:
                yield words, mask
            elif argument.ndim == 1 and len(shape) == 2:
                for axis in (0, 1):
                    if len(argument) == shape[axis]:
                        yield words, np.broadcast_to(mask[:, None] if axis == 0 else mask, shape)
    yield "where the wanted number is finite", np.isfinite(c.want)
    yield "where the wanted number is positive", c.want > 0
    yield "where the wanted number is negative", c.want < 0
    yield "where the wanted number is 0", c.want == 0
    yield "where the wanted number is not 0", c.want != 0
    yield "where the wanted number is at most 1", c.want <= 1
    yield "where the wanted number is 1 or more", c.want >= 1


def _at_some_entries(comparisons: Sequence[Comparison], before: Sequence[Comparison]) -> str:
    """Right at a part of the entries: which part, and what stands at the others."""
    wrong = [c for c in comparisons if not c.passes]
    if not any(c.right.any() for c in wrong):
        return ""
    common: dict[str, bool] = {}
    for c in comparisons:
        masks: dict[str, bool] = {}
        for words, mask in _patterns(c):
            masks[words] = masks.get(words, False) or bool(np.array_equal(mask, c.right))
        common = masks if not common else {w: common[w] and masks.get(w, False) for w in common}
    known = [dict(_patterns(c)) for c in before]
    named = next(
        (
            words
            for words, holds in common.items()
            # What is said of an argument is said of all calls: of earlier parts, too.
            if holds and not (words.startswith("where") and any(not m[words].all() for m in known
                                                                if words in m))
        ),
        "",
    )  # fmt: skip
    rest = _rest(wrong)
    if named:
        return f"Yours is right {named}, and nowhere else.{rest}"
    if place_of_wrong := confined(comparisons):
        return f"{place_of_wrong}{rest}"
    c = wrong[0]  # of which the message quotes the numbers
    if _share(c) < 0.25:  # a few agree by chance
        return ""
    right, size = int(c.right.sum()), c.right.size
    first = tuple(int(i) for i in np.argwhere(~c.right)[0])
    return (
        f"Yours is right at {right} of {size} entries; the first that is not is "
        f"{place(first, c.want.shape).removesuffix(',')}.{rest}"
    )


def _share(c: Comparison) -> float:
    """The part of the entries that are right and not so small that any small number is."""
    scale = np.max(np.abs(c.want), initial=0.0, where=np.isfinite(c.want))
    return float(np.mean(c.right & ~(np.abs(c.want) < 1e-3 * scale)))


def _rest(wrong: Sequence[Comparison]) -> str:
    """What the wrong entries of all comparisons have in common."""
    got = np.concatenate([c.got[~c.right] for c in wrong])
    want = np.concatenate([c.want[~c.right] for c in wrong])
    if len(got) < 2 or not np.isfinite(got).all():
        return ""
    if (got == got[0]).all() and np.ptp(want) > 0:
        return f" Where it is wrong, it is {got[0]:.6g}."
    if not np.isfinite(want).all() or (want == 0).any():
        return ""
    ratio = got / want
    factor, tolerance = float(np.median(ratio)), _tolerance(wrong)
    if factor == 0 or not _same(ratio, factor, tolerance):
        return ""
    if abs(factor + 1) <= tolerance:
        return " Where it is wrong, it has the other sign."
    words = next(
        (w for v, w in _FACTORS.items() if _same(np.array(factor), v, tolerance)),
        f"{factor:.6g} times",
    )
    return f" Where it is wrong, it is {words} what is wanted."


def _which_calls(comparisons: Sequence[Comparison], before: Sequence[Comparison]) -> str:
    """How the wrong calls differ from the right ones, as the start of a sentence."""
    right = [c for c in comparisons if c.passes]
    wrong = [c for c in comparisons if not c.passes]
    if not right:
        return ""
    quantities = {c.what for c in wrong}
    if len(quantities) == 1 and not quantities & {c.what for c in right}:
        what = wrong[0].what
        what = what[0].lower() + what[1:] if what[1:2].islower() else what
        return f"Only {what} is off: "
    condition = _condition(wrong, right, before)
    if condition:
        return f"Right at the other calls, wrong where {condition}. There: "
    return f"Right at {len(right)} of {len(comparisons)} comparisons. Where it is not: "


def _condition(
    wrong: Sequence[Comparison], right: Sequence[Comparison], before: Sequence[Comparison]
) -> str:
    """What the arguments of the wrong calls have in common, and those of no right call."""
    given = [[k for k, v in c.given.items()] for c in (*wrong, *right)]
    elsewhere = (*right, *before)
    for name in {n for names in given for n in names}:
        if all(name in c.given for c in wrong) and not any(name in c.given for c in elsewhere):
            return f"`{name}` is given"
        if not any(name in c.given for c in wrong) and all(name in c.given for c in elsewhere):
            return f"`{name}` is left out"
    for name in [n for n, _ in sizes_and_numbers(wrong[0].given)]:
        w = [dict(sizes_and_numbers(c.given)).get(name) for c in wrong]
        r = [dict(sizes_and_numbers(c.given)).get(name) for c in right]
        if None in w or None in r:
            continue
        r += [q for c in before for n, q in sizes_and_numbers(c.given) if n == name]
        for border in (0.0, 1.0, 0.5):
            if all(x == border for x in r) and not any(x == border for x in w):
                return f"{name} is not {border:g}"
            if all(x == border for x in w) and not any(x == border for x in r):
                return f"{name} is {border:g}"
            if all(x < border for x in w) and all(x >= border for x in r):
                return f"{name} < {border:g}"
            if all(x > border for x in w) and all(x <= border for x in r):
                return f"{name} > {border:g}"
        if set(r) == {0.0, 1.0} and not {0.0, 1.0} & set(w):
            return f"{name} is neither 0 nor 1"
    return ""


def _in_the_parts_before(comparisons: Sequence[Comparison], before: Sequence[Comparison]) -> str:
    """What the arguments were in the parts that are right, where nothing here is."""
    if any(c.passes for c in comparisons) or not before:
        return ""
    for name in before[0].given:
        if all(name in c.given for c in before) and not any(name in c.given for c in comparisons):
            return f"Yours is right in the parts before, where `{name}` is given. Here it is not."
    here, there = (
        [dict(sizes_and_numbers(c.given)) for c in each] for each in (comparisons, before)
    )
    special = []
    for name in here[0]:
        now, then = (
            [numbers[name] for numbers in each if name in numbers] for each in (here, there)
        )
        for number in (0.0, 1.0):
            if (
                len(now) == len(here)
                and set(then) == {number}
                and not any(q == number for q in now)
            ):
                special.append(f"{name} is {number:g}")
    if not special:
        return ""
    more = "these are other numbers" if len(special) > 1 else "it is another number"
    return f"Yours is right in the parts before, where {' and '.join(special)}. Here {more}."


def _at_some_calls(comparisons: Sequence[Comparison], before: Sequence[Comparison]) -> str:
    right = [c for c in comparisons if c.passes]
    wrong = [c for c in comparisons if not c.passes]
    if not right:
        return ""
    condition = _condition(wrong, right, before)
    if condition:
        return f"Yours is right at the other calls, and wrong where {condition}."
    quantities = {c.what for c in wrong}
    if len(quantities) == 1 and not quantities & {c.what for c in right}:
        others = ", ".join(sorted({c.what for c in right})[:2])
        return f"Right here: {others}. Wrong: {wrong[0].what}."
    return ""
