"""5.4: where a network starts, against a linear model on explicit features."""

from __future__ import annotations

import numpy as np

from ... import linear
from ..engine import Exercise, Misconception, Part, Trial
from . import own


def _features(trial: Trial, n: int, size: int) -> np.ndarray:
    first = trial.rng.normal(size=(n, size)) * np.linspace(1.5, 0.5, size)
    return np.vstack([first, first + 0.5 * trial.rng.normal(size=(n, size))])


def _compare(trial: Trial, phi: np.ndarray, weights: np.ndarray, rtol: float) -> None:
    n, d = len(phi) // 2, len(weights)
    F0, K = phi @ weights.T, phi @ phi.T
    got = trial.array(trial.call(F0, K), shape=(d,), what="s(0)")
    _, modes = linear.modes(linear.cross_moment(phi[:n], phi[n:]), d)
    # A mode's own column, less its projection on the span of the earlier ones.
    A = weights @ modes
    want = [np.linalg.norm(A[:, 0])]
    for j in range(1, d):
        fit = np.linalg.lstsq(A[:, :j], A[:, j], rcond=None)[0]
        want.append(np.linalg.norm(A[:, j] - A[:, :j] @ fit))
    trial.close(got, want, "s(0)", rtol=rtol,
                why="the leftovers of a linear model on features whose products are K")  # fmt: skip


def _of_explicit_features(trial: Trial) -> None:
    phi = _features(trial, 5, 14)
    _compare(trial, phi, 0.1 * trial.rng.normal(size=(3, 14)), rtol=1e-5)


def _of_a_singular_kernel(trial: Trial) -> None:
    phi = _features(trial, 6, 8)  # twelve views of eight features, and two pairs twice
    phi = np.vstack([phi[:6], phi[:2], phi[6:], phi[6:8]])
    _compare(trial, phi, 0.1 * trial.rng.normal(size=(3, 8)), rtol=1e-5)


def _pieces(F0: np.ndarray, K: np.ndarray):
    """F0ᵀ, the root, P times the root, γ and b of the first d modes, and 2n."""
    views, d = F0.shape
    value, vectors = np.linalg.eigh(K)
    root = vectors * np.sqrt(np.maximum(value, 0)) @ vectors.T
    swapped = np.roll(root, views // 2, axis=0)
    gamma, b = np.linalg.eigh(root @ swapped / views)
    return F0.T, root, swapped, gamma[::-1][:d], b[:, ::-1][:, :d], views


def _leftovers(columns: np.ndarray) -> np.ndarray:
    return np.abs(np.diag(np.linalg.qr(columns)[1]))


def _with(columns, finish=_leftovers):
    return lambda F0, K: finish(columns(*_pieces(F0, K)))


def _right(F, root, swapped, gamma, b, views):
    return F @ swapped @ b / (views * gamma)


def _by_inverse(F0, K):
    F, _, _, _, b, _ = _pieces(F0, K)
    value, vectors = np.linalg.eigh(K)
    return _leftovers(F @ (vectors / np.sqrt(value) @ vectors.T) @ b)


def _smallest(F0, K):
    F, root, swapped, _, _, views = _pieces(F0, K)
    gamma, b = np.linalg.eigh(root @ swapped / views)
    return _leftovers(F @ swapped @ b[:, : len(F)] / (views * gamma[: len(F)]))


NETWORK_START = Exercise(
    id="5.4",
    title="Where a network starts",
    own=own.network_start,
    right="Right. Its embeddings before training and the kernel are all that theory needs.",
    hint="F0 has shape (2n, d) and K (2n, 2n); F0.T @ (2n, 2n) @ (2n, d) is (d, d).",
    parts=(
        Part("explicit features", 2, _of_explicit_features),
        Part("a singular kernel", 1, _of_a_singular_kernel),
    ),
    misconceptions=(
        Misconception(
            _by_inverse,
            "You divide by the root of K. It works until K is singular, as with a picture that "
            "stands twice: use P K^{1/2} b_j/(2nγ_j) in its place.",
        ),
        Misconception(
            _with(_right, lambda A: np.linalg.norm(A, axis=0)),
            "These are the lengths of the columns. Each must first lose its part along the earlier "
            "ones: the diagonal of the QR decomposition.",
        ),
        Misconception(
            _with(lambda F, root, swapped, g, b, v: F @ root @ b / (v * g)),
            "The swap P is missing: K^{-1/2} b_j is P K^{1/2} b_j/(2nγ_j).",
        ),
        Misconception(
            _with(lambda F, root, swapped, g, b, v: F @ swapped @ b / v),
            "γ_j is missing: K^{-1/2} b_j is P K^{1/2} b_j divided by 2nγ_j.",
        ),
        Misconception(
            _with(lambda F, root, swapped, g, b, v: F @ swapped @ b / g),
            "2n is missing: K^{-1/2} b_j is P K^{1/2} b_j divided by 2nγ_j.",
        ),
        Misconception(
            _with(lambda F, root, swapped, g, b, v: F @ swapped @ b / (v / 2 * g)),
            "You divide by n where 2n belongs: K has 2n rows.",
        ),
        Misconception(
            _with(lambda F, root, swapped, g, b, v: F @ root @ b),
            "You multiply by the root of K. F0ᵀ = W̃ K^{1/2}, so W̃ = F0ᵀ K^{-1/2}: the other way.",
        ),
        Misconception(
            _with(lambda F, root, swapped, g, b, v: F @ b),
            "You project F0 on the modes as it is. F0ᵀ = W̃ K^{1/2}; the weights W̃ are wanted.",
        ),
        Misconception(
            _with(lambda F, root, swapped, g, b, v: F @ swapped @ b / (v * np.sqrt(g))),
            "You divide by the root of γ_j: that belongs to the end of training. Here it is γ_j.",
        ),
        Misconception(
            _with(_right, lambda A: np.linalg.svd(A, compute_uv=False)),
            "These are singular values. The flow takes the modes in order: the diagonal of the QR "
            "decomposition.",
        ),
        Misconception(
            _with(_right, lambda A: np.diag(np.linalg.qr(A)[1])),
            "NumPy's R has negative entries on its diagonal too; a start is a length: |R_jj|.",
        ),
        Misconception(
            _with(_right, lambda A: _leftovers(A[:, ::-1])[::-1]),
            "You go from the last mode to the first: mode 1 must keep its whole column.",
        ),
        Misconception(
            _with(_right, lambda A: _leftovers(A[:, ::-1])),
            "Your modes ascend: np.linalg.eigh sorts from the smallest γ.",
        ),
        Misconception(
            _smallest,
            "These are the d smallest γ: np.linalg.eigh sorts in ascending order.",
        ),
    ),
)
