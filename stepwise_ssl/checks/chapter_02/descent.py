"""2.7: gradient descent, against the map of one mode."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..draws import sizes
from ..engine import Exercise, Misconception, Part, Trial
from . import own
from .truth import rotation, with_eigenvalues


def of_the_loss(W: np.ndarray, Gamma: np.ndarray, lam: float = 1.0) -> np.ndarray:
    return own.gradient(W, Gamma, lam)


def _of_a_sum(pull: float, rest: float) -> Callable[..., np.ndarray]:
    """The gradient of pull·L + rest/2·‖W‖²: not the one that the notebook has."""

    def of_a_loss_with_weight_decay(W, Gamma, lam=1.0):
        return pull * own.gradient(W, Gamma, lam) + rest * W

    return of_a_loss_with_weight_decay


def _of_a_square(decay: float, growth: float) -> Callable[..., np.ndarray]:
    """The gradient of decay/2·‖W‖² + growth/2·tr WΓWᵀ, which is linear in W."""

    def of_a_square(W, Gamma, lam=1.0):
        return W @ (decay * np.eye(len(Gamma)) + growth * Gamma)

    return of_a_square


def _moment(rng: np.random.Generator, m: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Γ (m, m) with one negative mode, its γ in descending order, and its modes."""
    gamma = np.append(np.sort(rng.uniform(0.2, 1.0, size=m - 1))[::-1], -0.3)
    return *with_eigenvalues(rng, gamma), gamma


def _general_start(rng: np.random.Generator, V: np.ndarray, d: int) -> np.ndarray:
    """W0 (d, m), long in the negative mode, so that C has an eigenvalue of either sign."""
    return 0.3 * rng.normal(size=(d, len(V))) + 1.5 * np.outer(rotation(rng, d)[0], V[:, -1])


def _eigenvalues_of(W: np.ndarray, Gamma: np.ndarray) -> np.ndarray:
    """Those of WΓWᵀ, descending, as the d of ΓWᵀW that are not zero."""
    values = np.linalg.eigvals(Gamma @ W.T @ W).real
    return np.sort(values[np.argsort(-np.abs(values))[: len(W)]])[::-1]


def _table(trial: Trial, gradient: Callable, Gamma: np.ndarray, W0: np.ndarray, lr, steps: int):
    got = trial.call(gradient, Gamma, W0, lr, steps)
    got = trial.array(got, what="Your table of eigenvalues")
    if got.shape == (steps, len(W0)):
        trial.fail(
            f"{steps} steps need {steps + 1} rows: the eigenvalues at W0 come first, and the last "
            "row belongs to the last W.",
            named=True,
        )
    got = trial.array(got, shape=(steps + 1, len(W0)), what="Your table of eigenvalues")
    if not got[-1].any() and got[:-1].any():
        trial.fail(
            f"Your last row is still zero: {steps} steps need {steps + 1} rows, and the last "
            "belongs to the last W.",
            named=True,
        )
    return got


def _compare(trial: Trial, got: np.ndarray, want: np.ndarray, what: str, why: str = "") -> None:
    falling = np.sort(got, axis=-1)[..., ::-1]
    if not np.array_equal(falling, got) and np.allclose(falling, want, rtol=1e-6, atol=1e-8):
        sizes = np.abs(got)
        by_size = np.array_equal(np.sort(sizes, axis=-1)[..., ::-1], sizes)
        trial.fail(
            "Your eigenvalues are right and in the wrong order: "
            + (
                "they come by their absolute values, as singular values would. A negative one is "
                "smaller than every positive one, and comes behind it."
                if by_size
                else "the largest comes first in each row. np.linalg.eigvalsh gives them "
                "ascending, np.linalg.eig in no order."
            ),
            named=True,
        )
    # The eigenvalues of a matrix are good to the last digits of the largest, in size, of them.
    trial.close(got, want, what, rtol=1e-6, why=why)


