"""Checks of chapter 8, "Features that learn".

Truth comes from layers that are integrated until a mode is learned, from two clocks, from
quadrature, and from networks with each weight moved by itself.
"""

from __future__ import annotations

from .layers import DEEP_RAISE
from .own_kernel import OWN_RATES
from .rise import RAISE
from .saved import SAVED

EXERCISES = (
    RAISE,
    SAVED,
    DEEP_RAISE,
    OWN_RATES,
)
