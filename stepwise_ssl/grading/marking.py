"""Marks of one submission: every part by the grader's own draws, written down as it is earned."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from ..checks import interrupt
from ..checks.engine import NOT_YET, RAISED, RIGHT, BrokenCheck, Exercise, Outcome, run
from ..checks.registry import find
from . import submission as submissions
from .assignment import Asked, Assignment, Part
from .cells import fingerprint, needed
from .flags import Flag, flags_of
from .session import Limits, NotStarted, Session
from .submission import Refused, Submission

NOT_REACHED, UNGRADED, BLANK, MISSING = "not reached", "ungraded", "blank", "missing"


@dataclass(frozen=True)
class PartMark:
    """What a part was given: its status in a word, and the sentence for the student."""

    exercise: str
    title: str
    part: str
    points: float
    of: float
    status: str
    message: str = ""


@dataclass
class Result:
    """A submission's marks. `refused` says why it could not be graded at all."""

    homework: str
    file: str
    about: dict[str, str] = field(default_factory=dict)
    refused: str = ""
    parts: list[PartMark] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    flags: list[Flag] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    of: float = 0.0
    seconds: float = 0.0
    finished: bool = False

    @property
    def points(self) -> float:
        return sum(part.points for part in self.parts)


@dataclass(frozen=True)
class Budget:
    """Seconds for the whole submission, and for one exercise."""

    whole: float = 540.0
    exercise: float = 120.0


_LIMITS, _BUDGET = Limits(), Budget()
_READS = 60.0  # seconds in which a submission's code is read for flags


def mark(
    assignment: Assignment,
    path: Path,
    package: Path,
    keep: Callable[[Result], None] = lambda result: None,
    limits: Limits = _LIMITS,
    budget: Budget = _BUDGET,
) -> Result:
    """Grade a file. `keep` is called with the result as it stands after every part."""
    start = time.monotonic()
    result = Result(assignment.homework, path.name, of=assignment.points)
    try:
        handed_in = submissions.read(path, assignment.chapter, assignment.homework)
    except Refused as refusal:
        result.refused = str(refusal)
        result.parts = [_part(a, p, MISSING, str(refusal)) for a, p in _all(assignment)]
    else:
        handed_in = _by_the_roster(assignment, handed_in)
        result.about, result.notes = handed_in.about, list(handed_in.notes)
        result.flags = _flags(assignment, handed_in)
        result.refused = _of_nobody(assignment, handed_in)
        if result.refused:
            result.parts = [_part(a, p, MISSING, result.refused) for a, p in _all(assignment)]
        else:
            _grade(assignment, handed_in, package, result, keep, limits, start, budget)
    result.seconds, result.finished = time.monotonic() - start, True
    keep(result)
    return result


def _flags(assignment: Assignment, handed_in: Submission) -> list[Flag]:
    """The flags, or one that says so where the code was made to take long to read: the class does
    not wait for it."""
    try:
        return interrupt.limited(lambda: flags_of(assignment, handed_in), _READS)
    except interrupt.TimeLimitExceeded:
        words = f"to read its code takes more than {_READS:g} seconds"
        return [Flag("runs, and cannot be read", 0, words)]
    except interrupt.FromOutside:
        raise KeyboardInterrupt from None


def _by_the_roster(assignment: Assignment, handed_in: Submission) -> Submission:
    """With the number as the roster writes it, where they differ as `S1` and `s1` do."""
    plain = submissions.plain(handed_in.student)
    same = [number for number in assignment.roster if submissions.plain(number) == plain]
    if handed_in.student in assignment.roster or len(same) != 1:
        return handed_in
    return replace(handed_in, about=handed_in.about | {"NUMBER": same[0]})


def _of_nobody(assignment: Assignment, handed_in: Submission) -> str:
    """Why it cannot be said which variants the student was asked; "" where it can."""
    varies = any(asked.varies for asked in assignment.exercises)
    if not varies or handed_in.student in assignment.roster:
        return ""
    if not handed_in.student:
        return "NUMBER is empty: the cell at the top asks for your student number."
    return f"NUMBER is {handed_in.student!r:.40}, which is not on the course's list."


