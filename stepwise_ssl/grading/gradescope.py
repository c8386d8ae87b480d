"""The autograder in Gradescope's container: one submission in, results.json out."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from .._files import write_whole
from . import assignment as assignments
from .assignment import Assignment
from .marking import NOT_REACHED, RIGHT, Budget, Result, mark
from .package import write_for_student
from .session import Limits
from .submission import is_work

ROOT = Path("/autograder")
# Gradescope ends a container after ten minutes by default, and leaves none of its results then.
LIMITS, BUDGET = Limits(cells=240.0), Budget(whole=500.0)


def main(root: Path = ROOT) -> int:
    """Grade what lies in `root`/submission; write `root`/results/results.json part by part."""
    assignment = assignments.read(root / "source" / "assignment.json")
    results = root / "results" / "results.json"
    results.parent.mkdir(exist_ok=True)

    def keep(result: Result) -> None:
        write_whole(results, json.dumps(as_gradescope(assignment, result)).encode())

    file = handed_in(root / "submission")
    # Before anything can go wrong: nothing of an earlier submission stays.
    keep(Result(assignment.homework, file.name, of=assignment.points))
    with tempfile.TemporaryDirectory() as folder:
        package = write_for_student(Path(folder))
        open_to_all(Path(folder))
        mark(assignment, file, package, keep, LIMITS, BUDGET)
    return 0


def handed_in(folder: Path) -> Path:
    """The notebook among the files of a submission; the largest of several."""
    files = [p for p in sorted(folder.rglob("*")) if p.is_file() and not p.name.startswith(".")]
    work = [p for p in files if is_work(p) or p.suffix.lower() == ".zip"]
    wanted = [p for p in work if ".ipynb" in p.name.lower()] or work or files
    return max(wanted, key=lambda p: p.stat().st_size, default=folder / "nothing")


def as_gradescope(assignment: Assignment, result: Result) -> dict[str, Any]:
    """Gradescope's results: a test for each part, also for those that nothing is known of yet."""
    known = {(mark.exercise, mark.part): mark for mark in result.parts}
    tests = []
    for asked in assignment.exercises:
        for part in asked.parts:
            mark = known.get((asked.id, part.name))
            tests.append(
                {
                    "name": f"{asked.id} {asked.title}: {part.name}",
                    "score": mark.points if mark else 0,
                    "max_score": part.points,
                    "status": "passed" if mark and mark.status == RIGHT else "failed",
                    "output": _words(mark.status, mark.message) if mark else NOT_REACHED,
                    "output_format": "text",
                }
            )
    return {
        "score": result.points,
        "output": "\n".join((*result.notes, result.refused, *result.cells)).strip(),
        "output_format": "text",
        "stdout_visibility": "hidden",
        "tests": tests,
    }


def _words(status: str, message: str) -> str:
    return f"{status}\n{message}".strip()


def open_to_all(folder: Path) -> None:
    """Let every user read a folder: the student's process is another one."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
