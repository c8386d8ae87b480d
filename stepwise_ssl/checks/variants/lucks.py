"""9.6: p-values against other kinds of luck, counted permutation by permutation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..chapter_09 import own
from ..chapter_09.determinants import correlated, shares
from ..chapter_09.p_values import CLEAR
from ..draws import sizes
from ..engine import Exercise, Misconception, Part, Trial
from .family import Numerically, Variant

TASK = """\
Now {what}

**Given:** `modes` `(n, d)`, `regressors` `(n, k)` and `permutations` `(P, n)` as in 9.6, and
{given}.

**Wanted:** the p-values {wanted}. Two $R^2$ that differ by less than $10^{{-9}}$ are equal.
"""

STUB = '''\
def other_p_values(modes, regressors, permutations, {fourth}):
    """p of each mode against another luck. (n, d), (n, k), (P, n), {shape} -> {result}."""
    # Your answer here
    raise NotImplementedError("Exercise {number}")


other_p_values = check("{number}", other_p_values)'''


@dataclass(frozen=True)
class _Luck:
    """What a permutation's luck is, with a fourth argument, and how it is told.

    `reached` gives the R² that are tested, `luck` that of a permutation; both get a function for
    R², the modes, the regressors as they were handed out, the fourth argument and its rows as they
    were handed out.
    """

    what: str
    given: str
    wanted: str
    fourth: str
    shape: str
    result: str
    hints: tuple[str, str]
    reached: Callable
    luck: Callable
    slip: Callable  # another luck
    message: str
    table: bool = False  # whether the fourth argument has a row a picture


LUCKS = (
    _Luck(
        "`a` − 1 false alarms are allowed for: an author speaks of several modes, and does not "
        "mind if fewer than `a` of them are luck. So a permutation's luck is not its largest "
        "$R^2$ but its `a`-th largest over the modes.",
        "the whole number `a`, from 2 to $d - 1$",
        "`(d,)`, each mode's $R^2$ against that luck",
        "a", "a number", "(d,)",
        ("A permutation gives $d$ numbers, of which one is kept. Which?",
         "`np.sort` along the modes puts the largest last. Test: `a` = 1 gives 9.6."),
        lambda r2, modes, x, a: r2(modes, x),
        lambda r2, modes, x, a, other: np.sort(r2(modes, x))[::-1][a - 1],
        lambda r2, modes, x, a, other: np.sort(r2(modes, x))[a - 1],
        "You take the a-th smallest R² of each permutation. The a-th largest counts.",
    ),
    _Luck(
        "two properties of the pictures are tried, and only the better one is told: `regressors` "
        "and `second` have one row a picture each, and are handed out by the same permutation. A "
        "permutation's luck is the largest $R^2$ over all modes *and both properties*.",
        "`second`, a table `(n, l)` of another property",
        "`(d,)`, each mode's $R^2$ for `regressors` against that luck",
        "second", "(n, l)", "(d,)",
        ("How many numbers does one permutation give now, before the largest of them is kept?",
         "Both tables are permuted with the same rows, each has its own regression, and the "
         "largest of both is kept. What is tested is the $R^2$ of `regressors` alone."),
        lambda r2, modes, x, second: r2(modes, x),
        lambda r2, modes, x, second, other: max(r2(modes, x).max(), r2(modes, other).max()),
        lambda r2, modes, x, second, other: max(r2(modes, x).max(), r2(modes, second).max()),
        "You leave the second table in place under the permutations. Its rows are handed out anew, "
        "too: else it is no luck.",
        table=True,
    ),
    _Luck(
        "only the first `a` modes were looked at, which was decided before anything was measured. "
        "The others have no part: neither are they tested, nor do they count as luck.",
        "the whole number `a`, from 2 to $d - 1$",
        "`(a,)` of the first `a` modes",
        "a", "a number", "(a,)",
        ("Which modes could have been picked?",
         "Luck is the largest $R^2$ over those that could have been picked. Test: with `a` = $d$ "
         "it is 9.6."),
        lambda r2, modes, x, a: r2(modes[:, :a], x),
        lambda r2, modes, x, a, other: r2(modes[:, :a], x).max(),
        lambda r2, modes, x, a, other: r2(modes, x).max(),
        "You take the largest R² over all d modes. The last ones were not looked at, so they are "
        "no luck that anybody could have had.",
    ),
)  # fmt: skip


def _counted(
    luck: _Luck,
    modes: np.ndarray,
    x: np.ndarray,
    permutations: np.ndarray,
    fourth: int | np.ndarray,
    of: Callable | None = None,
) -> np.ndarray:
    """The p-values, one comparison at a time, with R² by determinants."""
    tested = luck.reached(shares, modes, x, fourth)
    counts = np.ones(len(tested))
    for order in permutations:
        others = fourth[order] if luck.table else fourth
        reached = (of or luck.luck)(shares, modes, x[order], fourth, others)
        for j, share in enumerate(tested):
            counts[j] += reached > share - CLEAR / 2
    return counts / (1 + len(permutations))


def _draw(trial: Trial, luck: _Luck, d: int, k: int, ties: int) -> tuple:
    """Modes, regressors, permutations and a fourth argument, with no comparison but clear ones."""
    rng = trial.rng
    for _ in range(1000):
        n, number = int(rng.integers(16, 25)), int(rng.integers(25, 45))
        x, second = (correlated(rng, rng.normal(size=(n, width))) for width in (k, k % 3 + 1))
        said = (x - x.mean(axis=0)) / x.std(axis=0) @ rng.normal(size=k)
        modes = rng.normal(size=(n, d))
        modes[:, : d - 1] += np.outer(said / said.std(), rng.uniform(0.2, 0.8, size=d - 1))
        modes[:, : d - 1] = rng.permutation(modes[:, : d - 1], axis=1)
        modes = modes * 10 ** rng.uniform(-1, 1, size=d) + 1
        fourth = second if luck.table else int(rng.integers(2, d))
        permutations = np.array([rng.permutation(n) for _ in range(number)])
        tested = luck.reached(own.r_squared, modes, x, fourth)
        observed = own.r_squared(modes, x)
        if luck.table:
            observed = np.append(observed, own.r_squared(modes, second))
        gaps = [np.diff(np.sort(observed))]
        for order in permutations:
            others = fourth[order] if luck.table else fourth
            gaps.append(luck.luck(own.r_squared, modes, x[order], fourth, others) - tested)
        if np.abs(np.concatenate(gaps)).min() > CLEAR:
            permutations[rng.permutation(number)[:ties]] = np.arange(n)
            return modes, x, permutations, fourth
    raise RuntimeError("no draw in which all comparisons are clear")


def p_values(k: int) -> Variant:
    """Variant k of exercise 9.6."""
    luck, number = LUCKS[k], f"9.6v{k}"

    def with_a_number(
        modes: np.ndarray, regressors: np.ndarray, permutations: np.ndarray, a: int
    ) -> np.ndarray:
        return _counted(luck, modes, regressors, permutations, a)

    def with_a_table(
        modes: np.ndarray, regressors: np.ndarray, permutations: np.ndarray, second: np.ndarray
    ) -> np.ndarray:
        return _counted(luck, modes, regressors, permutations, second)

    right = with_a_table if luck.table else with_a_number
    right.__name__ = "other_p_values"

    def ask(trial: Trial, d: int, width: int, ties: int) -> None:
        given = _draw(trial, luck, d, width, ties)
        want = right(*given)
        got = trial.array(trial.call(*given), shape=want.shape, what="The array of p-values")
        trial.close(got, want, "The p-value",
                    why="counted, with R² from determinants of correlations")  # fmt: skip

    def one_regressor(trial: Trial) -> None:
        for d in sizes(trial.rng, 4, 7, 2):
            ask(trial, d, 1, 0)

    def several(trial: Trial) -> None:
        for d, width in zip(sizes(trial.rng, 4, 7, 2), sizes(trial.rng, 2, 3, 2), strict=True):
            ask(trial, d, width, 0)

    def with_ties(trial: Trial) -> None:
        for d, ties in zip(sizes(trial.rng, 4, 7, 2), sizes(trial.rng, 1, 4, 2), strict=True):
            ask(trial, d, int(trial.rng.integers(1, 4)), ties)

    def without_one(*given: np.ndarray | int) -> np.ndarray:
        return right(*given) - 1 / (1 + len(given[2]))

    exercise = Exercise(
        id=number,
        title="Another luck",
        own=Numerically(right),
        right="Right.",
        hint=f"modes is (n, d), regressors (n, k), permutations (P, n), {luck.fourth} "
        f"{luck.shape}, and the result has shape {luck.result}.",
        parts=(
            Part("one regressor", 1, one_regressor),
            Part("several regressors", 1, several),
            Part("permutations that leave all in place", 1, with_ties),
        ),
        misconceptions=(
            Misconception(
                Numerically(lambda *given: _counted(luck, *given, luck.slip)), luck.message
            ),
            Misconception(
                Numerically(without_one),
                "The 1 + above is missing: what was observed counts as one of the permutations.",
            ),
        ),
    )
    task = TASK.format(what=luck.what, given=luck.given, wanted=luck.wanted)
    stub = STUB.format(number=number, fourth=luck.fourth, shape=luck.shape, result=luck.result)
    return Variant(task, stub, luck.hints, exercise)
