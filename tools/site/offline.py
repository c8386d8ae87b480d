"""The course on paper and in e-readers: its pages in order, without what needs a script."""

from __future__ import annotations

import re

import yaml
from bs4 import BeautifulSoup, Tag

from .build import ROOT

GONE = (
    ".headerlink, script, style, noscript, button, .notebook-links, .counterpart, #your-progress, "
    ".larger, .stacked, picture > source"  # a picture's other sizes, for screens
)
# What stays on the site, and where it stood.
ELSEWHERE = {
    "[data-widget]": "An explorer for this place stands on",
    "details.hide": "The code of this figure stands on",
}


def parts() -> list[tuple[str, list[str]]]:
    """The parts of the table of contents: each its caption and its pages."""
    contents = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
    found = [("", [contents["root"]])]
    for part in contents["parts"]:
        files = [chapter["file"] for chapter in part["chapters"]]
        # Blank exercises come with their solutions, and papers have no blanks to fill.
        kept = [file for file in files if not file.startswith("notebooks/")]
        found.append((part.get("caption", ""), kept))
    return found


def pages() -> list[str]:
    """The pages in the order of the table of contents."""
    return [page for _, files in parts() for page in files]


def make_still(text: Tag, page: str, address: str) -> None:
    """Take out of a page's text what needs a script or a reader's click, and say where it is."""
    for node in text.select(GONE):
        node.decompose()
    for kind, words in ELSEWHERE.items():
        for node in text.select(kind):
            figure = node.find_parent(class_="cell").find("figure", id=True)
            anchor = f"#{figure['id']}" if figure else ""
            link = f'<a href="{address}{page}.html{anchor}">this page of the site</a>'
            note = f'<p class="elsewhere">{words} {link}.</p>'
            node.replace_with(BeautifulSoup(note, "html.parser"))


class Formulas:
    """Formulas while a page is worked on: most of its tags, and nothing changes in them."""

    OPENING = '<span class="katex">'
    EDGE = re.compile(r"<(/?)span\b")
    PLACE = re.compile(r'<x-formula n="(\d+)"></x-formula>')

    def __init__(self):
        self.kept: list[str] = []

    def set_aside(self, html: str) -> str:
        """The page with a mark in the place of each formula."""
        done, rest = [], 0
        while (start := html.find(self.OPENING, rest)) >= 0:
            depth = 0
            for edge in self.EDGE.finditer(html, start):
                depth += -1 if edge[1] else 1
                if not depth:
                    break
            end = edge.end() + 1
            done += [html[rest:start], f'<x-formula n="{len(self.kept)}"></x-formula>']
            self.kept.append(html[start:end])
            rest = end
        return "".join(done) + html[rest:]

    def put_back(self, html: str) -> str:
        return self.PLACE.sub(lambda mark: self.kept[int(mark[1])], html)

    def words(self, node: Tag) -> str:
        """The words of a heading on one line, with its formulas as text."""
        html = self.put_back(str(node))
        seen = BeautifulSoup(html, "html.parser")
        for twice in seen.select(".katex-html"):
            twice.decompose()
        return re.sub(r"\s+", " ", seen.get_text()).strip()
