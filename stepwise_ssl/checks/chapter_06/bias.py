"""6.6: the map around a bias and its rates, against difference quotients and autograd."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from ... import losses
from ..engine import Exercise, Part, Trial
from . import own
from .truth import gradient, views


def _gamma_s(x1: np.ndarray, x2: np.ndarray) -> np.ndarray:
    """Γ_s from its meaning: partners less the mean over all other views, symmetric."""
    both, n = np.concatenate([x1, x2]), len(x1)
    total = np.zeros((both.shape[1],) * 2)
    for a in range(2 * n):
        others = [both[b] for b in range(2 * n) if b != a]
        total += np.outer(both[a], both[(a + n) % (2 * n)] - np.mean(others, axis=0))
    return (total + total.T) / (4 * n)


Pair = tuple[np.ndarray, np.ndarray]
Draw = tuple[np.ndarray, np.ndarray, np.ndarray, float, Pair]


def _draw(trial: Trial, d: int, m: int, disagree: bool = False) -> Draw:
    """W, b, Γ_s with enough positive eigenvalues, the temperature, and the views behind Γ_s.

    Where the views `disagree` in one pixel, the eigenvalue of largest size is negative.
    """
    while True:
        x1, x2 = pair = views(trial.rng, m + int(trial.rng.integers(2, 5)), m)
        if disagree:
            x2[:, 0] = -2 * x1[:, 0]
        Gamma = _gamma_s(*pair)
        gamma = np.linalg.eigvalsh(Gamma)
        # The (d − 1)-th largest is well above 0.
        if gamma[1 - d] > 0.05 and (not disagree or -gamma[0] > 1.1 * gamma[-1]):
            break
    b = trial.rng.normal(size=d)
    b *= trial.rng.choice([trial.rng.uniform(0.3, 0.7), trial.rng.uniform(1.5, 4)]) / (
        np.linalg.norm(b)
    )
    W = trial.rng.uniform(0.02, 0.2) * trial.rng.normal(size=(d, m))
    return W, b, Gamma, trial.rng.uniform(0.2, 0.7), pair


def _two(trial: Trial, W: np.ndarray, *given: Any) -> tuple[Any, Any]:
    got = trial.call(W, *given)
    if got is None:
        trial.fail("Your function returned None: is there a `return`?", named=True)
    if not isinstance(got, tuple | list) or len(got) != 2:
        trial.fail(
            f"Return two things, (A, rates); yours is of type {type(got).__name__}.", named=True
        )
    if np.shape(got[1]) == W.shape != np.shape(got[0]):
        trial.fail(
            f"The second thing that you return has shape {W.shape}: A comes first, then the rates.",
            named=True,
        )
    return got[0], got[1]


def _maps_to_first_order(trial: Trial) -> None:
    d = int(trial.rng.integers(2, 4))
    for dimensions, m in ((d, 5), (d + 1, 7 - d)):
        _ask_for_map(trial, *_draw(trial, dimensions, m))
    # A bias along the first axis, or the last: a basis across it has other steps where an entry
    # is 0.
    for axis in (0, -1):
        W, b, *rest = _draw(trial, 3, 4)
        along = np.zeros(3)
        along[axis] = np.linalg.norm(b) * trial.rng.choice([-1, 1])
        _ask_for_map(trial, W, along, *rest)


def _ask_for_map(
    trial: Trial, W: np.ndarray, b: np.ndarray, Gamma: np.ndarray, temperature: float, _: Pair
) -> None:
    got, _rates = _two(trial, W, b, Gamma, temperature)

    def unit(x: np.ndarray) -> np.ndarray:
        z = W @ x + b
        return z / np.sqrt(z @ z)

    h = 1e-5
    want = np.column_stack([(unit(h * e) - unit(-h * e)) / (2 * h) for e in np.eye(W.shape[1])])
    length = np.linalg.norm(b)
    across = W - np.outer(b, b @ W) / length**2
    trial.slips(got, want, [
        (W / length, "The part of W along the bias is still in your A. It changes the length of z "
         "and not its direction."),
        ((W - W.mean(axis=0)) / length, "You take the mean over the dimensions out of W, its part "
         "along (1, …, 1). What goes is the part along b."),
        (across, "Your A is not divided by the length of b: a longer bias turns less."),
        (W, "This is W. Take its part along b away, and divide by the length of b."),
        (across / length**2, "One length too many: A has 1/‖b‖ once. (The square is in the "
         "rates.)"),
        ((W - np.outer(b, b @ W)) / length, "Your projection has b where it needs b̂: "
         "I − b bᵀ/‖b‖²."),
        ((W - np.outer(b, b @ W) / length) / length, "Your projection has one b̂ and one b: both "
         "are unit vectors."),
        (np.outer(b, b @ W) / length**3, "You kept the part along the bias. The other one turns "
         "the direction."),
        ((W + np.outer(b, b @ W) / length**2) / length, "The part along b is taken away, not "
         "added."),
    ])  # fmt: skip
    A = trial.array(got, shape=W.shape, what="A")
    along = np.linalg.norm(b @ A) / length / np.linalg.norm(A)
    trial.close(
        A, want, "A", rtol=1e-6, why="difference quotients of z/‖z‖ at x = 0",
        otherwise=f"Your A has a part along b: b̂ᵀA is {along:.2g} times as long as A. The length "
        "of ẑ is 1 and stays 1, so all of A is at right angles to b."
        if along > 1e-3 else "",
    )  # fmt: skip


def _grows_at_these_rates(trial: Trial) -> None:
    m = int(trial.rng.integers(5, 8))
    for d in (4, int(trial.rng.integers(2, 4))):
        _ask_for_rates(trial, *_draw(trial, d, m + d))
    _ask_for_rates(trial, *_draw(trial, 3, m, disagree=True))


def _ask_for_rates(
    trial: Trial, given: np.ndarray, b: np.ndarray, Gamma: np.ndarray, temperature: float,
    pair: Pair,
) -> None:  # fmt: skip
    _, got = _two(trial, given, b, Gamma, temperature)
    values, vectors = np.linalg.eigh(Gamma)
    u, d = np.linalg.svd(b[None])[2][1], len(b)  # u is at right angles to the bias
    want = []
    for j in range(1, d):
        W = 1e-5 * np.outer(u, vectors[:, -j])
        loss = partial(losses.nt_xent, temperature=temperature)
        slope = -gradient(loss, W, *pair, b)
        want.append(2 * np.sum(slope * W) / np.sum(W * W))
    want = np.array(want)
    gamma, length = values[::-1], np.linalg.norm(b)
    every = 4 * gamma / (temperature * length**2)
    by_size = every[np.argsort(-np.abs(every))][: d - 1]
    A = own.with_bias(given, b, Gamma, temperature)[0]
    now = 4 * np.linalg.eigvalsh(A @ Gamma @ A.T)[::-1] / temperature
    of_embedding = (
        "You take the eigenvalues of AΓAᵀ. Those are what grows, and they depend on W. How fast "
        "they grow depends on the eigenvalues of Γ."
    )
    trial.slips(got, every[: d - 1], [
        (every[: d - 1] * length**2, "The length of the bias is missing from your rates: 1/‖b‖²."),
        (every[: d - 1] * length**4, "You multiply by ‖b‖². A longer bias makes everything "
         "slower."),
        (every[: d - 1] * length, "Your rates have 1/‖b‖. The length comes in twice, once on the "
         "way forward and once in the gradient."),
        (every[: d - 1] / length, "Your rates have 1/‖b‖³. The length comes in twice, once on the "
         "way forward and once in the gradient."),
        (every[: d - 1] / 2, "These are the rates of W. An eigenvalue goes with its square and "
         "grows twice as fast."),
        (every[: d - 1] * 2, "8γ belongs to Barlow Twins. SimCLR has 4γ/τ."),
        (every[:d], "d rates: but the dimension along the bias cannot turn ẑ. d − 1 are left."),
        (every, "m rates: the embedding has d dimensions, and one holds the bias. d − 1 are left."),
        (every[1:d], "You skip the largest γ. The bias takes a dimension of the embedding, not a "
         "mode of the data: the first d − 1 modes are left."),
        *((wrong, of_embedding)
          for wrong in (now, now[: d - 1], now / length**2, now[: d - 1] / length**2)),
        (by_size, "You sort by |γ|, as a singular value decomposition does. The largest γ belong "
         "first: a mode of negative γ shrinks."),
        (every[::-1][: d - 1], "These belong to the smallest γ: np.linalg.eigh sorts in ascending "
         "order."),
    ])  # fmt: skip
    rates = trial.array(got, shape=(d - 1,), what="The array of rates")
    # The W of the truth is small and not infinitely so: its square is left in.
    trial.close(rates, want, "The rate", rtol=1e-4,
                why="autograd of NT-Xent with cosine similarity at a tiny W")  # fmt: skip


WITH_BIAS = Exercise(
    id="6.6",
    title="A bias brings the first step back",
    own=own.with_bias,
    right="Right. Near one point of the sphere this loss is one of dot products again.",
    hint="W is (d, m), b (d,), Gamma_s (m, m); return (A, rates) with shapes (d, m) and (d − 1,).",
    parts=(
        Part("the map", 1, _maps_to_first_order),
        Part("the rates", 2, _grows_at_these_rates),
    ),
)
