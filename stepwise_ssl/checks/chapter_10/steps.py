"""10.1: how many steps a mode needs, against steps counted one by one."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..draws import sizes
from ..engine import Exercise, Misconception, Part, Trial
from . import own


def _counted(gamma: np.ndarray, start: np.ndarray, lr: float) -> np.ndarray:
    """Steps until the odds have been multiplied up to 1; in the last one by logarithms."""
    counts = []
    for g, lam in zip(gamma, start, strict=True):
        odds = before = lam / (1 - lam)
        steps = 0
        while odds < 1:
            before = odds
            odds = odds * (1 + 4 * lr * g) ** 2
            steps += 1
        counts.append(steps - np.log(odds) / np.log(odds / before))
    return np.array(counts)


def _ask(trial: Trial, gamma: np.ndarray, start: np.ndarray, share: float) -> None:
    gamma = np.sort(gamma)[::-1] * trial.rng.uniform(0.1, 3)
    lr = share / (4 * gamma[0])
    want = _counted(gamma, start, lr)
    got = trial.array(
        trial.call(gamma, start, share), shape=gamma.shape, what="The number of steps"
    )
    trial.close(got, want, "The number of steps", rtol=1e-6,
                why="steps counted one by one",
                otherwise=_odds_there(gamma, start, lr, got, want))  # fmt: skip


def _odds_there(
    gamma: np.ndarray, start: np.ndarray, lr: float, got: np.ndarray, want: np.ndarray
) -> str:
    """What the odds are after the learner's number of steps, where that is furthest off."""
    j = int(np.argmax(np.abs(got - want)))
    log = np.log(start[j] / (1 - start[j])) + 2 * got[j] * np.log1p(4 * lr * gamma[j])
    if not 0.01 < abs(log) < 200:
        return ""
    return (
        f"After your number of steps the odds of mode {j + 1} are {np.exp(log):.3g}. At λ = ½ they "
        "are 1."
    )


def _far_below_the_limit(trial: Trial) -> None:
    for d in sizes(trial.rng, 2, 7, 2):
        gamma = trial.rng.uniform(0.1, 1, size=d)
        _ask(trial, gamma, 10 ** trial.rng.uniform(-9, -2, size=d), trial.rng.uniform(0.04, 0.12))


def _near_the_limit(trial: Trial) -> None:
    for d in sizes(trial.rng, 2, 7, 2):
        gamma = trial.rng.uniform(0.05, 1, size=d)
        _ask(trial, gamma, 10 ** trial.rng.uniform(-9, -2, size=d), trial.rng.uniform(0.7, 0.95))


def _large_starts_and_equal_rates(trial: Trial) -> None:
    for d in sizes(trial.rng, 3, 7, 2):
        gamma = trial.rng.uniform(0.05, 1, size=d)
        gamma[1] = gamma[0]
        start = trial.rng.uniform(0.05, 0.45, size=d)
        _ask(trial, gamma, start, trial.rng.uniform(0.3, 0.6))


def _with(
    lr: Callable | None = None, factor: Callable | None = None, growth: Callable | None = None
) -> Callable:
    """The right formula with another learning rate, growth of a step, or growth in all."""

    def like(gamma: np.ndarray, start: np.ndarray, share: float) -> np.ndarray:
        rate = lr(gamma, share) if lr else share / (4 * gamma[0])
        step = factor(4 * rate * gamma) if factor else 2 * np.log1p(4 * rate * gamma)
        return (growth(gamma, start) if growth else np.log(1 / start - 1)) / step

    return like


_ROUNDED = "Yours are whole numbers. Wanted is the real number of steps at which the odds are 1."
_LIMIT = (
    "Your learning rate is not the share of the largest stable one. All modes are stable below "
    "1/(4γ₁), so η = share/(4γ₁)."
)

