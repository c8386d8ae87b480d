"""Networks of finite width beside their limit: the empirical NTK, a wide MLP, and its training.

In the limit of infinite width the neural tangent kernel stands still, and training is that of a
kernel machine with ``kernels.relu_mlp_kernel``. This room holds what a finite width does. Source:
Jacot et al. 2018; Simon et al. 2023; chapter 5 derives each formula.
"""

from __future__ import annotations

from ._empirical import empirical_ntk, output_blocks
from ._mlp import MLP
from ._seeds import seeded_start
from ._training import embed, train

__all__ = [
    "MLP",
    "embed",
    "empirical_ntk",
    "output_blocks",
    "seeded_start",
    "train",
]
