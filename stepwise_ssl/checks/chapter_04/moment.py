"""4.4: the contrastive kernel, against the cross-moment of features that can be written down."""

from __future__ import annotations

import numpy as np
from scipy.linalg import sqrtm

from ..engine import Exercise, Misconception, Part, Trial
from ..values import as_array
from . import own
from .truth import NOTEBOOK, NOTEBOOK_PAIRS, features, pairs, swap


def _matrix(trial: Trial, K: np.ndarray) -> np.ndarray:
    result = trial.call(K)
    array = as_array(result)
    if array is not None and (np.isnan(array).any() or np.iscomplexobj(array)):
        trial.fail(
            "NaN, or an imaginary part, comes from the root of an eigenvalue that should be 0 and "
            f"is {np.linalg.eigvalsh(K)[0]:.0e} by rounding. What is negative by rounding is zero.",
            named=True,
        )
    return trial.array(result, shape=K.shape, what="K_Γ")


def _has_the_eigenvalues_of_the_moment(trial: Trial) -> None:
    phi = features(pairs(trial.rng, 3, 3))
    K = phi @ phi.T
    got = _matrix(trial, K)
    gap = np.abs(got - got.T).max()
    trial.require(
        gap <= 1e-4 * np.abs(got).max(),
        f"K_Γ is symmetric; yours differs from its mirror by {gap:.3g}.",
    )
    Gamma = phi.T @ swap(len(K)) @ phi / len(K)
    want = np.sort(np.linalg.eigvalsh(Gamma)[np.r_[:3, -3:0]])  # the others of ten are 0
    trial.close(np.linalg.eigvalsh((got + got.T) / 2), want, "The eigenvalue of K_Γ", rtol=1e-5,
                why="the cross-moment of the features, written down")  # fmt: skip


def _is_made_with_the_symmetric_root(trial: Trial) -> None:
    phi = features(pairs(trial.rng, 3, 3)) + 0.1
    K = phi @ phi.T
    root = np.real(sqrtm(K))
    want = root @ swap(len(K)) @ root / len(K)
    trial.close(_matrix(trial, K), want, "K_Γ", rtol=1e-5, why="K̃^(1/2) by Schur's method")


def _takes_duplicates(trial: Trial) -> None:
    both = pairs(trial.rng, 4, 2)
    both = np.concatenate([both[:4], both[:3], both[4:], both[4:7]])  # three of four pairs twice
    phi = features(both)[:, :4]
    K = phi @ phi.T
    got = _matrix(trial, K)
    Gamma = phi.T @ swap(len(K)) @ phi / len(K)
    want = np.zeros(len(K))
    want[:4] = np.linalg.eigvalsh(Gamma)
    trial.close(np.linalg.eigvalsh((got + got.T) / 2), np.sort(want),
                "The eigenvalue of K_Γ of a singular K̃", rtol=1e-5,
                why="the cross-moment of four features; the other ten are 0")  # fmt: skip


def _root(K: np.ndarray, power: float = 0.5) -> np.ndarray:
    values, V = np.linalg.eigh(K)
    return V * np.maximum(values, 0) ** power @ V.T


def _other(M: np.ndarray) -> np.ndarray:
    return np.roll(M, len(M) // 2, axis=0)


def _by_cholesky(K: np.ndarray) -> np.ndarray:
    try:
        L = np.linalg.cholesky(K)
    except np.linalg.LinAlgError:  # such an answer raises, and is not recognised by its result
        return np.zeros_like(K)
    return L.T @ _other(L) / len(K)


CONTRASTIVE = Exercise(
    id="4.4",
    title="The contrastive kernel",
    own=own.contrastive,
    right="Right. One matrix of the size of the data holds all growth rates.",
    hint="K is (2n, 2n), rows and columns in the same order: n first views, then n second ones.",
    parts=(
        Part("the eigenvalues", 1, _has_the_eigenvalues_of_the_moment),
        Part("the matrix", 1, _is_made_with_the_symmetric_root),
        Part("duplicates", 1, _takes_duplicates),
    ),
    misconceptions=(
        Misconception(
            lambda K: _other(K) / len(K),
            "This is PK̃/2n. It has the right eigenvalues, but it is not symmetric, and its "
            "eigenvectors are not those of K_Γ.",
        ),
        Misconception(
            lambda K: np.roll(K, len(K) // 2, axis=1) / len(K),
            "This is K̃P/2n. It has the right eigenvalues, but it is not symmetric, and its "
            "eigenvectors are not those of K_Γ.",
        ),
        Misconception(
            lambda K: _root(K) @ np.roll(_root(K), NOTEBOOK_PAIRS, axis=0) / (2 * NOTEBOOK_PAIRS),
            NOTEBOOK,
        ),
        Misconception(
            lambda K: _product(
                (lambda w, V: V.T * np.sqrt(np.maximum(w, 0)) @ V)(*np.linalg.eigh(K))
            ),
            "Eigenvectors are the columns of V: the root is V √κ Vᵀ, and not Vᵀ √κ V.",
        ),
        Misconception(
            lambda K: _product(
                (lambda w, V: np.sqrt(np.maximum(w, 0))[:, None] * V @ V.T)(*np.linalg.eigh(K))
            ),
            "You multiplied the rows of V by √κ. Eigenvalue j belongs to column j.",
        ),
        Misconception(
            lambda K: K @ _other(K) / len(K),
            "This is K̃PK̃/2n. The roots are missing: a whole K̃ on each side counts it twice.",
        ),
        Misconception(
            lambda K: K / len(K),
            "P is missing: this is K̃/2n, whose eigenvectors are kernel PCA's. No view meets its "
            "partner in it.",
        ),
        Misconception(
            lambda K: _root(K) @ _other(_root(K)) / (len(K) // 2),
            "You divide by n. Each pair is counted in both orders, so divide by 2n = len(K).",
        ),
        Misconception(
            lambda K: _root(K) @ _other(_root(K)),
            "The mean over pairs is missing: divide by 2n.",
        ),
        Misconception(
            lambda K: np.sqrt(np.abs(K)) @ _other(np.sqrt(np.abs(K))) / len(K),
            "np.sqrt takes the root of each entry. The root of a matrix is the one whose product "
            "with itself is K̃: roots of the eigenvalues.",
        ),
        Misconception(
            lambda K: np.sqrt(K) @ _other(np.sqrt(K)) / len(K),
            "np.sqrt takes the root of each entry. The root of a matrix is the one whose product "
            "with itself is K̃: roots of the eigenvalues.",
        ),
        Misconception(
            lambda K: _root(K, 1.0) @ _other(_root(K, 1.0)) / len(K),
            "Your root is K̃ itself: take the root of its eigenvalues.",
        ),
        Misconception(
            _by_cholesky,
            "You used the Cholesky factor. LᵀPL/2n has the right eigenvalues, but it is another "
            "matrix, in another basis; and a singular K̃ has no plain Cholesky factor.",
        ),
        Misconception(
            lambda K: (lambda w, V: _product(V * np.sqrt(np.abs(w))))(*np.linalg.eigh(K)),
            "Your root is V√κ without Vᵀ at its end. The symmetric root goes back to the order of "
            "the views, in which P swaps partners.",
        ),
        Misconception(
            lambda K: _root(K) @ _root(K)[::-1] / len(K),
            "You reversed the order of the views. P moves by n: views i and n + i are partners.",
        ),
    ),
)


def _product(root: np.ndarray) -> np.ndarray:
    return root @ _other(root) / len(root)
