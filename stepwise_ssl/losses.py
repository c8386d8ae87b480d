"""The three losses of the course, Barlow Twins, NT-Xent (SimCLR) and VICReg, and two of chapter 10.

Each takes the embeddings of two views of one batch, ``z1`` and ``z2``, both (n, d), row i of the
two being a pair, and returns a scalar tensor that carries gradients. They are pure functions: no
state, no in-place change. The order of the views does not matter. ``sigreg`` is the part of
``lejepa`` that looks at one view alone.

All is computed in the precision of the embeddings, inside ``torch.autocast`` too. Matrix products
in float32 are as exact as ``torch.set_float32_matmul_precision`` says, like all of PyTorch's.

A NaN or an infinity in the embeddings comes out as a NaN in the loss and raises nothing: looking
for one would make a GPU wait for the host at every step. Whoever trains watches the loss instead.
So do numbers whose products overflow, as a NaN or an infinity.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from . import _validate
from ._precision import product

__all__ = ["barlow_twins", "lejepa", "nt_xent", "sigreg", "spectral_contrastive", "vicreg"]


def barlow_twins(z1: Tensor, z2: Tensor, lam: float = 0.0051, normalize: bool = True) -> Tensor:
    """Barlow Twins: make the cross-correlation matrix of the two views the identity.

    The loss is Σ_j (C_jj − 1)² + lam · Σ_{j≠k} C_jk².

    ``normalize=True`` is the loss of Zbontar et al. 2021 as their code has it: every column of
    each view is standardised over the batch, (z − mean) / √(variance + 1e-5) with the biased
    variance, and C = z1ᵀz2 / n. Below a standard deviation of about 3e-3 that 1e-5 is what the
    columns are divided by, and the loss sees the scale of the embeddings.

    ``normalize=False`` with ``lam=1`` is the loss ‖C − I‖²_F of the theory (Simon et al. 2023),
    where C = (z1ᵀz2 + z2ᵀz1) / 2n. Nothing is centred: centre the embeddings first if the theory
    that you compare with does.

    Args:
        z1, z2: embeddings of the two views, (n, d), float32 or float64. ``normalize=True`` needs
            n ≥ 2, since one row has no variance.
        lam: weight of the off-diagonal entries, ≥ 0. 0.0051 is from the authors' code, the paper
            has 5e-3, and so have lightly and solo-learn's loss function, which multiplies the
            whole by 0.025.

    Raises:
        TypeError: ``z1`` or ``z2`` is no tensor or not of a float type as above; ``lam`` is no
            number, ``normalize`` neither True nor False.
        ValueError: not (n, d), different shapes, too few rows, ``lam`` negative or not finite.
    """
    normalize = _validate.flag("normalize", normalize)
    n, d = _check_pair(z1, z2, rows=2 if normalize else 1, why="one row has no variance")
    _in_range("lam", lam, _validate.number("lam", lam, minimum=0), z1)
    if normalize:
        C = product(_standardise(z1).T, _standardise(z2)) / n
    else:
        C = (product(z1.T, z2) + product(z2.T, z1)) / (2 * n)
    identity = torch.eye(d, dtype=z1.dtype, device=z1.device)
    weight = identity + lam * (1 - identity)
    return (weight * (C - identity) ** 2).sum()


def _standardise(z: Tensor) -> Tensor:
    """Batch normalisation without learned scale and shift: (n, d) -> (n, d)."""
    # The square of a large number overflows, and a column over an infinity is zero.
    unit = _power_of_two(z, 0).clamp(min=1)
    z = z / unit
    return (z - z.mean(0)) / torch.sqrt(z.var(0, correction=0) + 1e-5 / unit / unit)


def _power_of_two(z: Tensor, dim: int) -> Tensor:
    """The power of two at or next above the largest entry along ``dim``; no gradient, no rounding.

    It stays within the numbers that have an inverse.
    """
    exponent = torch.frexp(z.detach().abs().amax(dim, keepdim=True)).exponent
    most = math.frexp(torch.finfo(z.dtype).max)[1] - 2
    return torch.ldexp(torch.ones_like(exponent, dtype=z.dtype), exponent.clamp(-most, most))


def nt_xent(z1: Tensor, z2: Tensor, temperature: float = 0.5, normalize: bool = True) -> Tensor:
    """NT-Xent, the loss of SimCLR (Chen et al. 2020): find your partner among 2n − 1 candidates.

    Stack the two views into z, (2n, d). Row i has similarity z_i · z_k / temperature with every
    other row k; the loss is the mean over all 2n rows of −log softmax at the partner's place.
    If all embeddings are equal it is log(2n − 1).

    Args:
        z1, z2: embeddings of the two views, (n, d) with n ≥ 2, float32 or float64. A single pair
            has no negatives: its loss is 0 whatever the embeddings are.
        temperature: > 0. lightly uses 0.5, solo-learn 0.1 to 0.2.
        normalize: True divides every row by its length (cosine similarity), which makes the loss
            blind to scale; a row of zeros has no direction and stays zero, with a finite
            gradient. False takes plain dot products.

    Raises:
        TypeError: ``z1`` or ``z2`` is no tensor or not of a float type as above; ``temperature``
            is no number, ``normalize`` neither True nor False.
        ValueError: not (n, d), different shapes, n < 2, ``temperature`` ≤ 0 or not finite.
    """
    normalize = _validate.flag("normalize", normalize)
    n, _ = _check_pair(z1, z2, rows=2, why="a single pair has no negatives")
    smallest = _validate.number("temperature", temperature, above=0)
    _in_range("temperature", temperature, 1 / smallest if smallest > 1e-300 else math.inf, z1)
    z = torch.cat([z1, z2])
    if normalize:
        z = z / _power_of_two(z, 1)  # the square of a large or small number has no place
        length = torch.linalg.vector_norm(z, dim=1, keepdim=True)
        # Dividing a row of zeros by 1 and not by a tiny number keeps its gradient of order one.
        z = z / torch.where(length > 0, length, 1)
    row = torch.arange(2 * n, device=z.device)
    similarity = product(z, z.T) / temperature
    similarity = similarity.masked_fill(row[:, None] == row, -math.inf)  # nobody is its own partner
    return F.cross_entropy(similarity, (row + n) % (2 * n))


def vicreg(
    z1: Tensor,
    z2: Tensor,
    invariance: float = 25.0,
    variance: float = 25.0,
    covariance: float = 1.0,
    eps: float = 1e-4,
) -> Tensor:
    """VICReg (Bardes et al. 2022): agree, keep a spread of one, do not repeat yourself.

    The weighted sum of three terms, in the form of the authors' code. Invariance: the mean of
    (z1 − z2)² over all n·d entries.
    Variance: the mean over columns of max(0, 1 − √(variance + eps)), averaged over the two views.
    Covariance: the squared off-diagonal entries of the covariance matrix, summed and divided by
    d, added over the two views. Variances and covariances have n − 1 in the denominator.

    Args:
        z1, z2: embeddings of the two views, (n, d) with n ≥ 2, float32 or float64.
        invariance, variance, covariance: weights of the three terms, ≥ 0. solo-learn adds the
            variance term over the views: its 25 is 50 here.
        eps: > 0, inside the root; it bounds the gradient of a column that has collapsed.

    Raises:
        TypeError: ``z1`` or ``z2`` is no tensor or not of a float type as above; a weight or
            ``eps`` is no number.
        ValueError: not (n, d), different shapes, n < 2, a weight negative, ``eps`` ≤ 0, or one of
            these not finite.
    """
    _check_pair(z1, z2, rows=2, why="one row has no variance")
    _validate.number("invariance", invariance, minimum=0)
    _validate.number("variance", variance, minimum=0)
    _validate.number("covariance", covariance, minimum=0)
    _validate.number("eps", eps, above=0)
    invariance_term = F.mse_loss(z1, z2)
    variance_term = (_hinge(z1, eps) + _hinge(z2, eps)) / 2
    covariance_term = _redundancy(z1) + _redundancy(z2)
    return invariance * invariance_term + variance * variance_term + covariance * covariance_term


def _hinge(z: Tensor, eps: float) -> Tensor:
    """How far the columns of z (n, d) fall short of a standard deviation of 1, on average."""
    return torch.relu(1 - torch.sqrt(z.var(0) + eps)).mean()


def _redundancy(z: Tensor) -> Tensor:
    """Squared covariances between different columns of z (n, d), summed, divided by d."""
    n, d = z.shape
    centred = z - z.mean(0)
    C = product(centred.T, centred) / (n - 1)
    return ((C - torch.diag(torch.diagonal(C))) ** 2).sum() / d


def spectral_contrastive(z1: Tensor, z2: Tensor) -> Tensor:
    """The spectral contrastive loss (HaoChen et al. 2021): partners agree, strangers do not meet.

    −(2/n) Σ_i z1_i·z2_i + Σ_{i≠k} (z1_i·z2_k)² / n(n − 1), as in the authors' code without its
    bound on the length of an embedding. Nothing is centred. Near zero the second term is smaller
    by two factors of the embedding, so the first alone says what is learned first.

    Args:
        z1, z2: embeddings of the two views, (n, d) with n ≥ 2, float32 or float64.

    Raises:
        TypeError: ``z1`` or ``z2`` is no tensor or not of a float type as above.
        ValueError: not (n, d), different shapes, n < 2.
    """
    n, _ = _check_pair(z1, z2, rows=2, why="a single pair has no strangers")
    partners = (z1 * z2).sum(1)
    strangers = (product(z1, z2.T) ** 2).sum() - (partners**2).sum()
    return strangers / (n * (n - 1)) - 2 * partners.mean()


def lejepa(
    z1: Tensor,
    z2: Tensor,
    directions: Tensor,
    weight: float = 0.05,
    knots: int = 17,
    reach: float = 3.0,
) -> Tensor:
    """LeJEPA (Balestriero & LeCun 2025) with two views: agree, and look like a Gaussian.

    (1 − weight) · mean (z − (z1 + z2)/2)² over both views and all entries, plus ``weight`` times
    the mean of ``sigreg`` over the two views, in the form of the authors' short example. The first
    term is a quarter of the mean of (z1 − z2)².

    Args:
        z1, z2: embeddings of the two views, (n, d), float32 or float64.
        directions: as in ``sigreg``. The authors' example draws 256, anew in every step.
        weight: λ, from 0 to 1; the authors' example has 0.02, others report 0.05 of their paper.
        knots, reach: as in ``sigreg``.

    Raises:
        TypeError, ValueError: as ``sigreg``, for either view; different shapes; ``weight`` out of
            range.
    """
    _check_pair(z1, z2, rows=1, why="")
    weight = _validate.probability("weight", weight)
    agreement = ((z1 - z2) ** 2).mean() / 4
    shape = (sigreg(z1, directions, knots, reach) + sigreg(z2, directions, knots, reach)) / 2
    return (1 - weight) * agreement + weight * shape


def sigreg(z: Tensor, directions: Tensor, knots: int = 17, reach: float = 3.0) -> Tensor:
    """SIGReg (Balestriero & LeCun 2025): how far a cloud is from a standard Gaussian.

    The statistic of Epps and Pulley (1983) of the coordinate p = z·a along each direction a,
    n ∫ |mean e^{itp} − e^{−t²/2}|² e^{−t²/2} dt, averaged over the directions. Their test first
    brings p to mean 0 and variance 1; here p is taken as it is, so that both count. The integral is
    the trapezoidal rule on evenly spaced t from 0 to ``reach``, doubled since t and −t give the
    same.

    Args:
        z: embeddings of one view, (n, d), float32 or float64.
        directions: (d, k) with z's dtype and device, one a column, each divided by its length.
            Every output is pulled alike if they are drawn evenly, or are orthonormal bases.
        knots: how many t, ≥ 2; 17 in the authors' code.
        reach: the largest t, > 0; 3 in the authors' code, 5 in their paper's listing, where the 17
            knots lie from −5 to 5.

    Raises:
        TypeError: ``z`` or ``directions`` is no tensor, of another dtype or on another device;
            ``knots`` is no whole number, ``reach`` none at all.
        ValueError: wrong shapes, ``knots`` or ``reach`` out of range.
    """
    _check_matrix("z", z)
    n, d = z.shape
    allowed = f"({d}, k), k ≥ 1 directions for the {d} columns of z"
    _check_matrix("directions", directions, allowed)
    if len(directions) != d:
        raise ValueError(f"directions has shape {tuple(directions.shape)}; it must be {allowed}.")
    _check_alike("directions", directions, "z", z)
    knots = _validate.integer("knots", knots, 2, 10**6)
    reach = _validate.number("reach", reach, above=0)
    t = torch.linspace(0, reach, knots, dtype=z.dtype, device=z.device)
    target = torch.exp(-(t**2) / 2)
    area = torch.full_like(t, 2 * reach / (knots - 1))
    area[[0, -1]] /= 2
    along = product(z, directions / torch.linalg.vector_norm(directions, dim=0))
    angle = along[:, :, None] * t
    gap = (angle.cos().mean(0) - target) ** 2 + angle.sin().mean(0) ** 2
    return n * (gap * target * area).sum(1).mean()


def _in_range(name: str, given: float, factor: float, z: Tensor) -> None:
    """Refuse an argument whose factor is beyond the numbers of z's type."""
    if factor > torch.finfo(z.dtype).max:
        raise ValueError(f"{name} is {given:g}, which is out of the range of {z.dtype}.")


