"""Tables of a class for its instructor, for Canvas and Moodle; a page of it, and one a student."""

from __future__ import annotations

import csv
import io
import re
import statistics
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from ..checks.engine import RAISED, RIGHT, WRONG
from ..checks.feedback import rich
from .assignment import Assignment
from .handed_in import HandedIn
from .marking import NOT_REACHED, UNGRADED, Result

Class = Sequence[tuple[HandedIn, Result]]
COURSE = "the course's solution"  # stands among the keys of students, which have no spaces


@dataclass(frozen=True)
class Words:
    """A student's answer to a question in words, with what a human gave it."""

    question: str
    title: str
    of: float
    answer: str = ""
    points: float | None = None
    comment: str = ""


Written = Mapping[str, Sequence[Words]]  # by the student's key


def marks(assignment: Assignment, marked: Class, written: Written) -> str:
    """marks.csv: a row a student, with the points of each exercise and question."""
    exercises = [asked.id for asked in assignment.exercises]
    questions = [question.id for question in assignment.questions]
    head = [
        "key", "name", "number", *exercises, "points", *questions, "in words", "total", "of",
        "flags", "help", "remark",
    ]  # fmt: skip
    rows = []
    for one, result in marked:
        given = {words.question: words.points for words in written.get(one.key, ())}
        known = [points for points in given.values() if points is not None]
        rows.append([
            one.key, _name(one, result), _number(one, result),
            *(number(_earned(result, exercise)) for exercise in exercises), number(result.points),
            *(_or_nothing(given.get(question)) for question in questions),
            number(sum(known)) if known else "", number(_total(one, result, written)),
            number(assignment.whole), len(result.flags), result.about.get("HELP", ""),
            " ".join(filter(None, ("Late." if one.late else "", result.refused, *result.notes))),
        ])  # fmt: skip
    return as_csv([head, *rows])


def number(points: float) -> str:
    """Points as they are printed: two decimals at most."""
    return f"{round(points, 2):g}"


def _or_nothing(points: float | None) -> str:
    return "" if points is None else number(points)


def _earned(result: Result, exercise: str) -> float:
    return sum(mark.points for mark in result.parts if mark.exercise == exercise)


def for_canvas(assignment: Assignment, marked: Class, written: Written) -> str:
    """What Canvas imports into its gradebook: its five columns, then the homework's; the
    second row says out of how many."""
    head = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", assignment.title]
    rows = [
        [one.who, one.id, "", "", "", number(_total(one, result, written))]
        for one, result in marked
        if one.system == "canvas"
    ]
    most = ["    Points Possible", "", "", "", "", number(assignment.whole)]
    return as_csv([head, most, *rows])


def for_moodle(assignment: Assignment, marked: Class, written: Written, now: datetime) -> str:
    """What Moodle imports as a grading worksheet.

    It refuses one without the time of the last change, and lets grades stand that were changed
    after it. What it takes for comments is HTML.
    """
    head = ["Identifier", "Full name", "Grade", "Last modified (grade)", "Feedback comments"]
    when = now.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    rows = [
        [
            f"Participant {one.id}", one.who, number(_total(one, result, written)), when,
            _without_signs(feedback(assignment, one, result, written, "comments.html.j2")),
        ]
        for one, result in marked
        if one.system == "moodle"
    ]  # fmt: skip
    return as_csv([head, *rows])


def _without_signs(html: str) -> str:
    """HTML in which no sign that begins a formula follows a semicolon, which ends its entities."""
    return re.sub(
        r";[\s=+\-@]*[=+\-@]",
        lambda m: re.sub(r"[=+\-@]", lambda sign: f"&#{ord(sign[0])};", m[0]), html,
    )  # fmt: skip


def _total(one: HandedIn, result: Result, written: Written) -> float:
    return result.points + sum(words.points or 0.0 for words in written.get(one.key, ()))


def _name(one: HandedIn, result: Result) -> str:
    own = result.about.get("NAME", "").strip()
    return own or one.who if one.system == "canvas" else one.who or own  # Canvas has "doejane"


def _number(one: HandedIn, result: Result) -> str:
    """The student's number. Canvas and Moodle have others, of their own."""
    own = result.about.get("NUMBER", "").strip()
    return own or (one.id if one.system == "gradescope" else "")


