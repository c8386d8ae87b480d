"""9.4: directions in the order in which they grew, against the largest variance that is left."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from ..asking import once_a_draw
from ..chapter_04.truth import column_by_column, slips_up_to_signs, with_signs_of
from ..draws import sizes
from ..engine import Exercise, Part, Trial
from ..values import as_array, same_values
from . import own


def _covariance(z: np.ndarray) -> np.ndarray:
    return np.cov(z.T, bias=True)


@once_a_draw
def _one_by_one(Z: np.ndarray) -> tuple[np.ndarray, float]:
    """The directions, and the least ratio of a largest variance left to the one behind it.

    At each moment the covariance is taken to where the columns found so far are cut out of it.
    """
    d = Z.shape[2]
    found, ratios = np.zeros((d, d)), [np.inf]
    for j, z in enumerate(Z):
        cut = np.eye(d) - found @ found.T
        values, vectors = np.linalg.eigh(cut @ _covariance(z) @ cut)
        found[:, j] = vectors[:, -1]
        if j < d - 1:
            ratios.append(values[-1] / max(values[-2], 1e-12))
    return found, min(ratios)


def _draw(
    rng: np.random.Generator, d: int, n: int, waiting: float, ratio: float = np.inf
) -> np.ndarray:
    """Z (d, n, d): at moment j the first j + 1 of some directions have grown, the others wait.

    The directions turn a little from moment to moment, and those that have grown are of sizes of
    no order. Means are not small. Of the largest variance left and the one behind it the ratio is
    nowhere below 2, or with `ratio` somewhere between 1.15 and it.
    """
    for _ in range(1000):
        Q = np.linalg.qr(rng.normal(size=(d, d)))[0]
        Z = []
        for j in range(d):
            size = rng.uniform(0.7, 1.4, size=d)
            size[j + 1 :] *= waiting * rng.permutation(np.geomspace(0.2, 1, d - j - 1))
            now = np.linalg.qr(Q + 0.15 * rng.normal(size=(d, d)))[0]
            Z.append((rng.normal(size=(n, d)) * size) @ now.T + rng.uniform(-2, 2, size=d))
        Z = np.array(Z)
        if (2 if ratio == np.inf else 1.15) < _one_by_one(Z)[1] < ratio:
            return Z
    raise RuntimeError(f"no draw with {d} directions whose order is clear")


def _ask(trial: Trial, d: int, n: int, waiting: float, ratio: float = np.inf) -> None:
    Z = _draw(trial.rng, d, n, waiting, ratio)
    right = _one_by_one(Z)[0]
    result = trial.call(Z)
    array = as_array(result)
    if (
        array is not None
        and array.shape == right.shape
        and not same_values(array, with_signs_of(array, right), trial.rtol)
    ):
        _not_rows(trial, array, right)
    slips = list(_slips(Z))
    if array is not None and array.shape == right.shape:
        slips.append(_of_the_end(Z, array))
    slips_up_to_signs(trial, result, right, slips)
    got = trial.array(result, shape=(d, d), what="The matrix of directions")
    want = with_signs_of(got, right)
    trial.close(got, want, "The matrix of directions", rtol=1e-5, floor=1e-1,
                why="the largest variance at each moment, the earlier columns cut out",
                otherwise=_properties(got) or column_by_column(got, want)
                or _near(got, want, Z))  # fmt: skip


def _not_rows(trial: Trial, got: np.ndarray, right: np.ndarray) -> None:
    if same_values(got.T, with_signs_of(got.T, right), trial.rtol):
        trial.fail("Your directions are the rows. Wanted are columns: transpose.", named=True)


def _properties(got: np.ndarray) -> str:
    products = got.T @ got
    lengths = np.sqrt(np.diag(products))
    if np.abs(lengths - 1).max() > 1e-3:
        j = int(np.argmax(np.abs(lengths - 1)))
        return f"Your column {j + 1} has the length {lengths[j]:.4g}; it should be 1."
    off = np.abs(products - np.diag(np.diag(products)))
    i, j = (int(k) for k in np.unravel_index(np.argmax(off), off.shape))
    if off[i, j] > 1e-3:
        return (
            f"Your columns {i + 1} and {j + 1} have the product {products[i, j]:.4g}; it should be "
            "0: each direction is sought among those orthogonal to all before it."
        )
    return ""


def _near(got: np.ndarray, want: np.ndarray, Z: np.ndarray) -> str:
    ratio = _one_by_one(Z)[1]
    if np.abs(got - want).max() > 0.1 or ratio > 1.5:
        return ""
    return (
        "Your columns are near those wanted, and no more than near. At one of the moments the "
        f"largest variance left is {ratio:.3g} times the next: a search that goes "
        "round by round needs the more rounds the nearer the two are."
    )


def _clear(trial: Trial) -> None:
    for d in sizes(trial.rng, 3, 6, 2):
        n = d + int(trial.rng.integers(12, 30))
        _ask(trial, d, n, trial.rng.uniform(0.05, 0.1))
    # Two variances that are not far apart: a search that goes on for a few rounds is not there.
    _ask(trial, 3, 20, 0.8, ratio=1.35)


def _waiting_near_nothing(trial: Trial) -> None:
    for d in sizes(trial.rng, 3, 6, 2):
        n = d + int(trial.rng.integers(12, 30))
        _ask(trial, d, n, 10 ** trial.rng.uniform(-3, -2))


def _axes(z: np.ndarray) -> np.ndarray:
    """Principal axes, a column each, largest variance first."""
    return np.linalg.svd(z - z.mean(axis=0))[2].T


def _found(Z: np.ndarray, matrix: Callable[[np.ndarray], np.ndarray] = _covariance) -> np.ndarray:
    """The directions from a matrix of each moment's rows."""
    found = np.zeros((Z.shape[2], Z.shape[2]))
    for j, z in enumerate(Z):
        cut = np.eye(len(found)) - found @ found.T
        found[:, j] = np.linalg.eigh(cut @ matrix(z) @ cut)[1][:, -1]
    return found


