"""4.7: the modes on the circle, against a double integral over the two turns."""

from __future__ import annotations

import numpy as np

from ..engine import Exercise, Misconception, Part, Trial
from ..values import as_array
from . import own

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(60)


def _spectrum(trial: Trial, length: int) -> np.ndarray:
    """Coefficients in no order."""
    return trial.rng.uniform(0.05, 1, size=length)


def _agreement(k: int, delta: float) -> float:
    """Mean of cos k(u − u') over two turns, by a double integral."""
    turn = delta * _NODES
    return _WEIGHTS @ np.cos(k * (turn[:, None] - turn)) @ _WEIGHTS / 4


def _compare(trial: Trial, length: int, delta: float, what: str, why: str) -> None:
    c = _spectrum(trial, length)
    result = trial.call(c, delta)
    array = as_array(result)
    if array is not None and array.shape == c.shape and np.isnan(array[0]):
        trial.fail(
            "γ₀ is NaN. The constant, k = 0, agrees with itself always, so γ₀ = c₀.", named=True
        )
    want = [c[k] * _agreement(k, delta) for k in range(length)]
    got = trial.array(result, shape=c.shape, what="γ")
    trial.close(got, want, what, rtol=1e-5, why=why, otherwise=_of_one_angle(got, c, delta))


def _of_one_angle(got: np.ndarray, c: np.ndarray, delta: float) -> str:
    """Whether the agreement is that of views which are all one angle apart."""
    angle = np.arccos(np.clip(got[1] / c[1], -1, 1))
    if np.abs(got - c * np.cos(_k(c) * angle)).max() > 1e-6 * c.max() or not angle > 0:
        return ""
    return (
        f"Here yours is c_k cos kα with one angle, α = {angle / delta:.4g} δ. The views are not "
        "always the same angle apart: wanted is the mean of the cosine, and not the cosine of a "
        "mean."
    )


def _is_variance_times_agreement(trial: Trial) -> None:
    for length in (5, 3, 8):
        _compare(trial, length, trial.rng.uniform(0.3, 1.2), "The rate γ, for k = 0, 1, …",
                 "c_k times the mean of cos k(u − u')")  # fmt: skip


def _has_its_limits(trial: Trial) -> None:
    _compare(trial, 6, trial.rng.uniform(0.02, 0.04), "The rate γ for views that are hardly turned",
             "nearly c_k: two equal views, and kernel PCA")  # fmt: skip
    _compare(trial, 4, np.pi, "The rate γ for views that are turned to anywhere",
             "they share no wave: only k = 0 is left")  # fmt: skip
    _compare(trial, 4, trial.rng.uniform(4, 6), "The rate γ for turns of more than half a circle",
             "c_k times the mean of cos k(u − u')")  # fmt: skip


def _k(c: np.ndarray) -> np.ndarray:
    return np.arange(len(c))


def _on_a_grid(k: np.ndarray, delta: float, places: int) -> np.ndarray:
    return np.cos(np.outer(k, np.linspace(-delta, delta, places))).mean(axis=1)


def _of(factor):
    return lambda c, delta: c * factor(_k(c), delta)


