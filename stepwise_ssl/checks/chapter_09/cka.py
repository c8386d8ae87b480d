"""9.3: CKA by chance, against all permutations, and against sums over all pairs of entries."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations

import numpy as np

from ..asking import once_a_draw
from ..draws import sizes
from ..engine import Exercise, Misconception, Part, Trial
from . import own
from .truth import unit


def _gram(x: np.ndarray) -> np.ndarray:
    """Products of the rows, each taken from their mean, row by row."""
    centred = x - x.mean(axis=0)
    return np.array([(centred * row).sum(axis=1) for row in centred])


@once_a_draw
def _over_all_permutations(x: np.ndarray, y: np.ndarray) -> float:
    K, L = _gram(x), _gram(y)
    size = np.sqrt(np.sum(K**2) * np.sum(L**2))
    return float(np.mean([np.sum(K * L[np.ix_(p, p)]) for p in permutations(range(len(x)))]) / size)


@once_a_draw
def _entry_by_entry(x: np.ndarray, y: np.ndarray) -> float:
    """Each entry of K meets the mean of the entries of L that may come in its place.

    A permutation carries the diagonal to the diagonal, and any other place to any other one.
    """
    K, L = _gram(x), _gram(y)
    diagonal = np.eye(len(K), dtype=bool)
    met = np.where(diagonal, L[diagonal].mean(), L[~diagonal].mean())
    return float(np.sum(K * met) / np.sqrt(np.sum(K**2) * np.sum(L**2)))


def _draw(rng: np.random.Generator, n: int, p: int) -> np.ndarray:
    """Rows of no mean 0, correlated columns of different sizes, in any unit."""
    x = rng.normal(size=(n, p)) * rng.uniform(0.3, 2, size=p)
    return unit(rng) * (x @ np.linalg.qr(rng.normal(size=(p, p)))[0] + rng.normal(size=p))


def _ask(trial: Trial, n: int, p: int, q: int, truth: Callable, why: str) -> None:
    x, y = _draw(trial.rng, n, p), _draw(trial.rng, n, q)
    got, want = trial.array(trial.call(x, y), shape=(), what="The mean CKA"), truth(x, y)
    trial.close(got, want, "The mean CKA", why=why, otherwise=_how_far(float(got), want))


def _how_far(got: float, want: float) -> str:
    if not 0 <= got <= 1:
        return f"Yours is {got:.4g}. CKA is never below 0 nor above 1."
    for digits in range(1, 7):
        if abs(got - round(want, digits)) < 1e-9:
            return f"Yours is what is wanted, rounded to {digits} decimal{'s' * (digits > 1)}."
    if 1e-4 < abs(got / want - 1) < 0.05:
        return (
            f"Yours is off by {100 * abs(got / want - 1):.2g} %, as a mean over some random orders "
            "would be. If it is one: the mean over all n! of them is exact. Ask which entries of "
            "L can come to a place."
        )
    return ""


def _of_few(trial: Trial) -> None:
    for n in sizes(trial.rng, 4, 6, 3):
        others = [s for s in range(2, 8) if s != n]
        p, q = (int(s) for s in trial.rng.choice(others, 2, replace=False))
        _ask(trial, n, p, q, _over_all_permutations, f"the mean over all {n}! permutations")


def _of_many(trial: Trial) -> None:
    for n in sizes(trial.rng, 20, 60, 2):
        p, q = sizes(trial.rng, 2, 9, 2)
        _ask(trial, n, p, q, _entry_by_entry, "each entry of K times the mean of what may meet it")
    _ask(trial, 400, q, p, _entry_by_entry, "each entry of K times the mean of what may meet it")


def _centred(x: np.ndarray) -> np.ndarray:
    return x - x.mean(axis=0)


def _pr(x: np.ndarray) -> float:
    """Participation ratio of xᵀx."""
    moment = x.T @ x
    return np.trace(moment) ** 2 / np.sum(moment**2)


def _by_largest(x: np.ndarray) -> float:
    """The trace of xᵀx over its largest eigenvalue."""
    moment = x.T @ x
    return np.trace(moment) / np.linalg.norm(moment, 2)


def _ratios(
    formula: Callable[[float, float, int], float],
    centre: Callable[[np.ndarray], np.ndarray] = _centred,
    of: Callable[[np.ndarray], float] = _pr,
) -> Callable:
    """A formula of the two participation ratios and n."""
    return lambda x, y: formula(of(centre(x)), of(centre(y)), len(x))


def _widths(formula: Callable[[int, int, int], float], ranks: bool = False) -> Callable:
    """A formula of the numbers of columns, or of the ranks, and of n."""

    def like(x: np.ndarray, y: np.ndarray) -> float:
        n = len(x)
        p, q = x.shape[1], y.shape[1]
        return formula(min(p, n - 1), min(q, n - 1), n) if ranks else formula(p, q, n)

    return like


def _size(x: np.ndarray) -> float:
    """The trace of the Gram matrix."""
    return np.sum(_centred(x) ** 2)


def _singular(x: np.ndarray) -> float:
    s = np.linalg.svd(_centred(x), compute_uv=False)
    return s.sum() ** 2 / np.sum(s**2)


def _cka(x: np.ndarray, y: np.ndarray) -> float:
    x, y = _centred(x), _centred(y)
    return np.sum((x.T @ y) ** 2) / (np.linalg.norm(x.T @ x) * np.linalg.norm(y.T @ y))


def _one_sided(x: np.ndarray) -> float:
    """The trace of x xᵀ over its norm, the mean taken off one of the two factors."""
    gram = x @ _centred(x).T
    return np.trace(gram) / np.linalg.norm(gram)


_EQUALLY = (
    "You put the {} where the participation ratio belongs. The two agree only where all "
    "eigenvalues of the covariance are alike."
)

CKA_BY_CHANCE = Exercise(
    id="9.3",
    title="How alike by chance?",
    own=own.cka_by_chance,
    right="Right. The more dimensions two representations use, the more alike they look by chance, "
    "and the more pictures there are, the less.",
    hint="x has shape (n, p), y has (n, q), and the answer is one number.",
    parts=(
        Part("all permutations of four to six rows", 2, _of_few),
        Part("any number of rows", 1, _of_many),
    ),
    misconceptions=(
        Misconception(
            _ratios(lambda a, b, n: np.sqrt(a * b) / n),
            "You divide by n. Centred rows add up to 0, so the off-diagonal entries of L have the "
            "mean −tr L/n(n − 1) and not 0: that turns n into n − 1.",
        ),
        *(
            Misconception(
                _widths(lambda p, q, n, m=m: np.sqrt(p * q) / (n - m), ranks),
                _EQUALLY.format("rank" if ranks else "number of columns"),
            )
            for m in (1, 0)
            for ranks in (False, True)
        ),
        Misconception(
            _widths(lambda p, q, n: min(p, q) / (n - 1)),
            "You put the smaller number of columns where the root of the two participation ratios' "
            "product belongs.",
        ),
        Misconception(
            _ratios(lambda a, b, n: a * b / (n - 1)),
            "The root is missing: each norm ‖K‖ stands once below, so that it is √(PR PR′).",
        ),
        Misconception(
            _ratios(lambda a, b, n: np.sqrt(a * b / (n - 1))),
            "n − 1 stands under the root in yours. It does not belong there.",
        ),
        Misconception(
            _ratios(lambda a, b, n: np.sqrt(a * b)),
            "n − 1 is missing: yours is tr K tr L/(‖K‖ ‖L‖). Each entry of K's diagonal meets one "
            "entry of L's, so that their mean counts and not the sum.",
        ),
        Misconception(
            _ratios(lambda a, b, n: np.sqrt(a * b) / (n - 1), lambda x: x),
            "x and y are not centred. CKA centres each column first, and the mean would look like "
            "one large dimension.",
        ),
        Misconception(
            _ratios(lambda a, b, n: np.sqrt(a * b) / n, lambda x: x),
            "x and y are not centred. CKA centres each column first.",
        ),
        *(
            Misconception(
                lambda x, y, first=first, second=second: (
                    np.sqrt(_pr(first(x)) * _pr(second(y))) / (len(x) - 1)
                ),
                f"{name} is not centred. CKA centres the columns of both tables.",
            )
            for name, first, second in (("x", np.asarray, _centred), ("y", _centred, np.asarray))
        ),
        Misconception(
            _ratios(lambda a, b, n: np.sqrt(a * b) / (n - 1), lambda x: x - x.mean()),
            "You subtract one mean of the whole table. CKA centres each column by its own.",
        ),
        *(
            Misconception(
                lambda x, y, m=m: _one_sided(x) * _one_sided(y) / (len(x) - m),
                "You centre the Gram matrices from one side. K is xxᵀ with centred rows in both "
                "factors: take the mean of the rows off, and that of the columns.",
            )
            for m in (1, 0)
        ),
        Misconception(
            _ratios(lambda a, b, n: a * b / (n - 1), of=_by_largest),
            "You divide by the largest eigenvalues of K and L. The norms here are the roots of the "
            "summed squares of all entries.",
        ),
        Misconception(
            lambda x, y: np.sqrt(_singular(x) * _singular(y)) / (len(x) - 1),
            "You take the participation ratio of the singular values. It is that of the "
            "covariance's eigenvalues, their squares.",
        ),
        *(
            Misconception(
                lambda x, y, power=power: (_size(x) * _size(y)) ** power / (len(x) - 1),
                "You do not divide by ‖K‖ ‖L‖. Yours changes with the units of x and y, and CKA "
                "does not.",
            )
            for power in (1, 0.5)
        ),
        Misconception(
            _cka,
            "Yours is the CKA of x and y as they stand. Wanted is its mean over all ways to hand "
            "out the rows of y.",
        ),
        Misconception(
            lambda x, y: _cka(x, y[::-1]),
            "Yours is the CKA for one other order of the rows. Wanted is the mean over all orders.",
        ),
        Misconception(
            _widths(lambda p, q, n: 0.0),
            "By chance CKA is not 0. It is a mean of squares.",
        ),
        Misconception(
            _widths(lambda p, q, n: 1 / (n - 1)),
            "Yours is the mean squared correlation of two columns by chance. With several columns "
            "more fits by chance.",
        ),
        Misconception(
            _ratios(lambda a, b, n: (a + b) / 2 / (n - 1)),
            "You take the mean of the two participation ratios. It is the root of their product.",
        ),
        *(
            Misconception(
                _ratios(upside_down),
                "Your fraction is upside down: tr K tr L stands above, ‖K‖ ‖L‖ below.",
            )
            for upside_down in (
                lambda a, b, n: 1 / np.sqrt(a * b),
                lambda a, b, n: 1 / np.sqrt(a * b) / (n - 1),
            )
        ),
        Misconception(
            lambda x, y: np.mean([_cka(x, np.roll(y, k, axis=0)) for k in range(len(y))]),
            "Yours is the mean over the n cyclic orders. Wanted is the mean over all n! orders, in "
            "which any two rows of y may come to any two places.",
        ),
    ),
)
