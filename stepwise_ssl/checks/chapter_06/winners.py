"""6.4: which direction each loss learns first, against three simulated runs."""

from __future__ import annotations

import functools
from functools import partial

import numpy as np

from ... import losses
from ..engine import Exercise, Misconception, Part, Trial
from ..trial import shown
from .truth import exact_pairs, gradient

SIGMA, RHO = np.array([0.5, 0.3, 0.2]), np.array([0.1, 0.8, 0.95])


@functools.cache
def _winners() -> tuple[int, ...]:
    """The direction with most of ‖W‖² after growth from a tiny start, for the three losses."""
    x1, x2 = exact_pairs(np.random.default_rng(0), 300, SIGMA, RHO)
    runs = (
        (partial(losses.barlow_twins, lam=1.0, normalize=False), 0.1),
        (losses.vicreg, 1e-4),
        (partial(losses.vicreg, invariance=2000.0), 3e-4),
    )
    found = []
    for loss, lr in runs:
        W = 1e-7 * np.random.default_rng(1).normal(size=(2, 3))
        for _ in range(150):
            W = W - lr * gradient(loss, W, x1, x2)
        found.append(int(np.argmax(np.sum(W**2, axis=0))) + 1)
    return tuple(found)


def _three(trial: Trial) -> np.ndarray:
    got = trial.array(trial.value, shape=(3,), what="Your prediction")
    if not set(got) <= {1, 2, 3}:
        trial.fail(f"The directions are 1, 2 and 3; yours are {shown(trial.value)}.", named=True)
    return got


def _known_for(direction: float) -> str:
    """What the direction has most of."""
    most = {
        "variance σ": SIGMA, "γ = σρ, the entry of Γ,": SIGMA * RHO, "agreement ρ": RHO,
    }  # fmt: skip
    name = next(name for name, sizes in most.items() if np.argmax(sizes) + 1 == direction)
    return f"Direction {direction:g} is the one whose {name} is largest."


def _of_barlow_twins_and_vicreg(trial: Trial) -> None:
    got, want = _three(trial), _winners()
    trial.require(
        got[0] == want[0],
        f"Barlow Twins does not begin with direction {got[0]:g}. Its operator is 4Γ.",
        otherwise=_known_for(got[0]),
    )
    trial.require(
        got[1] == want[1],
        f"VICReg with the published weights does not begin with direction {got[1]:g}. Which number "
        "stands before Σ, which before Γ?",
        otherwise=_known_for(got[1]),
    )


def _of_heavy_invariance(trial: Trial) -> None:
    got, want = _three(trial), _winners()
    trial.require(
        got[2] == want[2],
        f"At ν = 2000 it is not direction {got[2]:g}. For each direction, what are its parts with "
        "Σ and with Γ?",
        otherwise=_known_for(got[2]),
    )


WINNERS = Exercise(
    id="6.4",
    title="Who is first?",
    own=(2, 1, 3),
    right="Right. One data set, three first steps: 'best' is up to the loss, its weights included.",
    hint="A tuple of three numbers, each 1, 2 or 3.",
    parts=(
        Part("Barlow Twins and VICReg", 1, _of_barlow_twins_and_vicreg),
        Part("heavy invariance", 1, _of_heavy_invariance),
    ),
    misconceptions=(
        Misconception(
            (2, 2, 2),
            "All three by γ. VICReg's operator has Σ in it too. How large are the two "
            "numbers before Σ and Γ?",
        ),
        Misconception(
            (1, 1, 1),
            "All three by variance. Barlow Twins does not see Σ at all.",
        ),
        Misconception(
            (3, 3, 3),
            "All three by agreement ρ. Growth from a tiny start goes by other numbers: the entries "
            "of M.",
        ),
        Misconception(
            (3, 1, 3),
            "Barlow Twins grows by γ = σρ, and not by ρ alone.",
        ),
        Misconception(
            (2, 1, 2),
            "At ν = 2000 the number before Σ is negative, and VICReg is not Barlow Twins: "
            "variance costs.",
        ),
        Misconception(
            (2, 1, 1),
            "At ν = 2000 the number before Σ is negative. What does that do to the direction of "
            "the largest variance?",
        ),
        Misconception(
            (2, 2, 3),
            "With the published weights VICReg is not Barlow Twins. Which is larger, the number "
            "before Σ or the one before Γ?",
        ),
        Misconception(
            (1, 2, 3),
            "The first two the other way round: Barlow Twins has Γ alone, VICReg mostly Σ.",
        ),
    ),
)
