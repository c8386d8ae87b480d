"""4.1: the Gaussian kernel, against a loop over pairs of rows."""

from __future__ import annotations

import math
import time

import numpy as np
from scipy.spatial.distance import cdist

from ..engine import Exercise, Misconception, Part, Trial
from . import own


def _compare(trial: Trial, n1: int, n2: int, m: int, b: float, mean: float = 0.3) -> None:
    # Distances of a few times b, whatever m: no entry is 0 or 1 to all digits.
    x1, x2 = (b * trial.rng.normal(size=(n, m)) / math.sqrt(m / 2) + mean for n in (n1, n2))
    got = trial.array(trial.call(x1, x2, b), shape=(n1, n2), what="The kernel")
    want = [
        [math.exp(-sum((p - q) ** 2 for p, q in zip(r, s, strict=True)) / (2 * b * b)) for s in x2]
        for r in x1
    ]
    trial.close(got, want, "The kernel", rtol=1e-6, why="a loop over pairs of rows")


def _is_the_kernel(trial: Trial) -> None:
    for n1, n2, m, low in ((4, 6, 3, 0.4), (1, 5, 2, 1.5), (9, 2, 7, 0.1)):
        _compare(trial, n1, n2, m, low * trial.rng.uniform(1, 2))
    # What is small is so beside b. The mean is 0, as single precision would lose it beside 0.3.
    for small in (1e-4, 1e-6):
        _compare(trial, 5, 3, 4, small * trial.rng.uniform(1, 2), mean=0.0)


