"""Ways to an answer that has no name in the code, and honest files that look otherwise."""

from __future__ import annotations

import io
import json
import sys
import zipfile
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import torch

from stepwise_ssl.checks.learner import LearnerError
from stepwise_ssl.checks.values import same_values
from stepwise_ssl.grading import flags, gradescope, marking, student, whole_class, wire
from stepwise_ssl.grading import submission as submissions
from stepwise_ssl.grading.handed_in import HandedIn, find
from stepwise_ssl.grading.marking import UNGRADED, PartMark, Result
from stepwise_ssl.grading.session import Limits, Session
from stepwise_ssl.grading.submission import Refused, Submission, about
from tests.homework.submissions import HALF_RIGHT, filled, text
from tools.homework import grade as grading
from tools.notebooks import sources

BY_TEXT = [
    "import pydoc\nmine = pydoc.locate('stepwise_ssl.linear.cross_moment')",
    "import pkgutil\nmine = pkgutil.resolve_name('stepwise_ssl.linear:cross_moment')",
    "from unittest import mock\nmine = mock._importer('stepwise_ssl.linear.cross_moment')",
    "import typing\nclass A:\n    a: 'linear.cross_moment'\nmine = typing.get_type_hints(A)['a']",
    "import timeit\ntimeit.timeit('kept.append(linear.cross_moment)', globals=dict(kept=kept))",
    "import sympy\nmine = sympy.sympify('linear.cross_moment')",
    "from IPython.core.interactiveshell import InteractiveShell as S\nS.instance().ev('1')",
    "import doctest",
    "import types\nmine = types.FunctionType",
    "import cProfile\ncProfile.run('x = 1')",
    "mine = linear.__loader__.get_data(linear.__file__)",
    "mine = linear.__spec__",
    "mine = print.__self__",
    "mine = ds_dt.__closure__",
    "import linecache\nmine = linecache.getlines(linear.__file__)",
    "mine = warnings.linecache.getlines(linear.__file__)",
    "import random\nmine = random._sys",
    "import logging\nlogging.basicConfig(filename='helper.py', format='%(message)s')",
    "from helper import mine",
    "from helper import display",
    "from IPython import core",
    "import codeop",
    "x = np.lib.npyio.DataSource('.')",
    "torch.save(x, 'helper')",
]
BY_IPYTHON = [
    "%pip --version; echo 'x = 5' > helper.py",
    "%conda info | tee helper.py",
    "%pip install numpy \\",
    "%time !echo 'x = 5' > helper.py",
    "%timeit -n 1 !ls",
    "%%time !ls",
    "%time %run helper.py",
]


def flagged(assignment, code):
    return [f.line for f in flags.flags_of(assignment, Submission(((1, code),), (), {}))]


@pytest.mark.parametrize("code", [*BY_TEXT, *BY_IPYTHON])
def test_an_answer_that_is_named_by_a_text_is_flagged(assignment, code):
    assert flagged(assignment, code), code


@pytest.mark.parametrize(
    "code",
    [
        "import numpy as np, scipy.linalg as sl\nfrom IPython.display import display, HTML",
        "from IPython import display\nimport matplotlib.pyplot as plt\nfrom tqdm.auto import tqdm",
        "%pip install -q seaborn\n!pip install seaborn\n%time x = y % 2\nplt.savefig('a.png')",
        "print(np.__version__, torch.__version__, ds_dt.__name__)\nsuper().__init__()",
        "%config InlineBackend.figure_format = 'retina'\n%matplotlib inline\nassert x != 1",
        "from __future__ import annotations\nimport math, itertools, functools, operator, time",
    ],
)
def test_what_students_usually_write_is_not_flagged(assignment, code):
    assert flagged(assignment, code) == []


def test_no_solution_of_the_course_is_flagged_for_what_it_imports(assignment):
    plain = replace(assignment, handed_out=(), lines=(), exercises=())
    for source in sources():
        found = flagged_kinds(plain, source.read_text())
        assert "imports what an answer does not need" not in found, source


def flagged_kinds(assignment, code):
    return {f.kind for f in flags.flags_of(assignment, Submission(((1, code),), (), {}))}


