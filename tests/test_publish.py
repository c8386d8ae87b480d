"""`make publish OWNER=name` writes the address of a copy everywhere, and nothing else."""

from __future__ import annotations

import pytest

from tools import publish
from tools.notebooks import ROOT, repository

OLD = repository()["url"].split("/")[-2]


def test_no_file_keeps_the_old_address():
    files = [path for path in publish.tracked() if path.name != "publish.py"]
    changed = publish.changes(OLD, "somebody-else", files)
    assert ROOT / "_config.yml" in changed
    notebooks = {
        path for path in files if path.suffix == ".ipynb" and path.parent.name == "notebooks"
    }
    assert notebooks <= set(changed)
    left = [
        f"{path.name}: {line.strip()[:90]}"
        for path, text in changed.items()
        for line in text.splitlines()
        if any(form.format(OLD) in line for form in publish.FORMS)
    ]
    assert left == []


def test_it_goes_back_and_forth_without_a_trace():
    files = [ROOT / "_config.yml", *sorted((ROOT / "notebooks").glob("*.ipynb"))]
    there = publish.changes(OLD, "somebody-else", files)
    for path, text in there.items():
        back = text
        for form in publish.FORMS:
            back = back.replace(form.format("somebody-else"), form.format(OLD))
        assert back == path.read_text("utf-8")


@pytest.mark.parametrize("owner", ["", "a b", "a-", "a--b", "a/b", "a" * 40])
def test_it_refuses_what_is_no_owner(owner, capsys):
    with pytest.raises(SystemExit):
        publish.main([owner])
    assert "GitHub allows" in capsys.readouterr().err
