"""One style sheet in place of eleven, without the rules for what the site does not have.

The theme's sheets are made for all sites: two thirds of them name classes that stand on none of our
pages. A phone waits for every sheet before it shows the first word.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

import tinycss2
from tinycss2.ast import Node

NAME = "site.css"
LINK = re.compile(
    r'\s*<link\b(?=[^>]*\brel="stylesheet")[^>]*\bhref="((?:\.\./)*)_static/([^"?]+)[^"]*"[^>]*>'
)
OF = re.compile(r"/\* of (.*) \*/\n")  # the sheets that an earlier build has put together
IMPORT = re.compile(r'@import "([^"]+)";')
URL = re.compile(r"""url\((["']?)(?!data:|#|https?:)([^)"']+)\1\)""")
CHARSET = re.compile(r"^\ufeff?(@charset[^;]*;)?")
ON_PAGES = re.compile(r"""\bclass=["']?([^"'>]*)""")
# A class that a script sets is a word of that script.
IN_SCRIPTS = re.compile(r"[A-Za-z_][\w-]*")
INLINE = re.compile(r"<script\b[^>]*>(.*?)</script>", re.DOTALL)
# What an element must not be, or may be, does not tell whether a rule is for the site.
OPTIONS = re.compile(r":(?:not|is|where|has)\([^()]*\)|\[[^\]]*\]")
CLASS = re.compile(r"\.(-?[_a-zA-Z](?:[\w-]|\\.)*)")
NESTED = {"media", "supports"}


def write_style_sheet(site: Path) -> None:
    """Give every page of the built site one sheet. A second call changes nothing."""
    static = site / "_static"
    pages = {page: page.read_text("utf-8") for page in site.rglob("*.html")}
    # Not the theme's templates; and the page at the root only leads on.
    pages = {
        page: text
        for page, text in pages.items()
        if static not in page.parents and LINK.search(text)
    }
    of = sheets(pages.values(), static)
    content = reduced("".join(sheet(static, name) for name in of), names(pages.values(), static))
    content = f"/* of {' '.join(of)} */\n{content}"
    (static / NAME).write_text(content, "utf-8")
    version = hashlib.sha256(content.encode()).hexdigest()[:8]
    for page, text in pages.items():
        first = LINK.search(text)
        one = f'\n    <link rel="stylesheet" href="{first[1]}_static/{NAME}?v={version}" />'
        after = text[: first.start()] + one + LINK.sub("", text[first.end() :])
        if after != text:
            page.write_text(after, "utf-8")


def sheets(pages: Iterable[str], static: Path) -> list[str]:
    """The style sheets of the pages, under `static`, in their order.

    Raises ValueError if two pages differ in them: one sheet would not do for both.
    """
    lists = {tuple(found[2] for found in LINK.finditer(page)) for page in pages} - {(NAME,)}
    if len(lists) > 1:
        raise ValueError(f"pages have different style sheets: {sorted(lists)}")
    return list(lists.pop()) if lists else OF.match((static / NAME).read_text("utf-8"))[1].split()


def sheet(static: Path, name: str) -> str:
    """A sheet as it reads in the folder `static` itself, with the sheets that it imports."""
    folder = PurePosixPath(name).parent
    text = CHARSET.sub("", (static / name).read_text("utf-8"))
    text = URL.sub(lambda found: f"url({found[1]}{folder / found[2]}{found[1]})", text)
    return IMPORT.sub(lambda found: sheet(static, _plain(folder / found[1])), text)


def _plain(path: PurePosixPath) -> str:
    """A relative path without its steps upwards."""
    return re.sub(r"[^/]+/\.\./", "", str(path))


def names(pages: Iterable[str], static: Path) -> set[str]:
    """All names that a class on the site can have: words of classes on pages, and of scripts."""
    found = set()
    for page in pages:
        found.update(*(classes.split() for classes in ON_PAGES.findall(page)))
        found.update(*(IN_SCRIPTS.findall(script) for script in INLINE.findall(page)))
    for script in static.rglob("*.js"):
        if script.name != "search_texts.js":  # the text of the site, and no script
            found.update(IN_SCRIPTS.findall(script.read_text("utf-8")))
    return found


def reduced(css: str, used: set[str]) -> str:
    """The style sheet without rules for classes that are not among the `used`."""
    return _without(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True), used)


def _without(rules: Iterable[Node], used: set[str]) -> str:
    kept = []
    for rule in rules:
        prelude = tinycss2.serialize(rule.prelude)
        if rule.type == "qualified-rule":
            selectors = [s for s in _parts(rule.prelude) if _is_for(s, used)]
            if selectors:
                kept.append(f"{','.join(selectors)}{{{tinycss2.serialize(rule.content)}}}")
        elif rule.lower_at_keyword in NESTED:
            inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
            kept.append(f"@{rule.at_keyword}{prelude}{{{_without(inner, used)}}}")
        else:
            kept.append(rule.serialize())
    return "".join(kept)


def _parts(prelude: list[Node]) -> list[str]:
    """The selectors of a rule, which commas separate; those in brackets do not."""
    parts = [[]]
    for node in prelude:
        if node.type == "literal" and node.value == ",":
            parts.append([])
        elif node.type != "comment":
            parts[-1].append(node)
    return [tinycss2.serialize(part).strip() for part in parts]


def _is_for(selector: str, used: set[str]) -> bool:
    asked = CLASS.findall(OPTIONS.sub("", selector))
    return all(name.replace("\\", "") in used for name in asked)
