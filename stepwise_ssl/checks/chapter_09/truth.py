"""Tools of the truth: a unit of measurement."""

from __future__ import annotations

import numpy as np


def unit(rng: np.random.Generator) -> float:
    """A unit of measurement, from 1e-5 to 1e5: what is scale-free has no number of its own in it.

    A small number that is added, or below which something is left out, has one.
    """
    return 10 ** (rng.choice([-1, 1]) * rng.uniform(4, 5))
