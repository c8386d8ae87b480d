"""2.4: the closed form, against an ODE solver and the limits."""

from __future__ import annotations

from typing import Any

import numpy as np

from ... import linear
from ..draws import sizes
from ..engine import Exercise, Misconception, Part, Trial
from ..values import same_values
from .truth import integrate


def _compare(
    trial: Trial, t: np.ndarray, gamma: np.ndarray, s0: np.ndarray, want: np.ndarray, why: str
) -> None:
    result = trial.call(t, gamma, s0)
    _refuse_order(trial, result, t, gamma, s0, want)
    # Before the numbers are read: what is nan in part has a cause that can be known.
    with np.errstate(all="ignore"):
        trial.slips(result, want, ((like(t, gamma, s0), message) for like, message in NO_NUMBERS))
    got = trial.array(result, shape=(len(t), len(gamma)), what="s(t)")
    off = float(np.max(np.abs(got - want) / np.maximum(want, 1e-3 * want.max())))
    trial.require(
        not 2e-5 < off < 0.02,
        f"At this call yours is off by {100 * off:.2g} % at most. Wanted is the closed form, a "
        "formula of t, which is right to the last digits.",
        otherwise="Yours is near the solution, and not on it.",
    )
    trial.close(got, want, "s(t)", rtol=1e-6, why=why)


def _refuse_order(
    trial: Trial, result: Any, t: np.ndarray, gamma: np.ndarray, s0: np.ndarray, want: np.ndarray
) -> None:
    """Refuse what is right for the same times in ascending order, unless its rows are only moved.

    Who integrates up to the last time, say, has inf or nan at a later one.
    """
    if same_values(result, want):
        return
    order = np.argsort(t)
    if same_values(result, want[order]):
        return
    if same_values(trial.beside(t[order], gamma, s0), want[order]):
        trial.fail(
            "For these times in ascending order yours is right, and in the order in which they "
            "come it is not. t may be in any order, and its last entry need not be the latest: "
            "each row of s(t) knows only its own time.",
            named=True,
        )


def _times(rng: np.random.Generator, size: int, latest: float) -> np.ndarray:
    """In no order, and none of them 0: what is measured from the first one, say, is then wrong."""
    return rng.permutation(rng.uniform([0.01] + [0.05] * (size - 1), 1)) * latest


def _solves_the_equation(trial: Trial) -> None:
    few, d, many = sorted(sizes(trial.rng, 2, 8, 3))
    for number, latest in ((few, 4.0), (many, 30.0)):
        gamma = trial.rng.uniform(0.1, 0.6, size=d)
        start = 10 ** trial.rng.uniform(-4, -1, size=d)
        start[0] = trial.rng.uniform(1.3, 2.5)  # from above
        start[-1] = 10 ** trial.rng.uniform(-12, -8)
        s0, t = np.sqrt(start / gamma), _times(trial.rng, number, latest)
        _compare(trial, t, gamma, s0, integrate(t, gamma, s0),
                 "ds/dt = 4γs(1 − γs²), integrated numerically")  # fmt: skip
    # A small γ is none, however small: on a slow clock it grows like any other.
    slow = 10 ** trial.rng.uniform(-6, -4)
    _compare(trial, t / slow, gamma * slow, s0 / np.sqrt(slow),
             integrate(t, gamma, s0) / np.sqrt(slow),
             "the same equation with every γ so small")  # fmt: skip


def _shrinks_where_gamma_is_negative(trial: Trial) -> None:
    d, number = sizes(trial.rng, 3, 7, 2)
    gamma = trial.rng.uniform(0.05, 0.5, size=d)
    gamma[:-1] *= -1
    gamma[1] = 0.0
    gamma = trial.rng.permutation(gamma)
    s0 = trial.rng.uniform(0.2, 2, size=d)
    t = _times(trial.rng, number, 3.0)
    t[-1] = 0.0
    _compare(trial, t, gamma, s0, integrate(t, gamma, s0), "the same equation, integrated")


def _settles(trial: Trial) -> None:
    d, number = sizes(trial.rng, 3, 7, 2)
    gamma = trial.rng.uniform(0.1, 0.6, size=d)
    gamma[0] *= -1
    gamma[1] = 0.0
    gamma = trial.rng.permutation(gamma)
    s0 = trial.rng.uniform(0.001, 0.5, size=d)
    s0[gamma.argmax()] = 10 ** trial.rng.uniform(-10, -8)  # no floor lies below this λ(0)
    t = trial.rng.permutation(np.geomspace(trial.rng.uniform(400, 3000), 1e6, number))
    end = np.where(gamma > 0, np.maximum(gamma, 1e-9) ** -0.5, np.where(gamma == 0, s0, 0.0))
    _compare(trial, t, gamma, s0, np.tile(end, (number, 1)),
             "long after the step: γ^(-1/2) for γ > 0, s(0) for γ = 0, 0 for γ < 0")  # fmt: skip


