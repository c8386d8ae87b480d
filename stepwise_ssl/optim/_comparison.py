"""Nine updates from one start, each beside its theory."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from .. import _validate
from ..linear import Trajectory, modes
from ._descent import descent, muon_descent
from ._matrix import inverse_power, rounding
from ._measures import top_share, weight_excess
from ._prediction import (
    final_weights,
    growth_rates,
    muon_step_counts,
    signed_step_counts,
    step_counts,
)

_MOMENTUM = 0.9


@dataclass(frozen=True)
class Climb:
    """One update's way up.

    Attributes:
        name: of the update.
        lr: its learning rate.
        predicted, measured: steps until all d eigenvalues of C are 1/2 or more; infinite where they
            never are. Of a run of more than 2000 steps not each is recorded: measured to 1 % then.
        excess, predicted_excess: ``weight_excess`` in the end, and what theory says of it; NaN
            where there is no theory, or no end.
        share, predicted_share: ``top_share``, likewise.
        loss: in the end, after twice the steps.
        extra: multiplications a step beyond those of the gradient, d·m² + 2·d²·m.
        W: the weights in the end, (d, m).
    """

    name: str
    lr: float
    predicted: float
    measured: float
    excess: float
    predicted_excess: float
    share: float
    predicted_share: float
    loss: float
    extra: int
    W: np.ndarray = field(repr=False)


def compare(
    Gamma: ArrayLike, Sigma: ArrayLike, W0: ArrayLike, share: float = 0.4, muon_lr: float = 0.1
) -> list[Climb]:
    """Train the linear model by nine updates from the same start.

    In this order, P multiplying the gradient from the right: gradient descent; the same with
    momentum .9; P = |Γ|^(−1/2); (|Γ| + γ_d)^(−1); (Σ + γ_d)^(−1); Σ^(−1); |Γ|^(−1); Γ^(−1) with
    its signs; and Muon's, msign(G). For m = 64 it takes about a second, for m = 1000 minutes.

    Args:
        Gamma: cross-moment of the pairs, symmetric, (m, m), with at least d positive eigenvalues.
        Sigma: second moment of the views, symmetric, (m, m).
        W0: a small start, (d, m).
        share: of the largest stable learning rate, between 0 and 1, the same for all but Muon.
        muon_lr: Muon's, in the units of W, > 0.

    Raises:
        TypeError, ValueError: shapes that do not fit, NaN, asymmetric matrices, too few positive
            modes, ``share`` or ``muon_lr`` out of range.
    """
    Gamma = _validate.symmetric("Gamma", Gamma)
    Sigma = _validate.symmetric("Sigma", _validate.matrix("Sigma", Sigma, Gamma.shape, "as Gamma"))
    W0 = _validate.matrix("W0", W0, ("d", len(Gamma)), "(d, m) for Gamma (m, m)")
    share = _validate.number("share", share, above=0)
    if share >= 1:
        raise ValueError(f"share is {share:g}; it must be between 0 and 1.")
    muon_lr = _validate.number("muon_lr", muon_lr, above=0)
    d = _validate.integer("d", len(W0), 1, len(Gamma), "the columns of W0 (d, m)")
    gamma, _ = modes(Gamma, d)
    weight_excess(W0, Gamma)  # refuses too few positive modes
    return list(_climbs(Gamma, Sigma, W0, gamma, share, muon_lr))


def _climbs(
    Gamma: np.ndarray, Sigma: np.ndarray, W0: np.ndarray, gamma: np.ndarray, share: float,
    muon_lr: float,
) -> Iterator[Climb]:  # fmt: skip
    d, m = W0.shape
    last = gamma[-1]

    def climb(name: str, P: np.ndarray | None, momentum: float = 0.0) -> Climb:
        lr = float(share * (1 + momentum) / (4 * growth_rates(Gamma, 1, P)[0]))
        predicted = float(step_counts(Gamma, W0, lr, P, momentum).max())
        run = descent(Gamma, W0, lr, _enough(predicted), P, momentum)
        end = None if momentum else final_weights(Gamma, W0, P)
        return _measured(name, Gamma, run, lr, predicted, end, 0 if P is None else d * m**2)

    yield climb("gradient descent", None)
    yield climb("momentum .9", None, _MOMENTUM)
    yield climb("|Γ|^(−1/2)", inverse_power(Gamma, 0.5))
    yield climb("(|Γ| + γ_d)^(−1)", inverse_power(Gamma, rho=last))
    yield climb("(Σ + γ_d)^(−1)", inverse_power(Sigma, rho=last))
    yield climb("Σ^(−1)", inverse_power(Sigma))
    yield climb("|Γ|^(−1)", inverse_power(Gamma))

    lr = share / 4  # every rate is 1
    predicted = float(signed_step_counts(Gamma, W0, lr).max())
    size, V = np.linalg.eigh(Gamma)
    kept = np.abs(size) > rounding(size)
    signed = (V[:, kept] / size[kept]) @ V[:, kept].T
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "diverged by step")  # which is said by the row
        run = descent(Gamma, W0, lr, _enough(predicted), (signed + signed.T) / 2)
    end = None
    if math.isfinite(predicted):
        # The start itself, whitened: all its entries have grown alike.
        size, left = np.linalg.eigh(W0 @ Gamma @ W0.T)
        end = left / np.sqrt(size) @ left.T @ W0
    yield _measured("Γ^(−1)", Gamma, run, lr, predicted, end, d * m**2)

    predicted = float(muon_step_counts(gamma, muon_lr).max())
    run = muon_descent(Gamma, W0, muon_lr, _enough(predicted))
    # By five of Muon's iterations, each of two products with a (d, d) matrix and one of its own.
    yield _measured("Muon", Gamma, run, muon_lr, predicted, None, 5 * (2 * d**2 * m + d**3))


def _enough(predicted: float) -> int:
    """Twice the steps that it should take, or as many as a mode that diverges needs."""
    return math.ceil(2 * predicted) + 10 if math.isfinite(predicted) else 1000


def _measured(
    name: str, Gamma: np.ndarray, run: Trajectory, lr: float, predicted: float,
    end: np.ndarray | None, extra: int,
) -> Climb:  # fmt: skip
    learned = np.flatnonzero((run.eigenvalues >= 0.5).all(axis=1))
    there = len(learned) > 0
    return Climb(
        name=name, lr=lr, predicted=predicted,
        measured=float(np.round(run.t[learned[0]] / lr)) if there else math.inf,
        excess=weight_excess(run.W, Gamma) if there else math.nan,
        predicted_excess=math.nan if end is None else weight_excess(end, Gamma),
        share=top_share(run.W, Gamma) if there else math.nan,
        predicted_share=math.nan if end is None else top_share(end, Gamma),
        loss=float(run.loss[-1]), extra=extra, W=run.W,
    )  # fmt: skip
