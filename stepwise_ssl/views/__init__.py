"""Two views of each picture.

``make_pairs`` draws them once and flattens them into the rows of two matrices, for the theory.
``Augment`` draws them again and again for a whole batch at a time, for the training of networks.
"""

from __future__ import annotations

from ._augment import Augment, Parameters
from ._pairs import make_pairs

__all__ = ["Augment", "Parameters", "make_pairs"]
