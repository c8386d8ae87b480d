"""What is lost where modes are learned at more equal rates."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from .. import _validate
from ..linear import modes


@np.errstate(all="ignore")
def weight_excess(W: ArrayLike, Gamma: ArrayLike) -> float:
    """‖W‖²_F over the smallest that solves the task, Σ_j 1/γ_j of the first d modes.

    It is 1 where training has picked the first d modes, and above for any other W with C = I.

    Args:
        W: (d, m).
        Gamma: symmetric, (m, m), with at least d positive eigenvalues.

    Raises:
        TypeError, ValueError: shapes that do not fit, NaN, an asymmetric ``Gamma`` or one with
            fewer than d positive eigenvalues.
    """
    W, gamma, _ = _with_modes(W, Gamma)
    if not gamma[-1] > 0:
        raise ValueError(
            f"Gamma has {int((gamma > 0).sum())} positive of its d = {len(W)} largest eigenvalues; "
            "all must be, or no W solves the task."
        )
    return float(_validate.representable("W is", (W**2).sum() / (1 / gamma).sum(), "its square"))


@np.errstate(all="ignore")
def top_share(W: ArrayLike, Gamma: ArrayLike) -> float:
    """How much of the embedding comes from the first d modes of Γ, from 0 to 1.

    Mode j puts γ_j‖W v_j‖² into the trace of C = WΓWᵀ. This is the part of the first d in the sum
    of all, negative modes counted by their absolute values.

    Args:
        W: (d, m).
        Gamma: symmetric, (m, m).

    Raises:
        TypeError, ValueError: shapes that do not fit, NaN, an asymmetric ``Gamma``, a W that has
            nothing in any mode, such as 0.
    """
    W, gamma, V = _with_modes(W, Gamma, every=True)
    # In units in which no square overflows or vanishes.
    part = np.abs(gamma / (np.abs(gamma).max() or 1)) * ((W / (np.abs(W).max() or 1) @ V) ** 2)
    part = part.sum(0)
    if part.sum() == 0:
        raise ValueError("W has nothing in any mode of Gamma; only what is not 0 has shares.")
    return float(part[: len(W)].sum() / part.sum())


def _with_modes(
    W: ArrayLike, Gamma: ArrayLike, every: bool = False
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """W, and the first d modes of Γ or all m of them."""
    Gamma = _validate.symmetric("Gamma", Gamma)
    W = _validate.matrix("W", W, ("d", len(Gamma)), "(d, m) for Gamma (m, m)")
    d = _validate.integer("d", len(W), 1, len(Gamma), "the columns of W (d, m)")
    return W, *modes(Gamma, len(Gamma) if every else d)
