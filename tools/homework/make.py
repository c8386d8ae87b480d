"""Make a chapter's homework, from the source and the checks that self-study uses.

homework/chapter_NN/
  hand-out/         for students: the notebook with blanks, the package, and what to do with them
  autograder.zip    for Gradescope
  private/          for the instructor: solution.ipynb, rubric.md, assignment.json, which
                    `make grade` reads, and terms.json with the seed and the course's secret;
                    with variants also who has which, and variants.md with a right answer to each
Run it as `make homework CHAPTER=2`. Draws come from the seed: a fresh one at first, then the one
that is kept. With ROSTER=students.csv each student has a notebook, with variants of exercises.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import re
import secrets
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import nbformat

from stepwise_ssl.checks import chapters, exercises
from stepwise_ssl.grading.assignment import Assignment
from stepwise_ssl.grading.report import as_csv, from_csv
from tools.homework import hand_out, private, written
from tools.homework.assignment import Terms, answer_names, chosen, draw, items, points_of
from tools.homework.autograder import write_autograder
from tools.homework.wheel import build_wheel
from tools.mutation import reference_cells
from tools.notebooks import ROOT, expected_figures, sources, student_cells


def make(
    terms: Terms, folder: Path, wanted: Sequence[str] = (),
    points: Mapping[str, float] | None = None,
) -> Assignment:  # fmt: skip
    """Make a homework in `folder`; files there that are not its own stay.

    Each file is replaced whole or left alone, once all could be made. Raises ValueError for a
    chapter without exercises, exercises that it does not have, or points out of range.
    """
    asked = chosen(terms.chapter, wanted)
    source = source_of(terms.chapter)
    names = answer_names(source, exercises(terms.chapter))
    solved = private.executed_solution(source)
    figures = expected_figures(solved)
    questions = written.questions(terms.chapter)
    students = terms.roster or ("",)
    mine = {student: items(terms, asked, names, student) for student in students}
    worth = points_of(points or {}, mine[students[0]])

    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".new.", dir=folder) as scratch:
        new = Path(scratch)
        out = new / "hand-out"
        out.mkdir()
        wheel, file = build_wheel(out), f"{source.stem}.ipynb"
        notebooks = [student_cells(source, figures)]  # students begin with this one, too
        for student, its in mine.items():
            blank = hand_out.notebook(source, figures, its, wheel.name, questions, worth)
            hand_out.sign(blank, terms, its, sum(worth.values()), file, questions, student)
            notebooks.append(blank)
            (out / student).mkdir(exist_ok=True)
            nbformat.write(blank, out / student / file)
        solutions = {
            number: code for number, (_, code) in reference_cells(terms.chapter)[1].items()
        }
        given = {exercise.id: exercise for exercise in asked}
        assignment = draw(terms, mine[students[0]], worth, notebooks, given, solutions, questions)
        _write(out / "README.md", hand_out.readme(assignment, file, wheel.name))
        (new / "private").mkdir()
        nbformat.write(solved, new / "private" / "solution.ipynb")
        _write(new / "private" / "rubric.md", private.rubric(assignment, terms.seed))
        _write(new / "private" / "terms.json", json.dumps(dataclasses.asdict(terms), indent=1))
        assignment.write(new / "private" / "assignment.json")
        if terms.roster:
            rows = [
                [student, item.of, item.exercise.id, item.exercise.title]
                for student in students
                for item in mine[student]
                if item.variant is not None
            ]
            head = ["number", "exercise", "asked as", "title"]
            _write(new / "private" / "variants.csv", as_csv([head, *rows]))
            _write(new / "private" / "variants.md", private.variants(terms, mine))
        write_autograder(new / "autograder.zip", assignment, wheel)
        for path in sorted(p for p in new.rglob("*") if p.is_file()):
            target = folder / path.relative_to(new)
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(path, target)
    _remove_others(folder / "hand-out", file, students)
    if not terms.roster:
        for name in ("variants.csv", "variants.md"):
            (folder / "private" / name).unlink(missing_ok=True)
    return assignment


def _remove_others(out: Path, file: str, students: Sequence[str]) -> None:
    """Remove notebooks of earlier calls for students who are not among these, "" for all."""
    for path in (out / file, *out.glob(f"*/{file}")):
        student = "" if path.parent == out else path.parent.name
        if student in students or not path.is_file():
            continue
        if "stepwise" in nbformat.read(path, as_version=4).metadata:  # made here
            path.unlink()
            if student and not any(path.parent.iterdir()):
                path.parent.rmdir()


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def source_of(chapter: int) -> Path:
    """The source of a chapter's notebook."""
    return next(s for s in sources() if int(s.stem[:2]) == chapter)


