"""A class from an export to the instructor's tables: Canvas, Moodle, Gradescope, a folder."""

from __future__ import annotations

import csv
import html
import importlib
import json
import zipfile
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from stepwise_ssl.grading import report, whole_class
from stepwise_ssl.grading import submission as submissions
from stepwise_ssl.grading.gradescope import as_gradescope, handed_in
from stepwise_ssl.grading.handed_in import HandedIn, find, unpack
from stepwise_ssl.grading.marking import PartMark, Result, as_plain
from stepwise_ssl.grading.whole_class import alike
from tests.homework.submissions import HALF, HALF_MARKS, HALF_RIGHT, filled, text, with_cells
from tools.homework import grade as grading


@pytest.fixture
def half(hand_out):
    return filled(hand_out, HALF_RIGHT)


def test_exports_say_who_handed_in_what(half, tmp_path):
    data = text(half)
    canvas = tmp_path / "canvas.zip"
    with zipfile.ZipFile(canvas, "w") as archive:
        archive.writestr("doejane_LATE_123_456_02_linear_model.ipynb", data)
        archive.writestr("../roe_124_457_a.ipynb", data)
        archive.writestr("roe_124_458_a.zip", data)  # a student's notebook and zip are one work
        for year, name in ((2031, "first"), (2030, "second")):
            entry = zipfile.ZipInfo(f"poe_125_{year}_{name}.ipynb", (year, 1, 1, 0, 0, 0))
            archive.writestr(entry, data)
        archive.writestr(zipfile.ZipInfo("moe_126_1_a.ipynb", (1980, 0, 0, 0, 0, 0)), data)
    found = find(canvas, tmp_path / "c")
    assert [(h.who, h.system, h.id, h.late) for h in found] == [
        ("doejane", "canvas", "123", True), ("moe", "canvas", "126", False),
        ("poe", "canvas", "125", False), ("roe", "canvas", "124", False),
    ]  # fmt: skip
    assert found[2].path.name == "poe_125_2031_first.ipynb"  # the newest, by the export's dates
    assert all(tmp_path / "c" in h.path.parents for h in found)  # nothing is unpacked elsewhere

    # A folder for each student, as older and newer versions name it, or files in one folder. What
    # lies beside them, such as late work that came by mail, is not left out.
    moodle = tmp_path / "moodle"
    for name in (
        "Jane Doe_77_assignsubmission_file_/a.ipynb",
        "Jane Doe_77_assignsubmission_file_/inner/a.py",
        "Jo Roe_78_assignsubmission_file/a.zip",
        "José Poe_79_assignsubmission_file_a.ipynb",
        "by mail.ipynb",
    ):
        (moodle / name).parent.mkdir(parents=True, exist_ok=True)
        (moodle / name).write_bytes(data)
    found = find(moodle, tmp_path / "m")
    assert sorted((h.who, h.system, h.id, h.path.name) for h in found) == [
        ("", "", "", "by mail.ipynb"),
        ("Jane Doe", "moodle", "77", "a.ipynb"),
        ("Jo Roe", "moodle", "78", "a.zip"),
        ("José Poe", "moodle", "79", "José Poe_79_assignsubmission_file_a.ipynb"),
    ]

    scope = tmp_path / "assignment_1_export"
    (scope / "submission_9").mkdir(parents=True)
    (scope / "submission_9" / "a.ipynb").write_bytes(data)
    (scope / "submission_metadata.yml").write_text(
        "submission_9:\n  :submitters:\n  - :name: Jane Doe\n    :sid: '55'\n"
    )
    (one,) = find(scope, tmp_path / "g")
    assert (one.who, one.system, one.id) == ("Jane Doe", "gradescope", "55")


def test_a_students_name_for_a_file_says_nothing_of_who_handed_it_in(half, tmp_path):
    for name in (
        "doejane_123_456_Jo Roe_78_assignsubmission_file_a.ipynb",
        "Jo Roe_78_assignsubmission_file_/poe_125_2_a.ipynb",
        "Al Moe_79_assignsubmission_file_doe_123_456_a.ipynb",
    ):
        path = tmp_path / "s" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text(half))
    assert sorted((h.system, h.who, h.id) for h in find(tmp_path / "s", tmp_path / "x")) == [
        ("canvas", "doejane", "123"), ("moodle", "Al Moe", "79"), ("moodle", "Jo Roe", "78"),
    ]  # fmt: skip


