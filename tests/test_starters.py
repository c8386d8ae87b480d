"""The notebooks of the open problems are what their sources give, and run from start to end."""

import nbformat
import pytest

from tests.run_cells import run_cells
from tools.notebooks import starter_cells, starters

by_name = pytest.mark.parametrize("source", starters(), ids=lambda source: source.stem)


@by_name
def test_a_starter_is_in_step_with_its_source(source):
    stored = nbformat.read(source.with_suffix(".ipynb"), as_version=4)
    assert stored == starter_cells(source), f"run `python -m tools.notebooks {source.stem}`"


@by_name
def test_a_starter_runs_and_its_last_cell_scores_the_attempt_that_stands_there(source):
    """Without Colab's cell, and in a process of its own, as its figures and settings need it."""
    cells = [cell for cell in starter_cells(source).cells if cell.cell_type == "code"]
    assert "find_spec" in cells[0].source and "Your attempt here" in cells[-1].source
    code = [cell.source for cell in cells[1:]]
    done = run_cells(code)
    assert done.returncode == 0, done.stderr
    assert "solved is" in done.stdout.splitlines()[-1]
