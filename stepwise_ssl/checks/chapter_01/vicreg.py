"""Exercise 1.6: the three terms of VICReg, each with the mistakes that are known for it.

The truth is the definition of each term, summed over pairs and dimensions in loops.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch

from ... import losses
from ..engine import Trial
from ..values import as_array
from .common import Array, gradient_of, recognise, same_gradient, slopes, to_tensor, two_views


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
    got = trial.call(to_tensor(z1), to_tensor(z2), *eps)
    if isinstance(got, list):
        got = tuple(got)
    if as_array(got) is not None and not isinstance(got, tuple) and as_array(got).ndim == 0:
        trial.fail(
            "One number came back. Return the three terms, unweighted, in this order: "
            "invariance, variance, covariance.",
            named=True,
        )
    trial.require(
        got is not None and hasattr(got, "__len__") and len(got) == 3,
        "Return three numbers: the invariance, the variance and the covariance term.",
    )
    return got, z1, z2, _vicreg_by_loops(z1, z2, *eps)


def invariance_term(trial: Trial) -> None:
    got, z1, z2, want = _three_terms(trial)
    n, d = z1.shape
    term = trial.array(got[0], (), "the invariance term")
    recognise(
        trial, term, want[0],
        (want[0] * d, ("Your invariance term sums over the d dimensions and averages over the "
         "pairs, as the paper's formula does. The official code takes the mean over all n·d "
         "entries: yours is d times as large.")),
        (want[0] * n * d, ("Your invariance term is a sum. It is the mean over all n·d entries.")),
        (np.mean(np.abs(z1 - z2)), ("Your invariance term averages |z1 − z2|: the square is "
         "missing.")),
        (np.sqrt(want[0]), ("Your invariance term has a root too many: it is the mean squared "
         "difference.")),
        (want[0] / 2, ("Your invariance term is half the mean squared difference: no factor ½ "
         "stands there.")),
    )  # fmt: skip
    trial.close(term, want[0], "the invariance term", why="mean of (z1 − z2)² over n·d entries")


def _like_variance(
    z1: Array, z2: Array, inside: float, *, ddof: int = 1, outside: float = 0.0, power: int = 1,
    hinge: Callable[[Array], Array] = lambda std: np.maximum(0, 1 - std),
) -> float:  # fmt: skip
    """The variance term with one thing done differently."""
    stds = np.sqrt(np.var([z1, z2], axis=1, ddof=ddof) + inside) + outside
    return float(np.mean(hinge(stds**power)))


def variance_term(trial: Trial) -> None:
    for scale, *given in ((0.5,), (0.02,), (0.02, 3e-3)):  # at the small scale eps counts
        got, z1, z2, terms = _three_terms(trial, scale, *given)
        eps = given[0] if given else 1e-4
        want, d = terms[1], z1.shape[1]
        term = trial.array(got[1], (), "the variance term")
        recognise(
            trial, term, want,
            (want * 2, ("You add the two views' variance terms, as the paper's formula and "
             "solo-learn do. The official code (and lightly) averages them, so at equal weight "
             "yours pushes twice as hard.")),
            (_like_variance(z1, z2, eps, ddof=0), ("Your variance divides by n. The official code "
             "uses the unbiased one, n − 1, which is torch's default.")),
            (_like_variance(z1, z2, 1e-4), ("Your function does not use its argument eps: at "
             "eps = 0.003 it still adds 1e-4.")),
            (_like_variance(z1, z2, 0.0), ("eps is missing: the root is of variance + eps. "
             "Without it the slope of the root is infinite where a dimension is constant, and "
             "training stops with NaN at full collapse.")),
            (_like_variance(z1, z2, 0.0, outside=eps), ("Your eps is added after the root. "
             "It belongs inside: it is there to keep the root's slope finite at variance 0.")),
            (_like_variance(z1, z2, eps, hinge=lambda std: np.maximum(0, std - 1)), ("Your hinge "
             "is turned round: it punishes a spread above 1. Collapse is a spread below 1: "
             "max(0, 1 − std).")),
            (_like_variance(z1, z2, eps, hinge=lambda std: 1 - std), ("There is no hinge: a wide "
             "dimension (std above 1) pays back what a narrow one costs. Use max(0, 1 − std).")),
            (_like_variance(z1, z2, eps, hinge=lambda std: np.maximum(0, 1 - std) ** 2), ("Your "
             "hinge is squared. VICReg's is not: its pull does not weaken as std comes near 1.")),
            (_like_variance(z1, z2, eps, power=2), ("Your hinge sees the variance. It must see the "
             "standard deviation: near 0 the variance has slope 0, and nothing would push a "
             "collapsed embedding apart.")),
            (want * d, "You sum the hinge over the d dimensions: take the mean."),
            (want * 2 * d, "You sum the hinge over dimensions and views: take the mean over both."),
        )  # fmt: skip
        trial.close(
            term, want, f"the variance term of embeddings of size {scale}, eps = {eps:g}",
            why="mean of max(0, 1 − √(variance + eps)) over dimensions and views",
        )  # fmt: skip


def _off_diagonal(matrix: Array) -> Array:
    return matrix - np.diag(np.diag(matrix))


def covariance_term(trial: Trial) -> None:
    got, z1, z2, terms = _three_terms(trial)
    want, (n, d) = terms[2], z1.shape
    term = trial.array(got[2], (), "the covariance term")
    covariances = [np.cov(z.T) for z in (z1, z2)]
    uncentred = [_off_diagonal(z.T @ z / (n - 1)) for z in (z1, z2)]
    between = _off_diagonal((z1 - z1.mean(0)).T @ (z2 - z2.mean(0)) / (n - 1))
    as_in_barlow_twins = (
        "You use the covariance between the views, as Barlow Twins does. VICReg takes each view's "
        "own."
    )
    recognise(
        trial, term, want,
        (want * d, "Your covariance term is not divided by d."),
        (want / 2, ("You average the covariance term over the views. The two views' covariance "
         "terms are added; only the variance term is averaged.")),
        (want / (d - 1), ("You take the mean over the d(d − 1) off-diagonal entries. The sum is "
         "divided by d alone.")),
        (want / d, ("You divide by d² (a mean over all entries). The sum of squares is divided by "
         "d alone.")),
        (sum(np.sum(c**2) for c in covariances) / d, ("The diagonal is in your sum. It holds the "
         "variances, which another term keeps up: only i ≠ j counts here.")),
        (want * ((n - 1) / n) ** 2, ("Your covariance divides by n. The official code divides by "
         "n − 1.")),
        (sum(np.sum(c**2) for c in uncentred) / d, "Your embeddings are not centred before zᵀz."),
        (sum(np.sum(_off_diagonal(c)) for c in covariances) / d, ("Your covariances are not "
         "squared: positive and negative ones cancel.")),
        (sum(np.sum(np.abs(_off_diagonal(c))) for c in covariances) / d, ("You take absolute "
         "values: VICReg squares the covariances.")),
        (np.sum(_off_diagonal(covariances[0]) ** 2) / d, ("Only the first view is in your "
         "covariance term: add the second view's.")),
        (np.sum(between**2) / d, as_in_barlow_twins),
        (2 * np.sum(between**2) / d, as_in_barlow_twins),
    )  # fmt: skip
    trial.close(term, want, "the covariance term", why="Σ_{i≠j} Cov_ij² / d, both views added")


def vicreg_gradient(trial: Trial) -> None:
    z1, z2 = (0.7 * z for z in two_views(trial.rng, 5, 3))
    t1, t2 = to_tensor(z1, True), to_tensor(z2, True)
    result = trial.call(t1, t2)
    trial.require(
        result is not None and hasattr(result, "__len__") and len(result) == 3,
        "Return three terms: invariance, variance, covariance.",
    )
    want = _vicreg_by_loops(z1, z2)
    for place, name in enumerate(("invariance", "variance", "covariance")):
        term = trial.array(result[place], (), f"the {name} term")
        trial.close(term, want[place], f"the {name} term")
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
