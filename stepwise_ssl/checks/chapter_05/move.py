"""5.9: how far a weight moves, against a model with fixed gradients that is trained."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.integrate import solve_ivp

from ..asking import once_a_draw
from ..engine import Exercise, Misconception, Part, Trial
from . import own


@once_a_draw
def _trained(seed: int, gamma: np.ndarray, s0: np.ndarray, m: int, N: int) -> np.ndarray:
    """What training adds to the weights of both layers, (N m + d N,).

    The model is f_a(x) = g_a(x) · θ with fixed gradients g_a (M,), alike for all outputs a and
    orthogonal for two of them, whose kernel has the rates γ_j, and two modes below zero beside
    them. Its flow on ‖C − I‖² is integrated in all M weights.
    """
    rng, d = np.random.default_rng(seed), len(gamma)
    p, n = d + 2, d + 4
    layers = np.zeros((N, m)), np.zeros((d, N))
    M = sum(layer.size for layer in layers)
    basis = _orthonormal(rng, p, p)
    rates = np.concatenate([gamma, -gamma.min() * rng.uniform(0.3, 1, size=2)])
    pairs = np.sqrt(n) * _orthonormal(rng, n, p)
    mixed = _orthonormal(rng, p, p) * rng.uniform(0.7, 1.4, size=p)
    first = pairs @ mixed  # features (n, p) of the first views, and those of the second ones:
    second = pairs @ np.linalg.inv(mixed).T @ (basis * rates) @ basis.T
    places = _orthonormal(rng, M, d * p)  # of the features of each output among the weights
    directions = _orthonormal(rng, d, d)
    begin = places @ (directions * s0 @ basis[:, :d].T).ravel()

    def velocity(_: float, theta: np.ndarray) -> np.ndarray:
        W = (places.T @ theta).reshape(d, p)
        z1, z2 = first @ W.T, second @ W.T
        off = (z1.T @ z2 + z2.T @ z1) / (2 * n) - np.eye(d)
        slope = 2 / n * off @ (z1.T @ second + z2.T @ first)
        return -places @ slope.ravel()

    # A start of size s needs log(1/s)/4γ to grow, and what is then left falls as e^{−8γt}.
    slowest = gamma.min()
    end = (np.log1p(1 / s0.min()) / 4 + 3) / slowest
    run = solve_ivp(velocity, (0, end), begin, method="DOP853", rtol=1e-8, atol=1e-11)
    return run.y[:, -1] - begin


def _orthonormal(rng: np.random.Generator, rows: int, columns: int) -> np.ndarray:
    return np.linalg.qr(rng.normal(size=(rows, columns)))[0]


def _compare(trial: Trial, gamma: np.ndarray, s0: np.ndarray, m: int, N: int) -> None:
    result = trial.call(gamma, s0, m, N)
    above = np.count_nonzero(s0**2 * gamma > 1)
    if above and isinstance(result, float) and np.isnan(result):
        trial.fail(
            f"The move is NaN, as the root of a negative number is. Here {above} of the "
            f"{len(gamma)} modes start above their end, with s(0) > 1/√γ: what is at the end less "
            "what is at the start is negative for them.",
            named=True,
        )
    got = trial.array(result, shape=(), what="The move")
    moved = _trained(trial.seed, gamma, s0, m, N)
    want = np.sqrt(np.mean(moved**2))
    what = f"The move of a weight, N = {N}, m = {m}, d = {len(gamma)}"
    trial.close(got, want, what, rtol=1e-5, why="a model with fixed gradients, trained",
                otherwise=_sharers(float(got), gamma, s0, m, N))  # fmt: skip


def _sharers(got: float, gamma: np.ndarray, s0: np.ndarray, m: int, N: int) -> str:
    """Among how many weights the right length is shared in a wrong answer, if they are whole."""
    count = (_move(gamma**-0.5, s0) / got) ** 2 if got else np.inf
    if not 0.5 < count < 1e6 or abs(count - round(count)) > 1e-5 * count:
        return ""
    d = len(gamma)
    return (
        f"With N = {N}, m = {m} and d = {d} your number is the right length shared among "
        f"{round(count)} weights. The two layers have {_count(m, N, d)}."
    )


def _rates(trial: Trial, d: int) -> np.ndarray:
    return np.sort(trial.rng.uniform(0.3, 0.9, size=d) * trial.rng.uniform(0.5, 2))[::-1]


def _from_a_small_start(trial: Trial) -> None:
    # Few units and many, in one trial: a power of N cannot hide in a factor.
    for d, m, N in ((2, 5, 4), (3, 4, 17), (1, 7, 9)):
        gamma = _rates(trial, d)
        s0 = 1e-7 * trial.rng.uniform(0.5, 2, size=d)
        _compare(trial, gamma, s0, m + trial.seed % 3, N + trial.seed % 5)
    # From a small start several slips give one number; a start that is not small tells them apart.
    gamma = _rates(trial, 4)
    trial.call(gamma, trial.rng.uniform(0.3, 1.6, size=4) / np.sqrt(gamma), 6, 11)


def _from_any_start(trial: Trial) -> None:
    # Some modes start above their end: they come back, and that is a move too.
    for d, m, N, low, high in ((4, 3, 6, 0.3, 1.6), (2, 6, 13, 0.1, 0.5), (3, 8, 5, 0.6, 1.5)):
        gamma = _rates(trial, d)
        s0 = trial.rng.uniform(low, high, size=d) / np.sqrt(gamma)
        _compare(trial, gamma, s0, m + trial.seed % 2, N + trial.seed % 4)


def _count(m: int, N: int, d: int) -> int:
    """Weights of both layers."""
    return N * (m + d)


def _of_ends(formula: Callable[..., float]) -> Callable:
    """An answer from where the modes end, where they start, and the number of weights."""
    return lambda gamma, s0, m, N: float(formula(gamma**-0.5, s0, _count(m, N, len(gamma))))


def _as_squares(squares: Callable[[np.ndarray, np.ndarray], float]) -> Callable:
    """An answer √(squares / M), the squares made of the modes' ends and starts."""
    return _of_ends(lambda end, s0, M: np.sqrt(squares(end, s0) / M))


