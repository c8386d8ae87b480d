"""5.2: Gaussian means of other activations, against integrals over the plane."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..draws import sizes
from ..engine import Exercise, Misconception, Part, Trial
from .family import Numerically, Variant

TASK = """\
Now another activation, with a number $a$:

$$\\sigma(u) = {formula} .$$

**Given:** `k11`, `k12`, `k22`, arrays of one shape, the covariances of the normal pair $(u, v)$;
and `a`, {range}.

**Wanted:** a tuple of the two means $\\mathbb E[\\sigma(u)\\sigma(v)]$ and
$\\mathbb E[\\sigma'(u)\\sigma'(v)]$, arrays of that shape. As in 5.2, parallel inputs and zero
vectors must give numbers.
"""

STUB = '''\
def other_means(k11, k12, k22, a):
    """(E[σ(u)σ(v)], E[σ'(u)σ'(v)]) for the σ above. Arrays of one shape -> two of it."""
    # Your answer here
    raise NotImplementedError("Exercise {number}")


other_means = check("{number}", other_means)'''

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(32)
_RADIUS = 4.5 * (_NODES + 1)  # out to nine standard deviations
_RADIAL = 4.5 * _WEIGHTS * _RADIUS * np.exp(-(_RADIUS**2) / 2) / (2 * np.pi)
Activation = Callable[[np.ndarray, float], np.ndarray]


def _pair(k11: float, k12: float, k22: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Values of u and of v around the plane, and their weights; no panel has a sign change."""
    theta = np.arctan2(np.sqrt(max(k11 * k22 - k12**2, 0)), k12)
    ends = np.sort(np.mod([np.pi / 2, -np.pi / 2, theta + np.pi / 2, theta - np.pi / 2], 2 * np.pi))
    low, width = ends, np.diff(ends, append=ends[0] + 2 * np.pi)
    phi = low[:, None] + width[:, None] * (_NODES + 1) / 2
    weights = (width[:, None] / 2 * _WEIGHTS)[..., None] * _RADIAL
    u = np.sqrt(k11) * np.cos(phi)[..., None] * _RADIUS
    v = np.sqrt(k22) * np.cos(phi - theta)[..., None] * _RADIUS
    return u, v, weights


@dataclass(frozen=True)
class _Sigma:
    """An activation in LaTeX, the range of a, itself, its slope, and a slip in the slope."""

    formula: str
    range: tuple[float, float]
    signs: bool
    of: Activation
    slope: Activation
    slip: Activation
    message: str
    hints: tuple[str, str]


CHAIN = "In your second mean σ' lacks its inner derivative: a factor a for each of the two."
SIGMAS = (
    _Sigma(
        "\\lvert u \\rvert + a u", (0.2, 0.8), True,
        lambda u, a: np.abs(u) + a * u, lambda u, a: np.sign(u) + a, lambda u, a: np.sign(u),
        "Your second mean is that of |u| alone: the slope a is missing in it.",
        ("Multiply out. Which of the mixed products have the mean 0 by symmetry?",
         "$\\lvert u \\rvert$ is a ReLU of $u$ and one of $-u$. Four products of two ReLUs: two "
         "have the covariance $k_{12}$, and two $-k_{12}$."),
    ),
    _Sigma(
        "\\sin(a u)", (0.4, 1.2), True,
        lambda u, a: np.sin(a * u), lambda u, a: a * np.cos(a * u), lambda u, a: np.cos(a * u),
        CHAIN,
        ("A product of two sines is half of a difference of cosines, of $a(u - v)$ and $a(u + v)$.",
         "$u - v$ and $u + v$ are normal. Which variances have they, and what is the mean of "
         "$\\cos(at)$ over a normal $t$?"),
    ),
    _Sigma(
        "u^2 + a u", (0.5, 2), True,
        lambda u, a: u**2 + a * u, lambda u, a: 2 * u + a, lambda u, a: u + a,
        "The derivative of u² is 2u.",
        ("Multiply out. Odd products have the mean 0.",
         "What is the mean of $u^2v^2$? Write $v$ as a part along $u$ and an independent rest; or "
         "pair the four factors in all three ways."),
    ),
    _Sigma(
        "e^{-a u^2/2}", (0.3, 2), False,
        lambda u, a: np.exp(-a * u**2 / 2), lambda u, a: -a * u * np.exp(-a * u**2 / 2),
        lambda u, a: -u * np.exp(-a * u**2 / 2), CHAIN,
        ("Density times $\\sigma\\sigma$ is a Gaussian again. Which matrix stands in its exponent?",
         "With $k$ the covariance and $M = (k^{-1} + aI)^{-1}$: the first mean is a ratio of roots "
         "of determinants, the second has $M_{12}$ too. $\\det(I + ak)$ needs no inverse."),
    ),
)  # fmt: skip


