"""6.5: the gradient behind a normalisation, against central differences."""

from __future__ import annotations

import numpy as np

from ..engine import Exercise, Misconception, Part, Trial
from ..quotients import by_a_step
from . import own


def _unit(z: np.ndarray) -> np.ndarray:
    return np.array([row / np.sqrt(np.sum(row * row)) for row in z])


def _ask(trial: Trial, z: np.ndarray) -> None:
    """Compare the answer at z with the slope of a random function of z/‖z‖, row by row."""
    A, B = trial.rng.normal(size=z.shape), trial.rng.normal(size=z.shape)

    def value(z: np.ndarray) -> np.ndarray:
        unit = _unit(z)
        return np.sum(A * unit + B * unit**2, axis=1)

    g = A + 2 * B * _unit(z)
    got = trial.array(trial.call(z, g), shape=z.shape, what="The gradient")
    want = np.empty_like(z)
    for k in range(z.shape[1]):
        h = np.zeros_like(z)
        h[:, k] = 1e-5 * np.sqrt(np.sum(z**2, axis=1))
        want[:, k] = (value(z + h) - value(z - h)) / (2 * h[:, k])
    trial.close(got, want, "The gradient", rtol=1e-6, why="central differences",
                otherwise=by_a_step(lambda x: np.sum(g * _unit(x)), z, got, want)
                or _direction(got, z, g))  # fmt: skip


def _direction(got: np.ndarray, z: np.ndarray, g: np.ndarray) -> str:
    """Where the rows of a wrong answer point, beside z and g."""

    def angle(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        """The cosine of the angle between two rows, row by row."""
        return np.sum(a * b, axis=1) / np.sqrt(np.sum(a * a, axis=1) * np.sum(b * b, axis=1))

    with np.errstate(all="ignore"):
        along_z, along_g = np.abs(angle(got, z)), np.abs(angle(got, g))
    if (along_g < 1e-6).all() and (along_z > 1e-6).any():
        return (
            "Your rows stand at right angles to g. They should to z: a step along z leaves ẑ as it "
            "is, so the part of g along it goes."
        )
    if (along_z > 1e-3).all():
        return (
            "Your rows do not stand at right angles to those of z. A step along z leaves ẑ as it "
            "is, so the gradient has no part along it."
        )
    return ""


def _rows(trial: Trial, n: int, d: int, scale: float) -> np.ndarray:
    """Rows whose lengths differ, around a scale."""
    z = trial.rng.normal(size=(n, d))
    return scale * z / _length(z) * trial.rng.uniform(0.4, 3, size=(n, 1))


def _is_the_slope(trial: Trial) -> None:
    n = int(trial.rng.integers(4, 7))
    _ask(trial, _rows(trial, n, n - 2, 1.0))
    _ask(trial, _rows(trial, n - 1, n + 1, 1.0))


def _takes_small_and_large_rows(trial: Trial) -> None:
    # One call for each scale: in one call the largest entries alone would be seen.
    n = int(trial.rng.integers(3, 6))
    # No length below which a row counts as zero, but for the 1e-12 that PyTorch's normalize has.
    _ask(trial, _rows(trial, n, n + 1, 10 ** trial.rng.uniform(-11, -9.5)))
    _ask(trial, _rows(trial, n + 2, n - 1, 10 ** trial.rng.uniform(2, 5)))


def _length(z: np.ndarray) -> np.ndarray:
    return np.linalg.norm(z, axis=1, keepdims=True)


def _along(z: np.ndarray, g: np.ndarray) -> np.ndarray:
    unit = z / _length(z)
    return np.sum(g * unit, axis=1, keepdims=True) * unit


def _as_if(length, axis: int = 1):
    """The right formula with another length, the product g·ẑ summed over `axis`."""

    def like(z: np.ndarray, g: np.ndarray) -> np.ndarray:
        unit = z / length(z)
        return (g - np.sum(g * unit, axis=axis, keepdims=True) * unit) / length(z)

    return like


def _whole_batch(z: np.ndarray, g: np.ndarray) -> np.ndarray:
    unit = z / np.linalg.norm(z)
    return (g - np.sum(g * unit) * unit) / np.linalg.norm(z)


def _matrix_product(z: np.ndarray, g: np.ndarray) -> np.ndarray:
    unit = z / _length(z)
    return (g - g @ unit.T @ unit) / _length(z)


def _columns(z: np.ndarray) -> np.ndarray:
    return np.linalg.norm(z, axis=0)


ONE_LENGTH = (
    "np.linalg.norm(z) without an axis is one number, the norm of the whole batch. Each row has a "
    "length of its own: axis=1, keepdims=True."
)
BY_COLUMNS = (
    "You go down the columns: axis 0 is the batch. A row of z is one embedding, and its length and "
    "its product with g are sums over axis 1."
)


THROUGH_NORMALISATION = Exercise(
    id="6.5",
    title="The gradient behind a normalisation",
    own=own.through_normalisation,
    right="Right. Across z, and larger the smaller z is: the opposite of a loss that waits.",
    hint="z and g are (n, d); a length for each row is (n, 1) with keepdims=True.",
    parts=(
        Part("the slope", 1, _is_the_slope),
        Part("any size", 1, _takes_small_and_large_rows),
    ),
    misconceptions=(
        Misconception(
            lambda z, g: g - _along(z, g),
            "You took the part along z away. What is left is divided by the length of z: a step "
            "turns a short vector more than a long one.",
        ),
        Misconception(
            lambda z, g: g / _length(z),
            "You divided by the length, as if it were a constant. It changes with z, and takes "
            "the part of g along z away.",
        ),
        Misconception(lambda z, g: g, "This is the gradient with respect to ẑ."),
        Misconception(
            lambda z, g: (g - np.sum(g * z, axis=1, keepdims=True) * z) / _length(z),
            "You project with z. The projection needs the unit vector ẑ, twice.",
        ),
        Misconception(
            lambda z, g: (g - np.sum(g * z, axis=1, keepdims=True) * z / _length(z)) / _length(z),
            "The part along z is (g·ẑ)ẑ, with two unit vectors: one of yours is z.",
        ),
        Misconception(
            lambda z, g: (g + _along(z, g)) / _length(z),
            "You add the part along z. It is taken away.",
        ),
        Misconception(
            lambda z, g: _along(z, g) / _length(z),
            "You kept the part along z and threw away the part across it.",
        ),
        Misconception(
            lambda z, g: (g - _along(z, g)) / _length(z) ** 2,
            "One length too many: divide by ‖z‖ once.",
        ),
        Misconception(
            lambda z, g: (g - _along(z, g)) * _length(z),
            "You multiply by the length. A long z turns less: divide.",
        ),
        Misconception(_as_if(np.linalg.norm), ONE_LENGTH),
        Misconception(_whole_batch, ONE_LENGTH),
        Misconception(
            lambda z, g: (g - _along(z, g)) / np.linalg.norm(z),
            "You divide by the norm of the whole batch. Each row has a length of its own: axis=1.",
        ),
        Misconception(
            lambda z, g: (g - np.sum(g * z / _length(z)) * z / _length(z)) / _length(z),
            "Your product g·ẑ sums over the batch too. Sum over axis 1 only.",
        ),
        Misconception(
            _matrix_product,
            "g @ ẑ.T multiplies every row of g with every row of ẑ. Each row meets its own only: "
            "np.sum(g * unit, axis=1).",
        ),
        Misconception(_as_if(_columns), BY_COLUMNS),
        Misconception(_as_if(_columns, axis=0), BY_COLUMNS),
        Misconception(_as_if(_length, axis=0), BY_COLUMNS),
    ),
)
