"""Training head and trunk from any start: gradient flow and gradient descent."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from .. import _validate
from ..linear._gamma import eigh
from ..linear._record import Record, descend, flow
from ..linear._warnings import warn_if_few_positive


@dataclass(frozen=True)
class Trajectory:
    """What a simulation of two layers recorded.

    Attributes:
        t: times, (T,). For gradient descent lr · step.
        eigenvalues: of C = WAΓAᵀWᵀ at those times, (T, d), each row descending.
        loss: ‖C − I‖²_F at those times, (T,).
        W: the head at those times, (T, d, h).
        A: the trunk at those times, (T, h, m).
    """

    t: np.ndarray
    eigenvalues: np.ndarray
    loss: np.ndarray
    W: np.ndarray
    A: np.ndarray

    def __repr__(self) -> str:
        _, d, h = self.W.shape
        return (
            f"Trajectory({len(self.t)} times up to t = {self.t[-1]:.4g}, loss {self.loss[0]:.4g} "
            f"-> {self.loss[-1]:.4g}, W ({d}, {h}), A ({h}, {self.A.shape[2]}))"
        )


def gradient_flow(Gamma: ArrayLike, W0: ArrayLike, A0: ArrayLike, t: ArrayLike) -> Trajectory:
    """Integrate dW/dt = −∂L/∂W and dA/dt = −∂L/∂A numerically, all entries of both.

    As ``linear.gradient_flow``; nothing of the closed form enters. One evaluation costs about
    h·m² operations.

    Args:
        Gamma: symmetric, (m, m).
        W0: the head at t = 0, (d, h).
        A0: the trunk at t = 0, (h, m).
        t: the times to record, (T,), ≥ 0, increasing. Both layers are kept at each of them.

    Returns:
        Trajectory at the times t.

    Raises:
        TypeError, ValueError: shapes that do not fit, NaN, an asymmetric ``Gamma``, a start whose
            loss or gradient overflows, or sizes so far apart that the solver finds no step.

    Warns:
        UserWarning: fewer than d modes of Γ are positive; interrupted.
    """
    layers = _Layers(Gamma, W0, A0)
    return flow(
        layers.start, layers.gradient, _Record(layers), t, same="Γ/c with t·√c, W0·c^¼ and A0·c^¼"
    )


def gradient_descent(
    Gamma: ArrayLike, W0: ArrayLike, A0: ArrayLike, lr: float, steps: int
) -> Trajectory:
    """Both layers ← themselves − lr · their gradient, repeated.

    Recorded at t = lr · step, at the start and about 400 steps evenly spaced on a log axis, first
    and last included; both layers are kept at each. As ``linear.gradient_descent`` otherwise.

    Args:
        Gamma: symmetric, (m, m).
        W0: the head's start, (d, h).
        A0: the trunk's start, (h, m).
        lr: learning rate, > 0. From an aligned start stable below 1/(4γ_1 b), where
            b = √(p0⁴ + 4/γ_1) is s² + p² once mode 1 is learned.
        steps: 1 to 10¹².

    Returns:
        Trajectory.

    Raises:
        TypeError, ValueError: shapes that do not fit, NaN, an asymmetric ``Gamma``, a start whose
            loss or gradient overflows, ``lr`` or ``steps`` out of range.

    Warns:
        UserWarning: fewer than d modes of Γ are positive; ``lr`` is too large for the features of
            the start; diverged; interrupted.
    """
    layers = _Layers(Gamma, W0, A0)
    lr = _validate.number("lr", lr, above=0)
    steps = _validate.integer("steps", steps, 1, 10**12, "more than anybody waits for")
    fastest = layers.largest_feature()
    if lr * 4 * fastest >= 1 - 1e-12:  # at the limit up to rounding counts as at the limit
        warnings.warn(
            f"lr = {lr:g} is not below 1/(4φ_1) = {1 / (4 * fastest):.4g}, φ_1 the largest "
            "eigenvalue of A0·Gamma·A0ᵀ: gradient descent will overshoot and oscillate or diverge.",
            stacklevel=2,
        )
    return descend(layers.start, layers.gradient, _Record(layers), lr, steps, start="W0 or A0")


class _Layers:
    """Both layers as the one row of numbers that is integrated, and the gradient of the loss."""

    def __init__(self, Gamma: ArrayLike, W0: ArrayLike, A0: ArrayLike):
        self.Gamma = _validate.symmetric("Gamma", Gamma)
        A = _validate.matrix("A0", A0, ("h", len(self.Gamma)), "(h, m) for Gamma (m, m)")
        W = _validate.matrix("W0", W0, ("d", len(A)), "(d, h) for A0 (h, m)")
        self.d, self.h = W.shape
        self.start = np.concatenate([W.ravel(), A.ravel()])
        with np.errstate(all="ignore"):
            loss = ((self.correlation(self.start) - np.eye(self.d)) ** 2).sum()
            _validate.representable("W0, A0 and Gamma are", loss, "the loss")
            _validate.representable(
                "W0, A0 and Gamma are", self.gradient(self.start), "the gradient"
            )
        warn_if_few_positive(eigh(self.Gamma)[0], self.d, stacklevel=4)

    def split(self, flat: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """W and A, the last axis of ``flat`` being both."""
        size = self.d * self.h
        W = flat[..., :size].reshape(*flat.shape[:-1], self.d, self.h)
        return W, flat[..., size:].reshape(*flat.shape[:-1], self.h, len(self.Gamma))

    def correlation(self, flat: np.ndarray) -> np.ndarray:
        W, A = self.split(flat)
        B = W @ A
        return B @ self.Gamma @ B.T

    def gradient(self, flat: np.ndarray) -> np.ndarray:
        """∂L/∂W = 4 (C − I) W AΓAᵀ and ∂L/∂A = 4 Wᵀ (C − I) W AΓ."""
        W, A = self.split(flat)
        B = W @ A
        pull = B @ self.Gamma
        residual = pull @ B.T
        np.fill_diagonal(residual, residual.diagonal() - 1)
        pull = 4 * residual @ pull
        return np.concatenate([(pull @ A.T).ravel(), (W.T @ pull).ravel()])

    def largest_feature(self) -> float:
        _, A = self.split(self.start)
        return float(np.linalg.eigvalsh(A @ self.Gamma @ A.T)[-1])


class _Record(Record):
    most = 400  # of trunks, which may be large

    def __init__(self, layers: _Layers):
        super().__init__(layers.correlation)
        self.layers, self.kept = layers, []

    def add(self, t: float, W: np.ndarray) -> bool:
        added = super().add(t, W)
        if added:
            self.kept.append(W.copy())
        return added

    def trajectory(self) -> Trajectory:
        of_all = super().trajectory()
        W, A = self.layers.split(np.array(self.kept[: len(of_all.t)]))
        return Trajectory(of_all.t, of_all.eigenvalues, of_all.loss, W, A)
