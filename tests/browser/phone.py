"""What a reader with a phone cannot read of a page: what is hidden in silence, and tiny text."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page

# A change of size is laid out and seen by the page's scripts in one frame, drawn in the next.
DRAWN = """() => new Promise((done) =>
    requestAnimationFrame(() => requestAnimationFrame(() => done(null))))"""
LEAST = 9  # CSS pixels that text in a figure must have

OPEN = """() => {
  window.closedBefore = [...document.querySelectorAll("article details:not([open])")];
  window.waitingBefore = [...document.querySelectorAll("article .waits")];
  closedBefore.forEach((box) => (box.open = true));
  waitingBefore.forEach((part) => part.classList.remove("waits"));
}"""
CLOSE = """() => {
  closedBefore.forEach((box) => (box.open = false));
  waitingBefore.forEach((part) => part.classList.add("waits"));
}"""
# What goes on beyond its frame without the dashed edge, or is cut off; and an edge that says that
# something goes on where nothing does.
SILENT = """() => {
  const goesOn = (e) => e.scrollWidth > e.clientWidth + 1;
  const frames = [...document.querySelectorAll("article .katex-display, article table")]
    .map((e) => e.closest(".katex-display, .pst-scrollable-table-container, .text_html"))
    .filter((e) => e);
  const dashed = (e) => e.tabIndex === 0 && getComputedStyle(e).borderRightStyle === "dashed";
  const framed = frames.filter((e) => goesOn(e) && !dashed(e));
  const promised = frames.filter((e) => dashed(e) && e.scrollWidth <= e.clientWidth);
  const cut = [...document.querySelectorAll("article *")]
    .filter((e) => goesOn(e) && /hidden|clip/.test(getComputedStyle(e).overflowX))
    .filter((e) => e.clientWidth > 1 && !e.closest(".katex, svg"));
  const outside = [...document.querySelectorAll("article svg text")].filter((e) => {
    const [word, drawing] = [e, e.ownerSVGElement].map((part) => part.getBoundingClientRect());
    return word.left < drawing.left - 1 || word.right > drawing.right + 1;
  });
  const said = (e) => e.textContent.trim().slice(0, 60);
  return [...framed, ...cut, ...outside].map((e) => `hidden: ${said(e)}`)
    .concat(promised.map((e) => `nothing hidden: ${said(e)}`));
}"""
SMALL = """(least) => {
  const small = [];
  document.querySelectorAll('article img[src*="_images/"]').forEach((picture) => {
    const source = picture.parentElement.querySelector("source");
    const shown = source && matchMedia(source.media).matches ? source : picture;
    const height = shown.dataset.text * picture.clientWidth;  // NaN: the picture says nothing
    if (height !== 0 && !(height >= least)) small.push(`${height} px: ${picture.alt.slice(0, 60)}`);
  });
  document.querySelectorAll("article svg text").forEach((text) => {
    const height = parseFloat(getComputedStyle(text).fontSize) * (text.getScreenCTM()?.d ?? 1);
    if (text.textContent.trim() && height < least) small.push(`${height} px: ${text.textContent}`);
  });
  return small;
}"""


@contextmanager
def all_open(page: Page) -> Iterator[None]:
    """The page with all that a reader can open."""
    page.evaluate(OPEN)
    page.evaluate(DRAWN)  # the page's scripts have seen what was closed
    yield
    page.evaluate(CLOSE)


def unreadable(page: Page) -> list[str]:
    """What of an open page, as wide as a phone, a reader could not read, one a line."""
    return page.evaluate(SILENT) + page.evaluate(SMALL, LEAST)
