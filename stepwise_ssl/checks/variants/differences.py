"""7.5: other questions to two rows of measurements, against sums over pairs, signs, and SciPy."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import stats

from ..chapter_07.common import unpack
from ..draws import sizes
from ..engine import Exercise, Misconception, Part, Trial
from ..trial import shown
from ..values import as_array
from .family import Numerically, Variant

TASK = """\
Now {what}

**Given:** `a` {shapes}, numbers above 0; a significance `level`.

**Wanted:** a tuple `{names}`: {wanted}
"""

STUB = '''\
def other_paired(a, b, level):
    """{names} as above. Two rows and a number -> two numbers and a bool."""
    # Your answer here
    raise NotImplementedError("Exercise {number}")


other_paired = check("{number}", other_paired)'''

Answer = tuple[float, float, bool]


def _scatter(x: np.ndarray) -> float:
    """The variance of numbers from all pairs: no mean is taken, so no n − 1 has to be chosen."""
    return float(np.sum((x[:, None] - x) ** 2) / (2 * len(x) * (len(x) - 1)))


def _unpaired(a: np.ndarray, b: np.ndarray, level: float, equal: bool = False) -> Answer:
    error = np.sqrt(_scatter(a) / len(a) + _scatter(b) / len(b))
    test = stats.ttest_ind(b, a, equal_var=equal)
    return float(np.mean(b) - np.mean(a)), float(error), bool(test.pvalue < level)


def _by_signs(a: np.ndarray, b: np.ndarray, level: float, sides: int = 2) -> Answer:
    difference = b - a
    found = [sum(s * x for s, x in zip(signs, difference, strict=True))
             for signs in itertools.product((1, -1), repeat=len(a))]  # fmt: skip
    total = sum(difference)
    beyond = [abs(f) >= abs(total) if sides == 2 else f >= total for f in found]
    share = float(np.mean(beyond))
    return float(np.mean(difference)), share, share <= level


def _ratio(a: np.ndarray, b: np.ndarray, level: float) -> Answer:
    logs = np.array([np.log(y / x) for x, y in zip(a, b, strict=True)])
    product = np.prod([y / x for x, y in zip(a, b, strict=True)])
    error = np.sqrt(_scatter(logs) / len(a))
    refused = stats.ttest_rel(np.log(b), np.log(a)).pvalue < level
    return float(product ** (1 / len(a))), float(np.exp(error)), bool(refused)


def _of_shares(a: np.ndarray, b: np.ndarray, level: float) -> Answer:
    """The slip of 7.5 in the place of the ratio's question: the mean of the ratios."""
    ratio = b / a
    error = np.sqrt(_scatter(ratio) / len(a))
    return float(ratio.mean()), float(error), bool(stats.ttest_1samp(ratio, 1).pvalue < level)


@dataclass(frozen=True)
class _Question:
    """A question in words, its answer, and slips: an answer, and what is said of it."""

    what: str
    shapes: str
    names: str
    wanted: str
    of: Callable[[np.ndarray, np.ndarray, float], Answer]
    slips: tuple[tuple[Callable[..., Answer], str], ...]
    hints: tuple[str, str]
    paired: bool = True
    exact: bool = False


QUESTIONS = (
    _Question(
        "the seeds of the two ways have nothing in common, and way b has another number of seeds "
        "and another scatter. Nothing is paired.",
        "`(n,)` and `b` `(p,)`", "(mean, error, real)",
        "the mean of $b$ less that of $a$; its standard error, each way's scatter estimated from "
        "its own seeds; and `True` if equal means are refused by Welch's two-sided $t$-test at "
        "that level, else `False`. Welch's test has $(v_a + v_b)^2 / \\left(\\frac{v_a^2}{n - 1} + "
        "\\frac{v_b^2}{p - 1}\\right)$ degrees of freedom, where $v_a$ and $v_b$ are the squared "
        "standard errors of the two means.",
        _unpaired,
        (
            (lambda a, b, level: _unpaired(a, b, level, equal=True),
             "Your test takes the two scatters for equal. Welch's has another number of degrees of "
             "freedom."),
        ),
        ("Two independent means: what is the variance of their difference?",
         "The bound is the quantile of Student's $t$ at $1 - \\text{level}/2$. `stats.t.ppf` takes "
         "degrees of freedom that are no whole number."),
        paired=False,
    ),
    _Question(
        "no normal distribution is supposed. If the two ways are equally good, each difference "
        "$b_k - a_k$ could as well have had the other sign.",
        "and `b` `(n,)`, $n \\le 10$", "(mean, share, real)",
        "the mean of $b - a$; among all $2^n$ ways to give the differences signs (with their sizes "
        "as they are), the share of those that have a mean at least as far from 0 as the one "
        "found; and `True` if this share is at most `level`, else `False`.",
        _by_signs,
        (
            (lambda a, b, level: _by_signs(a, b, level, sides=1),
             "You count one side. Means as far from 0 on the other side count too."),
        ),
        ("All rows of signs are an array $(2^n, n)$, and their means one product.",
         "`itertools.product((-1, 1), repeat=n)` has them all, the signs that were found among "
         "them. Compare sums of the same numbers, so that equal ones are equal."),
        exact=True,
    ),
    _Question(
        "a measure is given that acts by factors, such as a loss: the question is by which factor "
        "b differs from a, seed by seed.",
        "and `b` `(n,)`", "(ratio, factor, real)",
        "the geometric mean of $b_k/a_k$; the factor by which it is uncertain, $e^{\\text{error}}$ "
        "with the standard error of the mean of the logarithms; and `True` if a factor of 1 is "
        "refused by the two-sided $t$-test on the logarithms at that level, else `False`.",
        _ratio,
        (
            (_of_shares,
             "You take means of the ratios themselves. Their logarithms are what is averaged."),
        ),
        ("Which numbers add up where ratios multiply?",
         "With the logarithms of $a$ and of $b$ it is 7.5 once more. Two of the three results go "
         "back through the exponential."),
    ),
)  # fmt: skip


