"""Submissions of chapter 2's homework as students hand them in, with the marks that are due.

`honest` are right, half right, blank and rough ones in every form of file; `attacks` try to be
given more, or to do harm. `make class-test` grades all of them, `make test` a part.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass

import nbformat

from stepwise_ssl.checks import exercises

POINTS = {exercise.id: exercise.points for exercise in exercises(2)}

# Answers that earn some of the points, as learners give them. 2.2 has its check line renamed, 2.3
# has lost it, 2.7 stays blank.
HALF_RIGHT = {
    "2.1": """
def cross_moment(x1, x2):
    return x1.T @ x2 / len(x1)

cross_moment = check("2.1", cross_moment)
""",
    "2.2": """
def gradient(W, Gamma, lam=1.0):
    return 2 * (W @ Gamma @ W.T - np.eye(len(W))) @ W @ Gamma

checked = check("2.2", gradient)
""",
    "2.3": """
def ds_dt(s, gamma):
    return 4 * gamma * s * (1 - gamma * s**2)
""",
    "2.4": """
def singular_values(t, gamma, s0):
    grown = np.exp(8 * gamma * t[:, None])
    return np.sqrt(grown / (1 / s0**2 + (grown - 1) * gamma))

singular_values = check("2.4", singular_values)
""",
    "2.5": """
def step_times(gamma, s0, level=0.5):
    return np.log((1 / (gamma * s0**2) - 1) / (1 / level - 1)) / (8 * gamma)

step_times = check("2.5", step_times)
""",
    "2.6": """
plateaus = (5.0, 3.0, 1.0)
plateaus = check("2.6", plateaus)
""",
    "2.8": """
def final_weights(Gamma, d):
    gamma, V = np.linalg.eigh(Gamma)
    gamma, V = gamma[gamma > 0][:d], V[:, gamma > 0][:, :d]
    return (V / np.sqrt(gamma)).T

final_weights = check("2.8", final_weights)
""",
}
HALF_MARKS = {"2.1": 1, "2.2": 1, "2.3": 3, "2.4": 3, "2.5": 2, "2.6": 1, "2.7": 0, "2.8": 1}
HALF = sum(HALF_MARKS.values())

# Each cell but two fails in its own way.
ROUGH = (
    "import numpy as np",
    "def ds_dt(s, gamma):\n    return 4 * gamma * s * (1 - gamma * s**2)",
    "while True:\n    pass",
    "1 / 0",
    "def broken(:",
    "exit()",
    "import sys\nsys.exit(1)",
    "import os\nos.chdir('/')",
    "def cross_moment(x1, x2):\n    raise KeyboardInterrupt",
    "gradient = 3",
    "plateaus = (5.0, 3.0, 2.0)",
)
ROUGH_MARKS = {**dict.fromkeys(POINTS, 0), "2.3": 3, "2.6": 2}


@dataclass(frozen=True)
class HandedIn:
    """A file, the marks due in all, and what else is due: a flag, a sentence instead of marks."""

    name: str
    data: bytes
    marks: float
    flagged: bool = False
    refused: str = ""


def filled(hand_out: nbformat.NotebookNode, answers: dict[str, str]) -> nbformat.NotebookNode:
    """The hand-out with answers in the place of blanks."""
    notebook = nbformat.from_dict(hand_out)
    for cell in notebook.cells:
        found = re.search(r'check\("(2\.\d)"', cell.source)
        if cell.cell_type == "code" and found and found.group(1) in answers:
            cell.source = answers[found.group(1)]
    return notebook


def with_cells(notebook: nbformat.NotebookNode, *codes: str) -> nbformat.NotebookNode:
    """The notebook with cells at its end."""
    longer = nbformat.from_dict(notebook)
    longer.cells += [nbformat.v4.new_code_cell(code) for code in codes]
    return longer


def text(notebook: nbformat.NotebookNode) -> bytes:
    return nbformat.writes(notebook).encode()


def _zipped(**files: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def files(hand_out: nbformat.NotebookNode) -> list[HandedIn]:
    """A half right notebook in every form of file, and files that are no notebook of this."""
    half = filled(hand_out, HALF_RIGHT)
    data = text(half)
    other = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(f'f = check("4.{k}", f)') for k in (1, 2, 3)]
    )
    script = "\n".join(f"# %%\n{c.source}" for c in half.cells if c.cell_type == "code")
    without = nbformat.from_dict(half)
    without.cells = [c for c in half.cells if "setup" not in c.metadata.get("tags", [])]
    old = nbformat.v3.writes_json(nbformat.convert(nbformat.from_dict(half), 3)).encode()
    moved = nbformat.from_dict(half)
    moved.cells = moved.cells[:3] + moved.cells[:2:-1]
    elsewhere = nbformat.from_dict(half)
    elsewhere.metadata["stepwise"] = {"homework": "another-course", "chapter": 2}
    return [
        HandedIn("half.ipynb", data, HALF),
        HandedIn("bom.ipynb", b"\xef\xbb\xbf" + data, HALF),
        HandedIn("utf16.ipynb", data.decode().encode("utf-16"), HALF),
        HandedIn("cp1252.ipynb", _in_cp1252(half), HALF),
        HandedIn("format3.ipynb", old, HALF),
        HandedIn("script.py", script.encode(), HALF),
        HandedIn(
            "zipped.zip", _zipped(**{"a/half.ipynb": data, "__MACOSX/._half.ipynb": b"x"}), HALF
        ),
        HandedIn("several.zip", _zipped(**{"a.ipynb": data, "other.ipynb": text(other)}), HALF),
        HandedIn("no setup.ipynb", text(without), HALF),
        HandedIn("reordered.ipynb", text(moved), HALF),
        HandedIn("empty.ipynb", b"", 0, refused="The file is empty"),
        HandedIn("cut.ipynb", data[: len(data) // 3], 0, refused="cut off"),
        HandedIn("text.ipynb", b"my homework", 0, refused="no notebook"),
        HandedIn("other.ipynb", text(other), 0, refused="This is chapter 4's notebook"),
        HandedIn("elsewhere.ipynb", text(elsewhere), 0, refused="another homework"),
        HandedIn("no code.ipynb", text(nbformat.v4.new_notebook()), 0, refused="without code"),
        HandedIn("nothing.zip", _zipped(**{"a.txt": b"x"}), 0, refused="no notebook"),
        HandedIn("broken.zip", b"PK\x03\x04 and no more", 0, refused="cannot be opened"),
    ]


def _in_cp1252(notebook: nbformat.NotebookNode) -> bytes:
    return nbformat.writes(notebook).encode("cp1252", errors="replace")


def honest(hand_out: nbformat.NotebookNode, solution: nbformat.NotebookNode) -> list[HandedIn]:
    """Whole, half, no and rough work."""
    rough = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in ROUGH])
    rough.metadata["kernelspec"] = {"display_name": "Mine", "name": "my-environment"}
    return [
        HandedIn("perfect.ipynb", text(solution), sum(POINTS.values())),
        HandedIn("blank.ipynb", text(hand_out), 0),
        HandedIn("rough.ipynb", text(rough), sum(ROUGH_MARKS.values()), flagged=True),
    ]
