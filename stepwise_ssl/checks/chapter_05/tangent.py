"""5.1: the tangent kernel by finite differences, against exact gradients."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..engine import Exercise, Misconception, Part, Trial
from . import own

M, H, D = 3, 4, 2


def _network(theta: np.ndarray, X: np.ndarray) -> np.ndarray:
    """One hidden layer of tanh units: theta (H·M + D·H,), X (n, M) -> (n, D)."""
    W, V = theta[: H * M].reshape(H, M), theta[H * M :].reshape(D, H)
    return np.tanh(X @ W.T) @ V.T


def _exact(theta: np.ndarray, X: np.ndarray) -> np.ndarray:
    """Gradients (n, D, P) of the network above, by the chain rule."""
    W, V = theta[: H * M].reshape(H, M), theta[H * M :].reshape(D, H)
    hidden = np.tanh(X @ W.T)
    by_W = np.einsum("ah,ih,im->iahm", V, 1 - hidden**2, X).reshape(len(X), D, -1)
    by_V = np.einsum("ab,ih->iabh", np.eye(D), hidden).reshape(len(X), D, -1)
    return np.concatenate([by_W, by_V], axis=2)


TOO_SMALL = (
    "A linear function's difference quotient is exact for any step h, up to rounding: your h is so "
    "small that few digits of the difference are left. 1e-5 will do."
)
TOO_LARGE = (
    "The linear function came out right, this curved one does not: your step h is too large. A "
    "central difference is off by h², a one-sided one by h."
)


def _compare(
    trial: Trial, f: Callable, theta: np.ndarray, X: np.ndarray, J: np.ndarray, step_slip: str
) -> None:
    n = len(X)
    got = trial.array(trial.call(f, theta, X), shape=(n, n), what="Θ")
    want = np.einsum("iap,jap->ij", J, J) / J.shape[1]
    far = np.linalg.norm(got - want) / np.linalg.norm(want)
    otherwise = step_slip if far < 0.1 and not _in_proportion(got, want) else ""
    # A one-sided difference with a sensible step has four to six digits.
    trial.close(got, want, "Θ", rtol=1e-4, why="from exact gradients", otherwise=otherwise)


def _in_proportion(got: np.ndarray, want: np.ndarray) -> bool:
    """Whether the two differ by a factor, which no step does."""
    factor = np.sum(got * want) / np.sum(want**2)
    return np.linalg.norm(got - factor * want) < 0.1 * np.linalg.norm(got - want)


def _of_a_linear_function(trial: Trial) -> None:
    X = trial.rng.normal(size=(5, 3))
    theta = trial.rng.normal(size=6)
    J = np.einsum("ab,im->iabm", np.eye(2), X).reshape(5, 2, 6)
    _compare(trial, lambda w, x: x @ w.reshape(2, 3).T, theta, X, J, TOO_SMALL)


def _of_a_network(trial: Trial) -> None:
    X = trial.rng.normal(size=(4, M))
    theta = trial.rng.normal(size=(H * M + D * H))
    _compare(trial, _network, theta, X, _exact(theta, X), TOO_LARGE)


def _quotients(f: Callable, theta: np.ndarray, X: np.ndarray) -> np.ndarray:
    """(n, d, P)."""
    h, columns = 1e-5, []
    for p in range(len(theta)):
        step = np.zeros(len(theta))
        step[p] = h
        columns.append((f(theta + step, X) - f(theta - step, X)) / (2 * h))
    return np.stack(columns, axis=-1)


def _from(products: Callable[[np.ndarray], np.ndarray]) -> Callable:
    return lambda f, theta, X: products(_quotients(f, theta, X))


def _sum(J: np.ndarray) -> np.ndarray:
    return np.einsum("iap,jap->ij", J, J)


TANGENT_KERNEL = Exercise(
    id="5.1",
    title="The tangent kernel of any function",
    own=own.tangent_kernel,
    right="Right. It knows nothing of layers, so it can judge every formula that follows.",
    hint="f(theta, X) has shape (n, d); move one entry of a copy of theta at a time.",
    parts=(
        Part("a linear function", 1, _of_a_linear_function),
        Part("a network", 1, _of_a_network),
    ),
    misconceptions=(
        Misconception(
            _from(_sum),
            "You sum over the outputs. Wanted is their mean: divide by d.",
        ),
        Misconception(
            _from(lambda J: _sum(J) / len(J)),
            "You divide by the number of inputs n. The mean is over the d outputs.",
        ),
        Misconception(
            _from(lambda J: _sum(J) / J.shape[1] / J.shape[2]),
            "You take the mean over the parameters too. They are summed: a wider network does not "
            "get a smaller kernel by having more of them.",
        ),
        Misconception(
            _from(lambda J: np.einsum("ip,jp->ij", J.sum(1), J.sum(1)) / J.shape[1]),
            "You add the outputs before you multiply: that brings in products of different "
            "outputs. Multiply output by output, then add.",
        ),
        Misconception(
            _from(lambda J: np.einsum("ip,jp->ij", J.mean(1), J.mean(1))),
            "You take the mean of the outputs before you multiply: that brings in products of "
            "different outputs. Multiply output by output, then take the mean.",
        ),
        Misconception(
            _from(lambda J: _sum(J[:, :1])),
            "This is the kernel of the first output alone. Take the mean over all d.",
        ),
        Misconception(
            _from(lambda J: 4 * _sum(J) / J.shape[1]),
            "Your derivatives are twice too large: a central difference is divided by 2h.",
        ),
        Misconception(
            _from(lambda J: _sum(J) / 4 / J.shape[1]),
            "Your derivatives are half of what they should be: a one-sided difference is divided "
            "by h, a central one by 2h.",
        ),
        Misconception(
            _from(lambda J: J.sum((1, 2))[:, None] * J.sum((1, 2)) / J.shape[1]),
            "You moved all parameters together, or added their derivatives. Move one at a time and "
            "add products.",
        ),
        Misconception(
            _from(lambda J: J.sum(2) @ J.sum(2).T / J.shape[1]),
            "You add the derivatives by all parameters before you multiply. Multiply for each "
            "parameter, J_p J_pᵀ, then add.",
        ),
        Misconception(
            lambda f, theta, X: f(theta, X) @ f(theta, X).T / f(theta, X).shape[1],
            "This is the product of the outputs themselves. The tangent kernel multiplies their "
            "derivatives by the parameters.",
        ),
    ),
)
