"""Every unusual right answer carries on to its notebook's end.

The k-th run of a notebook has the k-th unusual answer of each exercise, where there is one.
"""

from __future__ import annotations

import importlib

import nbformat
import pytest
from nbclient import NotebookClient

from stepwise_ssl.checks import chapters
from tools.mutation import reference_cells
from tools.notebooks import ROOT


def _right(chapter: int) -> dict[str, list[str]]:
    answers = importlib.import_module(f"tests.answers.chapter_{chapter:02d}").RIGHT
    return {number: list(by_title.values()) for number, by_title in answers.items()}


def _runs():
    for chapter in chapters():
        for k in range(max(map(len, _right(chapter).values()))):
            yield pytest.param(chapter, k, id=f"chapter {chapter}, answers {k + 1}")


@pytest.mark.parametrize("chapter, k", _runs())
def test_the_notebook_runs_to_its_end(chapter, k, tmp_path):
    path = next((ROOT / "solutions").glob(f"{chapter:02d}_*.ipynb"))
    notebook = nbformat.read(path, as_version=4)
    _, solutions = reference_cells(chapter)
    replaced = {}
    for number, answers in _right(chapter).items():
        line = f'check("{number}", '
        cell = next(c for c in notebook.cells if c.cell_type == "code" and line in c.source)
        if k < len(answers):
            check = next(text for text in cell.source.splitlines() if line in text)
            cell.source = f"{answers[k].strip()}\n\n\n{check}"
            replaced[number] = cell
    NotebookClient(
        notebook, timeout=None, kernel_name="python3", resources={"metadata": {"path": tmp_path}}
    ).execute()
    for number, cell in replaced.items():
        said = "".join(str(output.get("data", output.get("text", ""))) for output in cell.outputs)
        assert f"Exercise {number}: right" in said, f"{number}: {said}"
