"""A family of variants of one exercise, and which of them a student is asked."""

from __future__ import annotations

import hashlib
import importlib
import inspect
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..engine import Exercise

MOST = 1000  # different numbers that a value exercise can be asked with


@dataclass(frozen=True)
class Variant:
    """One way to ask: the task in Markdown, the cell with the blank, and the check.

    The check's `own` computes the right result without its formula.
    """

    task: str
    stub: str
    hints: tuple[str, ...]
    exercise: Exercise

    @property
    def answer(self) -> str:
        """The name that the notebook gives to the answer."""
        return self.stub.split(' = check("')[0].splitlines()[-1].strip()


@dataclass(frozen=True)
class Family:
    """All variants of the exercise `of`; `make(k)` makes number k, from 0 to `count` − 1."""

    of: str
    count: int
    make: Callable[[int], Variant]

    def id(self, k: int) -> str:
        """The number of a variant, such as "2.2v1"."""
        return f"{self.of}v{k}"


class Numerically:
    """A function that stands for the formula of a variant: right, slow, and without its code."""

    def __init__(self, function: Callable[..., Any]):
        self._function = function
        self.__signature__ = inspect.signature(function)
        self.__name__ = function.__name__
        self.__module__ = __name__

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._function(*args, **kwargs)


def families(chapter: int) -> dict[str, Family]:
    """The families of a chapter by the exercise that they belong to; none where it has none."""
    package = importlib.import_module(__package__)
    name = f"chapter_{chapter:02d}"
    if name not in {module.name for module in pkgutil.iter_modules(package.__path__)}:
        return {}
    module = importlib.import_module(f"{__package__}.{name}")
    return {family.of: family for family in module.FAMILIES}


def find_variant(number: str) -> Variant:
    """The variant with a number such as "2.2v1". Raises ValueError for one that there is not."""
    of, _, which = number.partition("v")
    chapter = of.partition(".")[0]
    family = families(int(chapter)).get(of) if chapter.isdigit() else None
    if family is None or not which.isdecimal() or int(which) >= family.count:
        raise ValueError(f"exercise_id is {number!r}; there is no such variant")
    return family.make(int(which))


def variant_for(family: Family, secret: str, student: str) -> str:
    """The number of the variant that a student is asked: drawn by the course's secret."""
    text = f"{secret}\n{student.strip()}\n{family.of}"
    digest = hashlib.sha256(text.encode()).digest()
    return family.id(int.from_bytes(digest[:8], "big") % family.count)
