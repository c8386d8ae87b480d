"""Each figure of a page twice: as its page lays it out, and narrow for a phone if it needs that.

The kernels that execute pages and solutions load this module as an IPython extension, and the code
of a page knows nothing of it: the panels of a finished figure are put into one column and drawn
again. The narrow drawing travels beside the wide one in the cell's output, so the execution cache
keeps both, and `pictures.py` writes both into the page.
"""

from __future__ import annotations

import base64
import io
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a page without a figure does not wait for Matplotlib
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ROOT = Path(__file__).resolve().parents[2]
NARROW = "application/x-narrow-figure"
WIDTH = 5.0  # inches: text of 12 points is then 12 px high on a phone
SHOWN = 358  # CSS pixels: the width of a figure on a screen of 390
LEAST = 9  # CSS pixels: smaller text is too small to read
BETWEEN = 0.35  # inches more for each panel that gets a panel below it
TALLEST = 10  # inches for all panels, so that a phone shows them together


def kernels(folder: Path) -> dict[str, str]:
    """What kernels need in their environment to draw figures as this module says.

    `folder` becomes their IPython folder.
    """
    profile = folder / "profile_default"
    profile.mkdir(parents=True, exist_ok=True)
    (profile / "ipython_kernel_config.py").write_text(
        f"import sys\n\nsys.path.append({str(ROOT)!r})\n"
        "c = get_config()\n"
        f"c.InteractiveShellApp.extensions = [{__name__!r}]\n",
        "utf-8",
    )
    return {"IPYTHONDIR": str(folder)}


def load_ipython_extension(shell) -> None:
    formatter = shell.display_formatter
    usual = formatter.format

    def both(obj, include=None, exclude=None):
        module = sys.modules.get("matplotlib.figure")
        if module and isinstance(obj, module.Figure):
            return drawn(obj)
        return usual(obj, include, exclude)

    formatter.format = both


def drawn(figure: Figure) -> tuple[dict, dict]:
    """A figure's data and metadata by MIME type. The figure itself is not as it was afterwards."""
    import matplotlib.pyplot as plt

    plt.close(figure)  # or the notebook's backend would show it a second time
    content, width, height = png(figure)
    data = {"image/png": content}
    metadata = {"image/png": {"width": width, "height": height, "text": text_share(figure, width)}}
    if 0 < metadata["image/png"]["text"] * SHOWN < LEAST:
        make_narrow(figure)
        content, width, height = png(figure, least=round(WIDTH * figure.dpi))
        data[NARROW] = content
        metadata[NARROW] = {"width": width, "height": height, "text": text_share(figure, width)}
    return data, metadata


def png(figure: Figure, least: int = 0) -> tuple[str, int, int]:
    """In base64, at two pixels a CSS pixel, and its size in CSS pixels.

    256 colours make it a third. What is narrower than `least` gets white on both sides, so that a
    phone does not blow it up.
    """
    from PIL import Image

    drawing, reduced = io.BytesIO(), io.BytesIO()
    figure.savefig(drawing, dpi=2 * figure.dpi, bbox_inches="tight")
    image = Image.open(drawing).convert("RGB")
    if image.width < 2 * least:
        wider = Image.new("RGB", (2 * least, image.height), "white")
        wider.paste(image, (least - image.width // 2, 0))
        image = wider
    # By median cut: the faster octree would make all light greys of a heat map one white.
    image = image.quantize(256, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    image.save(reduced, "PNG", compress_level=9)
    return base64.b64encode(reduced.getvalue()).decode(), image.width // 2, image.height // 2


def text_share(figure: Figure, width: int) -> float:
    """The smallest text of a figure that was drawn, as a share of its width; 0 without text."""
    from matplotlib.text import Text

    sizes = [
        text.get_fontsize()
        for text in figure.findobj(Text)
        if text.get_visible()
        and text.get_text().strip()
        and (text.axes is None or (text.axes.axison and text.axes.get_visible()))
    ]
    return round(min(sizes, default=0) * figure.dpi / 72 / width, 5)


def make_narrow(figure: Figure) -> None:
    """All panels in one column: those of the first column, below them those of the second, …

    Then titles stay above the columns that they speak of and time axes below. Rows go one by one
    where each has its own title. What a panel shared with the panel to its left, the numbers and
    the label of the vertical axis, it now shows itself.
    """
    panels = [axis for axis in figure.axes if axis.get_subplotspec()]  # and not a colour bar's
    titled = {place(axis)[1] for axis in panels if place(axis)[0] and axis.get_title("left")}
    panels.sort(key=place if titled == {0} else lambda axis: place(axis)[::-1])
    rows = 1 + max(place(axis)[0] for axis in panels)
    height = min(figure.get_figheight() / rows, TALLEST / len(panels))
    figure.set_size_inches(WIDTH, height * len(panels) + BETWEEN * (len(panels) - rows))
    grid = figure.add_gridspec(len(panels), 1)
    first = {place(axis)[0]: axis for axis in panels if place(axis)[1] == 0}
    for axis in panels:
        axis.tick_params(labelleft=True)
        label = first[place(axis)[0]].yaxis.label
        if not axis.get_ylabel():
            axis.set_ylabel(label.get_text(), rotation=label.get_rotation())
    for k, axis in enumerate(panels):
        axis.set_subplotspec(grid[k])
    part_labels(figure, panels)


def part_labels(figure: Figure, panels: list[Axes]) -> None:
    """Keep the label of a vertical axis that is longer than its panel out of the next panel.

    A label that all panels have stands once, beside all of them; another is broken into lines.
    """
    figure.draw_without_rendering()
    label = panels[0].yaxis.label
    shared = len(panels) > 1 and all(axis.get_ylabel() == label.get_text() for axis in panels)
    for axis in panels:
        room = axis.get_window_extent().height
        length = axis.yaxis.label.get_window_extent().height
        if length <= room:
            continue
        if shared:
            figure.supylabel(label.get_text(), fontsize=label.get_fontsize())
            for each in panels:
                each.set_ylabel("")
            return
        text = axis.get_ylabel()
        letters = max(1, int(len(text) * room / length))
        axis.set_ylabel(textwrap.fill(text, letters, break_long_words=False))


def place(axis) -> tuple[int, int]:
    """Row and column of a panel."""
    spec = axis.get_subplotspec()
    return spec.rowspan.start, spec.colspan.start
