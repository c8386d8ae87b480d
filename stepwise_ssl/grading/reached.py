"""What an answer is made of: the statements of a notebook that it reaches, and what they call.

A name leads to every statement that gives it something, in whatever cell and shape.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator

from . import modules, private

_Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_Read = ast.Name | ast.Attribute
# Rooms of the package whose functions answer nothing: they show, check and hold data.
_SHOWING = ("plots", "widgets", "checks", "grading", "data")

Made = dict[str, list[tuple[int, ast.AST]]]  # by name: the cell and what gives the name something


def made_by(trees: Iterable[tuple[int, ast.Module | None]]) -> Made:
    """The statements that give something to a name, or put something into it, by name."""
    found: Made = defaultdict(list)
    for number, tree in trees:
        left: list[ast.AST] = list(tree.body) if tree else []
        while left:
            node = left.pop()
            left += _inner(node)
            for part, source in _parts(node):
                for name in _given(part):
                    found[name].append((number, source))
    return found


def _inner(node: ast.AST) -> list[ast.AST]:
    """The statements in a statement that is no function or class."""
    if isinstance(node, _Function | ast.ClassDef):
        return []
    kinds = ast.stmt | ast.ExceptHandler | ast.match_case
    return [child for child in ast.iter_child_nodes(node) if isinstance(child, kinds)]


def _parts(node: ast.AST) -> list[tuple[ast.AST, ast.AST]]:
    """What of a statement gives names, without the statements in it, and where from."""
    if isinstance(node, ast.For | ast.AsyncFor):
        return [(node.target, node.iter), (node.iter, node.iter)]
    if isinstance(node, ast.With | ast.AsyncWith):
        return [(item, item) for item in node.items]
    if isinstance(node, ast.If | ast.While):
        return [(node.test, node.test)]
    if isinstance(node, ast.Match):
        return [(part, node.subject) for part in (node.subject, *(c.pattern for c in node.cases))]
    return [] if _inner(node) else [(node, node)]


def _given(node: ast.AST) -> set[str]:
    """Names to which a part of a statement gives something."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        inside = (n for n in ast.walk(node) if isinstance(n, ast.Global))
        return {node.name}.union(*(one.names for one in inside))
    found: set[str] = set()
    for inner in ast.walk(node):
        if isinstance(inner, ast.MatchAs | ast.MatchStar) and inner.name:
            found.add(inner.name)
        root = inner if isinstance(getattr(inner, "ctx", None), ast.Store) else None
        if isinstance(inner, ast.Call) and getattr(inner.func, "attr", "") in private.TAKING:
            root = inner.func
        while isinstance(root, ast.Attribute | ast.Subscript):
            root = root.value
        if isinstance(root, ast.Name):
            found.add(root.id)
    return found


def reads(node: ast.AST) -> Iterator[_Read]:
    """Names that a node reads from outside of itself, and what is read of them."""
    left: list[tuple[ast.AST, frozenset[str]]] = [(node, frozenset())]
    while left:
        node, own = left.pop()
        if isinstance(node, _Function):
            body = node.body if isinstance(node.body, list) else [node.body]
            inner = own | _own_names(node, body)
            left += ((one, inner) for one in body)
            outside = [node.args, *getattr(node, "decorator_list", ())]
            left += ((one, own) for one in outside)
            continue
        if isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            own |= {name for made in node.generators for name in modules.stored(made.target)}
        if isinstance(node, _Read) and isinstance(node.ctx, ast.Load):
            root = node
            while isinstance(root, ast.Attribute):
                root = root.value
            if isinstance(root, ast.Name) and root.id not in own:
                yield from dict.fromkeys((node, root))
            left += [] if isinstance(root, ast.Name) else [(root, own)]
            continue
        left += ((one, own) for one in ast.iter_child_nodes(node))


def _own_names(function: _Function, body: list[ast.AST]) -> frozenset[str]:
    found = {node.arg for node in ast.walk(function.args) if isinstance(node, ast.arg)}
    left, others = list(body), set[str]()
    while left:
        node = left.pop()
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.Global | ast.Nonlocal):
            others |= set(node.names)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
            continue
        elif isinstance(node, ast.comprehension):  # its names are its own
            left += [node.iter, *node.ifs]
            continue
        if not isinstance(node, ast.Lambda):
            left += ast.iter_child_nodes(node)
    return frozenset(found - others)


def of_an_answer(answer: str, made: Made, others: set[str]) -> Iterator[tuple[int, ast.AST]]:
    """The statements that an answer reaches, each with its cell; not those of other answers."""
    left, seen, given = [answer], {answer, *others}, set[int]()
    while left:
        for number, node in made.get(left.pop(), ()):
            if id(node) in given:
                continue
            given.add(id(node))
            yield number, node
            names = {n.id for n in reads(node) if isinstance(n, ast.Name)} - seen
            seen |= names
            left += names


def of_the_course(node: ast.AST, imported: dict[str, str], own: set[str]) -> Iterator[_Read]:
    """Where a node reads a function of the course; names in `own` are the student's."""
    for read in reads(node):
        name = modules.dotted(read, imported)
        top, room = (*name.split(".", 2), "", "")[:2]
        if top != "stepwise_ssl" or isinstance(read, ast.Name) and read.id in own:
            continue
        if room and room not in _SHOWING and not modules.module_at(name):
            yield read
