"""Wrong answers to 3.5 that are known by what they compute."""

from __future__ import annotations

import numpy as np

from ... import linear
from ..engine import Misconception


def _parts(Gamma: np.ndarray, d: int) -> tuple[np.ndarray, np.ndarray]:
    gamma, V = np.linalg.eigh(Gamma)
    return gamma[::-1][:d], V[:, ::-1][:, :d]


def _with(frame):
    """W = U S V_dᵀ with the U that `frame` makes of W0 V_d."""

    def like(Gamma, W0):
        gamma, V = _parts(Gamma, len(W0))
        return frame(W0 @ V) / np.sqrt(gamma) @ V.T

    return like


def _signed_qr(A: np.ndarray) -> np.ndarray:
    Q, R = np.linalg.qr(A)
    return Q * np.sign(np.diag(R))


def _polar(A: np.ndarray) -> np.ndarray:
    U, _, Vt = np.linalg.svd(A)
    return U @ Vt


def _whitened(Gamma: np.ndarray, W0: np.ndarray) -> np.ndarray:
    """(A Λ Aᵀ)^(-1/2) A V_dᵀ with A = W0 V_d."""
    gamma, V = _parts(Gamma, len(W0))
    return _polar(W0 @ V * np.sqrt(gamma)) / np.sqrt(gamma) @ V.T


def _start_whitened(Gamma: np.ndarray, W0: np.ndarray) -> np.ndarray:
    """(W0 Γ W0ᵀ)^(-1/2) W0, in which a negative eigenvalue counts by its size."""
    size, turn = np.linalg.eigh(W0 @ Gamma @ W0.T)
    return turn / np.sqrt(np.abs(size)) @ turn.T @ W0


def _scaled(power: float):
    def like(Gamma, W0):
        gamma, V = _parts(Gamma, len(W0))
        return _signed_qr(W0 @ V) * gamma**power @ V.T

    return like


def _with_frame_of_the_pixels(frame):
    """W with the U that `frame` makes of the first d columns of W0 itself."""

    def like(Gamma, W0):
        gamma, V = _parts(Gamma, len(W0))
        return frame(W0[:, : len(W0)]) / np.sqrt(gamma) @ V.T

    return like


