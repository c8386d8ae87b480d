"""6.8: the size of copies, against brute-force minimisation of the published loss."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from scipy.optimize import minimize_scalar

from ... import losses
from ..engine import Exercise, Misconception, Part, Trial
from ..values import as_array
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


def _refuse_other_roots(trial: Trial, result: Any) -> None:
    """All roots of the cubic, one of the complex ones, or the real part of one."""
    got = as_array(result)
    if got is None or got.size == 0 or np.isnan(got).any():
        return
    choose = "np.roots returns all three roots of the cubic: pick the real, positive one."
    if got.size == 3:
        trial.fail(f"Three numbers came back, and one is wanted. {choose}", named=True)
    if got.size > 1:
        return
    root = got.reshape(-1)[0]
    if abs(root.imag) > 1e-9 * abs(root):
        trial.fail(f"s is a standard deviation; yours is {root:.4g}. {choose}", named=True)
    if np.iscomplexobj(got):
        trial.fail(
            f"{root:.4g} is real and still of a complex type, as np.roots gives it: end with "
            f"float(s{'[0]' * got.ndim}.real).",
            named=True,
        )
    if root < 0:
        trial.fail(
            f"A standard deviation is positive; yours is {root:.4g}. The real part of a complex "
            f"root solves nothing. {choose}",
            named=True,
        )


def _too_coarse(got: float, want: float) -> str:
    """A diagnosis for an answer that was read off a grid."""
    for step in (1e-2, 1e-3):
        on_grid = abs(got / step - round(got / step)) < 1e-6
        if abs(got - want) < 0.6 * step and (on_grid or step == 1e-3):
            return (
                "Close, and too coarse: on a grid s is known to half of its spacing. Solve for the "
                "place where the derivative is zero."
            )
    return ""


def _ask(trial: Trial, rho: float, d: int, *weights: float) -> None:
    result = trial.call(rho, d, *weights)
    _refuse_other_roots(trial, result)
    got = trial.array(result, shape=(), what="s")
    want = _cheapest(trial.rng, rho, d, *weights)
    # A minimum is flat: its place is known to the root of the loss's rounding, about 1e-7.
    trial.close(got, want, f"s at ρ = {rho:.2g}, d = {d}", rtol=1e-4,
                why="losses.vicreg of copies minimised on a grid",
                otherwise=_too_coarse(float(got), want))  # fmt: skip


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


def _like(
    cubic=lambda c, d: 8 * c * (d - 1),
    slope=lambda nu, rho: 4 * nu * (1 - rho),
    force=lambda mu, d: mu,
    cap=True,
):
    def like(rho, d, invariance, variance, covariance):
        s = _root(cubic(covariance, d), slope(invariance, rho), force(variance, d))
        return min(1.0, s) if cap else s

    return like


def _squares_only(rho, d, invariance, variance, covariance):
    """The minimum with s² in place of s⁴ in the covariance term."""
    return min(1.0, variance / (4 * invariance * (1 - rho) + 4 * covariance * (d - 1)))


def _summed_invariance(rho, d, invariance, variance, covariance):
    return _like()(rho, d, d * invariance, variance, covariance)


COPIES_STD = Exercise(
    id="6.8",
    title="Copies",
    own=own.copies_std,
    right="Right. That is VICReg's first plateau; what tears the copies apart is a longer story.",
    hint="Five numbers in, one out. np.roots gives complex numbers, and those have no order.",
    parts=(
        Part("s below 1 with all three terms", 1, _below_one),
        Part("s at d = 1 and at ν = 0", 1, _without_a_term),
        Part("s never above 1", 1, _at_the_hinge),
    ),
    misconceptions=(
        Misconception(
            _like(cubic=lambda c, d: 4 * c * (d - 1)),
            "Half of the covariance term: either one view only, or each pair of columns counted "
            "once. The term is added over the two views, and k, l and l, k are two entries.",
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
            _like(slope=lambda nu, rho: 4 * nu * (1 - rho**2)),
            "1 − ρ² is what is left of a variance after a prediction. The mean of (z − z')² is "
            "2(1 − ρ)s².",
        ),
        Misconception(
            _summed_invariance,
            "You sum the invariance term over the d columns. It is a mean over them.",
        ),
        Misconception(
            _like(force=lambda mu, d: mu * d),
            "You sum the hinge over the d columns. The variance term is a mean over them.",
        ),
        Misconception(
            _like(force=lambda mu, d: 2 * mu),
            "You add the hinge over the two views. The variance term is a mean over them; only the "
            "covariance term is added.",
        ),
        Misconception(
            _squares_only,
            "The covariance term holds squares of covariances: for copies each is s², and its "
            "square s⁴.",
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
