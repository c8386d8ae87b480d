"""Checks of chapter 9, "What was learned, and in what order".

Every truth is found without the formula that the exercise asks for: the views' own kernel, least
squares with a constant, all permutations, directions found one at a time.
"""

from __future__ import annotations

from .cka import CKA_BY_CHANCE
from .inside import MODE_ALIGNMENT
from .order import LEARNED_ORDER
from .predicted import PREDICTED_FUNCTIONS

EXERCISES = (
    PREDICTED_FUNCTIONS,
    MODE_ALIGNMENT,
    CKA_BY_CHANCE,
    LEARNED_ORDER,
)