def _by_size(Gamma: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    _, size, Vt = np.linalg.svd(Gamma)
    return size, Vt.T


def _from_largest(W0: np.ndarray, gamma: np.ndarray, V: np.ndarray) -> np.ndarray:
    gamma, V = np.abs(gamma[: len(W0)]), V[:, : len(W0)]
    return _signed_qr(W0 @ V) / np.sqrt(gamma) @ V.T


SIGN_OF_ALL = (
    "You take the signs of the whole of R. One sign belongs to a column of Q, that of the diagonal "
    "entry R_jj."
)
START_KEPT = (
    "Your columns are still those of the start: they overlap, and their lengths are not γ^(-1/2). "
    "Each mode keeps only the direction of what the earlier ones left."
)
PIXELS = (
    "You decompose W0 itself, so your first column is the direction of pixel 1. Modes grow, not "
    "pixels: decompose the columns W(0)v_j."
)
ROWS = (
    "You orthogonalise the rows of W(0)V_d. What a mode takes is a direction of the embedding "
    "space: a column."
)
FAIR = (
    "Your U is the orthogonal matrix nearest to W(0)V_d: a fair compromise between the columns. "
    "The flow is not fair; mode 1 takes its direction whole."
)


SLIPS = (
    Misconception(
        _with(lambda A: np.sign(np.diag(np.linalg.qr(A)[1]))[:, None] * np.linalg.qr(A)[0]),
        "You give the signs of R to the rows of Q. They belong to its columns, one to a mode.",
    ),
    Misconception(
        _with(lambda A: np.linalg.qr(A)[0] @ np.sign(np.linalg.qr(A)[1])),
        SIGN_OF_ALL,
    ),
    Misconception(
        _with(lambda A: np.linalg.qr(A)[0] * np.sign(np.linalg.qr(A)[1])),
        SIGN_OF_ALL,
    ),
    Misconception(
        _with(lambda A: np.linalg.qr(A)[0] * np.diag(np.linalg.qr(A)[1])),
        "Your columns are the leftovers with their lengths at the start. Training has brought "
        "them to γ^(-1/2); U holds directions only, vectors of length 1.",
    ),
    Misconception(
        _with(lambda A: np.linalg.qr(A)[1]),
        "Your U is R, the triangular factor: lengths and overlaps. The directions are in Q.",
    ),
    Misconception(
        _with(lambda A: A),
        START_KEPT,
    ),
    Misconception(
        lambda Gamma, W0: (lambda V: W0 @ V @ V.T)(_parts(Gamma, len(W0))[1]),
        START_KEPT,
    ),
    Misconception(
        lambda Gamma, W0: linear.gradient_flow(Gamma, W0, [300.0]).W,
        "This is where the flow from W0 itself ends. Wanted is the end from ε·W0 with ε going to "
        "0.",
    ),
    Misconception(
        _with(lambda A: np.linalg.cholesky(A.T @ A)),
        "Your U is the triangular factor of the products: lengths and overlaps. The directions "
        "are in the other factor, A = QR.",
    ),
    Misconception(
        _with_frame_of_the_pixels(lambda A: np.linalg.qr(A)[0]),
        PIXELS,
    ),
    Misconception(
        _with_frame_of_the_pixels(_signed_qr),
        PIXELS,
    ),
    Misconception(
        _with(lambda A: _signed_qr(A.T)),
        ROWS,
    ),
    Misconception(
        _with(lambda A: _signed_qr(A.T).T),
        ROWS,
    ),
    Misconception(
        lambda Gamma, W0: (lambda g, V: _signed_qr(W0 @ V) / np.sqrt(g)[:, None] @ V.T)(
            *_parts(Gamma, len(W0))
        ),
        "You scale the rows of U. γ_j belongs to mode j, so it scales column j: Λ^(-1/2) "
        "stands between U and V_dᵀ.",
    ),
    Misconception(
        lambda Gamma, W0: _from_largest(W0, *_by_size(Gamma)),
        "Your d modes are those with the largest |γ|: np.linalg.svd sorts so, and np.linalg.eig "
        "not at all. One of them has γ < 0 and is never learned.",
    ),
    Misconception(
        lambda Gamma, W0: _from_largest(W0, *np.linalg.eig(Gamma)),
        "You take the first d modes of np.linalg.eig, which sorts nothing. The d largest γ are "
        "learned.",
    ),
    Misconception(
        _with(lambda A: np.eye(len(A))),
        "U is missing: your rows are the modes themselves. C = I holds, but the start decides "
        "into which direction of the embedding each mode grows.",
    ),
    Misconception(
        _with(_polar),
        FAIR,
    ),
    Misconception(
        _whitened,
        "You rescale what the start has of the d modes, by the inverse root of its C, until C = I: "
        "a fair compromise between the modes. The flow is not fair; mode 1 takes its direction "
        "whole.",
    ),
    Misconception(
        _start_whitened,
        "You take the start itself times the inverse root of its C. That keeps its parts in all "
        "modes; the flow ends in the first d alone, whatever the start has of the others.",
    ),
    Misconception(
        _with(lambda A: np.linalg.svd(A)[0]),
        "Your U holds the left singular vectors of W(0)V_d. The flow takes the columns in the "
        "order of γ.",
    ),
    Misconception(
        _with(lambda A: _signed_qr(A[:, ::-1])[:, ::-1]),
        "You orthogonalise from the last mode to the first. Mode 1 comes first and keeps its "
        "direction.",
    ),
    Misconception(
        _with(lambda A: _signed_qr(A).T),
        "U is transposed: its columns, not its rows, belong to the modes.",
    ),
    Misconception(
        _with(lambda A: A / np.linalg.norm(A, axis=0)),
        "You made the columns W(0)v_j unit vectors, but not orthogonal: C is not I.",
    ),
    Misconception(_scaled(0.5), "Your lengths are γ^(1/2). λ = γs² = 1 asks for s = γ^(-1/2)."),
    Misconception(_scaled(-1), "Your lengths are 1/γ. λ = γs² = 1 asks for s = γ^(-1/2)."),
    Misconception(_scaled(0), "Your lengths are 1. λ = γs² = 1 asks for s = γ^(-1/2)."),
    Misconception(
        lambda Gamma, W0: (lambda g, V: _signed_qr(W0 @ V) / np.sqrt(np.abs(g)) @ V.T)(
            *(x[..., : len(W0)] for x in np.linalg.eigh(Gamma))
        ),
        "These are the d smallest eigenvalues: np.linalg.eigh sorts in ascending order.",
    ),
)
