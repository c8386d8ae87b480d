"""2.5: step times, against quadrature and the limits."""

from __future__ import annotations

import numpy as np
from scipy.integrate import quad

from ..draws import sizes
from ..engine import Exercise, Misconception, Part, Trial
from ..values import same_values
from . import own


def _compare(
    trial: Trial, gamma: np.ndarray, start: np.ndarray, level: float | None = None
) -> None:
    """The learner's times for modes that start at λ(0) = start; level None leaves it out."""
    q = 0.5 if level is None else level
    s0 = np.sqrt(np.where(gamma == 0, 0.04, start / np.where(gamma == 0, 1, gamma)))
    result = trial.call(gamma, s0) if level is None else trial.call(gamma, s0, level=level)
    want = np.array([_time(*mode, q) for mode in zip(gamma, s0, strict=True)])
    # Before the numbers are read: what is nan in part has a cause that can be known.
    with np.errstate(all="ignore"):
        trial.slips(result, want, ((like(gamma, s0, q), message) for like, message in NO_NUMBERS))
    if isinstance(result, np.ndarray) and result.ndim == 1 and len(result) < len(gamma):
        trial.fail(
            f"{len(gamma)} modes went in and {len(result)} times came back. Keep one entry for "
            "each mode, in the order of gamma: inf where the time never comes.",
            named=True,
        )
    got = trial.array(result, shape=gamma.shape, what="The time", allow_inf=True)
    starts = ", ".join(f"{x:.3g}" for x in gamma * s0**2)
    trial.close(got, want, f"The time to λ = {q:.3g}", rtol=1e-6,
                why=f"by ∫ds / (4γs(1 − γs²)); here λ(0) = [{starts}]",
                otherwise=_at_the_level(gamma * s0**2, got, want, q)
                or _before_the_start(gamma * s0**2, got, q)
                or _there(gamma, s0, got, want, q))  # fmt: skip


def _at_the_level(start: np.ndarray, got: np.ndarray, want: np.ndarray, level: float) -> str:
    """A sentence about the modes that start at the level, where they alone are wrong."""
    at = start == level
    if not at.any() or not same_values(got[~at], want[~at]) or np.abs(got[at]).max() < 1e-6:
        return ""
    return (
        f"Your time for mode {np.argmax(at) + 1} is {got[at][0]:.4g}. It starts at the level, "
        f"λ(0) = {level:.3g} to the last digit, and has no way to go: 0."
    )


def _before_the_start(start: np.ndarray, got: np.ndarray, level: float) -> str:
    """A sentence about a time below 0, of a mode that starts above the level."""
    early = np.flatnonzero((got < 0) & (start > level))
    if not len(early):
        return ""
    j = int(early[0])
    return (
        f"Your time for mode {j + 1} is negative: it starts at λ = {start[j]:.3g}, above the level "
        f"{level:.3g}. The time is then 0."
    )


def _there(
    gamma: np.ndarray, s0: np.ndarray, got: np.ndarray, want: np.ndarray, level: float
) -> str:
    """What λ is at the time of the learner's that is furthest off."""
    finite = np.isfinite(got) & np.isfinite(want) & (want > 0) & (got > 0)
    if not finite.any():
        return ""
    off = np.abs(np.where(finite, got, 0) - np.where(finite, want, 0))
    j = int(np.argmax(np.where(finite, off, -1)))
    odds = gamma[j] * s0[j] ** 2 / (1 - gamma[j] * s0[j] ** 2)
    share = 1 / (1 + np.exp(-8 * gamma[j] * got[j]) / odds)
    if abs(share - level) < 1e-3:
        return ""
    return f"At your time for mode {j + 1} its λ is {share:.3g}, and asked is λ = {level:.3g}."


def _time(gamma: float, s0: float, level: float) -> float:
    """∫ ds / (4γs(1 − γs²)) from s0 to where γs² = level, with u = log s."""
    if gamma <= 0:
        return np.inf
    ends = np.log(s0), np.log(level / gamma) / 2
    if ends[0] >= ends[1]:
        return 0.0
    return quad(lambda u: 1 / (4 * gamma * (1 - gamma * np.exp(2 * u))), *ends)[0]


def _is_halfway(trial: Trial) -> None:
    for d in sizes(trial.rng, 2, 7, 2):
        gamma = trial.rng.uniform(0.05, 0.6, size=d)
        start = 10 ** trial.rng.uniform(-2.5, -0.4, size=d)
        start[0] = 10 ** trial.rng.uniform(-20, -15)  # 2.7 starts at s(0) = 1e-8, λ(0) = 5e-17
        # The last lies just below ½, where a wrong border between the cases would show.
        start[-1] = trial.rng.uniform(0.45, 0.49)
        _compare(trial, gamma, start)
    # However small γ is, it is above 0, and the step comes.
    _compare(trial, gamma * 10 ** trial.rng.uniform(-6, -4), start)


def _passes_any_level(trial: Trial) -> None:
    levels = trial.rng.uniform(0.1, 0.4), trial.rng.uniform(0.7, 0.95)
    for level, d in zip(levels, sizes(trial.rng, 2, 7, 2), strict=True):
        gamma = trial.rng.uniform(0.05, 0.6, size=d)
        start = level * 10 ** trial.rng.uniform(-4, -0.5, size=d)
        start[-1] = level * trial.rng.uniform(0.9, 0.97)
        _compare(trial, gamma, start, level)


