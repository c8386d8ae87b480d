"""Which one change turns the right formula into the learner's numbers, or theirs into a right one.

A function is changed in one place at a time: a sign, a factor, a power, a transpose, a bracket.
Where the course's own, once changed, gives all of the learner's results, the kind of the change
says what is off; the formula itself is not told. Where the learner's, once changed, gives the right
ones, the line of the change says where to look.
"""

from __future__ import annotations

import ast
import functools
import inspect
import re
import textwrap
from collections.abc import Callable, Iterator, Sequence
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

from .arguments import differ_in_numbers, nearer
from .asking import Budget, asked, asked_once
from .learner import Call
from .notebook import is_remote, with_source
from .values import Unreadable, as_array, distance, same_values

_SECONDS = 2.0  # for each of the two searches
_NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d*)?(?:e-?\d+)?(?![\w.])")  # in a line of source
_MOST_POINTS = 200_000  # of a grid, in place of fewer
_LARGEST = 50  # a number above it is a count of steps or points, which would take long if changed
_LESS = "without one term"
_FACTOR = "without one factor"
_TRIANGLE = "with the eigenvectors of a matrix that is not symmetric"
_WITHOUT = {
    "sqrt": "without a root", "exp": "without an exponential", "log": "without a logarithm",
    "abs": "without an absolute value", "square": "without a square", "clip": "without a limit",
    "maximum": "without a limit", "minimum": "without a limit", "real": "without a real part",
    "sort": "without sorting", "arccos": "without an arc cosine", "cos": "without a cosine",
    "normalize": "without bringing something to length 1", "cumsum": "without a running sum",
}  # fmt: skip
_ROWS, _LENGTH = "with a number of rows twice as large", "with a number in place of len("
_IDENTITY = "with 1 in place of the identity"
_COLUMNS = "with each mean that of a column"
_FROBENIUS = "without another kind of norm"
_MENDS = (_ROWS, _LENGTH, _IDENTITY, _COLUMNS, _FROBENIUS)  # which the course's own does not need
_SWAPS = {
    "sum": ("mean", "with a mean in place of a sum"),
    "mean": ("sum", "with a sum in place of a mean"),
    "log": ("log10", "with a logarithm to base 10"),
    "maximum": ("minimum", "with a minimum in place of a maximum"),
    "minimum": ("maximum", "with a maximum in place of a minimum"),
    "sin": ("cos", "with a cosine in place of a sine"),
    "cos": ("sin", "with a sine in place of a cosine"),
}


def one_change(
    formula: Callable, calls: Sequence[Call], wanted: Sequence[Any], rtol: float,
    more: Callable[[], Sequence[Call]] = tuple,
) -> tuple[str, str]:  # fmt: skip
    """Two sentences about the change that gives all results: at all calls, and at `calls` alone.

    `wanted` are the right results at the calls, `more` makes those of other parts. Where nothing
    was found a sentence is "".
    """
    budget = Budget(_SECONDS)
    here = ""
    for words, changed in _variants(formula):
        if budget.is_spent():
            break
        if not _gives_all(changed, calls, wanted, rtol):
            continue
        said = f"our numbers are those of the right formula {words}."
        if all(
            same_values(call.result, asked_once(changed, call.args, call.kwargs), rtol)
            for call in more()
        ):
            return f"Y{said}", here
        here = here or f"Here y{said}"
    return "", here


def one_repair(
    answer: Callable, calls: Sequence[Call], wanted: Sequence[Any], rtol: float,
    passes: Callable[[Callable], bool], own: Callable, elsewhere: Callable[[], Sequence[Call]],
    known: bool,
) -> str:  # fmt: skip
    """A sentence about the line of the learner's function in which one change makes it right.

    A change that is right by chance where little is asked leads further astray where more is. So
    where the course's `own` results are `known` to be the truth, and not one of many, the changed
    function has to be no further from them than the answer is at any call, those `elsewhere` in
    other parts included. That it has no number there is another slip, a guard say.
    """
    budget = Budget(_SECONDS)
    if not (isinstance(answer, FunctionType) and not answer.__closure__ or is_remote(answer)):
        return ""
    all_calls = (*calls, *elsewhere())
    others = []
    for words, changed, *place in _changed(answer):
        if budget.is_spent():
            return ""
        # Where signs are free, as those of eigenvectors are, it is `passes` that knows.
        right = all(
            same_values(_sizes(asked(changed, call.args, call.kwargs)), _sizes(want), rtol)
            for call, want in zip(calls, wanted, strict=True)
        )
        if right and passes(changed) and not (known and _leads_astray(changed, own, all_calls)):
            return _repaired(words, *place)
        if _turned_alike([asked(changed, c.args, c.kwargs) for c in calls], wanted):
            others.append((words, changed, place))
    # A result that is free up to a rotation has none of the course's numbers when it is right.
    for words, changed, place in others:
        if budget.is_spent():
            return ""
        if passes(changed) and not (known and _leads_astray(changed, own, all_calls)):
            return _repaired(words, *place)
    return ""


