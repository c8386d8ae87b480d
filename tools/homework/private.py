"""What an instructor keeps: the executed solution and the rubric."""

from __future__ import annotations

from pathlib import Path

import nbformat

from stepwise_ssl.grading.assignment import Assignment
from tools.homework import written
from tools.homework.assignment import SEEDS
from tools.homework.hand_out import table
from tools.notebooks import execute, solution_cells

RUBRIC = """\
# {title}: rubric

Homework `{homework}`, seed {seed}.

{table}

A part is earned when it is right on all of its {seeds} hidden draws; there are no fractions of a
part. What each part tests stands in `stepwise_ssl/checks/`, why wrong answers are wrong in
`solution.ipynb`. What students get wrong, and how often the checks name it, stands in the
instructor guide.

## Answers in words
{questions}
## Ten minutes of talk
{oral}
"""

QUESTION = """
### {id} {title}, {points} points
{text}

| points | for |
|-|-|
{levels}

*A good answer.* {answer}
"""


def executed_solution(source: Path) -> nbformat.NotebookNode:
    """The executed solution: the stored one where it is in step with the source."""
    fresh, path = solution_cells(source), source.with_suffix(".ipynb")
    if path.exists():
        stored = nbformat.read(path, as_version=4)
        if [c.source for c in stored.cells] == [c.source for c in fresh.cells]:
            return stored
    return execute(fresh)


def rubric(assignment: Assignment, seed: int) -> str:
    """Points of each part, levels of the answers in words, and questions for a talk."""
    return RUBRIC.format(
        title=assignment.title,
        homework=assignment.homework,
        seed=seed,
        table=table(assignment),
        seeds=SEEDS,
        questions="".join(map(_levels, written.questions(assignment.chapter))),
        oral=written.oral(assignment.chapter),
    )


def _levels(question: written.Question) -> str:
    return QUESTION.format(
        id=question.id,
        title=question.title,
        points=question.points,
        text=question.text,
        levels="\n".join(f"| {points} | {words} |" for points, words in question.levels),
        answer=question.answer,
    )
