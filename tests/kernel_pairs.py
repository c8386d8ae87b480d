"""What the tests of kernels have in common: pairs of digits, and embeddings compared up to sign."""

from __future__ import annotations

import numpy as np

from stepwise_ssl import data, kernels, views

NAMED = {"rbf": kernels.rbf, "laplace": kernels.laplace}


def digits(n: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """n pairs of views of digits, (n, 64) each."""
    return views.make_pairs(data.load_images("digits"), n=n, seed=seed)


def duplicated(n: int, twice: int) -> tuple[np.ndarray, np.ndarray]:
    """n pairs of which the last `twice` repeat the first ones, so that K̃ is singular."""
    x1, x2 = digits(n)
    x1[-twice:], x2[-twice:] = x1[:twice], x2[:twice]
    return x1, x2


def matrix(name: str, x1: np.ndarray, x2: np.ndarray) -> np.ndarray:
    """K̃, (2n, 2n), with the bandwidth that the estimator chooses."""
    both = np.vstack([x1, x2])
    return NAMED[name](both, both)


def swap(n: int) -> np.ndarray:
    """P, (2n, 2n)."""
    return np.roll(np.eye(2 * n), n, axis=0)


def root(K: np.ndarray) -> np.ndarray:
    """The symmetric square root of a symmetric matrix whose negative eigenvalues are rounding."""
    value, vectors = np.linalg.eigh(K)
    return vectors * np.sqrt(np.maximum(value, 0)) @ vectors.T


def pair_correlation(F1: np.ndarray, F2: np.ndarray) -> np.ndarray:
    """C, (d, d), of embeddings (n, d)."""
    return (F1.T @ F2 + F2.T @ F1) / (2 * len(F1))


def apart(F: np.ndarray, reference: np.ndarray) -> float:
    """The largest difference of two sets of columns whose signs are free, relative to its size."""
    signs = np.sign((F * reference).sum(0))
    return float(np.abs(F * signs - reference).max() / np.abs(reference).max())
