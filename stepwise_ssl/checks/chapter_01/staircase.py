"""Exercise 1.8: the record of a small descent.

The truth is the same descent with its gradient taken by differences of the loss.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch

from ... import losses
from ..asking import once_a_draw
from ..engine import Trial
from .common import Array, numbers, present, several, to_tensor

# x1, x2, W, lr, steps: what the learner's function is given.
Problem = tuple[Array, Array, Array, float, int]
Loss = Callable[[Array], Array]

# A record of .item()s does not show that it was computed in float32, so the tolerances are wide
# enough for 40 steps in single precision, where an eigenvalue near 0 is off by some 6e-7 of the
# largest.
SINGLE_TOO = 1e-4


def _transposed(matrices: Array) -> Array:
    return np.swapaxes(matrices, -1, -2)


def _pair_matrix(x1: Array, x2: Array) -> Array:
    return np.einsum("bi,bj->ij", x1, x2) / len(x1)


def _cross(weights: Array, x1: Array, x2: Array, symmetric: bool = True) -> Array:
    """C of one W, (d, d), or of a stack of them."""
    c = weights @ _pair_matrix(x1, x2) @ _transposed(weights)
    return (c + _transposed(c)) / 2 if symmetric else c


def _squares(c: Array, target: float = 1.0) -> Array:
    return np.sum((c - target * np.eye(c.shape[-1])) ** 2, axis=(-1, -2))


def _slope(loss: Loss, W: Array, h: float) -> Array:
    """The gradient by differences over four points, which are exact for a loss of fourth degree."""
    h = h * max(1.0, np.max(np.abs(W)))
    one = h * np.eye(W.size).reshape(-1, *W.shape)
    values = [k * loss(W + at * one) for k, at in ((1, -2), (-8, -1), (8, 1), (-1, 2))]
    return (sum(values) / (12 * h)).reshape(W.shape)


def _descend(
    problem: Problem, loss: Loss | None = None, pace: float = 1.0, accumulate: bool = False,
    adam: bool = False, late: bool = False, h: float = 1e-3,
) -> tuple[Array, list[Array]]:  # fmt: skip
    """Gradient descent: losses (steps + 1,), and W at the same moments."""
    x1, x2, W, lr, steps = problem
    loss = loss or (lambda weights: _squares(_cross(weights, x1, x2)))
    history, weights, total, speed = [], [], np.zeros_like(W), np.zeros_like(W)
    for step in range(1, steps + 2 + late):
        history.append(float(loss(W)))
        weights.append(W)
        slope = _slope(loss, W, h)
        total = total + slope if accumulate else 0.1 * slope + 0.9 * total if adam else slope
        move = total
        if adam:
            speed = 0.001 * slope**2 + 0.999 * speed
            move = total / (1 - 0.9**step) / (np.sqrt(speed / (1 - 0.999**step)) + 1e-8)
        W = W - pace * lr * move
    return np.array(history[late:]), weights[late:]


@once_a_draw
def _right_descent(problem: Problem) -> tuple[Array, list[Array]]:
    return _descend(problem)


def _like_losses(problem: Problem) -> Iterator[tuple[Array, str]]:
    """What slips give in place of the losses, each with its message; not before one is wanted."""
    yield from _slips_of_losses(problem)


@once_a_draw
def _slips_of_losses(problem: Problem) -> list[tuple[Array, str]]:
    return list(_each_slip_of_losses(problem))


def _each_slip_of_losses(problem: Problem) -> Iterator[tuple[Array, str]]:
    x1, x2, W, _, steps = problem
    n, d = len(x1), len(W)

    def cross(weights: Array) -> Array:
        return _cross(weights, x1, x2)

    for factor, message in (
        (2.0, "Your C is twice as large: ZᵀZ′ + Z′ᵀZ is a sum of two, so it is divided by 2n."),
        (0.5, "Your C is half as large: one product of n pairs is divided by n, two by 2n."),
        (n, "Your C is a sum over the n pairs: divide by 2n and not by 2."),
        (2.0 * n, "Your C is not divided by 2n: it grows with the number of pairs."),
    ):
        yield _descend(problem, lambda w, factor=factor: _squares(factor * cross(w)))[0], message
    for pace, message in (
        (-1.0, "You climb: the step is minus lr times the gradient."),
        (0.5, "Your steps are half as long. " + BY_HAND.format("a factor 2 is missing")),
        (0.25, "Your steps are a quarter as long. " + BY_HAND.format("both are missing")),
        (2.0, "Your steps are twice as long as lr times the gradient."),
        (0.0, "Your loss never changes: in every row it is that of the W that was given."),
    ):
        yield _descend(problem, pace=pace)[0], message
    for loss, message in (
        (
            lambda w: _squares(cross(w)) / d**2,
            "Your loss is the mean over the d² entries of C − I: ‖·‖² is their sum.",
        ),
        (lambda w: _squares(cross(w)) / 2, "Your loss has a factor ½: ‖C − I‖² stands alone."),
        (lambda w: np.sqrt(_squares(cross(w))), "Your loss is the norm. ‖C − I‖² is its square."),
        (
            lambda w: _squares(_cross(w, x1, x2, symmetric=False)),
            "The C in your loss is not symmetrised: the loss is that of (C + Cᵀ)/2.",
        ),
        (lambda w: _squares(cross(w), 0.0), "Your loss is ‖C‖²: the identity is missing."),
        (
            lambda w: _diagonal_squares(cross(w)),
            "Your loss sums over the diagonal of C − I alone: all d² entries count.",
        ),
        (
            lambda w: _squares(_cross(w, x1, x2, symmetric=False) / 2),
            "Your C is one product, divided by 2n. It is the sum of two, ZᵀZ′ + Z′ᵀZ, over 2n.",
        ),
        (
            lambda w: _squares(cross(w)) - _diagonal_squares(cross(w)),
            "Your loss leaves out the diagonal: all d² entries of C − I count.",
        ),
        (lambda w: _squares(_cross(w, x1, x1)), OWN_VIEW),
        (
            lambda w: _squares(_cross(w, np.concatenate([x1, x2]), np.concatenate([x1, x2]))),
            "Your C is the covariance of all 2n embeddings. It pairs view 1 with view 2.",
        ),
    ):
        yield _descend(problem, loss)[0], message
    for lam, message in (
        (
            1.0,
            "Your embeddings are normalised, as in exercise 1.2. This loss takes them as they are.",
        ),
        (
            0.0051,
            "This is the loss of exercise 1.2 with its lam of 0.0051. ‖C − I‖² takes the "
            "embeddings as they are, and weighs all entries alike.",
        ),
    ):
        # This loss is no polynomial, and it bends within √eps.
        loss = _normalised(x1, x2, lam)
        yield _descend(problem, loss, h=1e-5)[0], message
    yield (
        _descend(problem, accumulate=True)[0],
        "Your gradients add up from step to step, as they do in a .grad that is never cleared. "
        "Clear it in each step, or take the gradient with torch.autograd.grad.",
    )
    yield (
        _descend(problem, adam=True)[0],
        "You take Adam's steps. The descent wanted is W − lr times the gradient.",
    )
    yield _descend(problem, late=True)[0], LATE.format("losses")


BY_HAND = (
    "By hand, dL/dW = 4 (C − I) W Γ with Γ = (x1ᵀx2 + x2ᵀx1)/2n: a factor 2 from the square and a "
    "factor 2 because W stands twice in C; {}."
)
OWN_VIEW = "Your C pairs view 1 with itself. It pairs view 1 with view 2."
LATE = "Your {} begin after the first step: the first row belongs to the W that was given."


def _diagonal_squares(c: Array) -> Array:
    return np.sum((1 - np.diagonal(c, axis1=-2, axis2=-1)) ** 2, axis=-1)


def _normalised(x1: Array, x2: Array, lam: float) -> Loss:
    """The loss of exercise 1.2 as a function of W."""

    def loss(weights: Array) -> Array:
        views = [x @ _transposed(weights) for x in (x1, x2)]
        a, b = (
            (z - z.mean(-2, keepdims=True)) / np.sqrt(z.var(-2, keepdims=True) + 1e-5)
            for z in views
        )
        c = _transposed(a) @ b / len(x1)
        identity = np.eye(c.shape[-1])
        return np.sum((identity + lam * (1 - identity)) * (c - identity) ** 2, axis=(-1, -2))

    return loss


def _pairs(rng: np.random.Generator, n: int, m: int) -> tuple[Array, Array]:
    """n centred pairs of m pixels, with directions that agree and one in which views disagree."""
    rank = min(m, n - 1)
    start = np.column_stack([np.ones(n), rng.standard_normal((n, rank))])
    shared = np.linalg.qr(start)[0][:, 1:] * np.sqrt(n)  # centred, so centring changes nothing
    turn = np.linalg.qr(rng.standard_normal((m, m)))[0][:rank]
    agreement = 0.7 ** np.arange(rank) * rng.uniform(0.9, 1.1)
    signs = np.where(np.arange(rank) < rank - 1, 1.0, -1.0)
    lean = 0.1 * rng.standard_normal((n, m))
    scaled = shared * np.sqrt(agreement)
    return scaled @ turn, scaled * signs @ turn + lean - lean.mean(axis=0)


# n, m, d: all different, with more and with fewer pairs than pixels, more and fewer dimensions.
# None is as small as the number of steps or rows in a short record, which is 2 and 3.
SIZES = (
    (7, 4, 5), (8, 5, 4), (9, 4, 6), (8, 6, 5), (5, 7, 4), (9, 5, 7), (6, 5, 4), (4, 8, 6),
)  # fmt: skip


def _problem(trial: Trial, start: str) -> Problem:
    """A descent of a few steps, one from a small start, or one from above.

    From above the largest eigenvalue begins near 2.2, falls below ½ in the first step, and rises;
    the others begin so low that none of them is above ½ by then. It may end after either.
    """
    rng = trial.rng
    n, m, d = SIZES[rng.integers(len(SIZES))]
    x1, x2 = _pairs(rng, n, m)
    lr = float(rng.uniform(0.1, 0.14))
    if start == "small":
        W = 10 ** rng.uniform(-3, -1) * rng.standard_normal((d, m))
        return x1, x2, W, lr, int(rng.integers(20, 40))
    if start == "few steps":
        # So few that a C that is not divided at all stays finite.
        return x1, x2, 0.3 * rng.standard_normal((d, m)), lr, 2
    gamma = _pair_matrix(x1, x2)
    agreement, directions = np.linalg.eigh((gamma + gamma.T) / 2)
    order = np.argsort(-np.abs(agreement))[: min(d, m)]
    begin = np.array([2.2, *np.linspace(0.2, 0.05, 6)])[: len(order)] * rng.uniform(0.95, 1.05)
    lengths = np.sqrt(begin / np.abs(agreement[order]))
    turn = np.linalg.qr(rng.standard_normal((d, d)))[0][:, : len(order)]
    W = turn * lengths @ directions[:, order].T
    # In the largest direction the first step takes 1 − 4 lr γ (2.2 − 1) of W: to an eigenvalue 0.3.
    lr = 0.63 / (4 * agreement.max() * (begin[0] - 1))
    steps = {"falls": [1], "rises": [11, 12]}.get(start, [1, 11, 12])
    return x1, x2, W, float(lr), int(rng.choice(steps))


def _at_one_half(rng: np.random.Generator) -> Problem:
    """An eigenvalue that begins at exactly ½: all numbers are exact in binary."""
    x = np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]])
    W = np.array([[1.0, 0.0], [0.0, 0.5], [0.0, 0.0]])
    return x, x.copy(), W[rng.permutation(3)], 0.125, int(rng.choice([5, 6, 7]))


def _ends_at_a_crossing(rng: np.random.Generator) -> Problem:
    """An eigenvalue that is at ½ or more in the last row, for the first time."""
    problem = _at_one_half(rng)
    x1, x2, W, lr, _ = problem
    _, weights = _right_descent((x1, x2, W, lr, 12))
    second = _eigenvalues(_cross(np.array(weights), x1, x2))[:, 1]
    return x1, x2, W, lr, int(np.argmax(second >= 0.5))


STARTS = ("few steps", "small", "above")


def _record(trial: Trial, problem: Problem) -> tuple[Any, ...]:
    """The three results of the learner's function."""
    x1, x2, W, lr, steps = problem
    got = trial.call(to_tensor(x1), to_tensor(x2), to_tensor(W), lr, steps)
    results = ("losses (steps + 1,)", "eigenvalues (steps + 1, d)", "first steps (d,)")
    return tuple(several(trial, got, results))


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
    """A few steps come first: in them a slip is seen before it overflows."""
    for start in STARTS:
        problem = _problem(trial, start)
        steps = problem[-1]
        got = _record(trial, problem)[0]
        _rows(trial, got, steps, "losses")
        trajectory = trial.array(got, (steps + 1,), "losses")
        want, _ = _right_descent(problem)
        with np.errstate(all="ignore"):
            trial.slips(trajectory, want, _like_losses(problem))
        trial.close(
            trajectory, want, "losses", rtol=SINGLE_TOO, why="the same descent by differences"
        )