def _check_pair(z1: Tensor, z2: Tensor, rows: int, why: str) -> tuple[int, int]:
    """Return (n, d) of two embeddings, or raise an error that names the one at fault."""
    _check_matrix("z1", z1)
    _check_matrix("z2", z2)
    if z2.shape != z1.shape:
        raise ValueError(
            f"z2 has shape {tuple(z2.shape)} and z1 has {tuple(z1.shape)}; they must be equal, "
            "since row i of both belongs to one picture."
        )
    _check_alike("z2", z2, "z1", z1)
    if len(z1) < rows:
        raise ValueError(
            f"z1 and z2 have {len(z1)} row; this loss needs a batch of at least {rows} pairs, "
            f"because {why}."
        )
    return z1.shape[0], z1.shape[1]


def _check_matrix(
    name: str, z: Tensor, allowed: str = "(n, d), n embeddings of d ≥ 1 coordinates"
) -> None:
    """Raise an error unless z is a matrix of the floats that the losses take."""
    if not isinstance(z, Tensor):
        raise TypeError(
            f"{name} is {_validate.kind(z)}; the losses take torch tensors of shape "
            f"{allowed}. From NumPy: torch.from_numpy({name})."
        )
    if z.is_nested:
        raise TypeError(f"{name} is a nested tensor; it must be a matrix (n, d).")
    if z.layout != torch.strided:
        raise TypeError(f"{name} is sparse ({z.layout}); {name}.to_dense() makes it a matrix.")
    if z.is_quantized:
        raise TypeError(
            f"{name} is quantised ({z.dtype}); {name}.dequantize() makes it a matrix of "
            "torch.float32."
        )
    if z.dtype not in (torch.float32, torch.float64):
        raise TypeError(
            f"{name} has dtype {z.dtype}; allowed are torch.float32 and torch.float64. "
            f"Convert it with {name}.float() or {name}.double()."
        )
    if z.ndim != 2 or 0 in z.shape:
        raise ValueError(f"{name} has shape {tuple(z.shape)}; it must be {allowed}.")


def _check_alike(name: str, x: Tensor, other: str, z: Tensor) -> None:
    """Raise TypeError unless the two are of one dtype and on one device that computes."""
    if (x.dtype, x.device) != (z.dtype, z.device):
        raise TypeError(
            f"{name} is {x.dtype} on {x.device} and {other} is {z.dtype} on {z.device}; dtype and "
            "device must be equal."
        )
    if z.is_meta:
        raise TypeError(
            f"{other} and {name} are on the device 'meta', which keeps shapes and no values; they "
            "must be on one that computes, such as 'cpu'."
        )
