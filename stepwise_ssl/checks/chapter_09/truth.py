"""Tools of the truth: sizes of which no two are alike."""

from __future__ import annotations

import numpy as np


def sizes(rng: np.random.Generator, low: int, high: int, count: int) -> list[int]:
    """Sizes from low to high, no two alike: a size in the place of another is then wrong."""
    return [int(size) for size in rng.choice(np.arange(low, high + 1), count, replace=False)]


def unit(rng: np.random.Generator) -> float:
    """A unit of measurement, from 1e-5 to 1e5: what is scale-free has no number of its own in it.

    A small number that is added, or below which something is left out, has one.
    """
    return 10 ** (rng.choice([-1, 1]) * rng.uniform(4, 5))
