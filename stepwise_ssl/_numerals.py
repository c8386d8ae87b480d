"""Numbers as they are set in print: true minus signs, raised exponents."""

from __future__ import annotations

import re

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def power_of_ten(exponent: int) -> str:
    """10⁻⁴ for -4."""
    return "10" + str(exponent).translate(_RAISED)


def typeset(number: str) -> str:
    """What ``format`` made of a number, in print: −2.1 %, 3.0 × 10⁻⁹."""
    number = re.sub(r"e([+-]\d+)", lambda found: f" × {power_of_ten(int(found[1]))}", number)
    return number.replace("-", "−")
