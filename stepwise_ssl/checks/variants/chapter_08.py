"""Variants of chapter 8: two layers that learn otherwise."""

from __future__ import annotations

from .family import Family
from .trunks import TRUNKS, raised, share

FAMILIES = (
    Family("8.3", len(TRUNKS), share),
    Family("8.5", len(TRUNKS), raised),
)
