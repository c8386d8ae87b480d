"""3.7: the learning rate for a wanted lateness, against counted steps."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.optimize import brentq

from ..draws import sizes
from ..engine import Exercise, Misconception, Part, Trial
from . import own


def _lateness(gamma: float, lr: float) -> float:
    """How much later than flow the descent of one mode is, over a growth of 1e9; counted.

    Over a growth of 2 where steps are so small that there would be too many.
    """
    start, goal = 1e-40, 2e-40 if lr * gamma < 1e-3 else 1e-31
    s, steps = start, 0
    while s < goal:
        before = s
        s = s + lr * 4 * gamma * s * (1 - gamma * s * s)
        steps += 1
    # Between two steps: growth is exponential there.
    steps += np.log(goal / before) / np.log(s / before) - 1
    return lr * steps * 4 * gamma / np.log(goal / start) - 1


def _apart(a: float, b: float) -> tuple[str, str]:
    """Two numbers with as many digits as it takes to see which is larger, and three at least."""
    digits = next((k for k in range(3, 12) if f"{a:.{k}g}" != f"{b:.{k}g}"), 12)
    return f"{a:.{digits}g}", f"{b:.{digits}g}"


def _of_a_grid(x: float, root: float) -> str:
    """Whether x is a point of an even grid of 0 to 1, and the root within a step of it."""
    for n in (10_000, 9999, 1000, 999, 100, 99, 5000, 4999, 2000, 1999, 500, 499, 200, 199):
        k = round(n * x)
        if k > 0 and abs(n * x - k) < 1e-6 and abs(root - x) < 1 / n:
            return (
                f" With x = 4γη it has x = {k}/{n}, and the root is less than 1/{n} away: on a "
                "grid it lies between two points."
            )
    return ""


def _compare(trial: Trial, gamma: np.ndarray, late: float, rtol: float = 1e-4) -> None:
    fastest = gamma.max()
    want = brentq(
        lambda lr: _lateness(fastest, lr) - late, late / 4 / fastest, 0.4 / fastest, xtol=1e-9
    )
    result = trial.call(gamma, late)
    with np.errstate(divide="ignore"):
        each = _root(late) / (4 * gamma)
    trial.slips(result, want, [(each, ONE_A_MODE), (each[gamma > 0], ONE_A_MODE)])
    got = float(trial.array(result, shape=(), what="The learning rate"))
    # Room for a root finder that stops early; the series is cut off at other lateness.
    x, so = got * fastest, ""
    if 1e-3 < x < 0.6:
        mine, asked = _apart(100 * _lateness(fastest, got), 100 * late)
        so = f"At your η the fastest mode is {mine} % late; asked is {asked} %."
        so += _of_a_grid(4 * x, 4 * want * fastest)
    trial.close(got, want, "The largest learning rate", rtol=rtol, otherwise=so,
                why="the η at which the steps, counted one by one, are so much later")  # fmt: skip


def _late(rng: np.random.Generator) -> tuple[float, float]:
    """A small lateness and a large one, where the first terms of the series are not enough."""
    return rng.uniform(0.025, 0.06), rng.uniform(0.2, 0.39)


def _of_the_fastest_mode(trial: Trial) -> None:
    for d, late in zip(sizes(trial.rng, 2, 7, 2), _late(trial.rng), strict=True):
        _compare(trial, np.sort(trial.rng.uniform(0.05, 0.8, size=d))[::-1], late)
    # A root that a search from x = 0.001 on cannot find. What stops at 1e-6 is right to 0.15 %.
    _compare(trial, np.array([0.6, 0.2]), trial.rng.uniform(3.5e-4, 4.9e-4), rtol=3e-3)


def _in_any_order(trial: Trial) -> None:
    for d, late in zip(sizes(trial.rng, 4, 7, 2), _late(trial.rng), strict=True):
        gamma = trial.rng.uniform(0.05, 0.4, size=d)
        # Neither first nor last is the fastest mode, and the largest in size is negative.
        fastest, negative = 1 + trial.rng.permutation(d - 2)[:2]
        gamma[fastest], gamma[negative] = trial.rng.uniform(0.5, 2.0), -2.5
        _compare(trial, gamma, late)
    # The rates of another unit: between fixed ends no search finds both of these η.
    for power in (-4, 4):
        _compare(trial, gamma * 10 ** (power + trial.rng.uniform(-1, 1)), late)
    # At γ = 0 the factor is 0/0, and no step is late.
    _compare(trial, np.insert(gamma, trial.rng.integers(1, len(gamma)), 0.0), late)


def _solve(equation: Callable[[float], float]) -> float:
    return brentq(equation, 1e-9, 10)


def _root(late: float) -> float:
    return _solve(lambda x: x / np.log1p(x) - 1 - late)


ONE_A_MODE = (
    "You have one η for each mode. The smallest of those with γ > 0 keeps all of them in time."
)

LARGEST_RATE = Exercise(
    id="3.7",
    title="How large may the learning rate be?",
    own=own.largest_rate,
    right="Right. Of all modes the fastest is late by the largest factor, so it alone decides.",
    hint="gamma has shape (d,), its entries in any order and of any sign; late is a number between "
    "0 and 0.4, and the answer is one number. A root finder wants a change of sign between its two "
    "ends, whatever late is. With x = 4γη the factor is 1 as x goes to 0 (at 0 itself it is 0/0), "
    "and it becomes 1 + late a little above x = 2·late.",
    parts=(
        Part("the fastest mode", 1, _of_the_fastest_mode),
        Part("any order, any sign", 1, _in_any_order),
    ),
    misconceptions=(
        Misconception(
            lambda gamma, late: late / (2 * np.max(gamma)),
            "This is the first term of the series, 4γη/log(1 + 4γη) ≈ 1 + 2γη. It is good for a "
            "lateness of 1 % and not of 30 %: solve the equation itself.",
        ),
        Misconception(
            lambda gamma, late: (3 - np.sqrt(9 - 12 * late)) / (4 * np.max(gamma)),
            "These are the first terms of the series, 1 + x/2 − x²/12 with x = 4γη. The next "
            "is x³/24, and x comes near 1: solve the equation itself.",
        ),
        Misconception(
            lambda gamma, late: (late + late**2 / 3) / (2 * np.max(gamma)),
            "These are the first two terms of a series in the lateness, x = 2·late + 2·late²/3 "
            "with x = 4γη. It does for a small lateness: solve the equation itself.",
        ),
        Misconception(
            lambda gamma, late: _solve(lambda x: np.log1p(x) / x - 1 + late) / (4 * np.max(gamma)),
            "You measure the lateness against the time of descent, 1 − log(1 + x)/x with x = 4γη. "
            "It is measured against that of flow: x/log(1 + x) − 1.",
        ),
        Misconception(
            lambda gamma, late: _solve(lambda x: x - np.log1p(x) - late) / (4 * np.max(gamma)),
            "You take the difference of 4γη and log(1 + 4γη). Lateness is relative: their ratio, "
            "less 1.",
        ),
        Misconception(
            lambda gamma, late: (
                _solve(lambda x: np.exp(x) / (1 + x) - 1 - late) / (4 * np.max(gamma))
            ),
            "You compare e^(4γη) with 1 + 4γη, the growth of one step. A time is a logarithm of "
            "growth: compare 4γη with log(1 + 4γη).",
        ),
        Misconception(
            lambda gamma, late: 1 / (4 * np.max(gamma)),
            "This is the largest rate at which the modes with γ > 0 are stable. The fastest "
            "mode is then 44 % late, whatever lateness you were given.",
        ),
        Misconception(
            lambda gamma, late: _root(late) / (2 * np.max(gamma)),
            "Your x is right, but x = 4γη: divide by 4γ₁. The 2 belongs to the series, "
            "x/log(1 + x) ≈ 1 + x/2 = 1 + 2γη.",
        ),
        Misconception(
            lambda gamma, late: _root(late) / (4 * np.sum(gamma)),
            "You add up the γ. Each mode has its own factor 1 + 4γη; the fastest alone counts.",
        ),
        Misconception(
            lambda gamma, late: _root(late) / np.max(gamma),
            "Your x is right, but x = 4γη: divide by 4γ₁.",
        ),
        Misconception(
            lambda gamma, late: _root(late) / (8 * np.max(gamma)),
            "A step multiplies s by 1 + 4γη. The 8γ is the rate of λ = γs², in continuous time.",
        ),
        Misconception(
            lambda gamma, late: np.min(_root(late) / (4 * gamma)),
            "You take the smallest η of all modes, and that of a mode with γ < 0 is negative. Such "
            "a mode has no step that could be late: leave it out.",
        ),
        *(
            Misconception(
                like,
                "You look at the last γ, or at the smallest. The mode with the largest γ is late "
                "by the most.",
            )
            for like in (
                lambda gamma, late: _root(late) / (4 * np.min(gamma)),
                lambda gamma, late: _root(late) / (4 * gamma[-1]),
            )
        ),
        Misconception(
            lambda gamma, late: _root(late) / (4 * gamma[0]),
            "You take the first γ for the largest. Nothing says that they are sorted.",
        ),
        Misconception(
            lambda gamma, late: _root(late) / (4 * np.max(np.abs(gamma))),
            "You take the largest |γ|. A mode with γ < 0 has no step that could be late.",
        ),
        Misconception(
            lambda gamma, late: _root(late) / (4 * np.median(gamma)),
            "You take the median γ. No mode may be later than asked, and the fastest is late "
            "by the most.",
        ),
        Misconception(
            lambda gamma, late: _root(late) / (4 * np.sort(gamma)[-2]),
            "You take the second largest γ. The fastest mode is late by the most.",
        ),
        Misconception(
            lambda gamma, late: _root(late / 100) / (4 * np.max(gamma)),
            "You divide late by 100. It is a fraction: 0.05 means 5 %.",
        ),
        Misconception(
            lambda gamma, late: _solve(lambda x: np.expm1(x) / x - 1 - late) / (4 * np.max(gamma)),
            "You compare e^(4γη) − 1 with 4γη. Steps are counted by logarithms: compare 4γη with "
            "log(1 + 4γη).",
        ),
        Misconception(
            lambda gamma, late: _root(late) / (4 * np.mean(gamma)),
            "You take the mean γ. No mode may be later than asked, and the fastest alone counts.",
        ),
        Misconception(
            lambda gamma, late: late / (4 * np.max(gamma)),
            "You set 4γη equal to the lateness. The lateness is 4γη/log(1 + 4γη) − 1, about half "
            "of that.",
        ),
        Misconception(
            lambda gamma, late: late / (1 + late) / (4 * np.max(gamma)),
            "You use a ratio 1/(1 − 4γη). Steps are counted by logarithms: log(1 + 4γη) of growth "
            "a step, against 4γη.",
        ),
        Misconception(
            lambda gamma, late: np.expm1(late) / (4 * np.max(gamma)),
            "You set log(1 + 4γη) equal to the lateness. It is the growth of one step; compare it "
            "with 4γη, what flow grows in the same time.",
        ),
        Misconception(
            lambda gamma, late: _root(late),
            "This is x = 4γ₁η. Wanted is η.",
        ),
    ),
)
