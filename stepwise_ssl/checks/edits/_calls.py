"""Changes of one call."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ._operations import around_less, is_scaled
from ._stand_ins import (
    _as_singular,
    _by_half,
    _by_odds,
    _by_ratios,
    _by_size,
    _eigen,
    _of_the_whole,
    _power_of,
)
from ._tree import Change, with_field
from ._words import BRACKET, ENDS, MATRIX, ONE_CASE, OTHER_SIDE, ROWS, TRIANGLE, WITHOUT

_SWAPS = {
    "sum": (
        ("mean", "with a mean in place of a sum"),
        ("max", "with the largest in place of a sum"),
    ),
    "mean": (("sum", "with a sum in place of a mean"),),
    "max": (("sum", "with a sum in place of the largest"),),
    "log": (("log10", "with a logarithm to base 10"),),
    "log1p": (("log", "with a logarithm without the 1 in it"),),
    "expm1": (("exp", "with an exponential without the 1 beside it"),),
    "maximum": (("minimum", "with a minimum in place of a maximum"),),
    "minimum": (("maximum", "with a maximum in place of a minimum"),),
    "sin": (("cos", "with a cosine in place of a sine"),),
    "cos": (("sin", "with a sine in place of a cosine"),),
}
_ROOT_FINDERS = ("brentq", "brenth", "ridder", "bisect", "toms748")
_MOST_POINTS = 200_000  # of a grid, in place of fewer


def of_call(node: ast.Call) -> Iterator[tuple[str, Change]]:
    method = isinstance(node.func, ast.Attribute)
    name = node.func.attr if method else ast.unparse(node.func)
    if name in WITHOUT and node.args:
        yield WITHOUT[name], lambda n: n.args[0]
        if len(node.args) > 1 and name in ("maximum", "minimum"):
            yield WITHOUT[name], lambda n: n.args[1]
    elif name in WITHOUT and method:
        yield WITHOUT[name], lambda n: n.func.value
    if name == "len":
        yield ROWS, _halved
        if len(node.args) == 1:
            yield "with another size", _columns
    if name == "sqrt" and method and len(node.args) == 1:
        power = ast.Name(_power_of.__name__, ast.Load())
        yield MATRIX, lambda n: ast.Call(power, [n.args[0], ast.Constant(0.5)], [])
    if name == "round" and method and node.args and not _is_module(node.func.value):
        yield WITHOUT["round"], lambda n: n.func.value
    if name in _ROOT_FINDERS and len(node.args) > 2:
        yield from _wider(node)
    if name == "norm":
        yield "without the root in a norm", lambda n: ast.BinOp(n, ast.Pow(), ast.Constant(2))
    for other, words in _SWAPS.get(name, ()) if method else ():
        yield (
            words,
            lambda n, other=other: with_field(
                n, "func", ast.Attribute(n.func.value, other, ast.Load())
            ),
        )
    if name == "where" and len(node.args) == 3:
        yield (
            "with two cases exchanged",
            lambda n: with_field(n, "args", [n.args[0], n.args[2], n.args[1]]),
        )
        yield ONE_CASE, lambda n: n.args[1]
        yield ONE_CASE, lambda n: n.args[2]
    if len(node.args) == 1 and not node.keywords and is_scaled(node.args[0]):
        yield BRACKET, around_less
    yield from _of_numpy(node, ast.unparse(node.func))


def _wider(node: ast.Call) -> Iterator[tuple[str, Change]]:
    """A search for a root with its ends further apart."""
    low, high = (getattr(end, "value", None) for end in node.args[1:3])
    lower = isinstance(low, int | float) and low > 0
    upper = isinstance(high, int | float) and high > 0
    for down, up in ((1, 1e3), (1, 1e6), (1e-6, 1), (1e-6, 1e3)):
        if (lower or down == 1) and (upper or up == 1):
            ends = [
                node.args[1] if down == 1 else ast.Constant(low * down),
                node.args[2] if up == 1 else ast.Constant(high * up),
            ]
            yield (
                ENDS,
                lambda n, ends=ends: with_field(n, "args", [n.args[0], *ends, *n.args[3:]]),
            )


def _columns(node: ast.Call) -> ast.Subscript:
    """len(x) as x.shape[1]."""
    shape = ast.Attribute(node.args[0], "shape", ast.Load())
    return ast.Subscript(shape, ast.Constant(1), ast.Load())


def _is_module(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id in ("np", "numpy", "torch")


def _halved(node: ast.Call) -> ast.BinOp:
    """len(K) as len(K) // 2: a table of both views has twice as many rows as there are pairs."""
    return ast.BinOp(node, ast.FloorDiv(), ast.Constant(2))


def _of_numpy(node: ast.Call, name: str) -> Iterator[tuple[str, Change]]:
    if name == "np.roll" and node.keywords:
        words = "with an np.roll that lacks its axis, and takes the matrix for one long row"
        yield words, lambda n: ast.Call(n.func, n.args, [])
        axis = getattr(node.keywords[0].value, "value", None)
        if axis in (0, 1):
            half, other = ast.Name(_by_half.__name__, ast.Load()), ast.Constant(1 - axis)
            yield OTHER_SIDE, lambda n: ast.Call(half, [n.args[0], other], [])
    elif name == "np.roll" and len(node.args) == 2:
        for axis in (0, 1):
            given = ast.keyword("axis", ast.Constant(axis))
            yield "with an axis", lambda n, given=given: ast.Call(n.func, n.args, [given])
    elif name.rpartition(".")[2] in ("eigh", "eigvalsh"):
        yield (
            "with singular values in place of eigenvalues: they lose the sign",
            lambda n: ast.Call(ast.Name(_as_singular.__name__, ast.Load()), [n], []),
        )
        yield (
            "with eigenvalues in the order of their absolute values",
            lambda n: ast.Call(ast.Name(_by_size.__name__, ast.Load()), [n], []),
        )
        if len(node.args) == 1 and not node.keywords and not name.startswith("torch"):
            vectors = ast.Constant(name.endswith("eigh"))
            whole = ast.Name(_of_the_whole.__name__, ast.Load())
            yield TRIANGLE, lambda n: ast.Call(whole, [n.args[0], vectors], [])
    elif name.endswith(".linspace") and len(node.args) in (2, 3):
        for spaced in (_by_ratios, _by_odds):
            yield (
                "without even steps",
                lambda n, spaced=spaced: with_field(
                    n, "func", ast.Name(spaced.__name__, ast.Load())
                ),
            )
        number = getattr(node.args[2], "value", None) if len(node.args) == 3 else 50
        for times in (10, 1000):
            if isinstance(number, int) and 10 < number * times <= _MOST_POINTS:
                more = ast.Constant((number - 1) * times + 1)
                yield (
                    "with more points",
                    lambda n, more=more: with_field(n, "args", [*n.args[:2], more]),
                )
                for spaced in (_by_ratios, _by_odds) if times == 10 else ():
                    yield (
                        "without even steps and with more",
                        lambda n, spaced=spaced, more=more: ast.Call(
                            ast.Name(spaced.__name__, ast.Load()), [*n.args[:2], more], []
                        ),
                    )
    elif name == "np.linalg.svd":
        yield (
            "without singular values in place of eigenvalues",
            lambda n: with_field(n, "func", ast.Name(_eigen.__name__, ast.Load())),
        )
