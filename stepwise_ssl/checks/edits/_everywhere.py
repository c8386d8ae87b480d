"""Changes that are made at all places at once: of means, of norms, and of kinds of numbers."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from ._tree import parsed, replace
from ._words import COLUMNS, FROBENIUS, KINDS


def means_along_others(source: str) -> Iterator[tuple[str, ast.Module, int, str]]:
    """Edits of all means of columns that are subtracted, and of other means into such."""
    changes = (
        ("with one mean over all entries where each column has its own", 0, {}),
        (
            "with the mean of each row where that of its column belongs",
            0,
            {"axis": 1, "keepdims": True},
        ),
        (COLUMNS, None, {"axis": 0}),
        (COLUMNS, 1, {"axis": 0}),
    )
    for words, axis, given in changes:
        copied = parsed(source)
        found = [c for c in _subtracted_means(copied) if _axis(c) == axis]
        for call in found:
            call.args = call.args[: _is_of_a_module(call)]
            call.keywords = [ast.keyword(key, ast.Constant(value)) for key, value in given.items()]
        if found:
            several = words == COLUMNS and len({call.lineno for call in found}) > 1
            words = f"{words}, two or more" if several else words
            yield words, ast.fix_missing_locations(copied), found[0].lineno, ""


def norms_of_entries(source: str) -> Iterator[tuple[str, ast.Module, int, str]]:
    """The edit of all norms of a kind, np.linalg.norm(M, 2) say, into the root of squares."""
    copied = parsed(source)
    found = []
    for node in ast.walk(copied):
        if not (isinstance(node, ast.Call) and ast.unparse(node.func).endswith("linalg.norm")):
            continue
        kinds = [k for k in node.keywords if k.arg == "ord"]
        if len(node.args) + len(kinds) == 2 and len(kinds) == len(node.keywords):
            node.args, node.keywords = node.args[:1], []
            found.append(node.lineno)
    if found:
        words = f"{FROBENIUS}, two or more" if len(set(found)) > 1 else FROBENIUS
        yield words, ast.fix_missing_locations(copied), min(found), ""


def numbers_of_other_kinds(source: str) -> Iterator[tuple[str, ast.Module, int, str]]:
    """The edit that leaves out all changes to fewer digits, x.astype(np.float16) say."""
    copied = parsed(source)
    found = []
    for node in ast.walk(copied):
        if _is_of_fewer_digits(node):
            replace(copied, node, node.func.value)
            found.append(node.lineno)
    if found:
        words = f"{KINDS}, two or more" if len(set(found)) > 1 else KINDS
        yield words, ast.fix_missing_locations(copied), min(found), ""


def _is_of_fewer_digits(node: ast.AST) -> bool:
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return False
    kind = " ".join(map(ast.unparse, (*node.args, *(k.value for k in node.keywords))))
    return node.func.attr in ("astype", "to", "type") and any(
        word in kind for word in ("float16", "float32", "int", "half")
    )


def _subtracted_means(tree: ast.Module) -> list[ast.Call]:
    """The calls of mean that stand behind a minus, or in a line `mean = …` of their own."""
    places: list[ast.AST] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Sub):
            places.append(node.right if isinstance(node, ast.BinOp) else node.value)
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            places.append(node.value)
    calls = {id(c): c for place in places for c in _means_of(place)}
    return sorted(calls.values(), key=lambda c: (c.lineno, c.col_offset))


def _means_of(node: ast.AST) -> Iterator[ast.Call]:
    """`node` if it is a mean; of sums, and of what they are divided by, both sides."""
    if isinstance(node, ast.BinOp):
        yield from _means_of(node.left)
        yield from _means_of(node.right)
    elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "mean":
        yield node


def _is_of_a_module(call: ast.Call) -> bool:
    """Whether it is np.mean(x) and the like, and not x.mean()."""
    value = call.func.value
    return isinstance(value, ast.Name) and value.id in ("np", "numpy", "torch")


def _axis(call: ast.Call) -> Any:
    """The axis of a mean as it is written, None where there is none."""
    given = [*call.args[_is_of_a_module(call) :]]
    given += [k.value for k in call.keywords if k.arg in ("axis", "dim")]
    return getattr(given[0], "value", ...) if given else None
