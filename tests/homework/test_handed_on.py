"""Modules that are handed to what takes an answer out of them, and what no watcher may overlook."""

from __future__ import annotations

import csv
import io
import os
import socket
import sys
import time
import zipfile
from dataclasses import replace

import numpy as np
import psutil
import pytest

from stepwise_ssl.checks.values import as_array
from stepwise_ssl.grading import flags, names, remote, report, session
from stepwise_ssl.grading.handed_in import HandedIn, find, unpack
from stepwise_ssl.grading.marking import Result
from stepwise_ssl.grading.remote import Remote
from stepwise_ssl.grading.session import Limits, Session
from stepwise_ssl.grading.submission import Submission
from stepwise_ssl.grading.whole_class import numbers_of_others, others_name
from tools.homework import grade as grading

LIMITS = Limits(cell=20.0, cells=120.0, memory=1 << 30, disk=64 << 20)
PATTERN = """
class Any_(type):
    def __instancecheck__(cls, thing):
        return True
class P(metaclass=Any_):
    __match_args__ = ('cross_' + 'moment',)
match linear:
    case P(mine): pass
"""
FORMATTED = """
import string
class F(string.Formatter):
    def format_field(self, value, spec):
        kept.append(value)
        return ''
F().format('{0.cross_' + 'moment}', linear)
"""

OVER_LINES = [
    "from ctypes import (\n    CDLL,\n)",
    "from types import (\n    FunctionType,\n)",
    "from os import (\n    execlp,\n)",
    "import functools as t\n@t.wraps(\n    f, assigned=('cross_' + 'moment',),\n)\ndef g(): pass",
]
HANDED_ON = [
    PATTERN,
    FORMATTED,
    "import torch.fx as x\nx.Interpreter(g).call_method('cross_' + 'moment', (linear, a), {})",
    "import functools\nfunctools.reduce(take, ['a'], linear)",
    "l = linear\ntake(l)",
    "l = linear if x else np\nkept = [l]",
    "kept = {'a': linear}",
    "def f(l=linear): pass",
    "def f():\n    return linear",
    "take(np.linalg)",
    "import stepwise_ssl\ntake(stepwise_ssl.linear)",
    "for l in (linear,): pass",
    "data = 1\nimport stepwise_ssl.data as data\ntake(data)",
]
WITHIN = [
    "l = np\nl._core.multiarray",
    "def f(l):\n    return l._core",
    "(np if x else 0)._core",
    "[*kept][0]._simulation",
    "import os\no = os\no.execlp('sh', 'sh', '-c', 'ls')",
    "import platform\nplatform.os.spawnlp(0, 'sh', 'sh', '-c', 'ls')",
    "import os\nos.path.os.execlp('sh', 'sh', '-c', 'ls')",
    "import typing\nmine = typing.types.CodeType",
    "from typing import types",
    "from pathlib import os",
    "(x for x in ()).gi_code",
    "f().cr_frame",
    "class A:\n    def __reduce__(self): return print, ()",
]
BY_TEXTS = [
    "import sympy\nmine = sympy.S('__imp' + 'ort__(\"stepwise_ssl.linear\")')",
    "import sympy as sp\nmine = sp.Symbol('x').subs('x', 'exec(\"\")')",
    "import sympy as sp\nwords = ''.join(parts)\nmine = sp.N(words)",
    "import sympy as sp\nfor words in ['exec(1)']:\n    sp.expand(words)",
    "from sympy import expand\nmine = expand(f'{a}(1)')",
    "import mpmath\nmpmath.identify(1.5, ['exec(\"\")'])",
    "import torch\ntorch.hub.list('a/b')",
    "import statsmodels.formula.api as smf",
]
FILES = [
    "import pandas as pd\npd.Series(['x = 5']).to_string('einops.py')",
    "import pandas as pd\npd.read_table('assignment.json')",
    "from pandas import read_fwf",
    "from sklearn.datasets import load_files",
    "import scipy.io\nscipy.io.savemat('a', {})",
    "import networkx as nx\nnx.write_edgelist(g, 'einops.py')",
    "x.dump('helper')",
    "from pathlib import Path\nlist(Path('/').glob('*'))",
]


def flagged(assignment, code):
    return flags.flags_of(assignment, Submission(((1, code),), (), {}))


