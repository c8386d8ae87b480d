"""Questions like those of the chapters, asked otherwise: for homework, one way for each student.

A family belongs to an exercise and asks it in several ways: another weight, another kernel, other
numbers. The truths stand here, as the checks need them; formulas do not.
"""

from .family import Family, Numerically, Variant, families, find_variant, variant_for

__all__ = ["Family", "Numerically", "Variant", "families", "find_variant", "variant_for"]
