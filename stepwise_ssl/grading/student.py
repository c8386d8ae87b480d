"""The student's side: runs a notebook's cells, then answers calls by plain data.

It runs in a process of its own, in the cage that `cage` makes, with a copy of the package that
holds no check and no draw. Each answer is asked in a copy of the process (fork): what one answer
breaks, hangs or ends is lost for that answer alone.
"""

from __future__ import annotations

import builtins
import contextlib
import importlib
import importlib.machinery
import inspect
import io
import os
import signal
import socket
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch

from stepwise_ssl._surroundings import own_settings
from stepwise_ssl.checks import interrupt
from stepwise_ssl.checks.chapter_07.interrupted import OneStep
from stepwise_ssl.checks.chapter_07.killed import life
from stepwise_ssl.checks.learner import Printed, said_of
from stepwise_ssl.checks.notebook import data_read, with_names, with_source
from stepwise_ssl.checks.surroundings import as_a_fresh_process

from . import live, wire

_FOLDER: list[Path] = []  # the one that this process may write to
_BLANK = "Exercise "  # how the message of an untouched blank begins


def main(control: socket.socket) -> None:
    """Run the cells that the grader sends, then open answers as it asks for them."""
    wire.send(control, {"ready": True})
    # Known from now on: a notebook may go to another folder, which is gone when it is asked.
    _FOLDER.append(Path.cwd())
    order = wire.receive(control)
    sys.meta_path.append(_OfTheFolder(order["modules"]))
    names = run_cells(control, order["cells"])
    while True:
        try:
            message = wire.receive(control)
        except wire.Ended:
            return
        if "open" in message:
            child = _open(control, names, message["open"])
        else:
            _end(child)
            wire.send(control, {"closed": True})


def run_cells(control: socket.socket, cells: list) -> dict[str, Any]:
    """Run code cells in IPython, each for at most its seconds; return the names left behind."""
    shell, me = _shell(), os.getpid()
    for number, code, seconds in cells:
        wire.send(control, {"cell": number})
        start = time.monotonic()
        said = _run_cell(shell, code, seconds)
        if os.getpid() != me:  # a copy that the cell made must not speak for the notebook
            os._exit(0)
        wire.send(control, {"said": said, "seconds": time.monotonic() - start})
    wire.send(control, {"done": True})
    return shell.user_ns


def _shell() -> Any:
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell.instance(colors="NoColor")
    shell.history_manager.enabled = False
    shell.system = shell.system_raw  # the other way needs a terminal, which the cage has not
    # Nobody sees a figure, and a backend such as `widget` may not be installed here. `config` knows
    # no figures then, and what follows its `=` is code that it runs.
    for name in ("matplotlib", "config"):
        shell.magics_manager.magics["line"][name] = lambda line: None
    run, load = shell.run_line_magic, shell.extension_manager.load_extension
    # Magics and extensions that are not installed here measure or show: what is behind them runs.
    shell.run_line_magic = lambda name, line, depth=1: _if_found(run, name, line, depth + 2)
    shell.extension_manager.load_extension = lambda name: _if_found(load, name)
    shell.showtraceback = lambda *_, **__: None
    shell.showsyntaxerror = lambda *_, **__: None
    for name in ("exit", "quit"):  # in a notebook they end the kernel, and with it the marks
        shell.user_ns.pop(name, None)
        builtins.__dict__.pop(name, None)
    return shell


def _if_found(function: Callable, *args: Any) -> Any:
    from IPython.core.error import UsageError

    try:
        return function(*args)
    except (ModuleNotFoundError, UsageError):
        return None


class _OfTheFolder:
    """Imports what a cell has written, as in a notebook, but only what a flag names: no file stands
    for a module that everybody may import, and none is imported by a text."""

    def __init__(self, names: list[str]):
        self.names = names

    def find_spec(self, name: str, *_: Any) -> Any:
        if name not in self.names:
            return None
        importlib.invalidate_caches()
        return importlib.machinery.PathFinder.find_spec(name, [os.getcwd()])


