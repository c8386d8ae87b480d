"""Checks of chapter 3, "From small random initialisation".

Every truth is found without the formula that the exercise asks for: gradient flow integrated
numerically, least squares, quadrature, simulation of many draws, bisection, brute-force search.
"""

from __future__ import annotations

from .clock import LARGEST_RATE
from .crispness import LARGEST_START
from .distances import DISTANCE
from .early import SHARES
from .ending import ENDING
from .leftovers import STARTS
from .limit import LIMIT_WEIGHTS
from .seeds import MEAN_STEP_TIMES

EXERCISES = (
    SHARES,
    STARTS,
    MEAN_STEP_TIMES,
    ENDING,
    LIMIT_WEIGHTS,
    LARGEST_START,
    LARGEST_RATE,
    DISTANCE,
)
