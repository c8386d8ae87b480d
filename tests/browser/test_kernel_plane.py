"""The kernel plane in headless Chromium: on a page of its own, and on the built site."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from stepwise_ssl import kernels, linear, widgets

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
    """``show(theme="light", width=800, **arguments)`` opens a kernel plane."""
    with pages(browser, tmp_path, "kernel_plane", widgets.kernel_plane) as show:
        yield show


# --- The numbers -------------------------------------------------------------------------------

SETTINGS = [  # kernel, bandwidth, augmentation; at 0 the views of a pair are the same point
    ("rbf", 1.2, 1.5),
    ("rbf", 0.3, 0.7),
    ("rbf", 4.0, 2.5),
    ("rbf", 1.2, 0.0),
    ("laplace", 1.2, 1.5),
    ("laplace", 0.2, 2.5),
    ("linear", 1.0, 0.5),
    ("linear", 1.0, 2.5),
]
GRID = np.stack(np.meshgrid(np.linspace(-3, 3, 13), np.linspace(-1.5, 1.5, 7)), -1).reshape(-1, 2)


def solved(page: Page, plane: widgets.KernelPlane) -> tuple[dict, list]:
    """All modes as the browser computes them, and what it computed them from."""
    given = [np.vstack(plane.views()).tolist(), plane.kernel, plane.bandwidth]
    return closed_form(page, "kernel_plane.solve", *given), given


def test_eigenvalues_equal_pythons(show: Show, report: Callable[[str], None]) -> None:
    page, worst = show(), 0.0
    for kernel, bandwidth, augmentation in SETTINGS:
        plane = widgets.kernel_plane(kernel, bandwidth=bandwidth, augmentation=augmentation)
        modes, _ = solved(page, plane)
        gamma, kappa = plane.spectra()
        worst = max(worst, np.abs([m["shared"] for m in modes["ssl"]] - gamma).max())
        worst = max(worst, np.abs([m["square"] for m in modes["pca"]] - kappa).max())
    assert worst < 1e-10  # eigenvalues are below 3; both sides round in float64
    report(
        f"kernel_plane.js against Python: 2 × 48 eigenvalues, {len(SETTINGS)} settings, largest "
        f"error {worst:.1e}"
    )


def test_embeddings_equal_pythons(show: Show, report: Callable[[str], None]) -> None:
    page, worst, compared = show(), 0.0, 0
    for kernel, bandwidth, augmentation in SETTINGS:
        plane = widgets.kernel_plane(kernel, bandwidth=bandwidth, augmentation=augmentation)
        modes, given = solved(page, plane)
        gamma = plane.spectra()[0]
        d = min(8, np.sum(gamma > 1e-4))
        want = kernels.ContrastiveKernelPCA(d, plane.kernel_function).fit(*plane.views())
        want = want.transform(GRID)
        # Rounding turns two modes towards each other by about 1e-16/(γ_j − γ_{j+1}).
        gaps = np.abs(np.diff(gamma[: d + 1], prepend=np.inf))
        for j in np.flatnonzero(np.minimum(gaps[:-1], gaps[1:]) > 1e-5):
            g = closed_form(page, "kernel_plane.evaluate", *given, modes["ssl"][j], GRID.tolist())
            f = np.array(g) / np.sqrt(gamma[j])
            f *= np.sign(f @ want[:, j])
            worst = max(worst, np.abs(f - want[:, j]).max())
            compared += 1
    assert compared >= 40
    assert worst < 1e-8
    report(
        f"kernel_plane.js against Python: f_j on {len(GRID)} points, {compared} modes, largest "
        f"error {worst:.1e}"
    )


def test_plain_kernel_pca_equals_pythons(show: Show) -> None:
    page = show()
    plane = widgets.kernel_plane("laplace", method="pca")
    modes, given = solved(page, plane)
    for plane.mode in range(1, 9):
        mode = modes["pca"][plane.mode - 1]
        got = np.array(closed_form(page, "kernel_plane.evaluate", *given, mode, GRID.tolist()))
        want = plane.function(GRID)
        np.testing.assert_allclose(got * np.sign(got @ want), want, atol=1e-8)


@pytest.mark.parametrize("method", ["ssl", "pca"])
def test_shared_part_is_mean_square_times_agreement(show: Show, method: str) -> None:
    """The identity that the sentence states, from the functions themselves."""
    page = show()
    plane = widgets.kernel_plane()
    modes, given = solved(page, plane)
    for j in (0, 1, 5, 47) if method == "ssl" else range(4):
        mode = modes[method][j]
        at_views = closed_form(page, "kernel_plane.evaluate", *given, mode, given[0])
        first, second = np.split(np.array(at_views), 2)
        square = np.mean(np.square(at_views))
        agreement = 1 - np.mean((first - second) ** 2) / (2 * square)
        np.testing.assert_allclose(mode["values"], at_views, atol=1e-10)
        np.testing.assert_allclose(
            [mode["square"], mode["shared"]], [square, square * agreement], atol=1e-12
        )


def test_the_lesson_stands_on_the_first_picture(show: Show) -> None:
    """SSL's second mode tells the arcs apart; kernel PCA's goes along them."""
    page = show()
    modes, given = solved(page, widgets.kernel_plane())
    along, across = np.array(given[0]).T
    ssl, pca = (np.array(modes[method][1]["values"]) for method in ("ssl", "pca"))
    with_along, with_across = np.abs(np.corrcoef([along, across, ssl, pca])[:2, 2:])
    assert with_across[0] > 0.95 and with_along[0] < 0.2
    assert with_along[1] > 0.9 and with_across[1] < 0.2
    assert page.locator(".view.above").count() == 24  # one arc


# --- Words and controls ------------------------------------------------------------------------


def test_sentence_says_what_python_says(show: Show) -> None:
    plane = widgets.kernel_plane()
    gamma = plane.spectra()[0][1]
    said = words(show())
    value, square, agreement, step = re.fullmatch(
        r"SSL, mode 2: γ = (\S+) = mean square (\S+) × agreement (\S+)\. "
        r"Step at t = (\S+) from s\(0\) = 10⁻⁶\.",
        said,
    ).groups()
    assert value == f"{gamma:.3g}"
    assert step == f"{linear.step_times([gamma], [1e-6])[0]:.3g}"
    assert abs(float(square) * float(agreement) - gamma) < 0.006 * gamma  # two digits of agreement


@pytest.mark.parametrize(
    "arguments, sentence",
    [
        ({"mode": 48}, "Never learned, as γ < 0."),
        ({"method": "pca", "mode": 4}, "agreement −"),
        ({"kernel": "linear", "augmentation": 2.5}, "mode 2: zero."),
        ({"augmentation": 0, "mode": 30}, "mode 30: zero."),
    ],
)
def test_signs_and_zeros_are_said(show: Show, arguments: dict, sentence: str) -> None:
    assert sentence in words(show(**arguments))


def test_nothing_counts_the_signs(show: Show) -> None:
    """How many γ are positive and negative is what exercise 4.5 asks for."""
    page = show()
    words(page)
    counted = widgets.kernel_plane()._picture()[1] + page.inner_text("main")
    assert not re.search(r"\d+ (above|below|positive|negative)", counted)


def test_tab_reaches_every_control_and_arrows_move_it(show: Show) -> None:
    page = show()
    reached = []
    for _ in range(5):
        page.keyboard.press("Tab")
        control = page.evaluate("document.activeElement.dataset.control")
        reached.append(control)
        # Without it JupyterLab takes the arrow keys for its cells.
        assert page.evaluate("document.activeElement.dataset.lmSuppressShortcuts") == "true"
        before = words(page)
        page.keyboard.press("ArrowRight")
        assert words(page) != before
        output = page.locator(f".{control} output")
        if output.count():
            slider = page.locator(f"input[data-control={control}]")
            assert slider.get_attribute("aria-valuetext") == output.inner_text()
    assert reached == ["method", "kernel", "mode", "augmentation", "bandwidth"]


def test_linear_kernel_has_no_bandwidth(show: Show) -> None:
    page = show()
    page.click("text=linear")
    words(page)
    assert page.is_disabled("input[data-control=bandwidth]")
    page.click("text=Laplace")
    words(page)
    assert page.is_enabled("input[data-control=bandwidth]")


def test_a_bar_can_be_chosen_by_pointing_at_it(show: Show) -> None:
    page = show()
    box = page.locator(".filled").nth(48 + 2).bounding_box()  # the third of kernel PCA
    page.mouse.click(box["x"] + box["width"] / 2, box["y"])
    assert words(page).startswith("Kernel PCA, mode 3:")
    assert page.is_checked("input[value=pca]")


def test_screen_reader_hears_the_sentence(show: Show) -> None:
    page = show()
    page.focus("input[data-control=augmentation]")
    page.keyboard.press("End")
    last = words(page)
    page.wait_for_function(
        "last => document.querySelector('[aria-live=polite]').textContent === last", arg=last
    )


def test_a_mode_keeps_its_sign_while_one_drags(show: Show) -> None:
    """An eigenvector comes with either sign, and the solver's changes; the picture must not."""
    page = show(augmentation=1.0, mode=4)
    above = "[...document.querySelectorAll('.view')].map((e) => e.classList.contains('above'))"
    before = np.array(page.evaluate(above))
    page.focus("input[data-control=augmentation]")
    for _ in range(20):
        page.keyboard.press("ArrowRight")
        words(page)
        now = np.array(page.evaluate(above))
        assert (
            np.sum(now != before) < 12
        )  # the views move, so a few of 48 change; a turn changes all
        before = now


