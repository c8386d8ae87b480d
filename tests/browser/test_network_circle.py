"""The network circle in headless Chromium: on a page of its own, and on the built site."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser

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

SETTINGS = [  # depth, bias, turn in degrees
    (1, 0.0, 3.0),
    (1, 0.5, 4.0),
    (2, 0.0, 0.0),
    (5, 0.1, 22.5),
    (10, 0.0, 13.0),
    (10, 1.0, 45.0),
]


@pytest.fixture
def show(browser: Browser, tmp_path: Path) -> Iterator[Show]:
    """``show(theme="light", width=800, **arguments)`` opens a network circle."""
    with pages(browser, tmp_path, "network_circle", widgets.network_circle) as show:
        yield show


def test_numbers_equal_pythons(show: Show, report: Callable[[str], None]) -> None:
    page, worst = show(), 0.0
    for depth, bias, turn in SETTINGS:
        circle = widgets.network_circle(depth, bias=bias, turn=turn)
        got = closed_form(page, "network_circle.solve", depth, bias, turn)
        for name, want in zip(("nngp", "ntk"), circle.kernel(), strict=True):
            want = want[:1025]
            worst = max(worst, np.abs(got[name] - want).max() / want.max())
        gamma = circle.gamma()
        worst = max(worst, np.abs(got["gamma"] - gamma).max() / gamma.max())
        tau = circle.step_times()
        np.testing.assert_array_equal(np.isinf(got["tau"]), np.isinf(tau))
        learned = np.isfinite(tau)
        # 1/γ magnifies the rounding of a small γ.
        np.testing.assert_allclose(np.array(got["tau"])[learned], tau[learned], rtol=1e-9)
    assert worst < 1e-9
    report(
        f"network_circle.js against Python: two kernels at 1025 angles and 13 eigenvalues, "
        f"{len(SETTINGS)} settings, largest error {worst:.1e}"
    )


@pytest.mark.parametrize("depth, bias, turn", SETTINGS)
def test_sentence_says_what_python_says(show: Show, depth: int, bias: float, turn: float) -> None:
    said = words(show(depth=depth, bias=bias, turn=turn))
    wanted = widgets.network_circle(depth, bias=bias, turn=turn)._words()
    assert said.lower().replace("−", "-") == f"{wanted}."


def test_a_shallow_network_without_biases_never_learns_odd_waves(show: Show) -> None:
    page = show()
    assert words(page).endswith("never: 3, 5, 7, 9, 11.")
    page.focus("input[data-control=bias]")
    page.keyboard.press("ArrowRight")
    assert "never" not in words(page)
    page.keyboard.press("ArrowLeft")
    page.focus("input[data-control=depth]")
    page.keyboard.press("ArrowRight")
    assert "never" not in words(page)


def test_a_wave_whose_views_disagree_is_hollow(show: Show) -> None:
    page = show(depth=3, turn=30.0)  # k = 2: cos 120° < 0
    gamma = widgets.network_circle(3, turn=30.0).gamma()
    shown = np.abs(gamma) > 1e-5
    hollow = page.eval_on_selector_all(
        ".dot", "all => all.map((e) => e.classList.contains('negative'))"
    )
    np.testing.assert_array_equal(hollow, gamma[shown] < 0)


def test_a_cross_is_small_and_not_always_zero(show: Show) -> None:
    """A little bias brings all odd waves, five of them below the scale, as the sentence says."""
    page = show(bias=0.001)
    gamma = widgets.network_circle(bias=0.001).gamma()
    crosses = page.locator("svg text", has_text="×").all_text_contents()
    assert crosses.count("×") == np.sum((gamma > 0) & (gamma < 1e-5)) == 5
    assert any("×: |γ| < 10⁻⁵" in text for text in crosses)
    assert "never" not in words(page)


def test_figure_draws_what_python_computes(show: Show) -> None:
    """Dots and marks stand where the figure's own scales put the numbers."""
    page = show(depth=4, bias=0.2, turn=6.0)
    circle = widgets.network_circle(4, bias=0.2, turn=6.0)
    place = "all => all.map((e) => +e.getAttribute('{}'))"
    dots = np.array(page.eval_on_selector_all(".dot", place.format("cy")))
    gamma = circle.gamma()
    gamma = np.abs(gamma[np.abs(gamma) > 1e-5])
    # On a logarithmic scale heights are linear in log γ.
    fit = np.polyfit(np.log(gamma), dots, 1)
    np.testing.assert_allclose(np.polyval(fit, np.log(gamma)), dots, atol=1e-6)
    marks = np.sort(page.eval_on_selector_all(".step", place.format("x1")))
    tau = np.sort(circle.step_times())[: len(marks)]
    fit = np.polyfit(np.log(tau), marks, 1)
    np.testing.assert_allclose(np.polyval(fit, np.log(tau)), marks, atol=1e-6)


def test_tab_reaches_every_control_and_arrows_move_it(show: Show) -> None:
    page = show(depth=2, bias=0.3)
    reached = []
    for _ in range(3):
        page.keyboard.press("Tab")
        name = page.evaluate("document.activeElement.dataset.control")
        reached.append(name)
        # Without it JupyterLab takes the arrow keys for its cells.
        assert page.evaluate("document.activeElement.dataset.lmSuppressShortcuts") == "true"
        before = words(page)
        page.keyboard.press("ArrowRight")
        assert words(page) != before
        slider = page.locator(f"input[data-control={name}]")
        assert slider.get_attribute("aria-valuetext") == page.inner_text(f".{name} output")
    assert reached == ["depth", "bias", "turn"]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [800, 375])
def test_axe_finds_nothing_and_nothing_overflows(show: Show, theme: str, width: int) -> None:
    page = show(theme=theme, width=width)
    assert_fit_for_all(page, width, ".stepwise-network-circle")


def test_still_picture_stays_where_no_script_runs(browser: Browser, tmp_path: Path) -> None:
    html = widgets.network_circle()._repr_mimebundle_()[0]["text/html"]
    width, said = still_picture(browser, tmp_path, "network_circle", html)
    assert width > 300
    assert "need JavaScript" in said


def test_explorer_lives_on_the_page_of_chapter_5(browser: Browser, address: str) -> None:
    with on_the_site(browser, address, "05_infinite_width") as page:
        said = words(page)
        assert said.lower() == f"{widgets.network_circle()._words()}."
        page.focus("input[data-control=depth]")
        page.keyboard.press("ArrowRight")
        assert words(page) != said
