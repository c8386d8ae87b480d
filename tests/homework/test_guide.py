"""What the instructors' guide says of limits is what the grader holds."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from stepwise_ssl.checks.learner import TIME_LIMIT
from stepwise_ssl.grading import cage, remote, session
from stepwise_ssl.grading.gradescope import BUDGET
from stepwise_ssl.grading.gradescope import LIMITS as ON_GRADESCOPE
from stepwise_ssl.grading.marking import Budget
from stepwise_ssl.grading.session import Limits
from tools.homework.assignment import SEEDS
from tools.homework.make import ROOT

GUIDE = re.sub(r"\s+", " ", (Path(ROOT) / "book" / "instructors.md").read_text(encoding="utf-8"))
LIMITS, WHOLE = Limits(), Budget()
DISK = LIMITS.disk >> 20
WORDS = {5: "five", 8: "eight"}


@pytest.mark.parametrize(
    "said",
    [
        f"| time: {LIMITS.cell:g} s a cell, {LIMITS.cells:g} s all cells, {TIME_LIMIT:g} s a call, "
        f"{remote._MOST_SECONDS:g} s a part, {WHOLE.exercise:g} s an exercise, "
        f"{WHOLE.whole / 60:g} minutes in all |",
        f"{ON_GRADESCOPE.cells:g} s all cells on Gradescope, {BUDGET.whole:g} s in all |",
        f"size of a file ({DISK // 2} MB)",
        f"memory: {LIMITS.memory >> 30} GB of data a process",
        f"memory of its processes together ({LIMITS.memory >> 30} GB)",
        f"number of processes ({LIMITS.processes}), of threads ({session._MOST_THREADS}), "
        f"and bytes in files of its own ({DISK} MB)",
        f"{cage.MOST_OF_A_USER} processes are enforced",
        f"looks {WORDS[round(1 / session.LOOKS)]} times a second",
        f"right on all {WORDS[SEEDS]} hidden draws",
    ],
)
def test_the_guide_has_the_limits_that_hold(said):
    assert said in GUIDE


def test_a_budget_has_one_time_for_an_exercise():
    assert BUDGET.exercise == WHOLE.exercise