def eigenvalues_record_part(trial: Trial) -> None:
    for start in STARTS:
        problem = _problem(trial, start)
        x1, x2, W, _, steps = problem
        got = _record(trial, problem)[1]
        _rows(trial, got, steps, "eigenvalues")
        record = trial.array(got, (steps + 1, len(W)), "eigenvalues")
        want = _eigenvalues(_cross(np.array(_right_descent(problem)[1]), x1, x2))
        trial.slips(record, want, _like_eigenvalues(problem))
        trial.close(
            record, want, "eigenvalues", rtol=SINGLE_TOO, floor=5e-2,
            why="the same descent, C decomposed",
        )  # fmt: skip


def _eigenvalues(matrices: Array, triangle: str = "L") -> Array:
    return np.linalg.eigvalsh(matrices, triangle)[:, ::-1]


def _like_eigenvalues(problem: Problem) -> Iterator[tuple[Array, str]]:
    """What slips give in place of the eigenvalues, each with its message."""
    x1, x2, *_ = problem
    both = np.concatenate([x1, x2])
    weights = np.array(_right_descent(problem)[1])
    matrices = _cross(weights, x1, x2)
    want = _eigenvalues(matrices)
    yield want[:, ::-1], "Your eigenvalues rise within a row. Put the largest first."
    for form in (want - 1, (want - 1)[:, ::-1]):
        yield form, "These are the eigenvalues of C − I, each smaller by 1 than that of C."
    diagonal = np.diagonal(matrices, axis1=1, axis2=2)
    for form in (diagonal, np.sort(diagonal)[:, ::-1]):
        yield (
            form,
            "You record the diagonal of C. The directions that are learned are mixtures of the d "
            "dimensions: take the eigenvalues.",
        )
    for form in (np.abs(want), np.sort(np.abs(want))[:, ::-1]):
        yield (
            form,
            "You record singular values, which lose the sign. A direction in which the views "
            "disagree has a negative eigenvalue, and it is never learned.",
        )
    crossed = _cross(weights, x1, x2, symmetric=False)
    for triangle in "LU":
        yield (
            _eigenvalues(crossed, triangle),
            "Your C is not symmetrised before it is decomposed: take (C + Cᵀ)/2. (eigvalsh reads "
            "one triangle of a matrix and takes the other to be the same.)",
        )
    for view in (x1, x2, both):
        yield (
            _eigenvalues(_cross(weights, view, view)),
            "You record the eigenvalues of a covariance. The loss is about C, which pairs view 1 "
            "with view 2: take the eigenvalues of that matrix.",
        )
    after = np.array(_descend(problem, late=True)[1])
    yield _eigenvalues(_cross(after, x1, x2)), LATE.format("eigenvalues")


