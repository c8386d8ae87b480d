"""The embedding space in headless Chromium: on a page of its own, and on the built site."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from stepwise_ssl import runs, spectra, widgets
from stepwise_ssl.widgets import _recorded

from .explorers import (
    Show,
    assert_fit_for_all,
    closed_form,
    on_the_site,
    pages,
    still_picture,
    words,
)

CARD = ".stepwise-embedding-space"
LOSSES = ("barlow_twins", "simclr", "vicreg")


@pytest.fixture
def show(browser: Browser, tmp_path: Path) -> Iterator[Show]:
    """``show(theme="light", width=800, **arguments)`` opens the embedding space, digits alone."""

    def digits(**arguments: object) -> widgets.EmbeddingSpace:
        return widgets.embedding_space(**{"sets": ["digits"], **arguments})

    with pages(browser, tmp_path, "embedding_space", digits) as show:
        yield show


def picture(page: Page) -> str:
    return page.evaluate("document.querySelector('canvas.cloud').toDataURL()")


def keep_still(page: Page) -> None:
    page.uncheck("input[data-control=sway]")
    words(page)


def shown_spread(page: Page) -> list[float]:
    label = page.get_attribute("canvas.cloud", "aria-label")
    return [float(x) for x in re.findall(r"\d\.\d{3}", label)]


# --- Numbers -----------------------------------------------------------------------------------


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("start", ["small", "standard"])
def test_numbers_equal_pythons(show: Show, loss: str, start: str) -> None:
    page = show(loss=loss, start=start)
    explorer = widgets.embedding_space(loss=loss, start=start, sets=["digits"])
    state = explorer.sets["digits"]["runs"][loss][start]
    for iteration in (0, 0.7, 3, 86.1, 98, 212.5, 700, state["steps"][-1]):
        got = closed_form(page, "embedding_space.moment", state, iteration)
        want = explorer.at(iteration)
        # The script has points in 32 bits.
        np.testing.assert_allclose(got["points"], want.points.ravel(), atol=1e-5)
        np.testing.assert_allclose(got["eigenvalues"], want.eigenvalues, rtol=1e-9)
        assert abs(got["loss"] - want.loss) < 1e-9
        np.testing.assert_allclose(got["spread"], want.points.std((1, 2)), atol=1e-5)


def test_cloud_reaches_as_far_as_in_the_run(show: Show) -> None:
    """At a frame: the standard deviations of the run's own points along the three directions."""
    run = runs.load_run("digits_barlow_twins_s0")
    state = widgets.embedding_space().sets["digits"]["runs"]["barlow_twins"]["small"]
    points = run.other["points"][:, :, : _recorded.PAIRS].astype(float)
    for frame in state["frames"][::7]:
        page = show(iteration=run.steps[frame])
        wanted = points[frame].reshape(-1, 3).std(0)
        # Shown with three decimals; 8 bits of the largest point are 1 % of a standard deviation.
        np.testing.assert_allclose(shown_spread(page), wanted, atol=5.1e-4, rtol=0.01)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("start", ["small", "standard"])
def test_sentence_says_what_python_says(show: Show, loss: str, start: str) -> None:
    page = show(loss=loss, start=start, iteration=120)
    explorer = widgets.embedding_space(loss=loss, start=start, iteration=120, sets=["digits"])
    assert words(page) == explorer.at().words()
    page.wait_for_function("document.querySelector('.spoken').textContent")
    assert page.text_content(".spoken") == words(page)


@pytest.mark.parametrize("loss", LOSSES)
def test_marks_stand_at_the_steps_of_the_run(show: Show, loss: str) -> None:
    page = show(loss=loss)
    run = runs.load_run(f"digits_{loss}_s0")
    steps = spectra.find_steps(run.steps.astype(float), run.eigenvalues)
    steps = steps[np.isfinite(steps)]
    marks = page.eval_on_selector_all(
        ".step", "all => all.map((e) => parseFloat(e.getAttribute('d').slice(1)))"
    )
    assert len(marks) == len(steps)
    scale = _recorded.time_scale(steps)
    # Places on the axis are linear in log(1 + iteration/c); the marks' steps have one decimal.
    line = np.polyfit(np.log1p(steps / scale), marks, 1)
    np.testing.assert_allclose(np.polyval(line, np.log1p(steps / scale)), marks, atol=0.2)


def test_three_losses_and_both_starts_differ(show: Show) -> None:
    page = show(iteration=150)
    keep_still(page)
    seen = {picture(page): words(page)}
    for name, value in (("loss", "simclr"), ("loss", "vicreg"), ("start", "standard")):
        before = words(page)
        page.check(f"input[data-control={name}][value={value}]")
        page.wait_for_function(
            "w => document.querySelector('.words').textContent !== w", arg=before
        )
        seen[picture(page)] = words(page)
    assert len(seen) == 4 and len(set(seen.values())) == 4


