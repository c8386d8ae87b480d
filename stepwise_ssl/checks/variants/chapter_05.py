"""Variants of chapter 5: other activations, and other ways to train."""

from __future__ import annotations

from .activations import SIGMAS, means
from .family import Family
from .moves import TRAININGS, move

FAMILIES = (
    Family("5.2", len(SIGMAS), means),
    Family("5.9", len(TRAININGS), move),
)
