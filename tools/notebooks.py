"""Make the notebooks from their sources.

solutions/NN_name.py (jupytext percent) is the one source. It gives
  solutions/NN_name.ipynb   executed, outputs kept, with the solutions
  notebooks/NN_name.ipynb   the student's copy: blanks, no outputs
starters/name.py gives starters/name.ipynb, the start of an open problem: no blanks, no outputs.
Run it as `make notebooks`, or `python -m tools.notebooks 02_linear_model` for one.
"""

from __future__ import annotations

import argparse
import ast
import base64
import copy
import io
import os
import re
import sys
from collections.abc import Iterable
from pathlib import Path

import jupytext
import nbformat
import yaml
from nbclient import NotebookClient
from PIL import Image

from tools.site.figures import NARROW, kernels

ROOT = Path(__file__).resolve().parent.parent
BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
NBVAL_MARK = "# NBVAL_CHECK_OUTPUT\n"
EXPECTED = re.compile(r"<!-- expected-figure: (\d+\.\d+) -->\n?")
EXPECTED_WIDTH = 460  # pixels: large enough to compare with, small enough not to be the answer

INSTALL = """\
# Run this first: on Colab it installs the course's package.
import importlib.util

if importlib.util.find_spec("stepwise_ssl") is None:
    %pip install -q {archive}"""

CHECKS = """\
Each exercise has a blank and ends with `check(...)`, which answers *right*, *not yet*, *wrong* or
*raised*, and says why. Hints open one by one. A blank that you skip is filled with the course's own
answer, so the notebook always runs to its end."""

KEEP = """\
## Keep your progress

The line below says which of your answers are right. Paste it on the course's home page, under "Your
progress": it stays in your browser and goes nowhere else."""
KEEP_CODE = """\
from stepwise_ssl.checks import progress

print(progress({chapter}))"""

CHECKS_GRADED = """\
Each exercise that is asked has a blank and ends with `check(...)`, which tests it on a few draws
and says what it found. The marks come from the same tests on other draws. The last cell writes the
file to hand in; keep the notebook's name."""


def sources() -> list[Path]:
    """The sources of all notebooks, in order."""
    return sorted((ROOT / "solutions").glob("[0-9][0-9]_*.py"))


def starters() -> list[Path]:
    """The sources of the open problems' notebooks."""
    return sorted((ROOT / "starters").glob("*.py"))


def repository() -> dict:
    """The repository's address and branch, from _config.yml, its only home."""
    return yaml.safe_load((ROOT / "_config.yml").read_text())["repository"]


def version() -> str:
    text = (ROOT / "stepwise_ssl" / "__init__.py").read_text()
    return re.search(r'^__version__ = "(.+)"$', text, re.M).group(1)


def colab_address(name: str, folder: str = "notebooks") -> str:
    repo = repository()
    path = repo["url"].replace("https://github.com/", "")
    return f"https://colab.research.google.com/github/{path}/blob/{repo['branch']}/{folder}/{name}.ipynb"


def colab_link(name: str) -> str:
    return f"[Open the exercises in Colab]({colab_address(name)})\n\n"


def read_source(source: Path) -> nbformat.NotebookNode:
    """The source as a notebook, with the cells that every notebook has in common."""
    return opened(source, f"{colab_link(source.stem)}{CHECKS}")


def starter_cells(source: Path) -> nbformat.NotebookNode:
    """The notebook of an open problem, as it is handed out."""
    address = colab_address(source.stem, source.parent.name)
    return finish(opened(source, f"[Open this notebook in Colab]({address})"))


def install_cell() -> nbformat.NotebookNode:
    """The cell that installs the package on Colab and on other machines that lack it."""
    archive = f"{repository()['url']}/archive/refs/tags/v{version()}.zip"
    return nbformat.v4.new_code_cell(INSTALL.format(archive=archive))


def opened(source: Path, below_title: str) -> nbformat.NotebookNode:
    """The source as a notebook, with a cell for Colab below its title."""
    notebook = jupytext.read(source, fmt="py:percent")
    title, *rest = notebook.cells
    title.source += f"\n\n{below_title}"
    notebook.cells = [title, install_cell(), *rest]
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
    )
    return notebook


