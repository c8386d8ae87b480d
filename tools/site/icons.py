"""Of Font Awesome's two thousand icons a page loads the dozen that the site shows.

The theme brings all of them: two fonts of 270 kB and, in its style sheet, a rule for each. Here the
fonts are cut down to what is used and stand in the style sheet itself, so no icon comes late.
"""

from __future__ import annotations

import base64
import io
import re
import shutil
from functools import partial
from pathlib import Path

import pydata_sphinx_theme
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

THEME = Path(pydata_sphinx_theme.__file__).parent / "theme" / "pydata_sphinx_theme" / "static"
SHEET = Path("styles", "pydata-sphinx-theme.css")
FONTS = Path("vendor", "fontawesome", "webfonts")
NAME = re.compile(r"\bfa-[a-z0-9-]+")
RULE = re.compile(r'(?:\.fa-[a-z0-9-]+:{1,2}before,?)+\{content:"\\[0-9a-f]+ ?"\}')
# Font Awesome's signs are in a range of private use; a sheet has their numbers or, in a property of
# its own, the letters themselves.
POINT = re.compile(r'"\\([ef][0-9a-f]{3})"')
LETTER = re.compile("[\ue000-\uf8ff]")
SOURCE = re.compile(r"src:url\([^)]*/(fa-[a-z0-9-]+)\.woff2\)[^;}]*")


def keep_used_icons(site: Path) -> None:
    """Cut icons in the built site to those that its pages, scripts and style sheets name."""
    static = site / "_static"
    named = [*site.rglob("*.html"), *static.rglob("*.js")]
    used = {name for file in named for name in NAME.findall(file.read_text("utf-8"))}
    # From the theme's own files, as an earlier build has cut those of the site.
    sheet = (THEME / SHEET).read_text("utf-8")
    sheet = RULE.sub(lambda rule: rule[0] if used & set(NAME.findall(rule[0])) else "", sheet)
    others = [css.read_text("utf-8") for css in static.rglob("*.css") if css != static / SHEET]
    points = {
        point
        for text in (sheet, *others)
        for point in (*(int(n, 16) for n in POINT.findall(text)), *map(ord, LETTER.findall(text)))
    }
    (static / SHEET).write_text(SOURCE.sub(partial(inlined, points=points), sheet), "utf-8")
    shutil.rmtree(static / FONTS.parent, ignore_errors=True)


def inlined(found: re.Match, points: set[int]) -> str:
    """The source of a font as the font itself, with the glyphs of these code points."""
    # Without its date: equal sites give equal files.
    font = TTFont(THEME / FONTS / f"{found[1]}.ttf", recalcTimestamp=False)
    cutter = Subsetter(Options(hinting=False, notdef_outline=True))
    cutter.populate(unicodes=points)
    cutter.subset(font)
    font.flavor = "woff"
    written = io.BytesIO()
    font.save(written)
    data = base64.b64encode(written.getvalue()).decode()
    return f'src:url(data:font/woff;base64,{data}) format("woff")'
