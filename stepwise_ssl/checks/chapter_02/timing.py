"""2.5: step times, against quadrature and the limits."""

from __future__ import annotations

import numpy as np
from scipy.integrate import quad

from ... import linear
from ..engine import Exercise, Misconception, Part, Trial


def _is_halfway(trial: Trial) -> None:
    gamma = trial.rng.uniform(0.05, 0.6, size=4)
    # The last start lies just below ½, where a wrong border between the cases would show.
    start = np.append(10 ** trial.rng.uniform(-2.5, -0.4, size=3), trial.rng.uniform(0.45, 0.49))
    s0 = np.sqrt(start / gamma)
    got = trial.array(trial.call(gamma, s0), shape=(4,), what="Your step time", allow_inf=True)
    want = [
        quad(lambda u, g=g: 1 / (4 * g * (1 - g * np.exp(2 * u))), np.log(s), -np.log(2 * g) / 2)[0]
        for g, s in zip(gamma, s0, strict=True)
    ]
    trial.close(got, want, "The step time", rtol=1e-6,
                why="∫ds / (4γs(1 − γs²)) from s(0) to where γs² = ½")  # fmt: skip


def _knows_the_special_cases(trial: Trial) -> None:
    gamma = np.array([0.3, -0.2, 0.0, 0.5, 0.4]) * trial.rng.uniform(0.5, 1.5)
    s0 = np.array([0.1, 0.1, 0.1, np.sqrt(0.52 / gamma[3]), np.sqrt(1.6 / gamma[4])])
    got = trial.array(trial.call(gamma, s0), shape=(5,), what="Your step time", allow_inf=True)
    trial.require(0 < got[0] < np.inf, f"A growing mode has a finite step time, not {got[0]:.4g}.")
    for j in (1, 2):
        trial.require(
            got[j] == np.inf,
            f"With γ = {gamma[j]:.3g} the eigenvalue never reaches ½; yours does at {got[j]:.4g}.",
        )
    for j in (3, 4):
        trial.require(
            got[j] == 0,
            f"A mode that starts at λ = {gamma[j] * s0[j] ** 2:.2g}, above ½, has taken its step "
            f"at t = 0; yours says {got[j]:.4g}.",
        )


def _half_time(gamma: np.ndarray, s0: np.ndarray) -> np.ndarray:
    return np.log(1 / (gamma * s0**2) - 1) / (8 * gamma)


STEP_TIMES = Exercise(
    id="2.5",
    title="When does each step come?",
    own=linear.step_times,
    right="Right. γ decides: the wait is the logarithm of the start, divided by 8γ.",
    hint="gamma and s0 have shape (d,), and so have the step times. np.where chooses by entry.",
    parts=(
        Part("growing modes", 2, _is_halfway),
        Part("modes that never step, or already have", 1, _knows_the_special_cases),
    ),
    misconceptions=(
        Misconception(
            lambda gamma, s0: -np.log(gamma * s0**2) / (8 * gamma),
            "This is the approximation for a small start. The exact half-time keeps the 1 in "
            "1/λ(0) − 1, and is needed when λ(0) is not small, or above ½.",
        ),
        Misconception(
            lambda gamma, s0: 2 * _half_time(gamma, s0),
            "Twice too late: you divide by 4γ, the rate of s. The eigenvalue λ = γs² grows at "
            "rate 8γ.",
        ),
        Misconception(
            lambda gamma, s0: _half_time(gamma, s0) / 2,
            "Twice too early: the eigenvalue λ = γs² grows at rate 8γ, not 16γ.",
        ),
        Misconception(
            lambda gamma, s0: np.log((1 / (gamma * s0**2) - 1) / 3) / (8 * gamma),
            "This is when the singular value s is at half its end, where λ is only ¼. The step "
            "time is when the eigenvalue λ is ½.",
        ),
        Misconception(
            lambda gamma, s0: np.log(1 / s0**2 - 1) / (8 * gamma),
            "λ(0) is γ s(0)²; in yours the γ inside the logarithm is missing.",
        ),
        Misconception(
            lambda gamma, s0: np.log(1 / s0 - 1) / (8 * gamma),
            "You put s(0) where the logistic solution has λ(0) = γ s(0)².",
        ),
        Misconception(
            lambda gamma, s0: np.log10(1 / (gamma * s0**2) - 1) / (8 * gamma),
            "You took the logarithm to base 10; e^(8γt) asks for the natural one, np.log.",
        ),
        Misconception(
            lambda gamma, s0: -_half_time(gamma, s0),
            "The sign is reversed: at λ(0) < ½ the step lies ahead, at t > 0.",
        ),
        Misconception(
            _half_time,
            "The formula is right where 0 < λ(0) < ½. Where γ ≤ 0 the answer is inf, where "
            "λ(0) ≥ ½ it is 0: both have to be chosen by hand.",
        ),
        Misconception(
            lambda gamma, s0: np.where(gamma > 0, _half_time(gamma, s0), np.inf),
            "A mode that starts above ½ has taken its step at t = 0; the formula gives a negative "
            "time, or none.",
        ),
        Misconception(
            lambda gamma, s0: np.where(gamma * s0**2 < 0.5, _half_time(gamma, s0), 0),
            "λ(0) < ½ is true for γ ≤ 0 too, and there the eigenvalue never reaches ½: inf.",
        ),
        Misconception(
            lambda gamma, s0: np.where((gamma > 0) & (gamma * s0**2 < 0.5),
                                       _half_time(gamma, s0), 0),
            "You give 0 to modes with γ ≤ 0. They never step: inf.",
        ),
    ),
)  # fmt: skip
