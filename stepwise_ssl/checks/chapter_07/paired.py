"""7.5: paired differences, against SciPy's own test and a brute-force standard error."""

from __future__ import annotations

import numpy as np
from scipy import stats

from ..asking import once_a_draw
from ..engine import Exercise, Part, Trial, Wrong
from ..trial import shown
from ..values import as_array
from . import own
from .common import unpack

NAMES = "mean, error, real"


def _draw(trial: Trial, n: int, statistic: float) -> tuple[np.ndarray, np.ndarray]:
    """Two rows (n,) that share most of their scatter; b − a has this t statistic."""
    common, noise = trial.rng.normal(size=n), trial.rng.normal(size=n)
    noise = (noise - noise.mean()) / noise.std(ddof=1) * trial.rng.uniform(0.01, 0.1)
    difference = noise + statistic * noise.std(ddof=1) / np.sqrt(n)
    a = trial.rng.uniform(0.5, 0.9) + 0.1 * common
    scale = trial.rng.choice([0.3, 1.0, 7.0])  # measures other than accuracies
    return scale * a, scale * (a + difference)


def _mean_and_error(trial: Trial) -> None:
    n = int(trial.rng.integers(3, 6))
    for count, level in ((n, 0.05), (n + 3, 0.2)):
        sign = trial.rng.choice([-1, 1])
        _ask(trial, *_draw(trial, count, sign * trial.rng.uniform(0.5, 3)), level)


def _ask(trial: Trial, a: np.ndarray, b: np.ndarray, level: float) -> None:
    n = len(a)
    got = unpack(trial, trial.call(a, b, level), NAMES)
    difference = [y - x for x, y in zip(a, b, strict=True)]
    mean = sum(difference) / n
    trial.slips(got[0], mean, [
        (np.median(difference), "This is the median. The mean is wanted."),
        (n * mean, "This is the sum. The mean is wanted."),
        (abs(mean), "The sign of the mean is lost: b may be worse than a."),
        (difference, "These are the differences. Their mean is wanted."),
    ])  # fmt: skip
    trial.close(trial.array(got[0], shape=(), what="The mean"), mean, "The mean", rtol=1e-8)
    # The variance from all pairs: no mean is taken, so no n − 1 has to be chosen.
    squares = [(x - y) ** 2 for x in difference for y in difference]
    error = np.sqrt(sum(squares) / (2 * n * (n - 1)) / n)
    apart = np.sqrt((a.var(ddof=1) + b.var(ddof=1)) / n)
    unpaired = (
        "Yours comes from the scatter of a and that of b. What a seed brings to both drops out of "
        "b − a: take the differences first."
    )
    trial.slips(got[1], error, [
        (apart, unpaired),
        (np.sqrt((a.var() + b.var()) / n), unpaired),
        (abs(b.std(ddof=1) - a.std(ddof=1)) / np.sqrt(n), unpaired),
        (np.sqrt(a.var(ddof=1) + b.var(ddof=1)), unpaired),
        (np.sqrt(a.var() + b.var()), unpaired),
        (error * np.sqrt(n), "This is the scatter of one difference. The mean of n scatters less, "
         "by √n."),
        (error * np.sqrt((n - 1) / n), "n − 1: the scatter is estimated around the differences' "
         "own mean. np.std has ddof=0 unless you say ddof=1."),
        (error * np.sqrt(n - 1), "You divide by n in the variance and leave out the √n of the "
         "mean."),
        (error * np.sqrt(n / 3), "You divide by √3. Your function is asked about other numbers of "
         "seeds than three: √n."),
        (error / np.sqrt(n), "One √n too many: the variance of the mean is that of one difference "
         "over n."),
    ])  # fmt: skip
    trial.close(trial.array(got[1], shape=(), what="The error"), error, "The standard error",
                rtol=1e-8, why="from all pairs of differences")  # fmt: skip


def _answer(trial: Trial, a: np.ndarray, b: np.ndarray, level: float) -> bool:
    real = unpack(trial, trial.call(a, b, level), NAMES)[2]
    array = as_array(real)
    if array is None or array.shape or array.dtype.kind != "b":
        trial.fail(f"The verdict should be True or False; yours is {shown(real)}.", named=True)
    return bool(array)


