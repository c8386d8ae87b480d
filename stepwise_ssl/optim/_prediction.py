"""What theory says of a preconditioned descent: rates, numbers of steps, and where it ends."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq
from scipy.special import logsumexp

from .. import _validate
from ..linear._gamma import eigh
from ._descent import checked_momentum, matching
from ._matrix import rounding

_ALIKE = 1e-6  # rates that differ by less, as a share of the largest, count as equal


def growth_rates(Gamma: ArrayLike, d: int, preconditioner: ArrayLike | None = None) -> np.ndarray:
    """γ'_1 ≥ … ≥ γ'_d, the largest eigenvalues of P^½ Γ P^½: they take the part of the γ_j.

    From a small start, mode j of the embedding grows as e^{8γ'_j t}, and descent is stable for
    lr < 1/(4γ'_1). For P = f(Γ) they are the largest of the γ·f(γ).

    Args:
        Gamma: symmetric, (m, m).
        d: how many, 1 ≤ d ≤ m.
        preconditioner: P, symmetric and positive semidefinite, (m, m); the identity by default.

    Returns:
        (d,), descending.

    Raises:
        TypeError, ValueError: no finite symmetric matrices of one shape, ``d`` out of range, a
            preconditioner with a negative eigenvalue or of rank below d.
    """
    Gamma = _validate.symmetric("Gamma", Gamma)
    d = _validate.integer("d", d, 1, len(Gamma), "the size of Gamma")
    root = _root(Gamma, preconditioner, d)[0]
    return eigh(root.T @ Gamma @ root)[0][::-1][:d].copy()


@np.errstate(all="ignore")
def step_counts(
    Gamma: ArrayLike,
    W0: ArrayLike,
    lr: float,
    preconditioner: ArrayLike | None = None,
    momentum: float = 0.0,
) -> np.ndarray:
    """How many steps of ``descent`` each mode takes until its eigenvalue of C is 1/2.

    For a mode that is alone log(1/λ − 1) / (2 log z), where λ is what it has of C at the start and
    z the factor by which a step multiplies a small mode: 1 + 4·lr·γ'_j, or with momentum β the
    larger root of z² − (1 + β + 4·lr·γ'_j) z + β. λ is that of ``linear.effective_init`` for
    W0 P^(−1/2); modes with equal rates are learned together, and share it by their singular values.

    A mode is not alone where its followers have nearly its rate: in its direction of the embedding
    they grow as well. So the steps are those after which all positive modes together, each with its
    own λ_k z_k^(2n) there, make 1 − λ. From a small enough start that is the mode alone.

    Args:
        Gamma: symmetric, (m, m).
        W0: a small start, (d, m).
        lr: learning rate, > 0, in the range where descent is stable.
        preconditioner: symmetric and positive semidefinite, (m, m); the identity by default.
        momentum: from 0 to below 1.

    Returns:
        (d,), in the order of the rates; infinite for a mode that is never learned, 0 for one that
        is learned from the start.

    Raises:
        TypeError, ValueError: as ``growth_rates``, or ``lr`` or ``momentum`` out of range.
    """
    start = _Start.of(Gamma, W0, preconditioner)
    lr = _validate.number("lr", lr, above=0)
    momentum = checked_momentum(momentum)
    positive = start.every > rounding(start.every)
    rate = start.every[positive]
    total = 1 + momentum + 4 * lr * rate
    apart = np.sqrt(total**2 - 4 * momentum)  # z minus the other root
    z = (total + apart) / 2
    # At rest at first: the part of the start that is in the growing root.
    kept = z * (1 - momentum / z) / apart
    parts = rate * (start.rows[:, positive] * kept) ** 2
    return np.array([_until_half(part[part > 0], z[part > 0]) for part in parts])


@np.errstate(all="ignore")
def final_weights(
    Gamma: ArrayLike, W0: ArrayLike, preconditioner: ArrayLike | None = None
) -> np.ndarray:
    """Where ``descent`` without momentum ends from a start of this size, up to a rotation.

    Mode j grows by a factor g_j until it is learned, and in the same direction of the embedding
    mode k has then grown by g_j^(γ'_k/γ'_j). The rows that this makes of the start, whitened so
    that C = I, are the prediction. For unequal rates and W0 → 0 only the first d modes are left.
    If all rates are equal, training has whitened a random projection of the inputs.

    Args:
        Gamma, W0, preconditioner: as ``step_counts``.

    Returns:
        W, (d, m). UW is as good for any rotation U (d, d).

    Raises:
        TypeError, ValueError: as ``growth_rates``; fewer than d modes that can be learned.
    """
    start = _Start.of(Gamma, W0, preconditioner)
    if not (start.rate * start.size > 0).all():
        raise ValueError(
            f"W0 and Gamma let only {int((start.rate * start.size > 0).sum())} of d = "
            f"{len(start.rate)} modes be learned; a final W with C = I needs all of them."
        )
    factor = 1 / np.sqrt(start.rate) / start.size
    # Above 1 the ratio is that of a mode learned before, where the row is 0.
    ratio = np.minimum(start.every / start.rate[:, None], 1)
    rows = start.rows * factor[:, None] ** ratio
    value, left = np.linalg.eigh(rows * start.every @ rows.T)
    return left / np.sqrt(value) @ left.T @ rows @ start.back


@np.errstate(all="ignore")
def signed_step_counts(Gamma: ArrayLike, W0: ArrayLike, lr: float) -> np.ndarray:
    """``step_counts`` for the preconditioner Γ^(−1) with the signs of its eigenvalues.

    All entries of W grow alike then, so the eigenvalues of C stay those of mixtures of positive
    and negative modes: each follows λ ← λ (1 + 4·lr·(1 − λ))². A positive one tends to 1, a
    negative one to −∞: descent diverges exactly if W0·Γ·W0ᵀ has a negative eigenvalue.

    Args:
        Gamma: symmetric and invertible, (m, m).
        W0: a small start, (d, m).
        lr: learning rate, > 0.

    Returns:
        (d,), ascending; infinite for each negative eigenvalue of W0·Γ·W0ᵀ.

    Raises:
        TypeError, ValueError: shapes that do not fit, NaN, an asymmetric ``Gamma``, ``lr`` out of
            range.
    """
    Gamma = _validate.symmetric("Gamma", Gamma)
    W0 = _validate.matrix("W0", W0, ("d", len(Gamma)), "(d, m) for Gamma (m, m)")
    lr = _validate.number("lr", lr, above=0)
    C = _validate.representable("W0 and Gamma are", W0 @ Gamma @ W0.T, "an entry of C")
    start = np.linalg.eigvalsh((C + C.T) / 2)[::-1]
    return _counts(start, np.full(len(start), 1 + 4 * lr))


def muon_step_counts(gamma: ArrayLike, lr: float) -> np.ndarray:
    """How many steps of ``muon_descent`` mode j takes to 1/2 from an aligned start near zero.

    Every step adds ``lr`` to each singular value of W, and λ_j = γ_j s_j² is 1/2 at
    s_j = (2γ_j)^(−1/2). No start enters, and no logarithm. From no start near zero all d modes can
    be at 1/2 earlier, since λ_d(C) ≤ γ_d·‖W‖² with the spectral norm.

    Args:
        gamma: eigenvalues of Γ, (d,), any sign.
        lr: > 0.

    Returns:
        (d,); infinite where γ ≤ 0.

    Raises:
        TypeError, ValueError: NaN, no vector, ``lr`` out of range.
    """
    gamma = _validate.vector("gamma", gamma, "d")
    lr = _validate.number("lr", lr, above=0)
    counts = np.full(len(gamma), np.inf)
    with np.errstate(all="ignore"):
        counts[gamma > 0] = (2 * gamma[gamma > 0]) ** -0.5 / lr
    return counts


@dataclass(frozen=True)
class _Start:
    """A start in the coordinates in which descent is plain, W' = W P^(−1/2).

    Attributes:
        rate: γ'_j, (d,), 0 for a mode that cannot be learned.
        size: s_j(0), (d,).
        rows: the start with direction j of the embedding as row j and the modes as columns, (d, r);
            row j is 0 on the modes before it.
        every: all r eigenvalues of P^½ Γ P^½, descending.
        back: from the modes to the inputs, (r, m).
    """

    rate: np.ndarray
    size: np.ndarray
    rows: np.ndarray
    every: np.ndarray
    back: np.ndarray

    @classmethod
    def of(cls, Gamma: ArrayLike, W0: ArrayLike, preconditioner: ArrayLike | None) -> _Start:
        Gamma = _validate.symmetric("Gamma", Gamma)
        W0 = _validate.matrix("W0", W0, ("d", len(Gamma)), "(d, m) for Gamma (m, m)")
        d = _validate.integer("d", len(W0), 1, len(Gamma), "the columns of W0 (d, m)")
        root, inverse = _root(Gamma, preconditioner, d)
        every, V = (a[..., ::-1] for a in eigh(root.T @ Gamma @ root))
        Y = W0 @ inverse @ V
        rate, size, rows = np.zeros(d), np.zeros(d), np.zeros((d, len(every)))
        directions = np.zeros((d, 0))
        positive = int((every > rounding(every)).sum())
        first = 0
        while first < positive and directions.shape[1] < d:
            # Gram-Schmidt, by groups of equal rates: each gets what the earlier ones left.
            last = first + 1
            while last < positive and every[first] - every[last] < _ALIKE * every[0]:
                last += 1
            rest = Y[:, first:last]
            for _ in range(2):  # once more for what rounding leaves
                rest = rest - directions @ (directions.T @ rest)
            left, s, _ = np.linalg.svd(rest, full_matrices=False)
            done = directions.shape[1]
            new = min(last - first, d - done)
            learned = slice(done, done + new)
            rate[learned], size[learned] = every[first], s[:new]
            rows[learned, first:] = left[:, :new].T @ Y[:, first:]
            directions = np.hstack([directions, left[:, :new]])
            first = last
        return cls(rate, size, rows, every, V.T @ root.T)


def _root(Gamma: np.ndarray, P: ArrayLike | None, d: int) -> tuple[np.ndarray, np.ndarray]:
    """P^½ and P^(−1/2) as maps from the r directions in which P is not 0: both (m, r)."""
    if P is None:
        return np.eye(len(Gamma)), np.eye(len(Gamma))
    value, vectors = eigh(matching("preconditioner", P, Gamma))
    zero = rounding(value)
    if value[0] < -zero:
        raise ValueError(
            f"preconditioner has a negative eigenvalue, {value[0]:.3g}; theory needs one without, "
            "such as optim.inverse_power(Gamma)."
        )
    kept = value > zero
    if kept.sum() < d:
        raise ValueError(
            f"preconditioner has rank {int(kept.sum())}; it must be at least d = {d}, or not all "
            "dimensions can be learned."
        )
    root = np.sqrt(value[kept])
    return vectors[:, kept] * root, vectors[:, kept] / root


def _until_half(part: np.ndarray, z: np.ndarray) -> float:
    """The n at which Σ_k part_k z_k^(2n) = 1 − Σ_k part_k; infinite without any part."""
    if part.size == 0:
        return np.inf
    begun = part.sum()
    if begun >= 0.5:
        return 0.0
    logs, growth = np.log(part), 2 * np.log(z)

    def missing(n: float) -> float:
        return logsumexp(logs + n * growth) - np.log1p(-begun)

    # The part that would be there first by itself is there no earlier than all together.
    latest = ((np.log1p(-begun) - logs) / growth).min()
    return float(brentq(missing, 0, latest * (1 + 1e-9), rtol=1e-12))


def _counts(start: np.ndarray, factor: np.ndarray) -> np.ndarray:
    """Steps to 1/2 of eigenvalues that start here and grow by factor² a step while small."""
    counts = np.full(len(start), np.inf)
    grows = (start > 0) & (factor > 1)
    log = np.log(start[grows])
    ahead = np.log1p(-np.minimum(start[grows], 0.5)) - np.minimum(log, np.log(0.5))
    counts[grows] = np.maximum(ahead, 0) / (2 * np.log(factor[grows]))
    return counts