def test_a_student_of_an_export_with_no_notebook_is_not_left_out(assignment, tmp_path):
    (tmp_path / "doe_1_2_a.pdf").write_bytes(b"%PDF")
    (tmp_path / "roe_2_3_a.pdf").write_bytes(b"%PDF")
    (tmp_path / "roe_2_4_a.ipynb").write_bytes(b"")
    (tmp_path / "syllabus.pdf").write_bytes(b"%PDF")  # nobody's
    found = find(tmp_path, tmp_path / "x")
    assert [(h.who, h.path.name) for h in found] == [
        ("doe", "doe_1_2_a.pdf"), ("roe", "roe_2_4_a.ipynb"),
    ]  # fmt: skip
    with pytest.raises(submissions.Refused, match="is no notebook: hand in the .ipynb file"):
        submissions.read(found[0].path, assignment.chapter, assignment.homework)


def test_a_folder_of_files_keeps_every_one(half, tmp_path):
    for name in ("a.ipynb", "b/a.ipynb", ".hidden.ipynb", "notes.txt"):
        path = tmp_path / "s" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text(half))
    assert sorted(h.key for h in find(tmp_path / "s", tmp_path / "x")) == ["a", "b-a"]
    with pytest.raises(ValueError, match="there is no"):
        find(tmp_path / "none", tmp_path / "x")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ValueError, match="holds no"):
        find(tmp_path / "empty", tmp_path / "x")
    (tmp_path / "bad.zip").write_bytes(b"x")
    with pytest.raises(ValueError, match="no zip"):
        unpack(tmp_path / "bad.zip", tmp_path / "x")