def _starts_at_w0(trial: Trial) -> None:
    for m, d in ((7, 2), (int(trial.rng.integers(5, 7)), 4)):
        Gamma, V, gamma = _moment(trial.rng, m)
        W0 = _general_start(trial.rng, V, d)
        # A pull to zero: even without lr, or up the hill, the four steps stay finite.
        gradient = _of_a_square(trial.rng.uniform(0.3, 0.8), 0.0)
        lr, steps = trial.rng.uniform(0.05, 0.2), int(trial.rng.integers(3, 6))
        got = _table(trial, gradient, Gamma, W0, lr, steps)
        _compare(
            trial,
            got[0],
            _eigenvalues_of(W0, Gamma),
            "In the first row, the eigenvalue of W0 Γ W0ᵀ",
        )


def _follows_the_gradient(trial: Trial) -> None:
    m, d, steps = *sizes(trial.rng, 4, 7, 1), 3, int(trial.rng.integers(8, 20))
    Gamma, V, gamma = _moment(trial.rng, m)
    W0, lr = _general_start(trial.rng, V, d), trial.rng.uniform(0.02, 0.1)
    decay, growth = trial.rng.uniform(0.3, 0.8), trial.rng.uniform(-0.5, 0.5)
    got = _table(trial, _of_a_square(decay, growth), Gamma, W0, lr, steps)
    step = np.eye(m) - lr * (decay * np.eye(m) + growth * Gamma)
    path = [W0 @ np.linalg.matrix_power(step, k) for k in range(steps + 1)]
    _compare(trial, got, np.array([_eigenvalues_of(W, Gamma) for W in path]), "The eigenvalue",
             why="W ← W(I − lr·A), for a gradient WA")  # fmt: skip
    # A start so small that it stays small: a step of 1e-10 is no sign of convergence.
    got = _table(trial, _of_a_square(decay, growth), Gamma, 1e-9 * W0, lr, 5)
    want = [1e-18 * _eigenvalues_of(W, Gamma) for W in path[:6]]
    _compare(
        trial, 1e18 * got, 1e18 * np.array(want), "From a tiny start, 1e18 times the eigenvalue"
    )
    _goes_where_the_loss_grows(trial, Gamma, W0, lr, decay)
    _goes_on_for_thousands_of_steps(trial, Gamma, W0)
    for d, pull, rest in (
        (2, 1.0, 0.0),
        (4, trial.rng.uniform(0.4, 0.7), trial.rng.uniform(0.2, 0.6)),
    ):
        _follows_the_scalar_map(trial, m + 1, d, pull, rest)


def _goes_on_for_thousands_of_steps(trial: Trial, Gamma: np.ndarray, W0: np.ndarray) -> None:
    """The notebook takes 14,000, more than Python's functions can call themselves."""
    steps, lr = int(trial.rng.integers(3500, 4000)), 1e-4
    got = _table(trial, _of_a_square(1.0, 0.0), Gamma, W0, lr, steps)
    want = np.outer((1 - lr) ** (2.0 * np.arange(steps + 1)), _eigenvalues_of(W0, Gamma))
    _compare(trial, got, want, f"The eigenvalue in a run of {steps} steps")


def _goes_where_the_loss_grows(
    trial: Trial, Gamma: np.ndarray, W0: np.ndarray, lr: float, decay: float
) -> None:
    """A gradient of something else: with each step W, long in the negative mode, gets longer."""
    growth, steps = decay + 1.0, 5
    got = _table(trial, _of_a_square(-growth, 0.0), Gamma, W0, lr, steps)
    first = _eigenvalues_of(W0, Gamma)
    want = np.outer((1 + lr * growth) ** (2.0 * np.arange(steps + 1)), first)
    trial.slips(got, want, [
        (np.repeat(first[None], steps + 1, axis=0), "Along this gradient ‖C − I‖² grows, and your "
         "W stays where it is. Take every step: the `gradient` that is passed need not be that of "
         "this loss, and a step may be too long for it."),
    ])  # fmt: skip
    _compare(trial, got, want, "The eigenvalue",
             why="W ← (1 + lr·a)W, for a gradient −aW, along which ‖C − I‖² grows")  # fmt: skip


