"""Gradient flow from an aligned start, solved: every mode follows a curve of its own."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from .. import _validate


@np.errstate(all="ignore")
def singular_values(t: ArrayLike, gamma: ArrayLike, s0: ArrayLike) -> np.ndarray:
    """s_j(t), the singular values of W under gradient flow from an aligned start.

    The closed form of Simon et al. 2023, proposition on the aligned start; chapter 2 derives it,
    "Each mode is logistic". It tends to 0 for γ < 0 and is constant for γ = 0. Computed in
    logarithms: no overflow at any t, and exact to rounding for γ s0² > 1 too.

    Args:
        t: times, (T,), ≥ 0.
        gamma: eigenvalues of Γ, (d,), any sign.
        s0: s_j(0), (d,), ≥ 0.

    Returns:
        (T, d).

    Raises:
        TypeError, ValueError: shapes that do not fit, NaN, negative times or s0.
    """
    t, gamma, s0 = _arguments(t, gamma, s0)
    # At t·γ beyond any number an infinity would meet that of log 0.
    exponent = np.minimum(8 * np.outer(t, np.abs(gamma)), np.finfo(float).max)
    log_s0 = np.log(s0)  # log 0 = -inf is right where s0, γ or t is 0
    # λ0 (1 − e^{−8|γ|t}) up to its sign: the part of the root that saturates.
    filled = np.log(np.abs(gamma)) + 2 * log_s0 + np.log(-np.expm1(-exponent))
    growing = log_s0 - np.logaddexp(filled, -exponent) / 2
    decaying = log_s0 - exponent / 2 - np.logaddexp(filled, 0) / 2
    return np.exp(np.where(gamma > 0, growing, decaying))


@np.errstate(all="ignore")
def embedding_eigenvalues(t: ArrayLike, gamma: ArrayLike, s0: ArrayLike) -> np.ndarray:
    """λ_j(t) = γ_j s_j(t)², the eigenvalues of C = WΓWᵀ: for γ > 0 a logistic curve to 1.

    Arguments and errors as ``singular_values``; a ValueError too where λ overflows. Returns (T, d),
    column j for mode j, not sorted; the column of a negative mode is negative and tends to 0.
    """
    t, gamma, s0 = _arguments(t, gamma, s0)
    s = singular_values(t, gamma, s0)
    # In this order nothing overflows or vanishes on the way to a λ that does not.
    return _validate.representable("s0 and gamma are", gamma * s * s, "an eigenvalue")


@np.errstate(all="ignore")
def loss(t: ArrayLike, gamma: ArrayLike, s0: ArrayLike) -> np.ndarray:
    """L(t) = Σ_j (1 − λ_j(t))², the loss ‖C − I‖²_F of the d modes of an aligned start.

    From a small start each mode learned lowers it by 1. Arguments and errors as
    ``embedding_eigenvalues``. Returns (T,).
    """
    every = ((1 - embedding_eigenvalues(t, gamma, s0)) ** 2).sum(axis=1)
    return _validate.representable("s0 and gamma are", every, "the loss")


@np.errstate(all="ignore")
def step_times(gamma: ArrayLike, s0: ArrayLike) -> np.ndarray:
    """τ_j, the time at which λ_j = γ_j s_j² is exactly 1/2 on its way from an aligned start.

    Chapter 2 derives it, "The wait is a logarithm of the start". Simon et al. 2023 have its form
    for a small start; this one is exact for any.

    Args:
        gamma: eigenvalues of Γ, (d,), any sign.
        s0: s_j(0), (d,), ≥ 0.

    Returns:
        (d,); infinite where γ ≤ 0 or s0 = 0 (never learned) and where the time is beyond the
        largest number, 0 where λ_j(0) ≥ 1/2 (learned from the start).

    Raises:
        TypeError, ValueError: shapes that do not fit, NaN, negative s0.
    """
    gamma = _validate.vector("gamma", gamma, "d")
    s0 = _validate.vector("s0", s0, len(gamma), "one for each gamma", minimum=0)
    tau = np.full(len(gamma), np.inf)
    grows = (gamma > 0) & (s0 > 0)
    log_start = np.log(gamma[grows]) + 2 * np.log(s0[grows])
    start = np.exp(np.minimum(log_start, np.log(0.5)))
    tau[grows] = np.maximum(np.log1p(-start) - log_start, 0) / 8 / gamma[grows]
    return tau


def _arguments(
    t: ArrayLike, gamma: ArrayLike, s0: ArrayLike
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    t = _validate.vector("t", t, "T", minimum=0)
    gamma = _validate.vector("gamma", gamma, "d")
    return t, gamma, _validate.vector("s0", s0, len(gamma), "one for each gamma", minimum=0)
