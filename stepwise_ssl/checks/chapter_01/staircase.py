"""Exercise 1.8: the record of a small descent.

The truth is the same descent with its gradient taken by central differences of the loss.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from ... import losses
from ..engine import Trial
from ..values import same_values
from .common import Array, call, numbers, present, several, to_tensor


def _cross_covariance(W: Array, x1: Array, x2: Array, symmetric: bool = True) -> Array:
    c = np.zeros((len(W), len(W)))
    for a, b in zip(x1, x2, strict=True):
        c += np.outer(W @ a, W @ b) / len(x1)
    return (c + c.T) / 2 if symmetric else c


def _descend(
    x1: Array, x2: Array, W: Array, lr: float, steps: int, *, symmetric: bool = True,
    accumulate: bool = False, pace: float = 1.0,
) -> tuple[Array, Array]:  # fmt: skip
    """Gradient descent on ‖C − I‖² by central differences: losses (steps + 1,), C at each step."""
    identity = np.eye(len(W))

    def loss(weights: Array) -> float:
        return float(np.sum((_cross_covariance(weights, x1, x2, symmetric) - identity) ** 2))

    history, matrices, gradient = [], [], np.zeros_like(W)
    for _ in range(steps + 1):
        history.append(loss(W))
        matrices.append(_cross_covariance(W, x1, x2))
        gradient = gradient if accumulate else np.zeros_like(W)
        for index in np.ndindex(W.shape):
            step = np.zeros_like(W)
            step[index] = 1e-5
            gradient[index] += (loss(W + step) - loss(W - step)) / 2e-5
        W = W - pace * lr * gradient
    return np.array(history), np.array(matrices)


def _small_problem(trial: Trial) -> tuple[Array, Array, Array, float, int]:
    """Six pairs in three dimensions: two directions that agree, one in which views disagree."""
    rng = trial.rng
    start = np.column_stack([np.ones(6), rng.standard_normal((6, 3))])
    shared = np.linalg.qr(start)[0][:, 1:] * np.sqrt(6)  # centred, so that centring changes nothing
    turn = np.linalg.qr(rng.standard_normal((3, 3)))[0]
    signs = np.array([1.0, 1.0, -1.0])
    sizes = np.sqrt([rng.uniform(0.9, 1.1), rng.uniform(0.4, 0.5), 0.3])
    lean = 0.2 * rng.standard_normal((6, 3))
    lean -= lean.mean(axis=0)
    x1, x2 = shared * sizes @ turn, (shared * sizes * signs + lean) @ turn
    return x1, x2, 0.15 * rng.standard_normal((3, 3)), 0.06, 40


def _record(trial: Trial, at_most: int = 40) -> tuple[tuple, tuple, int]:
    """Call the learner's function; returns its three results, its arguments and d."""
    x1, x2, W, lr, steps = _small_problem(trial)
    steps = min(steps, at_most)
    got = call(
        trial, to_tensor(x1), to_tensor(x2), to_tensor(W), lr, steps,
    )  # fmt: skip
    results = ("losses (steps + 1,)", "eigenvalues (steps + 1, d)", "first steps (d,)")
    return several(trial, got, results), (x1, x2, W, lr, steps), len(W)


def _rows(trial: Trial, got: Any, steps: int, what: str) -> None:
    present(trial, got, what)
    array = numbers(got)
    if array is not None and array.ndim and len(array) == steps:
        trial.fail(
            f"{what}: {steps} rows for {steps} steps. The start counts too: record before the "
            f"first step and after the last one, {steps + 1} rows.",
            named=True,
        )


def losses_part(trial: Trial) -> None:
    short, (*_, steps), _ = _record(trial, at_most=2)  # a climb would overflow in a long run
    _rows(trial, short[0], steps, "losses")
    trajectory = trial.array(short[0], (steps + 1,), "losses")
    if trajectory[-1] > trajectory[0]:
        trial.fail(
            f"Your loss rises, from {trajectory[0]:.6g} to {trajectory[-1]:.6g} in {steps} steps: "
            "the step is minus lr times the gradient.",
            named=True,
        )
    got, problem, _ = _record(trial)
    steps = problem[-1]
    _rows(trial, got[0], steps, "losses")
    trajectory = trial.array(got[0], (steps + 1,), "losses")
    want, matrices = _descend(*problem)
    divided_by_d = np.array([np.mean((c - np.eye(len(c))) ** 2) for c in matrices])
    if same_values(trajectory[0], divided_by_d[0]):
        trial.fail("Your loss is the mean over the d² entries of C − I: ‖·‖² is their sum.", True)
    pairs = len(problem[0])
    for factor, message in (
        (2.0, "Your C is twice as large: ZᵀZ′ + Z′ᵀZ is a sum of two, so it is divided by 2n."),
        (0.5, "Your C is half as large: one product of n pairs is divided by n, two by 2n."),
        (float(pairs), "Your C is a sum over the n pairs: divide by 2n and not by 2."),
        (2.0 * pairs, "Your C is not divided by 2n: it grows with the number of pairs."),
    ):
        scaled = np.sum((factor * matrices[0] - np.eye(len(matrices[0]))) ** 2)
        if same_values(trajectory[0], scaled):
            trial.fail(message, True)
    if same_values(trajectory[0], np.sqrt(want[0])):
        trial.fail("Your loss is the norm. ‖C − I‖² is its square.", True)
    known = (
        ({"pace": 0.5}, ("Your steps are half as long. By hand, dL/dW = 4 (C − I) W Γ with "
         "Γ = (x1ᵀx2 + x2ᵀx1)/2n: a factor 2 from the square and a factor 2 because W stands "
         "twice in C.")),
        ({"pace": 0.25}, ("Your steps are a quarter as long. By hand, dL/dW = 4 (C − I) W Γ with "
         "Γ = (x1ᵀx2 + x2ᵀx1)/2n: two factors of 2 are missing.")),
        ({"pace": 2.0}, "Your steps are twice as long as lr times the gradient."),
        ({"symmetric": False}, ("Your C is not symmetrised: take (C + Cᵀ)/2, so that which view "
         "comes first makes no difference.")),
        ({"accumulate": True}, ("Your gradients add up from step to step: .grad is never cleared. "
         "Clear it in each step, or take the gradient with torch.autograd.grad.")),
    )  # fmt: skip
    if not same_values(trajectory, want):
        for change, message in known:
            trial.slips(trajectory, want, [(_descend(*problem, **change)[0], message)])
        trial.slips(trajectory[:-1], None, [(want[1:], LATE_RECORD)])
        still = np.full(steps + 1, want[0])
        trial.slips(trajectory, want, [(still, "Your loss never changes: W is not updated.")])
    trial.close(trajectory, want, "losses", rtol=1e-4, why="the same descent by finite differences")


