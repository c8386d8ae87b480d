"""2.1: the cross-moment."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ... import linear
from ..engine import Exercise, Misconception, Part, Trial


def _views(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    n, m = 7, 3  # neither m nor 2m nor a divisor: a wrong sum or count has its own size
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


def _one_pair(pair: int, divisor: Callable[[int], int]) -> Callable[..., np.ndarray]:
    """What is left when a loop over the pairs keeps only one of them."""

    def like(x1: np.ndarray, x2: np.ndarray) -> np.ndarray:
        product = np.outer(x1[pair], x2[pair])
        return (product + product.T) / divisor(len(x1))

    return like


def _inner_products(divisor: int, matrix: bool) -> Callable[..., np.ndarray]:
    """x1[i] @ x2[i].T for np.outer, added to a number or to a matrix of zeros."""

    def like(x1: np.ndarray, x2: np.ndarray) -> np.ndarray:
        number = 2 * np.sum(x1 * x2) / (divisor * len(x1))
        return np.full((x1.shape[1],) * 2, number) if matrix else number

    return like


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
        Misconception(
            lambda x1, x2: _sum_of_products(x1, x2) / (2 * x1.shape[1]),
            "You divide by 2m, twice the number of pixels. The average runs over the n pairs.",
        ),
        Misconception(
            lambda x1, x2: np.cov(x1, x2, rowvar=False),
            "np.cov stacks both views and returns all (2m, 2m) covariances, centred. Γ is built "
            "from products of one view with the other, with no mean subtracted.",
        ),
        *(
            Misconception(
                _inner_products(divisor, matrix),
                "A row x1[i] is one-dimensional: .T does nothing to it, and x1[i] @ x2[i].T is one "
                "number. The matrix x x'ᵀ is np.outer(x1[i], x2[i]).",
            )
            for divisor in (1, 2)
            for matrix in (False, True)
        ),
        *(
            Misconception(
                _one_pair(pair, divisor),
                f"Only the {place} pair has entered: {cause}",
            )
            for pair, place, cause in (
                (0, "first", "is the `return` inside the loop?"),
                (-1, "last", "inside the loop the sum needs `+=`, not `=`."),
            )
            for divisor in (lambda n: 2 * n, lambda n: 2)
        ),
    ),
)  # fmt: skip
