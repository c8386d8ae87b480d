"""The two kernels of an infinitely wide network with ReLU layers."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch
from numpy.typing import ArrayLike

from .. import _validate
from ._blocks import blocks, mirror, one_matrix

# Two inputs whose squared sine is below this are parallel up to the rounding of their products.
_PARALLEL = 1e-14
_ENTRIES = 2**14  # of either kernel at a time: a cache holds all that becomes of them
_SMALLEST = np.finfo(float).tiny
_MOST_LAYERS = 10**6  # a minute for ten inputs; a larger number is a slip of the pen


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
    parameters. Both are taken through the layers by a recursion: chapter 5's page "Infinite width,
    in detail" has it line by line (exercises 5.2 and 5.3 ask for it). Cho and Saul 2009 have the
    Gaussian means, Jacot et al. 2018 and Lee et al. 2019 the recursion.

    Inputs that are parallel up to rounding, a squared sine of their angle below 1e-14, count as
    parallel; this costs at most 2e-8 · depth of ``ntk``. At equal inputs and at zero vectors both
    kernels are right to rounding, wherever in x1 and x2 they stand; to the last bit they need not
    agree.

    Beside the two results, 16·n1·n2 bytes, it takes 16·(n1 + n2)·(m + 4) bytes for the inputs and
    1 MB a thread, of which there are torch.get_num_threads().

    Args:
        x1: (n1, m). Single precision is computed in double.
        x2: (n2, m). If it equals ``x1``, half of the work is done, and both results are exactly
            symmetric.
        depth: number of hidden layers, from 0 to 10⁶; with 0 the network is linear and
            ``ntk = nngp``.
        W_std: factor of the weights beside 1/√fan_in, > 0. √2 keeps the size of the signal from
            layer to layer.
        b_std: that of the biases, ≥ 0.

    Returns:
        nngp, ntk: (n1, n2) each.

    Raises:
        TypeError, ValueError: matrices that are not finite and real or that differ in m; numbers
            out of range; kernels of an input with itself that no float64 holds.
    """
    x1 = _validate.matrix("x1", x1, ("n1", "m"))
    m = x1.shape[1]
    x2 = _validate.matrix("x2", x2, ("n2", m), f"since x1 has m = {m}")
    depth = _validate.integer("depth", depth, 0, _MOST_LAYERS, "each layer costs as much again")
    W_std = _validate.number("W_std", W_std, above=0)
    b_std = _validate.number("b_std", b_std, minimum=0)
    same = one_matrix(x1, x2)
    nngp, ntk = (np.empty((len(x1), len(x2))) for _ in range(2))
    with np.errstate(under="ignore", over="ignore"):
        short1, divisor1, length1 = _scaled(x1)
        short2, divisor2, length2 = (short1, divisor1, length1) if same else _scaled(x2)
        size1, size2 = length1 * (W_std / m**0.5), length2 * (W_std / m**0.5)
        _check_range("x1", x1, size1, depth, W_std, b_std)
        if not same:
            _check_range("x2", x2, size2, depth, W_std, b_std)
        np.matmul(short1, short2.T, out=nngp)

    def fill(block: tuple[slice, slice]) -> None:
        rows, columns = block
        cosine = nngp[rows, columns] / divisor1[rows, None]
        cosine /= divisor2[columns]
        layers = size1[rows], size2[columns], depth, W_std, b_std
        nngp[rows, columns], ntk[rows, columns] = _recursion(cosine, *layers)
        if same:
            mirror(nngp, rows)
            mirror(ntk, rows)

    # Threads and not torch's own: blocks stay in the cache from the first operation to the last,
    # and none waits for the others after each.
    with ThreadPoolExecutor(torch.get_num_threads()) as pool:
        for _ in pool.map(fill, blocks(len(x1), len(x2), same, _ENTRIES)):
            pass
    return nngp, ntk