@pytest.mark.parametrize("code", [*OVER_LINES, *HANDED_ON, *WITHIN, *BY_TEXTS, *FILES])
def test_a_module_that_is_handed_on_or_reached_within_another_is_flagged(assignment, code):
    given = replace(assignment, lines=(*assignment.lines, ")"))  # as hand-outs have it
    assert flagged(given, code), code


@pytest.mark.parametrize(
    "code",
    [
        "xp = torch if isinstance(x, torch.Tensor) else np\ny = xp.sum(x)",
        "losses = []\nlosses.append(1)\nplt.plot(losses)",
        "data = {}\ndef f(data, views):\n    return g(data, views)",
        "def f(x):\n    losses = [x]\n    return np.array(losses)",
        "[g(data) for data in x]",
        "import os\nos.path.join('a', 'b')",
        "print(np)\ntype(np)",
        "class A:\n    _kept = {}\n    def f(self):\n        self._x = 1\nA._kept[a._x] = 1",
        "import sympy as s\nx, y = s.symbols('x y')\ns.sqrt(x).subs(x, 2)\ns.limit(x, x, 0, '+')",
        "import pandas as pd\ndf = pd.DataFrame(x)\ndf.to_numpy(), df.to_string(), df.to_dict()",
        "point._replace(x=1)._asdict()",
        "from torch import (\n    nn,\n    optim,\n)\nimport torch.nn.functional as F\nF.relu(x)",
    ],
)
def test_names_of_ones_own_and_modules_that_are_read_are_not_flagged(assignment, code):
    assert flagged(assignment, code) == []


def test_a_name_of_a_module_is_data_in_later_cells_too(assignment):
    cells = ((1, "losses = train()"), (2, "plt.plot(losses)"))
    assert flags.flags_of(assignment, Submission(cells, (), {})) == []


def test_no_file_stands_for_a_module_that_needs_no_flag(package):
    write = "with open({0!r} + '.py', 'w') as f:\n    f.write('y = 5')"
    codes = [
        "\n".join(write.format(name) for name in ("einops", "helper", "other")),
        "import einops\neinops_is = getattr(einops, 'y') == 5",
        "import helper\nhelper_is = helper.y == 5",
        "import importlib\ntry:\n    importlib.import_module('other')\n    other_is = True\n"
        "except ImportError:\n    other_is = False",
    ]
    with Session(package, list(enumerate(codes)), LIMITS) as running:
        running.run()
        found = [running.open(f"{name}_is") for name in ("einops", "helper", "other")]
    assert found == [("value", False), ("value", True), ("value", False)]
    assert flags.modules_of_ones_own(enumerate(codes)) == {"helper", "importlib"}


HIDDEN = {
    "a name that is no text": (
        "import mmap, os, time\nf = os.open(b'\\xff', os.O_RDWR | os.O_CREAT)\n"
        "os.ftruncate(f, 4096)\nm = mmap.mmap(f, 4096)\ntime.sleep(1)\nfor k in range(10):\n"
        "    with open(f'f{k}', 'wb') as g:\n        g.write(bytes(20 << 20))\ntime.sleep(9)",
        "wrote more than 64 MB",
    ),
    "threads without end": (
        "import threading, time\nthreading.stack_size(32768)\nfor k in range(5000):\n"
        "    threading.Thread(target=time.sleep, args=(9,), daemon=True).start()\ntime.sleep(9)",
        "more than 512 threads",
    ),
    "memory in pieces": (
        "import mmap, time\nkept = []\nfor k in range(30_000):\n"
        "    kept.append(mmap.mmap(-1, 4096, prot=1 + k % 2 * 2))\ntime.sleep(9)",
        "too many pieces",
    ),
}  # fmt: skip


@pytest.mark.skipif(not os.path.exists("/proc/self/fd"), reason="only Linux tells")
@pytest.mark.parametrize("name", HIDDEN)
def test_the_watcher_is_neither_blinded_nor_kept_busy(package, tmp_path, monkeypatch, name):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    code, said = HIDDEN[name]
    with Session(package, [(0, "x = 1"), (1, code), (2, "y = 2")], LIMITS) as running:
        running.run()
        assert said in running.reports[1].said
        assert running.open("y") == ("value", 2)


