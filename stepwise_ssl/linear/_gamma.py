"""Γ, its modes, and the weights at both ends of training."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from .. import _validate
from .._scale import to_unit
from ._warnings import warn_if_few_positive


@np.errstate(all="ignore")
def cross_moment(x1: ArrayLike, x2: ArrayLike) -> np.ndarray:
    """Γ, the symmetrised cross-moment of n pairs (Simon et al. 2023): the mean of x x'ᵀ and x' xᵀ.

    Nothing is centred: with a large mean left in, the first mode is nearly the mean picture.

    Args:
        x1, x2: the two views, (n, m); row i of both belongs to one picture.

    Returns:
        (m, m), symmetric; some eigenvalues are negative in general.

    Raises:
        TypeError, ValueError: not finite real matrices of one shape, or so large that Γ overflows.
    """
    x1 = _validate.matrix("x1", x1)
    x2 = _validate.matrix("x2", x2, x1.shape, "the shape of x1")
    half = x1.T @ x2
    return _validate.representable("x1 and x2 are", (half + half.T) / (2 * len(x1)), "Γ")


def modes(Gamma: ArrayLike, d: int) -> tuple[np.ndarray, np.ndarray]:
    """The d largest eigenvalues of Γ and their eigenvectors.

    Args:
        Gamma: symmetric, (m, m).
        d: how many, 1 ≤ d ≤ m.

    Returns:
        gamma (d,), descending, possibly negative at its end; V (m, d), orthonormal columns in the
        same order. The sign of a column is arbitrary.

    Raises:
        TypeError, ValueError: ``Gamma`` is not a finite symmetric matrix, or so large that an
            eigenvalue overflows; ``d`` is out of range.
    """
    Gamma = _validate.symmetric("Gamma", Gamma)
    d = _validate.integer("d", d, 1, len(Gamma), "the size of Gamma")
    gamma, V = eigh(Gamma)
    return gamma[::-1][:d].copy(), V[:, ::-1][:, :d].copy()


@np.errstate(all="ignore")
def eigh(Gamma: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """All eigenvalues of Γ, ascending, and its eigenvectors as columns in that order."""
    unit, exponent = to_unit(Gamma)
    gamma, V = np.linalg.eigh(unit)
    return _validate.representable("Gamma is", np.ldexp(gamma, exponent), "an eigenvalue"), V


def final_weights(Gamma: ArrayLike, d: int) -> np.ndarray:
    """Where training from a small start ends, up to a rotation: the shortest W of the least loss.

    Chapter 2 derives it, "From a small start, training ends at the shortest weights"; Simon et al.
    2023. If only p < d modes are positive, rows p + 1 to d are zero.

    Args:
        Gamma: symmetric, (m, m).
        d: embedding dimensions, 1 ≤ d ≤ m.

    Returns:
        W, (d, m); row j belongs to mode j. UW is as good for any rotation U (d, d).

    Raises:
        TypeError, ValueError: as ``modes``.

    Warns:
        UserWarning: fewer than d modes are positive.
    """
    every, V = modes(Gamma, len(_validate.symmetric("Gamma", Gamma)))
    d = _validate.integer("d", d, 1, len(every), "the size of Gamma")
    positive = warn_if_few_positive(every, d, stacklevel=3)
    size = np.zeros(d)
    learned = min(positive, d)
    size[:learned] = every[:learned] ** -0.5
    with np.errstate(all="ignore"):
        return size[:, None] * V[:, :d].T


@np.errstate(all="ignore")
def random_init(d: int, m: int, alpha: float, seed: int = 0) -> np.ndarray:
    """W (d, m) with independent entries from N(0, alpha²).

    Args:
        d, m: embedding and input dimensions, ≥ 1.
        alpha: standard deviation of an entry, > 0. How small is small depends on the γ: chapter 3.
        seed: ≥ 0, of any size.

    Raises:
        TypeError, ValueError: an argument is not as above, or ``alpha`` so large that an entry
            overflows.
    """
    d = _validate.size("d", d)
    m = _validate.size("m", m)
    alpha = _validate.number("alpha", alpha, above=0)
    seed = _validate.seed("seed", seed)
    W = alpha * np.random.default_rng(seed).standard_normal((d, m))
    return _validate.representable("alpha is", W, "an entry")


@np.errstate(all="ignore")
def effective_init(W0: ArrayLike, modes: ArrayLike) -> np.ndarray:
    """The s_j(0) that a generic small start W0 behaves as if it had: |R_jj| of W0·modes = QR.

    Gram-Schmidt in the order of the modes: mode 1 grows in the direction W0 v_1, and each later
    mode gets what the earlier ones have left of W0 v_j (chapter 3, "Each mode gets what the
    earlier ones left"). For distinct γ the step times that follow become exact as W0 -> 0.

    Args:
        W0: (d, m).
        modes: the top d eigenvectors of Γ as columns, (m, d), in the order of γ, as
            ``linear.modes`` returns them.

    Returns:
        (d,), ≥ 0.

    Raises:
        TypeError, ValueError: not finite real matrices of these shapes, d > m, columns of
            ``modes`` that are not orthonormal, or ``W0`` so large that the result overflows.
    """
    W0 = _validate.matrix("W0", W0, ("d", "m"))
    d, m = W0.shape
    V = _validate.matrix("modes", modes, (m, d), "(m, d) for W0 (d, m)")
    _validate.integer("d", d, 1, m, "the columns of W0 (d, m)")
    gap = np.abs(V.T @ V - np.eye(d)).max()
    if not gap <= 1e-6:  # what overflows may be nan
        raise ValueError(
            f"modes has columns that are not orthonormal (modesᵀmodes differs from I by "
            f"{gap:.3g}); give the eigenvectors that linear.modes(Gamma, d) returns."
        )
    unit, exponent = to_unit(W0)
    s0 = np.abs(np.diag(np.linalg.qr(unit @ V, mode="r")))
    return _validate.representable("W0 is", np.ldexp(s0, exponent), "s_j(0)")


@np.errstate(all="ignore")
def typical_init(d: int, alpha: float) -> np.ndarray:
    """The root mean square of ``effective_init`` over random starts: alpha · √(d − j + 1).

    W0·modes has independent entries N(0, alpha²), of which Gram-Schmidt leaves column j a vector
    in d − j + 1 dimensions. For a network's head whose weights are not at hand.

    Args:
        d: embedding dimensions, ≥ 1.
        alpha: standard deviation of the entries of W0, > 0.

    Returns:
        (d,).

    Raises:
        TypeError, ValueError: out of range, or ``alpha`` so large that the result overflows.
    """
    d = _validate.size("d", d)
    s0 = _validate.number("alpha", alpha, above=0) * np.sqrt(np.arange(d, 0, -1))
    return _validate.representable("alpha is", s0, "s_1(0)")
