"""Checks of chapter 8, "Features that learn".

Every truth is found without the formula that the exercise asks for: slopes of the loss, both
layers integrated numerically, the two equations of one mode integrated, quadrature.
"""

from __future__ import annotations

from .clock import TIME_UNTIL
from .conserved import TRUNK_SQUARE
from .gradients import GRADIENTS
from .shares import HEAD_SHARE

EXERCISES = (
    GRADIENTS,
    TRUNK_SQUARE,
    HEAD_SHARE,
    TIME_UNTIL,
)
