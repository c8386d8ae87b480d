"""Gradients by difference quotients whose step is so large that it shows."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

_LEAST = 1e-7  # of the largest entry: what is off by less may be rounding
_FIT = 0.02  # how near the quotients have to come, as a part of what is off
_SHRINKS = 0.25
_USUAL = 10.0 ** -np.arange(1, 9)


def by_a_step(
    f: Callable[[np.ndarray], float], at: np.ndarray, got: np.ndarray, want: np.ndarray
) -> str:
    """What is said of a wrong gradient if quotients of f with one step h give it; else "".

    They are off by the step times half of the second derivatives, or, where both sides are
    looked at, by its square times a sixth of the third ones. So what is off tells the step.
    """
    off = got - want
    if not _LEAST * np.abs(want).max() < np.abs(off).max() < np.inf:
        return ""
    for both in (False, True):
        small = 1e-3 * float(np.abs(at).max())
        unit = _quotients(f, at, small, both) - want
        size = max(float(np.sum(off * unit)), 0.0) / max(float(np.sum(unit**2)), 1e-300)
        h = small * (np.sqrt(size) if both else size)
        for step in (float(f"{h:.0e}"), float(f"{h:.1e}"), h, *_USUAL):
            if not step > 0:
                continue
            left = got - _quotients(f, at, step, both)
            if np.abs(left).max() > _FIT * np.abs(off).max():
                continue
            # Half of the step leaves a half, or a quarter: what rounding leaves does not shrink.
            fewer = off / (4 if both else 2)
            half = _quotients(f, at, step / 2, both) - want
            if np.abs(half - fewer).max() < _SHRINKS * np.abs(fewer).max():
                kind, by = ("central", "h²") if both else ("one-sided", "h")
                return (
                    f"Yours are {kind} difference quotients with a step of about h = {step:.2g}: "
                    f"they are off by a number times {by}. A formula has no step, and is exact."
                )
    return ""


def _quotients(
    f: Callable[[np.ndarray], float], at: np.ndarray, h: float, both: bool
) -> np.ndarray:
    found = np.empty(at.shape)
    for place in np.ndindex(at.shape):
        up, down = at.astype(float), at.astype(float)
        up[place] += h
        down[place] -= h * both
        found[place] = (f(up) - f(down)) / (h + h * both)
    return found