def _steps(Z: np.ndarray, orthogonal: bool) -> np.ndarray:
    """The direction in which the covariance has grown most since the moment before."""
    covariances = [np.zeros((Z.shape[2],) * 2), *(_covariance(z) for z in Z)]
    found = np.zeros(covariances[0].shape)
    for j, (before, after) in enumerate(zip(covariances, covariances[1:], strict=False)):
        cut = np.eye(len(found)) - (found @ found.T if orthogonal else 0)
        grown = cut @ (after - before) @ cut
        found[:, j] = np.linalg.eigh(grown)[1][:, -1]
    return found


def _deflated(Z: np.ndarray, take_out: Callable) -> np.ndarray:
    """The directions, where each before them is taken out of the covariance in some way.

    `take_out` is a function of the covariance, of such a direction, and of the variance that it
    had at its own moment.
    """
    found: list[tuple[np.ndarray, float]] = []
    for z in Z:
        left = _covariance(z)
        for v, variance in found:
            left = take_out(left, v, variance)
        values, vectors = np.linalg.eigh(left)
        found.append((vectors[:, -1], values[-1]))
    return np.column_stack([v for v, _ in found])


def _slips(Z: np.ndarray) -> Iterator[tuple[Callable, str]]:
    yield (
        lambda: _axes(Z[-1]),
        (
            "These are the principal axes at the last moment. There all directions have grown, "
            "and the axes say nothing of the order."
        ),
    )
    yield (
        lambda: _axes(Z[-1])[:, ::-1],
        (
            "These are the principal axes at the last moment, smallest variance first. There all "
            "directions have grown, and the axes say nothing of the order."
        ),
    )
    yield (
        lambda: _axes(Z[0]),
        (
            "These are the principal axes at the first moment. All but the first direction are "
            "waiting there, and turn until they are learned."
        ),
    )
    yield (
        lambda: _axes(np.concatenate(list(Z))),
        (
            "These are the principal axes of all moments together. Each direction has to be read "
            "at its own moment."
        ),
    )
    yield (
        lambda: _axes(np.mean(Z, axis=0)),
        (
            "These are the principal axes of the mean embedding. Each direction has to be read at "
            "its own moment."
        ),
    )
    yield (
        lambda: np.column_stack([_axes(z)[:, j] for j, z in enumerate(Z)]),
        (
            "Your column j is principal axis j at moment j. The large variances come in any order, "
            "and the axes mix what is learned. Cut out the columns before it first."
        ),
    )
    tops = np.column_stack([_axes(z)[:, 0] for z in Z])
    yield (
        lambda: tops,
        (
            "Your column j is the direction of largest variance at moment j, among all directions. "
            "Those found before it are to be left out."
        ),
    )
    yield (
        lambda: np.linalg.qr(tops)[0],
        (
            "You take the direction of largest variance among all, and make it orthogonal "
            "afterwards. Leave the earlier directions out first, and then look for the largest "
            "variance."
        ),
    )
    yield (
        lambda: np.linalg.qr(np.column_stack([_axes(z)[:, j] for j, z in enumerate(Z)]))[0],
        (
            "You take principal axis j at moment j, and make it orthogonal afterwards. Leave the "
            "earlier directions out first, and then look for the largest variance."
        ),
    )
    for take_out in (
        lambda K, v, _: K - (v @ K @ v) * np.outer(v, v),
        lambda K, v, variance: K - variance * np.outer(v, v),
        lambda K, v, _: K - np.outer(v, v) @ K,
        lambda K, v, _: K - K @ np.outer(v, v),
    ):
        for finish in (np.asarray, lambda V: np.linalg.qr(V)[0]):
            yield (
                lambda take_out=take_out, finish=finish: finish(_deflated(Z, take_out)),
                (
                    "You take a direction v out of the covariance as if it were an eigenvector of "
                    "it. It is one at its own moment only. Take it out of the rows, or out of the "
                    "covariance on both sides."
                ),
            )
    yield (
        lambda: _found(Z, lambda z: z.T @ z),
        ("The embedding is not centred. Variance is measured from the mean of each moment."),
    )
    yield (
        lambda: _found(Z - Z.mean(axis=(0, 1))),
        (
            "One mean of all moments is subtracted. Variance is measured from the mean of each "
            "moment."
        ),
    )
    yield (
        lambda: _found(Z - Z.mean(axis=(0, 1)), lambda z: z.T @ z),
        (
            "One mean of all moments is subtracted. Variance is measured from the mean of each "
            "moment."
        ),
    )
    yield (
        lambda: _found(Z - Z.mean(axis=0), lambda z: z.T @ z),
        (
            "You subtract each view's mean over the moments: axis 0 of Z are the moments. Variance "
            "is measured from the mean over the views, one for each moment."
        ),
    )
    yield (
        lambda: _found(np.concatenate([Z[1:], Z[-1:]])),
        (
            "You read each direction one moment late. At the second moment two directions are "
            "large, and the first principal axis may be any mixture of the two."
        ),
    )
    yield (
        lambda: _found(Z[::-1]),
        (
            "You begin with the last moment. There all directions are large; the first moment has "
            "one."
        ),
    )
    yield (
        lambda: _found(Z[::-1])[:, ::-1],
        (
            "You begin with the last moment. There all directions are large; the first moment has "
            "one."
        ),
    )
    yield (
        lambda: _found(Z, lambda z: -_covariance(z)),
        (
            "You look for the smallest variance that is left. np.linalg.eigh sorts in ascending "
            "order."
        ),
    )
    yield (
        lambda: own.learned_order(Z)[:, ::-1],
        (
            "The directions are the right ones in reverse order: column 1 is that of the first "
            "moment."
        ),
    )
    for orthogonal in (True, False):
        yield (
            lambda orthogonal=orthogonal: _steps(Z, orthogonal),
            (
                "You look at what the covariance has gained since the moment before. Directions "
                "that are learned change as well; wanted is the largest variance among those not "
                "yet found."
            ),
        )


def _of_the_end(Z: np.ndarray, got: np.ndarray) -> tuple[Callable, str]:
    """The principal axes of the last moment in whatever order `got` has them."""
    axes = _axes(Z[-1])
    nearest = np.abs(axes.T @ got).argmax(axis=0)
    return (
        lambda: axes[:, nearest],
        "Your columns are the principal axes at the last moment, in another order. There all "
        "directions have grown, and an axis mixes what was learned at different moments.",
    )


LEARNED_ORDER = Exercise(
    id="9.4",
    title="Which came first?",
    own=own.learned_order,
    right="Right. At the end all directions are large, and their variances tell nothing of the "
    "order. Each direction is read while it is the last that has grown.",
    hint="Z has shape (d, n, d): Z[j] is the embedding of n views at moment j. The directions have "
    "shape (d, d), one a column, and the sign of a column is free.",
    parts=(
        Part("waiting directions a tenth as large", 2, _clear),
        Part("waiting directions near nothing", 1, _waiting_near_nothing),
    ),
)
