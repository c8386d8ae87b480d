"""Finding an exercise by its number."""

from __future__ import annotations

import importlib
import pkgutil

from .engine import Exercise
from .variants import find_variant


def chapters() -> tuple[int, ...]:
    """The chapters that have exercises."""
    package = importlib.import_module(__package__)
    names = (module.name for module in pkgutil.iter_modules(package.__path__))
    return tuple(sorted(int(n.removeprefix("chapter_")) for n in names if n.startswith("chapter_")))


def exercises(chapter: int) -> tuple[Exercise, ...]:
    """All exercises of a chapter, in order. Raises ValueError for a chapter without any."""
    if chapter not in chapters():
        raise ValueError(f"chapter {chapter!r} has no exercises; chapters: {list(chapters())}")
    return importlib.import_module(f"{__package__}.chapter_{chapter:02d}").EXERCISES


def find(exercise_id: str) -> Exercise:
    """The exercise with this number, such as "2.4", or the variant, such as "2.2v1".

    Raises ValueError for an unknown one.
    """
    exercise_id = str(exercise_id)  # so that check(2.4, f) works too
    if "v" in exercise_id:
        return find_variant(exercise_id).exercise
    chapter, _, number = exercise_id.partition(".")
    if chapter.isdigit() and int(chapter) in chapters() and number:
        for exercise in exercises(int(chapter)):
            if exercise.id == exercise_id:
                return exercise
    known = [e.id for c in chapters() for e in exercises(c)]
    raise ValueError(f"exercise_id is {exercise_id!r}; the exercises are {', '.join(known)}")
