"""10.2: other kinds of momentum, by the steps themselves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..asking import once_a_draw
from ..draws import sizes
from ..engine import Exercise, Misconception, Part, Trial
from .family import Numerically, Variant

TASK = """\
Now {what}

$$V \\leftarrow {velocity}, \\qquad W \\leftarrow {weights} .$$

**Given:** `gamma` `(d,)`, the $\\gamma_j > 0$ in any order; `lr`, the learning rate $\\eta > 0$;
`beta`, a number $\\beta$ from 0 to below 1{given}.

**Wanted:** the factors $z_j$, `(d,)`, by which a further step multiplies $s_j$ after many steps.
As in 10.2, all modes are small, their gradients are $-4\\gamma_j s_j$, and $V$ is 0 at first.
"""

STUB = '''\
def other_factor({arguments}):
    """Factor of a small s in a step with another momentum. {shapes} -> (d,)."""
    # Your answer here
    raise NotImplementedError("Exercise {number}")


other_factor = check("{number}", other_factor)'''

# The other solution of a recursion shrinks against the growing one by .96 a step at most.
_STEPS = 1200


@dataclass(frozen=True)
class _Velocity:
    """A kind of momentum, and how it is told.

    `moved` gives a velocity, anew, and the step that is taken away, for s = 1: both from the
    velocity before, 4γ, β and, where there is one, a.
    """

    what: str
    velocity: str
    weights: str
    given: str
    arguments: str
    shapes: str
    hints: tuple[str, str]
    moved: Callable[..., tuple[np.ndarray, np.ndarray]]
    slips: tuple[tuple[Callable, str], ...]
    decays: bool = False


def _of(formula: Callable) -> Callable:
    """A formula of 4ηγ, β and, if given, ηa, as a function of the arguments."""

    def like(gamma: np.ndarray, lr: float, beta: float, *decay: float) -> np.ndarray:
        return formula(4 * lr * gamma, beta, *(lr * a for a in decay))

    return like


def _of_10_2(x: np.ndarray, beta: float, decay: float = 0.0) -> np.ndarray:
    b = 1 + beta + x
    return (b + np.sqrt(b**2 - 4 * beta)) / 2


def _smaller_root_ahead(x: np.ndarray, beta: float) -> np.ndarray:
    b = (1 + x) * (1 + beta)
    return (b - np.sqrt(b**2 - 4 * beta * (1 + x))) / 2


def _ahead(velocity: np.ndarray, slope: np.ndarray, beta: float) -> tuple[np.ndarray, np.ndarray]:
    velocity = beta * velocity - slope
    return velocity, beta * velocity - slope


def _averaged(velocity: np.ndarray, slope: np.ndarray, beta: float) -> tuple[np.ndarray, ...]:
    velocity = beta * velocity - (1 - beta) * slope
    return velocity, velocity


def _with_decay(
    velocity: np.ndarray, slope: np.ndarray, beta: float, a: float
) -> tuple[np.ndarray, np.ndarray]:
    velocity = beta * velocity - slope + a
    return velocity, velocity


VELOCITIES = (
    _Velocity(
        "the step looks ahead, as Nesterov's momentum does in PyTorch: the new velocity is "
        "multiplied by $\\beta$ once more, and the gradient is added again.",
        "\\beta V + G", "W - \\eta\\, (G + \\beta V)", "",
        "gamma, lr, beta", "(d,), two numbers",
        ("Write down what is taken away in two steps in a row. From both together $V$ can be left "
         "out.",
         "With $x = 4\\eta\\gamma$ it is $s_{n+1} = (1 + x)(1 + \\beta)\\, s_n - \\beta (1 + x)\\, "
         "s_{n-1}$. Test: $\\beta = 0$ gives $1 + x$."),
        _ahead,
        (
            (_of(_of_10_2), "This is the factor of 10.2, whose step is ηV alone."),
            (
                _of(_smaller_root_ahead),
                "You take the smaller root. After many steps the larger one is left.",
            ),
        ),
    ),
    _Velocity(
        "the velocity is a mean of past gradients, as in Adam: a new gradient counts $1 - \\beta$ "
        "times.",
        "\\beta V + (1 - \\beta)\\, G", "W - \\eta V", "",
        "gamma, lr, beta", "(d,), two numbers",
        ("It is the momentum of 10.2 with another learning rate. With which?",
         "In 10.2 $\\eta$ and $G$ stand as a product wherever they stand. Test: $\\beta = 0$ gives "
         "$1 + 4\\eta\\gamma$, and for tiny $\\eta\\gamma$ every $\\beta$ does."),
        _averaged,
        (
            (_of(_of_10_2), "In yours a gradient counts whole. It counts 1 − β times here."),
            (
                _of(lambda x, beta: 1 + x + 0 * beta),
                "You take the mean of past gradients for the present one. A growing mode's past "
                "gradients are smaller.",
            ),
        ),
    ),
    _Velocity(
        "the weights decay, as they do with `weight_decay` in PyTorch's SGD: $a$ times the weights "
        "is added to the gradient.",
        "\\beta V + G + a W", "W - \\eta V",
        "; `a` above 0 and below all $4\\gamma_j$",
        "gamma, lr, beta, a", "(d,), three numbers",
        ("What is the gradient of a small mode with the decay, and what was it in 10.2?",
         "$4\\gamma_j$ is now $4\\gamma_j - a$ wherever it stands. Test: a mode with "
         "$4\\gamma_j = a$ would stay."),
        _with_decay,
        (
            (_of(_of_10_2), "The decay is not in yours."),
            (
                _of(lambda x, beta, decay: _of_10_2(x, beta) - decay),
                "You take ηa away from the factor of 10.2, as if weights decayed beside the "
                "velocity. Here the decay goes into it, as the gradient does.",
            ),
        ),
        decays=True,
    ),
)  # fmt: skip


def factors(k: int) -> Variant:
    """Variant k of exercise 10.2."""
    kind, number = VELOCITIES[k], f"10.2v{k}"

    @once_a_draw
    def settled(gamma: np.ndarray, lr: float, beta: float, *a: float) -> np.ndarray:
        """s after a step over s before it, when it no longer changes. s is kept at 1."""
        velocity, factor = np.zeros_like(gamma), np.ones_like(gamma)
        for _ in range(_STEPS):
            velocity, step = kind.moved(velocity, 4 * gamma, beta, *a)
            factor = 1 - lr * step
            velocity = velocity / factor
        return factor

    def of_three(gamma: np.ndarray, lr: float, beta: float) -> np.ndarray:
        return settled(gamma, lr, beta)

    def of_four(gamma: np.ndarray, lr: float, beta: float, a: float) -> np.ndarray:
        return settled(gamma, lr, beta, a)

    right = of_four if kind.decays else of_three
    right.__name__ = "other_factor"

    def ask(trial: Trial, d: int, beta: float, slower: float = 0.0) -> None:
        """Modes in any order, 4ηγ from far below 1 to above it, or `slower` by decades."""
        rng, size = trial.rng, trial.rng.uniform(0.1, 3)
        low, high = [-3, -0.3, *[-2] * (d - 2)], [-2, 0.3, *[0] * (d - 2)]
        growth = 10 ** (rng.uniform(low, high) - slower)
        gamma = rng.permutation(growth) * size
        decay = (4 * gamma.min() * rng.uniform(0.3, 0.8),) if kind.decays else ()
        given = (gamma, 1 / (4 * size), beta, *map(float, decay))
        got = trial.array(trial.call(*given), shape=gamma.shape, what="The factor")
        trial.close(got, right(*given), "The factor", rtol=1e-6,
                    why=f"the steps themselves, after {_STEPS}")  # fmt: skip

    def of_any_momentum(trial: Trial) -> None:
        betas = trial.rng.uniform([0.2, 0.85], [0.7, 0.95])
        for d, beta in zip(sizes(trial.rng, 3, 8, 2), betas, strict=True):
            ask(trial, d, float(beta))
        # Here a hundred steps are not many.
        ask(trial, 3, trial.rng.uniform(0.985, 0.99), slower=1.5)

    def of_little(trial: Trial) -> None:
        first, second = sizes(trial.rng, 3, 8, 2)
        ask(trial, first, 0.0)
        ask(trial, second, trial.rng.uniform(0.03, 0.15))

    exercise = Exercise(
        id=number,
        title="Another momentum",
        own=Numerically(right),
        right="Right.",
        hint="gamma and the result have shape (d,), all else are numbers.",
        parts=(
            Part("with momentum", 1, of_any_momentum),
            Part("without, and with little", 1, of_little),
        ),
        misconceptions=tuple(
            Misconception(Numerically(like), message) for like, message in kind.slips
        ),
    )
    task = TASK.format(
        what=kind.what, velocity=kind.velocity, weights=kind.weights, given=kind.given
    )
    stub = STUB.format(arguments=kind.arguments, shapes=kind.shapes, number=number)
    return Variant(task, stub, kind.hints, exercise)
