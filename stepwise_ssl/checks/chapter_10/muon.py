"""10.7: how many steps Muon takes, against descent by singular values."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..asking import once_a_draw
from ..draws import sizes
from ..engine import Exercise, Misconception, Part, Trial
from ..values import as_array
from . import own

_ENOUGH = 20_000  # steps; no draw takes a twentieth of them


@once_a_draw
def counted(gamma: np.ndarray, s0: np.ndarray, lr: float, rest: float = 1.0) -> np.ndarray:
    """Steps (d,) until each λ_j is rest/2, by taking them; infinite for those that cannot be.

    The loss is ‖C − rest·I‖². W is whole, in turned coordinates. √λ_j grows by equal amounts until
    the crossing, so between the last two steps it is on a line.
    """
    d = len(gamma)
    rng = np.random.default_rng(d)
    left, right = (np.linalg.qr(rng.normal(size=(d, d)))[0] for _ in range(2))
    Gamma, W = right * gamma @ right.T, left * s0 @ right.T
    steps = np.full(d, np.inf)
    before, half = np.zeros(d), np.sqrt(rest / 2)
    for n in range(_ENOUGH):
        C = W @ Gamma @ W.T
        root = np.sqrt(np.maximum(np.sum(left * (C @ left), axis=0), 0))
        new = np.isinf(steps) & (root >= half)
        # Where it is above at the start there is nothing before.
        part = (half - before[new]) / (root[new] - before[new]) if n else 1.0
        steps[new] = np.maximum(n - 1 + part, 0)
        if np.isfinite(steps[gamma > 0]).all():
            return steps
        before = root
        u, _, v = np.linalg.svd((C - rest * np.eye(d)) @ W @ Gamma)
        W = W - lr * u @ v
    raise RuntimeError("a draw takes too many steps")


def draw(rng: np.random.Generator, d: int, low: float, high: float) -> tuple[np.ndarray, ...]:
    """γ (d,) > 0 in no order, and s0 (d,), √(2λ) between low and high; then the learning rate."""
    gamma = rng.permutation(np.geomspace(1, rng.uniform(5, 15), d)) * rng.uniform(0.9, 1.1, size=d)
    gamma = gamma * 10 ** rng.uniform(-2, 0.5)
    goal = (2 * gamma) ** -0.5
    s0 = goal * rng.permutation(np.geomspace(low, high, d)) * rng.uniform(0.9, 1.1, size=d)
    return gamma, s0, goal.min() / rng.uniform(15, 40)


def _ask(trial: Trial, gamma: np.ndarray, s0: np.ndarray, lr: float) -> None:
    result = trial.call(gamma, s0, lr)
    refuse_nan(trial, result, gamma)
    got = trial.array(result, shape=gamma.shape, what="The number of steps", allow_inf=True)
    want = counted(gamma, s0, lr)
    trial.close(got, want, "The number of steps", why="steps taken with an SVD, and counted",
                otherwise=_whether_it_is_there(got, want, gamma, s0))  # fmt: skip


def _whether_it_is_there(
    got: np.ndarray, want: np.ndarray, gamma: np.ndarray, s0: np.ndarray
) -> str:
    """Which mode is taken for one that starts at ½ or above and does not, or the other way."""
    lam = gamma * s0**2
    for j in np.flatnonzero((want == 0) & (got != 0)):
        return (
            f"Mode {j + 1} starts with s = {s0[j]:.4g}, so with λ = γs² = {lam[j]:.4g}: at ½ or "
            f"above, and no step is left. Yours is {got[j]:.4g}. It is λ that says so, not s."
        )
    for j in np.flatnonzero((got == 0) & (want > 0) & (gamma > 0)):
        return (
            f"Mode {j + 1} starts with s = {s0[j]:.4g}, so with λ = γs² = {lam[j]:.4g}: below ½, "
            "and steps are left. Yours is 0. It is λ that says so, not s."
        )
    return ""


def refuse_nan(trial: Trial, result: object, gamma: np.ndarray) -> None:
    """Refuse, by its cause, nan where γ is not above 0."""
    array = as_array(result)
    if array is None or array.shape != gamma.shape or array.dtype.kind != "f":
        return
    if np.isnan(array).any() and not np.isnan(array[gamma > 0]).any():
        trial.fail(
            "Your number of steps is nan for a mode with γ ≤ 0. Its λ = γs² is never above 0, so "
            "that it is never learned: np.inf.",
            named=True,
        )


def _from_small(trial: Trial) -> None:
    for d in sizes(trial.rng, 3, 7, 2):
        _ask(trial, *draw(trial.rng, d, 1e-5, 1e-3))


def _from_any_size(trial: Trial) -> None:
    """Some modes start well on their way, and some above 1/2."""
    for d in sizes(trial.rng, 4, 7, 2):
        _ask(trial, *draw(trial.rng, d, 0.1, 1.3))
    # One starts at 1/2 to the last digit, with a power of 2 for s0, and one above 1.
    gamma, s0, lr = draw(trial.rng, 5, 0.1, 0.6)
    s0[0] = 2.0 ** np.round(np.log2((2 * gamma[0]) ** -0.5))
    gamma[0] = 0.5 / s0[0] ** 2
    s0[1] = np.sqrt(trial.rng.uniform(1.5, 4) / gamma[1])
    _ask(trial, gamma, s0, lr)


def with_two_that_never_are(rng: np.random.Generator, gamma: np.ndarray) -> np.ndarray:
    """One γ below 0 and one 0 among the others."""
    negative, zero = rng.permutation(len(gamma))[:2]
    gamma = gamma.copy()
    gamma[negative], gamma[zero] = -gamma[negative], 0.0
    return gamma


def _without_a_way(trial: Trial) -> None:
    for d in sizes(trial.rng, 4, 7, 2):
        gamma, s0, lr = draw(trial.rng, d, 0.05, 0.5)
        _ask(trial, with_two_that_never_are(trial.rng, gamma), s0, lr)


def _to(goal: Callable[[np.ndarray], np.ndarray]) -> Callable:
    """Steps to another size of s."""

    def like(gamma: np.ndarray, s0: np.ndarray, lr: float) -> np.ndarray:
        with np.errstate(all="ignore"):
            far = np.maximum(goal(gamma) - s0, 0) / lr
        return np.where(gamma > 0, far, np.inf)

    return like


def _steps(of: Callable[[np.ndarray, np.ndarray, float], np.ndarray]) -> Callable:
    """A formula where γ > 0, and infinity elsewhere."""

    def like(gamma: np.ndarray, s0: np.ndarray, lr: float) -> np.ndarray:
        steps = np.full(len(gamma), np.inf)
        up = gamma > 0
        with np.errstate(all="ignore"):
            steps[up] = of(gamma[up], s0[up], lr)
        return steps

    return like


def _goal(gamma: np.ndarray) -> np.ndarray:
    return 1 / np.sqrt(2 * gamma)


def _log(gamma: np.ndarray, s0: np.ndarray) -> np.ndarray:
    return np.log(1 / (gamma * s0**2) - 1)


def _where_not_positive(value: float | Callable) -> Callable:
    """Right for γ > 0, and another value elsewhere."""

    def like(gamma: np.ndarray, s0: np.ndarray, lr: float) -> np.ndarray:
        other = value(gamma, s0, lr) if callable(value) else value
        return np.where(gamma > 0, own.muon_steps(gamma, s0, lr), other)

    return like


def _of_absolute(gamma: np.ndarray, s0: np.ndarray, lr: float) -> np.ndarray:
    with np.errstate(all="ignore"):
        return np.maximum((2 * np.abs(gamma)) ** -0.5 - s0, 0) / lr


MUON_STEPS = Exercise(
    id="10.7",
    title="A staircase of straight lines",
    own=own.muon_steps,
    right="Right. Every step is as long as the last, so the wait is a distance over a speed: no "
    "logarithm, and a start that is small enough does not matter.",
    hint="gamma and s0 have shape (d,), lr is a number, and the numbers of steps have shape (d,).",
    parts=(
        Part("from a small start", 1, _from_small),
        Part("from any start, also above ½", 1, _from_any_size),
        Part("with modes that are never learned", 1, _without_a_way),
    ),
    misconceptions=(
        Misconception(
            _to(lambda gamma: gamma**-0.5),
            "These are the steps until λ = 1. At λ = ½ s is (2γ)^(−1/2).",
        ),
        Misconception(
            _to(lambda gamma: 1 / (2 * gamma)),
            "You take λ for γs. It is γs², so that s = (2γ)^(−1/2) at ½.",
        ),
        Misconception(
            _to(lambda gamma: np.sqrt(2 / gamma)),
            "Your goal is s = √(2/γ), where λ = 2. λ = γs² is ½ at s = 1/√(2γ).",
        ),
        Misconception(
            _to(lambda gamma: np.sqrt(gamma / 2)),
            "Your goal is √(γ/2). λ = γs² is ½ at s = 1/√(2γ): the larger γ, the earlier.",
        ),
        Misconception(
            _to(lambda gamma: np.sqrt(1 / 2)),
            "Your goal is s = √½. It is √λ that is √½ there, and λ = γs².",
        ),
        Misconception(
            _steps(lambda gamma, s0, lr: _goal(gamma) / lr),
            "The start is not in yours. What a mode has of its way at the start it need not go.",
        ),
        Misconception(
            _steps(lambda gamma, s0, lr: (_goal(gamma) - s0) / lr),
            "A mode that starts above ½ takes 0 steps, and yours is below 0.",
        ),
        Misconception(
            _steps(lambda gamma, s0, lr: np.abs(_goal(gamma) - s0) / lr),
            "A mode that starts above ½ takes 0 steps. You count how many it would take back.",
        ),
        Misconception(
            _steps(lambda gamma, s0, lr: np.sqrt(np.maximum(_goal(gamma) ** 2 - s0**2, 0)) / lr),
            "You take the root of a difference of squares. It is s that grows in a line, not s².",
        ),
        Misconception(
            _steps(lambda gamma, s0, lr: np.maximum(
                (np.sqrt(0.5) - np.sqrt(gamma) * s0) / lr, 0
            )),
            "You let √λ grow by lr a step. It is s that does, and √λ = √γ · s.",
        ),
        Misconception(
            _steps(lambda gamma, s0, lr: np.maximum((0.5 - gamma * s0**2) / lr, 0)),
            "You let λ grow by lr a step. It is s that does, and λ = γs².",
        ),
        Misconception(
            _steps(lambda gamma, s0, lr: np.maximum((0.5 - gamma * s0**2) / (lr * gamma), 0)),
            "You let λ grow by γ·lr a step. It is s that grows by lr, and λ = γs².",
        ),
        Misconception(
            _steps(lambda gamma, s0, lr: np.maximum(_goal(gamma) - s0, 0) / (4 * gamma * lr)),
            "You divide by 4γ, the factor of the gradient. Muon drops the size of each singular "
            "value, and with it this factor.",
        ),
        Misconception(
            _steps(lambda gamma, s0, lr: np.maximum(_goal(gamma) - s0, 0) / (2 * lr)),
            "You let s grow by 2·lr a step. msign has singular values 1, and a step has lr.",
        ),
        Misconception(
            _steps(lambda gamma, s0, lr: np.maximum(_goal(gamma) - s0, 0)),
            "This is the distance that s goes. A step goes lr of it.",
        ),
        Misconception(
            _steps(lambda gamma, s0, lr: np.maximum(_log(gamma, s0), 0) / (8 * gamma * lr)),
            "This is the clock of gradient flow, with its logarithm. Muon's steps are all of one "
            "length.",
        ),
        Misconception(
            _steps(lambda gamma, s0, lr: np.maximum(_log(gamma, s0), 0)
                   / (2 * np.log1p(4 * lr * gamma))),
            "These are the steps of gradient descent, with their logarithm. Muon's are all of one "
            "length.",
        ),
        Misconception(
            _steps(lambda gamma, s0, lr: np.maximum(np.log(_goal(gamma) / s0), 0) / lr),
            "You take the logarithm of the growth. s grows by lr a step, and not by a factor.",
        ),
        Misconception(
            _steps(lambda gamma, s0, lr: np.ceil(np.maximum(_goal(gamma) - s0, 0) / lr)),
            "You count whole steps. The crossing itself is asked for, a real number, on the line "
            "between two steps.",
        ),
        Misconception(
            _steps(lambda gamma, s0, lr: np.floor(np.maximum(_goal(gamma) - s0, 0) / lr)),
            "You count whole steps. The crossing itself is asked for, a real number, on the line "
            "between two steps.",
        ),
        Misconception(
            _of_absolute,
            "You take |γ|. With γ < 0 a mode's λ = γs² is below 0 however long it grows: it is "
            "never learned.",
        ),
        Misconception(
            _where_not_positive(lambda gamma, s0, lr: np.where(
                gamma < 0, _of_absolute(gamma, s0, lr), np.inf
            )),
            "You take |γ|. With γ < 0 a mode's λ = γs² is below 0 however long it grows: it is "
            "never learned.",
        ),
        Misconception(
            _where_not_positive(0.0),
            "Modes with γ ≤ 0 take 0 steps in yours. Their λ = γs² is never above 0, so that they "
            "are never learned: np.inf.",
        ),
        Misconception(
            _where_not_positive(lambda gamma, s0, lr: np.where(gamma == 0, np.inf, 0.0)),
            "Modes with γ < 0 take 0 steps in yours. Their λ = γs² is never above 0, so that they "
            "are never learned: np.inf.",
        ),
    ),
)  # fmt: skip
