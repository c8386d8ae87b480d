"""3.4: which modes win from a start that is not generic, each student's own, against the flow."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.integrate import odeint

from ..engine import Exercise, Misconception, Part, Trial
from .family import MOST, Variant

__all__ = ["MOST", "Problem", "ending", "problem"]

EPS = 1e-6
TASK = """\
Now three dimensions, five modes with $\\gamma = ({gamma})$, and a start in which columns share
directions and are not all equally small. With $\\varepsilon = 10^{{-6}}$, in the basis of the
modes,

$${columns}.$$

**Wanted:** a tuple `(second, loss, norm)`: the number of the mode that takes the second step, the
loss $\\lVert C - I \\rVert_F^2$ at the end, and $\\lVert W \\rVert_F^2$ at the end to the nearest
whole number.
"""

STUB = """\
other_ending = ...  # Your answer here
other_ending = check("{number}", other_ending)"""

HINTS = (
    "Each of the three directions is a race among the columns that lie in it, and the others do "
    "not take part. Who was first, in 3.4, of two columns that shared a direction?",
    "A column of size $\\varepsilon^p$ grows as $\\varepsilon^p e^{4 \\gamma t}$. When does it "
    "come near 1? The first of a direction to do so wins there, and the winners' times give the "
    "order.",
)

GAMMAS = (1.0, 0.5, 0.25, 0.2, 0.125, 0.1, 0.0625, 0.05)  # their inverses are whole


@dataclass(frozen=True)
class Problem:
    """Column j is ε^power[j] · columns[j], in the direction `along[j]`; gamma (5,) descends."""

    gamma: np.ndarray
    columns: np.ndarray
    power: np.ndarray
    along: np.ndarray

    @property
    def start(self) -> np.ndarray:
        """W(0) in the basis of the modes, (3, 5)."""
        return (self.columns * EPS ** self.power[:, None]).T


def _draw(rng: np.random.Generator) -> Problem:
    rivals: list[tuple[int, int]] = []
    while not rivals:
        negative = int(rng.integers(0, 2))
        gamma = np.sort(rng.choice(GAMMAS, 5 - negative, replace=False))[::-1]
        gamma = np.r_[gamma, -rng.choice(GAMMAS[3:], negative)]
        along, power = rng.integers(0, 3, 5), rng.integers(1, 3, 5)
        rivals = [
            (i, j) for i in range(4) for j in range(i + 1, 5)
            if along[i] == along[j] and gamma[j] > 0.6 * gamma[i]
        ]  # fmt: skip
    larger, smaller = rivals[rng.integers(len(rivals))]
    power[larger], power[smaller] = 2, 1  # a handicap
    # Along the axes: there rounding cannot turn a column, and a run shows what is asked.
    columns = np.eye(3, dtype=int)[along] * rng.choice([-2, -1, 1, 2], 5)[:, None]
    return Problem(gamma, columns, power, along)


def _flow(problem: Problem) -> tuple[list[int], np.ndarray, float]:
    """The modes that step, in order of time, their times, and ‖W‖² at the end.

    C is diagonal in the three directions, so each column keeps its own. The logarithm of its
    length is integrated, in which a tiny start keeps all its digits.
    """
    gamma, along = problem.gamma, problem.along
    in_direction = (along[:, None] == along) * gamma

    def velocity(u: np.ndarray, _: float) -> np.ndarray:
        # The cut is far above where any length ends; a trial step of the solver may go there.
        return 4 * gamma * (1 - in_direction @ np.exp(np.minimum(2 * u, 9)))

    u0 = np.log(np.linalg.norm(problem.start, axis=0))
    t = np.linspace(0, 180, 361)
    u = odeint(velocity, u0, t, rtol=1e-4, atol=1e-4).T
    learned = gamma[:, None] * np.exp(2 * u)
    winners = np.flatnonzero(learned[:, -1] > 0.5)
    times = t[np.argmax(learned[winners] > 0.5, axis=1)]
    order = np.argsort(times)
    return [int(j) for j in winners[order]], times[order], float(np.sum(np.exp(2 * u[:, -1])))


def _answer(gamma: np.ndarray, winners: list[int]) -> tuple[int, float, float]:
    norm = sum(1 / gamma[j] for j in winners)
    return winners[1] + 1, float(3 - len(winners)), float(round(norm))


def _guesses(problem: Problem) -> tuple[list[int], list[int]]:
    """Who would win by γ alone: in each direction, and of all."""
    positive = [j for j in range(5) if problem.gamma[j] > 0]
    first = {int(problem.along[j]): j for j in reversed(positive)}
    return sorted(first.values()), positive[:3]


@cache
def problem(k: int) -> tuple[Problem, tuple[int, float, float]]:
    """The start that variant k asks about, and (second, loss, norm) of its flow."""
    rng = np.random.default_rng([3, 4, k])
    while True:
        drawn = _draw(rng)
        by_direction, by_gamma = _guesses(drawn)
        if len(by_direction) < 2:
            continue
        winners, times, norm = _flow(drawn)
        if len(winners) < len(by_direction):  # a dead heat
            continue
        # Clear steps, a norm near a whole number, and the sizes of the start count.
        clear = np.all(times[1:] > 1.2 * times[:-1]) and abs(norm - round(norm)) < 0.1
        answer = _answer(drawn.gamma, winners)
        guesses = [_answer(drawn.gamma, guess) for guess in (by_direction, by_gamma)]
        if clear and round(norm) == answer[2] and answer not in guesses:
            return drawn, answer


def ending(k: int) -> Variant:
    """Variant k of exercise 3.4."""
    asked, want = problem(k)
    number = f"3.4v{k}"

    def three(trial: Trial) -> np.ndarray:
        return trial.array(trial.value, shape=(3,), what="Your prediction (second, loss, norm)")

    def second_and_loss(trial: Trial) -> None:
        got = three(trial)
        trial.require(abs(got[1] - want[1]) < 0.05, f"The loss does not end at {got[1]:g}.")
        trial.require(got[0] == want[0], f"The second step does not belong to mode {got[0]:g}.")

    def norm(trial: Trial) -> None:
        got = three(trial)
        trial.require(abs(got[2] - want[2]) < 0.5, f"‖W‖² does not end at {got[2]:g}.")

    by_direction, by_gamma = (_answer(asked.gamma, guess) for guess in _guesses(asked))
    exercise = Exercise(
        id=number,
        title="Another start that is not generic",
        own=want,
        right="Right.",
        hint="A tuple of three numbers: (second, loss, norm).",
        parts=(
            Part("the second step and the loss", 1, second_and_loss),
            Part("the norm", 1, norm),
        ),
        misconceptions=(
            Misconception(
                by_direction,
                "You let the largest γ of each direction win. Two columns of a direction do not "
                "start at the same size.",
            ),
            Misconception(
                by_gamma,
                "You let the three largest γ win. Columns that share a direction cannot all be "
                "learned: it has one eigenvalue of C.",
            ),
        ),
    )
    columns = ",\\quad\n".join(_column(j, asked) for j in range(5))
    shown = ",\\ ".join(f"{g:g}" for g in asked.gamma)
    task = TASK.format(gamma=shown, columns=columns)
    return Variant(task, STUB.format(number=number), HINTS, exercise)


def _column(j: int, asked: Problem) -> str:
    size = "\\varepsilon" + ("^2" if asked.power[j] == 2 else "")
    entries = " \\\\ ".join(str(x) for x in asked.columns[j])
    return f"W(0) v_{j + 1} = {size} \\begin{{pmatrix}} {entries} \\end{{pmatrix}}"
