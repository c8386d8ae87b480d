"""Files that name others, grow, or stop the class; and honest files that look unusual."""

from __future__ import annotations

import bz2
import csv
import json
import struct
import zipfile
import zlib
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace

import numpy as np
import pytest

from stepwise_ssl.checks import exercises
from stepwise_ssl.grading import flags, report, whole_class
from stepwise_ssl.grading import submission as submissions
from stepwise_ssl.grading.handed_in import HandedIn, find
from stepwise_ssl.grading.marking import Result
from stepwise_ssl.grading.remote import _called_back
from stepwise_ssl.grading.session import Limits, Session
from stepwise_ssl.grading.submission import Refused, Submission
from tests.homework.submissions import HALF_RIGHT, filled, text
from tools.homework import assignment as drawing
from tools.homework import grade as grading


def write(path, data="x"):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(data)


def test_no_file_of_a_student_says_who_the_others_are(tmp_path):
    scope = tmp_path / "assignment_1_export"
    for number in (7, 9):
        write(scope / f"submission_{number}" / "a.ipynb")
    true = "submission_{0}:\n  :submitters:\n  - :name: S{0}\n    :sid: '{0}'\n"
    write(scope / "submission_metadata.yml", true.format(7) + true.format(9))
    false = "../submission_7:\n  :submitters:\n  - :name: S9\n    :sid: '9'\n"
    write(scope / "submission_9" / "submission_metadata.yml", false)
    for top in (tmp_path, scope):
        assert [h.who for h in find(top, tmp_path / "x")] == ["S7", "S9"]
    write(scope / "submission_metadata.yml", true.format(7) + false)
    assert [(h.who, h.path.parent.name) for h in find(scope, tmp_path)] == [("S7", "submission_7")]
    write(scope / "submission_metadata.yml", "- a")
    with pytest.raises(ValueError, match="cannot be read"):
        find(scope, tmp_path / "x")


def test_a_folder_that_a_student_named_is_no_other_students(tmp_path):
    own, other = "A_1_assignsubmission_file_", "B_2_assignsubmission_file_"
    for place in (f"{own}/{other}", own, other):
        write(tmp_path / place / "a.ipynb", place)
    found = find(tmp_path, tmp_path / "x")
    assert [(h.who, h.path.read_text().partition("/")[0]) for h in found] == [
        ("A", own), ("B", other),
    ]  # fmt: skip


def test_what_comes_in_late_takes_no_other_files_key(tmp_path):
    write(tmp_path / "b.py")
    write(tmp_path / "b.zip")
    before = {h.path.name: h.key for h in find(tmp_path, tmp_path / "x")}
    write(tmp_path / "b.ipynb")
    write(tmp_path / "B.ipynb")
    after = {h.path.name: h.key for h in find(tmp_path, tmp_path / "x")}
    assert after | before == after
    assert len(set(after.values())) == 4


def test_a_link_is_not_graded_as_what_it_leads_to(assignment, solution, tmp_path):
    (tmp_path / "solution.ipynb").write_bytes(text(solution))
    (tmp_path / "a.ipynb").symlink_to(tmp_path / "solution.ipynb")
    with pytest.raises(Refused, match="link"):
        submissions.read(tmp_path / "a.ipynb", 2, assignment.homework)


def packed(kind, data):
    """A zip whose one file says that it has ten bytes."""
    head = struct.pack("<HHHHIIIHH", 0, kind, 0, 0, zlib.crc32(b""), len(data), 10, 7, 0)
    local = b"PK\3\4" + struct.pack("<H", 20) + head + b"a.ipynb" + data
    entry = b"PK\1\2" + struct.pack("<HH", 20, 20) + head + bytes(14) + b"a.ipynb"
    return local + entry + b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 1, 1, 53, len(local), 0)


