"""2.1: the cross-moment."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ... import linear
from ..draws import sizes
from ..engine import Exercise, Misconception, Part, Trial


def _views(rng: np.random.Generator, n: int, m: int) -> tuple[np.ndarray, np.ndarray]:
    x1 = rng.normal(size=(n, m))
    return x1, 0.7 * x1 + rng.normal(size=(n, m))


def _compare(trial: Trial, Gamma: np.ndarray, x1: np.ndarray, x2: np.ndarray) -> None:
    pairs = list(zip(x1, x2, strict=True))
    want = np.mean([(np.outer(a, b) + np.outer(b, a)) / 2 for a, b in pairs], axis=0)
    zero = np.abs(Gamma).max() < 1e-12 * np.abs(want).max()
    trial.close(Gamma, want, "Γ", why="a loop over the pairs",
                otherwise="Yours is zero here, up to rounding." if zero else "")  # fmt: skip


def _averages_products(trial: Trial) -> None:
    few, m, many = sorted(sizes(trial.rng, 3, 11, 3))
    for n in (many, few):  # more pictures than pixels, and fewer
        x1 = trial.rng.normal(size=(n, m))
        x1 = x1 - x1.mean(axis=0)
        # With this x2 the product x1ᵀx2 is symmetric: symmetry and the mean come in part 2.
        x2 = x1 @ (0.7 * np.eye(m) + x1.T @ x1 / n)
        _compare(trial, trial.array(trial.call(x1, x2), shape=(m, m), what="Γ"), x1, x2)


def _is_symmetric_and_keeps_the_mean(trial: Trial) -> None:
    few, m, many = sorted(sizes(trial.rng, 3, 11, 3))
    for n in (many, few):
        x1, x2 = _views(trial.rng, n, m)
        x1, x2 = x1 + trial.rng.normal(size=m), x2 + trial.rng.normal(size=m)
        Gamma = trial.array(trial.call(x1, x2), shape=(m, m), what="Γ")
        skew = np.abs(Gamma - Gamma.T)
        i, j = sorted(int(k) for k in np.unravel_index(np.argmax(skew), skew.shape))
        trial.require(
            skew[i, j] <= 1e-5 * np.abs(Gamma).max(),  # room for single precision
            f"Your Γ in row {i + 1}, column {j + 1} is {Gamma[i, j]:.4g}, and in row {j + 1}, "
            "column "
            f"{i + 1} it is {Gamma[j, i]:.4g}.",
            otherwise="Your Γ is not symmetric. The average of x x'ᵀ and x' xᵀ is.",
        )
        _compare(trial, Gamma, x1, x2)


def _sum_of_products(x1: np.ndarray, x2: np.ndarray) -> np.ndarray:
    return x1.T @ x2 + x2.T @ x1


def _centred_moment(x1: np.ndarray, x2: np.ndarray, mean1: np.ndarray, mean2: np.ndarray):
    return _sum_of_products(x1 - mean1, x2 - mean2) / (2 * len(x1))


def _one_pair(pair: int, divisor: Callable[[int], int]) -> Callable[..., np.ndarray]:
    """What is left when a loop over the pairs keeps only one of them."""

    def like(x1: np.ndarray, x2: np.ndarray) -> np.ndarray:
        product = np.outer(x1[pair], x2[pair])
        return (product + product.T) / divisor(len(x1))

    return like


def _filled_with_one_number(x1: np.ndarray, x2: np.ndarray) -> np.ndarray:
    """x1[i] @ x2[i].T for np.outer, added to a matrix of zeros."""
    return np.full((x1.shape[1],) * 2, np.sum(x1 * x2) / len(x1))


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
            "Your Γ is twice as large as it should be: there are 2n products x x'ᵀ and x' xᵀ, "
            "and you divide "
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
            lambda x1, x2: _sum_of_products(x1, x2) / (2 * x1.shape[1]),
            "You divide by 2m, twice the number of pixels. The average runs over the n pairs.",
        ),
        Misconception(
            _filled_with_one_number,
            "A row x1[i] is one-dimensional: .T does nothing to it, and x1[i] @ x2[i].T is one "
            "number. The matrix x x'ᵀ is np.outer(x1[i], x2[i]).",
        ),
        Misconception(
            lambda x1, x2: (x1 + x2).T @ (x1 + x2) / (4 * len(x1)),
            "You average the two views and take the products of that. They hold x xᵀ and x' x'ᵀ "
            "too; Γ multiplies one view with the other only.",
        ),
        *(
            Misconception(
                lambda x1, x2, half=half: half(x1.T @ x2 / len(x1)),
                f"You mirror the {word} half of XᵀX'/n. The two halves differ: Γ has their mean.",
            )
            for word, half in (
                ("lower", lambda M: np.tril(M) + np.tril(M, -1).T),
                ("upper", lambda M: np.triu(M) + np.triu(M, 1).T),
            )
        ),
        *(
            Misconception(
                lambda x1, x2, keep=keep: _sum_of_products(x1[keep], x2[keep]) / (2 * len(x1)),
                f"The {place} pair is left out of the sum.",
            )
            for keep, place in ((slice(1, None), "first"), (slice(None, -1), "last"))
        ),
        *(
            Misconception(
                _one_pair(pair, divisor),
                f"Only the {place} pair has entered: {cause}",
            )
            for pair, place, cause in (
                (0, "first", "is the `return` inside the loop?"),
                (-1, "last", "has the sum inside the loop `=` where it needs `+=`?"),
            )
            for divisor in (lambda n: 2 * n, lambda n: 2)
        ),
    ),
)  # fmt: skip
