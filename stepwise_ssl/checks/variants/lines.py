"""10.7: Muon with another end, on two layers and with a falling rate, by steps that are taken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.integrate import quad
from scipy.optimize import brentq

from ..asking import once_a_draw
from ..chapter_10 import muon
from ..draws import sizes
from ..engine import Exercise, Misconception, Part, Trial
from .family import Numerically, Variant

TASK = """\
Now {what}

**Given:** `gamma` `(d,)`, of any sign and in any order; the singular values at the start, `s0`
`(d,)`, all above 0; {given}.

**Wanted:** for each mode {wanted}, `(d,)`, a real number. It is 0 for a mode that starts there or
above, and `np.inf` for one that never gets there.
"""

STUB = '''\
def other_steps({arguments}):
    """How long Muon takes with each mode, asked otherwise. {shapes} -> (d,)."""
    # Your answer here
    raise NotImplementedError("Exercise {number}")


other_steps = check("{number}", other_steps)'''

_FINE = 1 / 50  # of the shortest way, where the truth takes steps of its own


@dataclass(frozen=True)
class _Line:
    """A question of Muon, and how it is told.

    `given` makes the arguments of a draw of 10.7, `truth` the right numbers.
    """

    what: str
    rest: str  # what is given beside gamma and s0
    wanted: str
    arguments: str
    shapes: str
    hints: tuple[str, str]
    given: Callable[..., tuple]
    truth: Callable[..., np.ndarray]
    slips: tuple[tuple[Callable, str], ...]


def _steps(of: Callable) -> Callable:
    """A formula of the modes with γ > 0 and of all other arguments; infinity elsewhere."""

    def like(gamma: np.ndarray, *others: np.ndarray | float) -> np.ndarray:
        found, up = np.full(len(gamma), np.inf), gamma > 0
        with np.errstate(all="ignore"):
            found[up] = of(gamma[up], *(x[up] if np.ndim(x) else x for x in others))
        return found

    return like


def _goal(gamma: np.ndarray) -> np.ndarray:
    return 1 / np.sqrt(2 * gamma)


# --- another end -------------------------------------------------------------------------------


def _with_an_end(
    rng: np.random.Generator, gamma: np.ndarray, s0: np.ndarray, lr: float
) -> tuple[np.ndarray, np.ndarray, float, float]:
    a = 2 ** (rng.choice([-1, 1]) * rng.uniform(0.5, 2))
    return gamma, s0 * np.sqrt(a), lr * np.sqrt(a), float(a)


def _to_another_end(gamma: np.ndarray, s0: np.ndarray, lr: float, a: float) -> np.ndarray:
    return muon.counted(gamma, s0, lr, a)


# --- two layers --------------------------------------------------------------------------------


def _with_a_trunk(
    rng: np.random.Generator, gamma: np.ndarray, s0: np.ndarray, lr: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    """Head and trunk of unequal sizes whose product is the draw's singular value."""
    ratio = rng.uniform(1.2, 3, size=len(s0)) ** rng.choice([-1, 1], size=len(s0))
    goal = np.sqrt(_goal(np.abs(gamma[gamma != 0])))
    return gamma, np.sqrt(s0 * ratio), np.sqrt(s0 / ratio), float(goal.min() / rng.uniform(15, 40))


@once_a_draw
def _of_both_layers(gamma: np.ndarray, s0: np.ndarray, p0: np.ndarray, lr: float) -> np.ndarray:
    """Steps of both layers, whole and in turned coordinates; between two steps both are on a line.

    The fraction of the last step is found by root finding on λ itself.
    """
    d = len(gamma)
    rng = np.random.default_rng(d)
    left, inner, right = (np.linalg.qr(rng.normal(size=(d, d)))[0] for _ in range(3))
    Gamma = right * gamma @ right.T
    head, trunk = left * s0 @ inner.T, inner * p0 @ right.T
    steps = np.full(d, np.inf)

    def above(head: np.ndarray, trunk: np.ndarray) -> np.ndarray:
        W = head @ trunk
        return np.sum(left * (W @ Gamma @ W.T @ left), axis=0) - 0.5

    def part_of_step(j: int, head: np.ndarray, trunk: np.ndarray, *by: np.ndarray) -> float:
        return brentq(lambda x: above(head + x * by[0], trunk + x * by[1])[j], 0, 1, xtol=1e-13)

    steps[above(head, trunk) >= 0] = 0
    n = 0
    while not np.isfinite(steps[gamma > 0]).all():
        W = head @ trunk
        force = (W @ Gamma @ W.T - np.eye(d)) @ W @ Gamma
        by_head, by_trunk = (-lr * _msign(G) for G in (force @ trunk.T, head.T @ force))
        over = above(head + by_head, trunk + by_trunk) >= 0
        for j in np.flatnonzero(over & np.isinf(steps)):
            steps[j] = n + part_of_step(j, head, trunk, by_head, by_trunk)
        head, trunk, n = head + by_head, trunk + by_trunk, n + 1
    return steps


