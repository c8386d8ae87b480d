"""What `make homework` makes: the hand-out, Gradescope's zip, and what is the instructor's."""

from __future__ import annotations

import csv
import importlib.util
import json
import re
import stat
import zipfile

import nbformat
import pytest

from stepwise_ssl import linear
from stepwise_ssl.checks import chapters, exercises, graded_check
from stepwise_ssl.checks.engine import RIGHT, run
from stepwise_ssl.checks.variants import families, find_variant, variant_for
from stepwise_ssl.grading import assignment as assignments
from tests.homework.submissions import POINTS
from tools import course_table
from tools.homework import assignment as drawing
from tools.homework import make as making
from tools.homework.assignment import SEEDS, Terms, answer_names
from tools.homework.make import make
from tools.homework.private import right_answer

TITLE = "2 · The linear model, solved"
HAND_OUT = ["02_linear_model.ipynb", "README.md", "stepwise_ssl-0.1.0-py3-none-any.whl"]


@pytest.fixture
def quick(monkeypatch, folder):
    """Makes homework without building the wheel again."""
    wheel = next((folder / "hand-out").glob("*.whl"))

    def copy(to):
        (to / wheel.name).write_bytes(wheel.read_bytes())
        return to / wheel.name

    monkeypatch.setattr(making, "build_wheel", copy)
    return make


def code_of(notebook):
    return "\n".join(c.source for c in notebook.cells if c.cell_type == "code")


def test_the_hand_out_gives_nothing_away(folder, hand_out, assignment, solution):
    assert sorted(path.name for path in (folder / "hand-out").iterdir()) == HAND_OUT
    shown = "\n".join(cell.source for cell in hand_out.cells)
    assert "Open the exercises in Colab" not in shown  # it would open the self-study notebook
    assert "import graded_check as check" in shown
    blank = {line.strip() for line in shown.splitlines()}
    given_away = [
        line
        for cell in solution.cells
        if cell.cell_type == "code" and 'check("2.' in cell.source
        for line in map(str.strip, cell.source.splitlines())
        if line in blank and not re.match(r'def |"""|\w+ = check\(|my_prediction = |$', line)
    ]
    assert given_away == []
    seeds = [str(s) for a in assignment.exercises for p in a.parts for s in p.seeds]
    assert len(set(seeds)) == SEEDS * sum(len(e.parts) for e in exercises(2))
    everything = shown + (folder / "hand-out" / "README.md").read_text()
    assert [seed for seed in seeds if seed in everything] == []


def test_the_hand_out_says_whose_and_which_homework_it_is(hand_out, assignment):
    shown = "\n".join(cell.source for cell in hand_out.cells)
    assert assignment.homework in shown
    assert "A course" in shown
    assert "due Friday" in shown
    assert hand_out.metadata["stepwise"]["homework"] == assignment.homework
    for name in ("NAME", "NUMBER", "HELP"):
        assert f'{name} = ""' in shown
    assert all(question.mark in shown for question in assignment.questions)


def test_the_rubric_adds_up(folder, assignment):
    rubric = (folder / "private" / "rubric.md").read_text()
    points = [int(n) for n in re.findall(r"\| (\d+) \|$", rubric, re.M)]
    assert sum(points) == assignment.whole
    assert assignment.points == sum(POINTS.values())
    assert f"**{assignment.whole:g}**" in rubric


def test_gradescopes_zip_has_the_grader_and_no_path_to_it_for_students(folder):
    with zipfile.ZipFile(folder / "autograder.zip") as archive:
        names = archive.namelist()
        setup, run = (archive.read(n).decode() for n in ("setup.sh", "run_autograder"))
        pins = archive.read("requirements.txt").decode().split()
        modes = {i.filename: stat.S_IMODE(i.external_attr >> 16) for i in archive.infolist()}
    wheel = next(n for n in names if n.endswith(".whl"))
    assert sorted(names) == sorted(
        ["setup.sh", "run_autograder", "requirements.txt", "assignment.json", wheel]
    )
    assert modes["setup.sh"] == modes["run_autograder"] == 0o755
    # Unpacked and closed to other users, where a student's process could read what is installed.
    assert f"zipfile -e {wheel} package" in setup
    assert "chmod -R go-rwx" in setup
    assert "stepwise_ssl.grading gradescope" in run
    assert {"numpy", "torch", "psutil", "landlock"} <= {pin.split("==")[0] for pin in pins}
    assert all("==" in pin and "+" not in pin for pin in pins)


