"""3.3: the mean step time over random starts, against many draws and quadrature."""

from __future__ import annotations

import functools

import numpy as np
from scipy.integrate import quad
from scipy.special import digamma, gammaln
from scipy.stats import chi, chi2

from ..draws import sizes
from ..engine import Exercise, Misconception, Part, Trial
from . import own


def _gamma(rng: np.random.Generator, d: int) -> np.ndarray:
    return np.sort(rng.uniform(0.05, 0.8, size=d))[::-1]


@functools.cache
def _mean_log_of_a_sum(k: int) -> float:
    """Mean of the logarithm of a sum of k squares, by quadrature."""
    return quad(lambda u: u * np.exp(u) * chi2.pdf(np.exp(u), k), -60, 6, limit=200)[0]


def _call(trial: Trial, gamma: np.ndarray, alpha: float) -> tuple[np.ndarray, np.ndarray]:
    """The learner's means and the right ones, by quadrature."""
    mean_log = [_mean_log_of_a_sum(k) for k in range(len(gamma), 0, -1)]
    want = _times(gamma, alpha, np.array(mean_log))
    result = trial.call(gamma, alpha)
    one_less = _left(gamma) - 1.0
    trial.slips(
        result,
        want,
        [
            (_times(gamma, alpha, _mean_log(one_less)), OFF_BY_ONE),  # inf for the last mode
            (_times(gamma, alpha, _mean_log(np.maximum(one_less, 1))), OFF_BY_ONE),
        ],
    )
    return trial.array(result, shape=gamma.shape, what="The mean step time"), want


def _is_the_mean_of_many_draws(trial: Trial) -> None:
    d = int(trial.rng.integers(3, 7))
    gamma, alpha = _gamma(trial.rng, d), 10 ** trial.rng.uniform(-5, -3)
    got, want = _call(trial, gamma, alpha)
    draws = np.linalg.qr(alpha * trial.rng.normal(size=(4000, d, d)), mode="r")
    s0 = np.abs(np.diagonal(draws, axis1=1, axis2=2))
    drawn = np.mean(-np.log(gamma * s0**2) / (8 * gamma), axis=0)
    # Four standard errors of log s(0)² of the last mode are 0.14 of a logarithm of 14 or more.
    if np.allclose(got, drawn, rtol=0.012):
        trial.require(True, "")
        return
    trial.close(got, want, "The mean step time", rtol=1e-6,
                why="the mean of log s(0)² by quadrature; 4000 random starts agree")  # fmt: skip


def _is_exact(trial: Trial) -> None:
    # One start as small as the notebook's, where no small number may stand beside γα².
    powers = trial.rng.permutation(trial.rng.uniform([-9.5, -8, -5], [-8, -5, -2]))
    for d, power in zip(sizes(trial.rng, 1, 8, 3), powers, strict=True):
        _against_quadrature(trial, _gamma(trial.rng, d), 10**power)
    # A γ has no floor. Of a larger α, for times that are still above 0.
    _against_quadrature(trial, 10 ** trial.rng.uniform(-11, -9) * _gamma(trial.rng, 4), 1e-2)


def _against_quadrature(trial: Trial, gamma: np.ndarray, alpha: float) -> None:
    got, want = _call(trial, gamma, alpha)
    off = float(np.max(np.abs(got / want - 1)))
    trial.close(got, want, "The mean step time", rtol=1e-6,
                why="the mean of log s(0)² by quadrature",
                otherwise=f"At this call yours is off by {100 * off:.2g} % at most. The exact mean "
                "has a formula." if off < 0.02 else "")  # fmt: skip


OFF_BY_ONE = (
    "You are off by one: mode 1 comes first and has lost nothing. Mode j has d − j + 1 dimensions."
)


def _times(gamma, alpha, mean_log, rate=8):
    return -(np.log(gamma * alpha**2) + mean_log) / (rate * gamma)


def _left(gamma: np.ndarray) -> np.ndarray:
    return len(gamma) - np.arange(len(gamma))


def _mean_log(k: np.ndarray) -> np.ndarray:
    return digamma(k / 2) + np.log(2)


