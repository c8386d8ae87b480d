"""Files to take away: all notebooks and the whole site, each as one zip; pages as notebooks."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from pathlib import Path

from .page_notebooks import write_page_notebooks

FOLDER, PAGES = "downloads", "pages"
NOTEBOOKS, SITE = "stepwise-notebooks.zip", "stepwise-site.zip"
PDF, EPUB = "stepwise.pdf", "stepwise.epub"
START = """\
<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Stepwise</title>
<meta http-equiv="refresh" content="0; url=stepwise/book/index.html"></head>
<body><p><a href="stepwise/book/index.html">The course begins here.</a></p></body></html>
"""


def write_downloads(html: Path, root: Path) -> None:
    """Write all of them under `html`, from the repository `root`.

    The site's own zip has all of it but the zips and the PDF.
    """
    folder = html / FOLDER
    write_page_notebooks(sorted((root / "book").glob("[0-9][0-9]_*.md")), folder / PAGES)
    blank = sorted((root / "notebooks").glob("*.ipynb"))
    pack(folder / NOTEBOOKS, ((f"stepwise/{path.name}", path.read_bytes()) for path in blank))
    pages = sorted(p for p in html.rglob("*") if p.is_file() and p.parent != folder)
    pack(
        folder / SITE,
        [
            ("open-me.html", START.encode()),
            *((f"stepwise/{p.relative_to(html).as_posix()}", p.read_bytes()) for p in pages),
        ],
    )


def pack(target: Path, entries: Iterable[tuple[str, bytes]]) -> None:
    """A zip whose bytes depend on its entries alone."""
    scratch = target.with_suffix(".part")
    with zipfile.ZipFile(scratch, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    scratch.replace(target)