def _msign(G: np.ndarray) -> np.ndarray:
    u, _, v = np.linalg.svd(G)
    return u @ v


# --- a falling rate ----------------------------------------------------------------------------


def _with_a_schedule(
    rng: np.random.Generator, gamma: np.ndarray, s0: np.ndarray, lr: float
) -> tuple[np.ndarray, np.ndarray, float]:
    """The learning rates add up to a/2: enough for some modes and not for others."""
    up = gamma > 0
    ways = np.sort(_goal(gamma[up]) - s0[up])
    ways = ways[ways > 0]
    # Where the gap between two ways is the widest, for there no mode is near the end of the run.
    k = int(np.argmax(ways[1:] / ways[:-1]))
    return gamma, s0, float(2 * np.sqrt(ways[k] * ways[k + 1]))


def _with_the_rate_as_a_clock(gamma: np.ndarray, s0: np.ndarray, a: float) -> np.ndarray:
    """Equal steps give the way; the t at which the rates have added up to it is sought."""
    up = gamma > 0
    step = _FINE * float(_goal(gamma[up]).min())
    ways = step * muon.counted(gamma, s0, step)

    def time(way: float) -> float:
        def left(t: float) -> float:
            return quad(lambda u: 1 - u / a, 0, t)[0] - way

        return brentq(left, 0, a, xtol=1e-13 * a) if left(a) >= 0 else np.inf

    return np.array([time(way) if np.isfinite(way) else np.inf for way in ways])


