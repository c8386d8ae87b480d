"""A whole class: every submission marked, several at once, one result file each."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import multiprocessing
import re
import tempfile
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict
from pathlib import Path

from .._files import write_whole
from . import submission as submissions
from .assignment import Assignment
from .flags import Flag, likeness
from .gradescope import open_to_all
from .handed_in import HandedIn
from .marking import UNGRADED, Result, as_plain, from_plain, mark
from .names import fits
from .package import HERE, write_for_student
from .submission import Refused, plain

_NOT_INSTALLED = re.compile(r"ModuleNotFoundError: No module named '(\w+)'")


def mark_class(
    assignment: Assignment, handed_in: Sequence[HandedIn], results: Path, at_once: int
) -> Iterator[tuple[HandedIn, Result]]:
    """Yield each submission with its result as it is known. Results that are there are not made
    anew if file and assignment are the same."""
    results.mkdir(parents=True, exist_ok=True)
    stamp = _digest(json.dumps(asdict(assignment)).encode() + _package())
    todo = []
    for one in handed_in:
        kept = _kept(results / f"{one.key}.json", one.path, stamp)
        if kept is None:
            todo.append(one)
        else:
            yield one, kept
    if not todo:
        return
    with tempfile.TemporaryDirectory() as folder:
        package = write_for_student(Path(folder))
        open_to_all(Path(folder))
        left = yield from _marked(assignment, todo, package, results, stamp, at_once)
        # A grader has died, and with it the others: which file it was at, each alone will show.
        for one in left:
            if (yield from _marked(assignment, [one], package, results, stamp, 1)):
                yield one, _failed(assignment, one, "it ended")


def _marked(
    assignment: Assignment, todo: Sequence[HandedIn], package: Path, results: Path, stamp: str,
    at_once: int,
) -> Generator[tuple[HandedIn, Result], None, list[HandedIn]]:  # fmt: skip
    """Yield each with its result; return those without one, because a grader has died."""
    left = []
    # Spawned: a forked grader would take this process's threads' locks along.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(at_once, len(todo)), mp_context=context) as pool:
        jobs = {
            pool.submit(_mark_one, assignment, one, package, results, stamp): one for one in todo
        }
        for job in as_completed(jobs):
            try:
                yield jobs[job], job.result()
            except BrokenProcessPool:
                left.append(jobs[job])
    return left


def _failed(assignment: Assignment, one: HandedIn, reason: str) -> Result:
    words = f"The grader failed at this file, which is a fault of the grader: {reason}"
    return Result(assignment.homework, one.path.name, refused=words, of=assignment.points)


def _mark_one(
    assignment: Assignment, one: HandedIn, package: Path, results: Path, stamp: str
) -> Result:
    path = results / f"{one.key}.json"
    digest = _of_file(one.path)

    def keep(result: Result) -> None:
        content = as_plain(result) | {"stamp": stamp, "digest": digest, "who": one.who}
        write_whole(path, json.dumps(content, indent=1).encode())

    try:
        return mark(assignment, one.path, package, keep)
    except Exception as error:  # noqa: BLE001 one submission must not end the marks of a class
        failed = _failed(assignment, one, f"{error!r:.200}")
        keep(failed)
        return failed


def _kept(path: Path, file: Path, stamp: str) -> Result | None:
    """A finished result of the same file under the same assignment."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        same = content["stamp"] == stamp and content["digest"] == _of_file(file)
        result = from_plain(content) if same and content["finished"] else None
        # What was the grader's own fault may go well now.
        faulty = result is None or any(mark.status == UNGRADED for mark in result.parts)
        return None if faulty or _installed_since(result) else result
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _installed_since(result: Result) -> bool:
    """Whether what a cell could not import is there by now: the instructor has installed it."""
    names = (name for cell in result.cells for name in _NOT_INSTALLED.findall(cell))
    return any(importlib.util.find_spec(name) for name in names)


def _package() -> bytes:
    """The course's code: other checks give other marks."""
    files = sorted(HERE.rglob("*.py"))
    return b"".join(file.read_bytes() for file in files)


def _of_file(path: Path) -> str:
    """A digest of what is graded: of a file that is too large, as far as it matters."""
    try:
        with path.open("rb") as file:
            return _digest(file.read(submissions.LARGEST + 1))
    except OSError:  # it is refused, with a sentence
        return ""


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]


def same_numbers(marked: Sequence[tuple[HandedIn, Result]]) -> None:
    """Flag those who give the number of another submission as theirs."""
    for one, result in marked:
        own = plain(result.about.get("NUMBER", ""))
        if one.system == "gradescope" and one.id and own and own != plain(one.id):
            words = f"NUMBER is {own}, and Gradescope says {one.id}"
            result.flags.insert(0, Flag("another student's number", 0, words[:160]))
    keys: dict[str, list[str]] = {}
    for one, result in marked:
        keys.setdefault(plain(result.about.get("NUMBER", "")), []).append(one.key)
    for one, result in marked:
        number = plain(result.about.get("NUMBER", ""))
        others = [key for key in keys[number] if key != one.key]
        if number and others:
            words = f"NUMBER {number} is also given by {', '.join(others)}"
            result.flags.insert(0, Flag("another student's number", 0, words[:160]))


def others_name(marked: Sequence[tuple[HandedIn, Result]]) -> None:
    """Flag those whose notebook gives the name under which another hands in, and not their own.

    A nickname is nobody's, and flags nobody.
    """
    names = {_letters(one.who) for one, _ in marked if one.who}
    for one, result in marked:
        own, known = result.about.get("NAME", ""), _letters(one.who)
        if known and _letters(own) in names - {known}:
            words = f"NAME is {own}, and the export says {one.who}"
            result.flags.insert(0, Flag("another student's name", 0, words[:160]))


def numbers_of_others(assignment: Assignment, marked: Sequence[tuple[HandedIn, Result]]) -> None:
    """Flag those whose NUMBER the roster has under a name that is not theirs. Two who swap name
    and number hand in two notebooks without a flaw: only the export can say who they are."""
    roster = dict(zip(assignment.roster, assignment.names, strict=False))
    for one, result in marked:
        number = result.about.get("NUMBER", "").strip()
        known = roster.get(number, "")
        told = {"NAME": result.about.get("NAME", "")} | ({"the export": one.who} if one.who else {})
        for who, name in told.items():
            if known and not fits(name, known):
                words = f"NUMBER {number} is {known} on the roster; {who} says {name!r}"
                result.flags.insert(0, Flag("another student's number", 0, words[:160]))


def _letters(name: str) -> str:
    """The letters of a name, in an order that is the same whichever name comes first."""
    return "".join(sorted(c for c in plain(name) if c.isalpha()))


def alike(
    assignment: Assignment, handed_in: Sequence[HandedIn]
) -> dict[tuple[str, tuple[str, ...]], str]:
    """Groups of students whose code for an exercise differs in names and layout alone.

    Keys are the exercise's number and the students' keys.
    """
    groups: dict[tuple[str, str], list[str]] = {}
    for one in handed_in:
        try:
            read = submissions.read(one.path, assignment.chapter, assignment.homework)
        except Refused:
            continue
        for exercise, digest in likeness(read, assignment).items():
            groups.setdefault((exercise, digest), []).append(one.key)
    return {
        (exercise, tuple(keys)): digest
        for (exercise, digest), keys in groups.items()
        if len(keys) > 1
    }
