"""6.8: the size of copies, against brute-force minimisation of the published loss."""

from __future__ import annotations

import numpy as np
import torch
from scipy.optimize import minimize_scalar

from ... import losses
from ..engine import Exercise, Misconception, Part, Trial
from . import own


def _unit_pair(rng: np.random.Generator, rho: float, n: int = 60) -> tuple[np.ndarray, ...]:
    """Two columns (n,) with variance 1 (n − 1 below) and mean squared difference 2(1 − rho)."""
    white = np.linalg.qr(np.column_stack([np.ones(n), rng.normal(size=(n, 2))]))[0][:, 1:]
    a, b = white.T * np.sqrt(n - 1)
    r = 1 - (1 - rho) * n / (n - 1)
    return (
        a * np.sqrt((1 + r) / 2) + b * np.sqrt((1 - r) / 2),
        a * np.sqrt((1 + r) / 2) - b * np.sqrt((1 - r) / 2),
    )


def _cheapest(rng: np.random.Generator, rho: float, d: int, *weights: float) -> float:
    pair = [torch.tensor(np.tile(z[:, None], (1, d))) for z in _unit_pair(rng, rho)]

    def cost(s: float) -> float:
        return losses.vicreg(s * pair[0], s * pair[1], *weights, eps=1e-14).item()

    grid = np.linspace(0.01, 1.2, 80)
    best = grid[np.argmin([cost(s) for s in grid])]
    found = minimize_scalar(cost, bounds=(best - 0.02, best + 0.02), method="bounded",
                            options={"xatol": 1e-9})  # fmt: skip
    return float(found.x)


def _ask(trial: Trial, rho: float, d: int, *weights: float) -> None:
    got = trial.array(trial.call(rho, d, *weights), shape=(), what="s")
    want = _cheapest(trial.rng, rho, d, *weights)
    # A minimum is flat: its place is known to the root of the loss's rounding, about 1e-7.
    trial.close(got, want, f"s at ρ = {rho:.2g}, d = {d}", rtol=1e-4,
                why="losses.vicreg of copies minimised on a grid")  # fmt: skip


def _below_one(trial: Trial) -> None:
    rho, d = trial.rng.uniform(0.2, 0.7), int(trial.rng.integers(4, 12))
    _ask(trial, rho, d, 25.0, 25.0, trial.rng.uniform(5, 30))
    _ask(trial, rho, d, trial.rng.uniform(5, 15), trial.rng.uniform(15, 30), 10.0)


def _without_a_term(trial: Trial) -> None:
    _ask(trial, trial.rng.uniform(0.1, 0.5), 1, 25.0, 25.0, 1.0)
    _ask(trial, trial.rng.uniform(0.1, 0.5), 6, 0.0, 25.0, 10.0)


def _at_the_hinge(trial: Trial) -> None:
    _ask(trial, 0.95, 2, 10.0, 25.0, 0.5)


def _root(cubic: float, slope: float, mu: float) -> float:
    roots = np.roots([cubic, 0, slope, -mu])
    real = roots[np.abs(roots.imag) < 1e-9].real
    return float(real.max()) if len(real) else 1.0


def _like(cubic=lambda c, d: 8 * c * (d - 1), slope=lambda nu, rho: 4 * nu * (1 - rho), cap=True):
    def like(rho, d, invariance, variance, covariance):
        s = _root(cubic(covariance, d), slope(invariance, rho), variance)
        return min(1.0, s) if cap else s

    return like


COPIES_STD = Exercise(
    id="6.8",
    title="Copies",
    own=own.copies_std,
    right="Right. That is VICReg's first plateau; what tears the copies apart is a longer story.",
    hint="Five numbers in, one out. The loss of copies is a polynomial in s below 1.",
    parts=(
        Part("all three terms", 1, _below_one),
        Part("one dimension, or no invariance", 1, _without_a_term),
        Part("the hinge", 1, _at_the_hinge),
    ),
    misconceptions=(
        Misconception(
            _like(cubic=lambda c, d: 4 * c * (d - 1)),
            "Half of the covariance term: it is added over the two views.",
        ),
        Misconception(
            _like(cubic=lambda c, d: 8 * c * d),
            "d² entries: the diagonal is not in the covariance term. d(d − 1) are left.",
        ),
        Misconception(
            _like(cubic=lambda c, d: 8 * c * d * (d - 1)),
            "The covariance term is divided by d.",
        ),
        Misconception(
            _like(cubic=lambda c, d: 8 * c),
            "Your covariance term does not grow with d. Each column has d − 1 others to repeat.",
        ),
        Misconception(
            _like(cubic=lambda c, d: 0),
            "The covariance term is missing: copies are what it charges for.",
        ),
        Misconception(
            _like(cubic=lambda c, d: 2 * c * (d - 1)),
            "The derivative of s⁴ is 4s³.",
        ),
        Misconception(
            _like(slope=lambda nu, rho: 2 * nu * (1 - rho)),
            "Half of the invariance term: the mean of (z − z')² is 2(1 − ρ)s², and the derivative "
            "of s² is 2s.",
        ),
        Misconception(
            _like(slope=lambda nu, rho: 4 * nu * rho),
            "The invariance term charges for disagreement, 1 − ρ, and not for ρ.",
        ),
        Misconception(
            _like(slope=lambda nu, rho: 4 * nu),
            "The agreement is missing: the mean of (z − z')² is 2(1 − ρ)s².",
        ),
        Misconception(
            _like(slope=lambda nu, rho: 0),
            "The invariance term is missing: two views differ the more the larger s is.",
        ),
        Misconception(
            _like(cap=False),
            "Above s = 1 the hinge is silent: no force pushes beyond 1. Your s exceeds it.",
        ),
        Misconception(
            lambda rho, d, invariance, variance, covariance: 1.0,
            "s = 1 is where the hinge is satisfied. The other two terms hold copies below it.",
        ),
        Misconception(
            lambda rho, d, invariance, variance, covariance: (
                _like()(rho, d, invariance, variance, covariance) ** 2
            ),
            "This is the variance. The standard deviation is wanted.",
        ),
    ),
)
