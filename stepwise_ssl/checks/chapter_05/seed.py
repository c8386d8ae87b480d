"""5.7: the seeded step, against the coupled flow."""

from __future__ import annotations

import numpy as np
from scipy.integrate import solve_ivp, trapezoid

from ... import linear
from ..asking import once_a_draw
from ..engine import Exercise, Misconception, Part, Trial
from . import own


@once_a_draw
def _flow(gamma: np.ndarray, s0: np.ndarray, coupling: float) -> float:
    """When λ_2 passes ½ under the coupled equations, integrated as they stand."""

    def velocity(_: float, log_s: np.ndarray) -> np.ndarray:
        s = np.exp(log_s)
        growth = 4 * gamma * (1 - gamma * s**2)
        growth[1] += 4 * coupling * s[0] * (1 - gamma[0] * s[0] ** 2) / s[1]
        return growth

    def crossing(_: float, log_s: np.ndarray) -> float:
        return gamma[1] * np.exp(2 * log_s[1]) - 0.5

    crossing.terminal = True
    end = 3 * linear.step_times(gamma, s0)[1]
    run = solve_ivp(
        velocity, (0, end), np.log(s0), events=crossing, method="DOP853", rtol=1e-9, atol=1e-10
    )
    return float(run.t_events[0][0])


def _compare(trial: Trial, gamma: np.ndarray, s0: np.ndarray, coupling: float, what: str) -> None:
    result = trial.call(gamma, s0, coupling)
    got = trial.array(result, shape=(), what="The step time")
    learned = linear.step_times(gamma, s0)[0]
    sooner = [linear.step_times(call.args[0], call.args[1])[0] for call in trial.calls[:-1]]
    slow = (
        f"Where mode 1 is learned at t = {max(sooner):.3g} or sooner yours is right. Here it is "
        f"learned at t = {learned:.3g}, and the integral has to go on to a few times that."
        if coupling
        and trial.records
        and all(r.passes for r in trial.records)
        and learned > 3 * max(sooner)
        else ""
    )
    # First order in χ, and integrals by a trapezoid: a part in a thousand.
    trial.close(got, _flow(gamma, s0, coupling), f"The step time of mode 2 {what}", rtol=2e-3,
                why="the coupled equations, integrated", otherwise=slow)  # fmt: skip


def _without_coupling(trial: Trial) -> None:
    gamma = np.array([trial.rng.uniform(0.4, 1), trial.rng.uniform(0.1, 0.3)])
    s0 = 10 ** trial.rng.uniform(-6, -2, size=2)
    _compare(trial, gamma, s0, 0.0, "without coupling")
    # Mode 2 may be the first of the two, from a start that is that much larger.
    gamma[1] = gamma[0] * trial.rng.uniform(0.5, 0.8)
    s0 = 10 ** trial.rng.uniform([-9, -3], [-7, -2])
    _compare(trial, gamma, s0, 0.0, "without coupling")


def _with_a_seed(trial: Trial) -> None:
    # Where the seed is far above the start, or far below, slips look alike: all kinds are here.
    for ratio, size, coupling, slow in (
        (0.3, 1e-6, 3e-3, 1), (0.6, 1e-4, 1e-3, 1), (0.15, 1e-3, 1e-2, 1), (0.4, 1e-4, 2e-3, 0.05),
    ):  # fmt: skip
        top = slow * trial.rng.uniform(0.3, 0.9)
        gamma = top * np.array([1.0, ratio * trial.rng.uniform(0.9, 1.1)])
        s0 = size * trial.rng.uniform(0.4, 2.5, size=2)
        chi = coupling * trial.rng.uniform(0.7, 1.4) * top
        _compare(trial, gamma, s0, chi, f"with χ = {chi:.2g}")


def _integral(gamma, s0, rate=None, force=lambda s1, g1: s1 * (1 - g1 * s1**2), end=5) -> float:
    """∫ force(s_1, γ_1) e^{−rate·t} dt up to `end` times τ_1; the rate is 4γ_2 by default."""
    t = np.linspace(0, end * linear.step_times(gamma[:1], s0[:1])[0], 40_000)
    s1 = linear.singular_values(t, gamma[:1], s0[:1])[:, 0]
    rate = 4 * gamma[1] if rate is None else rate
    return trapezoid(force(s1, gamma[0]) * np.exp(-rate * t), t)


def _of_exponentials(gamma, s0) -> float:
    """∫ e^{4(γ_1 − γ_2)t} dt up to τ_1: mode 1 grows and never bends."""
    rate = 4 * (gamma[0] - gamma[1])
    return float(np.expm1(rate * linear.step_times(gamma[:1], s0[:1])[0]) / rate)


