"""2.8: the shortest weights, by their defining properties."""

from __future__ import annotations

import numpy as np

from ... import linear
from ..draws import sizes
from ..engine import Exercise, Part, Trial
from .truth import with_eigenvalues


def _moment(rng: np.random.Generator, m: int, tiny: bool) -> np.ndarray:
    """Γ (m, m) whose negative eigenvalue is larger in size than all but one of the others.

    Of any size: a γ is above 0 or below it, however small all of them are.
    """
    size = 10 ** (rng.uniform(-14, -12) if tiny else rng.uniform(-6, 1))
    strong, weak = rng.uniform(1.2, 1.6), rng.uniform(0.1, 0.8, size=m - 3)
    return with_eigenvalues(rng, size * np.array([strong, *weak, -0.05, -1.1]))[0]


_ROWS = (
    "You took rows of the matrix that np.linalg.eigh returns. Its eigenvectors are the columns: "
    "mode j is V[:, j]."
)


def _products(V: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """WᵀW of the W with rows scale^(1/2) times the columns of V: no rotation of W changes it."""
    return V * scale @ V.T


def _weights(trial: Trial, m: int, d: int, tiny: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """The learner's W and Γ; known slips are offered with their WᵀW."""
    Gamma = _moment(trial.rng, m, tiny)
    gamma, V = np.linalg.eigh(Gamma)
    result = trial.call(Gamma, d)
    with np.errstate(all="ignore"):
        first = (V[:, :d] / np.sqrt(gamma[:d])).T
    trial.slips(result, linear.final_weights(Gamma, d), [(first, _SMALLEST)])
    W = trial.array(result, shape=(d, m), what="W")
    top, largest = slice(m - d, m), np.argsort(np.abs(gamma))[-d:]
    # Rows of V in place of columns: of V as eigh gives it, or with its columns in descending order.
    rows = ((V[top], slice(None)), (V[:, ::-1][:d], slice(None, None, -1)), (V[:d], slice(None)))
    known = (
        (_products(V[:, top], gamma[top]),
         "Your singular values are γ^(1/2). λ = γs² = 1 asks for s = γ^(-1/2): weak modes need "
         "long weights."),
        (_products(V[:, top], gamma[top] ** -2),
         "Your singular values are 1/γ. λ = γs² = 1 asks for s = γ^(-1/2)."),
        *((_products(R.T, 1 / gamma[top][order]), _ROWS) for R, order in rows),
        (_products(V[:, top], np.ones(d)),
         "Your singular values are 1, and the eigenvalues of C the γ. λ = γs² = 1 asks for "
         "s = γ^(-1/2)."),
        (_products(V[:, top], 1 / gamma[top][::-1]),
         "Your γ and your modes are in opposite orders."),
        (_products(V[:, :d], 1 / np.abs(gamma[:d])), _SMALLEST),
        (_products(V[:, largest], 1 / np.abs(gamma[largest])),
         "You chose the d modes with the largest |γ|, as an SVD of Γ orders them. One of them has "
         "γ < 0: no weight can bring its λ = γs² to 1."),
        *((_products(V[:, top], 1 / np.maximum(gamma[top], floor)), _FLOOR)
          for floor in 10.0 ** np.arange(-12, -2)),
    )  # fmt: skip
    trial.slips(W.T @ W, _products(V[:, top], 1 / gamma[top]), known)
    return W, Gamma


_SMALLEST = (
    "These are the d smallest eigenvalues: np.linalg.eigh returns them in ascending order, the "
    "negative ones first, which have no real root."
)


_FLOOR = (
    "Your γ have a floor above 0. All γ of some data are below it, and they differ: a mode is "
    "positive where its γ is above 0, however small it is."
)


def _sizes(rng: np.random.Generator) -> tuple[tuple[int, int], ...]:
    """Two times d and m; two of the m modes are negative."""
    few, some, many = sorted(sizes(rng, 2, 7, 3))
    return (few, some + 2), (some, many + 2)


def _solves_the_task(trial: Trial) -> None:
    for (d, m), tiny in zip(_sizes(trial.rng), (False, True), strict=True):
        W, Gamma = _weights(trial, m, d, tiny)
        trial.close(W @ Gamma @ W.T, np.eye(d), "C = WΓWᵀ", rtol=1e-6,
                    otherwise="Your W does not solve the task: C is not the identity.")  # fmt: skip


def _is_the_shortest(trial: Trial) -> None:
    # Several, since np.linalg.eig may have the largest in front by chance.
    for d, m in (*_sizes(trial.rng), *_sizes(trial.rng)):
        W, Gamma = _weights(trial, m, d)
        got, want = np.sum(W**2), np.sum(1 / np.linalg.eigvalsh(Gamma)[-d:])
        longer = (
            f"C = I holds, but ‖W‖² = {got:.4g} and there is a solution with {want:.4g}: which d "
            "modes are cheapest?"
        )
        trial.close(got, want, "‖W‖²", rtol=1e-6, why="the smallest over all W with WΓWᵀ = I",
                    otherwise=longer if got > want else "")  # fmt: skip


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
