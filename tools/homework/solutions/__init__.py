"""The formulas of the variants: for instructors, and for the tests; not in the package."""

from __future__ import annotations

import importlib


def solution(number: str) -> str:
    """The code of the answer to a function variant such as "2.2v1"; a value variant needs none."""
    of = number.partition("v")[0]
    module = importlib.import_module(f"{__name__}.chapter_{int(of.partition('.')[0]):02d}")
    return module.SOLUTIONS[number]


def solutions(chapter: int) -> dict[str, str]:
    """All solutions of a chapter's function variants."""
    return importlib.import_module(f"{__name__}.chapter_{chapter:02d}").SOLUTIONS