def test_a_standard_start_has_no_stairs(show: Show) -> None:
    page = show(start="standard")
    assert "0 of 10 dimensions learned" in words(page)
    assert "a volume, as it was from the start" in words(page)
    # A small start waits; here most of the dimensions are learned within 20 iterations.
    run = runs.load_run("digits_barlow_twins_standard_s0")
    steps = spectra.find_steps(run.steps.astype(float), run.eigenvalues)
    assert np.sum(steps < 20) >= 8


# --- Controls ----------------------------------------------------------------------------------


def test_slider_moves_cloud_spectrum_and_time_mark(show: Show) -> None:
    page = show()
    keep_still(page)
    assert "The cloud is a point" in words(page) and max(shown_spread(page)) < 0.01
    before = picture(page), page.inner_html(".curves"), page.inner_html("svg:not(.curves)")
    page.focus("input[data-control=iteration]")
    page.keyboard.press("End")
    assert "all 10 dimensions learned" in words(page) and min(shown_spread(page)) > 0.8
    after = picture(page), page.inner_html(".curves"), page.inner_html("svg:not(.curves)")
    assert all(a != b for a, b in zip(before, after, strict=True))
    assert page.get_attribute("input[data-control=iteration]", "aria-valuetext") == "1000"


def test_step_buttons_go_from_plateau_to_plateau(show: Show) -> None:
    page = show()
    back, forth = page.locator(".jump").first, page.locator(".jump").last
    assert back.get_attribute("aria-disabled") == "true"
    said = [words(page)]
    while forth.get_attribute("aria-disabled") == "false":
        forth.click()
        said.append(words(page))
    explorer = widgets.embedding_space(sets=["digits"])
    assert said == [explorer.at(iteration).words() for iteration in explorer.plateaus()]
    counts = [re.search(r": (all 10|\d)", sentence)[1] for sentence in said]
    assert counts == [*"0123456789", "all 10"]
    for sentence in said[-2::-1]:
        back.click()
        assert words(page) == sentence


def test_play_runs_and_pauses_and_a_choice_stops_it(show: Show) -> None:
    page = show(iteration=100)
    page.click(".play")
    # However slow the machine is: until it has moved.
    page.wait_for_function("!document.querySelector('.words').textContent.includes(' 100:')")
    page.click(".play")
    assert page.inner_text(".play") == "Play"
    stopped = words(page)
    assert int(re.match(r"Iteration (\d+)", stopped)[1]) > 100
    page.wait_for_timeout(100)
    assert words(page) == stopped
    page.click(".play")
    page.check("input[value=vicreg]")
    assert page.inner_text(".play") == "Play"


def test_curves_can_be_dragged(show: Show) -> None:
    page = show()
    box = page.locator(".curves").bounding_box()
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] + 50, box["y"] + 100)
    page.mouse.up()
    assert "all 10 dimensions learned" in words(page)


def test_another_run_keeps_the_iteration_where_it_can(show: Show) -> None:
    page = show(loss="simclr", iteration=1500)
    page.check("input[value=barlow_twins]")
    page.wait_for_function("document.querySelector('.words').textContent.includes('1000')")
    page.check("input[value=vicreg]")
    page.wait_for_function("document.querySelector('.words').textContent.includes('all 10')")
    assert words(page).startswith("Iteration 1000: all 10")


def test_scale_shows_what_is_small(show: Show) -> None:
    page = show()
    keep_still(page)
    point = picture(page)
    factors = []
    for scale in ("whole", "each"):
        page.check(f"input[value={scale}]")
        words(page)
        assert picture(page) != point
        said = page.inner_text(".scale-words")
        factors.append([float(x) for x in re.findall(r"× (\d+)", said)])
    assert "The cloud is a point" in words(page)
    (whole,), each = factors
    assert 100 < whole == min(each) and len(each) == 3


def test_cloud_is_turned_by_dragging_and_by_keyboard(show: Show) -> None:
    page = show(iteration=500)
    keep_still(page)
    seen = {picture(page)}
    page.focus("canvas.cloud")
    for key in ("ArrowLeft", "ArrowUp", "n", "n"):
        page.keyboard.press(key)
        words(page)
        seen.add(picture(page))
    box = page.locator("canvas.cloud").bounding_box()
    page.mouse.move(box["x"] + 10, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + 80, box["y"] + 40)
    page.mouse.up()
    words(page)
    seen.add(picture(page))
    assert len(seen) == 6
    assert page.evaluate("document.querySelector('canvas.cloud').dataset.lmSuppressShortcuts")


def test_a_point_shows_its_digit(show: Show) -> None:
    page = show(iteration=500)
    labels = widgets.embedding_space(sets=["digits"]).sets["digits"]["labels"]
    assert not page.is_visible(".tip")
    page.focus("canvas.cloud")
    for label in labels[:3]:
        page.keyboard.press("n")
        assert page.inner_text(".tip").strip() == str(label)
    page.keyboard.press("Escape")
    assert not page.is_visible(".tip")
    # In the middle of the box there are points at every time.
    keep_still(page)
    box = page.locator("canvas.cloud").bounding_box()
    for k in range(40):
        page.mouse.move(box["x"] + box["width"] * (0.3 + 0.01 * k), box["y"] + box["height"] / 2)
        if page.is_visible(".tip"):
            break
    assert page.is_visible(".tip canvas")


