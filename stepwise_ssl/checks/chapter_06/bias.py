"""6.6: the map around a bias and its rates, against difference quotients and autograd."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from ... import losses
from ..engine import Exercise, Misconception, Part, Trial
from ..values import same_values
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


def _draw(trial: Trial) -> tuple[Any, ...]:
    x1, x2 = views(trial.rng, 8, 5)
    b = trial.rng.normal(size=3)
    b *= trial.rng.choice([0.4, 0.6, 1.7]) / np.linalg.norm(b)
    W = 0.1 * trial.rng.normal(size=(3, 5))
    Gamma, temperature = _gamma_s(x1, x2), trial.rng.uniform(0.2, 0.7)
    got = trial.call(W, b, Gamma, temperature)
    if got is None:
        trial.fail("Your function returned None: is there a `return`?", named=True)
    if not isinstance(got, tuple | list) or len(got) != 2:
        trial.fail(f"Return two things, (A, rates); yours is of type {type(got).__name__}.")
    return got, W, b, Gamma, temperature, (x1, x2)


def _name(trial: Trial, got: Any, right: np.ndarray, slips: list[tuple[np.ndarray, str]]) -> None:
    for wrong, message in slips:
        if same_values(got, wrong) and not same_values(right, wrong):
            trial.fail(message, named=True)


def _maps_to_first_order(trial: Trial) -> None:
    got, W, b, *_ = _draw(trial)

    def unit(x: np.ndarray) -> np.ndarray:
        z = W @ x + b
        return z / np.sqrt(z @ z)

    h = 1e-5
    want = np.column_stack([(unit(h * e) - unit(-h * e)) / (2 * h) for e in np.eye(5)])
    length = np.linalg.norm(b)
    across = W - np.outer(b, b @ W) / length**2
    _name(trial, got[0], want, [
        (W / length, "The part of W along the bias is still in your A. It changes the length of z "
         "and not its direction."),
        (across, "Your A is not divided by the length of b: a longer bias turns less."),
        (W, "This is W. Take its part along b away, and divide by the length of b."),
        (across / length**2, "One length too many: A has 1/‖b‖ once. (The square is in the "
         "rates.)"),
        (across * length, "You multiply by the length of the bias. A longer one turns less."),
        ((W - np.outer(b, b @ W)) / length, "Your projection has b where it needs b̂: "
         "I − b bᵀ/‖b‖²."),
        ((W - np.outer(b, b @ W) / length) / length, "Your projection has one b̂ and one b: both "
         "are unit vectors."),
        (np.outer(b, b @ W) / length**3, "You kept the part along the bias. The other one turns "
         "the direction."),
        ((W + np.outer(b, b @ W) / length**2) / length, "The part along b is taken away, not "
         "added."),
    ])  # fmt: skip
    A = trial.array(got[0], shape=(3, 5), what="A")
    trial.close(A, want, "A", rtol=1e-5, why="difference quotients of z/‖z‖ at x = 0")


def _grows_at_these_rates(trial: Trial) -> None:
    got, given, b, Gamma, temperature, pair = _draw(trial)
    values, vectors = np.linalg.eigh(Gamma)
    u = np.linalg.svd(b[None])[2][1]  # at right angles to the bias
    want = []
    for j in (1, 2):
        W = 1e-5 * np.outer(u, vectors[:, -j])
        loss = partial(losses.nt_xent, temperature=temperature)
        slope = -gradient(loss, W, *pair, b)
        want.append(2 * np.sum(slope * W) / np.sum(W * W))
    want = np.array(want)
    gamma, length = values[::-1], np.linalg.norm(b)
    every = 4 * gamma / (temperature * length**2)
    A = own.with_bias(given, b, Gamma, temperature)[0]
    now = 4 * np.linalg.eigvalsh(A @ Gamma @ A.T)[::-1] / temperature
    of_embedding = (
        "You take the eigenvalues of AΓAᵀ. Those are what grows, and they depend on W. How fast "
        "they grow depends on the eigenvalues of Γ."
    )
    _name(trial, got[1], want, [
        (want * length**2, "The length of the bias is missing from your rates: 1/‖b‖²."),
        (want * length, "Your rates have 1/‖b‖. The length comes in twice, once on the way "
         "forward and once in the gradient."),
        (want * length**4, "You multiply by ‖b‖². A longer bias makes everything slower."),
        (want / 2, "These are the rates of W. An eigenvalue goes with its square and grows twice "
         "as fast."),
        (want * 2, "8γ belongs to Barlow Twins. SimCLR has 4γ/τ."),
        (want * temperature, "The temperature is missing from your rates."),
        (want * temperature**2, "You multiply by the temperature. Divide."),
        (every[:3], "d rates: but the dimension along the bias cannot turn ẑ. d − 1 are left."),
        (every, "m rates: the embedding has d dimensions, and one holds the bias. d − 1 are left."),
        (want[::-1], "The largest comes first: np.linalg.eigh sorts in ascending order."),
        (every[1:3], "You skip the largest γ. The bias takes a dimension of the embedding, not a "
         "mode of the data: the first d − 1 modes are left."),
        *((wrong, of_embedding) for wrong in (now, now[:2], now / length**2, now[:2] / length**2)),
        (every[::-1][:2], "These belong to the smallest γ: np.linalg.eigh sorts in ascending "
         "order."),
    ])  # fmt: skip
    rates = trial.array(got[1], shape=(2,), what="The array of rates")
    trial.close(rates, want, "The rate", rtol=1e-4,
                why="autograd of NT-Xent with cosine similarity at a tiny W")  # fmt: skip


WITH_BIAS = Exercise(
    id="6.6",
    title="A bias brings the staircase back",
    own=own.with_bias,
    right="Right. On the sphere, near one point, cosine similarity is a dot product again.",
    hint="W is (d, m), b (d,), Gamma_s (m, m); return (A, rates) with shapes (d, m) and (d − 1,).",
    parts=(
        Part("the map", 1, _maps_to_first_order),
        Part("the rates", 2, _grows_at_these_rates),
    ),
    misconceptions=(
        Misconception(
            lambda W, b, Gamma_s, temperature: own.with_bias(W, b, Gamma_s, temperature)[::-1],
            "The right two things in the wrong order: A first, then the rates.",
        ),
    ),
)
