"""The explorer of two layers in headless Chromium, on a page of its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from stepwise_ssl import deep_linear, linear, widgets

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

SETTINGS = [
    {},
    {"p0": 0.1, "s0": 0.1, "exponent": 3.0, "d": 8},  # both layers the same: c = 0
    {"p0": 10.0, "s0": 0.1, "exponent": 0.5, "d": 8},  # learned from the start
    {"p0": 10.0, "s0": 0.1, "d": 1},
    {"p0": 10.0, "s0": 1e-6},
    {"p0": 0.1, "s0": 1e-6, "exponent": 3.0, "d": 8},
    {"p0": 1.0, "s0": 1e-4, "exponent": 0.0, "d": 3},
]


@pytest.fixture
def show(browser: Browser, tmp_path: Path) -> Iterator[Show]:
    """``show(theme="light", width=800, **arguments)`` opens ``widgets.two_layers(**arguments)``."""
    with pages(browser, tmp_path, "two_layers", widgets.two_layers) as show:
        yield show


# --- The numbers -------------------------------------------------------------------------------

GAMMA = [1, 0.5, 1 / 8, 8**-3]
TRUNKS = [0.1, 0.1 + 1e-9, 0.3, 1, 10]  # the second is next to c = 0 with the largest head
HEADS = [1e-6, 1e-4, 0.03, 0.1]


def test_times_lead_to_the_values_they_are_for(show: Show, report: Callable[[str], None]) -> None:
    """The page computes t(λ), Python λ(t)."""
    page, worst, modes = show(), 0.0, 0
    for gamma, p0, s0 in ((g, p, s) for g in GAMMA for p in TRUNKS for s in HEADS):
        start = gamma * s0**2 * p0**2
        values = [value for value in (start * 1.5, 1e-8, 0.01, 0.5, 0.9, 0.999) if value > start]
        if start >= 0.5 or start * 1.5 > 0.999:
            continue
        got = closed_form(page, "two_layers.alongOneMode", gamma, s0, p0, values)
        trained = deep_linear.embedding_eigenvalues(got["trained"], [gamma], [s0], p0)[:, 0]
        frozen = linear.embedding_eigenvalues(got["frozen"], [gamma * p0**2], [s0])[:, 0]
        for reached in (trained, frozen):
            worst = max(worst, np.abs(reached / values - 1).max())
        modes += 1
    assert modes > 70 and worst < 1e-9
    report(f"two_layers.js against Python, {modes} modes: largest relative error in λ {worst:.1e}")


@pytest.mark.parametrize("arguments", SETTINGS)
def test_step_times_and_features_equal_pythons(show: Show, arguments: dict) -> None:
    explorer = widgets.two_layers(**arguments)
    state = {name: getattr(explorer, name) for name in ("p0", "s0", "exponent", "d")}
    got = closed_form(show(), "two_layers.solve", state)

    def of_all(name: str) -> np.ndarray:
        return np.array([mode[name] for mode in got])

    gamma, (trained, frozen) = explorer.spectrum(), explorer.step_times()
    # A step soon after the start is a small difference of two times.
    np.testing.assert_allclose(of_all("tau"), trained, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(of_all("tauFrozen"), frozen, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(of_all("featuresAtStart"), gamma * explorer.p0**2, rtol=1e-12)
    end = explorer.features(np.ones(explorer.d))
    np.testing.assert_allclose(of_all("featuresAtEnd"), end, rtol=1e-12)


@pytest.mark.parametrize("arguments", SETTINGS)
def test_sentence_says_what_python_says(show: Show, arguments: dict) -> None:
    assert words(show(**arguments)) == widgets.two_layers(**arguments)._words()


def read(page: Page, selector: str, attribute: str) -> np.ndarray:
    return np.array(
        page.eval_on_selector_all(
            selector, f"all => all.map((e) => +e.getAttribute('{attribute}'))"
        )
    )


@pytest.mark.parametrize("arguments", [{}, SETTINGS[1], {"p0": 3.0, "s0": 0.1}])
def test_figure_draws_what_python_computes(show: Show, arguments: dict) -> None:
    page, explorer = show(**arguments), widgets.two_layers(**arguments)
    trained, frozen = explorer.step_times()
    # Groups and so dots come last mode first. Places on the axis are linear in log t.
    filled, hollow = read(page, ".dot:not(.hollow)", "cx"), read(page, ".dot.hollow", "cx")
    assert len(filled) == len(hollow) == explorer.d
    places, times = np.concatenate([filled, hollow]), np.concatenate([trained[::-1], frozen[::-1]])
    axis = np.polyfit(places, np.log(times), 1)
    np.testing.assert_allclose(np.polyval(axis, places), np.log(times), atol=1e-9)

    curves = page.eval_on_selector_all("path.curve", "all => all.map((e) => e.getAttribute('d'))")
    assert len(curves) == 3 * explorer.d
    zero, _, one = read(page, ".guide", "y1")[:3]
    flat = read(page, "line.frozen:not(.key)", "y1")[::-1]
    scale = np.polyfit(np.log(explorer.spectrum()), flat, 1)  # of log φ
    rounded = 0.1  # px: half a digit of what the path says, and as much for a flat stretch
    for row, curve in enumerate(curves):
        j, which = explorer.d - 1 - row // 3, row % 3  # frozen, trained, features
        x, y = np.array(re.findall(r"([\d.]+) ([\d.]+)", curve), dtype=float).T

        def height(shift: float, j: int = j, which: int = which, x: np.ndarray = x) -> np.ndarray:
            both = explorer.eigenvalues(np.exp(np.polyval(axis, x + shift)))
            if which == 2:
                phi = explorer.features(both[0])[:, j]
                return flat[j] + scale[0] * np.log(phi / (explorer.spectrum()[j] * explorer.p0**2))
            return zero + (one - zero) * both[1 - which][:, j]

        # Upwards is to smaller y; a curve ends at 1 where 0.999 was its last value.
        last = 0.001 * abs(zero - one)
        assert (y <= height(-rounded) + rounded).all()
        assert (y >= height(rounded) - rounded - last).all()


# --- Controls ----------------------------------------------------------------------------------


def test_tab_reaches_every_control_and_arrows_move_it(show: Show) -> None:
    page = show()
    reached = []
    for _ in range(4):
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
    assert reached == ["p0", "s0", "exponent", "d"]


@pytest.mark.parametrize("control", ["p0", "s0", "exponent", "d"])
def test_both_ends_of_every_slider_are_pythons_limits(show: Show, control: str) -> None:
    page = show()
    page.focus(f"input[data-control={control}]")
    for key, end in (("Home", 0), ("End", 1)):
        page.keyboard.press(key)
        limit = {"p0": (0.1, 10.0), "s0": (1e-6, 0.1), "exponent": (0.0, 3.0), "d": (1, 8)}
        explorer = widgets.two_layers(**{control: limit[control][end]})
        assert words(page) == explorer._words()


def test_screen_reader_hears_the_sentence(show: Show) -> None:
    page = show()
    page.focus("input[data-control=p0]")
    page.keyboard.press("End")
    said = words(page)
    page.wait_for_function(
        "(said) => document.querySelector('[aria-live=polite]').textContent === said", arg=said
    )


def test_smaller_start_of_the_head_moves_the_steps_to_the_right(show: Show) -> None:
    """The axis stays, so that one sees the steps move."""
    page = show()
    before, axis = read(page, ".dot", "cx"), read(page, "line.axis", "x1")
    page.focus("input[data-control=s0]")
    page.keyboard.press("Home")
    words(page)
    assert (read(page, ".dot", "cx") > before + 10).all()
    np.testing.assert_array_equal(read(page, "line.axis", "x1"), axis)


# --- Looks -------------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [800, 375])
def test_axe_finds_nothing_and_nothing_overflows(show: Show, theme: str, width: int) -> None:
    page = show(theme=theme, width=width)
    assert_fit_for_all(page, width, ".stepwise-two-layers")


@pytest.mark.parametrize("arguments", SETTINGS)
def test_figure_fits_at_every_setting(show: Show, arguments: dict) -> None:
    assert overflowing(show(width=390, **arguments), ".stepwise-two-layers") == []


def test_still_picture_stays_where_no_script_runs(browser: Browser, tmp_path: Path) -> None:
    html = widgets.two_layers()._repr_mimebundle_()[0]["text/html"]
    width, said = still_picture(browser, tmp_path, "two_layers", html)
    assert width > 300
    assert "need JavaScript" in said


def test_explorer_lives_on_the_page_of_chapter_8(browser: Browser, address: str) -> None:
    with on_the_site(browser, address, "08_features_that_learn") as page:
        said = words(page)
        wanted = widgets.two_layers()._words()
        assert said == wanted[0].upper() + wanted[1:]
        page.focus("input[data-control=p0]")
        page.keyboard.press("ArrowRight")
        assert words(page) != said
