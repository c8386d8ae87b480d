"""1.7: other spectra and other counts of directions, against the sums that define them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..chapter_01.collapse import spectrum
from ..chapter_01.common import several
from ..engine import Exercise, Misconception, Part, Trial
from .family import Numerically, Variant

TASK = """\
Now read it otherwise. {words}

**Given:** `z`, a NumPy array `(n, d)`, not centred, with more rows than columns, and a number
`a`, {range}.

**Wanted:** {matrix}, `(d,)`, largest first; and {count}, one number.
"""

STUB = '''\
def other_spectrum(z, a):
    """Eigenvalues and count above. z (n, d), a number -> (d,) and one number."""
    # Your answer here
    raise NotImplementedError("Exercise {number}")


other_spectrum = check("{number}", other_spectrum)'''

NAMES = ("the eigenvalues, shape (d,)", "the effective number, one number")


@dataclass(frozen=True)
class _Reading:
    """A matrix of z and a, the count of its eigenvalues, their texts, and the ranges of a."""

    words: str
    matrix_words: str
    count_words: str
    hints: tuple[str, str]
    ranges: tuple[tuple[float, float], ...]
    range_words: str
    matrix: Callable[[np.ndarray, float], np.ndarray]
    count: Callable[[np.ndarray, float], float]
    slip: Callable[[np.ndarray, float], tuple[np.ndarray, float]]
    message: str


def _weighted(z: np.ndarray, w: np.ndarray, about: np.ndarray) -> np.ndarray:
    """Σ_b w_b (z_b − about)(z_b − about)ᵀ / Σ_b w_b, row by row."""
    rows = (v * np.outer(row - about, row - about) for row, v in zip(z, w, strict=True))
    return sum(rows, np.zeros((z.shape[1],) * 2)) / sum(w)


def _covariance(z: np.ndarray) -> np.ndarray:
    return _weighted(z, np.ones(len(z)), sum(z) / len(z))


def _shares(eigenvalues: np.ndarray) -> list[float]:
    """The shares of all that is more than the rounding of a zero."""
    total = sum(eigenvalues)
    return [x / total for x in eigenvalues if x > 1e-14 * total]


def _effective_rank(eigenvalues: np.ndarray, a: float = 0.0) -> float:
    return float(np.exp(-sum(p * np.log(p) for p in _shares(eigenvalues))))


def _order(eigenvalues: np.ndarray, a: float) -> float:
    return float(sum(p**a for p in _shares(eigenvalues)) ** (1 / (1 - a)))


def _drawn_to_the_mean(z: np.ndarray, a: float) -> np.ndarray:
    K = _covariance(z)
    variance = sum(K[i, i] for i in range(len(K))) / len(K)
    return np.array([
        [(1 - a) * K[i, j] + a * variance * (i == j) for j in range(len(K))] for i in range(len(K))
    ])  # fmt: skip


def _fading(z: np.ndarray, a: float, centre: Callable | None = None) -> np.ndarray:
    weights = np.array([a**b for b in range(len(z))])
    mean = sum(row * w for row, w in zip(z, weights, strict=True)) / sum(weights)
    return _weighted(z, weights, mean if centre is None else centre(z))


def _read(matrix: np.ndarray, count: Callable, a: float) -> tuple[np.ndarray, float]:
    eigenvalues = np.sort(np.linalg.eigvalsh(matrix))[::-1]
    return eigenvalues, count(eigenvalues, a)


RANK = "their effective rank, as in 1.7"
READINGS = (
    _Reading(
        "The eigenvalues are those of 1.7, and their shares $p_j$ too. They are counted by the "
        "*effective number of order $a$*, $\\bigl(\\sum_j p_j^a\\bigr)^{1/(1 - a)}$, in which a "
        "share of 0 adds 0. It tends to the effective rank for $a \\to 1$.",
        "the eigenvalues of the covariance (divide by $n$)",
        "their effective number of order $a$",
        (
            "Test: $k$ equal eigenvalues and zeros otherwise give $k$ at every order.",
            "A zero may come out as $-10^{-17}$, and a power of that is no number: leave out what "
            "is not positive, before the power.",
        ),
        ((0.6, 0.9), (1.5, 3.0)),
        "above 0.5 and not 1",
        lambda z, a: _covariance(z),
        _order,
        lambda z, a: (
            _read(_covariance(z), _order, a)[0],
            _order(np.linalg.eigvalsh(_covariance(z)), a) ** (1 - a),
        ),
        "The exponent is missing: the sum of the powers is raised to 1/(1 − a).",
    ),
    _Reading(
        "From few pictures a covariance matrix $K$ is uncertain, and one draws it towards a "
        "multiple of the identity: $M = (1 - a) K + a\\, \\frac{\\mathrm{tr}\\, K}{d}\\, I$, with "
        "$K$ the covariance of 1.7 (divide by $n$).",
        "the eigenvalues of $M$",
        RANK,
        (
            "A multiple of the identity has every direction as eigenvector. What becomes of one "
            "eigenvalue of $K$?",
            "The trace is the sum of the eigenvalues, so $\\mathrm{tr}\\,K/d$ is their mean. Test: "
            "the sum of the eigenvalues does not change.",
        ),
        ((0.05, 0.3), (0.5, 0.95)),
        "between 0 and 1",
        _drawn_to_the_mean,
        _effective_rank,
        lambda z, a: _read(_drawn_to_the_mean(z, 1 - a), _effective_rank, a),
        "a and 1 − a are exchanged: at a = 0 the covariance itself is wanted.",
    ),
    _Reading(
        "The rows come in order of time, the latest first, and old ones fade: row $b$, counted "
        "from 0, has the weight $w_b \\propto a^b$, and the weights sum to 1. Mean and covariance "
        "are the weighted ones, $\\bar z = \\sum_b w_b z_b$ and "
        "$K = \\sum_b w_b (z_b - \\bar z)(z_b - \\bar z)^{\\top}$.",
        "the eigenvalues of $K$",
        RANK,
        (
            "A weight stands in three places: in their sum, in the mean, and in the matrix.",
            "`w[:, None] * centred` gives each row its weight once. Test: weights that are all "
            "alike give the covariance of 1.7.",
        ),
        ((0.6, 0.75), (0.8, 0.95)),
        "between 0 and 1",
        _fading,
        _effective_rank,
        lambda z, a: _read(
            _fading(z, a, lambda z: sum(z) / len(z)), _effective_rank, a
        ),
        "You subtract the plain mean. The mean has the weights too.",
    ),
)  # fmt: skip


def effective_rank(k: int) -> Variant:
    """Variant k of exercise 1.7."""
    reading, number = READINGS[k], f"1.7v{k}"

    def other_spectrum(z: np.ndarray, a: float) -> tuple[np.ndarray, float]:
        return _read(reading.matrix(z, a), reading.count, a)

    def compare(trial: Trial, place: int, dead: bool) -> None:
        dimensions = trial.rng.choice(range(3, 8), 2, replace=False)
        # The scale plays no part, so no threshold of a fixed size does.
        scales = 1.0, trial.rng.choice([1e-7, 1e2])
        for d, scale, a in zip(
            dimensions, scales, trial.rng.permutation(reading.ranges), strict=True
        ):
            n = d + int(trial.rng.integers(2, 9))
            alive = int(trial.rng.integers(2, d)) if dead else d
            z = trial.rng.normal(size=(n, alive)) * trial.rng.uniform(0.2, 2, alive)
            z = z @ trial.rng.normal(size=(alive, d)) + trial.rng.uniform(0.5, 1.5, d)
            z, a = scale * z, float(trial.rng.uniform(*a))
            got = several(trial, trial.call(z, a), NAMES)[place]
            want = other_spectrum(z, a)[place]
            got = trial.array(got, np.shape(want), NAMES[place])
            trial.close(got, want, NAMES[place].split(",")[0], why="the definition, row by row")

    def eigenvalues(trial: Trial) -> None:
        compare(trial, 0, dead=False)

    def count(trial: Trial) -> None:
        for dead in (False, True):
            compare(trial, 1, dead)

    exercise = Exercise(
        id=number,
        title="Another spectrum",
        own=Numerically(other_spectrum),
        right="Right.",
        hint="The call is other_spectrum(z, a); return the eigenvalues, then the number.",
        parts=(Part("eigenvalues", 1, eigenvalues), Part("effective number", 2, count)),
        misconceptions=(
            Misconception(
                Numerically(lambda z, a: spectrum(z)),
                "These are the eigenvalues and the effective rank of 1.7.",
            ),
            Misconception(Numerically(reading.slip), reading.message),
        ),
    )
    task = TASK.format(
        words=reading.words, range=reading.range_words, matrix=reading.matrix_words,
        count=reading.count_words,
    )  # fmt: skip
    return Variant(task, STUB.format(number=number), reading.hints, exercise)
