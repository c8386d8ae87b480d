"""5.3: the recursion through the layers, against integrals layer by layer."""

from __future__ import annotations

import numpy as np

from ..engine import Exercise, Misconception, Part, Trial
from ..values import as_array
from . import own
from .truth import kernels_by_integration


def _no_numbers(trial: Trial, got: tuple, n: int) -> None:
    """Refuse NaN by its cause: inputs n + 1 and n + 2 are ± the first, and n + 3 is zero."""
    nan = np.zeros((n + 3, n + 3), dtype=bool)
    for array in map(as_array, got):
        if array is None or array.shape != nan.shape:
            return
        nan |= np.isnan(array)
    of_zero = nan.copy()
    of_zero[:-1, :-1] = False
    if not nan.any():
        return
    if (nan == of_zero).all():
        trial.fail(
            f"All NaN of yours belong to input {n + 3}, a zero vector: there k₁₂ and a variance "
            "are 0, and k₁₂/√(k₁₁k₂₂) is 0/0. np.arctan2 needs no division.",
            named=True,
        )
    parallel = np.eye(n + 3, dtype=bool)
    same = [0, n, n + 1]
    parallel[np.ix_(same, same)] = True
    parallel[-1] = parallel[:, -1] = True
    if not (nan & ~parallel).any():
        trial.fail(
            "All NaN of yours belong to inputs that are parallel: one with itself, inputs "
            f"{n + 1} and {n + 2} with the first, or a zero vector. By rounding k₁₂² is a little "
            "above k₁₁k₂₂: cut off at 0 under the root, and take the angle by np.arctan2.",
            named=True,
        )


def _two(
    trial: Trial, X: np.ndarray, depth: int, w: float, b: float, hard: int | None = None
) -> tuple:
    got = trial.call(X, depth, w, b)
    if not isinstance(got, tuple | list) or len(got) != 2:
        trial.fail("The answer should be a tuple of two matrices: K and Θ.", named=True)
    if hard is not None:
        _no_numbers(trial, tuple(got), hard)
    n = len(X)
    K = trial.array(got[0], shape=(n, n), what="K")
    return K, trial.array(got[1], shape=(n, n), what="Θ")


def _inputs(trial: Trial, n: int, m: int) -> np.ndarray:
    return trial.rng.normal(size=(n, m)) * trial.rng.uniform(0.5, 2, size=(n, 1))


def _deep(trial: Trial, n: int, m: int, depth: int) -> tuple[np.ndarray, int, float, float]:
    w, b = trial.rng.uniform(1.1, 1.7), trial.rng.uniform(0.2, 0.6)
    return _inputs(trial, n, m), depth, w, b


def _compare(trial: Trial, X: np.ndarray, depth: int, w: float, b: float) -> None:
    got = _two(trial, X, depth, w, b)
    want = kernels_by_integration(X, depth, w, b)
    layers = f"{depth} hidden layer{'s' * (depth > 1)}"
    trial.close(got[0], want[0], f"K after {layers}", rtol=1e-6, why="integrals over the angle")
    trial.close(got[1], want[1], f"Θ after {layers}", rtol=1e-6, why="integrals over the angle")


def _of_one_layer(trial: Trial) -> None:
    for n, m in ((4, 3), (2, 6)):
        _compare(trial, _inputs(trial, n, m), 1, trial.rng.uniform(1, 2), 0.0)
    # After one layer without biases several slips give one number; three layers tell them apart.
    trial.call(*_deep(trial, 3, 2, 3))


def _of_a_deep_network(trial: Trial) -> None:
    _compare(trial, *_deep(trial, 5, 2, 3))
    _compare(trial, *_deep(trial, 3, 4, 2))


def _in_the_hard_cases(trial: Trial) -> None:
    n, m = int(trial.rng.integers(2, 5)), int(trial.rng.integers(4, 8))
    X = trial.rng.normal(size=(n, m))
    X = np.vstack([X, X[:1], -X[:1], np.zeros((1, m))])
    depth = int(trial.rng.integers(2, 5))
    K, Theta = _two(trial, X, depth, 2**0.5, 0.0, hard=n)
    size = 2 * np.sum(X**2, axis=1) / m
    trial.close(np.diag(K), size, "K(x, x) with σ_w = √2", rtol=1e-6, why="it keeps its value")
    trial.close(np.diag(Theta), (depth + 1) * size, "Θ(x, x) with σ_w = √2", rtol=1e-6,
                why="each of the depth + 1 dense layers brings the same")  # fmt: skip
    trial.close(Theta[n, :n], Theta[0, :n], f"Θ of input {n + 1} with the first {n}", rtol=1e-6,
                why=f"input {n + 1} is input 1 once more")  # fmt: skip


