"""6.5: gradients behind other normalisations, against slopes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..draws import sizes
from ..engine import Exercise, Misconception, Part, Trial
from .family import Numerically, Variant

TASK = """\
Now the loss sees another $\\hat z$: {what}

**Given:** embeddings `z` `(n, d)`, {range}, and `g` `(n, d)`, the gradient of the loss with
respect to $\\hat z$.

**Wanted:** the gradient with respect to `z`, `(n, d)`.
"""

STUB = '''\
def through_other(z, g):
    """Gradient with respect to z from the one with respect to ẑ. (n, d), (n, d) -> (n, d)."""
    # Your answer here
    raise NotImplementedError("Exercise {number}")


through_other = check("{number}", through_other)'''

Map = Callable[[np.ndarray], np.ndarray]  # z may be complex


def _absolute(z: np.ndarray) -> np.ndarray:
    """|z| for a z that is real but for an infinitesimal part."""
    return np.where(z.real < 0, -z, z)


def _by_length(z: np.ndarray, least: float = 0.0) -> np.ndarray:
    return z / np.sqrt(least + np.sum(z * z, axis=1, keepdims=True))


def _standard(z: np.ndarray) -> np.ndarray:
    z = z - z.mean(axis=0)
    return z / np.sqrt(np.mean(z * z, axis=0))


@dataclass(frozen=True)
class _Normalisation:
    """A map of z in words and as a function, what z must not be, and slips: maps or sentences."""

    what: str
    range: str
    of: Map
    # What is taken as a constant, so that no gradient goes through it.
    slips: tuple[tuple[Callable[[np.ndarray, np.ndarray], np.ndarray], str], ...]
    hints: tuple[str, str]


MAPS = (
    _Normalisation(
        "each row is divided by the sum of the absolute values of its entries.", "no entry zero",
        lambda z: z / np.sum(_absolute(z), axis=1, keepdims=True),
        (
            (lambda z, moved: moved / np.sum(np.abs(z), axis=1, keepdims=True),
             "You took the sum as a constant. It changes with z."),
        ),
        ("Move one entry $z_k$ of a row: $\\hat z_k$ changes, and the sum, which all entries are "
         "divided by.",
         "The slope of $\\lvert z_k \\rvert$ is the sign of $z_k$. Every row has a sum and a "
         "product $g \\cdot \\hat z$ of its own."),
    ),
    _Normalisation(
        "from each row the mean of its own $d$ entries is taken off, and what is left is divided "
        "by its length.", "no row constant",
        lambda z: _by_length(z - z.mean(axis=1, keepdims=True)),
        (
            (lambda z, moved: _by_length(moved - z.mean(axis=1, keepdims=True)),
             "You took the mean as a constant. It changes with z, and takes the mean of the "
             "gradient away."),
        ),
        ("Two steps, one after the other: centring, and the division of 6.5. Go back through both.",
         "The gradient behind $y = z - \\bar z$ is that with respect to $y$, less its own mean "
         "over the row."),
    ),
    _Normalisation(
        "each *column* is standardised over the batch: its mean over the $n$ rows is taken off, "
        "and what is left is divided by its standard deviation, with $n$ in the denominator.",
        "no column constant", _standard,
        (
            (lambda z, moved: (moved - z.mean(axis=0)) / z.std(axis=0),
             "You took mean and standard deviation as constants. Both change with z."),
            (lambda z, moved: (moved - moved.mean(axis=0)) / z.std(axis=0),
             "You took the standard deviation as a constant. It changes with z."),
        ),
        ("One column at a time. Two directions in it change nothing of $\\hat z$: which?",
         "Take from $g$ its mean and its part along $\\hat z$. A column of $\\hat z$ has the "
         "squared length $n$ and not 1."),
    ),
    _Normalisation(
        "each row is divided by $\\sqrt{1 + \\lVert z \\rVert^2}$, with its own length "
        "$\\lVert z \\rVert$, so that a small row stays small.", "of any size",
        lambda z: _by_length(z, 1.0),
        (
            (lambda z, moved: moved / np.sqrt(1 + np.sum(z**2, axis=1, keepdims=True)),
             "You took the root as a constant. It changes with z."),
        ),
        ("Differentiate the quotient: $z$ stands above and, in the root, below.",
         "What comes from below has two factors $\\hat z$. Are they of length 1? Your result "
         "should be $g$ for a tiny $z$."),
    ),
)  # fmt: skip


def through(k: int) -> Variant:
    """Variant k of exercise 6.5."""
    normalisation, number = MAPS[k], f"6.5v{k}"

    def by(of: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> Callable:
        def through_other(z: np.ndarray, g: np.ndarray) -> np.ndarray:
            slopes, h = np.empty(z.shape), 1e-30j
            for place in np.ndindex(z.shape):
                moved = z.astype(complex)
                moved[place] += h
                slopes[place] = np.sum(g * of(z, moved)).imag / 1e-30
            return slopes

        return through_other

    through_other = by(lambda z, moved: normalisation.of(moved))

    def ask(trial: Trial, n: int, d: int, scale: float) -> None:
        # Rows and columns of many lengths.
        z = trial.rng.normal(size=(n, d)) + trial.rng.normal(size=d)
        z *= scale * trial.rng.uniform(0.4, 3, size=(n, 1)) * trial.rng.uniform(0.4, 3, size=d)
        g = trial.rng.normal(size=(n, d)) * trial.rng.uniform(0.3, 3) + trial.rng.normal()
        got = trial.array(trial.call(z, g), shape=z.shape, what="The gradient")
        why = "slopes of the loss"
        trial.close(got, through_other(z, g), "The gradient", rtol=1e-6, why=why)

    def of_usual_size(trial: Trial) -> None:
        few, n, many = sorted(sizes(trial.rng, 3, 8, 3))
        ask(trial, n, few, 1.0)
        ask(trial, n, many, 1.0)

    def of_any_size(trial: Trial) -> None:
        # One call for each scale: in one call the largest entries alone would be seen.
        few, many = sorted(sizes(trial.rng, 3, 7, 2))
        ask(trial, few, many, 10 ** trial.rng.uniform(-6, -4))
        ask(trial, many, few, 10 ** trial.rng.uniform(2, 4))

    exercise = Exercise(
        id=number,
        title="The gradient behind another normalisation",
        own=Numerically(through_other),
        right="Right.",
        hint="z and g are (n, d), and so is the gradient.",
        parts=(Part("the slope", 1, of_usual_size), Part("any size", 1, of_any_size)),
        misconceptions=tuple(
            Misconception(Numerically(by(slip)), message) for slip, message in normalisation.slips
        ),
    )
    task = TASK.format(what=normalisation.what, range=normalisation.range)
    return Variant(task, STUB.format(number=number), normalisation.hints, exercise)
