"""The whole book as one PDF: `make pdf`, after `make book`. Needs a Chromium.

The pages of the built site are joined into one, so that links between them become links within the
PDF, and are printed as a browser prints them: boxes open, light, solutions last.
"""

from __future__ import annotations

import re
import shutil
import sys
from urllib.parse import urlsplit

import yaml
from bs4 import BeautifulSoup, Tag
from playwright.sync_api import sync_playwright

from tools.notebooks import repository

from .build import BUILD, ROOT
from .downloads import FOLDER, PDF
from .sharing import site_address

HTML = BUILD / "html"
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
GONE = (
    ".headerlink, script, style, noscript, button, .notebook-links, .counterpart, #your-progress, "
    ".larger, .stacked, picture > source"
)
PLACE = "<!-- the place of the PDF -->"
LINK = f'<li><a href="../{FOLDER}/{PDF}">The whole book as a PDF</a>, with its solutions</li>'
FOOTER = (
    '<div style="font-size: 8px; width: 100%; text-align: center; color: #555;">'
    '<span class="pageNumber"></span></div>'
)
STYLE = """\
@page { size: A4; margin: 18mm 17mm 20mm; }
html { font-size: 15px; }
body { background: white; }
article { break-before: page; max-width: none; }
article:first-of-type { break-before: auto; }
.bd-article .explorer-elsewhere { border: 1px solid #bbb; padding: 0.6rem 0.9rem; }
"""


def pages() -> list[str]:
    """The pages in the order of the table of contents."""
    contents = yaml.safe_load((ROOT / "_toc.yml").read_text())
    files = [contents["root"]]
    for part in contents["parts"]:
        files += [chapter["file"] for chapter in part["chapters"]]
    # Blank exercises come with their solutions, and papers have no blanks to fill.
    return [file for file in files if not file.startswith("notebooks/")]


def name_of(page: str, anchor: str = "") -> str:
    return re.sub(r"\W+", "-", page) + (f"--{anchor}" if anchor else "")


def article(page: str, known: set[str], address: str) -> Tag:
    """The text of a page, its anchors and links made those of the joined page."""
    source = BeautifulSoup((HTML / f"{page}.html").read_text("utf-8"), "html.parser")
    text = source.select_one("article")
    for node in text.select(GONE):
        node.decompose()
    for widget in text.select("[data-widget]"):
        note = source.new_tag("p", attrs={"class": "explorer-elsewhere"})
        note.string = f"Here the site has an explorer: {address}{page}.html"
        widget.replace_with(note)
    for box in text.select("details"):
        box["open"] = ""
    for node in text.select("[id]"):
        node["id"] = name_of(page, node["id"])
    for link in text.select("a[href]"):
        link["href"] = inside(link["href"], page, known, address)
    for picture in text.select("img[src]"):
        picture.attrs.pop("loading", None)
        if not picture["src"].startswith("data:"):
            picture["src"] = (HTML / page).parent.joinpath(picture["src"]).resolve().as_uri()
    text["id"] = name_of(page)
    return text


def inside(href: str, page: str, known: set[str], address: str) -> str:
    """Where a link of this page leads in the PDF; to the site, if it leads out of the PDF."""
    parts = urlsplit(href)
    if parts.scheme or parts.netloc:
        return href
    if not parts.path:
        return "#" + name_of(page, parts.fragment)
    target = (HTML / page).parent.joinpath(parts.path).resolve().relative_to(HTML).as_posix()
    target = target.removesuffix(".html")
    if target in known:
        return "#" + name_of(target, parts.fragment)
    solved = target.replace("notebooks/", "solutions/")
    if solved in known:
        return "#" + name_of(solved, parts.fragment)
    return f"{address}{target}.html" + (f"#{parts.fragment}" if parts.fragment else "")


def joined(home: str) -> str:
    """One HTML page with all pages of the book."""
    wanted = pages()
    first = BeautifulSoup((HTML / "book/index.html").read_text("utf-8"), "html.parser")
    files = [sheet["href"].split("?")[0] for sheet in first.select("link[rel=stylesheet]")]
    addresses = [(HTML / "book" / file).resolve().as_uri() for file in files]
    sheets = "".join(f'<link rel="stylesheet" href="{address}">' for address in addresses)
    texts = "".join(str(article(page, set(wanted), home)) for page in wanted)
    return (
        f'<!DOCTYPE html><html lang="en" data-theme="light"><head><meta charset="utf-8">'
        f"<title>Stepwise</title>{sheets}<style>{STYLE}</style></head>"
        f'<body><main class="bd-main"><div class="bd-content"><div class="bd-article-container">'
        f'<div class="bd-article">{texts}</div></div></div></main></body></html>'
    )


def browser_program() -> str | None:
    """Where this machine has a Chromium."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


def main() -> int:
    program = browser_program()
    if not (HTML / "book/index.html").exists() or program is None:
        missing = "a Chromium" if program is None else "the built site: run `make book` first"
        print(f"stepwise: `make pdf` needs {missing}", file=sys.stderr)
        return 1
    whole = BUILD / "whole.html"
    whole.write_text(joined(site_address(repository()["url"])), "utf-8")
    target = HTML / FOLDER / PDF
    target.parent.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=["--headless", "--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page()
        page.goto(whole.as_uri(), wait_until="load", timeout=300_000)
        page.evaluate("() => document.fonts.ready.then(() => null)")
        page.pdf(
            path=target, prefer_css_page_size=True, outline=True, tagged=True,
            print_background=True, display_header_footer=True,
            header_template="<span></span>", footer_template=FOOTER,
        )  # fmt: skip
        browser.close()
    home = HTML / "book/index.html"
    home.write_text(home.read_text("utf-8").replace(PLACE, LINK), "utf-8")
    print(f"{target}: {target.stat().st_size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
