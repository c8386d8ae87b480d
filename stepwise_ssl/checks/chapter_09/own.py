"""The course's answers of chapter 9."""

from __future__ import annotations

import numpy as np


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
