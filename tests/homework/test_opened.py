"""Ways to an answer that IPython or a library opens, and what an ended process costs others."""

from __future__ import annotations

import importlib
import io
import json
import pkgutil
import warnings
import zipfile
from dataclasses import replace

import pytest

from stepwise_ssl.checks import chapters, exercises
from stepwise_ssl.grading import cage, flags, marking
from stepwise_ssl.grading import submission as submissions
from stepwise_ssl.grading.assignment import Asked
from stepwise_ssl.grading.marking import BLANK, Budget, Result
from stepwise_ssl.grading.session import Limits, Session
from stepwise_ssl.grading.submission import Refused, Submission
from tests.answers import outside
from tests.homework.submissions import HALF_RIGHT, filled, text
from tools.homework import assignment as drawing
from tools.homework.make import kept

COMPUTED = [
    "%precision {kept.append(linear.cross_moment)}",
    "%config X.y = {kept.append(linear.cross_moment)}",
    "%config X.y = {'a': '{kept.append(linear.cross_moment)}'}",
    "%pip install {kept[linear.cross_moment]}",
    "%matplotlib $kept",
    "?{kept.append(linear.cross_moment)}",
    "%%html {kept.append(linear.cross_moment)}\n<b>",
    "%%capture {kept.append(linear.cross_moment)}\nx = 1",
    "%config X.y = \\\n{kept.append(linear.cross_moment)}",
]
BY_LIBRARIES = [
    "np.testing.measure('kept.append(linear.cross_' + 'moment)')",
    "np.testing._private.utils.nosetester",
    "import dataclasses\nmine = dataclasses._create_fn",
    "import torch\nmine = torch.fx.graph_module._forward_from_src",
    "import string\nmine = string.Formatter().get_field('0.cross_' + 'moment', (linear,), {})",
    "import functools\nfunctools.update_wrapper(kept, linear, ('cross_' + 'moment',), ())",
    "import functools\n@functools.wraps(linear, assigned=('cross_' + 'moment',))\ndef f(): pass",
    "import functools\nf = functools.singledispatch(print)",
    "import pandas as pd\npd.DataFrame().query('@kept[@linear.cross_moment] == 1')",
    "import torch.package as p\nmine = p.PackageImporter('a').import_module('b')",
    "import torch\nmine = torch.utils.collect_env.run('ls')",
    "from PIL import ImageMath\nmine = ImageMath.unsafe_eval('linear.x', linear=linear)",
    "import mpmath\nmpmath.libmp.backend.exec_('x = 1')",
    "import os\nos.execlp('sh', 'sh', '-c', 'ls')",
    "import os as system\nsystem.write(3, b'x')",
    "from os import walk",
    "import io\nio.open_code('x')",
    "np.savez('a', x=1)",
    "mine = locals()",
    "np.linalg.norm = lambda *_: 0",
    "del np.linalg.norm",
]


def flagged(assignment, code):
    return [f.line for f in flags.flags_of(assignment, Submission(((1, code),), (), {}))]


@pytest.mark.parametrize("code", [*COMPUTED, *BY_LIBRARIES])
def test_what_ipython_or_a_library_runs_is_flagged(assignment, code):
    assert flagged(assignment, code)


@pytest.mark.parametrize(
    "code",
    [
        "%config InlineBackend.figure_formats = {'svg'}\n%timeit -n 1 -r 1 x = {1: y}",
        "%config InlineBackend.rc = {'figure.figsize': (8, 5)}\n%time z = {**x}",
        "%pip install \"numpy>=1.26\" 'scipy<2'",
        "import os\nos.environ['KMP_DUPLICATE_LIB_OK'] = 'TRUE'\nprint(os.path.exists('a'))",
        "import torch\ntorch.backends.cudnn.deterministic = True\nplt.rcParams['a'] = x",
        "import functools\n@functools.wraps(f)\ndef g(self):\n    self._x = self.y = {1: 2}",
        "model.eval()\nfor part in model.modules():\n    part.train()",
        "def f(x: 'np.ndarray') -> \"np.ndarray\":\n    return x",
    ],
)
def test_settings_and_what_is_ones_own_are_not_flagged(assignment, code):
    assert flagged(assignment, code) == []


def test_ipython_computes_what_stands_in_braces(package):
    codes = ["kept = []", "%config X.y = {kept.append(1)}", "count = len(kept)"]
    with Session(package, list(enumerate(codes)), Limits()) as running:
        running.run()
        assert running.open("count") == ("value", 1)


def test_a_line_of_the_hand_out_hides_nothing_that_stands_below_it(assignment):
    given = replace(
        assignment, lines=("plots.staircase(", "from stepwise_ssl.linear import (", "match x:")
    )
    for code, line in (
        ("plots.staircase(\n    x\n).cross_moment", ").cross_moment"),
        ("plots.staircase(\n    x\n).sys", ").sys"),
        ("from stepwise_ssl.linear import (\n    cross_moment as m,\n)", "cross_moment as m,"),
        ("match x:\n    case object(\n        cross_moment=mine\n    ): pass", "cross_moment=mine"),
    ):
        assert flagged(given, code) == [line]


def test_what_another_exercise_allows_gives_no_answer_by_a_helper(assignment):
    first, *others = assignment.exercises
    allowing = replace(others[0], allowed=(*others[0].allowed, "cross_moment"))
    both = replace(assignment, exercises=(first, allowing))
    helper = "def mean(a, b):\n    return linear.cross_moment(a, b)\n"
    answer = "def {}(a, b):\n    return between(a, b)\ndef between(a, b):\n    return mean(a, b)\n"
    assert flagged(both, helper + answer.format(allowing.answer)) == []
    assert flagged(both, helper + answer.format(first.answer)) == [
        "return linear.cross_moment(a, b)"
    ]


