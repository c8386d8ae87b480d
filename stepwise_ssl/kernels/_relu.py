"""The two kernels of an infinitely wide network with ReLU layers."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from .. import _validate

# Two inputs whose squared sine is below this are parallel up to the rounding of their products.
_PARALLEL = 1e-14


def relu_mlp_kernel(
    x1: ArrayLike,
    x2: ArrayLike,
    depth: int = 1,
    W_std: float = 2**0.5,
    b_std: float = 0.0,
) -> tuple[np.ndarray, np.ndarray]:
    """NNGP and NTK of a ReLU network of infinite width in NTK parametrisation.

    The network is dense, then ``depth`` times ReLU and dense; every dense layer is
    W_std/√fan_in · W h + b_std · b with entries of W and b from N(0, 1). ``nngp`` is the
    covariance of one output over random weights, ``ntk`` the product of its gradients by all
    parameters. With K = x₁·x₂/m and Θ = 0 to begin with (chapter 5):

        dense:  K ← W_std² K + b_std²            Θ ← K_new + W_std² Θ
        ReLU:   K ← r/2π + (½ − θ/2π) K          Θ ← (½ − θ/2π) Θ

    with r² = k₁₁k₂₂ − K², θ = atan2(r, K) the angle between the two inputs as the layer sees them,
    and k₁₁, k₂₂ the kernel of each input with itself. Cho and Saul 2009 have the Gaussian means,
    Jacot et al. 2018 and Lee et al. 2019 the recursion.

    Inputs that are parallel up to rounding, sin²θ < 1e-14, count as parallel; this costs at most
    2e-8 · depth of ``ntk``. At equal inputs and at zero vectors both kernels are exact.

    Args:
        x1: (n1, m). Single precision is computed in double.
        x2: (n2, m). If it equals ``x1``, both results are exactly symmetric.
        depth: number of hidden layers, ≥ 0; with 0 the network is linear and ``ntk = nngp``.
        W_std: standard deviation of the weights before 1/√fan_in, > 0. √2 keeps the size of the
            signal from layer to layer.
        b_std: that of the biases, ≥ 0.

    Returns:
        nngp, ntk: (n1, n2) each.

    Raises:
        TypeError, ValueError: matrices that are not finite and real or that differ in m; numbers
            out of range.
    """
    x1 = _validate.matrix("x1", x1, ("n1", "m"))
    m = x1.shape[1]
    x2 = _validate.matrix("x2", x2, ("n2", m), f"since x1 has m = {m}")
    depth = _validate.integer("depth", depth, 0)
    w = _validate.number("W_std", W_std, above=0) ** 2
    b = _validate.number("b_std", b_std, minimum=0) ** 2

    k1 = w * np.einsum("ij,ij->i", x1, x1) / m + b
    k2 = w * np.einsum("ij,ij->i", x2, x2) / m + b
    nngp = w * (x1 @ x2.T) / m + b
    if np.array_equal(x1, x2):
        # A matrix product need be neither symmetric to the last digit nor equal to k1 there.
        nngp = (nngp + nngp.T) / 2
        np.fill_diagonal(nngp, k1)
    ntk = nngp.copy()
    for _ in range(depth):
        sizes = k1[:, None] * k2
        r2 = sizes - nngp * nngp
        # Rounding of a difference that should be 0 would come back as its root, 1e-8.
        r = np.sqrt(np.where(r2 > _PARALLEL * sizes, r2, 0.0))
        share = 0.5 - np.arctan2(r, nngp) / (2 * np.pi)  # of the units that both inputs switch on
        nngp = w * (r / (2 * np.pi) + share * nngp) + b
        k1, k2 = w * k1 / 2 + b, w * k2 / 2 + b
        ntk = nngp + w * share * ntk
    return nngp, ntk
