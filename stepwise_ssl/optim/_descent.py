"""The linear model trained by other updates than its gradient."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from .. import _validate
from ..linear import Trajectory
from ..linear._record import Record, descend
from ..linear._simulation import _arguments, _gradient

_CAUSE = "lr = {lr:g} is too large for this preconditioner and momentum, or the update climbs"


def descent(
    Gamma: ArrayLike,
    W0: ArrayLike,
    lr: float,
    steps: int,
    preconditioner: ArrayLike | None = None,
    momentum: float = 0.0,
) -> Trajectory:
    """W ← W − lr · V with V ← momentum · V + G P, G the gradient of ‖C − I‖²_F, repeated.

    Without the two last arguments it is ``linear.gradient_descent``. Recorded as there, at
    t = lr · step. A step costs d·m² multiplications more with a preconditioner than without.

    Args:
        Gamma: symmetric, (m, m).
        W0: the start, (d, m).
        lr: learning rate, > 0. Without momentum stable below 1/(4γ'_1), γ'_1 the first of
            ``growth_rates``.
        steps: 1 to 10¹².
        preconditioner: P, symmetric, (m, m); the identity by default. With negative eigenvalues,
            as the signed inverse of Γ has them, it may climb where descent would descend.
        momentum: from 0 to below 1, Polyak's, as in ``torch.optim.SGD``.

    Returns:
        Trajectory.

    Raises:
        TypeError, ValueError: shapes that do not fit, NaN, an asymmetric matrix, a start whose
            loss or gradient overflows, ``lr``, ``steps`` or ``momentum`` out of range.

    Warns:
        UserWarning: fewer than d modes of Γ are positive; diverged; interrupted.
    """
    Gamma, W, _ = _arguments(Gamma, W0)
    lr, steps = _rate_and_steps(lr, steps)
    P = None if preconditioner is None else matching("preconditioner", preconditioner, Gamma)
    momentum = checked_momentum(momentum)
    velocity = np.zeros_like(W)

    def update(W: np.ndarray) -> np.ndarray:
        nonlocal velocity
        G = _gradient(W, Gamma)
        velocity = momentum * velocity + (G if P is None else G @ P)
        return velocity

    return descend(W, update, Record(lambda W: W @ Gamma @ W.T), lr, steps, cause=_CAUSE)


def muon_descent(Gamma: ArrayLike, W0: ArrayLike, lr: float, steps: int) -> Trajectory:
    """W ← W − lr · msign(G), repeated: all singular values of the gradient G are replaced by 1.

    The update of Muon (Jordan et al. 2024) without its momentum, by an exact singular value
    decomposition; a singular value that is 0 becomes 1 as well, along a direction of its choice.
    Each step is as long as the one before, so at the end W swings about its goal by about ``lr``
    until the rate is lowered.

    Args:
        Gamma, W0, steps: as ``descent``.
        lr: how far each singular direction moves in a step, > 0, in the units of W.

    Returns, raises, warns:
        as ``descent``.
    """
    Gamma, W, _ = _arguments(Gamma, W0)
    lr, steps = _rate_and_steps(lr, steps)

    def update(W: np.ndarray) -> np.ndarray:
        left, _, right = np.linalg.svd(_gradient(W, Gamma), full_matrices=False)
        return left @ right

    return descend(W, update, Record(lambda W: W @ Gamma @ W.T), lr, steps)


def matching(name: str, P: ArrayLike, Gamma: np.ndarray) -> np.ndarray:
    """A symmetric matrix of the size of Γ."""
    _validate.matrix(name, P, Gamma.shape, "the shape of Gamma")
    return _validate.symmetric(name, P)


def checked_momentum(momentum: float) -> float:
    value = _validate.number("momentum", momentum, minimum=0)
    if value >= 1:
        raise ValueError(f"momentum is {value:g}; it must be from 0 to below 1.")
    return value


def _rate_and_steps(lr: float, steps: int) -> tuple[float, int]:
    return (
        _validate.number("lr", lr, above=0),
        _validate.integer("steps", steps, 1, 10**12, "more than anybody waits for"),
    )
