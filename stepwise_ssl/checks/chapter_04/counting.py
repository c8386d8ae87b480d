"""4.5: how many modes of each sign, against a simulated run."""

from __future__ import annotations

import functools

import numpy as np

from ..engine import Exercise, Misconception, Part, Trial
from .truth import pairs, swap


@functools.cache
def _ending() -> tuple[int, int, float]:
    """(positive, negative, loss at the end) for ten pairs, three of them copies, d = 12."""
    few = pairs(np.random.default_rng(1), 7, 5)
    chosen = np.r_[:7, :3]
    both = np.concatenate([few[:7][chosen], few[7:][chosen]])
    K = np.exp(-np.sum((both[:, None] - both) ** 2, axis=2) / 8)
    gamma = np.sort(np.linalg.eigvals(swap(20) @ K / 20).real)[::-1]
    # Each positive mode of a generic small start takes one dimension, as long as there are any.
    kept = gamma[np.abs(gamma) > 1e-10]
    F = 1e-3 * np.random.default_rng(2).normal(size=(12, 20)) @ K
    P, rate = swap(20), 0.8 / (4 * gamma[0])
    for _ in range(int(12 / (kept[kept > 0].min() * rate))):
        C = F @ P @ F.T / 20
        F = F + rate * 4 / 20 * (np.eye(12) - C) @ F @ P @ K
    loss = np.sum((F @ P @ F.T / 20 - np.eye(12)) ** 2)
    return int(np.sum(kept > 0)), int(np.sum(kept < 0)), float(loss)


def _three(trial: Trial) -> np.ndarray:
    return trial.array(trial.value, shape=(3,), what="Your prediction (positive, negative, loss)")


def _counts(trial: Trial) -> None:
    got, want = _three(trial), _ending()
    trial.require(
        got[0] == want[0],
        "",
        otherwise=f"Not {got[0]:g} positive eigenvalues. How many different pairs are there, and "
        "how many positive modes has each?",
    )
    trial.require(
        got[1] == want[1],
        "",
        otherwise=f"Not {got[1]:g} negative eigenvalues. Sums and differences of two views are "
        "equally many.",
    )


def _loss(trial: Trial) -> None:
    got, want = _three(trial), _ending()
    trial.require(
        abs(got[2] - want[2]) < 0.05,
        "",
        otherwise=f"The loss does not end at {got[2]:g}. It starts near d = 12 and falls by one "
        "with each mode learned.",
    )


ENDING = Exercise(
    id="4.5",
    title="How many steps can there be?",
    own=(7, 7, 5.0),
    right="Right. Copies weigh more and bring nothing new: seven pairs, seven steps.",
    hint="A tuple of three numbers: (positive, negative, loss).",
    parts=(Part("the signs", 1, _counts), Part("the loss", 1, _loss)),
    misconceptions=(
        Misconception(
            (10, 10, 2.0),
            "So it would be with ten different pairs. Three are copies, and K̃ has equal rows.",
        ),
        Misconception(
            (14, 0, 0.0),
            "You count every different view as a mode that grows. P has as many eigenvalues −1 as "
            "+1: for each pair one mode grows and one sinks.",
        ),
        Misconception(
            (14, 6, 0.0),
            "The 14 that are not 0 are 7 of each sign; the other 6 are 0 and belong to no sign.",
        ),
        Misconception(
            (7, 13, 5.0),
            "The six eigenvalues that the copies add are 0, not negative.",
        ),
        Misconception(
            (7, 7, 2.0),
            "The signs are right. Ten pairs have ten steps only if all are different: how many of "
            "12 dimensions find a mode?",
        ),
        Misconception(
            (7, 7, 0.0),
            "Seven modes for twelve dimensions: five dimensions find none. What does an eigenvalue "
            "λ = 0 cost?",
        ),
        Misconception(
            (7, 7, 7.0),
            "The loss counts what is *not* learned: 12 dimensions less 7.",
        ),
        Misconception(
            (10, 7, 2.0),
            "Copies add zeros and no positive eigenvalues: both counts are those of the different "
            "pairs.",
        ),
        Misconception(
            (13, 7, 0.0),
            "The six eigenvalues that the copies add are 0, not positive.",
        ),
        Misconception(
            (4, 4, 8.0),
            "You dropped the pairs that have copies altogether. A pair that stands twice still "
            "counts once.",
        ),
    ),
)
