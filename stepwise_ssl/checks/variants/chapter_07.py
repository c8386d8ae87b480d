"""Variants of chapter 7: other numbers, other questions to seeds, and other trainings."""

from __future__ import annotations

from .differences import QUESTIONS, difference
from .epochs import EPOCHS, epoch
from .family import Family
from .predictions import MOST, predictions

FAMILIES = (
    Family("7.4", MOST, predictions),
    Family("7.5", len(QUESTIONS), difference),
    Family("7.7", len(EPOCHS), epoch),
)
