"""7.4: what a setting does to a step, with numbers of each student's own, against the flow."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..engine import Exercise, Part, Trial
from .family import MOST, Variant

__all__ = ["MOST", "predictions"]

TASK = """\
Now with numbers. Take the trunk as frozen and descent as small steps of the flow. At the learning
rate $\\eta = {lr:g}$ and a small start of the last layer, a step whose mode has $\\gamma =
{gamma:g}$ comes at iteration {came:g}. Change one thing or two:

1. the learning rate is {lr_words};
2. the start is {start_words}, the learning rate as at first;
3. both at once;
4. as at first, but the step of another mode, with $\\gamma = {other:g}$ and the same size of start
   $s(0)$, which is not given.

**Wanted:** a tuple of five: the iteration at which the step comes in cases 1, 2, 3 and 4, and
the time $t$ at which it comes in case 1. Each to one per cent.
"""

STUB = """\
other_predictions = ...  # Your answer here
other_predictions = check("{number}", other_predictions)"""

HINTS = (
    "Descent counts iterations, the flow its time $t$. Which of the two does the learning rate "
    "change, and what does the start add to?",
    "A step comes at $\\log(1/\\lambda(0) - 1)/8\\gamma$, and $\\lambda(0) = \\gamma s(0)^2$ is "
    "small: the first run tells you $s(0)$.",
)
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(60)


def _time(gamma: float, start: float) -> float:
    """Time that the flow ds/dt = 4γs(1 − γs²) takes from a start to γs² = ½, by quadrature."""
    low, high = np.log(start), -np.log(2 * gamma) / 2
    log_s = low + (high - low) * (_NODES + 1) / 2
    pace = 4 * gamma * (1 - gamma * np.exp(2 * log_s))
    return float((high - low) / 2 * _WEIGHTS @ (1 / pace))


def _numbers(k: int) -> tuple[dict[str, float], tuple[float, ...]]:
    """The numbers of variant k, and the five that are wanted."""
    rng = np.random.default_rng([7, 4, k])
    gamma = round(rng.uniform(0.2, 0.9), 2)
    other = round(gamma * rng.choice([rng.uniform(0.3, 0.5), rng.uniform(2, 3)]), 2)
    lr = float(rng.choice([1, 2, 4, 5]) * 10.0 ** -rng.integers(3, 5))
    faster = float(rng.choice([0.1, 0.2, 0.25, 0.5, 2, 3, 4, 5]))
    smaller = float(rng.choice([0.05, 0.1, 0.2, 5, 8, 20, 50, 100, 200]))
    start = 10 ** rng.uniform(-4.5, -3)

    def iterations(gamma: float, start: float, lr: float) -> float:
        return _time(gamma, start) / lr

    want = (
        iterations(gamma, start, lr * faster),
        iterations(gamma, start / smaller, lr),
        iterations(gamma, start / smaller, lr * faster),
        iterations(other, start, lr),
        _time(gamma, start),
    )
    came = round(iterations(gamma, start, lr))
    given = {"gamma": gamma, "other": other, "lr": lr, "faster": faster, "smaller": smaller,
             "came": came}  # fmt: skip
    return given, want


def predictions(k: int) -> Variant:
    """Variant k of exercise 7.4."""
    given, want = _numbers(k)
    number = f"7.4v{k}"

    def at(*places: int) -> Callable[[Trial], None]:
        def compare(trial: Trial) -> None:
            got = trial.array(trial.value, shape=(5,), what="Your prediction")
            for place in places:
                near = abs(got[place] - want[place]) <= 0.0101 * want[place]
                trial.require(near, f"Number {place + 1} of the tuple is not {got[place]:g}.")

        return compare

    exercise = Exercise(
        id=number,
        title="Predictions in numbers",
        own=tuple(float(f"{w:.4g}") for w in want),
        right="Right.",
        hint="A tuple of five numbers: four iterations and a time.",
        parts=(Part("the learning rate", 1, at(0, 4)), Part("the start", 1, at(1, 2, 3))),
    )
    factors = {"lr_words": given["faster"], "start_words": 1 / given["smaller"]}
    words = {name: _words(factor) for name, factor in factors.items()}
    shown = {name: given[name] for name in ("lr", "gamma", "other", "came")}
    return Variant(TASK.format(**shown, **words), STUB.format(number=number), HINTS, exercise)


def _words(factor: float) -> str:
    return f"{factor:g} times as large" if factor >= 1 else f"{1 / factor:g} times smaller"
