"""The right answers to a chapter's exercises: those by hand, and those from outside."""

from __future__ import annotations

import importlib

from stepwise_ssl.checks import exercises
from tools.mutation import from_outside


def right_answers(chapter: int) -> dict[str, dict[str, str]]:
    """By exercise and title; a title of another round's answer has that round's place before it."""
    by_hand = importlib.import_module(f"tests.answers.chapter_{chapter:02d}").RIGHT
    found = {}
    for exercise in exercises(chapter):
        found[exercise.id] = dict(by_hand[exercise.id])
        for k, (_, right) in enumerate(from_outside(exercise.id)):
            found[exercise.id] |= {f"outside {k}: {title}": code for title, code in right.items()}
    return found
