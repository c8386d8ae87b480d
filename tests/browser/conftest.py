"""One server, one browser and one visit of each page for all browser tests of a process.

The tests build nothing: `make book` comes first, and `make test` sees to it.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import product

import pytest
from axe_playwright_python.sync_playwright import Axe
from bs4 import BeautifulSoup
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Page,
    Request,
    sync_playwright,
)
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from tools.site.build import BUILD
from tools.site.pdf import PROGRAMS, browser_program
from tools.site.serve import server

from .focus import lost_stops
from .phone import DRAWN, all_open, unreadable
from .targets import small_targets

HTML = BUILD / "html"
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # there is no other host
    # Two processes less for each window, a third of the time: the address bar's, one for trials.
    "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup", "--disable-site-isolation-trials",
]  # fmt: skip
WIDTHS = (1280, 390)
THEMES = ("light", "dark")
# For what depends on the theme or on the width, and not on one with the other.
BOTH_ONCE = tuple(zip(THEMES, WIDTHS, strict=True))

# What a reader must never see: KaTeX and MyST turn all of it into something else.
RAW_MARKUP = (
    r"\$\$|\\frac|\\gamma|\\\(|\\\[|:::|```|\{(?:ref|numref|eq|doc|cite|term|glue)[:}\w]|\*\*\w"
)
VISIBLE_TEXT = """() => {
  const article = document.querySelector("article").cloneNode(true);
  article.querySelectorAll("pre, code, script, style, .katex").forEach((e) => e.remove());
  return article.textContent;
}"""
# What a page repeats a thousand times is looked at once: of formulas, whose inside is KaTeX's, a
# letter stays, and of the colours of code one span of each kind.
WITHOUT_REPEATS = """() => {
  document.querySelectorAll(".katex").forEach((e) => e.replaceChildren("x"));
  const seen = new Set();
  document.querySelectorAll("pre span").forEach((e) => {
    if (seen.has(e.className)) e.replaceWith(e.textContent);
    seen.add(e.className);
  });
}"""
# Contrast is most of axe's work, and what looks alike and hangs in the same kinds of elements has
# one contrast: of those that are seen the text of one of each kind stays.
WITHOUT_ALIKE = """() => {
  const kinds = new Map([[null, 0]]), numbers = new Map(), seen = new Set();
  for (const e of document.querySelectorAll("html, body, body *")) {
    const style = getComputedStyle(e);
    const kind = [
      kinds.get(e.parentElement) ?? 0, e.localName, e.getAttribute("class"), style.color,
      style.backgroundColor, style.backgroundImage, style.opacity, style.fontSize, style.fontWeight,
    ].join();
    if (!numbers.has(kind)) numbers.set(kind, numbers.size + 1);
    kinds.set(e, numbers.get(kind));
    const texts = [...e.childNodes].filter((n) => n.nodeType === Node.TEXT_NODE && n.data.trim());
    if (!texts.length || !e.checkVisibility({ visibilityProperty: true })) continue;
    if (!seen.has(kinds.get(e))) seen.add(kinds.get(e));
    else e.children.length ? texts.forEach((text) => text.remove()) : e.remove();
  }
}"""
# A colour that is on its way is neither the old one nor the new one.
NO_TRANSITIONS = "*, *::before, *::after { transition: none !important; }"
THEME = "document.documentElement.dataset.theme"
BEYOND_THE_SCREEN = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def site_pages() -> list[str]:
    """The pages of the site, relative to its root. The root's index only leads to the first one."""
    names = (p.relative_to(HTML).as_posix() for p in HTML.rglob("*.html"))
    return sorted(name for name in names if not name.startswith("_") and name != "index.html")


CHAPTERS = [name for name in site_pages() if re.match(r"book/\d\d_", name)]