STEPS_NEEDED = Exercise(
    id="10.1",
    title="Why is the last mode late?",
    own=own.steps_needed,
    right="Right. Only γ_j/γ₁ enters, and not γ_j: the first mode sets the learning rate for all.",
    hint="gamma and start have shape (d,), share is a number between 0 and 1, and the numbers of "
    "steps have shape (d,).",
    parts=(
        Part("far below the limit", 1, _far_below_the_limit),
        Part("near the limit", 1, _near_the_limit),
        Part("starts near ½, and equal rates", 1, _large_starts_and_equal_rates),
    ),
    misconceptions=(
        Misconception(
            _with(factor=lambda x: 2 * x),
            "This is the time of flow, divided by η. A step multiplies s_j by 1 + 4ηγ_j, and flow "
            "by e^(4ηγ_j), which is more.",
        ),
        Misconception(
            _with(factor=np.log1p),
            "You multiply the odds by 1 + 4ηγ_j. That is the factor of s_j, and λ_j = γ_j s_j² "
            "gets its square.",
        ),
        Misconception(
            _with(factor=lambda x: np.log1p(2 * x)),
            "You multiply the odds by 1 + 8ηγ_j. The factor of λ_j = γ_j s_j² is (1 + 4ηγ_j)², "
            "and the square of 4ηγ_j belongs to it.",
        ),
        Misconception(
            _with(factor=lambda x: 4 * np.log1p(x)),
            "You take the square of the factor of s_j twice. λ_j = γ_j s_j² has it once.",
        ),
        Misconception(
            _with(growth=lambda gamma, start: -np.log(start)),
            "You let λ_j(0) grow by 1/λ_j(0). The odds begin at λ_j(0)/(1 − λ_j(0)) and end at 1.",
        ),
        Misconception(
            _with(growth=lambda gamma, start: -np.log(2 * start)),
            "You let λ_j itself grow by the same factor up to ½. It slows down before; what grows "
            "by the same factor throughout are the odds λ_j/(1 − λ_j).",
        ),
        Misconception(
            _with(growth=lambda gamma, start: -np.log(start / (1 + start))),
            "Your odds at the start are λ/(1 + λ). They are λ/(1 − λ).",
        ),
        Misconception(
            _with(growth=lambda gamma, start: np.log(1 / (gamma * start**2) - 1)),
            "start has the λ_j(0) themselves. You take them for s_j(0).",
        ),
        Misconception(
            _with(growth=lambda gamma, start: np.log(1 / start**2 - 1)),
            "start has the λ_j(0) themselves. You square them.",
        ),
        Misconception(
            _with(lr=lambda gamma, share: share / (4 * gamma)),
            "In yours a step multiplies every s_j by 1 + share, as if each mode had its own "
            "learning rate. There is one η for all, share/(4γ₁), and it gives 1 + share·γ_j/γ₁.",
        ),
        Misconception(
            _with(lr=lambda gamma, share: 1 / (4 * gamma[0])),
            "You take the largest stable learning rate itself. Asked is a share of it.",
        ),
        Misconception(
            _with(lr=lambda gamma, share: share / (4 * gamma[-1])),
            "You take the limit of the last mode, 1/(4γ_d). The first mode is stable below "
            "1/(4γ₁) only, and there is one η for all.",
        ),
        Misconception(
            _with(lr=lambda gamma, share: share),
            "You take share for η. It is the share of the largest stable learning rate, which is "
            "1/(4γ₁).",
        ),
        *(
            Misconception(_with(lr=lr), _LIMIT)
            for lr in (
                lambda gamma, share: share / gamma[0],
                lambda gamma, share: share / (2 * gamma[0]),
                lambda gamma, share: share / (8 * gamma[0]),
                lambda gamma, share: share / (4 * np.sum(gamma)),
                lambda gamma, share: share / (4 * np.mean(gamma)),
                lambda gamma, share: share * gamma[0] / 4,
            )
        ),
        Misconception(
            _with(factor=lambda x: 2 * np.log1p(x / 4)),
            "A step multiplies s_j by 1 + 4ηγ_j, and 4η is share/γ₁. Yours adds a quarter of that "
            "to the 1.",
        ),
        Misconception(
            _with(factor=lambda x: -2 * np.log1p(-x)),
            "You have 1 − 4ηγ_j where 1 + 4ηγ_j belongs: a step of descent makes a small mode "
            "larger, and by that factor.",
        ),
        Misconception(
            lambda gamma, start, share: (
                own.steps_needed(gamma, start, share) * share / (4 * gamma[0])
            ),
            "This is a time, steps × η. Wanted is the number of steps.",
        ),
        Misconception(
            lambda gamma, start, share: np.log(1 / start - 1) / (8 * gamma),
            "This is the time of gradient flow. Wanted is the number of steps of descent.",
        ),
        *(
            Misconception(
                lambda gamma, start, share, of=of: of(own.steps_needed(gamma, start, share)),
                _ROUNDED,
            )
            for of in (np.ceil, np.round, np.floor, lambda n: np.floor(n) + 1)
        ),
    ),
)