def difference(k: int) -> Variant:
    """Variant k of exercise 7.5."""
    question, number = QUESTIONS[k], f"7.5v{k}"

    def other_paired(a: np.ndarray, b: np.ndarray, level: float) -> Answer:
        return question.of(a, b, level)

    def draw(trial: Trial, n: int, p: int, size: float, wide: float) -> tuple[np.ndarray, ...]:
        """Rows whose means are `size` standard errors apart; b scatters `wide` times as much as a.

        Rows that are paired share most of their scatter.
        """
        noise = trial.rng.normal(size=p)
        noise = (noise - noise.mean()) / noise.std(ddof=1)
        if not question.paired:
            a = trial.rng.normal(size=n)
            a = (a - a.mean()) / a.std(ddof=1) * 0.05 + trial.rng.uniform(0.6, 0.8)
            return a, a.mean() + 0.05 * (noise * wide + size * np.sqrt(1 / n + wide**2 / p))
        common = np.exp(0.3 * trial.rng.normal(size=n))
        moved = 0.08 * (noise + size / np.sqrt(n))
        if not question.exact:
            return common, common * np.exp(moved)
        # Multiples of 1/1024: all sums are exact, in 32 bits too, so equal ones are equal.
        return np.round(common * 1024) / 1024, np.round((common + moved) * 1024) / 1024

    def ask(trial: Trial, n: int, p: int, level: float, size: float, wide: float = 0.5) -> None:
        a, b = draw(trial, n, p, size, wide)
        got = unpack(trial, trial.call(a, b, level), question.names[1:-1])
        mean, second, real = other_paired(a, b, level)
        names = [f"`{name}`" for name in question.names[1:-1].split(", ")]
        for found, want, name in zip(got, (mean, second), names, strict=False):
            trial.close(trial.array(found, shape=(), what=name), want, name, rtol=1e-6)
        array = as_array(got[2])
        if array is None or array.shape or array.dtype.kind != "b":
            trial.fail(f"`real` should be True or False; yours is {shown(got[2])}.", named=True)
        trial.require(bool(array) == real, f"At level {level:.3g} `real` is {real}, and not yours.")

    def two_numbers(trial: Trial) -> None:
        for n in sizes(trial.rng, 3, 7, 2):
            p = n + (0 if question.paired else int(trial.rng.choice([2, 4])))
            # Far from the bound: the verdict is not asked yet.
            ask(trial, n, p, trial.rng.uniform(0.001, 0.002), trial.rng.uniform(0.3, 0.6))
            ask(trial, n + 1, p + 1, trial.rng.uniform(0.95, 0.97), -trial.rng.uniform(1, 3), 1.5)

    def verdict(trial: Trial) -> None:
        """Ask on both sides of the bound, near it and far from it, with both signs."""
        side = trial.rng.choice([-1, 1])
        for n, p, wide in ((3, 6, 0.5), (7, 4, 1.7)):
            level = trial.rng.uniform(0.03, 0.3)
            if question.exact:
                for size in np.linspace(0.3, 4, 7):
                    side = -side
                    ask(trial, n + 1, n + 1, level, side * size)
                continue
            freedom, wide = n - 1.0, wide * trial.rng.uniform(0.9, 1.1)
            if question.paired:
                p = n
            else:
                va, vb = 1 / n, wide**2 / p
                freedom = (va + vb) ** 2 / (va**2 / (n - 1) + vb**2 / (p - 1))
            for share in (0.6, 0.995, 1.005, 1.5):
                side = -side
                size = share * stats.t.isf(level / 2, freedom)
                ask(trial, n, p, level, side * size, wide)

    exercise = Exercise(
        id=number,
        title="Is the difference real, asked otherwise",
        own=Numerically(other_paired),
        right="Right.",
        hint=f"a and b are rows of numbers; return {question.names}.",
        parts=(Part("two numbers", 1, two_numbers), Part("the verdict", 1, verdict)),
        misconceptions=tuple(
            Misconception(Numerically(slip), message) for slip, message in question.slips
        ),
    )
    task = TASK.format(
        what=question.what, shapes=question.shapes, names=question.names, wanted=question.wanted
    )
    return Variant(task, STUB.format(number=number, names=question.names), question.hints, exercise)
