"""Gradient flow of two layers from an aligned start, solved: head s and trunk p of one mode.

With λ = γ s² p² and u = s² + p², of which p² − s² = c stays as it is:

    u² = c² + 4λ/γ,    dλ/dt = 8γ u λ (1 − λ),    x = log(λ/γ) − log|1 − λ|  gives  dx/dt = 8γ u.

Between two values of u lies the time (Φ(b², u) − Φ(c², u)) / 8γ, taken at both, with b² = c² + 4/γ
and Φ(k², u) = log((u + k)/|u − k|) / k. What is written in logarithms stays exact where λ, 1 − λ or
u − |c| is far below rounding.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import elementwise

from .. import _validate

_RANGE = 1e-100, 1e100  # of sizes that are not 0: their fourth powers come in
_LONGEST = 1e300


@np.errstate(all="ignore")
def embedding_eigenvalues(
    t: ArrayLike, gamma: ArrayLike, s0: ArrayLike, p0: ArrayLike
) -> np.ndarray:
    """λ_j(t) = γ_j s_j(t)² p_j(t)², the eigenvalues of C = WAΓAᵀWᵀ from an aligned start.

    The time at which λ has a value is a closed form, ``step_times`` with another value than 1/2;
    here it is inverted. Chapter 8 derives it.

    Args:
        t: times, (T,), ≥ 0.
        gamma: eigenvalues of Γ, (d,), any sign.
        s0: s_j(0), the singular values of the head, (d,); 0 or between 1e-100 and 1e100.
        p0: p_j(0), the singular values of the trunk on these modes, (d,) or one number; as ``s0``.

    Returns:
        (T, d), column j for mode j, not sorted. A column tends to 1 for γ > 0 and to 0 for γ < 0;
        it stays where γ, s0 or p0 is 0.

    Raises:
        TypeError, ValueError: shapes that do not fit, NaN, negative times, sizes out of range or
            so large that an eigenvalue overflows.
    """
    t = _validate.vector("t", t, "T", minimum=0)
    gamma, s0, p0 = _sizes(gamma, s0, p0)
    start = _validate.representable("gamma, s0 and p0 are", _start(gamma, s0, p0), "an eigenvalue")
    result = np.broadcast_to(start, (len(t), len(gamma))).copy()
    moves = (gamma != 0) & (s0 > 0) & (p0 > 0) & (start != 1)
    gamma, s0, p0 = gamma[moves], s0[moves], p0[moves]
    x0, c, side = _coordinates(gamma, s0, p0)
    # Beyond, 1 − λ or λ is below rounding.
    last = np.where(gamma > 0, np.maximum(x0, 40 - np.log(np.abs(gamma))), -1300)
    begin = _clock(x0, gamma, c, side)
    longest = np.minimum(_clock(last, gamma, c, side) - begin, _LONGEST)
    found = elementwise.find_root(
        lambda x, t, gamma, c, side, begin: (
            np.minimum(_clock(x, gamma, c, side) - begin, _LONGEST) - t
        ),
        (np.minimum(x0, last), np.maximum(x0, last)),
        args=(np.minimum(t[:, None], longest), gamma, c, side, begin),
    )
    reached = gamma * np.exp(_log_product(found.x, gamma, side))
    result[:, moves] = np.where(t[:, None] > 0, reached, start[moves])
    return result


@np.errstate(all="ignore")
def step_times(gamma: ArrayLike, s0: ArrayLike, p0: ArrayLike) -> np.ndarray:
    """τ_j, the time at which λ_j is exactly 1/2 on its way from an aligned start.

    Arguments and errors as ``embedding_eigenvalues``. Returns (d,): infinite where γ ≤ 0 or s0 or
    p0 is 0 (never learned), 0 where λ_j(0) ≥ 1/2 (learned from the start).
    """
    gamma, s0, p0 = _sizes(gamma, s0, p0)
    tau = np.full(len(gamma), np.inf)
    grows = (gamma > 0) & (s0 > 0) & (p0 > 0)
    gamma, s0, p0 = gamma[grows], s0[grows], p0[grows]
    x0, c, side = _coordinates(gamma, s0, p0)
    half = -np.log(gamma)  # x where λ = 1/2
    wait = _clock(half, gamma, c, side) - _clock(x0, gamma, c, side)
    tau[grows] = np.where(x0 < half, np.maximum(wait, 0), 0)
    return tau


@np.errstate(all="ignore")
def feature_raise(gamma: ArrayLike, p0: ArrayLike) -> np.ndarray:
    """How many times larger the features' eigenvalue γ_j p_j² is once mode j is learned.

    (1 + √(1 + 4/(γ p0⁴)))/2, from a head that starts at nothing; 1 where γ ≤ 0, which is never
    learned. Chapter 8 derives it.

    Args:
        gamma: eigenvalues of Γ, (d,), any sign.
        p0: p_j(0), (d,) or one number, between 1e-100 and 1e100.

    Returns:
        (d,); infinite where it is beyond the largest number.

    Raises:
        TypeError, ValueError: shapes that do not fit, NaN, a ``p0`` out of range.
    """
    gamma = _validate.vector("gamma", gamma, "d")
    p0 = _trunk(p0, len(gamma))
    if not p0.min() > 0:
        raise ValueError(
            f"p0[{p0.argmin()}] is 0; every entry of p0 must be above 0: nothing has no raise."
        )
    # √(4/(γ p0⁴)) first: p0⁴ would vanish long before it.
    root = np.where(gamma > 0, 2 / (np.sqrt(np.abs(gamma)) * p0) / p0, 0)
    return (1 + np.hypot(1, root)) / 2


@np.errstate(all="ignore")
def time_saved(raised: ArrayLike) -> np.ndarray:
    """How much earlier a mode is learned because its features learn, in units of 1/8φ.

    φ = γ p0² is the features' eigenvalue at the start, and the comparison is with a trunk that
    stays as it is. From a small head the number depends on nothing but how many times larger the
    eigenvalue is in the end. With R the raise, B = 2R − 1 and v = √((1 + B²)/2) it is

        2 log((1 + v)/2) + (1 − 1/B) log 2 − (2/B) log((B + v)/(B + 1)).

    Chapter 8 derives it.

    Args:
        raised: R, (d,), ≥ 1, as ``feature_raise`` gives or as measured.

    Returns:
        (d,), ≥ 0; it grows as the logarithm of R.

    Raises:
        TypeError, ValueError: not numbers, NaN, or a raise below 1 or above 8e307.
    """
    R = _validate.vector("raised", raised, "d", minimum=1)
    B = 2 * R - 1
    v = np.hypot(1, B) / np.sqrt(2)
    # Differences of R − 1, so that a raise of nearly 1 keeps its digits.
    above = 2 * (R - 1)
    v_above = above / 2 * ((1 + B) / (1 + v))  # v − 1
    saved = 2 * np.log1p(v_above / 2) + above / B * np.log(2) - 2 / B * np.log1p(v_above / (1 + B))
    return _validate.representable("raised is", saved, "its double")


def _coordinates(
    gamma: np.ndarray, s0: np.ndarray, p0: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """x at the start, c, and the sign of 1/(s²p²) − γ = ± e^−x, which is − where λ is above 1."""
    start = _start(gamma, s0, p0)
    x0 = 2 * (np.log(s0) + np.log(p0)) - np.log(np.abs(1 - start))
    return x0, (p0 - s0) * (p0 + s0), np.where(start > 1, -1.0, 1.0)


def _start(gamma: np.ndarray, s0: np.ndarray, p0: np.ndarray) -> np.ndarray:
    """γ s0² p0², without a product that overflows on the way."""
    return np.sign(gamma) * (np.sqrt(np.abs(gamma)) * s0 * p0) ** 2


def _log_product(x: np.ndarray, gamma: np.ndarray, side: np.ndarray) -> np.ndarray:
    """log s²p², from 1/(s²p²) = γ ± e^−x."""
    log_gamma = np.log(np.abs(gamma))
    larger, smaller = np.maximum(log_gamma, -x), np.minimum(log_gamma, -x)
    return -(larger + np.log1p(np.sign(gamma) * side * np.exp(smaller - larger)))


def _clock(x: np.ndarray, gamma: np.ndarray, c: np.ndarray, side: np.ndarray) -> np.ndarray:
    """The time up to x, from a moment that depends on γ, c and the side alone."""
    log_product = _log_product(x, gamma, side)
    u = np.hypot(c, 2 * np.exp(log_product / 2))
    log_gap_b = np.log(4) + log_product - x - np.log(np.abs(gamma))
    # b² = c² + 4/γ, without squares that overflow or vanish.
    r, c = 2 / np.sqrt(np.abs(gamma)), np.abs(c)
    b = np.where(gamma > 0, np.hypot(c, r), np.sqrt(np.abs(c - r)) * np.sqrt(c + r))
    to_b = _phi(b, (gamma > 0) | (c > r), u, log_gap_b)
    return (to_b - _phi(c, True, u, np.log(4) + log_product)) / 8 / gamma


def _phi(k: np.ndarray, real: np.ndarray | bool, u: np.ndarray, log_gap: np.ndarray) -> np.ndarray:
    """log((u + k)/|u − k|)/k, or 2 arctan(k/u)/k where k is not real; `log_gap`: of |u² ∓ k²|."""
    ratio = k / u
    turned = np.where(real, np.arctanh(np.minimum(ratio, 0.5)), np.arctan(ratio))
    far = 2 / u * np.where(ratio > 0, turned / ratio, 1)
    return np.where(real & (ratio > 0.5), (2 * np.log(u + k) - log_gap) / k, far)


def _sizes(
    gamma: ArrayLike, s0: ArrayLike, p0: ArrayLike
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    gamma = _validate.vector("gamma", gamma, "d")
    s0 = _validate.vector("s0", s0, len(gamma), "one for each gamma", minimum=0)
    return gamma, _in_range("s0", s0), _trunk(p0, len(gamma))


def _trunk(p0: ArrayLike, d: int) -> np.ndarray:
    if not _validate.is_series(p0):
        return _in_range("p0", np.full(d, _validate.number("p0", p0, minimum=0)))
    return _in_range(
        "p0", _validate.vector("p0", p0, d, "one for each gamma, or a number", minimum=0)
    )


def _in_range(name: str, sizes: np.ndarray) -> np.ndarray:
    low, high = _RANGE
    for size in sizes[(sizes != 0) & ((sizes < low) | (sizes > high))]:
        raise ValueError(f"{name} is {size:g}; it must be 0 or between {low:g} and {high:g}.")
    return sizes
