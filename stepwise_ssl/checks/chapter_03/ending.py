"""3.4: a start that is not generic, against the flow."""

from __future__ import annotations

import functools

import numpy as np

from ..engine import Exercise, Misconception, Part, Trial
from .truth import flow

GAMMA = np.array([0.5, 0.25, 0.1])
START = 1e-6 * np.array([[1.0, 1.0, 0.0], [0.0, 0.0, 1.0]])


@functools.cache
def _ending() -> tuple[int, float, float]:
    """(second mode, loss, ‖W‖²) at the end of the flow from START."""
    W = flow(GAMMA, START, np.array([0.0, 100.0]))[-1]
    second = 1 + int(np.argmax(np.abs(W[1])))
    loss = np.sum((W * GAMMA @ W.T - np.eye(2)) ** 2)
    return second, float(loss), float(np.sum(W**2))


def _three(trial: Trial) -> np.ndarray:
    return trial.array(trial.value, shape=(3,), what="Your prediction (second, loss, norm)")


def _second_and_loss(trial: Trial) -> None:
    got, want = _three(trial), _ending()
    trial.require(
        abs(got[1] - want[1]) < 0.05,
        f"The loss does not end at {got[1]:g}. Two dimensions, three modes with γ > 0: can both "
        "dimensions find a mode to learn?",
        otherwise="A loss of 1 leaves one dimension without a mode. Its column (0, ε) belongs to "
        "mode 3, which has γ > 0."
        if abs(got[1] - 1) < 0.05
        else "",
    )
    trial.require(
        got[0] == want[0],
        f"The second step does not belong to mode {got[0]:g}. What is left of W(0)v_2 when its "
        "part along W(0)v_1 is taken away?",
    )


def _norm(trial: Trial) -> None:
    got, want = _three(trial), _ending()
    trial.require(
        abs(got[2] - want[2]) < 0.5,
        f"‖W‖² does not end at {got[2]:g}. Each learned mode adds the square of its final s = "
        "γ^(-1/2).",
    )


ENDING = Exercise(
    id="3.4",
    title="A start that is not generic",
    own=(3, 0.0, 12.0),
    right="Right. Columns 1 and 2 share one direction. Mode 1 takes it, mode 3 the other.",
    hint="A tuple of three numbers: (second, loss, norm).",
    parts=(
        Part("the second step and the loss", 1, _second_and_loss),
        Part("the norm", 1, _norm),
    ),
    misconceptions=(
        Misconception(
            (2, 0.0, 6.0),
            "You let the two largest γ win. Mode 2 starts with nothing: its column has the same "
            "direction as that of mode 1, and mode 1 uses it up.",
        ),
        Misconception(
            (3, 1.0, 2.0),
            "You see that mode 2 gets nothing, and let the second dimension stay empty. What does "
            "mode 3 start with?",
        ),
        Misconception(
            (2, 1.0, 2.0),
            "You let only one mode be learned. The second dimension is free, and mode 3 has a "
            "column in it.",
        ),
        Misconception(
            (3, 0.0, 6.0),
            "The second mode is right; the norm is that of modes 1 and 2. What does mode 3 cost?",
        ),
        Misconception(
            (2, 0.0, 12.0),
            "The norm is that of modes 1 and 3. Modes count from 1, as in γ₁: index 2 in code is "
            "mode 3.",
        ),
        Misconception(
            (3, 0.0, 16.0),
            "You add all three modes. There are two dimensions, and two steps.",
        ),
        *(
            Misconception((3, 0.0, norm), "The norm is ‖W‖. Wanted is its square.")
            for norm in (np.sqrt(12.0), 3.464, 3.46, 3.5, 3.0)
        ),
        *(
            Misconception(
                (3, 0.0, norm),
                "You add the lengths γ^(-1/2) of the two modes. It is their squares that add up.",
            )
            for norm in (2**0.5 + 10**0.5, 4.576, 4.58, 4.6, 5.0)
        ),
        Misconception(
            (1, 0.0, 12.0),
            "Mode 1 takes the first step. Asked is which mode takes the second.",
        ),
        Misconception(
            (3, 0.0, 0.6),
            "You add γ where a learned mode costs 1/γ: s ends at γ^(-1/2).",
        ),
        Misconception(
            (3, 0.0, 2.0),
            "2 would be two modes with s = 1, and it is mode 1 alone. Both learned modes end at "
            "λ = γs² = 1.",
        ),
        Misconception(
            (3, 1.0, 12.0),
            "Two modes are learned and d = 2: which term of the loss is left?",
        ),
    ),
)