def _follows_the_scalar_map(trial: Trial, m: int, d: int, pull: float, rest: float) -> None:
    Gamma, V, gamma = _moment(trial.rng, m)
    s = 10 ** trial.rng.uniform(-2, -0.5, size=d)
    W0 = rotation(trial.rng, d) * s @ V[:, :d].T
    lr, steps = trial.rng.uniform(0.03, 0.06), int(trial.rng.integers(40, 60))
    gradient = _of_a_sum(pull, rest) if rest else of_the_loss
    got = _table(trial, gradient, Gamma, W0, lr, steps)
    rows = []
    for _ in range(steps + 1):
        rows.append(np.sort(gamma[:d] * s**2)[::-1])
        s = s + lr * (pull * 4 * gamma[:d] * s * (1 - gamma[:d] * s**2) - rest * s)
    plus = f" of {pull:.3g} times the loss, with {rest:.3g}·W added," if rest else " of the loss"
    _compare(
        trial,
        got,
        np.array(rows),
        "The eigenvalue",
        why=f"one equation for each mode of an aligned start; the gradient is that{plus}",
    )


def _recorded(
    measure: Callable[[np.ndarray, np.ndarray], np.ndarray], speed: float = 1
) -> Callable[..., np.ndarray]:
    """Gradient descent that records something else, or goes at another speed."""

    def like(gradient, Gamma, W0, lr, steps):
        W, rows = W0, []
        for _ in range(steps + 1):
            rows.append(measure(W, Gamma))
            W = W - speed * lr * gradient(W, Gamma)
        return np.array(rows)

    return like


def _eigenvalues(W: np.ndarray, Gamma: np.ndarray) -> np.ndarray:
    C = W @ Gamma @ W.T
    return np.linalg.eigvalsh(C)[::-1] if np.isfinite(C).all() else np.full(len(W), np.nan)


def _without_negative_modes(W: np.ndarray, Gamma: np.ndarray) -> np.ndarray:
    gamma, V = np.linalg.eigh(Gamma)
    return np.linalg.svd(W @ V * np.sqrt(np.maximum(gamma, 0)), compute_uv=False) ** 2


def _late_by_one(gradient, Gamma, W0, lr, steps):
    W1 = W0 - lr * gradient(W0, Gamma)
    return _recorded(_eigenvalues)(gradient, Gamma, W1, lr, steps)


def _start_twice(gradient, Gamma, W0, lr, steps):
    rows = _recorded(_eigenvalues)(gradient, Gamma, W0, lr, steps)
    return np.concatenate([rows[:1], rows[:-1]])


def _without_rate(gradient, Gamma, W0, lr, steps):
    return _recorded(_eigenvalues, 1 / lr)(gradient, Gamma, W0, lr, steps)


def _always_from_w0(gradient, Gamma, W0, lr, steps):
    W, rows = W0, []
    for _ in range(steps + 1):
        rows.append(_eigenvalues(W, Gamma))
        W = W0 - lr * gradient(W, Gamma)
    return np.array(rows)


def _one_step_for_ever(gradient, Gamma, W0, lr, steps):
    first, second = (_eigenvalues(W, Gamma) for W in (W0, W0 - lr * gradient(W0, Gamma)))
    return np.array([first] + [second] * steps)


def _one_array(gradient, Gamma, W0, lr, steps):
    """A list that holds one array, changed in place, as often as it was appended."""
    return np.repeat(own.descend(gradient, Gamma, W0, lr, steps)[-1:], steps + 1, axis=0)


def _stuck_at_w0(gradient, Gamma, W0, lr, steps):
    W, rows, slope = W0, [], gradient(W0, Gamma)
    for _ in range(steps + 1):
        rows.append(_eigenvalues(W, Gamma))
        W = W - lr * slope
    return np.array(rows)


