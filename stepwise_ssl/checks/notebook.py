"""Names of the notebook that a function reads, where it has been given an argument for them."""

from __future__ import annotations

import ast
import dis
import inspect
from collections.abc import Callable, Iterator
from types import CodeType, FunctionType
from typing import Any

import numpy as np

from .comparison import sizes_and_numbers

_READS = ("LOAD_GLOBAL", "LOAD_NAME")


def is_remote(function: Any) -> bool:
    """Whether a function lives in another process, where it is read and changed on demand."""
    return hasattr(function, "within")


def data_read(function: Any) -> dict[str, Any]:
    """Global numbers, arrays and tensors that the function reads, itself or in its helpers."""
    if is_remote(function):
        return function.reads()
    return {
        name: value
        for name, value in _read(function, set())
        if isinstance(value, int | float | np.number | np.ndarray) and not isinstance(value, bool)
        or hasattr(value, "detach")
    }  # fmt: skip


def _read(function: Any, seen: set[int]) -> Iterator[tuple[str, Any]]:
    if not isinstance(function, FunctionType) or id(function) in seen:
        return
    seen.add(id(function))
    for name in _names(function.__code__):
        if name in function.__globals__:
            value = function.__globals__[name]
            yield name, value
            if isinstance(value, FunctionType) and value.__globals__ is function.__globals__:
                yield from _read(value, seen)


def _names(code: CodeType) -> Iterator[str]:
    for step in dis.get_instructions(code):
        if step.opname in _READS:
            yield step.argval
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)


def leaves_out(function: Any, place: int) -> bool:
    """Whether no line of the function reads its argument at that place; False where unknown."""
    if not isinstance(function, FunctionType) or place >= function.__code__.co_argcount:
        return False
    code = function.__code__
    name = code.co_varnames[place]
    if name in code.co_cellvars:  # read in a function within
        return False
    steps = (step for step in dis.get_instructions(code) if step.opname.startswith("LOAD_FAST"))
    # From Python 3.13 on one step can read two.
    return not any(
        name in (step.argval if isinstance(step.argval, tuple) else (step.argval,))
        for step in steps
    )


def replacements(
    function: Any, given: Callable[[tuple, dict], dict[str, Any]], first: dict[str, Any]
) -> Iterator[tuple[str, Any, str, Callable, list]]:
    """For each global that is read, and each argument or size of the same kind: a repaired answer.

    `given` names the arguments of a call, `first` are those of one call. Yields the global's name
    and value, what replaces it, the function with it replaced, and a list that collects what
    stood in its place at each call.
    """
    for name, value in data_read(function).items():
        for label, offer in _offers(first):
            if _kind(offer) != _kind(value):
                continue
            used: list[Any] = []
            yield name, value, label, _with_argument(function, given, name, label, used), used


def values_for(
    function: Any, given: Callable[[tuple, dict], dict[str, Any]], first: dict[str, Any], name: str
) -> Iterator[tuple[str, Callable, list]]:
    """The same for a name without a value: what replaces it, the function, what stood there."""
    for label, _ in _offers(first):
        used: list[Any] = []
        yield label, _with_argument(function, given, name, label, used), used


def _offers(given: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    yield from given.items()
    for label, size in sizes_and_numbers(given):
        if label not in given:
            yield label, int(size)
            yield f"{label} // 2", int(size) // 2


def _kind(value: Any) -> str:
    if hasattr(value, "detach"):
        return "tensor"
    if isinstance(value, np.ndarray):
        return "array"
    if isinstance(value, int | np.integer) and not isinstance(value, bool):
        return "int"
    return "float" if isinstance(value, float | np.floating) else ""


def _with_argument(
    function: FunctionType, given: Callable[[tuple, dict], dict[str, Any]], name: str, label: str,
    used: list[Any],
) -> Callable:  # fmt: skip
    def repaired(*args: Any, **kwargs: Any) -> Any:
        offers = dict(_offers(given(args, kwargs)))
        used.append(offers[label])
        return with_names(function, {name: offers[label]})(*args, **kwargs)

    return repaired


def with_names(function: Any, new: dict[str, Any]) -> Any:
    """The function, and the helpers that it calls, with other values for some globals."""
    if is_remote(function):
        return function.changed(names=new)
    scope = function.__globals__ | new
    for name, value in _read(function, set()):
        if isinstance(value, FunctionType) and value.__globals__ is function.__globals__:
            scope[name] = _copy(value, scope)
    return _copy(function, scope)


def _copy(function: FunctionType, scope: dict[str, Any]) -> FunctionType:
    copied = FunctionType(
        function.__code__, scope, function.__name__, function.__defaults__, function.__closure__
    )
    copied.__kwdefaults__ = function.__kwdefaults__
    return copied


def with_source(
    function: FunctionType, source: str | ast.Module, *used: Callable
) -> FunctionType | None:
    """The function as another source defines it, which may call what is `used`.

    None where the source is no Python. Of a decorated function `inspect` gives the source that
    stands under the decorator, so that is the function that is made.
    """
    function = inspect.unwrap(function)
    scope = function.__globals__ | {helper.__name__: helper for helper in used}
    try:
        exec(compile(source, "<one change>", "exec"), scope)
    except (SyntaxError, ValueError):
        return None
    made = scope[function.__code__.co_name]  # __name__ can be set
    made.__defaults__, made.__kwdefaults__ = function.__defaults__, function.__kwdefaults__
    return made