def test_seeds_make_the_draws_and_are_kept(quick, tmp_path):
    for _ in range(2):
        first = quick(Terms(2, TITLE, **making.kept(tmp_path)), tmp_path)
        zipped = (tmp_path / "autograder.zip").read_bytes()
    again = quick(Terms(2, TITLE, **making.kept(tmp_path)), tmp_path)
    assert first == again
    assert (tmp_path / "autograder.zip").read_bytes() == zipped
    other = quick(Terms(2, TITLE, 7), tmp_path / "other")
    assert {p.seeds for a in other.exercises for p in a.parts}.isdisjoint(
        p.seeds for a in first.exercises for p in a.parts
    )


def test_a_choice_of_exercises_fills_in_the_others(quick, tmp_path):
    made = quick(Terms(2, TITLE, 1), tmp_path, ["2.4", "2.6"], {"2.4": 10})
    assert [(a.id, a.points) for a in made.exercises] == [("2.4", 10), ("2.6", 2)]
    notebook = nbformat.read(tmp_path / "hand-out" / "02_linear_model.ipynb", as_version=4)
    code = code_of(notebook)
    assert re.findall(r'check\("([\d.]+)"', code) == ["2.4", "2.6"]
    assert 'NotImplementedError("Exercise 2.4")' in code
    assert "return 4 * error @ W @ Gamma" in code  # the solution of 2.2
    said = [c.source for c in notebook.cells if "Not part of this homework" in c.source]
    assert len(said) == len(exercises(2)) - 2
    told = next(c.minutes for c in course_table.chapters() if c.number == 2)
    time = told["2.4"] + told["2.6"]
    assert f"asks two ({time} minutes). Exercises 2.2" in notebook.cells[0].source


def test_points_of_ones_own_stand_wherever_a_student_reads_points(quick, tmp_path, capsys):
    made = quick(Terms(2, TITLE, 1), tmp_path, ["2.1", "2.4", "2.6"], {"2.4": 10, "2.1": 5})
    notebook = nbformat.read(tmp_path / "hand-out" / "02_linear_model.ipynb", as_version=4)
    shown = "\n".join(c.source for c in notebook.cells)
    own = {e.id: e.points for e in exercises(2)}
    heads = re.findall(r"^## (?:Exercise )?(\S+) .*\n+(?:\*Not.+\n\n)?\*(.+)\*$", shown, re.M)
    told = {head: re.findall(r"([\d.]+) points?", kind) for head, kind in heads}
    want = {e.id: [] for e in exercises(2)} | {
        "2.1": ["5"],
        "2.4": ["10"],
        "2.6": [f"{own['2.6']}"],
    }
    assert told == want | {q.id: [f"{q.points:g}"] for q in made.questions}
    assert f"{made.points:g} points in all" in shown
    assert re.search(r"exercises, \d+ minutes, ", notebook.cells[0].source) is None
    assert 'check("2.6", plateaus)\n' in shown + "\n"  # its own points
    line = re.search(r'^singular_values = (check\("2.4".+)$', shown, re.M).group(1)
    parts = next(a for a in made.exercises if a.id == "2.4").parts
    eval(line, {"check": graded_check, "singular_values": lambda *a: linear.singular_values(*a)})
    assert f"Here: {sum(p.points for p in parts):g} of 10 points" in capsys.readouterr().out
    assert "puts the course's" not in shown  # the graded check does not


@pytest.mark.parametrize("points", [0.5, 1, 2, 3.3, 5, 7, 10, 99.99])
def test_parts_share_the_points_and_none_is_worth_nothing(points):
    for exercise in exercises(2):
        parts = drawing.shares(exercise, points)
        assert sum(parts) == pytest.approx(points)
        assert min(parts) > 0
    own = next(e for e in exercises(2) if e.id == "2.4")
    assert drawing.shares(own, own.points) == tuple(part.points for part in own.parts)


def test_notebooks_of_an_earlier_call_do_not_stay(quick, tmp_path):
    file = "02_linear_model.ipynb"
    quick(Terms(2, TITLE, 1), tmp_path)
    terms = Terms(2, TITLE, 1, secret="s", roster=("17", "18"), names=("Jane Doe", "Jo Roe"))
    assert quick(terms, tmp_path).names == terms.names
    assert making.earlier(tmp_path) == terms
    with zipfile.ZipFile(tmp_path / "autograder.zip") as packed:
        assert b"Jane" not in packed.read("assignment.json")
    out = tmp_path / "hand-out"
    (out / "notes").mkdir()
    nbformat.write(nbformat.v4.new_notebook(), out / "notes" / file)  # not made here
    assert not (out / file).exists()
    quick(Terms(2, TITLE, 1, secret="s", roster=("18",)), tmp_path)
    assert sorted(str(p.relative_to(out)) for p in out.rglob("*.ipynb")) == [
        f"18/{file}", f"notes/{file}",
    ]  # fmt: skip


