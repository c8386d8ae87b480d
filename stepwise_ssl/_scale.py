"""Powers of two in front of an array, so that its squares neither overflow nor underflow.

They change exponents only: a result is the same to the last bit wherever it could be had without.
"""

from __future__ import annotations

import numpy as np


def to_unit(a: np.ndarray) -> tuple[np.ndarray, int]:
    """a / 2^e and e, the largest entry then between ½ and 1 in size; zeros stay as they are."""
    exponent = int(np.frexp(np.abs(a).max())[1])
    return np.ldexp(a, -exponent), exponent
