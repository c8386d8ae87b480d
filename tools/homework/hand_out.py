"""The students' side of a homework: the notebook with blanks, and what to do with it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import nbformat

from stepwise_ssl.checks import Exercise
from stepwise_ssl.checks.learner import TIME_LIMIT
from stepwise_ssl.checks.variants import Variant
from stepwise_ssl.grading.assignment import Assignment
from stepwise_ssl.grading.session import Limits
from tools.homework.assignment import SEEDS, Item, Terms, shares
from tools.homework.written import Question
from tools.notebooks import finish, solution_cells, student_cells

# Without the wheel pip would say that it is not there, and each later cell that a name is not.
INSTALL = """\
# Run this first: where the course's package is missing, as on Colab, it installs it.
import importlib.util
from pathlib import Path

if importlib.util.find_spec("stepwise_ssl") is None:
    if not Path("{wheel}").is_file():
        raise FileNotFoundError(
            "Put {wheel}, which was handed out with this notebook, beside it "
            "(on Colab: the folder sign on the left), and run this cell again."
        )
    %pip install -q {wheel}"""

ABOUT = """\
# Who hands this in. HELP: people, books, sites, code assistants, and what for; "none" if none.
NAME = ""
NUMBER = ""
HELP = ""
"""

HEAD = """\
**Homework `{homework}`**{course}{due}. Fill in name, student number and the help that you had in
the cell below. By handing this in you say that the answers are yours and that HELP is complete.
{graded}"""

SOLVED = "*Solved here. Your own question of this kind follows.*\n\n"
NOT_GRADED = "*Not part of this homework: the answer is filled in, because later cells use it.*\n\n"

_COUNTS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")

HAND_IN = """\
# The last cell: save the notebook, then run this. It writes the zip to hand in.
from stepwise_ssl.grading.hand_in import hand_in

hand_in({notebook!r}, {chapter}, {homework!r}, {answers!r}, {questions!r})"""

README = """\
# {title}

{when}Open `{notebook}` in Jupyter, or upload it to Colab, and fill in the blanks.
Change whatever else you like; keep the names of the answers, which stand in the table below.

**What you need.** Python 3.11 or later with Jupyter, and the course's package, which lies beside
the notebook:

```
pip install {wheel}
```

On Colab upload that file as well (the folder sign on the left); the notebook's first cell installs
it.

**How the marks come about.** An exercise has parts, and each part is right or not:

{table}

The line `check(...)` under an exercise tests your answer on a few draws and says what it found and
how many points that would be. The marks come from the same tests on {seeds} other draws, so an
answer fitted to the draws that you see earns nothing. A blank earns nothing. One exercise does not
cost another: where a cell fails because it uses a blank of yours, *Run All* stops; go on with the
next. Answers in words are read by people, and belong into cells of text below their question.

