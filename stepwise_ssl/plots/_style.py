"""Colours, fonts and sizes of every figure."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
from cycler import cycler

from .. import _validate

INK = "#1a1a1a"
GREY = "#8a8a8a"
GUIDE = "#dcdcdc"
# Hues of Okabe and Ito, dark enough for text on white; markers tell them apart as well.
SERIES = ("#0072b2", "#c25400", "#007a5a", "#7a3b8f", "#8a6a00", "#1a1a1a")
MARKERS = "osD^vP"

STYLE = {
    "figure.figsize": (6.4, 3.9),
    "figure.dpi": 110,
    "savefig.dpi": 110,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "axes.facecolor": "white",
    "figure.constrained_layout.use": True,
    "font.size": 13,
    "axes.labelsize": 13,
    "axes.titlesize": 13.5,
    "axes.titlelocation": "left",
    "xtick.labelsize": 12,
    "ytick.labelsize": 12,
    "legend.fontsize": 12,
    "legend.frameon": False,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": False,
    "grid.color": GUIDE,
    "lines.linewidth": 2.0,
    "lines.markersize": 6,
    "axes.prop_cycle": cycler(color=SERIES),
    "image.cmap": "viridis",
}


def set_style() -> None:
    """Give every later figure the look of the course, by changing ``matplotlib.rcParams`` only."""
    mpl.rcParams.update(STYLE)


def mode_colors(d: int) -> list[str]:
    """Colours of modes 1 to d as hex strings: viridis from dark violet to green.

    Raises:
        TypeError: ``d`` is no integer.
        ValueError: ``d`` < 1, or so large that nobody could see a difference.
    """
    d = _validate.size("d", d)
    return [mpl.colors.to_hex(mpl.colormaps["viridis"](x)) for x in np.linspace(0, 0.75, d)]
