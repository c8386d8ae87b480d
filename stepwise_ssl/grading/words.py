"""Answers in words: where they stand in a notebook."""

from __future__ import annotations

from collections.abc import Sequence


def mark_of(question: str) -> str:
    """How the cell begins that a student writes the answer to a question into."""
    return f"<!-- answer {question} -->"


def prompt_of(question: str) -> str:
    """What stands in that cell before there is an answer."""
    return f"*Your answer to {question}, in words:*"


def answers(texts: Sequence[tuple[int, str]], questions: Sequence[str]) -> dict[str, str]:
    """The answer to each question, "" where there is none.

    It is all text between the question and what comes next: students write over the cell that is
    meant for it, or below it. `texts` are the notebook's cells of text.
    """
    found: dict[str, list[str]] = {question: [] for question in questions}
    now = ""
    for _, text in texts:
        asked = next((q for q in questions if text.lstrip().startswith(f"## {q} ")), "")
        answered = next((q for q in questions if mark_of(q) in text), "")
        now = asked or answered or now
        if now and not asked:
            found[now].append(text.replace(mark_of(now), "").replace(prompt_of(now), "").strip())
    return {question: "\n\n".join(filter(None, parts)) for question, parts in found.items()}
