"""Measures of an embedding: its spectrum, how many dimensions it uses, how two compare.

All eigenvalues and sums are float64. "Entropy" is −Σ p_j log p_j with 0 log 0 = 0.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from . import _validate

__all__ = [
    "covariance_eigenvalues",
    "effective_rank",
    "find_steps",
    "learned_directions",
    "linear_cka",
    "participation_ratio",
    "rankme",
    "subspace_alignment",
]


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
        TypeError, ValueError: ``z`` is no finite real matrix.
    """
    z = _validate.matrix("z", z, ("n", "d"))
    if _validate.flag("centre", centre):
        z -= z.mean(0)
    n, d = z.shape
    eigenvalues = np.zeros(d)
    singular = np.linalg.svd(z, compute_uv=False)
    eigenvalues[: len(singular)] = singular**2 / n
    return eigenvalues


def rankme(z: ArrayLike) -> float:
    """RankMe (Garrido et al. 2023): exp of the entropy of σ/Σσ, σ the singular values of z.

    z (n, d) is not centred, as in the paper; the paper's 1e-7 inside the logarithm is left out.
    Between 1 and min(n, d).

    Raises:
        TypeError, ValueError: ``z`` is no finite real matrix, or all of it is zero.
    """
    z = _validate.matrix("z", z, ("n", "d"))
    return _exp_entropy("z", np.linalg.svd(z, compute_uv=False))


def effective_rank(eigenvalues: ArrayLike) -> float:
    """Exp of the entropy of λ/Σλ, λ (d,) the eigenvalues of a covariance matrix.

    The same measure as RankMe on squared singular values (Roy and Vetterli 2007 define it for
    any spectrum), hence smaller or equal for the covariance of centred z. Between 1 and d.

    Raises:
        TypeError, ValueError: not a finite real vector, negative beyond rounding, or all zero.
    """
    return _exp_entropy("eigenvalues", _spectrum(eigenvalues))


def participation_ratio(eigenvalues: ArrayLike) -> float:
    """(Σλ)² / Σλ², λ (d,) the eigenvalues of a covariance matrix. Between 1 and d.

    k equal eigenvalues, the others 0, give k, here and for ``effective_rank``.

    Raises:
        TypeError, ValueError: not a finite real vector, negative beyond rounding, or all zero.
    """
    eigenvalues = _spectrum(eigenvalues)
    share = eigenvalues / _largest("eigenvalues", eigenvalues)  # so that no square underflows
    return float(share.sum() ** 2 / (share**2).sum())


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
    return float(min((product**2).sum() / d, 1.0))


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
    return float(cross / (np.linalg.norm(x.T @ x) * np.linalg.norm(y.T @ y)))


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
    return np.array([_first_crossing(t, column, threshold) for column in values.T])


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
    z = _validate.array("z", z, ("T", "n", "d"))
    variances = [covariance_eigenvalues(points) for points in z]
    ends = np.append(find_steps(t, variances, threshold), np.nan)
    t = np.asarray(t, dtype=np.float64)
    n_components = _validate.integer("n_components", n_components, 1, z.shape[2])
    directions = np.zeros((z.shape[2], 0))
    for begin, end in zip(ends[:n_components], ends[1:], strict=False):
        middle = np.sqrt(begin * end)
        k = len(t) - 1 if np.isnan(middle) else np.argmin(np.abs(t - middle))
        points = z[k] - z[k].mean(0)
        points -= points @ directions @ directions.T
        axis = np.linalg.svd(points, full_matrices=False)[2][0]
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
    share = (threshold - values[k - 1]) / (values[k] - values[k - 1])
    if t[k - 1] == 0:
        return share * t[k]
    return t[k - 1] * (t[k] / t[k - 1]) ** share


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
    return float(np.exp(-(p * np.log(p)).sum()))


def _orthonormal(name: str, a: np.ndarray) -> np.ndarray:
    m, d = a.shape
    if d > m:
        raise ValueError(f"{name} has shape ({m}, {d}); it must be (m, d) with d ≤ m.")
    q, singular, _ = np.linalg.svd(a, full_matrices=False)
    if singular[-1] <= 1e-12 * singular[0]:
        raise ValueError(
            f"{name} has linearly dependent columns; its {d} columns must span {d} dimensions."
        )
    return q


def _centred_unit(name: str, a: np.ndarray) -> np.ndarray:
    size = np.abs(a).max()
    a -= a.mean(0)
    norm = np.linalg.norm(a)
    if not norm > 1e-14 * size * np.sqrt(a.size):
        raise ValueError(f"{name} has equal rows, up to rounding; CKA needs rows that differ.")
    return a / norm
