"""Under a figure, closed, the code that drew it: only lines that a reader learns from.

A page's cells also hand numbers to the text and assert what the text says. That is bookkeeping, and
it is left out where code is shown. Loaded through `local_extensions` in _config.yml.
"""

from __future__ import annotations

import ast
import re

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.application import Sphinx

CHAPTER = re.compile(r"book/\d\d_")
BOOKKEEPING = {"glue", "show"}  # of a number, by its name in the text


def is_bookkeeping(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Assert):
        return True
    if isinstance(statement, ast.For):
        return all(map(is_bookkeeping, statement.body))
    call = getattr(statement, "value", None)
    return (
        isinstance(statement, ast.Expr)
        and isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in BOOKKEEPING
    )


def shown(code: str) -> str:
    """The code without statements that only serve the page."""
    lines = code.splitlines()
    for statement in reversed(ast.parse(code).body):
        if is_bookkeeping(statement):
            del lines[statement.lineno - 1 : statement.end_lineno]
    return "\n".join(lines).strip("\n")


def move_below(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put the closed code under what it shows, and leave out what only serves the page."""
    for hidden in list(doctree.findall(HideCodeCellNode)):
        cell = hidden.parent
        cell.remove(hidden)
        for block in hidden.findall(nodes.literal_block):
            text = shown(block.astext())
            block.rawsource = text
            block[:] = [nodes.Text(text)]
        if CHAPTER.match(docname):
            hidden += run_it(docname)
        cell.append(hidden)


def run_it(docname: str) -> nodes.paragraph:
    """The link to the page's code as a notebook, see page_notebooks.py."""
    name = docname.split("/")[1]
    link = nodes.reference(
        "", "Run it: all code of this page as a notebook",
        refuri=f"../downloads/pages/{name}.ipynb", internal=False,
    )  # fmt: skip
    return nodes.paragraph("", "", link, classes=["run-it"])


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("doctree-resolved", move_below)  # after MyST-NB has closed it
    return {"parallel_read_safe": True, "parallel_write_safe": True}
