"""A script that Jupyter has exported ("Download as .py"), as one with the marks of cells.

Jupyter writes text as comments, each cell apart by an empty line, and IPython's own lines as calls.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import groupby

_CELL = re.compile(r"^# ?In ?\[[ \d]*\]:", re.M)
_CALL = re.compile(
    r"^([ \t]*)get_ipython\(\)\.(run_line_magic|run_cell_magic|system)\((.*)\)[ \t]*$", re.M
)
_HELP = {"pinfo": "?", "pinfo2": "??"}


def with_marks(text: str) -> str:
    """The script with `# %%` before each cell; another script as it is."""
    if not _CELL.search(text):
        return text
    head, *cells = _CELL.split(text.replace("\r\n", "\n"))
    return head + "".join(f"# %%{one}\n" for cell in cells for one in _of(cell))


def _of(cell: str) -> Iterator[str]:
    """The code, and the cells of text that stand between it and the next code."""
    lines = cell.split("\n")
    end = len(lines)
    while end and (not lines[end - 1].strip() or lines[end - 1].startswith("#")):
        end -= 1
    # Two empty lines end a cell; a comment before them is the code's own.
    while end < len(lines) and lines[end : end + 2] != ["", ""]:
        end += 1
    code = _CALL.sub(_as_typed, "\n".join(lines[:end]))
    yield "\n" + code.strip("\n")  # a magic that begins with %% stands in the first line
    for is_text, block in groupby(lines[end:], key=bool):
        if is_text:
            yield "\n".join([" [markdown]", *block])


def _as_typed(call: re.Match) -> str:
    """A line as the student typed it; a call of another kind stays."""
    try:
        given = ast.literal_eval(f"[{call[3]}]")
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return call[0]
    match call[2], given:
        case "system", [str(command)] if "\n" not in command:
            return f"{call[1]}!{command}"
        case "run_line_magic", [str(name), str(line)] if "\n" not in line:
            typed = f"{line}{_HELP[name]}" if name in _HELP else f"%{name} {line}"
            return f"{call[1]}{typed.rstrip()}"
        case "run_cell_magic", [str(name), str(line), str(body)] if not call[1]:
            return f"%%{name} {line}".rstrip() + f"\n{body}"
    return call[0]