def test_with_a_roster_each_student_has_variants(quick, tmp_path):
    terms = Terms(2, TITLE, 1, secret="s", roster=("17", "18"))
    made = quick(terms, tmp_path)
    known = families(2)
    for student in terms.roster:
        path = tmp_path / "hand-out" / student / "02_linear_model.ipynb"
        notebook = nbformat.read(path, as_version=4)
        asked = re.findall(r'check\("([\w.]+)"', code_of(notebook))
        want = [
            variant_for(known[e.id], "s", student) if e.id in known else e.id for e in exercises(2)
        ]
        assert asked == want
        assert [made.number_of(a, student) for a in made.exercises] == want
        assert f"NUMBER = '{student}'" in code_of(notebook)
    assert any(a.varies for a in made.exercises)
    with (tmp_path / "private" / "variants.csv").open(newline="") as file:
        told = {(row["number"], row["exercise"]): row["asked as"] for row in csv.DictReader(file)}
    assert told == {
        (student, number): variant_for(known[number], "s", student)
        for student in terms.roster
        for number in known
    }
    solved = (tmp_path / "private" / "variants.md").read_text()
    heads = re.findall(r"^## (\S+) .+\nAsked of (.+)\.$", solved, re.M)
    assert sorted((s, number) for number, of in heads for s in of.split(", ")) == sorted(
        (student, number) for (student, _), number in told.items()
    )
    quick(Terms(2, TITLE, 1), tmp_path)
    assert [path.name for path in (tmp_path / "private").glob("variants*")] == []


@pytest.mark.parametrize("chapter", chapters())
def test_an_answer_that_an_instructor_is_shown_earns_all_points(chapter):
    for family in families(chapter).values():
        for k in {0, family.count - 1}:
            variant = find_variant(family.id(k))
            code = right_answer(variant)
            if not variant.exercise.wants_function:  # the functions have tests of their own
                space = {}
                exec(code, space)
                assert run(variant.exercise, space[variant.answer]).verdict == RIGHT
            else:
                assert f"def {variant.answer}(" in code


@pytest.mark.parametrize("chapter", chapters())
def test_a_blank_of_a_variant_promises_no_formula(chapter, capsys):
    for family in families(chapter).values():
        assert not any("formula" in hint for hint in find_variant(family.id(0)).hints)
        graded_check(family.id(0), ...)
        said = " ".join(capsys.readouterr().out.split())
        assert said.endswith(f"The hints above say how to begin. {_earns(family.id(0))}")
    graded_check(f"{chapter}.1", ...)
    assert "go from the idea to the formula." in " ".join(capsys.readouterr().out.split())


def _earns(number):
    points = find_variant(number).exercise.points
    return f"Here: 0 of {points} points. The marks come from other draws."


def test_what_others_put_into_the_folder_stays_and_a_failure_changes_nothing(
    quick, tmp_path, monkeypatch
):
    (tmp_path / "hand-out").mkdir()
    (tmp_path / "hand-out" / "notes.txt").write_text("mine")
    quick(Terms(2, TITLE, 1), tmp_path)
    before = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    assert (tmp_path / "hand-out" / "notes.txt").read_text() == "mine"

    def fail(*_):
        raise RuntimeError("no room")

    monkeypatch.setattr(making, "write_autograder", fail)
    with pytest.raises(RuntimeError, match="no room"):
        quick(Terms(2, TITLE, 2), tmp_path)
    assert {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()} == before


@pytest.mark.parametrize(
    "arguments, words",
    [
        ([], "CHAPTER=2"),
        (["77"], "'77' has no exercises"),
        (["two"], "'two'"),
        (["2", "--exercises", "4.1"], "EXERCISES names '4.1'"),
        (["2", "--points", "2.1"], "4.1=5"),
        (["2", "--points", "9.9=1"], "POINTS names '9.9'"),
        (["2", "--points", "2.1=-1"], "between 0 and 1000"),
        (["2", "--roster", "none.csv"], "ROSTER none.csv cannot be read"),
    ],
)
def test_what_cannot_be_made_is_one_clear_line(
    arguments, words, quick, capsys, monkeypatch, tmp_path
):
    monkeypatch.setattr(making, "ROOT", tmp_path)
    with pytest.raises(SystemExit):
        making.main(arguments)
    assert words in capsys.readouterr().err.splitlines()[-1]


