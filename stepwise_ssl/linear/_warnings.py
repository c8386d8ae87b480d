"""The warnings that Γ cannot fill d dimensions, and that a learning rate is too large."""

from __future__ import annotations

import warnings

import numpy as np


def warn_if_few_positive(every: np.ndarray, d: int, stacklevel: int) -> int:
    """Count the positive ones among all eigenvalues of Γ and warn if they are fewer than d."""
    with np.errstate(under="ignore"):
        rounding = len(every) * np.finfo(float).eps * np.abs(every).max()
    positive = int((every > rounding).sum())
    if positive < d:
        warnings.warn(
            f"d = {d} is more than the {positive} positive eigenvalue(s) of Gamma: only so many "
            f"dimensions can be learned, and the loss ends at {d} − {positive} = {d - positive}.",
            stacklevel=stacklevel,
        )
    return positive


def warn_if_unstable(lr: float, every: np.ndarray, stacklevel: int) -> None:
    """Warn if gradient descent on modes with these γ, ascending, will overshoot."""
    # At λ = 1 a step multiplies an error of s by 1 − 8·lr·γ; at s = 0 a negative mode's s by
    # 1 − 4·lr·|γ|. Both factors must stay above −1.
    fastest, most_negative = max(float(every[-1]), 0.0), max(-float(every[0]), 0.0)
    rate = max(4 * fastest, 2 * most_negative)
    if lr * rate < 1 - 1e-12:  # at the limit up to rounding counts as at the limit
        return
    bound = "1/(4γ_1)" if 4 * fastest >= 2 * most_negative else "1/(2|γ_m|)"
    warnings.warn(
        f"lr = {lr:g} is not below {bound} = {1 / rate:.4g}: gradient descent will overshoot and "
        f"oscillate or diverge. Stable is lr < {1 / rate:.4g}.",
        stacklevel=stacklevel,
    )