def _all(assignment: Assignment) -> list[tuple[Asked, Part]]:
    return [(asked, part) for asked in assignment.exercises for part in asked.parts]


def _part(asked: Asked, part: Part, status: str, message: str = "") -> PartMark:
    points = part.points if status == RIGHT else 0.0
    words = submissions.clean(message)
    return PartMark(asked.id, asked.title, part.name, points, part.points, status, words)


def _grade(
    assignment: Assignment, handed_in: Submission, package: Path, result: Result,
    keep: Callable[[Result], None], limits: Limits, start: float, budget: Budget,
) -> None:  # fmt: skip
    demonstrations = set(assignment.demonstrations)
    cells = [(0, assignment.setup), *needed(handed_in.cells, demonstrations)]
    with Session(package, cells, limits) as session:
        try:
            session.run(start + budget.whole)
        except NotStarted as error:
            result.parts = [
                _part(a, p, UNGRADED, f"The grader's process did not start. {error}"[:500])
                for a, p in _all(assignment)
            ]
            return
        result.held = session.held
        shown = {number for number, code in cells if fingerprint(code) in demonstrations}
        result.cells = [
            submissions.clean(f"cell {number}: {report.said}")
            for number, report in session.reports.items()
            if report.said and number and number not in shown
        ]
        for asked in assignment.exercises:
            if time.monotonic() < start + budget.whole:
                session.ready()  # cells that run anew take none of the time of this exercise
            end = min(start + budget.whole, time.monotonic() + budget.exercise)
            for part in asked.parts:
                exercise = find(assignment.number_of(asked, handed_in.student))
                result.parts.append(_mark_part(session, exercise, asked, part, result, end))
                keep(result)


def _mark_part(
    session: Session, exercise: Exercise, asked: Asked, part: Part, result: Result, end: float
) -> PartMark:  # fmt: skip
    if time.monotonic() > end:
        return _part(asked, part, NOT_REACHED, "No time was left for this part.")
    kind, answer = session.open(asked.answer)
    if kind == "missing":
        said = "".join(f"\n{cell}" for cell in result.cells[:3])
        return _part(asked, part, MISSING, f"The notebook defines no `{asked.answer}`.{said}")
    if kind == "blank":
        return _part(asked, part, BLANK, "This was left blank.")
    if kind == "gone":
        said = session.excess or "it ended, and did not come up again"
        return _part(asked, part, NOT_REACHED, f"Your notebook's process is gone: {said}.")
    tested = exercise.parts[asked.parts.index(part)]  # parts of variants have their own names
    try:
        outcome = _outcome(exercise.only(tested), answer, part.seeds)
    except BrokenCheck as error:
        return _part(asked, part, UNGRADED, str(error))
    if outcome.verdict == NOT_YET:
        return _part(asked, part, BLANK, "This was left blank.")
    # Calls that are slow themselves have less time than the part: here the machine may have been.
    if outcome.verdict == RAISED and getattr(answer, "late", False):
        return _part(asked, part, NOT_REACHED, outcome.message)
    why = f"\nYour notebook's process was ended: {session.excess}." if session.excess else ""
    return _part(asked, part, outcome.verdict, outcome.message + why)


def _outcome(exercise: Exercise, answer: Any, seeds: tuple[int, ...]) -> Outcome:
    try:
        return run(exercise, answer, seeds)
    except BrokenCheck:
        raise
    except Exception:  # noqa: BLE001 words about it ask its process more, which may end or lie
        return run(exercise, answer, seeds, explain=False)


def as_plain(result: Result) -> dict[str, Any]:
    """The result as JSON holds it."""
    return asdict(result) | {"points": result.points}


def from_plain(content: dict[str, Any]) -> Result:
    """The result that `as_plain` wrote. Raises KeyError or TypeError for anything else."""
    values = {name: content[name] for name in (f.name for f in fields(Result))}
    values["parts"] = [PartMark(**part) for part in content["parts"]]
    values["flags"] = [Flag(**flag) for flag in content["flags"]]
    return Result(**values)
