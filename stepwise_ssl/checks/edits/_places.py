"""All places of a function's source, and what may stand there instead."""

from __future__ import annotations

import ast
import copy
import functools
from collections.abc import Callable, Iterator, Sequence

from ._calls import of_call
from ._everywhere import means_along_others, norms_of_entries, numbers_of_other_kinds
from ._operations import of_brackets, of_number, of_operation
from ._tree import Change, is_operation, parsed, replace, with_field
from ._words import EQUAL, FACTOR, LESS, NO_CASE, ONE_CASE, WITHOUT

_MOST_BRACKETS = 8  # that one operation can have


def edits_of(source: str, names: Sequence[str]) -> Iterator[tuple[str, ast.Module, int, str]]:
    """What is different in words, a tree that differs in that one place, the place's line, and a
    term that is left out there.

    A tree has its change until the next one is asked for: to parse the source anew for each takes
    most of a search's time.
    """
    tree = parsed(source)
    definition = tree.body[0]
    inside = {id(n) for statement in definition.body for n in ast.walk(statement)}
    powers = {id(n.right) for n in ast.walk(tree) if is_operation(n, (ast.Pow,))}
    returned = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Return)}
    # The minus of ::-1 is an order, and no sign.
    steps = {id(n.step) for n in ast.walk(tree) if isinstance(n, ast.Slice)}
    yield from means_along_others(source)
    yield from norms_of_entries(source)
    yield from numbers_of_other_kinds(source)
    sizes = _names_of_sizes(tree)
    for node, put in _with_their_places(tree):
        if id(node) not in inside or id(node) in steps:
            continue
        for words, change in _alternatives(node, names, sizes):
            if words == WITHOUT["round"] and id(node) in returned:
                continue  # what is rounded in the end shows in the numbers, with its digits
            # The change is made to a copy of this node alone, which stands in its place meanwhile.
            spot = copy.copy(node)
            new, less = change(spot), ""
            if words == LESS:
                term = spot.right if new is spot.left else spot.left
                less = " ".join((ast.get_source_segment(source, term) or "").split())
            if id(node) in powers:
                words = words.replace("a number", "an exponent")
            if not hasattr(new, "lineno"):
                ast.copy_location(new, node)
            put(ast.fix_missing_locations(new))
            yield words, tree, node.lineno, less
            put(node)
    yield from _brackets_across_lines(source)


def _with_their_places(tree: ast.Module) -> list[tuple[ast.AST, Callable[[ast.AST], None]]]:
    """The nodes in the order of ast.walk, each with what puts another one in its place."""
    found = []
    for parent in ast.walk(tree):
        for field, value in ast.iter_fields(parent):
            if isinstance(value, ast.AST):
                found.append((value, functools.partial(setattr, parent, field)))
            elif isinstance(value, list):
                found += [
                    (entry, functools.partial(value.__setitem__, index))
                    for index, entry in enumerate(value)
                    if isinstance(entry, ast.AST)
                ]
    return found


def _brackets_across_lines(source: str) -> Iterator[tuple[str, ast.Module, int, str]]:
    """Edits of brackets that go around a name: of a·s where a line above has s = b + c."""
    body = parsed(source).body[0].body
    nodes = [n for statement in body for n in ast.walk(statement)]
    stored = [n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
    loaded = [n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)]
    for place, statement in enumerate(body):
        if not (isinstance(statement, ast.Assign) and isinstance(statement.value, ast.BinOp)):
            continue
        target = statement.targets[0]
        read = {n.id for n in ast.walk(statement.value) if isinstance(n, ast.Name)}
        if not isinstance(target, ast.Name) or loaded.count(target.id) != 1:
            continue
        if any(stored.count(name) > 1 for name in (target.id, *read)):
            continue
        for index in range(_MOST_BRACKETS):
            copied = parsed(source)
            value = copied.body[0].body.pop(place).value
            around = _put_in(copied, target.id, value)
            changes = [] if around is None else list(of_brackets(around))
            if index >= len(changes):
                break
            words, change = changes[index]
            replace(copied, around, change(around))
            yield words, ast.fix_missing_locations(copied), around.lineno, ""


