"""10.6: a gradient times an inverse covariance, against an inverse of the batch's size."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..draws import sizes
from ..engine import Exercise, Misconception, Part, Trial
from . import own


def _by_views(gradient: np.ndarray, features: np.ndarray, rho: float) -> np.ndarray:
    """G(Σ + ρI)^(−1) from the products of the n views: (G − GXᵀ(XXᵀ + nρI)^(−1)X)/ρ.

    X is the centred features (n, h). No covariance is made.
    """
    n = len(features)
    mean = [sum(row[k] for row in features) / n for k in range(features.shape[1])]
    X = np.array([row - mean for row in features])
    inside = np.linalg.solve(X @ X.T + n * rho * np.eye(n), X)
    return (gradient - gradient @ X.T @ inside) / rho


def _draw(rng: np.random.Generator, d: int, h: int, n: int) -> tuple[np.ndarray, np.ndarray, float]:
    """A gradient (d, h), correlated features (n, h) whose mean is far from 0, and ρ."""
    mix = np.eye(h) + 0.5 * rng.normal(size=(h, h))
    features = rng.normal(size=(n, h)) @ mix + rng.choice([-1, 1], size=h) * rng.uniform(2, 4)
    features = features * 10 ** rng.uniform(-0.7, 0.7)
    rho = features.var(axis=0).mean() * rng.uniform(0.05, 0.6)
    return rng.normal(size=(d, h)) * rng.uniform(0.5, 3), features, float(rho)


def _ask(trial: Trial, d: int, h: int, n: int) -> None:
    gradient, features, rho = _draw(trial.rng, d, h, n)
    got = trial.array(
        trial.call(gradient, features, rho), shape=(d, h), what="The preconditioned gradient"
    )
    want = _by_views(gradient, features, rho)
    # PyTorch's identity has 32 bits if nobody asks for more. It rounds ρ by 6e-8, and entries are
    # differences of larger numbers.
    trial.close(
        got, want, "The preconditioned gradient", rtol=1e-5,
        why="by an inverse of the products of the views",
    )  # fmt: skip


def _of_many_views(trial: Trial) -> None:
    """First with as many rows of the gradient as features: nothing but the numbers tells a side."""
    d, h, square = sizes(trial.rng, 3, 8, 3)
    first, second = sizes(trial.rng, 15, 30, 2)
    _ask(trial, square, square, first)
    _ask(trial, d, h, second)


def _of_few_views(trial: Trial) -> None:
    for d, n, h in zip(
        sizes(trial.rng, 2, 4, 2), sizes(trial.rng, 5, 7, 2), sizes(trial.rng, 9, 14, 2),
        strict=True,
    ):  # fmt: skip
        _ask(trial, d, h, n)


def _covariance(features: np.ndarray, less: int = 0) -> np.ndarray:
    centred = features - features.mean(axis=0)
    return centred.T @ centred / (len(features) - less)


def _of(matrix: Callable[[np.ndarray, float], np.ndarray]) -> Callable:
    """The gradient times a matrix of the features and ρ."""

    def like(gradient: np.ndarray, features: np.ndarray, rho: float) -> np.ndarray:
        return gradient @ matrix(features, rho)

    return like


def _about(table: Callable) -> Callable[[np.ndarray, float], np.ndarray]:
    """The damped inverse of the second moment of another table, made of the features."""

    def matrix(features: np.ndarray, rho: float) -> np.ndarray:
        x = table(features)
        return np.linalg.inv(x.T @ x / len(x) + rho * np.eye(x.shape[1]))

    return matrix


def _damped(features: np.ndarray, rho: float) -> np.ndarray:
    return _covariance(features) + rho * np.eye(features.shape[1])


def _power(features: np.ndarray, rho: float, power: float) -> np.ndarray:
    size, vectors = np.linalg.eigh(_damped(features, rho))
    return vectors * size**power @ vectors.T


def _cut_off(features: np.ndarray, rho: float) -> np.ndarray:
    size, vectors = np.linalg.eigh(_covariance(features))
    return vectors / np.maximum(size, rho) @ vectors.T


def _turned(features: np.ndarray, rho: float) -> np.ndarray:
    """The inverse with its eigenvectors as rows."""
    size, vectors = np.linalg.eigh(_covariance(features))
    return vectors.T / (size + rho) @ vectors


def _in_the_span(views: int) -> Callable:
    """Nothing outside of the span of the centred batch: n directions of its SVD, or n − 1."""

    def like(gradient: np.ndarray, features: np.ndarray, rho: float) -> np.ndarray:
        centred = features - features.mean(axis=0)
        _, size, Vt = np.linalg.svd(centred, full_matrices=False)
        size, Vt = size[: len(features) - views], Vt[: len(features) - views]
        return (gradient @ Vt.T) / (size**2 / len(features) + rho) @ Vt

    return like


def _as_long(gradient: np.ndarray, features: np.ndarray, rho: float) -> np.ndarray:
    right = own.preconditioned_gradient(gradient, features, rho)
    return right * np.linalg.norm(gradient) / np.linalg.norm(right)


def _of_the_gradient(gradient: np.ndarray, features: np.ndarray, rho: float) -> np.ndarray:
    inside = gradient.T @ gradient + rho * np.eye(gradient.shape[1])
    return gradient @ np.linalg.inv(inside)


def _from_the_left(gradient: np.ndarray, features: np.ndarray, rho: float) -> np.ndarray:
    return np.linalg.solve(_damped(features, rho), gradient)


PRECONDITIONED_GRADIENT = Exercise(
    id="10.6",
    title="A preconditioner for a head",
    own=own.preconditioned_gradient,
    right="Right. To its head a network's features are what pictures are to the linear model, and "
    "ρ keeps what the batch hardly varies in from running away.",
    hint="gradient has shape (d, h), features (n, h), rho is a number, and the result has shape "
    "(d, h).",
    parts=(
        Part("more views than features", 1, _of_many_views),
        Part("fewer views than features", 1, _of_few_views),
    ),
    misconceptions=(
        Misconception(
            _of(_about(lambda features: features)),
            "The features are not centred. Their mean is then by far the largest direction of Σ, "
            "and the embedding, whose mean is taken off, does not see it.",
        ),
        Misconception(
            _of(lambda features, rho: np.linalg.inv(
                _covariance(features, 1) + rho * np.eye(features.shape[1])
            )),
            "You divide by n − 1, as np.cov does. This Σ is the mean over the batch, divided by n.",
        ),
        Misconception(
            _of(lambda features, rho: np.linalg.inv(
                features.T @ features / (len(features) - 1) + rho * np.eye(features.shape[1])
            )),
            "The features are not centred, and you divide by n − 1. Σ is taken about the batch's "
            "mean and divided by n.",
        ),
        Misconception(
            _of(_about(lambda features: features - features.mean())),
            "You take off one mean of all entries. Every feature has a mean of its own: axis 0.",
        ),
        Misconception(
            _of(_about(lambda features: features - features.mean(axis=1, keepdims=True))),
            "You subtract the mean of each row. A feature's mean over the batch is that of its "
            "column: axis 0.",
        ),
        Misconception(
            _of(lambda features, rho: np.linalg.inv(
                _covariance(features) * len(features) + rho * np.eye(features.shape[1])
            )),
            "Your Σ is a sum over the batch. Divide it by n.",
        ),
        Misconception(
            _of(lambda features, rho: np.linalg.inv(
                _covariance(features) + rho / len(features) * np.eye(features.shape[1])
            )),
            "Your ρ is divided by n along with the sum. Σ is divided by n, and then ρ is added.",
        ),
        Misconception(
            _of(lambda features, rho: np.linalg.inv(_covariance(features) + rho)),
            "You add ρ to every entry of Σ. It is added to the diagonal alone: ρI.",
        ),
        Misconception(
            _of(lambda features, rho: 1 / _damped(features, rho)),
            "You invert the entries one by one. The inverse of the matrix is wanted.",
        ),
        Misconception(
            _of(lambda features, rho: np.linalg.pinv(_covariance(features))),
            "ρ is not in yours. Where there are fewer views than features Σ has no inverse.",
        ),
        Misconception(
            _of(lambda features, rho: np.linalg.pinv(_covariance(features))
                + rho * np.eye(features.shape[1])),
            "You add ρ to the inverse. It belongs to Σ, before it is inverted.",
        ),
        Misconception(
            _of(lambda features, rho: np.diag(1 / (features.var(axis=0) + rho))),
            "You use the diagonal of Σ alone, each feature's own variance. Features are "
            "correlated, and Σ is the whole matrix.",
        ),
        Misconception(
            _of(lambda features, rho: np.linalg.inv(
                np.corrcoef(features, rowvar=False) + rho * np.eye(features.shape[1])
            )),
            "Your Σ is the matrix of correlations. Variances stay in it: they are what is "
            "equalised.",
        ),
        Misconception(
            _of(_cut_off),
            "You raise eigenvalues below ρ to ρ and leave the others. ρ is added to all of them.",
        ),
        Misconception(
            _of(_turned),
            "Your eigenvectors are transposed. Those of np.linalg.eigh are columns: the inverse is "
            "V diag(1/(σ² + ρ)) Vᵀ.",
        ),
        Misconception(
            _of(lambda features, rho: _power(features, rho, -0.5)),
            "Yours is the inverse root. The power is −1.",
        ),
        Misconception(
            _of(lambda features, rho: _power(features, rho, -2)),
            "You divide by Σ + ρI twice.",
        ),
        Misconception(
            _of(_damped),
            "You multiply by Σ + ρI. Its inverse is wanted: large directions take shorter steps.",
        ),
        Misconception(
            _of(lambda features, rho: rho * _power(features, rho, -1)),
            "Yours is multiplied by ρ: (Σ/ρ + I)^(−1).",
        ),
        Misconception(
            _of(lambda features, rho: np.linalg.inv(
                _covariance(features)
                + rho * np.trace(_covariance(features)) / features.shape[1]
                * np.eye(features.shape[1])
            )),
            "You take ρ for a share of the mean variance. It is in the units of Σ as it is.",
        ),
        Misconception(
            _from_the_left,
            "You multiply from the left, where the embedding's dimensions are. Features are the "
            "columns of the gradient: the inverse stands on its right.",
        ),
        *(
            Misconception(
                _in_the_span(views),
                "Yours has no part outside of the directions in which the batch varies. With fewer "
                "views than features Σ is 0 in some directions, and there Σ + ρI is ρ: the "
                "gradient is divided by ρ, and not lost.",
            )
            for views in (0, 1)
        ),
        Misconception(
            _as_long,
            "You bring the result to the length of the gradient. The length is part of it.",
        ),
        Misconception(
            _of_the_gradient,
            "Your matrix is made of the gradient. Σ is that of the features.",
        ),
        Misconception(
            lambda gradient, features, rho: gradient
            - own.preconditioned_gradient(gradient, features, rho),
            "You subtract the result from the gradient. It takes the gradient's place.",
        ),
    ),
)  # fmt: skip
