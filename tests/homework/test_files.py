"""What is handed in is read in every form of file, or refused with a sentence."""

from __future__ import annotations

import re
import zipfile

import nbformat
import pytest
from nbconvert import PythonExporter

from stepwise_ssl.grading import flags
from stepwise_ssl.grading import submission as submissions
from stepwise_ssl.grading.exported import with_marks
from stepwise_ssl.grading.submission import Refused
from stepwise_ssl.grading.words import answers
from tests.homework.submissions import HALF_RIGHT, files, filled, text, with_cells

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


def test_of_several_notebooks_in_a_zip_the_newest_is_graded(hand_out, assignment, tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for year, name, notebook in (
            (2030, "a.ipynb", hand_out),
            (2032, "b.ipynb", filled(hand_out, HALF_RIGHT)),
            (2031, "c.ipynb", hand_out),
            (2033, "d.ipynb", nbformat.v4.new_notebook()),  # not of this homework
        ):
            archive.writestr(zipfile.ZipInfo(name, (year, 1, 1, 0, 0, 0)), text(notebook))
    found = read(path, assignment)
    assert found.notes == ("3 notebooks were handed in; the newest, b.ipynb, is graded.",)
    assert any("def ds_dt" in code and "NotImplemented" not in code for _, code in found.cells)


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


def test_an_answer_in_words_is_found_where_students_write_it(hand_out, assignment):
    first, second = (question.id for question in assignment.questions)
    blank = [(k, c.source) for k, c in enumerate(hand_out.cells) if c.cell_type == "markdown"]
    assert answers(blank, [first, second]) == {first: "", second: ""}

    def with_answer(write):
        texts = []
        for k, source in blank:
            texts += write(k, source) if f"<!-- answer {first} -->" in source else [(k, source)]
        return answers(texts, [first, second])

    ways = (
        lambda k, source: [(k, f"{source}\nBecause.")],
        lambda k, source: [(k, "Because.")],  # over the cell, its mark and all
        lambda k, source: [(k, source), (k, "Because.")],  # in a cell of its own
        lambda k, source: [(k, f"Because.\n{source}")],
    )
    for write in ways:
        assert with_answer(write) == {first: "Because.", second: ""}
    assert with_answer(lambda k, source: [(k, "One."), (k, "Two.")])[first] == "One.\n\nTwo."
    alone = [(1, f"<!-- answer {second} -->\nSo."), (2, f"<!-- answer {first} -->")]
    assert answers(alone, [first, second]) == {first: "", second: "So."}


def test_the_last_cell_says_what_it_finds_and_writes_the_zip(
    hand_out, assignment, tmp_path, monkeypatch, capsys
):
    notebook = filled(hand_out, {"2.3": HALF_RIGHT["2.3"]})
    for cell in notebook.cells:
        if assignment.questions[0].mark in cell.source:
            cell.source += "Because."
        if cell.source.startswith("# Who hands this in"):
            cell.source = cell.source.replace('NUMBER = ""', 'NUMBER = "a/17"')
    (tmp_path / "02_linear_model.ipynb").write_bytes(text(notebook))
    monkeypatch.chdir(tmp_path)
    exec(notebook.cells[-1].source, {})
    said = capsys.readouterr().out
    stands = dict(re.findall(r"^  (\S+) .*?(answered|left blank|missing)$", said, re.M))
    first, second = (question.id for question in assignment.questions)
    blanks = {asked.id: "left blank" for asked in assignment.exercises}
    assert stands == blanks | {"2.3": "answered", first: "answered", second: "left blank"}
    assert "NAME is empty." in said
    name = f"{assignment.homework}-a-17.zip"
    assert f"To hand in: {name}" in said
    assert read(tmp_path / name, assignment).student == "a/17"
    assert "by its name" not in said
    (tmp_path / "02_linear_model.ipynb").write_bytes(text(notebook).replace(b"ds_dt", b"rate"))
    exec(notebook.cells[-1].source, {})
    said = capsys.readouterr().out
    assert re.search(r"2\.3 +ds_dt +missing", said)
    assert "by its name, so one that is missing earns nothing." in said


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_a_script_that_jupyter_exported_is_the_notebook(hand_out, assignment, tmp_path, ends):
    half = filled(hand_out, HALF_RIGHT)
    for cell in half.cells:
        cell.source = cell.source.replace("*Your answer to W2.1, in words:*", "Because.\n\nSo.")
    typed = ["!pip install tqdm\nnp.linalg.eigh?", "%%time\nx = 1", "if x:\n    %pip install a"]
    for magic in typed:
        half.cells.insert(-1, nbformat.v4.new_code_cell(magic))
    script, _ = PythonExporter().from_notebook_node(half)
    assert "get_ipython" in script
    (tmp_path / "a.py").write_text(script, newline=ends)
    found = read(tmp_path / "a.py", assignment)
    codes = [cell.source for cell in half.cells if cell.cell_type == "code"]
    assert [code for _, code in found.cells] == [code.strip() for code in codes]
    assert answers(found.texts, ["W2.1", "W2.2"]) == {"W2.1": "Because.\n\nSo.", "W2.2": ""}
    assert flags.flags_of(assignment, found) == []


def test_of_an_exported_script_other_calls_stay():
    lines = [
        "a = get_ipython().system('ls')", "get_ipython().system('ls\\nrm')",
        "get_ipython().system(x)", "get_ipython().run_line_magic(*'ab')",
    ]  # fmt: skip
    code = "\n".join(lines)
    assert with_marks(f"# In[1]:\n\n\n{code}\n") == f"# %%\n{code}\n"
    assert with_marks(f"# %%\n{code}") == f"# %%\n{code}"