def _leads_astray(changed: Callable, own: Callable, calls: Sequence[Call]) -> bool:
    for call in calls:
        want = _sizes(asked_once(own, call.args, call.kwargs))
        off = distance(_sizes(asked(changed, call.args, call.kwargs)), want)
        if 1e-3 + distance(_sizes(call.result), want) < off < np.inf:
            return True
    return False


def _turned_alike(got: Sequence[Any], wanted: Sequence[Any]) -> bool:
    """Whether all tables may be the wanted ones but for a rotation of the embedding.

    The embedding is the shorter side at one of the calls, and the same side at the others. A part
    that asks for a property alone, C = I say, is passed by what has it by chance, too.
    """
    for across in (False, True):
        fits = [_up_to_a_turn(g, w, across) for g, w in zip(got, wanted, strict=True)]
        if all(fits) and "surely" in fits:
            return True
    return False


def _up_to_a_turn(got: Any, want: Any, across: bool) -> str:
    """Whether a table may be another one but for a rotation of its columns, or across its rows.

    Surely so where there are as many of the others at least; "" where it cannot be.
    """
    try:
        g, w = as_array(got), as_array(want)
    except Unreadable:
        return "surely"
    if g is None or w is None or w.ndim != 2 or g.shape != w.shape:
        return "surely"
    if not (np.isfinite(g).all() and np.isfinite(w).all()):
        return "surely"
    a, b = (g.T, w.T) if across else (g, w)
    if np.linalg.norm(a @ a.T - b @ b.T) > 1e-3 * np.linalg.norm(b @ b.T):
        return ""
    return "surely" if a.shape[0] >= a.shape[1] else "perhaps"


def _repaired(words: str, line: str, less: str) -> str:
    if words == _TRIANGLE:
        return (
            f"The matrix in `{line}` is not symmetric, and eigh and eigvalsh read one triangle of "
            "it alone. With the eigenvectors of the whole matrix your function is right here."
        )
    noun, numbers = _noun(words), set(_NUMBER.findall(line))
    if noun == "a number" and len(numbers) == 1:
        noun = f"the number {numbers.pop()}"
    elif noun == "a term" and less:
        noun = f"the term `{less}`"
    return f"One change makes your function right here: {noun} in `{line}`."


def _sizes(result: Any) -> Any:
    """Absolute values of what is numbers, and of each of several results."""
    if isinstance(result, tuple | list):
        return tuple(map(_sizes, result))
    try:
        array = as_array(result)
    except Unreadable:
        array = None
    return result if array is None else np.abs(array)


def _noun(words: str) -> str:
    """What is to be looked at, without saying what is to be done."""
    for key, noun in (
        (f"{_COLUMNS}, two", "the axis of the means, first"), (_COLUMNS, "the axis of a mean"),
        (f"{_FROBENIUS}, two", "the kind of the norms, first"), (_FROBENIUS, "the kind of a norm"),
        ("singular", "singular values or eigenvalues"), ("plus", "a sign"), ("minus", "a sign"),
        ("sign", "a sign"), ("power", "a power"), ("an exponent ", "an exponent"),
        ("transpose", "a transpose"), ("matrix product", "a matrix product"),
        ("identity", "the 1, which every entry loses,"), ("rows", "a number of rows"),
        ("in a norm", "a norm, which is a root,"),
        ("number", "a number"), ("factor", "a factor"), ("divisor", "a divisor"),
        ("quotient", "a product or a quotient"), ("fraction", "a quotient"),
        ("term", "a term"), ("difference", "a difference"), ("a − b", "a difference"),
        ("even steps and", "the even steps, and their number,"),
        ("even steps", "the even steps"), ("more points", "the number of points"),
        ("root", "a root"),
        ("mean", "a sum or a mean"), ("logarithm", "a logarithm"),
        ("exponential", "an exponential"),
        ("order", "an order"), ("cases exchanged", "the choice between two cases"),
        ("everywhere", "a choice between two cases where one would do,"),
        ("case", "one case less,"),
        ("bracket", "a bracket"),
        ("axis", "an axis"),
        ("condition", "a condition"), ("limit", "a limit"), ("in place of `", "a name"),
    ):  # fmt: skip
        if key in words:
            return noun
    return "a call"


