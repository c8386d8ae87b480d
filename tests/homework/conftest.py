"""Chapter 2's homework, made once."""

from __future__ import annotations

import nbformat
import pytest

from stepwise_ssl.grading import assignment as assignments
from stepwise_ssl.grading import cage
from stepwise_ssl.grading.gradescope import open_to_all
from stepwise_ssl.grading.package import write_for_student
from tools.homework.assignment import Terms
from tools.homework.make import make


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("homework") / "chapter_02"
    make(Terms(2, "2 · The linear model, solved", 5, "A course", "Friday"), folder)
    return folder


@pytest.fixture(scope="session")
def hand_out(folder):
    return nbformat.read(folder / "hand-out" / "02_linear_model.ipynb", as_version=4)


@pytest.fixture(scope="session")
def solution(folder):
    return nbformat.read(folder / "private" / "solution.ipynb", as_version=4)


@pytest.fixture(scope="session")
def assignment(folder):
    return assignments.read(folder / "private" / "assignment.json")


@pytest.fixture(scope="session")
def package(tmp_path_factory):
    folder = write_for_student(tmp_path_factory.mktemp("package"))
    open_to_all(folder)
    return folder


@pytest.fixture(autouse=True)
def enterable(tmp_path):
    """Where submissions have users of their own: pytest's folders, which root alone may enter."""
    if cage.changes_user():
        for folder in (tmp_path, tmp_path.parent, tmp_path.parent.parent):
            folder.chmod(0o711)
