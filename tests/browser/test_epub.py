"""What `make epub` makes of the pages: XHTML with MathML that needs no script, all links kept."""

from __future__ import annotations

import re
import zipfile
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup, SoupStrainer

from tools.site import epub
from tools.site.offline import Formulas, pages

HOME = "https://somebody.github.io/stepwise/"
XHTML = "{http://www.w3.org/1999/xhtml}"
# Formulas, an explorer, feedback with line breaks, an exercise with its solution, references.
SOME = ["index", "02_linear_model", "how_to_use", "references"]
MATHML = "{http://www.w3.org/1998/Math/MathML}"


def built(page: str) -> str:
    """A page of the site, as Sphinx would hand it to the builder of the EPUB."""
    formulas = Formulas()
    html = formulas.set_aside((epub.HTML / f"{page}.html").read_text("utf-8"))
    article = BeautifulSoup(html, "html.parser", parse_only=SoupStrainer("article"))
    return formulas.put_back(re.sub(r'(href="[^":]*)\.html', r"\1.xhtml", str(article)))


@pytest.mark.parametrize("page", [*(f"book/{name}" for name in SOME), "solutions/01_two_views"])
def test_a_page_is_xhtml_with_mathml_and_without_scripts(page):
    before = built(page)
    after = epub.still_page(before, page, HOME)
    root = ElementTree.fromstring(
        f'<body xmlns="{XHTML[1:-1]}">' + after.replace("&nbsp;", "\xa0") + "</body>"
    )
    tags = [node.tag for node in root.iter()]
    assert {f"{XHTML}script", f"{XHTML}button"} & set(tags) == set()
    assert tags.count(f"{MATHML}math") == before.count('<span class="katex">')
    assert "katex-html" not in after
    explorers = after.count("An explorer for this place")
    assert explorers == before.count("data-widget=")
    for node in root.iter(f"{XHTML}a"):
        link = node.get("href", "#")
        assert link.startswith(("#", "http", "mailto:", "data:")) or ".xhtml" in link
        assert "notebooks/" not in link or link.startswith("http"), link


def test_a_mark_after_a_formula_stays_outside_of_it():
    tail = '<span class="tail">,</span>'
    math = "<math><mi>x</mi></math>"
    formula = f'<span class="katex">{math}<span class="katex-html">x{tail}</span></span>'
    found = epub.still_page(f"<p>If {formula} then</p>", "book/index", HOME)
    assert found == f"<p>If {math}{tail} then</p>"


@pytest.mark.parametrize(
    "href, wanted",
    [
        ("01_two_views.xhtml#quiz", "01_two_views.xhtml#quiz"),
        ("../notebooks/01_two_views.xhtml", "../solutions/01_two_views.xhtml"),
        ("../downloads/stepwise-site.zip", f"{HOME}downloads/stepwise-site.zip"),
        ("#quiz", "#quiz"),
        ("https://arxiv.org/", "https://arxiv.org/"),
    ],
)
def test_links_stay_in_the_book_or_lead_to_the_site(href, wanted):
    assert epub.within(href, "book/index", set(pages()), HOME) == wanted


def test_faults_of_a_book_are_found(tmp_path):
    page = f'<html xmlns="{XHTML[1:-1]}"><body id="top">{{}}</body></html>'
    book = tmp_path / "book.epub"
    with zipfile.ZipFile(book, "w") as archive:
        archive.writestr("a.xhtml", page.format('<a href="b.xhtml#top">b</a><script/>'))
        archive.writestr("b.xhtml", page.format('<a href="a.xhtml#no">a</a><img src="c.png"/>'))
        archive.writestr("d.xhtml", "<p>x<br></p>")
    found = epub.faults(book)
    assert [fault.split(":")[0] for fault in found] == [
        "d.xhtml is no XML", "a.xhtml has a script", "b.xhtml", "b.xhtml",
    ]  # fmt: skip
