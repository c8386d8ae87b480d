"""2.2: the gradient, against difference quotients of the loss."""

from __future__ import annotations

import numpy as np

from ..engine import Exercise, Misconception, Part, Trial
from . import own
from .truth import difference_quotients, with_eigenvalues


def _weights_and_moment(rng: np.random.Generator, square: bool) -> tuple[np.ndarray, np.ndarray]:
    m = 4
    d = m if square else int(rng.integers(2, 4))
    Gamma, _ = with_eigenvalues(rng, rng.uniform(-0.3, 1.0, size=m))
    return rng.normal(size=(d, m)), Gamma


def _points_uphill(trial: Trial) -> None:
    W, Gamma = _weights_and_moment(trial.rng, square=False)
    got = trial.array(trial.call(W, Gamma), shape=W.shape, what="The gradient")
    want = difference_quotients(W, Gamma)
    cosine = np.sum(got * want) / max(np.linalg.norm(got) * np.linalg.norm(want), 1e-300)
    if cosine < -1 + 1e-8:
        trial.fail(
            "This is minus the gradient. It is the right-hand side of gradient flow, dW/dt; the "
            "gradient itself points to where the loss grows.",
            named=True,
        )
    angle = np.degrees(np.arccos(np.clip(cosine, -1, 1)))
    trial.require(
        cosine > 1 - 1e-8,
        f"Your matrix and the difference quotients of the loss point in directions {angle:.3g}° "
        "apart.",
    )


def _equals_the_difference_quotients(trial: Trial) -> None:
    for square in (False, True):
        W, Gamma = _weights_and_moment(trial.rng, square)
        got = trial.array(trial.call(W, Gamma), shape=W.shape, what="The gradient")
        why = "difference quotients of ‖WΓWᵀ − I‖²"
        trial.close(got, difference_quotients(W, Gamma), "∂L/∂W", rtol=1e-6, why=why)


def _error(W: np.ndarray, Gamma: np.ndarray) -> np.ndarray:
    return W @ Gamma @ W.T - np.eye(len(W))


GRADIENT = Exercise(
    id="2.2",
    title="The gradient, with every factor",
    own=own.gradient,
    right="Right. One factor 2 comes from the square, the other from W standing twice in WΓWᵀ.",
    hint="W has shape (d, m), Gamma (m, m), and so the gradient has shape (d, m).",
    parts=(
        Part("direction", 1, _points_uphill),
        Part("size", 1, _equals_the_difference_quotients),
    ),
    misconceptions=(
        Misconception(
            lambda W, Gamma: 2 * _error(W, Gamma) @ W @ Gamma,
            "A factor 2 is missing. The square gives one; W stands twice in WΓWᵀ, once on each "
            "side, and that gives the other.",
        ),
        Misconception(
            lambda W, Gamma: _error(W, Gamma) @ W @ Gamma,
            "Both factors of 2 are missing: one from the square, one from the two places of W.",
        ),
        Misconception(
            lambda W, Gamma: 8 * _error(W, Gamma) @ W @ Gamma,
            "Twice too large. The two terms of dC have the same trace against C − I: count them "
            "once each, and the square's 2 once.",
        ),
        Misconception(
            lambda W, Gamma: -4 * _error(W, Gamma) @ W @ Gamma,
            "This is minus the gradient: the right-hand side of gradient flow, dW/dt.",
        ),
        Misconception(
            lambda W, Gamma: 4 * _error(W, Gamma) @ W,
            "The last Γ is missing. dC = dW Γ Wᵀ + W Γ dWᵀ: what multiplies dW has a Γ in it.",
        ),
        Misconception(
            lambda W, Gamma: 4 * W @ Gamma @ W.T @ W @ Gamma,
            "This is the gradient of ‖C‖², without the target: the error is C − I.",
        ),
        Misconception(
            lambda W, Gamma: 4 * (W @ Gamma @ W.T + np.eye(len(W))) @ W @ Gamma,
            "The error is C − I; you have C + I.",
        ),
        Misconception(
            lambda W, Gamma: 4 * _error(W, Gamma) @ W @ Gamma / len(W) ** 2,
            "You average over the d² entries of C − I. The loss adds them: ‖·‖² is a sum.",
        ),
        Misconception(
            lambda W, Gamma: 4 * (W @ W.T - np.eye(len(W))) @ W @ Gamma,
            "Your error is WWᵀ − I. C = WΓWᵀ has Γ in the middle.",
        ),
    ),
)
