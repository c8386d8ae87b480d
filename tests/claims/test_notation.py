"""The glossary and the notation table keep step with the pages."""

import re

import pytest

from tools.notebooks import ROOT, sources

NOTEBOOKS = {int(source.stem[:2]): source for source in sources()}
# Chapters 6 and 10 have two pages.
PAGES = {number: sorted(ROOT.glob(f"book/{number:02d}_*.md")) for number in NOTEBOOKS}
ALL = [page for pages in PAGES.values() for page in pages]
DETAILS = [path.read_text() for path in sorted((ROOT / "book").glob("*_details.md"))]
LINK = re.compile(r"\{term\}`(?:[^`<]*<([^`>]+)>|([^`<]+))`")
# A letter after a colon is that of the index, and no part of the name.
ENTRY = re.compile(r"^(\w[^\n]*?)(?: : \w)?\n((?:  .+\n)+)", re.M)
PLACE = re.compile(r"(Chapters?|Notebook)\s+(\d+)(?:\s+and\s+(\d+))?\.\s*\Z")
EMPHASIS = {"open", "nothing", "After that"}  # bold words that are no terms


def links(path):
    """The entries that a page's links lead to, in order."""
    return [target or text for target, text in LINK.findall(path.read_text())]


def entries():
    """(name, text) of each entry of the glossary."""
    text = (ROOT / "book/glossary.md").read_text()
    return [pair for box in text.split(":::{glossary}\n")[1:] for pair in ENTRY.findall(box)]


NAMES = {name for name, _ in entries()}


@pytest.mark.parametrize("name, text", entries(), ids=lambda value: value[:20])
def test_an_entry_names_the_chapter_that_has_its_term(name, text):
    """A page links its term to the glossary; a notebook has at least the word."""
    place = PLACE.search(text)
    assert place, "no chapter at the end"
    for number in map(int, filter(None, place.groups()[1:])):
        if place[1] == "Notebook":
            assert name.lower() in NOTEBOOKS[number].read_text().lower()
        else:
            assert any(name in links(page) for page in PAGES[number])


@pytest.mark.parametrize("page", ALL, ids=lambda page: page.stem)
def test_a_page_links_a_term_once_and_to_an_entry(page):
    found = links(page)
    assert set(found) <= NAMES
    assert len(found) == len(set(found))


@pytest.mark.parametrize("page", ALL, ids=lambda page: page.stem)
def test_a_bold_word_or_two_is_a_term_of_the_glossary(page):
    """What a page introduces in bold, a whole clause apart, leads to its entry."""
    main = re.split(r"^## Quiz$", page.read_text(), flags=re.M)[0]
    main = main.split("\n# ", 1)[1]
    main = re.sub(r"^:::\{admonition\}.*?^:::$|^\|.*?$", "", main, flags=re.M | re.S)
    bold = re.findall(r"\*\*([A-Za-z][A-Za-z -]*)\*\*", main)
    assert {words for words in bold if len(words.split()) < 4} <= EMPHASIS


def rows():
    """(letters, chapter) of each row of the notation table."""
    text = (ROOT / "book/notation.md").read_text()
    for line in text.splitlines():
        cells = re.split(r" (?:\||\|$)", line)
        if line.startswith("| $"):
            yield cells[0].removeprefix("| "), int(cells[-2])


@pytest.mark.parametrize("letters, number", list(rows()))
def test_a_letter_stands_in_the_chapter_that_the_table_names(letters, number):
    """On its pages, in its notebook, or on the page of details that belongs to it."""
    own = [text for text in DETAILS if f"This page belongs to [chapter {number}](" in text]
    files = [*PAGES[number], NOTEBOOKS[number]]
    text = "".join([*(file.read_text() for file in files), *own])
    text = re.sub(r"\s", "", text)
    for letter in re.split(r"\$, \$|,\\ ", letters.strip("$")):
        letter = re.sub(r"\s", "", letter).replace(r"\cdot", "")
        if letter not in {r"\langle\rangle"}:  # a pair of brackets, always with something inside
            assert letter in text, letter
