"""5.6: what lies between two outputs, against random networks."""

from __future__ import annotations

import functools

import numpy as np

from ..engine import Exercise, Part, Trial
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
    return trial.array(
        trial.value, shape=(3,), what="Your prediction (share, factor, last layer alone)"
    )


# What is known of a wrong number, by that number.
TWO_PARTS = "At x = x' the two sums need E[σσ] and E[σ'σ'] of an input with itself: compute them."
SHARES = {
    1.0: "The hidden weights have gradients too, and together these do not vanish at any width.",
    0.0: "The last layer does not vanish in a wide network: its N weights have gradients of size "
    "1/√N each.",
    2.0: "A share is at most 1: the last layer's part over the whole, K/Θ, not Θ/K.",
    50.0: "A share is a number from 0 to 1, not per cent.",
    1 / 3: TWO_PARTS,
    2 / 3: TWO_PARTS,
    0.25: TWO_PARTS,
    0.75: TWO_PARTS,
}
FACTORS = {
    64.0: "It would be 64 if the blocks fell as 1/N. A mean of N independent terms with mean 0 "
    "has the size 1/√N.",
    4096.0: "64² is the factor of nothing here. N grows 64-fold; the blocks fall as 1/√N.",
    1.0: "It would be 1 if the blocks stayed. V_aq V_bq has random signs: its mean goes to zero.",
    0.125: "The size of the factor is right, but the blocks shrink by it: 8, not 1/8.",
    1 / 64: "N grows 64-fold, and 'shrink by a factor' asks for a number above 1. The blocks fall "
    "as 1/√N.",
    -8.0: "A root mean square has no sign, nor has the factor.",
    4.0: "A mean of N independent terms with mean 0 has the size 1/√N, and N grows 64-fold.",
    2.0: "A mean of N independent terms with mean 0 has the size 1/√N, and N grows 64-fold.",
}
HEADS = {
    1.0: "The last layer has a row of weights for each output: no weight has a gradient from both.",
    0.125: "The last layer's blocks a ≠ b are not small but exactly zero, at every width.",
    0.5: "The last layer has a row of weights for each output: no weight has a gradient from both.",
}


def _require(
    trial: Trial, right: bool, what: str, got: float, slips: dict[float, str], general: str
) -> None:
    if not right:
        # A number that is near enough to a known one: 0.33 for 1/3.
        nearest = min(slips, key=lambda slip: abs(got - slip))
        if abs(got - nearest) < 1e-2 * max(abs(nearest), 0.1):
            trial.slips(got, np.nan, [(got, f"{what} {got:g}. {slips[nearest]}")])
    trial.require(right, "", otherwise=f"{what} {got:g}. {general}")


def _share(trial: Trial) -> None:
    got, want = _three(trial)[0], _measured()[0]
    general = "It is a number from 0 to 1. Set x = x' in both sums: what are the two means there?"
    _require(trial, abs(got - want) < 1e-3, "The share is not", got, SHARES, general)


def _factor_and_head(trial: Trial) -> None:
    (_, factor, head), want = _three(trial), _measured()
    general = "A block a ≠ b is a mean of N terms with mean 0: how does its size fall with N?"
    right = abs(factor / want[1] - 1) < 0.06
    _require(trial, right, "The factor is not", factor, FACTORS, general)
    general = "By which weights have both outputs a gradient?"
    what = "The blocks of the last layer alone are not"
    _require(trial, abs(head - want[2]) < 1e-6, what, head, HEADS, general)


BLOCKS = Exercise(
    id="5.6",
    title="What lies between two outputs?",
    own=(0.5, 8.0, 0.0),
    right="Right. Outputs meet in the hidden layer only, in a sum of terms with random signs.",
    hint="A tuple of three numbers: (share, factor, size for the last layer alone).",
    parts=(
        Part("the share", 1, _share),
        Part("factor and last layer", 1, _factor_and_head),
    ),
)
