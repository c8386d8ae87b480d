"""Figures: what is drawn, and that it can be read. The table: its numbers."""

import io
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import matplotlib as mpl

mpl.use("agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image

from stepwise_ssl import plots
from stepwise_ssl.plots._notebook import png

ROOT = Path(__file__).parent.parent

GAMMA = np.array([0.195, 0.091, 0.043, 0.024, 0.018])
S0 = np.full(5, 1e-3)


@pytest.fixture(autouse=True)
def course_style():
    with mpl.rc_context():
        plots.set_style()
        yield
    plt.close("all")


def closed_form(t):
    """Eigenvalues (T, d) and loss (T,) of the linear model from an aligned start."""
    start = GAMMA * S0**2
    eigenvalues = start / (start + (1 - start) * np.exp(-8 * GAMMA * np.asarray(t)[:, None]))
    return eigenvalues, ((eigenvalues - 1) ** 2).sum(1)


STEPS = np.log(1 / (GAMMA * S0**2) - 1) / (8 * GAMMA)
T = np.r_[0, np.geomspace(1, 500, 120)]
CURVES, LOSS = closed_form(T)


def full_staircase(**changes):
    given = dict(theory_eigenvalues=CURVES, theory_loss=LOSS, step_times=STEPS) | changes
    return plots.staircase(T, CURVES, LOSS, **given)


def contrast_on_white(color):
    """The contrast ratio of WCAG 2, 1 to 21."""
    rgb = np.array(mpl.colors.to_rgb(color))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return 1.05 / (linear @ (0.2126, 0.7152, 0.0722) + 0.05)


def dashed(ax):
    return [line for line in ax.lines if line.is_dashed()]


# --- style -------------------------------------------------------------------------------------


def test_importing_the_module_configures_nothing():
    code = (
        "import matplotlib as mpl; before = dict(mpl.rcParams); import stepwise_ssl.plots as p;"
        "assert dict(mpl.rcParams) == before; p.set_style(); assert dict(mpl.rcParams) != before"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def test_style_is_opaque_and_white_so_that_a_dark_page_can_invert_it():
    picture = io.BytesIO()
    full_staircase().savefig(picture)
    image = np.asarray(Image.open(picture).convert("RGBA"))
    assert (image[0, 0] == 255).all()
    assert (image[..., 3] == 255).all()


@pytest.mark.parametrize("d", [1, 2, 10, 64])
def test_mode_colours_get_lighter_with_the_mode_and_never_vanish(d):
    colors = plots.mode_colors(d)
    contrasts = [contrast_on_white(color) for color in colors]
    assert len(colors) == d
    assert contrasts == sorted(contrasts, reverse=True)
    assert contrasts[0] > 12
    assert contrasts[-1] > 2  # viridis' own last colour has 1.3


def test_colours_of_named_curves_can_be_read_as_text():
    assert min(contrast_on_white(color) for color in plots.SERIES) >= 4.5
    assert len(set(plots.SERIES)) == len(plots.MARKERS)


# --- staircase ---------------------------------------------------------------------------------


def test_staircase_draws_measurement_theory_and_steps():
    figure = full_staircase(title="Digits")
    top, bottom = figure.axes
    assert top.get_ylabel() == "loss"
    assert "eigenvalue" in bottom.get_ylabel()
    assert "time" in bottom.get_xlabel() and "learning rate" in bottom.get_xlabel()
    assert top.get_xscale() == bottom.get_xscale() == "log"
    assert len(dashed(top)) == 1 and len(dashed(bottom)) == 5
    np.testing.assert_array_equal(dashed(top)[0].get_ydata(), LOSS[1:])
    solid = [line for line in bottom.lines if len(line.get_xdata()) == len(T) - 1]
    solid = [line for line in solid if not line.is_dashed()]
    np.testing.assert_array_equal(np.transpose([line.get_ydata() for line in solid]), CURVES[1:])
    assert figure.get_suptitle() == "Digits"


def test_staircase_has_a_guide_at_every_integer_of_the_loss():
    top = full_staircase().axes[0]
    levels = [line.get_ydata()[0] for line in top.lines if line.get_color() == plots.GUIDE]
    assert levels == [0, 1, 2, 3, 4, 5]


def test_steps_are_marked_in_both_panels_and_numbered_at_their_place():
    top, bottom = full_staircase().axes
    numbers = {text.get_text(): text.xy[0] for text in top.texts}
    first, last = bottom.get_xlim()
    for mode, time in enumerate(STEPS):
        for panel in (top, bottom):
            assert any(list(line.get_xdata()) == [time, time] for line in panel.lines)
        expected = np.log(time / first) / np.log(last / first)
        assert numbers[str(mode + 1)] == pytest.approx(expected, rel=1e-12)
    assert "mode" in numbers


def test_steps_that_never_come_or_lie_outside_get_no_mark():
    steps = [STEPS[0], np.inf, np.nan, 0.0, 1e9]
    top = full_staircase(step_times=steps).axes[0]
    assert {text.get_text() for text in top.texts} == {"mode", "1"}
    none = full_staircase(step_times=np.full(5, np.inf)).axes[0]
    assert len(none.texts) == 0


def test_numbers_of_close_steps_do_not_overlap():
    steps = 40 * 1.03 ** np.arange(5)
    figure = full_staircase(step_times=steps)
    figure.canvas.draw()
    boxes = [text.get_window_extent() for text in figure.axes[0].texts]
    assert len(boxes) == 6
    for i, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in boxes[:i])


def test_a_curve_that_grows_huge_has_a_logarithmic_axis():
    top, bottom = full_staircase().axes
    assert top.get_yscale() == bottom.get_yscale() == "linear"
    loss, curves = LOSS.copy(), CURVES.copy()
    loss[-1], curves[-1, 0], curves[-1, 4] = 1e13, 1e8, 1e-9
    top, bottom = plots.staircase(T, curves, loss).axes
    assert top.get_yscale() == bottom.get_yscale() == "log"
    ticks = top.get_yticks()
    assert len(ticks) >= 3 and ticks.max() <= 1e13
    last = [line.get_ydata()[-1] for line in bottom.lines if len(line.get_ydata()) > 2]
    assert last[0] == 1e8 and np.isnan(last[4])  # 1e-17 of the largest is rounding
    below = np.where(T > 100, -1e13, LOSS)
    assert plots.staircase(T, CURVES, below).axes[0].get_yscale() == "linear"


def test_without_step_times_the_curves_carry_their_numbers():
    bottom = full_staircase(step_times=None).axes[1]
    placed = {text.get_text(): text.get_position() for text in bottom.texts}
    assert list(placed) == ["1", "2", "3", "4", "5"]
    for mode in range(5):
        # within one sample of the time axis, 5.3 % apart
        assert placed[str(mode + 1)][0] == pytest.approx(STEPS[mode], rel=0.06)


def test_points_at_time_zero_are_left_out():
    top = full_staircase().axes[0]
    curves = [line.get_xdata() for line in top.lines if len(line.get_xdata()) > 2]
    assert min(min(times) for times in curves) == 1.0
    assert top.get_xlim() == pytest.approx((1.0, 500.0))


def test_theory_may_have_its_own_times():
    times = np.geomspace(2, 400, 33)
    eigenvalues, loss = closed_form(times)
    top, bottom = full_staircase(
        theory_t=times, theory_eigenvalues=eigenvalues, theory_loss=loss
    ).axes
    assert all(len(line.get_xdata()) == 33 for line in dashed(top) + dashed(bottom))
    top, bottom = full_staircase(theory_eigenvalues=None).axes
    assert (len(dashed(top)), len(dashed(bottom))) == (1, 0)
    top, bottom = full_staircase(theory_loss=None).axes
    assert (len(dashed(top)), len(dashed(bottom))) == (0, 5)
    assert [text.get_text() for text in top.get_legend().get_texts()] == ["measured", "theory"]
    assert plots.staircase(T, CURVES, LOSS).axes[0].get_legend() is None


def test_a_loss_that_diverged_is_drawn_without_a_million_guides():
    top = plots.staircase(T, CURVES, LOSS * 1e9).axes[0]
    assert len(top.lines) == 1


def test_inputs_stay_as_they_were():
    given = [T.copy(), CURVES.copy(), LOSS.copy(), STEPS.copy()]
    plots.staircase(given[0], given[1], given[2], step_times=given[3])
    for now, before in zip(given, (T, CURVES, LOSS, STEPS), strict=True):
        np.testing.assert_array_equal(now, before)


def test_the_main_figure_is_sharp_and_small():
    """Twice the pixels of its size on the page, in less than 80 kB, and few colours lost."""
    t = np.geomspace(1, 1500, 300)
    gamma = 0.195 * np.arange(1, 11) ** -1.6
    start = gamma * 1e-6
    curves = start / (start + (1 - start) * np.exp(-8 * gamma * t[:, None]))
    loss = ((curves - 1) ** 2).sum(1)
    steps = np.log(1 / start - 1) / (8 * gamma)
    figure = plots.staircase(
        t, curves, loss, theory_eigenvalues=curves, theory_loss=loss, step_times=steps
    )
    data, size = png(figure)
    image = Image.open(io.BytesIO(data))
    assert len(data) < 80_000
    assert 600 < size["width"] < 800 and image.width // 2 == size["width"]

    exact = io.BytesIO()
    figure.savefig(exact, dpi=2 * figure.dpi, bbox_inches="tight")
    difference = np.abs(
        np.asarray(image.convert("RGB"), float) - np.asarray(Image.open(exact).convert("RGB"))
    )
    assert difference.mean() < 1  # of 255


def test_a_notebook_shows_a_figure_once_wherever_it_is_displayed():
    nbclient = pytest.importorskip("nbclient")
    nbformat = pytest.importorskip("nbformat")
    start = (
        "%matplotlib inline\n"
        "import numpy as np\nfrom stepwise_ssl import plots\nplots.set_style()\n"
        "t = np.geomspace(1, 9, 5); curve = (t / 9)[:, None]; loss = 1 - t / 9"
    )
    cells = [
        "plots.staircase(t, curve, loss)",
        "fig = plots.staircase(t, curve, loss)",
        "fig = plots.staircase(t, curve, loss)\ndisplay(fig)\nplots.compare(1, 1.1)",
        "ax = plots.spectrum([1, 0.5])",
    ]
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source) for source in [start, *cells]]
    )
    where = {"metadata": {"path": str(ROOT)}}
    nbclient.NotebookClient(notebook, kernel_name="python3", resources=where).execute()
    pictures = [
        ["image/png" in output.get("data", {}) for output in cell.outputs]
        for cell in notebook.cells[1:]
    ]
    assert pictures == [[True], [True], [True, False], [True]]
    assert notebook.cells[1].outputs[0].metadata["image/png"]["width"] > 600
    assert "<table" in notebook.cells[3].outputs[1].data["text/html"]


