"""Chapter 2's homework, made once."""

from __future__ import annotations

import nbformat
import pytest

from stepwise_ssl.grading import assignment as assignments
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
    from stepwise_ssl.grading.package import write_for_student

    return write_for_student(tmp_path_factory.mktemp("package"))
