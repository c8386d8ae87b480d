"""The course's answers of exercises 9.5 to 9.8."""

from __future__ import annotations

import numpy as np

ROUNDING = 1e-9  # two R² that differ by less are equal


def r_squared(modes: np.ndarray, regressors: np.ndarray) -> np.ndarray:
    """Share (d,) of each mode's variance that a regression with a constant explains.

    modes (n, d), regressors (n, k).
    """
    y = modes - modes.mean(axis=0)
    basis = np.linalg.qr(regressors - regressors.mean(axis=0))[0]
    return np.sum((basis.T @ y) ** 2, axis=0) / np.sum(y**2, axis=0)


def p_values(modes: np.ndarray, regressors: np.ndarray, permutations: np.ndarray) -> np.ndarray:
    """Each mode's p-value (d,) against the largest R² of all modes, permutation by permutation.

    modes (n, d), regressors (n, k), permutations (P, n).
    """
    observed = r_squared(modes, regressors)
    largest = np.array([r_squared(modes, regressors[order]).max() for order in permutations])
    as_large = largest[:, None] >= observed - ROUNDING
    return (1 + np.sum(as_large, axis=0)) / (1 + len(permutations))


def probe_curve(
    modes: np.ndarray, y: np.ndarray, modes_test: np.ndarray, y_test: np.ndarray, order: np.ndarray
) -> np.ndarray:
    """Accuracy (d,) of least squares on one-hot classes, from the first k modes of the order.

    modes (n, d), y (n,), modes_test (n', d), y_test (n',), order (d,).
    """
    classes = np.unique(y)
    targets = (y[:, None] == classes).astype(float)
    curve = []
    for k in range(1, len(order) + 1):
        x, x_test = (
            np.column_stack([np.ones(len(m)), m[:, list(order[:k])]]) for m in (modes, modes_test)
        )
        q, r = np.linalg.qr(x)
        outputs = x_test @ np.linalg.solve(r, q.T @ targets)
        curve.append(np.mean(classes[np.argmax(outputs, axis=1)] == y_test))
    return np.array(curve)


def three_ranks(d: int, k: int, delta: float) -> tuple[float, float, float]:
    """RankMe, effective rank and participation ratio of k eigenvalues 1 and d − k of size delta."""
    lam = np.repeat([1.0, delta], [k, d - k])
    return exp_entropy(np.sqrt(lam)), exp_entropy(lam), np.sum(lam) ** 2 / np.sum(lam**2)


def exp_entropy(values: np.ndarray) -> float:
    """Exponential of the entropy of the values' shares of their sum; 0 log 0 is 0."""
    p = values[values > 0] / np.sum(values)
    return np.exp(-np.sum(p * np.log(p)))
