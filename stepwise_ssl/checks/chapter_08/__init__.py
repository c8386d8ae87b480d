"""Checks of chapter 8, "Features that learn".

Every truth is found without the formula that the exercise asks for: slopes of the loss, layers
integrated numerically, two clocks, quadrature, networks with each weight moved by itself.
"""

from __future__ import annotations

from .clock import TIME_UNTIL
from .conserved import TRUNK_SQUARE
from .gradients import GRADIENTS
from .layers import DEEP_RAISE
from .own_kernel import OWN_RATES
from .rise import RAISE
from .saved import SAVED
from .shares import HEAD_SHARE

EXERCISES = (
    GRADIENTS,
    TRUNK_SQUARE,
    HEAD_SHARE,
    TIME_UNTIL,
    RAISE,
    SAVED,
    DEEP_RAISE,
    OWN_RATES,
)
