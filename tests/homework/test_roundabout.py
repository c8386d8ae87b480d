"""Texts that a library runs, lines of the hand-out at work elsewhere, and code that takes long to
read."""

from __future__ import annotations

import time

import pytest

from stepwise_ssl.grading import flags, marking
from stepwise_ssl.grading.marking import mark
from stepwise_ssl.grading.submission import Submission
from tests.homework.submissions import HALF, HALF_RIGHT, filled, text, with_cells


def flagged(assignment, *codes):
    """The flagged lines of a notebook with these cells."""
    handed_in = Submission(tuple(enumerate(codes, 1)), (), {})
    return [flag.line for flag in flags.flags_of(assignment, handed_in)]


RUN = [
    "import torch\ntorch.fx.symbolic_trace(net)",
    "from torch import fx",
    "from torch.utils.benchmark import Timer",
    "from sympy.utilities.source import get_class",
    "from sympy.parsing.latex import parse_latex",
    "import numpy as np\nnp.f2py.run_main([])",
    "kept = 'from stepwise_ssl.linear import cross_moment'",
    "kept = '__import__(a)'",
    "kept = '@x.f.__globals__'",
    "kept = 'linear.cross_moment(x)'",
    "kept = []\n%time --bool(kept.append(linear.cross_moment))",
    "kept = []\n%time -1,kept.append(linear.cross_moment)",
    "import sympy\ndef go(what):\n    return sympy.solve(what)\ngo('f' + '(1)')",
    "import sympy\ndef go(a, *, what):\n    return sympy.solve(what)\ngo(1, what='f(1)')",
    "import sympy\nsympy.solve(f='g(1)')",
    "import sympy\nx = sympy.Symbol('x')\n(x + 1).series('f(1)')",
    "import numba\nnumba.njit('f(1)' + 'a.b')(g)",
    "import numba\nsignature = 'f.g(1)'\nnumba.njit(signature)(g)",
    "import pandas as pd\npd.Series(a).agg('ev' + 'al', 0, t)",
    "import pandas as pd\npd.Series(a).agg(['mean', 'query'])",
]


@pytest.mark.parametrize("code", RUN)
def test_a_text_that_something_runs_is_flagged(assignment, code):
    assert flagged(assignment, code)


def test_a_text_of_an_earlier_cell_is_flagged_where_it_runs(assignment):
    first = "import sympy\nwhat = 'f(1)'"
    assert flagged(assignment, first, "sympy.solve(what)") == ["sympy.solve(what)"]
    assert not flagged(assignment, first, "what = sympy.Symbol('x')\nsympy.solve(what)")


@pytest.mark.parametrize(
    "code",
    [
        "import torch\nfrom torch.utils.data import DataLoader\ntorch.nn.functional.relu(x)",
        "import torch\ntorch.optim.SGD(p)\ntorch.optim.lr_scheduler.StepLR(optimiser, 1)",
        "from numpy.lib.stride_tricks import sliding_window_view\nfrom numpy.linalg import eigh",
        "import sympy as sp\nx = sp.symbols('x y')\nsp.init_printing()\nsp.plot(x, title='f(x)')",
        "import sympy as sp\nfrom sympy.physics.quantum import Dagger\nsp.Symbol('x').diff('x')",
        "import numba\n@numba.njit('float64(float64[:], int64)')\ndef f(a, k): return a[k]",
        "import numba\n@numba.guvectorize(['(f8[:], f8[:])'], '(n)->(n)')\ndef f(a, b): pass",
        "import pandas as pd\nt.groupby('a').agg({'b': ['mean', 'std']})\nt.apply(lambda r: r + 1)",
        "print('import torch first')\nprint('query, key and value')\nt['formula'] = 'open'",
        "axis.set_title('f(x) = exp(x)')\nlabel = 'model.fit(x)'",
        "%time -x\n%timeit -n 10 -r 3 -q f(x)",
    ],
)
def test_texts_and_parts_of_libraries_as_honest_work_has_them_are_not_flagged(assignment, code):
    assert flagged(assignment, code) == []


def test_a_line_that_was_handed_out_gives_no_answer_within_one(assignment):
    line = "run = linear.gradient_descent(Gamma, W0, lr, steps)"
    assert line in assignment.lines
    assert flagged(assignment, line) == []
    answer = f"def gradient(W0, Gamma, lam=1.0):\n    {line}\n    return W0 - run.W"
    assert flagged(assignment, answer) == [line]
    answer = f"def descend(gradient, Gamma, W0, lr, steps):\n    {line}\n    return run.eigenvalues"
    assert flagged(assignment, answer) == [line]


@pytest.mark.parametrize(
    "code",
    ["linear" + ".a" * 2900, "linear" + ".a()" * 1400, "linear" + ".a[0]" * 1000],
)  # fmt: skip
def test_a_path_of_any_length_is_read_in_the_time_of_its_length(assignment, code):
    def seconds(of):
        start = time.process_time()
        flagged(assignment, of)
        return time.process_time() - start

    short = "\n".join([code[:300].rpartition(".")[0]] * (len(code) // 300))
    flagged(assignment, short)  # what is looked up once
    assert seconds(code) < 10 * seconds(short) + 0.1  # a square: more than a hundred times


def test_a_module_behind_a_long_path_or_many_branches_is_flagged(assignment):
    assert flagged(assignment, "import numpy as np\ntake(np" + ".ma.core.np" * 11 + ")")
    assert flagged(assignment, "take(" + "linear if 1 else " * 12 + "1)")
    assert flagged(assignment, "x = " + "linear if 1 else " * 12 + "1") != []


def test_code_that_takes_too_long_to_read_is_flagged_and_marked(
    hand_out, assignment, package, tmp_path, monkeypatch
):
    monkeypatch.setattr(marking, "_READS", 0.05)
    many = "\n".join(f"x{k} = [{k}]" for k in range(20_000))
    (tmp_path / "a.ipynb").write_bytes(text(with_cells(filled(hand_out, HALF_RIGHT), many)))
    result = mark(assignment, tmp_path / "a.ipynb", package)
    assert [flag.kind for flag in result.flags] == ["runs, and cannot be read"]
    assert result.points == HALF


def test_a_flag_shows_signs_that_are_not_seen(assignment):
    (line,) = flagged(assignment, "import socket  # \u202e\u2066 only a plot")
    assert line == "import socket  # \\u202e\\u2066 only a plot"
