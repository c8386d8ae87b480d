"""The built site as files: its links arrive, and it loads nothing from elsewhere."""

import json
import re
from functools import cache
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tests.test_notebooks import solution_lines
from tools.notebooks import ROOT, sources

from .conftest import HTML, parsed

LOADED = {"script": "src", "img": "src", "iframe": "src", "source": "src", "video": "src"}
# <link rel=...> that make a browser fetch something; "next" and "index" do not.
FETCHED = {"stylesheet", "icon", "preload", "prefetch", "modulepreload", "preconnect", "manifest"}
SOURCES = {f"notebooks/{source.stem}.html": source for source in sources()}


@cache
def anchors(name: str) -> set[str]:
    """The places of a page that a link can lead to; of many pages, so none is parsed for it."""
    html = (HTML / name).read_text("utf-8")
    return {unescape(place) for place in re.findall(r'<[^<>]*?\s(?:id|name)="([^"]*)"', html)}


def test_exercises_lead_to_the_chapter_s_second_page():
    named = parsed("notebooks/06_three_losses.html").find(
        "em", string="Losses that do not see size"
    )
    assert named.a["href"] == "../book/06_without_size.html"


def test_links_within_the_site_arrive(name):
    page = HTML / name
    broken = []
    for link in parsed(name).select("a[href]"):
        parts = urlsplit(link["href"])
        if parts.scheme or parts.netloc:
            continue
        target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
        fragment = unquote(parts.fragment)
        missing = not target.is_file()
        if not missing and fragment and target.suffix == ".html":
            missing = fragment not in anchors(target.relative_to(HTML).as_posix())
        if missing:
            broken.append(link["href"])
    assert broken == []


def test_links_to_colab_open_a_notebook_that_exists(name):
    links = [a["href"] for a in parsed(name).select("a[href*='colab.research']")]
    opened = {re.sub(r".*/blob/\w+/", "", link) for link in links}
    assert [path for path in opened if not (ROOT / path).is_file()] == []
    if re.match(r"(book|notebooks)/\d\d_", name):
        # A chapter of two pages has one notebook.
        assert {path[10:13] for path in opened} == {Path(name).stem[:3]} and len(opened) == 1


@pytest.mark.parametrize("name", SOURCES, indirect=True)
def test_no_solution_line_stands_on_the_students_page(name):
    text = parsed(name).get_text()
    assert [line for _, line in solution_lines(SOURCES[name]) if line in text] == []


def test_every_figure_is_a_picture_and_no_output_a_bare_object(name):
    page = parsed(name)
    assert [f.get("id") for f in page.select("figure") if not f.select("img, svg, table")] == []
    outputs = [output.get_text() for output in page.select(".cell_output")]
    objects = r"<\w*Figure size|<[\w.]+ (?:object )?at 0x|\bAxes\("
    assert [text[:80] for text in outputs if re.search(objects, text)] == []


def test_a_page_loads_nothing_from_elsewhere(name):
    page = parsed(name)
    loaded = [t[a] for tag, a in LOADED.items() for t in page.select(f"{tag}[{a}]")]
    loaded += [link["href"] for link in page.select("link[href]") if FETCHED & set(link["rel"])]
    loaded += re.findall(r"url\(['\"]?([^'\")]+)", str(page.select("style")))
    assert [url for url in loaded if re.match(r"(https?:)?//", url)] == []


def test_style_sheets_load_nothing_from_elsewhere():
    sheets = list((HTML / "_static").rglob("*.css"))
    found = {
        sheet.name: re.findall(r"(?:@import\s+|url\(\s*)['\"]?((?:https?:)?//[^'\")\s]+)", text)
        for sheet in sheets
        if (text := sheet.read_text("utf-8"))
    }
    assert len(sheets) > 3
    assert {sheet: urls for sheet, urls in found.items() if urls} == {}


def test_solutions_stay_out_of_the_search_and_sources_out_of_the_site():
    text = (HTML / "searchindex.js").read_text("utf-8")
    index = json.loads(text.removeprefix("Search.setIndex(").removesuffix(")"))
    solutions = {k for k, doc in enumerate(index["docnames"]) if doc.startswith("solutions/")}
    found = {
        word: pages
        for kind in ("terms", "titleterms")
        for word, pages in index[kind].items()
        if solutions & set(pages if isinstance(pages, list) else [pages])
    }
    assert len(solutions) > 0
    assert found == {}
    assert not (HTML / "_sources").exists()
