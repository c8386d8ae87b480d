"""The second, narrow drawing of a figure that the site shows on phones."""

import base64
import io
import itertools

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from stepwise_ssl.plots._style import STYLE
from tools.site.figures import LEAST, NARROW, SHOWN, drawn


def grid(rows: int, columns: int, width: float, titles: str = "") -> Figure:
    """A figure whose panels share the vertical axis within a row, and a title on some."""
    with plt.rc_context(STYLE):
        figure, panels = plt.subplots(
            rows, columns, figsize=(width, 4), sharey="row", squeeze=False, layout="constrained"
        )
        for (row, column), axis in zip(np.ndindex(rows, columns), panels.flat, strict=True):
            axis.plot([1, 2], [row, row + 1])
            if titles == "above" and row == 0 or titles == "left" and column == 0:
                axis.set_title(f"{row}{column}")
        for row, axis in enumerate(panels[:, 0]):
            axis.set_ylabel(f"row {row}")
    return figure


def heights(figure: Figure) -> list[float]:
    return [axis.get_position().y0 for axis in figure.axes]


def test_a_figure_that_a_phone_can_show_is_drawn_once():
    data, about = drawn(grid(1, 1, 6.0))
    assert set(data) == {"image/png"}
    assert about["image/png"]["text"] * SHOWN >= LEAST


@pytest.mark.parametrize(("rows", "columns"), [(1, 1), (1, 3), (2, 2), (2, 3)])
def test_another_has_its_panels_in_one_column_and_text_that_can_be_read(rows, columns):
    figure = grid(rows, columns, 9.0)
    data, about = drawn(figure)
    assert about["image/png"]["text"] * SHOWN < LEAST <= about[NARROW]["text"] * SHOWN
    picture = Image.open(io.BytesIO(base64.b64decode(data[NARROW])))
    size = about[NARROW]["width"], about[NARROW]["height"]
    assert picture.size == pytest.approx([2 * side for side in size], abs=1)
    assert len({round(axis.get_position().x0, 3) for axis in figure.axes}) == 1
    assert len(set(heights(figure))) == rows * columns


def test_a_panel_says_itself_what_it_shared_with_its_row():
    figure = grid(2, 2, 9.0)
    drawn(figure)
    assert [axis.get_ylabel() for axis in figure.axes] == ["row 0", "row 0", "row 1", "row 1"]
    assert all(axis.yaxis.get_major_ticks()[0].label1.get_visible() for axis in figure.axes)


def test_titles_keep_their_panels():
    above, left = grid(2, 2, 9.0, "above"), grid(2, 2, 9.0, "left")
    for figure in (above, left):
        drawn(figure)
    # Panels in the order of their rows: by columns below a title above, by rows beside one.
    a, b, c, d = heights(above)
    assert a > c > b > d
    a, b, c, d = heights(left)
    assert a > b > c > d


@pytest.mark.parametrize("alike", [True, False])
def test_a_label_longer_than_its_panel_stays_out_of_the_next(alike):
    figure = grid(3, 2, 9.0)
    for row, axis in enumerate(figure.axes):
        axis.set_ylabel(f"an eigenvalue of {'the' if alike else row} covariance")
    drawn(figure)
    figure.draw_without_rendering()
    labels = [figure._supylabel] if alike else [axis.yaxis.label for axis in figure.axes]
    extents = sorted((label.get_window_extent() for label in labels), key=lambda each: each.y0)
    assert 0 < extents[0].y0 < extents[-1].y1 < figure.bbox.y1
    assert all(below.y1 < above.y0 for below, above in itertools.pairwise(extents))
    assert [bool(axis.get_ylabel()) for axis in figure.axes] == 6 * [not alike]


def test_a_colour_bar_stays_with_its_panels():
    figure = grid(1, 2, 9.0)
    figure.colorbar(plt.cm.ScalarMappable(), ax=figure.axes)
    assert NARROW in drawn(figure)[0]
