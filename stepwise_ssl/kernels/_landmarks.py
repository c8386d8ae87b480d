"""The same by Nyström landmarks: a linear model on features of a few of the views."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.linalg import solve_triangular

from .. import linear
from ._exact import Fitted, over, scale_of, upright, without_rounding
from ._factor import pivoted_cholesky

_ROWS = 2048
_BLOCK = 64  # for traces: a kernel is called for the whole square of a block


def embed_by_landmarks(
    kernel: Callable[[np.ndarray, np.ndarray], np.ndarray],
    views: np.ndarray,
    q: int,
    d: int,
    seed: int,
    eps: float,
) -> Fitted:
    """The top d modes of the kernel k(x, S) k(S, S)^{-1} k(S, x'), S being q of the views (2n, m).

    That kernel has features φ(x) = R^{-1} k(S, x) with k(S, S) = RRᵀ, so the linear model on them
    is all that is needed (Williams and Seeger 2001). ΦᵀPΦ/(2n) is a compression of the exact
    matrix, hence its j-th eigenvalue is never above the exact γ_j (Cauchy interlacing).
    """
    N, n = len(views), len(views) // 2
    anchors = np.random.default_rng(seed).choice(N, q, replace=False)
    landmarks = views[anchors]
    square = kernel(landmarks, landmarks)
    with np.errstate(under="ignore", over="ignore"):
        scale = scale_of(square)
        factor = pivoted_cholesky(np.ldexp(square, -scale), eps)
    rank = factor.rank
    kept = factor.order[:rank]  # duplicated landmarks add nothing
    anchors, landmarks = anchors[kept], landmarks[kept]
    R = factor.L[:rank, :rank]
    features = np.empty((N, rank))
    total = 0.0  # the trace of K̃
    for start in range(0, N, _ROWS):
        part = views[start : start + _ROWS]
        products = np.ldexp(kernel(landmarks, part), -scale)
        features[start : start + _ROWS] = solve_triangular(R, products, lower=True).T
        blocks = (part[k : k + _BLOCK] for k in range(0, len(part), _BLOCK))
        total += sum(np.ldexp(kernel(block, block).diagonal(), -scale).sum() for block in blocks)
    with np.errstate(under="ignore", over="ignore"):
        gamma, u = linear.modes(linear.cross_moment(features[:n], features[n:]), min(d, rank))
        gamma = without_rounding(gamma, total)
        gamma, u = (np.pad(x, [(0, 0)] * (x.ndim - 1) + [(0, d - len(gamma))]) for x in (gamma, u))
        # The zeros of what q features lack come before γ < 0.
        down = np.argsort(-gamma, kind="stable")
        gamma, u = gamma[down], u[:, down]
        roots = features @ u
        sign = upright(roots)
        coefficients = over(
            solve_triangular(R, u * sign, lower=True, trans=1), np.sqrt(np.maximum(gamma, 0))
        )
        readout = over(np.roll(roots * sign, n, axis=0), N * gamma)
        missed = max(1 - np.sum(features**2) / total, 0)
        return Fitted(gamma, anchors, coefficients, readout, float(missed)).of_kernel_times(scale)