def as_csv(rows: Sequence[Sequence]) -> str:
    """The rows as CSV, safe to open in a spreadsheet."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows([_safe(c) for c in row] for row in rows)
    return buffer.getvalue()


def from_csv(text: str) -> csv.DictReader:
    """The rows of a table as a spreadsheet saves it: between cells stands what its country has."""
    head = text.partition("\n")[0]
    return csv.DictReader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count))


def _safe(cell: Any) -> Any:
    """A student chose the text: a spreadsheet takes some beginnings for a formula, and any line
    end for the end of a row that has no quotes."""
    if not isinstance(cell, str):
        return cell
    text = re.sub(r"\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]", "\n", cell).replace("\0", "")
    text = _PARTED.sub(lambda m: f"{m[1]}'{m[2]}" if _is_formula(m[2]) else m[0], text)
    return f"'{text}" if is_computed(text) else text


# Where the cells of a table stand between semicolons or tabs, as in many countries, a spreadsheet
# parts a text there, and at its line ends too, for it does not know the quotes then.
_PARTED = re.compile(r"([;\t\n])([^;\t\n]+)")


def _is_formula(text: str) -> bool:
    """Whether a spreadsheet computes a part of a text; a list of points has a minus, too."""
    if not is_computed(text):
        return False
    sign = unicodedata.normalize("NFKC", next(s for s in text if _is_seen(s)))
    return sign in "=@" or any(mark in text for mark in "(|!")


def unguarded(text: str) -> str:
    """The text as it was before `as_csv` kept a spreadsheet from computing it."""
    if text.startswith("'") and is_computed(text[1:]):
        text = text[1:]
    return re.sub(
        r"([;\t\n])'([^;\t\n]+)", lambda m: m[1] + m[2] if _is_formula(m[2]) else m[0], text
    )


def _is_seen(sign: str) -> bool:
    return unicodedata.category(sign)[0] not in "CZ"


def is_computed(text: str) -> bool:
    """Whether a spreadsheet may take a text for a formula: some read wide signs too, and some
    leave out what is not seen."""
    seen = (sign for sign in text if _is_seen(sign))
    return unicodedata.normalize("NFKC", next(seen, "")) in tuple("=+-@")


def page(
    assignment: Assignment, marked: Class, written: Written,
    groups: Iterable[tuple[str, tuple[str, ...]]],
) -> str:  # fmt: skip
    """The instructor's page, as HTML without scripts."""
    given = [words for key in written for words in written[key]]
    points = [result.points for _, result in marked if not result.refused]
    graded = [(one, result) for one, result in marked if not result.refused]
    return _template("report.html.j2").render(
        assignment=assignment,
        names={one.key: _name(one, result) for one, result in marked},
        numbers={one.key: _number(one, result) for one, result in marked},
        absent=_absent(assignment, marked),
        totals={one.key: _total(one, result, written) for one, result in marked},
        waiting=sum(words.points is None and bool(words.answer) for words in given),
        marked=sorted(marked, key=lambda pair: pair[0].key),
        graded=graded,
        parts=_parts(assignment, graded),
        histogram=_histogram(assignment, graded),
        slips=_slips(graded),
        not_reached=_not_reached(graded),
        flags=[(one, flag) for one, result in marked for flag in result.flags],
        mean=statistics.fmean(points or [0.0]), median=statistics.median(points or [0.0]),
        groups=sorted(groups),
    )  # fmt: skip


def feedback(
    assignment: Assignment, one: HandedIn, result: Result, written: Written,
    template: str = "feedback.html.j2",
) -> str:  # fmt: skip
    """The page that a student is sent: points and words to each part, and to the answers in words.

    Nothing of it is about other students, and flags do not stand there.
    """
    exercises = [
        (asked, [mark for mark in result.parts if mark.exercise == asked.id])
        for asked in assignment.exercises
    ]
    return _template(template).render(
        assignment=assignment, result=result, exercises=exercises, right=RIGHT,
        name=_name(one, result), number=_number(one, result),
        total=_total(one, result, written), words=written.get(one.key, ()), wrong=WRONG,
        raised=RAISED,
    )  # fmt: skip


def _template(name: str) -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent), autoescape=True,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters["points"] = number
    environment.filters["rich"] = lambda text: Markup(rich(text))
    return environment.get_template(name)


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


def _absent(assignment: Assignment, marked: Class) -> list[str]:
    """Numbers of the roster that no notebook gives."""
    given = {_number(one, result) for one, result in marked}
    return [student for student in assignment.roster if student not in given]


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
    """The commonest sentences about wrong answers, by exercise: their first line, without the
    numbers of one student's answer."""
    said = Counter(
        one
        for _, result in graded
        for one in {
            (m.exercise, _without_numbers(m.message.splitlines()[0]))
            for m in result.parts
            if m.status in (WRONG, RAISED) and m.message
        }
    )
    return [(exercise, words, count) for (exercise, words), count in said.most_common(25)]


def _without_numbers(line: str) -> str:
    if "yours is" not in line:  # other numbers are what the sentence says, as in "a factor 2"
        return line
    return re.sub(r"(?<![\w.])[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?", "…", line)


def _not_reached(graded: Class) -> list[tuple[str, str, str]]:
    return [
        (one.key, f"{m.exercise} {m.part}", m.message)
        for one, result in graded
        for m in result.parts
        if m.status in (NOT_REACHED, UNGRADED)
    ]
