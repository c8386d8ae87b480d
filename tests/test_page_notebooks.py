"""The notebooks of the pages: the code of the figures, without what only serves the page."""

import nbformat
import pytest

from tests.run_cells import run_cells
from tools.notebooks import ROOT
from tools.site.page_notebooks import page_notebook

PAGES = sorted((ROOT / "book").glob("[0-9][0-9]_*.md"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_s_notebook_is_valid_and_has_no_bookkeeping(page):
    notebook = page_notebook(page)
    nbformat.validate(notebook)
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    assert "find_spec" in code[0] and len(code) > 5
    assert not any("myst_nb" in cell or cell.startswith("glue(") for cell in code)
    assert notebook.cells[0].source.startswith(f"# {int(page.name[:2])} · ")


# Every page runs when the site is built; that it runs without the bookkeeping shows on two of them.
@pytest.mark.parametrize("page", PAGES[1:3], ids=lambda page: page.stem)
def test_a_page_s_notebook_runs_to_its_end(page):
    code = [cell.source for cell in page_notebook(page).cells if cell.cell_type == "code"][1:]
    done = run_cells(code)
    assert done.returncode == 0, done.stderr