LINES = (
    _Line(
        "the modes come to rest elsewhere: the loss is $\\lVert C - aI \\rVert_F^2$ with a number "
        "$a > 0$, and a mode counts as learned at half of its end, $\\lambda_j = a/2$. All else "
        "is as in 10.7.",
        "the learning rate `lr`, small; the number `a`",
        "the number of steps until $\\lambda_j = a/2$",
        "gamma, s0, lr, a", "(d,), (d,), two numbers",
        ("Which sign has the gradient in mode $j$ while $0 < \\lambda_j < a$, and what is left of "
         "its size?",
         "How large is $s_j$ where $\\gamma_j s_j^2 = a/2$? Test: $a = 1$ gives 10.7."),
        _with_an_end, _to_another_end,
        (
            (
                _steps(lambda g, s, lr, a: np.maximum(np.sqrt(a / g) - s, 0) / lr),
                "These are the steps until λ = a. At half of it s is √(a/2γ).",
            ),
            (
                _steps(lambda g, s, lr, a: np.maximum(a * _goal(g) - s, 0) / lr),
                "You multiply the way's end by a. λ grows as s²: the end is √a times as far.",
            ),
        ),
    ),
    _Line(
        "two layers are trained, both by Muon with the same learning rate: $W = BA$ with a head "
        "$B = \\sum_j s_j u_j q_j^{\\top}$ and a trunk $A = \\sum_j p_j q_j v_j^{\\top}$, the "
        "$q_j$ orthonormal. Each layer takes its own gradient's msign, and "
        "$\\lambda_j = \\gamma_j s_j^2 p_j^2$.",
        "those of the trunk, `p0` `(d,)`, above 0, too; the learning rate `lr`, small",
        "the number of steps until $\\lambda_j = \\frac12$, both layers being on a line between "
        "two steps",
        "gamma, s0, p0, lr", "(d,), (d,), (d,), a number",
        ("By how much does a step change $s_j$, and by how much $p_j$?",
         "After $n$ steps the product is $(s_j(0) + n\\eta)(p_j(0) + n\\eta)$. It has to be "
         "$(2\\gamma_j)^{-1/2}$: a quadratic equation for $n\\eta$."),
        _with_a_trunk, _of_both_layers,
        (
            (
                _steps(lambda g, s, p, lr: np.maximum(_goal(g) - s * p, 0) / lr),
                "You let the product s·p grow by lr a step. Each of the two factors does.",
            ),
            (
                _steps(lambda g, s, p, lr: np.maximum(_goal(g) / p - s, 0) / lr),
                "You hold the trunk at p0. It takes steps as the head does.",
            ),
        ),
    ),
    _Line(
        "the learning rate falls to 0 in a line, and is small throughout. With the time $t$ that "
        "has passed it is as $1 - t/a$: in a short time $dt$ each singular value moves by "
        "$(1 - t/a)\\, dt$. At $t = a$ the run is over.",
        "the number `a` $> 0$",
        "the time $t$ at which $\\lambda_j = \\frac12$",
        "gamma, s0, a", "(d,), (d,), a number",
        ("How far has a singular value come by time $t$? How far can it come at all?",
         "$s_j(t) = s_j(0) + t - t^2/2a$. Of the two times at which that is $(2\\gamma_j)^{-1/2}$ "
         "the earlier one counts; if there is none, the run is too short."),
        _with_a_schedule, _with_the_rate_as_a_clock,
        (
            (
                _steps(lambda g, s, a: np.maximum(_goal(g) - s, 0)),
                "This is the time at a rate that does not fall.",
            ),
            (
                _steps(lambda g, s, a: np.where(
                    _goal(g) - s > a / 2,
                    np.inf,
                    np.where(_goal(g) > s, a * (1 + np.sqrt(1 - 2 * (_goal(g) - s) / a)), 0),
                )),
                "You take the later of the two times. It is beyond a, where the run is over.",
            ),
        ),
    ),
)  # fmt: skip


def other_lines(k: int) -> Variant:
    """Variant k of exercise 10.7."""
    line, number = LINES[k], f"10.7v{k}"

    def ask(trial: Trial, gamma: np.ndarray, s0: np.ndarray, lr: float) -> None:
        given = line.given(trial.rng, gamma, s0, lr)
        result = trial.call(*given)
        muon.refuse_nan(trial, result, gamma)
        got = trial.array(result, shape=gamma.shape, what="How long it takes", allow_inf=True)
        trial.close(got, line.truth(*given), "How long it takes",
                    why="steps taken with an SVD, and counted")  # fmt: skip

    def from_small(trial: Trial) -> None:
        for d in sizes(trial.rng, 3, 7, 2):
            ask(trial, *muon.draw(trial.rng, d, 1e-5, 1e-3))

    def from_any_size(trial: Trial) -> None:
        for d in sizes(trial.rng, 4, 7, 2):
            ask(trial, *muon.draw(trial.rng, d, 0.1, 1.3))

    def without_a_way(trial: Trial) -> None:
        for d in sizes(trial.rng, 5, 8, 2):
            gamma, s0, lr = muon.draw(trial.rng, d, 0.05, 0.5)
            ask(trial, muon.with_two_that_never_are(trial.rng, gamma), s0, lr)

    exercise = Exercise(
        id=number,
        title="Other straight lines",
        own=Numerically(line.truth),
        right="Right.",
        hint="gamma and s0 have shape (d,), and so has the result.",
        parts=(
            Part("from a small start", 1, from_small),
            Part("from any start", 1, from_any_size),
            Part("with modes that are never learned", 1, without_a_way),
        ),
        misconceptions=tuple(
            Misconception(Numerically(like), message) for like, message in line.slips
        ),
    )
    task = TASK.format(what=line.what, given=line.rest, wanted=line.wanted)
    stub = STUB.format(arguments=line.arguments, shapes=line.shapes, number=number)
    return Variant(task, stub, line.hints, exercise)
