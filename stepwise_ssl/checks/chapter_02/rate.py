"""2.3: the equation of one mode, against slopes of the full loss."""

from __future__ import annotations

import numpy as np

from ..draws import sizes
from ..engine import Exercise, Misconception, Part, Trial
from ..values import same_values
from . import own
from .truth import loss_of, rotation, slope, with_eigenvalues


def _minus_slopes(s: np.ndarray, gamma: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """−∂L/∂W along u_j v_jᵀ at W = U diag(s) Vᵀ, by slopes of the full loss."""
    Gamma, V = with_eigenvalues(rng, gamma)
    U = rotation(rng, len(gamma))
    W = U * s @ V.T
    return np.array([
        -slope(lambda h, j=j: loss_of(W + h * np.outer(U[:, j], V[:, j]), Gamma))
        for j in range(len(s))
    ])  # fmt: skip


def _gamma(rng: np.random.Generator, d: int) -> np.ndarray:
    """Eigenvalues in no order, at least one of either sign."""
    gamma = rng.uniform(0.05, 0.9, size=d)
    gamma[0] *= -0.6
    return rng.permutation(gamma)


def _compare(
    trial: Trial, s: np.ndarray, gamma: np.ndarray, what: str, otherwise: str = "",
    rtol: float = 1e-6,
) -> None:  # fmt: skip
    got = trial.array(trial.call(s, gamma), shape=s.shape, what="ds/dt")
    want = _minus_slopes(s, gamma, trial.rng)
    why = "minus the slope of the loss along u vᵀ"
    trial.close(got, want, what, rtol=rtol, why=why, otherwise=otherwise)


def _starts_exponentially(trial: Trial) -> None:
    for d in sizes(trial.rng, 2, 7, 2):
        # A wrong error, 1 − s say, is left to the next part: it shows in the fifth digit here.
        s = 10 ** trial.rng.uniform(-6, -5, size=d)
        _compare(trial, s, _gamma(trial.rng, d), "ds/dt of a small s", rtol=1e-4)
    # A mode without a start stays, and so does one with γ = 0: who divides by either gets 0/0.
    d = int(trial.rng.integers(3, 7))
    s, gamma = 10 ** trial.rng.uniform(-6, -5, size=d), _gamma(trial.rng, d)
    one, other = trial.rng.permutation(d)[:2]
    s[one], gamma[other] = 0, 0
    _compare(trial, s, gamma, "ds/dt where s or γ is 0", rtol=1e-4)


def _stops_where_the_loss_does(trial: Trial) -> None:
    # Of the last draw every γ is below 1e-9: none has a floor.
    for d, power in zip(sizes(trial.rng, 2, 7, 3), (0, 0, trial.rng.uniform(-11, -9)), strict=True):
        gamma = 10**power * _gamma(trial.rng, d)
        # Below the end of a mode, at s = γ^(-1/2), and above it.
        s = trial.rng.uniform(0.3, 1.5, size=d) / np.sqrt(np.abs(gamma))
        tiny = 1e-9 * s
        right = same_values(trial.call(tiny, gamma), _minus_slopes(tiny, gamma, trial.rng))
        fact = "The rate of a small s is right, and that of a larger one not." if right else ""
        _compare(trial, s, gamma, "ds/dt", fact)


def _by_the_root_of_the_eigenvalue(s: np.ndarray, gamma: np.ndarray) -> np.ndarray:
    """dλ/dt over 2γs, with γs from the root of its square: no number at 0."""
    lam = gamma * s**2
    with np.errstate(invalid="ignore"):
        return 8 * gamma * lam * (1 - lam) / (2 * np.sqrt(gamma * lam))


DS_DT = Exercise(
    id="2.3",
    title="One equation for each mode",
    own=own.ds_dt,
    right="Right. Mode j knows its own γ_j alone. With γ_j > 0 it grows at rate 4γ_j while it is "
    "small, and stops at s = γ_j^(-1/2). With γ_j < 0 it shrinks.",
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
            lambda s, gamma: 4 * gamma * s * (1 - np.sum(gamma * s**2)),
            "You add up γs² over the modes. C is diagonal in the basis U: each mode has its own "
            "error, 1 − γs².",
        ),
        Misconception(
            lambda s, gamma: 4 * gamma * s * (1 - gamma * s**3),
            "The error has s³ in it. C = WΓWᵀ contains W twice, so its eigenvalue is γs².",
        ),
        Misconception(
            lambda s, gamma: 4 * gamma**2 * s * (1 - gamma * s**2),
            "One γ too many: the gradient ends in one Γ, outside the error.",
        ),
        Misconception(
            lambda s, gamma: -4 * gamma * s * (1 - gamma * s**2),
            "Gradient flow goes down the loss: dW/dt is minus the gradient, and a small s with "
            "γ > 0 grows.",
        ),
        Misconception(
            lambda s, gamma: 4 * np.maximum(gamma, 0) * s * (1 - np.maximum(gamma, 0) * s**2),
            "You set γ < 0 to zero. Such a mode does not stand still: its ds/dt is negative.",
        ),
        Misconception(
            lambda s, gamma: 4 * s * (1 - gamma * s**2),
            "The Γ outside the bracket is missing: the gradient ends in WΓ, which is γs for "
            "mode j. Without it all modes would grow at one rate, and only the logarithm of λ(0) "
            "would tell their steps apart.",
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
            "This is the start alone, before the error 1 − γs² shrinks. With γ > 0 yours never "
            "stops growing.",
        ),
        *(
            Misconception(
                like,
                "Outside the bracket yours has the absolute value of γ. A mode with γ < 0 shrinks.",
            )
            for like in (
                lambda s, gamma: 4 * np.abs(gamma) * s * (1 - gamma * s**2),
                _by_the_root_of_the_eigenvalue,
            )
        ),
        Misconception(
            lambda s, gamma: 4 * np.abs(gamma) * s * (1 - np.abs(gamma) * s**2),
            "You took the absolute value of γ. A mode with γ < 0 shrinks.",
        ),
    ),
)
