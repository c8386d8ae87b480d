"""9.2: how much of a function an embedding holds, against least squares with a constant."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..draws import sizes
from ..engine import Exercise, Misconception, Part, Trial
from . import own


def _left_over(functions: np.ndarray, z: np.ndarray) -> np.ndarray:
    """What the best affine function of z leaves of each function, as a share of its variance."""
    size = np.abs(z - z.mean(axis=0)).max(axis=0)
    table = np.column_stack([np.ones(len(z)), z / size])
    shares = []
    for f in functions.T:
        rest = f - table @ np.linalg.lstsq(table, f, rcond=None)[0]
        shares.append(np.sum(rest**2) / np.sum((f - np.mean(f)) ** 2))
    return np.array(shares)


def _draw(
    rng: np.random.Generator, n: int, k: int, d: int, low: float
) -> tuple[np.ndarray, np.ndarray]:
    """Functions (n, k) and an embedding (n, d) of correlated columns, of sizes from `low` to 1.

    One function lies inside the embedding's span but for its mean, the others to some part.
    """
    z = rng.normal(size=(n, d)) @ (np.eye(d) + rng.uniform(-0.5, 0.5, size=(d, d)))
    weights = rng.normal(size=(d, k))
    noise = np.linalg.norm(weights, axis=0) * rng.uniform(0.3, 2, size=k)
    noise[int(rng.integers(k))] = 0
    functions = z @ weights + noise * rng.normal(size=(n, k))
    functions = functions * rng.uniform(0.3, 3, size=k) + rng.choice([-2, 2], size=k)
    size = rng.permutation(np.geomspace(low, 1, d)) * rng.uniform(0.5, 2)
    return functions, (z + rng.choice([-1.5, 1.5], size=d)) * size


def _ask(trial: Trial, low: float, size: float = 1) -> None:
    d, k = sizes(trial.rng, 3, 7, 2)
    n = d + k + int(trial.rng.integers(8, 20))
    functions, z = _draw(trial.rng, n, k, d, low)
    functions = size * functions
    want = 1 - _left_over(functions, z)
    result = trial.call(functions, z)
    trial.slips(result, want, [(_wrong_way(functions, z), _EXCHANGED)])
    got = trial.array(result, shape=(k,), what="The share")
    trial.close(got, want, "The share", rtol=1e-6, floor=0.1,
                why="1 − what least squares with a constant leaves",
                otherwise=_range(got))  # fmt: skip


def _range(got: np.ndarray) -> str:
    if (got > 1 + 1e-6).any():
        j = int(np.argmax(got))
        return (
            f"Your share {j + 1} is {got[j]:.4g}. No more of a function than all of it is inside."
        )
    if (got < -1e-6).any():
        j = int(np.argmin(got))
        return f"Your share {j + 1} is {got[j]:.4g}, below 0."
    return ""


def _of_columns_alike(trial: Trial) -> None:
    for _ in range(2):
        _ask(trial, trial.rng.uniform(0.1, 0.3))


def _of_waiting_columns(trial: Trial) -> None:
    for size in (1, 10 ** trial.rng.uniform(-8, -7)):  # a share has no size
        _ask(trial, 10 ** trial.rng.uniform(-4.3, -3.7), size)


def _centred(x: np.ndarray) -> np.ndarray:
    return x - x.mean(axis=0)


def _inside(f: np.ndarray, z: np.ndarray) -> np.ndarray:
    """Share of each column of f in the span of z, both as they are."""
    basis = np.linalg.qr(z)[0]
    return np.sum((basis.T @ f) ** 2, axis=0) / np.sum(f**2, axis=0)


def _fit(f: np.ndarray, z: np.ndarray) -> np.ndarray:
    """What a regression on the columns of z alone makes of each column of f."""
    return z @ np.linalg.lstsq(z, f, rcond=None)[0]


def _correlations(f: np.ndarray, z: np.ndarray) -> np.ndarray:
    """Squared correlations, (d, k)."""
    f, z = (_centred(x) / np.linalg.norm(_centred(x), axis=0) for x in (f, z))
    return (z.T @ f) ** 2


def _as_they_are(f: np.ndarray, z: np.ndarray) -> np.ndarray:
    f, z = _centred(f), _centred(z)
    return np.sum((z.T @ f) ** 2, axis=0) / np.sum(f**2, axis=0)


def _large_only(cut: float) -> Callable:
    """The span of the principal components above a part of the largest."""

    def like(f: np.ndarray, z: np.ndarray) -> np.ndarray:
        f = _centred(f)
        u, s, _ = np.linalg.svd(_centred(z), full_matrices=False)
        basis = u[:, s > cut * s[0]]
        return np.sum((basis.T @ f) ** 2, axis=0) / np.sum(f**2, axis=0)

    return like


def _wrong_way(f: np.ndarray, z: np.ndarray) -> np.ndarray:
    return _inside(_centred(z), _centred(f))


def _adjusted(f: np.ndarray, z: np.ndarray) -> np.ndarray:
    n, d = z.shape
    return 1 - (1 - own.mode_alignment(f, z)) * (n - 1) / (n - d - 1)


def _by_variance(f: np.ndarray, z: np.ndarray) -> np.ndarray:
    """The part along each principal component, weighted with that component's variance."""
    f = _centred(f)
    u, s, _ = np.linalg.svd(_centred(z), full_matrices=False)
    return (s**2 @ (u.T @ f) ** 2) / (s**2).sum() / np.sum(f**2, axis=0)


