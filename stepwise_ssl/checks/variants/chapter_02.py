"""Variants of chapter 2: other losses, and other modes for the staircase."""

from __future__ import annotations

from .family import Family
from .gradients import gradient
from .rates import rate
from .staircases import MOST, staircase

FAMILIES = (
    Family("2.2", 4, gradient),
    Family("2.3", 3, rate),
    Family("2.6", MOST, staircase),
)
