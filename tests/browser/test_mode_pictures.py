"""Modes as pictures in headless Chromium: on a page of its own, and on the built site."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from stepwise_ssl import widgets

from .explorers import (
    Show,
    assert_fit_for_all,
    closed_form,
    on_the_site,
    pages,
    still_picture,
    words,
)

CARD = ".stepwise-mode-pictures"
CONTROLS = ("mode", "kernel_mode", "iteration")


@pytest.fixture
def show(browser: Browser, tmp_path: Path) -> Iterator[Show]:
    """``show(theme="light", width=800, **arguments)`` opens ``widgets.mode_pictures``."""
    with pages(browser, tmp_path, "mode_pictures", widgets.mode_pictures) as show:
        yield show


def shown_digits(page: Page) -> list[list[int]]:
    """What a screen reader hears of the four rows."""
    labels = page.eval_on_selector_all(".row", "all => all.map((e) => e.ariaLabel)")
    return [[int(digit) for digit in label.split(": ")[1].split(", ")] for label in labels]


def press(page: Page, control: str, key: str) -> str:
    page.focus(f"input[data-control={control}]")
    page.keyboard.press(key)
    return words(page)


# --- Numbers -----------------------------------------------------------------------------------


def test_numbers_and_pictures_equal_pythons(show: Show) -> None:
    page, explorer = show(), widgets.mode_pictures()
    for iteration in explorer.film["steps"]:
        for mode, kernel_mode in ((1, 1), (1, 2), (2, 1), (5, 9), (10, 10)):
            explorer.set_state({"mode": mode, "kernel_mode": kernel_mode, "iteration": iteration})
            asked = explorer.film, mode, kernel_mode, iteration
            got = closed_form(page, "mode_pictures.compare", *asked)
            want = explorer.squared_correlations()
            np.testing.assert_allclose(got["squared"], want, atol=1e-12)
            assert got["nearest"] == 1 + want.argmax()
            np.testing.assert_array_equal(got["ends"], explorer.ends())


@pytest.mark.parametrize(
    "arguments",
    [{}, {"kernel_mode": 2}, {"mode": 10, "iteration": 0}, {"mode": 7}, {"iteration": 1000}],
)
def test_sentence_says_what_python_says(show: Show, arguments: dict) -> None:
    page = show(**arguments)
    assert words(page) == widgets.mode_pictures(**arguments)._words()
    page.wait_for_function("document.querySelector('.spoken').textContent")
    assert page.text_content(".spoken") == words(page)


def test_pictures_are_the_digits_that_are_said(show: Show) -> None:
    page, explorer = show(mode=3, kernel_mode=5), widgets.mode_pictures(3, kernel_mode=5)
    labels = np.array(explorer.film["labels"])
    assert shown_digits(page) == [labels[shown].tolist() for shown in explorer.ends()]
    # The ink of a picture is its opacity.
    ink = page.eval_on_selector_all(
        ".row canvas",
        """all => all.map((c) => Array.from(
            c.getContext("2d").getImageData(0, 0, 8, 8).data.filter((_, i) => i % 4 === 3)))""",
    )
    pictures = explorer._film().pictures[np.concatenate(explorer.ends())]
    np.testing.assert_array_equal(ink, pictures.reshape(32, 64))


def test_frames_stand_round_what_both_have_at_one_end(show: Show) -> None:
    for mode, kernel_mode in ((1, 1), (2, 1), (6, 4)):
        page = show(mode=mode, kernel_mode=kernel_mode)
        ends = widgets.mode_pictures(mode, kernel_mode=kernel_mode).ends()
        framed = page.eval_on_selector_all(
            ".row canvas", "all => all.map((c) => c.classList.contains('shared'))"
        )
        wanted = [np.isin(ends[k], ends[(k + 2) % 4]) for k in range(4)]
        np.testing.assert_array_equal(framed, np.concatenate(wanted))
        assert sum(framed) > 0


def test_marks_stand_where_the_run_has_them(show: Show) -> None:
    page, explorer = show(mode=4), widgets.mode_pictures(4)

    def places(selector: str, of: str) -> np.ndarray:
        found = page.eval_on_selector_all(
            selector, f"all => all.map((e) => e.getAttribute('{of}'))"
        )
        return np.array([float(re.search(r"[\d.]+", value)[0]) for value in found])

    film = explorer._film()
    dots, heights = places(".curves .dot", "cx"), places(".curves .dot", "cy")
    at = np.log1p(film.steps / explorer.film["scale"])
    axis = np.polyfit(at, dots, 1)
    np.testing.assert_allclose(np.polyval(axis, at), dots, atol=1e-6)
    step = np.log1p(film.crossings[3] / explorer.film["scale"])
    np.testing.assert_allclose(places(".curves .step", "d"), np.polyval(axis, step), atol=1e-6)
    now = film.steps.tolist().index(explorer.iteration)
    np.testing.assert_allclose(places(".curves path.now", "d"), dots[now], atol=1e-6)
    level = np.polyfit(film.eigenvalues[:, 3], heights, 1)
    np.testing.assert_allclose(np.polyval(level, film.eigenvalues[:, 3]), heights, atol=1e-6)
    bars = places(".bars .bar", "height")
    squared = explorer.squared_correlations()
    np.testing.assert_allclose(bars / bars.max(), squared / squared.max(), atol=1e-6)


# --- Controls ----------------------------------------------------------------------------------


def test_tab_reaches_every_control_and_arrows_move_it(show: Show) -> None:
    page = show(mode=2, iteration=212)
    reached = []
    for _ in CONTROLS:
        page.keyboard.press("Tab")
        name = page.evaluate("document.activeElement.dataset.control")
        reached.append(name)
        # Without it JupyterLab takes the arrow keys for its cells.
        assert page.evaluate("document.activeElement.dataset.lmSuppressShortcuts") == "true"
        before, shown = page.inner_html(".frame"), page.inner_text(f".{name} output")
        page.keyboard.press("ArrowRight")
        words(page)
        assert page.inner_html(".frame") != before
        assert page.inner_text(f".{name} output") != shown
        slider = page.locator(f"input[data-control={name}]")
        assert slider.get_attribute("aria-valuetext") == page.inner_text(f".{name} output")
    page.keyboard.press("Tab")
    reached.append(page.evaluate("document.activeElement.className"))
    assert reached == [*CONTROLS, "jump"]


def test_another_mode_comes_with_the_prediction_of_its_number(show: Show) -> None:
    page = show(mode=1, kernel_mode=2, iteration=500)
    press(page, "mode", "End")
    assert page.inner_text(".kernel_mode output") == "10"
    assert words(page) == widgets.mode_pictures(10, iteration=500)._words()
    press(page, "kernel_mode", "Home")
    assert page.inner_text(".mode output") == "10"
    assert words(page) == widgets.mode_pictures(10, kernel_mode=1, iteration=500)._words()


def test_time_slider_goes_through_all_recorded_moments(show: Show) -> None:
    page = show(mode=5, iteration=0)
    seen = [page.inner_text(".iteration output")]
    for _ in range(25):
        press(page, "iteration", "ArrowRight")
        seen.append(page.inner_text(".iteration output"))
    steps = widgets.mode_pictures().film["steps"]
    assert seen == [str(step) for step in [*steps, *steps[-1:] * 6]]


def test_pictures_of_a_mode_are_pale_until_its_step(show: Show) -> None:
    page = show(mode=5, iteration=0)
    crossing = widgets.mode_pictures().film["crossings"][4]
    for iteration in widgets.mode_pictures().film["steps"]:
        assert page.inner_text(".iteration output") == str(iteration)
        assert page.locator(".row.waiting").count() == (2 if iteration < crossing else 0)
        press(page, "iteration", "ArrowRight")


def test_button_leads_to_the_moment_when_the_mode_has_just_been_learned(show: Show) -> None:
    page = show(mode=6, iteration=0)
    assert page.get_attribute(".jump", "aria-disabled") == "false"
    page.click(".jump")
    assert words(page) == widgets.mode_pictures(6)._words()
    assert page.get_attribute(".jump", "aria-disabled") == "true"


def test_curves_can_be_dragged_and_bars_pressed(show: Show) -> None:
    page = show(mode=1)
    curves = page.locator(".curves").bounding_box()
    page.mouse.move(curves["x"] + 0.5 * curves["width"], curves["y"] + 80)
    page.mouse.down()
    page.mouse.move(curves["x"] + curves["width"] + 50, curves["y"] + 80)
    page.mouse.up()
    assert words(page) == widgets.mode_pictures(1, iteration=1000)._words()
    for k in (1, 7, 10):
        page.locator(".bars .bar").nth(k - 1).click(force=True)
        said = words(page)
        assert said == widgets.mode_pictures(1, kernel_mode=k, iteration=1000)._words()


# --- Looks -------------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [800, 360])
def test_axe_finds_nothing_and_nothing_overflows(show: Show, theme: str, width: int) -> None:
    for arguments in ({}, {"mode": 10, "iteration": 0}):
        page = show(theme=theme, width=width, **arguments)
        assert_fit_for_all(page, width, CARD)


def test_on_a_phone_pictures_and_time_slider_are_seen_together(show: Show) -> None:
    page = show(width=360)
    first = page.locator(".row").first.bounding_box()
    slider = page.locator("input[data-control=iteration]").bounding_box()
    assert slider["y"] + slider["height"] - first["y"] < 500


def test_nothing_moves_while_one_drags(show: Show) -> None:
    """The longest sentence has its room from the start."""
    page = show(width=390, mode=1, kernel_mode=2)
    place = page.locator(".curves").bounding_box()
    for mode in range(10):
        press(page, "mode", "ArrowRight")
        press(page, "iteration", "Home" if mode % 2 else "End")
        assert page.locator(".curves").bounding_box() == place


def test_ink_is_light_where_the_page_is_dark(show: Show) -> None:
    for theme, inverted in (("light", "invert(0)"), ("dark", "invert(1)")):
        page = show(theme=theme)
        assert page.evaluate("getComputedStyle(document.querySelector('.row canvas')).filter") == (
            inverted
        )


def test_still_picture_stays_where_no_script_runs(browser: Browser, tmp_path: Path) -> None:
    html = widgets.mode_pictures()._repr_mimebundle_()[0]["text/html"]
    width, said = still_picture(browser, tmp_path, "mode_pictures", html)
    assert width > 300
    assert "need JavaScript" in said


def test_explorer_lives_on_the_page_of_chapter_9(browser: Browser, address: str) -> None:
    with on_the_site(browser, address, "09_what_was_learned") as page:
        said = words(page)
        assert said == widgets.mode_pictures()._words()
        assert press(page, "iteration", "ArrowRight") != said
