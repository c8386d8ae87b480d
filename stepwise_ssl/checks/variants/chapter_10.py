"""Variants of chapter 10: Muon, asked otherwise."""

from __future__ import annotations

from .family import Family
from .lines import LINES, other_lines

FAMILIES = (Family("10.7", len(LINES), other_lines),)
