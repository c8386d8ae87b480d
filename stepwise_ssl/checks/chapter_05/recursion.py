"""5.3: the recursion through the layers, against integrals layer by layer."""

from __future__ import annotations

import numpy as np

from ..engine import Exercise, Misconception, Part, Trial
from . import own
from .truth import kernels_by_integration


def _two(trial: Trial, X: np.ndarray, depth: int, w: float, b: float) -> tuple:
    got = trial.call(X, depth, w, b)
    trial.require(
        isinstance(got, tuple | list) and len(got) == 2,
        "The answer should be a tuple of two matrices: K and Θ.",
    )
    n = len(X)
    K = trial.array(got[0], shape=(n, n), what="K")
    return K, trial.array(got[1], shape=(n, n), what="Θ")


def _compare(trial: Trial, depth: int, w: float, b: float) -> None:
    X = trial.rng.normal(size=(4, 3)) * trial.rng.uniform(0.5, 2, size=(4, 1))
    K, Theta = _two(trial, X, depth, w, b)
    want = kernels_by_integration(X, depth, w, b)
    layers = f"{depth} hidden layer{'s' * (depth > 1)}"
    trial.close(K, want[0], f"K after {layers}", rtol=1e-6, why="integrals over the angle")
    trial.close(Theta, want[1], f"Θ after {layers}", rtol=1e-6, why="integrals over the angle")


def _of_one_layer(trial: Trial) -> None:
    _compare(trial, 1, trial.rng.uniform(1, 2), 0.0)


def _of_a_deep_network(trial: Trial) -> None:
    _compare(trial, 3, trial.rng.uniform(1.1, 1.7), trial.rng.uniform(0.2, 0.6))


def _in_the_hard_cases(trial: Trial) -> None:
    X = trial.rng.normal(size=(3, 5))
    X = np.vstack([X, X[:1], -X[:1], np.zeros((1, 5))])
    depth = int(trial.rng.integers(2, 5))
    K, Theta = _two(trial, X, depth, 2**0.5, 0.0)
    size = 2 * np.sum(X**2, axis=1) / 5
    trial.close(np.diag(K), size, "K(x, x) with σ_w = √2", rtol=1e-6, why="it keeps its value")
    trial.close(np.diag(Theta), (depth + 1) * size, "Θ(x, x) with σ_w = √2", rtol=1e-6,
                why="each of the depth + 1 dense layers brings the same")  # fmt: skip
    trial.require(
        np.allclose(Theta[0, :3], Theta[3, :3], rtol=1e-6),
        "Two equal inputs have different rows in your Θ.",
    )


def _means(K: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    sizes = np.outer(np.diag(K), np.diag(K))
    r = np.sqrt(np.maximum(sizes - K**2, 0))
    both = 0.5 - np.arctan2(r, K) / (2 * np.pi)
    return r / (2 * np.pi) + both * K, both


def _recursion(
    start_K=lambda X, w, b: w**2 * X @ X.T / X.shape[1] + b**2,
    start_Theta=lambda K, X, w: K,
    next_K=lambda product, w, b: w**2 * product + b**2,
    next_Theta=lambda K, both, Theta, w, product, old: K + w**2 * both * Theta,
    rounds=lambda depth: depth,
    end=lambda K, Theta: (K, Theta),
):
    """The recursion, with one line of it changed."""

    def like(X, depth, w, b):
        K = start_K(X, w, b)
        Theta = start_Theta(K, X, w)
        for _ in range(rounds(depth)):
            product, both = _means(K)
            old, K = K, next_K(product, w, b)
            Theta = next_Theta(K, both, Theta, w, product, old)
        return end(K, Theta)

    return like


ZERO = "After the first dense layer Θ is K, not 0: its own weights have gradients too."
WIDE_KERNELS = Exercise(
    id="5.3",
    title="The recursion",
    own=own.wide_kernels,
    right="Right. Width is gone from it: only depth, σ_w and σ_b are left of the network.",
    hint="X has shape (n, m); K, Theta and both means have shape (n, n).",
    parts=(
        Part("one hidden layer", 1, _of_one_layer),
        Part("depth and biases", 1, _of_a_deep_network),
        Part("equal inputs and zero", 1, _in_the_hard_cases),
    ),
    misconceptions=(
        Misconception(_recursion(start_Theta=lambda K, X, w: 0 * K), ZERO),
        Misconception(
            _recursion(start_Theta=lambda K, X, w: X @ X.T / X.shape[1]),
            "Your Θ starts as x·x'/m. After the first dense layer it is K, with σ_w² and σ_b².",
        ),
        Misconception(
            _recursion(start_K=lambda X, w, b: w**2 * X @ X.T + b**2),
            "The inputs are not divided by m: a layer multiplies by σ_w/√m, its square is σ_w²/m.",
        ),
        Misconception(
            _recursion(start_K=lambda X, w, b: X @ X.T / X.shape[1]),
            "The first dense layer is missing: K starts as σ_w² x·x'/m + σ_b².",
        ),
        Misconception(
            _recursion(next_Theta=lambda K, both, Theta, w, product, old: K + both * Theta),
            "Θ goes through a dense layer too: K + σ_w² E[σ'σ'] Θ. Your σ_w² is missing.",
        ),
        Misconception(
            _recursion(next_Theta=lambda K, both, Theta, w, product, old: w**2 * both * Theta),
            "The new K is missing in Θ: every dense layer adds the gradients by its own weights.",
        ),
        Misconception(
            _recursion(
                next_Theta=lambda K, both, Theta, w, product, old: old + w**2 * both * Theta
            ),
            "You add the old K. The gradients by a layer's weights are the signals that come into "
            "it: the new K belongs there.",
        ),
        Misconception(
            _recursion(
                next_Theta=lambda K, both, Theta, w, product, old: product + w**2 * both * Theta
            ),
            "You add E[σσ] without σ_w² and σ_b². The weights stand behind the factor σ_w/√N, and "
            "the biases behind σ_b.",
        ),
        Misconception(
            _recursion(
                next_Theta=lambda K, both, Theta, w, product, old: K + w**2 * product * Theta
            ),
            "Θ goes through a ReLU by E[σ'σ'], and not by E[σσ].",
        ),
        Misconception(
            _recursion(next_K=lambda product, w, b: w**2 * product + b),
            "σ_b is a standard deviation: K gets σ_b².",
        ),
        Misconception(
            _recursion(next_K=lambda product, w, b: w * product + b**2),
            "σ_w is a standard deviation: K is multiplied by σ_w².",
        ),
        Misconception(
            _recursion(next_K=lambda product, w, b: w**2 * product),
            "The biases are left out after the first layer: every dense layer adds σ_b².",
        ),
        Misconception(
            _recursion(rounds=lambda depth: depth - 1),
            "One hidden layer too few: the first dense layer is not one of the `depth` rounds.",
        ),
        Misconception(
            _recursion(rounds=lambda depth: depth + 1),
            "One hidden layer too many: the network is dense, then `depth` times ReLU and dense.",
        ),
        Misconception(
            _recursion(end=lambda K, Theta: (Theta, K)),
            "The order is (K, Θ); yours is the other way round.",
        ),
    ),
)
