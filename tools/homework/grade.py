"""Mark a whole class: `make grade CHAPTER=4 SUBMISSIONS=folder`.

homework/chapter_NN/marked/
  results/           a file for each student, with the words that the student shall read
  marks.csv          points of all; canvas.csv and moodle.csv, where the export was theirs
  class.html         for the instructor: points, slips, flags
  written.csv        answers in words: fill in its column `points`, and grade again
It can be interrupted and goes on where it was. What is marked already is not marked again.
"""

from __future__ import annotations

import argparse
import csv
import os
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tqdm import tqdm

from stepwise_ssl.grading import assignment as assignments
from stepwise_ssl.grading import report
from stepwise_ssl.grading import submission as submissions
from stepwise_ssl.grading.assignment import Assignment
from stepwise_ssl.grading.handed_in import HandedIn, find
from stepwise_ssl.grading.marking import Result
from stepwise_ssl.grading.submission import Refused
from stepwise_ssl.grading.whole_class import alike, mark_class, same_numbers
from tools.notebooks import ROOT

_COLUMNS = ("key", "question", "title", "of", "points", "answer")


def grade(
    assignment: Assignment, source: Path, folder: Path, at_once: int
) -> list[tuple[HandedIn, Result]]:
    """Mark all that was handed in; write results, tables and the page to `folder`."""
    with tempfile.TemporaryDirectory() as scratch:
        handed_in = find(source, Path(scratch))
        marked = list(
            tqdm(
                mark_class(assignment, handed_in, folder / "results", at_once),
                total=len(handed_in), desc="marking", unit="notebook", file=sys.stdout,
            )
        )  # fmt: skip
        order = {one.key: k for k, one in enumerate(handed_in)}
        marked.sort(key=lambda pair: order[pair[0].key])
        same_numbers(marked)
        groups = alike(assignment, handed_in)
        given = given_points(folder / "written.csv", assignment)
        written = answers_in_words(assignment, handed_in, given)
    in_words: dict[str, float] = {}
    for (key, _), points in given.items():
        in_words[key] = in_words.get(key, 0.0) + points
    tables = {
        "marks.csv": report.marks(assignment, marked, in_words),
        "canvas.csv": report.for_canvas(assignment, marked, in_words),
        "moodle.csv": report.for_moodle(marked, in_words),
        "class.html": report.page(assignment, marked, groups),
        "written.csv": written,
    }
    systems = {one.system for one, _ in marked}
    for name, text in tables.items():
        if name.partition(".")[0] in ("canvas", "moodle") and name.partition(".")[0] not in systems:
            continue
        beside = folder / f".{name}.new"
        beside.write_text(text, encoding="utf-8", errors="replace")  # a file's name may be no UTF-8
        os.replace(beside, folder / name)
    return marked


def given_points(path: Path, assignment: Assignment) -> dict[tuple[str, str], float]:
    """Points that were filled in, by student and question. Raises ValueError for what is none."""
    if not path.exists():
        return {}
    most = {question.id: question.points for question in assignment.questions}
    given = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), 2):
            text = (row.get("points") or "").strip()
            if not text:
                continue
            try:
                points = float(text.replace(",", "."))
                if not 0 <= points <= most[row["question"]]:
                    raise ValueError
            except (ValueError, KeyError):
                raise ValueError(
                    f"{path}, line {number}: points are {text!r} for question "
                    f"{row.get('question')!r}; the questions have {most}"
                ) from None
            given[row["key"], row["question"]] = points
    return given


def answers_in_words(
    assignment: Assignment, handed_in: Sequence[HandedIn], given: dict[tuple[str, str], float]
) -> str:
    """written.csv: a row for each student and question, with what was filled in before."""
    rows = [list(_COLUMNS)]
    for one in handed_in:
        try:
            texts = submissions.read(one.path, assignment.chapter, assignment.homework).texts
        except Refused:
            texts = ()
        for question in assignment.questions:
            answer = next((t for _, t in texts if question.mark in t), "")
            points = given.get((one.key, question.id))
            rows.append([
                one.key, question.id, question.title, f"{question.points:g}",
                "" if points is None else f"{points:g}",
                answer.replace(question.mark, "").strip(),
            ])  # fmt: skip
    return report.as_csv(rows)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="grade", description=__doc__.split("\n\n")[0])
    parser.add_argument("chapter", nargs="?", default="", help="the homework's chapter")
    parser.add_argument("submissions", nargs="?", default="", help="a folder, or an export's zip")
    parser.add_argument("--at-once", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args(arguments)
    if not options.chapter.isdigit() or not options.submissions:
        parser.error("make grade CHAPTER=2 SUBMISSIONS=folder (or the zip of an export)")
    folder = ROOT / "homework" / f"chapter_{int(options.chapter):02d}"
    kept = folder / "private" / "assignment.json"
    if not kept.exists():
        parser.error(
            f"there is no {kept.relative_to(ROOT)}: make homework CHAPTER={options.chapter}"
        )
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        assignment = assignments.read(kept)
        marked = grade(
            assignment, Path(options.submissions), folder / "marked", max(1, options.at_once)
        )
    except ValueError as error:
        parser.error(str(error))
    flagged = sum(bool(result.flags) for _, result in marked)
    refused = sum(bool(result.refused) for _, result in marked)
    print(f"{len(marked)} handed in, {refused} not readable as this homework, {flagged} with flags")
    if marked:
        print(f"held back by this system: {', '.join(_held(marked)) or 'nothing but time'}")
    print(f"{(folder / 'marked').relative_to(ROOT)}: marks.csv, class.html, written.csv, results/")
    return 0


def _held(marked: Sequence[tuple[HandedIn, Result]]) -> list[str]:
    return next((result.held for _, result in marked if result.held), [])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
