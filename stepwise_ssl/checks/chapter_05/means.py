"""5.2: two Gaussian means, against integrals over the angle."""

from __future__ import annotations

import numpy as np

from ..engine import Exercise, Misconception, Part, Trial
from . import own
from .truth import gaussian_means


def _two(trial: Trial, k11: np.ndarray, k12: np.ndarray, k22: np.ndarray) -> tuple:
    got = trial.call(k11, k12, k22)
    trial.require(
        isinstance(got, tuple | list) and len(got) == 2,
        "The answer should be a tuple of two arrays: E[σσ], E[σ'σ'].",
    )
    product = trial.array(got[0], shape=k12.shape, what="E[σσ]")
    return product, trial.array(got[1], shape=k12.shape, what="E[σ'σ']")


def _agrees(trial: Trial, k11, k22, theta) -> None:
    lengths = np.sqrt(k11 * k22)
    product, both = _two(trial, k11, lengths * np.cos(theta), k22)
    want = gaussian_means(lengths, theta)
    trial.close(both, want[1], "E[σ'σ']", rtol=1e-6, why="the share of the full turn, measured")
    trial.close(product, want[0], "E[σσ]", rtol=1e-6, why="the integral over the angle")


def _of_the_derivative(trial: Trial) -> None:
    k11, k22 = trial.rng.uniform(0.3, 3, size=(2, 6))
    theta = trial.rng.uniform(0.2, 3.0, size=6)
    lengths = np.sqrt(k11 * k22)
    both = _two(trial, k11, lengths * np.cos(theta), k22)[1]
    want = gaussian_means(lengths, theta)[1]
    trial.close(both, want, "E[σ'σ']", rtol=1e-6, why="the share of the full turn, measured")


def _of_the_product(trial: Trial) -> None:
    k11, k22 = trial.rng.uniform(0.3, 3, size=(2, 3, 4))
    _agrees(trial, k11, k22, trial.rng.uniform(0.2, 3.0, size=(3, 4)))


def _in_the_hard_cases(trial: Trial) -> None:
    size = trial.rng.uniform(0.3, 2, size=5)
    # Equal inputs whose product is a rounding above their squares, and opposite ones.
    product, both = _two(trial, size, size * (1 + 2e-16), size)
    trial.close(product, size / 2, "E[σσ] of two equal inputs", rtol=1e-6)
    trial.close(both, np.full(5, 0.5), "E[σ'σ'] of two equal inputs", rtol=1e-6)
    product, both = _two(trial, size, -size * (1 + 2e-16), size)
    worst = max(np.abs(product).max(), np.abs(both).max())
    trial.require(worst < 1e-7, f"Opposite inputs have both means 0; yours reach {worst:.3g}.")
    zero = np.zeros(5)
    product, _ = _two(trial, zero, zero, size)
    trial.require(not product.any(), f"A zero vector has E[σσ] = 0; yours is {product[0]:.3g}.")


def _parts(k11, k12, k22):
    r = np.sqrt(np.maximum(k11 * k22 - k12**2, 0))
    return r, np.arctan2(r, k12)


def _with(product, both=lambda r, theta, k: 0.5 - theta / (2 * np.pi)):
    def like(k11, k12, k22):
        r, theta = _parts(k11, k12, k22)
        return product(r, theta, k12), both(r, theta, k12)

    return like


def _right(r, theta, k):
    return r / (2 * np.pi) + (0.5 - theta / (2 * np.pi)) * k


def _unclipped(k11, k12, k22):
    r = np.sqrt(k11 * k22 - k12**2)
    theta = np.arctan2(r, k12)
    return _right(r, theta, k12), 0.5 - theta / (2 * np.pi)


def _by_arccos(k11, k12, k22):
    lengths = np.sqrt(k11 * k22)
    theta = np.arccos(k12 / lengths)
    return _right(lengths * np.sin(theta), theta, k12), 0.5 - theta / (2 * np.pi)


ROOT_SLIP = (
    "You take the root of k₁₁k₂₂ − k₁₂², which rounding can make negative for parallel inputs: "
    "np.maximum(…, 0) first."
)
ARCCOS_SLIP = (
    "arccos(k₁₂/√(k₁₁k₂₂)) is the right angle, but rounding can bring its argument above 1, and a "
    "zero vector makes it 0/0. np.arctan2(r, k₁₂) needs no division."
)
RELU_MEANS = Exercise(
    id="5.2",
    title="Two means",
    own=own.relu_means,
    right="Right. An angle and a length are all that two inputs are to a random unit.",
    hint="All three arguments are arrays of one shape; np.arctan2 takes arrays too.",
    parts=(
        Part("the derivatives", 1, _of_the_derivative),
        Part("the units themselves", 1, _of_the_product),
        Part("parallel inputs and zero", 1, _in_the_hard_cases),
    ),
    misconceptions=(
        Misconception(_unclipped, ROOT_SLIP),
        Misconception(_by_arccos, ARCCOS_SLIP),
        Misconception(
            _with(lambda r, t, k: 2 * _right(r, t, k), lambda r, t, k: 1 - t / np.pi),
            "Both are twice too large. The factor 2 = σ_w² belongs to the dense layer, not to the "
            "means.",
        ),
        Misconception(
            _with(_right, lambda r, t, k: 1 - t / np.pi),
            "Your second mean is twice too large: equal inputs are both positive half of the time.",
        ),
        Misconception(
            _with(_right, lambda r, t, k: t / (2 * np.pi)),
            "Your second mean is half the share where only one of them is positive. Both are "
            "positive over an angle of π − θ.",
        ),
        Misconception(
            _with(lambda r, t, k: (0.5 - t / (2 * np.pi)) * k),
            "Your first mean lacks r/2π. The product of two ReLUs is not E[σ'σ'] times k₁₂: where "
            "both are on, u and v are more alike than on average.",
        ),
        Misconception(
            _with(lambda r, t, k: r / (2 * np.pi) - (0.5 - t / (2 * np.pi)) * k),
            "A sign: for equal inputs r = 0 and E[σσ] = +k/2.",
        ),
        Misconception(
            _with(lambda r, t, k: r / (2 * np.pi) + t / (2 * np.pi) * k),
            "In your first mean stands θ where π − θ belongs: for equal inputs it must be k/2.",
        ),
        Misconception(
            _with(lambda r, t, k: r / np.pi + (0.5 - t / (2 * np.pi)) * k),
            "The r in your first mean is divided by π; it should be 2π, the full turn.",
        ),
        Misconception(
            _with(lambda r, t, k: r**2 / (2 * np.pi) + (0.5 - t / (2 * np.pi)) * k),
            "r is the root of k₁₁k₂₂ − k₁₂². Yours is not: a mean of products scales as √(k₁₁k₂₂).",
        ),
        Misconception(
            lambda k11, k12, k22: _with(_right)(k11, k12, k22)[::-1],
            "The two means are in the wrong order: first E[σσ], then E[σ'σ'].",
        ),
        Misconception(
            lambda k11, k12, k22: (k12 / 2, np.full(np.shape(k12), 0.25)),
            "You treat u and v as independent, or their signs as such. Their covariance is k₁₂.",
        ),
        Misconception(
            lambda k11, k12, k22: (k12 / 4, np.full(np.shape(k12), 0.25)),
            "You treat u and v as independent, or their signs as such. Their covariance is k₁₂.",
        ),
    ),
)
