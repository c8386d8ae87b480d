"""The matrix that the gradient is multiplied by."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from .. import _validate
from ..linear._gamma import eigh


@np.errstate(all="ignore")
def inverse_power(moment: ArrayLike, power: float = 1.0, rho: float = 0.0) -> np.ndarray:
    """(|M| + ρI)^(−power): a function of the eigenvalues of M, the eigenvectors stay.

    |M| has the absolute eigenvalues of M, so a cross-moment with negative ones gives a positive
    matrix too. With ρ = 0 an eigenvalue that is 0 up to rounding stays 0: no data lie in its
    direction, and the weights there are left as they are.

    Args:
        moment: symmetric, (m, m): of ``linear.cross_moment``, or the views' second moment Σ.
        power: > 0; 1 for the inverse, 0.5 for the inverse root.
        rho: ρ ≥ 0, in the units of the eigenvalues. What is far below it is not equalised.

    Returns:
        (m, m), symmetric and positive semidefinite.

    Raises:
        TypeError, ValueError: no finite symmetric matrix, ``power`` or ``rho`` out of range, or an
            entry of the result that overflows.
    """
    moment = _validate.symmetric("moment", moment)
    power = _validate.number("power", power, above=0)
    rho = _validate.number("rho", rho, minimum=0)
    size, vectors = eigh(moment)
    size = np.abs(size)
    damped = np.where(size > rounding(size), size, 0) + rho
    inverse = np.where(damped > 0, damped, np.inf) ** -power
    P = vectors * inverse @ vectors.T
    return _validate.representable("moment is too small, or power", (P + P.T) / 2, "an entry")


def rounding(eigenvalues: np.ndarray) -> float:
    """Below this an eigenvalue of a matrix with these cannot be told from 0."""
    return len(eigenvalues) * np.finfo(float).eps * float(np.abs(eigenvalues).max())