def passed_part(trial: Trial) -> None:
    """Compares with the learner's own record, so that one slip does not cost two parts.

    All calls come before the first comparison: a slip must explain all of them.
    """
    passed, wanted, slips = [], [], []
    for problem in (
        *(_problem(trial, start) for start in ("falls", "small", "rises")),
        _at_one_half(trial.rng),
        _ends_at_a_crossing(trial.rng),
    ):
        lr, steps, d = problem[3], problem[4], len(problem[2])
        got = _record(trial, problem)
        record = trial.array(got[1], (steps + 1, d), "eigenvalues")
        present(trial, got[2], "first steps")
        given = numbers(got[2])
        if given is not None and np.isnan(given).any():
            trial.fail("passed holds NaN: a step that never comes is at infinity, np.inf.", True)
        passed.append(trial.array(got[2], (d,), "passed", allow_inf=True))
        want = np.full(d, np.inf)
        for j in range(d):
            for step in range(steps + 1):
                if record[step, j] >= 0.5:
                    want[j] = step
                    break
        wanted.append(want)
        slips.append(list(_like_passed(record, want, lr)))
    trial.slips(
        np.concatenate(passed),
        np.concatenate(wanted),
        [
            (np.concatenate([values for values, _ in same]), same[0][1])
            for same in zip(*slips, strict=True)
        ],
    )
    for mine, want in zip(passed, wanted, strict=True):
        trial.close(
            mine, want, "the first step at which a column of your eigenvalues is at least ½"
        )


