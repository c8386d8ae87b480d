"""The site's one style sheet shows everything as the eleven do that it is made of."""

import pytest

from tools.site.style_sheet import NAME, OF, reduced, sheet

from .conftest import HTML, NO_TRANSITIONS, WITHOUT_REPEATS, wait_until_typeset

STATIC = HTML / "_static"
# A chapter, its exercises, the first page, cards on a phone, and the search with what it found.
PAGES = (
    "book/02_linear_model.html", "notebooks/02_linear_model.html", "book/index.html",
    "book/notation.html", "search.html?q=staircase",
)  # fmt: skip
# All that an element and what stands before and behind it look like, as text: the first of those
# that a rule could hardly tell apart, by what they and all around them are, and whether they stand
# first, last, or at an even place. The texts of a page are some 10 MB: they stay in it.
LOOKS = """name => {
  const kinds = new Map(), seen = new Set();
  window[name] = [];
  for (const e of document.querySelectorAll("body, body *")) {
    const around = e.parentElement?.children ?? [e], place = [].indexOf.call(around, e);
    const own = [...e.attributes]
      .filter(({ name }) => !["href", "id", "src", "srcset", "alt", "title"].includes(name))
      .map(({ name, value }) => (name.startsWith("aria-label") ? name : `${name}=${value}`));
    const kind = [kinds.get(e.parentElement), e.localName, ...own,
      place === 0, place === around.length - 1, place % 2].join();
    kinds.set(e, kind);
    if (seen.has(kind)) continue;
    seen.add(kind);
    let text = `${e.tagName}.${e.getAttribute("class")}`;
    for (const part of [null, "::before", "::after"]) {
      const style = getComputedStyle(e, part);
      if (part && style.content === "none") continue;
      for (const key of style) text += `; ${key}: ${style.getPropertyValue(key)}`;
    }
    window[name].push(text);
  }
}"""
DIFFERENT = """() => ({
  elements: [one.length, many.length], properties: one[0].split(";").length,
  pairs: one.map((text, k) => [text, many[k]]).filter(([a, b]) => a !== b).slice(0, 3),
})"""
SWAP = """sheets => Promise.all([...document.querySelectorAll("[rel=stylesheet]")].map((old) => {
  const links = sheets.map((name) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = old.href.replace(/_static.*/, `_static/${name}`);
    old.before(link);
    return new Promise((ready) => { link.onload = ready; });
  });
  old.remove();
  return Promise.all(links);
})).then(() => null)"""
# What a reader opens, all at once.
OPENED = """() => {
  document.querySelectorAll("details").forEach((e) => { e.open = true; });
  document.querySelector("#pst-search-dialog")?.show();
  document.querySelectorAll("dialog").forEach((e) => { if (!e.open) e.show(); });
}"""


@pytest.mark.parametrize("theme, width", [("light", 1280), ("dark", 390)])
@pytest.mark.parametrize("name", PAGES)
def test_the_one_sheet_shows_what_the_many_do(browser, address, name, theme, width):
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=theme)
    page.goto(f"{address}/{name}", wait_until="load")
    page.add_style_tag(content=NO_TRANSITIONS)
    page.add_style_tag(content="*, ::before, ::after { animation: none !important }")
    wait_until_typeset(page)
    if name.startswith("search"):
        page.locator("#search-results p.search-summary").wait_for()
        page.wait_for_function("() => /found|did not match/.test(document.body.innerText)")
    page.evaluate(OPENED)
    page.evaluate(WITHOUT_REPEATS)
    page.evaluate(LOOKS, "one")
    page.evaluate(SWAP, OF.match((STATIC / NAME).read_text("utf-8"))[1].split())
    wait_until_typeset(page)
    page.evaluate(LOOKS, "many")
    found = page.evaluate(DIFFERENT)
    page.close()
    one, many = found["elements"]
    assert one == many > 100
    assert found["properties"] > 300, "the browser lists no computed style"
    lines = [(a[:80], sorted(set(a.split("; ")) ^ set(b.split("; ")))) for a, b in found["pairs"]]
    assert lines == []


def test_a_rule_stays_if_one_of_its_selectors_is_for_the_site():
    css = ".a, .b > .c { x: y } .d:not(.e) { x: y } @media print { .e { x: y } .a { x: y } }"
    assert reduced(css, {"a", "d"}) == ".a{ x: y }.d:not(.e){ x: y }@media print {.a{ x: y }}"


def test_what_a_sheet_imports_and_points_at_is_found_from_the_one_sheet(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in/one.css").write_text('@import "../other.css"; a { b: url("x/y.woff") }')
    (tmp_path / "other.css").write_text("c { d: url(z.png) }")
    assert sheet(tmp_path, "in/one.css") == 'c { d: url(z.png) } a { b: url("in/x/y.woff") }'
