"""Submissions that once cost more than their part: points, time, memory, or the whole class."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import time
import zipfile
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch

from stepwise_ssl.checks import exercises
from stepwise_ssl.checks.engine import WRONG, run
from stepwise_ssl.grading import cells, flags, report, session, student, whole_class, wire
from stepwise_ssl.grading import submission as submissions
from stepwise_ssl.grading.handed_in import HandedIn, find
from stepwise_ssl.grading.marking import PartMark, Result, mark
from stepwise_ssl.grading.remote import _called_back
from stepwise_ssl.grading.session import Limits, NotStarted, Session
from stepwise_ssl.grading.submission import Refused
from tests.homework.submissions import HALF, HALF_RIGHT, filled, text

LIMITS = Limits(cell=20.0, cells=120.0, memory=1 << 30, disk=64 << 20)


def with_first(notebook, *codes):
    """The notebook with cells before its answers."""
    longer = json.loads(text(notebook))
    setup = next(
        k for k, c in enumerate(longer["cells"]) if "setup" in c["metadata"].get("tags", ())
    )
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    longer["cells"][setup + 1 : setup + 1] = [
        cell | {"source": code, "id": f"more-{k}"} for k, code in enumerate(codes)
    ]
    return json.dumps(longer).encode()


@pytest.fixture
def graded(assignment, package, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def graded(data):
        path = tmp_path / "a.ipynb"
        path.write_bytes(data)
        return mark(assignment, path, package, limits=LIMITS)

    yield graded
    assert not list(tmp_path.glob("submission-*"))


@pytest.mark.parametrize(
    "code",
    [
        "import sys\nwith open('log.txt', 'w') as f:\n    sys.stdout = f",
        "import os, tempfile\nwith tempfile.TemporaryDirectory() as d:\n    os.chdir(d)",
        "np.seterr(all='raise')\nimport warnings\nwarnings.simplefilter('error')",
    ],
)
def test_what_a_notebook_sets_or_closes_costs_no_answer(graded, hand_out, code):
    result = graded(with_first(filled(hand_out, HALF_RIGHT), code))
    assert result.points == HALF, [(p.part, p.message) for p in result.parts]


def test_a_magic_before_an_answer_hides_neither_what_it_reads_nor_what_it_does(graded, hand_out):
    right = HALF_RIGHT
    answers = right | {
        "2.3": "%%time\n%matplotlib inline\nfive = x1[:5]\n%time Gamma\n!ls\n" + right["2.3"],
        "2.4": "%%capture\nimport ctypes\n" + right["2.4"],
    }
    result = graded(text(filled(hand_out, answers)))
    assert result.points == HALF, result.cells
    assert {f.line for f in result.flags} == {"!ls", "import ctypes"}


@pytest.mark.parametrize(
    ("code", "python"),
    [
        ("%%time\nx = 1", "\nx = 1"),
        ("%%timeit -n 3 -r 4\nf(x)", "\nf(x)"),
        ("%%capture out\nx", "\nx"),
        ("%%bash\nls", ""),
        ("if a:\n    %time y = f(x)", "if a:\n    y = f(x)"),
        ("!ls \\\n -l\nx = !pwd", "pass\n\nx = None"),
        ("f?\n?f\nf.g??", "pass\npass\npass"),
        ("x = (3\n  % 2)\ny = (1\n  != 2)", "x = (3\n  % 2)\ny = (1\n  != 2)"),
        ("\ufeffx = 1", "x = 1"),
        (">>> x = 1\n... y = 2", "x = 1\ny = 2"),
        ("In [3]: x = 1\n   ...: y = 2", "x = 1\ny = 2"),
        ("  x = 1\n  y = 2", "x = 1\ny = 2"),
        ("/f 1\na.b = !ls", "pass\na.b = None"),
    ],
)
def test_a_cell_is_read_as_python_line_by_line(code, python):
    assert cells.as_python(code) == python


def test_commands_are_flagged_and_harmless_magics_are_not(assignment):
    def flagged(code):
        handed_in = submissions.Submission(((1, code),), (), {})
        return [f.line for f in flags.flags_of(assignment, handed_in)]

    assert flagged("%matplotlib inline\n%%time\nx?\n%pip install a") == []
    assert flagged("x = 1\x0c\nimport ctypes") == ["import ctypes"]
    for line in ("!ls", "x = !ls", "%run a.py", "%%bash", "get_ipython()", "os.system('ls')"):
        assert flagged(f"{line}\n") == [line]


@pytest.mark.parametrize(
    "code",
    [
        'NAME = "\\ud800"',
        "NAME = '\ud800'",
        "NUMBER = 0x" + "F" * 9000,
        "def gradient(W):\n    return " + "+".join(["W"] * 900),
        "def gradient(W):\n    return 0x" + "F" * 9000,
        "\n".join(f"%time x{k} = 1" for k in range(600)),
    ],
)
def test_no_text_stops_the_class(assignment, hand_out, tmp_path, code):
    path = tmp_path / "a.ipynb"
    path.write_bytes(with_first(filled(hand_out, {}), code))
    start = time.monotonic()
    read = submissions.read(path, 2, assignment.homework)
    flags.flags_of(assignment, read)
    cells.needed(read.cells, assignment.demonstrations)
    flags.likeness(read, assignment)
    json.dumps(read.about, ensure_ascii=False).encode()
    assert time.monotonic() - start < 10


def damaged_zips(data):
    for kind in (zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", kind) as archive:
            archive.writestr("ä.ipynb", data)
        whole = bytearray(buffer.getvalue())
        yield bytes(whole).replace("ä".encode(), b"\xff\xfe")
        whole[60:100] = b"\xff" * 40
        yield bytes(whole)


def test_what_cannot_be_read_is_refused_with_a_sentence(assignment, hand_out, tmp_path):
    data = text(hand_out)
    many = json.loads(data)
    many["cells"] += [many["cells"][2] | {"id": f"more-{k}"} for k in range(2000)]
    large = io.BytesIO()
    with zipfile.ZipFile(large, "w", zipfile.ZIP_DEFLATED) as archive:
        for k in range(5):
            archive.writestr(f"{k}.ipynb", data + b" " * (10 << 20))
    for bad in (*damaged_zips(data), json.dumps(many).encode(), large.getvalue()):
        path = tmp_path / "a.ipynb"
        path.write_bytes(bad)
        with pytest.raises(Refused, match=r"\.$"):
            submissions.read(path, 2, assignment.homework)


def test_a_script_has_no_header_that_grows(tmp_path):
    names = "abcdefghij"
    grows = [f"#   {b}: &{b} [{', '.join([f'*{a}'] * 10)}]" for a, b in pairwise(names)]
    head = "\n".join(["# ---", "# jupyter:", "#   a: &a [x]", *grows, "# ---", ""])
    path = tmp_path / "a.py"
    for before, first in (("", "x = 1"), ("y = 2\n", f"{head}y = 2")):
        path.write_text(f"{head}{before}# %%\nx = 1\n")
        assert submissions.read(path, 2, "").cells[0][1] == first


def test_one_submission_that_the_grader_fails_at_does_not_end_the_class(
    assignment, tmp_path, monkeypatch
):
    def fails(*_):
        raise OSError("a full disk")

    monkeypatch.setattr(whole_class, "mark", fails)
    (tmp_path / "a.ipynb").write_text("")
    one = HandedIn("a", tmp_path / "a.ipynb")
    result = whole_class._mark_one(assignment, one, tmp_path, tmp_path, "")
    assert "fault of the grader" in result.refused
    assert not json.loads((tmp_path / "a.json").read_text())["finished"]  # tried again next time


def test_a_file_that_cannot_be_read_is_refused_and_no_more(assignment, tmp_path):
    one = HandedIn("a", tmp_path)  # a folder cannot be opened as a file, by any user
    result = whole_class._mark_one(assignment, one, tmp_path, tmp_path, "")
    assert result.refused.startswith("The file cannot be read")
    assert result.finished


def test_no_two_submissions_have_one_key(tmp_path):
    for name in ("a.ipynb", "a.py", "a.zip", "a-2.ipynb", "A.ipynb", "𠀀" * 60 + ".ipynb"):
        (tmp_path / "in").mkdir(exist_ok=True)
        (tmp_path / "in" / name).write_text("x")
    keys = [one.key for one in find(tmp_path / "in", tmp_path / "scratch")]
    assert len({key.casefold() for key in keys}) == len(keys) == 6
    assert all(len(f"{key}.json.new".encode()) < 255 for key in keys)


def test_a_table_keeps_its_rows_and_computes_nothing():
    table = report.as_csv([["a\rb", "\t=1+1", " @x", "a\u2028b\0"]])
    assert table == '"a\nb",\t\'=1+1,\' @x,"a\nb"\n'


def test_who_gives_anothers_number_is_flagged(assignment):
    def result(number):
        return Result("", "", about={"NUMBER": number})

    numbers = {"a": "1", "b": "2", "c": "1", "d": ""}
    marked = [(HandedIn(key, Path(key)), result(n)) for key, n in numbers.items()]
    whole_class.same_numbers(marked)
    assert [len(r.flags) for _, r in marked] == [1, 0, 1, 0]


def test_a_file_that_hides_for_whom_it_was_made_is_flagged(assignment):
    varied = replace(assignment, roster=("1", "2"))
    for made_for, count in (("1", 0), ("2", 1), ("", 1)):
        handed_in = submissions.Submission((), (), {"NUMBER": "1"}, made_for)
        assert len(flags.flags_of(varied, handed_in)) == count
    assert not flags.flags_of(assignment, submissions.Submission((), (), {"NUMBER": "1"}))


def test_a_message_makes_no_more_than_it_brings():
    for content in ([f"1e{10**10}"], ["1/3", 1], [1.5, 2]):
        with pytest.raises(ValueError, match="no two integers"):
            wire.from_json({"fraction": content})
    tensors = (torch.ones(2, device="meta"), torch.ones(2, dtype=torch.bfloat16))
    for value in (Fraction(1, 7) ** 9000, [Fraction(10) ** 20_000], 10**5000, *tensors):
        json.dumps(wire.to_json(value))


def test_a_list_that_holds_itself_is_sent_as_one():
    loop = []
    loop.append(loop)
    json.dumps(wire.to_json(student._kept(loop)))


def test_a_function_of_the_graders_takes_no_larger_arguments_than_it_gave():
    args = (lambda *given: "called", np.eye(3), 0.1)
    for given in ([np.eye(3)], [[[1, 2, 3]]], [2.0]):
        assert _called_back(args, {"call back": 0, "arguments": given}) == {"value": "called"}
    for given in ([np.zeros((0, 4))], [[0] * 4], [torch.ones(4)]):
        assert "larger" in _called_back(args, {"call back": 0, "arguments": given})["raised"]


def test_a_number_too_large_for_a_float_is_the_answers_fault():
    plateaus = next(e for e in exercises(2) if not e.wants_function)
    outcome = run(plateaus, (10**400, 1, 2))
    assert outcome.verdict == WRONG
    assert "too large" in outcome.message


def test_a_wrong_answer_that_ends_while_it_is_explained_is_wrong(graded, hand_out):
    ends = """