def kept(folder: Path) -> dict[str, Any]:
    """Seed and secret that the folder keeps; fresh ones where there are none."""
    before = earlier(folder)
    if before is None:
        return {"seed": secrets.randbits(64), "secret": secrets.token_hex(8)}
    return {"seed": before.seed, "secret": before.secret}


def earlier(folder: Path) -> Terms | None:
    """The terms of the homework that the folder holds, None where it holds none."""
    try:
        known = json.loads((folder / "private" / "terms.json").read_text(encoding="utf-8"))
        lists = {"roster": tuple(known["roster"]), "names": tuple(known.get("names", ()))}
        return Terms(**known | {"seed": int(known["seed"])} | lists)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def changed(before: Terms, terms: Terms) -> list[str]:
    """What is lost by making a homework again with other terms, as sentences."""
    said = []
    if before.homework != terms.homework:
        said.append(
            f"This is another homework than before: notebooks of {before.homework} will be refused."
        )
    gone = [number for number in before.roster if number not in terms.roster]
    if gone:
        said.append(
            f"{len(gone)} of the earlier ROSTER have no notebook any more: {', '.join(gone[:5])}"
            f"{', …' if len(gone) > 5 else ''}."
        )
    return said


def read_roster(path: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Student numbers from a CSV with a column `number`, and names where it has a column `name`.

    Raises ValueError where there are no numbers.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ValueError(f"ROSTER {path} cannot be read: {error}") from None
    except UnicodeDecodeError:
        raise ValueError(
            f'ROSTER {path} is not saved as UTF-8: save it as "CSV UTF-8" (Excel), or with UTF-8 '
            "as its encoding"
        ) from None
    table = from_csv(text)
    columns = table.fieldnames or ()
    if "number" not in columns:
        columns = ", ".join(columns or ["none"])
        raise ValueError(f"ROSTER {path} needs a column `number`; its columns are: {columns:.200}")
    rows = list(table)
    numbers = tuple((row["number"] or "").strip() for row in rows)
    bad = next((n for n in numbers if not re.fullmatch(r"[\w.@-]+", n)), None)
    if bad is not None or not numbers:
        raise ValueError(
            f"ROSTER {path} needs a number in every row, of letters, digits and . @ - _ alone"
            + (f"; one is {bad!r:.60}" if bad is not None else "")
        )
    if len(set(numbers)) < len(numbers):
        raise ValueError(f"ROSTER {path} has a number twice")
    names = tuple((row["name"] or "").strip() for row in rows) if "name" in columns else ()
    return numbers, names


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
    parser.add_argument(
        "--roster",
        type=Path,
        help="CSV with a column number, and perhaps name: variants a student",
    )
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
        roster, names = read_roster(options.roster) if options.roster else ((), ())
        before, own = earlier(folder), kept(folder)
        seed = own["seed"] if options.seed is None else options.seed
        heading = title(source_of(chapter))
        terms = Terms(
            chapter, heading, seed, options.course, options.due, own["secret"], roster, names
        )
        made = make(terms, folder, options.exercises, options.points)
    except ValueError as error:
        parser.error(str(error))
    in_words = made.whole - made.points
    print(f"Homework {made.homework}, seed {seed}")
    print(f"{len(made.exercises)} exercises, {made.points:g} points; in words {in_words:g} more")
    for sentence in changed(before, terms) if before else ():
        print(sentence)
    shown = folder.relative_to(ROOT)
    print(f"  for students       {shown}/hand-out")
    print(f"  for Gradescope     {shown}/autograder.zip")
    print(f"  for yourself       {shown}/private")
    print(f"To grade here: make grade CHAPTER={chapter} SUBMISSIONS=folder")
    return 0
