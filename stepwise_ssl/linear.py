"""The linear model f(x) = Wx, W (d, m), trained on the loss ‖C − I‖²_F with C = WΓWᵀ (d, d).

Γ (m, m) is the cross-moment of the pairs, γ_1 ≥ γ_2 ≥ … its eigenvalues ("modes"). From an
aligned start W = U diag(s0) Vᵀ, V the top d eigenvectors, gradient flow has a closed form: the
functions of (t, gamma, s0). From any other start it is simulated: ``gradient_flow`` and
``gradient_descent``. Source: Simon et al. 2023, section 4; chapter 2 derives each formula.

Wherever shapes stand, T is the number of times, d that of embedding dimensions, m that of inputs.
Time is the time of gradient flow; ``steps`` of gradient descent take lr · steps of it.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.integrate import DOP853
from tqdm import tqdm

from . import _validate

__all__ = [
    "Trajectory",
    "cross_moment",
    "effective_init",
    "embedding_eigenvalues",
    "final_weights",
    "gradient_descent",
    "gradient_flow",
    "loss",
    "modes",
    "random_init",
    "singular_values",
    "step_times",
]

_LOG_POINTS = 2000  # keeps neighbouring log times of a long run within 1 % of each other


@dataclass(frozen=True)
class Trajectory:
    """What a simulation recorded.

    Attributes:
        t: times, (T,). For gradient descent lr · step.
        eigenvalues: of C = WΓWᵀ at those times, (T, d), each row descending.
        loss: ‖C − I‖²_F at those times, (T,).
        W: the weights at the last time, (d, m).
    """

    t: np.ndarray
    eigenvalues: np.ndarray
    loss: np.ndarray
    W: np.ndarray

    def __repr__(self) -> str:
        d, m = self.W.shape
        return (
            f"Trajectory({len(self.t)} times up to t = {self.t[-1]:.4g}, "
            f"loss {self.loss[0]:.4g} -> {self.loss[-1]:.4g}, W ({d}, {m}))"
        )


# --- Γ and its modes ---------------------------------------------------------------------------


def cross_moment(x1: ArrayLike, x2: ArrayLike) -> np.ndarray:
    """Γ = (x1ᵀx2 + x2ᵀx1) / 2n, the symmetrised cross-moment of n pairs (Simon et al. 2023).

    Nothing is centred: Γ of uncentred data has the mean picture as its first mode.

    Args:
        x1, x2: the two views, (n, m); row i of both belongs to one picture.

    Returns:
        (m, m), symmetric; some eigenvalues are negative in general.

    Raises:
        TypeError, ValueError: not finite real matrices of one shape.
    """
    x1 = _validate.matrix("x1", x1)
    x2 = _validate.matrix("x2", x2, x1.shape, "the shape of x1")
    half = x1.T @ x2
    return (half + half.T) / (2 * len(x1))


def modes(Gamma: ArrayLike, d: int) -> tuple[np.ndarray, np.ndarray]:
    """The d largest eigenvalues of Γ and their eigenvectors.

    Args:
        Gamma: symmetric, (m, m).
        d: how many, 1 ≤ d ≤ m.

    Returns:
        gamma (d,), descending, possibly negative at its end; V (m, d), orthonormal columns in the
        same order. The sign of a column is arbitrary.

    Raises:
        TypeError, ValueError: ``Gamma`` is not a finite symmetric matrix, or ``d`` is out of
            range.
    """
    Gamma = _validate.symmetric("Gamma", Gamma)
    d = _validate.integer("d", d, 1, len(Gamma), "the size of Gamma")
    gamma, V = np.linalg.eigh(Gamma)
    return gamma[::-1][:d].copy(), V[:, ::-1][:, :d].copy()


def final_weights(Gamma: ArrayLike, d: int) -> np.ndarray:
    """Where training from a small start ends, up to a rotation: W = diag(γ_j^{-1/2}) V_dᵀ.

    Of all W with the smallest loss this one has the smallest norm, ‖W‖²_F = Σ_j 1/γ_j, the sum
    over the top d modes. If only p < d modes are positive, rows p + 1 to d are zero.

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
    gamma, V = modes(Gamma, d)
    every = np.linalg.eigvalsh(_validate.symmetric("Gamma", Gamma))
    positive = _warn_if_few_positive(every, d)
    size = np.zeros(d)
    size[:positive] = gamma[:positive] ** -0.5
    return size[:, None] * V.T


# --- the closed form of an aligned start -------------------------------------------------------


