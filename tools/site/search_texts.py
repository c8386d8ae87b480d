"""The words of every section, for the search page: what it shows of a page and where it leads.

Sphinx's own search fetches each page that it finds, formulas and all, to quote one line of it. That
is megabytes for a reader on a phone, and browsers refuse it where the site is opened from a disk.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from bs4 import BeautifulSoup, Tag

SEARCHED = ("book", "notebooks")
# KaTeX writes each formula twice, and the second one is for eyes.
FOR_THE_EARS = re.compile(r'<span class="katex-mathml">.*?</span>', re.S)
SECTION = "section[id]"
NO_TEXT = ".headerlink, script, style, ul.notebook-links, [data-widget], .larger, .stacked"
BEFORE_A_MARK = re.compile(r" (?=[.,;:?!)\u2019])")


def write_search_texts(site: Path) -> None:
    """Write _static/search_texts.js: for each page a list of [section's anchor, its text]."""
    pages = {
        page.relative_to(site).with_suffix("").as_posix(): sections(page.read_text("utf-8"))
        for folder in SEARCHED
        for page in sorted((site / folder).glob("*.html"))
    }
    words = json.dumps(pages, ensure_ascii=False, separators=(",", ":"))
    (site / "_static" / "search_texts.js").write_text(f"window.searchTexts = {words};\n", "utf-8")


def sections(html: str) -> list[tuple[str, str]]:
    """(anchor, text without that of sections within) of a page's sections, in reading order."""
    article = BeautifulSoup(FOR_THE_EARS.sub("", html), "html.parser").select_one("article")
    for part in article.select(NO_TEXT):
        part.decompose()
    for whole in article.select(".katex, pre"):  # their parts are no words
        whole.replace_with(whole.get_text().replace("\u200b", ""))
    # From the end, so that an outer section no longer has the inner ones.
    found = [
        (section["id"], plain(section.extract())) for section in reversed(article.select(SECTION))
    ]
    return found[::-1]


def plain(part: Tag) -> str:
    """The text of a part in one line."""
    return BEFORE_A_MARK.sub("", " ".join(part.get_text(" ").split()))
