"""10.4: what damping gains, against the rates of matrices in a basis drawn at random."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..chapter_02.truth import with_eigenvalues
from ..draws import sizes
from ..engine import Exercise, Misconception, Part, Trial
from . import own


def _gain(rng: np.random.Generator, gamma: np.ndarray, rho: float) -> float:
    """Ratio of two times: of the last mode's growth by e, at one share of the largest rate."""
    Gamma, _ = with_eigenvalues(rng, gamma)
    P = np.linalg.inv(Gamma + rho * np.eye(len(Gamma)))
    times = []
    for rates in (np.linalg.eigvalsh(Gamma), np.linalg.eigvals(P @ Gamma).real):
        largest_lr = 1 / (4 * rates.max())
        times.append(1 / (4 * largest_lr * rates.min()))
    return times[0] / times[1]


def _ask(trial: Trial, d: int, rho: float) -> None:
    """γ whose last is 1 in some unit; rho in the same unit."""
    unit = trial.rng.uniform(0.05, 0.4)
    gamma = unit * np.sort(np.append(1.0, trial.rng.uniform(1.5, 30, size=d - 1)))[::-1]
    rho = unit * rho
    want = _gain(trial.rng, gamma, rho)
    got = trial.array(trial.call(gamma, rho), shape=(), what="The gain")
    trial.close(got, want, "The gain", rtol=1e-6, why="rates of the matrices themselves",
                otherwise=_of_size(float(got), gamma))  # fmt: skip


def _of_size(got: float, gamma: np.ndarray) -> str:
    if got < 1:
        return f"Your gain is {got:.4g}, below 1: the last mode would be later with P than without."
    if got > gamma[0] / gamma[-1] * (1 + 1e-9):
        return (
            f"Your gain is {got:.4g}. Equal rates for all modes gain γ₁/γ_d = "
            f"{gamma[0] / gamma[-1]:.4g}, and no P can gain more."
        )
    return ""


def _between(trial: Trial) -> None:
    for d, rho in zip(sizes(trial.rng, 3, 8, 2), (0.3, 3), strict=True):
        _ask(trial, d, rho * trial.rng.uniform(0.7, 1.5))


def _at_the_ends(trial: Trial) -> None:
    for d, rho in zip(sizes(trial.rng, 3, 8, 3), (0, 0.01, 500), strict=True):
        _ask(trial, d, rho * trial.rng.uniform(0.7, 1.5))


def _of_ends(formula: Callable) -> Callable:
    """A formula of γ_1, γ_d and ρ."""
    return lambda gamma, rho: float(formula(gamma[0], gamma[-1], rho))


SPEED_OF_DAMPING = Exercise(
    id="10.4",
    title="What does damping gain?",
    own=own.speed_of_damping,
    right="Right. At ρ = 0 it is all of γ₁/γ_d, at ρ = γ_d already half of it and a little more.",
    hint="gamma has shape (d,), rho is a number, and the gain is one number, 1 or more.",
    parts=(
        Part("ρ between the γ", 1, _between),
        Part("no damping, little, and much", 1, _at_the_ends),
    ),
    misconceptions=(
        Misconception(
            _of_ends(lambda first, last, rho: 1 / (last + rho)),
            "This is the ratio of the last mode's rates, γ'_d/γ_d. P changes the largest stable "
            "learning rate as well, from 1/(4γ₁) to 1/(4γ'₁).",
        ),
        Misconception(
            _of_ends(lambda first, last, rho: last + rho),
            "This is γ_d/γ'_d, upside down, and the largest stable learning rate changes as well, "
            "from 1/(4γ₁) to 1/(4γ'₁).",
        ),
        Misconception(
            _of_ends(lambda first, last, rho: first + rho),
            "This is how much the largest stable learning rate changes. The last mode's rate "
            "changes as well, by 1/(γ_d + ρ).",
        ),
        Misconception(
            _of_ends(lambda first, last, rho: (last + rho) / (first + rho)),
            "Yours is the time with P over that without it. Asked is the other way round, and is 1 "
            "or more.",
        ),
        Misconception(
            _of_ends(lambda first, last, rho: first * (last + rho) / (last * (first + rho))),
            "This is γ'₁/γ'_d, how much longer than the first the last mode waits with P. The gain "
            "is γ₁/γ_d over it.",
        ),
        Misconception(
            _of_ends(lambda first, last, rho: last * (first + rho) / (first * (last + rho))),
            "This is γ'_d/γ'₁, where the last mode stands with P. Compare it with γ_d/γ₁.",
        ),
        Misconception(
            _of_ends(lambda first, last, rho: first / last),
            "This is the gain without damping, ρ = 0.",
        ),
        Misconception(
            _of_ends(lambda first, last, rho: first / (2 * last)),
            "This is about the gain at ρ = γ_d. Asked is that at any ρ.",
        ),
        Misconception(
            _of_ends(lambda first, last, rho: first / (last + rho)),
            "The ρ of the first mode is missing: its rate is γ₁/(γ₁ + ρ) with P, and it sets the "
            "learning rate.",
        ),
        Misconception(
            _of_ends(lambda first, last, rho: (first + rho) / last),
            "The ρ of the last mode is missing: its rate is γ_d/(γ_d + ρ) with P.",
        ),
        Misconception(
            _of_ends(lambda first, last, rho: np.sqrt((first + rho) / (last + rho))),
            "This is the gain of the root, P = (Γ + ρI)^(−1/2). P has the power −1, and its root "
            "stands on both sides of Γ.",
        ),
        *(
            Misconception(
                _of_ends(
                    lambda first, last, rho, c=c: (
                        np.log1p(c * last / first * (first + rho) / (last + rho))
                        / np.log1p(c * last / first)
                    )
                ),
                f"This is the gain at c = {c}, with its logarithms. Asked is the limit of small c.",
            )
            for c in (0.4, 1)
        ),
        Misconception(
            _of_ends(lambda first, last, rho: first / last - (first + rho) / (last + rho)),
            "You take a difference. The factor between two times is their ratio.",
        ),
        Misconception(
            lambda gamma, rho: float(np.mean((gamma[0] + rho) / (gamma + rho))),
            "This is the mean gain of all modes. Asked is that of the last one.",
        ),
        *(
            Misconception(
                _of_ends(formula),
                f"Your ρ is a share of {which}. It is in the units of the γ as it is: γ_j + ρ.",
            )
            for formula, which in (
                (lambda first, last, rho: (first / last + rho) / (1 + rho), "γ_d"),
                (lambda first, last, rho: (1 + rho) / (last / first + rho), "γ₁"),
            )
        ),
        Misconception(
            _of_ends(lambda first, last, rho: (first - rho) / (last - rho)),
            "You subtract ρ. P = (Γ + ρI)^(−1) has the eigenvalues 1/(γ_j + ρ).",
        ),
    ),
)