def _knows_the_special_cases(trial: Trial) -> None:
    levels = None, trial.rng.uniform(0.2, 0.35), trial.rng.uniform(0.7, 0.8)
    for level, d in zip(levels, sizes(trial.rng, 6, 9, 3), strict=True):
        q = level or 0.5
        gamma = trial.rng.uniform(0.1, 0.7, size=d)
        start = q * 10 ** trial.rng.uniform(-4, -0.5, size=d)
        # One time is long, so that a zero in single precision is near enough to zero.
        gamma[-1], start[-1] = 0.1, 1e-6
        gamma[:3] = 0.0, -gamma[1], -gamma[2]
        start[1:3] = -trial.rng.uniform([0.001, 1.1], [0.01, 2.0])
        start[3:5] = q + trial.rng.uniform(0.02, 0.1), trial.rng.uniform(1.2, 2)
        # One starts at the level, to the last digit: its s0 is 2.
        gamma, start = np.append(gamma, q / 4), np.append(start, q)
        order = trial.rng.permutation(d + 1)
        _compare(trial, gamma[order], start[order], level)


def _formula(gamma: np.ndarray, s0: np.ndarray, level: float = 0.5) -> np.ndarray:
    return np.log((1 / (gamma * s0**2) - 1) / (1 / level - 1)) / (8 * gamma)


# Slips whose numbers are partly nan.
NO_NUMBERS = (
    (
        _formula,
        "The formula is right where 0 < λ(0) < level. Where γ ≤ 0 the answer is inf, where "
        "λ(0) ≥ level it is 0: both have to be chosen by hand.",
    ),
    (
        lambda gamma, s0, level=0.5: np.maximum(0, _formula(gamma, s0, level)),
        "Times below 0 are 0 in yours, and some are nan: for λ(0) < 0 or λ(0) > 1 the logarithm "
        "does not exist. Choose by the sign of γ and by λ(0) ≥ level: inf, and 0.",
    ),
    (
        lambda gamma, s0, level=0.5: np.where(gamma > 0, _formula(gamma, s0, level), np.inf),
        "A mode that starts above the level has passed it at t = 0; the formula gives a "
        "negative time, or none.",
    ),
    (
        lambda gamma, s0, level=0.5: np.where(
            np.isfinite(_formula(gamma, s0, level)),
            np.maximum(0, _formula(gamma, s0, level)),
            np.inf,
        ),
        "You give inf wherever the logarithm is no number. That is so for λ(0) > 1, too, and such "
        "a mode has passed the level at t = 0.",
    ),
    (
        lambda gamma, s0, level=0.5: np.where(gamma * s0**2 < level, _formula(gamma, s0, level), 0),
        "λ(0) < level is true for γ ≤ 0 too, and there the eigenvalue never reaches it: inf.",
    ),
)

STEP_TIMES = Exercise(
    id="2.5",
    title="When does each step come?",
    own=own.step_times,
    right="Right. The wait is the logarithm of a ratio of odds, divided by 8γ.",
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
            "This is the approximation for a small start. The exact time keeps the 1 in "
            "1/λ(0) − 1.",
        ),
        Misconception(
            lambda gamma, s0, level=0.5: np.log(level / (gamma * s0**2)) / (8 * gamma),
            "You let λ grow as e^(8γt) all the way. Only at the start does it: what grows as "
            "e^(8γt) throughout are the odds λ/(1 − λ).",
        ),
        Misconception(
            lambda gamma, s0, level=0.5: 2 * _formula(gamma, s0, level),
            "Twice too late, as at 4γ, the rate of s. The eigenvalue λ = γs² grows at "
            "rate 8γ.",
        ),
        Misconception(
            lambda gamma, s0, level=0.5: _formula(gamma, s0, level) / 2,
            "Twice too early: the eigenvalue λ = γs² grows at rate 8γ, not 16γ.",
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
            lambda gamma, s0, level=0.5: _formula(gamma, s0, np.sqrt(level)),
            "You have the root of the level. The level is one of λ itself: no root.",
        ),
        Misconception(
            lambda gamma, s0, level=0.5: np.log((1 / (gamma * s0**2) - 1) * level) / (8 * gamma),
            "You have the level where its odds belong, level/(1 − level).",
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
            lambda gamma, s0, level=0.5: np.where(
                gamma == 0, 0, own.step_times(gamma, s0, level)),
            "You give 0 to a mode with γ = 0. Its λ = γs² is 0 for ever: inf.",
        ),
        *(
            Misconception(
                lambda gamma, s0, level=0.5, least=least: np.where(
                    gamma > least, own.step_times(gamma, s0, level), np.inf),
                "You take a small γ for 0. Only at γ ≤ 0 does the step never come: a small γ makes "
                "it late.",
            )
            for least in (1e-6, 1e-5, 1e-3)
        ),
        Misconception(
            lambda gamma, s0, level=0.5: np.where(
                (gamma > 0) & (s0 >= level), 0, np.where(
                    gamma > 0, _formula(gamma, s0, level), np.inf)),
            "You hold s(0) against the level, to choose where the time is 0. The level is one of "
            "λ: hold λ(0) = γ s(0)² against it.",
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
