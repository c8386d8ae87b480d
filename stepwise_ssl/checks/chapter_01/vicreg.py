"""Exercise 1.6: the three terms of VICReg, each with the mistakes that are known for it.

The truth is the definition of each term, written out in loops.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch

from ... import losses
from ..engine import Trial
from ..values import same_values
from .common import (
    Array,
    call,
    gradient_of,
    numbers,
    present,
    same_gradient,
    scalar,
    several,
    slopes,
    to_tensor,
    two_views,
)


def _vicreg_by_loops(z1: Array, z2: Array, eps: float = 1e-4) -> Array:
    """The three terms from their definitions, (3,)."""
    n, d = z1.shape
    agreement = sum((z1[i, j] - z2[i, j]) ** 2 for i in range(n) for j in range(d)) / (n * d)
    spread = overlap = 0.0
    for z in (z1, z2):
        for i in range(d):
            a = z[:, i] - np.mean(z[:, i])
            spread += max(0.0, 1.0 - np.sqrt(sum(a * a) / (n - 1) + eps)) / d / 2
            for j in range(d):
                b = z[:, j] - np.mean(z[:, j])
                overlap += (i != j) * (sum(a * b) / (n - 1)) ** 2 / d
    return np.array([agreement, spread, overlap])


def _three_terms(
    trial: Trial, scale: float = 0.5, *eps: float
) -> tuple[tuple, Array, Array, Array]:
    """Call on embeddings with some spreads below 1 and some above; eps is passed on if given."""
    n, d = int(trial.rng.integers(6, 10)), int(trial.rng.integers(4, 6))
    z1, z2 = two_views(trial.rng, n, d)
    sizes = scale * np.linspace(0.4, 3.0, d)
    z1, z2 = z1 * sizes, z2 * sizes
    got = _terms(trial, call(trial, to_tensor(z1), to_tensor(z2), *eps))
    want = _vicreg_by_loops(z1, z2, *eps)
    orders = [tuple(want[list(order)]) for order in itertools.permutations(range(3))]
    given = tuple(numbers(term) for term in got)
    as_wanted, *swapped = [same_values(given, order) for order in orders]
    if not as_wanted and any(swapped):
        trial.fail(
            "The three terms are right and in another order. Wanted: invariance, variance, "
            "covariance.",
            named=True,
        )
    return got, z1, z2, want


NAMES = ("the invariance term", "the variance term", "the covariance term")


def _terms(trial: Trial, got: Any) -> Sequence[Any]:
    """The three terms: a tuple, a list, or one array or tensor that holds the three."""
    array = None if isinstance(got, tuple | list) else numbers(got)
    if array is not None and array.ndim == 0:
        trial.fail(
            "One number came back. Return the three terms, unweighted, in this order: "
            "invariance, variance, covariance.",
            named=True,
        )
    if array is not None and array.shape == (3,):
        return list(got)
    return several(trial, got, NAMES)


def invariance_term(trial: Trial) -> None:
    got, z1, z2, want = _three_terms(trial)
    n, d = z1.shape
    present(trial, got[0], NAMES[0])
    term = scalar(trial, got[0], NAMES[0])
    trial.slips(
        term,
        want[0],
        [
            (25 * want[0], WEIGHTED),
            (
                want[0] * d,
                (
                    "Your invariance term sums over the d dimensions and averages over the "
                    "pairs, as the paper's formula does. The official code takes the mean over all n·d "
                    "entries: yours is d times as large."
                ),
            ),
            (
                want[0] * n * d,
                ("Your invariance term is a sum. It is the mean over all n·d entries."),
            ),
            (
                np.mean(np.abs(z1 - z2)),
                ("Your invariance term averages |z1 − z2|: the square is missing."),
            ),
            (
                np.sqrt(want[0]),
                ("Your invariance term has a root too many: it is the mean squared difference."),
            ),
            (
                want[0] / 2,
                (
                    "Your invariance term is half the mean squared difference: no factor ½ "
                    "stands there."
                ),
            ),
        ],
    )
    trial.close(term, want[0], NAMES[0], why="mean of (z1 − z2)² over n·d entries")


WEIGHTED = (
    "Your term holds VICReg's weight 25. The three terms are wanted without weights: the cell that "
    "trains multiplies them."
)


def _like_variance(
    z1: Array, z2: Array, inside: float, *, ddof: int = 1, outside: float = 0.0, power: int = 1,
    stacked: bool = False,
    hinge: Callable[[Array], Array] = lambda std: np.maximum(0, 1 - std),
) -> float:  # fmt: skip
    """The variance term with one thing done differently."""
    views = [np.concatenate([z1, z2])] if stacked else [z1, z2]
    stds = np.sqrt(np.var(views, axis=1, ddof=ddof) + inside) + outside
    return float(np.mean(hinge(stds**power)))


def variance_term(trial: Trial) -> None:
    """Three calls come before the first comparison: a mistake must explain all of them."""
    cases = ((0.5, 1e-4), (0.02, 1e-4), (0.02, 3e-3))  # at the small scale eps counts
    runs = [_three_terms(trial, scale, *([eps] if eps != 1e-4 else [])) for scale, eps in cases]
    present(trial, runs[0][0][1], NAMES[1])
    terms = np.array([scalar(trial, got[1], NAMES[1]) for got, *_ in runs])
    want = np.array([truth[1] for *_, truth in runs])
    d = np.array([z1.shape[1] for _, z1, _, _ in runs])

    def like(eps: Callable[[float], float] = lambda eps: eps, **change: Any) -> Array:
        return np.array(
            [
                _like_variance(
                    z1, z2, eps(e), **{k: v(e) if k == "outside" else v for k, v in change.items()}
                )
                for (_, z1, z2, _), (_, e) in zip(runs, cases, strict=True)
            ]
        )

    def none(eps: float) -> float:
        return 0.0

    sees_variance = (
        "Your hinge sees the variance. It must see the standard deviation, the root: near 0 the "
        "variance has slope 0, and nothing would push a collapsed embedding apart."
    )
    trial.slips(
        terms,
        want,
        [
            (25 * want, WEIGHTED),
            (
                want * 2,
                (
                    "You add the two views' variance terms, as the paper's formula and "
                    "solo-learn do. The official code (and lightly) averages them, so at equal weight "
                    "yours pushes twice as hard."
                ),
            ),
            (
                like(ddof=0),
                (
                    "Your variance divides by n. The official code uses the unbiased one, "
                    "n − 1, which is torch's default."
                ),
            ),
            (
                like(lambda eps: 1e-4),
                ("Your function does not use its argument eps: at eps = 0.003 it still adds 1e-4."),
            ),
            (
                like(none),
                (
                    "eps is missing: the root is of variance + eps. Without it the slope of the "
                    "root is infinite where a dimension is constant, and training stops with NaN at full "
                    "collapse."
                ),
            ),
            (
                like(none, outside=lambda eps: eps),
                (
                    "Your eps is added after the root. It belongs "
                    "inside: it is there to keep the root's slope finite at variance 0."
                ),
            ),
            (
                like(hinge=lambda std: np.maximum(0, std - 1)),
                (
                    "Your hinge is turned round: it punishes "
                    "a spread above 1. Collapse is a spread below 1: max(0, 1 − std)."
                ),
            ),
            (
                like(hinge=lambda std: 1 - std),
                (
                    "There is no hinge: a wide dimension (std above 1) pays "
                    "back what a narrow one costs. Use max(0, 1 − std)."
                ),
            ),
            (
                like(hinge=lambda std: np.maximum(0, 1 - std) ** 2),
                (
                    "Your hinge is squared. VICReg's is "
                    "not: its pull does not weaken as std comes near 1."
                ),
            ),
            (like(power=2), sees_variance),
            (like(none, power=2), sees_variance),
            (
                like(stacked=True),
                (
                    "You take the variance of both views stacked. Each view has its own "
                    "term, and the two terms are averaged."
                ),
            ),
            (want * d, "You sum the hinge over the d dimensions: take the mean."),
            (want * 2 * d, "You sum the hinge over dimensions and views: take the mean over both."),
        ],
    )
    for term, right, (scale, eps) in zip(terms, want, cases, strict=True):
        trial.close(
            term, right, f"the variance term of embeddings of size {scale}, eps = {eps:g}",
            why="mean of max(0, 1 − √(variance + eps)) over dimensions and views",
        )  # fmt: skip


def _off_diagonal(matrix: Array) -> Array:
    return matrix - np.diag(np.diag(matrix))


def covariance_term(trial: Trial) -> None:
    got, z1, z2, terms = _three_terms(trial)
    want, (n, d) = terms[2], z1.shape
    present(trial, got[2], NAMES[2])
    term = scalar(trial, got[2], NAMES[2])
    covariances = [np.cov(z.T) for z in (z1, z2)]
    uncentred = [_off_diagonal(z.T @ z / (n - 1)) for z in (z1, z2)]
    between = _off_diagonal((z1 - z1.mean(0)).T @ (z2 - z2.mean(0)) / (n - 1))
    as_in_barlow_twins = (
        "You use the covariance between the views, as Barlow Twins does. VICReg takes each view's "
        "own."
    )
    trial.slips(
        term,
        want,
        [
            (want * d, "Your covariance term is not divided by d."),
            (
                want / 2,
                (
                    "You average the covariance term over the views. The two views' covariance "
                    "terms are added; only the variance term is averaged."
                ),
            ),
            (
                want / (d - 1),
                (
                    "You take the mean over the d(d − 1) off-diagonal entries. The sum is "
                    "divided by d alone."
                ),
            ),
            (
                want / d,
                (
                    "You divide by d² (a mean over all entries). The sum of squares is divided by "
                    "d alone."
                ),
            ),
            (
                sum(np.sum(c**2) for c in covariances) / d,
                (
                    "The diagonal is in your sum. It holds the "
                    "variances, which another term keeps up: only i ≠ j counts here."
                ),
            ),
            (
                want * ((n - 1) / n) ** 2,
                ("Your covariance divides by n. The official code divides by n − 1."),
            ),
            (
                sum(np.sum(c**2) for c in uncentred) / d,
                "Your embeddings are not centred before zᵀz.",
            ),
            (
                sum(np.sum(_off_diagonal(c)) for c in covariances) / d,
                ("Your covariances are not squared: positive and negative ones cancel."),
            ),
            (
                sum(np.sum(np.abs(_off_diagonal(c))) for c in covariances) / d,
                ("You take absolute values: VICReg squares the covariances."),
            ),
            (
                np.sum(_off_diagonal(covariances[0]) ** 2) / d,
                ("Only the first view is in your covariance term: add the second view's."),
            ),
            (np.sum(between**2) / d, as_in_barlow_twins),
            (2 * np.sum(between**2) / d, as_in_barlow_twins),
        ],
    )
    trial.close(term, want, NAMES[2], why="Σ_{i≠j} Cov_ij² / d, both views added")


def vicreg_gradient(trial: Trial) -> None:
    z1, z2 = (0.7 * z for z in two_views(trial.rng, 5, 3))
    t1, t2 = to_tensor(z1, True), to_tensor(z2, True)
    result = _terms(trial, call(trial, t1, t2))
    want = _vicreg_by_loops(z1, z2)
    for result_term, right, name in zip(result, want, NAMES, strict=True):
        trial.close(scalar(trial, result_term, name), right, name)
    if not all(isinstance(term, torch.Tensor) for term in result):
        gradient_of(trial, next(t for t in result if not isinstance(t, torch.Tensor)), t1, t2)
    total = result[0] + result[1] + result[2]
    want_slopes = slopes(lambda a, b: float(np.sum(_vicreg_by_loops(a, b))), z1, z2)
    same_gradient(
        trial, gradient_of(trial, total, t1, t2), want_slopes, "The sum of the three terms"
    )


def vicreg_terms(z1: torch.Tensor, z2: torch.Tensor, eps: float = 1e-4) -> tuple:
    """The course's own three terms, by switching the shipped loss's weights on one by one."""
    weights = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
    return tuple(losses.vicreg(z1, z2, *w, eps=eps) for w in weights)
