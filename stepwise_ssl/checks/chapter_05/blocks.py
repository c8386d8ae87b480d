"""5.6: what lies between two outputs, against random networks."""

from __future__ import annotations

import functools

import numpy as np

from ..engine import Exercise, Misconception, Part, Trial
from .truth import gaussian_means


def _between(rng: np.random.Generator, N: int, draws: int) -> float:
    """Root mean square of (2/N) Σ V_a V_b σ'σ', two fixed inputs, outputs a ≠ b."""
    angle, squares = 0.8, []
    for _ in range(draws):
        w, V = rng.normal(size=(2, N)), rng.normal(size=(2, N))
        both = (w[0] > 0) & (np.cos(angle) * w[0] + np.sin(angle) * w[1] > 0)
        squares.append((2 / N * np.sum(V[0] * V[1] * both)) ** 2)
    return float(np.sqrt(np.mean(squares)))


@functools.cache
def _measured() -> tuple[float, float, float]:
    """The head's share of Θ(x, x), the factor, and the blocks of the head alone."""
    product, both, _ = gaussian_means(np.ones(1), np.zeros(1))  # of an input with itself
    share = float(product[0] / (product[0] + both[0]))
    rng = np.random.default_rng(0)
    return share, _between(rng, 64, 3000) / _between(rng, 4096, 3000), 0.0


def _three(trial: Trial) -> np.ndarray:
    return trial.array(trial.value, shape=(3,), what="Your prediction (share, factor, head)")


def _share(trial: Trial) -> None:
    got, want = _three(trial), _measured()
    trial.require(
        abs(got[0] - want[0]) < 1e-3,
        f"The share is not {got[0]:g}. At x = x' each of the two means is half of what it was.",
    )


def _factor_and_head(trial: Trial) -> None:
    got, want = _three(trial), _measured()
    trial.require(
        abs(got[1] / want[1] - 1) < 0.06,
        f"The factor is not {got[1]:g}. A block a ≠ b is a mean of N terms with mean 0: how does "
        "its size fall with N?",
    )
    trial.require(
        abs(got[2] - want[2]) < 1e-6,
        f"The blocks of the last layer alone are not {got[2]:g}. By which weights have both "
        "outputs a gradient?",
    )


BLOCKS = Exercise(
    id="5.6",
    title="What lies between two outputs?",
    own=(0.5, 8.0, 0.0),
    right="Right. Outputs meet in the hidden layer only, and there as a sum of random signs.",
    hint="A tuple of three numbers: (share, factor, size for the last layer alone).",
    parts=(
        Part("the share", 1, _share),
        Part("factor and last layer", 1, _factor_and_head),
    ),
    misconceptions=(
        Misconception(
            (0.5, 64.0, 0.0),
            "You let the blocks fall as 1/N. A mean of N independent terms with mean 0 has the "
            "size 1/√N.",
        ),
        Misconception(
            (0.5, 4096.0, 0.0),
            "64² is the factor of nothing here. N grows 64-fold; the blocks fall as 1/√N.",
        ),
        Misconception(
            (0.5, 1.0, 0.0),
            "You let the blocks stay. V_aq V_bq has random signs: its mean goes to zero.",
        ),
        Misconception(
            (0.5, 0.125, 0.0),
            "The size of the factor is right, but the blocks shrink by it: 8, not 1/8.",
        ),
        Misconception(
            (0.5, 8.0, 1.0),
            "The last layer has a row of weights for each output: no weight has a gradient from "
            "both.",
        ),
        Misconception(
            (1.0, 8.0, 0.0),
            "The hidden weights have gradients too: at x = x' they bring as much as the last.",
        ),
        Misconception(
            (0.0, 8.0, 0.0),
            "The last layer does not vanish in a wide network: its N weights have gradients of "
            "size 1/√N each.",
        ),
        Misconception(
            (2 / 3, 8.0, 0.0),
            "Θ = K_new + σ_w² E[σ'σ'] K_old with σ_w² = 2 and E[σ'σ'] = ½ at x = x': two equal "
            "parts.",
        ),
        Misconception(
            (1 / 3, 8.0, 0.0),
            "Θ = K_new + σ_w² E[σ'σ'] K_old with σ_w² = 2 and E[σ'σ'] = ½ at x = x': two equal "
            "parts.",
        ),
        Misconception(
            (0.5, 8.0, 0.125),
            "The last layer's blocks a ≠ b are not small but exactly zero, at every width.",
        ),
    ),
)