def test_what_cannot_be_watched_is_ended(package, monkeypatch):
    class Process:
        pid = 0

        def poll(self):
            return None

    looks, killed = [], []

    def fails(pid):
        looks.append(pid)
        if len(looks) == 2:
            return ""
        raise UnicodeDecodeError("utf-8", b"", 0, 1, "")

    running = Session(package, [], LIMITS)
    monkeypatch.setattr(running, "_excess", fails)
    monkeypatch.setattr(session, "_kill", killed.append)
    monkeypatch.setattr(session, "LOOKS", 0.0)
    running._watch(process := Process())
    assert killed == [process]
    assert len(looks) == 5  # one failure is forgotten, three in a row are not
    assert "could not be watched (UnicodeDecodeError)" in running.excess


def test_processes_that_hide_their_files_are_seen_to_do_so(monkeypatch):
    def refuses(_):
        raise PermissionError

    me = psutil.Process()
    assert not session._hides(me)
    monkeypatch.setattr(session.os, "scandir", refuses)
    assert session._hides(me)
    assert me in session._of_user(os.getuid())


@pytest.mark.skipif(not os.path.exists("/proc/self/fd"), reason="only Linux tells")
def test_what_waits_in_sockets_counts_as_if_each_were_full():
    before = session._unnamed([psutil.Process()])[0]
    pairs = [socket.socketpair() for _ in range(8)]
    held = session._unnamed([psutil.Process()])[0] - before
    for pair in pairs:
        for end in pair:
            end.close()
    assert held == 16 * session._BUFFER


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there are no namespaces")
def test_no_process_begins_in_namespaces_of_its_own(package):
    code = (
        "import ctypes, platform\ncall = {'x86_64': 56, 'aarch64': 220}[platform.machine()]\n"
        "made = ctypes.CDLL(None).syscall(call, 0x10000000 | 17, 0, 0, 0, 0)\n"
        "if made == 0: import os; os._exit(0)"
    )
    with Session(package, [(0, code)], LIMITS) as running:
        running.run()
        if session.cage.SOCKETS in running.held:
            assert running.open("made") == ("value", -1)


def test_what_is_no_socket_is_closed(tmp_path):
    (tmp_path / "a").touch()
    descriptor = os.open(tmp_path / "a", os.O_RDONLY)
    with pytest.raises(OSError, match="ocket"):
        session._as_socket(descriptor)
    with pytest.raises(OSError, match="escriptor"):
        os.fstat(descriptor)


def test_a_part_has_an_end_whatever_its_answer_waits_for(monkeypatch):
    monkeypatch.setattr(remote, "_MOST_SECONDS", 0.0)
    mine, theirs = socket.socketpair()
    with mine, theirs:
        answer = Remote(mine, "f")
        time.sleep(0.01)
        for each in (answer, answer.changed(names={})):
            with pytest.raises(remote.LearnerError, match="in this part"):
                each(1)


def test_a_source_of_any_length_is_not_read(monkeypatch):
    answer = Remote(None, "f")
    for length, fits in ((50_000, True), (50_001, False)):
        monkeypatch.setattr(answer, "_exchange", lambda *_, n=length: {"value": "x" * n})
        if fits:
            assert len(answer.source()) == length
        else:
            with pytest.raises(TypeError):
                answer.source()


def test_texts_of_unlike_lengths_make_no_table(monkeypatch):
    made = []
    asarray = np.asarray
    monkeypatch.setattr(np, "asarray", lambda *a, **k: made.append(a) or asarray(*a, **k))
    for value in (["a" * 1000, *[""] * 1000], [[1, 2], [b"a", 3]], ("1", 2)):
        assert as_array(value) is None
    assert made == []
    assert as_array([[1, 2], [3, 4]]).shape == (2, 2)