@once_a_draw
def _p_values(a: np.ndarray, b: np.ndarray) -> tuple[float, float, float]:
    """Those of the paired test, of the unpaired one, and of one of ranks."""
    tests = (stats.ttest_rel(b, a), stats.ttest_ind(b, a), stats.wilcoxon(b - a))
    return tests[0].pvalue, tests[1].pvalue, tests[2].pvalue


def _verdict(trial: Trial) -> None:
    """Ask about means on both sides of every bound, then look which bound the answers have."""
    sign, cases = trial.rng.choice([-1, 1]), []
    wrong: tuple = ()
    for n, level, share in (
        (3, 0.05, 0.4), (3, 0.05, 0.57), (3, 0.05, 0.85), (3, 0.05, 1.1), (5, 0.05, 0.9),
        (5, 0.01, 0.85), (5, 0.01, 1.1), (8, 0.2, 0.95), (8, 0.2, 1.1),
        # Between the bounds of 6 and of 2n − 2 degrees of freedom, and between 1.96 and 2.
        (5, 0.05, 0.855), (8, 0.05, 0.837),
        # Between the normal bound and Student's, which differ for many seeds as well.
        (40, 0.05, 0.985),
        # Clear ones: beyond the bound of half the level, and then beyond that times √n.
        (3, 0.05, 1.6), (5, 0.05, 1.35), (8, 0.2, 3.3), (5, 0.05, 2.6),
    ):  # fmt: skip
        for side in (sign, -sign):
            a, b = _draw(trial, n, side * share * stats.t.isf(level / 2, n - 1))
            want, apart, ranks = (bool(p < level) for p in _p_values(a, b))
            got = _answer(trial, a, b, level)
            cases.append((n, level, stats.sem(b - a), (b - a).mean(), got, want, apart, ranks))
            trial.comparisons += 1
            if got != want:
                wrong = wrong or (a, b, level)
    if wrong:
        _answer(trial, *wrong)  # so that the inputs that are shown are those of this case
        _refuse(trial, cases, *next(case for case in cases if case[4] != case[5]))
    _verdict_without_scatter(trial, sign)
    _verdict_without_a_unit(trial, sign)


def _verdict_without_a_unit(trial: Trial, sign: int) -> None:
    """A measure may be small as a whole: then its differences are not equal, nor are they none."""
    for share in (0.85 * sign, 1.6 * sign):
        a, b = _draw(trial, 3, share * stats.t.isf(0.025, 2))
        want = bool(stats.ttest_rel(b, a).pvalue < 0.05)
        usual, small = (_answer(trial, unit * a, unit * b, 0.05) for unit in (1, 1e-9))
        trial.comparisons += 1
        if small != usual == want:
            trial.fail(
                f"For some a and b your verdict is {usual}, and for the same two times 1e-9 it is "
                f"{small}. A measure may have any unit, and the verdict has none: the mean is "
                "compared with its own error, and with no fixed number. Differences are equal only "
                "where they are equal, not where they are close.",
                named=True,
            )
        trial.require(small == want, f"Your verdict is {small}. SciPy's paired test says {want}.")


def _verdict_without_scatter(trial: Trial, sign: int) -> None:
    """Differences that are all equal, without any rounding."""
    for n, shift in ((3, 0.25 * sign), (5, -0.5 * sign)):
        a = trial.rng.integers(32, 64, size=n) / 64
        got = _answer(trial, a, a + shift, 0.05)
        trial.comparisons += 1
        if not got:
            trial.fail(
                f"All differences are {shift:g}, and your verdict is False. Their scatter is 0, so "
                "0 is all that the mean has to be larger than, in size. A quotient with 0 below "
                "need not be formed: compare the mean with the quantile times the error.",
                named=True,
            )
        got = _answer(trial, a, a.copy(), 0.05)
        trial.comparisons += 1
        if got:
            trial.fail(
                "All differences are 0, and your verdict is True. Their mean is 0, so a mean of 0 "
                "is not refused. Compare the mean with the quantile times the error: 0 is not "
                "larger than 0. (A quotient is nan there, and so is SciPy's t.interval.)",
                named=True,
            )


