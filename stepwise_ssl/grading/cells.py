"""Which cells of a submission have to run for its answers.

The hand-out's own demonstrations take most of a notebook's time, and no answer needs them. A cell
is left out if the student has left it as it was, it holds no answer, and no cell that runs reads a
name that it makes.
"""

from __future__ import annotations

import ast
import contextlib
import hashlib
import re
import symtable
import textwrap
from collections.abc import Iterable, Sequence

# Magics whose text is Python that runs in the notebook, with their options; and IPython's other
# lines: magics, commands of the shell, questions for help.
# No part of them is read in two ways: else a long line would take the square of its length. An
# option is a word: `%time -f()` computes a negative number.
PYTHON_MAGIC = (
    r"%%?(?:time|timeit|prun|capture)\b(?>(?:[ \t]+-[\w-]++(?!\S)(?:[ \t]+\d+\b)?)*[ \t]*)"
)
_FIRST = re.compile(rf"\A\s*{PYTHON_MAGIC}(?:\w*[ \t]*$)?", re.M)
_PROMPT = re.compile(r"^(?:>>>|\.\.\.|In \[\d+\]:| +\.{3,}:) ?", re.M)  # pasted with the code
_TIMED = re.compile(rf"^([ \t]*){PYTHON_MAGIC}(?=\S)", re.M)
_LINE = r"(?:%{1,2}[A-Za-z]|!(?!=)|\?|[,;/]\w)(?:[^\n]*\\\n)*[^\n]*"
_OTHER = re.compile(rf"^([ \t]*)(?:{_LINE}|[^\n#'\"\s][^\n#'\"]*(?<=[\w*\]])\?\??[ \t]*$)", re.M)
_ASSIGNED = re.compile(rf"^([^\n=]*=[ \t]*){_LINE}", re.M)


def fingerprint(code: str) -> str:
    """The same for two cells that differ in blanks at the ends of their lines alone."""
    lines = [line.rstrip() for line in code.strip().splitlines()]
    return hashlib.sha256("\n".join(lines).encode(errors="replace")).hexdigest()


def as_python(code: str) -> str:
    """A cell to be read and not run: its Python line by line, `pass` for IPython's own lines.

    IPython's translation hides the Python of a `%%time` cell in a string, and reads the whole cell
    anew for each of its lines.
    """
    code = code.removeprefix("\ufeff")
    with contextlib.suppress(SyntaxError, ValueError, RecursionError, MemoryError):
        ast.parse(code)
        return code
    code = textwrap.dedent(_PROMPT.sub("", code))
    if re.match(r"\s*%%", code):
        code = _FIRST.sub("", code) if _FIRST.match(code) else ""
    code = _TIMED.sub(r"\1", code)
    code = _ASSIGNED.sub(lambda m: f"{m[1]}None" + "\n" * m[0].count("\n"), code)
    return _OTHER.sub(lambda m: f"{m[1]}pass" + "\n" * m[0].count("\n"), code)


def needed(
    cells: Sequence[tuple[int, str]], demonstrations: Iterable[str]
) -> list[tuple[int, str]]:
    """The cells to run, in order. `demonstrations` are fingerprints of the hand-out's own."""
    demonstrations = set(demonstrations)
    names = [_names(code) for _, code in cells]
    runs = [fingerprint(code) not in demonstrations for _, code in cells]
    changed = True
    while changed:
        changed = False
        read = set().union(*(n[1] for n, run in zip(names, runs, strict=True) if run))
        for k, (made, _) in enumerate(names):
            if not runs[k] and made & read:
                runs[k] = changed = True
    return [cell for cell, run in zip(cells, runs, strict=True) if run]


def _names(code: str) -> tuple[set[str], set[str]]:
    """Names that a cell makes or changes at its top level, and names that it reads from there."""
    try:
        table = symtable.symtable(as_python(code), "cell", "exec")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set(), set()
    made = {s.get_name() for s in table.get_symbols() if s.is_assigned() or s.is_imported()}
    read = {s.get_name() for s in table.get_symbols() if s.is_referenced()}
    inner = list(table.get_children())
    while inner:
        scope = inner.pop()
        inner += scope.get_children()
        read |= {s.get_name() for s in scope.get_symbols() if s.is_global()}
    return made, read
