"""Variants of chapter 6: other losses, other normalisations, and other numbers."""

from __future__ import annotations

from .family import Family
from .half_times import MODES, half_times
from .normalisations import MAPS, through
from .softmaxes import LOSSES, operator
from .winners import MOST, winners

FAMILIES = (
    Family("6.1", len(LOSSES), operator),
    Family("6.2", len(MODES), half_times),
    Family("6.4", MOST, winners),
    Family("6.5", len(MAPS), through),
)
