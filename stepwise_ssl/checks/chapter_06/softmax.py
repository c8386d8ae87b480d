"""6.1: the operator of a softmax over the other view, against second derivatives of the loss."""

from __future__ import annotations

import numpy as np
import torch

from ..engine import Exercise, Misconception, Part, Trial
from . import own
from .truth import views


def _from_autograd(x1: np.ndarray, x2: np.ndarray, temperature: float) -> np.ndarray:
    """M with loss = const − ½ wMwᵀ + O(w⁴) for w (m,): minus the loss's Hessian at 0."""
    first, second = torch.tensor(x1), torch.tensor(x2)

    def loss(w: torch.Tensor) -> torch.Tensor:
        products = torch.outer(first @ w, second @ w) / temperature
        return (torch.logsumexp(products, dim=1) - products.diagonal()).mean()

    start = torch.zeros(x1.shape[1], dtype=torch.float64)
    return -torch.autograd.functional.hessian(loss, start).numpy()


def _ask(trial: Trial, n: int, m: int, temperature: float) -> None:
    x1, x2 = views(trial.rng, n, m)
    got = trial.array(trial.call(x1, x2, temperature), shape=(m, m), what="M")
    # An answer may take differences of the loss; those give five digits.
    trial.close(got, _from_autograd(x1, x2, temperature), "M", rtol=1e-5,
                why="second derivatives of the loss at W = 0")  # fmt: skip


def _at_temperature_one(trial: Trial) -> None:
    n = int(trial.rng.integers(6, 9))
    _ask(trial, n, n - 3, 1.0)
    _ask(trial, n - 2, n - 1, 1.0)


def _at_another_temperature(trial: Trial) -> None:
    n = int(trial.rng.integers(3, 6))
    _ask(trial, n, n + int(trial.rng.integers(1, 3)), trial.rng.uniform(0.2, 0.7))
    _ask(trial, n + 6, n - 1, trial.rng.uniform(1.3, 4))


def _is_blind_to_the_mean(trial: Trial) -> None:
    n, m, temperature = int(trial.rng.integers(12, 20)), 4, trial.rng.uniform(0.3, 0.8)
    x1, x2 = views(trial.rng, n, m)
    here = trial.array(trial.call(x1, x2, temperature), shape=(m, m), what="M")
    shift = trial.rng.normal(size=m)
    moved = trial.call(x1 + shift, x2 - 2 * shift, temperature)
    there = trial.array(moved, shape=(m, m), what="M")
    trial.close(there, here, "M after all first and all second views were shifted", rtol=1e-5,
                why="to second order such shifts leave the loss as it is")  # fmt: skip


def _parts(x1: np.ndarray, x2: np.ndarray) -> dict[str, np.ndarray]:
    n = len(x1)
    both = np.concatenate([x1, x2])
    one, two, all_ = x1.mean(0), x2.mean(0), both.mean(0)
    return {
        "Gamma": (x1.T @ x2 + x2.T @ x1) / (2 * n),
        "means": (np.outer(one, two) + np.outer(two, one)) / 2,
        "one two": np.outer(one, two),
        "two one": np.outer(two, one),
        "half": x1.T @ x2 / n - np.outer(one, two),
        "all": np.outer(all_, all_),
        "own": (np.outer(one, one) + np.outer(two, two)) / 2,
        "first": np.outer(one, one),
        "centred": both.T @ both / (2 * n) - (np.outer(one, one) + np.outer(two, two)) / 2,
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
            _of(lambda p, t: 4 / t * (p["Gamma"] - p["means"])),
            "This has Barlow Twins' factor 4, which comes of a square. Here C stands alone, not "
            "squared.",
        ),
        Misconception(
            _of(lambda p, t: 2 / 0.5 * (p["Gamma"] - p["means"])),
            "Your factor is 4 whatever `temperature` is, as it would be at a temperature of ½. It "
            "is 2/τ.",
        ),
        *(
            Misconception(
                _of(lambda p, t, first=first: 2 / t * (p["Gamma"] - p[first])),
                "Your mean term is not symmetric. Only the symmetric part counts: average x̄x̄'ᵀ "
                "with its transpose, as Γ does with the products.",
            )
            for first in ("one two", "two one")
        ),
        Misconception(
            _of(lambda p, t: 2 / t * p["half"]),
            "It is not symmetric. W(·)Wᵀ under a trace sees the symmetric part only: average it "
            "with its transpose.",
        ),
        Misconception(
            _of(lambda p, t: 2 / t * (p["Gamma"] - p["all"])),
            "Your operator subtracts x̄ x̄ᵀ with the mean of all 2n views. Here first views "
            "meet second ones: "
            "the products are those of the two means.",
        ),
        Misconception(
            _of(lambda p, t: 2 / t * (p["Gamma"] - p["own"])),
            "Your operator subtracts the product of each view's mean with itself. Here first "
            "views meet "
            "second ones: the mean of the first stands with that of the second.",
        ),
        Misconception(
            _of(lambda p, t: 2 / t * (p["Gamma"] - p["first"])),
            "Your operator subtracts x̄ x̄ᵀ, with the mean of the first views twice. The "
            "candidates are second "
            "views: the mean of the first stands with that of the second.",
        ),
        *(
            Misconception(
                _of(lambda p, t, of=of: 2 / t * p[of]),
                "This has each view with itself, Σ. The loss multiplies a first view with second "
                "ones, its partner before all.",
            )
            for of in ("centred", "Sigma")
        ),
        *(
            Misconception(
                _of(
                    lambda p, t, partner=partner: (
                        2
                        / t
                        * (
                            p["Gamma"]
                            - (2 * p["n"] * p["all"] - p["Sigma"] - partner * p["Gamma"])
                            / (2 * p["n"] - 1 - partner)
                        )
                    )
                ),
                "Your candidates are of both views, as on the page. Here there are n, all of them "
                "second views, the partner included.",
            )
            for partner in (0, 1)  # 2n − 1 candidates, or 2n − 2 without the partner
        ),
        Misconception(
            _of(lambda p, t: 2 / t * p["n"] / (p["n"] - 1) * (p["Gamma"] - p["means"])),
            "Either of two slips gives it: the partner left out of the candidates, and a "
            "covariance "
            "that divides by n − 1. All n second views are candidates, the partner included.",
        ),
        Misconception(
            _of(lambda p, t: p["Gamma"] / t),
            "The candidates are missing, a term in x̄ x̄'ᵀ, and so is a factor 2.",
        ),
        Misconception(
            _of(lambda p, t: 4 / t * p["Gamma"]),
            "This is Barlow Twins' operator over τ. Here C stands alone, not squared, and the "
            "candidates pull the mean of all products down.",
        ),
        Misconception(
            _of(lambda p, t: p["half"] / t),
            "Only the symmetric part counts, the average of your matrix and its transpose; and a "
            "factor 2 is missing.",
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
