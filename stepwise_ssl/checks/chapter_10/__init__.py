"""Checks of chapter 10, "Climbing faster".

Every truth is found without the formula that the exercise asks for: steps counted one by one, a
recursion run until it has settled, a generalised eigenproblem, rates of matrices in a basis drawn
at random, the flow of a whole matrix integrated, an inverse of the batch's size, descent by
singular values, a loss minimised by search.
"""

from __future__ import annotations

from .damping import SPEED_OF_DAMPING
from .ending import FINAL_WEIGHTS
from .head import PRECONDITIONED_GRADIENT
from .momentum import MOMENTUM_FACTOR
from .muon import MUON_STEPS
from .one_output import END_OF_ONE
from .spectral import SPECTRAL_END
from .steps import STEPS_NEEDED

EXERCISES = (
    STEPS_NEEDED,
    MOMENTUM_FACTOR,
    FINAL_WEIGHTS,
    SPEED_OF_DAMPING,
    END_OF_ONE,
    PRECONDITIONED_GRADIENT,
    MUON_STEPS,
    SPECTRAL_END,
)