def _gives_all(
    changed: Callable, calls: Sequence[Call], wanted: Sequence[Any], rtol: float
) -> bool:
    differs = False
    for call, want in zip(calls, wanted, strict=True):
        like = asked_once(changed, call.args, call.kwargs)
        if like is None or not same_values(call.result, like, rtol):
            return False
        differs = differs or (
            differ_in_numbers(want, like, rtol) and nearer(call.result, like, want)
        )
    return differs


@functools.cache
def _variants(own: Callable) -> tuple[tuple[str, Callable], ...]:
    """The function with one change in it, or in one of the package's functions that it calls.

    Kept, since a class makes many mistakes in one exercise.
    """
    if not isinstance(own, FunctionType):
        return ()
    found = [(words, changed) for words, changed, *_ in _changed(own)]
    for name, helper in _helpers(own):
        # The names of its arguments are no names that the exercise has.
        for words, changed, *_ in _changed(helper, names=()):
            found.append((words, _with_helper(own, name, changed)))
    # The course's own matrices are symmetric, and its sizes are the right ones.
    return tuple((w, c) for w, c in found if w != _TRIANGLE and not w.startswith(_MENDS))


def _changed(
    function: FunctionType, names: Sequence[str] | None = None
) -> Iterator[tuple[str, Callable, str, str]]:
    """Each change in words, the changed function, the line of source, and a term it leaves out."""
    try:
        code = function.source() if is_remote(function) else inspect.getsource(function)
        source = textwrap.dedent(code)
        definition = _parsed(source).body[0]
    except (OSError, TypeError, SyntaxError):
        return
    if not isinstance(definition, ast.FunctionDef):
        return
    lines = source.splitlines()
    if names is None:
        names = [a.arg for a in (*definition.args.args, *definition.args.kwonlyargs)]
    for words, changed, number, less in _edits(source, names):
        made = _made(function, changed)
        if made is not None:
            yield words, made, lines[number - 1].strip(), less


def _made(function: Callable, changed: ast.Module) -> Callable | None:
    """The function as the changed source has it; None where that is no Python."""
    # What a change may call.
    used = (
        _by_size, _as_singular, _eigen, _of_the_whole, _by_ratios, _by_odds, _less_identity,
    )  # fmt: skip
    if is_remote(function):
        code = "\n".join((*map(inspect.getsource, used), ast.unparse(changed)))
        return function.changed(source=code)
    return with_source(function, changed, *used)


def _parsed(source: str) -> ast.Module:
    """The tree of a function's source, without its annotations and decorators."""
    tree = ast.parse(source)
    definition = tree.body[0]
    if isinstance(definition, ast.FunctionDef):
        definition.returns, definition.decorator_list = None, []
        for argument in (*definition.args.args, *definition.args.kwonlyargs):
            argument.annotation = None
    return tree


def _helpers(own: FunctionType) -> Iterator[tuple[str, FunctionType]]:
    """The package's functions that it calls: `f(...)` or `module.f(...)`."""
    package = __package__.partition(".")[0]
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(own)))
    except (OSError, TypeError, SyntaxError):
        return
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = ast.unparse(node.func)
        first, _, rest = name.partition(".")
        value = own.__globals__.get(first)
        if rest and isinstance(value, ModuleType):
            value = getattr(value, rest, None)
        if isinstance(value, FunctionType) and value.__module__.startswith(package):
            yield name, inspect.unwrap(value)


class _Module:
    """A module in which one function is another."""

    def __init__(self, module: ModuleType, name: str, function: Callable):
        self._module = module
        setattr(self, name, function)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._module, name)


