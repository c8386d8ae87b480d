"""The table that stands under most figures with a theory."""

from __future__ import annotations

import html
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from .. import _validate
from .._numerals import typeset
from ._inputs import vector_with_inf

# Where a line of a caption or a label must not end: at "N = 64", "3.1 %" and "eigenvalue 2".
KEPT = re.compile(r" (?=[=%])|(?<==) | (?=\S{1,4}$)")


class Row(NamedTuple):
    """One line of a :class:`Comparison`; ``error`` is relative, and absolute where theory is 0."""

    label: str
    theory: float
    measured: float
    error: float


@dataclass(frozen=True)
class Comparison:
    """Theory beside measurement, row by row: a table in a notebook, plain text elsewhere."""

    rows: tuple[Row, ...]
    quantity: str = ""
    first_column: str = "mode"

    @property
    def worst(self) -> float:
        """The largest \\|error\\| of all rows."""
        return max(abs(row.error) for row in self.rows)

    @property
    def mean(self) -> float:
        """The mean \\|error\\| of all rows."""
        return sum(abs(row.error) / len(self.rows) for row in self.rows)

    def _cells(self) -> tuple[list[str], list[list[str]], str]:
        """Header, body and caption as text."""
        percent = any(1e-4 <= abs(row.error) < math.inf for row in self.rows)
        absolute = any(row.theory == 0 for row in self.rows)
        header = [self.first_column, "theory", "measured", "relative error"]
        body = [
            [
                row.label,
                _number(row.theory),
                _number(row.measured),
                _error(row.error, percent and row.theory != 0)
                + (" abs." if row.theory == 0 else ""),
            ]
            for row in self.rows
        ]
        sizes = f"largest error {_error(self.worst, percent, sign=False)}"
        if len(self.rows) > 1:
            sizes += f", mean {_error(self.mean, percent, sign=False)}"
        caption = f"{self.quantity}: {sizes}" if self.quantity else sizes.capitalize()
        if absolute:
            caption += " (abs.: absolute error, where theory is 0)"
        return header, body, caption

    def __str__(self) -> str:
        header, body, caption = self._cells()
        lines = [header, *body]
        widths = [max(len(line[k]) for line in lines) for k in range(4)]
        text = [
            "  ".join(
                [line[0].ljust(widths[0])]
                + [c.rjust(w) for c, w in zip(line[1:], widths[1:], strict=True)]
            )
            for line in lines
        ]
        return "\n".join([caption, *text])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        header, body, caption = self._cells()
        right = 'style="text-align: right"'
        head = "".join(f'<th scope="col" {right}>{html.escape(cell)}</th>' for cell in header)
        rows = "".join(
            f'<tr><th scope="row" {right}>{_kept(label)}</th>'
            + "".join(map(_cell, cells))
            + "</tr>"
            for label, *cells in body
        )
        return (
            f'<table class="stepwise-comparison"><caption>{_kept(caption)}</caption>'
            f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
        )


def compare(
    theory: ArrayLike,
    measured: ArrayLike,
    labels: Iterable[object] | None = None,
    quantity: str = "",
) -> Comparison:
    """Theory, measurement and error, row by row; it stands under most figures with a theory.

    The error is (measured − theory) / |theory|. Where theory is 0 it is measured − 0, marked as
    absolute. Two equal infinities (never, and never) have error 0, an infinity beside anything
    else has error inf, and so has a measured nan: what was not measured never passes.

    Args:
        theory: a number or (k,); inf is allowed, nan is not.
        measured: a number or (k,), the same shape.
        labels: k names of the rows; 1 to k under the heading "mode" if left out.
        quantity: what is compared, with its unit, for the caption.

    Raises:
        TypeError: an array that does not hold real numbers.
        ValueError: shapes that differ, more than one axis, no row, nan in ``theory``, or a number
            of labels other than k.
    """
    theory = vector_with_inf("theory", _row(theory), "k")
    measured = vector_with_inf("measured", _row(measured), len(theory), "as many as theory")
    if np.isnan(theory).any():
        raise ValueError(f"theory is nan in row {int(np.argmax(np.isnan(theory))) + 1}.")
    if labels is not None and not _validate.is_series(labels):
        raise TypeError(f"labels is {_validate.kind(labels)}; it must be a list of names.")
    names = [str(k + 1) for k in range(len(theory))] if labels is None else list(map(str, labels))
    if len(names) != len(theory):
        raise ValueError(f"labels has {len(names)} entries and theory has {len(theory)}.")
    rows = tuple(
        Row(name, p, m, _relative_error(p, m))
        for name, p, m in zip(names, theory.tolist(), measured.tolist(), strict=True)
    )
    return Comparison(rows, quantity, "mode" if labels is None else "case")


def _cell(text: str) -> str:
    """A number in a table; on a narrow one what marks it as absolute goes below it."""
    number, mark, _ = text.partition(" abs.")
    if mark:
        number = number.replace(" ", "\u00a0")
    wraps = "; white-space: normal" if mark else ""
    return f'<td style="text-align: right{wraps}">{html.escape(number + mark)}</td>'


def _kept(text: str) -> str:
    """A text as HTML that breaks its lines at places that read well."""
    return html.escape(KEPT.sub("\u00a0", text))


def _row(x: ArrayLike) -> ArrayLike:
    """A lone number as a table of one row."""
    return [x] if np.isscalar(x) or getattr(x, "ndim", None) == 0 else x


def _relative_error(theory: float, measured: float) -> float:
    """The rule that :func:`compare` states."""
    if theory == measured:
        return 0.0
    if math.isinf(theory) or not math.isfinite(measured):
        return math.inf
    if theory == 0:
        return measured
    # In fractions, since the difference of two floats can be too large for a float.
    error = (Fraction(measured) - Fraction(theory)) / abs(Fraction(theory))
    return float(error) if abs(error) < 2**1023 else math.copysign(math.inf, measured)


def _number(value: float) -> str:
    """Four digits, also where they are 0; ∞, or a dash for what was not measured."""
    if math.isnan(value):
        return "–"
    if math.isinf(value):
        return typeset(f"{value}".replace("inf", "∞"))
    return typeset(f"{value:.4g}" if value == round(value) else f"{value:#.4g}")


def _error(value: float, percent: bool, sign: bool = True) -> str:
    """As a percentage, or in powers of ten where every percentage would read 0.00."""
    if math.isinf(value):
        return "∞"
    if value == 0 and not percent:
        return "0"
    if percent and float(f"{100 * value:.2f}") == 0:
        return "0.00 %"  # of either sign
    plus = "+" if sign else ""
    return typeset(f"{100 * value:{plus}.2f} %" if percent else f"{value:{plus}.1e}")
