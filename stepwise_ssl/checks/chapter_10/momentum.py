"""10.2: what a step with momentum multiplies a small mode by, against the steps themselves."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..asking import once_a_draw
from ..draws import sizes
from ..engine import Exercise, Misconception, Part, Trial
from . import own

# The other solution of the recursion shrinks against the growing one by β/z² a step, which is .98
# at most in these draws.
_STEPS = 1200


@once_a_draw
def _settled(gamma: np.ndarray, lr: float, beta: float) -> np.ndarray:
    """s after a step over s before it, when it no longer changes. Both are kept at size 1."""
    velocity, factor = np.zeros_like(gamma), np.ones_like(gamma)
    for _ in range(_STEPS):
        velocity = beta * velocity - 4 * gamma
        factor = 1 - lr * velocity
        velocity = velocity / factor
    return factor


def _ask(trial: Trial, d: int, beta: float) -> None:
    """Modes in any order whose 4ηγ goes from far below 1 to above it."""
    size = trial.rng.uniform(0.1, 3)
    growth = 10 ** trial.rng.uniform([-3, -0.3, *[-2] * (d - 2)], [-2, 0.3, *[0] * (d - 2)])
    gamma = trial.rng.permutation(growth) * size
    lr = 1 / (4 * size)
    want = _settled(gamma, lr, beta)
    result = trial.call(gamma, lr, beta)
    # Before the numbers are read: what is nan in part has a cause that can be known.
    with np.errstate(all="ignore"):
        trial.slips(result, want, [(like(gamma, lr, beta), message) for like, message in _NO_ROOT])
    got = trial.array(result, shape=gamma.shape, what="The factor")
    trial.close(got, want, "The factor", rtol=1e-6, why=f"the steps themselves, after {_STEPS}",
                otherwise=_no_growth(got))  # fmt: skip


def _ask_near_1(trial: Trial) -> None:
    """A velocity that remembers a hundred gradients, and slow modes: z comes late to its end."""
    size = trial.rng.uniform(0.1, 3)
    gamma = trial.rng.permutation(10 ** trial.rng.uniform([-4, -3.5, -3], [-3.9, -3, -2])) * size
    lr, beta = 1 / (4 * size), trial.rng.uniform(0.985, 0.99)
    want = _settled(gamma, lr, beta)
    got = trial.array(trial.call(gamma, lr, beta), shape=gamma.shape, what="The factor")
    j = int(np.argmin(want))
    late = (
        f"With β = {beta:.4f} the velocity remembers some {1 / (1 - beta):.0f} steps. The other "
        f"solution shrinks against the growing one by β/z² a step, for mode {j + 1} by "
        f"{beta / want[j] ** 2:.3f}: after a hundred steps it still counts. The quadratic equation "
        "has the end at once."
    )
    trial.close(got, want, "The factor", rtol=1e-6, why=f"the steps themselves, after {_STEPS}",
                otherwise=_no_growth(got) or late)  # fmt: skip


def _no_growth(got: np.ndarray) -> str:
    if (got >= 1).all():
        return ""
    j = int(np.argmin(got))
    return f"Your factor of mode {j + 1} is {got[j]:.4g}. It has γ > 0 and grows: z is above 1."


def _of_any_momentum(trial: Trial) -> None:
    betas = trial.rng.uniform([0.2, 0.85], [0.7, 0.95])
    for d, beta in zip(sizes(trial.rng, 3, 8, 2), betas, strict=True):
        _ask(trial, d, float(beta))
    _ask_near_1(trial)


def _of_none(trial: Trial) -> None:
    d, other = sizes(trial.rng, 3, 8, 2)
    _ask(trial, d, 0.0)
    _ask(trial, other, trial.rng.uniform(0.03, 0.15))


def _root(
    linear: Callable = lambda x, beta: 1 + beta + x,
    constant: Callable = lambda x, beta: beta,
    root: Callable = np.sqrt,
    sign: float = 1,
    half: float = 2,
) -> Callable:
    """A root of z² − linear · z + constant, or what becomes of it."""

    def like(gamma: np.ndarray, lr: float, beta: float) -> np.ndarray:
        x = 4 * lr * gamma
        b = linear(x, beta)
        return (b + sign * root(b**2 - 4 * constant(x, beta))) / half

    return like


def _of_x(formula: Callable) -> Callable:
    return lambda gamma, lr, beta: formula(4 * lr * gamma, beta)


def _from_rest(steps: int) -> Callable:
    """The factor of one of the first steps."""

    def like(gamma: np.ndarray, lr: float, beta: float) -> np.ndarray:
        velocity, factor = np.zeros_like(gamma), np.ones_like(gamma)
        for _ in range(steps):
            velocity = beta * velocity / factor - 4 * gamma
            factor = 1 - lr * velocity
        return factor

    return like


# Slips whose numbers are partly nan.
_NO_ROOT = (
    (
        _root(linear=lambda x, beta: 1 + x),
        "In yours β is missing where it stands with z: s_{n+1} = s_n + β(s_n − s_{n−1}) + 4ηγ s_n "
        "has s_n three times.",
    ),
    (
        _root(linear=lambda x, beta: 1 + beta - x),
        "You have 1 + β − 4ηγ. The gradient of a small mode is −4γs, and a step takes it away: the "
        "mode grows.",
    ),
)

MOMENTUM_FACTOR = Exercise(
    id="10.2",
    title="What does momentum buy?",
    own=own.momentum_factor,
    right="Right. Without momentum it is 1 + 4ηγ. With it the slow modes gain most.",
    hint="gamma has shape (d,), lr and beta are numbers, and the factors have shape (d,).",
    parts=(
        Part("with momentum", 1, _of_any_momentum),
        Part("without, and with little", 1, _of_none),
    ),
    misconceptions=(
        Misconception(
            _of_x(lambda x, beta: 1 + x / (1 - beta)),
            "This is descent with the learning rate η/(1 − β). V becomes G/(1 − β) where G stays "
            "as it is from step to step, and that of a growing mode grows with it.",
        ),
        Misconception(
            _of_x(lambda x, beta: (1 + x) / (1 - beta)),
            "You divide the whole factor 1 + 4ηγ by 1 − β. With γ = 0 nothing moves and the factor "
            "is 1, and yours would be 1/(1 − β).",
        ),
        Misconception(
            _root(sign=-1),
            "You take the smaller root. Both are in the start; after many steps the larger one is "
            "left.",
        ),
        Misconception(
            _root(linear=lambda x, beta: 1 + beta + (1 - beta) * x),
            "This is the factor of V ← βV + (1 − β)G, where the gradient counts 1 − β times. Here "
            "it counts whole.",
        ),
        Misconception(
            _root(root=lambda q: q),
            "The square root of the discriminant is missing.",
        ),
        Misconception(
            _root(half=1),
            "The roots of z² − bz + β are (b ± √(b² − 4β))/2, with the 2 below both terms.",
        ),
        Misconception(
            lambda gamma, lr, beta: own.momentum_factor(gamma, lr, beta) ** 2,
            "This is the factor of λ = γs². Wanted is that of s.",
        ),
        Misconception(
            _of_x(lambda x, beta: 1 + np.sqrt(x)),
            "This is the limit for 4ηγ much larger than (1 − √β)², and then only if 4ηγ is much "
            "smaller than 1. Solve the quadratic equation.",
        ),
        Misconception(
            _of_x(lambda x, beta: 1 + beta + x),
            "You leave out what has to be taken away: s after a step is (1 + β + 4ηγ) times s "
            "before it, less β times the s before that.",
        ),
        Misconception(
            _of_x(lambda x, beta: 1 + x + 0 * beta),
            "This is the factor without momentum.",
        ),
        Misconception(
            _root(constant=lambda x, beta: -beta),
            "The sign of the term without z is turned: β(s_n − s_{n−1}) takes the s before away.",
        ),
        Misconception(
            _root(linear=lambda x, beta: (1 + x) * (1 + beta), constant=lambda x, b: b * (1 + x)),
            "This is Nesterov's momentum, whose gradient is taken ahead, where V would lead. Here "
            "it is taken at W.",
        ),
        *(
            Misconception(
                _root(linear=lambda x, beta, part=part: 1 + beta + part * x),
                "The gradient of a small mode is −4γs. In yours the factor is not 4.",
            )
            for part in (0.25, 0.5, 2)
        ),
        *(
            Misconception(
                _from_rest(steps),
                "This is the factor of one of the first steps, which changes from step to step. "
                "Wanted is the one that is left after many.",
            )
            for steps in (2, 3, 5, 10)
        ),
        *(
            Misconception(
                _from_rest(steps),
                f"This is the factor of step {steps} from rest. Where β is near 1 it still changes "
                "there: wanted is the one that is left in the end, and the quadratic equation has "
                "it at once.",
            )
            for steps in (20, 50, 100, 200)
        ),
        Misconception(
            lambda gamma, lr, beta: np.log(own.momentum_factor(gamma, lr, beta)),
            "This is the logarithm of the factor. Wanted is the factor.",
        ),
        Misconception(
            lambda gamma, lr, beta: own.momentum_factor(gamma, lr, beta) - 1,
            "This is what a step adds to s, as a part of s. The factor is 1 more.",
        ),
    ),
)
