"""What an instructor keeps: the executed solution, the variants solved, and the rubric."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import nbformat

from stepwise_ssl.checks.variants import Variant, find_variant
from stepwise_ssl.grading.assignment import Assignment
from tools.homework import written
from tools.homework.assignment import SEEDS, Item, Terms
from tools.homework.hand_out import table
from tools.homework.solutions import solution
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


VARIANTS = """\
# {title}: the variants, solved

Homework `{homework}`. Each question once, who is asked it, and a right answer. Other code that
computes the same is as right.
"""

VARIANT = """
## {id} {title}
Asked of {students}.

{task}
{answer}
"""


def variants(terms: Terms, asked: Mapping[str, Sequence[Item]]) -> str:
    """The variants that are asked, with a right answer to each. `asked` are the students' items."""
    of: dict[tuple[str, int], list[str]] = {}
    for student, items in asked.items():
        for item in items:
            if item.variant is not None:
                exercise, _, number = item.exercise.id.partition("v")
                of.setdefault((exercise, int(number)), []).append(student)
    text = VARIANTS.format(title=terms.title, homework=terms.homework)
    for (exercise, number), students in sorted(of.items()):
        variant = find_variant(f"{exercise}v{number}")
        text += VARIANT.format(
            id=variant.exercise.id, title=variant.exercise.title, students=", ".join(students),
            task=variant.task, answer=f"```python\n{right_answer(variant)}\n```",
        )  # fmt: skip
    return text


def right_answer(variant: Variant) -> str:
    """Code for a variant's blank that earns all of its points."""
    if variant.exercise.wants_function:
        return solution(variant.exercise.id).strip()
    return f"{variant.answer} = {variant.exercise.own!r}"


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