@pytest.mark.parametrize(
    "rows, words",
    [
        ("", "its columns are: none"), ("number\n", "a number in every row"),
        ("name;sid\nA;1\n", "its columns are: name, sid"), ("number\n1\n1\n", "a number twice"),
        ("number\n1\n../x\n", "one is '../x'"), ("name,number\nA,1\nB\n", "one is ''"),
    ],
)  # fmt: skip
def test_a_roster_needs_a_number_in_every_row(rows, words, tmp_path):
    path = tmp_path / "roster.csv"
    path.write_text(rows)
    with pytest.raises(ValueError, match=f"ROSTER .*{re.escape(words)}"):
        making.read_roster(path)


@pytest.mark.parametrize("between", ",;\t")
def test_a_roster_is_read_as_any_spreadsheet_saves_it(between, tmp_path):
    path = tmp_path / "roster.csv"
    rows = [["name", "number"], ["A", "0017"], ["B", "18"]]
    path.write_text("\r\n".join(map(between.join, rows)), encoding="utf-8-sig", newline="")
    assert making.read_roster(path) == (("0017", "18"), ("A", "B"))
    path.write_bytes("name,number\nJosé,17\n".encode("cp1252"))
    with pytest.raises(ValueError, match="is not saved as UTF-8: save it as"):
        making.read_roster(path)


def test_what_is_lost_by_other_terms_is_said(quick, capsys, monkeypatch, tmp_path):
    monkeypatch.setattr(making, "ROOT", tmp_path)
    (tmp_path / "students.csv").write_text("number\n17\n18\n")
    listed = ["2", "--roster", str(tmp_path / "students.csv")]

    def said(*arguments):
        making.main(list(arguments))
        lines = capsys.readouterr().out.splitlines()
        return re.search(r"Homework (\S+),", lines[1])[1], lines[3:-4]

    first, words = said(*listed)
    assert words == []
    assert said(*listed, "--points", "2.1=5") == (first, [])
    assert said("2") == (first, ["2 of the earlier ROSTER have no notebook any more: 17, 18."])
    for changed in (["--course", "Mine"], ["--course", "Mine", "--seed", "7"]):
        other, words = said("2", *changed)
        refused = f"This is another homework than before: notebooks of {first} will be refused."
        assert words == [refused]
        assert other != first
        first = other


def test_where_the_wheel_is_missing_the_first_cell_asks_for_it(
    folder, hand_out, tmp_path, monkeypatch
):
    (wheel,) = (path.name for path in (folder / "hand-out").glob("*.whl"))
    source = next(c.source for c in hand_out.cells if "%pip" in c.source)
    code = source.replace("%pip install", "installed =").replace(f"-q {wheel}", repr(wheel))
    monkeypatch.chdir(tmp_path)
    assert "installed" not in _run(code)  # here the package is there
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(FileNotFoundError, match=f"^Put {re.escape(wheel)}, .* beside it"):
        _run(code)
    (tmp_path / wheel).touch()
    assert _run(code)["installed"] == wheel


def _run(code):
    space = {}
    exec(code, space)
    return space


def test_a_source_that_checks_other_exercises_is_refused(tmp_path):
    source = tmp_path / "02_other.py"
    source.write_text('f = check("2.1", f)\n')
    with pytest.raises(ValueError, match=r"02_other.py should check each of \['2.1', '2.2'"):
        answer_names(source, exercises(2))


def test_an_assignment_is_read_as_it_was_written(assignment, tmp_path):
    assignment.write(tmp_path / "a.json")
    assert assignments.read(tmp_path / "a.json") == assignment
    (tmp_path / "b.json").write_text(json.dumps({"chapter": 2}))
    with pytest.raises(ValueError, match="no homework's file"):
        assignments.read(tmp_path / "b.json")


def test_functions_that_give_an_answer_away_are_known():
    by_id = {e.id: e for e in exercises(2)}
    assert drawing.given_away(by_id["2.4"]) == ("singular_values",)
    assert drawing.given_away(by_id["2.3"]) == ()
    assert drawing.given_away(by_id["2.6"]) == ()
