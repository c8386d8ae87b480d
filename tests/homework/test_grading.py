"""A small class, graded: honest work gets its marks, and no attack changes one."""

from __future__ import annotations

import hashlib
import os
import socket
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from stepwise_ssl.grading import remote
from stepwise_ssl.grading.marking import MISSING, NOT_REACHED, Budget, mark
from stepwise_ssl.grading.session import Limits
from tests.homework import attacks
from tests.homework.submissions import (
    HALF,
    HALF_MARKS,
    HALF_RIGHT,
    POINTS,
    ROUGH_MARKS,
    filled,
    honest,
    text,
    with_cells,
)

# A cell that does not end costs its limit, and nothing here takes a second.
LIMITS = Limits(cell=6.0, cells=120.0)


@pytest.fixture
def graded(assignment, package, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def graded(data, limits=LIMITS, of=assignment):
        path = tmp_path / "a.ipynb"
        path.write_bytes(data)
        kept = []
        result = mark(of, path, package, lambda r: kept.append(len(r.parts)), limits)
        # Kept part by part, and once more at the end.
        assert kept == [*range(1, len(result.parts) + 1), len(result.parts)]
        assert result.of == of.points
        return result

    return graded


def by_exercise(result):
    marks = dict.fromkeys(POINTS, 0)
    for part in result.parts:
        marks[part.exercise] += part.points
    return marks


@pytest.mark.parametrize("name", ["perfect", "blank", "rough"])
def test_honest_work_gets_its_marks(name, graded, hand_out, solution):
    one = next(h for h in honest(hand_out, solution) if h.name == f"{name}.ipynb")
    result = graded(one.data)
    assert result.points == one.marks
    assert bool(result.flags) == one.flagged
    if name == "rough":
        assert by_exercise(result) == ROUGH_MARKS
        said = {p.exercise: p for p in result.parts}
        assert said["2.1"].message.startswith("Your code raised KeyboardInterrupt")
        assert "should be a function" in said["2.2"].message
        assert said["2.4"].status == MISSING
        assert "ZeroDivisionError" in said["2.4"].message  # the cells' own errors are quoted
        assert any("stopped after 6 seconds" in cell for cell in result.cells)


def test_half_right_work_is_told_what_self_study_tells(graded, hand_out):
    result = graded(text(filled(hand_out, HALF_RIGHT)))
    assert by_exercise(result) == HALF_MARKS
    assert result.flags == []
    assert result.cells == []
    said = {(p.exercise, p.part): p.message for p in result.parts}
    assert "A factor 2 is missing" in said["2.2", "size at lam = 1"]
    assert said["2.7", "the first row"] == "This was left blank."


@pytest.fixture
def outside(tmp_path_factory, assignment):
    """A folder that is not the submission's, and a port that somebody listens at."""
    folder = tmp_path_factory.mktemp("outside")
    assignment.write(folder / "assignment.json")
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket(socket.AF_UNIX) as local:
        local.bind(str(folder / "server"))
        local.listen()
        local.settimeout(0.01)
        server.settimeout(0.01)
        yield folder, server, local


def test_attacks_change_no_mark_and_are_flagged(graded, hand_out, outside, tmp_path):
    folder, server, local = outside
    root = Path(__file__).resolve().parent.parent.parent
    before = trees(folder, root / "stepwise_ssl")
    half = filled(hand_out, HALF_RIGHT)
    codes = [
        code.format(outside=folder, root=root, port=server.getsockname()[1])
        for code in attacks.CELLS.values()
    ]
    result = graded(text(with_cells(half, *codes)))
    assert by_exercise(result) == HALF_MARKS
    flagged = {flag.cell for flag in result.flags}
    first = len(half.cells) + 1
    quiet = [n for k, n in enumerate(attacks.CELLS) if first + k not in flagged]
    assert quiet == []
    for each in (server, local):
        with pytest.raises(TimeoutError):
            each.accept()
    assert trees(folder, root / "stepwise_ssl") == before
    assert leftovers(tmp_path) == []


def test_a_notebook_that_lies_to_the_grader_has_no_more_for_it(graded, hand_out):
    result = graded(text(with_cells(filled(hand_out, HALF_RIGHT), *attacks.LYING.values())))
    marks = by_exercise(result)
    assert all(marks[number] <= HALF_MARKS[number] for number in marks)
    assert len({flag.cell for flag in result.flags}) == len(attacks.LYING)


def trees(*folders):
    """What the folders hold: every file's bytes, and whose it is and who may read it."""
    found = {}
    for folder in folders:
        for path in (folder, *sorted(folder.rglob("*"))):
            if "__pycache__" not in path.parts:
                what = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
                about = path.stat()
                found[path] = what, about.st_mode, about.st_uid, about.st_nlink
    return found


def leftovers(folder):
    """Processes of submissions whose folders are in `folder`."""
    found = []
    for process in psutil.process_iter(["cmdline", "environ"]):
        home = (process.info["environ"] or {}).get("HOME", "")
        if Path(folder) in Path(home).parents:
            found.append(process.info["cmdline"])
    return found


@pytest.fixture
def one_exercise(assignment):
    """The homework with exercise 2.3 alone: enough to see whether a notebook's names are there."""
    asked = tuple(a for a in assignment.exercises if a.id == "2.3")
    return replace(assignment, exercises=asked)


@pytest.mark.parametrize("names", [list(attacks.HARMFUL)[:3], list(attacks.HARMFUL)[3:]])
def test_what_ends_or_fills_something_costs_its_cell_alone(
    names, graded, hand_out, one_exercise, tmp_path
):
    codes = [attacks.HARMFUL[name] for name in names]
    notebook = with_cells(filled(hand_out, HALF_RIGHT), *codes)
    assert graded(text(notebook), of=one_exercise).points == HALF_MARKS["2.3"]
    assert leftovers(tmp_path) == []


def test_what_is_never_reached_behind_many_broken_cells_is_said(graded, hand_out, one_exercise):
    ends = attacks.HARMFUL["ends the process"]
    notebook = with_cells(filled(hand_out, HALF_RIGHT), *[f"{ends}\n# {k}" for k in range(6)])
    result = graded(text(notebook), of=one_exercise)
    assert result.points == HALF_MARKS["2.3"]
    assert [c.split(": ", 1)[1] for c in result.cells[-6:]] == [
        *["left out: it ended the process"] * 4, *["left out: too many cells broke"] * 2,
    ]  # fmt: skip


def test_cells_that_do_not_end_cost_themselves(graded, hand_out, one_exercise):
    limits = Limits(cell=1.0, cells=120.0)
    notebook = with_cells(filled(hand_out, HALF_RIGHT), *attacks.SLOW.values())
    result = graded(text(notebook), limits, of=one_exercise)
    assert result.points == HALF_MARKS["2.3"]
    assert len(result.cells) == len(attacks.SLOW)


def test_answers_that_are_no_answer_cost_themselves(
    graded, hand_out, assignment, monkeypatch, tmp_path
):
    # Of the right answer's calls each may take as long as a busy machine lets it.
    monkeypatch.setattr("stepwise_ssl.checks.learner.TIME_LIMIT", 3.0)
    asked = next(a for a in assignment.exercises if a.id == "2.1")
    names = {f"answer_{k}": name for k, name in enumerate(attacks.ANSWERS)}
    several = replace(assignment, exercises=tuple(replace(asked, answer=name) for name in names))
    codes = [f"def {name}(x1, x2):\n    {attacks.ANSWERS[what]}\n" for name, what in names.items()]
    result = graded(text(with_cells(filled(hand_out, {}), *codes)), of=several)
    parts = len(asked.parts)
    earned = {
        what: sum(p.points for p in result.parts[k * parts : (k + 1) * parts])
        for k, what in enumerate(attacks.ANSWERS)
    }
    course = "calls the course's answer"
    said = "\n".join(f"{part.status}: {part.message[:300]}" for part in result.parts)
    assert earned == dict.fromkeys(attacks.ANSWERS, 0) | {course: asked.points}, said
    assert "uses the course's answer to 2.1" in {flag.kind for flag in result.flags}
    assert leftovers(tmp_path) == []


def test_an_answer_that_ends_the_notebooks_process_costs_itself(graded, hand_out, assignment):
    asked = next(a for a in assignment.exercises if a.id == "2.1")
    codes = {"crowd": attacks.CROWD, "mine": "return (x1.T @ x2 + x2.T @ x1) / (2 * len(x1))"}
    several = replace(assignment, exercises=tuple(replace(asked, answer=name) for name in codes))
    cells = [f"def {name}(x1, x2):\n    {code}\n" for name, code in codes.items()]
    # Five at once are more than the notebook and its copy, and few enough for a busy machine.
    limits = replace(LIMITS, processes=5)
    result = graded(text(with_cells(filled(hand_out, {}), *cells)), limits, of=several)
    parts = len(asked.parts)
    for part in result.parts[:parts]:
        assert "notebook's process was ended: it started more than 5 processes" in part.message
    assert result.points == asked.points


def test_a_class_out_of_time_says_what_was_not_reached(assignment, package, hand_out, tmp_path):
    path = tmp_path / "a.ipynb"
    path.write_bytes(text(filled(hand_out, HALF_RIGHT)))
    result = mark(assignment, path, package, limits=LIMITS, budget=Budget(0.0, 100.0))
    assert {part.status for part in result.parts} == {NOT_REACHED}
    assert result.points == 0


def test_a_part_whose_time_goes_by_on_a_busy_machine_is_not_reached(
    assignment, graded, hand_out, monkeypatch
):
    monkeypatch.setattr(remote, "_MOST_SECONDS", 0.0)
    one = replace(assignment, exercises=assignment.exercises[:1])
    result = graded(text(filled(hand_out, HALF_RIGHT)), of=one)
    assert {part.status for part in result.parts} == {NOT_REACHED}
    assert all("had gone by in this part" in part.message for part in result.parts)


def test_a_grader_that_is_killed_leaves_no_process_behind(assignment, package, hand_out, tmp_path):
    path = tmp_path / "a.ipynb"
    sleeping = with_cells(filled(hand_out, {}), "import time\ntime.sleep(600)")
    path.write_bytes(text(sleeping))
    assignment.write(tmp_path / "assignment.json")
    code = (
        "from pathlib import Path\n"
        "from stepwise_ssl.grading import assignment, marking\n"
        f"a = assignment.read(Path({str(tmp_path / 'assignment.json')!r}))\n"
        f"marking.mark(a, Path({str(path)!r}), Path({str(package)!r}))\n"
    )
    elsewhere = os.environ | {"TMPDIR": str(tmp_path)}
    grader = subprocess.Popen([sys.executable, "-c", code], env=elsewhere)
    while not leftovers(tmp_path):  # until the student's process is there
        assert grader.poll() is None
        time.sleep(0.1)
    grader.kill()
    grader.wait()
    end = time.monotonic() + 60
    while leftovers(tmp_path) and time.monotonic() < end:
        time.sleep(0.1)
    assert leftovers(tmp_path) == []


def test_half_is_what_it_says():
    assert sum(HALF_MARKS.values()) == HALF
