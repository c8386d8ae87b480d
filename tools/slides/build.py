"""Make the slides: `make slides`, or `make slides CHAPTER=2` for one deck, in _build/slides/.

chapter_NN.md (a MyST notebook, a cell a slide) holds the words. In them

    ![](fig-opening)    is a figure of the chapter's pages, with the alt text that it has there
    {glue:text}`flat`   is a number that a page has glued, by `glue` or by its own `show`

so figures and numbers are never copied: the pages' own cells are run, up to the last one needed.
nbconvert turns the notebook into a deck for reveal.js. A deck takes reveal.js and MathJax from the
network, or from _build/slides/node_modules where they have been installed; see SCRIPTS.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient
from nbconvert import SlidesExporter
from traitlets.config import Config

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
OUT = ROOT / "_build" / "slides"

FIGURE = re.compile(r"!\[\]\((fig-[\w-]+)\)")
GLUED = re.compile(r"\{glue:text\}`([\w-]+)`")

# For a room without network, after `make slides`:
# npm install --prefix _build/slides reveal.js@4 requirejs jquery mathjax@2
SCRIPTS = {
    "reveal_url_prefix": "reveal.js",
    "require_js_url": "requirejs/require.js",
    "jquery_url": "jquery/dist/jquery.min.js",
    "mathjax_url": "mathjax/MathJax.js?config=TeX-AMS_CHTML-full,Safe",
}

STYLE = """\
<style>
  .reveal h1, .reveal h2 { text-transform: none; letter-spacing: 0; text-align: left; }
  .reveal h1 { font-size: 2em; font-weight: 600; }
  .reveal h2 { font-size: 1.3em; font-weight: 600; margin-bottom: .5em; }
  .reveal .slides section { text-align: left; }
  .reveal p, .reveal li, .reveal td, .reveal th { font-size: 28px; line-height: 1.35; }
  .reveal ul, .reveal ol { margin-left: 1.2em; }
  .reveal section img { display: block; margin: 10px auto; max-height: 460px; max-width: 100%; }
  .jp-RenderedHTMLCommon { font-family: inherit; color: inherit; }
</style>
"""


def sources() -> list[Path]:
    """The sources of all decks, in order."""
    return sorted(HERE.glob("chapter_[0-9][0-9].md"))


def pages_of(source: Path) -> list[Path]:
    """The pages of the chapter that a deck belongs to, the first one first."""
    return sorted((ROOT / "book").glob(f"{source.stem[-2:]}_*.md"))


def deck(source: Path, scripts: str = "") -> str:
    """The deck as HTML. Raises ValueError where it names what the page does not have.

    `scripts` is the folder, as the deck sees it, that holds SCRIPTS; "" is the network.
    """
    slides = jupytext.read(source)
    words = "\n".join(cell.source for cell in slides.cells)
    figures, numbers, wanted = {}, {}, [*FIGURE.findall(words), *GLUED.findall(words)]
    for path, names in shared_out(pages_of(source), wanted):
        page = run_page(path, names)
        figures |= figures_of(page)
        numbers |= glued_in(page)
    for cell in slides.cells:
        cell.attachments = {}
        for name in FIGURE.findall(cell.source):
            alt, png = figures[name]
            cell.attachments[f"{name}.png"] = {"image/png": png}
            cell.source = cell.source.replace(f"![]({name})", f"![{alt}](attachment:{name}.png)")
        cell.source = GLUED.sub(lambda found: numbers[found[1]], cell.source)
    slides.metadata["title"] = re.search(r"^# (.+)$", words, re.M).group(1)
    html, _ = SlidesExporter(config=_settings(scripts)).from_notebook_node(slides)
    return html.replace("</head>", f"{STYLE}</head>", 1)


def _settings(scripts: str) -> Config:
    local = {name: f"{scripts}/{path}" for name, path in SCRIPTS.items()} if scripts else {}
    always = {"reveal_number": "c/t", "reveal_transition": "none", "exclude_input_prompt": True}
    return Config(SlidesExporter=local | always)


def shared_out(paths: list[Path], wanted: Sequence[str]) -> list[tuple[Path, list[str]]]:
    """Which page makes which of what is wanted; what no page makes is left to the first."""
    first, further = paths[0], {}
    for path in paths[1:]:
        cells = jupytext.read(path).cells
        further |= {name: path for name in wanted if any(_makes(cell, name) for cell in cells)}
    shares = {path: [name for name in wanted if further.get(name, first) == path] for path in paths}
    return [(path, names) for path, names in shares.items() if names]


def run_page(path: Path, wanted: Sequence[str]) -> nbformat.NotebookNode:
    """The page, its cells run up to the last that makes a wanted figure or number."""
    page = jupytext.read(path)
    last = -1
    for name in wanted:
        makes = [k for k, cell in enumerate(page.cells) if _makes(cell, name)]
        if not makes:
            raise ValueError(f"{path.name} makes no {name}")
        last = max(last, makes[-1])
    page.cells = page.cells[: last + 1]
    NotebookClient(page, timeout=600, resources={"metadata": {"path": str(path.parent)}}).execute()
    return page


def _makes(cell: nbformat.NotebookNode, name: str) -> bool:
    return _figure(cell).get("name") == name or glues(cell.source, name)


def glues(code: str, name: str) -> bool:
    """Whether a page's code gives a number this name."""
    return re.search(rf'\b(glue|show)\("{name}"', code) is not None


def _figure(cell: nbformat.NotebookNode) -> dict:
    return cell.metadata.get("mystnb", {}).get("figure", {})


def figures_of(page: nbformat.NotebookNode) -> dict[str, tuple[str, str]]:
    """Alt text and PNG (base64) of each figure that was drawn. Raises ValueError without alt."""
    found = {}
    for cell in page.cells:
        for output in cell.get("outputs", ()):
            if "image/png" in output.get("data", {}) and _figure(cell):
                name, image = _figure(cell)["name"], cell.metadata["mystnb"].get("image", {})
                if not image.get("alt"):
                    raise ValueError(f"{name} has no alt text")
                alt = re.sub(r"([\[\]$])", r"\\\1", " ".join(image["alt"].split()))
                found[name] = alt, output.data["image/png"]
    return found


def glued_in(page: nbformat.NotebookNode) -> dict[str, str]:
    """Texts that the page has glued, by name."""
    found = {}
    for cell in page.cells:
        for output in cell.get("outputs", ()):
            about = output.get("metadata", {}).get("scrapbook")
            for kind, text in output.get("data", {}).items():
                if about and kind.endswith("text/plain"):
                    found[about["name"]] = text.strip("'")
    return found


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="slides", description=__doc__.split("\n\n")[0])
    parser.add_argument("chapter", nargs="?", help="of one deck (default: all)")
    chosen = parser.parse_args(arguments).chapter
    wanted = [s for s in sources() if chosen is None or s.stem == f"chapter_{chosen:0>2}"]
    if not wanted:
        parser.error(f"there are no slides of chapter {chosen!r}")
    OUT.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # the pages' matrices are small
    os.environ.pop("MPLBACKEND", None)  # another backend than the kernel's own shows no figure
    scripts = "node_modules" if (OUT / "node_modules" / "reveal.js").is_dir() else ""
    print(f"reveal.js and MathJax: from {OUT / scripts if scripts else 'the network'}")
    for source in wanted:
        start = time.perf_counter()
        target = OUT / f"{pages_of(source)[0].stem}.slides.html"
        target.write_text(deck(source, scripts), encoding="utf-8")
        print(f"{time.perf_counter() - start:5.0f} s  {target.relative_to(ROOT)}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
