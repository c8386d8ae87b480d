"""4.8: features of landmarks, by the properties of a projection."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..engine import Exercise, Part, Trial
from ..values import as_array, low_precision, same_values
from . import own
from .truth import features, slips_up_to_signs


def _draw(trial: Trial, N: int, q: int) -> tuple[np.ndarray, np.ndarray]:
    """Features of N views and of q landmarks, which are not nearly dependent."""
    while True:
        mark = features(trial.rng.normal(size=(q, 3)))
        size = np.linalg.svd(mark, compute_uv=False)
        if size[-1] > 0.05 * size[0]:
            return features(trial.rng.normal(size=(N, 3))), mark


def _compare(trial: Trial, phi: np.ndarray, mark: np.ndarray, inside: np.ndarray, why: str) -> None:
    """`inside` has, up to a rotation, the right features of the views with features phi."""
    new, Kqq = phi @ mark.T, mark @ mark.T
    result = trial.call(new, Kqq)
    products = inside @ inside.T
    # Right up to a rotation is right, and a slip may be: of two landmarks V can be symmetric.
    if not _has_products(result, products):
        slips = [(slip, said) for slip, said in _slips(new, Kqq)
                 if not _has_products(slip(), products)]  # fmt: skip
        slips_up_to_signs(trial, result, new @ _root(Kqq, -0.5), slips)
    got = trial.array(result, shape=new.shape, what="The array of features")
    # Features that are right but for a factor are compared as they are, turned to match.
    U, size, _ = np.linalg.svd(inside, full_matrices=False)
    right, rank = np.zeros(new.shape), min(new.shape[1], len(size))
    right[:, :rank] = U[:, :rank] * size[:rank]
    P, _, Qt = np.linalg.svd(right.T @ got)
    turned = right @ (P @ Qt)
    factor = np.sum(got * turned) / np.sum(turned**2)
    if np.abs(got - factor * turned).max() < 1e-4 * np.abs(got).max() and abs(factor - 1) > 1e-3:
        trial.close(got, turned, "The feature, turned to match yours", rtol=1e-5, why=why)
        return
    trial.close(got @ got.T, products, "The product of two rows of features", rtol=1e-5,
                why=why)  # fmt: skip


def _has_products(result: Any, products: np.ndarray) -> bool:
    """Whether the rows of a result have these scalar products."""
    features = as_array(result)
    if features is None or features.ndim != 2 or features.dtype.kind not in "fiu":
        return False
    tolerance = 5e-4 if low_precision(features) else 1e-6
    return same_values(features @ features.T, products, tolerance)


def _is_the_projection(trial: Trial) -> None:
    for N, q in ((12, 4), (3, 6), (7, 2)):
        phi, mark = _draw(trial, N, q)
        # What of each feature vector lies in the span of the landmarks, by least squares.
        fit = np.linalg.lstsq(mark.T, phi.T, rcond=None)[0]
        _compare(trial, phi, mark, (mark.T @ fit).T,
                 "of their features, projected on the span of the landmarks'")  # fmt: skip
    _keeps_small_eigenvalues(trial)


def _is_exact_on_the_landmarks(trial: Trial) -> None:
    for q, least in ((5, None), (3, 1e-4), (4, 1e-12)):
        _, mark = _draw(trial, 1, q)
        if least is not None:
            # A kernel may be small as a whole: its eigenvalues have no fixed floor.
            least *= trial.rng.uniform(1, 2)
            mark *= np.sqrt(least) / np.linalg.svd(mark, compute_uv=False)[-1]
        _compare(trial, mark, mark, mark, "a landmark lies in the span of the landmarks")


def _keeps_small_eigenvalues(trial: Trial) -> None:
    """Landmarks nearly dependent, as the 240 digits are; the views lie in all directions alike."""
    phi, mark = _draw(trial, 8, 4)
    U, size, Vt = np.linalg.svd(mark, full_matrices=False)
    size[-1] = size[0] * np.sqrt(1e-6 * trial.rng.uniform(1, 2))
    _compare(trial, phi, U * size @ Vt, phi @ Vt.T,
             "the same, where K_qq has a small eigenvalue")  # fmt: skip


def _root(Kqq: np.ndarray, power: float) -> np.ndarray:
    values, V = np.linalg.eigh(Kqq)
    return V * values**power @ V.T


def _slips(new: np.ndarray, Kqq: np.ndarray):
    """Known wrong answers: what they compute, and what to say."""
    R = np.linalg.cholesky(Kqq)
    values, axes = np.linalg.eigh(Kqq)
    return (
        (
            lambda: new,
            "These are the kernel values themselves. Their products have no K_qq⁻¹ between.",
        ),
        (
            lambda: new @ np.linalg.inv(Kqq),
            "You multiplied by K_qq⁻¹. It stands between two views: each gets a root of it.",
        ),
        (
            lambda: new @ _root(Kqq, 0.5),
            "You multiplied by the root of K_qq; its inverse root belongs there.",
        ),
        (
            lambda: new @ axes / values,
            "You divided by the eigenvalues of K_qq. Each of two views gets their root.",
        ),
        (
            lambda: new @ axes.T / np.sqrt(values),
            "You turn with the rows of the matrix of eigenvectors. They are its columns: new @ V.",
        ),
        (
            lambda: new / np.sqrt(values),
            "You divide by the roots of the eigenvalues without turning to the eigenvectors: "
            "new @ V first.",
        ),
        (
            lambda: new @ axes,
            "You turn to the eigenvectors and divide by nothing: each column gets the inverse root "
            "of its eigenvalue.",
        ),
        (
            lambda: new @ _root(Kqq, -0.25),
            "You took the fourth root. Each of two views gets the inverse root, and both together "
            "the inverse.",
        ),
        *(
            (lambda floor=floor: new @ axes / np.sqrt(np.maximum(values, floor)), FLOOR)
            for floor in 10.0 ** np.arange(-6, 0)
        ),
        *(
            (lambda floor=floor: new @ axes / np.sqrt(values + floor), FLOOR)
            for floor in 10.0 ** np.arange(-6, 0)
        ),
        *(
            (lambda kept=kept, back=back: new @ axes * kept**-0.5 @ back, said)
            for share in 10.0 ** np.arange(-5, 0)
            for kept, said in (
                (np.maximum(values, share * values[-1]), FLOOR),
                (np.where(values > share * values[-1], values, np.inf), LEFT_OUT),
            )
            for back in (np.eye(len(axes)), axes.T)
        ),
        (
            lambda: new @ R,
            "You multiplied by the Cholesky factor; its inverse belongs there.",
        ),
        (
            lambda: new @ np.linalg.inv(R),
            "The factor is turned round. With R from np.linalg.cholesky, zero above the diagonal, "
            "K_qq = RRᵀ: φ(x) = R⁻¹k(x), and a row of features is k(x)ᵀR⁻ᵀ. With U from SciPy's "
            "cholesky, zero below it, K_qq = UᵀU: φ(x) = U⁻ᵀk(x), and a row is k(x)ᵀU⁻¹.",
        ),
        (
            lambda: new / np.sqrt(np.diag(Kqq)),
            "You divided by the landmarks' lengths as if they stood at right angles. They "
            "overlap: all of K_qq is needed.",
        ),
        (
            lambda: new / np.sqrt(len(Kqq)),
            "You divided by √q. What landmarks have in common must be taken out, by K_qq⁻¹.",
        ),
    )


FLOOR = (
    "The eigenvalues of K_qq have a floor in yours, or a small number added. K_qq is positive "
    "definite, and its small eigenvalues count: divide by their roots as they are."
)
LEFT_OUT = (
    "You leave out the directions in which K_qq has a small eigenvalue. It is positive definite: "
    "no eigenvalue is 0, and what a view has in such a direction is as large as in any other once "
    "it is divided by the root."
)
LANDMARK_FEATURES = Exercise(
    id="4.8",
    title="Landmarks",
    own=own.landmark_features,
    right="Right. The features are the true ones, as seen from the span of the landmarks.",
    hint="new is (N, q), a view a row, and Kqq (q, q); the features have new's shape.",
    parts=(
        Part("the approximate kernel", 1, _is_the_projection),
        Part("exact on the landmarks", 1, _is_exact_on_the_landmarks),
    ),
)
