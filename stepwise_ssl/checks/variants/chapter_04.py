"""Variants of chapter 4: other kernels, and other turns of views on the circle."""

from __future__ import annotations

from .family import Family
from .kernels import KERNELS, kernel
from .turns import LAWS, turned

FAMILIES = (
    Family("4.1", len(KERNELS), kernel),
    Family("4.7", len(LAWS), turned),
)