# --- spectrum and pictures -----------------------------------------------------------------------


def heights(ax):
    """All markers as {(index, height)}, without the empty ones that only feed the legend."""
    return {tuple(point) for dots in ax.collections for point in dots.get_offsets().tolist()}


def test_spectrum_puts_each_eigenvalue_at_its_index():
    ax = plots.spectrum([0.5, 0.1, 0.02])
    assert heights(ax) == {(1.0, 0.5), (2.0, 0.1), (3.0, 0.02)}
    assert ax.get_yscale() == "log"
    assert ax.get_xlabel() == "index $j$" and "eigenvalue" in ax.get_ylabel()
    assert ax.get_legend() is None


def test_spectrum_draws_into_the_axes_that_it_is_given():
    _, ax = plt.subplots()
    assert plots.spectrum([1.0, 0.5], ax=ax) is ax


def test_spectrum_shows_zero_and_negative_eigenvalues_and_says_so():
    ax = plots.spectrum([1.0, 0.3, 1e-17, 0.0, -0.06])
    assert heights(ax) == {(1.0, 1.0), (2.0, 0.3), (3.0, 0.02), (4.0, 0.02), (5.0, 0.06)}
    texts = [text.get_text() for text in ax.get_legend().get_texts()]
    assert texts == ["zero up to rounding", "negative: $|\\lambda_j|$"]
    empty = plots.spectrum(np.zeros(4))
    assert len(heights(empty)) == 4