def _as_length(length: Callable[[np.ndarray, np.ndarray], float]) -> Callable:
    """An answer length / √M, without its sign."""
    return _as_squares(lambda end, s0: length(end, s0) ** 2)


def _move(end: np.ndarray, s0: np.ndarray) -> float:
    """The length of Δθ, which is that of ΔW̃."""
    return np.linalg.norm(end - s0)


def _shared(count: Callable[[int, int, int], float]) -> Callable:
    """The right length, shared by another number of weights."""
    return lambda gamma, s0, m, N: float(_move(gamma**-0.5, s0) / np.sqrt(count(m, N, len(gamma))))


LENGTHS = "A mode of W̃ moves by 1/√γ − s(0), and it is this move that is squared."

WEIGHT_MOVE = Exercise(
    id="5.9",
    title="How far does a weight move?",
    own=own.weight_move,
    right="Right. All weights together go equally far at every width: the more, the less for each.",
    hint="gamma and s0 have shape (d,), so d is len(gamma); the answer is one number.",
    parts=(
        Part("a small start", 1, _from_a_small_start),
        Part("any start", 1, _from_any_start),
    ),
    misconceptions=(
        Misconception(
            _shared(lambda m, N, d: 1),
            "This is how far all weights go together. They share it: M of them, N(m + d).",
        ),
        Misconception(
            _of_ends(lambda e, s, M: _move(e, s) / M),
            "You divide the length by M. A length is the root of a sum of M squares, and their "
            "mean has the M under the root.",
        ),
        Misconception(
            _shared(lambda m, N, d: N**2),
            "You divide the length by N. N(m + d) weights share its square.",
        ),
        Misconception(
            _of_ends(lambda e, s, M: _move(e, s) ** 2 / M),
            "This is the mean square. Its root is wanted.",
        ),
        Misconception(
            _shared(lambda m, N, d: N),
            "You share it among the N units. A unit has m weights in front and d behind it.",
        ),
        Misconception(
            _shared(lambda m, N, d: N * m),
            "You share it among the weights of the hidden layer. The last layer has d N more, and "
            "they are trained too.",
        ),
        Misconception(
            _shared(lambda m, N, d: N * d),
            "You share it among the weights of the last layer. The hidden layer has N m more, and "
            "they are trained too.",
        ),
        Misconception(
            _shared(lambda m, N, d: N * m * d),
            "You share it among N m d. The weights of the two layers add up: N m + d N.",
        ),
        Misconception(
            _shared(lambda m, N, d: _count(m, N, d) + N + d),
            "You count biases. This network has none.",
        ),
        Misconception(
            _shared(lambda m, N, d: _count(m, N, d) * d),
            "Yours is shared among d times N(m + d): d times as many weights as there are, or a "
            "mean over the d modes as well. The squares of the modes' moves add up to ‖Δθ‖².",
        ),
        Misconception(
            _shared(lambda m, N, d: d),
            "You take the mean over the d modes. The mean is over the weights, N(m + d).",
        ),
        Misconception(
            _as_squares(lambda e, s: np.sum(e**2)),
            "You leave the start out. The weights move from s(0) to 1/√γ; here s(0) is not small.",
        ),
        Misconception(
            _as_squares(lambda e, s: np.abs(np.sum(e**2 - s**2))),
            f"You subtract squares. {LENGTHS}",
        ),
        Misconception(
            _as_squares(lambda e, s: np.sum(np.abs(e**2 - s**2))),
            f"You subtract squares. {LENGTHS}",
        ),
        Misconception(
            _as_length(lambda e, s: np.linalg.norm(e) - np.linalg.norm(s)),
            "You subtract the lengths of two vectors. Wanted is the length of their difference.",
        ),
        Misconception(
            _as_length(lambda e, s: np.sum(e - s)),
            "You add the moves of the modes. They are along different directions: their squares "
            "add up.",
        ),
        Misconception(
            _as_length(lambda e, s: np.sum(np.abs(e - s))),
            "You add the moves of the modes. They are along different directions: their squares "
            "add up.",
        ),
        Misconception(
            _as_squares(lambda e, s: np.sum((1 - s) ** 2)),
            "You let s end at 1. It is λ = γ s² that ends at 1, and s at 1/√γ.",
        ),
        Misconception(
            _as_squares(lambda e, s: np.sum((e**2 - s) ** 2)),
            "You let s end at 1/γ. Where λ = γ s² is 1, s is 1/√γ.",
        ),
        Misconception(
            _as_squares(lambda e, s: np.sum((1 / e - s) ** 2)),
            "You let s end at the root of γ. Where λ = γ s² is 1, s is 1/√γ.",
        ),
        Misconception(
            _as_squares(lambda e, s: np.sum((1 - (s / e) ** 2) ** 2)),
            "This is how far the λ go, to 1. Weights move with s, and λ = γ s².",
        ),
        Misconception(
            _as_squares(lambda e, s: np.sum((1 - s / e) ** 2)),
            "This is how far the embeddings go, √λ from √γ s(0) to 1. Weights that are seen with "
            "a small γ go further for it: by 1/√γ − s(0).",
        ),
        Misconception(
            _as_length(lambda e, s: np.max(np.abs(e - s))),
            "You take the mode that goes furthest alone. The squares of all d add up.",
        ),
        Misconception(
            _as_length(lambda e, s: e[0] - s[0]),
            "You take the first mode alone. The squares of all d add up.",
        ),
        Misconception(
            _as_squares(lambda e, s: np.sum(e**2 + s**2)),
            "You add the squares of the two ends. The start of a mode lies along its end: the "
            "mode moves by 1/√γ − s(0), and this is squared.",
        ),
        Misconception(
            lambda gamma, s0, m, N: 1 / np.sqrt(N),
            "1/√N is how it scales. The factor before it says how far all weights have to go "
            "together, and how many a unit has.",
        ),
    ),
)
