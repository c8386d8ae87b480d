"""Mutation tests of the exercise checks: wrong answers must be refused, right ones taken.

For each exercise it runs the wrong answers written by hand in tests/answers/, mutants of the
reference solution made by program, and a few unusual right answers. `python -m tools.mutation`
writes the table that the book shows (book/assets/mutation_table.csv).
"""

from __future__ import annotations

import ast
import contextlib
import copy
import csv
import functools
import importlib
import io
import linecache
import pkgutil
import warnings
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jupytext
import numpy as np

from stepwise_ssl.checks import Exercise, chapters, exercises
from stepwise_ssl.checks.engine import RIGHT, Outcome, run
from tests.answers import outside
from tools.notebooks import BEGIN, ROOT, sources

TABLE = ROOT / "book" / "assets" / "mutation_table.csv"


@dataclass
class Row:
    """What became of the answers to one exercise; the lists hold the names of failures."""

    exercise: str
    hand_written: int = 0
    hand_written_refused: int = 0
    named: int = 0
    generated: int = 0
    generated_refused: int = 0
    unusual: int = 0
    unusual_accepted: int = 0
    outside: int = 0
    outside_refused: int = 0
    outside_told: int = 0
    outside_right: int = 0
    outside_accepted: int = 0
    failures: list[str] = field(default_factory=list)

    HEADER = ("exercise", "by hand", "told", "mutants", "right", "outside", "told", "right")

    def cells(self) -> list[str]:
        """What was refused, or for right answers accepted, of what was tried; and what was told."""
        return [
            self.exercise,
            f"{self.hand_written_refused}/{self.hand_written}",
            str(self.named),
            f"{self.generated_refused}/{self.generated}",
            f"{self.unusual_accepted}/{self.unusual}",
            f"{self.outside_refused}/{self.outside}",
            str(self.outside_told),
            f"{self.outside_accepted}/{self.outside_right}",
        ]


def reference_cells(chapter: int) -> tuple[dict[str, Any], dict[str, tuple[str, str]]]:
    """The namespace of a chapter's notebook, and each solution's name and source by exercise."""
    source = next(s for s in sources() if s.stem.startswith(f"{chapter:02d}_"))
    namespace: dict[str, Any] = {}
    solutions: dict[str, tuple[str, str]] = {}
    for cell in jupytext.read(source, fmt="py:percent").cells:
        if cell.cell_type != "code":
            continue
        kept = []
        check = None
        for node in ast.parse(cell.source).body:
            if _is_check(node):
                check = node
            elif BEGIN in cell.source or isinstance(
                node, ast.Import | ast.ImportFrom | ast.FunctionDef | ast.ClassDef
            ):
                kept.append(ast.unparse(node))
        code = "\n".join(kept)
        exec(compile(code, f"<{source.name}>", "exec"), namespace)
        if check:
            solutions[check.value.args[0].value] = (check.targets[0].id, code)
    return namespace, solutions


def _is_check(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Name)
        and node.value.func.id == "check"
    )


def answer_from(code: str, namespace: dict[str, Any], name: str) -> Any:
    """Execute an answer's source in a copy of the notebook's namespace; return its object.

    As in a notebook, its lines can be looked up afterwards.
    """
    scope = dict(namespace)
    file = f"<answer {zlib.crc32(code.encode())}>"
    linecache.cache[file] = len(code), None, code.splitlines(keepends=True), file
    exec(compile(code, file, "exec"), scope)
    return scope[name]