def _put_in(tree: ast.Module, name: str, value: ast.BinOp) -> ast.BinOp | None:
    """The operation one side of which was the name and is the value now, if there is one."""
    for node in ast.walk(tree):
        for side in ("left", "right"):
            operand = getattr(node, side, None) if isinstance(node, ast.BinOp) else None
            if isinstance(operand, ast.Name) and operand.id == name:
                return with_field(node, side, value)
    return None


def _has_a_threshold(node: ast.BinOp) -> bool:
    """Whether a factor is so small that it is a guard: another one would be right by chance."""
    sides = [n.value for n in (node.left, node.right) if isinstance(n, ast.Constant)]
    return any(isinstance(v, float) and 0 < abs(v) < 1e-3 for v in sides)


def _names_of_sizes(tree: ast.Module) -> tuple[str, ...]:
    """Names that are taken out of a shape, as in `n, m = x.shape`."""
    found = [
        name.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Tuple)
        and getattr(node.value, "attr", "") == "shape"
        for name in node.targets[0].elts
        if isinstance(name, ast.Name)
    ]
    return tuple(dict.fromkeys(found))


def _alternatives(
    node: ast.AST, names: Sequence[str], sizes: Sequence[str]
) -> Iterator[tuple[str, Change]]:
    if isinstance(node, ast.BinOp):
        changes = (*of_operation(node), *of_brackets(node))
        # Of a guard only that it is missing, or too many, is no chance.
        guard = _has_a_threshold(node)
        yield from ((w, c) for w, c in changes if not guard or w in (LESS, FACTOR))
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield "with the other sign in one place", lambda n: n.operand
    elif isinstance(node, ast.Attribute) and node.attr in ("T", "real"):
        words = "without a transpose" if node.attr == "T" else WITHOUT["real"]
        yield words, lambda n: n.value
    elif isinstance(node, ast.Constant) and type(node.value) in (int, float):
        yield from of_number(node, names)
    elif isinstance(node, ast.Call):
        yield from of_call(node)
    elif isinstance(node, ast.Subscript) and ast.unparse(node.slice).strip("()").endswith("::-1"):
        yield "without turning an order round", lambda n: n.value
    elif isinstance(node, ast.Compare) and len(node.ops) == 1:
        yield "with a condition turned round", _turned
        if isinstance(node.ops[0], tuple(_OR_EQUAL)):
            yield EQUAL, _with_the_border
    elif isinstance(node, ast.If | ast.IfExp):
        if node.orelse:
            for kept in (True, False):
                yield (
                    ONE_CASE,
                    lambda n, kept=kept: with_field(n, "test", ast.Constant(kept)),
                )
        else:
            yield NO_CASE, lambda n: with_field(n, "test", ast.Constant(False))
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        for other in next((group for group in (names, sizes) if node.id in group), ()):
            if other != node.id:
                yield (
                    f"with `{other}` in place of `{node.id}` once",
                    lambda n, other=other: ast.Name(other, ast.Load()),
                )


_OR_EQUAL = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}


def _with_the_border(node: ast.Compare) -> ast.AST:
    """a < b as a ≤ b, and the reverse."""
    node.ops = [_OR_EQUAL[type(node.ops[0])]()]
    return node


def _turned(node: ast.Compare) -> ast.AST:
    turned = {ast.Lt: ast.Gt, ast.Gt: ast.Lt, ast.LtE: ast.GtE, ast.GtE: ast.LtE,
              ast.Eq: ast.NotEq, ast.NotEq: ast.Eq}  # fmt: skip
    node.ops = [turned.get(type(node.ops[0]), type(node.ops[0]))()]
    return node