calls = 0
def gradient(W, Gamma, lam=1.0):
    global calls
    calls += 1
    if calls > 1:
        import os
        os._exit(1)
    return np.random.default_rng(0).normal(size=W.shape)
"""
    result = graded(text(filled(hand_out, {"2.2": ends, "2.3": HALF_RIGHT["2.3"]})))
    marks = {p.exercise: p.status for p in result.parts}
    assert marks["2.2"] in ("wrong", "raised")
    assert marks["2.3"] == "right"


HOARDS = {
    "files that no folder holds": (
        "import os, time\nkept = []\nfor k in range(20):\n    kept.append(open('f', 'wb'))\n"
        "    os.unlink('f')\n    os.write(kept[-1].fileno(), bytes(20 << 20))\ntime.sleep(9)",
        "wrote more than 64 MB",
    ),
    "files in memory": (
        "import os\nkept = [os.memfd_create('x') for k in range(20)]\nfor f in kept:\n"
        "    os.write(f, bytes(20 << 20))\nimport time\ntime.sleep(9)",
        "wrote more than 64 MB",
    ),
    "empty files": (
        "import time\nfor k in range(40_000):\n    open(f'f{k}', 'w').close()\ntime.sleep(9)",
        "wrote more than 64 MB",
    ),
    "shared memory": (
        "import mmap, time\nkept = [mmap.mmap(-1, 1 << 28) for k in range(6)]\nfor m in kept:\n"
        "    m.write(bytes(1 << 28))\ntime.sleep(9)",
        "used more than 1 GB of memory",
    ),
    "shared memory that it does not look at": (
        "import mmap, time\nkept = []\nfor k in range(5):\n    m = mmap.mmap(-1, 1 << 28)\n"
        "    kept.append(m)\ntime.sleep(9)",
        "used more than 1 GB of memory",
    ),
    "files that wait in a socket": (
        "import os, socket, time\na, b = socket.socketpair()\nfor k in range(4):\n"
        "    f = os.open('f', os.O_RDWR | os.O_CREAT)\n    os.unlink('f')\n"
        "    os.write(f, bytes(20 << 20))\n    socket.send_fds(a, [b'+'], [f])\n    os.close(f)\n"
        "time.sleep(9)",
        "keeps files in a socket",
    ),
    "deep folders": (
        "import os, time\nfor k in range(1500):\n    os.mkdir('d')\n    os.chdir('d')\n"
        "    os.chmod('.', 0o500) if k % 2 else None\ntime.sleep(9)",
        "folders that lie too deep",
    ),
}  # fmt: skip


@pytest.mark.skipif(not os.path.exists("/proc/self/fd"), reason="only Linux tells")
@pytest.mark.parametrize("name", HOARDS)
def test_what_a_cell_hoards_is_noticed_and_removed(package, tmp_path, monkeypatch, name):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    code, said = HOARDS[name]
    with Session(package, [(0, "x = 1"), (1, code), (2, "y = 2")], LIMITS) as running:
        running.run()
        assert said in running.reports[1].said
        assert running.open("y") == ("value", 2)
    assert not list(tmp_path.glob("submission-*"))


def test_cells_that_end_the_process_share_one_time(package, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    waits = [(k, "import time\ntime.sleep(2)") for k in range(1, 4)]
    ends = [(k, "import os\nos._exit(1)") for k in range(4, 8)]
    starts = []
    start = Session._start
    monkeypatch.setattr(Session, "_start", lambda self: starts.append(self) or start(self))
    with Session(package, [(0, ""), *waits, *ends], LIMITS) as running:
        running.run(until=time.monotonic() + 1)
    assert len(starts) == 1


def test_a_cell_that_speaks_for_cells_that_are_not_there_is_left_out(package):
    code = """