def test_what_is_made_of_an_answer_gives_it_in_an_answer_alone(assignment):
    taken = "return np.sqrt({}(t, gamma, s0) / gamma)"
    whole = taken.format("linear.embedding_eigenvalues")
    assert flagged(assignment, f"def singular_values(t, gamma, s0):\n    {whole}") == [whole]
    renamed = "from stepwise_ssl.linear import embedding_eigenvalues as e\n"
    answer = f"singular_values = lambda t, gamma, s0: inner(t, gamma, s0)\n{renamed}def inner("
    assert flagged(assignment, f"{answer}t, gamma, s0):\n    {taken.format('e')}")
    assert flagged(assignment, "plt.plot(linear.embedding_eigenvalues(t, gamma, s0))") == []


def right_answers():
    modules = [importlib.import_module(f"tests.answers.chapter_{k:02d}") for k in chapters()]
    for module in pkgutil.iter_modules(outside.__path__):
        modules.append(importlib.import_module(f"{outside.__name__}.{module.name}"))
    for module in modules:
        for number, answers in module.RIGHT.items():
            for title, code in answers.items():
                yield number, title, code


def test_a_right_answer_is_flagged_for_nothing_but_files_and_the_course(assignment):
    asked = {
        e.id: Asked(e.id, "", "", (), drawing.given_away(e))
        for k in chapters()
        for e in exercises(k)
    }
    numbers, flagged_of = set(), []
    for number, title, code in right_answers():
        one = replace(assignment, exercises=(asked[number],), handed_out=(), lines=())
        numbers.add(number)
        for flag in flags.flags_of(one, Submission(((1, code),), (), {})):
            # To be resumed a run writes files. What a question allows of the course is not said.
            if number != "7.6" and "the course's answer" not in flag.kind:
                flagged_of.append((number, title, flag))
    assert numbers == set(asked)
    assert flagged_of == []


def test_of_a_long_line_is_quoted_what_it_is_flagged_for(assignment):
    (line,) = flagged(assignment, "γ = 1; " * 100 + "import ctypes" + "; y = 2" * 100)
    assert "import ctypes" in line
    assert len(line) <= 160


@pytest.mark.parametrize("line", ["%timeit " + "-a 1 " * 100_000, "%time -" + "a" * 200_000])
def test_to_read_the_options_of_a_magic_takes_no_square_of_their_length(assignment, line):
    flagged(assignment, line)  # a square would be minutes


def test_a_zip_of_very_many_notebooks_is_refused(hand_out, assignment, tmp_path):
    data, packed = text(filled(hand_out, HALF_RIGHT)), io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number in range(101):
            archive.writestr(f"{number}.ipynb", data if number == 0 else b"{}")
    (tmp_path / "a.zip").write_bytes(packed.getvalue())
    with pytest.raises(Refused, match="more than 100 notebooks"):
        submissions.read(tmp_path / "a.zip", 2, assignment.homework)


def test_cells_with_one_number_are_read_without_a_word(hand_out, assignment, tmp_path):
    content = json.loads(text(filled(hand_out, HALF_RIGHT)))
    wanted = ["".join(c["source"]) for c in content["cells"] if c["cell_type"] == "code"]
    for cell in content["cells"]:
        cell["id"] = "same"
    (tmp_path / "a.ipynb").write_text(json.dumps(content))
    with warnings.catch_warnings(action="error"):
        read = submissions.read(tmp_path / "a.ipynb", 2, assignment.homework)
    assert [code for _, code in read.cells] == wanted


def test_a_message_has_no_sign_that_a_database_refuses_or_a_terminal_obeys(assignment):
    asked = assignment.exercises[0]
    mark = marking._part(asked, asked.parts[0], "raised", "a\0b\ud800\x1b[2J\x9b\n\tc")
    assert mark.message == "ab?[2J\n\tc"


def test_what_is_installed_may_be_read_and_a_repository_may_not(tmp_path, monkeypatch):
    for name in ("installed", "repository"):
        (tmp_path / name).mkdir()
    (tmp_path / "repository" / "pyproject.toml").write_text("")  # put there by `pip install -e`
    monkeypatch.setattr("sys.path", [str(tmp_path / n) for n in ("installed", "repository", "no")])
    assert cage.installed() == {str(tmp_path / "installed")}


class Ending:
    """A session of which every answer ends the process, and whose cells take 100 seconds."""

    def __init__(self, *_):
        self.reports, self.held, self.excess, self.is_up, self.now = {}, [], "", True, 0.0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def run(self, until):
        pass

    def ready(self):
        self.now += 0.0 if self.is_up else 100.0
        self.is_up = True

    def open(self, name):
        self.ready()
        self.is_up = False
        return "blank", None


def test_cells_that_run_anew_take_no_time_of_the_next_exercise(assignment, monkeypatch):
    session = Ending()
    monkeypatch.setattr(marking, "Session", lambda *_: session)
    monkeypatch.setattr(marking.time, "monotonic", lambda: session.now)
    result = Result("", "")
    limits, budget = Limits(), Budget(1e6, 150.0)
    marking._grade(
        assignment, Submission((), (), {}), None, result, lambda _: None, limits, 0.0, budget
    )
    assert max(len(asked.parts) for asked in assignment.exercises) == 3
    assert {mark.status for mark in result.parts} == {BLANK}


def test_a_seed_cannot_be_found_by_trying(tmp_path):
    assert max(kept(tmp_path)["seed"] for _ in range(4)) > 1 << 60
