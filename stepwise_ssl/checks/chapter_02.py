"""Checks of chapter 2, "The linear model, solved".

Every truth is found without the formula that the exercise asks for: loops over pairs, difference
quotients of the loss, the differential equation integrated numerically, quadrature, limits.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.integrate import quad, solve_ivp

from stepwise_ssl import linear

from .engine import Exercise, Misconception, Part, Trial


def gradient(W: np.ndarray, Gamma: np.ndarray) -> np.ndarray:
    """Gradient of ‖WΓWᵀ − I‖² with respect to W, shape (d, m)."""
    return 4 * (W @ Gamma @ W.T - np.eye(len(W))) @ W @ Gamma


def ds_dt(s: np.ndarray, gamma: np.ndarray) -> np.ndarray:
    """Gradient flow of aligned singular values s (d,) with eigenvalues gamma (d,) of Γ."""
    return 4 * gamma * s * (1 - gamma * s**2)


def descend(
    gradient: Callable, Gamma: np.ndarray, W0: np.ndarray, lr: float, steps: int
) -> np.ndarray:
    """Eigenvalues (steps + 1, d), descending, of WΓWᵀ along gradient descent from W0."""
    W, rows = W0, []
    for _ in range(steps + 1):
        rows.append(np.linalg.eigvalsh(W @ Gamma @ W.T)[::-1])
        W = W - lr * gradient(W, Gamma)
    return np.array(rows)


# Tools of the truth


def _rotation(rng: np.random.Generator, size: int) -> np.ndarray:
    return np.linalg.qr(rng.normal(size=(size, size)))[0]


def _with_eigenvalues(rng: np.random.Generator, gamma: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A symmetric matrix with these eigenvalues, and its eigenvectors as columns."""
    V = _rotation(rng, len(gamma))
    Gamma = V * gamma @ V.T
    return (Gamma + Gamma.T) / 2, V


def _loss(W: np.ndarray, Gamma: np.ndarray) -> float:
    return float(np.sum((W @ Gamma @ W.T - np.eye(len(W))) ** 2))


def _slope(along: Callable[[float], float]) -> float:
    """Derivative at 0 from five values; exact for the loss, which is of degree four in W."""
    h = 0.5
    return (along(-2 * h) - 8 * along(-h) + 8 * along(h) - along(2 * h)) / (12 * h)


def _difference_quotients(W: np.ndarray, Gamma: np.ndarray) -> np.ndarray:
    slopes = np.empty(W.shape)
    for index in np.ndindex(W.shape):
        E = np.zeros(W.shape)
        E[index] = 1
        slopes[index] = _slope(lambda h, E=E: _loss(W + h * E, Gamma))
    return slopes


def _integrate(t: np.ndarray, gamma: np.ndarray, s0: np.ndarray) -> np.ndarray:
    """s_j(t), shape (T, d), by an adaptive solver."""
    flow = solve_ivp(
        lambda _, s: 4 * gamma * s * (1 - gamma * s**2), (0, t[-1]), s0,
        t_eval=t, method="DOP853", rtol=1e-11, atol=1e-14,
    )  # fmt: skip
    return flow.y.T


# 2.1


