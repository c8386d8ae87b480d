"""Checks of chapter 10, "Climbing faster".

Every truth is found without the formula that the exercise asks for: steps counted one by one, a
recursion run until it has settled, a generalised eigenproblem, rates of matrices in a basis drawn
at random.
"""

from __future__ import annotations

from .damping import SPEED_OF_DAMPING
from .ending import FINAL_WEIGHTS
from .momentum import MOMENTUM_FACTOR
from .steps import STEPS_NEEDED

EXERCISES = (
    STEPS_NEEDED,
    MOMENTUM_FACTOR,
    FINAL_WEIGHTS,
    SPEED_OF_DAMPING,
)
