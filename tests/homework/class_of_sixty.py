"""A class of sixty: honest work, files of every form, and every attack; `make class-test`.

It prints the time that it took.
"""

from __future__ import annotations

import time

from stepwise_ssl.grading.gradescope import open_to_all
from stepwise_ssl.grading.handed_in import find
from stepwise_ssl.grading.whole_class import mark_class
from tests.homework import attacks
from tests.homework.submissions import HALF, HALF_RIGHT, files, filled, honest, text, with_cells


def test_a_class_of_sixty_gets_the_marks_that_are_due(
    hand_out,
    solution,
    assignment,
    tmp_path,
    capsys,
):
    half = filled(hand_out, HALF_RIGHT)
    due: dict[str, tuple[float, bool | None]] = {}
    source, outside = tmp_path / "class", tmp_path / "outside"
    source.mkdir()
    outside.mkdir()
    for one in (*honest(hand_out, solution), *files(hand_out)):
        due[one.name] = one.marks, one.flagged
        (source / one.name).write_bytes(one.data)
    quiet = [c.format(outside=outside, root=tmp_path, port=9) for c in attacks.CELLS.values()]
    groups = {f"attacks {k}": quiet[k::9] for k in range(9)}
    groups |= {name: [code] for name, code in {**attacks.HARMFUL, **attacks.SLOW}.items()}
    for name, codes in groups.items():
        due[f"{name}.ipynb"] = HALF, True
        (source / f"{name}.ipynb").write_bytes(text(with_cells(half, *codes)))
    for name, body in attacks.ANSWERS.items():
        answer = f"def cross_moment(x1, x2):\n    {body}\n"
        notebook = filled(hand_out, HALF_RIGHT | {"2.1": answer})
        given = 2 if name == "calls the course's answer" else 0
        due[f"answer {name}.ipynb"] = HALF - 1 + given, None  # some read as honest slips
        (source / f"answer {name}.ipynb").write_bytes(text(notebook))
    for k in range(60 - len(due)):
        answers = dict(list(HALF_RIGHT.items())[: k % 7])
        due[f"part {k}.ipynb"] = -1, False
        (source / f"part {k}.ipynb").write_bytes(text(filled(hand_out, answers)))
    assert len(due) == 60

    start = time.monotonic()
    handed_in = find(source, tmp_path / "scratch")
    marked = list(mark_class(assignment, handed_in, tmp_path / "results", 2))
    minutes = (time.monotonic() - start) / 60
    with capsys.disabled():
        print(f"\n{len(marked)} submissions in {minutes:.1f} minutes, two at a time")
    assert len(marked) == 60
    wrong = {}
    for one, result in marked:
        points, flagged = due[one.path.name]
        if points >= 0 and result.points != points:
            wrong[one.path.name] = result.points, points, result.cells
        if flagged is not None and bool(result.flags) != flagged:
            wrong[one.path.name] = [f.line for f in result.flags], flagged
    assert wrong == {}
    assert list(outside.iterdir()) == []


def test_the_copy_for_students_can_be_read_by_all(tmp_path):
    (tmp_path / "a").mkdir(mode=0o700)
    (tmp_path / "a" / "b").touch(mode=0o600)
    open_to_all(tmp_path)
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o755
    assert (tmp_path / "a" / "b").stat().st_mode & 0o777 == 0o644
