"""Numbers in words, as the sentence under a live figure says them (``short`` of _parts.js)."""

from __future__ import annotations

from .._numerals import power_of_ten


def short(x: float) -> str:
    """Three digits of a number ≥ 0: 2.94, 1150; below 0.001 and from 10⁵ on 5.6 × 10⁻⁴."""
    if x == 0 or 1e-3 <= x < 1e5:
        return f"{float(f'{x:.3g}'):g}"
    mantissa, exponent = f"{x:.1e}".split("e")
    decade = power_of_ten(int(exponent))
    return decade if mantissa == "1.0" else f"{mantissa} × {decade}"
