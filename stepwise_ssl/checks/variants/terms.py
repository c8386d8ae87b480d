"""1.6: other variance and covariance terms, against their definitions in loops."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch

from ..chapter_01.common import several, sizes, to_numpy, to_tensor, two_views
from ..chapter_01.vicreg import vicreg_terms
from ..engine import Exercise, Misconception, Part, Trial
from .family import Numerically, Variant

TASK = """\
Now two other terms. $K$ and $K'$ are the covariance matrices of the two views, $(d, d)$, with
$n - 1$ as in 1.6.

- *variance*: {variance};
- *covariance*: {covariance}.

**Given:** tensors `z1`, `z2` of shape `(n, d)` and the number `eps` for $\\varepsilon$.

**Wanted:** the two terms in this order, each one number (a tensor or a float).
"""

STUB = '''\
def other_terms(z1, z2, eps):
    """Variance and covariance term above. z1, z2 (n, d) tensors, eps a number -> two numbers."""
    # Your answer here
    raise NotImplementedError("Exercise {number}")


other_terms = check("{number}", other_terms)'''

NAMES = ("the variance term", "the covariance term")
Term = Callable[[list[np.ndarray], float], float]


@dataclass(frozen=True)
class _Terms:
    """Two terms of the two covariance matrices: their texts and what they are."""

    variance: str
    covariance: str
    hints: tuple[str, str]
    terms: tuple[Term, Term]
    slip: Term
    message: str


def _pairs(K: np.ndarray) -> list[tuple[int, int]]:
    return [(i, j) for i in range(len(K)) for j in range(len(K)) if i != j]


def _mean(of: Callable[[float], float], numbers: list[float]) -> float:
    return sum(of(x) for x in numbers) / len(numbers)


def _spread(Ks: list[np.ndarray], eps: float) -> float:
    """The hinge of all directions of both views."""
    numbers = [x for K in Ks for x in np.linalg.eigvalsh(K)]
    return _mean(lambda x: max(0.0, 1 - np.sqrt(x + eps)), numbers)


def _overlap(Ks: list[np.ndarray], eps: float) -> float:
    """The squared correlations of both views."""
    return sum(
        K[i, j] ** 2 / ((K[i, i] + eps) * (K[j, j] + eps)) / len(K)
        for K in Ks
        for i, j in _pairs(K)
    )


def _total(Ks: list[np.ndarray], eps: float) -> float:
    means = [_mean(lambda x: x, list(np.diag(K))) for K in Ks]
    return _mean(lambda x: max(0.0, 1 - np.sqrt(x + eps)), means)


def _of_the_mean(Ks: list[np.ndarray], eps: float) -> float:
    K = (Ks[0] + Ks[1]) / 2
    return 2 * sum(K[i, j] ** 2 for i, j in _pairs(K)) / len(K)


def _barrier(Ks: list[np.ndarray], eps: float) -> float:
    numbers = [x for K in Ks for x in np.diag(K)]
    return _mean(lambda x: -np.log(np.sqrt(x + eps)), numbers)


def _worst(Ks: list[np.ndarray], eps: float) -> float:
    return sum(
        max(K[i, j] ** 2 for j in range(len(K)) if j != i) / len(K)
        for K in Ks
        for i in range(len(K))
    )


TERMS = (
    _Terms(
        "$\\max(0,\\, 1 - \\sqrt{\\kappa + \\varepsilon})$ for the $d$ eigenvalues $\\kappa$ of a "
        "view's covariance matrix, averaged over eigenvalues and views",
        "$\\frac1d \\sum_{i \\ne j} K_{ij}^2 / \\bigl((K_{ii} + \\varepsilon)(K_{jj} + "
        "\\varepsilon)\\bigr)$ for each view, the two views added",
        (
            "The hinge now looks at directions, however they lie to the axes, and the other term "
            "at correlations, however large the dimensions are.",
            "`torch.linalg.eigvalsh` gives the eigenvalues. A column times a row, "
            "`v[:, None] * v`, holds the products of all pairs.",
        ),
        (_spread, _overlap),
        lambda Ks, eps: _mean(
            lambda x: max(0.0, 1 - np.sqrt(x + eps)), [x for K in Ks for x in np.diag(K)]
        ),
        "Your hinge sees the dimensions. Copies have a variance each, and together one eigenvalue "
        "above 0.",
    ),
    _Terms(
        "$\\max(0,\\, 1 - \\sqrt{\\bar v + \\varepsilon})$ with $\\bar v$ the mean of the "
        "variances of a view's $d$ dimensions, one hinge a view, averaged over the two views",
        "$\\frac2d \\sum_{i \\ne j} \\bar K_{ij}^2$ with $\\bar K = (K + K')/2$, the mean of the "
        "two covariance matrices",
        (
            "Where stands the mean: before the hinge or the square, or behind it?",
            "Two covariance matrices first. From their diagonals come two hinges, from their mean "
            "one sum of squares.",
        ),
        (_total, _of_the_mean),
        lambda Ks, eps: _mean(
            lambda x: max(0.0, 1 - x),
            [_mean(np.sqrt, list(np.diag(K) + eps)) for K in Ks],
        ),
        "You average the standard deviations. The variances are averaged, and the root comes last.",
    ),
    _Terms(
        "$-\\log \\sqrt{\\text{variance} + \\varepsilon}$, averaged over the $d$ dimensions and "
        "over the two views",
        "$\\frac1d \\sum_i \\max_{j \\ne i} K_{ij}^2$ for each view, the two views added",
        (
            "There is no hinge any more: a wide dimension has a negative term. And of each row of "
            "the covariance matrix one entry counts.",
            "A square is never negative: set the diagonal to zero, then take the largest square of "
            "each row. `torch.amax` has the argument `dim`.",
        ),
        (_barrier, _worst),
        lambda Ks, eps: max(0.0, _barrier(Ks, eps)),
        "You keep a hinge, which is gone: the term of a wide dimension is negative.",
    ),
)  # fmt: skip


def _covariances(*views: torch.Tensor) -> list[np.ndarray]:
    return [np.cov(to_numpy(z).T) for z in views]


def terms(k: int) -> Variant:
    """Variant k of exercise 1.6."""
    asked, number = TERMS[k], f"1.6v{k}"

    def other_terms(z1: torch.Tensor, z2: torch.Tensor, eps: float) -> tuple[float, float]:
        variance, covariance = (term(_covariances(z1, z2), eps) for term in asked.terms)
        return variance, covariance

    def slip(z1: torch.Tensor, z2: torch.Tensor, eps: float) -> tuple[float, float]:
        return asked.slip(_covariances(z1, z2), eps), other_terms(z1, z2, eps)[1]

    def part(place: int) -> Callable[[Trial], None]:
        def compare(trial: Trial) -> None:
            # More pictures than dimensions, fewer, and embeddings so small that eps counts.
            for n, d, scale in (
                (range(6, 11), range(3, 6), 0.2), (range(2, 4), range(5, 8), 0.5),
                (range(8, 12), range(4, 7), 2.0), (range(5, 9), range(3, 5), 0.02),
            ):  # fmt: skip
                z1, z2 = two_views(trial.rng, *sizes(trial.rng, n, d), disagree=1)
                widths = scale * trial.rng.uniform(0.4, 2, (2, z1.shape[1]))
                given = to_tensor(z1 * widths[0]), to_tensor(z2 * widths[1])
                eps = float(np.exp(trial.rng.uniform(np.log(1e-4), np.log(0.1))))
                got = several(trial, trial.call(*given, eps), NAMES)[place]
                got = trial.array(got, (), NAMES[place])
                want = other_terms(*given, eps)[place]
                trial.close(got, want, NAMES[place], why="the definition, entry by entry")

        return compare

    exercise = Exercise(
        id=number,
        title="Other terms",
        own=Numerically(other_terms),
        right="Right.",
        hint="The call is other_terms(z1, z2, eps); return two numbers, the variance term first.",
        parts=(Part("variance", 2, part(0)), Part("covariance", 1, part(1))),
        misconceptions=(
            Misconception(
                Numerically(lambda z1, z2, eps: vicreg_terms(z1, z2, eps)[1:]),
                "These are the two terms of 1.6.",
            ),
            Misconception(Numerically(slip), asked.message),
        ),
    )
    task = TASK.format(variance=asked.variance, covariance=asked.covariance)
    return Variant(task, STUB.format(number=number), asked.hints, exercise)