def _views(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    n, m = int(rng.integers(5, 9)), 3
    x1 = rng.normal(size=(n, m))
    return x1, 0.7 * x1 + rng.normal(size=(n, m))


def _averages_products(trial: Trial) -> None:
    x1, x2 = _views(trial.rng)
    x1, x2 = x1 - x1.mean(axis=0), x2 - x2.mean(axis=0)
    Gamma = trial.array(trial.call(x1, x2), shape=(3, 3), what="Γ")
    for _ in range(4):
        v = trial.rng.normal(size=3)
        want = np.mean([(v @ a) * (v @ b) for a, b in zip(x1, x2, strict=True)])
        why = "the average over the pairs of (v·x)(v·x')"
        trial.close(v @ Gamma @ v, want, f"vᵀΓv for v = {v.round(2).tolist()}", why=why)


def _is_symmetric_and_keeps_the_mean(trial: Trial) -> None:
    x1, x2 = _views(trial.rng)
    x1, x2 = x1 + trial.rng.normal(size=3), x2 + trial.rng.normal(size=3)
    Gamma = trial.array(trial.call(x1, x2), shape=(3, 3), what="Γ")
    if not np.allclose(Gamma, Gamma.T, atol=1e-5 * np.abs(Gamma).max()):
        trial.fail(
            f"Your Γ is not symmetric: Γ[0, 1] = {Gamma[0, 1]:.4g} and Γ[1, 0] = {Gamma[1, 0]:.4g}."
            " Neither view comes first: average x x'ᵀ with x' xᵀ.",
            named=True,
        )
    pairs = list(zip(x1, x2, strict=True))
    want = np.mean([(np.outer(a, b) + np.outer(b, a)) / 2 for a, b in pairs], axis=0)
    trial.close(Gamma, want, "Γ", why="a loop over the pairs")


def _sum_of_products(x1: np.ndarray, x2: np.ndarray) -> np.ndarray:
    return x1.T @ x2 + x2.T @ x1


def _centred_moment(x1: np.ndarray, x2: np.ndarray, mean1: np.ndarray, mean2: np.ndarray):
    return _sum_of_products(x1 - mean1, x2 - mean2) / (2 * len(x1))


_CENTRING = (
    "You subtract a mean inside the function. cross_moment takes the views as they are: centring "
    "is a decision about the data, and the cells below need Γ with and without it."
)

CROSS_MOMENT = Exercise(
    id="2.1",
    title="All that the loss sees of the data",
    own=linear.cross_moment,
    right="Right. vᵀΓv is the average of (v·x)(v·x'): how much of direction v both views share.",
    hint="x1 and x2 have one row per picture, shape (n, m), and the result has shape (m, m).",
    parts=(
        Part("the average of products", 1, _averages_products),
        Part("symmetric, no centring", 1, _is_symmetric_and_keeps_the_mean),
    ),
    misconceptions=(
        Misconception(
            lambda x1, x2: x1.T @ x2 / len(x1),
            "You average x x'ᵀ alone. Neither view comes first: average it with its transpose, "
            "x' xᵀ.",
        ),
        Misconception(
            lambda x1, x2: _sum_of_products(x1, x2) / len(x1),
            "Your Γ is twice too large: there are 2n products x x'ᵀ and x' xᵀ, and you divide "
            "their sum by n.",
        ),
        Misconception(
            lambda x1, x2: _sum_of_products(x1, x2) / 2,
            "You add over the pairs where Γ averages over them: divide by n as well.",
        ),
        Misconception(_sum_of_products, "Γ is an average over 2n products; yours is their sum."),
        Misconception(
            lambda x1, x2: _sum_of_products(x1, x2) / (2 * (len(x1) - 1)),
            "You divide by n − 1. Γ is the plain average over the n pairs: no mean has been "
            "estimated, so no degree of freedom is lost.",
        ),
        Misconception(
            lambda x1, x2: (x1.T @ x1 + x2.T @ x2) / (2 * len(x1)),
            "This is Σ, the moment of each view with itself. Γ multiplies one view with the "
            "other: x with x'.",
        ),
        Misconception(
            lambda x1, x2: _centred_moment(x1, x2, x1.mean(axis=0), x2.mean(axis=0)), _CENTRING
        ),
        Misconception(
            lambda x1, x2: _centred_moment(x1, x2, (x1 + x2).mean(axis=0) / 2,
                                           (x1 + x2).mean(axis=0) / 2),
            _CENTRING,
        ),
        Misconception(
            lambda x1, x2: (x1 @ x2.T + x2 @ x1.T) / (2 * len(x1)),
            "Your products run over the pixels and compare pictures with pictures, shape (n, n). "
            "Γ compares pixels with pixels, shape (m, m): the sum runs over the rows.",
        ),
    ),
)  # fmt: skip


# 2.2


def _weights_and_moment(rng: np.random.Generator, square: bool) -> tuple[np.ndarray, np.ndarray]:
    m = 4
    d = m if square else int(rng.integers(2, 4))
    Gamma, _ = _with_eigenvalues(rng, rng.uniform(-0.3, 1.0, size=m))
    return rng.normal(size=(d, m)), Gamma


def _points_uphill(trial: Trial) -> None:
    W, Gamma = _weights_and_moment(trial.rng, square=False)
    got = trial.array(trial.call(W, Gamma), shape=W.shape, what="The gradient")
    want = _difference_quotients(W, Gamma)
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
        trial.close(got, _difference_quotients(W, Gamma), "∂L/∂W", rtol=1e-6, why=why)


def _error(W: np.ndarray, Gamma: np.ndarray) -> np.ndarray:
    return W @ Gamma @ W.T - np.eye(len(W))


GRADIENT = Exercise(
    id="2.2",
    title="The gradient, with every factor",
    own=gradient,
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


# 2.3


def _minus_slopes(s: np.ndarray, gamma: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """−∂L/∂W along u_j v_jᵀ at W = U diag(s) Vᵀ, by difference quotients of the full loss."""
    Gamma, V = _with_eigenvalues(rng, gamma)
    U = _rotation(rng, len(gamma))
    W = U * s @ V.T
    return np.array([
        -_slope(lambda h, j=j: _loss(W + h * np.outer(U[:, j], V[:, j]), Gamma))
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
    trial.close(got, want, "ds/dt", rtol=1e-6,
                why=f"minus the slope of the loss, γ = {gamma.round(3).tolist()}")  # fmt: skip
    s = 1 / np.sqrt(gamma[:3])
    got = trial.array(trial.call(s, gamma[:3]), shape=(3,), what="ds/dt")
    trial.require(
        np.abs(got).max() < 1e-5,
        f"At s = γ^(-1/2), where the loss is at its minimum, your ds/dt is {got[0]:.3g}.",
    )


DS_DT = Exercise(
    id="2.3",
    title="One equation for each mode",
    own=ds_dt,
    right="Right. Mode j knows its own γ_j alone, grows at rate 4γ_j, and stops at s = γ_j^(-1/2).",
    hint="s and gamma both have shape (d,), and so has the result: no sum over modes.",
    parts=(
        Part("the rate of a small s", 1, _starts_exponentially),
        Part("the whole right-hand side", 2, _stops_where_the_loss_does),
    ),
    misconceptions=(
        Misconception(
            lambda s, gamma: 2 * gamma * s * (1 - gamma * s**2),
            "Half too slow: the gradient of ‖C − I‖² carries a 4, one 2 from the square and one "
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


# 2.4


def _solves_the_equation(trial: Trial) -> None:
    gamma = trial.rng.uniform(0.1, 0.6, size=4)
    start = np.append(10 ** trial.rng.uniform(-4, -1, size=3), trial.rng.uniform(1.3, 2.5))
    s0 = np.sqrt(start / gamma)
    t = np.append(0.0, np.sort(trial.rng.uniform(0.5, 30, size=6)))
    got = trial.array(trial.call(t, gamma, s0), shape=(7, 4), what="s(t)")
    trial.close(got, _integrate(t, gamma, s0), "s(t)", rtol=1e-6,
                why="ds/dt = 4γs(1 − γs²), integrated numerically")  # fmt: skip


def _shrinks_where_gamma_is_negative(trial: Trial) -> None:
    gamma = np.append(-trial.rng.uniform(0.05, 0.5, size=2), [trial.rng.uniform(0.1, 0.5), 0.0])
    s0 = trial.rng.uniform(0.2, 2, size=4)
    t = np.append(0.0, np.sort(trial.rng.uniform(0.1, 3, size=4)))
    got = trial.array(trial.call(t, gamma, s0), shape=(5, 4), what="s(t)")
    trial.close(got, _integrate(t, gamma, s0), "s(t)", rtol=1e-6,
                why=f"the equation integrated with γ = {gamma.round(3).tolist()}")  # fmt: skip


def _settles(trial: Trial) -> None:
    gamma = np.append(trial.rng.uniform(0.1, 0.6, size=2), -trial.rng.uniform(0.1, 0.6))
    s0 = trial.rng.uniform(0.001, 0.5, size=3)
    t = np.array([0.0, 1e3, 1e6])
    got = trial.array(trial.call(t, gamma, s0), shape=(3, 3), what="s(t) at t = 0, 1000, 1e6")
    end = np.array([*gamma[:2] ** -0.5, 0.0])
    trial.close(got, np.array([s0, end, end]), "s(t) at t = 0, 1000, 1e6", rtol=1e-6,
                why="γ^(-1/2) for γ > 0, zero for γ < 0")  # fmt: skip


def _closed_form(t: np.ndarray, gamma: np.ndarray, s0: np.ndarray, fast: float = 1) -> np.ndarray:
    lam0 = gamma * s0**2
    return s0 / np.sqrt(lam0 + (1 - lam0) * np.exp(-8 * fast * gamma * t[:, None]))


def _as_printed(t: np.ndarray, gamma: np.ndarray, s0: np.ndarray) -> np.ndarray:
    t = t[:, None]
    return np.exp(4 * gamma * t) / np.sqrt(s0**-2 + (np.exp(8 * gamma * t) - 1) * gamma)


def _saturates_at_one(t: np.ndarray, gamma: np.ndarray, s0: np.ndarray) -> np.ndarray:
    return s0 / np.sqrt(s0**2 + (1 - s0**2) * np.exp(-8 * gamma * t[:, None]))


SINGULAR_VALUES = Exercise(
    id="2.4",
    title="Solve the equation of one mode",
    own=linear.singular_values,
    right="Right. The exponent is 8γ and not 4γ because the logistic quantity is λ = γs², not s.",
    hint="t has shape (T,), gamma and s0 have shape (d,): t[:, None] lets them meet as (T, d).",
    parts=(
        Part("growing modes", 2, _solves_the_equation),
        Part("modes with γ ≤ 0", 1, _shrinks_where_gamma_is_negative),
        Part("late times", 1, _settles),
    ),
    misconceptions=(
        Misconception(
            lambda t, gamma, s0: _closed_form(t, gamma, s0, fast=0.5),
            "Your clock runs at half speed: e^(4γt) where the logistic equation "
            "dλ/dt = 8γλ(1 − λ) gives e^(8γt).",
        ),
        Misconception(
            lambda t, gamma, s0: _closed_form(t, gamma, s0, fast=2),
            "Your clock runs at double speed: s grows as e^(4γt), λ as e^(8γt), and no e^(16γt) "
            "appears.",
        ),
        Misconception(
            lambda t, gamma, s0: gamma * _closed_form(t, gamma, s0) ** 2,
            "This is the eigenvalue λ = γs². Wanted is the singular value s = √(λ/γ).",
        ),
        Misconception(
            _saturates_at_one,
            "Yours saturates at 1. What saturates at 1 is λ = γs²; s ends at γ^(-1/2). "
            "λ(0) is γ s(0)², with the γ.",
        ),
        Misconception(
            lambda t, gamma, s0: s0 * np.exp(4 * gamma * t[:, None]),
            "This is the start alone: exponential growth that never saturates. The error 1 − λ "
            "shrinks as the mode is learned.",
        ),
        Misconception(
            lambda t, gamma, s0: _closed_form(t, gamma, s0) ** 2 / s0,
            "The square root is missing: λ is a fraction of exponentials, s is the root of λ/γ.",
        ),
        Misconception(
            _as_printed,
            "The formula is right, but at late times e^(8γt) overflows to infinity and ∞/∞ is not "
            "a number. Divide numerator and denominator by e^(8γt) inside the root.",
        ),
        Misconception(
            lambda t, gamma, s0: np.sqrt(gamma * _closed_form(t, gamma, s0) ** 2 / gamma),
            "At γ = 0 you compute λ/γ = 0/0. Such a mode does not move: write s with s(0) in "
            "front, and no division by γ is left.",
        ),
        Misconception(
            lambda t, gamma, s0: _closed_form(t, np.abs(gamma), s0),
            "You took the absolute value of γ: modes with γ < 0 shrink, yours grow.",
        ),
        Misconception(
            lambda t, gamma, s0: np.where(gamma > 0, _closed_form(t, gamma, s0), 0),
            "You set modes with γ ≤ 0 to zero from the start. They begin at s(0) and decay by the "
            "same equation; at γ = 0 they stay.",
        ),
        Misconception(
            lambda t, gamma, s0: np.where(gamma > 0, _closed_form(t, gamma, s0), s0),
            "You leave modes with γ < 0 where they began. Put γ < 0 into ds/dt: it is negative.",
        ),
    ),
)  # fmt: skip


# 2.5


def _is_halfway(trial: Trial) -> None:
    gamma = trial.rng.uniform(0.05, 0.6, size=4)
    start = 10 ** trial.rng.uniform(-2.5, -0.4, size=4)
    s0 = np.sqrt(start / gamma)
    got = trial.array(trial.call(gamma, s0), shape=(4,), what="Your step time", allow_inf=True)
    want = [
        quad(lambda u, g=g: 1 / (4 * g * (1 - g * np.exp(2 * u))), np.log(s), -np.log(2 * g) / 2)[0]
        for g, s in zip(gamma, s0, strict=True)
    ]
    trial.close(got, want, "The step time", rtol=1e-6,
                why="∫ds / (4γs(1 − γs²)) from s(0) to where γs² = ½")  # fmt: skip


def _knows_the_special_cases(trial: Trial) -> None:
    gamma = np.array([0.3, -0.2, 0.0, 0.5, 0.4]) * trial.rng.uniform(0.5, 1.5)
    s0 = np.array([0.1, 0.1, 0.1, np.sqrt(0.7 / gamma[3]), np.sqrt(1.6 / gamma[4])])
    got = trial.array(trial.call(gamma, s0), shape=(5,), what="Your step time", allow_inf=True)
    trial.require(0 < got[0] < np.inf, f"A growing mode has a finite step time, not {got[0]:.4g}.")
    for j in (1, 2):
        trial.require(
            got[j] == np.inf,
            f"With γ = {gamma[j]:.3g} the eigenvalue never reaches ½; yours does at {got[j]:.4g}.",
        )
    for j in (3, 4):
        trial.require(
            got[j] == 0,
            f"A mode that starts at λ = {gamma[j] * s0[j] ** 2:.2g}, above ½, has taken its step "
            f"at t = 0; yours says {got[j]:.4g}.",
        )


def _half_time(gamma: np.ndarray, s0: np.ndarray) -> np.ndarray:
    return np.log(1 / (gamma * s0**2) - 1) / (8 * gamma)


STEP_TIMES = Exercise(
    id="2.5",
    title="When does each step come?",
    own=linear.step_times,
    right="Right. γ decides: the wait is the logarithm of the start, divided by 8γ.",
    hint="gamma and s0 have shape (d,), and so have the step times. np.where chooses by entry.",
    parts=(
        Part("growing modes", 2, _is_halfway),
        Part("modes that never step, or already have", 1, _knows_the_special_cases),
    ),
    misconceptions=(
        Misconception(
            lambda gamma, s0: -np.log(gamma * s0**2) / (8 * gamma),
            "This is the approximation for a small start. The exact half-time keeps the 1 in "
            "1/λ(0) − 1, and is needed when λ(0) is not small, or above ½.",
        ),
        Misconception(
            lambda gamma, s0: 2 * _half_time(gamma, s0),
            "Twice too late: you divide by 4γ, the rate of s. The eigenvalue λ = γs² grows at "
            "rate 8γ.",
        ),
        Misconception(
            lambda gamma, s0: _half_time(gamma, s0) / 2,
            "Twice too early: the eigenvalue λ = γs² grows at rate 8γ, not 16γ.",
        ),
        Misconception(
            lambda gamma, s0: np.log((1 / (gamma * s0**2) - 1) / 3) / (8 * gamma),
            "This is when the singular value s is at half its end, where λ is only ¼. The step "
            "time is when the eigenvalue λ is ½.",
        ),
        Misconception(
            lambda gamma, s0: np.log(1 / s0**2 - 1) / (8 * gamma),
            "λ(0) is γ s(0)²; in yours the γ inside the logarithm is missing.",
        ),
        Misconception(
            lambda gamma, s0: np.log(1 / s0 - 1) / (8 * gamma),
            "You put s(0) where the logistic solution has λ(0) = γ s(0)².",
        ),
        Misconception(
            lambda gamma, s0: np.log10(1 / (gamma * s0**2) - 1) / (8 * gamma),
            "You took the logarithm to base 10; e^(8γt) asks for the natural one, np.log.",
        ),
        Misconception(
            lambda gamma, s0: -_half_time(gamma, s0),
            "The sign is reversed: at λ(0) < ½ the step lies ahead, at t > 0.",
        ),
        Misconception(
            _half_time,
            "The formula is right where 0 < λ(0) < ½. Where γ ≤ 0 the answer is inf, where "
            "λ(0) ≥ ½ it is 0: both have to be chosen by hand.",
        ),
        Misconception(
            lambda gamma, s0: np.where(gamma > 0, _half_time(gamma, s0), np.inf),
            "A mode that starts above ½ has taken its step at t = 0; the formula gives a negative "
            "time, or none.",
        ),
        Misconception(
            lambda gamma, s0: np.where(gamma * s0**2 < 0.5, _half_time(gamma, s0), 0),
            "λ(0) < ½ is true for γ ≤ 0 too, and there the eigenvalue never reaches ½: inf.",
        ),
        Misconception(
            lambda gamma, s0: np.where((gamma > 0) & (gamma * s0**2 < 0.5),
                                       _half_time(gamma, s0), 0),
            "You give 0 to modes with γ ≤ 0. They never step: inf.",
        ),
    ),
)  # fmt: skip


# 2.6

PLATEAU_GAMMA = np.array([0.5, 0.5, 0.1, -0.1, -0.2])
PLATEAU_START = 1e-3


def _plateaus() -> np.ndarray:
    """The loss at t = 0, between the two drops, and at the end, from the integrated equation."""
    t = np.array([0.0, 9.0, 60.0])
    s = _integrate(t, PLATEAU_GAMMA, np.full(5, PLATEAU_START))
    return np.sum((1 - PLATEAU_GAMMA * s**2) ** 2, axis=1)


def _three_levels(trial: Trial) -> np.ndarray:
    return trial.array(trial.value, shape=(3,), what="Your prediction (start, middle, end)")


def _first_levels(trial: Trial) -> None:
    got, want = _three_levels(trial), _plateaus()
    trial.require(
        abs(got[0] - want[0]) < 0.05,
        f"The loss does not start at {got[0]:g}. With W near zero C is near zero: what is ‖0 − I‖² "
        "for d = 5?",
    )
    trial.require(
        abs(got[1] - want[1]) < 0.05,
        f"Between the two drops the loss is not {got[1]:g}. Write down the step time of each mode: "
        "which of them have come by then?",
    )


def _last_level(trial: Trial) -> None:
    got, want = _three_levels(trial), _plateaus()
    trial.require(
        abs(got[2] - want[2]) < 0.05,
        f"The loss does not end at {got[2]:g}. For each of the five modes: where does λ go, and "
        "what is (1 − λ)² there?",
    )


PLATEAUS = Exercise(
    id="2.6",
    title="Draw the staircase before you run it",
    own=(5.0, 3.0, 2.0),
    right="Right. Equal γ and equal start step together, and modes with γ < 0 keep their 1.",
    hint="A tuple of three numbers: (start, middle, end).",
    parts=(
        Part("start and middle", 1, _first_levels),
        Part("end", 1, _last_level),
    ),
    misconceptions=(
        Misconception(
            (5.0, 4.0, 2.0),
            "Two modes have the same γ and the same s(0). What does that say about their step "
            "times?",
        ),
        Misconception(
            (5.0, 4.0, 3.0),
            "You lower the loss by one for each of two drops. Count the modes, not the drops: two "
            "of them have the same γ and the same s(0).",
        ),
        Misconception(
            (5.0, 3.0, 0.0),
            "You let all five modes be learned. For γ < 0 the eigenvalue λ = γs² cannot be "
            "positive, whatever s is.",
        ),
        Misconception(
            (5.0, 4.0, 0.0),
            "Two things: equal γ with equal s(0) step at the same time, and a mode with γ < 0 can "
            "not be learned, since λ = γs² is never positive.",
        ),
        Misconception(
            (3.0, 1.0, 0.0),
            "You count the three modes that will be learned. The loss counts all d = 5 diagonal "
            "entries of I: a mode that is never learned keeps its term.",
        ),
        Misconception(
            (5.0, 3.0, 10.0),
            "You let the modes with γ < 0 grow to λ = −1, at a cost of 4 each. Gradient flow only "
            "goes down: they shrink.",
        ),
        Misconception(
            tuple(np.sqrt([5.0, 3.0, 2.0])),
            "These are the norms ‖C − I‖. The loss is the norm squared.",
        ),
        Misconception(
            (5.0, 2.0, 0.0),
            "The middle lies between the drops: only the modes with γ = 0.5 have been learned "
            "there. And modes with γ < 0 are never learned.",
        ),
    ),
)


# 2.7


def _aligned_problem(rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """Γ (6, 6) with a negative mode, an aligned W0 (3, 6), its γ and its s(0)."""
    gamma = np.append(np.sort(rng.uniform(0.2, 1.0, size=5))[::-1], -0.3)
    Gamma, V = _with_eigenvalues(rng, gamma)
    s0 = rng.uniform(0.1, 0.3, size=3)
    return Gamma, _rotation(rng, 3) * s0 @ V[:, :3].T, gamma[:3], s0


def _eigenvalue_rows(trial: Trial, Gamma: np.ndarray, W0: np.ndarray, lr: float, steps: int):
    got = trial.call(gradient, Gamma, W0, lr, steps)
    got = trial.array(got, what="Your table of eigenvalues")
    if got.shape == (steps, len(W0)):
        trial.fail(
            f"{steps} steps need {steps + 1} rows: the eigenvalues at W0 come first, and the last "
            "row belongs to the last W.",
            named=True,
        )
    got = trial.array(got, shape=(steps + 1, len(W0)), what="Your table of eigenvalues")
    if (np.diff(got, axis=1) > 0).any() and (np.diff(got, axis=1) <= 0).sum() == 0:
        trial.fail(
            "Your eigenvalues ascend along a row, as np.linalg.eigvalsh gives them. The figure "
            "wants the largest first.",
            named=True,
        )
    return got


def _starts_at_w0(trial: Trial) -> None:
    Gamma, _, _, _ = _aligned_problem(trial.rng)
    W0 = trial.rng.normal(size=(3, 6)) * 0.3
    got = _eigenvalue_rows(trial, Gamma, W0, 0.01, 4)
    # The nonzero eigenvalues of ΓW0ᵀW0 are those of W0ΓW0ᵀ.
    values = np.linalg.eigvals(Gamma @ W0.T @ W0).real
    want = np.sort(values[np.argsort(-np.abs(values))[:3]])[::-1]
    trial.close(got[0], want, "The eigenvalue of W0 Γ W0ᵀ (row 0)", rtol=1e-6)


def _follows_the_scalar_map(trial: Trial) -> None:
    Gamma, W0, gamma, s0 = _aligned_problem(trial.rng)
    lr, steps = trial.rng.uniform(0.03, 0.06), 50
    got = _eigenvalue_rows(trial, Gamma, W0, lr, steps)
    s, rows = s0, []
    for _ in range(steps + 1):
        rows.append(np.sort(gamma * s**2)[::-1])
        s = s + lr * 4 * gamma * s * (1 - gamma * s**2)
    trial.close(got, rows, "The eigenvalue (row: step, column: mode)", rtol=1e-6,
                why="s ← s + lr·4γs(1 − γs²) for each mode of an aligned start")  # fmt: skip


def _recorded(
    measure: Callable[[np.ndarray, np.ndarray], np.ndarray], speed: float = 1
) -> Callable[..., np.ndarray]:
    """Gradient descent that records something else, or goes at another speed."""

    def like(gradient, Gamma, W0, lr, steps):
        W, rows = W0, []
        for _ in range(steps + 1):
            rows.append(measure(W, Gamma))
            W = W - speed * lr * gradient(W, Gamma)
        return np.array(rows)

    return like


def _eigenvalues(W: np.ndarray, Gamma: np.ndarray) -> np.ndarray:
    C = W @ Gamma @ W.T
    return np.linalg.eigvalsh(C)[::-1] if np.isfinite(C).all() else np.full(len(W), np.nan)


def _late_by_one(gradient, Gamma, W0, lr, steps):
    W1 = W0 - lr * gradient(W0, Gamma)
    return _recorded(_eigenvalues)(gradient, Gamma, W1, lr, steps)


def _without_rate(gradient, Gamma, W0, lr, steps):
    return _recorded(_eigenvalues, 1 / lr)(gradient, Gamma, W0, lr, steps)


def _stuck_at_w0(gradient, Gamma, W0, lr, steps):
    W, rows, slope = W0, [], gradient(W0, Gamma)
    for _ in range(steps + 1):
        rows.append(_eigenvalues(W, Gamma))
        W = W - lr * slope
    return np.array(rows)


DESCEND = Exercise(
    id="2.7",
    title="Gradient descent on all weights",
    own=descend,
    right="Right. Your loop knows nothing of modes, and follows one scalar equation for each.",
    hint="W0 has shape (d, m) and Gamma (m, m); a row of the result holds d eigenvalues of WΓWᵀ.",
    parts=(
        Part("the first row", 1, _starts_at_w0),
        Part("the steps", 2, _follows_the_scalar_map),
    ),
    misconceptions=(
        Misconception(
            _recorded(_eigenvalues, -1),
            "Your steps go up the gradient: W + lr·gradient. The loss grows.",
        ),
        Misconception(
            _without_rate, "You subtract the whole gradient: the learning rate is missing."
        ),
        Misconception(
            _late_by_one,
            "Your first row is already one step old. Record first, then step: row 0 belongs to W0.",
        ),
        Misconception(
            _stuck_at_w0,
            "You compute the gradient once, at W0, and use it for all steps. It changes with W.",
        ),
        Misconception(
            _recorded(lambda W, Gamma: np.linalg.eigvalsh(W @ W.T)[::-1]),
            "You record the eigenvalues of WWᵀ. The embedding's are those of C = WΓWᵀ.",
        ),
        Misconception(
            _recorded(lambda W, Gamma: np.linalg.svd(W, compute_uv=False)),
            "You record the singular values of W. Wanted are the eigenvalues of C = WΓWᵀ.",
        ),
        Misconception(
            _recorded(lambda W, Gamma: np.diag(W @ Gamma @ W.T)),
            "You record the diagonal of C. Its eigenvalues are those of the whole matrix: C is "
            "diagonal only in its own basis.",
        ),
        Misconception(
            _recorded(_eigenvalues, 4),
            "Your steps are four times too long: the gradient already carries its factor 4.",
        ),
        Misconception(_recorded(_eigenvalues, 0), "Your W never moves: every row is that of W0."),
    ),
)


# 2.8


def _moment_with_strong_negative_mode(rng: np.random.Generator) -> tuple[np.ndarray, int]:
    """Γ (6, 6) whose negative eigenvalue is larger in size than some of the positive ones."""
    gamma = np.array([*rng.uniform(0.5, 1.0, 2), *rng.uniform(0.1, 0.3, 2), -1.1, -0.05])
    return _with_eigenvalues(rng, gamma)[0], int(rng.integers(2, 4))


def _weights(trial: Trial) -> tuple[np.ndarray, np.ndarray, int]:
    """The learner's W, refused by name where WᵀW, which no rotation changes, is a known one."""
    Gamma, d = _moment_with_strong_negative_mode(trial.rng)
    W = trial.array(trial.call(Gamma, d), shape=(d, 6), what="W")
    gamma, V = np.linalg.eigh(Gamma)
    top, largest = slice(6 - d, 6), np.argsort(np.abs(gamma))[-d:]
    known = (
        (V[:, top] * gamma[top] @ V[:, top].T,
         "Your singular values are γ^(1/2). λ = γs² = 1 asks for s = γ^(-1/2): weak modes need "
         "long weights."),
        (V[:, top] * gamma[top] ** -2 @ V[:, top].T,
         "Your singular values are 1/γ. λ = γs² = 1 asks for s = γ^(-1/2)."),
        (V[:, top] @ V[:, top].T,
         "Your rows have length 1, so that C = diag(γ). λ = γs² = 1 asks for s = γ^(-1/2)."),
        (V[:, :d] / np.abs(gamma[:d]) @ V[:, :d].T,
         "These are the d smallest eigenvalues: np.linalg.eigh returns them in ascending order."),
        (V[:, largest] / np.abs(gamma[largest]) @ V[:, largest].T,
         "You chose the d modes with the largest |γ|, as an SVD of Γ orders them. One of them has "
         "γ < 0: no weight can bring its λ = γs² to 1."),
    )  # fmt: skip
    for moment, message in known:
        if np.allclose(W.T @ W, moment, rtol=1e-3, atol=1e-4):
            trial.fail(message, named=True)
    return W, Gamma, d


def _solves_the_task(trial: Trial) -> None:
    W, Gamma, d = _weights(trial)
    trial.close(W @ Gamma @ W.T, np.eye(d), "C = WΓWᵀ", rtol=1e-6)


def _is_the_shortest(trial: Trial) -> None:
    W, Gamma, d = _weights(trial)
    got, want = np.sum(W**2), np.sum(1 / np.linalg.eigvalsh(Gamma)[-d:])
    solves = np.allclose(W @ Gamma @ W.T, np.eye(d), atol=1e-3)
    trial.require(solves, "C = WΓWᵀ is not the identity, so the length of W says nothing yet.")
    if got > 1.001 * want:
        trial.fail(
            f"C = I holds, but ‖W‖² = {got:.4g} and there is a solution with {want:.4g}. Your W "
            "spends length on modes that serve the task less: which d modes are cheapest?",
            named=True,
        )
    trial.close(got, want, "‖W‖²", rtol=1e-6, why="the smallest over all W with WΓWᵀ = I")


FINAL_WEIGHTS = Exercise(
    id="2.8",
    title="The shortest weights that solve the task",
    own=linear.final_weights,
    right="Right. Each mode costs 1/γ, so the cheapest d are those with the largest γ, and ‖W‖² is "
    "the sum of their 1/γ.",
    hint="W has shape (d, m): one row for each mode that you keep, one column for each pixel.",
    parts=(
        Part("C is the identity", 1, _solves_the_task),
        Part("the smallest norm", 1, _is_the_shortest),
    ),
)


EXERCISES = (
    CROSS_MOMENT,
    GRADIENT,
    DS_DT,
    SINGULAR_VALUES,
    STEP_TIMES,
    PLATEAUS,
    DESCEND,
    FINAL_WEIGHTS,
)
