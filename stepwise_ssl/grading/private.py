"""Private names that a notebook reads from what it has made itself.

A notebook may give its own things an attribute `_closed`; read from a thing of a library, `_closed`
is the library's all the same. What stands for such a thing is followed through names, attributes,
parameters and results, in whatever order they stand. Nothing is run.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator

from . import modules

_Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_Above = tuple[ast.AST, ...]  # functions and classes in which a node stands, the inmost first
_Key = tuple[int, str]  # a parameter's function and name; other names have 0, attributes -1
_ROUNDS = 10  # names given to names are followed forward and backward by turns
# Methods by which a thing keeps what they are given.
TAKING = {"append", "appendleft", "add", "insert", "extend", "update", "setdefault", "put"}
_MOST = 300  # parts of an expression that are looked at


def read_from_own(trees: Iterable[ast.Module | None], imported: dict[str, str]) -> set[int]:
    """The `id`s of nodes that read a private name which the notebook gives to its own attributes,
    from something that comes from no library as far as can be seen."""
    placed = [pair for tree in trees if tree for pair in _placed(tree)]
    made = _made(node for node, _ in placed)
    reads = [(node, above) for node, above in placed if _is_read(node) and node.attr in made]
    if not reads:
        return set()
    seen = _Seen(placed, imported)
    return {
        id(node)
        for node, above in reads
        if not seen.is_foreign(node.value, above) or seen.is_of_its_class(node, above)
    }


def _placed(tree: ast.Module) -> Iterator[tuple[ast.AST, _Above]]:
    left: list[tuple[ast.AST, _Above]] = [(tree, ())]
    while left:
        node, above = left.pop()
        yield node, above
        inner = (node, *above) if isinstance(node, _Function | ast.ClassDef) else above
        left += [(child, inner) for child in ast.iter_child_nodes(node)]


def _is_read(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load)


def _made(nodes: Iterable[ast.AST]) -> set[str]:
    """Names with a first underscore that are given to attributes."""
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            found.add(node.attr)
        elif isinstance(node, ast.ClassDef):
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef | ast.ClassDef):
                    found.add(inner.name)
                found |= set(modules.stored(inner))
    return {name for name in found if name.startswith("_")}


class _Seen:
    """What stands for a thing of a library."""

    def __init__(self, placed: list[tuple[ast.AST, _Above]], imported: dict[str, str]) -> None:
        self.imported = imported
        self.foreign: set[_Key] = {(0, name) for name in imported}
        self.functions: dict[str, list[tuple[_Function, bool]]] = defaultdict(list)
        self.classes = {node.name for node, _ in placed if isinstance(node, ast.ClassDef)}
        for node, above in placed:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                is_method = bool(above) and isinstance(above[0], ast.ClassDef)
                self.functions[node.name].append((node, is_method))
            elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda):
                for name in (n for target in node.targets for n in modules.stored(target)):
                    self.functions[name].append((node.value, False))
        self._anyones([node for node, _ in placed])
        self.is_whole = True
        for k in range(_ROUNDS):
            before = len(self.foreign)
            for node, above in placed[:: -1 if k % 2 else 1]:
                self._follow(node, above)
            if len(self.foreign) == before:
                break
        else:
            self.is_whole = False

    def _anyones(self, nodes: list[ast.AST]) -> None:
        """Functions that are kept under another name or in a thing can be called with anything."""
        known: set[int] = set()  # where a function stands and is called by its name, or handed on
        for node in nodes:
            if isinstance(node, ast.Call):
                values = [*node.args, *(keyword.value for keyword in node.keywords)]
                known |= {id(one) for one in (node.func, *values)}
            elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda):
                known.add(id(node.value))
            known |= {id(one) for one in getattr(node, "decorator_list", ())}
        for node in nodes:
            if id(node) not in known and isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
                for function in self._functions_at(node):
                    self.foreign |= {(id(function), name) for name in _parameters(function)}

    def is_of_its_class(self, node: ast.Attribute, above: _Above) -> bool:
        """Whether a method reads from its own object what its class has made."""
        owner, method = _inmost(above, ast.ClassDef), _inmost(above, _Function)
        if owner is None or method is None or not isinstance(node.value, ast.Name):
            return False
        return node.value.id == _first(method) and node.attr in _made(ast.walk(owner))

    def is_foreign(self, value: ast.AST | None, above: _Above) -> bool:
        """Whether an expression is, holds or comes from a thing of a library."""
        left = [(value, above)]
        for _ in range(_MOST if self.is_whole else 0):
            if not left:
                return False
            node, above = left.pop()
            if isinstance(node, ast.Name) and _key(node.id, above) in self.foreign:
                return True
            if isinstance(node, ast.Attribute) and (-1, node.attr) in self.foreign:
                return True
            if isinstance(node, ast.Lambda):
                left.append((node.body, (node, *above)))
            elif isinstance(node, ast.Call):
                if getattr(node.func, "id", "") == "super" and self._is_foreign_self(above):
                    return True
                left += ((one, above) for one in self._gives(node))
            else:
                left += ((one, above) for one in _held(node) if not isinstance(one, ast.Constant))
        return True  # farther than this reader goes

    def _is_foreign_self(self, above: _Above) -> bool:
        method = _inmost(above, _Function)
        return method is not None and (id(method), _first(method)) in self.foreign

    def _gives(self, call: ast.Call) -> list[ast.expr]:
        """What a call may give a part of: functions of Python's own give what they are given."""
        name = getattr(call.func, "id", "")
        is_known = name in self.functions or name in self.classes
        return [call.func, *(call.args if name and not is_known else ())]

    def _follow(self, node: ast.AST, above: _Above) -> None:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                self._bind(target, node.value, above)
        elif isinstance(node, ast.AnnAssign | ast.AugAssign | ast.NamedExpr):
            self._bind(node.target, node.value, above)
        elif isinstance(node, ast.For | ast.comprehension):
            self._bind(node.target, node.iter, above)
        elif isinstance(node, ast.withitem) and node.optional_vars is not None:
            self._bind(node.optional_vars, node.context_expr, above)
        elif isinstance(node, ast.Match) and self.is_foreign(node.subject, above):
            for inner in ast.walk(node):
                name = getattr(inner, "name", None) or getattr(inner, "rest", None)
                if isinstance(inner, ast.MatchAs | ast.MatchStar | ast.MatchMapping) and name:
                    self.foreign.add(_key(name, above))
        elif isinstance(node, ast.Return | ast.Yield):
            method = _inmost(above, _Function)
            if isinstance(method, ast.FunctionDef) and self.is_foreign(node.value, above):
                self.foreign |= {(0, method.name), (-1, method.name)}
        elif isinstance(node, ast.ClassDef) and any(self.is_foreign(b, above) for b in node.bases):
            methods = [inner for inner in node.body if isinstance(inner, _Function)]
            self.foreign |= {(id(method), _first(method)) for method in methods}
        elif isinstance(node, _Function):
            self._give(node, range(-len(node.args.defaults), 0), node.args.defaults, above)
            for argument, value in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True):
                if self.is_foreign(value, above):
                    self.foreign.add((id(node), argument.arg))
        elif isinstance(node, ast.Call):
            self._call(node, above)

    def _bind(self, target: ast.AST, value: ast.AST, above: _Above) -> None:
        for one, given in _pairs(target, value):
            if not self.is_foreign(given, above):
                continue
            while isinstance(one, ast.Subscript | ast.Starred):
                one = one.value
            if isinstance(one, ast.Attribute):
                self.foreign.add((-1, one.attr))
            elif isinstance(one, ast.Name):  # of a subscript, which only reads it
                self.foreign.add(_key(one.id, above))
            self.foreign |= {_key(name, above) for name in modules.stored(one)}

    def _call(self, call: ast.Call, above: _Above) -> None:
        name = getattr(call.func, "attr", getattr(call.func, "id", ""))
        for function, is_method in self.functions.get(name, ()):
            owner = getattr(getattr(call.func, "value", None), "id", "")
            shift = int(is_method and owner not in self.classes)
            self._give(function, range(shift, shift + len(call.args)), call.args, above)
            for keyword in call.keywords:
                if self.is_foreign(keyword.value, above):
                    every = _parameters(function)
                    taken = [keyword.arg] if keyword.arg in every else every
                    self.foreign |= {(id(function), one) for one in taken}
        if isinstance(call.func, ast.Lambda):
            self._give(call.func, range(len(call.args)), call.args, above)
        # A function that is handed on together with things is called with them.
        values = [*call.args, *(keyword.value for keyword in call.keywords)]
        handed = [f for v in values for f in self._functions_at(v)]
        of = getattr(call.func, "value", None)
        if of is not None and name in TAKING and name not in self.functions:
            for value in values:
                self._bind(of, value, above)
        is_method = of is not None and not modules.dotted(call.func, self.imported)
        things = [v for v in values if not self._functions_at(v)] + [of] * is_method
        if handed and any(self.is_foreign(thing, above) for thing in things):
            self.foreign |= {(id(f), one) for f in handed for one in _parameters(f)}

    def _functions_at(self, value: ast.AST) -> list[_Function]:
        if isinstance(value, ast.Lambda):
            return [value]
        return [function for function, _ in self.functions.get(getattr(value, "id", ""), ())]

    def _give(
        self, function: _Function, places: Iterable[int], values: list[ast.expr], above: _Above
    ) -> None:  # fmt: skip
        arguments = [*function.args.posonlyargs, *function.args.args]
        for place, value in zip(places, values, strict=True):
            if not self.is_foreign(value, above):
                continue
            if isinstance(value, ast.Starred) or place >= len(arguments):
                self.foreign |= {(id(function), name) for name in _parameters(function)}
            else:
                self.foreign.add((id(function), arguments[place].arg))


