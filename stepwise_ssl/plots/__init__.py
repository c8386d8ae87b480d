"""The figures of the course, in one style, and the table that stands under them.

White background and dark ink, so that a page in dark mode can invert a figure and keep its hues.
Modes are coloured in the order of viridis, cut before the yellow that vanishes on white.
Importing this module changes nothing in Matplotlib; :func:`set_style` does.
"""

from __future__ import annotations

from ._comparison import Comparison, Row, compare
from ._pictures import image_pairs
from ._spectrum import spectrum
from ._staircase import staircase
from ._style import GREY, GUIDE, INK, MARKERS, SERIES, mode_colors, set_style

__all__ = [
    "GREY",
    "GUIDE",
    "INK",
    "MARKERS",
    "SERIES",
    "Comparison",
    "Row",
    "compare",
    "image_pairs",
    "mode_colors",
    "set_style",
    "spectrum",
    "staircase",
]