def _from(start):
    """The step time of mode 2 from start(γ, s(0), χ)."""
    return lambda gamma, s0, coupling: float(
        linear.step_times(gamma[1:], [start(gamma, s0, coupling)])[0]
    )


def _after(seed):
    """The step time of mode 2 with seed(γ, s(0), χ) on top of its start."""
    return _from(lambda g, s, e: s[1] + seed(g, s, e))


def _whole(gamma, s0, coupling):
    return 4 * coupling * _integral(gamma, s0)


def _halved(gamma, s0, coupling):
    start = s0[1] + _whole(gamma, s0, coupling)
    return float(-np.log(gamma[1] * start**2) / (4 * gamma[1]))


def _at_the_end(clock):
    """clock(γ₂, start) in the place of the step time, with the right start."""
    return lambda g, s, e: float(clock(g[1], s[1] + _whole(g, s, e)))


def _of_mode_one(gamma, s0, coupling):
    return float(linear.step_times(gamma[:1], [s0[1] + _whole(gamma, s0, coupling)])[0])


def _unbraked_to_the_end(gamma, s0, coupling, end=5):
    """The seed of a force that goes on for ever: from `end` times τ_1 on by the formula."""
    rest = np.exp(-4 * gamma[1] * end * linear.step_times(gamma[:1], s0[:1])[0]) / (4 * gamma[1])
    integral = _integral(gamma, s0, force=lambda s1, g1: s1, end=end)
    return 4 * coupling * (integral + gamma[0] ** -0.5 * rest)