def singular_values(t: ArrayLike, gamma: ArrayLike, s0: ArrayLike) -> np.ndarray:
    """s_j(t), the singular values of W under gradient flow from an aligned start.

    Each solves ds/dt = 4γs(1 − γs²), s(0) = s0 (Simon et al. 2023, proposition on the aligned
    start; chapter 2, "Each mode is logistic"). With λ0 = γ s0²:

        γ > 0:  s = s0 / √(λ0 (1 − e^{−8γt}) + e^{−8γt})  ->  γ^{-1/2}
        γ ≤ 0:  s = s0 e^{4γt} / √(1 + λ0 (e^{8γt} − 1))  ->  0 for γ < 0, constant for γ = 0

    Computed in logarithms: no overflow at any t, and exact to rounding for λ0 > 1 too.

    Args:
        t: times, (T,), ≥ 0.
        gamma: eigenvalues of Γ, (d,), any sign.
        s0: s_j(0), (d,), ≥ 0.

    Returns:
        (T, d).

    Raises:
        TypeError, ValueError: shapes that do not fit, NaN, negative times or s0.
    """
    t, gamma, s0 = _closed_form_arguments(t, gamma, s0)
    exponent = 8 * np.outer(t, np.abs(gamma))
    with np.errstate(divide="ignore"):  # log 0 = -inf is right where s0, γ or t is 0
        log_s0 = np.log(s0)
        # λ0 (1 − e^{−8|γ|t}) up to its sign: the part of the root that saturates.
        filled = np.log(np.abs(gamma)) + 2 * log_s0 + np.log(-np.expm1(-exponent))
    growing = log_s0 - np.logaddexp(filled, -exponent) / 2
    decaying = log_s0 - exponent / 2 - np.logaddexp(filled, 0) / 2
    return np.exp(np.where(gamma > 0, growing, decaying))


def embedding_eigenvalues(t: ArrayLike, gamma: ArrayLike, s0: ArrayLike) -> np.ndarray:
    """λ_j(t) = γ_j s_j(t)², the eigenvalues of C = WΓWᵀ: for γ > 0 a logistic curve to 1.

    Arguments and errors as ``singular_values``. Returns (T, d), column j for mode j, not sorted;
    the column of a negative mode is negative and tends to 0.
    """
    s = singular_values(t, gamma, s0)
    return np.asarray(gamma, dtype=np.float64) * s**2


def loss(t: ArrayLike, gamma: ArrayLike, s0: ArrayLike) -> np.ndarray:
    """L(t) = Σ_j (1 − λ_j(t))², the loss ‖C − I‖²_F of the d modes of an aligned start.

    Each mode learned lowers it by 1. Arguments and errors as ``singular_values``. Returns (T,).
    """
    return ((1 - embedding_eigenvalues(t, gamma, s0)) ** 2).sum(axis=1)


def step_times(gamma: ArrayLike, s0: ArrayLike) -> np.ndarray:
    """τ_j = log(1/λ_j(0) − 1) / (8 γ_j), λ_j(0) = γ_j s0_j²: the time at which λ_j is exactly 1/2.

    For a small start this is −log(γ_j s0_j²) / (8 γ_j) (Simon et al. 2023); the exact form follows
    from the logistic curve.

    Args:
        gamma: eigenvalues of Γ, (d,), any sign.
        s0: s_j(0), (d,), ≥ 0.

    Returns:
        (d,); infinite where γ ≤ 0 or s0 = 0 (never learned), 0 where λ_j(0) ≥ 1/2 (learned from
        the start).

    Raises:
        TypeError, ValueError: shapes that do not fit, NaN, negative s0.
    """
    gamma = _validate.vector("gamma", gamma, "d")
    s0 = _validate.vector("s0", s0, len(gamma), "one for each gamma", minimum=0)
    tau = np.full(len(gamma), np.inf)
    grows = (gamma > 0) & (s0 > 0)
    log_start = np.log(gamma[grows]) + 2 * np.log(s0[grows])
    start = np.exp(np.minimum(log_start, np.log(0.5)))
    tau[grows] = np.maximum(np.log1p(-start) - log_start, 0) / (8 * gamma[grows])
    return tau


# --- where W starts ----------------------------------------------------------------------------


def random_init(d: int, m: int, alpha: float, seed: int = 0) -> np.ndarray:
    """W (d, m) with independent entries from N(0, alpha²).

    Args:
        d, m: embedding and input dimensions, ≥ 1.
        alpha: standard deviation of an entry, > 0; the staircase is crisp from 1e-3 down.
        seed: ≥ 0.

    Raises:
        TypeError, ValueError: an argument is not as above.
    """
    d = _validate.integer("d", d, 1)
    m = _validate.integer("m", m, 1)
    alpha = _validate.number("alpha", alpha, above=0)
    seed = _validate.integer("seed", seed, 0)
    return alpha * np.random.default_rng(seed).standard_normal((d, m))


def effective_init(W0: ArrayLike, modes: ArrayLike) -> np.ndarray:
    """The s_j(0) that a generic small start W0 behaves as if it had: |R_jj| of W0·modes = QR.

    Gram-Schmidt in the order of the modes: mode 1 grows in the direction W0 v_1, and each later
    mode gets what the earlier ones have left of W0 v_j (chapter 3, "Each mode gets what the
    earlier ones left"). The step times that follow become exact as W0 -> 0.

    Args:
        W0: (d, m).
        modes: the top d eigenvectors of Γ as columns, (m, d), in the order of γ, as
            ``linear.modes`` returns them.

    Returns:
        (d,), ≥ 0.

    Raises:
        TypeError, ValueError: not finite real matrices of these shapes, d > m, or columns of
            ``modes`` that are not orthonormal.
    """
    W0 = _validate.matrix("W0", W0, ("d", "m"))
    d, m = W0.shape
    V = _validate.matrix("modes", modes, (m, d), "(m, d) for W0 (d, m)")
    _validate.integer("d", d, 1, m, "the columns of W0 (d, m)")
    gap = np.abs(V.T @ V - np.eye(d)).max()
    if gap > 1e-6:
        raise ValueError(
            f"modes has columns that are not orthonormal (modesᵀmodes differs from I by "
            f"{gap:.3g}); give the eigenvectors that linear.modes(Gamma, d) returns."
        )
    return np.abs(np.diag(np.linalg.qr(W0 @ V, mode="r")))


