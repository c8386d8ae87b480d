"""The warning that Γ cannot fill d dimensions."""

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
