"""2.5: step times, against quadrature and the limits."""

from __future__ import annotations

import numpy as np
from scipy.integrate import quad

from ..engine import Exercise, Misconception, Part, Trial
from . import own


def _times(trial: Trial, gamma: np.ndarray, s0: np.ndarray, **level: float) -> np.ndarray:
    """The learner's times, with the γ and λ(0) of the draw in what is said of a nan or a shape."""
    got = trial.call(gamma, s0, **level)
    if isinstance(got, np.ndarray) and got.ndim == 1 and len(got) < len(gamma):
        trial.fail(
            f"{len(gamma)} modes went in and {len(got)} times came back. Keep one entry for each "
            "mode, in the order of gamma: inf where the time never comes.",
            named=True,
        )
    what = (
        f"Your time for γ = {gamma.round(3).tolist()} and λ(0) = "
        f"{(gamma * s0**2).round(3).tolist()}"
    )
    return trial.array(got, shape=gamma.shape, what=what, allow_inf=True)


def _integral(gamma: float, s0: float, level: float) -> float:
    """∫ ds / (4γs(1 − γs²)) from s0 to where γs² = level, with u = log s."""
    ends = np.log(s0), np.log(level / gamma) / 2
    return quad(lambda u: 1 / (4 * gamma * (1 - gamma * np.exp(2 * u))), *ends)[0]


def _is_halfway(trial: Trial) -> None:
    gamma = trial.rng.uniform(0.05, 0.6, size=4)
    # The last start lies just below ½, where a wrong border between the cases would show.
    start = np.append(10 ** trial.rng.uniform(-2.5, -0.4, size=3), trial.rng.uniform(0.45, 0.49))
    s0 = np.sqrt(start / gamma)
    got = _times(trial, gamma, s0)
    want = [_integral(g, s, 0.5) for g, s in zip(gamma, s0, strict=True)]
    trial.close(got, want, "The step time", rtol=1e-6,
                why="∫ds / (4γs(1 − γs²)) from s(0) to where γs² = ½")  # fmt: skip


def _passes_any_level(trial: Trial) -> None:
    for level in (trial.rng.uniform(0.1, 0.4), trial.rng.uniform(0.7, 0.95)):
        gamma = trial.rng.uniform(0.05, 0.6, size=4)
        start = level * trial.rng.uniform([0.001, 0.01, 0.3, 0.9], [0.01, 0.1, 0.6, 0.97])
        s0 = np.sqrt(start / gamma)
        got = _times(trial, gamma, s0, level=level)
        want = [_integral(g, s, level) for g, s in zip(gamma, s0, strict=True)]
        trial.close(got, want, f"The time to level = {level:.3g}", rtol=1e-6,
                    why="∫ds / (4γs(1 − γs²)) from s(0) to where γs² = level")  # fmt: skip


def _knows_the_special_cases(trial: Trial) -> None:
    for level in (0.5, trial.rng.uniform(0.2, 0.35)):
        gamma = np.array([0.3, -0.2, 0.0, 0.5, 0.4]) * trial.rng.uniform(0.5, 1.5)
        s0 = np.array([0.1, 0.1, 0.1, np.sqrt((level + 0.02) / gamma[3]), np.sqrt(1.6 / gamma[4])])
        got = _times(trial, gamma, s0, **({} if level == 0.5 else {"level": level}))
        trial.require(0 < got[0] < np.inf, f"A growing mode has a finite time, not {got[0]:.4g}.")
        for j in (1, 2):
            trial.require(
                got[j] == np.inf,
                f"With γ = {gamma[j]:.3g} the eigenvalue never reaches {level:.3g}; yours does at "
                f"t = {got[j]:.4g}.",
            )
        for j in (3, 4):
            trial.require(
                got[j] == 0,
                f"A mode that starts at λ = {gamma[j] * s0[j] ** 2:.2g} has passed the level "
                f"{level:.2g} at t = 0; yours says {got[j]:.4g}.",
            )


def _formula(gamma: np.ndarray, s0: np.ndarray, level: float = 0.5) -> np.ndarray:
    return np.log((1 / (gamma * s0**2) - 1) / (1 / level - 1)) / (8 * gamma)


