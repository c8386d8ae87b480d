"""The site by keyboard and with a screen reader: no stop is lost, and nothing traps."""

import pytest
from playwright.sync_api import Page

from .conftest import NO_TRANSITIONS, show, wait_until_drawn
from .focus import STOPS
from .heard import badly_named
from .phone import all_open

CHAPTER = "book/07_resnets.html"  # with an explorer, predictions and a quiz
PLACE = (
    "(() => { const s = (%s)(document); return [s.indexOf(document.activeElement), s.length] })()"
)
# The focused element is the front one somewhere on the screen: no header stands before it.
IN_FRONT = """() => {
  const e = document.activeElement;
  return [...e.getClientRects()].some((box) => {
    const front = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    return front && (e.contains(front) || front.contains(e));
  });
}"""


@pytest.fixture
def page(browser, address):
    page = browser.new_page(viewport={"width": 390, "height": 800}, reduced_motion="reduce")
    page.goto(f"{address}/{CHAPTER}")
    page.add_style_tag(content=NO_TRANSITIONS)
    yield page
    page.close()


def focused(page: Page, within: str) -> bool:
    return page.evaluate(f"document.activeElement.closest('{within}') !== null")


def test_a_stop_is_seen_and_comes_in_its_turn(visit, name):
    found = visit(name).lost_stops
    assert found == dict.fromkeys(found, [])


@pytest.mark.parametrize("chapter", ["book/04_kernels.html", "book/07_resnets.html"])
def test_all_that_is_announced_has_a_name_in_words(browser, address, chapter):
    page = browser.new_page()
    page.goto(f"{address}/{chapter}")
    with all_open(page):
        assert badly_named(page) == []
    page.close()


@pytest.mark.parametrize("width", [1280, 390])
def test_the_tab_key_goes_through_all_stops_and_traps_nowhere(page, width):
    show(page, "light", width)
    seen, behind = [], []
    while not seen or seen[-1] >= 0:
        page.keyboard.press("Tab")
        place, length = page.evaluate(PLACE % STOPS)
        seen.append(place)
        if place > 0 and not page.evaluate(IN_FRONT):  # the first is the link that skips
            behind.append(page.evaluate("document.activeElement.outerHTML.slice(0, 90)"))
        assert len(seen) <= length + 1
    assert seen == [*range(length), -1]
    assert behind == []


def test_the_first_stop_skips_to_the_text(page):
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert focused(page, "main")
    assert not focused(page, ".bd-sidebar-primary")


@pytest.mark.parametrize(
    "opener, name",
    [
        (".primary-toggle", "All pages"),
        (".secondary-toggle", "Contents of this page"),
        (".search-button:not(.search-button-field)", "Search"),
    ],
)
def test_a_dialog_has_a_name_and_a_button_that_closes_it(page, opener, name):
    page.locator(opener).focus()
    page.keyboard.press("Enter")
    assert page.get_by_role("dialog", name=name).count() == 1
    assert focused(page, "dialog")
    page.locator("dialog[open]").get_by_role("button", name="Close").press("Enter")
    assert page.locator("dialog[open]").count() == 0
    page.wait_for_function(f"document.activeElement.matches('{opener}')")


def test_a_link_of_the_contents_leads_to_its_place_and_leaves_nothing_before_it(page):
    page.click(".secondary-toggle")
    page.locator("dialog[open]").get_by_role("link", name="Quiz").press("Enter")
    assert page.locator("dialog[open]").count() == 0
    wait_until_drawn(page)
    top = page.locator("section#quiz > h2").bounding_box()["y"]
    assert page.locator(".bd-header-article").bounding_box()["height"] <= top < 400
    page.keyboard.press("Tab")
    assert focused(page, "section#quiz")


def test_a_prediction_keeps_the_focus_and_is_answered_aloud(page):
    box = page.get_by_role("group", name="Predict").first
    box.locator("ul button").first.press("Enter")
    assert focused(page, ".predict li:first-child button[aria-disabled=true]")
    assert box.get_by_role("status").inner_text()


def test_who_makes_no_prediction_is_led_to_the_answer(page):
    box = page.get_by_role("group", name="Predict").first
    box.get_by_role("button", name="Go on without a guess").press("Enter")
    assert focused(page, ".predict button.is-right")
    assert box.get_by_role("status").inner_text()
