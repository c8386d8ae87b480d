"""4.4: the contrastive kernel, against the cross-moment of features that can be written down."""

from __future__ import annotations

import numpy as np
from scipy.linalg import sqrtm

from ..engine import Exercise, Misconception, Part, Trial
from ..values import as_array
from . import own
from .truth import NEIGHBOURS, NOTEBOOK, NOTEBOOK_PAIRS, features, neighbours, pairs, swap


def _matrix(trial: Trial, K: np.ndarray) -> np.ndarray:
    result = trial.call(K)
    array = as_array(result)
    lowest = np.linalg.eigvalsh(K)[0]
    if array is not None and lowest < 0 and (np.isnan(array).any() or np.iscomplexobj(array)):
        trial.fail(
            f"K_Γ {'is complex' if np.iscomplexobj(array) else 'has NaN'} here. K̃ is singular: its "
            f"smallest eigenvalue should be 0 and is {lowest:.0e} by rounding, which has no real "
            "root. What is negative by rounding is zero.",
            named=True,
        )
    return trial.array(result, shape=K.shape, what="K_Γ")


def _in_the_basis_of_views(phi: np.ndarray) -> np.ndarray:
    """K_Γ from features phi (2n, p): their singular value decomposition has the root of K̃."""
    U, size, _ = np.linalg.svd(phi, full_matrices=False)
    root = U * size @ U.T
    return root @ swap(len(phi)) @ root / len(phi)


def _is_symmetric_with(got: np.ndarray, eigenvalues: np.ndarray) -> bool:
    """Whether a matrix is symmetric and has these eigenvalues, in rising order."""
    mirrored = np.abs(got - got.T).max() <= 1e-4 * np.abs(got).max()
    far = np.abs(np.linalg.eigvalsh((got + got.T) / 2) - eigenvalues).max()
    return bool(mirrored and far < 1e-4 * np.abs(eigenvalues).max())


def _has_the_eigenvalues_of_the_moment(trial: Trial) -> None:
    for n, m in ((3, 3), (5, 4)):
        phi = features(pairs(trial.rng, n, m))
        got = _matrix(trial, phi @ phi.T)
        # The cross-moment of the features has the eigenvalues of K_Γ, and zeros.
        Gamma = phi.T @ swap(len(phi)) @ phi / len(phi)
        want = np.linalg.eigvalsh(Gamma)
        want = np.sort(np.r_[want, np.zeros(max(len(got) - len(want), 0))])
        want = np.delete(want, np.argsort(np.abs(want))[: len(want) - len(got)])
        if _is_symmetric_with(got, want):
            trial.require(True, "")
            continue
        trial.close(got, _in_the_basis_of_views(phi), "K_Γ", rtol=1e-5, why=WHY)


WHY = "the root of K̃ from features of which it holds the products"


def _is_made_with_the_symmetric_root(trial: Trial) -> None:
    for n, m in ((4, 3), (2, 4)):
        phi = features(pairs(trial.rng, n, m)) + 0.1
        U, size, V = np.linalg.svd(phi, full_matrices=False)
        size[-1] = 1e-3 * size[0]  # a millionth in K̃, and a thousandth in its root: it counts
        phi = U * size @ V
        K = phi @ phi.T
        root = np.real(sqrtm(K))
        want = root @ swap(len(K)) @ root / len(K)
        got, why = _matrix(trial, K), "K̃^(1/2) by Schur's method"
        turned = TURNED if _is_symmetric_with(got, np.linalg.eigvalsh(want)) else ""
        trial.close(got, want, "K_Γ", rtol=1e-5, floor=1, why=why, otherwise=turned)


TURNED = (
    "Your matrix is symmetric and has the eigenvalues of K_Γ, and it is another one: it stands in "
    "another basis. K̃ has many roots with RRᵀ = K̃, a triangular one among them; here it is the "
    "symmetric one."
)


