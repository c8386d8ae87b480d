"""Checks of chapter 9, "What was learned, and in what order".

Every truth is found without the formula that the exercise asks for: the views' own kernel, least
squares with a constant, all permutations, directions found one at a time, determinants of
correlations, embeddings made with a given spectrum.
"""

from __future__ import annotations

from .cka import CKA_BY_CHANCE
from .inside import MODE_ALIGNMENT
from .order import LEARNED_ORDER
from .p_values import P_VALUES
from .predicted import PREDICTED_FUNCTIONS
from .probe import PROBE_CURVE
from .r_squared import R_SQUARED
from .ranks import THREE_RANKS

EXERCISES = (
    PREDICTED_FUNCTIONS,
    MODE_ALIGNMENT,
    CKA_BY_CHANCE,
    LEARNED_ORDER,
    R_SQUARED,
    P_VALUES,
    PROBE_CURVE,
    THREE_RANKS,
)
