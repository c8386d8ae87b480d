"""The grader's side of a homework: how Otter runs a submission and asks for its marks.

Only an autograder imports this module (`make homework` names it in otter_config.json and in the
tests); it needs nothing of Otter's itself. A submission runs cell by cell in one kernel, and the
tests run after its last cell, on the names that it left behind.
"""

from __future__ import annotations

import _thread
import faulthandler
import os
import sys
import threading
from collections.abc import Sequence
from typing import Any

import nbformat

from stepwise_ssl import checks

from .grading import grade

_HERE = "stepwise_ssl.checks.autograder"
_REPEAT = 5.0  # seconds after which a cell that swallowed the interrupt gets the next one


class Plugin:
    """Otter plugin: puts `begin` before a submission's first cell and `end` after its last.

    `config` holds `seconds_per_cell` and `seconds_in_all`, from otter_config.json.
    """

    def __init__(self, submission_path: str | None, submission_metadata: dict, config: dict):
        self.config = config

    def before_execution(self, notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
        """The submission as it is run, on this Python whatever kernel it was saved with."""
        notebook.metadata["kernelspec"] = {"display_name": "Python 3", "name": "python3"}
        limits = ", ".join(f"{name}={seconds}" for name, seconds in self.config.items())
        notebook.cells.insert(0, _call(f"begin({limits})"))
        notebook.cells.append(_call("end()"))
        return notebook


def _call(code: str) -> nbformat.NotebookNode:
    # Imported without a name: the submission's names stay as its author left them.
    return nbformat.v4.new_code_cell(f"__import__({_HERE!r}, fromlist=['']).{code}")


class CellLimit:
    """Interrupts a cell that runs for more than `seconds`, and goes on until it stops."""

    def __init__(self, seconds: float):
        self.seconds = seconds
        self.done = threading.Event()

    def start(self, _info: Any = None) -> None:
        self.done = threading.Event()
        threading.Thread(target=self._watch, args=(self.done,), daemon=True).start()

    def stop(self, _result: Any = None) -> None:
        self.done.set()

    def _watch(self, done: threading.Event) -> None:
        wait = self.seconds
        while not done.wait(wait):
            _thread.interrupt_main()
            wait = _REPEAT


_limit: CellLimit | None = None
_folder = ""


def begin(seconds_per_cell: float, seconds_in_all: float) -> None:
    """Prepare the kernel for a submission's cells.

    `check` hands back what it is given: in a self-study notebook it would put the course's own
    answer in the place of a blank. A cell is interrupted after `seconds_per_cell`, and the next one
    runs. What no interrupt ends (a call into C, a loop that catches it) ends with the process after
    `seconds_in_all`.
    """
    global _limit, _folder
    _folder = os.getcwd()
    faulthandler.dump_traceback_later(seconds_in_all, exit=True, file=sys.__stderr__)
    checks.check = checks.graded_check = _hand_back
    shell = _shell()
    for name in ("exit", "quit"):  # in a kernel they end it, and with it the marks
        shell.user_ns.pop(name, None)
    _limit = CellLimit(seconds_per_cell)
    shell.events.register("pre_run_cell", _limit.start)
    shell.events.register("post_run_cell", _limit.stop)


def end() -> None:
    """Lift the limit on cells and return to the folder of the tests, which come next.

    The tests limit each call of an answer on their own.
    """
    shell = _shell()
    shell.events.unregister("pre_run_cell", _limit.start)
    shell.events.unregister("post_run_cell", _limit.stop)
    _limit.stop()
    os.chdir(_folder)


def award(env: dict, exercise_id: str, part_name: str, name: str, seeds: Sequence[int]) -> None:
    """Pass in silence if the part is right in the submission's names `env`; else AssertionError.

    `name` is the name of the answer. Raises ValueError for an unknown exercise or part,
    BrokenCheck when the check is at fault.
    """
    if name not in env:
        raise AssertionError(f"Exercise {exercise_id}: the notebook defines no `{name}`.")
    try:
        grade(exercise_id, part_name, env[name], seeds)
    except KeyboardInterrupt:  # the answer's own: it would end the tests of all exercises
        raise AssertionError("Your code raised KeyboardInterrupt.") from None


def _hand_back(exercise_id: str, answer: Any) -> Any:
    return answer


def _shell() -> Any:
    from IPython import get_ipython

    return get_ipython()
