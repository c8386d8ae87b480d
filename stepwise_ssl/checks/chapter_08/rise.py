"""8.5: how far the features rise, against head and trunk integrated until the mode is learned."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..engine import Exercise, Misconception, Part, Trial
from . import own
from .depth import learned


def _compare(trial: Trial, gamma: np.ndarray, p0: np.ndarray) -> None:
    d = len(gamma)
    got = trial.array(trial.call(gamma, p0), shape=(d,), what="R")
    # What the head starts with is lost from p²: 1e-10 of it.
    ends = [learned(g, np.array([1e-5 * p, p])) for g, p in zip(gamma, p0, strict=True)]
    want = np.array([(end[1] / p) ** 2 for end, p in zip(ends, p0, strict=True)])
    trial.close(got, want, "R", why="ds/dt and dp/dt integrated until λ = 1",
                otherwise=_where_it_stops(got, want, gamma * p0**4))  # fmt: skip


def _where_it_stops(got: np.ndarray, want: np.ndarray, size: np.ndarray) -> str:
    j = int(np.argmax(np.abs(got / want - 1)))
    if not got[j] >= 1:
        return f"Your R of mode {j + 1} is {got[j]:.4g}. What a mode learns makes its p larger."
    lam = size[j] * got[j] * (got[j] - 1)
    if f"{lam:.4g}" == "1":
        return (
            f"With your R of mode {j + 1} λ = γs²p² is {lam - 1:.1g} off 1: it is near, but asked "
            "is the root itself. Does a search end too soon, or is a grid too coarse for it?"
        )
    return (
        f"With your R of mode {j + 1} the head has s² = p² − p(0)² = (R − 1) p(0)², and "
        f"λ = γs²p² comes to {lam:.4g}. A learned mode has λ = 1."
    )


def _modes(trial: Trial, d: int, low: float, high: float) -> tuple[np.ndarray, np.ndarray]:
    """γ in any order and p(0) (d,), with γ p(0)⁴ between two powers of ten."""
    p0 = trial.rng.uniform(0.4, 2.5, size=d)
    return 10 ** trial.rng.uniform(low, high, size=d) / p0**4, p0


def _from_a_middling_trunk(trial: Trial) -> None:
    for d in trial.rng.choice(np.arange(2, 9), 2, replace=False):
        _compare(trial, *_modes(trial, int(d), -1.2, 0.7))


def _from_a_small_and_a_large_trunk(trial: Trial) -> None:
    for d, low, high in zip(
        trial.rng.choice(np.arange(1, 8), 2, replace=False), (-3, 1), (-2, 2.5), strict=True
    ):
        _compare(trial, *_modes(trial, int(d), low, high))


def _of_root(formula: Callable) -> Callable:
    """An answer from √(1 + 4/(γp0⁴)), γ and p0."""
    return lambda gamma, p0: formula(np.sqrt(1 + 4 / (gamma * p0**4)), gamma, p0)


RAISE = Exercise(
    id="8.5",
    title="How far do the features rise?",
    own=own.raise_of,
    right="Right. It depends on γp(0)⁴ alone: the smaller the trunk, the more of the work is its.",
    hint="gamma and p0 have shape (d,), and so has R. Entry j belongs to mode j.",
    parts=(
        Part("a trunk of middling size", 1, _from_a_middling_trunk),
        Part("a small trunk, and a large one", 1, _from_a_small_and_a_large_trunk),
    ),
    misconceptions=(
        Misconception(
            _of_root(lambda root, g, p: root),
            "This is (s² + p²)/p(0)² at the end. Of u = s² + p² the trunk has p² = (u + p(0)²)/2.",
        ),
        Misconception(
            _of_root(lambda root, g, p: (root - 1) / 2),
            "This is s²/p(0)², the head's part. Features are p²: larger by p(0)².",
        ),
        Misconception(
            _of_root(lambda root, g, p: (1 - root) / 2),
            "This is the other root of the quadratic equation: with it p² would be below 0.",
        ),
        Misconception(
            _of_root(lambda root, g, p: 1 + root),
            "Twice too large: p² is half of u + p(0)².",
        ),
        Misconception(
            _of_root(lambda root, g, p: np.sqrt((1 + root) / 2)),
            "This is the raise of p. The features' eigenvalue is γp²: square it.",
        ),
        Misconception(
            _of_root(lambda root, g, p: ((1 + root) / 2) ** 2),
            "One square too many: p²/p(0)² is (1 + √(1 + 4/(γp(0)⁴)))/2 already, or 1 + s²/p(0)².",
        ),
        Misconception(
            _of_root(lambda root, g, p: g * p**2 * (1 + root) / 2),
            "This is the features' eigenvalue at the end, γp². Divide by the one at the start.",
        ),
        Misconception(
            _of_root(lambda root, g, p: p**2 * (1 + root) / 2),
            "This is p² at the end. Divide by p(0)².",
        ),
        Misconception(
            _of_root(lambda root, g, p: p * np.sqrt((1 + root) / 2)),
            "This is p at the end. Wanted is p² over p(0)².",
        ),
        Misconception(
            lambda g, p: 1 + 1 / (g * p**4),
            "You let s² end at 1/(γp(0)²), as with a frozen trunk. While s grows p grows too, and "
            "λ = γs²p² is 1 at a smaller s.",
        ),
        Misconception(
            lambda g, p: 1 / (g * p**4),
            "This is s²/p(0)² with a frozen trunk. Here p grows with s, by as much in the square.",
        ),
        Misconception(
            lambda g, p: 1 / (np.sqrt(g) * p**2),
            "You let s² and p² end alike, at γ^(−1/2). Their difference stays what it was at the "
            "start, p(0)².",
        ),
        Misconception(
            lambda g, p: 1 + 1 / (np.sqrt(g) * p**2),
            "You add 1/√γ to p(0)², as if s² and p² ended alike. Solve γs²(p(0)² + s²) = 1 for s².",
        ),
        Misconception(
            lambda g, p: (1 + np.sqrt(1 + 4 / (g * p**2))) / 2,
            "You have p(0)² where p(0)⁴ belongs: in x = p² the equation is γx(x − p(0)²) = 1, and "
            "its discriminant is p(0)⁴ + 4/γ.",
        ),
        Misconception(
            lambda g, p: (p**2 + np.sqrt(p**4 + 4 / g)) / 2,
            "This is p² at the end. Divide by p(0)².",
        ),
        Misconception(
            lambda g, p: (1 + np.sqrt(1 + 4 / g)) / 2,
            "You take p(0) = 1. Wanted is any p(0).",
        ),
        Misconception(
            lambda g, p: (1 + np.sqrt(1 + 2 / (g * p**4))) / 2,
            "Your mode stops at λ = ½. It is learned at λ = 1.",
        ),
        Misconception(
            lambda g, p: (np.sqrt(1 + 4 / (g * p**4)) + 3) / 2,
            "1 too much: p² = p(0)² + s², and p(0)² is in it once.",
        ),
    ),
)
