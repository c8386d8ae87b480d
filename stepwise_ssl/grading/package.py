"""The student's copy of the package: all of it but the checks, their answers and the grader."""

from __future__ import annotations

import shutil
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent

# What `student` needs of the checks: how a call is limited, what a function reads, and exercise
# 7.6's program. None of it holds a truth.
_CHECKS = ("comparison.py", "interrupt.py", "learner.py", "notebook.py", "surroundings.py")
_CHAPTERS = ("chapter_07/interrupted.py", "chapter_07/killed.py")
_GRADING = ("student.py", "wire.py", "live.py")

_STAND_IN = '''\
"""The checks, as a graded notebook finds them: an answer comes back as it is."""


def check(exercise_id, answer, points=()):
    """Return the answer."""
    return answer


graded_check = check


def inputs(exercise_id):
    """Return no inputs: nothing was checked."""
    return {}
'''

_HAND_IN = '''\
"""The last cell of a hand-out, as a graded notebook finds it: what it hands in is here."""


def hand_in(*given):
    """Do nothing."""
'''


def write_for_student(folder: Path) -> Path:
    """Write the copy to `folder`/stepwise_ssl; returns `folder`."""
    target = folder / "stepwise_ssl"
    left_out = shutil.ignore_patterns("__pycache__", "*.part")

    def ignore(directory: str, names: list[str]) -> set[str]:
        mine = {"checks", "grading"} if Path(directory) == HERE else set()
        return left_out(directory, names) | (mine & set(names))

    shutil.copytree(HERE, target, ignore=ignore)
    for part, files in (("checks", (*_CHECKS, *_CHAPTERS)), ("grading", _GRADING)):
        for name in files:
            (target / part / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(HERE / part / name, target / part / name)
    (target / "checks" / "__init__.py").write_text(_STAND_IN, encoding="utf-8")
    for empty in ("checks/chapter_07", "grading"):
        (target / empty / "__init__.py").write_text("", encoding="utf-8")
    (target / "grading" / "hand_in.py").write_text(_HAND_IN, encoding="utf-8")
    return folder