**Handing in.** The grader runs your notebook from the top, in a process of its own. A cell may take
{cell:.0f} seconds there, and one call of a function of yours {call:.0f}. It has no network and sees
no file but its own. Of packages it has NumPy, SciPy, PyTorch, scikit-learn and Matplotlib. An
answer that needs another one fails there, also after a line with `pip install`. Cells of the
hand-out that you left as they are and that no answer needs are not run again. So restart the
kernel, run all cells in order, save, run the last cell, and hand in the zip that it writes.
"""


def notebook(
    source: Path, figures: dict[str, str], asked: Sequence[Item], wheel: str,
    questions: Sequence[Question], worth: Mapping[str, float],
) -> nbformat.NotebookNode:  # fmt: skip
    """The notebook with blanks for what is asked. Other exercises are filled in, and so are those
    that are asked in a variant, which follows them. `worth` are the points of what is asked."""
    made = student_cells(source, figures, graded=True)
    blanks = {item.of for item in asked if item.variant is None}
    variants = {item.of: item.variant for item in asked if item.variant is not None}
    solved = {_exercise(c): c for c in solution_cells(source).cells if c.cell_type == "code"}
    cells, minutes = [], {}
    for cell in made.cells:
        cells.append(cell)
        heading = re.search(r"^## Exercise (\d+\.\d+)", cell.source)
        number = _exercise(cell)
        if cell.cell_type == "markdown" and heading:
            first, _, rest = cell.source.partition("\n")
            minutes[heading.group(1)] = int(re.search(r"(\d+) minutes", rest).group(1))
            earns = f" · {_points(worth[heading.group(1)])}" if heading.group(1) in blanks else ""
            rest = re.sub(r"(?<=minutes) · \d+ points?(?=\*)", earns, rest, count=1)
            why = SOLVED if heading.group(1) in variants else NOT_GRADED
            if heading.group(1) not in blanks:
                rest = f"\n{why}{rest.lstrip()}"
            cell.source = f"{first}\n{rest}"
        elif number and number not in blanks:
            code = solved[number].source
            cell.source = re.sub(r"^\w+ = check\(.*\)\n?", "", code, flags=re.M).rstrip()
            if number in variants:
                cells += _asked_otherwise(variants[number], worth[number])
    made.cells = cells
    first = made.cells[0]  # the homework's points stand in the cell that `sign` adds
    first.source = re.sub(r"(exercises, \d+ minutes), \d+ points", r"\1", first.source)
    if len(asked) < len(minutes):
        time = sum(minutes[item.of] for item in asked)
        some = f"exercises, of which this homework asks {_COUNTS[len(asked)]} ({time} minutes)"
        first.source = re.sub(r"exercises, \d+ minutes", some, first.source)
    for item in asked:
        _worth_in_check(made, item.exercise, worth[item.of])
    _install_from(made, wheel)
    _ask(made, questions)
    return finish(made)


def _exercise(cell: nbformat.NotebookNode) -> str:
    found = re.search(r'check\("(\d+\.\d+)"', cell.source)
    return found.group(1) if found and cell.cell_type == "code" else ""


def _points(points: float) -> str:
    return f"{points:g} point" + "s" * (points != 1)


def _worth_in_check(made: nbformat.NotebookNode, exercise: Exercise, points: float) -> None:
    """Let the line that checks an exercise know its points, where they are not its own, and take
    away what is said there of self-study alone."""
    parts = shares(exercise, points)
    told = "" if points == exercise.points else f", points=[{', '.join(f'{p:g}' for p in parts)}]"
    for cell in made.cells:
        if cell.cell_type == "code" and f'check("{exercise.id}"' in cell.source:
            line = rf'^(\w+ = check\("{re.escape(exercise.id)}", \w+)\)$'
            cell.source = re.sub(line, rf"\1{told})", cell.source, flags=re.M)
            cell.source = re.sub(r"  # check puts the course's .+ wrong ones$", "", cell.source,
                                 flags=re.M)  # fmt: skip


def _asked_otherwise(variant: Variant, points: float) -> list[nbformat.NotebookNode]:
    """The cells of a variant: task and hints, then the blank."""
    title = f"## Exercise {variant.exercise.id} · {variant.exercise.title}"
    head = f"{title}\n*{_points(points)}*\n\n"
    hints = "\n".join(
        f"<details><summary>Hint {k}</summary>\n\n{hint}\n\n</details>"
        for k, hint in enumerate(variant.hints, 1)
    )
    return [
        nbformat.v4.new_markdown_cell(f"{head}{variant.task}\n{hints}"),
        nbformat.v4.new_code_cell(variant.stub),
    ]


def _install_from(made: nbformat.NotebookNode, wheel: str) -> None:
    """The first code cell installs the wheel that lies beside the notebook, or asks for it."""
    first = next(cell for cell in made.cells if cell.cell_type == "code")
    first.source = INSTALL.format(wheel=wheel)


def _ask(made: nbformat.NotebookNode, questions: Sequence[Question]) -> None:
    """Put each written question at the end, with a cell for its answer."""
    for question in questions:
        text = (
            f"## {question.id} {question.title}\n*In words · {_points(question.points)}*\n\n"
            f"{question.text}"
        )
        made.cells.append(nbformat.v4.new_markdown_cell(text))
        made.cells.append(nbformat.v4.new_markdown_cell(question.blank))


def sign(
    made: nbformat.NotebookNode, terms: Terms, asked: Sequence[Item], points: float, file: str,
    questions: Sequence[Question], student: str,
) -> None:  # fmt: skip
    """Say which homework this is, and add the cells for the name and for handing in.

    `points` are those for the exercises, `student` is the number of the student that it is made
    for, or "".
    """
    in_words = sum(question.points for question in questions)
    numbers = [item.exercise.id for item in asked]
    head = HEAD.format(
        homework=terms.homework,
        course=f", {terms.course}" if terms.course else "",
        due=f", due {terms.due}" if terms.due else "",
        graded=f"Graded here: {', '.join(numbers)}, {_points(points)} in all; and the questions in "
        f"words at the end, {_points(in_words)} more.",
    )
    last = HAND_IN.format(
        notebook=file, chapter=terms.chapter, homework=terms.homework,
        answers=[(item.exercise.id, item.answer) for item in asked],
        questions=[question.id for question in questions],
    )  # fmt: skip
    about = ABOUT.replace('NUMBER = ""', f"NUMBER = {student!r}") if student else ABOUT
    made.cells[1:1] = [nbformat.v4.new_markdown_cell(head), nbformat.v4.new_code_cell(about)]
    made.cells.append(nbformat.v4.new_code_cell(last))
    made.metadata["stepwise"] = {
        "homework": terms.homework, "chapter": terms.chapter, "student": student,
    }  # fmt: skip
    finish(made)


def readme(assignment: Assignment, file: str, wheel: str) -> str:
    """What a student reads first."""
    return README.format(
        title=f"Homework: {assignment.title}",
        when=f"Due {assignment.due}. " if assignment.due else "",
        notebook=file,
        wheel=wheel,
        table=table(assignment),
        seeds=SEEDS,
        cell=Limits().cell,
        call=TIME_LIMIT,
    )


def table(assignment: Assignment) -> str:
    """Exercises, answers, parts and points, in Markdown."""
    rows = ["| | exercise | answer | part | points |", "|-|-|-|-|-|"]
    for asked in assignment.exercises:
        head = f"{asked.id} | {asked.title} | `{asked.answer}`"
        for part in asked.parts:
            rows.append(f"| {head} | {part.name} | {part.points:g} |")
            head = " | | "
    for question in assignment.questions:
        rows.append(f"| {question.id} | {question.title} | in words | | {question.points:g} |")
    return "\n".join([*rows, f"| | | | **total** | **{assignment.whole:g}** |"])
