"""Which cells of a submission run: what an answer needs, and not the hand-out's demonstrations."""

from __future__ import annotations

from stepwise_ssl.grading.cells import fingerprint, needed
from stepwise_ssl.grading.flags import flags_of
from stepwise_ssl.grading.submission import read
from tests.homework.submissions import HALF_RIGHT, filled, text


def test_demonstrations_are_left_out_unless_a_name_of_theirs_is_read():
    cells = [
        (1, "import numpy as np"),
        (2, "x = np.ones(3)"),
        (3, "print(x)"),
        (4, "y = 2"),
        (5, "def f(y):\n    return y + z"),
        (6, "z = y"),
    ]
    shown = {fingerprint(code) for number, code in cells if number in (2, 3, 4, 6)}
    assert [number for number, _ in needed(cells, shown)] == [1, 4, 5, 6]
    changed = [(n, code.replace("ones", "zeros")) for n, code in cells]
    assert [number for number, _ in needed(changed, shown)] == [1, 2, 4, 5, 6]


def test_a_cell_that_is_no_python_runs_and_needs_nothing():
    assert needed([(1, "def broken(:"), (2, "%matplotlib inline")], set()) == [
        (1, "def broken(:"),
        (2, "%matplotlib inline"),
    ]


def test_no_demonstration_of_the_hand_out_runs_for_plain_answers(hand_out, assignment):
    half = filled(hand_out, HALF_RIGHT)
    cells = [(k, c.source) for k, c in enumerate(half.cells) if c.cell_type == "code"]
    run = [code for _, code in needed(cells, assignment.demonstrations)]
    assert all(
        "check(" in code or "def " in code or "import" in code or "NAME" in code for code in run
    )
    assert len(run) < len(cells) / 2


def test_lines_of_the_hand_out_raise_no_flag_in_a_cell_with_an_answer(
    hand_out, solution, assignment, tmp_path
):
    path = tmp_path / "a.ipynb"
    for notebook in (hand_out, solution, filled(hand_out, HALF_RIGHT)):
        path.write_bytes(text(notebook))
        assert flags_of(assignment, read(path, 2, assignment.homework)) == []