MEAN_STEP_TIMES = Exercise(
    id="3.3",
    title="When do steps come, on average over seeds?",
    own=own.mean_step_times,
    right="Right. Each earlier mode takes one dimension: what is left has d − j + 1 of them.",
    hint="gamma has shape (d,) and alpha is a number; special.digamma works entry by entry.",
    parts=(
        Part("against 4000 starts", 1, _is_the_mean_of_many_draws),
        Part("to six digits", 2, _is_exact),
    ),
    misconceptions=(
        Misconception(
            lambda gamma, alpha: _times(gamma, alpha, np.log(_left(gamma))),
            "You put the mean of s(0)² into the logarithm, and all modes come too early. The mean "
            "of a logarithm is smaller than the logarithm of the mean.",
        ),
        Misconception(
            lambda gamma, alpha: _times(gamma, alpha, np.log(len(gamma))),
            "You start every mode from α√d, a whole column. Mode j gets what j − 1 earlier ones "
            "have left of it, and its logarithm must be averaged.",
        ),
        Misconception(
            lambda gamma, alpha: _times(gamma, alpha, 0),
            "You start every mode from α, the size of one entry. A leftover is a length: in how "
            "many dimensions, for mode j?",
        ),
        Misconception(
            lambda gamma, alpha: _times(gamma, alpha, digamma(_left(gamma) / 2)),
            "The log 2 in the mean of the logarithm of χ² is missing.",
        ),
        *(
            Misconception(
                lambda gamma, alpha, extra=extra: (
                    _times(gamma, alpha, digamma(_left(gamma) / 2)) + extra(gamma)
                ),
                "Your log 2 does not stand in the bracket. It is part of the mean of the "
                "logarithm: with the minus sign, and divided by 8γ.",
            )
            for extra in (
                lambda gamma: np.log(2),
                lambda gamma: -np.log(2),
                lambda gamma: np.log(2) / (8 * gamma),
            )
        ),
        Misconception(
            lambda gamma, alpha: _times(gamma, np.sqrt(alpha), digamma(_left(gamma) / 2)),
            "Two things. You have α where α² belongs: s(0)² is α² times a sum of squares. And the "
            "log 2 in the mean of the logarithm of χ² is missing.",
        ),
        Misconception(
            lambda gamma, alpha: _times(gamma, alpha, gammaln(_left(gamma) / 2) + np.log(2)),
            "You take log Γ(k/2). ψ is its derivative.",
        ),
        Misconception(
            lambda gamma, alpha: _times(gamma, alpha, np.log(chi2.median(_left(gamma)))),
            "These are the times of a typical start, the median of s(0)². Wanted is the mean time.",
        ),
        Misconception(
            lambda gamma, alpha: _times(gamma, alpha, 2 * np.log(chi.mean(_left(gamma)))),
            "You put the mean of the length s(0) into the logarithm, and all modes come too early. "
            "The mean of a logarithm is smaller than the logarithm of the mean.",
        ),
        Misconception(
            lambda gamma, alpha: _times(gamma, alpha, np.mean(_mean_log(_left(gamma)))),
            "You average over the modes. The mean is over starts, and each mode has its own.",
        ),
        Misconception(
            lambda gamma, alpha: (
                digamma(_left(gamma) / 2) + np.log(2) / (8 * gamma) - np.log(gamma * alpha**2)
            ),
            "Only the log 2 is divided by 8γ in yours. The whole bracket is, minus sign included.",
        ),
        Misconception(
            lambda gamma, alpha: _times(gamma, alpha, digamma(_left(gamma)) + np.log(2)),
            "You take ψ(k) where the fact says ψ(k/2).",
        ),
        Misconception(
            lambda gamma, alpha: _times(gamma, alpha, _mean_log(np.full(len(gamma), len(gamma)))),
            "You give every mode all d dimensions. Each earlier mode has taken one.",
        ),
        Misconception(
            lambda gamma, alpha: _times(gamma, alpha, _mean_log(_left(gamma)[::-1])),
            "Your dimensions go up with j. Mode 1 has the whole column, d of them; the last mode "
            "has 1 left.",
        ),
        Misconception(
            lambda gamma, alpha: _times(gamma, alpha, _mean_log(_left(gamma)) / 2),
            "You halved the mean logarithm, as for s(0). In the step time stands s(0)².",
        ),
        Misconception(
            lambda gamma, alpha: _times(gamma, alpha, _mean_log(_left(gamma)), rate=4),
            "Twice too late: the eigenvalue grows at rate 8γ.",
        ),
        Misconception(
            lambda gamma, alpha: _times(gamma, np.sqrt(alpha), _mean_log(_left(gamma))),
            "You have α where α² belongs: s(0)² is α² times a sum of squares.",
        ),
        Misconception(
            lambda gamma, alpha: _times(gamma, alpha, _mean_log(_left(gamma)) - np.log(gamma)),
            "The γ inside the logarithm is missing: λ(0) = γ s(0)².",
        ),
        Misconception(
            lambda gamma, alpha: -_times(gamma, alpha, _mean_log(_left(gamma))),
            "The sign is reversed: λ(0) is below 1, its logarithm negative, and the step ahead.",
        ),
    ),
)
