"""Make a chapter's homework, from the source and the checks that self-study uses.

homework/chapter_NN/
  hand-out/         for students: the notebook with blanks, the package, and what to do with them
  autograder.zip    for Gradescope
  private/          for the instructor: solution.ipynb, rubric.md, and assignment.json, which
                    `make grade` reads and which holds the seed
Run it as `make homework CHAPTER=2`. Draws come from the seed: a fresh one at first, then the one
that is kept.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import secrets
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import nbformat

from stepwise_ssl.checks import chapters, exercises
from stepwise_ssl.grading.assignment import Assignment
from tools.homework import hand_out, private, written
from tools.homework.assignment import Terms, answer_names, chosen, draw, points_of
from tools.homework.autograder import write_autograder
from tools.homework.wheel import build_wheel
from tools.mutation import reference_cells
from tools.notebooks import ROOT, expected_figures, sources, student_cells


def make(
    chapter: int, folder: Path, wanted: Sequence[str] = (),
    points: Mapping[str, float] | None = None, due: str = "", course: str = "",
    seed: int | None = None,
) -> Assignment:  # fmt: skip
    """Make the homework of a chapter in `folder`; files there that are not its own stay.

    Each file is replaced whole or left alone, once all could be made. Raises ValueError for a
    chapter without exercises, exercises that it does not have, or points out of range.
    """
    asked = chosen(chapter, wanted)
    source = next(s for s in sources() if int(s.stem[:2]) == chapter)
    seed = kept_seed(folder) if seed is None else seed
    names = answer_names(source, exercises(chapter))
    solved = private.executed_solution(source)
    questions = written.questions(chapter)
    solutions = {number: code for number, (_, code) in reference_cells(chapter)[1].items()}

    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".new.", dir=folder) as scratch:
        new = Path(scratch)
        (new / "hand-out").mkdir()
        (new / "private").mkdir()
        wheel = build_wheel(new / "hand-out")
        terms = Terms(chapter, title(source), seed, course, due)
        file, worth = f"{source.stem}.ipynb", points_of(points or {}, asked)
        figures = expected_figures(solved)
        blank = hand_out.notebook(source, figures, asked, wheel.name, questions)
        answers = {exercise.id: names[exercise.id] for exercise in asked}
        hand_out.sign(blank, terms, answers, sum(worth.values()), file)
        self_study = student_cells(source, figures)
        assignment = draw(
            terms, asked, names, solutions, worth, blank, self_study, questions
        )  # fmt: skip
        nbformat.write(blank, new / "hand-out" / file)
        text = hand_out.readme(assignment, file, wheel.name)
        (new / "hand-out" / "README.md").write_text(text, encoding="utf-8")
        nbformat.write(solved, new / "private" / "solution.ipynb")
        text = private.rubric(assignment, seed)
        (new / "private" / "rubric.md").write_text(text, encoding="utf-8")
        assignment.write(new / "private" / "assignment.json")
        (new / "private" / "seed.json").write_text(json.dumps({"seed": seed}), encoding="utf-8")
        write_autograder(new / "autograder.zip", assignment, wheel)
        for path in sorted(p for p in new.rglob("*") if p.is_file()):
            target = folder / path.relative_to(new)
            target.parent.mkdir(exist_ok=True)
            os.replace(path, target)
    return assignment


def kept_seed(folder: Path) -> int:
    """The seed that the folder keeps; a fresh one where there is none."""
    try:
        return int(json.loads((folder / "private" / "seed.json").read_text())["seed"])
    except (OSError, ValueError, KeyError, TypeError):
        return secrets.randbits(32)


def title(source: Path) -> str:
    return re.search(r"^# # (.+?)(: exercises)?$", source.read_text(), re.M).group(1)


def _numbers(text: str) -> dict[str, float]:
    """`4.1=5,4.3=10` as numbers by exercise."""
    try:
        pairs = [part.split("=") for part in text.split(",") if part.strip()]
        return {number.strip(): float(points) for number, points in pairs}
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r}; wanted are pairs such as 4.1=5,4.3=10"
        ) from None


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def main(arguments: list[str]) -> int:
    available = ", ".join(map(str, chapters()))
    parser = argparse.ArgumentParser(prog="homework", description=__doc__.split("\n\n")[0])
    parser.add_argument("chapter", nargs="?", default="", help=f"one of {available}")
    parser.add_argument("--exercises", type=_listed, default=[], metavar="4.1,4.3")
    parser.add_argument("--points", type=_numbers, default={}, metavar="4.1=5,4.3=10")
    parser.add_argument("--due", default="", help="a date, as students shall read it")
    parser.add_argument("--course", default="", help="the course's name")
    parser.add_argument("--seed", type=int, help="makes the draws (default: the one kept, or new)")
    options = parser.parse_args(arguments)
    if not options.chapter:
        parser.error(f"which chapter? make homework CHAPTER=2 (there are {available})")
    if options.chapter not in map(str, chapters()):
        parser.error(f"chapter {options.chapter!r} has no exercises (there are {available})")
    chapter = int(options.chapter)
    folder = ROOT / "homework" / f"chapter_{chapter:02d}"
    print(f"chapter {chapter}: making the hand-out and the autograder", flush=True)
    try:
        made = make(
            chapter, folder, options.exercises, options.points, options.due, options.course,
            options.seed,
        )  # fmt: skip
    except ValueError as error:
        parser.error(str(error))
    in_words = made.whole - made.points
    print(f"Homework {made.homework}, seed {kept_seed(folder)}")
    print(f"{len(made.exercises)} exercises, {made.points:g} points; in words {in_words:g} more")
    shown = folder.relative_to(ROOT)
    print(f"  for students       {shown}/hand-out")
    print(f"  for Gradescope     {shown}/autograder.zip")
    print(f"  for yourself       {shown}/private")
    print(f"To grade here: make grade CHAPTER={chapter} SUBMISSIONS=folder")
    return 0
