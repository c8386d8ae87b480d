"""Every right answer at 500 seeds: a draw on which a check fails a right answer costs marks.

`make test` has three seeds of each; this takes hours and runs with `make test-thorough`.
"""

from __future__ import annotations

import pytest

from stepwise_ssl.checks import chapters, exercises, learner
from stepwise_ssl.checks import engine as checks_engine
from tests.thorough.answers import right_answers
from tools.mutation import answer_from, reference_cells

SEEDS = range(500)


def _cases():
    for chapter in chapters():
        for exercise in exercises(chapter):
            yield pytest.param(chapter, exercise, id=exercise.id)


@pytest.mark.parametrize("chapter, exercise", list(_cases()))
def test_right_answers_pass_at_every_seed(chapter, exercise, monkeypatch):
    # The limit on all calls of a check is for the three seeds of self-study.
    monkeypatch.setattr(learner, "IN_ALL", 1e6)
    answers = right_answers(chapter)[exercise.id]
    namespace, solutions = reference_cells(chapter)
    name, code = solutions[exercise.id]
    for title, source in {"the reference": code, **answers}.items():
        answer = answer_from(source, namespace, name)
        outcome = checks_engine.run(exercise, answer, seeds=SEEDS, explain=False)
        assert outcome.verdict == checks_engine.RIGHT, f"{title}: {outcome.message}"