def _means(K: np.ndarray, sizes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The two means, with `sizes` (n,) as k₁₁ and k₂₂."""
    return _means_of(K, np.outer(sizes, sizes))


def _means_by_cosines(K: np.ndarray, squares: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The same, from a cosine that is cut off at 1 where K is larger than its sizes allow."""
    size = np.sqrt(squares)
    cosine = np.clip(np.divide(K, size, out=np.zeros_like(K), where=size > 0), -1, 1)
    return _means_of(size * cosine, squares)


def _means_of(K: np.ndarray, squares: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The two means, with `squares` as k₁₁k₂₂."""
    r = np.sqrt(np.maximum(squares - K**2, 0))
    both = 0.5 - np.arctan2(r, K) / (2 * np.pi)
    return r / (2 * np.pi) + both * K, both


def _recursion(
    start_K=lambda X, w, b: w**2 * X @ X.T / X.shape[1] + b**2,
    start_Theta=lambda K, X: K,
    means=lambda K, first: _means(K, np.diag(K)),
    next_K=lambda product, w, b: w**2 * product + b**2,
    next_Theta=lambda K, both, Theta, w, product, old: K + w**2 * both * Theta,
    rounds=lambda depth: depth,
    end=lambda K, Theta, product, carried: (K, Theta),
    w_of=lambda w: w,
    b_of=lambda b: b,
):
    """The recursion, with one line of it changed. `first` is K after the first dense layer."""

    def like(X, depth, w, b):
        w, b = w_of(w), b_of(b)
        first = K = start_K(X, w, b)
        Theta = start_Theta(K, X)
        product, carried = K, Theta
        for _ in range(rounds(depth)):
            product, both = means(K, first)
            old, K = K, next_K(product, w, b)
            carried = both * Theta
            Theta = next_Theta(K, both, Theta, w, product, old)
        return end(K, Theta, product, carried)

    return like


def _root_2_squared(W_std: float) -> float:
    """σ_w² as it is for σ_w = √2."""
    return 2.0


def _without_gradients_by_biases(X, depth, w, b):
    """Θ starts without σ_b² as well."""
    return _recursion(
        start_Theta=lambda K, X: K - b**2,
        next_Theta=lambda K, both, Theta, w, product, old: w**2 * product + w**2 * both * Theta,
    )(X, depth, w, b)


def _first_theta_without_bias(X, depth, w, b):
    return _recursion(start_Theta=lambda K, X: K - b**2)(X, depth, w, b)


def _no_bias_at_the_end(X, depth, w, b):
    return tuple(kernel - b**2 for kernel in _recursion()(X, depth, w, b))


NO_BIASES = "You add the new K without σ_b². The biases have gradients too, of size σ_b."
FIRST = "The first dense layer is missing: K starts as σ_w² x·x'/m + σ_b²."
ZERO = "After the first dense layer Θ is K, not 0: its own weights have gradients too."
WIDE_KERNELS = Exercise(
    id="5.3",
    title="The recursion",
    own=own.wide_kernels,
    right="Right. Width is gone from it: only depth, ReLU, σ_w and σ_b are left of the network.",
    hint="X has shape (n, m); K, Theta and both means have shape (n, n).",
    parts=(
        Part("one hidden layer", 1, _of_one_layer),
        Part("depth and biases", 1, _of_a_deep_network),
        Part("equal inputs and zero", 1, _in_the_hard_cases),
    ),
    misconceptions=(
        Misconception(_recursion(start_Theta=lambda K, X: 0 * K), ZERO),
        Misconception(
            _recursion(start_Theta=lambda K, X: X @ X.T / X.shape[1]),
            "Your Θ starts as x·x'/m. After the first dense layer it is K, with σ_w² and σ_b².",
        ),
        Misconception(
            _recursion(start_K=lambda X, w, b: w**2 * X @ X.T + b**2),
            "The inputs are not divided by m: a layer multiplies by σ_w/√m, its square is σ_w²/m.",
        ),
        Misconception(
            _recursion(start_K=lambda X, w, b: X @ X.T / X.shape[1]),
            FIRST,
        ),
        Misconception(
            _recursion(
                start_K=lambda X, w, b: X @ X.T / X.shape[1], start_Theta=lambda K, X: 0 * K
            ),
            FIRST,
        ),
        Misconception(
            _recursion(w_of=np.sqrt),
            "σ_w is a standard deviation: it enters squared, σ_w², in K and in Θ. Yours is not "
            "squared.",
        ),
        Misconception(
            _recursion(b_of=np.sqrt),
            "σ_b is a standard deviation: every dense layer adds σ_b². Yours is not squared.",
        ),
        Misconception(
            _recursion(w_of=np.sqrt, b_of=np.sqrt),
            "σ_w and σ_b are standard deviations: both enter squared. Yours are not squared.",
        ),
        Misconception(
            _recursion(w_of=lambda w: 2**0.5),
            "W_std has no effect in your answer: you have put in √2.",
        ),
        *(
            Misconception(
                _recursion(
                    next_K=lambda product, w, b, of_K=of_K: of_K(w) * product + b**2,
                    next_Theta=lambda K, both, Theta, w, product, old, of_Theta=of_Theta: (
                        K + of_Theta(w) * both * Theta
                    ),
                ),
                f"Behind the ReLUs you have 2 where σ_w² belongs, {where}. The two are the same "
                "for W_std = √2 only.",
            )
            for of_K, of_Theta, where in (
                (_root_2_squared, _root_2_squared, "in K and in Θ"),
                (_root_2_squared, np.square, "in K"),
                (np.square, _root_2_squared, "in Θ"),
            )
        ),
        Misconception(
            _recursion(
                start_K=lambda X, w, b: w**2 * (X @ X.T / X.shape[1] + b**2),
                next_K=lambda product, w, b: w**2 * (product + b**2),
            ),
            "Your σ_w² multiplies σ_b² as well. A bias is added behind the weights: σ_w² K + σ_b².",
        ),
        Misconception(
            _recursion(b_of=lambda b: 0.0),
            "You leave b_std out: every dense layer adds σ_b².",
        ),
        Misconception(
            _recursion(means=lambda K, first: _means(K, np.diag(K))[::-1]),
            "The two means are swapped: E[σσ], the first of them, becomes K, and E[σ'σ'] goes "
            "with Θ.",
        ),
        *(
            Misconception(
                _recursion(
                    means=lambda K, first, means=means: means(
                        K, np.outer(np.diag(first), np.diag(first))
                    )
                ),
                "You keep k₁₁ and k₂₂ of the first layer. They are the diagonal of the present K, "
                "and change with it.",
            )
            for means in (_means_of, _means_by_cosines)
        ),
        *(
            Misconception(
                _recursion(
                    means=lambda K, first, turned=turned, means=means: means(
                        K, np.broadcast_to(turned(np.diag(K)) ** 2, K.shape)
                    )
                ),
                f"k₁₁ and k₂₂ are one array in yours, the diagonal of K as a {word}. k₁₁ is that "
                "of the row's input, a column repeated to the right, and k₂₂ that of the column's "
                "input, a row repeated downwards.",
            )
            for turned, word in ((lambda q: q[:, None], "column"), (lambda q: q[None], "row"))
            for means in (_means_of, _means_by_cosines)
        ),
        Misconception(
            _recursion(end=lambda K, Theta, product, carried: (product, carried)),
            "The last dense layer is missing: the network ends with a dense layer, not with a "
            "ReLU.",
        ),
        Misconception(
            _recursion(next_Theta=lambda K, both, Theta, w, product, old: K + w**2 * both @ Theta),
            "E[σ'σ'] and Θ are multiplied entry by entry, with *. You have a product of "
            "matrices, @.",
        ),
        Misconception(
            _recursion(
                next_Theta=lambda K, both, Theta, w, product, old: (
                    w**2 * product + w**2 * both * Theta
                )
            ),
            NO_BIASES,
        ),
        Misconception(
            _first_theta_without_bias,
            "Your Θ starts without σ_b². After the first dense layer it is K: this layer's biases "
            "have gradients too.",
        ),
        Misconception(
            _without_gradients_by_biases,
            NO_BIASES,
        ),
        Misconception(
            _recursion(
                next_Theta=lambda K, both, Theta, w, product, old: (
                    K + w**2 * _means(K, np.diag(K))[1] * Theta
                )
            ),
            "Your E[σ'σ'] is that of the new K. What goes through the ReLU is the old one: take "
            "both means before you overwrite K.",
        ),
        Misconception(
            _no_bias_at_the_end,
            "The last dense layer has no bias in yours. It is a dense layer like all others, and "
            "adds σ_b².",
        ),
        Misconception(
            _recursion(next_Theta=lambda K, both, Theta, w, product, old: K + w**2 * Theta),
            "Θ goes through the ReLU unchanged in your answer: E[σ'σ'] is missing.",
        ),
        Misconception(
            _recursion(next_Theta=lambda K, both, Theta, w, product, old: K + w * both * Theta),
            "In your Θ stands σ_w where σ_w² belongs.",
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
                start_Theta=lambda K, X: X @ X.T / X.shape[1],
                next_Theta=lambda K, both, Theta, w, product, old: product + w**2 * both * Theta,
            ),
            "In every dense layer, the first too, you add to Θ the K that comes in. The gradients "
            "by its weights have σ_w² and those by its biases σ_b²: the new K belongs there.",
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
            _recursion(start_K=lambda X, w, b: w**2 * X @ X.T / X.shape[1]),
            "The first dense layer has biases too: K starts as σ_w² x·x'/m + σ_b².",
        ),
        Misconception(
            _recursion(
                next_Theta=lambda K, both, Theta, w, product, old: (
                    2 * K - w**2 * product + w**2 * both * Theta
                )
            ),
            "You add σ_b² to Θ twice: it is in the new K.",
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
            _recursion(end=lambda K, Theta, product, carried: (Theta, K)),
            "The order is (K, Θ); yours is the other way round.",
        ),
    ),
)
