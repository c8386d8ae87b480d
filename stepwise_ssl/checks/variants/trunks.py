"""8.3 and 8.5: two layers that learn otherwise, against head and trunk integrated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.integrate import solve_ivp

from ..draws import sizes
from ..engine import Exercise, Misconception, Part, Trial
from .family import Numerically, Variant

SHARE_TASK = """\
Now {what} All else is as in 8.3.

**Given:** values `lam` `(T,)`, {above} and below 1, in any order; three numbers above zero, `gamma`
for $\\gamma$, `p0` for $p(0)$ and `a`{range}.

**Wanted:** the head's share of the rate at each of these values, `(T,)`.
"""

SHARE_STUB = '''\
def other_share(lam, gamma, p0, a):
    """Share of the head in the rate of log λ. lam (T,), three numbers -> (T,)."""
    # Your answer here
    raise NotImplementedError("Exercise {number}")


other_share = check("{number}", other_share)'''

RAISE_TASK = """\
Now {what} All else is as in 8.5.

**Given:** `gamma` `(d,)`, all above 0, in any order, `p0` `(d,)`, the $p_j(0) > 0$, and the number
`a` $> 0${range}.

**Wanted:** the raise $R$ of the features of each mode, `(d,)`.
"""

RAISE_STUB = '''\
def other_raise(gamma, p0, a):
    """Raise of the features of each learned mode. (d,), (d,), a number -> (d,)."""
    # Your answer here
    raise NotImplementedError("Exercise {number}")


other_raise = check("{number}", other_raise)'''


@dataclass(frozen=True)
class _Trunk:
    """Two layers with a number a, in words, and how they learn.

    `rate` is what the trunk's square gains over what the head's does, `start` the head's first size
    over the trunk's, 0 for nearly nothing, `divided` what the embedding is divided by.
    """

    what: str
    above: str
    range: str
    hints: tuple[str, str]
    slip: str
    draws: tuple[tuple[float, float], ...]  # of a
    rate: Callable[[float], float] = lambda a: 1.0
    start: Callable[[float], float] = lambda a: 0.0
    divided: Callable[[float], float] = lambda a: 1.0
    whole: bool = False


_PLAIN = _Trunk("", "", "", ("", ""), "", ())

TRUNKS = (
    _Trunk(
        "`a` heads stand on one trunk. Each has weights of its own, makes its own embedding and "
        "starts at nearly nothing, all of them alike. The loss is the sum of their `a` losses. "
        "Look at one of the heads.",
        "above 0", ", a whole number from 2 on",
        ("All heads grow alike. How much does the trunk's square gain while that of one head "
         "gains $s^2$?",
         "The trunk's part of a rate is $\\frac{2}{p}\\frac{dp}{dt}$, and $dp/dt$ has a term of "
         "each head. Write $p^2$ with $s^2$ and put it into $\\lambda = \\gamma s^2 p^2$."),
        "This is so with one head. All heads move the trunk.",
        ((2, 3), (4, 7)),
        rate=lambda a: a, whole=True,
    ),
    _Trunk(
        "the head does not start at nearly nothing: it starts at $s_j(0) = a\\, p_j(0)$.",
        "above $\\lambda(0)$", ", below 1",
        ("What is conserved is what it was. What is its value now?",
         "Write $c$ for $p^2 - s^2$ at this start. With it, and with $\\lambda = \\gamma s^2 p^2$, "
         "$p^2$ solves a quadratic equation."),
        "This is so if the head starts at nothing. Here it has a part in p² − s².",
        ((0.2, 0.4), (0.5, 0.7)),
        start=lambda a: a,
    ),
    _Trunk(
        "the embedding is divided by `a`: $f(x) = WAx/a$, and $C$ is the one of this embedding.",
        "above 0", "",
        ("What is $\\lambda$ of one mode, in $s$, $p$ and $a$? What do the two derivatives become?",
         "Both derivatives get the same factor, so what was conserved is conserved. The equation "
         "for $s^2 p^2$ at a given $\\lambda$ is another one."),
        "This is so without the division. It is in λ.",
        ((0.3, 0.7), (1.5, 3.0)),
        divided=lambda a: a,
    ),
)  # fmt: skip


def _followed(
    trunk: _Trunk, lam: np.ndarray, gamma: float, p0: float, a: float
) -> tuple[np.ndarray, np.ndarray]:
    """s² and p² when λ has come to each value: log s and log p integrated over log λ."""
    rate, first = trunk.rate(a), trunk.start(a) or 1e-7
    start = np.log([first * p0, p0])
    low = np.log(gamma) + 2 * start.sum() - 2 * np.log(trunk.divided(a))

    def slopes(_: float, y: np.ndarray) -> np.ndarray:
        moved = rate * np.exp(2 * (y[0] - y[1]))  # d log p by d log s
        return np.array([1, moved]) / (2 + 2 * moved)

    at = np.log(np.sort(lam))
    run = solve_ivp(
        slopes, (low, at[-1]), start, t_eval=at, method="DOP853", rtol=1e-11, atol=1e-13
    )
    back = np.argsort(np.argsort(lam))
    return tuple(np.exp(2 * run.y[:, back]))


def _shares(trunk: _Trunk, weigh: bool = True) -> Callable:
    def other_share(lam: np.ndarray, gamma: float, p0: float, a: float) -> np.ndarray:
        s2, p2 = _followed(trunk, lam, gamma, p0, a)
        return p2 / (p2 + (trunk.rate(a) if weigh else 1) * s2)

    return other_share


def _raises(trunk: _Trunk) -> Callable:
    def other_raise(gamma: np.ndarray, p0: np.ndarray, a: float) -> np.ndarray:
        modes = zip(gamma, p0, strict=True)
        ends = [_followed(trunk, np.ones(1), g, p, a)[1][0] for g, p in modes]
        return np.array(ends) / np.asarray(p0) ** 2

    return other_raise


def _draw(trial: Trial, trunk: _Trunk, high: bool) -> float:
    low, end = trunk.draws[int(high)]
    return int(trial.rng.integers(low, end + 1)) if trunk.whole else trial.rng.uniform(low, end)


def share(k: int) -> Variant:
    """Variant k of exercise 8.3."""
    trunk, number = TRUNKS[k], f"8.3v{k}"
    right = _shares(trunk)

    def ask(trial: Trial, many: int, a: float, p0: float) -> None:
        gamma = float(10 ** trial.rng.uniform(-1.2, -0.2) / p0**4)
        first = gamma * (trunk.start(a) * p0**2) ** 2
        lam = first + (0.97 - first) * trial.rng.uniform(0.02, 1, size=many)
        if not first:
            lam[0] = 10 ** trial.rng.uniform(-5, -2)
        lam = trial.rng.permutation(lam)
        got = trial.array(trial.call(lam, gamma, p0, a), shape=(many,), what="The head's share")
        trial.close(got, right(lam, gamma, p0, a), "The head's share", rtol=1e-6,
                    why="ds/dt and dp/dt integrated")  # fmt: skip

    def a_unit_trunk(trial: Trial) -> None:
        for many, high in zip(sizes(trial.rng, 5, 9, 2), (False, True), strict=True):
            ask(trial, many, _draw(trial, trunk, high), 1.0)

    def any_trunk(trial: Trial) -> None:
        p0 = trial.rng.uniform(0.4, 0.7), trial.rng.uniform(1.4, 2.2)
        for many, high, first in zip(sizes(trial.rng, 5, 9, 2), (True, False), p0, strict=True):
            ask(trial, many, _draw(trial, trunk, high), float(first))

    slips = [
        Misconception(Numerically(_shares(_PLAIN)), trunk.slip),
        Misconception(
            Numerically(lambda *given: 1 - right(*given)), "This is the trunk's share."
        ),
    ]  # fmt: skip
    if k == 0:
        slips.append(Misconception(
            Numerically(_shares(trunk, weigh=False)),
            "Your s² and p² are right. But all heads have a part in the trunk's rate.",
        ))  # fmt: skip
    exercise = Exercise(
        id=number,
        title="Whose work is it, of two layers that learn otherwise?",
        own=Numerically(right),
        right="Right.",
        hint="lam has shape (T,), gamma, p0 and a are numbers, and the shares have shape (T,).",
        parts=(Part("a trunk that starts at 1", 1, a_unit_trunk),
               Part("a trunk of any size", 1, any_trunk)),
        misconceptions=tuple(slips),
    )  # fmt: skip
    task = SHARE_TASK.format(what=trunk.what, above=trunk.above, range=trunk.range)
    return Variant(task, SHARE_STUB.format(number=number), trunk.hints, exercise)


def raised(k: int) -> Variant:
    """Variant k of exercise 8.5."""
    trunk, number = TRUNKS[k], f"8.5v{k}"
    right, plain = _raises(trunk), _raises(_PLAIN)

    def ask(trial: Trial, d: int, high: bool, size: tuple[float, float]) -> None:
        p0 = trial.rng.uniform(0.4, 2.5, size=d)
        gamma, a = 10 ** trial.rng.uniform(*size, size=d) / p0**4, _draw(trial, trunk, high)
        got = trial.array(trial.call(gamma, p0, a), shape=(d,), what="R")
        trial.close(got, right(gamma, p0, a), "R", rtol=1e-6,
                    why="ds/dt and dp/dt integrated until λ = 1")  # fmt: skip

    def middling(trial: Trial) -> None:
        for d, high in zip(sizes(trial.rng, 2, 7, 2), (False, True), strict=True):
            ask(trial, d, high, (-1.2, 0))

    def small(trial: Trial) -> None:
        for d, high in zip(sizes(trial.rng, 1, 5, 2), (True, False), strict=True):
            ask(trial, d, high, (-3, -1))

    slips = [
        Misconception(Numerically(plain), trunk.slip),
        Misconception(
            Numerically(lambda *given: np.sqrt(right(*given))),
            "This is the raise of p. The features' eigenvalue is γp²: square it.",
        ),
    ]
    if k == 0:
        slips.append(Misconception(
            Numerically(lambda gamma, p0, a: 1 + a * (plain(gamma, p0, a) - 1)),
            "You let the trunk gain a times what it gained in 8.5. Each head ends elsewhere too: "
            "λ = γs²p² is 1 with this p².",
        ))  # fmt: skip
    exercise = Exercise(
        id=number,
        title="How far do the features of two layers rise that learn otherwise?",
        own=Numerically(right),
        right="Right.",
        hint="gamma and p0 have shape (d,), a is a number, and R has shape (d,).",
        parts=(Part("a trunk of middling size", 1, middling), Part("a small trunk", 1, small)),
        misconceptions=tuple(slips),
    )
    task = RAISE_TASK.format(what=trunk.what, range=trunk.range)
    return Variant(task, RAISE_STUB.format(number=number), trunk.hints, exercise)
