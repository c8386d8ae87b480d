"""The whole book as an EPUB: `make epub`, after `make book`. Formulas are MathML, nothing runs.

Sphinx's own builder does it, from the same sources as the site. This extension gives it pages
without scripts, in XHTML, and a table of contents and a manifest for a first page in a folder.
"""

from __future__ import annotations

import posixpath
import re
import sys
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import yaml
from bs4 import BeautifulSoup
from jupyter_book.sphinx import build_sphinx
from sphinx.application import Sphinx
from sphinx.builders.epub3 import Epub3Builder

from tools.notebooks import repository

from .build import BUILD, ROOT
from .downloads import EPUB, FOLDER
from .offline import Formulas, make_still, pages
from .sharing import site_address

HTML = BUILD / "html"
STYLE = Path(__file__).with_name("epub_style")
PLACE = "<!-- the place of the EPUB -->"
LINK = f'<li><a href="../{FOLDER}/{EPUB}">The whole book as an EPUB</a>, for e-readers</li>'
# Of all that the site's extensions serve, what an e-reader needs.
SERVED = {"pygments.css", "epub.css", "file.png", "book.css"}
MATHML = re.compile(r"<math\b.*?</math>", re.S)
TAIL = re.compile(r'<span class="tail">.*?</span>')
ITEM = re.compile(r'<item id="[^"]*" href="([^"]*\.xhtml)"')


class ForEyesOnce(Formulas):
    """A formula as MathML alone, with the mark after it that the site draws inside of it."""

    def put_back(self, html: str) -> str:
        self.kept = [
            MATHML.search(formula)[0] + "".join(TAIL.findall(formula)) for formula in self.kept
        ]
        return super().put_back(html)


def still_page(body: str, page: str, address: str) -> str:
    """A page as XHTML that needs no script, its links within the book or to the site."""
    formulas = ForEyesOnce()
    text = BeautifulSoup(formulas.set_aside(body), "html.parser")
    make_still(text, page, address)
    for icon in text.select("summary svg, .sd-summary-state-marker"):
        icon.decompose()
    for words in text.select("summary p"):
        words.name = "span"
    for entry in text.select("[role=doc-biblioentry]"):
        del entry["role"]  # EPUB no longer has it
    known = set(pages())
    for link in text.select("a[href]"):
        link["href"] = within(link["href"], page, known, address)
    return formulas.put_back(str(text))


def within(href: str, page: str, known: set[str], address: str) -> str:
    """A link of a page: to a page of the book, else to the site."""
    path, _, anchor = href.partition("#")
    if not path or re.match(r"\w+:", path):
        return href
    target = posixpath.normpath(posixpath.join(posixpath.dirname(page), path))
    name = target.removesuffix(".xhtml").replace("notebooks/", "solutions/")
    if name in known:
        return posixpath.relpath(name, posixpath.dirname(page)) + ".xhtml" + href[len(path) :]
    return address + target.replace(".xhtml", ".html") + href[len(path) :]


