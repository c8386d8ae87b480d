"""7.4: what a setting does to the steps, against simulated descents and recorded runs."""

from __future__ import annotations

import functools

import numpy as np

from ... import data
from ...spectra import find_steps
from ..engine import Exercise, Part, Trial, Wrong
from ..trial import shown
from ..values import as_array
from . import own

WORDS = (("yes", "no"), ("better", "worse", "same"))


def _step(gamma: float, start: float, lr: float) -> int:
    """Iterations of descent on (γs² − 1)² until γs² has passed ½."""
    s, steps = start, 0
    while gamma * s * s < 0.5:
        s -= lr * 4 * gamma * s * (gamma * s * s - 1)
        steps += 1
    return steps


@functools.cache
def _numbers() -> tuple[float, float, float]:
    """Factors of iterations and time when lr is halved, and the delay of a small start times γ."""
    gamma, lr = 0.3, 1e-4
    whole, half = _step(gamma, 0.01, lr), _step(gamma, 0.01, lr / 2)
    return half / whole, half / whole / 2, (_step(gamma, 1e-4, lr) - whole) * lr * gamma


@functools.cache
def _words() -> tuple[str, str]:
    """Whether the recorded standard start shows a staircase, and what the probe says of it."""
    run = data.load_run("digits_barlow_twins_standard_s0")
    times = find_steps(run.steps, run.eigenvalues)
    pairs = zip(times, run.eigenvalues.T[1:], strict=False)
    following = [np.interp(time, run.steps, curve) < 0.05 for time, curve in pairs]
    small, standard = (
        np.mean([
            data.load_run(f"digits_barlow_twins{way}_s{seed}").metrics["linear_probe"]
            for seed in range(3)
        ])
        for way in ("", "_standard")
    )  # fmt: skip
    difference = standard - small
    probe = "same" if abs(difference) < 0.02 else "better" if difference > 0 else "worse"
    return "yes" if np.mean(following) > 0.5 else "no", probe


def _five(trial: Trial) -> tuple[list[float], list[str]]:
    """Three numbers and two words. Nothing is said about any of them before all are in."""
    got = trial.value
    if not isinstance(got, tuple | list) or len(got) != 5:
        trial.fail(
            f"A tuple of five is wanted, three numbers and two words; yours is {shown(got)}.",
            named=True,
        )
    if any(entry is ... or entry is None for entry in got):
        trial.fail("Make all five predictions first: the check says nothing before.", named=True)
    numbers = []
    for place, entry in enumerate(got[:3], 1):
        array = as_array(entry)
        if array is None or array.size != 1 or not np.isfinite(array).all():
            trial.fail(
                f"Prediction {place} should be a number; yours is {shown(entry)}.", named=True
            )
        numbers.append(float(array.reshape(-1)[0].real))
    words = []
    for place, (entry, allowed) in enumerate(zip(got[3:], WORDS, strict=True), 4):
        if not isinstance(entry, str) or entry.strip().lower() not in allowed:
            choice = " or ".join(f'"{word}"' for word in allowed)
            trial.fail(
                f"Prediction {place} should be {choice}; yours is {shown(entry)}.", named=True
            )
        words.append(entry.strip().lower())
    return numbers, words


ITERATIONS = {
    1.0: "You let the number of iterations stay. It doubles: a step goes half of the way.",
    0.5: "You let smaller steps need fewer iterations. It is the other way round.",
    4.0: "That is 2². The learning rate enters the flow's clock once, not squared.",
}
TIMES = {
    2.0: "You give time the factor of the iterations. Time counts them times the learning rate.",
    0.5: "You halve time as the learning rate is halved. Time is the learning rate times the "
    "iterations: one is halved, what does the other do?",
}
DELAYS = {
    np.log(100)
    / 8: "That is log 100 over 8. λ goes with the square of the weights: a start 100 times "
    "smaller makes λ(0) 10⁴ times smaller.",
    np.log(100): "That is log 100 without a rate. λ grows as e^{8γt}.",
    np.log(
        1e4
    ): "That is log 10⁴ without a rate. λ grows as e^{8γt}, so a logarithm is divided by 8γ.",
    np.log(1e4) / 4: "That is log 10⁴ over 4, and log 10⁸ over 8. λ grows at 8γ, and k is what the "
    "smaller start adds to the wait: it makes λ(0) 10⁴ times smaller.",
    100.0: "You give the factor of the start. The time goes with its *logarithm*.",
    2.0: "That is log₁₀ 100. The logarithm is the natural one, and there is a rate.",
    4 / 8: "That is log₁₀ 10⁴ over 8. The logarithm is the natural one: the flow has e^{8γt}.",
}


def _require(trial: Trial, got: float, want: float, place: int, slips: dict[float, str]) -> None:
    right = abs(got - want) < 0.005 * want  # 1.15 will do for k
    if not right:
        known = next((why for slip, why in slips.items() if abs(got - slip) < 5e-3 * slip), "")
        if known:
            raise Wrong(f"Prediction {place} is not {got:.4g}.", slip=known)
    trial.require(right, f"Prediction {place} is not {got:.4g}. Chapter 3 has the formula.")


def _of_theory(trial: Trial) -> None:
    got, want = _five(trial)[0], _numbers()
    for place, (slips, value) in enumerate(zip((ITERATIONS, TIMES, DELAYS), got, strict=True)):
        _require(trial, value, want[place], place + 1, slips)


def _of_the_standard_start(trial: Trial) -> None:
    (staircase, probe), want = _five(trial)[1], _words()
    if staircase != want[0]:
        trial.fail(
            "Prediction 4: from a standard start eigenvalues begin at 0.04 to 0.8. How long does "
            "the next one have to wait?",
            named=True,
        )
    if probe != want[1]:
        why = {
            "worse": "The staircase is how it learns, and not what it learns: without stairs the "
            "trunk is trained by the same loss.",
            "better": "By the end all ten dimensions are there with both, and on digits the means "
            "over three seeds are less than 0.02 apart. Exercise 7.5 looks closer, for smaller "
            "differences.",
        }
        trial.fail(f"Prediction 5: {why.get(probe, 'Look at the recorded runs.')}", named=True)
    trial.require(True, "")


PREDICTIONS = Exercise(
    id="7.4",
    title="Five predictions",
    own=own.PREDICTIONS,
    right="Right. A small start shows the mechanism; it does not improve the features. Whether it "
    "costs a little is the question of 7.5.",
    hint='A tuple of five: three numbers, then "yes" or "no", then "better", "worse" or "same".',
    parts=(
        Part("learning rate and start", 1, _of_theory),
        Part("standard start", 1, _of_the_standard_start),
    ),
)
