"""6.8: the size of copies, against the slope of the published loss, by autograd."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from scipy.optimize import brentq, minimize_scalar

from ... import losses
from ..asking import once_a_draw
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


@once_a_draw
def _cheapest(columns: tuple[np.ndarray, ...], d: int, *weights: float) -> float:
    """Where the slope of the published loss changes its sign, or jumps across 0 at s = 1.

    `columns` are those of two views, (n,), of which each has d copies.
    """
    pair = [torch.tensor(np.tile(z[:, None], (1, d))) for z in columns]

    def slope(size: float) -> float:
        s = torch.tensor(size, dtype=torch.float64, requires_grad=True)
        losses.vicreg(s * pair[0], s * pair[1], *weights, eps=1e-14).backward()
        return s.grad.item()

    if slope(1 - 1e-9) < 0 < slope(1 + 1e-9):
        return 1.0
    return brentq(slope, 1e-3, 1.0, xtol=1e-7)


def _refuse_other_roots(trial: Trial, result: Any) -> None:
    """All roots of the cubic, or one of the complex ones."""
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


def _ask(trial: Trial, rho: float, d: int, *weights: float, rtol: float = 1e-4) -> None:
    result = trial.call(rho, d, *weights)
    _refuse_other_roots(trial, result)
    got = trial.array(result, shape=(), what="The size s")
    want = _cheapest(_unit_pair(trial.rng, rho), d, *weights)
    # An answer may minimise, and the place of a flat minimum is known to fewer digits.
    trial.close(got, want, "The size s", rtol=rtol, why="where losses.vicreg is smallest",
                otherwise=_out_of_range(float(got)))  # fmt: skip


def _out_of_range(s: float) -> str:
    if s > 1:
        return (
            "Your s is above 1. There the variance term is 0, and what the others cost grows with "
            "s: the loss of copies is not smallest there."
        )
    return "" if s > 0 else "A standard deviation is positive."


def _below_one(trial: Trial) -> None:
    uniform, d = trial.rng.uniform, int(trial.rng.integers(2, 7))
    _ask(trial, uniform(0.2, 0.9), d + 3, uniform(20, 30), uniform(20, 30), uniform(5, 30))
    _ask(trial, uniform(-0.8, -0.1), d, uniform(5, 15), uniform(15, 30), uniform(8, 15))
    # A root below 0.01, where a search may not start. A minimum to within 1e-5 is enough.
    _ask(
        trial, uniform(-0.5, 0.0), d, uniform(20, 30), uniform(0.5, 0.75), uniform(5, 30), rtol=5e-3
    )


def _without_a_term(trial: Trial) -> None:
    uniform, d = trial.rng.uniform, int(trial.rng.integers(3, 8))
    rho = np.float64(uniform(-0.5, 0.5))  # NumPy's, as in the notebook
    _ask(trial, rho, 1, uniform(20, 30), uniform(20, 30), uniform(1, 5))
    _ask(trial, uniform(-0.5, 0.5), d, 0.0, uniform(20, 30), uniform(8, 15))
    # Small weights and large ones have the same s: nothing may stand in for the missing term.
    size = 10 ** uniform(-4, -3)
    _ask(trial, uniform(-0.5, 0.5), d + 1, size * uniform(20, 30), size * uniform(20, 30), 0.0)


def _at_the_hinge(trial: Trial) -> None:
    uniform, d = trial.rng.uniform, int(trial.rng.integers(2, 6))
    _ask(trial, uniform(0.9, 0.98), d, uniform(5, 12), uniform(25, 40), uniform(0.2, 0.5))
    # With either term alone as well: what it says of s is not cut off at 1 by itself.
    for invariance, covariance in ((1, 1), (1, 0), (0, 1)):
        _ask(trial, uniform(-0.5, 0.5), d + 1, invariance * uniform(0.5, 2), uniform(25, 40),
             covariance * uniform(0.1, 0.4))  # fmt: skip
    # Whoever says 1 of all has not found where the hinge begins.
    given = uniform(-0.5, 0.5), d + 2, uniform(20, 30), uniform(20, 30), uniform(10, 20)
    result = trial.call(*given)
    _refuse_other_roots(trial, result)
    got = trial.array(result, shape=(), what="The size s")
    trial.require(got < 1, "Your s is 1 or more also where the loss is smallest below 1.")


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


def _hinge_on_the_variance(rho, d, invariance, variance, covariance):
    """The minimum with 1 − s² in the hinge; 0 where nothing drives s away from it."""
    drive, cubic = variance - 2 * invariance * (1 - rho), 4 * covariance * (d - 1)
    if drive <= 0 or cubic == 0:
        return float(drive > 0)
    return min(1.0, np.sqrt(drive / cubic))


def _summed_invariance(rho, d, invariance, variance, covariance):
    return _like()(rho, d, d * invariance, variance, covariance)


def _cost(s, rho, d, invariance, variance, covariance, eps=0.0):
    """The loss of copies of size s; with eps as the published one has it, in the root."""
    return (
        2 * invariance * (1 - rho) * s**2
        + variance * np.maximum(1 - np.sqrt(s**2 + eps), 0)
        + 2 * covariance * (d - 1) * s**4
    )


def _with_eps(*given):
    found = minimize_scalar(lambda s: _cost(s, *given, eps=1e-4), bounds=(1e-3, 1.1),
                            method="bounded", options={"xatol": 1e-10})  # fmt: skip
    return found.x


def _on_a_grid(step):
    def like(*given):
        grid = step * np.arange(1, round(1.2 / step))
        return grid[np.argmin(_cost(grid, *given))]

    return like


def _first_root(rho, d, invariance, variance, covariance):
    """The real part of what np.roots gives first."""
    return np.roots([8 * covariance * (d - 1), 0, 4 * invariance * (1 - rho), -variance])[0].real


_NO_REAL_ROOT = (
    "Where that root is complex, its real part solves nothing: the three roots add up to 0, so it "
    "is −½ times the real one. Pick the root that is real and positive."
)


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
            "The covariance term is half of what it should be beside the other two. It is added "
            "over the two views, and k, l and l, k are two entries.",
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
            lambda rho, d, *weights: 1.0 if d == 1 else own.copies_std(rho, d, *weights),
            "You give 1 at d = 1. One dimension has no copy to pay for, and its two views still "
            "disagree: the invariance term counts.",
        ),
        Misconception(
            _like(cubic=lambda c, d: 0),
            "The covariance term is missing: copies are what it charges for.",
        ),
        Misconception(
            _like(cubic=lambda c, d: 2 * c * (d - 1)),
            "The covariance term is a quarter of what it should be. Two slips give it: s³ for the "
            "derivative of s⁴, which is 4s³; and pairs counted once and in one view, where both "
            "orders count and the two views are added.",
        ),
        Misconception(
            _like(slope=lambda nu, rho: 2 * nu * (1 - rho)),
            "The invariance term is half of what it should be beside the other two: the mean of "
            "(z − z')² is 2(1 − ρ)s², and the derivative of s² is 2s.",
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
            lambda rho, *rest: _like()(max(rho, 0.0), *rest),
            "A ρ below 0 is cut off at 0. Two views may disagree: then 1 − ρ is more than 1.",
        ),
        Misconception(
            _with_eps,
            "There is an ε of 1e-4 in your root, as in the published loss. The text leaves it out.",
        ),
        *(
            Misconception(
                _on_a_grid(step),
                f"Your s is on a grid with the spacing {step:g}: the cheapest there, or the right "
                "one, rounded. It is wanted without a grid: where the derivative is zero.",
            )
            for step in (0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 0.0005, 0.0001)
        ),
        *(
            Misconception(
                lambda *given, low=low: max(own.copies_std(*given), low),
                f"No s of yours is below {low:g}. It may be smaller: it is small where μ is "
                "small beside ν or c(d − 1).",
            )
            for low in (0.2, 0.1, 0.05, 0.02, 0.01, 0.005)
        ),
        Misconception(
            _first_root,
            f"The real part of the first root that np.roots gives. {_NO_REAL_ROOT}",
        ),
        Misconception(
            lambda *given: min(1.0, abs(_first_root(*given))),
            "The size of the real part of the first root that np.roots gives, without its sign. "
            f"{_NO_REAL_ROOT}",
        ),
        Misconception(
            _summed_invariance,
            "You sum the invariance term over the d columns. It is a mean over them.",
        ),
        Misconception(
            _like(force=lambda mu, d: mu * d),
            "The hinge is summed over the d columns. The variance term is a mean over them.",
        ),
        Misconception(
            _like(force=lambda mu, d: 2 * mu),
            "Beside the other two terms the variance term is twice what it should be. It is a mean "
            "over the two views, where the covariance term is added over them; and the mean of "
            "(z − z')² is 2(1 − ρ)s².",
        ),
        Misconception(
            _hinge_on_the_variance,
            "Your hinge is 1 − s², of the variance. It is 1 − s, of the standard deviation, and "
            "its slope does not fade at small s.",
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
            "s = 1 is where the hinge is satisfied. Here the other two terms hold copies below it.",
        ),
        Misconception(
            lambda rho, d, invariance, variance, covariance: (
                _like()(rho, d, invariance, variance, covariance) ** 2
            ),
            "This is the variance. The standard deviation is wanted.",
        ),
    ),
)
