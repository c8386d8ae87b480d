"""Checks of chapter 5, "Infinitely wide networks".

Every truth is found without the formula that the exercise asks for: exact gradients by hand,
integrals over the angle, explicit features, integration of the forced flow.
"""

from __future__ import annotations

from .blocks import BLOCKS
from .circle import CIRCLE_GAMMAS
from .fluctuation import WIDTH_NEEDED
from .means import RELU_MEANS
from .move import WEIGHT_MOVE
from .recursion import WIDE_KERNELS
from .seed import SEEDED_STEP
from .start import NETWORK_START
from .tangent import TANGENT_KERNEL

EXERCISES = (
    TANGENT_KERNEL,
    RELU_MEANS,
    WIDE_KERNELS,
    NETWORK_START,
    WIDTH_NEEDED,
    BLOCKS,
    SEEDED_STEP,
    CIRCLE_GAMMAS,
    WEIGHT_MOVE,
)
