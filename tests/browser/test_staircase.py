"""The staircase explorer in headless Chromium: on a page of its own, and on the built site."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from stepwise_ssl import linear, widgets

from .explorers import (
    Show,
    assert_fit_for_all,
    closed_form,
    on_the_site,
    pages,
    still_picture,
    words,
)


@pytest.fixture
def show(browser: Browser, tmp_path: Path) -> Iterator[Show]:
    """``show(theme="light", width=800, **arguments)`` opens ``widgets.staircase(**arguments)``."""
    with pages(browser, tmp_path, "staircase", widgets.staircase) as show:
        yield show


# --- The numbers -------------------------------------------------------------------------------

TIMES = [0, 1e-3, 0.1, 1, 3, 10, 41, 57, 300, 1e4, 1e6]
GAMMA = [1, 0.195, 0.0049, 1e-6, 0, -1e-6, -0.05, -1]
STARTS = [0, 1e-200, 1e-8, 1e-3, 0.5, 1, 1.5, 30]


def test_numbers_equal_pythons(show: Show, report: Callable[[str], None]) -> None:
    page = show()
    gamma, s0 = (grid.ravel() for grid in np.meshgrid(GAMMA, STARTS))
    page_gamma, page_s0 = gamma.tolist(), s0.tolist()
    # Both sides are float64 and differ by rounding; λ reaches 900 and L 10⁶ here, hence relative
    # errors above 1. The course promises 1e-6; rounding gives far less.
    worst = 0.0
    for t in TIMES:
        want = linear.embedding_eigenvalues([t], gamma, s0)[0]
        got = np.array(closed_form(page, "staircase.eigenvalues", t, page_gamma, page_s0))
        worst = max(worst, (np.abs(got - want) / np.maximum(1, np.abs(want))).max())
        want = linear.loss([t], gamma, s0)[0]
        worst = max(
            worst, abs(closed_form(page, "staircase.loss", t, page_gamma, page_s0) - want) / want
        )
    assert np.isfinite(worst) and worst < 1e-6
    tau = np.array(closed_form(page, "staircase.stepTimes", page_gamma, page_s0))
    want = linear.step_times(gamma, s0)
    np.testing.assert_array_equal(np.isinf(tau), np.isinf(want))
    finite = np.isfinite(want)
    np.testing.assert_allclose(tau[finite], want[finite], rtol=1e-9, atol=1e-12)
    report(
        f"staircase.js against Python, {len(gamma)} modes at {len(TIMES)} times up to 1e6: "
        f"largest error {worst:.1e}"
    )


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"exponent": 0.0, "d": 4},
        {"gamma": [0.4, 0.2, -0.05], "alpha": 1e-3},
        {"gamma": [0.4, 0.2, -0.05], "s0": [1e-3, 3.0, 2.0]},
        {"gamma": [-0.3], "alpha": 2.0},
    ],
)
def test_sentence_says_what_python_says(show: Show, arguments: dict) -> None:
    explorer = widgets.staircase(**arguments)
    page = show(**arguments)
    page.focus("input[data-control=t]")
    for key in ("Home", "PageUp", "End"):
        page.keyboard.press(key)
        said = words(page)
        # t is said with three digits, so what it implies is compared where it is not changing
        # faster than that: at most a quarter of a step for every 0.5 % of time.
        t, learned, d, loss = re.match(
            r"t = ([\d.]+): (?:all )?(\d+)(?: of (\d+))? modes learned, loss (\d+\.\d\d)", said
        ).groups()
        gamma, s0 = explorer.spectrum()
        assert int(d or learned) == explorer.d
        near = float(t) * np.array([0.995, 1.005])
        high, low = linear.loss(near, gamma, s0)
        assert low - 0.01 <= float(loss) <= high + 0.01
        few, many = ((linear.step_times(gamma, s0) <= time).sum() for time in near)
        assert few <= int(learned) <= many


def test_figure_draws_what_python_computes(show: Show) -> None:
    """The cursor's dots stand at λ_j(t) and L(t), read against the figure's own guide lines."""
    arguments = {"gamma": [0.4, 0.2, 0.1, -0.05], "alpha": 1e-3}
    page = show(**arguments)
    explorer = widgets.staircase(**arguments)
    gamma, s0 = explorer.spectrum()

    def heights(selector: str, attribute: str) -> np.ndarray:
        return np.array(
            page.eval_on_selector_all(
                selector, f"all => all.map((e) => +e.getAttribute('{attribute}'))"
            )
        )

    # Lines at loss 0, 1, …, 4, then at λ = 0 and λ = 1; dots of the last mode first.
    lines, dots = heights(".guide", "y1"), heights(".dot", "cy")[::-1]
    want = linear.embedding_eigenvalues([explorer.t], gamma, s0)[0]
    np.testing.assert_allclose((lines[5] - dots) / (lines[5] - lines[6]), want, atol=1e-9)
    loss = 4 * (lines[0] - heights(".now-dot", "cy")) / (lines[0] - lines[4])
    np.testing.assert_allclose(loss, linear.loss([explorer.t], gamma, s0), atol=1e-9)


# --- Controls ----------------------------------------------------------------------------------


def test_tab_reaches_every_control_and_arrows_move_it(show: Show) -> None:
    page = show()
    reached = []
    for _ in range(5):
        page.keyboard.press("Tab")
        name = page.evaluate("document.activeElement.dataset.control ?? 'play'")
        reached.append(name)
        if name == "play":
            continue
        before, sentence = page.inner_text(f".{name} output"), words(page)
        page.keyboard.press("ArrowRight")
        assert words(page) != sentence
        assert page.inner_text(f".{name} output") != before
        slider = page.locator(f"input[data-control={name}]")
        assert slider.get_attribute("aria-valuetext") == page.inner_text(f".{name} output")
        # Without it JupyterLab takes the arrow keys for its cells.
        assert slider.get_attribute("data-lm-suppress-shortcuts") == "true"
    assert reached == ["t", "play", "exponent", "alpha", "d"]


def test_screen_reader_hears_the_sentence_after_a_pause_only(show: Show) -> None:
    page = show()
    page.wait_for_function("document.querySelector('[aria-live=polite]').textContent")
    page.evaluate(
        """() => { window.heard = []; new MutationObserver(() =>
            heard.push(document.querySelector('[aria-live=polite]').textContent)
        ).observe(document.querySelector('[aria-live=polite]'), { childList: true }); }"""
    )
    # In one go: on a slow machine ten presses of a key would have a pause among them.
    page.eval_on_selector(
        "input[data-control=t]",
        """(t) => { for (let k = 0; k < 10; k++) {
            t.stepUp(); t.dispatchEvent(new Event("input")); } }""",
    )
    last = words(page)
    page.wait_for_function("window.heard.length > 0")
    page.wait_for_timeout(700)  # longer than the pause that the widget waits for
    assert page.evaluate("window.heard") == [last]


def test_given_spectrum_has_no_sliders_for_what_is_given(show: Show) -> None:
    def controls(page: Page) -> list[str]:
        return page.evaluate(
            "[...document.querySelectorAll('input')].map((i) => i.dataset.control)"
        )

    assert controls(show(gamma=[0.4, 0.2])) == ["t", "alpha", "d"]
    assert controls(show(gamma=[0.4, 0.2], s0=[1e-3, 1e-3])) == ["t", "d"]
    assert controls(show(gamma=[0.4], alpha=0.01)) == ["t", "alpha"]


def test_alpha_from_python_is_kept_to_the_last_digit(show: Show) -> None:
    page = show(gamma=[0.5], alpha=2.345e-12)  # between two positions of the slider, and below it
    assert page.inner_text(".alpha output") == "2.3 × 10⁻¹²"
    tau = linear.step_times([0.5], [2.345e-12])[0]
    page.focus("input[data-control=t]")
    page.keyboard.press("Home")
    assert words(page).endswith(f"next step at t = {tau:.3g}.")


def test_smaller_start_moves_the_steps_to_the_right(show: Show) -> None:
    """The axis stays, so that one sees the steps move."""
    page = show()
    first_step = "document.querySelector('.step').getBoundingClientRect().x"
    ticks = "[...document.querySelectorAll('line.axis')].map((l) => l.getAttribute('x1')).join()"
    before, axis = page.evaluate(first_step), page.evaluate(ticks)
    page.focus("input[data-control=alpha]")
    page.keyboard.press("Home")
    words(page)
    assert page.evaluate(first_step) > before + 10
    assert page.evaluate(ticks) == axis


def test_figure_can_be_dragged(show: Show) -> None:
    page = show()
    box = page.locator("svg").bounding_box()
    page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 100)
    page.mouse.down()
    early = words(page)
    page.mouse.move(box["x"] + box["width"] + 50, box["y"] + 100)
    page.mouse.up()
    assert "0 of 10 modes learned" in early
    assert "all 10 modes learned, loss 0.00." in words(page)


def test_play_runs_and_pauses(show: Show) -> None:
    page = show()
    page.click(".play")
    # However slow the machine is: until it has moved.
    page.wait_for_function(
        "Number(/t = ([0-9.]+)/.exec(document.querySelector('.words').textContent)[1]) > 35.3"
    )
    page.click(".play")
    assert page.inner_text(".play") == "Play"
    stopped = words(page)
    assert stopped != "" and float(re.match(r"t = ([\d.]+)", stopped)[1]) > 35.3
    page.wait_for_timeout(100)
    assert words(page) == stopped


def test_nothing_moves_by_itself_where_the_reader_wants_stillness(show: Show) -> None:
    page = show()
    assert page.is_visible(".play")
    page.emulate_media(reduced_motion="reduce")
    assert not page.is_visible(".play")


# --- Looks -------------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [800, 390])
def test_axe_finds_nothing_and_nothing_overflows(show: Show, theme: str, width: int) -> None:
    page = show(theme=theme, width=width)
    assert_fit_for_all(page, width, ".stepwise-staircase")


MARKS = {  # how hosts say that they are dark: this site, Colab, VS Code, Jupyter
    "html.dataset.theme": "document.documentElement.dataset.theme = 'dark'",
    "html[theme]": "document.documentElement.setAttribute('theme', 'dark')",
    "body.vscode-dark": "document.body.classList.add('vscode-dark')",
    "body[data-jp-theme-light]": "document.body.dataset.jpThemeLight = 'false'",
}


@pytest.mark.parametrize("mark", MARKS.values(), ids=MARKS.keys())
def test_colours_follow_the_hosts_theme(show: Show, mark: str) -> None:
    page = show()
    paper = "getComputedStyle(document.querySelector('.stepwise-staircase')).backgroundColor"
    mode = "getComputedStyle(document.querySelector('.mode')).stroke"
    light = page.evaluate(paper), page.evaluate(mode)
    page.evaluate("delete document.documentElement.dataset.theme")
    page.evaluate(mark)
    assert light[0] == "rgb(255, 255, 255)" and page.evaluate(paper) != light[0]
    assert page.evaluate(mode) != light[1]


def test_colours_follow_the_system_only_where_the_page_says_nothing(show: Show) -> None:
    page = show(theme="light")
    paper = "getComputedStyle(document.querySelector('.stepwise-staircase')).backgroundColor"
    page.emulate_media(color_scheme="dark")
    assert page.evaluate(paper) == "rgb(255, 255, 255)"
    page.evaluate("delete document.documentElement.dataset.theme")
    assert page.evaluate(paper) != "rgb(255, 255, 255)"
    page.emulate_media(color_scheme="dark", media="print")
    assert page.evaluate(paper) == "rgb(255, 255, 255)"


def test_drawing_waits_for_room(show: Show) -> None:
    page = show()
    page.evaluate("document.querySelector('main').style.display = 'none'")
    page.evaluate(
        """() => { const slider = document.querySelector('input[data-control=d]');
        slider.value = 3; slider.dispatchEvent(new Event('input')); }"""
    )
    page.evaluate("document.querySelector('main').style.display = ''")
    assert "of 3 modes" in words(page) or "all 3 modes" in words(page)
    page.set_viewport_size({"width": 400, "height": 800})
    words(page)
    box = page.locator("svg").bounding_box()
    assert page.get_attribute("svg", "viewBox").split()[2] == str(round(box["width"]))


def test_still_picture_stays_where_no_script_runs(browser: Browser, tmp_path: Path) -> None:
    html = widgets.staircase()._repr_mimebundle_()[0]["text/html"]
    width, said = still_picture(browser, tmp_path, "staircase", html)
    assert width > 300
    assert "need JavaScript" in said


# --- On the site -------------------------------------------------------------------------------


def test_explorer_lives_on_the_page_of_chapter_2(browser: Browser, address: str) -> None:
    with on_the_site(browser, address, "02_linear_model") as page:
        said = words(page)
        explorer = widgets.staircase()
        gamma, s0 = explorer.spectrum()
        assert said.startswith(f"t = {explorer.t:.3g}: 4 of 10 modes learned, loss ")
        got = closed_form(page, "staircase.eigenvalues", explorer.t, gamma.tolist(), s0.tolist())
        want = linear.embedding_eigenvalues([explorer.t], gamma, s0)[0]
        np.testing.assert_allclose(got, want, atol=1e-6)  # what the course promises
        page.focus("input[data-control=alpha]")
        page.keyboard.press("ArrowLeft")
        assert words(page) != said