def finish(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Stable cell ids and one notebook format, so that equal sources give equal files."""
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number:03d}"
    nbformat.validate(notebook)
    return notebook


def tags(cell: nbformat.NotebookNode) -> list[str]:
    return cell.metadata.get("tags", [])


def solution_cells(source: Path) -> nbformat.NotebookNode:
    """The solution notebook before it is executed."""
    notebook = read_source(source)
    notebook.metadata["nosearch"] = True  # keep solutions out of the site's search
    title = notebook.cells[0]
    title.source = title.source.replace(": exercises\n", ": solutions\n", 1)
    for cell in notebook.cells:
        cell.source = EXPECTED.sub("", cell.source)
        if cell.cell_type == "code":
            cell.source = re.sub(rf"^ *({BEGIN}|{END})\n?", "", cell.source, flags=re.M)
    return finish(notebook)


def student_cells(
    source: Path, figures: dict[str, str], graded: bool = False
) -> nbformat.NotebookNode:
    """The student's notebook. `figures` are the expected figures, as Markdown, by exercise."""
    notebook = read_source(source)
    kept = []
    for cell in notebook.cells:
        if "solution-only" in tags(cell):
            continue
        if cell.cell_type == "code":
            cell.source = cut(cell.source).replace(NBVAL_MARK, "")
            if graded:
                cell.source = cell.source.replace(
                    "from stepwise_ssl.checks import check",
                    "from stepwise_ssl.checks import graded_check as check",
                )
        else:
            cell.source = EXPECTED.sub(lambda m: figures[m.group(1)] + "\n", cell.source)
            if graded:  # without the link: it opens the self-study notebook
                cell.source = cell.source.replace(colab_link(source.stem), "")
                cell.source = cell.source.replace(CHECKS, CHECKS_GRADED)
        kept.append(cell)
    if not graded:
        code = KEEP_CODE.format(chapter=int(source.stem[:2]))
        kept += [nbformat.v4.new_markdown_cell(KEEP), nbformat.v4.new_code_cell(code)]
    notebook.cells = kept
    return finish(notebook)


def cut(code: str) -> str:
    """Replace the solution regions of a code cell by blanks.

    Inside a function the blank raises NotImplementedError with the exercise's number; at the top
    level every name that the region assigns becomes `...`.
    """
    out: list[str] = []
    region: list[str] | None = None
    exercise = re.search(r'check\("(\d+\.\d+)"', code)
    for line in code.splitlines():
        if line.strip() == BEGIN:
            region = []
        elif line.strip() == END:
            out += blank(region, exercise.group(1))
            region = None
        elif region is not None:
            region.append(line)
        else:
            out.append(line)
    if region is not None:
        raise ValueError(f"a solution region is not closed: {code[:80]!r}")
    return "\n".join(out)


def blank(region: list[str], exercise: str) -> list[str]:
    indent = re.match(r" *", region[0]).group()
    if indent:
        return [
            f"{indent}# Your answer here",
            f'{indent}raise NotImplementedError("Exercise {exercise}")',
        ]
    names = [
        target.id
        for statement in ast.parse("\n".join(region)).body
        if isinstance(statement, ast.Assign)
        for target in statement.targets
    ]
    return [f"{name} = ...  # Your answer here" for name in names]


def execute(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    notebook = copy.deepcopy(notebook)
    client = NotebookClient(
        notebook, timeout=3600, kernel_name="python3", record_timing=False,
        resources={"metadata": {"path": str(ROOT / "solutions")}},
    )  # fmt: skip
    client.execute(env=os.environ | kernels(ROOT / "_build" / "ipython"))
    notebook.metadata.pop("widgets", None)
    notebook.metadata["language_info"] = {"name": "python"}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = merge_streams(o for o in cell.outputs if o.get("name") != "stderr")
    return notebook


def merge_streams(outputs: Iterable[nbformat.NotebookNode]) -> list[nbformat.NotebookNode]:
    """Join neighbouring pieces of printed text: how a kernel cuts them depends on its timing."""
    merged: list[nbformat.NotebookNode] = []
    for output in outputs:
        if merged and output.output_type == merged[-1].output_type == "stream":
            merged[-1].text += output.text
        else:
            merged.append(output)
    return merged


def expected_figures(executed: nbformat.NotebookNode) -> dict[str, str]:
    """The figures of the cells tagged `expected:N.M`, small, as Markdown with a data address."""
    figures = {}
    for cell in executed.cells:
        for tag in tags(cell):
            if tag.startswith("expected:"):
                alt = cell.metadata["mystnb"]["image"]["alt"]
                drawings = next(o.data for o in cell.outputs if "image/png" in o.get("data", {}))
                png = drawings.get(NARROW, drawings["image/png"])
                exercise = tag.removeprefix("expected:")
                alt = f"Expected figure of exercise {exercise}. {alt}"
                figures[exercise] = (
                    "What the figure should look like:\n\n"
                    f"![{alt}](data:image/png;base64,{shrink(png)})"
                )
    return figures


def shrink(png: str) -> str:
    """A PNG (base64) at the width of an expected figure, with a palette of 64 colours."""
    image = Image.open(io.BytesIO(base64.b64decode(png))).convert("RGB")
    height = round(image.height * EXPECTED_WIDTH / image.width)
    image = image.resize((EXPECTED_WIDTH, height), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    image.quantize(64).save(buffer, "PNG", optimize=True)
    return base64.b64encode(buffer.getvalue()).decode()


def write(notebook: nbformat.NotebookNode, path: Path) -> None:
    """Write whole or not at all."""
    path.parent.mkdir(exist_ok=True)
    scratch = path.with_suffix(".ipynb.part")
    scratch.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")
    scratch.replace(path)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    problems = {source.stem: source for source in starters()}
    names = [*(source.stem for source in sources()), *problems]
    parser.add_argument("names", nargs="*", default=names, help="notebooks to make (default: all)")
    wanted = parser.parse_args(arguments).names
    for name in wanted:
        if name not in names:
            parser.error(f"no source for {name!r}; there are {', '.join(names)}")
        if name in problems:
            write(starter_cells(problems[name]), problems[name].with_suffix(".ipynb"))
            continue
        source = ROOT / "solutions" / f"{name}.py"
        print(f"{name}: executing the solution", flush=True)
        executed = execute(solution_cells(source))
        write(executed, ROOT / "solutions" / f"{name}.ipynb")
        write(
            student_cells(source, expected_figures(executed)), ROOT / "notebooks" / f"{name}.ipynb"
        )
    print(f"{len(wanted)} notebooks made")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