def _with_helper(own: FunctionType, name: str, changed: Callable) -> Callable:
    first, _, rest = name.partition(".")
    value = _Module(own.__globals__[first], rest, changed) if rest else changed
    made = FunctionType(
        own.__code__, own.__globals__ | {first: value}, own.__name__, own.__defaults__,
        own.__closure__,
    )  # fmt: skip
    made.__kwdefaults__ = own.__kwdefaults__
    return made


def _edits(source: str, names: Sequence[str]) -> Iterator[tuple[str, ast.Module, int, str]]:
    """What is different in words, a tree that differs in that one place, the place's line, and a
    term that is left out there.
    """
    tree = _parsed(source)
    definition = tree.body[0]
    inside = {id(n) for statement in definition.body for n in ast.walk(statement)}
    powers = {id(n.right) for n in ast.walk(tree) if _is(n, (ast.Pow,))}
    yield from _means_along_others(source)
    yield from _norms_of_entries(source)
    for index, node in enumerate(ast.walk(tree)):
        if id(node) not in inside:
            continue
        for words, change in _alternatives(node, names):
            copied = _parsed(source)  # several times faster than copy.deepcopy
            spot = next(n for i, n in enumerate(ast.walk(copied)) if i == index)
            new, less = change(spot), ""
            if words == _LESS:
                term = spot.right if new is spot.left else spot.left
                less = " ".join((ast.get_source_segment(source, term) or "").split())
            _replace(copied, spot, new)
            if id(node) in powers:
                words = words.replace("a number", "an exponent")
            yield words, ast.fix_missing_locations(copied), node.lineno, less
    yield from _brackets_across_lines(source)


def _means_along_others(source: str) -> Iterator[tuple[str, ast.Module, int, str]]:
    """Edits of all means of columns that are subtracted, and of other means into such."""
    changes = (
        ("with one mean over all entries where each column has its own", 0, {}),
        (
            "with the mean of each row where that of its column belongs",
            0,
            {"axis": 1, "keepdims": True},
        ),
        (_COLUMNS, None, {"axis": 0}),
        (_COLUMNS, 1, {"axis": 0}),
    )
    for words, axis, given in changes:
        copied = _parsed(source)
        found = [c for c in _subtracted_means(copied) if _axis(c) == axis]
        for call in found:
            call.args = call.args[: _is_of_a_module(call)]
            call.keywords = [ast.keyword(key, ast.Constant(value)) for key, value in given.items()]
        if found:
            several = words == _COLUMNS and len({call.lineno for call in found}) > 1
            words = f"{words}, two or more" if several else words
            yield words, ast.fix_missing_locations(copied), found[0].lineno, ""


def _norms_of_entries(source: str) -> Iterator[tuple[str, ast.Module, int, str]]:
    """The edit of all norms of a kind, np.linalg.norm(M, 2) say, into the root of squares."""
    copied = _parsed(source)
    found = []
    for node in ast.walk(copied):
        if not (isinstance(node, ast.Call) and ast.unparse(node.func).endswith("linalg.norm")):
            continue
        kinds = [k for k in node.keywords if k.arg == "ord"]
        if len(node.args) + len(kinds) == 2 and len(kinds) == len(node.keywords):
            node.args, node.keywords = node.args[:1], []
            found.append(node.lineno)
    if found:
        words = f"{_FROBENIUS}, two or more" if len(set(found)) > 1 else _FROBENIUS
        yield words, ast.fix_missing_locations(copied), min(found), ""


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


def _brackets_across_lines(source: str) -> Iterator[tuple[str, ast.Module, int, str]]:
    """Edits of brackets that go around a name: of a·s where a line above has s = b + c."""
    body = _parsed(source).body[0].body
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
            copied = _parsed(source)
            value = copied.body[0].body.pop(place).value
            around = _put_in(copied, target.id, value)
            changes = [] if around is None else list(_of_brackets(around))
            if index >= len(changes):
                break
            words, change = changes[index]
            _replace(copied, around, change(around))
            yield words, ast.fix_missing_locations(copied), around.lineno, ""


def _put_in(tree: ast.Module, name: str, value: ast.BinOp) -> ast.BinOp | None:
    """The operation one side of which was the name and is the value now, if there is one."""
    for node in ast.walk(tree):
        for side in ("left", "right"):
            operand = getattr(node, side, None) if isinstance(node, ast.BinOp) else None
            if isinstance(operand, ast.Name) and operand.id == name:
                return _set(node, side, value)
    return None


