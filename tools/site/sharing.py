"""What search engines, messengers and lost readers get: description, card, address, sitemap, 404.

The site's address follows from the repository's, as GitHub Pages gives it. Loaded through
`local_extensions` in _config.yml.
"""

from __future__ import annotations

import re
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

LONGEST = 200  # letters of a description that search engines show
CARD = "_static/staircase.png"
NO_PROSE = (nodes.Admonition, nodes.figure, nodes.table, nodes.list_item, nodes.math_block)
CHAPTER_PAGE = re.compile(r"(book|notebooks)/")

NOT_FOUND = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<link rel="icon" href="data:,">
<title>Page not found — {project}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 1.1rem/1.6 system-ui, sans-serif; margin: 15vh auto; max-width: 34rem; }}
main {{ padding: 0 1rem; }}
:focus-visible {{ outline: 3px solid; outline-offset: 2px; }}
</style>
</head>
<body>
<main>
<h1>There is no such page</h1>
<p>It may have moved, or the address has a slip. <a href="{home}">The course begins here</a>, and
<a href="{search}">the search</a> knows all its pages.</p>
</main>
</body>
</html>
"""


def site_address(repository: str) -> str:
    """https://OWNER.github.io/NAME/ of the repository https://github.com/OWNER/NAME."""
    owner, name = repository.rstrip("/").split("/")[-2:]
    return f"https://{owner}.github.io/{name}/"


def description(doctree: nodes.document | None) -> str:
    """The page's first words of prose, to the end of a sentence where one fits."""
    if doctree is None:
        return ""
    for paragraph in doctree.findall(nodes.paragraph):
        node, inside = paragraph, False
        while node.parent is not None:
            node = node.parent
            inside = inside or isinstance(node, NO_PROSE)
        if inside or any(paragraph.findall(nodes.math)):
            continue
        text = re.sub(r"\s+", " ", paragraph.astext()).strip()
        if len(text) < 60:
            continue
        if len(text) <= LONGEST:
            return text
        cut = text[:LONGEST]
        end = max(cut.rfind(mark) for mark in (". ", "? ", "! "))
        return cut[: end + 1] if end > 60 else cut[: cut.rfind(" ")] + "\u2026"
    return ""


def add_to_head(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Description, canonical address, and the card that messengers show."""
    if doctree is None:
        return
    base = site_address(app.config.html_theme_options["repository_url"])
    title = re.sub(r"<[^>]+>", "", context.get("title", ""))
    address = f"{base}{pagename}.html"
    named = {"description": description(doctree), "twitter:card": "summary_large_image"}
    card = {
        "og:title": title, "og:description": named["description"], "og:type": "article",
        "og:url": address, "og:site_name": app.config.html_title, "og:image": base + CARD,
    }  # fmt: skip
    lines = [
        f'<meta name="{key}" content="{escape(text)}" />' for key, text in named.items() if text
    ]
    lines += [
        f'<meta property="{key}" content="{escape(text)}" />' for key, text in card.items() if text
    ]
    # MyST's own description would be a second one.
    own = re.compile(r'<meta [^>]*(?:name="description"|property="og:[^"]*")[^>]*>')
    tags = own.sub("", context.get("metatags", ""))
    context["metatags"] = "\n".join([tags, *lines, f'<link rel="canonical" href="{address}" />'])


def write_files(app: Sphinx, exception: Exception | None) -> None:
    """sitemap.xml, robots.txt and 404.html."""
    if exception is not None or app.builder.name != "html":
        return
    base = site_address(app.config.html_theme_options["repository_url"])
    out = Path(app.outdir)
    pages = sorted(page for page in app.env.found_docs if CHAPTER_PAGE.match(page))
    rows = "\n".join(f"<url><loc>{base}{page}.html</loc></url>" for page in pages)
    (out / "sitemap.xml").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{rows}\n</urlset>\n',
        "utf-8",
    )
    (out / "robots.txt").write_text(
        f"User-agent: *\nAllow: /\nSitemap: {base}sitemap.xml\n", "utf-8"
    )
    # A page that is shown at any address: its links have the whole one.
    (out / "404.html").write_text(
        NOT_FOUND.format(
            project=app.config.html_title,
            home=f"{base}book/index.html",
            search=f"{base}search.html",
        ),
        "utf-8",
    )


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("html-page-context", add_to_head, priority=950)
    app.connect("build-finished", write_files)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
