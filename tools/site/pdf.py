"""The whole book as one PDF: `make pdf`, after `make book`. Needs a Chromium.

The pages of the built site are joined into one, so that links between them become links within the
PDF, and are printed as a browser prints them: boxes open, light, solutions last.
"""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from dataclasses import dataclass
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

import pikepdf
import yaml
from bs4 import BeautifulSoup, SoupStrainer, Tag
from playwright.sync_api import Page, sync_playwright

from tools.notebooks import repository

from .build import BUILD, ROOT
from .downloads import FOLDER, PDF
from .offline import Formulas, make_still, pages, parts
from .sharing import site_address

HTML = BUILD / "html"
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
STYLE = Path(__file__).with_name("pdf.css")
PLACE = "<!-- the place of the PDF -->"
LINK = f'<li><a href="../{FOLDER}/{PDF}">The whole book as a PDF</a>, with its solutions</li>'
HEADINGS = ["h1", "h2", "h3", "h4", "h5", "h6"]


@dataclass(frozen=True)
class Heading:
    """A heading of the joined page, in the order of reading."""

    level: int
    words: str
    anchor: str


def name_of(page: str, anchor: str = "") -> str:
    return re.sub(r"\W+", "-", page) + (f"--{anchor}" if anchor else "")


def article(page: str, known: set[str], address: str, formulas: Formulas) -> Tag:
    """The text of a page, its anchors and links made those of the joined page."""
    built = formulas.set_aside((HTML / f"{page}.html").read_text("utf-8"))
    text = BeautifulSoup(built, "html.parser", parse_only=SoupStrainer("article")).article
    make_still(text, page, address)
    for box in text.select("details"):
        box["open"] = ""
    for node in text.select("[id]"):
        node["id"] = name_of(page, node["id"])
    for link in text.select("a[href]"):
        link["href"] = inside(link["href"], page, known, address)
        elsewhere = link["href"].startswith("http") and not link["href"].startswith(address)
        if elsewhere and not link.get_text().startswith("http"):
            link["class"] = [*link.get("class", []), "address"]  # printed after its words
    for picture in text.select("img[src]"):
        picture.attrs.pop("loading", None)
        if not picture["src"].startswith("data:"):
            picture["src"] = (HTML / page).parent.joinpath(picture["src"]).resolve().as_uri()
    text["id"] = name_of(page)
    return text


def inside(href: str, page: str, known: set[str], address: str) -> str:
    """Where a link of this page leads in the PDF; to the site, if it leads out of the PDF."""
    target = urlsplit(href)
    if target.scheme or target.netloc:
        return href
    if not target.path:
        return "#" + name_of(page, target.fragment)
    path = (HTML / page).parent.joinpath(target.path).resolve().relative_to(HTML).as_posix()
    for found in (path.removesuffix(".html"), path.replace("notebooks/", "solutions/")[:-5]):
        if found in known:
            return "#" + name_of(found, target.fragment)
    return address + path + (f"#{target.fragment}" if target.fragment else "")


def headings(text: Tag, formulas: Formulas) -> list[Heading]:
    """The headings of a page of the joined book."""
    found = []
    for node in text.find_all(HEADINGS):
        section = node.find_parent("section")
        anchor = section["id"] if section and section.find(HEADINGS) is node else text["id"]
        found.append(Heading(int(node.name[1]), formulas.words(node), anchor))
    return found


def front(titles: dict[str, list[Heading]], address: str, numbers: dict[str, int]) -> str:
    """The title page and the contents: parts, pages, and the sections of pages to read."""
    about = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    name, subtitle = about["title"].split(": ", 1)
    licences = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))["html"]["extra_footer"]
    lines = []
    for caption, files in parts():
        if caption:
            lines.append(f'<p class="part">{escape(caption)}</p>')
        for page in files:
            for heading in titles[page]:
                if heading.level > (1 if page.startswith("solutions/") else 2):
                    continue
                number = numbers.get(heading.anchor, "")
                lines.append(
                    f'<a class="level-{heading.level}" href="#{heading.anchor}">'
                    f"<span>{escape(heading.words)}</span><i></i><b>{number}</b></a>"
                )
    return (
        f'<div class="title-page"><p class="name">{name}</p><p>{escape(subtitle)}</p>'
        f'<p class="small">Version {about["version"]}. {escape(licences.strip())}<br>'
        f'The site, with explorers, code and notebooks: <a href="{address}">{address}</a></p></div>'
        f'<nav class="contents-page"><h1>Contents</h1><div>{"".join(lines)}</div></nav>'
    )