def _replace(tree: ast.Module, old: ast.AST, new: ast.AST) -> None:
    if new is old:
        return
    for parent in ast.walk(tree):
        for field, value in ast.iter_fields(parent):
            if value is old:
                setattr(parent, field, new)
            elif isinstance(value, list) and any(v is old for v in value):
                setattr(parent, field, [new if v is old else v for v in value])


def _has_a_threshold(node: ast.BinOp) -> bool:
    """Whether a factor is so small that it is a guard: another one would be right by chance."""
    sides = [n.value for n in (node.left, node.right) if isinstance(n, ast.Constant)]
    return any(isinstance(v, float) and 0 < abs(v) < 1e-3 for v in sides)


_Change = Callable[[Any], ast.AST]


def _alternatives(node: ast.AST, names: Sequence[str]) -> Iterator[tuple[str, _Change]]:
    if isinstance(node, ast.BinOp):
        changes = (*_of_operation(node), *_of_brackets(node))
        # Of a guard only that it is missing, or too many, is no chance.
        guard = _has_a_threshold(node)
        yield from ((w, c) for w, c in changes if not guard or w in (_LESS, _FACTOR))
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield "with the other sign in one place", lambda n: n.operand
    elif isinstance(node, ast.Attribute) and node.attr in ("T", "real"):
        words = "without a transpose" if node.attr == "T" else _WITHOUT["real"]
        yield words, lambda n: n.value
    elif isinstance(node, ast.Constant) and type(node.value) in (int, float):
        yield from _of_number(node, names)
    elif isinstance(node, ast.Call):
        yield from _of_call(node)
    elif isinstance(node, ast.Subscript) and ast.unparse(node.slice).endswith("::-1"):
        yield "without turning an order round", lambda n: n.value
    elif isinstance(node, ast.Compare) and len(node.ops) == 1:
        yield "with a condition turned round", _turned
    elif isinstance(node, ast.If | ast.IfExp):
        if node.orelse:
            for kept in (True, False):
                yield (
                    "with one case of two everywhere",
                    lambda n, kept=kept: _set(n, "test", ast.Constant(kept)),
                )
        else:
            yield "without a case", lambda n: _set(n, "test", ast.Constant(False))
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in names:
        for other in names:
            if other != node.id:
                yield (
                    f"with `{other}` in place of `{node.id}` once",
                    lambda n, other=other: ast.Name(other, ast.Load()),
                )


def _operator(op: ast.operator) -> _Change:
    return lambda n: ast.BinOp(n.left, op, n.right)


def _of_operation(node: ast.BinOp) -> Iterator[tuple[str, _Change]]:
    if isinstance(node.op, ast.Add):
        yield "with a minus in place of a plus", _operator(ast.Sub())
        yield _LESS, lambda n: n.left
        yield _LESS, lambda n: n.right
    elif isinstance(node.op, ast.Sub):
        yield "with a plus in place of a minus", _operator(ast.Add())
        yield "with a difference turned round", lambda n: ast.BinOp(n.right, n.op, n.left)
        yield _LESS, lambda n: n.left
        yield _LESS, lambda n: ast.UnaryOp(ast.USub(), n.right)
        yield "with b in place of a − b in one place", lambda n: n.right
        if getattr(node.right, "value", None) == 1:
            less = ast.Name(_less_identity.__name__, ast.Load())
            yield _IDENTITY, lambda n: ast.Call(less, [n.left], [])
    elif isinstance(node.op, ast.Mult):
        yield "with a quotient in place of a product", _operator(ast.Div())
        yield _FACTOR, lambda n: n.left
        yield _FACTOR, lambda n: n.right
        yield "with a matrix product in place of one by entries", _operator(ast.MatMult())
    elif isinstance(node.op, ast.Div):
        yield "with a product in place of a quotient", _operator(ast.Mult())
        yield "without one divisor", lambda n: n.left
        yield "with a fraction upside down", lambda n: ast.BinOp(n.right, n.op, n.left)
    elif isinstance(node.op, ast.MatMult):
        turned = "with the factors of a matrix product exchanged"
        yield turned, lambda n: ast.BinOp(n.right, n.op, n.left)
        yield "with a product by entries in place of a matrix product", _operator(ast.Mult())
        yield "without one factor of a matrix product", lambda n: n.left
        yield "without one factor of a matrix product", lambda n: n.right
        for side in ("left", "right"):
            yield (
                "with a transpose too many",
                lambda n, side=side: _set(
                    n, side, ast.Attribute(getattr(n, side), "T", ast.Load())
                ),
            )
    elif isinstance(node.op, ast.Pow):
        yield "without a power", lambda n: n.left
        yield (
            "with the power applied twice",
            lambda n: ast.BinOp(ast.BinOp(n.left, ast.Pow(), n.right), ast.Pow(), n.right),
        )
        yield (
            "with the other sign of an exponent",
            lambda n: _set(n, "right", ast.UnaryOp(ast.USub(), n.right)),
        )