def _inmost(above: _Above, kind: type) -> ast.AST | None:
    return next((one for one in above if isinstance(one, kind)), None)


def _key(name: str, above: _Above) -> _Key:
    """Whose a name is: of the inmost function that has it as a parameter, or the notebook's."""
    for one in above:
        if isinstance(one, _Function) and name in _parameters(one):
            return id(one), name
    return 0, name


def _parameters(function: _Function) -> list[str]:
    return [node.arg for node in ast.walk(function.args) if isinstance(node, ast.arg)]


def _first(function: _Function) -> str:
    arguments = [*function.args.posonlyargs, *function.args.args]
    return arguments[0].arg if arguments else ""


def _held(node: ast.AST | None) -> list[ast.AST]:
    """What a value may be, hold or be taken from."""
    if isinstance(node, ast.Attribute | ast.Subscript | ast.Starred | ast.NamedExpr):
        return [node.value]
    if isinstance(node, ast.IfExp):
        return [node.body, node.orelse]
    if isinstance(node, ast.BoolOp | ast.Dict):
        return list(node.values)
    if isinstance(node, ast.BinOp):
        return [node.left, node.right]
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        return list(node.elts)
    if isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp):
        return [node.elt]
    return [node.value] if isinstance(node, ast.DictComp | ast.Await) else []


def _pairs(target: ast.AST, value: ast.AST) -> Iterator[tuple[ast.AST, ast.AST | None]]:
    """Targets, each with the value that it is given; several values are one where they cannot be
    told apart."""
    values = getattr(value, "elts", None)
    if isinstance(value, ast.Call) and getattr(value.func, "id", "") in ("zip", "enumerate"):
        values = [None, *value.args] if value.func.id == "enumerate" else value.args
    if not isinstance(target, ast.Tuple | ast.List) or not values:
        yield target, value
    elif len(values) != len(target.elts) or any(isinstance(v, ast.Starred) for v in values):
        yield from ((one, value) for one in target.elts)
    else:
        for one, given in zip(target.elts, values, strict=True):
            yield from _pairs(one, given)
