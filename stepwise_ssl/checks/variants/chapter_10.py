"""Variants of chapter 10: other kinds of momentum, and Muon, asked otherwise."""

from __future__ import annotations

from .family import Family
from .lines import LINES, other_lines
from .velocities import VELOCITIES, factors

FAMILIES = (
    Family("10.2", len(VELOCITIES), factors),
    Family("10.7", len(LINES), other_lines),
)