# --- Looks -------------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [800, 375])
def test_axe_finds_nothing_and_nothing_overflows(show: Show, theme: str, width: int) -> None:
    page = show(theme=theme, width=width)
    assert_fit_for_all(page, width, ".stepwise-kernel-plane")


def test_zero_of_the_map_is_the_paper_in_both_themes(show: Show) -> None:
    """Nothing is painted where the function is zero, and both colours where it is not."""
    pixels = """() => { const canvas = document.querySelector("canvas");
      return [...canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data]; }"""
    blank = np.reshape(show(kernel="linear", mode=20).evaluate(pixels), (-1, 4))
    assert blank[:, 3].max() == 0
    painted = np.reshape(show().evaluate(pixels), (-1, 4))
    strong = painted[painted[:, 3] > 150]
    assert {"orange" if red > blue else "blue" for red, _, blue, _ in strong} == {"orange", "blue"}


def test_nothing_moves_by_itself(show: Show) -> None:
    page = show()
    page.evaluate(
        """() => { window.changes = 0; new MutationObserver((all) => { changes += all.length; })
        .observe(document.querySelector("main"), { subtree: true, childList: true }); }"""
    )
    page.wait_for_timeout(700)  # one change: the sentence is spoken half a second after drawing
    assert page.evaluate("window.changes") <= 1
    assert page.evaluate("document.getAnimations().length") == 0


def test_still_picture_stays_where_no_script_runs(browser: Browser, tmp_path: Path) -> None:
    html = widgets.kernel_plane()._repr_mimebundle_()[0]["text/html"]
    width, said = still_picture(browser, tmp_path, "kernel_plane", html)
    assert width > 300
    assert "need JavaScript" in said


# --- On the site -------------------------------------------------------------------------------


def test_explorer_lives_on_the_page_of_chapter_4(browser: Browser, address: str) -> None:
    with on_the_site(browser, address, "04_kernels") as page:
        said = words(page)
        gamma = widgets.kernel_plane().spectra()[0]
        assert said.startswith(f"SSL, mode 2: γ = {gamma[1]:.3g} = mean square ")
        page.focus("input[data-control=augmentation]")
        page.keyboard.press("End")
        assert words(page) != said
