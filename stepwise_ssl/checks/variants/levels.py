"""9.8: the three counts of dimensions at other spectra, against embeddings that have them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..chapter_09 import own, ranks
from ..draws import sizes
from ..engine import Exercise, Misconception, Part, Trial
from .family import Numerically, Variant

TASK = """\
Now {what} The embedding has the mean 0, as in 9.8.

**Given:** whole numbers `d` and `k`, $2 \\le k < d$, `delta` for $\\delta$, from 0 to 1, and `a`,
{range}.

**Wanted:** a tuple of three numbers: RankMe, the effective rank and the participation ratio. Terms
$0 \\log 0$ count as 0.
"""

STUB = '''\
def other_ranks(d, k, delta, a):
    """RankMe, effective rank, participation ratio. Four numbers -> three numbers."""
    # Your answer here
    raise NotImplementedError("Exercise {number}")


other_ranks = check("{number}", other_ranks)'''


@dataclass(frozen=True)
class _Levels:
    """A spectrum of k learned eigenvalues, d − k others and a number a, and how it is told."""

    what: str
    range: str
    hints: tuple[str, str]
    eigenvalues: Callable[[int, int, float, float], np.ndarray]
    low: Callable[[float], float]  # the range of a, given δ
    high: Callable[[float], float]
    slip: Callable[[int, int, float, float], np.ndarray]
    message: str


LEVELS = (
    _Levels(
        "one mode more is on its way: the covariance has $k$ eigenvalues 1, one eigenvalue $a$ and "
        "$d - k - 1$ eigenvalues $\\delta$.",
        "a number from $\\delta$ to 1",
        (
            "There are three kinds of singular values now. How many of each, and how large?",
            "Each of the three measures is a function of a list of $d$ values. Make the list, and "
            "divide by its sum before the logarithm.",
        ),
        lambda d, k, delta, a: np.array([1.0] * k + [a] + [delta] * (d - k - 1)),
        lambda delta: delta + 0.2 * (1 - delta),
        lambda delta: delta + 0.8 * (1 - delta),
        lambda d, k, delta, a: np.array([1.0] * k + [a] + [delta] * (d - k)),
        "You have d − k eigenvalues δ beside that of the mode on its way: one too many.",
    ),
    _Levels(
        "the learned modes rest elsewhere: the covariance has $k$ eigenvalues $a$ and $d - k$ "
        "eigenvalues $\\delta$. The loss of VICReg, say, lets them rest above 1.",
        "a number above $\\delta$",
        (
            "Multiply the whole embedding by a number. Which of the three measures change?",
            "Shares do not see a common factor. Test: $a = 1$ gives 9.8.",
        ),
        lambda d, k, delta, a: np.array([a] * k + [delta] * (d - k)),
        lambda delta: 1.3 + delta,
        lambda delta: 3.0 + delta,
        lambda d, k, delta, a: np.array([1.0] * k + [delta * a] * (d - k)),
        "You multiply the eigenvalues that wait by a. What counts is how small they are beside the "
        "learned ones: δ/a.",
    ),
    _Levels(
        "the learned modes are not alike: their eigenvalues are $1, a, a^2, \\dots, a^{k - 1}$. "
        "The other $d - k$ are $\\delta$.",
        "a number between 0 and 1",
        (
            "What are the singular values of the learned modes, as powers of one number?",
            "Sum a list of $d$ values; no closed form is needed. Test: at $a = 1$ it is 9.8.",
        ),
        lambda d, k, delta, a: np.array([a**j for j in range(k)] + [delta] * (d - k)),
        lambda delta: 0.3,
        lambda delta: 0.9,
        lambda d, k, delta, a: np.array([a ** (j + 1) for j in range(k)] + [delta] * (d - k)),
        "Your largest eigenvalue is a. The first of them is 1.",
    ),
)  # fmt: skip


def _counted(values: np.ndarray) -> tuple[float, float, float]:
    """The three measures of given eigenvalues, for slips."""
    ratio = np.sum(values) ** 2 / np.sum(values**2)
    return own.exp_entropy(np.sqrt(values)), own.exp_entropy(values), ratio


def three_ranks(k: int) -> Variant:
    """Variant k of exercise 9.8."""
    levels, number = LEVELS[k], f"9.8v{k}"

    def other_ranks(d: int, k: int, delta: float, a: float) -> tuple[float, float, float]:
        return ranks.measured(levels.eigenvalues(d, k, delta, a))

    def ask(trial: Trial, delta: float) -> None:
        used, d = sorted(sizes(trial.rng, 2, 14, 2))
        a = float(trial.rng.uniform(levels.low(delta), levels.high(delta)))
        result = ranks.three(trial, d, used, delta, a)
        want = other_ranks(d, used, delta, a)
        for name, mine, right in zip(ranks.NAMES, result, want, strict=True):
            ranks.is_a_number(trial, name, mine, delta)
            got = trial.array(mine, shape=(), what=name)
            trial.close(got, right, name, why="an embedding with this covariance, by its SVD")

    def between(trial: Trial) -> None:
        for exponent in trial.rng.permutation([0.4, 1.5, 4]) * trial.rng.uniform(0.8, 1.2, size=3):
            ask(trial, 10**-exponent)

    def at_zero(trial: Trial) -> None:
        for delta in (0.0, float(trial.rng.uniform(0.01, 0.1)), 0.0):
            ask(trial, delta)

    def first_two_exchanged(d: int, k: int, delta: float, a: float) -> tuple:
        rankme, rank, ratio = other_ranks(d, k, delta, a)
        return rank, rankme, ratio

    exercise = Exercise(
        id=number,
        title="How many dimensions are in use, of another spectrum?",
        own=Numerically(other_ranks),
        right="Right.",
        hint="d and k are whole numbers, delta and a are numbers, and three numbers come back.",
        parts=(Part("δ between 0 and 1", 1, between), Part("δ = 0", 1, at_zero)),
        misconceptions=(
            Misconception(
                Numerically(lambda d, k, delta, a: own.three_ranks(d, k, delta)),
                "These are the three numbers of 9.8. The number a has a part in the spectrum.",
            ),
            Misconception(
                Numerically(lambda *given: _counted(levels.slip(*given))), levels.message
            ),
            Misconception(
                Numerically(first_two_exchanged),
                "Your first two numbers are exchanged. RankMe takes the singular values, and the "
                "effective rank the eigenvalues.",
            ),
        ),
    )
    task = TASK.format(what=levels.what, range=levels.range)
    return Variant(task, STUB.format(number=number), levels.hints, exercise)
