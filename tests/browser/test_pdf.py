"""The page that `make pdf` prints: the whole book in one, all open, its links within itself."""

from __future__ import annotations

from functools import cache

from bs4 import BeautifulSoup

from tools.site import pdf

HOME = "https://somebody.github.io/stepwise/"


@cache
def whole() -> BeautifulSoup:
    return BeautifulSoup(pdf.joined(HOME), "html.parser")


def test_every_page_of_the_book_is_in_it_and_solutions_come_last():
    names = [article["id"] for article in whole().select("article")]
    assert names == [pdf.name_of(page) for page in pdf.pages()]
    last = [name.startswith("solutions") for name in names]
    assert any(last) and last == sorted(last)


def test_its_links_arrive_and_no_anchor_is_there_twice():
    anchors = [node["id"] for node in whole().select("[id]")]
    assert len(anchors) == len(set(anchors))
    links = {a["href"] for a in whole().select("a[href]")}
    within = {link[1:] for link in links if link.startswith("#")}
    assert len(within) > 250
    assert within - set(anchors) == set()
    # What is not in it is on the site, or was on another to begin with.
    assert all(link.startswith(("#", "http", "mailto:", "data:")) for link in links)


def test_nothing_is_closed_or_still_to_come():
    assert whole().select("details:not([open])") == []
    assert whole().select("img[loading]") == []
    assert whole().select("script, [data-widget]") == []
