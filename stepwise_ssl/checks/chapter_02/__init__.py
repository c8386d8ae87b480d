"""Checks of chapter 2, "The linear model, solved".

Every truth is found without the formula that the exercise asks for: loops over pairs, slopes of
the loss, the differential equation integrated numerically, quadrature, limits.
"""

from __future__ import annotations

from .descent import DESCEND
from .gradient import GRADIENT
from .moment import CROSS_MOMENT
from .plateaus import PLATEAUS
from .rate import DS_DT
from .shortest import FINAL_WEIGHTS
from .solution import SINGULAR_VALUES
from .timing import STEP_TIMES

EXERCISES = (
    CROSS_MOMENT,
    GRADIENT,
    DS_DT,
    SINGULAR_VALUES,
    STEP_TIMES,
    PLATEAUS,
    DESCEND,
    FINAL_WEIGHTS,
)