STEP_TIMES = Exercise(
    id="2.5",
    title="When does each step come?",
    own=own.step_times,
    right="Right. γ decides: the wait is the logarithm of a ratio of odds, divided by 8γ.",
    hint="The call is step_times(gamma, s0, level=0.5). gamma and s0 have shape (d,), and so have "
    "the times; level is one number. np.where chooses by entry.",
    parts=(
        Part("level ½", 1, _is_halfway),
        Part("any level", 1, _passes_any_level),
        Part("modes that never pass, or already have", 1, _knows_the_special_cases),
    ),
    misconceptions=(
        Misconception(
            lambda gamma, s0, level=0.5: -np.log(gamma * s0**2) / (8 * gamma),
            "This is the approximation for a small start and the level ½. The exact time keeps "
            "the 1 in 1/λ(0) − 1, and asks for the odds of the level.",
        ),
        Misconception(
            lambda gamma, s0, level=0.5: np.log(level / (gamma * s0**2)) / (8 * gamma),
            "You let λ grow as e^(8γt) all the way. Only at the start does it: what grows as "
            "e^(8γt) throughout are the odds λ/(1 − λ).",
        ),
        Misconception(
            lambda gamma, s0, level=0.5: 2 * _formula(gamma, s0, level),
            "Twice too late: you divide by 4γ, the rate of s. The eigenvalue λ = γs² grows at "
            "rate 8γ.",
        ),
        Misconception(
            lambda gamma, s0, level=0.5: _formula(gamma, s0, level) / 2,
            "Twice too early: the eigenvalue λ = γs² grows at rate 8γ, not 16γ.",
        ),
        Misconception(
            _formula,
            "The formula is right where 0 < λ(0) < level. Where γ ≤ 0 the answer is inf, where "
            "λ(0) ≥ level it is 0: both have to be chosen by hand.",
        ),
        Misconception(
            lambda gamma, s0, level=0.5: _formula(gamma, s0),
            "The formula is right for the level ½, where the odds are 1. Yours does not depend on "
            "level: at another level the odds are level/(1 − level).",
        ),
        Misconception(
            lambda gamma, s0, level=0.5: _formula(gamma, s0, 1 - level),
            "The odds of the level are upside down: they are level/(1 − level). A higher level is "
            "passed later; yours is passed earlier.",
        ),
        Misconception(
            lambda gamma, s0, level=0.5: _formula(gamma, s0, level**2),
            "This is when the singular value s is at that share of its end, where λ has only its "
            "square: ½ of s is ¼ of λ. The level is one of λ.",
        ),
        Misconception(
            lambda gamma, s0, level=0.5: np.log((1 / s0**2 - 1) / (1 / level - 1)) / (8 * gamma),
            "λ(0) is γ s(0)²; in yours the γ inside the logarithm is missing.",
        ),
        Misconception(
            lambda gamma, s0, level=0.5: np.log((1 / s0 - 1) / (1 / level - 1)) / (8 * gamma),
            "You put s(0) where the logistic solution has λ(0) = γ s(0)².",
        ),
        Misconception(
            lambda gamma, s0, level=0.5: _formula(gamma, np.sqrt(s0), level),
            "λ(0) is γ s(0)², with the square; you have γ s(0).",
        ),
        Misconception(
            lambda gamma, s0, level=0.5: _formula(gamma, s0, level) / np.log(10),
            "You took the logarithm to base 10; e^(8γt) asks for the natural one, np.log.",
        ),
        Misconception(
            lambda gamma, s0, level=0.5: -_formula(gamma, s0, level),
            "The sign is reversed: while λ(0) is below the level, its time lies ahead, at t > 0.",
        ),
        Misconception(
            lambda gamma, s0, level=0.5: np.sort(own.step_times(gamma, s0, level)),
            "Your times are sorted. Keep the order of gamma: entry j belongs to mode j.",
        ),
        Misconception(
            lambda gamma, s0, level=0.5: np.maximum(0, _formula(gamma, s0, level)),
            "np.maximum cannot repair a nan: for λ(0) < 0 or λ(0) > 1 the logarithm does not "
            "exist. Choose by the sign of γ and by λ(0) ≥ level: inf, and 0.",
        ),
        Misconception(
            lambda gamma, s0, level=0.5: np.where(gamma > 0, _formula(gamma, s0, level), np.inf),
            "A mode that starts above the level has passed it at t = 0; the formula gives a "
            "negative time, or none.",
        ),
        Misconception(
            lambda gamma, s0, level=0.5: np.where(
                gamma * s0**2 < level, _formula(gamma, s0, level), 0),
            "λ(0) < level is true for γ ≤ 0 too, and there the eigenvalue never reaches it: inf.",
        ),
        Misconception(
            lambda gamma, s0, level=0.5: np.where(
                (gamma > 0) & (gamma * s0**2 < level), _formula(gamma, s0, level), 0),
            "You give 0 to modes with γ ≤ 0. They never step: inf.",
        ),
        Misconception(
            lambda gamma, s0, level=0.5: np.where(
                gamma > 0, np.where(gamma * s0**2 < 0.5, _formula(gamma, s0, level), 0), np.inf),
            "You choose 0 where λ(0) ≥ ½. The border is the level: 0 where λ(0) ≥ level.",
        ),
    ),
)  # fmt: skip
