"""What the names of a notebook stand for, as far as a reader can tell: which of them are modules.

Nothing of the notebook is run or imported. Names are looked up in the libraries that this process
has, and of a library that it has not in the folder where that is installed.
"""

from __future__ import annotations

import ast
import functools
import importlib.machinery
import importlib.util
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType

_BINDING = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.NamedExpr, ast.For)
LONGEST = 30  # names joined by dots: no path of an honest answer has more
_SHOW = {"print", "help", "dir", "type", "repr", "str", "id", "display"}


def dotted(node: ast.AST, imported: dict[str, str]) -> str:
    """What a name, or names joined by dots, stand for; "" where they begin with no import, or are
    more than `LONGEST`: to read each part of a long path to its root takes the square of it."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute) and len(parts) < LONGEST:
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name) or node.id not in imported:
        return ""
    return ".".join([imported[node.id], *reversed(parts)])


@functools.lru_cache(4096)
def module_at(name: str) -> str:
    """The name of the module that a dotted name leads to; "" where it leads to none."""
    first, *rest = name.split(".")
    found, path = sys.modules.get(first), first
    if found is None:
        found = _installed(path)
    for part in rest:
        if isinstance(found, ModuleType):
            path = f"{found.__name__}.{part}"
            # Without its `__getattr__`, which may import.
            found = vars(found).get(part) or sys.modules.get(path) or _within(found, path)
        elif isinstance(found, importlib.machinery.ModuleSpec):
            path = f"{path}.{part}"
            inner = _of_folder(path, found.submodule_search_locations)
            if inner is None and part in (imports := _imports_of(found.origin or "")):
                return module_at(imports[part])
            found = inner
        else:
            return ""
    if isinstance(found, ModuleType):
        return found.__name__
    return path if found is not None and isinstance(found, importlib.machinery.ModuleSpec) else ""


def _installed(name: str) -> importlib.machinery.ModuleSpec | None:
    try:
        return importlib.util.find_spec(name)
    except (ImportError, ValueError):
        return None


@functools.cache
def _imports_of(path: str) -> dict[str, str]:
    """What a file of a library imports, by the names that it has there; not what stands beside it,
    which is the library's own."""
    if not path.endswith(".py"):
        return {}
    try:
        tree = ast.parse(Path(path).read_bytes())
    except (OSError, SyntaxError, ValueError):
        return {}
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {
                a.asname or a.name: a.name for a in node.names if a.asname or "." not in a.name
            }
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found |= {a.asname or a.name: f"{node.module}.{a.name}" for a in node.names}
    return found


def _within(module: ModuleType, name: str) -> importlib.machinery.ModuleSpec | None:
    return _of_folder(name, getattr(module, "__path__", None))


def _of_folder(name: str, path: Iterable[str] | None) -> importlib.machinery.ModuleSpec | None:
    if path is None or not name.rpartition(".")[2].isidentifier():
        return None
    return importlib.machinery.PathFinder.find_spec(name, list(path))


def with_aliases(
    trees: Iterable[ast.Module | None], imported: dict[str, str]
) -> dict[str, str]:  # fmt: skip
    """`imported`, and the names that are given to a module of it."""
    found = dict(imported)
    nodes = [node for tree in trees if tree for node in ast.walk(tree)]
    for _ in range(3):  # an alias of an alias
        for node in nodes:
            if not isinstance(node, ast.Assign):
                continue
            for value in _branches(node.value):
                name = dotted(value, found)
                if name and module_at(name):
                    for target in node.targets:
                        if isinstance(target, ast.Name):
                            found.setdefault(target.id, name)
    return found


def _branches(value: ast.expr) -> Iterator[ast.expr]:
    if isinstance(value, ast.IfExp):
        yield from _branches(value.body)
        yield from _branches(value.orelse)
    else:
        yield value


def handed_on(
    tree: ast.Module, imported: dict[str, str], data: set[str], made: set[str]
) -> Iterator[ast.Name | ast.Attribute]:  # fmt: skip
    """Where a module itself is given to something, and not what stands in it.

    A function, a list or a pattern can then take out of it what a text names. `data` are names that
    stand for something else by now, `made` all names that the notebook makes.
    """
    left: list[tuple[ast.AST, tuple[ast.AST, ...], frozenset[str]]] = [(tree, (), frozenset(data))]
    while left:
        node, above, others = left.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            others |= _bound(node, imported)
        elif isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            others |= {n for g in node.generators for n in stored(g.target)}
        elif isinstance(node, ast.For):
            others |= set(stored(node.target))
        if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load):
            name = dotted(node, imported)
            if name and _root(node) not in others and module_at(name):
                if not _is_harmless(above, made):
                    yield node
                continue
        left += [(child, (node, *above[:9]), others) for child in ast.iter_child_nodes(node)]


def _root(node: ast.AST) -> str:
    while isinstance(node, ast.Attribute):
        node = node.value
    return getattr(node, "id", "")


def _is_harmless(above: tuple[ast.AST, ...], made: set[str]) -> bool:
    """Whether a module stands where it is read from, shown or given another name."""
    while above and isinstance(above[0], ast.IfExp):
        above = above[1:]
    if len(above) < 2:  # the statement lies farther out than is kept
        return False
    parent = above[0]
    if isinstance(parent, ast.Call):
        return isinstance(parent.func, ast.Name) and parent.func.id in _SHOW - made
    if isinstance(parent, ast.Assign):
        names = all(isinstance(target, ast.Name) for target in parent.targets)
        return names and not isinstance(above[1], ast.ClassDef)
    if isinstance(parent, ast.Compare):  # any other sign can be a method of the student's
        return all(isinstance(sign, ast.Is | ast.IsNot) for sign in parent.ops)
    return isinstance(parent, ast.Attribute | ast.Expr | ast.FormattedValue)


def made_in(trees: Iterable[ast.Module | None]) -> set[str]:
    """All names that a notebook makes, wherever in it."""
    found: set[str] = set()
    for node in (node for tree in trees if tree for node in ast.walk(tree)):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.arg):
            found.add(node.arg)
        elif isinstance(node, ast.alias):
            found.add(node.asname or node.name)
    return found


def rebound(tree: ast.Module | None, imported: dict[str, str]) -> set[str]:
    """Names of modules that a cell gives to something else, whatever happens in it."""
    found: set[str] = set()
    for node in tree.body if tree else ():
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            found -= {alias.asname or alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            if node.value is None or _leads_to_module(node.value, imported):
                continue
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {name for target in targets for name in stored(target)}
    return found & set(imported)


def _leads_to_module(value: ast.expr, imported: dict[str, str]) -> bool:
    return any(bool(module_at(dotted(v, imported) or ".")) for v in _branches(value))


def _bound(node: ast.AST, imported: dict[str, str]) -> set[str]:
    """Names of a function's own that stand for no module."""
    arguments = node.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    found = {a.arg for a in (*every, arguments.vararg, arguments.kwarg) if a}
    body = node.body if isinstance(node.body, list) else [node.body]
    for inner in (n for part in body for n in ast.walk(part)):
        if isinstance(inner, ast.Global | ast.Nonlocal):
            found -= set(inner.names)
        elif isinstance(
            inner, ast.Assign | ast.AugAssign | ast.AnnAssign | ast.NamedExpr | ast.For
        ):
            value = getattr(inner, "value", None)
            if value is None or not _leads_to_module(value, imported):
                targets = inner.targets if isinstance(inner, ast.Assign) else [inner.target]
                found |= {name for target in targets for name in stored(target)}
    return found


def stored(target: ast.AST) -> Iterator[str]:
    for inner in ast.walk(target):
        if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
            yield inner.id
