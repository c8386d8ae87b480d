"""What a screen reader says of a page, where the theme's own words say little.

- An icon is for eyes: its letter, of no alphabet, would be part of a link's name.
- Buttons are named after what they open, the link 3 of "chapters 2 and 3" after its chapter, and
  the link 2018 of a citation after its authors as well.
- The fold over a figure's code has the name that one sees on it, and says which figure's it is.
- Figures, questions and predictions are groups with a name.
- An empty header and an empty footer are no landmarks, and the name of the site is one.
- The empty corner of a table heads no column.
"""

from __future__ import annotations

import re

ICON = re.compile(r'<(i|span) class="(?=fa[a-z]* |fa-|theme-switch )')
NAMES = {
    "Toggle primary sidebar": "All pages",
    "Toggle secondary sidebar": "Contents of this page",
    "Color mode": "Light or dark",
    "Source repositories": "Source and issues",
}
FOLD = re.compile(r'<summary aria-label="Toggle hidden content">')
FIGURE = re.compile(r'<figure (class="[^"]*" id="[^"]*")>(?=(.*?)</figure>)', re.DOTALL)
NUMBER = re.compile(r'class="caption-number">(.*?)\s*</span>')
CODE = re.compile(
    r"(</figure>(?:\s*</div>)+\s*<details class=\"[^\"]*\bhide\b[^\"]*\">\s*<summary>)"
    r"\s*<p class=\"collapsed admonition-title\">([^<]*)</p>"
    r"\s*<p class=\"expanded admonition-title\">([^<]*)</p>"
)
BOX = re.compile(
    r'<div class="((?:quiz|predict) admonition)">\s*<p class="admonition-title">([^<]*)</p>'
)
NUMBER_ALONE = re.compile(r'(<a class="auto[^"]*" href="[^"]*") title="([^"]*)"')
YEAR_ALONE = re.compile(
    r'(<span class="bibtex-citation"[^>]*>)((?:(?!</span>).)+?)( \[<a) '
    r'(class="[^"]*"[^>]*)>(\d{4})</a>'
)
SITE_NAME = re.compile(r'<div class="sidebar-primary-item">(?=\s*<a class="navbar-brand)')
CORNER = re.compile(r'<th( class="[^"]*")?(?: scope="col")?>\s*(?:<p>\s*</p>)?\s*</th>')
EMPTY = re.compile(r'<(header id="pst-header"|footer class="bd-footer") ?([^>]*)>')


def say(page: str) -> str:
    """The page, said better. A second call changes nothing."""
    page = ICON.sub(r'<\1 aria-hidden="true" class="', page)
    for before, after in NAMES.items():
        page = page.replace(f'"{before}"', f'"{after}"')
    page = FOLD.sub("<summary>", page)
    page = FIGURE.sub(with_number, page)
    page = CODE.sub(of_figure, page)
    page = BOX.sub(
        r'<div class="\1" role="group" aria-label="\2">\n<p class="admonition-title">\2</p>', page
    )
    page = NUMBER_ALONE.sub(r'\1 aria-label="\2"', page)
    page = YEAR_ALONE.sub(with_authors, page)
    page = SITE_NAME.sub('<div class="sidebar-primary-item" role="banner">', page)
    page = CORNER.sub(r"<td\1></td>", page)
    return EMPTY.sub(without_role, page)


def with_number(figure: re.Match) -> str:
    """A figure that is announced by its number."""
    number = NUMBER.search(figure[2])
    return f'<figure {figure[1]} aria-label="{number[1]}">' if number else figure[0]


def of_figure(fold: re.Match) -> str:
    """A fold that says to those who hear it which figure's code it opens."""
    number = NUMBER.findall(
        fold.string[fold.string.rfind("<figure", 0, fold.start()) : fold.start()]
    )
    more = f'<span class="visually-hidden"> of {number[0]}</span>' if number else ""
    names = [
        f'<p class="{state} admonition-title">{words}{more}</p>'
        for state, words in zip(("collapsed", "expanded"), fold.groups()[1:], strict=True)
    ]
    return "\n".join([fold[1], *names])


def with_authors(citation: re.Match) -> str:
    """A citation whose link is announced by its authors and its year."""
    start, authors, bracket, attributes, year = citation.groups()
    label = f"{re.sub('<[^>]*>', '', authors)} {year}"
    return f'{start}{authors}{bracket} aria-label="{label}" {attributes}>{year}</a>'


def without_role(landmark: re.Match) -> str:
    """A header or footer without content, for eyes as before."""
    if "role=" in landmark[2]:
        return landmark[0]
    return f'<{landmark[1]} role="none" {landmark[2]}'.rstrip() + ">"
