"""Numbers that say where something stands: figure 7.1, equation (5.2), the chapter in its title.

Sphinx would number by chapter only with numbers on all sections. So its own numbers, which run
through the whole book, are replaced once it has given them. A page of details goes on with those of
its chapter, which its first line names. Loaded through `local_extensions`.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

CHAPTER = re.compile(r"book/0*(\d+)_")
DETAILS = re.compile(r"book/\w+_details")
BELONGS = re.compile(r"^This page belongs to \[chapter (\d+)\]", re.M)


def chapter_of(env: BuildEnvironment, page: str) -> int | None:
    """The chapter that a page is part of; None for a page of none."""
    if DETAILS.match(page):
        return int(BELONGS.search(Path(env.doc2path(page)).read_text("utf-8"))[1])
    chapter = CHAPTER.match(page)
    return int(chapter[1]) if chapter else None


def number_title(app: Sphinx, doctree: nodes.document) -> None:
    """Put the chapter's number before its title, before Sphinx collects titles."""
    chapter = chapter_of(app.env, app.env.docname)
    title = next(doctree.findall(nodes.title), None)
    if chapter and title is not None:
        title.insert(0, nodes.Text(f"{chapter} \u00b7 "))


def number_by_chapter(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Count figures, tables and equations anew in each chapter; elsewhere through all pages."""
    counts: Counter[tuple[int | None, str]] = Counter()
    for page in reading_order(env):
        number = chapter_of(env, page)
        for kind, places in env.toc_fignumbers.get(page, {}).items():
            for place in sorted(places, key=places.get):
                counts[number, kind] += 1
                count = counts[number, kind]
                places[place] = (number, count) if number else (count,)
    return []


def reading_order(env: BuildEnvironment) -> list[str]:
    """All pages as the table of contents has them."""
    order, ahead = [], [env.config.root_doc]
    while ahead:
        page = ahead.pop()
        if page not in order:
            order.append(page)
            ahead += reversed(env.toctree_includes.get(page, []))
    return order


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("doctree-read", number_title, priority=100)
    app.connect("env-get-updated", number_by_chapter, priority=900)  # after Sphinx's own numbers
    return {"parallel_read_safe": True, "parallel_write_safe": True}
