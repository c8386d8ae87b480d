"""Each chapter's page as a notebook: the code of all its figures, under the page's headings.

A reader changes a number there and looks at what happens to the figure. The text stays on the page,
and what only serves the page is left out, as it is where code is shown.
"""

from __future__ import annotations

import re
from pathlib import Path

import jupytext
import nbformat

from tools.notebooks import finish, install_cell, repository

from .sharing import site_address
from .shown_code import shown

HEADING = re.compile(r"^#{1,4} .+$", re.M)
GLUE = "from myst_nb import glue\n"
SHOWN = '''\
def glue(name, value, display=False):
    """A number that the text of the page has."""
    print(f"{name}: {value}")'''
FIRST = """\
# {title}: the code of its figures

Every cell that computes or draws something on [the page]({address}), in its order.
What a cell needs stands above it. Change a number and run it again."""


def page_notebook(page: Path) -> nbformat.NotebookNode:
    """The notebook of book/NN_name.md."""
    source = jupytext.read(page, fmt="md:myst")
    title, cells = "", []
    for cell in source.cells:
        if cell.cell_type == "code":
            code = shown(cell.source.replace(GLUE, "")).strip("\n")
            if code:
                cells.append(nbformat.v4.new_code_cell(code))
            continue
        for heading in HEADING.findall(cell.source):
            if not title:
                title = heading.removeprefix("# ")
            elif not heading.startswith("# "):
                cells.append(nbformat.v4.new_markdown_cell(heading))
    named = f"{int(page.name[:2])} · {title}"
    address = f"{site_address(repository()['url'])}book/{page.stem}.html"
    first = nbformat.v4.new_markdown_cell(FIRST.format(title=named, address=address))
    glued = any("glue(" in cell.source for cell in cells)
    helper = [nbformat.v4.new_code_cell(SHOWN)] * glued
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [first, install_cell(), *helper, *without_empty_sections(cells)]
    notebook.metadata["kernelspec"] = source.metadata["kernelspec"]
    return finish(notebook)


def without_empty_sections(cells: list[nbformat.NotebookNode]) -> list[nbformat.NotebookNode]:
    """Without headings that no code follows before the next one."""
    following = [*cells[1:], None]
    return [
        cell
        for cell, after in zip(cells, following, strict=True)
        if cell.cell_type == "code" or (after is not None and after.cell_type == "code")
    ]


def write_page_notebooks(pages: list[Path], folder: Path) -> None:
    """Write the notebook of each page into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for page in pages:
        nbformat.write(page_notebook(page), folder / f"{page.stem}.ipynb")
