"""An answer that lives in the student's process, called as if it were here."""

from __future__ import annotations

import socket
import sys
import time
from collections.abc import Sequence
from itertools import islice
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ..checks.learner import TIME_LIMIT, LearnerError, NotYet
from . import live, wire

_MOST_READ = 30  # names of the notebook
_LONGEST_SOURCE = 50_000  # characters: each change that is tried reads all of them
_MOST_SECONDS = 90.0  # of a part: twice what its calls have, for the words about a wrong answer
_GRACE = 3.0  # seconds between the limit that the student's side keeps and the one kept here


class Remote:
    """A function of the student's. Calls go through `channel`, until `gone` says why it ended,
    or the time of the part is over: `late` says that a call was not made because of that.

    What the function does to its arguments is done to them here. A tensor that it returns can be
    differentiated with respect to the tensors that it was given.
    """

    def __init__(self, channel: socket.socket, name: str):
        self.channel, self.__name__ = channel, name
        self.gone, self.late, self._change = "", False, dict[str, Any]()
        self._until = time.monotonic() + _MOST_SECONDS

    def __deepcopy__(self, memo: dict) -> Remote:
        return self

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.within(TIME_LIMIT, args, kwargs)

    def within(self, seconds: float, args: tuple, kwargs: dict[str, Any]) -> Any:
        """The result of a call that takes at most `seconds`. Raises LearnerError, NotYet."""
        inputs = [a for a in args if isinstance(a, Tensor) and a.requires_grad]
        result = self._ask(args, kwargs, seconds)
        if not inputs or not _carries(result):
            return result
        several = result if isinstance(result, tuple | list) else [result]
        linked = iter(_Linked.apply(self, [r for r in several if _carries(r)], *inputs))
        made = [next(linked) if _carries(r) else r for r in several]
        return type(result)(made) if isinstance(result, tuple | list) else made[0]

    def life(self, *args: Any) -> list[Any]:
        """How a life of the program ends that gets killed (see killed.life): three plain values."""
        return self._ask(args, {}, 2 * TIME_LIMIT, life=True)  # it may be tried in two ways

    def reads(self) -> dict[str, Any]:
        """Numbers and arrays of the notebook that the function reads. Raises LearnerError."""
        found = self._exchange({"about": "reads"}, TIME_LIMIT, ())["value"]
        # No honest function reads more, and each is tried in many places.
        return dict(islice(found.items(), _MOST_READ)) if isinstance(found, dict) else {}

    def source(self) -> str:
        """The function's source. Raises LearnerError, TypeError where there is none."""
        found = self._exchange({"about": "source"}, TIME_LIMIT, ())["value"]
        if not isinstance(found, str) or len(found) > _LONGEST_SOURCE:
            raise TypeError("no source")
        return found

    def changed(self, **change: Any) -> Remote:
        """The function with other values for some `names`, or as another `source` defines it."""
        other = Remote(self.channel, self.__name__)
        other._change, other._until = change, self._until
        return other

    def slopes(self, upstream: Sequence[Tensor]) -> list[Tensor | None]:
        """Gradients of the last result. Raises LearnerError."""
        return self._exchange({"slopes": list(upstream)}, TIME_LIMIT, ())["slopes"]

    def _ask(
        self, args: Sequence[Any], kwargs: dict[str, Any], seconds: float, life: bool = False
    ) -> Any:
        message = {
            "args": live.describe(args), "kwargs": kwargs, "life": life, "seconds": seconds,
            "change": self._change,
        }  # fmt: skip
        reply = self._exchange(message, seconds, args)
        # Only of a call: elsewhere nobody listens, and it would reach the instructor's terminal.
        sys.stdout.write(str(reply.get("printed", "")))
        try:
            live.restore(args, reply["states"])
            for place, new in reply["changed"].items():
                args[int(place)][...] = new
        except Exception:  # noqa: BLE001 a student's process may send what it likes
            raise self._ends("Your process sent no readable arguments back.") from None
        return reply["value"]

    def _exchange(self, message: dict, seconds: float, args: Sequence[Any]) -> dict:
        """Send a message, serve what is called back, and return the reply."""
        if self.gone:
            raise LearnerError(self.gone)
        if time.monotonic() > self._until:
            self.late = True
            raise LearnerError(
                f"{_MOST_SECONDS:.0f} seconds had gone by in this part, and none has more."
            )
        end = time.monotonic() + seconds + _GRACE
        try:
            wire.send(self.channel, message, seconds + _GRACE)
            while True:
                reply = wire.receive(self.channel, max(end - time.monotonic(), 0))
                if not isinstance(reply, dict):
                    raise wire.Unfit("no reply")
                if "call back" not in reply:
                    break
                wire.send(self.channel, _called_back(args, reply), seconds)
        except wire.Silent:
            raise self._ends(
                f"Your code was still running after {seconds:.0f} seconds, in a call that cannot "
                "be interrupted, so its process was ended."
            ) from None
        except wire.Ended:
            raise self._ends("Your code ended the process in which it ran.") from None
        except wire.Unfit as error:
            raise self._ends(f"Your process sent {error}.") from None
        if reply.get("blank"):
            raise NotYet
        if "raised" in reply:
            raise LearnerError(str(reply["raised"])[:2000])
        if not {"value", "slopes"} & set(reply):
            raise self._ends("Your process sent no result.")
        return reply

    def _ends(self, words: str) -> LearnerError:
        self.gone = words
        return LearnerError(words)


def _called_back(args: Sequence[Any], reply: dict) -> dict:
    """What a function among the arguments returns, to the student's code that called it.

    It runs in the grader: of arguments of other sizes than the exercise's it could make results
    that no memory holds.
    """
    try:
        function, given = args[reply["call back"]], reply["arguments"]
        mine = [a for a in args if not callable(a)]
        longest = max(map(_longest, mine), default=1)
        axes = max(map(np.ndim, mine), default=0)  # axes that broadcast multiply
        if any(_longest(a) > longest or np.ndim(a) > axes for a in given):
            raise ValueError("an argument is larger than all that your function was given")
        return {"value": function(*given)}
    except Exception as error:  # noqa: BLE001 the student's arguments
        return {"raised": f"{type(error).__name__}: {error}"[:500]}


def _longest(value: Any) -> int:
    """The length of the longest axis; 1 for a number."""
    return max(np.shape(value), default=1)


def _carries(result: Any) -> bool:
    if isinstance(result, tuple | list):
        return any(isinstance(r, Tensor) and r.requires_grad for r in result)
    return isinstance(result, Tensor) and result.requires_grad


class _Linked(torch.autograd.Function):
    """Results of a call, as functions of its tensors: gradients are asked of the student's side."""

    @staticmethod
    def forward(ctx: Any, remote: Remote, results: list[Tensor], *inputs: Tensor) -> Any:
        ctx.remote = remote
        return tuple(r.detach() for r in results)

    @staticmethod
    def backward(ctx: Any, *upstream: Tensor) -> Any:
        found = ctx.remote.slopes(upstream)
        return None, None, *found
