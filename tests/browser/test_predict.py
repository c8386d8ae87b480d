"""Boxes that ask for a prediction: the figure waits for it, and is open on paper."""

import json
import re

import pytest

from .conftest import HTML, parsed, site_pages

PAGES = [
    name
    for name in site_pages()
    if re.match(r"book/\d\d_", name) and "predict admonition" in (HTML / name).read_text("utf-8")
]
FIRST = "document.querySelector('.admonition.predict')"


def test_most_chapters_ask_for_a_prediction():
    assert len(PAGES) >= 8


@pytest.mark.parametrize("name", PAGES, indirect=True)
def test_each_box_has_choices_of_which_one_at_most_is_right(name):
    for box in parsed(name).select(".admonition.predict"):
        choices = box.select("ul > li")
        assert 2 <= len(choices) <= 5
        assert len([c for c in choices if c.select(".right")]) <= 1


@pytest.mark.parametrize("name", PAGES, indirect=True)
def test_the_figure_waits_for_the_guess_and_the_guess_is_kept(browser, address, name):
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{address}/{name}")
    box = page.locator(".admonition.predict").first
    waits = page.locator(".waits").first
    assert not waits.is_visible()
    box.locator("ul button").first.click()
    assert page.evaluate(f"{FIRST}.nextElementSibling.classList.contains('waits')") is False
    assert box.locator("[role=status]").inner_text()
    page.reload()
    assert page.locator(".admonition.predict").first.locator("ul button.chosen").count() == 1
    context.close()


def test_guesses_are_erased_with_all_other_progress(browser, address):
    context = browser.new_context()
    page = context.new_page()
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"{address}/{PAGES[0]}")
    page.locator(".predict ul button").first.click()
    kept = json.loads(page.evaluate("localStorage.getItem('stepwise-progress')"))
    assert list(kept["predictions"].values()) == [0]
    page.goto(f"{address}/book/index.html")
    page.click("[data-do=erase]")
    assert "stepwise" not in page.evaluate("Object.keys(localStorage).join()")
    page.goto(f"{address}/{PAGES[0]}")
    assert page.locator(".predict ul button.chosen").count() == 0
    context.close()


def test_without_scripts_and_on_paper_all_is_open(browser, address):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/{PAGES[0]}")
    assert page.locator(".waits").count() == 0
    context.close()
    page = browser.new_page()
    page.goto(f"{address}/{PAGES[0]}")
    page.emulate_media(media="print")
    assert page.locator("p.waits").first.is_visible()
    page.close()
