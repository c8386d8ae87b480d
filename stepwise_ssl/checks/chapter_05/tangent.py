"""5.1: the tangent kernel by finite differences, against exact gradients."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from ..engine import Exercise, Misconception, Part, Trial
from ..values import as_array
from . import own


def _network(m: int, h: int, d: int) -> tuple[Callable, Callable]:
    """One hidden layer of h tanh units and d outputs: f (n, d), and its gradients (n, d, P)."""

    def parts(theta: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return theta[: h * m].reshape(h, m), theta[h * m :].reshape(d, h)

    def network(theta: np.ndarray, X: np.ndarray) -> np.ndarray:
        W, V = parts(theta)
        return np.tanh(X @ W.T) @ V.T

    def exact(theta: np.ndarray, X: np.ndarray) -> np.ndarray:
        W, V = parts(theta)
        hidden = np.tanh(X @ W.T)
        by_W = np.einsum("ah,ih,im->iahm", V, 1 - hidden**2, X).reshape(len(X), d, -1)
        by_V = np.einsum("ab,ih->iabh", np.eye(d), hidden).reshape(len(X), d, -1)
        return np.concatenate([by_W, by_V], axis=2)

    return network, exact


def _linear(m: int, d: int) -> tuple[Callable, Callable]:
    """A linear layer with an offset for each output, and its gradients."""

    def linear(theta: np.ndarray, X: np.ndarray) -> np.ndarray:
        return X @ theta[: d * m].reshape(d, m).T + theta[d * m :]

    def exact(theta: np.ndarray, X: np.ndarray) -> np.ndarray:
        by_W = np.einsum("ab,im->iabm", np.eye(d), X).reshape(len(X), d, -1)
        return np.concatenate([by_W, np.tile(np.eye(d), (len(X), 1, 1))], axis=2)

    return linear, exact


def _compare(trial: Trial, n: int, m: int, P: int, f: Callable, exact: Callable) -> None:
    X, theta = trial.rng.normal(size=(n, m)), trial.rng.normal(size=P)
    theta[trial.rng.integers(P)] = 0.0  # a bias often starts there, and 0 times a step is no step
    moves: list[np.ndarray] = []  # how far, and which, parameters are moved at each call of f

    def watched(theta_of_call: np.ndarray, X_of_call: np.ndarray) -> np.ndarray:
        if np.shape(theta_of_call) == theta.shape:
            moves.append(np.asarray(theta_of_call) - theta)
        return f(theta_of_call, X_of_call)

    watched.__name__ = f.__name__  # as the message shows it
    result = trial.call(watched, theta, X)
    moved = list(moves)
    _refuse_steps_of_size_zero(trial, result, moved, theta)
    got = trial.array(result, shape=(n, n), what="Θ")
    J = exact(theta, X)
    want = _mean(J)
    # Four digits: a one-sided difference with a sensible step has them, but for small entries.
    if (np.abs(got - want) <= np.maximum(1e-4 * np.abs(want), 1e-5 * np.abs(want).max())).all():
        got = want
    else:
        trial.slips(got, want, _of_the_moves(moved, f, theta, X, J, got))
    trial.close(got, want, "Θ", rtol=1e-4, why="from exact gradients")


def _refuse_steps_of_size_zero(
    trial: Trial, result: Any, moves: list[np.ndarray], theta: np.ndarray
) -> None:
    """NaN where a step is a share of the parameter, and the parameter is 0."""
    got = as_array(result)
    if got is None or got.dtype.kind != "f" or not np.isnan(got).any() or not moves:
        return
    sizes = np.abs(np.array(moves)).max(axis=0)
    nonzero = theta != 0
    if not sizes[~nonzero].any() and (sizes[nonzero] > 0).all():
        trial.fail(
            f"Θ is NaN. Parameter {np.flatnonzero(~nonzero)[0] + 1} is 0 here, and the only one "
            "that none of your calls of f moves. A step in proportion to a parameter is 0 where "
            "the parameter is, and 0/0 is no number: take one h for all.",
            named=True,
        )


def _of_the_moves(
    moves: list[np.ndarray],
    f: Callable,
    theta: np.ndarray,
    X: np.ndarray,
    J: np.ndarray,
    got: np.ndarray,
) -> Iterator[tuple[np.ndarray, str]]:
    """What comes of the steps that were taken, and of parameters that were left out."""
    if not moves or np.iscomplexobj(np.array(moves)):
        return
    steps = np.array(moves)
    count = np.count_nonzero(steps, axis=1)
    add_up = count[-1] == len(theta) > 1 and (np.diff(count) >= 0).all() and 1 in count
    if add_up and not _of_single_steps(f, theta, X, J, got):
        # No formula: that nothing is put back shows at the calls themselves.
        yield (
            got,
            "Your steps add up: at the last call of f every parameter is moved. Put each back.",
        )
    if (count > 1).any():
        yield from _of_directions(steps[count > 1], f, theta, X, got)
        return
    sizes = np.abs(steps).max(axis=0)
    seen = sizes > 0
    if seen.any() and not seen.all():
        which = "The first parameter is" if not seen[0] and seen[1:].all() else (
            "The last parameter is" if not seen[-1] and seen[:-1].all() else "Some parameters are"
        )  # fmt: skip
        yield _mean(J[:, :, seen]), f"{which} never moved when you call f: a term is missing."
    # A step that is added to θ_p has rounding errors of the size of θ_p.
    h = float(f"{np.median(sizes[seen]):.1e}") if seen.any() else 0.0
    if not h or (np.abs(sizes - h) > 1e-3 * h + 1e-15).any():
        return
    for both, divisor in ((True, 2 * h), (False, h)):
        columns = []
        for p in range(len(theta)):
            up, down = theta.copy(), theta.copy()
            up[p] += h
            down[p] -= h * both
            columns.append((f(up, X) - f(down, X)) / divisor)
        yield _mean(np.stack(columns, axis=-1)), _words_of_step(h, both)


def _of_single_steps(
    f: Callable, theta: np.ndarray, X: np.ndarray, J: np.ndarray, got: np.ndarray
) -> bool:
    """Whether `got` is a multiple of the right Θ, or what another known slip makes of J.

    Steps that add up do no harm where the value of the call before is subtracted.
    """
    want = _mean(J)
    near = np.sum(got * want) / np.sum(want * want) * want
    others = (near, *(known.like(f, theta, X) for known in TANGENT_KERNEL.misconceptions))
    return any(np.abs(got - other).max() < 1e-3 * np.abs(got).max() for other in others)


def _of_directions(
    steps: np.ndarray, f: Callable, theta: np.ndarray, X: np.ndarray, got: np.ndarray
) -> Iterator[tuple[np.ndarray, str]]:
    """A sum over directions that are no basis, if that gives `got` up to a factor."""
    directions = steps / np.linalg.norm(steps, axis=1, keepdims=True)
    both = np.abs(directions @ directions.T) > 1 - 1e-6  # a step forwards and one backwards
    first = [i for i in range(len(steps)) if not both[i, :i].any()]
    alike = np.abs(directions[first] @ directions[first].T - np.eye(len(first)))
    if alike.max() < 1e-6:  # a basis, or a part of one
        return
    total = 0.0
    for step in steps[first]:
        J = (f(theta + step, X) - f(theta - step, X)) / 2
        total = total + J @ J.T
    factor = np.sum(total * got) / np.sum(total * total)
    yield (
        factor * total,
        "You move several parameters at a time, in directions that are not at right angles. The "
        "sum over such directions is not Θ, or is so on average only: move one parameter at a "
        "time.",
    )


def _words_of_step(h: float, both: bool) -> str:
    kind = "central" if both else "one-sided"
    if h < 1e-7:
        return (
            f"Your step is h = {h:g}: of a difference so small rounding leaves few digits. 1e-5 "
            "will do, with central differences."
        )
    return (
        f"Your step is h = {h:g}, too large for a curved function. A {kind} difference is off by a "
        f"number times {'h²' if both else 'h'}."
    )


def _mean(J: np.ndarray) -> np.ndarray:
    return _sum(J) / J.shape[1]


def _of_a_linear_function(trial: Trial) -> None:
    for n, m, d in ((6, 4, 3), (3, 2, 4), (5, 3, 1)):
        _compare(trial, n, m, m * d + d, *_linear(m, d))


def _of_a_network(trial: Trial) -> None:
    for n, m, h, d in ((4, 3, 5, 2), (2, 5, 3, 6)):
        _compare(trial, n, m, h * m + d * h, *_network(m, h, d))


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
    right="Right. It knows nothing of layers, so it can judge every formula of a tangent kernel.",
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
            "Your derivatives are twice as large as they should be: a central difference is "
            "divided by 2h.",
        ),
        Misconception(
            _from(lambda J: _sum(J) / 4 / J.shape[1]),
            "Your derivatives are half of what they should be: a one-sided difference is divided "
            "by h, a central one by 2h.",
        ),
        Misconception(
            _from(lambda J: J.sum((1, 2))[:, None] * J.sum((1, 2)) / J.shape[1]),
            "You moved all parameters together, or added their derivatives, and added the outputs, "
            "too. Move one at a time, multiply output by output, and add the products.",
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