class CourseEpub(Epub3Builder):
    """Sphinx's builder, for pages without scripts and a first page that is not at the root."""

    def add_css_file(self, filename: str, **more: Any) -> None:
        if filename in SERVED:
            super().add_css_file(filename, **more)

    def handle_page(self, pagename: str, addctx: dict[str, Any], *more: Any, **named: Any) -> None:
        if pagename not in pages():
            return
        address = site_address(repository()["url"])
        addctx["body"] = still_page(addctx["body"], pagename, address)
        super().handle_page(pagename, addctx, *more, **named)

    def handle_finish(self) -> None:
        for file in Path(self.outdir, "_static").rglob("*"):
            if file.is_file() and file.name not in SERVED:
                file.unlink()
        super().handle_finish()

    def get_toc(self) -> None:
        super().get_toc()
        for node in self.refnodes:
            node["refuri"] = posixpath.normpath(node["refuri"])
        names = {f"{page}.xhtml" for page in pages()}
        self.refnodes = [n for n in self.refnodes if n["refuri"].split("#")[0] in names]

    def build_content(self) -> None:
        """Say, as the format asks, which pages have MathML."""
        super().build_content()
        file = Path(self.outdir, "content.opf")

        def with_property(item: re.Match) -> str:
            page = Path(self.outdir, item[1])
            has = page.exists() and "<math" in page.read_text("utf-8")
            return item[0] + (' properties="mathml"' if has else "")

        file.write_text(ITEM.sub(with_property, file.read_text("utf-8")), "utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_builder(CourseEpub, override=True)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def faults(book: Path) -> list[str]:
    """Where an e-reader would stumble: text that is no XML, scripts, links that lead nowhere."""
    found = []
    with zipfile.ZipFile(book) as archive:
        names = set(archive.namelist())
        trees = {}
        for name in sorted(names):
            if name.endswith((".xhtml", ".opf", ".ncx")):
                try:
                    trees[name] = ElementTree.fromstring(archive.read(name))
                except ElementTree.ParseError as error:
                    found.append(f"{name} is no XML: {error}")
    anchors = {name: {node.get("id") for node in tree.iter()} for name, tree in trees.items()}
    for name, tree in trees.items():
        for node in tree.iter():
            if node.tag.endswith(("}script", "}button")):
                found.append(f"{name} has a {node.tag.split('}')[1]}")
            for key in ("href", "src"):
                link = node.get(key, "")
                if not link or re.match(r"\w+:", link):
                    continue
                path, _, anchor = link.partition("#")
                target = posixpath.normpath(posixpath.join(posixpath.dirname(name), path))
                target = target if path else name
                if target not in names or (anchor and anchor not in anchors.get(target, ())):
                    found.append(f"{name}: {link} leads nowhere")
    return found


def settings() -> dict[str, Any]:
    """What Sphinx is told beyond _config.yml."""
    site = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
    about = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    return {
        "external_toc_path": str(ROOT / "_toc.yml"),
        "latex_individualpages": False,  # Jupyter Book asks for it whatever it builds
        "nitpicky": True,
        "extensions": [*site["sphinx"]["config"]["extensions"], "tools.site.epub"],
        "version": str(about["version"]),
        "html_static_path": [str(STYLE)],
        "epub_css_files": ["book.css"],
        "epub_title": about["title"],
        "epub_author": site["author"],
        "epub_publisher": site["author"],
        "epub_contributor": site["author"],
        "epub_copyright": f"{site['copyright']}. {site['html']['extra_footer'].strip()}",
        "epub_description": about["title"],
        # The two files that list the book's own must give it one name.
        "epub_identifier": "stepwise",
        "epub_uid": "stepwise",
        "epub_basename": EPUB.removesuffix(".epub"),
        "epub_tocscope": "includehidden",
        "epub_tocdepth": 2,
        "epub_show_urls": "no",
        "epub_use_index": False,
        # The site's own files, which are no part of a book.
        "suppress_warnings": ["mystnb.unknown_mime_type", "epub.unknown_project_files"],
    }


def main() -> int:
    home = HTML / "book/index.html"
    if not home.exists():
        print("stepwise: `make epub` needs the built site: run `make book` first", file=sys.stderr)
        return 1
    status = build_sphinx(
        ROOT, BUILD / "epub", path_config=ROOT / "_config.yml", noconfig=True,
        confoverrides=settings(), doctreedir=BUILD / ".doctrees-epub", builder="epub",
        freshenv=True, warningiserror=True, keep_going=True,
    )  # fmt: skip
    if status:
        return 1
    made = BUILD / "epub" / EPUB
    if stumbling := faults(made):
        print("stepwise: the EPUB has faults:", *stumbling, sep="\n  ", file=sys.stderr)
        return 1
    target = HTML / FOLDER / EPUB
    made.replace(target)
    home.write_text(home.read_text("utf-8").replace(PLACE, LINK), "utf-8")
    print(f"{target}: {target.stat().st_size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
