"""6.3: VICReg's operator, against autograd of the published loss."""

from __future__ import annotations

from functools import partial

import numpy as np

from ... import losses
from ..engine import Exercise, Misconception, Part, Trial
from . import own
from .truth import gradient, views


def _from_gradient(
    rng: np.random.Generator, x1: np.ndarray, x2: np.ndarray, d: int, weights: dict[str, float]
) -> np.ndarray:
    """M of −∇loss = WM, solved from the gradients at enough tiny W."""
    m = x1.shape[1]
    starts = 1e-7 * rng.normal(size=(-(-2 * m // d), d, m))
    slopes = [gradient(partial(losses.vicreg, **weights), W, x1, x2) for W in starts]
    M, *_ = np.linalg.lstsq(np.concatenate(starts), -np.concatenate(slopes), rcond=None)
    return M


def _ask(trial: Trial, n: int, m: int, d: int, **weights: float) -> None:
    x1, x2 = views(trial.rng, n, m)
    invariance, variance, eps = (weights[k] for k in ("invariance", "variance", "eps"))
    got = trial.array(trial.call(x1, x2, d, invariance, variance, eps), shape=(m, m), what="M")
    want = _from_gradient(trial.rng, x1, x2, d, weights)
    trial.close(got, want, "M", rtol=1e-5, why="autograd of losses.vicreg at a tiny W")


def _ask_twice(trial: Trial, invariance: float, variance: float) -> None:
    """Ask with two sizes of everything, n below m and above."""
    n, d = int(trial.rng.integers(4, 7)), int(trial.rng.integers(2, 4))
    for rows, columns, dimensions in ((n + 4, n - 1, d), (n, n + 2, d + 4)):
        scales = trial.rng.uniform(0.5, 2, 2)
        _ask(trial, rows, columns, dimensions, invariance=invariance * scales[0],
             variance=variance * scales[1], eps=10 ** trial.rng.uniform(-4, -1))  # fmt: skip


def _of_the_variance_term(trial: Trial) -> None:
    _ask_twice(trial, 0, 25)


def _of_the_invariance_term(trial: Trial) -> None:
    _ask_twice(trial, 100, 0)


def _of_both_terms(trial: Trial) -> None:
    _ask_twice(trial, 25, 10)


def _like(
    spread=lambda x1, x2: (np.cov(x1.T) + np.cov(x2.T)) / 2,
    force=lambda mu, eps: mu / np.sqrt(eps),
    pull=2.0,
    difference=lambda x1, x2: (x1 - x2).T @ (x1 - x2) / len(x1),
    of_variance=lambda d: 1 / d,
    of_invariance=lambda d: 1 / d,
):
    def like(x1, x2, d, invariance, variance, eps):
        grows = of_variance(d) * force(variance, eps) * spread(x1, x2)
        return grows - of_invariance(d) * pull * invariance * difference(x1, x2)

    return like


def _biased(x1, x2):
    return (np.cov(x1.T, bias=True) + np.cov(x2.T, bias=True)) / 2


def _second_moment(x1, x2):
    both = np.concatenate([x1, x2])
    return both.T @ both / len(both)


def _of_both(ddof):
    """The covariances of one view with the other, in place of each with itself."""

    def spread(x1, x2):
        m = x1.shape[1]
        cross = np.cov(x1.T, x2.T, ddof=ddof)[:m, m:]
        return (cross + cross.T) / 2

    return spread


def _one_mean(ddof):
    """Second moment of both views about their common mean, the denominator 2(n − ddof)."""

    def spread(x1, x2):
        both = np.concatenate([x1, x2])
        both = both - both.mean(axis=0)
        return both.T @ both / (2 * (len(x1) - ddof))

    return spread


VICREG_OPERATOR = Exercise(
    id="6.3",
    title="VICReg's operator",
    own=own.vicreg_operator,
    right="Right. With a small ε and centred views the first term is nearly all: almost PCA.",
    hint="x1 and x2 are (n, m); the result is (m, m).",
    parts=(
        Part("the variance term", 1, _of_the_variance_term),
        Part("the invariance term", 1, _of_the_invariance_term),
        Part("both", 1, _of_both_terms),
    ),
    misconceptions=(
        Misconception(
            _like(spread=_biased),
            "Your covariances divide by n. The published loss has torch's default, n − 1.",
        ),
        *(
            Misconception(
                _like(spread=spread),
                "Your variance term has the mean in it. VICReg's variances are centred, view by "
                "view.",
            )
            for spread in (
                _second_moment,
                lambda x1, x2: _second_moment(x1, x2) * len(x1) / (len(x1) - 1),
            )
        ),
        *(
            Misconception(
                _like(spread=_one_mean(ddof)),
                "You take the covariance of both views together, about one mean. Each view has "
                "its own.",
            )
            for ddof in (0, 0.5, 1)  # in the denominator 2n, 2n − 1, 2(n − 1)
        ),
        *(
            Misconception(
                _like(spread=_of_both(ddof)),
                "Your covariance is that of one view with the other, off the diagonal of "
                "np.cov(x1.T, x2.T). VICReg's variances are each view's own: its covariance with "
                "itself.",
            )
            for ddof in (0, 1)
        ),
        Misconception(
            _like(force=lambda mu, eps: 2 * mu * (1 - np.sqrt(eps)) / np.sqrt(eps)),
            "Your variance term is that of a squared hinge, whose slope has a factor "
            "2(1 − √ε). The hinge of the published loss is not squared: its slope is that of "
            "the root alone.",
        ),
        Misconception(
            _like(force=lambda mu, eps: mu * (1 - np.sqrt(eps)) / np.sqrt(eps)),
            "Your variance term has a factor 1 − √ε, the height of the hinge at 0. The growth "
            "operator has its slope, which is that of the root alone.",
        ),
        Misconception(
            _like(spread=lambda x1, x2: np.cov(x1.T)),
            "Only the first view's covariance is in your M: average the two.",
        ),
        Misconception(
            _like(spread=lambda x1, x2: np.cov(x1.T) + np.cov(x2.T)),
            "The variance term is twice what it should be. Two slips give it: the views' "
            "covariances added, where the published loss averages; and the slope of the root as "
            "1/√ε, where it is 1/2√ε.",
        ),
        Misconception(
            _like(force=lambda mu, eps: mu / (2 * np.sqrt(eps))),
            "The variance term is half of what it should be: the slope of the root is 1/2√ε, and "
            "the derivative of wᵀSw brings a factor 2.",
        ),
        Misconception(
            _like(force=lambda mu, eps: mu / eps),
            "ε stands inside the root, so its slope there is 1/(2√ε), not 1/ε.",
        ),
        Misconception(
            _like(force=lambda mu, eps: 0.0),
            "The variance term is missing: through the slope of the root it has two factors W, as "
            "the invariance term has.",
        ),
        Misconception(
            _like(force=lambda mu, eps: mu),
            "The slope of the root is missing: 1/2√ε at variance 0.",
        ),
        Misconception(
            _like(pull=4.0),
            "The invariance term is twice what it should be: 4ν goes with Σ − Γ, which is half of "
            "the moment of the differences, and 2ν with the whole moment.",
        ),
        Misconception(
            _like(pull=1.0),
            "The invariance term is half of what it should be. Two slips give it: the 2 that the "
            "derivative of a square brings is left out; and Σ − Γ, which is half of the moment of "
            "the differences, stands with 2ν, where it needs 4ν.",
        ),
        Misconception(
            _like(pull=-2.0),
            "The invariance term has the wrong sign: where the views differ there is a cost, and W "
            "shrinks.",
        ),
        Misconception(
            _like(pull=0.0),
            "The invariance term is missing.",
        ),
        *(
            Misconception(
                _like(difference=lambda x1, x2, biased=biased: np.cov((x1 - x2).T, bias=biased)),
                "The differences are centred, as they are if you centre both views first. The "
                "invariance term is not: two views with different means do not agree.",
            )
            for biased in (True, False)
        ),
        Misconception(
            _like(spread=_biased, difference=lambda x1, x2: np.cov((x1 - x2).T, bias=True)),
            "Two things. The differences are centred, as they are if you centre both views first, "
            "and the invariance term is not. And the covariances divide by n, where torch's "
            "default is n − 1.",
        ),
        Misconception(
            lambda x1, x2, d, invariance, variance, eps: _like()(
                x1, x2, d, variance, invariance, eps
            ),
            "ν and μ are exchanged: μ = `variance` stands with the covariances, ν = `invariance` "
            "with the differences.",
        ),
        Misconception(
            _like(difference=lambda x1, x2: (x1 - x2).T @ (x1 - x2) / (len(x1) - 1)),
            "You divide the moment of the differences by n − 1. The invariance term is a mean over "
            "n pairs; n − 1 belongs to the variances.",
        ),
        Misconception(
            _like(of_variance=lambda d: 1.0, of_invariance=lambda d: 1.0),
            "The 1/d is missing: both terms are means over the columns.",
        ),
        *(
            Misconception(
                _like(**{f"of_{term}": lambda d: 1.0}),
                f"The 1/d is missing in the {term} term: it is a mean over the columns, too.",
            )
            for term in ("variance", "invariance")
        ),
    ),
)