def test_a_flat_spectrum_looks_flat():
    low, high = plots.spectrum([1.0, 0.99, 0.98]).get_ylim()
    assert high / low > 10


def test_names_of_spectra_stand_apart_and_match_their_curves():
    ax = plots.spectrum({"A": [1.0, 0.9], "B": [1.1, 0.9], "C": [2.0, 0.91], "D": [1.0, 0.1]})
    ax.figure.canvas.draw()
    texts = {text.get_text(): text for text in ax.texts}
    assert set(texts) == {"A", "B", "C", "D"}
    boxes = [text.get_window_extent() for text in texts.values()]
    for i, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in boxes[:i])
    assert [texts[name].get_color() for name in "ABCD"] == list(plots.SERIES[:4])


@pytest.mark.parametrize("size", [(4, 6), (4, 6, 1), [2, 4, 3]])
def test_image_pairs_shows_view_1_over_view_2_on_one_scale(size):
    x1 = np.random.default_rng(0).normal(size=(5, 24))
    x2 = x1 + 1
    figure = plots.image_pairs(x1, x2, size, n=3)
    assert len(figure.axes) == 6
    shown = np.array([np.ravel(ax.images[0].get_array()) for ax in figure.axes])
    both = np.concatenate([x1[:3], x2[:3]])
    np.testing.assert_allclose(shown, (both - both.min()) / np.ptp(both), rtol=0, atol=1e-12)
    assert [figure.axes[k].get_ylabel() for k in (0, 3)] == ["view 1", "view 2"]


