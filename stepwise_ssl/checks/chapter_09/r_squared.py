"""9.5: the share of each mode that regressors explain, against modes made with a known share."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..draws import sizes
from ..engine import Exercise, Misconception, Part, Trial
from . import own
from .determinants import correlated, shares


def _made(rng: np.random.Generator, n: int, d: int, k: int) -> tuple[np.ndarray, ...]:
    """Modes (n, d), regressors (n, k), and the R² (d,) that they were made with.

    A constant, the regressors' space and the rest are orthogonal to each other. Each mode has a
    part in the second, of the share that is drawn, and a part in the third.
    """
    directions = np.column_stack([np.ones(n), rng.normal(size=(n, k + d))])
    basis = np.linalg.qr(directions)[0] * np.sqrt(n)
    space, rest = basis[:, 1 : 1 + k], basis[:, 1 + k :]
    want = rng.permutation(np.linspace(*rng.uniform([0.03, 0.7], [0.1, 0.95]), d))
    inside, outside = (_unit_columns(rng, width, d) for width in (k, d))
    modes = space @ inside * np.sqrt(want) + rest @ outside * np.sqrt(1 - want)
    modes = modes * 10 ** rng.uniform(-3, 1, size=d)
    offset = rng.choice([-1, 1], size=d) * rng.uniform(0.5, 2, size=d)
    return modes + offset * modes.std(axis=0), correlated(rng, space), want


def _unit_columns(rng: np.random.Generator, rows: int, columns: int) -> np.ndarray:
    drawn = rng.normal(size=(rows, columns))
    return drawn / np.linalg.norm(drawn, axis=0)


def _ask(trial: Trial, modes: np.ndarray, x: np.ndarray, want: np.ndarray, why: str) -> None:
    result = trial.call(modes, x)
    got = trial.array(result, shape=want.shape, what="R²")
    trial.close(got, want, "R²", rtol=1e-6, floor=1e-2, why=why)


def _by_one(trial: Trial) -> None:
    for n, d in zip(sizes(trial.rng, 15, 40, 3), sizes(trial.rng, 2, 6, 3), strict=True):
        _ask(trial, *_made(trial.rng, n, d, 1), "the share that each mode was made with")


def _by_a_small_one(trial: Trial) -> None:
    """A regressor may be small as a whole: nothing of a fixed size may stand beside it."""
    modes, x, want = _made(trial.rng, int(trial.rng.integers(15, 40)), 3, 1)
    x = x / x.std() * 10 ** trial.rng.uniform(-5.5, -5)
    _ask(trial, modes, x, want, "the share that each mode was made with")


def _one(trial: Trial) -> None:
    _by_one(trial)
    _by_a_small_one(trial)


def _by_several(trial: Trial) -> None:
    for n, d, k in zip(
        sizes(trial.rng, 15, 40, 3), sizes(trial.rng, 5, 8, 3), sizes(trial.rng, 2, 4, 3),
        strict=True,
    ):  # fmt: skip
        _ask(trial, *_made(trial.rng, n, d, k), "the share that each mode was made with")


def _by_an_angle(trial: Trial) -> None:
    """Cosine and sine of an angle around one direction, so that they are correlated."""
    for n, d in zip(sizes(trial.rng, 15, 40, 2), sizes(trial.rng, 3, 7, 2), strict=True):
        angle = trial.rng.uniform(0, 6) + trial.rng.normal(size=n)
        x = np.column_stack([np.cos(angle), np.sin(angle)])
        modes = x @ trial.rng.normal(size=(2, d)) + trial.rng.normal(size=(n, d)) + 1
        _ask(trial, modes, x, shares(modes, x), "1 − det R/det Rx, two matrices of correlations")


def _several(trial: Trial) -> None:
    _by_several(trial)
    _by_an_angle(trial)


def _left(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """What a regression of y on the columns of x alone leaves."""
    return y - x @ np.linalg.lstsq(x, y, rcond=None)[0]


def _squares(y: np.ndarray) -> np.ndarray:
    return np.sum(y**2, axis=0)


def _centred(y: np.ndarray) -> np.ndarray:
    return y - y.mean(axis=0)


def _left_of_both(modes: np.ndarray, x: np.ndarray) -> np.ndarray:
    """What a regression with a constant leaves."""
    return _left(_centred(x), _centred(modes))


def _single(modes: np.ndarray, regressors: np.ndarray) -> np.ndarray:
    """Correlation of each mode with each regressor, (d, k)."""
    x, y = (_centred(a) / np.linalg.norm(_centred(a), axis=0) for a in (regressors, modes))
    return y.T @ x


def _adjusted(modes: np.ndarray, regressors: np.ndarray) -> np.ndarray:
    n, k = regressors.shape
    return 1 - (1 - own.r_squared(modes, regressors)) * (n - 1) / (n - k - 1)


def _one_after_the_other(modes: np.ndarray, regressors: np.ndarray) -> np.ndarray:
    """Each regressor by itself, fitted to what those before it left."""
    y = left = _centred(modes)
    for x in _centred(regressors).T:
        left = left - np.outer(x, x @ left) / (x @ x)
    return 1 - _squares(left) / _squares(y)


def _of_all_modes(modes: np.ndarray, regressors: np.ndarray) -> np.ndarray:
    total = _squares(_centred(modes))
    return np.full(len(total), total @ own.r_squared(modes, regressors) / total.sum())


def _cut(prepared: Callable[[np.ndarray], np.ndarray], part: float) -> Callable:
    """Without the directions of the prepared regressors below a part of the largest."""

    def like(modes: np.ndarray, regressors: np.ndarray) -> np.ndarray:
        y, x = _centred(modes), prepared(regressors)
        return 1 - _squares(y - x @ np.linalg.pinv(x, rcond=part) @ y) / _squares(y)

    return like


def _cut_as_it_is(part: float) -> Callable:
    """The same of a table with a column of ones, for modes whose mean was not taken off."""

    def like(modes: np.ndarray, regressors: np.ndarray) -> np.ndarray:
        x = np.column_stack([np.ones(len(regressors)), regressors])
        left = modes - x @ np.linalg.lstsq(x, modes, rcond=part)[0]
        return 1 - left.var(axis=0) / modes.var(axis=0)

    return like


def _ridge(penalty: float) -> Callable:
    """The share that a regression with a penalty on the coefficients explains."""

    def like(modes: np.ndarray, regressors: np.ndarray) -> np.ndarray:
        x, y = _centred(regressors), _centred(modes)
        moment = x.T @ x + penalty * np.eye(x.shape[1])
        return 1 - _squares(y - x @ np.linalg.solve(moment, x.T @ y)) / _squares(y)

    return like


def _of_single(change: Callable[[np.ndarray], np.ndarray]) -> Callable:
    """Made of the correlations with single regressors."""
    return lambda modes, regressors: change(_single(modes, regressors))


NO_CONSTANT = "Your regression has no constant. "

R_SQUARED = Exercise(
    id="9.5",
    title="What explains a mode?",
    own=own.r_squared,
    right="Right. Correlated regressors are fitted together, and the constant takes care of the "
    "means.",
    hint="modes is (n, d), regressors is (n, k), and the result has shape (d,), one R² a mode.",
    parts=(
        Part("one regressor", 1, _one),
        Part("several that are correlated", 1, _several),
    ),
    misconceptions=(
        Misconception(
            lambda modes, x: 1 - _squares(_left(x, modes)) / _squares(modes),
            NO_CONSTANT + "It explains a mode's mean with the regressors' means, and divides by "
            "squares that were not centred.",
        ),
        Misconception(
            lambda modes, x: 1 - _squares(_left(x, modes)) / _squares(_centred(modes)),
            NO_CONSTANT + "What it leaves holds the means, so it may be more than the variance.",
        ),
        Misconception(
            lambda modes, x: 1 - _squares(_centred(_left(x, modes))) / _squares(_centred(modes)),
            NO_CONSTANT + "A variance takes the mean off what is left, but the coefficients were "
            "fitted to the means as well.",
        ),
        *(
            Misconception(
                like,
                NO_CONSTANT + "The modes are centred and the regressors are not: their own means "
                "stand in the way.",
            )
            for like in (
                lambda modes, x: (
                    1 - _squares(_left(x, _centred(modes))) / _squares(_centred(modes))
                ),
                lambda modes, x: 1 - _left(x, _centred(modes)).var(axis=0) / modes.var(axis=0),
            )
        ),
        *(
            Misconception(
                like,
                NO_CONSTANT + "So the variances of your fit and of what it leaves do not add up to "
                "the mode's.",
            )
            for like in (
                lambda modes, x: (modes - _left(x, modes)).var(axis=0) / modes.var(axis=0),
                lambda modes, x: (
                    (_centred(modes) - _left(x, _centred(modes))).var(axis=0) / modes.var(axis=0)
                ),
            )
        ),
        Misconception(
            lambda modes, x: np.diag(_single(modes, modes - _left(x, modes))) ** 2,
            NO_CONSTANT
            + "The squared correlation with such a fit is less than R²: with a constant "
            "other coefficients explain more.",
        ),
        Misconception(
            lambda modes, x: 1 - _squares(_left_of_both(modes, x)) / _squares(modes),
            "You compare with the sum of squares of a mode whose mean was not taken off. A share "
            "of the variance has the centred squares below.",
        ),
        Misconception(
            _of_single(lambda r: r[:, 0]),
            "This is the correlation. The share of the variance is its square.",
        ),
        Misconception(
            _of_single(lambda r: np.sum(r**2, axis=1)),
            "You add the R² of the regressors, each by itself. They are correlated, and what two "
            "of them share is then counted twice.",
        ),
        Misconception(
            _of_single(lambda r: np.max(r**2, axis=1)),
            "This is the R² of the best regressor by itself. All of them together are asked for.",
        ),
        Misconception(
            _of_single(lambda r: np.mean(r**2, axis=1)),
            "You average the R² of single regressors. Together they explain at least as much as "
            "the best of them.",
        ),
        Misconception(
            _of_single(lambda r: r[:, 0] ** 2),
            "This is the R² of the first regressor. The other columns are not used.",
        ),
        Misconception(
            lambda modes, x: np.sqrt(own.r_squared(modes, x)),
            "This is the correlation of a mode with its fit. The share of the variance is its "
            "square.",
        ),
        Misconception(
            _one_after_the_other,
            "You fit one regressor after the other to what was left. They are correlated, so that "
            "each takes what belongs to the next: the best fit has all of them at once.",
        ),
        Misconception(
            lambda modes, x: 1 - np.sqrt(1 - own.r_squared(modes, x)),
            "You compare standard deviations. R² compares variances, their squares.",
        ),
        Misconception(
            lambda modes, x: 1 - own.r_squared(modes, x),
            "This is the share that the regression leaves. Take it from 1.",
        ),
        Misconception(
            lambda modes, x: _squares(_centred(modes)) * own.r_squared(modes, x),
            "These are the explained squares. Divide by all squares of the centred mode.",
        ),
        Misconception(
            lambda modes, x: _squares(modes - _left_of_both(modes, x)) / _squares(_centred(modes)),
            "The squares of your fit hold the mode's mean. Take it off, as it is below.",
        ),
        Misconception(
            lambda modes, x: 1 - _squares(_left_of_both(modes, x)) / _squares(modes - modes.mean()),
            "You take off the mean of all entries. Each mode has a mean of its own.",
        ),
        *(
            Misconception(
                like,
                "You leave out directions in which the regressors vary little. In another unit "
                "they would be large: whatever is no combination of the others explains as well.",
            )
            for part in (1e-1, 1e-2, 1e-3)
            for like in (
                _cut(_centred, part),
                _cut(lambda x: np.column_stack([np.ones(len(x)), x]), part),
                _cut_as_it_is(part),
            )
        ),
        *(
            Misconception(
                _ridge(penalty),
                "Your regression has a penalty on its coefficients, as a ridge has. It explains "
                "less than least squares, and how much less changes with the regressors' units.",
            )
            for penalty in 10.0 ** np.arange(-6, 2)
        ),
        Misconception(
            _adjusted,
            "This is the adjusted R², in which variances are divided by n − k − 1 and n − 1. Asked "
            "for is the plain share; what chance explains is the next exercise.",
        ),
        Misconception(
            lambda modes, x: np.full(modes.shape[1], own.r_squared(modes, x).mean()),
            "This is the mean R² of all modes. Each mode has its own.",
        ),
        Misconception(
            _of_all_modes,
            "This is one share for all modes together. Each mode has its own: sum over the rows "
            "only.",
        ),
    ),
)
