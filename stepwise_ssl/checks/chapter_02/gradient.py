"""2.2: the gradient, against slopes of the loss."""

from __future__ import annotations

import functools
from collections.abc import Callable

import numpy as np

from ..draws import sizes
from ..engine import Exercise, Misconception, Part, Trial
from ..quotients import by_a_step
from ..values import same_values
from . import own
from .truth import loss_of, slopes_of_the_loss, with_eigenvalues

AS_A_WHOLE = 2e-6  # of ‖∂L/∂W‖; single precision, where digits of C − I cancel, keeps 1e-6
TINY = 1e-9


def _problem(rng: np.random.Generator, d: int, m: int) -> tuple[np.ndarray, np.ndarray]:
    gamma = rng.uniform(0.3, 1.0, size=m)
    gamma[: m // 2] *= -0.5
    return rng.normal(size=(d, m)), with_eigenvalues(rng, gamma)[0]


def _compare(
    trial: Trial, W: np.ndarray, Gamma: np.ndarray, tiny: bool = False, **lam: float
) -> None:
    elsewhere = ""
    if lam:
        at_one, truth = trial.call(W, Gamma), slopes_of_the_loss(W, Gamma)
        if same_values(at_one, truth, AS_A_WHOLE):
            elsewhere = f"At lam = 1 yours is right, and at lam = {lam['lam']:.3g} it is not."
    got = trial.array(trial.call(W, Gamma, **lam), shape=W.shape, what="The gradient")
    want = slopes_of_the_loss(W, Gamma, **lam)
    if np.linalg.norm(got - want) <= AS_A_WHOLE * np.linalg.norm(want):
        trial.require(True, "")
        return
    loss = f"of the loss with lam = {lam['lam']:.3g}" if lam else "of ‖WΓWᵀ − I‖²"
    at = ""
    if tiny:
        at = " at a W of size 1e-9"
        elsewhere = (
            "Yours is right at a W of the usual size, and not at a tiny one. A formula is right "
            "at both."
        )
    why = f"the slope {loss}"
    stepped = by_a_step(lambda w: loss_of(w, Gamma, **lam), W, got, want)
    trial.close(got, want, f"∂L/∂W{at}", rtol=1e-6, why=why, otherwise=stepped or elsewhere)


def _points_uphill(trial: Trial) -> None:
    few, m, many = sorted(sizes(trial.rng, 2, 7, 3))
    for d in (few, many):
        W, Gamma = _problem(trial.rng, d, m)
        got = trial.array(trial.call(W, Gamma), shape=W.shape, what="The gradient")
        want = slopes_of_the_loss(W, Gamma)
        cosine = np.sum(got * want) / max(np.linalg.norm(got) * np.linalg.norm(want), 1e-300)
        if cosine > 1 - 1e-8:
            trial.require(True, "")
            continue
        angle = np.degrees(np.arccos(np.clip(cosine, -1, 1)))
        turned = by_a_step(functools.partial(loss_of, Gamma=Gamma), W, got, want) or (
            f"Your matrix points {angle:.3g}° away from the gradient."
        )
        why = "the slope of ‖WΓWᵀ − I‖²"
        trial.close(got, want, "∂L/∂W", rtol=1e-6, why=why, otherwise=turned)


def _has_the_size(trial: Trial) -> None:
    few, m, many = sorted(sizes(trial.rng, 2, 7, 3))
    for d in (few, m, many):
        _compare(trial, *_problem(trial.rng, d, m))
    # A formula is right at a tiny W too. Two losses differ there by less than they are rounded.
    W, Gamma = _problem(trial.rng, few, many)
    _compare(trial, TINY * W, Gamma, tiny=True)


def _weighs_the_entries(trial: Trial) -> None:
    few, m, many = sorted(sizes(trial.rng, 2, 7, 3))
    for d, lam in (
        (few, trial.rng.uniform(0.01, 0.5)),
        (many, trial.rng.uniform(2, 4)),
        (few, 0.0),
    ):
        _compare(trial, *_problem(trial.rng, d, m), lam=lam)


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


def _of_moment(change: Callable[[np.ndarray], np.ndarray]) -> Callable[..., np.ndarray]:
    """The gradient of a Γ whose eigenvalues are changed."""

    def like(W: np.ndarray, Gamma: np.ndarray, lam: float = 1.0) -> np.ndarray:
        gamma, modes = np.linalg.eigh(Gamma)
        return _with_error(_error)(W, modes * change(gamma) @ modes.T, lam)

    return like


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
            "Twice as large as it should be. The two terms of dC have the same trace against C "
            "− I: count them "
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
            _with_error(lambda C, diagonal, lam: np.where(diagonal, C - 1, 2 * lam * C)),
            "Off the diagonal you have 2·lam. The entries C_ij and C_ji both stand in the loss, "
            "and E has both: each has the weight lam.",
        ),
        Misconception(
            _with_error(lambda C, diagonal, lam: np.where(diagonal, C - 1, lam * C / 2)),
            "Off the diagonal you have lam/2. The entries C_ij and C_ji both stand in the loss, "
            "and E has both: each has the weight lam.",
        ),
        *(
            Misconception(
                _with_error(lambda C, diagonal, lam, side=side: side(_error(C, diagonal, lam))),
                f"Your E is 0 {where} the diagonal. The entries C_ij and C_ji both stand in the "
                "loss, and E has both.",
            )
            for side, where in ((np.triu, "below"), (np.tril, "above"))
        ),
        Misconception(
            _of_moment(lambda gamma: np.maximum(gamma, 0)),
            "Your Γ lacks its eigenvalues below 0. It is symmetric and no covariance: it may have "
            "such, and no real root. The formula needs none.",
        ),
        Misconception(
            _of_moment(np.abs),
            "Your Γ has the absolute values of its eigenvalues, which are its singular values. "
            "Some are below 0: it is no covariance. The formula needs no decomposition.",
        ),
        Misconception(
            _with_error(lambda C, diagonal, lam: np.where(diagonal, C - 1, 0)),
            "This is the gradient of the diagonal terms alone. The entries off the diagonal stand "
            "in the loss too.",
        ),
        Misconception(
            _with_error(
                lambda C, diagonal, lam: np.where(
                    np.triu(np.ones(C.shape), 1) > 0, lam * C, C - diagonal
                )
            ),
            "You weigh the entries above the diagonal only. Those below it have the weight too.",
        ),
        Misconception(
            _with_error(lambda C, diagonal, lam: lam * (C - diagonal)),
            "You multiply the whole error by lam. Its diagonal has weight 1: only the entries off "
            "the diagonal are weighed.",
        ),
        Misconception(
            _with_error(lambda C, diagonal, lam: lam * C - diagonal),
            "Your weight multiplies the diagonal of C too, before I is taken away. In the loss "
            "stands (C_ii − 1)², without the weight.",
        ),
        Misconception(
            _with_error(
                lambda C, diagonal, lam: np.diag(np.where(diagonal, C - 1, lam * C).sum(axis=1))
            ),
            "In your sum over j, row i has E_ij times row i of WΓ. With E_ij goes row j.",
        ),
        Misconception(
            lambda W, Gamma, lam=1.0: -4 * W @ Gamma,
            "This is the gradient where W is tiny and C nearly 0. Elsewhere the error is not −I.",
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
