"""The last cell of a hand-out: look at the saved file, say what would be graded, write the zip."""

from __future__ import annotations

import ast
import re
import time
import zipfile
from collections.abc import Sequence
from pathlib import Path

from . import submission as submissions
from . import words
from .submission import Submission

_OLD = 120.0  # seconds since the file was saved after which that is said


def hand_in(
    notebook: str, chapter: int, homework: str, answers: Sequence[tuple[str, str]],
    questions: Sequence[str] = (),
) -> None:  # fmt: skip
    """Print what stands in the saved `notebook`, and write the zip to hand in beside it.

    `answers` are pairs of an exercise's number and the name of its answer, `questions` the numbers
    of those to answer in words. Raises FileNotFoundError where the file is not in the current
    folder, Refused where it is no notebook of this homework, ValueError where NUMBER is empty.
    """
    path = Path(notebook)
    if not path.is_file():
        raise FileNotFoundError(
            f"there is no {notebook} in {Path.cwd()}. On Colab: File, Download, Download .ipynb, "
            "and hand in that file."
        )
    read = submissions.read(path.resolve(), chapter, homework)
    number = read.about.get("NUMBER", "").strip()
    if not number:
        raise ValueError("NUMBER is empty: write your student number into the cell at the top")
    age = time.time() - path.stat().st_mtime
    if age > _OLD:
        print(f"Last saved {age / 60:.0f} minutes ago: save, and run this cell again.")
    found = {name: stands(read, name) for _, name in answers}
    for exercise, name in answers:
        print(f"  {exercise:<8} {name:<24} {found[name]}")
    for question, answer in words.answers(read.texts, questions).items():
        print(f"  {question:<8} {'in words':<24} {'answered' if answer else 'left blank'}")
    if "missing" in found.values():
        print("The grader looks for an answer by its name, so one that is missing earns nothing.")
    target = path.with_name(f"{homework}-{re.sub(r'[^A-Za-z0-9-]+', '-', number)[:40]}.zip")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(path, path.name)
    for what in ("NAME", "HELP"):
        if not read.about.get(what, "").strip():
            print(f"{what} is empty.")
    print(f"To hand in: {target.name}")


def stands(read: Submission, name: str) -> str:
    """Whether an answer is there: "answered", "left blank" or "missing"."""
    found = "missing"
    for _, code in read.cells:
        try:
            tree = ast.parse(re.sub(r"^\s*[%!].*$", "", code, flags=re.M))
        except (SyntaxError, ValueError):
            continue
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and node.name == name:
                found = "left blank" if _is_stub(node) else "answered"
            elif isinstance(node, ast.Assign) and name in _targets(node):
                value = node.value
                if isinstance(value, ast.Constant) and value.value is ...:
                    found = "left blank"
                elif not (isinstance(value, ast.Call) and found != "missing"):
                    found = "answered"  # a call is the line that checks it
    return found


def _targets(node: ast.Assign) -> list[str]:
    return [n.id for target in node.targets for n in ast.walk(target) if isinstance(n, ast.Name)]


def _is_stub(node: ast.FunctionDef) -> bool:
    last = node.body[-1]
    return (
        isinstance(last, ast.Raise)
        and isinstance(last.exc, ast.Call)
        and ast.unparse(last.exc).startswith("NotImplementedError('Exercise ")
    )
