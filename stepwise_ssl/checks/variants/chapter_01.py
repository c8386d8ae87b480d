"""Variants of chapter 1: other losses, terms and spectra of embeddings."""

from __future__ import annotations

from .correlations import LOSSES, correlation
from .effective_ranks import READINGS, effective_rank
from .family import Family
from .terms import TERMS, terms

FAMILIES = (
    Family("1.2", len(LOSSES), correlation),
    Family("1.6", len(TERMS), terms),
    Family("1.7", len(READINGS), effective_rank),
)
