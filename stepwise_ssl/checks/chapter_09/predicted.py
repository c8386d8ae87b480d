"""9.1: the functions that a kernel predicts, against the kernel's matrix between the views."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from ..asking import once_a_draw
from ..chapter_04.truth import column_by_column, slips_up_to_signs, swap, with_signs_of
from ..draws import sizes
from ..engine import Exercise, Part, Trial
from ..values import as_array
from . import own
from .truth import unit


@once_a_draw
def _by_kernel(h1: np.ndarray, h2: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Every γ, descending, and the functions u√K of the (2n, 2n) matrix √K P √K / 2n, unscaled.

    K holds the products of centred features, P exchanges partners. The features themselves are
    needed for K alone.
    """
    h = np.concatenate([h1, h2])
    N = len(h)
    K = h @ h.T
    row = K.mean(axis=0)
    K = K - row - row[:, None] + row.mean()
    values, vectors = np.linalg.eigh(K)
    root = vectors * np.sqrt(np.maximum(values, 0)) @ vectors.T
    gamma, u = np.linalg.eigh(root @ swap(N) @ root / N)
    return gamma[::-1], root @ u[:, ::-1]


def _draw(rng: np.random.Generator, n: int, h: int, d: int) -> tuple[np.ndarray, np.ndarray]:
    """Features of n pairs, (n, h) each, of no order.

    The first d of the γ lie apart, and one below 0 is larger in size than the last of them. Both
    views have means that are not small, and not the same ones.
    """
    for _ in range(1000):
        picture = rng.normal(size=(n, h)) * rng.permutation(np.geomspace(2, 0.3, h))
        against = np.where(rng.permutation(h) < max(2, h // 4), -0.8, 1)
        turn = np.linalg.qr(rng.normal(size=(h, h)))[0]
        both = [(picture * like + 0.2 * rng.normal(size=(n, h))) @ turn for like in (1, against)]
        h1, h2 = (view + rng.normal(size=h) * 0.3 for view in both)
        offset = rng.normal(size=h)
        gamma = _by_kernel(h1 + offset, h2 + offset)[0]
        gaps = gamma[:d] - gamma[1 : d + 1]
        apart = gamma[d - 1] > 0.1 * gamma[0] and gaps.min() > 0.05 * gamma[0]
        if apart and -gamma[-1] > 1.1 * gamma[d - 1]:
            return h1 + offset, h2 + offset
    raise RuntimeError(f"no draw with {d} modes apart among {n} pairs and {h} features")


def _ask(trial: Trial, n: int, h: int, d: int, size: float = 1.0) -> None:
    h1, h2 = (size * view for view in _draw(trial.rng, n, h, d))
    gamma, functions = _by_kernel(h1, h2)
    right = functions[:, :d] / np.sqrt(gamma[:d])
    result = trial.call(h1, h2, d)
    _not_below_zero(trial, result, gamma, d)
    slips_up_to_signs(trial, result, right, _slips(h1, h2, d))
    got = trial.array(result, shape=right.shape, what="The table of functions")
    want = with_signs_of(got, right)
    trial.close(got, want, "The table of functions", rtol=1e-5, floor=1e-2,
                why="the kernel's matrix between all views",
                otherwise=column_by_column(got, want) or _properties(got))  # fmt: skip


def _not_below_zero(trial: Trial, result: Any, gamma: np.ndarray, d: int) -> None:
    """Refuse, by its cause, a table with the root of a γ below 0 in some columns."""
    array = as_array(result)
    if array is None or array.shape != (len(gamma), d) or not np.isnan(array).any():
        return
    gamma = gamma[np.abs(gamma) > 1e-9 * gamma[0]]  # as many as there are features
    for order, words in (
        (gamma[::-1], "those of the smallest γ. np.linalg.eigh sorts in ascending order"),
        (gamma[np.argsort(-np.abs(gamma))], "sorted by |γ|. A mode with γ below 0 never grows"),
    ):
        roots = order[:d] < 0
        if roots.any() and (np.isnan(array).all(axis=0) == roots).all():
            trial.fail(f"Your functions are {words}, and a root of such a γ is nan.", named=True)


def _properties(got: np.ndarray) -> str:
    """Which of the properties that the text asks for the functions do not have."""
    means = np.abs(got.mean(axis=0))
    j = int(np.argmax(means))
    if means[j] > 1e-3 * np.abs(got).max():
        return f"Column {j + 1} has the mean {got[:, j].mean():.4g} over the views; it should be 0."
    first, second = np.split(got, 2)
    C = (first.T @ second + second.T @ first) / len(got)
    off = np.abs(C - np.eye(len(C)))
    i, j = (int(k) for k in np.unravel_index(np.argmax(off), off.shape))
    if off[i, j] > 1e-3:
        found = (
            f"The cross-moment of your functions has {C[i, j]:.4g} in row {i + 1}, column {j + 1}; "
            f"it should be {int(i == j)}."
        )
        if i == j and C[i, j] < 0:
            found += (
                f" A function has a cross-moment below 0 where its γ is: function {i + 1} never "
                "grows. np.linalg.eig sorts nothing, and np.linalg.eigh has the smallest γ first."
            )
        return found
    return ""


def _more_views(trial: Trial) -> None:
    for h, d in zip(sizes(trial.rng, 6, 9, 2), sizes(trial.rng, 2, 4, 2), strict=True):
        n = h + int(trial.rng.integers(4, 12))
        _ask(trial, n, h, d)


def _more_features(trial: Trial) -> None:
    """Fewer views than features: at most 2n − 1 of their directions are seen. In any unit.

    In the last one every γ is far below what may stand as a floor in an answer.
    """
    for n, d, size in zip(
        sizes(trial.rng, 6, 9, 2),
        sizes(trial.rng, 2, 3, 2),
        (unit(trial.rng), 10 ** trial.rng.uniform(-8, -7)),
        strict=True,
    ):
        h = 2 * n + int(trial.rng.integers(2, 7))
        _ask(trial, n, h, d, size)


def _centred(h: np.ndarray) -> np.ndarray:
    return h - h.mean(axis=0)


def _cross(h: np.ndarray) -> np.ndarray:
    first, second = np.split(h, 2)
    return (first.T @ second + second.T @ first) / len(h)


def _covariance(h: np.ndarray) -> np.ndarray:
    return h.T @ h / len(h)


def _one_way(h: np.ndarray) -> np.ndarray:
    first, second = np.split(h, 2)
    return first.T @ second / len(first)


def _made(h: np.ndarray, d: int, matrix: Callable = _cross, order: Callable | None = None,
          scale: Callable | None = None) -> np.ndarray:  # fmt: skip
    """Functions of features h (2n, h): modes of a matrix, in an order, each times a scale.

    `order` is a key to sort the eigenvalues by, `scale` a function of the functions and of theirs.
    """
    values, vectors = np.linalg.eigh(matrix(h))
    first = np.argsort(-values if order is None else order(values))[:d]
    f = h @ vectors[:, first]
    return f / np.sqrt(values[first]) if scale is None else scale(f, values[first])


def _by_moment(f: np.ndarray, _: np.ndarray) -> np.ndarray:
    return f / np.sqrt(np.abs(np.diag(_cross(f))))


def _slips(h1: np.ndarray, h2: np.ndarray, d: int) -> Iterator[tuple[Callable, str]]:
    raw = np.concatenate([h1, h2])
    h = _centred(raw)
    each = np.concatenate([_centred(h1), _centred(h2)])
    centring = (
        "The features are not centred. Subtract the mean of all 2n views first: else it is "
        "something that all views share, and has a γ of about its square."
    )
    yield lambda: _made(raw, d), centring
    yield (
        lambda: _centred(_made(raw, d)),
        (
            "You centre the functions and not the features. The loss sees centred embeddings, so "
            "the mean must be gone before the cross-moment is taken."
        ),
    )
    yield (
        lambda: _of_modes(raw, h, d),
        (
            "The cross-moment is that of features that are not centred. Its modes are then "
            "others; to centre what they are applied to comes too late."
        ),
    )
    yield (
        lambda: _made(each, d),
        (
            "You centre each view by its own mean. The loss centres on one mean of all 2n views, "
            "and what differs between the views' means stays."
        ),
    )
    variances = (
        "These are the principal components of the features. What decides is what two views of a "
        "picture share: the cross-moment Γ, not the covariance."
    )
    for of in (h, raw):
        for scale in (None, _by_moment, lambda f, _: f, lambda f, _: f / f.std(axis=0)):
            yield lambda of=of, scale=scale: _made(of, d, _covariance, scale=scale), variances
    yield (
        lambda: _whitened(h, d),
        (
            "You divide by the covariance of the features first. Then the best correlated "
            "functions come first, however little they vary. To the head those of the largest γ do."
        ),
    )
    yield (
        lambda: _made(h, d, scale=lambda f, _: f / f.std(axis=0)),
        (
            "Your functions have the variance 1. Wanted is the cross-moment 1: a mode stops "
            "growing when the product of its values at two views has the mean 1."
        ),
    )
    yield (
        lambda: _made(h, d, scale=lambda f, _: f / f.std(axis=0, ddof=1)),
        ("Your functions have the variance 1. Wanted is the cross-moment 1."),
    )
    yield (
        lambda: _made(h, d, scale=lambda f, _: f),
        (
            "Your functions are not scaled: their cross-moment is γ, and it should be 1. Divide "
            "each by the root of its γ."
        ),
    )
    yield (
        lambda: _made(h, d, scale=lambda f, _: f / np.linalg.norm(f, axis=0)),
        ("Your functions have length 1. Wanted is the cross-moment 1."),
    )
    yield (
        lambda: _made(h, d, scale=lambda f, gamma: f / gamma),
        ("You divide by γ. The cross-moment has the function twice, so it takes the root of γ."),
    )
    yield (
        lambda: _made(h, d, scale=lambda f, gamma: f * np.sqrt(gamma)),
        (
            "You multiply by the root of γ. A mode with a small γ needs large weights to come to "
            "1: divide."
        ),
    )
    yield (
        lambda: _made(h, d, order=lambda v: v, scale=lambda f, v: f / np.sqrt(np.abs(v))),
        ("Your functions are those of the smallest γ. np.linalg.eigh sorts in ascending order."),
    )
    yield (
        lambda: _made(h, d)[:, ::-1],
        ("The functions are the right ones, in reverse order: the largest γ is learned first."),
    )
    yield (
        lambda: _made(h, d, lambda h: -_cross(h), scale=lambda f, v: f / np.sqrt(np.abs(v))),
        ("Your functions are those of the smallest γ: the sign of Γ is turned."),
    )
    for scale in (lambda f, v: f / np.sqrt(np.abs(v)), lambda f, v: f * np.sqrt(np.abs(v)),
                  lambda f, v: f):  # fmt: skip
        yield (
            lambda scale=scale: _made(h, d, order=lambda v: -np.abs(v), scale=scale),
            ("You sort by |γ|. A mode with γ below 0 never grows, however large |γ| is."),
        )
    yield (
        lambda: _made(h, d, _one_way),
        (
            "Your Γ is one view's features times the other's and is not symmetric. np.linalg.eigh "
            "reads half of it only. Take the mean with the transpose."
        ),
    )
    yield (
        lambda: _by_svd(h, d),
        (
            "You take singular vectors of h1ᵀh2. They differ for the two views; one head serves "
            "both, so that the mean with the transpose is what counts, and its eigenvectors."
        ),
    )
    yield (
        lambda: _one_view_up(_made(h, d)),
        ("Your second views stand first. The rows are those of h1, then those of h2."),
    )
    yield (
        lambda: _made(h, d).reshape(2, -1, d).transpose(1, 0, 2).reshape(-1, d),
        ("Your rows are pair by pair. First come all first views, then all second ones."),
    )


def _of_modes(for_modes: np.ndarray, h: np.ndarray, d: int) -> np.ndarray:
    values, vectors = np.linalg.eigh(_cross(for_modes))
    return h @ vectors[:, : -d - 1 : -1] / np.sqrt(values[: -d - 1 : -1])


def _whitened(h: np.ndarray, d: int) -> np.ndarray:
    """The d functions of the features whose values at two views are most correlated."""
    u, s, _ = np.linalg.svd(h, full_matrices=False)
    return _made(u[:, s > 1e-9 * s[0]], d)


def _by_svd(h: np.ndarray, d: int) -> np.ndarray:
    u, values, _ = np.linalg.svd(_one_way(h))
    return h @ u[:, :d] / np.sqrt(values[:d])


def _one_view_up(f: np.ndarray) -> np.ndarray:
    return np.roll(f, len(f) // 2, axis=0)


PREDICTED_FUNCTIONS = Exercise(
    id="9.1",
    title="What does the kernel predict?",
    own=own.predicted_functions,
    right="Right. It is chapter 2 with features in the place of views: the largest γ first, and "
    "each function so large that C = I.",
    hint="h1 and h2 have shape (n, h), d is a number, and the functions have shape (2n, d): the "
    "rows of h1 first, then those of h2. The sign of a column is free.",
    parts=(
        Part("more views than features", 2, _more_views),
        Part("more features than views", 1, _more_features),
    ),
)