def _of_brackets(node: ast.BinOp) -> Iterator[tuple[str, _Change]]:
    """The same operations with one of them done before the other: a·(b + c), a·b + c."""
    sums, products = (ast.Add, ast.Sub), (ast.Mult, ast.Div)
    inner = sums if isinstance(node.op, products) else products
    if isinstance(node.op, (*sums, *products)):
        if _is(node.right, inner):
            yield _BRACKET, _from_the_left
        if _is(node.left, inner):
            yield _BRACKET, _from_the_right
        if isinstance(node.op, ast.Mult) and _is(node.right, sums):
            yield _BRACKET, _of_the_last
        if isinstance(node.op, products) and _is(node.left, sums):
            yield _BRACKET, _of_the_first
        if _is(node.left, (ast.Div,)):
            yield (
                _BRACKET,
                lambda n: ast.BinOp(ast.BinOp(n.left.left, n.op, n.right), ast.Div(), n.left.right),
            )
    if isinstance(node.op, ast.Pow) and _is(node.left, products):
        yield _BRACKET, _from_the_right
    if isinstance(node.op, products) and _is(node.right, (ast.Pow,)):
        yield _BRACKET, _from_the_left
    if _is_scaled(node) and any(map(_is_call_of_one, (node.left, node.right))):
        yield _BRACKET, _around_more


_BRACKET = "with a bracket in another place"
_MOST_BRACKETS = 8  # that one operation can have


def _is_scaled(node: ast.AST) -> bool:
    """Whether it is x/2, 2·x, x² and the like."""
    return isinstance(node, ast.BinOp) and (
        isinstance(node.op, ast.Mult | ast.Div | ast.Pow)
        and isinstance(node.right, ast.Constant)
        or isinstance(node.op, ast.Mult)
        and isinstance(node.left, ast.Constant)
    )


