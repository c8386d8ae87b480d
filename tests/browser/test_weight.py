"""What a page loads: little, and its icons with its style sheet."""

import base64
import gzip
import io
import re

import pytest
from fontTools.ttLib import TTFont

from tools.site.style_sheet import LINK, NAME

from .conftest import CHAPTERS, HTML

LIMIT = 400_000  # bytes, as they go over the wire
PACKED = {".html", ".css", ".js", ".svg", ".json"}  # servers compress what is text
SHEET = HTML / "_static" / NAME
# Each icon before or behind an element: its sign, and the name and weight of the font it is taken
# from.
SIGNS = """() => [...document.querySelectorAll("body *")]
  .flatMap((e) => ["::before", "::after"].map((part) => getComputedStyle(e, part)))
  .map((s) => [s.content.replaceAll('"', ""), s.fontFamily.replaceAll('"', ""), s.fontWeight])
  .filter(([sign]) => /^[\ue000-\uf8ff]$/.test(sign))"""


def on_the_wire(url: str, home: str) -> int:
    file = HTML / re.sub(r"[?#].*", "", url.removeprefix(home + "/"))
    content = file.read_bytes()
    return len(gzip.compress(content)) if file.suffix in PACKED else len(content)


@pytest.mark.parametrize("name", CHAPTERS, indirect=True)
def test_a_chapter_on_a_phone_is_light_without_what_explorers_show(browser, address, name):
    page = browser.new_page(viewport={"width": 390, "height": 844})
    urls = set()
    page.on("request", lambda request: urls.add(request.url))
    page.goto(f"{address}/{name}", wait_until="load")
    page.close()
    asked = {url for url in urls if url.startswith(address) and "/widgets/" not in url}
    explorers = sum(
        len(gzip.compress(frame.encode()))
        for frame in re.findall(
            r'<div class="stepwise-widget".*?</div>', (HTML / name).read_text("utf-8"), re.S
        )
    )
    assert sum(on_the_wire(url, address) for url in asked) - explorers < LIMIT


def inlined_fonts() -> dict[tuple[str, str], dict[int, str]]:
    """What each font that stands in the style sheet has a sign for, by family and weight."""
    fonts = {}
    for face in re.findall(r"@font-face\{([^}]*)\}", SHEET.read_text("utf-8")):
        inlined = re.search(r"base64,([^)]*)", face)
        if not inlined:
            continue  # of formulas, which come when a page has one
        data = base64.b64decode(inlined[1])
        family = re.search(r"font-family:([^;]*)", face)[1].replace("\\", "").strip('"')
        weight = re.search(r"font-weight:(\d+)", face)[1]
        fonts[family, weight] = TTFont(io.BytesIO(data)).getBestCmap()
    return fonts


def test_every_sign_that_the_style_sheet_names_is_in_a_font_of_it():
    sheet = SHEET.read_text("utf-8")
    named = {int(point, 16) for point in re.findall(r'"\\([ef][0-9a-f]{3})"', sheet)}
    named |= {ord(letter) for letter in re.findall("[\ue000-\uf8ff]", sheet)}
    assert len(named) > 20
    assert named <= {point for font in inlined_fonts().values() for point in font}


def test_every_icon_has_its_sign_in_a_font_that_stands_in_the_style_sheet(browser, address):
    fonts = inlined_fonts()
    assert len(fonts) == 3
    # With a box that has a sign of its own kind, and with a file to download.
    some = ("book/map.html", "book/problem_clock.html")
    for name in ("book/index.html", CHAPTERS[0], "search.html", *some):
        page = browser.new_page()
        page.goto(f"{address}/{name}")
        signs = page.evaluate(SIGNS)
        page.close()
        assert len(signs) > 5
        for sign, families, weight in signs:
            family = next(f for f in families.split(", ") if (f, weight) in fonts)
            assert ord(sign) in fonts[family, weight]


@pytest.mark.parametrize("name", CHAPTERS)
def test_the_first_text_waits_for_one_light_style_sheet(name):
    text = (HTML / name).read_text("utf-8").split("</head>")[0]
    assert [found[2] for found in LINK.finditer(text)] == [NAME]
    assert len(gzip.compress(SHEET.read_bytes())) < 45_000
