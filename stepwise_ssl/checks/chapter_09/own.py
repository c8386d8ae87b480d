"""The course's answers of chapter 9."""

from __future__ import annotations

import numpy as np

ROUNDING = 1e-9  # two R² that differ by less are equal


def predicted_functions(h1: np.ndarray, h2: np.ndarray, d: int) -> np.ndarray:
    """The d functions (2n, d) of the views that a head on features h1, h2 (n, h) learns first."""
    h = np.concatenate([h1, h2])
    h = h - h.mean(axis=0)
    first, second = np.split(h, 2)
    gamma, modes = np.linalg.eigh((first.T @ second + second.T @ first) / len(h))
    return h @ modes[:, : -d - 1 : -1] / np.sqrt(gamma[: -d - 1 : -1])


def mode_alignment(functions: np.ndarray, z: np.ndarray) -> np.ndarray:
    """Share (k,) of each centred function (n, k) inside the span of the centred z (n, d)."""
    functions = functions - functions.mean(axis=0)
    basis = np.linalg.qr(z - z.mean(axis=0))[0]
    return np.sum((basis.T @ functions) ** 2, axis=0) / np.sum(functions**2, axis=0)


def cka_by_chance(x: np.ndarray, y: np.ndarray) -> float:
    """Mean linear CKA of x (n, p) and y (n, q) over all ways to hand out the rows of y."""
    x, y = x - x.mean(axis=0), y - y.mean(axis=0)
    above = np.sum(x**2) * np.sum(y**2)
    return above / ((len(x) - 1) * np.linalg.norm(x.T @ x) * np.linalg.norm(y.T @ y))


def learned_order(Z: np.ndarray) -> np.ndarray:
    """Directions (d, d), a column each, in the order in which they grew; Z (d, n, d)."""
    d = Z.shape[2]
    directions = np.zeros((d, 0))
    for z in Z:
        z = z - z.mean(axis=0)
        left = np.linalg.qr(directions, mode="complete")[0][:, directions.shape[1] :]
        axis = left @ np.linalg.svd(z @ left)[2][0]
        directions = np.column_stack([directions, axis])
    return directions


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
