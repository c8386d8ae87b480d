"""Checks of chapter 4, "Kernel PCA and the contrastive kernel".

Every truth is found without the formula that the exercise asks for: explicit features where the
kernel has finitely many, loops, difference quotients of the loss, simulation, quadrature.
"""

from __future__ import annotations

from .circle import CIRCLE_GAMMA
from .counting import ENDING
from .embedding import EMBED
from .function_space import VELOCITY
from .gaussian import GAUSSIAN
from .landmarks import LANDMARK_FEATURES
from .moment import CONTRASTIVE
from .pca import KERNEL_PCA

EXERCISES = (
    GAUSSIAN,
    KERNEL_PCA,
    VELOCITY,
    CONTRASTIVE,
    ENDING,
    EMBED,
    CIRCLE_GAMMA,
    LANDMARK_FEATURES,
)
