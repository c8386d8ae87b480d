"""Slides: one deck a chapter, with figures and numbers that the chapter's page makes."""

import re

import jupytext
import pytest
from bs4 import BeautifulSoup

from tools import course_table
from tools.notebooks import sources
from tools.slides import build

SOURCES = build.sources()


def kinds(source):
    cells = jupytext.read(source).cells
    return [(cell.metadata["slideshow"]["slide_type"], cell.source) for cell in cells]


def test_every_chapter_has_a_deck():
    pages = [build.pages_of(source)[0].stem for source in SOURCES]
    assert pages == [source.stem for source in sources()]


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.stem)
def test_a_deck_asks_claims_shows_and_ends_in_class(source):
    slides = [words for kind, words in kinds(source) if kind == "slide"]
    text = source.read_text(encoding="utf-8")
    assert 8 <= len(slides) <= 12
    assert slides[0].startswith("# ") and slides[1].split("\n")[0].count("?") <= 2
    assert "## The smallest example" in text and "Claim: " in text
    assert [s.split("\n")[0] for s in slides[-3:]] == [
        "## Commit to an answer", "## In short", "## In class",
    ]  # fmt: skip
    assert 2 <= len(build.FIGURE.findall(text)) <= 5
    assert all(len(words.split()) <= 90 for words in slides)


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.stem)
def test_its_figures_and_numbers_are_the_pages_and_have_alt_texts(source):
    text = source.read_text(encoding="utf-8")
    page = "".join(path.read_text(encoding="utf-8") for path in build.pages_of(source))
    alts = dict(re.findall(r"^    name: (\S+)$.+?^    alt: >-\n(.+?)^---$", page, re.M | re.S))
    for name in build.FIGURE.findall(text):
        assert len(alts[name].split()) > 10, name
    for name in build.GLUED.findall(text):
        assert build.glues(page, name), name


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.stem)
def test_its_exercises_have_their_minutes_and_fit_into_a_session(source):
    chapter = next(c for c in course_table.chapters() if source.stem.endswith(f"{c.number:02d}"))
    said = re.findall(r"^- \*\*(\d+\.\d+)\*\* .+ \((\d+) minutes\)", source.read_text(), re.M)
    assert said and all(chapter.minutes[number] == int(minutes) for number, minutes in said)
    assert sum(int(minutes) for _, minutes in said) <= 60


def test_a_deck_is_built_with_all_its_slides_and_figures():
    source = next(s for s in SOURCES if s.stem == "chapter_02")
    html = build.deck(source, "node_modules")
    deck = BeautifulSoup(html, "html.parser")
    slides = [section for section in deck.select(".slides > section")]
    assert len(slides) == sum(kind == "slide" for kind, _ in kinds(source))
    pictures = deck.select(".slides img")
    assert len(pictures) == len(build.FIGURE.findall(source.read_text()))
    for picture in pictures:
        assert len(picture["alt"]) > 40 and picture["src"].startswith("data:image/png;base64,")
    assert "glue:text" not in html and "attachment:" not in html
    assert '"node_modules/reveal.js/dist/reveal.js"' in html
    assert all(s["src"].startswith("node_modules/") for s in deck.select("script[src]"))


def test_what_the_page_does_not_have_is_named():
    with pytest.raises(ValueError, match="makes no fig-of-nothing"):
        build.run_page(build.pages_of(SOURCES[1])[0], ["fig-of-nothing"])


def test_a_deck_takes_its_figures_from_both_pages_of_its_chapter():
    source = next(s for s in SOURCES if s.stem == "chapter_06")
    first, second = build.pages_of(source)
    wanted = ["fig-three", "fig-clock", "fig-of-nothing"]
    assert build.shared_out([first, second], wanted) == [
        (first, ["fig-three", "fig-of-nothing"]), (second, ["fig-clock"]),
    ]  # fmt: skip
