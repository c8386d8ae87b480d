"""Changes of one operation, of its brackets, and of a number."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from ._stand_ins import _less_identity, _power_of
from ._tree import Change, is_operation, with_field
from ._words import BRACKET, FACTOR, IDENTITY, LENGTH, LESS, MATRIX

_LARGEST = 50  # a number above it is a count of steps or points, which would take long if changed


def of_operation(node: ast.BinOp) -> Iterator[tuple[str, Change]]:
    if isinstance(node.op, ast.Add):
        yield "with a minus in place of a plus", _operator(ast.Sub())
        yield LESS, lambda n: n.left
        yield LESS, lambda n: n.right
    elif isinstance(node.op, ast.Sub):
        yield "with a plus in place of a minus", _operator(ast.Add())
        yield "with a difference turned round", lambda n: ast.BinOp(n.right, n.op, n.left)
        yield LESS, lambda n: n.left
        yield LESS, lambda n: ast.UnaryOp(ast.USub(), n.right)
        yield "with b in place of a − b in one place", lambda n: n.right
        if getattr(node.right, "value", None) == 1:
            less = ast.Name(_less_identity.__name__, ast.Load())
            yield IDENTITY, lambda n: ast.Call(less, [n.left], [])
    elif isinstance(node.op, ast.Mult):
        yield "with a quotient in place of a product", _operator(ast.Div())
        yield FACTOR, lambda n: n.left
        yield FACTOR, lambda n: n.right
        yield "with a matrix product in place of one by entries", _operator(ast.MatMult())
    elif isinstance(node.op, ast.Div):
        yield "with a product in place of a quotient", _operator(ast.Mult())
        yield "without one divisor", lambda n: n.left
        yield "with a fraction upside down", lambda n: ast.BinOp(n.right, n.op, n.left)
        if isinstance(node.right, ast.Subscript) and _is_an_end(node.right):
            yield "with a sum in place of an entry", _by_the_sum
        if _number(node.left) == 1:
            yield MATRIX, lambda n: _power(n.right, ast.Constant(-1.0))
    elif isinstance(node.op, ast.MatMult):
        turned = "with the factors of a matrix product exchanged"
        yield turned, lambda n: ast.BinOp(n.right, n.op, n.left)
        yield "with a product by entries in place of a matrix product", _operator(ast.Mult())
        yield "without one factor of a matrix product", lambda n: n.left
        yield "without one factor of a matrix product", lambda n: n.right
        for side in ("left", "right"):
            yield (
                "with a transpose too many",
                lambda n, side=side: with_field(
                    n, side, ast.Attribute(getattr(n, side), "T", ast.Load())
                ),
            )
    elif isinstance(node.op, ast.Pow):
        yield "without a power", lambda n: n.left
        if abs(_number(node.right)) in (0.5, 1.0):
            yield MATRIX, _of_the_matrix
        yield (
            "with the power applied twice",
            lambda n: ast.BinOp(ast.BinOp(n.left, ast.Pow(), n.right), ast.Pow(), n.right),
        )
        yield (
            "with the other sign of an exponent",
            lambda n: with_field(n, "right", ast.UnaryOp(ast.USub(), n.right)),
        )


def _is_an_end(node: ast.Subscript) -> bool:
    """Whether it is x[0] or x[-1]."""
    return ast.unparse(node.slice) in ("0", "-1") and not isinstance(node.value, ast.Attribute)


def _by_the_sum(node: ast.BinOp) -> ast.BinOp:
    """a/x[0] as a/x.sum()."""
    whole = ast.Attribute(node.right.value, "sum", ast.Load())
    return ast.BinOp(node.left, node.op, ast.Call(whole, [], []))


def _number(node: ast.AST) -> float:
    """The number that is written there, 0 where there is none."""
    sign = 1.0
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        node, sign = node.operand, -1.0
    value = getattr(node, "value", None)
    return sign * value if isinstance(node, ast.Constant) and type(value) in (int, float) else 0.0


def _of_the_matrix(node: ast.BinOp) -> ast.Call:
    return _power(node.left, node.right)


def _power(base: ast.AST, exponent: ast.AST) -> ast.Call:
    return ast.Call(ast.Name(_power_of.__name__, ast.Load()), [base, exponent], [])


def _operator(op: ast.operator) -> Change:
    return lambda n: ast.BinOp(n.left, op, n.right)


def of_brackets(node: ast.BinOp) -> Iterator[tuple[str, Change]]:
    """The same operations with one of them done before the other: a·(b + c), a·b + c."""
    sums, products = (ast.Add, ast.Sub), (ast.Mult, ast.Div)
    inner = sums if isinstance(node.op, products) else products
    if isinstance(node.op, (*sums, *products)):
        if is_operation(node.right, inner):
            yield BRACKET, _from_the_left
        if is_operation(node.left, inner):
            yield BRACKET, _from_the_right
        if isinstance(node.op, ast.Mult) and is_operation(node.right, sums):
            yield BRACKET, _of_the_last
        if isinstance(node.op, products) and is_operation(node.left, sums):
            yield BRACKET, _of_the_first
        if is_operation(node.left, (ast.Div,)):
            yield (
                BRACKET,
                lambda n: ast.BinOp(ast.BinOp(n.left.left, n.op, n.right), ast.Div(), n.left.right),
            )
    if isinstance(node.op, ast.Pow) and is_operation(node.left, products):
        yield BRACKET, _from_the_right
    if isinstance(node.op, products) and is_operation(node.right, (ast.Pow,)):
        yield BRACKET, _from_the_left
    if is_scaled(node) and any(map(_is_call_of_one, (node.left, node.right))):
        yield BRACKET, _around_more


def is_scaled(node: ast.AST) -> bool:
    """Whether it is x/2, 2·x, x² and the like."""
    return isinstance(node, ast.BinOp) and (
        isinstance(node.op, ast.Mult | ast.Div | ast.Pow)
        and isinstance(node.right, ast.Constant)
        or isinstance(node.op, ast.Mult)
        and isinstance(node.left, ast.Constant)
    )


def _is_call_of_one(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and len(node.args) == 1 and not node.keywords


def around_less(call: ast.Call) -> ast.BinOp:
    """f(x/2) as f(x)/2."""
    inside = call.args[0]
    sides = [inside.left, inside.right]
    place = 0 if isinstance(inside.right, ast.Constant) else 1
    sides[place] = ast.Call(call.func, [sides[place]], [])
    return ast.BinOp(sides[0], inside.op, sides[1])


def _around_more(node: ast.BinOp) -> ast.Call:
    """f(x)/2 as f(x/2)."""
    sides = [node.left, node.right]
    place = 0 if _is_call_of_one(node.left) else 1
    call = sides[place]
    sides[place] = call.args[0]
    return ast.Call(call.func, [ast.BinOp(sides[0], node.op, sides[1])], [])


def _from_the_left(node: ast.BinOp) -> ast.BinOp:
    """a ∘ (b ∗ c) as (a ∘ b) ∗ c."""
    right = node.right
    return ast.BinOp(ast.BinOp(node.left, node.op, right.left), right.op, right.right)


def _from_the_right(node: ast.BinOp) -> ast.BinOp:
    """(a ∗ b) ∘ c as a ∗ (b ∘ c)."""
    left = node.left
    return ast.BinOp(left.left, left.op, ast.BinOp(left.right, node.op, node.right))


def _of_the_last(node: ast.BinOp) -> ast.BinOp:
    """a·(b + c) as b + a·c."""
    inside = node.right
    return ast.BinOp(inside.left, inside.op, ast.BinOp(node.left, node.op, inside.right))


def _of_the_first(node: ast.BinOp) -> ast.BinOp:
    """(b + c)·a as b·a + c."""
    inside = node.left
    return ast.BinOp(ast.BinOp(inside.left, node.op, node.right), inside.op, inside.right)


def of_number(node: ast.Constant, names: Sequence[str]) -> Iterator[tuple[str, Change]]:
    value = node.value
    if abs(value) > _LARGEST:
        return
    changes = [
        ("with a number twice as large", 2 * value),
        ("with a number half as large", value / 2),
    ]
    if isinstance(value, int):
        changes += [
            ("with a number larger by 1", value + 1),
            ("with a number smaller by 1", value - 1),
        ]
        if value == 1:  # of x[1], where x[-1] was meant
            changes.append(("with the other sign in one place", -1))
        if value % 2 == 0:
            changes[1] = (changes[1][0], value // 2)
    for words, new in changes:
        yield words, lambda n, new=new: ast.Constant(new)
    if isinstance(value, int) and value > 2:  # a size, perhaps, that is another one elsewhere
        for name in names:
            yield (
                f"{LENGTH}{name})",
                lambda n, name=name: ast.parse(f"len({name})", mode="eval").body,
            )
