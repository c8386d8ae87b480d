"""3.7: the learning rate for a wanted lateness, against counted steps."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.optimize import brentq

from ..engine import Exercise, Misconception, Part, Trial
from . import own


def _lateness(gamma: float, lr: float) -> float:
    """How much later than flow the descent of one mode is, over a growth of 1e120; counted."""
    s, steps, goal = 1e-150, 0, 1e-30
    while s < goal:
        before = s
        s = s + lr * 4 * gamma * s * (1 - gamma * s * s)
        steps += 1
    steps += np.log(goal / before) / np.log(s / before) - 1
    return lr * steps * 4 * gamma / np.log(goal / 1e-150) - 1


def _compare(trial: Trial, gamma: np.ndarray, late: float) -> None:
    got = float(trial.array(trial.call(gamma, late), shape=(), what="The learning rate"))
    trial.require(got > 0, f"A learning rate is positive; yours is {got:.4g}.")
    trial.require(
        1e-4 < got * 4 * gamma.max() < 20,
        f"At η = {got:.4g} and γ₁ = {gamma.max():.3g} a step multiplies by 1 + 4γη = "
        f"{1 + 4 * gamma.max() * got:.4g}: too little or too much for a lateness of {late:.3g}.",
    )
    trial.close(_lateness(gamma.max(), got), late, "The lateness of the fastest mode at your η",
                rtol=1e-3, why="what was asked for; yours was counted step by step")  # fmt: skip


def _of_the_fastest_mode(trial: Trial) -> None:
    gamma = np.sort(trial.rng.uniform(0.05, 0.8, size=4))[::-1]
    _compare(trial, gamma, trial.rng.uniform(0.05, 0.4))


def _in_any_order(trial: Trial) -> None:
    gamma = trial.rng.uniform(0.1, 0.6, size=5)
    gamma[0], gamma[3] = 0.05, -0.9
    _compare(trial, gamma, trial.rng.uniform(0.02, 0.3))


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
    right="Right. The fastest mode is the latest, so it alone decides.",
    hint="gamma has shape (d,), late is a number such as 0.05, and the answer is one number. A "
    "root finder wants a change of sign: the factor is 1 as η goes to 0 (at 0 itself it is 0/0), "
    "and it should become 1 + late.",
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
            "These are the first two terms of the series, 1 + x/2 − x²/12 with x = 4γη. The next "
            "is x³/24, and x comes near 1: solve the equation itself.",
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
            "This is the largest stable rate, at which mode 1 is 44 % late. It does not depend on "
            "the lateness that you were given.",
        ),
        Misconception(
            lambda gamma, late: _root(late) / (4 * gamma),
            ONE_A_MODE,
        ),
        Misconception(
            lambda gamma, late: _root(late) / (4 * gamma[gamma > 0]),
            ONE_A_MODE,
        ),
        Misconception(
            lambda gamma, late: _root(late) / (2 * np.max(gamma)),
            "Your x is right, but x = 4γη: divide by 4γ₁. The 2 belongs to the series, "
            "x/log(1 + x) ≈ 1 + x/2 = 1 + 2γη.",
        ),
        Misconception(
            lambda gamma, late: _root(late) / (4 * np.sum(gamma)),
            "You add up the γ. Each mode has its own factor 1 + 4γη; the fastest is the latest.",
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
        Misconception(
            lambda gamma, late: _root(late) / (4 * np.min(gamma)),
            "You look at the smallest γ. The fastest mode is the latest.",
        ),
        Misconception(
            lambda gamma, late: _root(late) / (4 * gamma[-1]),
            "You look at the last γ. The fastest mode, the one with the largest γ, is the latest.",
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
            lambda gamma, late: _root(late) / (4 * np.mean(gamma)),
            "You take the mean γ. No mode may be later than asked, and the fastest is the latest.",
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
