"""2.3: the equation of one mode, against slopes of the full loss."""

from __future__ import annotations

import numpy as np

from ..engine import Exercise, Misconception, Part, Trial
from . import own
from .truth import loss_of, rotation, slope, with_eigenvalues


def _minus_slopes(s: np.ndarray, gamma: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """−∂L/∂W along u_j v_jᵀ at W = U diag(s) Vᵀ, by difference quotients of the full loss."""
    Gamma, V = with_eigenvalues(rng, gamma)
    U = rotation(rng, len(gamma))
    W = U * s @ V.T
    return np.array([
        -slope(lambda h, j=j: loss_of(W + h * np.outer(U[:, j], V[:, j]), Gamma))
        for j in range(len(s))
    ])  # fmt: skip


def _refuse_reversed(trial: Trial, got: np.ndarray, want: np.ndarray) -> None:
    if np.allclose(got, -want, rtol=1e-6, atol=0):
        trial.fail(
            "The sign is reversed: gradient flow goes down the loss, so that a small s with "
            f"γ > 0 grows. You have ds/dt = {got[0]:.4g} where the loss falls along +s.",
            named=True,
        )


def _starts_exponentially(trial: Trial) -> None:
    gamma = np.array([trial.rng.uniform(0.2, 0.9), trial.rng.uniform(0.05, 0.2), -0.3])
    s = trial.rng.uniform(1e-5, 1e-4, size=3)
    got = trial.array(trial.call(s, gamma), shape=(3,), what="ds/dt")
    want = _minus_slopes(s, gamma, trial.rng)
    _refuse_reversed(trial, got, want)
    trial.close(got / s, want / s, "The growth rate (ds/dt)/s of a small s", rtol=1e-3,
                why=f"minus the slope of the loss, γ = {gamma.round(3).tolist()}")  # fmt: skip


def _stops_where_the_loss_does(trial: Trial) -> None:
    gamma = np.append(trial.rng.uniform(0.05, 0.9, size=3), -trial.rng.uniform(0.05, 0.5))
    s = trial.rng.uniform(0.3, 1.5, size=4) / np.sqrt(np.abs(gamma))
    got = trial.array(trial.call(s, gamma), shape=(4,), what="ds/dt")
    want = _minus_slopes(s, gamma, trial.rng)
    _refuse_reversed(trial, got, want)
    why = f"minus the slope of the loss, γ = {gamma.round(3).tolist()}"
    # Growing modes first: what is said about s = γ^(-1/2) is then said of a mode that has one.
    trial.close(got[:3], want[:3], "ds/dt", rtol=1e-6, why=why)
    trial.close(got, want, "ds/dt", rtol=1e-6, why=why)
    s = 1 / np.sqrt(gamma[:3])
    got = trial.array(trial.call(s, gamma[:3]), shape=(3,), what="ds/dt")
    trial.require(
        np.abs(got).max() < 1e-5,
        f"At s = γ^(-1/2), where the loss is at its minimum, your ds/dt is {got[0]:.3g}.",
    )


DS_DT = Exercise(
    id="2.3",
    title="One equation for each mode",
    own=own.ds_dt,
    right="Right. Mode j knows its own γ_j alone, grows at rate 4γ_j, and stops at s = γ_j^(-1/2).",
    hint="s and gamma both have shape (d,), and so has the result: no sum over modes.",
    parts=(
        Part("the rate of a small s", 1, _starts_exponentially),
        Part("the whole right-hand side", 2, _stops_where_the_loss_does),
    ),
    misconceptions=(
        Misconception(
            lambda s, gamma: 2 * gamma * s * (1 - gamma * s**2),
            "Twice too slow: the gradient of ‖C − I‖² carries a 4, one 2 from the square and one "
            "from W standing twice in C.",
        ),
        Misconception(
            lambda s, gamma: gamma * s * (1 - gamma * s**2),
            "The factor 4 of the gradient is missing.",
        ),
        Misconception(
            lambda s, gamma: 8 * gamma * s * (1 - gamma * s**2),
            "Twice too fast: 8γ is the rate of the eigenvalue λ = γs², which grows twice as fast "
            "as s.",
        ),
        Misconception(
            lambda s, gamma: 8 * gamma * (gamma * s**2) * (1 - gamma * s**2),
            "This is dλ/dt, the equation of the eigenvalue λ = γs². Wanted is that of s.",
        ),
        Misconception(
            lambda s, gamma: 4 * gamma * s * (1 - s**2),
            "Yours stops at s = 1. C has the eigenvalue γs², so the error is 1 − γs² and growth "
            "stops at s = γ^(-1/2).",
        ),
        Misconception(
            lambda s, gamma: 8 * gamma * s * (1 - s),
            "This is the logistic equation with s in the place of λ. Logistic is λ = γs²; wanted "
            "is the equation of s.",
        ),
        Misconception(
            lambda s, gamma: 4 * gamma * s * (1 - gamma**2 * s**2),
            "The error has γ² in it. C = WΓWᵀ contains Γ once, so its eigenvalue is γs².",
        ),
        Misconception(
            lambda s, gamma: 4 * s * gamma * (1 - s * gamma**2),
            "s and gamma have changed places: the first argument is s, the second gamma.",
        ),
        Misconception(
            lambda s, gamma: 4 * np.maximum(gamma, 0) * s * (1 - np.maximum(gamma, 0) * s**2),
            "You set γ < 0 to zero. Such a mode does not stand still: its ds/dt is negative.",
        ),
        Misconception(
            lambda s, gamma: 4 * s * (1 - gamma * s**2),
            "The Γ outside the bracket is missing: the gradient ends in WΓ, which is γs for "
            "mode j. Without it all modes would grow at one rate, and there would be no staircase.",
        ),
        Misconception(
            lambda s, gamma: 4 * gamma * s * (1 - gamma * s),
            "The eigenvalue of C is γs², with the square: W stands on both sides of Γ.",
        ),
        Misconception(
            lambda s, gamma: 4 * gamma * (1 - gamma * s**2),
            "A factor s is missing: s = 0 is a fixed point, since WΓ vanishes there. Yours leaves "
            "zero by itself.",
        ),
        Misconception(
            lambda s, gamma: 4 * gamma * s,
            "This is the start alone, before the error 1 − γs² shrinks. Yours never stops growing.",
        ),
        Misconception(
            lambda s, gamma: 4 * np.abs(gamma) * s * (1 - np.abs(gamma) * s**2),
            "You took the absolute value of γ. A mode with γ < 0 shrinks.",
        ),
    ),
)
