"""Make a chapter's homework, from the source and the checks that self-study uses.

homework/chapter_NN/
  hand-out/         for students: the notebook with blanks, and what to do with it
  autograder.zip    for Gradescope, or for `otter run` on this machine
  solution.ipynb    the executed solution
  rubric.md         exercises, parts and points
Run it as `make homework CHAPTER=2`. The autograder grades on draws of its own; `--seed` makes them,
and so the whole folder, the same at every run.
"""

from __future__ import annotations

import argparse
import re
import shutil
import tempfile
from pathlib import Path

import nbformat

from stepwise_ssl.checks import Exercise, chapters, exercises
from stepwise_ssl.checks.learner import TIME_LIMIT
from tools.homework.autograder import SECONDS_PER_CELL, SEEDS, write_autograder
from tools.notebooks import (
    ROOT,
    execute,
    expected_figures,
    repository,
    solution_cells,
    sources,
    student_cells,
    version,
)

README = """\
# {title}

Open `{notebook}` in Jupyter, or upload it to Colab, and fill in the blanks. Change whatever else
you like; keep the names of the answers, which stand in the table below.

**What you need.** Python 3.11 or later with Jupyter, and the course's package, nothing else. On
Colab the notebook's first cell installs it. On your machine:

```
pip install {archive}
```

**How the marks come about.** An exercise has parts, and each part is right or not:

{table}

The line `check(...)` under an exercise tests your answer on a few draws and says what it found and
how many points that would be. The marks come from the same tests on {seeds} other draws, so an
answer fitted to the draws that you see earns nothing. A blank earns nothing. One exercise does not
cost another: where a cell fails because it uses a blank of yours, go on with the next.

**Handing in.** The grader runs your notebook from the top, in a fresh kernel. A cell may take
{cell} seconds there, and one call of a function of yours {call:.0f}. So restart the kernel, run all
cells in order, save, and hand in `{notebook}` alone.
"""

RUBRIC = """\
# {title}: rubric

{table}

A part is earned when it is right on all of its {seeds} hidden draws; there are no fractions of a
part. What each part tests stands in `stepwise_ssl/checks/`, why wrong answers are wrong in
`solution.ipynb`.
"""


def make(chapter: int, folder: Path, seed: int | None = None) -> dict[str, Path]:
    """Make the homework of a chapter in `folder`, which is replaced whole or left alone.

    Returns the paths made, by what they are. `seed` fixes the hidden draws; without it they come
    from the system's entropy. Raises ValueError for a chapter without exercises, or where its
    source and its checks do not have the same ones.
    """
    known = exercises(chapter)
    source = next(s for s in sources() if int(s.stem[:2]) == chapter)
    names = answer_names(source, known)
    executed = executed_solution(source)
    hand_out = student_cells(source, expected_figures(executed), graded=True)

    folder.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        scratch.chmod(0o755)
        (scratch / "hand-out").mkdir()
        nbformat.write(hand_out, scratch / "hand-out" / f"{source.stem}.ipynb")
        (scratch / "hand-out" / "README.md").write_text(
            readme(source, known, names), encoding="utf-8"
        )
        nbformat.write(executed, scratch / "solution.ipynb")
        (scratch / "rubric.md").write_text(
            RUBRIC.format(title=title(source), table=table(known, names), seeds=SEEDS),
            encoding="utf-8",
        )
        write_autograder(scratch / "autograder.zip", known, names, seed)
        replace(folder, scratch)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return {
        "hand-out": folder / "hand-out",
        "autograder": folder / "autograder.zip",
        "solution": folder / "solution.ipynb",
        "rubric": folder / "rubric.md",
    }


def replace(folder: Path, made: Path) -> None:
    """Put `made` in the place of `folder`."""
    old = made.with_name(made.name + ".old")
    if folder.exists():
        folder.rename(old)
    made.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def answer_names(source: Path, known: tuple[Exercise, ...]) -> dict[str, str]:
    """The name under which a notebook leaves the answer to each exercise, by exercise."""
    lines = re.findall(r'^(\w+) = check\("([\d.]+)", (\w+)\)$', source.read_text(), re.M)
    names = {exercise: name for name, exercise, given in lines if name == given}
    ids = [exercise.id for exercise in known]
    if list(names) != ids or len(lines) != len(ids):
        raise ValueError(
            f'{source.name} should check each of {ids} once, as `name = check("N.M", name)`; '
            f"it checks {[exercise for _, exercise, _ in lines]}"
        )
    return names


def executed_solution(source: Path) -> nbformat.NotebookNode:
    """The executed solution: the stored one where it is in step with the source."""
    fresh, path = solution_cells(source), source.with_suffix(".ipynb")
    if path.exists():
        stored = nbformat.read(path, as_version=4)
        if [c.source for c in stored.cells] == [c.source for c in fresh.cells]:
            return stored
    return execute(fresh)


def title(source: Path) -> str:
    return re.search(r"^# # (.+?)(: exercises)?$", source.read_text(), re.M).group(1)


def table(known: tuple[Exercise, ...], names: dict[str, str]) -> str:
    """Exercises, answers, parts and points, in Markdown."""
    rows = ["| | exercise | answer | part | points |", "|-|-|-|-|-|"]
    for exercise in known:
        head = f"{exercise.id} | {exercise.title} | `{names[exercise.id]}`"
        for part in exercise.parts:
            rows.append(f"| {head} | {part.name} | {part.points} |")
            head = " | | "
    total = sum(exercise.points for exercise in known)
    return "\n".join([*rows, f"| | | | **total** | **{total}** |"])


def readme(source: Path, known: tuple[Exercise, ...], names: dict[str, str]) -> str:
    return README.format(
        title=f"Homework: {title(source)}",
        notebook=f"{source.stem}.ipynb",
        archive=f"{repository()['url']}/archive/refs/tags/v{version()}.zip",
        table=table(known, names),
        seeds=SEEDS,
        cell=SECONDS_PER_CELL,
        call=TIME_LIMIT,
    )


def main(arguments: list[str]) -> int:
    available = ", ".join(map(str, chapters()))
    parser = argparse.ArgumentParser(prog="homework", description=__doc__.split("\n\n")[0])
    parser.add_argument("chapter", nargs="?", help=f"one of {available}")
    parser.add_argument("--seed", type=int, help="fixes the hidden draws (default: fresh ones)")
    options = parser.parse_args(arguments)
    if options.chapter is None:
        parser.error(f"which chapter? make homework CHAPTER=2 (there are {available})")
    if options.chapter not in map(str, chapters()):
        parser.error(f"chapter {options.chapter!r} has no exercises (there are {available})")
    chapter = int(options.chapter)
    print(f"chapter {chapter}: making the hand-out and the autograder", flush=True)
    made = make(chapter, ROOT / "homework" / f"chapter_{chapter:02d}", options.seed)
    total = sum(exercise.points for exercise in exercises(chapter))
    print(f"{len(exercises(chapter))} exercises, {total} points")
    for what, path in made.items():
        print(f"  {what:<10} {path.relative_to(ROOT)}")
    print("Keep all but the hand-out to yourself. To grade a notebook on this machine:")
    print(f"  .venv/bin/otter run -a {made['autograder'].relative_to(ROOT)} submission.ipynb")
    return 0
