"""2.4: the closed form, against an ODE solver and the limits."""

from __future__ import annotations

import numpy as np

from ... import linear
from ..engine import Exercise, Misconception, Part, Trial
from ..values import low_precision
from .truth import integrate


def _values(trial: Trial, t: np.ndarray, gamma: np.ndarray, s0: np.ndarray) -> np.ndarray:
    """The learner's s(t); what is said of a nan names the γ and λ(0) of the draw."""
    what = f"s(t) for γ = {gamma.round(3).tolist()}, λ(0) = {(gamma * s0**2).round(4).tolist()},"
    return trial.array(trial.call(t, gamma, s0), shape=(len(t), len(gamma)), what=what)


def _refuse_approximation(trial: Trial, got: np.ndarray, want: np.ndarray) -> None:
    """A wrong formula is far off; what is near and not equal has been integrated in steps."""
    error = np.abs(got / want - 1).max()
    if 1e-6 < error < 0.02 and not low_precision(trial.calls[-1].result):
        trial.fail(
            f"Yours follows the solution and is off by up to {100 * error:.2g} %, as steps in time "
            "are. Wanted is the closed form, a formula of t.",
            named=True,
        )


def _solves_the_equation(trial: Trial) -> None:
    gamma = trial.rng.uniform(0.1, 0.6, size=4)
    start = np.append(10 ** trial.rng.uniform(-4, -1, size=3), trial.rng.uniform(1.3, 2.5))
    s0 = np.sqrt(start / gamma)
    t = np.append(0.0, np.sort(trial.rng.uniform(0.5, 30, size=6)))
    got, want = _values(trial, t, gamma, s0), integrate(t, gamma, s0)
    _refuse_approximation(trial, got, want)
    trial.close(got, want, "s(t)", rtol=1e-6,
                why="ds/dt = 4γs(1 − γs²), integrated numerically")  # fmt: skip


def _shrinks_where_gamma_is_negative(trial: Trial) -> None:
    gamma = np.append(-trial.rng.uniform(0.05, 0.5, size=2), [trial.rng.uniform(0.1, 0.5), 0.0])
    s0 = trial.rng.uniform(0.2, 2, size=4)
    t = np.append(0.0, np.sort(trial.rng.uniform(0.1, 3, size=4)))
    got = _values(trial, t, gamma, s0)
    trial.close(got, integrate(t, gamma, s0), "s(t)", rtol=1e-6,
                why=f"the equation integrated with γ = {gamma.round(3).tolist()}")  # fmt: skip


def _settles(trial: Trial) -> None:
    gamma = np.append(trial.rng.uniform(0.1, 0.6, size=2), -trial.rng.uniform(0.1, 0.6))
    s0 = trial.rng.uniform(0.001, 0.5, size=3)
    t = np.array([0.0, 1e3, 1e6])
    got = _values(trial, t, gamma, s0)
    end = np.array([*gamma[:2] ** -0.5, 0.0])
    trial.close(got, np.array([s0, end, end]), "s(t) at t = 0, 1000, 1e6", rtol=1e-6,
                why="γ^(-1/2) for γ > 0, zero for γ < 0")  # fmt: skip


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


def _by_clipped_start(t: np.ndarray, gamma: np.ndarray, s0: np.ndarray) -> np.ndarray:
    lam0 = np.clip(gamma * s0**2, 0, 1)
    return s0 / np.sqrt(lam0 + (1 - lam0) * np.exp(-8 * gamma * t[:, None]))


def _by_start_without_square(t: np.ndarray, gamma: np.ndarray, s0: np.ndarray) -> np.ndarray:
    lam0 = gamma * s0
    return s0 / np.sqrt(lam0 + (1 - lam0) * np.exp(-8 * gamma * t[:, None]))


def _saturates_at_one(t: np.ndarray, gamma: np.ndarray, s0: np.ndarray) -> np.ndarray:
    return s0 / np.sqrt(s0**2 + (1 - s0**2) * np.exp(-8 * gamma * t[:, None]))


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
            lambda t, gamma, s0: gamma * _closed_form(t, gamma, s0) ** 2,
            "This is the eigenvalue λ = γs². Wanted is the singular value s = √(λ/γ).",
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
            lambda t, gamma, s0: _closed_form(t, gamma, s0) ** 2 / s0,
            "The square root is missing: λ is a fraction of exponentials, s is the root of λ/γ.",
        ),
        Misconception(
            _as_printed,
            "The formula is right, but at late times e^(8γt) overflows to infinity and ∞/∞ is not "
            "a number. Divide numerator and denominator by e^(8γt) inside the root.",
        ),
        Misconception(
            lambda t, gamma, s0: np.nan_to_num(_as_printed(t, gamma, s0)),
            "np.nan_to_num hides the overflow: where ∞/∞ was, your s is now 0, and a learned mode "
            "ends at γ^(-1/2). Divide numerator and denominator by e^(8γt) inside the root.",
        ),
        Misconception(
            _by_log_odds,
            "log(λ/(1 − λ)) does not exist for λ < 0 or λ > 1. The odds λ/(1 − λ) do, with a sign, "
            "and grow as e^(8γt) all the same: drop the logarithm and solve for λ.",
        ),
        Misconception(
            _by_clipped_start,
            "You clip λ(0) to [0, 1]. It is negative for γ < 0 and may be above 1: the formula "
            "holds there too, with λ(0) as it is.",
        ),
        Misconception(
            _by_start_without_square,
            "Your λ(0) is γ s(0). It is γ s(0)², with the square.",
        ),
        Misconception(
            lambda t, gamma, s0: np.sqrt(gamma) * _closed_form(t, gamma, s0),
            "This is √λ. Wanted is s = √(λ/γ), which ends at γ^(-1/2) and not at 1.",
        ),
        Misconception(
            lambda t, gamma, s0: _closed_form(t, gamma, s0, fast=-1),
            "The sign in the exponent is reversed: time runs backwards in yours, and a small mode "
            "shrinks where γ > 0.",
        ),
        Misconception(
            lambda t, gamma, s0: np.sqrt(gamma * _closed_form(t, gamma, s0) ** 2 / gamma),
            "At γ = 0 you compute λ/γ = 0/0. Such a mode does not move: write s with s(0) in "
            "front, and no division by γ is left.",
        ),
        Misconception(
            lambda t, gamma, s0: _closed_form(t, np.abs(gamma), s0),
            "You took the absolute value of γ: modes with γ < 0 shrink, yours grow.",
        ),
        Misconception(
            lambda t, gamma, s0: np.where(gamma > 0, _closed_form(t, gamma, s0), 0),
            "You set modes with γ ≤ 0 to zero from the start. They begin at s(0) and decay by the "
            "same equation; at γ = 0 they stay.",
        ),
        Misconception(
            lambda t, gamma, s0: np.where(gamma > 0, _closed_form(t, gamma, s0), s0),
            "You leave modes with γ < 0 where they began. Put γ < 0 into ds/dt: it is negative.",
        ),
    ),
)  # fmt: skip