class _Mutator(ast.NodeTransformer):
    """Applies the `target`-th possible mutation and remembers what it was."""

    SWAPS = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult}

    def __init__(self, target: int):
        self.target, self.seen, self.description = target, -1, ""

    def _here(self) -> bool:
        self.seen += 1
        return self.seen == self.target

    def _replace(self, old: ast.expr, new: ast.expr) -> ast.expr:
        self.description = f"{ast.unparse(old)}  →  {ast.unparse(new)}"
        return ast.copy_location(new, old)

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        if type(node.op) in self.SWAPS and self._here():
            new = ast.BinOp(node.left, self.SWAPS[type(node.op)](), node.right)
            return self._replace(node, new)
        if isinstance(node.op, ast.MatMult) and self._here():
            return self._replace(node, ast.BinOp(node.right, node.op, node.left))
        if isinstance(node.op, ast.Pow) and self._here():
            return self._replace(node, node.left)
        return self.generic_visit(node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.expr:
        if isinstance(node.op, ast.USub) and self._here():
            return self._replace(node, node.operand)
        return self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        if node.attr == "T" and self._here():
            return self._replace(node, node.value)
        return self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        number = isinstance(node.value, int | float) and not isinstance(node.value, bool)
        if number and abs(node.value) > 1e-3 and self._here():  # below: guards against zero
            return self._replace(node, ast.Constant(2 * node.value))
        return node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        function = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        if function == "sqrt" and len(node.args) == 1 and self._here():
            return self._replace(node, node.args[0])
        if function == "where" and len(node.args) == 3 and self._here():
            swapped = ast.Call(node.func, [node.args[0], node.args[2], node.args[1]], [])
            return self._replace(node, swapped)
        return self.generic_visit(node)


def source_mutants(code: str) -> Iterator[tuple[str, str]]:
    """Every solution that differs from `code` by one operator, factor, root, sign or transpose."""
    target = 0
    while True:
        mutator = _Mutator(target)
        tree = ast.parse(code)
        for function in [n for n in tree.body if isinstance(n, ast.FunctionDef)]:
            function.body = [mutator.visit(statement) for statement in function.body]
        if not mutator.description:
            return
        yield mutator.description, ast.unparse(ast.fix_missing_locations(tree))
        target += 1


def _first(result: Any, change: Callable[[Any], Any]) -> Any:
    """Apply a change to a result, or to the first of several."""
    if isinstance(result, tuple):
        return (change(result[0]), *result[1:])
    return change(result)


def _with_nan(x: Any) -> Any:
    x = copy.deepcopy(np.asarray(x.detach() if hasattr(x, "detach") else x, dtype=float))
    x.flat[0] = np.nan
    return x


OUTPUT_MUTANTS: dict[str, Callable[[Any], Any]] = {
    "result negated": lambda x: -x,
    "result doubled": lambda x: 2 * x,
    "result off by 1 %": lambda x: 1.01 * x,
    "result is zero": lambda x: 0 * x,
    "result plus one": lambda x: x + 1,
    "result has a NaN": _with_nan,
    "result in a longer shape": lambda x: np.stack([np.asarray(x), np.asarray(x)]),
    "result is None": lambda x: None,
    "result is text": lambda x: "0.5",
}


def output_mutants(answer: Any) -> Iterator[tuple[str, Any]]:
    """The reference with its result changed."""
    for name, change in OUTPUT_MUTANTS.items():
        if callable(answer):
            yield name, _after(answer, change)
        else:
            yield name, _first(answer, change)


def _after(answer: Callable, change: Callable[[Any], Any]) -> Callable:
    @functools.wraps(answer)
    def mutant(*args: Any, **kwargs: Any) -> Any:
        return _first(answer(*args, **kwargs), change)

    return mutant


def quiet_run(exercise: Exercise, answer: Any, explain: bool = True) -> Outcome:
    """Run a check without the warnings and prints of an answer that is wrong on purpose."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            return run(exercise, answer, explain=explain)


def examine(chapter: int) -> list[Row]:
    """Run all answers to all exercises of a chapter."""
    answers = importlib.import_module(f"tests.answers.chapter_{chapter:02d}")
    namespace, solutions = reference_cells(chapter)
    return [
        _examine(exercise, *solutions[exercise.id], namespace, answers)
        for exercise in exercises(chapter)
    ]


def _examine(
    exercise: Exercise, name: str, code: str, namespace: dict[str, Any], answers: Any
) -> Row:
    row = Row(exercise.id)
    reference = answer_from(code, namespace, name)
    _accept(row, exercise, "the reference", reference, counted=False)
    for title, source in answers.WRONG[exercise.id].items():
        outcome = quiet_run(exercise, answer_from(source, namespace, name))
        row.hand_written += 1
        row.hand_written_refused += _refused(row, title, outcome)
        row.named += outcome.named
    equivalent = getattr(answers, "EQUIVALENT", {}).get(exercise.id, {})
    mutants = [(t, answer_from(s, namespace, name)) for t, s in source_mutants(code)]
    for title, mutant in [*mutants, *output_mutants(reference)]:
        if title in equivalent:
            _accept(row, exercise, f"equivalent mutant {title}", mutant, counted=False)
            continue
        row.generated += 1
        row.generated_refused += _refused(row, title, quiet_run(exercise, mutant, explain=False))
    for title, source in answers.RIGHT[exercise.id].items():
        row.unusual += 1
        row.unusual_accepted += _accept(row, exercise, title, answer_from(source, namespace, name))
    for wrong, right in from_outside(exercise.id):
        for title, source in wrong.items():
            outcome = quiet_run(exercise, answer_from(source, namespace, name))
            row.outside += 1
            row.outside_refused += _refused(row, title, outcome)
            row.outside_told += outcome.named
        for title, source in right.items():
            answer = answer_from(source, namespace, name)
            row.outside_right += 1
            row.outside_accepted += _accept(row, exercise, title, answer)
    return row


def from_outside(number: str) -> Iterator[tuple[dict[str, str], dict[str, str]]]:
    """The wrong and the right answers of each round to one exercise."""
    for module in pkgutil.iter_modules(outside.__path__):
        answers = importlib.import_module(f"{outside.__name__}.{module.name}")
        yield answers.WRONG.get(number, {}), answers.RIGHT.get(number, {})


def _refused(row: Row, title: str, outcome: Outcome) -> bool:
    if outcome.verdict == RIGHT:
        row.failures.append(f"{row.exercise} took a wrong answer: {title}")
    return outcome.verdict != RIGHT


def _accept(row: Row, exercise: Exercise, title: str, answer: Any, counted: bool = True) -> bool:
    outcome = quiet_run(exercise, answer)
    if outcome.verdict != RIGHT:
        row.failures.append(f"{row.exercise} refused a right answer: {title}: {outcome.message}")
    return counted and outcome.verdict == RIGHT


def table(rows: list[Row]) -> str:
    """The rows as CSV, as committed in the book."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(Row.HEADER)
    writer.writerows(row.cells() for row in rows)
    return buffer.getvalue()


def main() -> None:
    rows = [row for chapter in chapters() for row in examine(chapter)]
    Path(TABLE).write_text(table(rows), encoding="utf-8")
    print(table(rows), *[f for row in rows for f in row.failures], sep="\n")


if __name__ == "__main__":
    main()
