"""What a mode means: properties that can be read off pictures, and how much of a mode they explain.

``factors`` measures each picture; ``explained`` regresses modes on what was measured;
``permutation_null`` says how much would be explained by chance.
"""

from ._factors import factors
from ._regression import explained, permutation_null

__all__ = ["explained", "factors", "permutation_null"]
