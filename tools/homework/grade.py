"""Mark a whole class: `make grade CHAPTER=4 SUBMISSIONS=folder`.

homework/chapter_NN/marked/
  feedback/          a page for each student to be sent: points and words to each part
  marks.csv          points of all; canvas.csv and moodle.csv, where the export was theirs
  class.html         for the instructor: points, slips, flags
  written.csv        answers in words: fill in `points` and `comment`, and grade again
  results/           what the grader found, a file for each student; it goes on from these
It can be interrupted and goes on where it was. What is marked already is not marked again.
"""

from __future__ import annotations

import argparse
import codecs
import csv
import os
import re
import signal
import sys
import tempfile
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from pathlib import Path

from tqdm import tqdm

from stepwise_ssl._files import write_whole
from stepwise_ssl.grading import assignment as assignments
from stepwise_ssl.grading import report
from stepwise_ssl.grading import submission as submissions
from stepwise_ssl.grading import words as in_words
from stepwise_ssl.grading.assignment import Assignment
from stepwise_ssl.grading.handed_in import HandedIn, find
from stepwise_ssl.grading.marking import Result
from stepwise_ssl.grading.report import Words
from stepwise_ssl.grading.submission import Refused
from stepwise_ssl.grading.whole_class import (
    alike,
    mark_class,
    numbers_of_others,
    others_name,
    same_numbers,
)
from tools.notebooks import ROOT

_LONGEST = 20_000  # characters of an answer in words
_COLUMNS = ("key", "question", "title", "of", "points", "comment", "answer")

Given = dict[tuple[str, str], tuple[float | None, str]]  # points and comment


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
        others_name(marked)
        numbers_of_others(assignment, marked)
        solution = folder.parent / "private" / "solution.ipynb"
        course = [HandedIn(report.COURSE, solution)] if solution.exists() else []
        groups = alike(assignment, [*course, *handed_in])
        given = by_key(given_by_hand(folder / "written.csv", assignment), list(order))
        written = answers_in_words(assignment, handed_in, given)
    tables = {
        "marks.csv": report.marks(assignment, marked, written),
        "canvas.csv": report.for_canvas(assignment, marked, written),
        "moodle.csv": report.for_moodle(assignment, marked, written, datetime.now(UTC)),
        "class.html": report.page(assignment, marked, written, groups),
        "written.csv": sheet(written, given),
    }
    for one, result in marked:
        tables[f"feedback/{one.key}.html"] = report.feedback(assignment, one, result, written)
    (folder / "feedback").mkdir(exist_ok=True)
    for system in {"canvas", "moodle"} - {one.system for one, _ in marked}:
        del tables[f"{system}.csv"]
    _remove_others(folder, tables)
    for name, text in tables.items():
        # A file's name, and with it a key, may be no UTF-8. Excel asks for a mark of it.
        mark = codecs.BOM_UTF8 if name in ("marks.csv", "written.csv") else b""
        write_whole(folder / name, mark + text.encode(errors="replace"))
    return marked


def _remove_others(folder: Path, tables: Collection[str]) -> None:
    """Remove what an earlier call with other submissions has written, lest it is sent."""
    earlier = (folder / "canvas.csv", folder / "moodle.csv", *(folder / "feedback").glob("*.html"))
    for path in earlier:
        if str(path.relative_to(folder)) not in tables:
            path.unlink(missing_ok=True)


def given_by_hand(path: Path, assignment: Assignment) -> Given:
    """Points and comments that were filled in, by student and question. Raises ValueError."""
    if not path.exists():
        return {}
    most = {question.id: question.points for question in assignment.questions}
    given: Given = {}
    csv.field_size_limit(1 << 24)  # a sheet from before may hold longer answers
    rows = report.from_csv(_text(path))
    if not {"key", "question", "points"} <= set(rows.fieldnames or ()):
        raise ValueError(f"{path} has lost its columns: key, question, points, in its first line")
    for row in rows:
        text = (row.get("points") or "").strip()
        # As a spreadsheet was kept from computing it, see `as_csv`.
        comment = report.unguarded((row.get("comment") or "").strip())
        if not text and not comment:
            continue
        try:
            points = float(text.replace(",", ".")) if text else None
            if not 0 <= (points or 0.0) <= most[row["question"]]:
                raise ValueError
        except (ValueError, KeyError):
            asked = row.get("question")
            wanted = (
                f"wanted is a number from 0 to {most[asked]:g}, or nothing" if asked in most
                else f"there are {', '.join(most)}"
            )  # fmt: skip
            raise ValueError(
                f"{path}: points of {row.get('key')!r} are {text!r} for question {asked!r}; "
                f"{wanted}"
            ) from None
        given[row["key"], row["question"]] = points, comment
    return given