def eigenvalues_record_part(trial: Trial) -> None:
    got, (x1, x2, W, lr, steps), d = _record(trial)
    _rows(trial, got[1], steps, "eigenvalues")
    record = trial.array(got[1], (steps + 1, d), "eigenvalues")
    _, matrices = _descend(x1, x2, W, lr, steps)
    want = np.linalg.eigvalsh(matrices)[:, ::-1]
    both = np.concatenate([x1, x2]) @ W.T
    covariance = np.linalg.eigvalsh(both.T @ both / len(both))[::-1]
    lost_sign = (
        "You record singular values, which lose the sign. A direction in which the views disagree "
        "has a negative eigenvalue, and it is never learned."
    )
    trial.slips(
        record,
        want,
        [
            (want[:, ::-1], "Your eigenvalues rise within a row. Put the largest first."),
            (
                np.diagonal(matrices, axis1=1, axis2=2),
                (
                    "You record the diagonal of C. The directions "
                    "that are learned are mixtures of the d dimensions: take the eigenvalues."
                ),
            ),
            (np.abs(want), lost_sign),
            (np.sort(np.abs(want))[:, ::-1], lost_sign),
        ],
    )
    trial.slips(
        record[0],
        want[0],
        [
            (
                covariance,
                (
                    "You record the covariance of all 2n embeddings. The loss is about C, which "
                    "pairs view 1 with view 2: take the eigenvalues of that matrix."
                ),
            )
        ],
    )
    trial.slips(record[:-1], None, [(want[1:], LATE_RECORD)])
    trial.close(record, want, "eigenvalues", rtol=1e-4, why="the same descent, C decomposed")


def passed_part(trial: Trial) -> None:
    """Compares with the learner's own record, so that one slip does not cost two parts."""
    got, (*_, steps), d = _record(trial)
    record = trial.array(got[1], (steps + 1, d), "eigenvalues")
    want = np.full(d, np.inf)
    for j in range(d):
        for step in range(steps + 1):
            if record[step, j] >= 0.5:
                want[j] = step
                break
    present(trial, got[2], "first steps")
    given = numbers(got[2])
    if given is not None and np.isnan(given).any():
        trial.fail("passed holds NaN: a step that never comes is at infinity, np.inf.", True)
    passed = trial.array(got[2], (d,), "passed", allow_inf=True)
    reached = np.isfinite(want)
    below = np.sum(record < 0.5, axis=0).astype(float)
    trial.slips(
        passed,
        want,
        [
            (
                np.where(reached, want, 0.0),
                (
                    "An eigenvalue that never reaches ½ gets step 0 from you: "
                    "argmax of a row of False is 0. It should be np.inf."
                ),
            ),
            (
                np.where(reached, want - 1, np.inf),
                ("You give the last step below ½: the first at or above it comes one later."),
            ),
            (want + 1, "You are one step late: the start is step 0."),
            (
                below,
                (
                    "An eigenvalue that never reaches ½ gets the number of rows from you. It should "
                    "be np.inf."
                ),
            ),
            (steps + 1 - below, "You count the steps above ½. The first of them is wanted."),
            (want[::-1], "Your order is turned round: one entry for each column of your record."),
        ],
    )
    for j in range(d):
        trial.require(
            passed[j] == want[j],
            f"passed[{j}] should be {want[j]:g}, the first step at which column {j} of your "
            f"eigenvalues is at or above ½; yours is {passed[j]:g}.",
        )


LATE_RECORD = (
    "Your record begins after the first step: the first row belongs to the W that was given."
)


def staircase(
    x1: torch.Tensor, x2: torch.Tensor, W: torch.Tensor, lr: float, steps: int
) -> tuple[Array, Array, Array]:
    """The course's own record of a descent on ‖C − I‖²."""
    W = W.clone().requires_grad_()
    history, record = [], []
    for _ in range(steps + 1):
        loss = losses.barlow_twins(x1 @ W.T, x2 @ W.T, lam=1.0, normalize=False)
        history.append(loss.item())
        with torch.no_grad():
            c = (x1 @ W.T).T @ (x2 @ W.T) / len(x1)
            record.append(torch.linalg.eigvalsh((c + c.T) / 2).flip(0).numpy())
            W -= lr * torch.autograd.grad(loss, W)[0]
    eigenvalues = np.array(record)
    reached = eigenvalues >= 0.5
    passed = np.where(reached.any(axis=0), reached.argmax(axis=0), np.inf)
    return np.array(history), eigenvalues, passed
