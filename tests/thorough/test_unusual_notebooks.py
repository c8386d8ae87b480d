"""Every unusual right answer carries on to its notebook's end.

The k-th run of a notebook has the k-th unusual answer of each exercise, where there is one.
"""

from __future__ import annotations

import ast

import nbformat
import pytest
from nbclient import NotebookClient

from stepwise_ssl.checks import chapters
from tests.thorough.answers import right_answers
from tools.mutation import reference_cells
from tools.notebooks import ROOT


def _right(chapter: int) -> dict[str, list[str]]:
    return {number: list(by_title.values()) for number, by_title in right_answers(chapter).items()}


def _runs():
    for chapter in chapters():
        for k in range(max(map(len, _right(chapter).values()))):
            yield pytest.param(chapter, k, id=f"chapter_{chapter}-answers_{k + 1}")


def _with_answer(cell: str, answer: str, name: str) -> str:
    """The cell with another answer of that name; what else stands in it stays."""

    def is_answer(node: ast.stmt) -> bool:
        if isinstance(node, ast.FunctionDef):
            return node.name == name
        return isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name

    kept = [node for node in ast.parse(cell).body if not is_answer(node)]
    return "\n".join([answer.strip(), *map(ast.unparse, kept), f"{name} = {_check(cell)}"])


def _check(cell: str) -> str:
    calls = [node for node in ast.walk(ast.parse(cell)) if isinstance(node, ast.Call)]
    return next(ast.unparse(c) for c in calls if ast.unparse(c.func) == "check")


@pytest.mark.parametrize("chapter, k", list(_runs()))
def test_the_notebook_runs_to_its_end(chapter, k, tmp_path):
    path = next((ROOT / "solutions").glob(f"{chapter:02d}_*.ipynb"))
    notebook = nbformat.read(path, as_version=4)
    _, solutions = reference_cells(chapter)
    replaced = {}
    for number, answers in _right(chapter).items():
        line = f'check("{number}", '
        cell = next(c for c in notebook.cells if c.cell_type == "code" and line in c.source)
        if k < len(answers):
            cell.source = _with_answer(cell.source, answers[k], solutions[number][0])
            replaced[number] = cell
    NotebookClient(
        notebook, timeout=None, kernel_name="python3", resources={"metadata": {"path": tmp_path}}
    ).execute()
    for number, cell in replaced.items():
        said = "".join(str(output.get("data", output.get("text", ""))) for output in cell.outputs)
        assert f"Exercise {number}: right" in said, f"{number}: {said}"
