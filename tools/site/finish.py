"""The last touch on the built pages: what the theme has no setting for.

- No script draws icons: the theme's fonts have them, and 1.5 MB of script stood before all text.
- What the first text does not need comes after what it does: scripts wait, none is fetched ahead.
- Only the search page and the index of Sphinx's own load the scripts of the search. The search
  page loads the texts of the sections before them.
- A picture says its size, so that nothing moves when it comes, and comes when it is near.
- A figure opens larger, and a phone gets its narrow drawing (`pictures.py`).
- An entry of a bibliography is an item of its list: its own role is withdrawn from the standard.
- A screen reader hears names that say something (`heard.py`).
- A range of a table, as 0.32–0.34, is marked, so that the style can keep it on one line.
- A few letters of code, as the shape `(d, m)`, are marked and stay on one line as well.
- A table of class "cards" says in each cell what its column is, for a phone shows a row as a card.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import partial
from html import unescape
from pathlib import Path

from bs4 import BeautifulSoup
from PIL import Image

from .heard import NUMBER, say
from .pictures import Drawing, both, drawings

ICONS = re.compile(r'\s*<script[^>]*src="[^"]*/fontawesome\.js[^"]*"></script>')
SEARCH = re.compile(
    r'\s*<script[^>]*src="[^"]*/(?:searchtools|language_data|searchindex)\.js[^"]*"></script>'
)
# In their order, after the text. Not where the search's own scripts, which run at once, need them.
SCRIPT = re.compile(
    r'<script (?=(?:data-[\w-]+="[^"]*" )?src="[^"]*_static/(?:doctools|sphinx_highlight'
    r"|clipboard\.min|copybutton|scripts/sphinx-book-theme|togglebutton|design-tabs)\.js)"
)
AHEAD = re.compile(r'\s*<link rel="preload" as="script"[^>]*>')
SEARCH_TEXTS = '<script src="_static/search_texts.js"></script>'
PICTURE = re.compile(r"<img\b[^>]*>")
SOURCE = re.compile(r'\bsrc="(([^"]*/)([^"/]+\.(?:png|jpe?g|gif)))"')
FIGURE = re.compile(r"<figure\b.*?</figure>", re.DOTALL)
CARDS = re.compile(r'<table class="[^"]*\bcards\b.*?</table>', re.DOTALL)
MARKED = '<span class="range">'
CELL = re.compile(r"<td\b.*?</td>", re.DOTALL)
RANGE = re.compile(r"(?<=[\s>(/])[\d.,]*\d–\d[\d.,]*(?=[\s<)/][^<>]*<|<)")
CODE = re.compile(r'<code class="docutils literal notranslate">([^\n]*?)</code>')
SHORT = 14  # letters of code
TAG = re.compile(r"<[^>]*>")
BIBLIOGRAPHY = 'role="doc-biblioentry"'
ROLES = {"table": "table", "thead": "rowgroup", "tbody": "rowgroup", "tr": "row", "td": "cell"}


def finish(folder: Path, executed: Iterable[Path]) -> None:
    """Change every page under `folder` where it needs it. A second call changes nothing.

    `executed` are the folders of the notebooks whose figures the pages show.
    """
    drawn = drawings(executed, folder / "_images")
    sizes: dict[Path, tuple[int, int]] = {}
    for page in folder.rglob("*.html"):
        before = page.read_text("utf-8")
        after = AHEAD.sub("", ICONS.sub("", before))
        if page.name not in {"search.html", "genindex.html"}:
            after = SCRIPT.sub('<script defer="defer" ', SEARCH.sub("", after))
        elif page.name == "search.html" and SEARCH_TEXTS not in after:
            after = SEARCH.sub(lambda found: SEARCH_TEXTS + found[0], after, count=1)
        after = PICTURE.sub(partial(sized, page=page, sizes=sizes, drawn=drawn), after)
        after = CARDS.sub(labelled, after)
        after = after.replace(BIBLIOGRAPHY, 'role="listitem"')
        after = FIGURE.sub(named, after)
        after = CELL.sub(lambda cell: RANGE.sub(spanned, cell[0]), after)
        after = CODE.sub(short, after)
        after = say(after)
        if after != before:
            page.write_text(after, "utf-8")


def sized(
    found: re.Match,
    page: Path,
    sizes: dict[Path, tuple[int, int]],
    drawn: dict[str, tuple[Drawing, Drawing | None]],
) -> str:
    """An <img> with its size and loaded when it is near, unless it says otherwise itself."""
    tag = found[0]
    if "loading=" in tag:
        return tag
    more = ' loading="lazy"'
    source = SOURCE.search(tag)
    file = (page.parent / source[1]).resolve() if source else None
    if file and file.is_file() and not re.search(r"\b(width|height)=", tag):
        if file not in sizes:
            with Image.open(file) as picture:
                sizes[file] = picture.size
        more += ' width="{}" height="{}"'.format(*sizes[file])
    tag = f"<img{more}{tag[4:]}"
    return both(tag, source[2], *drawn[source[3]]) if source and source[3] in drawn else tag


def named(found: re.Match) -> str:
    """A figure whose link says to those who hear it only which picture it opens."""
    number = NUMBER.search(found[0])
    more = f'<span class="visually-hidden"> picture of {number[1]}</span>' if number else ""
    return found[0].replace(">Larger</a>", f">Larger{more}</a>")


def spanned(found: re.Match) -> str:
    marked = found.string[: found.start()].endswith(MARKED)
    return found[0] if marked else f"{MARKED}{found[0]}</span>"


def short(found: re.Match) -> str:
    words = unescape(TAG.sub("", found[1]))
    marked = " " in words and len(words) <= SHORT
    return found[0].replace('notranslate">', 'notranslate short">', 1) if marked else found[0]


def labelled(found: re.Match) -> str:
    """A table whose cells say their column; roles keep it a table when it is shown as cards."""
    table = BeautifulSoup(found[0], "html.parser")
    heads = [cell.get_text() for cell in table.select("thead :is(th, td)")]
    for row in table.select("tbody tr"):
        for cell, head in zip(row.select("td"), heads, strict=True):
            if cell.get_text(strip=True):
                cell["data-label"] = head
    for name, role in ROLES.items():
        for node in table.select(name):
            node["role"] = role
    for node in table.select("th"):
        node["role"] = "columnheader"
    return str(table)