UNBRAKED = "Your force does not stop: once mode 1 is learned, 1 − λ₁ is zero."
SEEDED_STEP = Exercise(
    id="5.7",
    title="The seed",
    own=own.seeded_step,
    right="Right. For a vanishing start the seed wins, however weak the coupling.",
    hint="Shapes: gamma and s0 are (2,); pass gamma[:1] and s0[:1] to functions that want arrays. "
    "A start that comes out below zero has a wrong sign in it: s₂(0) is above zero, and the seed "
    "is never below it, for λ₁ = γ₁s₁² stays below 1.",
    parts=(
        Part("without coupling", 1, _without_coupling),
        Part("with a seed", 2, _with_a_seed),
    ),
    misconceptions=(
        Misconception(
            _after(lambda g, s, e: 0.0),
            "The coupling changes nothing in your answer: this is chapter 2's step time.",
        ),
        Misconception(
            _after(lambda g, s, e: e),
            "You add the coupling itself to the start. Mode 1 is tiny for most of that time: "
            "integrate what it carries over.",
        ),
        Misconception(
            _after(lambda g, s, e: 4 * e * _integral(g, s, rate=0.0)),
            "The factor e^{−4γ₂t} is missing: what comes late has less time to grow. Put s₂ = "
            "e^{4γ₂t} y into the equation.",
        ),
        Misconception(
            _after(lambda g, s, e: 4 * e * _integral(g, s, rate=8 * g[1])),
            "s₂ grows as e^{4γ₂t}; e^{8γ₂t} is how λ₂ grows.",
        ),
        Misconception(
            _after(lambda g, s, e: 4 * e * _integral(g, s, rate=4 * g[0])),
            "You divide by mode 1's growth. It is mode 2 that the seed grows with: e^{−4γ₂t}.",
        ),
        Misconception(
            _after(lambda g, s, e: e * _integral(g, s)),
            "The 4 before χ is missing.",
        ),
        Misconception(
            _after(lambda g, s, e: 2 * e * _integral(g, s, rate=2 * g[1])),
            "Your rates are half as large, 2χ and 2γ₂: ds₂/dt has the factor 4 in both terms.",
        ),
        Misconception(
            _after(lambda g, s, e: 4 * e * g[1] * _integral(g, s)),
            "There is a γ₂ too many in your force: it is 4χ s₁ (1 − λ₁).",
        ),
        Misconception(
            _after(lambda g, s, e: 4 * e * _integral(g, s, force=lambda s1, g1: s1)),
            UNBRAKED,
        ),
        Misconception(_after(_unbraked_to_the_end), UNBRAKED),
        *(
            Misconception(
                _after(seed),
                "Two things at once. Your force does not stop: 1 − λ₁ is missing. And your "
                "integral ends at τ₁, where mode 1 still grows.",
            )
            for seed in (
                lambda g, s, e: 4 * e * _integral(g, s, force=lambda s1, g1: s1, end=1),
                lambda g, s, e: 4 * e * s[0] * _of_exponentials(g, s),
            )
        ),
        Misconception(
            _after(lambda g, s, e: e * s[0]),
            "The seed is not χ s₁(0): mode 1 grows by powers of ten before it stops.",
        ),
        Misconception(
            _after(lambda g, s, e: e / ((g[0] - g[1]) * np.sqrt(g[0]))),
            "This is about what the seed has grown to when mode 1 is learned. Take it back to time "
            "0: divide by e^{4γ₂τ₁}.",
        ),
        Misconception(
            _from(lambda g, s, e: s[0] + _whole(g, s, e)),
            "You add the seed to s₁(0), the start of mode 1. It falls on mode 2: s₂(0) + Δ.",
        ),
        Misconception(
            _from(_whole),
            "Mode 2 has a start of its own as well: s₂(0) + Δ.",
        ),
        Misconception(
            _after(lambda g, s, e: e * s[0] ** (g[1] / g[0])),
            "χ ε^{γ₂/γ₁} says how the seed scales, not how large it is: a number stands before it. "
            "The integral gives both.",
        ),
        Misconception(
            _from(lambda g, s, e: np.hypot(s[1], _whole(g, s, e))),
            "You add squares, √(s₂(0)² + Δ²). Both lie along one direction: s₂(0) + Δ.",
        ),
        Misconception(
            _from(lambda g, s, e: max(s[1], _whole(g, s, e))),
            "You take the larger of the two. They add: s₂(0) + Δ.",
        ),
        Misconception(
            _from(lambda g, s, e: abs(s[1] - _whole(g, s, e))),
            "You subtract the seed. With χ > 0 it adds to the start: s₂(0) + Δ.",
        ),
        Misconception(
            _after(lambda g, s, e: 4 * e * _integral(g, s, end=1)),
            "Your integral ends at τ₁. There λ₁ is ½, and mode 1 still grows: go to a few times "
            "τ₁.",
        ),
        Misconception(
            _after(lambda g, s, e: 4 * e * _integral(g, s, rate=-4 * g[1])),
            "The factor under the integral is e^{−4γ₂t}, with a minus: what comes late has less "
            "time to grow.",
        ),
        Misconception(
            _after(
                lambda g, s, e: 4 * e * _integral(g, s, force=lambda s1, g1: s1 * (1 - g1 * s1))
            ),
            "Your λ₁ is γ₁s₁. It is γ₁s₁².",
        ),
        Misconception(
            _after(
                lambda g, s, e: (
                    4 * e * _integral(g, s, force=lambda s1, g1: g1 * s1**2 * (1 - g1 * s1**2))
                )
            ),
            "Your force is λ₁(1 − λ₁). It is s₁(1 − λ₁): not yet squared.",
        ),
        Misconception(
            _after(lambda g, s, e: 4 * e * _integral(g[::-1], s[::-1])),
            "The modes are swapped under your integral: s₁ drives, with γ₁, and the seed grows "
            "with γ₂.",
        ),
        Misconception(
            _from(lambda g, s, e: np.sqrt(s[1] + _whole(g, s, e))),
            "You forget the square: λ₂ = γ₂(s₂(0) + Δ)².",
        ),
        Misconception(
            _at_the_end(lambda g, start: np.log(1 / (g * start) - 1) / (8 * g)),
            "λ₂ is γ₂ s₂², with the square of the start: in yours it is γ₂ s₂.",
        ),
        Misconception(
            _at_the_end(lambda g, start: -np.log(g * start) / (8 * g)),
            "λ₂ is γ₂ s₂², with the square of the start: in yours it is γ₂ s₂.",
        ),
        Misconception(
            _at_the_end(lambda g, start: np.log(1 / start**2 - 1) / (8 * g)),
            "λ₂ is γ₂ s₂²: in your logarithm γ₂ is missing.",
        ),
        Misconception(
            _at_the_end(lambda g, start: -np.log(start**2) / (8 * g)),
            "λ₂ is γ₂ s₂²: in your logarithm γ₂ is missing.",
        ),
        Misconception(
            _after(
                lambda g, s, e: (
                    4 * e * _integral(g, s, force=lambda s1, g1: s1 * (1 - g1 * s1**2) ** 2)
                )
            ),
            "The factor 1 − λ₁ stands once in the force, not squared.",
        ),
        Misconception(
            _after(lambda g, s, e: 4 * e * g[0] * _integral(g, s)),
            "There is a γ₁ too many in your force: it is 4χ s₁ (1 − λ₁).",
        ),
        Misconception(
            lambda g, s, e: max(linear.step_times(g, [s[0], s[1] + _whole(g, s, e)])),
            "You give the later of two step times. Where mode 2 starts far above mode 1 its step "
            "comes first: wanted is that of mode 2.",
        ),
        Misconception(
            _of_mode_one,
            "This is how long mode 1 would take from s₂(0) + Δ. Mode 2 grows with γ₂: gamma[1:].",
        ),
        Misconception(
            _halved,
            "The clock is 8γ₂, the rate of λ₂; yours is 4γ₂.",
        ),
    ),
)