_EXCHANGED = (
    "You ask how much of each column of z lies in the span of the functions. It is the other way "
    "round: one share for each function, of what lies in the span of z."
)
_NORMALISED = (
    "You bring the columns of z to length 1 and add their squared correlations. Columns that are "
    "correlated are then counted more than once: take an orthonormal basis of their span."
)
_UNEQUAL = (
    "Large columns of z count for more than small ones in yours. A function is inside the span or "
    "not, whatever the columns' sizes: take an orthonormal basis."
)

MODE_ALIGNMENT = Exercise(
    id="9.2",
    title="How much of it is in the embedding?",
    own=own.mode_alignment,
    right="Right. Any invertible matrix behind the embedding leaves this as it is: what counts is "
    "what a linear readout could get.",
    hint="functions has shape (n, k), z has (n, d), and the shares have shape (k,).",
    parts=(
        Part("columns of about one size", 1, _of_columns_alike),
        Part("columns that still wait, 10,000 times smaller", 1, _of_waiting_columns),
    ),
    misconceptions=(
        Misconception(
            lambda f, z: _inside(_centred(f), z),
            "z is not centred. What is constant would count as a direction, mixed into the others.",
        ),
        Misconception(
            lambda f, z: _inside(f, _centred(z)),
            "The functions are not centred. Their means are in no centred span and count as missed "
            "in yours.",
        ),
        *(
            Misconception(
                lambda f, z, more=more: np.sum(
                    (np.linalg.qr(_centred(z))[0].T @ _centred(f)) ** 2, axis=0
                ) / (np.sum(_centred(f) ** 2, axis=0) + more),
                "A small number is added below. Functions may be small as a whole, and their "
                "squares beside it: divide by the square alone.",
            )
            for more in 10.0 ** np.arange(-15, -3)
        ),
        Misconception(
            lambda f, z: np.sum(
                (np.linalg.qr(_centred(z))[0].T @ _centred(f)) ** 2, axis=0
            ) / np.sum(f**2, axis=0),
            "You divide by the square of functions that are not centred.",
        ),
        Misconception(
            _inside,
            "Neither the functions nor z are centred. Subtract the mean of each column first.",
        ),
        Misconception(
            lambda f, z: _inside(f, np.column_stack([np.ones(len(z)), z])),
            "The constant is in your basis and the functions are not centred, so that their means "
            "count as held. Asked for is a share of the variance.",
        ),
        Misconception(
            lambda f, z: own.mode_alignment(f, z) * np.var(f, axis=0) / np.sum(np.var(f, axis=0)),
            "You divide by the variance of all functions together. Each share is one of its own "
            "function's variance.",
        ),
        Misconception(
            lambda f, z: _correlations(f, z).sum(axis=0),
            _NORMALISED,
        ),
        Misconception(
            lambda f, z: _correlations(f, z).max(axis=0),
            "Yours is the squared correlation with the one column that fits best. Several columns "
            "together hold more.",
        ),
        Misconception(
            lambda f, z: _correlations(f, z).mean(axis=0),
            "Yours is the mean squared correlation with the columns. What they hold together is "
            "asked for.",
        ),
        Misconception(
            _adjusted,
            "This is adjusted for the number of columns, with n − d − 1 and n − 1 below the "
            "squares. Asked for is the plain share.",
        ),
        Misconception(
            lambda f, z: 1 - np.sqrt(1 - own.mode_alignment(f, z)),
            "You compare standard deviations. The share is one of the variance, their square.",
        ),
        Misconception(_as_they_are, _UNEQUAL),
        Misconception(_by_variance, _UNEQUAL),
        Misconception(
            lambda f, z: np.sqrt(own.mode_alignment(f, z)),
            "Yours is the root of the share: a length and not a square. Variances add up, lengths "
            "do not.",
        ),
        Misconception(
            lambda f, z: 1 - own.mode_alignment(f, z),
            "Yours is what is outside of the span. The share inside is 1 minus that.",
        ),
        Misconception(
            lambda f, z: np.sum(
                (np.linalg.qr(_centred(z))[0].T @ _centred(f)) ** 2, axis=0
            ),
            "Yours is the sum of squares inside the span. Divide by the function's own sum of "
            "squares.",
        ),
        *(
            Misconception(
                like,
                "Your regression has no constant. Centre z and the functions, or add a column of "
                "ones.",
            )
            for like in (
                lambda f, z: 1 - np.var(f - _fit(f, z), axis=0) / np.var(f, axis=0),
                lambda f, z: 1 - np.var(_centred(f) - _fit(_centred(f), z), axis=0)
                / np.var(f, axis=0),
                lambda f, z: np.var(_fit(f, z), axis=0) / np.var(f, axis=0),
                lambda f, z: np.var(_fit(_centred(f), z), axis=0) / np.var(f, axis=0),
            )
        ),
        Misconception(
            lambda f, z: _inside(
                f - f.mean(axis=1, keepdims=True), z - z.mean(axis=1, keepdims=True)
            ),
            "You subtract the mean of each row. A function's mean over the views is that of its "
            "column: axis 0.",
        ),
        *(
            Misconception(
                _large_only(cut),
                "You leave out directions of z in which it varies little. However small, a linear "
                "readout can enlarge them: they belong to the span.",
            )
            for cut in (1e-1, 1e-2, 1e-3, 1e-4)
        ),
        *(
            Misconception(
                lambda f, z, of=of: np.full(f.shape[1], of(own.mode_alignment(f, z))),
                "You give one number for all functions. Wanted is one for each.",
            )
            for of in (np.mean, np.sum)
        ),
    ),
)  # fmt: skip
