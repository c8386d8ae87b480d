"""What the tests of all explorers need: a page of its own for one, and its words.

The page of its own holds what `make book` puts on a site's page (the widget's HTML, its script,
the loader) and nothing else, so that a failure there is the widget's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from stepwise_ssl.widgets._page import script
from tools.site.build import plain_script

from .conftest import Watch

ROOT = Path(__file__).resolve().parents[2]
LOADER = (ROOT / "book" / "assets" / "widgets.js").read_text("utf-8")

Show = Callable[..., Page]


def page_source(name: str, html: str, theme: str) -> str:
    """A page with the widget of this name in its static form."""
    return f"""<!doctype html><html lang="en" data-theme="{theme}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>Explorer</title></head>
<body><main><h1>Explorer</h1>{html}</main>
<script>{plain_script(name, script(name))}</script><script>{LOADER}</script></body></html>"""


@contextmanager
def pages(browser: Browser, folder: Path, name: str, make: Callable) -> Iterator[Show]:
    """``show(theme="light", width=800, **arguments)`` opens ``make(**arguments)`` on a page.

    At the end the console must be clean and no request have left the page's folder.
    """
    contexts, watch = [], Watch()

    def show(theme: str = "light", width: int = 800, **arguments) -> Page:
        html = make(**arguments)._repr_mimebundle_()[0]["text/html"]
        file = folder / f"{len(contexts)}.html"
        file.write_text(page_source(name, html, theme), "utf-8")
        contexts.append(browser.new_context(viewport={"width": width, "height": 800}))
        page = contexts[-1].new_page()
        watch.on(page, folder.as_uri())
        page.goto(file.as_uri())
        words(page)
        return page

    yield show
    for context in contexts:
        context.close()
    assert watch == Watch()


def words(page: Page) -> str:
    """The sentence under the figure, once what the page has been told is drawn."""
    page.evaluate("() => new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(r)))")
    page.wait_for_function("document.querySelector('.words')?.textContent")
    return page.inner_text(".words")


def closed_form(page: Page, name: str, *arguments: object) -> object:
    """Calls a function that a widget's script computes with: ``"staircase.loss"``."""
    return page.evaluate(
        """([name, args]) => { const [widget, f] = name.split(".");
        return window.stepwiseWidgets[widget].render.closedForm[f](...args); }""",
        [name, arguments],
    )


def overflowing(page: Page, card: str) -> list[str]:
    """The elements of a card that reach beyond its sides."""
    return page.evaluate(
        """(card) => { const { left, right } = document.querySelector(card).getBoundingClientRect();
        return [...document.querySelectorAll(`${card} *`)].filter((e) => {
            const box = e.getBoundingClientRect();
            return box.width > 1 && (box.right > right + 0.5 || box.left < left - 0.5);
        }).map((e) => e.outerHTML.slice(0, 90)); }""",
        card,
    )


def still_picture(browser: Browser, folder: Path, name: str, html: str) -> tuple[float, str]:
    """Where no script runs: the width of the picture, and the words on the page."""
    file = folder / "still.html"
    file.write_text(page_source(name, html, "light"), "utf-8")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(file.as_uri())
    seen = page.locator("main img").bounding_box()["width"], page.inner_text("main")
    context.close()
    return seen


@contextmanager
def on_the_site(browser: Browser, address: str, name: str) -> Iterator[Page]:
    """The chapter's page of the built site, which must say and fetch nothing that it should not."""
    page, watch = browser.new_page(), Watch()
    watch.on(page, address)
    page.goto(f"{address}/book/{name}.html")
    # What waits for a guess shows.
    page.evaluate("document.querySelectorAll('.predict .show-me').forEach((b) => b.click())")
    yield page
    assert watch == Watch()
    page.close()


def assert_fit_for_all(page: Page, width: int, card: str) -> None:
    """Axe finds nothing, and neither the page nor the card is wider than the screen."""
    found = Axe().run(page).response["violations"]
    assert [(rule["id"], node["html"]) for rule in found for node in rule["nodes"]] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert overflowing(page, card) == []