class _Absent:
    """Stands for a module that is not installed here: whatever is asked of it does nothing.

    What Python says of a value's type, where an answer computes with it, names the module.
    """

    @staticmethod
    def of(module: str) -> _Absent:
        return type(f"{module}, which is not installed where this is graded", (_Absent,), {})()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self


class _Finder:
    """Imports what is not installed, for a cell that has failed at that."""

    def __init__(self, missing: str):
        self.missing = missing

    def find_spec(self, name: str, *_: Any) -> Any:
        if name.partition(".")[0] == self.missing:
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec: Any) -> None:
        return None

    def exec_module(self, module: Any) -> None:
        absent = _Absent.of(self.missing)
        module.__getattr__ = absent.__getattr__


def _run_cell(shell: Any, code: str, seconds: float) -> str:
    """Run a cell, without what is not installed; return what it raised, in a line, or ""."""
    start = time.monotonic()
    try:
        # IPython swallows an interrupt, and says that it was one.
        result = interrupt.limited(
            lambda: shell.run_cell(code, store_history=False, silent=True), seconds
        )
    except BaseException as error:  # noqa: BLE001 whatever a cell does
        return _line_of(error, seconds)
    error = result.error_before_exec or result.error_in_exec
    if isinstance(error, ModuleNotFoundError) and error.name:
        # It may be for a figure alone, and an answer may stand behind it.
        missing = error.name.partition(".")[0]
        left = seconds - (time.monotonic() - start)
        if missing not in sys.modules and left > 0:
            before = set(sys.modules)
            sys.meta_path.append(_Finder(missing))
            try:
                _run_cell(shell, code, left)
            finally:
                sys.meta_path.pop()
                for name in set(sys.modules) - before:
                    if name.partition(".")[0] == missing:
                        del sys.modules[name]
    return "" if error is None else _line_of(error, seconds)


def _line_of(error: BaseException, seconds: float) -> str:
    if isinstance(error, interrupt.TimeLimitExceeded | interrupt.FromOutside):
        return f"stopped after {seconds:g} seconds"
    try:
        words = str(error)
    except BaseException:  # noqa: BLE001 an exception of the student's
        words = ""
    return f"{type(error).__name__}: {words}".removesuffix(": ")[:300]


def _open(control: socket.socket, names: dict[str, Any], name: str) -> int:
    """Fork a copy that answers for `name`; the grader gets its end of a new channel."""
    mine, theirs = socket.socketpair()
    with contextlib.suppress(Exception):  # a notebook may have closed or replaced it
        sys.stdout.flush()
    child = os.fork()
    if child == 0:
        try:
            os.setpgid(0, 0)
            control.close()
            theirs.close()
            torch.set_num_threads(1)  # the parent's worker threads have not come along
            with _as_checked():
                serve(mine, names, name)
        finally:
            os._exit(0)
    mine.close()
    socket.send_fds(control, [b"+"], [theirs.fileno()])
    theirs.close()
    return child


@contextlib.contextmanager
def _as_checked() -> Iterator[None]:
    """The settings that the notebook's own checks have, whatever it has set (see checks.engine)."""
    with warnings.catch_warnings(), own_settings(), as_a_fresh_process():
        if any(action == "error" for action, *_ in warnings.filters):
            warnings.simplefilter("default")
        yield


def _end(child: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child, signal.SIGKILL)
    with contextlib.suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        os.waitpid(child, 0)


def serve(channel: socket.socket, names: dict[str, Any], name: str) -> None:
    """Say what the answer is, then call it as often as asked."""
    if name not in names:
        wire.send(channel, {"is": "missing"})
        return
    answer = names[name]
    if answer is ...:
        wire.send(channel, {"is": "blank"})
        return
    if not callable(answer):
        wire.send(channel, {"is": "value", "value": _kept(answer)})
        return
    wire.send(channel, {"is": "function"})
    graph: list[Any] = []
    while True:
        try:
            message = wire.receive(channel)
        except wire.Ended:
            return
        if "slopes" in message:
            _reply(channel, _slopes(graph, message))
        elif "about" in message:
            _reply(channel, _about(answer, message["about"]))
        elif "args" in message:  # or it answers a call back of a call that was cut short
            _reply(channel, _asked(channel, answer, message, graph))


