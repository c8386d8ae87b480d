"""4.7: views on the circle that are turned otherwise, against means over the turns."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..draws import sizes
from ..engine import Exercise, Misconception, Part, Trial
from .family import Numerically, Variant

TASK = """\
Now the views are turned otherwise: {what}

**Given:** `c` `(k_max + 1,)`, the coefficients $c_0, c_1, \\ldots$ of the kernel, as in 4.7;
`delta` $= \\delta > 0$ in radians.

**Wanted:** $\\gamma_k$ for $k = 0, 1, \\ldots$, same shape, in the limit of many pictures.
"""

STUB = '''\
def other_gamma(c, delta):
    """γ_k on the circle, views turned as above. (k_max + 1,), number -> same."""
    # Your answer here
    raise NotImplementedError("Exercise {number}")


other_gamma = check("{number}", other_gamma)'''

Turns = tuple[np.ndarray, np.ndarray, np.ndarray]  # of the first view, of the second, weights


@functools.cache
def _legendre(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Nodes and weights of the mean over [0, 1]."""
    nodes, weights = np.polynomial.legendre.leggauss(n)
    return (nodes + 1) / 2, weights / 2


def _independent(turn: np.ndarray, weights: np.ndarray) -> Turns:
    """Two turns of one distribution: all pairs."""
    return turn[:, None], turn, np.outer(weights, weights)


def _opposite() -> Turns:
    nodes, weights = _legendre(100)
    return nodes, -nodes, weights


def _normal() -> Turns:
    turn = np.arange(-80, 81) / 10
    density = np.exp(-(turn**2) / 2)
    return _independent(turn, density / density.sum())


def _coins() -> Turns:
    return _independent(np.array([-1.0, 1.0]), np.array([0.5, 0.5]))


def _exponential() -> Turns:
    nodes, weights = _legendre(200)
    return _independent(30 * nodes, 30 * weights * np.exp(-30 * nodes))


def _agreement(turns: Turns, k: int, delta: float) -> float:
    first, second, weights = turns
    return float(np.sum(weights * np.cos(k * delta * (first - second))))


def _of_one(turns: Turns, k: int, delta: float) -> float:
    """The agreement if only the first view were turned."""
    first, _, weights = turns
    return float(np.sum(weights * np.cos(k * delta * first)))


@dataclass(frozen=True)
class _Law:
    """How views are turned, at δ = 1, and what is to be thought of."""

    what: str
    turns: Callable[[], Turns]
    slips: tuple[tuple[Callable[[Turns, int, float], float], str], ...]
    hints: tuple[str, str]


ONE = "One view is turned in yours. Both are: take the mean of cos k(u − u')."
MEANS = (
    "Means of products are products of means, as in 4.7.",
    "$\\cos k(u - u') = \\cos ku \\cos ku' + \\sin ku \\sin ku'$. Which of the means "
    "are 0, and what are the others?",
)
LAWS = (
    _Law(
        "one angle $u$ is drawn for each picture, uniformly from $[0, \\delta]$. The first view is "
        "turned by $u$, the second one by $-u$.",
        _opposite,
        (
            (_of_one, ONE),
            (lambda turns, k, delta: _of_one(turns, k, delta) ** 2,
             "The two turns are not independent here: one angle gives both."),
        ),
        ("Each picture has its two views at another angle. Which agreement has the wave $k$ at a "
         "given $u$?",
         "Take the mean over $u$. It can be negative."),
    ),
    _Law(
        "each by an angle of its own, independent and normal with mean 0 and standard deviation "
        "$\\delta$.",
        _normal, ((_of_one, ONE),),
        ("The angle between the views is the difference of two normal numbers.",
         "The mean of $\\cos kv$ over a normal $v$ with variance $s^2$ is a Gaussian in $k$: it is "
         "the real part of the mean of $e^{ikv}$."),
    ),
    _Law(
        "each is turned by $\\delta$ or by $-\\delta$; a coin decides, one for each view.",
        _coins, ((_of_one, ONE),), MEANS,
    ),
    _Law(
        "each by an angle of its own, and always forwards: $u > 0$ with the density "
        "$\\frac1\\delta e^{-u/\\delta}$, independent for the two views.",
        _exponential,
        (
            (lambda turns, k, delta: _of_one(turns, k, delta) ** 2,
             "The sines are missing. Turns are all forwards, so the mean of sin ku is not 0."),
        ),
        MEANS,
    ),
)  # fmt: skip


def turned(k: int) -> Variant:
    """Variant k of exercise 4.7."""
    law, number = LAWS[k], f"4.7v{k}"
    turns = law.turns()

    def by(agreement: Callable[[Turns, int, float], float]) -> Callable:
        def other_gamma(c: np.ndarray, delta: float) -> np.ndarray:
            return np.array([c[j] * agreement(turns, j, delta) for j in range(len(c))])

        return other_gamma

    other_gamma = by(_agreement)

    def compare(trial: Trial, length: int, delta: float, what: str) -> None:
        c = trial.rng.uniform(0.05, 1, size=length)
        got = trial.array(trial.call(c, delta), shape=c.shape, what="γ")
        why = "c_k times the mean of cos k(u − u')"
        trial.close(got, other_gamma(c, delta), what, rtol=1e-6, why=why)

    def of_usual_turns(trial: Trial) -> None:
        for length in sizes(trial.rng, 3, 7, 3):
            compare(trial, length, trial.rng.uniform(0.3, 1.2), "The rate γ, for k = 0, 1, …")

    def at_the_ends(trial: Trial) -> None:
        few, many = sorted(sizes(trial.rng, 3, 6, 2))
        compare(trial, many, trial.rng.uniform(0.02, 0.2), "γ for views that are hardly turned")
        compare(trial, few, trial.rng.uniform(1.3, 2), "γ for views that are turned far")

    exercise = Exercise(
        id=number,
        title="Other turns on the circle",
        own=Numerically(other_gamma),
        right="Right.",
        hint="c has the coefficients of k = 0, 1, …; delta in radians; γ has the shape of c.",
        parts=(Part("the rates", 1, of_usual_turns), Part("small and large turns", 1, at_the_ends)),
        misconceptions=tuple(
            Misconception(Numerically(by(slip)), message) for slip, message in law.slips
        ),
    )
    return Variant(TASK.format(what=law.what), STUB.format(number=number), law.hints, exercise)