# --- simulations -------------------------------------------------------------------------------


def gradient_flow(Gamma: ArrayLike, W0: ArrayLike, t: ArrayLike) -> Trajectory:
    """Integrate dW/dt = −4 (WΓWᵀ − I) W Γ numerically, all d·m entries of W.

    An adaptive Runge-Kutta method of order 8 (SciPy's DOP853, relative tolerance 1e-10); nothing
    of the closed form enters. One evaluation costs about d·m² operations, and a run up to time t
    needs some 20·γ_1·t of them and more where modes are learned: quick for m = 64, slow for
    m = 3072. Long runs show a progress bar after two seconds; an interrupted one returns the
    times that it has reached, with a warning.

    Args:
        Gamma: symmetric, (m, m).
        W0: the start at t = 0, (d, m).
        t: the times to record, (T,), ≥ 0, increasing.

    Returns:
        Trajectory at the times t.

    Raises:
        TypeError, ValueError: shapes that do not fit, NaN, an asymmetric ``Gamma``.

    Warns:
        UserWarning: fewer than d modes of Γ are positive; interrupted.
    """
    Gamma, W, _ = _simulation_arguments(Gamma, W0)
    t = _validate.vector("t", t, "T", minimum=0)
    if (np.diff(t) <= 0).any():
        raise ValueError("t is not increasing; every time must be larger than the one before it.")

    def velocity(_: float, flat: np.ndarray) -> np.ndarray:
        return -_gradient(flat.reshape(W.shape), Gamma)[0].ravel()

    record = _Record(Gamma)
    # Relative to the start, so that the rise from a tiny start is followed to full accuracy.
    atol = 1e-12 * np.abs(W).max() + np.finfo(float).tiny
    solver = DOP853(velocity, 0.0, W.ravel(), t[-1], rtol=1e-10, atol=atol)
    with _interruptible(record), tqdm(total=len(t), delay=2, desc="gradient flow") as bar:
        if t[0] == 0:
            record.add(0.0, W)
        while len(record.t) < len(t):
            failure = solver.step()
            if solver.status == "failed":
                raise RuntimeError(f"The ODE solver stopped at t = {solver.t:g}: {failure}")
            between = solver.dense_output()
            while len(record.t) < len(t) and t[len(record.t)] <= solver.t:
                now = t[len(record.t)]
                record.add(now, between(now).reshape(W.shape))
            bar.update(len(record.t) - bar.n)
    return record.trajectory(W)


def gradient_descent(Gamma: ArrayLike, W0: ArrayLike, lr: float, steps: int) -> Trajectory:
    """W ← W − lr · 4 (WΓWᵀ − I) W Γ, repeated.

    Recorded at t = lr · step: the start and every step of a run of up to 2000 steps; of a longer
    one about 2000 steps, evenly spaced on a log axis, first and last included. Long runs show a
    progress bar after two seconds; an interrupted one returns what it has, with a warning, and so
    does one that diverges.

    Args:
        Gamma: symmetric, (m, m).
        W0: the start, (d, m).
        lr: learning rate, > 0. Stable below 1/(4γ_1): at λ_j = 1 a step multiplies an error of
            s_j by 1 − 8·lr·γ_j.
        steps: ≥ 1.

    Returns:
        Trajectory.

    Raises:
        TypeError, ValueError: shapes that do not fit, NaN, an asymmetric ``Gamma``, ``lr`` or
            ``steps`` out of range.

    Warns:
        UserWarning: fewer than d modes of Γ are positive; ``lr`` is too large to be stable;
            diverged; interrupted.
    """
    Gamma, W, gamma = _simulation_arguments(Gamma, W0)
    lr = _validate.number("lr", lr, above=0)
    steps = _validate.integer("steps", steps, 1)
    _warn_if_unstable(lr, gamma)
    record = _Record(Gamma)
    to_log = _log_steps(steps)
    upcoming = 0
    progress = tqdm(range(steps + 1), delay=2, desc="gradient descent")
    with _interruptible(record), np.errstate(over="ignore", invalid="ignore"):
        for step in progress:
            if step == to_log[upcoming]:
                if not np.isfinite(W).all() or np.abs(W).max() > 1e100:
                    _warn(
                        f"diverged at step {step}: lr = {lr:g} is too large for this start. "
                        f"The {len(record.t)} records before it are returned."
                    )
                    break
                record.add(lr * step, W)
                upcoming += 1
            if step < steps:
                W = W - lr * _gradient(W, Gamma)[0]
    progress.close()
    return record.trajectory(W)