def _closed_form(t: np.ndarray, gamma: np.ndarray, s0: np.ndarray, fast: float = 1) -> np.ndarray:
    lam0 = gamma * s0**2
    return s0 / np.sqrt(lam0 + (1 - lam0) * np.exp(-8 * fast * gamma * t[:, None]))


def _as_printed(t: np.ndarray, gamma: np.ndarray, s0: np.ndarray) -> np.ndarray:
    t = t[:, None]
    return np.exp(4 * gamma * t) / np.sqrt(s0**-2 + (np.exp(8 * gamma * t) - 1) * gamma)


def _by_log_odds(t: np.ndarray, gamma: np.ndarray, s0: np.ndarray) -> np.ndarray:
    lam0 = gamma * s0**2
    lam = 1 / (1 + np.exp(-np.log(lam0 / (1 - lam0)) - 8 * gamma * t[:, None]))
    return np.sqrt(lam / gamma)


def _by_logistic(t: np.ndarray, gamma: np.ndarray, s0: np.ndarray) -> np.ndarray:
    lam = 1 / (1 + (1 / (gamma * s0**2) - 1) * np.exp(-8 * gamma * t[:, None]))
    return np.sqrt(lam / gamma)


def _by_clipped_start(t: np.ndarray, gamma: np.ndarray, s0: np.ndarray) -> np.ndarray:
    lam0 = np.clip(gamma * s0**2, 0, 1)
    return s0 / np.sqrt(lam0 + (1 - lam0) * np.exp(-8 * gamma * t[:, None]))


def _at_the_end_at_once(t: np.ndarray, gamma: np.ndarray, s0: np.ndarray) -> np.ndarray:
    return np.where(gamma * s0**2 > 1, np.abs(gamma) ** -0.5, _closed_form(t, gamma, s0))


def _by_odds_without_sign(t: np.ndarray, gamma: np.ndarray, s0: np.ndarray) -> np.ndarray:
    safe = np.where(gamma > 0, gamma, 1)
    odds = np.abs(1 / (safe * s0**2) - 1)
    grown = np.sqrt(1 / (1 + odds * np.exp(-8 * safe * t[:, None])) / safe)
    return np.where(gamma > 0, grown, linear.singular_values(t, gamma, s0))


def _by_start_without_square(t: np.ndarray, gamma: np.ndarray, s0: np.ndarray) -> np.ndarray:
    lam0 = gamma * s0
    return s0 / np.sqrt(lam0 + (1 - lam0) * np.exp(-8 * gamma * t[:, None]))


def _saturates_at_one(t: np.ndarray, gamma: np.ndarray, s0: np.ndarray) -> np.ndarray:
    return s0 / np.sqrt(s0**2 + (1 - s0**2) * np.exp(-8 * gamma * t[:, None]))


STANDS_STILL = (
    "At γ = 0 yours is no number. There λ and λ(0) are 0, so that λ/γ and λ/λ(0) are 0/0, and "
    "1/λ(0) is infinite. Such a mode does not move: what is 0 there has to be cancelled on paper, "
    "and s(0) stays in front."
)

LEAST = (1e-6, 1e-5, 1e-3)  # what is below might be taken for 0

# Slips whose numbers are partly nan.
NO_NUMBERS = (
    (
        _as_printed,
        "The formula is right, but at late times e^(8γt) overflows to infinity and ∞/∞ is not "
        "a number. Divide numerator and denominator by e^(8γt) inside the root.",
    ),
    (
        _by_log_odds,
        "log(λ/(1 − λ)) does not exist for λ < 0 or λ > 1. The odds λ/(1 − λ) do, with a sign, "
        "and go as e^(8γt) all the same: drop the logarithm and solve for λ.",
    ),
    (
        lambda t, gamma, s0: np.sqrt(gamma * _closed_form(t, gamma, s0) ** 2 / gamma),
        STANDS_STILL,
    ),
    (
        _by_logistic,
        STANDS_STILL,
    ),
    (
        lambda t, gamma, s0: np.sqrt(gamma) * _closed_form(t, gamma, s0),
        "This is √λ, which is no number for γ < 0. Wanted is s = √(λ/γ), which ends at γ^(-1/2) "
        "and not at 1.",
    ),
    (
        lambda t, gamma, s0: gamma * _closed_form(t, gamma, s0) ** 2,
        "This is the eigenvalue λ = γs². Wanted is the singular value s = √(λ/γ).",
    ),
    (
        lambda t, gamma, s0: _closed_form(t, gamma, s0, fast=-1),
        "The sign in the exponent is reversed: time runs backwards in yours, and a small mode "
        "shrinks where γ > 0.",
    ),
)


def _grows_to_its_end(t, gamma, s0):
    with np.errstate(all="ignore"):
        grown = s0 * np.exp(4 * gamma * t[:, None])
        return np.where(gamma > 0, np.minimum(grown, np.abs(gamma) ** -0.5), grown)