def _first(reached: Array, never: float = np.inf) -> Array:
    return np.where(reached.any(axis=0), reached.argmax(axis=0), never)


def _like_passed(record: Array, want: Array, lr: float) -> Iterator[tuple[Array, str]]:
    """What slips give in place of the first steps, each with its message."""
    rows = len(record)
    reached = np.isfinite(want)
    below = np.sum(record < 0.5, axis=0).astype(float)
    yield (
        np.where(reached, want, 0.0),
        "An eigenvalue that never reaches ½ gets step 0 from you, as argmax gives for a row of "
        "False. It should be np.inf.",
    )
    for never in (rows, rows - 1, -1):
        yield (
            np.where(reached, want, float(never)),
            "An eigenvalue that never reaches ½ gets a finite number. It should be np.inf.",
        )
    yield want - 1, "You give the last step below ½: the first at or above it comes one later."
    yield want + 1, "You are one step late: the start is step 0."
    yield lr * want, "These are times, lr · step. The number of the step is wanted."
    for form in (below, np.where(reached, below, np.inf), np.where(below < rows, below, np.inf),
                 np.where(record[-1] >= 0.5, below, np.inf)):  # fmt: skip
        yield (
            form,
            "You count the rows below ½. An eigenvalue may reach ½ and fall again, or stay below "
            "for good: wanted is the first step at or above ½, and np.inf if there is none.",
        )
    yield (
        np.where(below < rows, 1 + below, np.inf),
        "You count the rows below ½, and one more. Step 0 is the start; and an eigenvalue may "
        "reach ½ and fall again: wanted is the first step at or above ½.",
    )
    for form in (rows - below, np.where(reached, rows - below, np.inf)):
        yield form, "You count the rows at or above ½. The first of them is wanted."
    yield _first(record >= 1), "Your level is 1, where an eigenvalue ends. It is ½."
    last_below = rows - np.argmax(record[::-1] < 0.5, axis=0).astype(float)
    from_the_end = last_below
    last_below = np.where(below > 0, last_below, 0.0)
    for form in (from_the_end, last_below, np.where(last_below < rows, last_below, np.inf)):
        yield (
            form,
            "You give the step after the last row below ½. Wanted is the first step at or above "
            "½, even if it falls below again.",
        )
    for form in (below - 1, np.where(below < rows, below - 1, np.inf)):
        yield (
            form,
            "You count the rows below ½, less one: the last step below it. The first at or above "
            "it comes one later.",
        )
    yield _first(record > 0.5), "You ask for more than ½: an eigenvalue of exactly ½ counts too."
    yield (
        _first(record[:-1] >= 0.5),
        "You do not look at the last row. A column that comes to ½ there has passed it, too.",
    )
    yield (
        1 + _first(record[1:] >= 0.5),
        "You do not look at the first row. A column that begins at ½ or above has passed it at "
        "step 0.",
    )
    yield (
        np.where(record[-1] >= 0.5, want, np.inf),
        "You give infinity where the last row is below ½. An eigenvalue that came to ½ and fell "
        "again has reached it.",
    )
    for form in (_first(record >= record[-1] / 2), _first(record >= record.max(axis=0) / 2)):
        yield form, "You compare with half of an eigenvalue of the record. The level is ½."
    yield want[::-1], "Your order is turned round: one entry for each column of your record."


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
