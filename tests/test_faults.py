"""Training survives what the published table says, and the table says what happens here."""

from __future__ import annotations

import csv

import pytest

from tools.faults import FAULTS, TABLE


@pytest.mark.parametrize("name", FAULTS)
def test_the_fault_does_what_the_table_says(name, tmp_path) -> None:
    row = FAULTS[name](tmp_path)
    with open(TABLE, encoding="utf-8") as file:
        published = list(csv.reader(file))
    assert list(row) in published


def test_the_table_has_no_other_rows() -> None:
    with open(TABLE, encoding="utf-8") as file:
        assert len(list(csv.reader(file))) == 1 + len(FAULTS)
