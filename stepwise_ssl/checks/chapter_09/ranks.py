"""9.8: three counts of the dimensions in use, against an embedding with this covariance."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable

import numpy as np

from ..asking import once_a_draw
from ..draws import sizes
from ..engine import Exercise, Part, Trial
from ..values import as_array, same_values
from . import own

NAMES = ("RankMe", "The effective rank", "The participation ratio")


@once_a_draw
def measured(eigenvalues: np.ndarray) -> tuple[float, float, float]:
    """The three measures of an embedding (3d, d) of mean 0 whose covariance has these (d,)."""
    d = len(eigenvalues)
    rng = np.random.default_rng(d)
    scattered = rng.normal(size=(3 * d, d))
    rows = np.linalg.qr(scattered - scattered.mean(axis=0))[0]
    turn = np.linalg.qr(rng.normal(size=(d, d)))[0]
    z = math.sqrt(3 * d) * rows * np.sqrt(eigenvalues) @ turn.T
    singular = np.linalg.svd(z, compute_uv=False)
    covariance = z.T @ z / len(z)
    ratio = np.trace(covariance) ** 2 / np.sum(covariance**2)
    return _count(singular), _count(singular**2), ratio


def _count(values: np.ndarray) -> float:
    """exp of the entropy of the values' shares, summed one by one."""
    total = math.fsum(values)
    shares = [value / total for value in values]
    return math.exp(-math.fsum(p * math.log(p) for p in shares if p > 0))


def three(trial: Trial, *given: float) -> tuple:
    """What the answer gives, refused unless there are three of it."""
    got = trial.call(*given)
    if not isinstance(got, tuple | list | np.ndarray) or np.shape(got)[:1] != (3,):
        trial.fail(
            "Return a tuple of three numbers: RankMe, the effective rank and the participation "
            "ratio.",
            named=True,
        )
    return tuple(got)


def _ask(trial: Trial, d: int, k: int, delta: float) -> None:
    result = three(trial, d, k, delta)
    want = measured(_values(d, k, delta)[0])
    for place, (name, mine, right) in enumerate(zip(NAMES, result, want, strict=True)):
        is_a_number(trial, name, mine, delta)
        offered = _offered(place, d, k, delta)
        if name == NAMES[0]:
            offered = [_of_a_singular_value(result, _values(d, k, delta)[0]), *offered]
        trial.slips(mine, right, offered)
        number = trial.array(mine, shape=(), what=name)
        trial.close(number, right, name, why="an embedding with this covariance, by its SVD")


@once_a_draw
def _offered(place: int, d: int, k: int, delta: float) -> list[tuple[float, str]]:
    """What the known slips give for one of the three counts."""
    with np.errstate(all="ignore"):
        return [(like(*_values(d, k, delta)), words) for like, words in SLIPS[place]]


def _of_a_singular_value(result: tuple, lam: np.ndarray) -> tuple[float, str]:
    """RankMe where δ is read as a singular value; nan where the effective rank says otherwise."""
    rank, effective = np.exp(_entropy(lam)), np.exp(_entropy(lam**2))
    return (
        rank if same_values(result[1], effective) else np.nan,
        "You take δ for a singular value and its square for the eigenvalue, as your effective rank "
        "shows. δ is the eigenvalue, and the singular value its root.",
    )


def is_a_number(trial: Trial, name: str, mine: object, delta: float) -> None:
    """Refuse nan where δ = 0, by its cause."""
    number = as_array(mine)
    if delta == 0 and number is not None and number.shape == () and np.isnan(number):
        trial.fail(
            f"{name} is nan where δ = 0. There p log p is 0 times −∞ on the computer; its limit is "
            "0, as a share p goes to 0. Leave these terms out.",
            named=True,
        )


def _between(trial: Trial) -> None:
    """δ of all sizes: at the smallest, √δ still adds to RankMe what a comparison sees."""
    exponents = np.array([0.4, 1.5, 4, 6, 11]) * trial.rng.uniform(0.9, 1.1, size=5)
    for exponent in trial.rng.permutation(exponents):
        k, d = sorted(sizes(trial.rng, 2, 14, 2))
        _ask(trial, d, k, 10**-exponent)


def _at_the_ends(trial: Trial) -> None:
    for delta in (0.0, 1.0, 0.0):
        k, d = sorted(sizes(trial.rng, 2, 14, 2))
        _ask(trial, d, k, delta)
    d, k = sizes(trial.rng, 2, 9, 2)
    _ask(trial, d, d, trial.rng.uniform(0.1, 0.9))
    _ask(trial, k, 1, trial.rng.uniform(0.01, 0.1))