def means(k: int) -> Variant:
    """Variant k of exercise 5.2."""
    sigma, number = SIGMAS[k], f"5.2v{k}"

    def by(slope: Activation) -> Callable:
        def other_means(
            k11: np.ndarray, k12: np.ndarray, k22: np.ndarray, a: float
        ) -> tuple[np.ndarray, np.ndarray]:
            found = np.empty((2, *np.shape(k12)))
            for place in np.ndindex(np.shape(k12)):
                u, v, weights = _pair(k11[place], k12[place], k22[place])
                for mean, f in zip(found, (sigma.of, slope), strict=True):
                    mean[place] = np.sum(weights * f(u, a) * f(v, a))
            return tuple(found)

        return other_means

    other_means = by(sigma.slope)

    def ask(trial: Trial, k11: np.ndarray, k12: np.ndarray, k22: np.ndarray, which: str,
            both: bool = True) -> None:  # fmt: skip
        a = trial.rng.uniform(*sigma.range) * (trial.rng.choice([-1, 1]) if sigma.signs else 1)
        got = trial.call(k11, k12, k22, a)
        if not isinstance(got, tuple | list) or len(got) != 2:
            trial.fail("The answer should be a tuple of two arrays: E[σσ], E[σ'σ'].", named=True)
        want = other_means(k11, k12, k22, a)
        for mean, right, name in list(zip(got, want, ("E[σσ]", "E[σ'σ']"), strict=True))[
            : 1 + both
        ]:
            array = trial.array(mean, shape=k12.shape, what=name + which)
            trial.close(array, right, name + which, rtol=1e-6, why="an integral over the plane")

    def of_any_pair(trial: Trial) -> None:
        rows, columns, length = sizes(trial.rng, 2, 4, 3)
        for shape in ((length,), (rows, columns), (columns, length)):
            k11, k22 = trial.rng.uniform(0.3, 3, size=(2, *shape))
            theta = trial.rng.uniform(0.2, 3.0, size=shape)
            ask(trial, k11, np.sqrt(k11 * k22) * np.cos(theta), k22, "")

    def in_the_hard_cases(trial: Trial) -> None:
        for n in sizes(trial.rng, 2, 6, 2):
            size = trial.rng.uniform(0.3, 2, size=n)
            # Products that are a rounding above their squares.
            ask(trial, size, size * (1 + 2e-16), size, " of two equal inputs")
            ask(trial, size, -size * (1 + 2e-16), size, " of two opposite inputs")
            # A kink has no slope at 0, so the first mean alone is asked for.
            ask(trial, np.zeros(n), np.zeros(n), size, " of a zero vector", both=False)

    exercise = Exercise(
        id=number,
        title="Two means of another activation",
        own=Numerically(other_means),
        right="Right.",
        hint="k11, k12 and k22 have one shape, a is a number; return (E[σσ], E[σ'σ']).",
        parts=(
            Part("any pair", 2, of_any_pair),
            Part("parallel inputs and zero", 1, in_the_hard_cases),
        ),
        misconceptions=(Misconception(Numerically(by(sigma.slip)), sigma.message),),
    )
    low, high = sigma.range
    words = f"from {low:g} to {high:g}" + (" or from " + f"{-high:g} to {-low:g}") * sigma.signs
    task = TASK.format(formula=sigma.formula, range=words)
    return Variant(task, STUB.format(number=number), sigma.hints, exercise)
