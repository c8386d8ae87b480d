"""What the grader keeps: exercises, points, seeds of the draws, and which cells no answer needs."""

from __future__ import annotations

import ast
import functools
import hashlib
import inspect
import random
import re
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import nbformat

from stepwise_ssl.checks import Exercise, exercises
from stepwise_ssl.checks.variants import Variant, families, find_variant, variant_for
from stepwise_ssl.grading.assignment import Asked, Assignment, Part, Written
from stepwise_ssl.grading.cells import fingerprint
from tools.homework.written import Question
from tools.notebooks import ROOT, tags

SEEDS = 8  # draws of each part; self-study has three
_PUBLIC = "stepwise_ssl."


def answer_names(source: Path, known: Sequence[Exercise]) -> dict[str, str]:
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


def chosen(chapter: int, wanted: Sequence[str]) -> tuple[Exercise, ...]:
    """The exercises of a chapter, or those wanted of them. Raises ValueError for others."""
    known = exercises(chapter)
    ids = [exercise.id for exercise in known]
    for number in wanted:
        if number not in ids:
            raise ValueError(f"EXERCISES names {number!r}; chapter {chapter} has {', '.join(ids)}")
    return tuple(e for e in known if not wanted or e.id in wanted)


@dataclass(frozen=True)
class Item:
    """What a student is asked in the place of exercise `of`: itself, or a variant of it."""

    of: str
    exercise: Exercise
    answer: str
    variant: Variant | None = None


def items(
    terms: Terms, asked: Sequence[Exercise], names: Mapping[str, str], student: str
) -> tuple[Item, ...]:
    """What a student is asked. `names` are the names of the course's answers, by exercise."""
    known = families(terms.chapter) if terms.roster else {}
    made = []
    for exercise in asked:
        if exercise.id in known:
            number = variant_for(known[exercise.id], terms.secret, student)
            variant = find_variant(number)
            made.append(Item(exercise.id, variant.exercise, variant.answer, variant))
        else:
            made.append(Item(exercise.id, exercise, names[exercise.id]))
    return tuple(made)


def points_of(wanted: Mapping[str, float], among: Sequence[Item]) -> dict[str, float]:
    """Points of each exercise: those wanted, or its own. Raises ValueError."""
    ids = [item.of for item in among]
    for number, points in wanted.items():
        if number not in ids:
            raise ValueError(f"POINTS names {number!r}; the homework has {', '.join(ids)}")
        if not 0 < points < 1000:
            raise ValueError(f"POINTS gives {number} {points:g}; between 0 and 1000 is allowed")
    return {item.of: wanted.get(item.of, item.exercise.points) for item in among}


def shares(exercise: Exercise, points: float) -> tuple[float, ...]:
    """Points of the parts: in the exercise's own proportion, in halves where that can be."""
    own = [part.points for part in exercise.parts]
    exact = [points * one / sum(own) for one in own]
    for unit in (0.5, 0.25, 0.1, 0.01):
        counts = [int(one / unit + 1e-9) for one in exact]
        left = points / unit - sum(counts)
        if abs(left - round(left)) > 1e-6:
            continue
        # What is left goes to the parts that were rounded down the most.
        most = sorted(range(len(own)), key=lambda k: counts[k] - exact[k] / unit)
        for k in most[: round(left)]:
            counts[k] += 1
        if min(counts) > 0:
            return tuple(round(unit * count, 2) for count in counts)
    return tuple(exact)


@dataclass(frozen=True)
class Terms:
    """What an instructor decides of a homework.

    `seed` makes its draws. Where there is a `roster` of student numbers, exercises that have
    variants are asked in variants, drawn by the course's `secret`. `names` are the students' names
    in the order of the roster, or none.
    """

    chapter: int
    title: str
    seed: int
    course: str = ""
    due: str = ""
    secret: str = ""
    roster: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    @property
    def homework(self) -> str:
        """Which homework a notebook belongs to. It tells a seed from another: a short seed could be
        found by trying."""
        mark = hashlib.sha256(f"{self.course} {self.chapter} {self.seed}".encode()).hexdigest()[:6]
        words = re.sub(r"[^a-z0-9]+", "-", self.course.lower()).strip("-")
        return "-".join(part for part in (words, f"chapter-{self.chapter}", mark) if part)


