"""The explorer of chapter 10 in headless Chromium, on a page of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
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
    overflowing,
    pages,
    still_picture,
    words,
)

LIMITS = {"damping": (1e-3, 1e3), "alpha": (1e-10, 1e-2), "momentum": (0.0, 0.9)}
CORNERS = [dict(zip(LIMITS, ends, strict=True)) for ends in product(*LIMITS.values())]
SETTINGS = [{}, {"momentum": 0.5}, {"damping": 0.1, "alpha": 1e-6, "momentum": 0.9}, *CORNERS]
STEPS = [3.0, 10.0, 30.0, 54.4, 100.0, 300.0, 900.0]


@pytest.fixture
def show(browser: Browser, tmp_path: Path) -> Iterator[Show]:
    """``show(theme="light", width=800, **arguments)`` opens ``widgets.climbing(**arguments)``."""
    with pages(browser, tmp_path, "climbing", widgets.climbing) as show:
        yield show


# --- The numbers -------------------------------------------------------------------------------


def test_numbers_equal_pythons(show: Show, report: Callable[[str], None]) -> None:
    page, worst = show(), 0.0
    for arguments in SETTINGS:
        explorer = widgets.climbing(**arguments)
        state = {name: getattr(explorer, name) for name in ("gamma", "start", *LIMITS)}
        got = closed_form(page, "climbing.numbers", state, STEPS)
        pairs = [(got["excess"], explorer.weight_excess())]
        for name, counts, curves in zip(
            ("damped", "without"), explorer.step_counts(), explorer.eigenvalues(STEPS), strict=True
        ):
            pairs += [(got[name]["steps"], counts), (got[name]["eigenvalues"], curves)]
        for browsers, pythons in pairs:
            worst = max(worst, np.abs(np.array(browsers) / pythons - 1).max())
        np.testing.assert_allclose(got["shares"], explorer.shares(), rtol=0, atol=1e-9)
    assert worst < 1e-8
    report(
        f"climbing.js against Python, {len(SETTINGS)} settings: largest relative error {worst:.1e}"
    )


@pytest.mark.parametrize("arguments", SETTINGS)
def test_sentence_says_what_python_says(show: Show, arguments: dict) -> None:
    assert words(show(**arguments)) == widgets.climbing(**arguments)._words()


def read(page: Page, selector: str, attribute: str) -> np.ndarray:
    return np.array(
        page.eval_on_selector_all(
            selector, f"all => all.map((e) => +e.getAttribute('{attribute}'))"
        )
    )


@pytest.mark.parametrize("arguments", SETTINGS)
def test_figure_draws_what_python_computes(show: Show, arguments: dict) -> None:
    page, explorer = show(**arguments), widgets.climbing(**arguments)
    damped, without = explorer.step_counts()
    # Last mode first. Places on the axis are linear in log n.
    hollow, filled = read(page, ".dot.hollow", "cx"), read(page, ".dot:not(.hollow)", "cx")
    places, counts = np.concatenate([hollow, filled]), np.concatenate([without[::-1], damped[::-1]])
    assert len(places) == 20
    axis = np.polyfit(places, np.log(counts), 1)
    np.testing.assert_allclose(np.polyval(axis, places), np.log(counts), atol=1e-7)
    left, right = read(page, ".guide", "x1")[0], read(page, ".guide", "x2")[0]
    assert (places > left).all() and (places < right).all()  # no step is off the axis

    zero, tenth = read(page, ".guide", "y1")[[3, 5]]
    tops, heights = read(page, ".bar", "y"), read(page, ".bar", "height")
    assert len(tops) == 25
    np.testing.assert_allclose(tops + heights, zero, atol=1e-9)
    np.testing.assert_allclose(heights / (zero - tenth), 10 * explorer.shares()[:25], atol=1e-8)


@pytest.mark.parametrize("arguments", [{}, {"alpha": 1e-10, "damping": 1e-3, "momentum": 0.9}])
def test_curves_pass_through_pythons_values(show: Show, arguments: dict) -> None:
    page, explorer = show(**arguments), widgets.climbing(**arguments)
    left, right = read(page, ".guide", "x1")[0], read(page, ".guide", "x2")[0]
    zero, _, one = read(page, ".guide", "y1")[:3]
    curves = page.eval_on_selector_all("path.curve", "all => all.map((e) => e.getAttribute('d'))")
    assert len(curves) == 20
    for row, curve in enumerate(curves):
        j, which = 9 - row % 10, 1 - row // 10  # without a preconditioner first
        x, y = np.array([p.split() for p in curve[1:].split("L")], dtype=float).T

        def height(shift: float, j: int = j, which: int = which, x: np.ndarray = x) -> np.ndarray:
            steps = 3 * 300 ** ((x + shift - left) / (right - left))
            return zero + (one - zero) * explorer.eigenvalues(steps)[which][:, j]

        rounded = 0.1  # px: half a digit of what the path says, and as much for a flat stretch
        assert (y <= height(-rounded) + rounded).all()
        assert (y >= height(rounded) - rounded).all()


# --- Controls ----------------------------------------------------------------------------------


def test_tab_reaches_every_control_and_arrows_move_it(show: Show) -> None:
    page = show()
    reached = []
    for _ in range(3):
        page.keyboard.press("Tab")
        name = page.evaluate("document.activeElement.dataset.control")
        reached.append(name)
        # Without it JupyterLab takes the arrow keys for its cells.
        assert page.evaluate("document.activeElement.dataset.lmSuppressShortcuts") == "true"
        before, shown = page.inner_html("svg"), page.inner_text(f".{name} output")
        page.keyboard.press("ArrowRight")
        words(page)
        assert page.inner_html("svg") != before
        assert page.inner_text(f".{name} output") != shown
        slider = page.locator(f"input[data-control={name}]")
        assert slider.get_attribute("aria-valuetext") == page.inner_text(f".{name} output")
    assert reached == ["damping", "alpha", "momentum"]


@pytest.mark.parametrize("control", LIMITS)
def test_both_ends_of_every_slider_are_pythons_limits(show: Show, control: str) -> None:
    page = show()
    page.focus(f"input[data-control={control}]")
    for key, end in (("Home", 0), ("End", 1)):
        page.keyboard.press(key)
        assert words(page) == widgets.climbing(**{control: LIMITS[control][end]})._words()


def test_screen_reader_hears_the_sentence(show: Show) -> None:
    page = show()
    page.focus("input[data-control=damping]")
    page.keyboard.press("End")
    said = words(page)
    page.wait_for_function(
        "(said) => document.querySelector('[aria-live=polite]').textContent === said", arg=said
    )


def test_less_damping_moves_the_filled_dots_alone(show: Show) -> None:
    page = show()
    hollow, filled = read(page, ".dot.hollow", "cx"), read(page, ".dot:not(.hollow)", "cx")
    page.focus("input[data-control=damping]")
    page.keyboard.press("Home")
    words(page)
    np.testing.assert_array_equal(read(page, ".dot.hollow", "cx"), hollow)
    assert read(page, ".dot:not(.hollow)", "cx")[0] < filled[0] - 10  # the tenth mode's


# --- Looks -------------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [800, 390])
def test_axe_finds_nothing_and_nothing_overflows(show: Show, theme: str, width: int) -> None:
    page = show(theme=theme, width=width)
    assert_fit_for_all(page, width, ".stepwise-climbing")


@pytest.mark.parametrize("arguments", SETTINGS)
def test_figure_fits_at_every_setting(show: Show, arguments: dict) -> None:
    assert overflowing(show(width=375, **arguments), ".stepwise-climbing") == []


def test_still_picture_stays_where_no_script_runs(browser: Browser, tmp_path: Path) -> None:
    html = widgets.climbing()._repr_mimebundle_()[0]["text/html"]
    width, said = still_picture(browser, tmp_path, "climbing", html)
    assert width > 300
    assert "need JavaScript" in said


def test_explorer_lives_on_the_page_of_chapter_10(browser: Browser, address: str) -> None:
    with on_the_site(browser, address, "10_climbing_faster") as page:
        said = words(page)
        assert said == widgets.climbing()._words()
        page.focus("input[data-control=damping]")
        page.keyboard.press("ArrowRight")
        assert words(page) != said