def _refuse(
    trial: Trial, cases: list[tuple], n: int, level: float, error: float, mean: float,
    got: bool, want: bool, *_others: bool,
) -> None:  # fmt: skip
    said = (
        f"n = {n}, level {level:g}, a mean of {abs(mean / error):.2f} standard errors"
        f"{' below 0' if mean < 0 else ''}: your verdict is {got}."
    )
    rules = [
        (lambda n, level, t: t > stats.t.isf(level / 2, n - 1), "True for b above a only. A "
         "difference below 0 is one, too: compare its size."),
        (lambda n, level, t: abs(t) > stats.norm.isf(level / 2), "The bound of a scatter that is "
         "known, 1.96 at a level of 0.05. Here it is estimated from these few numbers, and "
         "Student's t with n − 1 degrees of freedom has a larger one."),
        (lambda n, level, t: abs(t) > (stats.norm.isf(level / 2) if n >= 30 else
                                       stats.t.isf(level / 2, n - 1)), "For many seeds you take "
         "the bound of a scatter that is known. Student's t comes near it, but has a larger bound "
         "for every number of seeds."),
        (lambda n, level, t: abs(t) > stats.t.isf(level, n - 1), "The quantile at 1 − level. In a "
         "two-sided test half of the level belongs to each side."),
        (lambda n, level, t: t > stats.t.isf(level, n - 1), "A one-sided test: a difference below "
         "0 is one, too."),
        (lambda n, level, t: abs(t) > stats.t.isf(level / 2, n), "n degrees of freedom, where n − "
         "1 are left: one is spent on the mean."),
        (lambda n, level, t: abs(t) > stats.t.isf(level / 2, 2 * n - 2), "2n − 2 degrees of "
         "freedom belong to the unpaired test. There are n differences: n − 1."),
        (lambda n, level, t: abs(t) > stats.t.isf(0.025, n - 1), "The bound at a level of 0.05, "
         "whatever the level is."),
        (lambda n, level, t: abs(t) > 1.96, "1.96 is the bound for a scatter that is known, at a "
         "level of 0.05. Student's t has a larger one for few seeds."),
        (lambda n, level, t: abs(t) > 4.3, "4.30 is the bound for three seeds at a level of 0.05. "
         "It depends on both."),
        (lambda n, level, t: abs(t) > stats.t.ppf(level, n - 1), "Your verdict is True in all "
         "these cases. Is your bound the quantile at level, which is below 0? That of a two-sided "
         "test is the one at 1 − level/2."),
        (lambda n, level, t: False, "Your verdict is False in all these cases, one with a mean "
         "of more than three times the bound among them."),
        (lambda n, level, t: abs(t) > stats.t.isf(level / 4, n - 1), "The level is halved twice. A "
         "p-value of both sides is compared with the whole level, and the bound is the quantile "
         "at 1 − level/2."),
        (lambda n, level, t: abs(t) > np.sqrt(n) * stats.t.isf(level / 2, n - 1), "You hold the "
         "mean against the scatter of one difference. Its own error is smaller, by √n."),
        (lambda n, level, t: abs(t) > 2, "Two standard errors are no bound for so few seeds, nor "
         "for every level."),
        (lambda n, level, t: abs(t) < stats.t.isf(level / 2, n - 1), "The verdicts are upside "
         "down."),
    ]  # fmt: skip
    t = [case[3] / case[2] for case in cases]
    verdicts, right = (np.array([case[k] for case in cases], dtype=float) for k in (4, 5))
    known = [
        (np.array([rule(n, level, x) for (n, level, *_), x in zip(cases, t, strict=True)], float),
         why)
        for rule, why in rules
    ]  # fmt: skip
    apart = np.array([case[6] for case in cases], dtype=float)
    ranks = np.array([case[7] for case in cases], dtype=float)
    known.append((ranks, "The verdicts of a test of ranks, Wilcoxon's. It does not see how large a "
                  "difference is, and with n of them no p-value is below 2/2ⁿ. Asked is the "
                  "t-test."))  # fmt: skip
    known.append((apart, "The verdicts of the unpaired test. What a seed brings to both drops out "
                  "of b − a: test the differences."))  # fmt: skip
    try:
        trial.slips(verdicts, right, known)
    except Wrong as wrong:
        raise Wrong(said, slip=wrong.slip) from None
    trial.fail(f"{said} SciPy's paired test says {want}.")


PAIRED = Exercise(
    id="7.5",
    title="Is the difference real?",
    own=own.paired,
    right="Right. At level 0.05 three seeds see a difference only beyond 4.3 standard errors.",
    hint="a and b are (n,); return (mean, error, real).",
    parts=(
        Part("mean and error", 1, _mean_and_error),
        Part("the verdict", 1, _verdict),
    ),
)
