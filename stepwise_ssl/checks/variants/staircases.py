"""2.6: the heights of another staircase, each student's own."""

from __future__ import annotations

import numpy as np

from ..chapter_02.truth import integrate
from ..engine import Exercise, Part, Trial
from .family import MOST, Variant

__all__ = ["MOST", "staircase"]

TASK = """\
Now these modes, $d = {d}$ of them, all starting at $s(0) = 0.001$:

$$\\gamma = ({gamma}).$$

**Wanted:** four numbers as a tuple: the loss $\\lVert C - I \\rVert_F^2$ at $t = 0$, at
$t = {first:g}$, at $t = {second:g}$ and at $t \\to \\infty$, each to one decimal.
"""

STUB = """\
other_plateaus = ...  # Your answer here
other_plateaus = check("{number}", other_plateaus)"""

HINTS = ("Write down the step time of each mode, and its sign.",)


def staircase(k: int) -> Variant:
    """Variant k of exercise 2.6: two or three groups of equal modes, and some that never step."""
    rng = np.random.default_rng([2, 6, k])
    groups = [int(g) for g in rng.integers(1, 4, 3)]
    # Rates of which each is at least three times the next: their steps lie far apart.
    rates = np.cumprod([rng.uniform(0.6, 0.9), rng.uniform(0.2, 0.3), rng.uniform(0.2, 0.3)])
    negative = -rng.uniform(0.05, 0.3, rng.integers(1, 3))
    gamma = np.r_[np.repeat(rates.round(2), groups), negative.round(2)]
    step = np.log(1 / (gamma[: sum(groups)] * 1e-6)) / (8 * gamma[: sum(groups)])
    steps = np.unique(step.round(6))
    first, second = (float(f"{np.sqrt(a * b):.1g}") for a, b in zip(steps, steps[1:], strict=False))
    gamma = rng.permutation(gamma)
    number = f"2.6v{k}"

    t = np.array([0.0, first, second, 40 * steps[-1]])
    s = integrate(t, gamma, np.full(len(gamma), 1e-3))
    heights = np.sum((1 - gamma * s**2) ** 2, axis=1)

    def at(places: slice, words: str):
        def compare(trial: Trial) -> None:
            got = trial.array(trial.value, shape=(4,), what="Your prediction")[places]
            # To one decimal: half of one, and the little that a mode has not quite reached.
            off = np.abs(got - heights[places]) > 0.06
            shown = ", ".join(f"{g:g}" for g in got)
            trial.require(not off.any(), f"The loss {words} is not {shown}.")

        return compare

    exercise = Exercise(
        id=number,
        title="Another staircase",
        own=tuple(float(h) for h in heights.round(1)),
        right="Right.",
        hint="A tuple of four numbers.",
        parts=(
            Part("start", 1, at(slice(0, 1), "at the start")),
            Part("between the steps", 1, at(slice(1, 3), "between the steps")),
            Part("end", 1, at(slice(3, 4), "at the end")),
        ),
    )
    shown = ",\\ ".join(f"{g:g}" for g in gamma)
    task = TASK.format(d=len(gamma), gamma=shown, first=first, second=second)
    return Variant(task, STUB.format(number=number), HINTS, exercise)
