"""What is handed in is read in every form of file, or refused with a sentence."""

from __future__ import annotations

import pytest

from stepwise_ssl.grading import submission as submissions
from stepwise_ssl.grading.submission import Refused
from tests.homework.submissions import files, filled, text, with_cells

CHAPTER = 2


def test_every_form_of_file_gives_the_same_code(hand_out, assignment, tmp_path):
    wanted = None
    for one in files(hand_out):
        path = tmp_path / one.name
        path.write_bytes(one.data)
        if one.refused:
            with pytest.raises(Refused, match=one.refused):
                submissions.read(path, CHAPTER, assignment.homework)
            continue
        codes = {code.strip() for _, code in read(path, assignment).cells if "def " in code}
        wanted = wanted or codes
        if one.name not in ("cp1252.ipynb", "no setup.ipynb"):  # the first has lost its Greek
            assert codes == wanted, one.name


def read(path, assignment):
    return submissions.read(path, CHAPTER, assignment.homework)


def test_what_had_to_be_put_right_is_said(hand_out, assignment, tmp_path):
    path = tmp_path / "a.ipynb"
    path.write_bytes(text(hand_out).decode().encode("utf-16"))
    assert read(path, assignment).notes == ("Saved as utf-16.",)


def test_the_student_is_read_and_not_executed(hand_out, assignment, tmp_path):
    notebook = with_cells(filled(hand_out, {}), 'NUMBER = __import__("os").getcwd()')
    about = next(c for c in notebook.cells if c.source.startswith("# Who hands this in"))
    about.source = 'NAME = "A"\nNUMBER = " 17 "\nHELP = "none"'
    path = tmp_path / "a.ipynb"
    path.write_bytes(text(notebook))
    found = read(path, assignment)
    assert found.student == "17"
    assert found.about == {"NAME": "A", "NUMBER": " 17 ", "HELP": "none"}


def test_a_file_that_is_too_large_or_not_there_is_refused(assignment, tmp_path, monkeypatch):
    with pytest.raises(Refused, match="cannot be read"):
        read(tmp_path / "none.ipynb", assignment)
    monkeypatch.setattr(submissions, "LARGEST", 10)
    (tmp_path / "a.ipynb").write_bytes(b"x" * 11)
    with pytest.raises(Refused, match="larger than"):
        read(tmp_path / "a.ipynb", assignment)