def _values(d: int, k: int, delta: float) -> tuple[np.ndarray, int, int, float]:
    return np.repeat([1.0, delta], [k, d - k]), d, k, delta


def _entropy(values: np.ndarray, log: Callable = np.log) -> float:
    p = values[values > 0] / np.sum(values)
    return -np.sum(p * log(p))


def _without_small(values: np.ndarray, cut: float, by_share: bool, anew: bool) -> float:
    """The count without the values that are at most `cut`, or whose shares are.

    Shares are those of all values or, `anew`, of those that are kept.
    """
    p = values / np.sum(values)
    p = p[(p if by_share else values) > cut]
    p = p / np.sum(p) if anew else p
    return np.exp(-np.sum(p * np.log(p)))


def _unnormalised(values: np.ndarray) -> float:
    v = values[values > 0]
    return np.exp(-np.sum(v * np.log(v)))


def _half_normalised(values: np.ndarray, weights: bool, inside: bool) -> float:
    """The count with −Σ v log v, where v stands before the logarithm or in it for its share."""
    v = values[values > 0]
    p = v / np.sum(v)
    return np.exp(-np.sum((p if weights else v) * np.log(p if inside else v)))


def _first_order(k: int, waiting: int, x: float) -> float:
    """A count by entropy of k values 1 and of others x, to first order in x and x log x."""
    return k + waiting * x * (1 - np.log(x)) if x > 0 else float(k)


_LIMIT = (
    "This is the limit of small δ, its first order. δ may come to 1: the formula as it stands is "
    "asked for."
)


def _ratio(values: np.ndarray) -> float:
    return np.sum(values) ** 2 / np.sum(values**2)


def _counts(values: Callable[[np.ndarray], np.ndarray], what: str) -> tuple:
    """Slips of a count by entropy; `values` makes them of the eigenvalues."""
    return (
        (
            lambda lam, d, k, delta: _entropy(values(lam)),
            "This is the entropy. The number of dimensions is its exponential.",
        ),
        (
            lambda lam, d, k, delta: np.exp(_entropy(values(lam), np.log2)),
            "Your logarithm has base 2 and your exponential base e: both need the same.",
        ),
        (
            lambda lam, d, k, delta: 2 ** _entropy(values(lam)),
            "Your logarithm has base e and your exponential base 2: both need the same.",
        ),
        (
            lambda lam, d, k, delta: _unnormalised(values(lam)),
            f"Your shares do not add up to 1: divide {what} by their sum first.",
        ),
        *(
            (
                lambda lam, d, k, delta, number=number: _unnormalised(
                    values(lam) / number(lam, d, k)
                ),
                f"Your shares do not add up to 1: you divide {what} by {of}, and not by their sum.",
            )
            for number, of in (
                (lambda lam, d, k: k, "k, the number of those that are 1"),
                (lambda lam, d, k: d, "their number d"),
                (
                    lambda lam, d, k: np.sqrt(np.sum(values(lam) ** 2)),
                    "the root of the sum of their squares",
                ),
                (lambda lam, d, k: np.sum(values(lam) ** 2), "the sum of their squares"),
            )
        ),
        *(
            (
                lambda lam, d, k, delta, weights=weights, inside=inside: _half_normalised(
                    values(lam), weights, inside
                ),
                f"One p of p log p is a share in yours and the other is not: divide {what} by "
                "their sum in both places.",
            )
            for weights, inside in ((True, False), (False, True))
        ),
        (
            lambda lam, d, k, delta: _first_order(k, d - k, values(np.array([delta]))[0]),
            _LIMIT,
        ),
        (
            lambda lam, d, k, delta: 1 / np.exp(_entropy(values(lam))),
            "This is 1 divided by the count, as where the sign of the entropy is lost: it is "
            "−Σ p log p.",
        ),
        (
            lambda lam, d, k, delta: np.exp(_entropy(values(_exchanged(lam, k, d, delta)))),
            "You have k eigenvalues δ and d − k eigenvalues 1. It is the other way round.",
        ),
        (
            lambda lam, d, k, delta: np.exp(_entropy(values(np.repeat([1, delta], [k, d])))),
            "You have d eigenvalues δ beside the k eigenvalues 1. There are d − k of them.",
        ),
        (
            lambda lam, d, k, delta: np.exp(_entropy(values(np.array([1.0, delta])))),
            "You have one eigenvalue of each kind. There are k and d − k.",
        ),
        (
            lambda lam, d, k, delta: np.exp(
                _entropy(values(np.array([1.0, delta])) * np.array([k, d - k]))
            ),
            "You take the k equal values together, and the d − k others: two shares. Each of the d "
            "values has a share of its own.",
        ),
        *(
            (
                lambda lam, d, k, delta, cut=cut, how=how: _without_small(values(lam), cut, *how),
                "You leave out what is small. It adds to the count however small it is: only a "
                "share of exactly 0 adds nothing.",
            )
            for cut in _CUTS
            for how in itertools.product((True, False), repeat=2)
        ),
    )