def test_a_zip_unpacks_to_no_more_than_it_says(tmp_path, monkeypatch):
    class Watched(zipfile.ZipExtFile):
        def read(self, n=-1):
            assert n == 11
            return super().read(n)

    monkeypatch.setattr(zipfile, "ZipExtFile", Watched)
    zeros = bytes(1 << 20)
    compress = zlib.compressobj(9, zlib.DEFLATED, -15)
    deflated = compress.compress(zeros) + compress.flush()
    path = tmp_path / "a.zip"
    for kind, data, words in (
        (zipfile.ZIP_DEFLATED, deflated, "Bad CRC"),
        (zipfile.ZIP_BZIP2, bz2.compress(zeros), "unusual way"),
    ):
        path.write_bytes(packed(kind, data))
        with pytest.raises(Refused, match=words):
            submissions.read(path, 2, "")


def test_more_cells_than_a_notebook_has_are_not_read(tmp_path, hand_out):
    content = json.loads(text(hand_out))
    many = [{"cell_type": "code"}] * 3000
    sheets = {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": many}]}
    for name, data in (
        ("a.ipynb", json.dumps(content | {"cells": many})),
        ("b.ipynb", json.dumps(sheets)),
        ("a.py", "# %%\n" * 3000),
    ):
        write(tmp_path / name, data)
        with pytest.raises(Refused, match="more than 2000 cells"):
            submissions.read(tmp_path / name, 2, "")


def test_outputs_and_metadata_of_cells_cost_nothing(tmp_path, hand_out, assignment):
    content = json.loads(text(filled(hand_out, HALF_RIGHT)))
    deep = {}
    for _ in range(50):
        deep = {"a": deep}
    for cell in content["cells"]:
        cell["metadata"], cell["attachments"] = deep, {"a": "b"}
        if cell["cell_type"] == "code":
            cell["outputs"] = [{"output_type": "no such"}, 3, None]
    write(tmp_path / "a.ipynb", json.dumps(content))
    (tmp_path / "b.ipynb").write_bytes(text(filled(hand_out, HALF_RIGHT)))
    odd, plain = (
        submissions.read(tmp_path / n, 2, assignment.homework) for n in ("a.ipynb", "b.ipynb")
    )
    assert odd.cells == plain.cells


def flagged(assignment, code):
    handed_in = Submission(((1, code),), (), {})
    return [(f.kind, f.line) for f in flags.flags_of(assignment, handed_in)]


@pytest.mark.parametrize(
    "code",
    [
        "from stepwise_ssl.linear import *",
        "from stepwise_ssl.linear import cross_moment",
        "from stepwise_ssl import linear as l\nmine = l.step_times",
        "import numpy.random as r\nr.sys",
        "x[0]?\nimport ctypes",
        "%%time\nnp.*load*?\nimport ctypes",
        "x = np.load('a.npy')",
    ],
)
def test_what_gets_an_answer_or_a_module_another_way_is_flagged(assignment, code):
    assert flagged(assignment, code)[-1][1] == code.splitlines()[-1]


def test_a_cell_that_only_ipython_can_read_is_flagged_and_a_broken_one_is_not(
    assignment, monkeypatch
):
    code = "mine?\nimport ctypes"
    monkeypatch.setattr(flags, "as_python", lambda code: code)  # as if it knew no help
    assert flagged(assignment, code) == [("runs, and cannot be read", "mine?")]
    assert flagged(assignment, "def broken(:\n    pass") == []


def test_a_flood_of_flags_is_cut_and_counted_for_each_kind(assignment):
    found = flagged(assignment, "".join(f"exec;{k}\n" for k in range(2_000)) + "import socket")
    assert len(found) < 60
    assert ("uses the network", "import socket") in found
    assert ("runs or hides code", f"{2_000 - 40} lines more") in found


@pytest.mark.parametrize("line", ["{}x 1", "%time x\n{}.... x", "{}%%bash", "x = (\n{}!"])
def test_to_read_a_line_takes_no_square_of_its_length(assignment, line):
    # A square would be minutes.
    flagged(assignment, line.format(" " * 100_000))


def test_functions_of_the_answers_name_are_known():
    by_id = {e.id: e for e in exercises(2)}
    assert drawing.given_away(by_id["2.5"]) == ("step_times",)
    assert drawing.given_away(by_id["2.2"]) == ("_gradient",)


def test_a_function_of_the_graders_takes_no_more_axes_than_it_gave():
    args = (lambda *given: "called", np.eye(3), 0.1)
    reply = _called_back(args, {"call back": 0, "arguments": [np.ones((3, 1) * 5, np.uint8)]})
    assert "larger" in reply["raised"]


def test_an_answer_in_words_of_any_length_can_be_graded_again(assignment, hand_out, tmp_path):
    question = assignment.questions[0]
    notebook = filled(hand_out, {})
    cell = next(c for c in notebook.cells if question.mark in c.source)
    cell.source += "word " * 100_000
    (tmp_path / "a.ipynb").write_bytes(text(notebook))
    handed_in = [HandedIn("a", tmp_path / "a.ipynb")]
    written = grading.answers_in_words(assignment, handed_in, {})
    assert len(written["a"][0].answer) < 21_000
    long = [replace(written["a"][0], answer="x" * 200_000, points=1.0)]
    write(tmp_path / "written.csv", grading.sheet({"a": long}, {}))
    given = grading.given_by_hand(tmp_path / "written.csv", assignment)
    assert given["a", question.id] == (1.0, "")
    csv.field_size_limit(131_072)


def test_a_grader_that_dies_costs_the_file_that_it_was_at(assignment, tmp_path, monkeypatch):
    class Pool:
        """Dies at the file b, and what it is given after that is lost with it."""

        dead = False

        def __init__(self, *_, **__):
            pass

        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

        def submit(self, _, assignment, one, *__):
            job = Future()
            self.dead |= one.key == "b"
            if self.dead:
                job.set_exception(BrokenProcessPool())
            else:
                job.set_result(Result(assignment.homework, one.key))
            return job

    monkeypatch.setattr(whole_class, "ProcessPoolExecutor", Pool)
    files = [HandedIn(key, tmp_path / key) for key in "abc"]
    marked = {
        one.key: result for one, result in whole_class.mark_class(assignment, files, tmp_path, 2)
    }
    assert set(marked) == {"a", "b", "c"}
    assert [key for key in "abc" if marked[key].refused] == ["b"]
    assert "fault of the grader" in marked["b"].refused


@pytest.mark.parametrize("number", ["１７", "17\u200b", " 1 7", "17\u00ad"])
def test_a_number_that_looks_like_anothers_is_anothers(number, tmp_path):
    results = [Result("", "", about={"NUMBER": n}) for n in ("17", number)]
    whole_class.same_numbers([(HandedIn(str(k), tmp_path), r) for k, r in enumerate(results)])
    assert all(r.flags for r in results)


@pytest.mark.parametrize("text", ["＝1", "\u200b=1", "\ufeff+1", "\u202e@x", "＋1", "\t-1"])
def test_no_sign_that_is_wide_or_unseen_begins_a_formula(text):
    assert next(csv.reader([report.as_csv([[text]])]))[0] == f"'{text}"
    assert report.as_csv([["−1", "1+1", ""]]) == "−1,1+1,\n"


def test_an_answer_behind_a_backend_or_a_module_that_is_not_there_is_asked(package):
    codes = [
        "%matplotlib widget\nimport no_such_module.pyplot as plt\nx = 1",
        "%%writefile helper.py\ny = 2",
        "from helper import y",
    ]
    with Session(package, [(0, ""), *enumerate(codes, 1)], Limits()) as running:
        running.run()
        assert running.open("x") == ("value", 1)
        assert running.open("y") == ("value", 2)
        assert "no_such_module" in running.reports[1].said
