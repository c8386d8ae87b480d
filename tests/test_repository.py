"""The rules of the house that a program can see, on every file that git tracks or would."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path
from statistics import median

import nbformat
import pytest

from tools.notebooks import BEGIN, END, ROOT

MEGABYTE = 1_000_000


def repository() -> list[Path]:
    """Tracked files, and new ones that git does not ignore."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip(
            "not a git checkout, so nothing says which files count", allow_module_level=True
        )
    names = sorted(set(listed.stdout.split("\0")))
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


FILES = repository()
HERE = Path(__file__).resolve()
WORKFLOWS = ROOT / ".github"


def texts(*suffixes: str) -> dict[Path, str]:
    """The text files with one of these suffixes (all if none is given), without this one."""
    chosen = (p for p in FILES if p != HERE and (not suffixes or p.suffix in suffixes))
    read = {}
    for path in chosen:
        try:
            read[path] = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue
    return read


def found(pattern: str, files: dict[Path, str]) -> list[str]:
    """Where a pattern stands: file:line: text."""
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for path, text in files.items()
        for number, line in enumerate(text.splitlines(), start=1)
        if re.search(pattern, line)
    ]


def test_there_is_something_to_look_at():
    assert len(FILES) > 50
    assert len(texts(".py")) > 30


def test_no_exception_is_caught_without_a_name():
    bare = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path, text in texts(".py").items()
        if path.parent.name != "solutions"
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.ExceptHandler) and node.type is None
    ]
    assert bare == []


def test_no_page_and_no_notebook_may_fail_in_silence():
    silent = r"allow_errors|raises-exception"
    product = {p: t for p, t in texts().items() if ROOT / "tests" not in p.parents}
    assert found(silent, product) == []


def test_nothing_is_installed_from_a_branch():
    assert (
        found(r"archive/(refs/heads|main|master)|/zipball/|git\+https://\S+@(main|master)", texts())
        == []
    )


def test_nothing_is_loaded_from_a_content_network():
    networks = r"cdn\.|cdnjs|jsdelivr|unpkg|googleapis|gstatic|esm\.sh|skypack"
    assert found(networks, texts(".py", ".md", ".js", ".css", ".yml", ".html", ".ipynb")) == []


def test_figures_take_no_style_from_the_network():
    assert found(r"style\.use\(\s*f?['\"]http", texts(".py", ".md", ".ipynb")) == []


def test_pickles_are_not_read():
    loads = r"allow_pickle\s*=\s*True|\bpickle\.loads?\(|weights_only\s*=\s*False"
    assert found(loads, {p: t for p, t in texts(".py").items() if "stepwise_ssl" in p.parts}) == []


def test_no_registry_and_no_machine_is_named():
    # PyTorch's own index of builds for CPUs is the one exception.
    cpu = r"https://download\.pytorch\.org/whl/cpu\b"
    index = rf"--(extra-)?index-url[ =](?!{cpu})\w+:"
    hosts = rf"pypi\.org|pythonhosted|registry\.npmjs|deb\.debian\.org|{index}"
    machines = r"/(root|home|tmp)/\w|[A-Z]:\\Users"
    product = {p: t for p, t in texts().items() if WORKFLOWS not in p.parents}
    assert found(f"{hosts}|{machines}", product) == []


def test_files_are_small():
    sizes = {p.relative_to(ROOT).as_posix(): p.stat().st_size for p in FILES}
    assert {name: size for name, size in sizes.items() if size > 2 * MEGABYTE} == {}
    notebooks = {name: size for name, size in sizes.items() if name.endswith(".ipynb")}
    assert {name: size for name, size in notebooks.items() if size > MEGABYTE} == {}


NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def code_cells(path: Path) -> list[str]:
    cells = nbformat.read(path, as_version=4).cells
    return [cell.source for cell in cells if cell.cell_type == "code"]


@each_notebook
def test_the_students_copy_has_no_markers_and_no_outputs(path):
    text = path.read_text("utf-8")
    assert BEGIN not in text
    assert END not in text
    assert all(cell.get("outputs", []) == [] for cell in nbformat.reads(text, as_version=4).cells)


@each_notebook
def test_code_cells_are_short(path):
    lines = sorted(len(re.findall(r"^.*\S", source, re.M)) for source in code_cells(path))
    assert median(lines) <= 5
    assert lines[int(0.9 * len(lines))] < 20


@pytest.mark.parametrize("path", sorted((ROOT / "solutions").glob("*.ipynb")), ids=lambda p: p.stem)
def test_solutions_have_25_lines_at_most(path):
    assert {
        source[:60]: n for source in code_cells(path) if (n := len(source.splitlines())) > 25
    } == {}


@each_notebook
def test_notebooks_use_plain_markdown(path):
    cells = nbformat.read(path, as_version=4).cells
    prose = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    assert (
        re.findall(r"^:::.*|^```\{.*|\{(?:ref|numref|eq|cite|term|doc|glue)[:}]\S*", prose, re.M)
        == []
    )
