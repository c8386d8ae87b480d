"""Checks of chapter 6, "Three losses, one staircase".

Every truth is found without the expansion that the exercise asks for: difference quotients and
autograd of the losses themselves, quadrature, integrated flows, brute-force minimisation.
"""

from __future__ import annotations

from .bias import WITH_BIAS
from .copies import COPIES_STD
from .exchange import EXCHANGE_TIME
from .half_time import HALF_TIMES
from .normalisation import THROUGH_NORMALISATION
from .softmax import OPERATOR
from .updates import UPDATES
from .vicreg import VICREG_OPERATOR
from .winners import WINNERS

EXERCISES = (
    OPERATOR,
    HALF_TIMES,
    VICREG_OPERATOR,
    WINNERS,
    THROUGH_NORMALISATION,
    WITH_BIAS,
    UPDATES,
    COPIES_STD,
    EXCHANGE_TIME,
)