def sheet(body: str, heads: str = "") -> str:
    """A page to print, with the site's style sheets and those of the PDF."""
    built = (HTML / "book/index.html").read_text("utf-8")
    first = BeautifulSoup(built, "html.parser", parse_only=SoupStrainer("link", rel="stylesheet"))
    files = [link["href"].split("?")[0] for link in first.find_all("link")]
    addresses = [(HTML / "book" / file).resolve().as_uri() for file in files]
    sheets = "".join(f'<link rel="stylesheet" href="{address}">' for address in addresses)
    return (
        f'<!DOCTYPE html><html lang="en" data-theme="light"><head><meta charset="utf-8">'
        f"<title>Stepwise</title>{sheets}<style>{STYLE.read_text('utf-8')}{heads}</style></head>"
        f'<body><main class="bd-main"><div class="bd-content"><div class="bd-article-container">'
        f'<div class="bd-article">{body}</div></div></div></main></body></html>'
    )


def running_head(page: str, title: str) -> str:
    """The title of a page of the site at the head of all its printed pages."""
    words = title.replace("\\", "\\\\").replace('"', '\\"')
    name = name_of(page)
    return f'@page {name} {{ @top-left {{ content: "{words}"; }} }} #{name} {{ page: {name}; }}\n'


class Book:
    """The pages to print, joined: all of them, or those that are asked for."""

    def __init__(self, address: str, wanted: list[str] | None = None):
        self.address = address
        known = set(pages())
        self.formulas = Formulas()
        wanted = wanted or pages()
        self.texts = {page: article(page, known, address, self.formulas) for page in wanted}
        self.titles = {page: headings(text, self.formulas) for page, text in self.texts.items()}

    def headings(self) -> list[Heading]:
        return [heading for page in self.titles.values() for heading in page]

    def front(self, numbers: dict[str, int] | None = None) -> str:
        titles = {page: self.titles.get(page, []) for page in pages()}
        return front(titles, self.address, numbers or {})

    def whole(self) -> str:
        """One HTML page with all of it."""
        heads = "".join(running_head(page, found[0].words) for page, found in self.titles.items())
        texts = self.formulas.put_back("".join(map(str, self.texts.values())))
        return sheet(self.front() + texts, heads)

    def print(self, page: Page, target: Path) -> None:
        """Write the PDF: once all of it, then its front again, with the numbers of pages."""
        scratch = target.with_suffix(".part")
        printed(page, self.whole(), target)
        with pikepdf.open(target, allow_overwriting_input=True) as pdf:
            numbers = name_outline(pdf, self.headings())
            printed(page, sheet(self.front(numbers)), scratch)
            with pikepdf.open(scratch) as again:
                for old, new in zip(pdf.pages, again.pages, strict=False):
                    for key in ("/Contents", "/Resources"):
                        old[key] = pdf.copy_foreign(again.make_indirect(new[key]))
            # The tags for screen readers are many small objects: together they compress.
            pdf.save(target, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        scratch.unlink()


def name_outline(pdf: pikepdf.Pdf, wanted: list[Heading]) -> dict[str, int]:
    """Give the outline its words, and return the number of the page of each anchor.

    Chromium leaves out the spaces where the lines of a heading end.
    """
    places = {page.objgen: number for number, page in enumerate(pdf.pages, 1)}
    with pdf.open_outline() as outline:
        items, ahead = [], list(outline.root)[::-1]
        while ahead:
            items.append(ahead.pop())
            ahead += items[-1].children[::-1]
        # The first is that of the contents.
        numbers = {}
        for item, heading in zip(items[1:], wanted, strict=True):
            item.title = heading.words
            numbers.setdefault(heading.anchor, places[item.destination[0].objgen])
    return numbers


def printed(page: Page, html: str, target: Path) -> None:
    """Print HTML to a file, as a browser prints it."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "to_print.html")
        source.write_text(html, "utf-8")
        page.goto(source.as_uri(), wait_until="load", timeout=300_000)
        page.evaluate("() => document.fonts.ready.then(() => null)")
        page.pdf(path=target, prefer_css_page_size=True, outline=True, tagged=True,
                 print_background=True)  # fmt: skip


def browser_program() -> str | None:
    """Where this machine has a Chromium."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


def main() -> int:
    program = browser_program()
    if not (HTML / "book/index.html").exists() or program is None:
        missing = "a Chromium" if program is None else "the built site: run `make book` first"
        print(f"stepwise: `make pdf` needs {missing}", file=sys.stderr)
        return 1
    target = HTML / FOLDER / PDF
    target.parent.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=["--headless", "--no-sandbox", "--disable-gpu"]
        )
        Book(site_address(repository()["url"])).print(browser.new_page(), target)
        browser.close()
    home = HTML / "book/index.html"
    home.write_text(home.read_text("utf-8").replace(PLACE, LINK), "utf-8")
    print(f"{target}: {target.stat().st_size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
