"""What a homework asks and what it is worth: the grader's own file, which no student has."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..checks.variants import families, variant_for


@dataclass(frozen=True)
class Part:
    """A part of an exercise: its points, and the seeds of its draws."""

    name: str
    points: float
    seeds: tuple[int, ...]


@dataclass(frozen=True)
class Asked:
    """An exercise of the homework. `answer` is the name that the notebook gives to the answer.

    `given_away` are functions of the course that give the answer, `allowed` names that the
    exercise itself calls for; both are for `flags`. Where it `varies`, each student has a variant.
    """

    id: str
    title: str
    answer: str
    parts: tuple[Part, ...]
    given_away: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()
    varies: bool = False

    @property
    def points(self) -> float:
        return sum(part.points for part in self.parts)


@dataclass(frozen=True)
class Written:
    """A question that is answered in words. `mark` is how the cell with the answer begins."""

    id: str
    title: str
    points: float
    mark: str


@dataclass(frozen=True)
class Assignment:
    """A homework, for the student numbers in `roster` where exercises vary; `names` are theirs, in
    the same order, where the roster has any.

    `handed_out` are the fingerprints of its code cells and `lines` all that stands in them,
    `demonstrations` are the fingerprints of those that no answer needs (see `cells`). `setup` is
    the code that every answer may rely on, `secret` draws variants.
    """

    homework: str
    chapter: int
    title: str
    course: str
    due: str
    exercises: tuple[Asked, ...]
    handed_out: tuple[str, ...]
    lines: tuple[str, ...]
    demonstrations: tuple[str, ...]
    setup: str
    questions: tuple[Written, ...] = ()
    secret: str = ""
    roster: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    def number_of(self, asked: Asked, student: str) -> str:
        """The number of the exercise, or of the variant, that a student is asked."""
        if not asked.varies:
            return asked.id
        return variant_for(families(self.chapter)[asked.id], self.secret, student)

    @property
    def points(self) -> float:
        """Points that the grader gives."""
        return sum(exercise.points for exercise in self.exercises)

    @property
    def whole(self) -> float:
        """Points with those for answers in words, which a human gives."""
        return self.points + sum(question.points for question in self.questions)

    def write(self, path: Path) -> None:
        """Write it as JSON."""
        path.write_text(json.dumps(dataclasses.asdict(self), indent=1), encoding="utf-8")


def read(path: Path) -> Assignment:
    """The assignment in a file. Raises ValueError where it is none."""
    try:
        return _made(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{path} is no homework's file: {error}") from None


def _made(content: dict[str, Any]) -> Assignment:
    exercises, known = [], {field.name for field in dataclasses.fields(Asked)}
    for asked in content["exercises"]:
        parts = tuple(Part(**p | {"seeds": tuple(p["seeds"])}) for p in asked["parts"])
        names = {key: tuple(asked.get(key, ())) for key in ("given_away", "allowed")}
        said = {key: asked[key] for key in known & asked.keys()}  # one made earlier says more
        exercises.append(Asked(**said | {"parts": parts} | names))
    names = ("handed_out", "lines", "demonstrations", "roster")
    lists = {key: tuple(content[key]) for key in names}
    lists["names"] = tuple(content.get("names", ()))  # one that was made earlier has none
    questions = tuple(Written(**question) for question in content["questions"])
    return Assignment(**content | {"exercises": tuple(exercises), "questions": questions} | lists)
