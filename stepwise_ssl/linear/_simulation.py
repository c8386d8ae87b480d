"""Training the linear model from any start: gradient flow and gradient descent."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from .. import _validate
from ._gamma import eigh
from ._record import Record, Trajectory, descend, flow
from ._warnings import warn_if_few_positive, warn_if_unstable


def gradient_flow(Gamma: ArrayLike, W0: ArrayLike, t: ArrayLike) -> Trajectory:
    """Integrate gradient flow dW/dt = −∂L/∂W numerically, all d·m entries of W.

    An adaptive Runge-Kutta method of order 8 (SciPy's DOP853, relative tolerance 1e-10); nothing
    of the closed form enters. One evaluation costs about d·m² operations, and a run up to time t
    needs some 20·γ_1·t of them and more where modes are learned: quick for m = 64, slow for
    m = 3072. Pairs with 2n < m can be projected onto their span first, which changes nothing else.
    Long runs show a progress bar after two seconds; an interrupted one returns the times that it
    has reached, with a warning.

    Args:
        Gamma: symmetric, (m, m).
        W0: the start at t = 0, (d, m).
        t: the times to record, (T,), ≥ 0, increasing.

    Returns:
        Trajectory at the times t.

    Raises:
        TypeError, ValueError: shapes that do not fit, NaN, an asymmetric ``Gamma``, a start whose
            loss or gradient overflows, or sizes so far apart that the solver finds no step.

    Warns:
        UserWarning: fewer than d modes of Γ are positive; interrupted.
    """
    Gamma, W, _ = _arguments(Gamma, W0)

    return flow(W, lambda W: _gradient(W, Gamma), Record(lambda W: W @ Gamma @ W.T), t)


def gradient_descent(Gamma: ArrayLike, W0: ArrayLike, lr: float, steps: int) -> Trajectory:
    """W ← W − lr · ∂L/∂W, repeated.

    Recorded at t = lr · step: the start and every step of a run of up to 2000 steps; of a longer
    one about 2000 steps, evenly spaced on a log axis, first and last included. Long runs show a
    progress bar after two seconds; an interrupted one returns what it has, with a warning, and so
    does one that diverges.

    Args:
        Gamma: symmetric, (m, m).
        W0: the start, (d, m).
        lr: learning rate, > 0. Stable below 1/(4γ_1), and below 1/(2|γ|) for every negative γ
            (chapter 2, "The mean picture would set everybody's clock").
        steps: 1 to 10¹².

    Returns:
        Trajectory.

    Raises:
        TypeError, ValueError: shapes that do not fit, NaN, an asymmetric ``Gamma``, a start whose
            loss or gradient overflows, ``lr`` or ``steps`` out of range.

    Warns:
        UserWarning: fewer than d modes of Γ are positive; ``lr`` is too large to be stable;
            diverged; interrupted.
    """
    Gamma, W, gamma = _arguments(Gamma, W0)
    lr = _validate.number("lr", lr, above=0)
    steps = _validate.integer("steps", steps, 1, 10**12, "more than anybody waits for")
    warn_if_unstable(lr, gamma, stacklevel=3)
    record = Record(lambda W: W @ Gamma @ W.T)
    return descend(W, lambda W: _gradient(W, Gamma), record, lr, steps)


def _gradient(W: np.ndarray, Gamma: np.ndarray) -> np.ndarray:
    """∂L/∂W = 4 (WΓWᵀ − I) W Γ, (d, m)."""
    M = W @ Gamma
    residual = M @ W.T
    np.fill_diagonal(residual, residual.diagonal() - 1)
    return 4 * residual @ M


def _arguments(Gamma: ArrayLike, W0: ArrayLike) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Γ, a copy of W0, and all eigenvalues of Γ, ascending."""
    Gamma = _validate.symmetric("Gamma", Gamma)
    W0 = _validate.matrix("W0", W0, ("d", len(Gamma)), "(d, m) for Gamma (m, m)")
    every = eigh(Gamma)[0]
    with np.errstate(all="ignore"):
        C = W0 @ Gamma @ W0.T
        _validate.representable("W0 and Gamma are", ((C - np.eye(len(C))) ** 2).sum(), "the loss")
        _validate.representable("W0 and Gamma are", _gradient(W0, Gamma), "the gradient")
    warn_if_few_positive(every, len(W0), stacklevel=4)
    return Gamma, W0, every
