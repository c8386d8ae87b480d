"""4.1: kernels that are made of Gaussian ones, against sums and integrals of these."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.spatial.distance import cdist

from ..draws import sizes
from ..engine import Exercise, Misconception, Part, Trial
from .family import Numerically, Variant

TASK = """\
Now another kernel. $\\varphi$ are the features of the Gaussian kernel of 4.1 with bandwidth $b$,
so that $\\varphi(x) \\cdot \\varphi(x') = e^{{-\\lVert x - x' \\rVert^2/2b^2}}$. {what}

**Given:** `x1` `(n1, m)`, `x2` `(n2, m)`, `b` above 0 and the number `a`, {range}.

**Wanted:** this kernel of every row of `x1` with every row of `x2`, `(n1, n2)`, by a formula:
nothing is sampled or integrated by the computer.
"""

STUB = '''\
def other_kernel(x1, x2, b, a):
    """The kernel above between rows. (n1, m), (n2, m), two numbers -> (n1, n2)."""
    # Your answer here
    raise NotImplementedError("Exercise {number}")


other_kernel = check("{number}", other_kernel)'''

# Steps of σ/3 out to 6.7 σ: the trapezoidal rule has nine digits for a normal variable.
_NOISE = np.arange(-20, 21) / 3
_WEIGHTS = np.exp(-(_NOISE**2) / 2) / np.sum(np.exp(-(_NOISE**2) / 2))
_Spots = list[tuple[float, np.ndarray]]


def _noisy(x1: np.ndarray, x2: np.ndarray, b: float, a: float, both: bool = True) -> np.ndarray:
    """Mean over the noise of two views: pixel by pixel, since noise and kernel are products."""
    found = np.ones((len(x1), len(x2)))
    between = _NOISE[:, None] - both * _NOISE
    for pixel in range(x1.shape[1]):
        for place in np.ndindex(found.shape):
            apart = x1[place[0], pixel] - x2[place[1], pixel] + a * between
            found[place] *= _WEIGHTS @ np.exp(-(apart**2) / (2 * b**2)) @ _WEIGHTS
    return found


def _sum_of(spots1: Callable[[np.ndarray, float], _Spots],
            spots2: Callable[[np.ndarray, float], _Spots]) -> Callable:  # fmt: skip
    """The kernel of features that are sums of weights times φ at several places."""

    def kernel(x1: np.ndarray, x2: np.ndarray, b: float, a: float) -> np.ndarray:
        found = np.zeros((len(x1), len(x2)))
        for weight, p in spots1(x1, a):
            for other, q in spots2(x2, a):
                found += weight * other * np.exp(-((cdist(p, q) / b) ** 2) / 2)
        return found

    return kernel


def _mixed(x1: np.ndarray, x2: np.ndarray, b: float, a: float) -> np.ndarray:
    """Mean over s, with the logarithm of s/a as the variable: there steps of 0.1 are exact."""
    y = np.arange(-400, 50) / 10
    s, weights = a * np.exp(y), 0.1 * np.exp(y - np.exp(y))
    return np.exp(-np.multiply.outer((cdist(x1, x2) / b) ** 2 / 2, s)) @ weights


def _alone(x: np.ndarray, a: float) -> _Spots:
    return [(1, x)]


def _mirrored(x: np.ndarray, a: float) -> _Spots:
    return [(1, x), (a, -x)]


def _from_zero(x: np.ndarray, a: float) -> _Spots:
    return [(1, x), (-a, 0 * x)]


@dataclass(frozen=True)
class _Kernel:
    """A kernel in words, its range of a, itself, and a slip: what it gives, what is said of it."""

    what: str
    range: tuple[float, float]
    signs: bool
    of: Callable
    slip: Callable
    message: str
    hints: tuple[str, str]


KERNELS = (
    _Kernel(
        "Every pixel of both views gets noise, independent and normal with mean 0 and standard "
        "deviation $a$. The new kernel is the mean of the Gaussian kernel over the noise.",
        (0.3, 1.5), False, _noisy, lambda x1, x2, b, a: _noisy(x1, x2, b, a, both=False),
        "The noise of one view only. Both views have some.",
        ("Both noises enter through their difference alone. Which distribution has it?",
         "The exponential is a product over pixels. In each the mean is a Gaussian integral: "
         "complete the square."),
    ),
    _Kernel(
        "The new features are $\\varphi(x) + a\\, \\varphi(-x)$, of each picture together with its "
        "negative; the new kernel is their scalar product.",
        (0.3, 1.5), True, _sum_of(_mirrored, _mirrored),
        lambda x1, x2, b, a: (1 + a**2) * _sum_of(_alone, _alone)(x1, x2, b, a),
        "The two mixed products are missing: φ(x) with φ(−x'), and φ(−x) with φ(x').",
        ("Multiply out: four products of features, each of them a Gaussian kernel.",
         "Two of the four are equal to the other two, but for a factor. Which distances stand in "
         "them?"),
    ),
    _Kernel(
        "The new features are $\\varphi(x) - a\\, \\varphi(0)$, with $0$ a picture whose pixels "
        "are all 0; the new kernel is their scalar product.",
        (0.3, 1.5), True, _sum_of(_from_zero, _from_zero), _sum_of(_from_zero, _alone),
        "You take φ(0) off on one side only. Both views have the new features.",
        ("Multiply out: four products of features, each of them a Gaussian kernel.",
         "What is $\\varphi(x) \\cdot \\varphi(0)$, and what $\\varphi(0) \\cdot \\varphi(0)$? Two "
         "of the four terms are a column and a row."),
    ),
    _Kernel(
        "Bandwidths are mixed: the new kernel is the mean of $e^{-s \\lVert x - x' "
        "\\rVert^2/2b^2}$ over a random number $s > 0$ with the density $\\frac1a e^{-s/a}$.",
        (0.3, 3), False, _mixed,
        lambda x1, x2, b, a: _sum_of(_alone, _alone)(x1, x2, b / np.sqrt(a), 0),
        "You put in the mean of s. Where x' ≠ x that gives less than the mean of the exponential.",
        ("For one pair of rows the distance is a number, and the mean an integral over $s$.",
         "Two exponentials in $s$ are one. How does the kernel fall at large distances?"),
    ),
)  # fmt: skip


def kernel(k: int) -> Variant:
    """Variant k of exercise 4.1."""
    kind, number = KERNELS[k], f"4.1v{k}"

    def other_kernel(x1: np.ndarray, x2: np.ndarray, b: float, a: float) -> np.ndarray:
        return kind.of(x1, x2, b, a)

    def draw_a(trial: Trial, b: float) -> float:
        sign = trial.rng.choice([-1, 1]) if kind.signs else 1
        return sign * trial.rng.uniform(*kind.range) * (b if k == 0 else 1)

    def few_rows(trial: Trial) -> None:
        for low in (0.3, 4):
            n1, n2, m = sizes(trial.rng, 1, 5, 3)
            b = low * trial.rng.uniform(1, 2)
            a = draw_a(trial, b)
            x1, x2 = (b * (trial.rng.normal(size=(n, m)) / np.sqrt(m) + 0.2) for n in (n1, n2))
            got = trial.array(trial.call(x1, x2, b, a), shape=(n1, n2), what="The kernel")
            why = "sums and integrals of Gaussian kernels"
            trial.close(got, other_kernel(x1, x2, b, a), "The kernel", rtol=1e-6, why=why)

    def many_rows(trial: Trial) -> None:
        n1, n2, m = (int(n) for n in trial.rng.integers([200, 100, 16], [300, 190, 26]))
        x1, x2 = (trial.rng.normal(size=(n, m)) * 30 + 8 for n in (n1, n2))
        b = trial.rng.uniform(100, 200)
        a = draw_a(trial, b)
        rows, columns = (trial.rng.choice(n, 2, replace=False) for n in (n1, n2))
        x2[columns[0]], x2[columns[1]] = x1[rows[0]], -x1[rows[1]]
        got = trial.array(trial.call(x1, x2, b, a), shape=(n1, n2), what="The kernel")
        want = other_kernel(x1[rows], x2[columns], b, a)
        trial.close(got[np.ix_(rows, columns)], want, "The kernel, at a few of its entries",
                    rtol=1e-6)  # fmt: skip

    exercise = Exercise(
        id=number,
        title="Another kernel",
        own=Numerically(other_kernel),
        right="Right.",
        hint="The call is other_kernel(x1, x2, b, a), and the result is (n1, n2).",
        parts=(Part("few rows", 1, few_rows), Part("many rows", 1, many_rows)),
        misconceptions=(Misconception(Numerically(kind.slip), kind.message),),
    )
    words = "of either sign" if kind.signs else "above 0"
    task = TASK.format(what=kind.what, range=words)
    return Variant(task, STUB.format(number=number), kind.hints, exercise)
