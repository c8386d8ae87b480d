"""2.2: the gradient, against difference quotients of the loss."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..engine import Exercise, Misconception, Part, Trial
from ..values import low_precision
from . import own
from .truth import difference_quotients, with_eigenvalues


def _weights_and_moment(rng: np.random.Generator, square: bool) -> tuple[np.ndarray, np.ndarray]:
    m = 4
    d = m if square else int(rng.integers(2, 4))
    Gamma, _ = with_eigenvalues(rng, rng.uniform(-0.3, 1.0, size=m))
    return rng.normal(size=(d, m)), Gamma


def _points_uphill(trial: Trial) -> None:
    W, Gamma = _weights_and_moment(trial.rng, square=False)
    result = trial.call(W, Gamma)
    got = trial.array(result, shape=W.shape, what="The gradient")
    want = difference_quotients(W, Gamma)
    _refuse_approximation(trial, result, got, want)
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
        f"At lam = 1 your matrix and the slopes of the loss point in directions {angle:.3g}° "
        "apart.",
    )


def _refuse_approximation(trial: Trial, result: object, got: np.ndarray, want: np.ndarray) -> None:
    """A formula in double precision agrees to about 1e-14, a difference quotient does not."""
    error = np.linalg.norm(got - want) / np.linalg.norm(want)
    if 1e-11 < error < 1e-2 and not low_precision(result):
        trial.fail(
            f"Yours is an approximation of the gradient, with an error of {error:.0e}, as "
            "difference quotients give it. Wanted is the formula: derive it, and use the "
            "quotients to test it.",
            named=True,
        )


def _has_the_size(trial: Trial) -> None:
    for square in (False, True):
        W, Gamma = _weights_and_moment(trial.rng, square)
        got = trial.array(trial.call(W, Gamma), shape=W.shape, what="The gradient")
        why = "the slope of ‖WΓWᵀ − I‖²"
        trial.close(got, difference_quotients(W, Gamma), "∂L/∂W", rtol=1e-6, why=why)


def _weighs_the_entries(trial: Trial) -> None:
    for lam in (trial.rng.uniform(0.01, 0.5), trial.rng.uniform(2, 4), 0.0):
        W, Gamma = _weights_and_moment(trial.rng, square=False)
        got = trial.array(trial.call(W, Gamma, lam=lam), shape=W.shape, what="The gradient")
        why = f"the slope of the loss with lam = {lam:.3g}"
        trial.close(got, difference_quotients(W, Gamma, lam), "∂L/∂W", rtol=1e-6, why=why)


def _with_error(
    error: Callable[[np.ndarray, np.ndarray, float], np.ndarray], factor: float = 4
) -> Callable[..., np.ndarray]:
    """factor · E W Γ with another E. `error` is a function of C, the mask of its diagonal, lam."""

    def like(W: np.ndarray, Gamma: np.ndarray, lam: float = 1.0) -> np.ndarray:
        C = W @ Gamma @ W.T
        return factor * error(C, np.eye(len(W), dtype=bool), lam) @ W @ Gamma

    return like


def _error(C: np.ndarray, diagonal: np.ndarray, lam: float) -> np.ndarray:
    return np.where(diagonal, C - 1, lam * C)


def _of_the_norm(W: np.ndarray, Gamma: np.ndarray, lam: float = 1.0) -> np.ndarray:
    C = W @ Gamma @ W.T
    root = np.sqrt(np.sum(np.where(np.eye(len(W)), (C - 1) ** 2, lam * C**2)))
    return _with_error(_error, 2)(W, Gamma, lam) / root


def _without_last_moment(W: np.ndarray, Gamma: np.ndarray, lam: float = 1.0) -> np.ndarray:
    C = W @ Gamma @ W.T
    return 4 * _error(C, np.eye(len(W), dtype=bool), lam) @ W


def _without_moment_inside(W: np.ndarray, Gamma: np.ndarray, lam: float = 1.0) -> np.ndarray:
    return 4 * _error(W @ W.T, np.eye(len(W), dtype=bool), lam) @ W @ Gamma


GRADIENT = Exercise(
    id="2.2",
    title="The gradient, with every factor",
    own=own.gradient,
    right="Right. One factor 2 comes from the square, the other from W standing twice in WΓWᵀ. "
    "The weight multiplies the error entry by entry.",
    hint="The call is gradient(W, Gamma, lam=1.0): W has shape (d, m), Gamma (m, m), lam is one "
    "number, and the gradient has shape (d, m).",
    parts=(
        Part("direction at lam = 1", 1, _points_uphill),
        Part("size at lam = 1", 1, _has_the_size),
        Part("any weight", 1, _weighs_the_entries),
    ),
    misconceptions=(
        Misconception(
            _with_error(_error, 2),
            "A factor 2 is missing. The square gives one; W stands twice in WΓWᵀ, once on each "
            "side, and that gives the other.",
        ),
        Misconception(
            _with_error(_error, 1),
            "Both factors of 2 are missing: one from the square, one from the two places of W.",
        ),
        Misconception(
            _with_error(_error, 8),
            "Twice too large. The two terms of dC have the same trace against C − I: count them "
            "once each, and the square's 2 once.",
        ),
        Misconception(
            lambda W, Gamma, lam=1.0: _with_error(_error, 4 / len(W) ** 2)(W, Gamma, lam),
            "You average over the d² entries of C − I. The loss adds them.",
        ),
        Misconception(
            _of_the_norm,
            "This is the gradient of the norm ‖C − I‖. The loss is the norm squared: no root.",
        ),
        Misconception(
            _without_last_moment,
            "The last Γ is missing. dC = dW Γ Wᵀ + W Γ dWᵀ: what multiplies dW has a Γ in it.",
        ),
        Misconception(
            _without_moment_inside,
            "Your error is WWᵀ − I. C = WΓWᵀ has Γ in the middle.",
        ),
        Misconception(
            _with_error(lambda C, diagonal, lam: np.where(diagonal, C, lam * C)),
            "This is the gradient of ‖C‖², without the target: the error is C − I.",
        ),
        Misconception(
            _with_error(lambda C, diagonal, lam: np.where(diagonal, C - 1, lam * (C - 1))),
            "You subtract 1 from every entry of C. I has ones on its diagonal only: np.eye(d).",
        ),
        Misconception(
            _with_error(lambda C, diagonal, lam: np.where(diagonal, C + 1, lam * C)),
            "The error is C − I; you have C + I.",
        ),
        Misconception(
            _with_error(lambda C, diagonal, lam: C - diagonal),
            "Yours does not depend on lam. It weighs the entries of C off the diagonal.",
        ),
        Misconception(
            _with_error(lambda C, diagonal, lam: lam * (C - diagonal)),
            "You multiply the whole error by lam. Its diagonal has weight 1: only the entries off "
            "the diagonal are weighed.",
        ),
        Misconception(
            _with_error(lambda C, diagonal, lam: np.where(diagonal, lam * (C - 1), C)),
            "Your weight stands on the diagonal. It belongs to the entries off the diagonal.",
        ),
        Misconception(
            _with_error(lambda C, diagonal, lam: np.where(diagonal, C - 1, lam**2 * C)),
            "Your weight is squared with the entry: lam·C_ij² is not (lam·C_ij)².",
        ),
        Misconception(
            _with_error(lambda C, diagonal, lam: np.where(diagonal, C - 1, np.sqrt(lam) * C)),
            "You have the root of the weight. The slope of lam·C_ij² is 2·lam·C_ij.",
        ),
    ),
)
