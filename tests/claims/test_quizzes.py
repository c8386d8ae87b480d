"""The quizzes of all chapters: one right choice a question, and its place cannot be guessed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PAGES = sorted((Path(__file__).resolve().parents[2] / "book").glob("[0-9][0-9]_*.md"))
QUESTION = re.compile(r"^::::\{admonition\} Question \d+\n(.*?)^::::$", re.M | re.S)
CHOICE = re.compile(
    r"^:::\{dropdown\} \((.)\) .*\n:class-container: quiz-choice quiz-(right|wrong)$", re.M
)


def right_ones(page: Path) -> list[str]:
    found = []
    for question in QUESTION.findall(page.read_text(encoding="utf-8")):
        choices = CHOICE.findall(question)
        letters = "".join(letter for letter, _ in choices)
        assert letters in ("abc", "abcd")
        (right,) = (letter for letter, kind in choices if kind == "right")
        found.append(right)
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_no_letter_is_right_in_most_questions_of_a_page(page: Path) -> None:
    right = right_ones(page)
    assert len(right) >= 3
    assert max(map(right.count, right)) <= len(right) / 2


def test_no_letter_is_right_in_a_third_of_all_questions() -> None:
    right = sum(map(right_ones, PAGES), [])
    assert set(right) == set("abcd")
    assert max(map(right.count, right)) <= len(right) / 3


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_one_question_of_each_page_asks_for_a_number(page: Path) -> None:
    titles = [
        re.findall(r"^:::\{dropdown\} \(.\) (.*)$", question, re.M)
        for question in QUESTION.findall(page.read_text(encoding="utf-8"))
    ]
    number = re.compile(r"[−\d]")
    assert any(choices and all(map(number.match, choices)) for choices in titles)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_an_answer_leaves_the_verdict_to_the_site(page: Path) -> None:
    answers = re.findall(
        r"^:class-container: quiz-choice quiz-\w+\n\n?(.*)$", page.read_text("utf-8"), re.M
    )
    assert len(answers) >= 9
    assert [
        answer for answer in answers if re.match(r"(Right|Not this one|Wrong|Yes|No)[.:,]", answer)
    ] == []
