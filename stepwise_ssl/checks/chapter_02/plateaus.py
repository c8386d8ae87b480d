"""2.6: the heights of a staircase, against the integrated equation."""

from __future__ import annotations

import functools

import numpy as np

from ..engine import Exercise, Misconception, Part, Trial
from .truth import integrate

PLATEAU_GAMMA = np.array([0.5, 0.5, 0.1, -0.1, -0.2])
PLATEAU_START = 1e-3


@functools.cache
def _plateaus() -> np.ndarray:
    """The loss at t = 0, between the two drops, and at the end, from the integrated equation."""
    t = np.array([0.0, 9.0, 60.0])
    s = integrate(t, PLATEAU_GAMMA, np.full(5, PLATEAU_START))
    return np.sum((1 - PLATEAU_GAMMA * s**2) ** 2, axis=1)


def _three_levels(trial: Trial) -> np.ndarray:
    return trial.array(trial.value, shape=(3,), what="Your prediction (start, middle, end)")


def _first_levels(trial: Trial) -> None:
    got, want = _three_levels(trial), _plateaus()
    trial.require(
        abs(got[0] - want[0]) < 0.05,
        f"The loss does not start at {got[0]:g}. With W near zero C is near zero: what is ‖0 − I‖² "
        "for d = 5?",
    )
    trial.require(
        abs(got[1] - want[1]) < 0.05,
        f"Between the two drops the loss is not {got[1]:g}. Write down the step time of each mode: "
        "which of them have come by then?",
    )


def _last_level(trial: Trial) -> None:
    got, want = _three_levels(trial), _plateaus()
    trial.require(
        abs(got[2] - want[2]) < 0.05,
        f"The loss does not end at {got[2]:g}. For each of the five modes: where does λ go, and "
        "what is (1 − λ)² there?",
    )


PLATEAUS = Exercise(
    id="2.6",
    title="Draw the staircase before you run it",
    own=(5.0, 3.0, 2.0),
    right="Right. Equal γ and equal start step together, and modes with γ < 0 keep their 1.",
    hint="A tuple of three numbers: (start, middle, end).",
    parts=(
        Part("start and middle", 1, _first_levels),
        Part("end", 1, _last_level),
    ),
    misconceptions=(
        Misconception(
            (5.0, 4.0, 2.0),
            "The first drop is one mode deep. Two modes have the same γ and the same s(0): what "
            "does that say about their step times?",
        ),
        Misconception(
            (5.0, 4.0, 3.0),
            "You lower the loss by one for each of two drops. Count the modes, not the drops: two "
            "of them have the same γ and the same s(0).",
        ),
        Misconception(
            (4.0, 3.0, 2.0),
            "You count the two modes with γ = 0.5 as one. They step together, and each has its "
            "own term in the loss.",
        ),
        Misconception(
            (5.0, 3.0, 0.0),
            "You let all five modes be learned. For γ < 0 the eigenvalue λ = γs² cannot be "
            "positive, whatever s is.",
        ),
        Misconception(
            (5.0, 4.0, 0.0),
            "Two things: equal γ with equal s(0) step at the same time, and a mode with γ < 0 can "
            "not be learned, since λ = γs² is never positive.",
        ),
        Misconception(
            (3.0, 1.0, 0.0),
            "You count the three modes that will be learned. The loss counts all d = 5 diagonal "
            "entries of I: a mode that is never learned keeps its term.",
        ),
        Misconception(
            (5.0, 3.0, 8.0),
            "You let the two modes with γ < 0 go to λ = −1, at a cost of 4 each. Gradient flow "
            "only goes down: they shrink.",
        ),
        *(
            Misconception(
                tuple(np.sqrt([5.0, 3.0, 2.0]).round(digits)),
                "These are the norms ‖C − I‖. The loss is the norm squared.",
            )
            for digits in (1, 2, 3, 15)
        ),
        Misconception(
            (0.0, 2.0, 3.0),
            "These count the modes that have been learned. The loss counts those that have not.",
        ),
        Misconception(
            (2.0, 3.0, 5.0),
            "These are the three heights from the last to the first. The order is (start, middle, "
            "end).",
        ),
        *(
            Misconception(
                drops,
                "2 and 1 are the sizes of the two drops. Wanted are the heights: before the drops, "
                "between them and after them.",
            )
            for drops in ((0.0, 2.0, 1.0), (5.0, 2.0, 1.0))
        ),
        Misconception(
            (1.0, 0.6, 0.4),
            "This is the loss over d = 5. The loss is a sum over modes, and no mean.",
        ),
        Misconception(
            (5.0, 2.0, 0.0),
            "The middle lies between the drops: only the modes with γ = 0.5 have been learned "
            "there. And modes with γ < 0 are never learned.",
        ),
    ),
)
