"""Figures that one can drag: alive on the course's pages, in Jupyter, VS Code and Colab."""

from ._climbing import Climbing, climbing
from ._embedding_space import EmbeddingSpace, embedding_space
from ._kernel_plane import KernelPlane, kernel_plane
from ._mode_pictures import ModePictures, mode_pictures
from ._network_circle import NetworkCircle, network_circle
from ._staircase import StaircaseExplorer, staircase
from ._three_losses import ThreeLosses, three_losses
from ._two_layers import TwoLayers, two_layers

__all__ = [
    "Climbing",
    "EmbeddingSpace",
    "KernelPlane",
    "ModePictures",
    "NetworkCircle",
    "StaircaseExplorer",
    "ThreeLosses",
    "TwoLayers",
    "climbing",
    "embedding_space",
    "kernel_plane",
    "mode_pictures",
    "network_circle",
    "staircase",
    "three_losses",
    "two_layers",
]