def _is_call_of_one(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and len(node.args) == 1 and not node.keywords


def _around_less(call: ast.Call) -> ast.BinOp:
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


def _is(node: ast.AST, operators: tuple[type, ...]) -> bool:
    return isinstance(node, ast.BinOp) and isinstance(node.op, operators)


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


def _set(node: ast.AST, field: str, value: ast.AST) -> ast.AST:
    setattr(node, field, value)
    return node


def _of_number(node: ast.Constant, names: Sequence[str]) -> Iterator[tuple[str, _Change]]:
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
        if value % 2 == 0:
            changes[1] = (changes[1][0], value // 2)
    for words, new in changes:
        yield words, lambda n, new=new: ast.Constant(new)
    if isinstance(value, int) and value > 2:  # a size, perhaps, that is another one elsewhere
        for name in names:
            yield (
                f"{_LENGTH}{name})",
                lambda n, name=name: ast.parse(f"len({name})", mode="eval").body,
            )


def _of_call(node: ast.Call) -> Iterator[tuple[str, _Change]]:
    method = isinstance(node.func, ast.Attribute)
    name = node.func.attr if method else ast.unparse(node.func)
    if name in _WITHOUT and node.args:
        yield _WITHOUT[name], lambda n: n.args[0]
        if len(node.args) > 1 and name in ("maximum", "minimum"):
            yield _WITHOUT[name], lambda n: n.args[1]
    elif name in _WITHOUT and method:
        yield _WITHOUT[name], lambda n: n.func.value
    if name == "len":
        yield _ROWS, _halved
    if name == "norm":
        yield "without the root in a norm", lambda n: ast.BinOp(n, ast.Pow(), ast.Constant(2))
    if name in _SWAPS and method:
        other, words = _SWAPS[name]
        yield words, lambda n: _set(n, "func", ast.Attribute(n.func.value, other, ast.Load()))
    if name == "where" and len(node.args) == 3:
        yield (
            "with two cases exchanged",
            lambda n: _set(n, "args", [n.args[0], n.args[2], n.args[1]]),
        )
        yield "with one case of two everywhere", lambda n: n.args[1]
        yield "with one case of two everywhere", lambda n: n.args[2]
    if len(node.args) == 1 and not node.keywords and _is_scaled(node.args[0]):
        yield _BRACKET, _around_less
    yield from _of_numpy(node, ast.unparse(node.func))


def _halved(node: ast.Call) -> ast.BinOp:
    """len(K) as len(K) // 2: a table of both views has twice as many rows as there are pairs."""
    return ast.BinOp(node, ast.FloorDiv(), ast.Constant(2))


def _of_numpy(node: ast.Call, name: str) -> Iterator[tuple[str, _Change]]:
    if name == "np.roll" and node.keywords:
        words = "with an np.roll that lacks its axis, and takes the matrix for one long row"
        yield words, lambda n: ast.Call(n.func, n.args, [])
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
            yield _TRIANGLE, lambda n: ast.Call(whole, [n.args[0], vectors], [])
    elif name.endswith(".linspace") and len(node.args) in (2, 3):
        for spaced in (_by_ratios, _by_odds):
            yield (
                "without even steps",
                lambda n, spaced=spaced: _set(n, "func", ast.Name(spaced.__name__, ast.Load())),
            )
        number = getattr(node.args[2], "value", None) if len(node.args) == 3 else 50
        for times in (10, 1000):
            if isinstance(number, int) and 10 < number * times <= _MOST_POINTS:
                more = ast.Constant((number - 1) * times + 1)
                yield "with more points", lambda n, more=more: _set(n, "args", [*n.args[:2], more])
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
            lambda n: _set(n, "func", ast.Name(_eigen.__name__, ast.Load())),
        )


def _by_size(found: Any) -> Any:
    """What np.linalg.eigh or eigvalsh found, in the order of the sizes."""
    if not isinstance(found, tuple):
        return found[np.argsort(np.abs(found))]
    order = np.argsort(np.abs(found[0]))
    return found[0][order], found[1][:, order]


def _as_singular(found: Any) -> Any:
    found = _by_size(found)
    return (np.abs(found[0]), found[1]) if isinstance(found, tuple) else np.abs(found)


def _eigen(matrix: np.ndarray, *_: Any, compute_uv: bool = True, **__: Any) -> Any:
    """The eigenvalues and vectors of a symmetric matrix, in the form that np.linalg.svd has."""
    values, vectors = np.linalg.eigh(matrix)
    values, vectors = values[::-1], vectors[:, ::-1]
    return (vectors, values, vectors.T) if compute_uv else values


def _of_the_whole(matrix: np.ndarray, vectors: bool) -> Any:
    """What np.linalg.eigh or eigvalsh should find of a matrix that need not be symmetric."""
    values, columns = np.linalg.eig(matrix)
    order = np.argsort(values.real)
    return (values.real[order], columns.real[:, order]) if vectors else values.real[order]


def _by_ratios(begin: float, end: float, number: int = 50) -> np.ndarray:
    """Points from one value above 0 to another, each the same multiple of the one before."""
    if not begin > 0:  # a grid of logarithms, say, which are below 0
        raise ValueError("points from 0 or below have no ratios")
    return np.geomspace(begin, end, number)


def _by_odds(begin: float, end: float, number: int = 50) -> np.ndarray:
    """Points from one value between 0 and 1 to another, their odds as above."""
    odds = _by_ratios(begin / (1 - begin), end / (1 - end), number)
    return odds / (1 + odds)


def _less_identity(x: Any) -> Any:
    """A square matrix less I, be it an array or a tensor."""
    one = np.eye(*x.shape)
    return x - (one if isinstance(x, np.ndarray) else x.new_tensor(one))


def _turned(node: ast.Compare) -> ast.AST:
    turned = {ast.Lt: ast.Gt, ast.Gt: ast.Lt, ast.LtE: ast.GtE, ast.GtE: ast.LtE,
              ast.Eq: ast.NotEq, ast.NotEq: ast.Eq}  # fmt: skip
    node.ops = [turned.get(type(node.ops[0]), type(node.ops[0]))()]
    return node
