"""The figures of the built pages: narrow on a phone, and larger at a touch.

`figures.py` drew them while the pages were executed.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from PIL import Image

from stepwise_ssl.plots._style import STYLE

from .figures import NARROW

PHONE = "screen and (max-width: 600px)"
STACKED = '<p class="stacked">Here the panels stand below each other, the left ones first.</p>'


class Drawing(NamedTuple):
    """A picture file of the site, its size in CSS pixels, and its smallest text by its width."""

    name: str
    width: int
    height: int
    text: float


def drawings(executed: Iterable[Path], pictures: Path) -> dict[str, tuple[Drawing, Drawing | None]]:
    """The drawings of all notebooks under the folders `executed`, by the name of the wide one.

    Writes the narrow ones into `pictures`, where MyST-NB has put the wide ones that pages show.
    """
    found = {}
    for notebook in (file for folder in executed for file in folder.rglob("*.ipynb")):
        for output in outputs(json.loads(notebook.read_text("utf-8"))):
            wide = drawing(output, "image/png")
            if wide is None or not (pictures / wide.name).exists():
                continue
            narrow = drawing(output, NARROW)
            if narrow:
                (pictures / narrow.name).write_bytes(base64.b64decode(output["data"][NARROW]))
            found[wide.name] = wide, narrow
    return found


def outputs(notebook: dict) -> Iterator[dict]:
    for cell in notebook["cells"]:
        yield from (output for output in cell.get("outputs", []) if "data" in output)


def drawing(output: dict, kind: str) -> Drawing | None:
    """One drawing of a cell's output, if it is there."""
    if kind not in output["data"]:
        return None
    content = base64.b64decode(output["data"][kind])
    name = hashlib.sha256(content).hexdigest() + ".png"  # as MyST-NB names it
    about = output["metadata"].get(kind, {})
    with Image.open(io.BytesIO(content)) as image:
        width, height = about.get("width", image.width), about.get("height", image.height)
    # A notebook brings its figures along, in the course's style and without a word on their text.
    text = about.get("text", STYLE["xtick.labelsize"] * STYLE["figure.dpi"] / 72 / width)
    return Drawing(name, width, height, round(text, 5))


def both(tag: str, folder: str, wide: Drawing, narrow: Drawing | None) -> str:
    """An <img> with the narrow drawing for phones, and a link to the wide one by itself."""
    tag = f'{tag[:4]} data-text="{wide.text}"{tag[4:]}'
    link = f'<a class="larger" href="{folder}{wide.name}">Larger</a>'
    if narrow is None:
        return tag + link
    note = STACKED if narrow.height > 1.2 * wide.height else ""  # one panel keeps its height
    return (
        f'<picture><source media="{PHONE}" srcset="{folder}{narrow.name}"'
        f' width="{narrow.width}" height="{narrow.height}" data-text="{narrow.text}">'
        f"{tag}</picture>{link}{note}"
    )
