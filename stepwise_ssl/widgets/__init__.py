"""Figures that one can drag: alive on the course's pages, in Jupyter, VS Code and Colab."""

from ._kernel_plane import KernelPlane, kernel_plane
from ._staircase import StaircaseExplorer, staircase

__all__ = ["KernelPlane", "StaircaseExplorer", "kernel_plane", "staircase"]
