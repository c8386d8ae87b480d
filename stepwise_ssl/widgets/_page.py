"""What a page gets of a widget: a script, its state, and a picture until the script takes over."""

from __future__ import annotations

import base64
import html
import io
import json
from collections.abc import Mapping
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure
from PIL import Image

FOLDER = Path(__file__).parent


def script(widget: str) -> str:
    """A widget's JavaScript module: what all widgets share, its parts, then the widget itself."""
    own = sorted(path.stem for path in FOLDER.glob(f"_{widget}_*.js"))
    names = ("_parts", *own, widget)
    return "".join((FOLDER / f"{name}.js").read_text("utf-8") for name in names)


def page_html(widget: str, state: Mapping[str, object], figure: Figure, alt: str) -> str:
    """The HTML that the course's loader turns into the live widget.

    Args:
        widget: the name of the widget's script.
        state: what the script's model holds, JSON values only.
        figure: the picture for paper, for readers without scripts and for viewers without kernel.
        alt: what one sees in it.

    Returns:
        ``<div class="stepwise-widget" data-widget=…>`` with the state as JSON in a script element
        and the picture as a data URI.
    """
    # "</" could end the script element early; "<\/" is the same string to JSON.
    data = json.dumps(state).replace("</", "<\\/")
    return (
        f'<div class="stepwise-widget" data-widget="{widget}">'
        f'<script type="application/json">{data}</script>'
        f'<img src="data:image/png;base64,{_png(figure)}" alt="{html.escape(alt)}" '
        'style="display: block; width: 100%; max-width: 640px; margin: auto">'
        "<p>A still picture. The sliders need JavaScript on the course's page, "
        "or a running kernel in a notebook.</p></div>"
    )


def _png(figure: Figure) -> str:
    """Small: 24 colours are enough for lines on white, and a half more than screen resolution."""
    drawn, reduced = io.BytesIO(), io.BytesIO()
    with mpl.rc_context({"savefig.bbox": None}):
        figure.savefig(drawn, dpi=120)
    image = Image.open(drawn).convert("RGB").quantize(24, dither=Image.Dither.NONE)
    image.save(reduced, "PNG", optimize=True)
    return base64.b64encode(reduced.getvalue()).decode()
