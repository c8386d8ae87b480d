"""Which one change turns the right formula into the learner's numbers, or theirs into a right one.

A function is changed in one place at a time: a sign, a factor, a power, a transpose, a bracket.
Where the course's own, once changed, gives all of the learner's results, the kind of the change
says what is off; the formula itself is not told. Where the learner's, once changed, gives the right
ones, the line of the change says where to look.
"""

from ._functions import variants
from ._search import one_change, one_repair

__all__ = ["one_change", "one_repair", "variants"]
