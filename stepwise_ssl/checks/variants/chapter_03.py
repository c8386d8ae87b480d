"""Variants of chapter 3: other random starts, and other starts that are not generic."""

from __future__ import annotations

from .endings import ending
from .family import MOST, Family
from .leftovers import STARTS, step_times

FAMILIES = (
    Family("3.3", len(STARTS), step_times),
    Family("3.4", MOST, ending),
)