def test_what_is_not_installed_costs_no_answer_behind_it(package):
    codes = [
        "%matplotlib inline\n%config InlineBackend.figure_format = 'retina'\na = 1",
        "import no_such as sns\nsns.set_theme()\nwith_sns = sns.color_palette()[:3]\nb = 2",
        "b = 2",
        "import math; import no_such\nfrom no_such.inner import (\n    one,\n    two,\n)\nc = 3",
        "%load_ext no_such_extension\n%lprun -f f f(1)\nd = 4",
        "def f():\n    return 5\n%time e = f()",
        "try:\n    import no_such\nexcept ImportError:\n    g = 6",
        "g = 6 if 'no_such' not in globals() or no_such else 0",
        "%config InteractiveShell.xmode=globals().__setitem__('h', 7)",
        "import pandas as pd, numpy as np\nseries = pd.Series([5.0, 3.0, 2.0])",
        "import ctypes\nshared = ctypes.CDLL(None).shmget(0, 1 << 20, 0o600)",
    ]
    with Session(package, [(0, ""), *enumerate(codes, 1)], Limits()) as running:
        running.run()
        for name, value in {"a": 1, "b": 2, "c": 3, "d": 4, "e": 5, "g": 6}.items():
            assert running.open(name) == ("value", value), name
        assert running.open("h")[0] == "missing"
        assert list(running.open("series")[1]) == [5, 3, 2]
        assert "no_such" in running.reports[2].said
        if sys.platform == "linux" and "sockets and modes of files" in running.held:
            assert running.open("shared") == ("value", -1)


def test_an_answer_that_computes_with_what_is_not_installed_is_told_its_name(package):
    codes = ["import no_such\ndef f(x):\n    return x - no_such.mean(x)"]
    with Session(package, [(0, ""), *enumerate(codes, 1)], Limits()) as running:
        running.run()
        with pytest.raises(LearnerError, match="no_such, which is not installed where this is"):
            running.open("f")[1](2.0)


def test_results_that_self_study_takes_arrive():
    import sympy

    symmetric = np.array([[2.0, 1.0], [1.0, 3.0]])
    for got in (
        np.linalg.eigh(symmetric),
        torch.linalg.eigh(torch.from_numpy(symmetric)),
        (sympy.Integer(5), sympy.Rational(1, 3)),
        np.array([Fraction(5), Fraction(1, 3)]),
        torch.Size([2, 3]),
    ):
        arrived = wire.from_json(json.loads(json.dumps(wire.to_json(student._kept(got)))))
        assert same_values(arrived, tuple(map(_plain, got))) or same_values(
            arrived, np.asarray(got, dtype=float)
        )
    assert isinstance(wire.from_json(wire.to_json(Decimal(1))), wire.Foreign)


def test_a_list_has_the_entries_that_it_holds():
    class Endless(list):
        def __iter__(self):
            while True:
                yield 1.0

    assert wire.from_json(wire.to_json(Endless([2.0]))) == [2.0]


def _plain(value):
    return value.numpy() if isinstance(value, torch.Tensor) else value


def test_a_message_holds_no_more_values_than_memory():
    import socket

    mine, theirs = socket.socketpair()
    with mine, theirs:
        with pytest.raises(wire.Unfit, match="values"):
            wire.send(mine, [[]] * (1 << 19))
        data = b'{"list":[' + b"[]," * (1 << 20) + b"[]]}"
        with pytest.raises(wire.Unfit, match="values"):
            wire._refuse_many(data)
        wire.send(mine, np.zeros(1 << 10))
        assert wire.receive(theirs, 5).shape == (1 << 10,)


@pytest.mark.parametrize(
    "mark", ["#%%", "# %%", "# In[3]:", "# In[ ]:", "#%% [markdown]\n# a\n#%%"]
)
def test_scripts_of_other_editors_have_cells(tmp_path, mark):
    path = tmp_path / "a.py"
    path.write_text(f"#!/usr/bin/env python\n# coding: utf-8\n\n{mark}\nx = 1\n\n{mark}\ny = 2\n")
    codes = [code.strip() for _, code in submissions.read(path, 2, "").cells]
    assert codes == ["x = 1", "y = 2"]


