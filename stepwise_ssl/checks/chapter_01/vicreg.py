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
    VIEW,
    Array,
    call,
    gradient_of,
    numbers,
    present,
    same_gradient,
    scalar,
    several,
    sizes,
    slopes,
    to_tensor,
    two_views,
)


def _vicreg_by_loops(z1: Array, z2: Array, eps: float = 1e-4) -> Array:
    """The three terms from their definitions, (3,)."""
    n, d = z1.shape
    agreement = sum(np.dot(a - b, a - b) for a, b in zip(z1, z2, strict=True)) / (n * d)
    spread = overlap = 0.0
    for z in (z1, z2):
        columns = [column - sum(column) / n for column in z.T]
        for i in range(d):
            a = columns[i]
            spread += max(0.0, 1.0 - np.sqrt(np.dot(a, a) / (n - 1) + eps)) / d / 2
            for j in range(d):
                overlap += (i != j) * (np.dot(a, columns[j]) / (n - 1)) ** 2 / d
    return np.array([agreement, spread, overlap])


def _three_terms(
    trial: Trial, scale: float = 0.5, *eps: float, wide: bool = False
) -> tuple[tuple, Array, Array, Array]:
    """Call on embeddings with some spreads below 1 and some above; eps is passed on if given.

    With `wide` they have more dimensions than pictures.
    """
    n, d = sizes(trial.rng, *((range(2, 4), range(5, 8)) if wide else (range(6, 11), range(3, 6))))
    z1, z2 = two_views(trial.rng, n, d, disagree=1)
    spreads = scale * trial.rng.permutation(np.linspace(0.4, 3.0, d))
    z1, z2 = z1 * spreads, z2 * spreads[::-1]
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
    for scale, wide in ((0.5, False), (3.0, True)):
        got, z1, z2, want = _three_terms(trial, scale, wide=wide)
        n, d = z1.shape
        present(trial, got[0], NAMES[0])
        term = scalar(trial, got[0], NAMES[0])
        paper = (
            "Your invariance term sums over the d dimensions and averages over the pairs, as the "
            "paper's formula does. The official code takes the mean over all n·d entries: yours "
            "is d times as large."
        )
        trial.slips(
            term,
            want[0],
            [
                (25 * want[0], WEIGHTED),
                (want[0] * d, paper),
                (want[0] * n * d, "Your invariance term is a sum. It is the mean over all n·d."),
                (np.mean(np.abs(z1 - z2)), "You average |z1 − z2|: the square is missing."),
                (
                    np.mean(np.sqrt(np.sum((z1 - z2) ** 2, axis=1))),
                    "You average the distances of the pairs. The squared differences of all n·d "
                    "entries are averaged, without a root.",
                ),
                (
                    np.mean((z1 - z1.mean(0) - z2 + z2.mean(0)) ** 2),
                    "You centre the views before you compare them. The invariance term sees where "
                    "they lie as well: z1 − z2 as they come.",
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
    stacked: bool = False, only: int | None = None, axis: int = 0, centred: bool = True,
    about: Callable[[Sequence[Array]], Sequence[Any]] | None = None,
    hinge: Callable[[Array], Array] = lambda std: np.maximum(0, 1 - std),
) -> float:  # fmt: skip
    """The variance term with one thing done differently."""
    views = [np.concatenate([z1, z2])] if stacked else [z1, z2]
    views = views if only is None else [views[only]]
    views = [v - m for v, m in zip(views, about(views), strict=True)] if about else views
    variances = np.var(views, axis=axis + 1, ddof=ddof)
    if not centred:
        squares = np.sum(np.square(views), axis=axis + 1)
        variances = squares / (np.shape(views)[axis + 1] - ddof)
    stds = np.sqrt(variances + inside) + outside
    return float(np.mean(hinge(stds**power)))


def variance_term(trial: Trial) -> None:
    """All calls come before the first comparison: a mistake must explain all of them."""
    other, another = (float(e) for e in np.exp(trial.rng.uniform(np.log(1e-3), np.log(0.3), 2)))
    # At a small scale eps counts.
    cases = ((0.5, None, False), (0.02, None, True), (0.02, other, False), (0.5, another, True))
    runs, passed = [], []
    for scale, eps, wide in cases:
        given = [] if eps is None else [eps]
        runs.append(_three_terms(trial, scale, *given, wide=wide))
        passed.append(1e-4 if eps is None else eps)
    present(trial, runs[0][0][1], NAMES[1])
    terms = np.array([scalar(trial, got[1], NAMES[1]) for got, *_ in runs])
    want = np.array([truth[1] for *_, truth in runs])
    d = np.array([z1.shape[1] for _, z1, _, _ in runs])

    def like(inside: Callable[[float], float] = lambda eps: eps, **change: Any) -> Array:
        outside = change.pop("outside", lambda eps: 0.0)
        return np.array(
            [
                _like_variance(z1, z2, inside(eps), outside=outside(eps), **change)
                for (_, z1, z2, _), eps in zip(runs, passed, strict=True)
            ]
        )

    def none(eps: float) -> float:
        return 0.0

    floored = [
        _like_variance(z1, z2, 0.0, hinge=lambda std, eps=eps: 1 - np.clip(std, np.sqrt(eps), 1))
        for (_, z1, z2, _), eps in zip(runs, passed, strict=True)
    ]
    trial.slips(
        terms,
        want,
        [
            (
                np.array(floored),
                "Your eps is a floor, max(variance, eps): it does nothing to a variance above it. "
                "It is added: √(variance + eps).",
            ),
            (25 * want, WEIGHTED),
            (want * 2, ADDED),
            (like(ddof=0), BIASED),
            (
                like(lambda eps: 1e-4),
                "Your function adds 1e-4 whatever eps it is given: use the argument.",
            ),
            (like(none), NO_EPS),
            (
                like(none, outside=lambda eps: eps),
                "Your eps is added after the root. It belongs inside: it is there to keep the "
                "root's slope finite at variance 0.",
            ),
            (
                like(lambda eps: eps**2),
                "Your eps is squared inside the root: √(variance + eps) is wanted.",
            ),
            (
                like(hinge=lambda std: np.maximum(0, std - 1)),
                "Your hinge is turned round: it punishes a spread above 1. Collapse is a spread "
                "below 1: max(0, 1 − std).",
            ),
            (
                like(hinge=lambda std: 1 - std),
                "There is no hinge: a wide dimension (std above 1) pays back what a narrow one "
                "costs. Use max(0, 1 − std).",
            ),
            (
                like(hinge=lambda std: np.abs(1 - std)),
                "You take |1 − std|, which punishes a spread above 1 too: max(0, 1 − std).",
            ),
            (
                like(hinge=lambda std: np.maximum(0, 1 - std) ** 2),
                "Your hinge is squared. VICReg's is not: its pull does not weaken as std comes "
                "near 1.",
            ),
            (
                like(hinge=lambda std: np.maximum(0, 1 - np.mean(std, axis=-1))),
                "You average the spreads before the hinge, so a wide dimension makes up for a "
                "narrow one. Each dimension has its own hinge, and the mean comes last.",
            ),
            (
                like(hinge=lambda std: np.maximum(0, 1 - np.mean(std, axis=0))),
                "You average the two views' spreads before the hinge, so a wide view makes up for "
                "a narrow one. Each view has its own hinge, and the mean comes last.",
            ),
            (
                np.maximum(0, 1 - np.sqrt(passed)),
                f"Your variance term is that of a collapsed embedding: it finds 0 in each Cov_ii. "
                f"{VIEW}",
            ),
            (like(power=2), SEES_VARIANCE),
            (like(none, power=2), SEES_VARIANCE),
            (
                like(stacked=True),
                "You take the variance of both views stacked. Each view has its own term, and the "
                "two terms are averaged.",
            ),
            *(
                (like(only=view), f"Only view {view + 1} is in your variance term.")
                for view in (0, 1)
            ),
            *((like(centred=False, ddof=ddof), UNCENTRED) for ddof in (0, 1)),
            *(
                (like(centred=False, about=about, ddof=ddof), message)
                for about, message in OTHER_MEANS
                for ddof in (0, 1)
            ),
            (
                like(axis=1),
                "You take the spread of each row, one picture over its d dimensions. It is that of "
                "each dimension over the n pictures.",
            ),
            (
                like(hinge=lambda std: np.minimum(0, 1 - std)),
                "You take the smaller of 0 and 1 − std: the larger of the two is wanted.",
            ),
            (want * d, "You sum the hinge over the d dimensions: take the mean."),
            (want * 2 * d, "You sum the hinge over dimensions and views: take the mean over both."),
        ],
    )
    for term, right, (scale, *_), eps in zip(terms, want, cases, passed, strict=True):
        trial.close(
            term, right, f"the variance term of embeddings scaled by {scale}, eps = {eps:.4g}",
            why="mean of max(0, 1 − √(variance + eps)) over dimensions and views",
        )  # fmt: skip


ADDED = (
    "You add the two views' variance terms, as the paper's formula and solo-learn do. The official "
    "code (and lightly) averages them, so at equal weight yours pushes twice as hard."
)
UNCENTRED = (
    "Your variance is a mean of squares: the embedding is not centred. Subtract the mean of each "
    "dimension first, in each view its own."
)
JOINT_MEAN = (
    "You centre both views on one mean, that of all 2n rows. Each view has a mean of its own here, "
    "and its variances and covariances are taken around that."
)
ONE_MEAN = (
    "You subtract one mean, over all entries. Each dimension has its own: the mean over the n "
    "pictures."
)
# What else may be subtracted from the two views, each with its message.
OTHER_MEANS: tuple[tuple[Callable[[Sequence[Array]], Sequence[Any]], str], ...] = (
    (lambda views: [np.mean(views, axis=(0, 1))] * 2, JOINT_MEAN),
    (lambda views: [view.mean() for view in views], ONE_MEAN),
    (lambda views: [np.mean(views)] * 2, ONE_MEAN),
    (
        lambda views: [view.mean(axis=1, keepdims=True) for view in views],
        "You subtract from each row its own mean. The mean over the rows is wanted, one for each "
        "dimension.",
    ),
)
BIASED = (
    "Your variance divides by n. The official code uses the unbiased one, n − 1, which is torch's "
    "default."
)
NO_EPS = (
    "eps is missing: the root is of variance + eps. Without it the slope of the root is infinite "
    "where a dimension is constant, and training stops with NaN at full collapse."
)
SEES_VARIANCE = (
    "Your hinge sees the variance. It must see the standard deviation, the root, which pushes a "
    "nearly collapsed embedding harder: at a standard deviation of 0.05, with the usual eps, the "
    "loss falls at the rate 0.98, and yours at 0.10."
)


def _off_diagonal(matrix: Array) -> Array:
    return matrix - np.diag(np.diag(matrix))


def covariance_term(trial: Trial) -> None:
    for scale, wide in ((0.5, False), (2.0, True)):
        got, z1, z2, terms = _three_terms(trial, scale, wide=wide)
        present(trial, got[2], NAMES[2])
        term = scalar(trial, got[2], NAMES[2])
        trial.slips(term, terms[2], _like_covariance(z1, z2, terms[2]))
        trial.close(term, terms[2], NAMES[2], why="Σ_{i≠j} Cov_ij² / d, both views added")


def _like_covariance(z1: Array, z2: Array, want: float) -> list[tuple[float, str]]:
    """What slips give in the covariance term, each with its message."""
    n, d = z1.shape
    covariances = [np.cov(z.T) for z in (z1, z2)]
    uncentred = [_off_diagonal(z.T @ z / (n - 1)) for z in (z1, z2)]
    correlations = [np.corrcoef(z.T) for z in (z1, z2)]
    between = _off_diagonal((z1 - z1.mean(0)).T @ (z2 - z2.mean(0)) / (n - 1))
    as_in_barlow_twins = (
        "You use the covariance between the views, as Barlow Twins does. VICReg takes each view's "
        "own."
    )
    return [
        (
            want / 2,
            "Your covariance term is half of what it should be: the two views' terms are added, "
            "where the variance term is averaged, and K_ij and K_ji are two entries.",
        ),
        *(
            (
                factor * np.sum(_off_diagonal(sum(covariances)) ** 2) / d,
                "You add or average the covariance matrices of the two views, and square what "
                "comes out: where they differ in sign they cancel. Square each of them, then add.",
            )
            for factor in (1, 1 / 2, 1 / 4)  # the sum, the mean for each view, the mean once
        ),
        (
            want / (d - 1),
            "You take the mean over the d(d − 1) off-diagonal entries. The sum is divided by d "
            "alone.",
        ),
        (
            want / d,
            "You divide by d² (a mean over all entries). The sum of squares is divided by d alone.",
        ),
        (
            sum(np.sum(c**2) for c in covariances) / d,
            "The diagonal is in your sum. It holds the variances, which another term keeps up: "
            "only i ≠ j counts here.",
        ),
        (
            want * ((n - 1) / n) ** 2,
            "Your covariance divides by n. The official code divides by n − 1.",
        ),
        (
            sum(np.sum(c**2) for c in uncentred) / d,
            "Your embeddings are not centred before zᵀz.",
        ),
        *(
            (
                sum(
                    np.sum(_off_diagonal((z - m).T @ (z - m) / (n - ddof)) ** 2)
                    for z, m in zip((z1, z2), about((z1, z2)), strict=True)
                )
                / d,
                message,
            )
            for about, message in OTHER_MEANS
            for ddof in (0, 1)
        ),
        (
            sum(np.sum(_off_diagonal(np.cov(z)) ** 2) for z in (z1, z2)) / d,
            "You take the covariance of the n pictures. torch.cov wants the dimensions in rows: "
            "the transpose of z.",
        ),
        (
            sum(np.sum((c - np.diag(c)) ** 2) for c in covariances) / d,
            "C − diag(C), with a vector diag(C), takes the diagonal away from each row of C. A "
            "matrix that has it on its diagonal alone is torch.diag(torch.diag(C)).",
        ),
        (
            sum(np.sum(_off_diagonal(c) ** 2) for c in correlations) / d,
            "You take correlations, each dimension divided by its spread. VICReg's third term is "
            "of the covariances as they are.",
        ),
        (
            sum(np.sum(_off_diagonal(c)) for c in covariances) / d,
            "Your covariances are not squared: positive and negative ones cancel.",
        ),
        (
            sum(np.sum(np.abs(_off_diagonal(c))) for c in covariances) / d,
            "You take absolute values: VICReg squares the covariances.",
        ),
        *(
            (
                np.sum(_off_diagonal(covariances[view]) ** 2) / d,
                f"Only view {view + 1} is in your covariance term: add the other view's.",
            )
            for view in (0, 1)
        ),
        (np.sum(between**2) / d, as_in_barlow_twins),
        (2 * np.sum(between**2) / d, as_in_barlow_twins),
    ]


def vicreg_gradient(trial: Trial) -> None:
    n, d = sizes(trial.rng, range(3, 6), range(2, 5))
    stds = np.ones(1)
    while np.min(np.abs(stds - 1)) < 1e-3:  # at the hinge's kink a difference quotient is no slope
        z1, z2 = two_views(trial.rng, n, d, 0.7)
        stds = np.sqrt(np.var([z1, z2], axis=1, ddof=1) + 1e-4)
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
