"""Checks of chapter 9, "What was learned, and in what order"."""

from __future__ import annotations

from .p_values import P_VALUES
from .probe import PROBE_CURVE
from .r_squared import R_SQUARED
from .ranks import THREE_RANKS

EXERCISES = (
    R_SQUARED,
    P_VALUES,
    PROBE_CURVE,
    THREE_RANKS,
)