def test_a_notebook_is_found_by_the_name_that_a_browser_gives_it(hand_out, assignment, tmp_path):
    data = text(filled(hand_out, HALF_RIGHT))
    names = ["a.ipynb.txt", "b.IPYNB", "doejane_1_2_hw.ipynb.json", "roe_3_4_hw.pdf", "c.ZIP"]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("hw.ipynb.txt", data)
    for name in names:
        (tmp_path / name).write_bytes(packed.getvalue() if name == "c.ZIP" else data)
    (tmp_path / "roe_3_4_hw.pdf").write_bytes(b"%PDF-1.7")
    found = {one.path.name: one for one in find(tmp_path, tmp_path / "x")}
    assert set(found) == set(names)
    for name in names:
        if name.endswith("pdf"):
            with pytest.raises(Refused, match=r"hand in the \.ipynb file"):
                submissions.read(found[name].path, 2, assignment.homework)
        else:
            assert submissions.read(found[name].path, 2, assignment.homework).cells
    (tmp_path / "doejane_1_2_notes.pdf").write_bytes(b"%PDF-1.7")
    best = {one.key: one.path.name for one in find(tmp_path, tmp_path / "x")}
    assert best["doejane-1"] == "doejane_1_2_hw.ipynb.json"
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.ipynb.txt").write_bytes(data)
    (tmp_path / "in" / "longer.txt").write_bytes(data * 2)
    assert gradescope.handed_in(tmp_path / "in").name == "a.ipynb.txt"


@pytest.mark.parametrize(
    "code",
    [
        "NUMBER = 0123",
        "NUMBER = 0123  # mine\nNAME = Ada",
        "%pip install -q x.whl\nNUMBER = '0123'",
        "NUMBER: str = '0123'",
        "NAME, NUMBER, HELP = 'Ada', '0123', 'none'",
        "NAME = \u201cAda\u201d\nNUMBER = '0123'",
    ],
)
def test_a_number_is_read_however_it_is_written(code):
    assert about(((1, code),))["NUMBER"] == "0123"


def test_a_number_is_found_on_the_roster_in_any_case(assignment):
    varied = replace(assignment, roster=("S12", "s13", "S13"))
    for number, known in (("s12", "S12"), ("\uff3312", "S12"), ("s13", "s13"), ("x", "x")):
        handed_in = Submission((), (), {"NUMBER": number}, number)
        assert marking._by_the_roster(varied, handed_in).student == known


def test_who_is_another_to_gradescope_is_flagged(tmp_path):
    marked = [
        (HandedIn(key, tmp_path, "A", "gradescope", known), Result("", "", about={"NUMBER": own}))
        for key, known, own in (("a", "7", "7"), ("b", "8", "9"), ("c", "", "10"))
    ]
    whole_class.same_numbers(marked)
    assert [len(result.flags) for _, result in marked] == [0, 1, 0]


def test_a_fault_of_the_graders_is_not_kept_nor_what_other_checks_found(
    assignment, tmp_path, monkeypatch
):
    file = tmp_path / "a.ipynb"
    file.write_text("")
    one = HandedIn("a", file)
    calls = []

    def marks(_, path, package, keep):
        status = UNGRADED if len(calls) == 0 else "right"
        calls.append(path)
        result = Result("", path.name, parts=[PartMark("2.1", "", "", 0, 1, status)])
        result.finished = True
        keep(result)
        return result

    def again(assignment, todo, package, results, stamp, at_once):
        for each in todo:
            yield each, whole_class._mark_one(assignment, each, package, results, stamp)
        return []

    monkeypatch.setattr(whole_class, "mark", marks)
    monkeypatch.setattr(whole_class, "_marked", again)
    monkeypatch.setattr(whole_class, "write_for_student", lambda folder: folder)
    for expected in (1, 2, 2):
        list(whole_class.mark_class(assignment, [one], tmp_path / "results", 1))
        assert len(calls) == expected
    monkeypatch.setattr(whole_class, "_package", lambda: b"other checks")
    list(whole_class.mark_class(assignment, [one], tmp_path / "results", 1))
    assert len(calls) == 3


def test_a_key_that_a_spreadsheet_took_for_a_number_is_found():
    keys = ["0012", "12345678901234567", "0007", "007", "ada"]
    given = {(key, "q"): (1.0, "") for key in ("12", "1.23457E+16", "7", "ada", "99")}
    assert [key for key, _ in grading.by_key(given, keys)] == [
        "0012", "12345678901234567", "7", "ada", "99",
    ]  # fmt: skip