def test_image_pairs_shows_what_there_is_and_survives_a_constant_picture():
    assert len(plots.image_pairs(np.ones((2, 4)), np.ones((2, 4)), (2, 2)).axes) == 4


# --- the table -----------------------------------------------------------------------------------


def test_compare_measures_relative_errors():
    table = plots.compare([10.0, 4.0, -2.0], [10.1, 3.9, -2.2], quantity="step time t")
    assert [row.label for row in table.rows] == ["1", "2", "3"]
    assert [row.error for row in table.rows] == pytest.approx([0.01, -0.025, -0.1])
    assert table.worst == pytest.approx(0.1)
    assert table.mean == pytest.approx(0.045)
    assert table.rows[0].theory == 10.0 and table.rows[0].measured == 10.1


def test_a_single_number_makes_a_table_of_one_row():
    for one in (2.0, np.float64(2), np.array(2.0), [2], np.int64(2)):
        assert len(plots.compare(one, one).rows) == 1


@pytest.mark.parametrize(
    "theory, measured, error",
    [
        (np.inf, np.inf, 0.0),
        (-np.inf, -np.inf, 0.0),
        (np.inf, -np.inf, np.inf),
        (np.inf, 3.0, np.inf),
        (3.0, np.inf, np.inf),
        (3.0, np.nan, np.inf),
        (np.inf, np.nan, np.inf),
        (0.0, 0.0, 0.0),
        (0.0, 1e-9, 1e-9),
        (0.0, -0.5, -0.5),
        (2, 2, 0.0),
    ],
)
def test_rule_for_infinities_zero_and_what_was_not_measured(theory, measured, error):
    assert plots.compare(theory, measured).rows[0].error == error


def test_text_is_aligned_and_names_the_worst_and_the_mean():
    text = str(plots.compare([10.07, 413.7, np.inf], [9.97, 419.9, np.inf], quantity="step time"))
    assert text.splitlines() == [
        "step time: largest error 1.50 %, mean 0.83 %",
        "mode  theory  measured  relative error",
        "1      10.07     9.970         −0.99 %",
        "2      413.7     419.9         +1.50 %",
        "3          ∞         ∞          0.00 %",
    ]


