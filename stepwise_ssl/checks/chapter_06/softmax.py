"""6.1: the operator of a softmax over the other view, against second differences of the loss."""

from __future__ import annotations

import math

import numpy as np

from ..engine import Exercise, Misconception, Part, Trial
from . import own
from .truth import views


def _loss(w: np.ndarray, x1: np.ndarray, x2: np.ndarray, temperature: float) -> float:
    """The loss of one dimension, w (m,), term by term."""
    total = 0.0
    for i in range(len(x1)):
        exponents = [float(w @ x1[i]) * float(w @ x2[k]) / temperature for k in range(len(x2))]
        total += math.log(math.fsum(map(math.exp, exponents))) - exponents[i]
    return total / len(x1)


def _from_differences(x1: np.ndarray, x2: np.ndarray, temperature: float) -> np.ndarray:
    """M with loss = const − ½ wMwᵀ + O(w⁴), by second differences at two sizes, extrapolated."""
    m, identity = x1.shape[1], np.eye(x1.shape[1])

    def at(h: float) -> np.ndarray:
        M = np.empty((m, m))
        for i in range(m):
            for j in range(m):
                plus, minus = h * (identity[i] + identity[j]), h * (identity[i] - identity[j])
                # The loss is even in w, so two of the four corners are enough.
                values = [_loss(w, x1, x2, temperature) for w in (plus, minus)]
                M[i, j] = (values[1] - values[0]) / (2 * h * h)
        return M

    return (4 * at(0.005) - at(0.01)) / 3


def _ask(trial: Trial, temperature: float) -> None:
    x1, x2 = views(trial.rng, 6, 3)
    got = trial.array(trial.call(x1, x2, temperature), shape=(3, 3), what="M")
    want = _from_differences(x1, x2, temperature)
    trial.close(got, want, f"M at τ = {temperature:.2g}", rtol=1e-3,
                why="second differences of the loss at W = 0")  # fmt: skip


def _at_temperature_one(trial: Trial) -> None:
    _ask(trial, 1.0)


def _at_another_temperature(trial: Trial) -> None:
    _ask(trial, trial.rng.uniform(0.3, 0.7))


def _is_blind_to_the_mean(trial: Trial) -> None:
    x1, x2 = views(trial.rng, 20, 4)
    here = trial.array(trial.call(x1, x2, 0.5), shape=(4, 4), what="M")
    shift = trial.rng.normal(size=4)
    there = trial.array(trial.call(x1 + shift, x2 - 2 * shift, 0.5), shape=(4, 4), what="M")
    trial.close(there, here, "M after all first and all second views were shifted", rtol=1e-8,
                why="a shift of all candidates changes no difference to second order")  # fmt: skip


def _parts(x1: np.ndarray, x2: np.ndarray) -> dict[str, np.ndarray]:
    n = len(x1)
    both = np.concatenate([x1, x2])
    one, two, all_ = x1.mean(0), x2.mean(0), both.mean(0)
    return {
        "Gamma": (x1.T @ x2 + x2.T @ x1) / (2 * n),
        "means": (np.outer(one, two) + np.outer(two, one)) / 2,
        "half": x1.T @ x2 / n - np.outer(one, two),
        "all": np.outer(all_, all_),
        "Sigma": both.T @ both / (2 * n),
        "n": n,
    }


def _of(build):
    return lambda x1, x2, temperature: build(_parts(x1, x2), temperature)


OPERATOR = Exercise(
    id="6.1",
    title="A softmax over the other view",
    own=own.operator,
    right="Right. The mean went out by itself: partner and candidates hold the same one.",
    hint="x1 and x2 are (n, m); the result is (m, m) and symmetric.",
    parts=(
        Part("the operator", 1, _at_temperature_one),
        Part("the temperature", 1, _at_another_temperature),
        Part("the mean", 1, _is_blind_to_the_mean),
    ),
    misconceptions=(
        Misconception(
            _of(lambda p, t: 2 / t * p["Gamma"]),
            "The candidates are missing. The sum in the denominator pulls the mean of all products "
            "down: a term in x̄ x̄'ᵀ.",
        ),
        Misconception(
            _of(lambda p, t: (p["Gamma"] - p["means"]) / t),
            "Half of it: the derivative of tr(WAWᵀ) with symmetric A is 2WA.",
        ),
        Misconception(
            _of(lambda p, t: 4 / t * (p["Gamma"] - p["means"])),
            "Twice too large: 4Γ is Barlow Twins' operator. Here C stands alone, not squared, and "
            "one factor 2 is left.",
        ),
        Misconception(
            _of(lambda p, t: 2 * (p["Gamma"] - p["means"])),
            "The temperature is missing: each product in the loss is divided by τ.",
        ),
        Misconception(
            _of(lambda p, t: 2 * t * (p["Gamma"] - p["means"])),
            "You multiply by the temperature. A small one makes differences larger: divide.",
        ),
        Misconception(
            _of(lambda p, t: 2 / t * p["half"]),
            "Not symmetric: W(·)Wᵀ under a trace sees the symmetric part only. Average it with its "
            "transpose.",
        ),
        Misconception(
            _of(lambda p, t: 2 / t * (p["Gamma"] - p["all"])),
            "You subtract the mean of all views twice. Here first views meet second ones: the "
            "products are those of the two means.",
        ),
        Misconception(
            _of(
                lambda p, t: (
                    2
                    / t
                    * (
                        p["Gamma"]
                        - 2 * p["n"] / (2 * p["n"] - 1) * p["all"]
                        + p["Sigma"] / (2 * p["n"] - 1)
                    )
                )
            ),
            "So it is on the page, with 2n − 1 candidates of both views. Here there are n, all of "
            "them second views, the partner included.",
        ),
        Misconception(
            _of(lambda p, t: 2 / t * p["n"] / (p["n"] - 1) * (p["Gamma"] - p["means"])),
            "Too large by n/(n − 1). Either you leave the partner out of the candidates, or a "
            "covariance divides by n − 1. All n second views are candidates, the partner included.",
        ),
        Misconception(
            _of(lambda p, t: p["Gamma"] / t),
            "Two things: the candidates are missing, a term in x̄ x̄'ᵀ; and the derivative of "
            "tr(WAWᵀ) with symmetric A is 2WA.",
        ),
        Misconception(
            _of(lambda p, t: 4 / t * p["Gamma"]),
            "This is Barlow Twins' operator over τ. Here C stands alone, not squared, and the "
            "candidates pull the mean of all products down.",
        ),
        Misconception(
            _of(lambda p, t: p["half"] / t),
            "Two things: only the symmetric part counts, the average of your matrix and its "
            "transpose; and the derivative of tr(WAWᵀ) with symmetric A is 2WA.",
        ),
        Misconception(
            _of(lambda p, t: 2 / t * (p["means"] - p["Gamma"])),
            "The sign is reversed: W runs downhill, towards the partner.",
        ),
        Misconception(
            _of(lambda p, t: 2 / t * (p["Gamma"] + p["means"])),
            "The candidates push: their term is subtracted.",
        ),
        Misconception(
            _of(lambda p, t: 2 / t * (p["Gamma"] - 2 * p["means"])),
            "The mean product counts once: ½(x̄x̄'ᵀ + x̄'x̄ᵀ). Yours counts it twice.",
        ),
    ),
)
