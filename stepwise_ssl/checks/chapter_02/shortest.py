"""2.8: the shortest weights, by their defining properties."""

from __future__ import annotations

import numpy as np

from ... import linear
from ..engine import Exercise, Part, Trial
from ..values import as_array
from .truth import with_eigenvalues


def _moment_with_strong_negative_mode(rng: np.random.Generator) -> tuple[np.ndarray, int]:
    """Γ (6, 6) whose negative eigenvalue is larger in size than some of the positive ones."""
    gamma = np.array([*rng.uniform(0.5, 1.0, 2), *rng.uniform(0.1, 0.3, 2), -1.1, -0.05])
    return with_eigenvalues(rng, gamma)[0], int(rng.integers(2, 4))


_ROWS = (
    "You took rows of the matrix that np.linalg.eigh returns. Its eigenvectors are the columns: "
    "mode j is V[:, j]."
)


def _weights(trial: Trial) -> tuple[np.ndarray, np.ndarray, int]:
    """The learner's W, refused by name where WᵀW, which no rotation changes, is a known one."""
    Gamma, d = _moment_with_strong_negative_mode(trial.rng)
    result = trial.call(Gamma, d)
    rows = as_array(result)
    if rows is not None and rows.ndim == 2 and np.isnan(rows).all(axis=1).any():
        trial.fail(
            "Your W has rows of nan. np.linalg.eigh sorts in ascending order: its first modes have "
            "γ < 0 here, and the root of a negative number is nan. Take the last d.",
            named=True,
        )
    W = trial.array(result, shape=(d, 6), what="W")
    gamma, V = np.linalg.eigh(Gamma)
    top, largest = slice(6 - d, 6), np.argsort(np.abs(gamma))[-d:]
    # Rows of V in place of columns: of V as eigh gives it, or with its columns in descending order.
    rows = ((V[top], slice(None)), (V[:, ::-1][:d], slice(None, None, -1)), (V[:d], slice(None)))
    known = (
        (V[:, top] * gamma[top] @ V[:, top].T,
         "Your singular values are γ^(1/2). λ = γs² = 1 asks for s = γ^(-1/2): weak modes need "
         "long weights."),
        (V[:, top] * gamma[top] ** -2 @ V[:, top].T,
         "Your singular values are 1/γ. λ = γs² = 1 asks for s = γ^(-1/2)."),
        *((R.T / gamma[top][order] @ R, _ROWS) for R, order in rows),
        (V[:, top] @ V[:, top].T,
         "Your rows have length 1, so that C = diag(γ). λ = γs² = 1 asks for s = γ^(-1/2)."),
        (V[:, :d] / np.abs(gamma[:d]) @ V[:, :d].T,
         "These are the d smallest eigenvalues: np.linalg.eigh returns them in ascending order."),
        (V[:, largest] / np.abs(gamma[largest]) @ V[:, largest].T,
         "You chose the d modes with the largest |γ|, as an SVD of Γ orders them. One of them has "
         "γ < 0: no weight can bring its λ = γs² to 1."),
    )  # fmt: skip
    for moment, message in known:
        if np.allclose(W.T @ W, moment, rtol=1e-3, atol=1e-4):
            trial.fail(message, named=True)
    return W, Gamma, d


def _solves_the_task(trial: Trial) -> None:
    W, Gamma, d = _weights(trial)
    trial.close(W @ Gamma @ W.T, np.eye(d), "C = WΓWᵀ", rtol=1e-6)


def _is_the_shortest(trial: Trial) -> None:
    W, Gamma, d = _weights(trial)
    got, want = np.sum(W**2), np.sum(1 / np.linalg.eigvalsh(Gamma)[-d:])
    solves = np.allclose(W @ Gamma @ W.T, np.eye(d), atol=1e-3)
    trial.require(solves, "C = WΓWᵀ is not the identity, so the length of W says nothing yet.")
    if got > 1.001 * want:
        trial.fail(
            f"C = I holds, but ‖W‖² = {got:.4g} and there is a solution with {want:.4g}. Your W "
            "spends length on modes that serve the task less: which d modes are cheapest?",
            named=True,
        )
    trial.close(got, want, "‖W‖²", rtol=1e-6, why="the smallest over all W with WΓWᵀ = I")


FINAL_WEIGHTS = Exercise(
    id="2.8",
    title="The shortest weights that solve the task",
    own=linear.final_weights,
    right="Right. Each mode costs 1/γ, so the cheapest d are those with the largest γ, and ‖W‖² is "
    "the sum of their 1/γ.",
    hint="W has shape (d, m): one row for each mode that you keep, one column for each pixel.",
    parts=(
        Part("C is the identity", 1, _solves_the_task),
        Part("the smallest norm", 1, _is_the_shortest),
    ),
)
