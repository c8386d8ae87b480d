"""Figures that one can drag: alive on the course's pages, in Jupyter, VS Code and Colab."""

from ._staircase import StaircaseExplorer, staircase

__all__ = ["StaircaseExplorer", "staircase"]