def test_what_reads_as_zero_has_no_sign():
    body = str(plots.compare([1.0, 1.0, 1.0], [0.99999, 1.00001, 1.1])).splitlines()[2:]
    assert [line.split()[3] for line in body] == ["0.00", "0.00", "+10.00"]


def test_small_errors_are_written_in_powers_of_ten_and_absolute_ones_are_marked():
    text = str(plots.compare([1.0, 0.0], [1 + 3e-9, 2e-10], labels=["loss", "rest"]))
    assert text.splitlines() == [
        "Largest error 3.0 × 10⁻⁹, mean 1.6 × 10⁻⁹ (abs.: absolute error, where theory is 0)",
        "case  theory       measured     relative error",
        "loss       1          1.000        +3.0 × 10⁻⁹",
        "rest       0  2.000 × 10⁻¹⁰  +2.0 × 10⁻¹⁰ abs.",
    ]
    assert "–" in str(plots.compare(1.0, np.nan))


def test_an_exact_zero_has_no_power_of_ten_and_an_absolute_error_may_take_two_lines():
    table = plots.compare([0.0, 0.0, 1.0], [0.0, 2e-10, 1.0])
    errors = [line.split("  ")[-1].strip() for line in str(table).splitlines()[2:]]
    assert errors == ["0 abs.", "+2.0 × 10⁻¹⁰ abs.", "0"]
    cells = [text for tag, _, text in _Table(table._repr_html_()).found if tag == "td"][2::3]
    assert cells == ["0 abs.", "+2.0\u00a0×\u00a010⁻¹⁰ abs.", "0"]
    assert table._repr_html_().count("white-space: normal") == 2


class _Table(HTMLParser):
    def __init__(self, source):
        super().__init__()
        self.found, self.open = [], []
        self.feed(source)

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        self.found.append((tag, dict(attrs).get("scope"), ""))

    def handle_data(self, data):
        tag, scope, text = self.found[-1]
        self.found[-1] = (tag, scope, text + data)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_html_is_an_accessible_table():
    table = plots.compare([1.0, 2.0], [1.1, 2.0], labels=["a < b", "c & d"], quantity="λ")
    parsed = _Table(table._repr_html_())
    assert parsed.open == []
    cells = [(tag, scope, text) for tag, scope, text in parsed.found if text]
    assert cells[0] == ("caption", None, "λ: largest error 10.00\u00a0%, mean 5.00\u00a0%")
    assert [cell for cell in cells if cell[1] == "col"] == [
        ("th", "col", name) for name in ("case", "theory", "measured", "relative error")
    ]
    assert [cell[2] for cell in cells if cell[1] == "row"] == ["a <\u00a0b", "c &\u00a0d"]
    assert [cell[2] for cell in cells if cell[0] == "td"] == [
        *("1", "1.100", "+10.00 %"),
        *("2", "2", "0.00 %"),
    ]


def test_a_label_that_needs_two_lines_breaks_between_words():
    labels = ["N = 1024", "eigenvalue 10", "end, d = 12", "up to rotation"]
    table = plots.compare([1.0] * 4, [1.0] * 4, labels)._repr_html_()
    rows = [text for _, scope, text in _Table(table).found if scope == "row"]
    kept = ["N_=_1024", "eigenvalue_10", "end, d_=_12", "up to rotation"]
    assert rows == [label.replace("_", "\u00a0") for label in kept]


def test_bad_input_leaves_no_half_drawn_figure_behind():
    with pytest.raises(ValueError, match="step_times"):
        full_staircase(step_times=STEPS[:3])
    with pytest.raises(ValueError, match="eigenvalues"):
        plots.spectrum([1.0, np.nan])
    with pytest.raises(ValueError, match="size"):
        plots.image_pairs(np.ones((3, 8)), np.ones((3, 8)), (2, 3))
    assert plt.get_fignums() == []
