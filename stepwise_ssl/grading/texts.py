"""Texts of a notebook that a library may run as code, or call by: nothing of them is run here."""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Collection, Iterable, Iterator

from . import modules

# SymPy's functions whose text is a name, and methods of its expressions that read one as code.
_NAMING = {
    "symbols", "Symbol", "Function", "Dummy", "Wild", "MatrixSymbol", "IndexedBase", "Idx", "latex",
    "init_printing", "pprint", "plot", "Rational", "Float", "Integer",
}  # fmt: skip
_OF_EXPRESSIONS = {
    "subs", "xreplace", "evalf", "has", "coeff", "as_coeff_exponent", "as_coefficient",
    "as_leading_term", "collect", "diff", "equals", "expand", "extract_additively",
    "extract_multiplicatively", "fps", "integrate", "invert", "is_algebraic_expr", "is_meromorphic",
    "is_polynomial", "is_rational_function", "leadterm", "limit", "lseries", "match", "nseries",
    "series", "taylor_term", "companion",
}  # fmt: skip
_MAKERS = {"str", "chr", "repr", "join", "format", "decode"}
_NAMES_ALONE = re.compile(r"[\w\s+\-*/^,=]*")
# Numba computes a signature: what stands in an honest one.
_TYPE = re.compile(
    r"(?:u?int|float|complex|intp|uintp|[biufc])\d*|void|bool_|boolean|none|Tuple|UniTuple|\w"
)
_SIGNATURE = re.compile(r"[\w\s,:()\[\]>-]*")
# pandas calls a method by its name; of these nothing is more than a number of a column.
_BY_NAME = {"agg", "aggregate", "apply", "transform"}
_OF_COLUMNS = {
    "mean", "std", "var", "sem", "sum", "prod", "min", "max", "median", "count", "size", "first",
    "last", "nunique", "idxmin", "idxmax", "cumsum", "cumprod", "rank", "abs", "any", "all", "skew",
    "sqrt", "log", "exp", "diff", "describe", "quantile",
}  # fmt: skip

_FunctionDef = ast.FunctionDef | ast.AsyncFunctionDef


def is_code(text: str, suspect: Collection[str]) -> bool:
    """Whether a text is code that imports something, or that calls or reads a name in `suspect`.

    A word alone is none, and neither is a sentence.
    """
    if not {"import", *suspect}.intersection(re.findall(r"\w+", text)):
        return False
    try:
        # pandas writes an @ before names of the notebook.
        tree = ast.parse(re.sub(r"@(?=\w)", "", textwrap.dedent(text).strip()))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return any(
        isinstance(node, ast.Import | ast.ImportFrom)
        or isinstance(node, ast.Attribute) and node.attr in suspect
        or isinstance(node, ast.Call) and getattr(node.func, "id", "") in suspect
        for node in ast.walk(tree)
    )  # fmt: skip


def named(tree: ast.AST) -> set[str]:
    """Names that code gives to a text which may be more than a name."""
    return {name for name, is_text in _given(tree) if is_text}


def renamed(tree: ast.AST) -> set[str]:
    """Names that code gives to something else."""
    return {name for name, is_text in _given(tree) if not is_text}


def _given(tree: ast.AST) -> Iterator[tuple[str, bool]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.NamedExpr | ast.For | ast.comprehension):
            is_text = _is_text(node.iter if hasattr(node, "iter") else node.value, set())
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                for name in modules.stored(target):
                    yield name, is_text


def parameters(trees: Iterable[ast.Module | None], texts: set[str]) -> dict[str, set[str]]:
    """Parameters of the notebook's functions that some call gives a text to."""
    nodes = [node for tree in trees if tree for node in ast.walk(tree)]
    own = {node.name: node.args for node in nodes if isinstance(node, _FunctionDef)}
    found: dict[str, set[str]] = {}
    for node in nodes:
        name = _called(node)
        if name not in own:
            continue
        places = [a.arg for a in (*own[name].posonlyargs, *own[name].args)]
        every = {*places, *(a.arg for a in own[name].kwonlyargs)}
        given = [(set(places[k : k + 1]), a) for k, a in enumerate(node.args)]
        given += [({k.arg} & every if k.arg else every, k.value) for k in node.keywords]
        for names, value in given:
            if _is_text(value, texts):
                found.setdefault(name, set()).update(
                    every if isinstance(value, ast.Starred) else names
                )
    return found


def run_as_code(
    tree: ast.Module, imported: dict[str, str], before: set[str], every: set[str],
    given: dict[str, set[str]],
) -> Iterator[ast.Call]:  # fmt: skip
    """Calls of a cell by which a library runs a text, or calls what a text names.

    `before` are names that stand for a text where the cell begins, `every` those that do so
    somewhere, which a function may read when it is called, `given` its parameters that do.
    """
    libraries = {name.partition(".")[0] for name in imported.values()}
    if not libraries & {"sympy", "numba", "pandas"}:
        return
    now = before
    for statement in tree.body:
        names = now | named(statement)
        for node in ast.walk(statement):
            if isinstance(node, ast.Call) and _runs(node, imported, libraries, names):
                yield node
            elif isinstance(node, _FunctionDef):
                own = {a.arg for a in ast.walk(node.args) if isinstance(a, ast.arg)}
                inner = every - own - renamed(node) | named(node) | given.get(node.name, set())
                for part in ast.walk(node):
                    if isinstance(part, ast.Call) and _runs(part, imported, libraries, inner):
                        yield part
        now = now - renamed(statement) | named(statement)


def _runs(
    call: ast.Call, imported: dict[str, str], libraries: set[str], texts: set[str]
) -> bool:  # fmt: skip
    name, of = _called(call), modules.dotted(call.func, imported).partition(".")[0]
    values = [*call.args, *(keyword.value for keyword in call.keywords)]
    if of == "numba":
        return any(_is_no_signature(value, texts) for value in values)
    if of == "sympy" or not of and "sympy" in libraries and name in _OF_EXPRESSIONS:
        shows = name in _NAMING or name.startswith("plot")
        return not shows and any(_is_text(value, texts) for value in values)
    if "pandas" in libraries and not of and name in _BY_NAME:
        return any(_names_a_method(value, texts) for value in values[:1])
    return False


def _called(node: ast.AST) -> str:
    func = getattr(node, "func", None)
    return getattr(func, "attr", getattr(func, "id", ""))


def _is_no_signature(value: ast.AST, texts: set[str]) -> bool:
    for inner in ast.walk(value):
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
            words = re.findall(r"[A-Za-z_]\w*", inner.value)
            if not _SIGNATURE.fullmatch(inner.value) or not all(map(_TYPE.fullmatch, words)):
                return True
    return _is_text(value, texts) and not any(
        isinstance(inner, ast.Constant) for inner in ast.walk(value)
    )


def _names_a_method(value: ast.AST, texts: set[str]) -> bool:
    if isinstance(value, ast.Dict):  # its keys are columns
        return any(_names_a_method(one, texts) for one in value.values)
    if isinstance(value, ast.Lambda):
        return False
    words = {n.value for n in ast.walk(value) if isinstance(n, ast.Constant)}
    return not {w for w in words if isinstance(w, str)} <= _OF_COLUMNS or _is_text(value, texts)


def _is_text(node: ast.AST, texts: set[str]) -> bool:
    """Whether a text stands in it, or one is made in it, that may be more than a name."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
            if "__" in inner.value or not _NAMES_ALONE.fullmatch(inner.value):
                return True
        elif isinstance(inner, ast.JoinedStr) or getattr(inner, "id", "") in texts:
            return True
    return any(_called(inner) in _MAKERS for inner in ast.walk(node))
