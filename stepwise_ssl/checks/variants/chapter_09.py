"""Variants of chapter 9: other kinds of luck, and counts of other spectra."""

from __future__ import annotations

from .family import Family
from .levels import LEVELS, three_ranks
from .lucks import LUCKS, p_values

FAMILIES = (
    Family("9.6", len(LUCKS), p_values),
    Family("9.8", len(LEVELS), three_ranks),
)