CIRCLE_GAMMA = Exercise(
    id="4.7",
    title="A kernel on the circle",
    own=own.circle_gamma,
    right="Right. Here the augmentation is a filter: it multiplies the spectrum of the kernel.",
    hint="c has the coefficients of k = 0, 1, …; delta is in radians; the result has c's shape.",
    parts=(
        Part("variance times agreement", 1, _is_variance_times_agreement),
        Part("the limits", 1, _has_its_limits),
    ),
    misconceptions=(
        *(
            Misconception(
                _of(lambda k, a, places=places: _on_a_grid(k, a, places) ** 2),
                f"You take the mean of cos ku over about {n} turns from −δ to δ, both ends among "
                "them. A turn at the end stands for half as many as one inside, so this is near "
                "the mean over all turns and not equal to it. That is an integral: sin(kδ)/(kδ).",
            )
            for n in (50, 100, 200, 500, 1000, 2000, 5000, 10000)
            for places in (n, n + 1)
        ),
        Misconception(
            _of(lambda k, a: 1 - (k * a) ** 2 / 3),
            "These are the first terms of a series in kδ, and kδ need not be small.",
        ),
        Misconception(
            _of(lambda k, a: np.cos(2 * k * a)),
            "So it is on the page, where the two views are always 2δ apart. Here the turns are "
            "random: average cos k(u − u') over both.",
        ),
        Misconception(
            _of(lambda k, a: np.cos(k * a)),
            "This is the agreement at one turn of δ. The turns are random: average over them.",
        ),
        Misconception(
            _of(lambda k, a: np.cos(k * a) ** 2),
            "You square the value at the largest turn. It is the mean over all turns that is "
            "squared.",
        ),
        Misconception(
            _of(lambda k, a: np.sinc(k * a / np.pi)),
            "You average over one turn. There are two, one for each view, and each brings a "
            "factor.",
        ),
        Misconception(
            _of(lambda k, a: np.sinc(k * a) ** 2),
            "np.sinc(x) is sin(πx)/(πx): it brings a π of its own.",
        ),
        Misconception(
            _of(lambda k, a: np.sinc(k * np.minimum(a, np.pi) / np.pi) ** 2),
            "Your turns end at π. δ may be larger: then some places on the circle are met twice, "
            "and more often than others.",
        ),
        Misconception(
            _of(lambda k, a: np.maximum(np.sinc(k * a / np.pi), 0) ** 2),
            "You cut sin(kδ)/(kδ) off at 0. The mean of cos ku over a turn may be negative, and it "
            "is squared as it is.",
        ),
        Misconception(
            _of(lambda k, a: np.sinc(k * a)),
            "np.sinc(x) is sin(πx)/(πx), with a π of its own; and there are two turns, not one.",
        ),
        Misconception(
            _of(lambda k, a: np.sinc(2 * k * a / np.pi)),
            "This is the agreement where the difference of the turns is uniform in [−2δ, 2δ], and "
            "also where one of the turns is always δ. The difference of two uniform numbers is "
            "more often small than large.",
        ),
        Misconception(
            _of(lambda k, a: np.exp(-((k * a) ** 2) / 3)),
            "This is the agreement for normal turns of the same variance, δ²/3. The turns are "
            "uniform, and the mean of cos ku over them is sin(kδ)/(kδ).",
        ),
        Misconception(
            _of(lambda k, a: np.exp(-((k * a) ** 2))),
            "This is the agreement for normal turns of standard deviation δ. The turns are "
            "uniform, and the mean of cos ku over them is sin(kδ)/(kδ).",
        ),
        Misconception(
            _of(lambda k, a: np.sinc(2 * k * a / np.pi) ** 2),
            "Your turns go up to 2δ. Each is uniform in [−δ, δ].",
        ),
        Misconception(
            _of(lambda k, a: np.sinc(k * a / np.pi) ** 4),
            "You squared twice: one factor sin(kδ)/(kδ) for each of the two views.",
        ),
        Misconception(
            lambda c, delta: np.sinc(_k(c) * delta / np.pi) ** 2,
            "This is the agreement. γ is variance times agreement: the c_k are missing.",
        ),
        Misconception(
            _of(lambda k, a: np.sin(k * a) ** 2),
            "The mean of cos ku is sin(kδ)/(kδ): kδ is missing below, and at k = 0 the mean is 1.",
        ),
        Misconception(
            _of(lambda k, a: np.where(k == 0, 1, np.sin(k * a) ** 2)),
            "The mean of cos ku is sin(kδ)/(kδ): kδ is missing below.",
        ),
        Misconception(
            _of(lambda k, a: np.where(k == 0, 1, 2) * np.sinc(k * a / np.pi) ** 2),
            "Twice as large as they should be, but for k = 0: in the series stands 2c_k, the "
            "eigenvalue is c_k.",
        ),
        Misconception(
            lambda c, delta: np.where(_k(c) == 0, 1, c * np.sinc(_k(c) * delta / np.pi) ** 2),
            "γ₀ is 1 in yours. The constant's agreement is 1; its γ is c₀ times that.",
        ),
        Misconception(
            _of(lambda k, a: np.sinc(k * np.deg2rad(a) / np.pi) ** 2),
            "delta is in radians already.",
        ),
        Misconception(
            _of(lambda k, a: np.where(k == 0, 0, np.sinc(k * a / np.pi) ** 2)),
            "The constant, k = 0, is a mode as well, and its views agree always: γ₀ = c₀.",
        ),
        Misconception(
            lambda c, delta: c * np.sinc((_k(c) + 1) * delta / np.pi) ** 2,
            "You count from k = 1. The first coefficient is c₀, of the constant.",
        ),
    ),
)
