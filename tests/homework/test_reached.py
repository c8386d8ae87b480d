"""An answer that lets the course's functions compute is flagged, however it comes to them."""

from __future__ import annotations

from types import ModuleType

import pytest

from stepwise_ssl.checks import chapters
from stepwise_ssl.grading import flags, modules, reached
from stepwise_ssl.grading.submission import Submission
from tools.homework.assignment import names_in
from tools.homework.solutions import solutions
from tools.mutation import reference_cells

ONE_STEP = "np.diag({}(np.diag(gamma), np.diag(s), 1.0, 1).W) - s"
COURSE = "linear.gradient_descent"
TAKES = "def ds_dt(s, gamma):\n    return " + ONE_STEP
COMPUTED = [
    TAKES.format(COURSE),
    "def ds_dt(s, gamma):\n    h = 1e-7\n    t = np.array([0, h])\n"
    "    return (np.diag(linear.gradient_flow(np.diag(gamma), np.diag(s), t).W) - s) / h",
    "plateaus = tuple(linear.loss(np.array([0.3, 9, 100]), gamma5, start5))",
    "from stepwise_ssl import losses\ndef gradient(W, Gamma, lam=1.0):\n"
    "    return losses.barlow_twins(W, W, lam, normalize=False)",
    f"def one(W, G):\n    return {COURSE}(G, W, 1.0, 1).W\n"
    "def ds_dt(s, gamma):\n    return np.diag(one(np.diag(s), np.diag(gamma))) - s",
    f"ds_dt = lambda s, gamma: {ONE_STEP.format(COURSE)}",
    f"ds_dt, other = (lambda s, gamma: {ONE_STEP.format(COURSE)}), 1",
    "from stepwise_ssl.linear import gradient_descent as go\nclass Rate:\n"
    f"    def __call__(self, s, gamma):\n        return {ONE_STEP.format('go')}\nds_dt = Rate()",
    f"def ds_dt(s, gamma):\n    [0 for linear in ()]\n    return {ONE_STEP.format(COURSE)}",
    f"if True:\n    def ds_dt(s, gamma):\n        return {ONE_STEP.format(COURSE)}",
    f"step = {COURSE}\n" + TAKES.format("step"),
    f"def ds_dt(s, gamma, step={COURSE}):\n    return " + ONE_STEP.format("step"),
    f"tools = {{'a': {COURSE}}}\n" + TAKES.format("tools['a']"),
    f"tools = []\ntools.append({COURSE})\n" + TAKES.format("tools[0]"),
    f"tools = []\ntools += [{COURSE}]\n" + TAKES.format("tools[0]"),
    f"class Box: pass\nBox.step = {COURSE}\n" + TAKES.format("Box.step"),
    f"for step in [{COURSE}]: pass\n" + TAKES.format("step"),
    f"match [{COURSE}]:\n    case [step]: pass\n" + TAKES.format("step"),
    f"try:\n    print(step := {COURSE})\nexcept ValueError: pass\n" + TAKES.format("step"),
    f"def set_():\n    global step\n    step = {COURSE}\nset_()\n" + TAKES.format("step"),
    f"def run(step):\n    return lambda f: lambda s, gamma: {ONE_STEP.format('step')}\n"
    f"@run({COURSE})\ndef ds_dt(s, gamma): ...",
    "def ds_dt(s, gamma):\n    def inner(step=step):\n        return step\n    return "
    + ONE_STEP.format("inner()") + f"\nstep = {COURSE}",
]  # fmt: skip
NOT_COMPUTED = [
    f"run = {COURSE}(Gamma, W0, 0.1, 9)\nplt.plot(run.eigenvalues)\n"
    "def ds_dt(s, gamma):\n    run = 4 * gamma * s\n    return run",
    "print(linear.loss(t, gamma, s0) - np.log(3))\ndef ds_dt(s, gamma):\n    return np.log(s)",
    "def ds_dt(s, linear):\n    return linear.gradient_descent",
    "def ds_dt(s, gamma):\n    plots.compare(s, gamma)\n    return [linear for linear in s]",
    "def final_weights(Gamma, d):\n    return sorted(data.load_images('digits').x)",
]


def flagged(assignment, code):
    found = flags.flags_of(assignment, Submission(((1, code),), (), {}))
    return [flag for flag in found if "the course" in flag.kind]


@pytest.mark.parametrize("code", COMPUTED)
def test_an_answer_that_the_course_computes_is_flagged(assignment, code):
    assert flagged(assignment, code)


@pytest.mark.parametrize("code", NOT_COMPUTED)
def test_what_no_answer_reaches_may_use_the_course(assignment, code):
    assert flagged(assignment, code) == []


def test_the_solution_lets_the_course_compute_nothing(solution, assignment):
    cells = tuple((k, c.source) for k, c in enumerate(solution.cells) if c.cell_type == "code")
    assert flags.flags_of(assignment, Submission(cells, (), {})) == []


@pytest.mark.parametrize("chapter", chapters())
def test_solutions_of_variants_use_no_more_of_the_course(chapter):
    names_of, known = reference_cells(chapter)
    imported = {n: kept.__name__ for n, kept in names_of.items() if isinstance(kept, ModuleType)}
    assert "stepwise_ssl.linear" in imported.values() or chapter != 2
    for number, code in solutions(chapter).items():
        allowed = names_in(known[number.partition("v")[0]][1])
        read = reached.of_the_course(flags.parsed(code), imported, set())
        names = {modules.dotted(node, imported).rpartition(".")[2] for node in read}
        assert names <= set(allowed), number