def test_a_class_is_graded_tabled_and_goes_on_where_it_was(
    half, hand_out, assignment, tmp_path, capsys
):
    source, folder = tmp_path / "s", tmp_path / "marked"
    source.mkdir()
    answered = with_cells(half, "import socket")
    words = next(c for c in answered.cells if assignment.questions[0].mark in c.source)
    words.source += "It waits, because =nothing= grows."
    about = next(c for c in answered.cells if c.source.startswith("# Who hands this in"))
    about.source = 'NAME = "=cmd()"\nNUMBER = "17"\nHELP = "none"'
    (source / "doe_1_2_a.ipynb").write_bytes(text(answered))
    (source / "roe_2_3_b.ipynb").write_bytes(text(half))
    (source / "poe_3_4_c.ipynb").write_bytes(b"")
    marked = grading.grade(assignment, source, folder, 2)
    assert [result.points for _, result in marked] == [HALF, 0, HALF]
    rows = read(folder / "marks.csv")
    assert [row["points"] for row in rows] == [f"{HALF}", "0", f"{HALF}"]
    assert [row["name"] for row in rows] == ["'=cmd()", "poe", "roe"]
    assert rows[1]["remark"] == "The file is empty."
    assert [row[assignment.title] for row in read(folder / "canvas.csv")] == [
        f"{assignment.whole:g}", f"{HALF}", "0", f"{HALF}",
    ]  # fmt: skip
    assert [float(rows[0][id]) for id in HALF_MARKS] == list(HALF_MARKS.values())
    assert rows[0]["help"] == "none"
    page = (folder / "class.html").read_text()
    assert "import socket" in page
    assert "2.4: doe-1, roe-2" in page  # alike
    assert "<script" not in page

    # A human grades the answers in words; graded again, only that is new.
    sheet = read(folder / "written.csv")
    assert sheet[0]["answer"].startswith("It waits")
    assert sheet[1]["answer"] == ""
    sheet[0]["points"], sheet[0]["comment"] = "3", "<Why> 3?"
    with (folder / "written.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, sheet[0], delimiter=";")
        writer.writeheader()
        writer.writerows(sheet)
    before = {p: p.stat().st_mtime_ns for p in (folder / "results").iterdir()}
    grading.grade(assignment, source, folder, 2)
    assert {p: p.stat().st_mtime_ns for p in (folder / "results").iterdir()} == before
    assert read(folder / "marks.csv")[0]["total"] == f"{HALF + 3}"
    assert read(folder / "written.csv")[0]["points"] == "3"
    sent = (folder / "feedback" / "doe-1.html").read_text()
    assert f"{HALF + 3} of {assignment.whole:g} points" in sent
    assert "&lt;Why&gt; 3?" in sent
    wrong = next(m for _, r in marked for m in r.parts if m.status == "wrong" and m.message)
    assert html.escape(wrong.message.splitlines()[0].replace("`", "")) in sent.replace(
        "<code>", ""
    ).replace("</code>", "")
    assert "import socket" not in sent  # flags are the instructor's
    assert "roe" not in sent
    assert "The file is empty." in (folder / "feedback" / "poe-3.html").read_text()

    # The course's own code is known where the homework's folder has it.
    (tmp_path / "private").mkdir()
    (tmp_path / "private" / "solution.ipynb").write_bytes(text(half))
    grading.grade(assignment, source, folder, 2)
    assert "2.4: the course&#39;s solution, doe-1, roe-2" in (folder / "class.html").read_text()

    # What was filled in stays, also where a call has other files.
    (tmp_path / "late").mkdir()
    (tmp_path / "late" / "poe_3_4_c.ipynb").write_bytes(b"")
    grading.grade(assignment, tmp_path / "late", folder, 2)
    assert [row["key"] for row in read(folder / "marks.csv")] == ["poe-3"]
    assert [path.name for path in (folder / "feedback").iterdir()] == ["poe-3.html"]
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail" / "c.ipynb").write_bytes(b"")
    grading.grade(assignment, tmp_path / "mail", folder, 2)
    assert not (folder / "canvas.csv").exists()  # it had the marks of other submissions
    grading.grade(assignment, source, folder, 2)
    again = read(folder / "written.csv")[0]
    assert (again["points"], again["comment"]) == ("3", "<Why> 3?")

    sheet[0]["points"] = "99"
    with (folder / "written.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, sheet[0])
        writer.writeheader()
        writer.writerows(sheet)
    with pytest.raises(ValueError, match="points of 'doe-1' are '99'.*a number from 0 to 4, or"):
        grading.grade(assignment, source, folder, 2)
    (folder / "written.csv").write_text("key,question,points\ndoe-1,W9,3\n")
    with pytest.raises(ValueError, match="question 'W9'; there are W2.1, W2.2"):
        grading.grade(assignment, source, folder, 2)
    (folder / "written.csv").write_bytes("key,question,points\ndoé,W2.1,3\n".encode("cp1252"))
    with pytest.raises(ValueError, match="not saved as UTF-8"):
        grading.grade(assignment, source, folder, 2)
    (folder / "written.csv").write_text("a,b\n")
    with pytest.raises(ValueError, match="has lost its columns"):
        grading.grade(assignment, source, folder, 2)


def test_who_interrupts_reads_that_nothing_is_lost(folder, tmp_path, monkeypatch, capsys):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(grading, "ROOT", tmp_path)
    monkeypatch.setattr(grading, "grade", interrupted)
    private = tmp_path / "homework" / "chapter_02" / "private"
    private.mkdir(parents=True)
    kept = (folder / "private" / "assignment.json").read_bytes()
    (private / "assignment.json").write_bytes(kept)
    assert grading.main(["2", "s"]) == 130
    assert capsys.readouterr().out.strip().endswith("the same call goes on from here.")


def read(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_moodle_gets_the_columns_that_it_asks_for_and_what_the_student_is_told(assignment):
    asked = assignment.exercises[0]
    parts = [
        PartMark(asked.id, asked.title, part.name, 0.0, part.points, "wrong", "Not <this>:\n`x`.")
        for part in asked.parts
    ]
    question = assignment.questions[0]
    words = {"a": [report.Words(question.id, question.title, question.points, "so", 3.0, "a\nb")]}
    marked = [
        (HandedIn("a", Path("a"), "Jane Doe", "moodle", "77"), Result("h", "a", parts=parts)),
        (HandedIn("b", Path("b"), "Jo Roe", "moodle", "78"), Result("h", "b", refused="Empty.")),
        (HandedIn("c", Path("c")), Result("h", "c")),  # by mail: Moodle does not know it
    ]
    now = datetime(2030, 1, 2, 4, 5, 6, tzinfo=timezone(timedelta(hours=1)))
    table = report.for_moodle(assignment, marked, words, now)
    rows = list(csv.DictReader(table.splitlines()))  # a comment is one line
    told = [row.pop("Feedback comments") for row in rows]
    when = {"Last modified (grade)": "2030-01-02 03:05:06 UTC"}
    assert rows == [
        {"Identifier": "Participant 77", "Full name": "Jane Doe", "Grade": "3"} | when,
        {"Identifier": "Participant 78", "Full name": "Jo Roe", "Grade": "0"} | when,
    ]
    assert told[0].count("Not &lt;this&gt;:<br><code>x</code>.") == 1  # to all parts the same
    assert f"{question.title} (3 of {question.points:g})</strong><br>a<br>b</p>" in told[0]
    assert "Empty." in told[1]


def test_numbers_are_the_students_own_and_who_is_absent_is_named(assignment):
    varied = replace(assignment, roster=("17", "18", "19"))
    marked = [
        (HandedIn("a", Path("a"), "doe", "canvas", "4"), Result("", "", about={"NUMBER": " 17 "})),
        (HandedIn("b", Path("b"), "roe", "canvas", "5", True), Result("", "", refused="Empty.")),
        (
            HandedIn("c", Path("c"), "poe", "gradescope", "18"),
            Result("", "", refused="Empty.", notes=["Saved as utf-16."]),
        ),
    ]
    rows = list(csv.DictReader(report.marks(varied, marked, {}).splitlines()))
    assert [row["number"] for row in rows] == ["17", "", "18"]
    assert [row["remark"] for row in rows] == ["", "Late. Empty.", "Empty. Saved as utf-16."]
    assert "no notebook gives: 19." in report.page(varied, marked, {}, [])
    assert "no notebook gives" not in report.page(assignment, marked, {}, [])


def test_cells_that_a_spreadsheet_would_compute_are_text():
    assert report.as_csv([["=1+1", "@x", "-3", "a"]]) == "'=1+1,'@x,'-3,a\n"


def test_code_that_differs_in_names_alone_is_alike(half, assignment, tmp_path):
    other = filled(half, {})
    for cell in other.cells:
        cell.source = cell.source.replace("grown", "growth").replace("s0", "start")
    handed = []
    for name, notebook in (("a", half), ("b", other)):
        (tmp_path / f"{name}.ipynb").write_bytes(text(notebook))
        handed.append(HandedIn(name, tmp_path / f"{name}.ipynb"))
    assert ("2.4", ("a", "b")) in alike(assignment, handed)


def test_gradescopes_results_have_every_part_from_the_start(assignment):
    nothing = as_gradescope(assignment, Result(assignment.homework, "a"))
    parts = sum(len(a.parts) for a in assignment.exercises)
    assert len(nothing["tests"]) == parts
    assert nothing["score"] == 0
    assert {t["output"] for t in nothing["tests"]} == {"not reached"}
    asked = assignment.exercises[0]
    part = asked.parts[0]
    earned = PartMark(asked.id, asked.title, part.name, part.points, part.points, "right")
    some = as_gradescope(assignment, Result(assignment.homework, "a", parts=[earned]))
    assert some["score"] == part.points
    assert some["tests"][0]["status"] == "passed"
    assert json.loads(json.dumps(some)) == some


def test_of_several_files_the_notebook_is_taken(tmp_path):
    (tmp_path / "notes.txt").write_text("x" * 100)
    (tmp_path / "a.ipynb").write_text("x")
    assert handed_in(tmp_path).name == "a.ipynb"
    assert handed_in(tmp_path / "none").name == "nothing"


def test_a_package_that_is_installed_later_lets_its_students_be_marked_again(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "a.ipynb").write_text("")
    digest = whole_class._of_file(tmp_path / "a.ipynb")
    cells = ["cell 3: ModuleNotFoundError: No module named 'late_comer'"]
    content = as_plain(Result("h", "a.ipynb", cells=cells, finished=True))
    kept = tmp_path / "a.json"
    kept.write_text(json.dumps(content | {"stamp": "s", "digest": digest}))
    assert whole_class._kept(kept, tmp_path / "a.ipynb", "s").cells == cells
    (tmp_path / "late_comer.py").touch()
    importlib.invalidate_caches()
    assert whole_class._kept(kept, tmp_path / "a.ipynb", "s") is None


def test_the_class_page_counts_what_raised_among_what_was_said():
    parts = [
        PartMark("2.1", "T", name, 0.0, 1.0, "raised", "Your code raised KeyError: 'a'\nline 3: x")
        for name in ("one", "two")
    ]
    marked = [(HandedIn(k, Path(k)), Result("h", k, parts=parts)) for k in "ab"]
    assert report._slips(marked) == [("2.1", "Your code raised KeyError: 'a'", 2)]
