"""4.1: the Gaussian kernel, against a loop over pairs of rows."""

from __future__ import annotations

import math
import time

import numpy as np

from ..engine import Exercise, Misconception, Part, Trial
from . import own


def _compare(trial: Trial, x1: np.ndarray, x2: np.ndarray, b: float) -> np.ndarray:
    shape = (len(x1), len(x2))
    got = trial.array(trial.call(x1, x2, b), shape=shape, what="The kernel")
    want = [
        [math.exp(-sum((p - q) ** 2 for p, q in zip(r, s, strict=True)) / (2 * b * b)) for s in x2]
        for r in x1
    ]
    trial.close(got, want, "The kernel", rtol=1e-6, why="a loop over pairs of rows")
    return got


def _is_the_kernel(trial: Trial) -> None:
    x1, x2 = trial.rng.normal(size=(4, 3)), trial.rng.normal(size=(5, 3))
    _compare(trial, x1, x2, trial.rng.uniform(0.6, 2.5))
    _compare(trial, x1[:1], 0.5 * x2, trial.rng.uniform(0.6, 2.5))


def _never_exceeds_one(trial: Trial) -> None:
    x = trial.rng.normal(size=(300, 64)) * 30 + 100
    start = time.perf_counter()
    got = trial.array(trial.call(x, x.copy(), 50.0), shape=(300, 300), what="The kernel")
    seconds = time.perf_counter() - start
    highest = got.max()
    trial.require(
        highest <= 1,
        f"An entry is 1 + {highest - 1:.2g}. For equal rows the squared distance should be 0 and "
        "comes out slightly negative: rounding.",
    )
    trial.require(
        seconds < 3, f"300 rows took {seconds:.1f} s. Let one matrix product do all distances."
    )
    trial.close(got.diagonal(), np.ones(300), "The kernel of a row with itself", rtol=1e-6)


def _distances(x1: np.ndarray, x2: np.ndarray) -> np.ndarray:
    return np.sum((x1[:, None] - x2) ** 2, axis=2)


def _of(change):
    return lambda x1, x2, b: change(_distances(x1, x2), b)


GAUSSIAN = Exercise(
    id="4.1",
    title="A kernel from scratch",
    own=own.gaussian,
    right="Right. 64 pixels became features without end, and this matrix is all of them.",
    hint="x1 (n1, m) and x2 (n2, m) may have different numbers of rows; the result is (n1, n2).",
    parts=(
        Part("the kernel", 1, _is_the_kernel),
        Part("never above 1, and quick", 1, _never_exceeds_one),
    ),
    misconceptions=(
        Misconception(
            _of(lambda r2, b: np.exp(-r2 / b**2)),
            "The 2 is missing: the exponent is r²/(2b²).",
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
            "Python reads r2 / 2 * b**2 as (r²/2)·b². Put 2 * b**2 in parentheses.",
        ),
        Misconception(
            lambda x1, x2, b: np.exp(-_distances(x1, x2) / x1.shape[1] / (2 * b**2)),
            "You averaged over the pixels. A squared distance is the sum over them.",
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
            lambda x1, x2, b: np.exp(
                -(np.sum(x1**2, 1)[:, None] + np.sum(x2**2, 1) - x1 @ x2.T) / (2 * b**2)
            ),
            "The product comes twice in a squared distance: ‖x‖² + ‖x'‖² − 2x·x'.",
        ),
    ),
)