def _about(answer: Callable, what: str) -> dict:
    """What is told of a wrong answer's code, for the words about it."""
    try:
        return {"value": data_read(answer) if what == "reads" else inspect.getsource(answer)}
    except Exception:  # noqa: BLE001 a callable of the student's
        return {"value": None}


def _as_changed(answer: Callable, change: dict) -> Callable:
    if "names" in change:
        return with_names(answer, change["names"])
    return (with_source(answer, change["source"]) or answer) if "source" in change else answer


def _reply(channel: socket.socket, reply: dict) -> None:
    try:
        wire.send(channel, reply)
    except wire.Unfit as error:
        wire.send(channel, {"raised": f"Your result is too large to be compared: {error}."})


def _asked(channel: socket.socket, answer: Callable, message: dict, graph: list) -> dict:
    """Call the answer once; what it returns or raises, printed, and did to its arguments."""
    printed, seconds = Printed(), message["seconds"]

    def call_back(k: int) -> Callable:
        def function(*arguments: Any) -> Any:
            wire.send(channel, {"call back": k, "arguments": list(arguments)})
            reply = wire.receive(channel)
            if "raised" in reply:
                raise ValueError(reply["raised"])
            return reply["value"]

        return function

    args = live.rebuild(message["args"], _FOLDER[0], call_back, OneStep)
    before = [_copied(a) for a in args]
    kwargs = message["kwargs"]
    reply: dict[str, Any] = {}
    try:
        if message["life"]:
            one_step, *start, steps, path = args
            end = life(answer, tuple(start), one_step, steps, path)
            reply["value"] = [end.how, end.calls, end.words]
        else:
            asked = _as_changed(answer, message["change"])
            with contextlib.redirect_stdout(printed):
                result = interrupt.limited(lambda: asked(*args, **kwargs), seconds)
            graph[:] = [args, result]
            reply["value"] = _kept(result)
    except interrupt.FromOutside:
        reply["raised"] = "Your code raised KeyboardInterrupt."
    except BaseException as error:  # noqa: BLE001 whatever the student's code does
        if isinstance(error, NotImplementedError) and str(error).startswith(_BLANK):
            reply["blank"] = True
        reply["raised"] = said_of(error, seconds)
    reply["printed"] = printed.getvalue()
    reply["states"] = live.states(args)
    reply["changed"] = live.changed(before, args)
    return reply


def _copied(argument: Any) -> Any:
    if isinstance(argument, torch.Tensor):
        return argument.detach().clone()
    return argument.copy() if isinstance(argument, np.ndarray) else argument


def _kept(result: Any, depth: int = 0) -> Any:
    """A result whose arrays are read here, so that an `__array__` of the student's stays here."""
    if type(result) in (list, tuple) and depth < wire.DEEPEST:  # a list may hold itself
        return type(result)(_kept(r, depth + 1) for r in result)
    if type(result).__module__ != "numpy" and hasattr(result, "__array__") and not isinstance(
        result, torch.Tensor
    ):  # fmt: skip
        with contextlib.suppress(Exception), contextlib.redirect_stdout(io.StringIO()):
            return np.asarray(result)
    return result


def _slopes(graph: list, message: dict) -> dict:
    """Gradients of the last result with respect to the tensors among its arguments."""
    try:
        args, result = graph
        inputs = [a for a in args if isinstance(a, torch.Tensor) and a.requires_grad]
        several = result if isinstance(result, tuple | list) else (result,)
        outputs = [r for r in several if isinstance(r, torch.Tensor) and r.requires_grad]
        slopes = torch.autograd.grad(
            outputs, inputs, message["slopes"], allow_unused=True, retain_graph=True
        )
        return {"slopes": list(slopes)}
    except BaseException as error:  # noqa: BLE001 whatever the student's code does
        return {"raised": said_of(error, 0)}
