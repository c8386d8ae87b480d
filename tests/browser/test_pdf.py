"""What `make pdf` prints: the whole book in one, all open, its links within itself."""

from __future__ import annotations

from functools import cache

import pikepdf
import pytest
from bs4 import BeautifulSoup

from tools.site import pdf
from tools.site.offline import pages

HOME = "https://somebody.github.io/stepwise/"
SOME = ["book/index", "book/02_linear_model"]  # with code of its own
CUT = """() => [...document.querySelectorAll("article :is(table, pre, img, code, .mord)")]
    .filter((e) => e.getBoundingClientRect().right > innerWidth + 1)
    .map((e) => e.outerHTML.slice(0, 200))"""


@cache
def book() -> pdf.Book:
    return pdf.Book(HOME)


@cache
def anchors() -> list[str]:
    return [node["id"] for text in book().texts.values() for node in [text, *text.select("[id]")]]


def test_every_page_of_the_book_is_in_it_and_solutions_come_last():
    assert list(book().texts) == pages()
    last = [page.startswith("solutions") for page in book().texts]
    assert any(last) and last == sorted(last)


def test_its_links_arrive_and_no_anchor_is_there_twice():
    assert len(anchors()) == len(set(anchors()))
    links = {a["href"] for text in book().texts.values() for a in text.select("a[href]")}
    within = {link[1:] for link in links if link.startswith("#")}
    assert len(within) > 250
    assert within - set(anchors()) == set()
    # What is not in it is on the site, or was on another to begin with.
    assert all(link.startswith(("#", "http", "mailto:", "data:")) for link in links)
    assert f"{HOME}downloads/stepwise-site.zip" in links


def test_nothing_is_closed_or_still_to_come_and_code_of_figures_is_on_the_site():
    for page, text in book().texts.items():
        assert text.select("details:not([open]), details.hide, img[loading]") == [], page
        assert text.select("script, button, [data-widget]") == [], page
    notes = [note for text in book().texts.values() for note in text.select(".elsewhere a")]
    assert len(notes) > 40
    assert all(note["href"].startswith(HOME) for note in notes)


def test_every_page_begins_with_its_title_and_the_contents_lead_to_it():
    for page, found in book().titles.items():
        assert [h.level for h in found].count(1) == 1, page
        assert found[0].level == 1, page
    contents = BeautifulSoup(book().front(), "html.parser")
    links = [a["href"][1:] for a in contents.select(".contents-page a")]
    assert len(links) > len(pages())
    assert set(links) <= set(anchors())
    assert {found[0].anchor for found in book().titles.values()} <= set(links)


@pytest.fixture(scope="module")
def some(browser, tmp_path_factory):
    """Two pages of the book, printed."""
    page = browser.new_page()
    target = tmp_path_factory.mktemp("pdf") / "some.pdf"
    few = pdf.Book(HOME, SOME)
    few.print(page, target)
    page.close()
    return few, target


def test_its_outline_has_the_headings_word_by_word(some):
    few, target = some
    with pikepdf.open(target) as printed, printed.open_outline() as outline:
        top = [item.title for item in outline.root]
        assert top == ["Contents", *(found[0].words for found in few.titles.values())]
        sections = [item.title for item in outline.root[2].children]
    assert sections == [h.words for h in few.titles[SOME[1]] if h.level == 2]


def test_its_contents_have_the_numbers_of_its_pages(some):
    few, target = some
    with pikepdf.open(target) as printed:
        numbers = pdf.name_outline(printed, few.headings())
        total = len(printed.pages)
    in_order = list(numbers.values())
    assert in_order == sorted(in_order)
    assert in_order[0] > 2  # the title and the contents
    assert in_order[-1] <= total
    contents = BeautifulSoup(few.front(numbers), "html.parser")
    for link in contents.select(".contents-page a"):
        assert link.b.text == str(numbers[link["href"][1:]])


def test_on_paper_titles_show_and_pictures_and_short_tables_stay_whole(browser, some, tmp_path):
    page = browser.new_page(viewport={"width": 612, "height": 900})  # an A4 page's text, 162 mm
    source = tmp_path / "some.html"
    source.write_text(some[0].whole(), "utf-8")
    page.goto(source.as_uri())
    page.emulate_media(media="print")
    style = "(nodes, key) => nodes.map((node) => getComputedStyle(node)[key])"

    def found(selector: str, key: str) -> set[str]:
        return set(page.locator(selector).evaluate_all(style, key))

    assert found("h1", "display") == {"block"}
    kept = "h2, figure, tr, div.math, .predict, .quiz-choice, .comparison, .stepwise-comparison"
    assert found(kept, "breakInside") == {"avoid"}
    divided = ".admonition:not(.predict), .cell, .cell_input, .highlight, details:not(.quiz-choice)"
    assert found(divided, "breakInside") == {"auto"}
    assert found("article *", "boxShadow") == {"none"}  # it would be a picture
    # What scrolls is never divided, and what is wider than the paper is cut.
    assert found("pre, .katex-display", "overflow") == {"visible"}
    assert page.evaluate(CUT) == []
    page.close()