def _takes_duplicates(trial: Trial) -> None:
    # Most pairs stand twice; views of four or six features, and a K̃ of rank 4 or 6.
    for n, twice, kept in ((4, 3, 4), (6, 2, 6)):
        both = pairs(trial.rng, n, 2)
        first, second = both[:n], both[n:]
        phi = features(np.concatenate([first, first[:twice], second, second[:twice]]))[:, :kept]
        if twice == 2:  # a kernel may be small as a whole
            phi *= 10 ** trial.rng.uniform(-8, -7)
        got, want = _matrix(trial, phi @ phi.T), _in_the_basis_of_views(phi)
        # What should be 0 is the rounding of the largest eigenvalue, and the root makes it larger.
        trial.close(got, want, "K_Γ of a singular K̃", rtol=1e-5, floor=1, why=WHY)


def _root(K: np.ndarray, power: float = 0.5) -> np.ndarray:
    values, V = np.linalg.eigh(K)
    return V * np.maximum(values, 0) ** power @ V.T


def _other(M: np.ndarray) -> np.ndarray:
    return np.roll(M, len(M) // 2, axis=0)


def _cut(K: np.ndarray, limit: float) -> np.ndarray:
    values, V = np.linalg.eigh(K)
    kept = np.where(values > limit, values, 0)
    return _product(V * np.sqrt(kept) @ V.T)


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
    right="Right. One matrix, with a row and a column for each view, holds all growth rates.",
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
            "You take the root of each entry. The root of a matrix is the one whose product "
            "with itself is K̃: roots of the eigenvalues.",
        ),
        Misconception(
            lambda K: np.sqrt(K) @ _other(np.sqrt(K)) / len(K),
            "You take the root of each entry. The root of a matrix is the one whose product "
            "with itself is K̃: roots of the eigenvalues.",
        ),
        Misconception(
            _by_cholesky,
            "You used the Cholesky factor. LᵀPL/2n has the right eigenvalues, but it is another "
            "matrix, in another basis; and np.linalg.cholesky can fail at a singular K̃.",
        ),
        Misconception(
            lambda K: (lambda w, V: _product(V * np.sqrt(np.abs(w))))(*np.linalg.eigh(K)),
            "Your root is V√κ without Vᵀ at its end. The symmetric root goes back to the order of "
            "the views, in which P swaps partners.",
        ),
        Misconception(
            lambda K: _root(K) @ np.roll(_root(K), 1, axis=0) / len(K),
            "You moved the views by one. P moves by n: views i and n + i are partners.",
        ),
        Misconception(
            lambda K: (_other(K) + np.roll(K, len(K) // 2, axis=1)) / (2 * len(K)),
            "This is (PK̃ + K̃P)/4n: symmetric, but with other eigenvalues. A root of K̃ belongs on "
            "each side of P.",
        ),
        *(
            Misconception(
                lambda K, share=share, number=number: _cut(
                    K, share * np.linalg.eigvalsh(K)[-1] + number
                ),
                "You leave out directions in which K̃ is small. They count as well: what is 0 but "
                "for rounding is some 1e-16 of the largest eigenvalue.",
            )
            for share, number in (
                *((cut, 0) for cut in (1e-2, 1e-3, 1e-4, 1e-5, 1e-6)),
                *((0, cut) for cut in 10.0 ** np.arange(-15, -1)),
            )
        ),
        Misconception(
            lambda K: _product(_root(K, -0.5)),
            "You multiply by the inverse root of K̃ where its root belongs.",
        ),
        Misconception(
            lambda K: _other(_other(K).T).T / len(K),
            "This is PK̃P/2n: with P on both outer sides no view meets its partner. It stands "
            "between the two roots.",
        ),
        Misconception(
            lambda K: _root(K) @ _root(K)[neighbours(len(K))] / len(K),
            NEIGHBOURS,
        ),
        Misconception(
            lambda K: _root(K) @ _root(K)[::-1] / len(K),
            "You reversed the order of the views. P moves by n: views i and n + i are partners.",
        ),
    ),
)


def _product(root: np.ndarray) -> np.ndarray:
    return root @ _other(root) / len(root)
