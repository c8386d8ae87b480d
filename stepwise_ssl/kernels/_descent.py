"""Training a kernel machine by gradient descent, with no closed form in it."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse.linalg import eigs

from .. import _validate
from ..linear import Trajectory
from ..linear._record import Record, descend
from ..linear._warnings import warn_if_unstable
from ._moment import square_of_pairs

_SMALL = 200  # rows, for which all eigenvalues cost next to nothing


def gradient_descent(K: ArrayLike, A0: ArrayLike, lr: float, steps: int) -> Trajectory:
    """Gradient descent on the weights of f(x) = Wφ(x), with f(x) = A k(x), k(x) = [k(x_1, x), …].

    The gradient of ‖C − I‖²_F with respect to W is a combination of the training views' features.
    So W stays in their span, A (d, 2n) are its coordinates, F = A K̃ (d, 2n) the embeddings of the
    training views and C = F P Fᵀ/(2n). One step goes down the gradient with respect to W, written
    in A: chapter 4, "Training sees only products of features" (Simon et al. 2023).

    Args:
        K: K̃, (2n, 2n), symmetric: the kernel between all views, first views before second ones.
        A0: the start, (d, 2n).
        lr: learning rate, > 0. Stable below 1/(4γ_1), or below 1/(2|γ|) of the most negative γ
            where that is less.
        steps: ≥ 1.

    Returns:
        Trajectory; its ``W`` is A at the end. Records, interruption and divergence as in
        ``linear.gradient_descent``.

    Raises:
        TypeError, ValueError: shapes that do not fit, NaN, ``lr`` or ``steps`` out of range, a
            start too large for the loss to be computed.

    Warns:
        UserWarning: ``lr`` is too large to be stable; diverged; interrupted.
    """
    K = square_of_pairs("K", K)
    A0 = _validate.matrix("A0", A0, ("d", len(K)), "(d, 2n) for K (2n, 2n)")
    lr = _validate.number("lr", lr, above=0)
    steps = _validate.integer("steps", steps, 1)
    n, identity = len(K) // 2, np.eye(len(A0))
    warn_if_unstable(lr, _extreme_rates(K), stacklevel=3)

    def correlation(A: np.ndarray) -> np.ndarray:
        return _correlation(A @ K, n)

    def gradient(A: np.ndarray) -> np.ndarray:
        F = A @ K
        return (4 / (2 * n)) * (_correlation(F, n) - identity) @ np.roll(F, n, axis=1)

    return descend(A0, gradient, Record(correlation), lr, steps, start="A0")


def _extreme_rates(K: np.ndarray) -> np.ndarray:
    """The most negative γ and the largest: those of PK̃/(2n), which has the eigenvalues of K_Γ."""
    PK = np.roll(K / len(K), len(K) // 2, axis=0)
    if len(K) < _SMALL or not K.any():
        return np.sort(np.linalg.eigvals(PK).real)
    first = np.random.default_rng(0).standard_normal(len(K))
    return np.array([eigs(PK, k=1, which=end, v0=first)[0][0].real for end in ("SR", "LR")])


def _correlation(F: np.ndarray, n: int) -> np.ndarray:
    """C = F P Fᵀ/(2n), symmetric by construction."""
    half = F[:, :n] @ F[:, n:].T
    return (half + half.T) / (2 * n)
