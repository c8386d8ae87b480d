"""Checks of the exercises: what a learner calls, and what a grader calls.

`check("2.4", f)` tests an answer and says what it found. In self-study it returns the answer when
it is right and the course's own otherwise, so that a notebook always runs to its end. Graded
hand-outs import `graded_check` under the same name: it returns the learner's object unchanged.
`inputs("2.4")` are the arguments of the call that the last message speaks of. `progress(2)` is the
line that keeps a reader's progress on the course's home page.
"""

from .engine import BrokenCheck, Exercise
from .learning import check, graded_check, inputs, progress
from .registry import chapters, exercises, find

__all__ = [
    "BrokenCheck",
    "Exercise",
    "chapters",
    "check",
    "exercises",
    "find",
    "graded_check",
    "inputs",
    "progress",
]