import socket
from stepwise_ssl.grading import wire
for number in range(3, 40):
    try:
        channel = socket.socket(fileno=number)
        wire.send(channel, {"cell": 1000})
    except OSError:
        pass
"""
    with Session(package, [(0, ""), (1, code), (2, "y = 2")], LIMITS) as running:
        running.run()
        assert set(running.reports) == {0, 1, 2}
        assert running.open("y") == ("value", 2)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere no submission has a user of its own")
def test_no_two_sessions_have_one_user(monkeypatch):
    first, second = session.User(), session.User()
    numbers = {first.take(), second.take()}
    assert len(numbers) == 2
    assert first.take() in numbers  # a session that starts its process again keeps it
    code = "from stepwise_ssl.grading.session import User\nprint(User().take())"
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(other.stdout) not in numbers  # another `make grade` on this machine
    monkeypatch.setattr(session, "_USERS", (0, *sorted(numbers)))  # 0 has a name: it is root
    with pytest.raises(NotStarted, match="at once"):
        session.User().take()
    second.give_back()
    third = session.User()
    assert third.take() in numbers
    third.give_back()
    first.give_back()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere no submission has a user of its own")
def test_a_session_holds_its_user_until_it_has_ended(package, monkeypatch):
    monkeypatch.setattr(session.cage, "changes_user", lambda: True)
    with Session(package, [(0, "x = 1")], LIMITS) as running:
        running.run()
        assert running._user.number in session._USERS
    assert running._user.number == 0


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere no submission has a user of its own")
def test_only_what_a_held_user_runs_is_killed(monkeypatch):
    killed = []
    monkeypatch.setattr(session.subprocess, "run", lambda *_, user, check: killed.append(user))
    user = session.User()
    user.end()
    number = user.take()
    user.end()
    user.give_back()
    user.end()
    assert killed == [number]
    assert number >= 60_000


def test_a_last_cell_that_was_changed_stops_nowhere(graded, hand_out):
    notebook = filled(hand_out, {"2.3": HALF_RIGHT["2.3"]})
    notebook.cells[-1].source += "\nprint('done')"
    assert graded(text(notebook)).cells == []


def test_what_was_said_to_many_is_counted_whatever_their_numbers(assignment):
    def marked(key, words):
        part = PartMark("2.1", "a title", "a part", 0.0, 1.0, WRONG, f"{words}\nInputs: 3.")
        return HandedIn(key, Path(key)), Result("", "", parts=[part])

    said = report._slips([
        marked("a", "The matrix, row 2, column 1 should be 0.5 (K2 too); yours is -1.5e-07."),
        marked("b", "The matrix, row 1, column 3 should be 2 (K2 too); yours is 0.25."),
        marked("c", "A factor 2 is missing."),
        marked("d", "A factor 4 is missing."),
    ])  # fmt: skip
    assert said == [
        ("2.1", "The matrix, row …, column … should be … (K2 too); yours is ….", 2),
        ("2.1", "A factor 2 is missing.", 1),
        ("2.1", "A factor 4 is missing.", 1),
    ]


@pytest.mark.skipif(not session.cage.changes_user(), reason="not root, or a Python of root's own")
def test_sessions_with_users_of_their_own_start_and_do_not_end_each_other(package):
    code = [(0, "import os\nme = os.getuid()")]
    with Session(package, code, LIMITS) as first:
        first.run()
        with Session(package, code, LIMITS) as second:
            second.run()
            assert session.cage.USER in second.held
            users = {first.open("me"), second.open("me")}
        assert first.open("me") in users
    assert {kind for kind, _ in users} == {"value"}
    assert len(users) == 2
