"""What a blank is filled with, with the versions of requirements.txt.

The blank notebooks run in the older environment of test_package.py alone. Their cells are those of
the solutions, which run with current versions, but for the blanks; so these are filled here too.
"""

from __future__ import annotations

import functools
import re

import nbformat
import numpy as np
import pytest

from stepwise_ssl.checks import chapters, exercises
from stepwise_ssl.checks.engine import RIGHT
from tools.mutation import quiet_run, reference_cells
from tools.notebooks import ROOT, sources


def as_answer(own: object) -> object:
    """The course's own, which a check knows by its identity, as if a learner had written it."""
    if not callable(own):
        return own
    return functools.wraps(own)(lambda *args, **kwargs: own(*args, **kwargs))


@pytest.mark.parametrize("source", sources(), ids=lambda source: source.stem)
def test_each_blank_is_filled_with_the_courses_own_answer_and_that_is_right(source, capsys) -> None:
    chapter = int(source.stem[:2])
    namespace, solutions = reference_cells(chapter)
    student = nbformat.read(ROOT / "notebooks" / f"{source.stem}.ipynb", as_version=4)
    asked = {
        found.group(1): cell.source
        for cell in student.cells
        if cell.cell_type == "code" and (found := re.search(r'check\("([\d.]+)"', cell.source))
    }
    assert list(asked) == [exercise.id for exercise in exercises(chapter)]
    for exercise in exercises(chapter):
        scope = dict(namespace)
        exec(compile(asked[exercise.id], f"<blank {exercise.id}>", "exec"), scope)
        said = capsys.readouterr().out
        assert f"Exercise {exercise.id}: not yet" in said
        stand_in = scope[solutions[exercise.id][0]]
        assert stand_in is exercise.own
        outcome = quiet_run(exercise, as_answer(stand_in))
        assert outcome.verdict == RIGHT, f"{exercise.id}: {outcome.message}"


FUNCTIONS = [e for chapter in chapters() for e in exercises(chapter) if e.wants_function]


@pytest.mark.parametrize("exercise", FUNCTIONS, ids=lambda exercise: exercise.id)
def test_arrays_that_come_as_lists_go_on_as_arrays(exercise) -> None:
    """The cells below compute with them, whichever way the check has looked at them."""
    kinds = set()

    def listed(value):
        kinds.add(type(value))
        if isinstance(value, tuple):
            return tuple(map(listed, value))
        return value.tolist() if isinstance(value, np.ndarray) else value

    @functools.wraps(exercise.own)
    def answer(*args, **kwargs):
        return listed(exercise.own(*args, **kwargs))

    outcome = quiet_run(exercise, answer)
    assert outcome.verdict == RIGHT
    wanted = ("entries" if tuple in kinds else "whole") if np.ndarray in kinds else ""
    assert outcome.container == wanted