def draw(
    terms: Terms, asked: Sequence[Item], points: Mapping[str, float],
    notebooks: Sequence[nbformat.NotebookNode], given: Mapping[str, Exercise],
    solutions: Mapping[str, str], questions: Sequence[Question],
) -> Assignment:  # fmt: skip
    """The assignment. Equal arguments give an equal one.

    `asked` are one student's items; all students' have the same parts and points. `notebooks` are
    all that students begin with. `given` are the course's exercises and `solutions` the code of
    its answers, by exercise.
    """
    draws = random.Random(terms.seed)
    made = tuple(
        Asked(
            item.of, item.exercise.title, item.answer,
            tuple(
                Part(
                    part.name,
                    worth,
                    tuple(draws.getrandbits(32) for _ in range(SEEDS)),
                )
                for part, worth in zip(
                    item.exercise.parts, shares(item.exercise, points[item.of]), strict=True
                )
            ),
            given_away(given[item.of]), names_in(solutions[item.of]), item.variant is not None,
        )
        for item in asked
    )  # fmt: skip
    code = [cell for made in notebooks for cell in made.cells if cell.cell_type == "code"]
    setup = [cell.source for cell in notebooks[0].cells if "setup" in tags(cell)]
    return Assignment(
        terms.homework, terms.chapter, terms.title, terms.course, terms.due, made,
        tuple(dict.fromkeys(fingerprint(cell.source) for cell in code)),
        tuple(dict.fromkeys(line.strip() for c in code for line in c.source.splitlines())),
        tuple(
            dict.fromkeys(fingerprint(cell.source) for cell in code if _is_demonstration(cell))
        ),
        "\n".join(setup),
        tuple(Written(q.id, q.title, q.points, q.mark) for q in questions),
        terms.secret, terms.roster, terms.names,
    )  # fmt: skip


def _is_demonstration(cell: nbformat.NotebookNode) -> bool:
    """Whether a cell neither sets up nor holds an answer."""
    return "setup" not in tags(cell) and not re.search(r"\bcheck\(", cell.source)


def given_away(exercise: Exercise) -> tuple[str, ...]:
    """Functions of the package that give an exercise's answer, or nearly."""
    own = exercise.own
    if not callable(own):
        return ()
    if ".checks." not in own.__module__:
        return (own.__name__,)
    alike = {own.__name__, f"_{own.__name__}"} & set().union(*_functions().values())
    tree = ast.parse(textwrap.dedent(inspect.getsource(own)))
    modules = {name: _module(node, own) for node in ast.walk(tree) for name in _name(node)}
    return tuple(
        sorted(
            alike | {n for n, m in modules.items() if m.startswith(_PUBLIC) and ".checks." not in m}
        )
    )


@functools.cache
def _functions() -> dict[Path, dict[str, tuple[str, ...]]]:
    """The functions that the package has outside of its checks, by file, with names they read."""
    found = {}
    for path in (ROOT / "stepwise_ssl").rglob("*.py"):
        if not {"checks", "grading"} & set(path.parts):
            body = ast.parse(path.read_text(encoding="utf-8")).body
            made = [node for node in body if isinstance(node, ast.FunctionDef)]
            found[path] = {node.name: names_in(ast.unparse(node)) for node in made}
    return found


def names_in(code: str) -> tuple[str, ...]:
    """All names and attributes that a solution reads."""
    return tuple(sorted({name for node in ast.walk(ast.parse(code)) for name in _name(node)}))


def _name(node: ast.AST) -> tuple[str, ...]:
    if isinstance(node, ast.Name):
        return (node.id,)
    return (node.attr,) if isinstance(node, ast.Attribute) else ()


def _module(node: ast.AST, own: Callable) -> str:
    """Where the function comes from that `modes` or `linear.modes` stands for."""
    if isinstance(node, ast.Name):
        thing = own.__globals__.get(node.id)
    elif isinstance(node.value, ast.Name):
        thing = getattr(own.__globals__.get(node.value.id), node.attr, None)
    else:
        return ""
    return (getattr(thing, "__module__", "") or "") if callable(thing) else ""
