"""Where lines do not break: between a formula and its full stop, within NT-Xent, before a %.

Sphinx loads this extension through `local_extensions` in _config.yml.
"""

from __future__ import annotations

import re

from docutils import nodes
from sphinx.application import Sphinx

OPENING = re.compile(r"[(\[\u201c\u2018]+$")
CLOSING = re.compile(r"[.,;:!?)\]\u2019\u201d]+(?:s\b)?|-\w+|th\b|st\b")
# After a number, or at the start of the text that follows one from the run.
BEFORE_PERCENT = re.compile(r"(?:(?<=\d)|^) (?=%)")
# A name whose first part is too short to stand at a line's end.
NAME = re.compile(r"(?<![\w-])\w{1,2}-[A-Z]\w+")
VERBATIM = (nodes.literal, nodes.math, nodes.FixedTextElement)


def keep_together(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """No line break between a formula and a mark before or after it, such as its full stop."""
    for formula in list(doctree.findall(nodes.math)):
        parent, place = formula.parent, formula.parent.index(formula)
        after = parent[place + 1] if place + 1 < len(parent) else None
        closing = CLOSING.match(after) if isinstance(after, nodes.Text) else None
        if closing:
            # Browsers break after a formula whatever surrounds it: the mark goes inside.
            formula["tail"] = closing[0]
            # By place: `replace` would take the first text that reads the same.
            parent[place + 1] = nodes.Text(after[closing.end() :])
        before = parent[place - 1] if place else None
        opening = OPENING.search(before) if isinstance(before, nodes.Text) else None
        if opening:
            parent[place - 1] = nodes.Text(before[: opening.start()])
            parent[place] = nodes.inline("", opening[0], formula, classes=["nobreak"])


def keep_percent(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """No line break between a number and its percent sign."""
    for parent in doctree.findall(nodes.TextElement):
        if isinstance(parent, VERBATIM):
            continue
        for place, child in enumerate(parent):
            if isinstance(child, nodes.Text) and BEFORE_PERCENT.search(child):
                parent[place] = nodes.Text(BEFORE_PERCENT.sub("\u00a0", child))


def keep_names(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """No line break within a name such as NT-Xent."""
    for text in list(doctree.findall(nodes.Text)):
        if isinstance(text.parent, VERBATIM) or not NAME.search(text):
            continue
        parts: list[nodes.Node] = []
        done = 0
        for name in NAME.finditer(text):
            parts.append(nodes.Text(text[done : name.start()]))
            parts.append(nodes.inline("", name[0], classes=["nobreak"]))
            done = name.end()
        parts.append(nodes.Text(text[done:]))
        place = next(i for i, child in enumerate(text.parent) if child is text)
        text.parent[place : place + 1] = [part for part in parts if part.astext()]


def setup(app: Sphinx) -> dict[str, bool]:
    for keep in (keep_together, keep_percent, keep_names):
        app.connect("doctree-resolved", keep)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