def _recursion(
    cosine: np.ndarray,
    size1: np.ndarray,
    size2: np.ndarray,
    depth: int,
    W_std: float,
    b_std: float,
) -> tuple[np.ndarray, np.ndarray]:
    """Both kernels of a block of inputs, from cos θ, whose memory is taken over.

    With K = x₁·x₂/m and Θ = 0 to begin with, r² = k₁₁k₂₂ − K² and θ = atan2(r, K):

        dense:  K ← W_std² K + b_std²            Θ ← K_new + W_std² Θ
        ReLU:   K ← r/2π + (½ − θ/2π) K          Θ ← (½ − θ/2π) Θ

    A size is √k₁₁ of an input before the first bias. In units of √k₁₁ √k₂₂ a ReLU makes of cos θ
    cos θ + (sin θ − θ cos θ)/π, and a bias mixes 1 in: no layer is out of range on the way.
    PyTorch's arctan2 is three times as fast as NumPy's.
    """
    c = torch.from_numpy(cosine)
    size1, size2 = torch.from_numpy(size1)[:, None], torch.from_numpy(size2)
    theta, sine, tangent = torch.empty_like(c), torch.empty_like(c), torch.zeros_like(c)
    one = torch.ones(1, dtype=c.dtype)
    for layer in range(depth + 1):
        if layer:
            torch.addcmul(one, c, c, value=-1, out=sine)
            # Rounding of a difference that should be 0 would come back as its root, 1e-8.
            torch.threshold_(sine, _PARALLEL, 0)
            torch.atan2(sine.sqrt_(), c, out=theta)
            c.add_(sine.addcmul_(theta, c, value=-1), alpha=1 / math.pi)
            tangent.addcmul_(theta, tangent, value=-1 / math.pi)
            size1, size2 = size1 * (W_std / 2**0.5), size2 * (W_std / 2**0.5)
        if b_std:
            whole1, whole2 = (torch.hypot(size, b_std * one) for size in (size1, size2))
            kept = torch.mul(size1 / whole1, size2 / whole2, out=sine)
            c.mul_(kept)
            tangent.mul_(kept)
            c.addcmul_(b_std / whole1, b_std / whole2)
            size1, size2 = whole1, whole2
        tangent.add_(c)
    sizes = torch.mul(size1, size2, out=sine)
    return c.mul_(sizes).numpy(), tangent.mul_(sizes).numpy()


def _scaled(x: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows (n, m) of order 1, what makes them unit vectors, and the lengths that they had.

    For that a row is multiplied by a power of 2, which rounds nothing: so numbers of any size have
    squares in range. A row of zeros is divided by 1.
    """
    exponent = np.frexp(np.abs(x).max(1))[1]
    short = np.ldexp(x, -exponent[:, None])
    length = np.sqrt(np.einsum("ij,ij->i", short, short))
    return short, np.where(length > 0, length, 1), np.ldexp(length, exponent)


def _check_range(
    name: str, x: np.ndarray, size: np.ndarray, depth: int, W_std: float, b_std: float
) -> None:
    """Refuse what takes the kernels of a row with itself out of the range of float64."""
    size = size if b_std else size[x.any(1)]  # without biases a row of zeros has kernels of 0
    for layer in range(depth + 1):
        size = np.hypot(size * (W_std / 2**0.5) if layer else size, b_std)
        k = size**2
        too_large = (k * (depth + 1) == np.inf).any()
        if not too_large and (k >= _SMALLEST).all():
            continue
        side = "above 1.8e308" if too_large else "below 2.2e-308"
        if layer:
            raise ValueError(
                f"depth is {depth}, W_std is {W_std:g} and b_std is {b_std:g}: each layer "
                f"multiplies the kernels by (W_std/√2)², W_std/√2 = {W_std / 2**0.5:.3g}, and at "
                f"layer {layer} they are {side}. W_std = √2 keeps their size."
            )
        raise ValueError(
            f"{name} has entries up to {np.abs(x).max():.2g}, W_std is {W_std:g} and b_std is "
            f"{b_std:g}: the kernel of a row with itself is {side}. Multiply the inputs by a "
            "number."
        )
