"""Measures of an embedding: its spectrum, how many dimensions it uses, how two compare.

All eigenvalues and sums are float64. "Entropy" is −Σ p_j log p_j with 0 log 0 = 0.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from . import _validate
from ._scale import to_unit

__all__ = [
    "alpha_req",
    "covariance_eigenvalues",
    "effective_rank",
    "find_steps",
    "learned_directions",
    "linear_cka",
    "mode_alignment",
    "participation_ratio",
    "rankme",
    "subspace_alignment",
]


@np.errstate(all="ignore")
def covariance_eigenvalues(z: ArrayLike, centre: bool = True) -> np.ndarray:
    """Eigenvalues of zᵀz/n, after the mean row is subtracted from z.

    They come from the singular values of z, so small ones keep their relative accuracy and none
    is negative. The denominator is n, not n − 1, as in the cross-moment of the theory.

    Args:
        z: embeddings, (n, d).
        centre: subtract the mean row first; False leaves z as it is.

    Returns:
        (d,), descending; padded with zeros where n < d.

    Raises:
        TypeError, ValueError: ``z`` is no finite real matrix, or so large that an eigenvalue
            overflows.
    """
    z, exponent = to_unit(_validate.matrix("z", z, ("n", "d")))
    if _validate.flag("centre", centre):
        z -= z.mean(0)
    n, d = z.shape
    eigenvalues = np.zeros(d)
    singular = np.ldexp(np.linalg.svd(z, compute_uv=False), exponent)
    eigenvalues[: len(singular)] = singular**2 / n
    return _validate.representable("z is", eigenvalues, "an eigenvalue")


@np.errstate(all="ignore")
def rankme(z: ArrayLike) -> float:
    """RankMe (Garrido et al. 2023): exp of the entropy of σ/Σσ, σ the singular values of z.

    z (n, d) is not centred, as in the paper; the paper's 1e-7 inside the logarithm is left out.
    Between 1 and min(n, d).

    Raises:
        TypeError, ValueError: ``z`` is no finite real matrix, or all of it is zero.
    """
    z, _ = to_unit(_validate.matrix("z", z, ("n", "d")))
    return _exp_entropy("z", np.linalg.svd(z, compute_uv=False))


@np.errstate(all="ignore")
def effective_rank(eigenvalues: ArrayLike) -> float:
    """Exp of the entropy of λ/Σλ, λ (d,) the eigenvalues of a covariance matrix.

    The same measure as RankMe on squared singular values (Roy and Vetterli 2007 define it for
    any spectrum), hence smaller or equal for the covariance of centred z. Between 1 and d.

    Raises:
        TypeError, ValueError: not a finite real vector, negative beyond rounding, or all zero.
    """
    return _exp_entropy("eigenvalues", _spectrum(eigenvalues))


@np.errstate(all="ignore")
def participation_ratio(eigenvalues: ArrayLike) -> float:
    """(Σλ)² / Σλ², λ (d,) the eigenvalues of a covariance matrix. Between 1 and d.

    k equal eigenvalues, the others 0, give k, here and for ``effective_rank``.

    Raises:
        TypeError, ValueError: not a finite real vector, negative beyond rounding, or all zero.
    """
    eigenvalues = _spectrum(eigenvalues)
    share = eigenvalues / _largest("eigenvalues", eigenvalues)  # so that no square underflows
    return _within(1, share.sum() ** 2 / (share**2).sum(), len(share))


@np.errstate(all="ignore")
def alpha_req(eigenvalues: ArrayLike, first: int = 1) -> float:
    """α-ReQ (Agrawal et al. 2022): the exponent a of the power law λ_j ∼ j^−a, by least squares.

    The line is fitted to log λ_j against log j over the positive eigenvalues from the ``first``
    on, in descending order and counted from 1. 0 for equal eigenvalues; the faster they fall, the
    larger. Eigenvalues that differ from 0 by rounding alone count as positive: leave them out.

    Raises:
        TypeError, ValueError: not a finite real vector, negative beyond rounding, or fewer than
            two positive eigenvalues from the first on.
    """
    first = _validate.integer("first", first, 1)
    values = np.sort(_spectrum(eigenvalues))[::-1]
    places = np.arange(1, len(values) + 1)
    used = (places >= first) & (values > 0)
    if used.sum() < 2:
        raise ValueError(
            f"eigenvalues has {used.sum()} positive entries from place {first} on; the slope needs "
            "at least 2."
        )
    return float(-np.polyfit(np.log(places[used]), np.log(values[used]), 1)[0])


@np.errstate(all="ignore")
def mode_alignment(functions: ArrayLike, z: ArrayLike) -> np.ndarray:
    """How much of each function lies in the span of an embedding: ‖Qᵀf‖²/‖f‖².

    functions (n, k) and z (n, d) hold values on the same n pictures; the columns of both are
    centred first, and the columns of Q are an orthonormal basis of those of z.

    Returns:
        (k,), each from 0 to 1: 1 for a function that is a constant and a linear combination of the
        embedding's coordinates, about d/(n − 1) for one that has nothing to do with them.

    Raises:
        TypeError, ValueError: not finite real matrices with the same number of rows, a constant
            function, or columns of z that are linearly dependent once centred.
    """
    functions = _validate.matrix("functions", functions, ("n", "k"))
    z = _validate.matrix("z", z, (len(functions), "d"), "as many rows as functions")
    columns = [_centred_unit("functions", f[:, None]) for f in functions.T]
    z, _ = to_unit(z)
    basis = _orthonormal("z", z - z.mean(0))
    return np.minimum(((basis.T @ np.hstack(columns)) ** 2).sum(0), 1)


@np.errstate(all="ignore")
def subspace_alignment(U: ArrayLike, V: ArrayLike) -> float:
    """‖QᵀR‖²_F / d for orthonormal bases Q and R of the column spaces of U and V, both (m, d).

    1 when the two spaces are one, 0 when they are orthogonal, about d/m for random ones. The
    columns need not be orthonormal.

    Raises:
        TypeError, ValueError: not finite real matrices of one shape, d > m, or columns that are
            linearly dependent.
    """
    U = _validate.matrix("U", U, ("m", "d"))
    V = _validate.matrix("V", V, U.shape, "the shape of U")
    d = U.shape[1]
    product = _orthonormal("U", U).T @ _orthonormal("V", V)
    return _within(0, (product**2).sum() / d, 1)


@np.errstate(all="ignore")
def linear_cka(x: ArrayLike, y: ArrayLike) -> float:
    """Linear CKA (Kornblith et al. 2019): ‖xᵀy‖² / (‖xᵀx‖ ‖yᵀy‖), Frobenius norms, columns centred.

    x (n, p) and y (n, q) are two representations of the same n pictures. Between 0 and 1;
    unchanged by a rotation or a common factor of either.

    Raises:
        TypeError, ValueError: not finite real matrices with the same number of rows, or one whose
            rows are all equal.
    """
    x = _validate.matrix("x", x, ("n", "p"))
    y = _validate.matrix("y", y, (len(x), "q"), "as many rows as x")
    x, y = _centred_unit("x", x), _centred_unit("y", y)
    cross = np.linalg.norm(x.T @ y) ** 2
    return _within(0, cross / (np.linalg.norm(x.T @ x) * np.linalg.norm(y.T @ y)), 1)


@np.errstate(all="ignore")
def find_steps(t: ArrayLike, eigenvalues: ArrayLike, threshold: float = 0.5) -> np.ndarray:
    """When each eigenvalue first reaches the threshold.

    The eigenvalues of each row are sorted first: column j is the j-th largest at every time.
    Between the two samples around a crossing the eigenvalue is taken as linear in log t, or in t
    itself where the earlier sample is at t = 0. A mode that starts at or above the threshold gets
    t[0].

    Args:
        t: times, (T,), increasing, ≥ 0.
        eigenvalues: (T, d).
        threshold: the level to reach.

    Returns:
        (d,), increasing; nan for a mode that never reached the threshold.

    Raises:
        TypeError, ValueError: shapes that do not fit, NaN, times that do not increase.
    """
    t = _validate.vector("t", t, "T", minimum=0)
    if (np.diff(t) <= 0).any():
        raise ValueError("t is not increasing; every time must be larger than the one before it.")
    values = _validate.matrix("eigenvalues", eigenvalues, (len(t), "d"), "one row for each t")
    threshold = _validate.number("threshold", threshold)
    values = np.sort(values, axis=1)[:, ::-1]
    crossings = [_first_crossing(t, column, threshold) for column in values.T]
    return np.maximum.accumulate(crossings)  # rounding may order two that come together


@np.errstate(all="ignore")
def learned_directions(
    t: ArrayLike, z: ArrayLike, n_components: int = 3, threshold: float = 0.5
) -> np.ndarray:
    """Directions of the embedding space in the order in which they were learned.

    Direction j is the one of largest variance, among those orthogonal to the directions before it,
    at the record half-way on a log axis between step j and step j + 1, as ``find_steps`` has them;
    at the last record if one of the two never comes. Each is known best at that time: later the
    variances are all alike and principal axes arbitrary.

    Args:
        t: times, (T,), increasing, ≥ 0.
        z: embeddings at these times, (T, n, d).
        n_components: how many directions, up to d.
        threshold: of ``find_steps``.

    Returns:
        (d, n_components), columns orthonormal; the largest entry of each is positive.

    Raises:
        TypeError, ValueError: shapes that do not fit, NaN, times that do not increase.
    """
    t = _validate.vector("t", t, "T", minimum=0)
    z = _validate.array("z", z, (len(t), "n", "d"), "one cloud for each t")
    n_components = _validate.integer("n_components", n_components, 1, z.shape[2])
    variances = [covariance_eigenvalues(points) for points in z]
    ends = np.append(find_steps(t, variances, threshold), np.nan)
    directions = np.zeros((z.shape[2], 0))
    for begin, end in zip(ends[:n_components], ends[1:], strict=False):
        middle = np.sqrt(begin) * np.sqrt(end)
        k = len(t) - 1 if np.isnan(middle) else np.argmin(np.abs(t - middle))
        points, _ = to_unit(z[k])
        points -= points.mean(0)
        # In coordinates of what is left, a direction is orthogonal also where nothing varies.
        left = np.linalg.qr(directions, mode="complete")[0][:, directions.shape[1] :]
        axis = left @ np.linalg.svd(points @ left, full_matrices=False)[2][0]
        axis *= np.sign(axis[np.argmax(np.abs(axis))])
        directions = np.column_stack([directions, axis])
    return directions


def _first_crossing(t: np.ndarray, values: np.ndarray, threshold: float) -> float:
    reached = np.flatnonzero(values >= threshold)
    if len(reached) == 0:
        return np.nan
    k = reached[0]
    if k == 0:
        return t[0]
    (before, after, level), _ = to_unit(np.array([values[k - 1], values[k], threshold]))
    share = (level - before) / (after - before)
    if t[k - 1] == 0:
        return share * t[k]
    return _within(t[k - 1], t[k - 1] ** (1 - share) * t[k] ** share, t[k])


def _spectrum(eigenvalues: ArrayLike) -> np.ndarray:
    eigenvalues = _validate.vector("eigenvalues", eigenvalues, "d")
    lowest = eigenvalues.min()
    if lowest < -1e-9 * np.abs(eigenvalues).max():
        raise ValueError(
            f"eigenvalues has a negative entry, {lowest:.3g}; a covariance matrix has none below 0."
        )
    return np.maximum(eigenvalues, 0)


def _largest(name: str, values: np.ndarray) -> float:
    if not values.max() > 0:
        raise ValueError(f"{name} is all zero; the measure needs at least one dimension in use.")
    return values.max()


def _exp_entropy(name: str, values: np.ndarray) -> float:
    share = values / _largest(name, values)
    p = share[share > 0] / share.sum()
    p = p[p > 0]
    return _within(1, np.exp(-(p * np.log(p)).sum()), len(values))


def _within(lowest: float, value: float, highest: float) -> float:
    """The value, without the rounding that carried it over a bound that it cannot pass."""
    return float(min(max(value, lowest), highest))


def _orthonormal(name: str, a: np.ndarray) -> np.ndarray:
    m, d = a.shape
    if d > m:
        raise ValueError(f"{name} has shape ({m}, {d}); it must be (m, d) with d ≤ m.")
    # A column's length has nothing to do with the space; a column of zeros stays one.
    a = np.column_stack([to_unit(column)[0] for column in a.T])
    q, singular, _ = np.linalg.svd(a, full_matrices=False)
    if singular[-1] <= 1e-12 * singular[0]:
        raise ValueError(
            f"{name} has linearly dependent columns; its {d} columns must span {d} dimensions."
        )
    return q


def _centred_unit(name: str, a: np.ndarray) -> np.ndarray:
    a, _ = to_unit(a)
    size = np.abs(a).max()
    a -= a.mean(0)
    norm = np.linalg.norm(a)
    if not norm > 1e-14 * size * np.sqrt(a.size):
        raise ValueError(f"{name} has equal rows, up to rounding; they must differ.")
    return a / norm
