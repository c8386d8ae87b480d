"""Tools of the truth of exercises 9.5 to 9.8: R² by determinants of correlations."""

from __future__ import annotations

import numpy as np


def shares(modes: np.ndarray, regressors: np.ndarray) -> np.ndarray:
    """R² (d,) of each mode: 1 − det R/det Rx, with two matrices of correlations.

    R is that of the regressors and the mode, Rx that of the regressors alone. Nothing is fitted.
    """
    table = np.corrcoef(np.column_stack([regressors, modes]), rowvar=False)
    k = regressors.shape[1]
    at = np.array([[*range(k), k + j] for j in range(modes.shape[1])])
    with_modes = table[at[:, :, None], at[:, None, :]]
    return 1 - np.linalg.det(with_modes) / np.linalg.det(table[:k, :k])


def correlated(rng: np.random.Generator, columns: np.ndarray) -> np.ndarray:
    """Combinations of the columns (n, k): correlated, with any offset, each in its own unit.

    Of several the largest is 10,000 times the smallest.
    """
    k = columns.shape[1]
    mixed = columns @ (np.eye(k) + rng.uniform(0.5, 0.9) * np.ones((k, k)))
    exponents = rng.uniform(-2, 2, size=k)
    if k > 1:
        exponents[rng.permutation(k)[:2]] = -2, 2
    mixed = mixed / mixed.std(axis=0) * 10**exponents
    signs = rng.choice([-1, 1], size=k)
    return mixed + signs * rng.uniform(1, 3, size=k) * mixed.std(axis=0)
