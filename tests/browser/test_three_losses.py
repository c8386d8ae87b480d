"""Three losses from one start in headless Chromium: on a page of its own, and on the built site."""

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

SETTINGS = [
    {},
    {"temperature": 0.05, "alpha": 1e-12},
    {"invariance": 625.0},  # μ/4√ε: VICReg begins as Barlow Twins does
    {"invariance": 3000.0, "variance": 3.0},  # no mode of VICReg grows
    {"eps": 1e-6, "alpha": 1e-2},  # VICReg starts beyond its expansion
    {"invariance": 10.0, "eps": 0.01, "temperature": 2.0, "alpha": 1e-3},
]


@pytest.fixture
def show(browser: Browser, tmp_path: Path) -> Iterator[Show]:
    """``show(theme="light", width=800, **arguments)`` opens the three losses."""
    with pages(browser, tmp_path, "three_losses", widgets.three_losses) as show:
        yield show


def test_numbers_equal_pythons(show: Show, report: Callable[[str], None]) -> None:
    page, worst = show(), 0.0
    for arguments in SETTINGS:
        explorer = widgets.three_losses(**arguments)
        names = ("sigma", "gamma", "alpha", "temperature", "invariance", "variance", "eps")
        state = {name: getattr(explorer, name) for name in names}
        got = closed_form(page, "three_losses.solve", state)
        for loss, (name, want) in zip(got, explorer.growth().items(), strict=True):
            assert loss["name"] == name
            scale = np.abs(want.rates).max()
            worst = max(worst, np.abs(np.array(loss["rates"]) - want.rates).max() / scale)
            times = np.array(loss["times"], dtype=float)
            np.testing.assert_array_equal(np.isinf(times), np.isinf(want.times))
            finite = np.isfinite(times)
            # A rate near zero magnifies its rounding in the time.
            np.testing.assert_allclose(times[finite], want.times[finite], rtol=1e-9)
            worst = max(worst, abs(loss["likeSigma"] - want.like_sigma))
            worst = max(worst, abs(loss["likeGamma"] - want.like_gamma))
            worst = max(worst, 1 - abs(np.dot(loss["first"], want.first)))
    assert worst < 1e-9
    report(f"three_losses.js against Python, {len(SETTINGS)} settings: largest error {worst:.1e}")


def test_rotations_find_the_eigenvectors_of_any_matrix(show: Show) -> None:
    page, rng = show(), np.random.default_rng(0)
    for m in (1, 2, 5, 12):
        A = rng.normal(size=(m, m))
        A = A + A.T
        got = closed_form(page, "three_losses.eigen", A.tolist())
        np.testing.assert_allclose(got["values"], np.linalg.eigvalsh(A)[::-1], atol=1e-12)
        V = np.array(got["vectors"])
        np.testing.assert_allclose(V @ V.T, np.eye(m), atol=1e-12)
        np.testing.assert_allclose(V @ A @ V.T, np.diag(got["values"]), atol=1e-11)


@pytest.mark.parametrize("arguments", SETTINGS)
def test_sentence_says_what_python_says(show: Show, arguments: dict) -> None:
    said = words(show(**arguments))
    wanted = widgets.three_losses(**arguments)._words()
    assert said == wanted[0].upper() + wanted[1:]


def test_later_modes_of_vicreg_are_hollow(show: Show) -> None:
    page = show()
    times = [growth.times for growth in widgets.three_losses().growth().values()]
    shown = sum(int(np.sum((t >= 1e-3) & (t <= 1e4))) for t in times)
    assert page.locator(".dot").count() == shown
    assert page.locator(".dot.hollow").count() == 4


def test_marks_stand_at_pythons_times(show: Show) -> None:
    page = show(alpha=1e-9)
    places = page.eval_on_selector_all(".dot", "all => all.map((e) => +e.getAttribute('cx'))")
    growth = widgets.three_losses(alpha=1e-9).growth()
    times = np.concatenate([g.times for g in growth.values()])
    # On a logarithmic axis places are linear in log t.
    line = np.polyfit(np.log(np.sort(times)), np.sort(places), 1)
    np.testing.assert_allclose(np.polyval(line, np.log(np.sort(times))), np.sort(places), atol=1e-6)


def test_more_invariance_turns_vicreg_from_sigma_to_gamma(show: Show) -> None:
    page = show()
    assert "1.00 with Σ" in words(page)
    page.focus("input[data-control=invariance]")
    while float(page.inner_text(".invariance output")) < 600:
        page.keyboard.press("ArrowRight")
        said = words(page)
    assert "1.00 with Γ" in said  # near ν = 625, where the two parts in Σ cancel


def test_tab_reaches_every_control_and_arrows_move_it(show: Show) -> None:
    page = show()
    reached = []
    for _ in range(5):
        page.keyboard.press("Tab")
        name = page.evaluate("document.activeElement.dataset.control")
        reached.append(name)
        # Without it JupyterLab takes the arrow keys for its cells.
        assert page.evaluate("document.activeElement.dataset.lmSuppressShortcuts") == "true"
        before = page.inner_html("svg")
        for _ in range(2):
            page.keyboard.press("ArrowLeft")
        words(page)
        assert page.inner_html("svg") != before
        slider = page.locator(f"input[data-control={name}]")
        assert slider.get_attribute("aria-valuetext") == page.inner_text(f".{name} output")
    assert reached == ["alpha", "temperature", "invariance", "variance", "eps"]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [800, 375, 320])
def test_axe_finds_nothing_and_nothing_overflows(show: Show, theme: str, width: int) -> None:
    page = show(theme=theme, width=width)
    assert_fit_for_all(page, width, ".stepwise-three-losses")


def test_still_picture_stays_where_no_script_runs(browser: Browser, tmp_path: Path) -> None:
    html = widgets.three_losses()._repr_mimebundle_()[0]["text/html"]
    width, said = still_picture(browser, tmp_path, "three_losses", html)
    assert width > 300
    assert "need JavaScript" in said


def test_explorer_lives_on_the_page_of_chapter_6(browser: Browser, address: str) -> None:
    with on_the_site(browser, address, "06_three_losses") as page:
        said = words(page)
        wanted = widgets.three_losses()._words()
        assert said == wanted[0].upper() + wanted[1:]
        page.focus("input[data-control=temperature]")
        page.keyboard.press("ArrowLeft")
        assert words(page) != said