def by_key(given: Given, keys: Sequence[str]) -> Given:
    """By the students' keys, where a spreadsheet took one for a number and wrote it anew."""

    def known(key: str) -> str:
        if key in keys or not re.fullmatch(r"\d+([.,]\d+[eE]\+\d+)?", key):
            return key
        near = 1e-4 if "e" in key.lower() else 0.0
        value = float(key.replace(",", "."))
        same = [k for k in keys if k.isdecimal() and abs(float(k) - value) <= near * value]
        return same[0] if len(same) == 1 else key

    return {(known(key), question): what for (key, question), what in given.items()}


def _text(path: Path) -> str:
    """The text of a table that a spreadsheet has saved. Raises ValueError."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(
            f"{path} is not saved as UTF-8, so its answers cannot be read; save it as "
            '"CSV UTF-8" (Excel), or with UTF-8 as its encoding'
        ) from None


def answers_in_words(
    assignment: Assignment, handed_in: Sequence[HandedIn], given: Given
) -> dict[str, list[Words]]:
    """Each student's answers to the questions, with what a human gave them."""
    found: dict[str, list[Words]] = {}
    for one in handed_in:
        try:
            texts = submissions.read(one.path, assignment.chapter, assignment.homework).texts
        except Refused:
            texts = ()
        stand = in_words.answers(texts, [question.id for question in assignment.questions])
        for question in assignment.questions:
            answer = stand[question.id]
            if len(answer) > _LONGEST:  # a table's cell holds no more, neither here nor elsewhere
                answer = f"{answer[:_LONGEST]} … ({len(answer)} characters)"
            points, comment = given.get((one.key, question.id), (None, ""))
            found.setdefault(one.key, []).append(
                Words(question.id, question.title, question.points, answer, points, comment)
            )
    return found


def sheet(written: dict[str, list[Words]], given: Given) -> str:
    """written.csv: a row for each student and question, with what was filled in before. Nothing
    that was filled in is lost, also where a student's file is not among these."""
    rows = [list(_COLUMNS)]
    for key, answers in written.items():
        for words in answers:
            points = "" if words.points is None else report.number(words.points)
            rows.append([
                key, words.question, words.title, report.number(words.of), points, words.comment,
                words.answer,
            ])  # fmt: skip
    for (key, question), (points, comment) in given.items():
        if key not in written:
            kept = "" if points is None else report.number(points)
            rows.append([key, question, "", "", kept, comment, ""])
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
    except KeyboardInterrupt:
        print("\nInterrupted. What is marked is kept; the same call goes on from here.")
        return 130
    flagged = sum(bool(result.flags) for _, result in marked)
    refused = sum(bool(result.refused) for _, result in marked)
    print(f"{len(marked)} handed in, {refused} not readable as this homework, {flagged} with flags")
    if marked:
        print(f"held back by this system: {', '.join(_held(marked)) or 'nothing but time'}")
    shown = (folder / "marked").relative_to(ROOT)
    print(f"  for students       {shown}/feedback, a page each")
    print(f"  for yourself       {shown}/class.html, marks.csv")
    for system in sorted({one.system for one, _ in marked} & {"canvas", "moodle"}):
        print(f"  for {system.title():<14} {shown}/{system}.csv")
    if assignment.questions:
        print(f"  to fill in         {shown}/written.csv, then grade again")
    return 0


def _held(marked: Sequence[tuple[HandedIn, Result]]) -> list[str]:
    return next((result.held for _, result in marked if result.held), [])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
