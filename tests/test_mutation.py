"""The checks of every exercise against wrong answers, mutants and unusual right answers."""

import pytest

from stepwise_ssl.checks import chapters
from tools.mutation import TABLE, Row, examine, table


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return [row for chapter in chapters() for row in examine(chapter)]


def test_every_answer_gets_its_verdict(rows, capsys):
    with capsys.disabled():
        print("\n\nMutation table\n" + table(rows))
    assert [failure for row in rows for failure in row.failures] == []


def test_nine_in_ten_wrong_answers_are_named(rows):
    for row in rows:
        assert row.hand_written >= 4, f"{row.exercise} has {row.hand_written} wrong answers"
        assert row.unusual >= 2, f"{row.exercise} has {row.unusual} unusual right answers"
    assert sum(row.named for row in rows) >= 0.9 * sum(row.hand_written for row in rows)


def test_the_published_table_is_the_measured_one(rows):
    assert TABLE.read_text() == table(rows), "run `make notebooks`: it writes the table anew"
