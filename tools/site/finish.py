"""The last touch on the built pages: what the theme has no setting for.

- No script draws icons: the theme's fonts have them, and 1.5 MB of script stood before all text.
- Only the search page and the index of Sphinx's own load the scripts of the search. The search
  page loads the texts of the sections before them.
- A picture says its size, so that nothing moves when it comes, and comes when it is near.
"""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

from PIL import Image

ICONS = re.compile(r'\s*<script[^>]*src="[^"]*/fontawesome\.js[^"]*"></script>')
SEARCH = re.compile(
    r'\s*<script[^>]*src="[^"]*/(?:searchtools|language_data|searchindex)\.js[^"]*"></script>'
)
SEARCH_TEXTS = '<script src="_static/search_texts.js"></script>'
PICTURE = re.compile(r"<img\b[^>]*>")
SOURCE = re.compile(r'\bsrc="([^"]+\.(?:png|jpe?g|gif))"')


def finish(folder: Path) -> None:
    """Change every page under `folder` where it needs it. A second call changes nothing."""
    sizes: dict[Path, tuple[int, int]] = {}
    for page in folder.rglob("*.html"):
        before = page.read_text("utf-8")
        after = ICONS.sub("", before)
        if page.name not in {"search.html", "genindex.html"}:
            after = SEARCH.sub("", after)
        elif page.name == "search.html" and SEARCH_TEXTS not in after:
            after = SEARCH.sub(lambda found: SEARCH_TEXTS + found[0], after, count=1)
        after = PICTURE.sub(partial(sized, page=page, sizes=sizes), after)
        if after != before:
            page.write_text(after, "utf-8")


def sized(found: re.Match, page: Path, sizes: dict[Path, tuple[int, int]]) -> str:
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
    return f"<img{more}{tag[4:]}"
