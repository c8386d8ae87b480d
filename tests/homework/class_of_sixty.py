"""Classes of sixty; `make class-test`. They print the time that they took.

Chapter 2's has honest work, files of every form, and every attack; that of chapter 7, which takes
longest, has solutions, blanks, and answers that never end.
"""

from __future__ import annotations

import re
import time

import nbformat

from stepwise_ssl.checks import exercises
from stepwise_ssl.grading import assignment as assignments
from stepwise_ssl.grading.gradescope import open_to_all
from stepwise_ssl.grading.handed_in import find
from stepwise_ssl.grading.whole_class import mark_class
from tests.homework import attacks
from tests.homework.submissions import HALF, HALF_RIGHT, files, filled, honest, text, with_cells
from tools.homework.assignment import Terms
from tools.homework.make import make


def test_a_class_of_sixty_gets_the_marks_that_are_due(
    hand_out,
    solution,
    assignment,
    tmp_path,
    capsys,
):
    half = filled(hand_out, HALF_RIGHT)
    due: dict[str, tuple[float, bool | None]] = {}
    source, outside = tmp_path / "class", tmp_path / "outside"
    source.mkdir()
    outside.mkdir()
    for one in (*honest(hand_out, solution), *files(hand_out)):
        due[one.name] = one.marks, one.flagged
        (source / one.name).write_bytes(one.data)
    quiet = [c.format(outside=outside, root=tmp_path, port=9) for c in attacks.CELLS.values()]
    groups = {f"attacks {k}": quiet[k::9] for k in range(9)}
    groups |= {name: [code] for name, code in {**attacks.HARMFUL, **attacks.SLOW}.items()}
    for name, codes in groups.items():
        due[f"{name}.ipynb"] = HALF, True
        (source / f"{name}.ipynb").write_bytes(text(with_cells(half, *codes)))
    for name, body in attacks.ANSWERS.items():
        answer = f"def cross_moment(x1, x2):\n    {body}\n"
        notebook = filled(hand_out, HALF_RIGHT | {"2.1": answer})
        given = 2 if name == "calls the course's answer" else 0
        due[f"answer {name}.ipynb"] = HALF - 1 + given, None  # some read as honest slips
        (source / f"answer {name}.ipynb").write_bytes(text(notebook))
    for k in range(60 - len(due)):
        answers = dict(list(HALF_RIGHT.items())[: k % 7])
        due[f"part {k}.ipynb"] = -1, False
        (source / f"part {k}.ipynb").write_bytes(text(filled(hand_out, answers)))
    assert len(due) == 60

    with capsys.disabled():
        marked = _marked(assignment, source, tmp_path)
    wrong = {}
    for one, result in marked:
        points, flagged = due[one.path.name]
        if points >= 0 and result.points != points:
            wrong[one.path.name] = result.points, points, result.cells
        if flagged is not None and bool(result.flags) != flagged:
            wrong[one.path.name] = [f.line for f in result.flags], flagged
    assert wrong == {}
    assert list(outside.iterdir()) == []


def test_a_class_of_chapter_7_gets_the_marks_that_are_due(tmp_path, capsys):
    folder, source = tmp_path / "chapter_07", tmp_path / "class"
    source.mkdir()
    make(Terms(7, "7 · ResNets on a GPU", 5, "A course", "Friday"), folder)
    solution = nbformat.read(folder / "private" / "solution.ipynb", as_version=4)
    hand_out = nbformat.read(folder / "hand-out" / "07_resnets.ipynb", as_version=4)
    points = {exercise.id: exercise.points for exercise in exercises(7)}
    whole = sum(points.values())

    due = {}
    for k in range(28):
        due[f"whole {k}.ipynb"] = solution, whole
    for number in points:
        due |= {
            f"blank {number} {k}.ipynb": (_without(solution, number, "..."), whole - points[number])
            for k in range(3)
        }
        if number != "7.4":  # wants a value, not a function
            endless = _without(solution, number, "lambda *a, **k: [0 for _ in iter(int, 1)]")
            due[f"endless {number}.ipynb"] = endless, whole - points[number]
    due["blank.ipynb"] = hand_out, 0
    assert len(due) == 60
    for name, (notebook, _) in due.items():
        (source / name).write_bytes(text(notebook))

    with capsys.disabled():
        marked = _marked(assignments.read(folder / "private" / "assignment.json"), source, tmp_path)
    wrong = {
        one.path.name: (result.points, due[one.path.name][1], result.cells)
        for one, result in marked
        if result.points != due[one.path.name][1]
    }
    assert wrong == {}


def _marked(assignment, source, tmp_path):
    start = time.monotonic()
    handed_in = find(source, tmp_path / "scratch")
    marked = list(mark_class(assignment, handed_in, tmp_path / "results", 2))
    minutes = (time.monotonic() - start) / 60
    print(f"\n{len(marked)} submissions in {minutes:.1f} minutes, two at a time")
    assert len(marked) == 60
    return marked


def _without(solution, number, instead):
    """The solution with something else in the place of one answer."""
    notebook = nbformat.from_dict(solution)
    [cell] = [
        cell
        for cell in notebook.cells
        if cell.cell_type == "code" and f'check("{number}"' in cell.source
    ]
    line = re.search(r"^(\w+) = check\(.*$", cell.source, re.M)
    cell.source = f"{line.group(1)} = {instead}\n{line.group()}"
    return notebook


def test_the_copy_for_students_can_be_read_by_all(tmp_path):
    (tmp_path / "a").mkdir(mode=0o700)
    (tmp_path / "a" / "b").touch(mode=0o600)
    open_to_all(tmp_path)
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o755
    assert (tmp_path / "a" / "b").stat().st_mode & 0o777 == 0o644
