"""Syntax trees: read, asked and changed in place."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

Change = Callable[[Any], ast.AST]


def parsed(source: str) -> ast.Module:
    """The tree of a function's source, without its annotations and decorators."""
    tree = ast.parse(source)
    definition = tree.body[0]
    if isinstance(definition, ast.FunctionDef):
        definition.returns, definition.decorator_list = None, []
        for argument in (*definition.args.args, *definition.args.kwonlyargs):
            argument.annotation = None
    return tree


def replace(tree: ast.Module, old: ast.AST, new: ast.AST) -> None:
    if new is old:
        return
    for parent in ast.walk(tree):
        for field, value in ast.iter_fields(parent):
            if value is old:
                setattr(parent, field, new)
            elif isinstance(value, list) and any(v is old for v in value):
                setattr(parent, field, [new if v is old else v for v in value])


def with_field(node: ast.AST, field: str, value: ast.AST) -> ast.AST:
    setattr(node, field, value)
    return node


def is_operation(node: ast.AST, operators: tuple[type, ...]) -> bool:
    return isinstance(node, ast.BinOp) and isinstance(node.op, operators)
