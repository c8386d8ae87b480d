"""2.7: gradient descent, against the map of one mode."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..engine import Exercise, Misconception, Part, Trial
from . import own
from .truth import rotation, with_eigenvalues


def _aligned_problem(rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """Γ (6, 6) with a negative mode, an aligned W0 (3, 6), its γ and its s(0)."""
    gamma = np.append(np.sort(rng.uniform(0.2, 1.0, size=5))[::-1], -0.3)
    Gamma, V = with_eigenvalues(rng, gamma)
    s0 = rng.uniform(0.1, 0.3, size=3)
    return Gamma, rotation(rng, 3) * s0 @ V[:, :3].T, gamma[:3], s0


def _eigenvalue_rows(trial: Trial, Gamma: np.ndarray, W0: np.ndarray, lr: float, steps: int):
    got = trial.call(own.gradient, Gamma, W0, lr, steps)
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
    if not np.array_equal(falling, got) and np.allclose(falling, want, rtol=1e-4, atol=1e-6):
        trial.fail(
            "Your eigenvalues are right and in the wrong order: the largest comes first in each "
            "row. np.linalg.eigvalsh gives them ascending, np.linalg.eig in no order.",
            named=True,
        )
    trial.close(got, want, what, rtol=1e-6, why=why)


def _starts_at_w0(trial: Trial) -> None:
    Gamma, _, _, _ = _aligned_problem(trial.rng)
    # Long in the negative mode, so that C has an eigenvalue of either sign.
    negative = np.outer(rotation(trial.rng, 3)[0], np.linalg.eigh(Gamma)[1][:, 0])
    W0 = trial.rng.normal(size=(3, 6)) * 0.3 + 3 * negative
    got = _eigenvalue_rows(trial, Gamma, W0, 0.01, 4)
    if np.abs(got).max() > 100:
        trial.fail(
            f"The loss blows up: after {len(got) - 1} steps with lr = 0.01 an eigenvalue of C is "
            f"{np.abs(got).max():.2g} in size. Is lr in your step, and is its sign minus?",
            named=True,
        )
    # The nonzero eigenvalues of ΓW0ᵀW0 are those of W0ΓW0ᵀ.
    values = np.linalg.eigvals(Gamma @ W0.T @ W0).real
    want = np.sort(values[np.argsort(-np.abs(values))[:3]])[::-1]
    _compare(trial, got[0], want, "The eigenvalue of W0 Γ W0ᵀ (row 0)")


def _follows_the_scalar_map(trial: Trial) -> None:
    Gamma, W0, gamma, s0 = _aligned_problem(trial.rng)
    lr, steps = trial.rng.uniform(0.03, 0.06), 50
    got = _eigenvalue_rows(trial, Gamma, W0, lr, steps)
    s, rows = s0, []
    for _ in range(steps + 1):
        rows.append(np.sort(gamma * s**2)[::-1])
        s = s + lr * 4 * gamma * s * (1 - gamma * s**2)
    _compare(trial, got, np.array(rows), "The eigenvalue (row: step, column: mode)",
             why="s ← s + lr·4γs(1 − γs²) for each mode of an aligned start")  # fmt: skip


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


def _late_by_one(gradient, Gamma, W0, lr, steps):
    W1 = W0 - lr * gradient(W0, Gamma)
    return _recorded(_eigenvalues)(gradient, Gamma, W1, lr, steps)


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


def _stuck_at_w0(gradient, Gamma, W0, lr, steps):
    W, rows, slope = W0, [], gradient(W0, Gamma)
    for _ in range(steps + 1):
        rows.append(_eigenvalues(W, Gamma))
        W = W - lr * slope
    return np.array(rows)


DESCEND = Exercise(
    id="2.7",
    title="Gradient descent on all weights",
    own=own.descend,
    right="Right. Your loop knows nothing of modes, and follows one scalar equation for each.",
    hint="W0 has shape (d, m) and Gamma (m, m); a row of the result holds d eigenvalues of WΓWᵀ. "
    "Eigenvalues that do not converge, or an overflow: the loss blew up. Is lr in your step?",
    parts=(
        Part("the first row", 1, _starts_at_w0),
        Part("the steps", 2, _follows_the_scalar_map),
    ),
    misconceptions=(
        Misconception(
            _recorded(_eigenvalues, -1),
            "Your steps go up the gradient: W + lr·gradient. The loss grows.",
        ),
        Misconception(
            _without_rate, "You subtract the whole gradient: the learning rate is missing."
        ),
        Misconception(
            _late_by_one,
            "Your first row is already one step old. Record first, then step: row 0 belongs to W0.",
        ),
        Misconception(
            _stuck_at_w0,
            "You compute the gradient once, at W0, and use it for all steps. It changes with W.",
        ),
        *(
            Misconception(
                like,
                "Each of your steps begins at W0 again. A step begins where the last one ended.",
            )
            for like in (_always_from_w0, _one_step_for_ever)
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
        Misconception(
            _recorded(lambda W, Gamma: np.diag(W @ Gamma @ W.T)),
            "You record the diagonal of C. Its eigenvalues are those of the whole matrix: C is "
            "diagonal only in its own basis.",
        ),
        Misconception(
            _recorded(_eigenvalues, 4),
            "Your steps are four times too long: the gradient already carries its factor 4.",
        ),
        Misconception(_recorded(_eigenvalues, 0), "Your W never moves: every row is that of W0."),
    ),
)
