"""Checks of chapter 10, "Climbing faster".

Every truth is found without the formula that the exercise asks for: the flow of the whole matrix
integrated, an inverse of the batch's size, descent by singular values.
"""

from __future__ import annotations

from .end import END_OF_ONE
from .head import PRECONDITIONED_GRADIENT
from .muon import MUON_STEPS

EXERCISES = (
    END_OF_ONE,
    PRECONDITIONED_GRADIENT,
    MUON_STEPS,
)
