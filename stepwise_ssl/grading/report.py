"""What an instructor reads of a class: tables for Canvas and Moodle, and a page."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import jinja2

from ..checks.engine import RIGHT
from .assignment import Assignment
from .handed_in import HandedIn
from .marking import NOT_REACHED, UNGRADED, Result

Class = Sequence[tuple[HandedIn, Result]]


def marks(assignment: Assignment, marked: Class, in_words: Mapping[str, float]) -> str:
    """marks.csv: a row a student. `in_words` are points given by hand, by key."""
    head = ["key", "name", "number", "points", "in words", "total", "of", "flags", "remark"]
    rows = []
    for one, result in marked:
        words = in_words.get(one.key)
        rows.append([
            one.key, _name(one, result), _number(one, result), f"{result.points:g}",
            "" if words is None else f"{words:g}", f"{result.points + (words or 0):g}",
            f"{assignment.whole:g}", len(result.flags), result.refused,
        ])  # fmt: skip
    return as_csv([head, *rows])


def for_canvas(assignment: Assignment, marked: Class, in_words: Mapping[str, float]) -> str:
    """What Canvas imports into its gradebook: its five columns, then the homework's."""
    head = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", assignment.title]
    rows = [
        [one.who, one.id, "", "", "", f"{_total(one, result, in_words):g}"]
        for one, result in marked
        if one.system == "canvas"
    ]
    return as_csv([head, *rows])


def for_moodle(marked: Class, in_words: Mapping[str, float]) -> str:
    """What Moodle imports as a grading worksheet: its own identifier, name and grade."""
    rows = [
        [f"Participant {one.id}", one.who, f"{_total(one, result, in_words):g}"]
        for one, result in marked
        if one.system == "moodle"
    ]
    return as_csv([["Identifier", "Full name", "Grade"], *rows])


def _total(one: HandedIn, result: Result, in_words: Mapping[str, float]) -> float:
    return result.points + in_words.get(one.key, 0.0)


def _name(one: HandedIn, result: Result) -> str:
    return one.who or result.about.get("NAME", "")


def _number(one: HandedIn, result: Result) -> str:
    return result.about.get("NUMBER", "") or one.id


def as_csv(rows: Sequence[Sequence]) -> str:
    """The rows as CSV, safe to open in a spreadsheet."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows([_safe(c) for c in row] for row in rows)
    return buffer.getvalue()


def _safe(cell: Any) -> Any:
    """A student chose the text: a spreadsheet takes some beginnings for a formula, and any line
    end for the end of a row that has no quotes."""
    if not isinstance(cell, str):
        return cell
    text = re.sub(r"\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]", "\n", cell).replace("\0", "")
    return f"'{text}" if text.lstrip()[:1] in tuple("=+-@") else text


def page(
    assignment: Assignment, marked: Class, groups: Mapping[tuple[str, tuple[str, ...]], str]
) -> str:
    """The instructor's page, as HTML without scripts."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent), autoescape=True,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    graded = [(one, result) for one, result in marked if not result.refused]
    return environment.get_template("report.html.j2").render(
        assignment=assignment,
        marked=sorted(marked, key=lambda pair: pair[0].key),
        graded=graded,
        parts=_parts(assignment, graded),
        histogram=_histogram(assignment, graded),
        slips=_slips(graded),
        not_reached=_not_reached(graded),
        groups=sorted(groups),
        right=RIGHT,
    )


def _parts(assignment: Assignment, graded: Class) -> list[dict]:
    """For each part, how many had it right, wrong, and nothing there."""
    rows = []
    for asked in assignment.exercises:
        for part in asked.parts:
            status = Counter(
                m.status
                for _, result in graded
                for m in result.parts
                if (m.exercise, m.part) == (asked.id, part.name)
            )
            rows.append({
                "exercise": f"{asked.id} {asked.title}", "part": part.name, "of": part.points,
                "right": status[RIGHT], "other": dict(status - Counter({RIGHT: status[RIGHT]})),
                "share": 100 * status[RIGHT] / max(1, len(graded)),
            })  # fmt: skip
    return rows


def _histogram(assignment: Assignment, graded: Class, bins: int = 10) -> list[dict]:
    counts = Counter(
        min(bins - 1, int(bins * result.points / assignment.points)) for _, result in graded
    )
    most = max(counts.values(), default=1)
    return [
        {"from": 100 * k // bins, "to": 100 * (k + 1) // bins, "count": counts[k],
         "share": 100 * counts[k] / most}
        for k in range(bins)
    ]  # fmt: skip


def _slips(graded: Class) -> list[tuple[str, str, int]]:
    """The commonest sentences about wrong answers, by exercise: their first line, without numbers
    that differ from student to student."""
    said = Counter(
        (m.exercise, m.message.splitlines()[0])
        for _, result in graded
        for m in result.parts
        if m.status == "wrong" and m.message
    )
    return [(exercise, words, count) for (exercise, words), count in said.most_common(25)]


def _not_reached(graded: Class) -> list[tuple[str, str, str]]:
    return [
        (one.key, f"{m.exercise} {m.part}", m.message)
        for one, result in graded
        for m in result.parts
        if m.status in (NOT_REACHED, UNGRADED)
    ]