def _exchanged(lam: np.ndarray, k: int, d: int, delta: float) -> np.ndarray:
    return np.repeat([1.0, delta], [d - k, k])


_LEFT_OUT = (
    lambda lam, d, k, delta: k,
    "This is k: the d − k eigenvalues δ are left out. However small they are, they count.",
)

# Cuts of the eigenvalues; those of the singular values are their roots.
_CUTS = 10.0 ** np.arange(-14, -0.5, 0.5)
_ABOVE = tuple(
    (
        lambda lam, d, k, delta, cut=cut: np.sum(lam > cut),
        "You count the values above a threshold. None of the three has one: a value counts the "
        "more the larger its share is.",
    )
    for cut in _CUTS
)

SLIPS = (
    (
        (
            lambda lam, d, k, delta: np.exp(_entropy(lam)),
            "You take the eigenvalues of the covariance, as the effective rank does. RankMe takes "
            "the singular values of the embedding, and they are as the roots √λ.",
        ),
        (
            lambda lam, d, k, delta: np.exp(_entropy(lam**2)),
            "You square the eigenvalues. The singular values are as their roots √λ.",
        ),
        (
            lambda lam, d, k, delta: _ratio(lam),
            "This is the participation ratio. RankMe is the first of the three.",
        ),
        (
            lambda lam, d, k, delta: _unnormalised(np.sqrt(lam / np.sum(lam))),
            "You take the roots of the eigenvalues' shares, and they do not add up to 1. First the "
            "roots, then their shares.",
        ),
        _LEFT_OUT,
        *_ABOVE,
        *_counts(np.sqrt, "the singular values"),
    ),
    (
        (
            lambda lam, d, k, delta: np.exp(_entropy(np.sqrt(lam))),
            "You take the singular values, as RankMe does. The effective rank has the eigenvalues "
            "of the covariance.",
        ),
        (
            lambda lam, d, k, delta: np.exp(_entropy(lam**2)),
            "You square the eigenvalues. Their entropy is asked for as they are.",
        ),
        (
            lambda lam, d, k, delta: _ratio(lam),
            "This is the participation ratio, which comes third.",
        ),
        _LEFT_OUT,
        *_ABOVE,
        *_counts(lambda lam: lam, "the eigenvalues"),
    ),
    (
        (
            lambda lam, d, k, delta: _ratio(np.sqrt(lam)),
            "This is the ratio of the singular values. Asked for is that of the eigenvalues.",
        ),
        (lambda lam, d, k, delta: k + 2 * (d - k) * delta, _LIMIT),
        (
            lambda lam, d, k, delta: np.sum(lam) / np.sum(lam**2),
            "The square of the sum is missing above.",
        ),
        (
            lambda lam, d, k, delta: np.sum(lam**2) / np.sum(lam) ** 2,
            "This is the inverse: the sum of the squared shares. The ratio is 1 divided by it.",
        ),
        (
            lambda lam, d, k, delta: np.sum(lam) ** 2 / np.sum(lam),
            "You do not square the eigenvalues below.",
        ),
        (
            lambda lam, d, k, delta: (k + (d - k) * delta) ** 2 / (k + ((d - k) * delta) ** 2),
            "Below, the number of the small eigenvalues is squared with them: it is (d − k)δ².",
        ),
        (
            lambda lam, d, k, delta: _ratio(_exchanged(lam, k, d, delta)),
            "You have k eigenvalues δ and d − k eigenvalues 1. It is the other way round.",
        ),
        (
            lambda lam, d, k, delta: _ratio(np.repeat([1.0, delta], [k, d])),
            "You have d eigenvalues δ beside the k eigenvalues 1. There are d − k of them.",
        ),
        (
            lambda lam, d, k, delta: np.exp(_entropy(lam)),
            "This is the effective rank, which comes second.",
        ),
        _LEFT_OUT,
        *_ABOVE,
    ),
)

THREE_RANKS = Exercise(
    id="9.8",
    title="How many dimensions are in use?",
    own=own.three_ranks,
    right="Right. All three give k where δ = 0. RankMe sees √δ, and so it counts a waiting mode "
    "long before the other two do.",
    hint="d and k are whole numbers, delta is a number from 0 to 1, and three numbers come back.",
    parts=(
        Part("δ between 0 and 1", 1, _between),
        Part("δ = 0, δ = 1 and k = d", 1, _at_the_ends),
    ),
)