def test_a_class_can_be_seen_alone(show: Show) -> None:
    page = show(iteration=500)
    keep_still(page)
    all_classes = picture(page)
    button = page.locator(".legend button").nth(6)
    assert button.inner_text().strip() == "6"
    button.click()
    words(page)
    assert button.get_attribute("aria-pressed") == "true" and picture(page) != all_classes
    button.click()
    words(page)
    assert button.get_attribute("aria-pressed") == "false" and picture(page) == all_classes


def test_nothing_moves_by_itself_where_the_reader_wants_stillness(show: Show) -> None:
    page = show(iteration=500)
    first = picture(page)
    page.wait_for_function(
        "(first) => document.querySelector('canvas.cloud').toDataURL() !== first", arg=first
    )
    page.emulate_media(reduced_motion="reduce")
    words(page)
    still = picture(page)
    page.wait_for_timeout(300)
    assert picture(page) == still
    assert not page.is_visible(".play") and not page.is_visible(".turning")
    assert page.is_visible(".jump >> nth=1")


def test_tab_reaches_every_control(show: Show) -> None:
    page, reached = show(), []
    for _ in range(21):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate(
                "document.activeElement.dataset.control ?? document.activeElement.innerText.trim()"
            )
        )
    assert reached == [
        "data", "loss", "start", "cloud", *"0123456789",
        "iteration", "Play", "‹ previous step", "next step ›", "scale", "sway",
        *reached[20:],
    ]  # fmt: skip


# --- Other data --------------------------------------------------------------------------------


def test_photographs_have_classes_and_no_pictures(show: Show) -> None:
    page = show(sets=["digits", "cifar10"], iteration=300)
    page.check("input[value=cifar10]")
    page.wait_for_selector("text=airplane")
    explorer = widgets.embedding_space("cifar10", iteration=300)
    assert words(page) == explorer.at().words()
    page.focus("canvas.cloud")
    page.keyboard.press("n")
    assert page.inner_text(".tip").strip() in explorer.sets["cifar10"]["classes"]
    assert not page.is_visible(".tip canvas")


def test_a_start_that_was_not_recorded_cannot_be_chosen(browser: Browser, tmp_path: Path) -> None:
    """As with runs of which only small starts keep points, with more classes than colours."""

    def without_standard() -> widgets.EmbeddingSpace:
        explorer = widgets.embedding_space(start="standard", sets=["digits"])
        made = explorer.sets["digits"]
        other = made | {
            "label": "small starts",
            "classes": [],
            "pictures": None,
            "runs": {loss: {"small": of["small"]} for loss, of in made["runs"].items()},
        }
        explorer.sets = explorer.sets | {"other": other}
        return explorer

    with pages(browser, tmp_path, "embedding_space", without_standard) as show:
        page = show()
        page.check("input[value=other]")
        page.wait_for_function("document.querySelector('input[value=small]').checked")
        words(page)
        assert page.is_disabled("input[value=standard]")
        assert "a point" in words(page) and not page.is_visible(".legend")
        page.check("input[value=digits]")
        page.wait_for_selector(".legend")
        words(page)
        assert page.is_enabled("input[value=standard]")


# --- Looks -------------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [800, 360])
def test_axe_finds_nothing_and_nothing_overflows(show: Show, theme: str, width: int) -> None:
    page = show(theme=theme, width=width, sets=["digits", "cifar10"], data="cifar10")
    page.emulate_media(reduced_motion="reduce")
    assert_fit_for_all(page, width, CARD)


def test_on_a_phone_cloud_and_slider_are_seen_together(show: Show) -> None:
    page = show(width=360, iteration=300)
    cloud = page.locator("canvas.cloud").bounding_box()
    slider = page.locator("input[data-control=iteration]").bounding_box()
    assert slider["y"] + slider["height"] - cloud["y"] < 500


def test_cloud_follows_the_theme(show: Show) -> None:
    page = show(iteration=500)
    keep_still(page)
    light = picture(page)
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    words(page)
    assert picture(page) != light


def test_still_picture_stays_where_no_script_runs(browser: Browser, tmp_path: Path) -> None:
    html = widgets.embedding_space(sets=["digits"])._repr_mimebundle_()[0]["text/html"]
    width, said = still_picture(browser, tmp_path, "embedding_space", html)
    assert width > 300
    assert "need JavaScript" in said


def test_explorer_lives_on_the_page_of_chapter_7(browser: Browser, address: str) -> None:
    with on_the_site(browser, address, "07_resnets") as page:
        said = words(page)
        assert "2 of 10 dimensions learned" in said  # it opens between two steps
        page.click(".jump >> nth=1")
        assert words(page) != said
        # Of ResNet-18 SimCLR was not recorded: another loss takes its place.
        page.check("input[data-control=loss][value=simclr]")
        page.check("input[data-control=data][value=resnet18]")
        assert words(page)
        assert page.is_disabled("input[data-control=loss][value=simclr]")
        assert page.is_checked("input[data-control=loss][value=barlow_twins]")
