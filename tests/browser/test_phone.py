"""The site on a phone: what is drawn can be read, and what goes on beyond the edge says so."""

import re

import pytest

PAGE = "book/07_resnets.html"  # its figures have six panels, two, and one


def test_a_phone_hides_nothing_in_silence_and_shows_no_tiny_text(visit, name):
    assert visit(name).unreadable == []


def test_a_finger_hits_every_target_that_is_not_a_link_in_a_text(visit, name):
    assert visit(name).small_targets == []


@pytest.fixture
def phone(browser, address):
    page = browser.new_page(viewport={"width": 390, "height": 800})
    page.goto(f"{address}/{PAGE}")
    page.evaluate("document.querySelectorAll('.waits').forEach((e) => e.classList.remove('waits'))")
    yield page
    page.close()


def test_a_phone_loads_one_drawing_of_a_figure_and_a_desk_the_other(phone):
    shown = "img => (img.loading = 'eager', img.decode().then(() => img.currentSrc))"
    picture = phone.locator("#fig-three-losses-deep img")
    narrow = picture.evaluate(shown)
    assert narrow != picture.evaluate("img => img.src")
    wide = phone.locator("#fig-three-losses-deep a.larger").get_attribute("href")
    phone.set_viewport_size({"width": 1280, "height": 800})
    phone.wait_for_function(
        "wide => document.querySelector('#fig-three-losses-deep img').currentSrc.endsWith(wide)",
        arg=wide.removeprefix(".."),
    )
    # On a desk as well there are two pixels of the picture for each of the screen's.
    assert picture.evaluate("img => img.naturalWidth / img.clientWidth") > 1.9


def test_a_figure_opens_larger_by_keyboard_and_gives_the_focus_back(phone):
    link = phone.locator("#fig-three-losses-deep a.larger")
    assert re.fullmatch(r"Larger picture of Fig\. [\d.]+", link.inner_text().replace("\n", " "))
    assert link.bounding_box()["height"] >= 44
    link.focus()
    phone.keyboard.press("Enter")
    dialog = phone.locator("dialog[open]")
    assert dialog.locator("img").get_attribute("alt") == phone.locator(
        "#fig-three-losses-deep picture img"
    ).get_attribute("alt")
    assert dialog.locator("button").bounding_box()["height"] >= 44
    phone.keyboard.press("Escape")
    assert dialog.count() == 0
    assert link.evaluate("a => a === document.activeElement")


def test_a_touch_of_the_picture_opens_it_as_well(phone):
    phone.locator("#fig-three-losses-deep picture img").click()
    phone.locator("dialog[open] button").click()
    assert phone.locator("dialog[open]").count() == 0


def test_a_row_of_a_table_of_cards_stands_below_the_other_and_says_its_columns(browser, address):
    page = browser.new_page(viewport={"width": 390, "height": 800})
    page.goto(f"{address}/book/notation.html")
    table = page.locator("table.cards").first
    assert table.evaluate("t => t.scrollWidth <= t.parentElement.clientWidth")
    meaning = table.locator("td[data-label=meaning]").first
    label = meaning.evaluate("cell => getComputedStyle(cell, '::before').content")
    assert label == '"meaning"'
    assert page.get_by_role("table").first.get_by_role("row").count() > 1
    page.close()


def test_the_list_of_all_pages_opens_where_the_page_stands_in_it(browser, address):
    page = browser.new_page(viewport={"width": 390, "height": 800})
    page.goto(f"{address}/book/random_start_details.html")
    page.locator(".primary-toggle").click()
    here = page.locator("dialog[open] nav a.current")
    page.wait_for_function("document.querySelector('dialog[open] nav').getClientRects()[0].top < 0")
    assert 100 < here.bounding_box()["y"] < 700
    close = page.locator("dialog[open] .close-dialog")
    assert 0 <= close.bounding_box()["y"] < 100
    close.click()
    assert page.locator("dialog[open]").count() == 0
    page.close()
