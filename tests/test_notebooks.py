"""The generated notebooks are what their sources give, and give nothing away."""

import re

import nbformat
import pytest

from stepwise_ssl.checks import chapters, exercises
from tools.notebooks import (
    BEGIN,
    END,
    ROOT,
    cut,
    expected_figures,
    read_source,
    solution_cells,
    sources,
    student_cells,
)

by_name = pytest.mark.parametrize("source", sources(), ids=lambda s: s.stem)


def read(path):
    return nbformat.read(path, as_version=4)


def skeleton(notebook):
    return [(c.id, c.cell_type, c.source, dict(c.metadata)) for c in notebook.cells]


@by_name
def test_the_solution_notebook_is_in_step_with_its_source(source):
    stored = read(source.with_suffix(".ipynb"))
    assert skeleton(stored) == skeleton(solution_cells(source)), "run `make notebooks`"
    assert all(c.execution_count for c in stored.cells if c.cell_type == "code" and c.source)


@by_name
def test_the_student_notebook_is_in_step_with_its_source(source):
    figures = expected_figures(read(source.with_suffix(".ipynb")))
    stored = read(ROOT / "notebooks" / f"{source.stem}.ipynb")
    assert skeleton(stored) == skeleton(student_cells(source, figures)), "run `make notebooks`"
    assert all(c.outputs == [] for c in stored.cells if c.cell_type == "code")


def solution_lines(source):
    """Lines that stand in a solution and would give it away: not `else:`, not a name alone."""
    for cell in read_source(source).cells:
        exercise = re.search(r'check\("(\d+\.\d+)"', cell.source)
        for region in re.findall(rf"{BEGIN}\n(.*?){END}", cell.source, re.S):
            for line in map(str.strip, region.splitlines()):
                if len(line) > 12 and not line.startswith("#"):
                    yield exercise.group(1), line


@by_name
def test_no_solution_line_stands_in_the_students_copy(source):
    text = (ROOT / "notebooks" / f"{source.stem}.ipynb").read_text()
    student = "\n".join(c.source for c in nbformat.reads(text, as_version=4).cells)
    assert [pair for pair in solution_lines(source) if pair[1] in student] == []


@by_name
def test_every_exercise_has_its_hints_minutes_and_points(source):
    notebook = read_source(source)
    text = "\n\n".join(c.source for c in notebook.cells)
    for exercise in exercises(int(source.stem[:2])):
        block = re.search(
            rf"^## Exercise {re.escape(exercise.id)} · .+?(?=^## |\Z)", text, re.M | re.S
        ).group()
        assert re.search(r"<summary>Hint 1.*<summary>Hint 2.*<summary>Hint 3", block, re.S)
        kind, minutes, points = re.search(
            r"^\*(.+) · (\d+) minutes · (\d+) points?\*$", block, re.M
        ).groups()
        assert kind in {"Code", "Derivation", "Predict then run", "Stretch"}
        assert int(points) == exercise.points, f"{exercise.id} is worth {exercise.points} points"


@by_name
def test_a_message_calls_the_courses_function_as_the_notebook_does(source):
    """With a refused answer the notebook is said to go on with the course's, by its name."""
    text = "\n".join(c.source for c in read_source(source).cells)
    for exercise in exercises(int(source.stem[:2])):
        if exercise.wants_function:
            name = re.search(rf'^(\w+) = check\("{re.escape(exercise.id)}", \1\)$', text, re.M)
            assert name and exercise.own.__name__ == name[1]


@by_name
def test_derivations_are_among_those_that_are_said_to_need_pencil_and_paper(source):
    text = "\n".join(c.source for c in read_source(source).cells)
    said = re.search(r"Exercises ([\d., and to]+) need pencil and paper", text)
    if said is None:
        return
    named = set()
    for first, last in re.findall(r"(\d+\.\d+)(?: to (\d+\.\d+))?", said[1]):
        chapter, start = first.split(".")
        end = last.split(".")[1] if last else start
        named |= {f"{chapter}.{k}" for k in range(int(start), int(end) + 1)}
    kinds = re.findall(r"^## Exercise (\d+\.\d+) · .+\n\*(.+?) · ", text, re.M)
    assert {number for number, kind in kinds if kind == "Derivation"} <= named


def test_every_chapter_has_six_to_nine_exercises_and_some_two_hours():
    assert len(sources()) == len(chapters())
    for source in sources():
        text = source.read_text()
        minutes = sum(map(int, re.findall(r"^# \*.+ · (\d+) minutes · \d+ points?\*$", text, re.M)))
        assert 6 <= len(exercises(int(source.stem[:2]))) <= 9
        assert 75 <= minutes <= 130, f"{source.stem} takes {minutes} minutes"


# Decimals of three or more digits in the text of a notebook are results, and a result is printed by
# one of its cells. Definitions (a loss's published weight, a threshold) are listed here.
DEFINITIONS = {"0.0051"}


@by_name
def test_every_number_in_the_text_comes_from_the_run(source):
    executed = read(source.with_suffix(".ipynb"))
    printed = "\n".join(
        str(output.get("text", "")) + str(output.get("data", {}).get("text/plain", ""))
        + str(output.get("data", {}).get("text/html", ""))
        for c in executed.cells if c.cell_type == "code" for output in c.outputs
    )  # fmt: skip
    code = "\n".join(c.source for c in executed.cells if c.cell_type == "code")
    for cell in executed.cells:
        if cell.cell_type == "markdown":
            for number in re.findall(r"(?<![\w.])\d*\.\d{3,}(?![\w.]*\])", cell.source):
                assert number in printed or number in code or number in DEFINITIONS, number


def test_a_blank_in_a_function_raises_and_names_the_exercise():
    code = f'def f(x):\n    """Doc."""\n    {BEGIN}\n    return x\n    {END}\n\nf = check("2.1", f)'
    assert cut(code) == (
        'def f(x):\n    """Doc."""\n    # Your answer here\n'
        '    raise NotImplementedError("Exercise 2.1")\n\nf = check("2.1", f)'
    )


def test_a_blank_at_the_top_level_is_an_ellipsis():
    code = f'{BEGIN}\na = 3\nb = a\n{END}\na = check("2.6", a)'
    assert cut(code).startswith("a = ...  # Your answer here\nb = ...  # Your answer here\n")


def test_an_open_region_is_refused():
    with pytest.raises(ValueError, match="not closed"):
        cut(f'{BEGIN}\na = 3\na = check("2.6", a)')
