"""Checks of chapter 7, "ResNets on a GPU".

Truth comes from difference quotients, from loops and simulated descents, from curves whose steps
are known in closed form, from undisturbed runs, and from PyTorch's own count of operations.
"""

from __future__ import annotations

from .contribution import CONTRIBUTION
from .paired import PAIRED
from .predictions import PREDICTIONS
from .read_steps import READ_STEPS
from .resumable import RESUMABLE
from .roofline import SHORTEST_EPOCH
from .scale_free import SCALE_FREE
from .train_step import TRAIN_STEP

EXERCISES = (
    SCALE_FREE,
    TRAIN_STEP,
    READ_STEPS,
    PREDICTIONS,
    PAIRED,
    RESUMABLE,
    SHORTEST_EPOCH,
    CONTRIBUTION,
)
