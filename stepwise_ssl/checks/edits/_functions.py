"""Functions that differ from a given one by one change in their source."""

from __future__ import annotations

import ast
import functools
import inspect
import textwrap
from collections.abc import Callable, Iterator, Sequence
from types import FunctionType, ModuleType
from typing import Any

from ..notebook import is_remote, with_source
from ._places import edits_of
from ._stand_ins import (
    _as_singular,
    _by_half,
    _by_odds,
    _by_ratios,
    _by_size,
    _eigen,
    _less_identity,
    _of_the_whole,
    _power_of,
)
from ._tree import parsed
from ._words import MENDS, TRIANGLE


@functools.cache
def variants(own: Callable) -> tuple[tuple[str, Callable], ...]:
    """The function with one change in it, or in one of the package's functions that it calls.

    Kept, since a class makes many mistakes in one exercise.
    """
    if not isinstance(own, FunctionType):
        return ()
    found = [(words, changed) for words, changed, *_ in changes_of(own)]
    for name, helper in _helpers(own):
        # The names of its arguments are no names that the exercise has.
        for words, changed, *_ in changes_of(helper, names=()):
            found.append((words, _with_helper(own, name, changed)))
    # The course's own matrices are symmetric, and its sizes are the right ones.
    return tuple((w, c) for w, c in found if w != TRIANGLE and not w.startswith(MENDS))


def changes_of(
    function: FunctionType, names: Sequence[str] | None = None
) -> Iterator[tuple[str, Callable, str, str]]:
    """Each change in words, the changed function, the line of source, and a term it leaves out."""
    try:
        code = function.source() if is_remote(function) else inspect.getsource(function)
        source = textwrap.dedent(code)
        definition = parsed(source).body[0]
    except (OSError, TypeError, SyntaxError):
        return
    if not isinstance(definition, ast.FunctionDef):
        return
    lines = source.splitlines()
    if names is None:
        names = [a.arg for a in (*definition.args.args, *definition.args.kwonlyargs)]
    for words, changed, number, less in edits_of(source, names):
        made = _made(function, changed)
        if made is not None:
            yield words, made, lines[number - 1].strip(), less


def _made(function: Callable, changed: ast.Module) -> Callable | None:
    """The function as the changed source has it; None where that is no Python."""
    # What a change may call.
    used = (
        _by_size, _as_singular, _eigen, _of_the_whole, _by_ratios, _by_odds, _less_identity,
        _power_of, _by_half,
    )  # fmt: skip
    if is_remote(function):
        code = "\n".join((*map(inspect.getsource, used), ast.unparse(changed)))
        return function.changed(source=code)
    return with_source(function, changed, *used)


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