def _without_the_given_gradient(gradient, Gamma, W0, lr, steps):
    return own.descend(own.gradient, Gamma, W0, lr, steps)


DESCEND = Exercise(
    id="2.7",
    title="Gradient descent on all weights",
    own=own.descend,
    right="Right. Your loop knows nothing of modes, and from an aligned start it follows one "
    "scalar equation for each.",
    hint="W0 has shape (d, m) and Gamma (m, m); a row of the result holds d eigenvalues of WΓWᵀ. "
    "Eigenvalues that do not converge, or an overflow: the loss blew up. Is lr in your step?",
    parts=(
        Part("the first row", 1, _starts_at_w0),
        Part("the steps", 2, _follows_the_gradient),
    ),
    misconceptions=(
        Misconception(
            _without_the_given_gradient,
            "Your steps follow the gradient of exercise 2.2, whichever function is passed: call "
            "the `gradient` that you are given.",
        ),
        Misconception(
            _recorded(_eigenvalues, -1),
            "Your steps go up the gradient: W + lr·gradient. The loss grows.",
        ),
        Misconception(
            _without_rate, "You subtract the whole gradient: the learning rate is missing."
        ),
        Misconception(
            _late_by_one,
            "Your first row is already one step old. Record first, then step: the first row "
            "belongs to W0.",
        ),
        Misconception(
            _start_twice,
            "Your first two rows are both those of W0, and the last W has none. Step before you "
            "record again.",
        ),
        Misconception(
            _stuck_at_w0,
            "All of your steps follow the gradient at W0. It changes with W: take it anew in each "
            "step.",
        ),
        *(
            Misconception(
                like,
                "Each of your steps begins at W0 again. A step begins where the last one ended.",
            )
            for like in (_always_from_w0, _one_step_for_ever)
        ),
        Misconception(
            _recorded(_without_negative_modes),
            "Your eigenvalues are those of a Γ whose negative γ are set to 0, as for a root of Γ. "
            "A mode with γ < 0 counts: C can have negative eigenvalues.",
        ),
        Misconception(
            _recorded(lambda W, Gamma: np.linalg.svd(W @ Gamma @ W.T, compute_uv=False)),
            "You record the singular values of C. They lose the sign: a mode with γ < 0 has a "
            "negative eigenvalue.",
        ),
        Misconception(
            _recorded(lambda W, Gamma: np.abs(_eigenvalues(W, Gamma))),
            "You record |λ|. The sign counts: a mode with γ < 0 has a negative eigenvalue.",
        ),
        Misconception(
            _recorded(lambda W, Gamma: np.linalg.eigvalsh(W @ W.T)[::-1]),
            "You record the eigenvalues of WWᵀ. The embedding's are those of C = WΓWᵀ.",
        ),
        Misconception(
            _recorded(lambda W, Gamma: np.linalg.svd(W, compute_uv=False)),
            "You record the singular values of W. Wanted are the eigenvalues of C = WΓWᵀ.",
        ),
        *(
            Misconception(
                _recorded(diagonal),
                "You record the diagonal of C. Its eigenvalues are those of the whole matrix: C is "
                "diagonal only in its own basis.",
            )
            for diagonal in (
                lambda W, Gamma: np.diag(W @ Gamma @ W.T),
                lambda W, Gamma: np.sort(np.diag(W @ Gamma @ W.T))[::-1],
            )
        ),
        Misconception(
            _recorded(_eigenvalues, 4),
            "Your steps are four times as long as lr times the gradient. The 4 of exercise 2.2 "
            "belongs to the gradient; the step has no factor but lr.",
        ),
        Misconception(
            _one_array,
            "Each of your rows is that of the last W. A list in which W is put again and again "
            "holds one array, and `W -= …` changes it at all places: put W.copy() there.",
        ),
        Misconception(
            _recorded(_eigenvalues, 0),
            "Every one of your rows is that of W0: the W that you record never moves.",
        ),
    ),
)