def _never_exceeds_one(trial: Trial) -> None:
    x1 = trial.rng.normal(size=(300, 64)) * 30 + 100
    n2 = 170 + int(trial.rng.integers(100))
    same = trial.rng.choice(300, size=n2 // 2, replace=False)
    others = trial.rng.normal(size=(n2 - len(same), 64)) * 30 + 100
    # Equal rows stand anywhere, on the diagonal as little as elsewhere.
    order = trial.rng.permutation(n2)
    x2, b = np.vstack([x1[same], others])[order], trial.rng.uniform(200, 300)
    start = time.perf_counter()
    result = trial.call(x1, x2, b)
    seconds = time.perf_counter() - start
    got = trial.array(result, shape=(300, n2), what="The kernel")
    want = np.exp(-((cdist(x1, x2) / b) ** 2) / 2)
    empty = np.argwhere(got == 0)
    if len(empty) and (got != 0).any():
        row, column = empty[0] + 1
        trial.fail(
            f"{len(empty)} of the {got.size} entries are 0, the first in row {row}, column "
            f"{column}: no pair of these rows is so far apart.",
            named=True,
        )
    trial.close(got, want, "The kernel", rtol=1e-6, why="SciPy's distances")
    if got.max() > 1:
        row, column = (int(i) for i in np.unravel_index(got.argmax(), got.shape))
        trial.fail(
            f"The entry in row {row + 1}, column {column + 1} is 1 + {got.max() - 1:.2g}, and none "
            "may exceed 1. It is that of two equal rows. A squared distance is not negative, not "
            "even by rounding.",
            named=True,
        )
    if seconds > 3:  # the text says one second, on the learner's own machine
        trial.fail(
            f"300 rows with {n2} took {seconds:.1f} s. One matrix product gives all products of "
            "rows at once.",
            named=True,
        )


def _distances(x1: np.ndarray, x2: np.ndarray) -> np.ndarray:
    return np.sum((x1[:, None] - x2) ** 2, axis=2)


def _of(change):
    return lambda x1, x2, b: change(_distances(x1, x2), b)


def _from_the_corner(x1: np.ndarray, x2: np.ndarray, b: float) -> np.ndarray:
    rows = np.concatenate([x1, x2])
    return np.exp(-_distances(x1, rows[: len(x2)]) / (2 * b**2))


FLOOR = (
    "Your squared distances have a floor above 0. Where b is small, those of near rows lie below "
    "it, and they count: only what is negative by rounding is 0."
)
GAUSSIAN = Exercise(
    id="4.1",
    title="A kernel from scratch",
    own=own.gaussian,
    right="Right. 64 pixels became features without end, and this matrix has all their products.",
    hint="x1 (n1, m) and x2 (n2, m) may have different numbers of rows; the result is (n1, n2).",
    parts=(
        Part("the kernel", 1, _is_the_kernel),
        Part("never above 1, and quick", 1, _never_exceeds_one),
    ),
    misconceptions=(
        Misconception(
            _of(lambda r2, b: np.exp(-r2 / b**2)),
            "The 2 is missing: the exponent is −r²/(2b²).",
        ),
        Misconception(
            _of(lambda r2, b: np.exp(-b * r2)),
            "You multiply by the bandwidth. A larger b makes the kernel wider: divide by 2b². "
            "(scikit-learn's gamma is 1/(2b²).)",
        ),
        Misconception(
            _of(lambda r2, b: np.exp(-r2 / (2 * b))),
            "You divide by 2b. The distance is measured in units of b, so its square in b².",
        ),
        Misconception(
            _of(lambda r2, b: np.exp(-r2 / 2 * b**2)),
            "You multiply r²/2 by b² and should divide. (Python reads r2 / 2 * b**2 so: put "
            "2 * b**2 in parentheses.)",
        ),
        Misconception(
            lambda x1, x2, b: np.exp(-_distances(x1, x2) / x1.shape[1] / (2 * b**2)),
            "You averaged over the pixels. A squared distance is the sum over them.",
        ),
        Misconception(
            _from_the_corner,
            "Of the table between all rows, those of x1 above those of x2, you take the first "
            "columns. They begin with x1 again; the columns of x2 come after those.",
        ),
        Misconception(
            _of(lambda r2, b: np.exp(-np.sqrt(r2) / (2 * b**2))),
            "You took the distance where its square belongs.",
        ),
        Misconception(
            _of(lambda r2, b: np.exp(-np.sqrt(r2) / b)),
            "This is the Laplace kernel, e^(−r/b). The Gaussian one has r² in the exponent.",
        ),
        Misconception(
            _of(lambda r2, b: np.exp(r2 / (2 * b**2))),
            "Your kernel grows with the distance: the exponent is negative.",
        ),
        *(
            Misconception(
                _of(lambda r2, b, least=least: np.exp(-np.maximum(r2, least) / (2 * b**2))), FLOOR
            )
            for least in 10.0 ** np.arange(-12, 0)
        ),
        Misconception(
            _of(lambda r2, b: np.exp(-r2 / (2 * b**2)) / (np.sqrt(2 * np.pi) * b)),
            "You normalised it as a density. A kernel of a view with itself is ‖φ(x)‖², here 1.",
        ),
        Misconception(
            _of(lambda r2, b: -r2 / (2 * b**2)),
            "This is the exponent. The exponential is missing.",
        ),
        Misconception(
            _of(lambda r2, b: r2),
            "These are the squared distances. The kernel falls from 1 to 0 as they grow.",
        ),
        Misconception(
            lambda x1, x2, b: np.exp(-(np.abs(x1[:, None] - x2).sum(axis=2) ** 2) / (2 * b**2)),
            "Your distance is the sum of absolute differences. ‖x − x'‖ is the root of the sum of "
            "squares.",
        ),
        Misconception(
            lambda x1, x2, b: np.exp(x1 @ x2.T / b**2),
            "Your kernel has the products and not the lengths: r² = ‖x‖² + ‖x'‖² − 2x·x'.",
        ),
        Misconception(
            lambda x1, x2, b: (
                np.exp(-_distances(x1, x2) / (2 * b**2)) / (2 * np.pi * b**2) ** (x1.shape[1] / 2)
            ),
            "You normalised it as a density. A kernel of a view with itself is ‖φ(x)‖², here 1.",
        ),
        Misconception(
            lambda x1, x2, b: np.exp(-(np.abs(x1[:, None] - x2).max(axis=2) ** 2) / (2 * b**2)),
            "Your distance is the largest of the absolute differences. ‖x − x'‖ is the root of the "
            "sum of squares.",
        ),
        Misconception(
            lambda x1, x2, b: np.exp(-np.abs(x1[:, None] - x2).sum(axis=2) / (2 * b**2)),
            "Your r² is the sum of absolute differences. It is the sum of their squares.",
        ),
        Misconception(
            lambda x1, x2, b: np.exp(-_distances(x1 - x1.mean(0), x2 - x2.mean(0)) / (2 * b**2)),
            "You subtract from x1 and x2 their own means, and that changes the distances between "
            "them.",
        ),
        Misconception(
            _of(lambda r2, b: np.exp(-(r2**2) / (2 * b**2))),
            "You squared the squared distance once more.",
        ),
        Misconception(
            lambda x1, x2, b: np.exp(
                -(np.sum(x1**2, 1)[:, None] + np.sum(x2**2, 1) - x1 @ x2.T) / (2 * b**2)
            ),
            "The product comes twice in a squared distance: ‖x‖² + ‖x'‖² − 2x·x'.",
        ),
    ),
)
