"""What the draws of several chapters have in common."""

from __future__ import annotations

import numpy as np


def sizes(rng: np.random.Generator, low: int, high: int, count: int) -> list[int]:
    """Sizes from low to high, no two alike: a size in the place of another is then wrong."""
    return [int(size) for size in rng.choice(np.arange(low, high + 1), count, replace=False)]