class ByPage(LoadScopeScheduling):
    """Of the processes that share the tests, one has all of a page, or a file's tests of no page.

    The plugin's own groups (--dist loadgroup) need a name of an item that pytest 9.2 no longer has.
    """

    def _split_scope(self, nodeid: str) -> str:
        page = re.search(r"\[(\S+\.html)\]$", nodeid)
        return page[1] if page else nodeid.split("::")[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByPage:
    return ByPage(config, log)


@pytest.fixture(scope="session", params=site_pages())
def name(request) -> str:
    """Each page in turn, with all tests of it before the next.

    A test of some pages only is parametrised over them with `indirect`, and keeps its place so.
    """
    return request.param


@lru_cache(maxsize=4)  # tests of one page follow each other
def parsed(name: str) -> BeautifulSoup:
    """A page of the built site, to be read and not changed."""
    return BeautifulSoup((HTML / name).read_text("utf-8"), "html.parser")


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """Where the built site is served."""
    if not site_pages():
        pytest.fail("the site is not built: run `make book` first")
    with server(0) as site:
        threading.Thread(target=site.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{site.server_port}"
        site.shutdown()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    found = browser_program()
    if found is None:
        pytest.fail(f"no browser found: install one of {', '.join(PROGRAMS)}")
    with sync_playwright() as playwright:
        yield (chromium := playwright.chromium.launch(executable_path=found, args=FLAGS))
        chromium.close()


@dataclass
class Watch:
    """What a page said and asked for, from its opening on."""

    messages: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)

    def on(self, page: Page, home: str) -> None:
        """Note warnings, errors, and every request that leaves `home`."""

        def hear(message: ConsoleMessage) -> None:
            if message.type in {"warning", "error"}:
                where = message.location.get("url", "").removeprefix(home)
                self.messages.append(f"{message.type}: {message.text} ({where})")

        def see(request: Request) -> None:
            if not request.url.startswith((home, "data:", "blob:")):
                self.elsewhere.append(request.url)

        page.on("console", hear)
        page.on("pageerror", lambda error: self.messages.append(f"exception: {error}"))
        page.on("request", see)


def wait_until_typeset(page: Page) -> None:
    page.evaluate("() => document.fonts.ready.then(() => null)")


def wait_until_drawn(page: Page) -> None:
    page.evaluate(DRAWN)


@dataclass
class Visit:
    """One page, opened once and looked at in both themes and widths."""

    watch: Watch
    text: str
    math_errors: list[str]
    formulas: int
    pictures: list[str]
    overflow: dict[tuple[str, int], int] = field(default_factory=dict)
    violations: dict[str, list[str]] = field(default_factory=dict)
    unreadable: list[str] = field(default_factory=list)  # on a phone
    small_targets: list[str] = field(default_factory=list)  # on a phone
    lost_stops: dict[str, list[str]] = field(default_factory=dict)


CONTRAST = ["color-contrast"]
BUT_CONTRAST = {"rules": {rule: {"enabled": False} for rule in CONTRAST}}
# No preload: axe would fetch style sheets again, some by a wrong address.
AXE = """async ([context, options]) => {
  const found = await axe.run(context, { resultTypes: ["violations"], preload: false, ...options });
  return found.violations.flatMap((rule) => rule.nodes.map(
    (node) => `${rule.id} (${rule.impact}): ${node.html.slice(0, 150)}`));
}"""


def violations(page: Page, options: dict, without: str = "") -> list[str]:
    """axe-core's findings on all of a page but what is `without`, one a line: rule and element.

    `options` are axe's own, which choose from its rules.
    """
    if page.evaluate("!window.axe"):
        page.evaluate(Axe().axe_script)
    # The tip of a button that has just had the focus may be there still, or not: it hangs outside
    # of all landmarks, beside its button for the eye and by a reference for the ear.
    passed_over = [".tooltip", without] if without else [".tooltip"]
    return page.evaluate(AXE, [{"include": ["html"], "exclude": passed_over}, options])


def show(page: Page, theme: str, width: int) -> None:
    size = {"width": width, "height": 900}
    if page.viewport_size == size and page.evaluate(THEME) == theme:
        return
    page.set_viewport_size(size)
    page.evaluate(f"theme => {{ {THEME} = theme; }}", theme)
    wait_until_drawn(page)


def look_at(browser: Browser, home: str, name: str) -> Visit:
    page = browser.new_page(viewport={"width": WIDTHS[0], "height": 900}, color_scheme="light")
    watch = Watch()
    watch.on(page, home)
    page.goto(f"{home}/{name}", wait_until="load")
    page.add_style_tag(content=NO_TRANSITIONS)
    wait_until_typeset(page)
    visit = Visit(
        watch=watch,
        text=page.evaluate(VISIBLE_TEXT) if page.query_selector("article") else "",
        math_errors=page.locator(".katex-error").all_text_contents(),
        formulas=page.locator(".math > .katex, .math > .katex-display").count(),
        pictures=page.eval_on_selector_all("img", "all => all.map(i => i.alt)"),
    )
    for width, theme in product(WIDTHS, THEMES):
        show(page, theme, width)
        visit.overflow[theme, width] = page.evaluate(BEYOND_THE_SCREEN)
        if (theme, width) in BOTH_ONCE:
            with all_open(page):
                visit.lost_stops[f"{theme}, {width} px"] = lost_stops(page)
                if width == WIDTHS[-1]:
                    visit.unreadable = unreadable(page)
                    visit.small_targets = small_targets(page)
    page.evaluate(WITHOUT_REPEATS)
    for theme, width in reversed(BOTH_ONCE):  # it is shown like the last of them
        show(page, theme, width)
        # What stands in the article is the same at both widths; what stands around it is not.
        without = "article" if width == WIDTHS[0] else ""
        visit.violations[f"{theme}, {width} px"] = violations(page, BUT_CONTRAST, without)
    for theme, width in BOTH_ONCE:
        show(page, theme, width)
        page.evaluate(WITHOUT_ALIKE)
        visit.violations[f"{theme}, {width} px"] += violations(page, {"runOnly": CONTRAST})
    page.close()
    return visit


@pytest.fixture(scope="session")
def visit(browser: Browser, address: str):
    """visit(page) -> Visit; each page is opened once for all tests."""
    return cache(lambda name: look_at(browser, address, name))
