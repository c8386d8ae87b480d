"""3.3: step times over other random starts, or in another sense, against quadrature."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.stats import chi2

from ..chapter_03.own import mean_step_times
from ..draws import sizes
from ..engine import Exercise, Misconception, Part, Trial
from .family import Numerically, Variant

TASK = """\
Now {words}

**Given:** `gamma` `(d,)`, all above zero, descending, for the $d$ modes, and `alpha`, a number.

**Wanted:** the {what} of $\\tau_j \\approx -\\log(\\gamma_j s_j(0)^2) / (8 \\gamma_j)$ over random
starts, `(d,)`.
"""

STUB = '''\
def other_step_times(gamma, alpha):
    """Step times of the starts above. gamma (d,) > 0, alpha number -> (d,)."""
    # Your answer here
    raise NotImplementedError("Exercise {number}")


other_step_times = check("{number}", other_step_times)'''


@functools.cache
def _mean_log_of_a_sum(k: int) -> float:
    """Mean of the logarithm of a sum of k squares, by quadrature."""
    return quad(lambda u: u * np.exp(u) * chi2.pdf(np.exp(u), k), -60, 6, limit=200)[0]


@functools.cache
def _median_log_of_a_sum(k: int) -> float:
    """Where half of the density of that logarithm lies on either side."""

    def below(level: float) -> float:
        return quad(lambda u: np.exp(u) * chi2.pdf(np.exp(u), k), -60, level, limit=200)[0]

    return brentq(lambda level: below(level) - 0.5, -3, 5, xtol=1e-12)


@functools.cache
def _mean_log_of_a_share(k: int, d: int) -> float:
    """Mean of the logarithm of the share of k coordinates in the square of a vector of d.

    The share is sin² of an angle whose density is sin^(k − 1) cos^(d − k − 1).
    """
    if k == d:
        return 0.0

    def density(angle: float) -> float:
        return np.sin(angle) ** (k - 1) * np.cos(angle) ** (d - k - 1)

    def both(angle: float) -> float:
        return 2 * np.log(np.sin(angle)) * density(angle)

    return quad(both, 0, np.pi / 2, limit=200)[0] / quad(density, 0, np.pi / 2)[0]


@dataclass(frozen=True)
class _Start:
    """A start, its texts, and the mean or median of log s_j(0)² by j, d and alpha.

    `slip` gives the same of a known mistake.
    """

    words: str
    what: str
    hints: tuple[str, str]
    log: Callable[[int, int, float], float]
    slip: Callable[[int, int, float], float]
    message: str


def _left(j: int, d: int) -> int:
    """In how many coordinates the leftover of column j lives, j counted from 1."""
    return d - j + 1


STARTS = (
    _Start(
        "the start of 3.3, and the *median* over seeds in place of the mean: half of all starts "
        "step earlier. `special.chdtri(k, 0.5)` is the median of a sum of $k$ squares of "
        "independent $\\mathcal N(0, 1)$ numbers.",
        "median",
        (
            "What becomes of a median under a function that only falls?",
            "The logarithm rises with its argument, so that its median is the logarithm of the "
            "median; minus it falls, and a half stays a half.",
        ),
        lambda j, d, alpha: 2 * np.log(alpha) + _median_log_of_a_sum(_left(j, d)),
        lambda j, d, alpha: 2 * np.log(alpha) + _median_log_of_a_sum(d),
        "You give every mode all d dimensions. Each earlier mode has taken one.",
    ),
    _Start(
        "each column $W(0) v_j$ has exactly the length $\\alpha$ and a direction in "
        "$\\mathbb R^d$ that is drawn at random, each direction as likely as the other, "
        "independently of the other columns.",
        "mean",
        (
            "Of a column from $\\mathcal N(0, \\alpha^2)$, divided by its length and multiplied by "
            "$\\alpha$, the direction is as random as is wanted, and the length is right.",
            "The leftover's square is then a share of $\\alpha^2$: the squares of some coordinates "
            "over the squares of all. The logarithm of a quotient is a difference, and the two "
            "facts of 3.3 give the mean of each. Test: mode 1 starts at $\\alpha$ for sure.",
        ),
        lambda j, d, alpha: 2 * np.log(alpha) + _mean_log_of_a_share(_left(j, d), d),
        lambda j, d, alpha: 2 * np.log(alpha) + np.log(_left(j, d) / d),
        "You put the mean share, k/d, into the logarithm. The mean of a logarithm is smaller.",
    ),
    _Start(
        "the weights start as the product of two layers, $W(0) = A B$ with $A$ $(d, d)$ and $B$ "
        "$(d, m)$, all entries of both independent and from $\\mathcal N(0, \\alpha^2)$. The "
        "product is then trained as before.",
        "mean",
        (
            "The effective starts are the diagonal of $R$ in $W(0) V_d = QR$. What is the $R$ of a "
            "product of two matrices?",
            "With $B V_d = Q_B R_B$, the matrix $A Q_B$ has independent entries from "
            "$\\mathcal N(0, \\alpha^2)$ again, and an $R_A$ of its own. A product of two "
            "triangular matrices is triangular; what stands on its diagonal?",
        ),
        lambda j, d, alpha: 2 * (2 * np.log(alpha) + _mean_log_of_a_sum(_left(j, d))),
        lambda j, d, alpha: 4 * np.log(alpha) + np.log(d) + _mean_log_of_a_sum(_left(j, d)),
        "You let A stretch every leftover by √d. What A's own columns leave counts too.",
    ),
)  # fmt: skip


def step_times(k: int) -> Variant:
    """Variant k of exercise 3.3."""
    start, number = STARTS[k], f"3.3v{k}"

    def times(gamma: np.ndarray, alpha: float, log: Callable) -> np.ndarray:
        d = len(gamma)
        logs = [np.log(g) + log(j, d, alpha) for j, g in enumerate(gamma, start=1)]
        return np.array([-x / (8 * g) for x, g in zip(logs, gamma, strict=True)])

    def other_step_times(gamma: np.ndarray, alpha: float) -> np.ndarray:
        return times(gamma, alpha, start.log)

    def compare(trial: Trial, d: int, low: float, high: float, rtol: float) -> None:
        gamma = np.sort(trial.rng.uniform(0.05, 0.8, d))[::-1]
        alpha = float(10 ** trial.rng.uniform(low, high))
        what = f"The {start.what} step time"
        got = trial.array(trial.call(gamma, alpha), shape=(d,), what=what)
        why = f"the {start.what} of log s(0)² by quadrature"
        trial.close(got, other_step_times(gamma, alpha), what, rtol=rtol, why=why)

    def roughly(trial: Trial) -> None:
        for d in sizes(trial.rng, 3, 7, 2):
            compare(trial, d, -5, -3, 0.01)

    def exactly(trial: Trial) -> None:
        for d in sizes(trial.rng, 1, 8, 3):
            compare(trial, d, -9, -2, 1e-6)

    exercise = Exercise(
        id=number,
        title="Step times of other starts",
        own=Numerically(other_step_times),
        right="Right.",
        hint="The call is other_step_times(gamma, alpha), and one time for each mode comes back.",
        parts=(Part("to a hundredth", 1, roughly), Part("to six digits", 2, exactly)),
        misconceptions=(
            Misconception(mean_step_times, "These are the times of 3.3."),
            Misconception(
                Numerically(lambda gamma, alpha: times(gamma, alpha, start.slip)), start.message
            ),
        ),
    )
    task = TASK.format(words=start.words, what=start.what)
    return Variant(task, STUB.format(number=number), start.hints, exercise)