def _s_is_logistic(fast: float):
    """s in the place of λ: from s(0) to γ^(-1/2) along a logistic curve."""

    def like(t, gamma, s0):
        with np.errstate(all="ignore"):
            e = np.exp(-fast * np.abs(gamma) * t[:, None])
            end = np.abs(gamma) ** -0.5
            return np.where(gamma > 0, end / (1 + (end / s0 - 1) * e), s0 * e)

    return like


SINGULAR_VALUES = Exercise(
    id="2.4",
    title="Solve the equation of one mode",
    own=linear.singular_values,
    right="Right. The exponent is 8γ and not 4γ because the logistic quantity is λ = γs², not s.",
    hint="t has shape (T,), gamma and s0 have shape (d,): t[:, None] lets them meet as (T, d).",
    parts=(
        Part("growing modes", 2, _solves_the_equation),
        Part("modes with γ ≤ 0", 1, _shrinks_where_gamma_is_negative),
        Part("late times", 1, _settles),
    ),
    misconceptions=(
        Misconception(
            lambda t, gamma, s0: _closed_form(t, gamma, s0, fast=0.5),
            "Your clock runs at half speed: e^(4γt) where the logistic equation "
            "dλ/dt = 8γλ(1 − λ) gives e^(8γt).",
        ),
        Misconception(
            lambda t, gamma, s0: _closed_form(t, gamma, s0, fast=2),
            "Your clock runs at double speed: s grows as e^(4γt), λ as e^(8γt), and no e^(16γt) "
            "appears.",
        ),
        Misconception(
            _saturates_at_one,
            "Yours saturates at 1. What saturates at 1 is λ = γs²; s ends at γ^(-1/2). "
            "λ(0) is γ s(0)², with the γ.",
        ),
        Misconception(
            lambda t, gamma, s0: s0 * np.exp(4 * gamma * t[:, None]),
            "This is the start alone: exponential growth that never saturates. The error 1 − λ "
            "shrinks as the mode is learned.",
        ),
        Misconception(
            _grows_to_its_end,
            "Your s grows as in the start, e^(4γt), and stops at γ^(-1/2). On the way it slows "
            "down: the rate has the factor 1 − γs².",
        ),
        *(
            Misconception(
                _s_is_logistic(fast),
                "Your s goes from s(0) to γ^(-1/2) along a logistic curve. Logistic is λ = γs²: "
                "solve for λ first, and take s = √(λ/γ).",
            )
            for fast in (4, 8)
        ),
        Misconception(
            lambda t, gamma, s0: _closed_form(t, gamma, s0) ** 2 / s0,
            "The square root is missing: λ is a fraction of exponentials, s is the root of λ/γ.",
        ),
        Misconception(
            lambda t, gamma, s0: np.nan_to_num(_as_printed(t, gamma, s0)),
            "At late times your s is 0, as it is where an overflow below makes it so, or where an "
            "∞/∞ is replaced by 0. A learned mode "
            "ends at γ^(-1/2). Divide numerator and denominator by e^(8γt) inside the root.",
        ),
        Misconception(
            _by_clipped_start,
            "Your modes with λ(0) above 1 stay at s(0), as they do where λ(0) is cut off at 1. "
            "They fall, to λ = 1: the formula holds there too, with λ(0) as it is. (For γ < 0, "
            "where λ(0) is negative, it holds as well.)",
        ),
        Misconception(
            _by_odds_without_sign,
            "You took the absolute value of 1/λ(0) − 1. Where λ(0) is above 1 it is negative, and "
            "1/λ(t) − 1 stays so: such a mode falls to λ = 1 from above. Drop the logarithm, and "
            "the sign takes care of itself.",
        ),
        Misconception(
            _at_the_end_at_once,
            "Your modes with λ(0) above 1 stand at their end, γ^(-1/2), from the first moment on. "
            "They begin at s(0) and fall to it: the formula holds there too.",
        ),
        Misconception(
            _by_start_without_square,
            "Your λ(0) is γ s(0). It is γ s(0)², with the square.",
        ),
        Misconception(
            lambda t, gamma, s0: _closed_form(t, np.abs(gamma), s0),
            "You took the absolute value of γ: a mode with γ < 0 decays to 0, and yours ends at "
            "|γ|^(-1/2).",
        ),
        Misconception(
            lambda t, gamma, s0: np.where(gamma > 0, _closed_form(t, gamma, s0), 0),
            "You set modes with γ ≤ 0 to zero from the start. They begin at s(0) and decay by the "
            "same equation; at γ = 0 they stay.",
        ),
        *(
            Misconception(
                lambda t, gamma, s0, least=least: np.where(
                    np.abs(gamma) > least, linear.singular_values(t, gamma, s0), s0
                ),
                "You take a small γ for 0. The mode stands still only at γ = 0 itself: any other γ "
                "needs a longer time, and no other end than γ^(-1/2).",
            )
            for least in LEAST
        ),
        Misconception(
            lambda t, gamma, s0: np.where(gamma > 0, _closed_form(t, gamma, s0), s0),
            "You leave modes with γ < 0 where they began. Put γ < 0 into ds/dt: it is negative.",
        ),
    ),
)  # fmt: skip