def test_names_of_any_length_and_form_are_unpacked_and_kept_apart(tmp_path):
    start = "Jane Doe_7_assignsubmission_file_"
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for letter in "ab":
            archive.writestr(f"{start}{'x' * 240}{letter}.ipynb", letter)
    found = find(tmp_path / "a.zip", tmp_path / "to")
    assert [(one.who, one.path.suffix) for one in found] == [("Jane Doe", ".ipynb")]
    assert len(list(unpack(tmp_path / "a.zip", tmp_path / "again").iterdir())) == 2
    for folder, name in (("in/é", "b.ipynb"), ("in", "e\u0301-b.ipynb")):
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        (tmp_path / folder / name).write_text("x")
    keys = [one.key for one in find(tmp_path / "in", tmp_path / "x")]
    assert len({report.unicodedata.normalize("NFD", key) for key in keys}) == 2


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("x;=1+1;y", "x;'=1+1;y"),
        ("a\n=cmd|' /C calc'!A0", "a\n'=cmd|' /C calc'!A0"),
        ("1\t@x", "1\t'@x"),
        ("x;\u200b=1", "x;'\u200b=1"),
        ("one\n- two\n- three", "one\n- two\n- three"),
        ("good; -1 for the sign", "good; -1 for the sign"),
        ("a; -b(1)", "a;' -b(1)"),
    ],
)
def test_no_formula_begins_where_another_country_parts_cells(text, kept):
    table = report.as_csv([[text]])
    assert next(csv.reader(io.StringIO(table, newline="")))[0] == kept
    assert report.unguarded(kept) == text


def test_entities_of_html_begin_no_formula():
    assert report._without_signs("a &lt;= b; ==") == "a &lt;&#61; b; &#61;&#61;"


def test_a_comment_stays_as_it_was_written(assignment, tmp_path):
    question = assignment.questions[0]
    words = report.Words(question.id, "", question.points, "", 1.0, "=see;=above\n=below")
    (tmp_path / "written.csv").write_text(grading.sheet({"a": [words]}, {}))
    given = grading.given_by_hand(tmp_path / "written.csv", assignment)
    assert given["a", question.id] == (1.0, words.comment)


def test_who_hands_in_under_anothers_name_is_flagged(tmp_path):
    def one(who, name, system="moodle"):
        return HandedIn(who, tmp_path, who, system, who), Result("", "", about={"NAME": name})

    marked = [
        one("Ada Lovelace", "Emmy Noether"), one("Emmy Noether", "ADA  LOVELACE"),
        one("Sofja Kowalewskaja", "Sonja"), one("Noether Max", "Max Noether"),
        one("hopper", "Ada Lovelace", "canvas"), one("", "Emmy Noether", ""),
    ]  # fmt: skip
    others_name(marked)
    assert [len(result.flags) for _, result in marked] == [1, 1, 0, 0, 1, 0]


def test_a_number_belongs_to_the_name_that_the_roster_has(assignment, tmp_path):
    listed = replace(assignment, roster=("17", "s18", "19"), names=("Ada Lovelace", "Jo Roe", ""))

    def flags_of(who, name, number):
        result = Result("", "", about={"NAME": name, "NUMBER": number})
        numbers_of_others(listed, [(HandedIn("a", tmp_path, who), result)])
        return [flag.line for flag in result.flags]

    assert flags_of("", "Jo Roe", " 17 ") == [
        "NUMBER 17 is Ada Lovelace on the roster; NAME says 'Jo Roe'"
    ]
    # Name and number of the other: the export knows who it was, also where a nickname is given.
    assert flags_of("Jo Roe", "Ada Lovelace", "17") == [
        "NUMBER 17 is Ada Lovelace on the roster; the export says 'Jo Roe'"
    ]
    assert len(flags_of("roejo", "Countess", "17")) == 2
    assert len(flags_of("", "", "17")) == 1
    assert flags_of("lovelaceada", "Lovelace, Ada", "17") == []
    assert flags_of("", "anyone", "19") == flags_of("", "anyone", "20") == []
    numbers_of_others(assignment, [(HandedIn("a", tmp_path), Result("", ""))])  # without a roster


@pytest.mark.parametrize(
    "name, known, same",
    [
        ("Zoe Mueller", "Müller, Zoë Anna", True), ("muellerzoe", "Müller, Zoë", True),
        ("Łukasz O\u2019Neil", "LUKASZ ONEIL", True), ("Z. Müller", "Zoë Müller", True),
        ("Li Wei 李伟", "Li Wei", True), ("李 伟", "李伟", True), ("Jane Doe", "Jane", True),
        ("Jan Doe", "Jane Doe", False), ("Tom Doe", "Jane Doe", False), ("J D", "Jane Doe", False),
        ("", "Jane Doe", False), ("A. Doe", "Jane Doe", False),
    ],
)  # fmt: skip
def test_a_name_fits_as_a_human_would_say(name, known, same):
    assert names.fits(name, known) == names.fits(known, name) == same
