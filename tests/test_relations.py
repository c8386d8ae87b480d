"""What the engine says of wrong answers by itself: each sentence where it holds, and only there."""

from __future__ import annotations

import numpy as np
import pytest

from stepwise_ssl.checks.engine import WRONG, Exercise, Misconception, Part, run


def own_scale(x, gamma, lam=1.0):
    return lam * x * gamma


def _part(trial):
    for d, lam in ((3, trial.rng.uniform(0.2, 0.8)), (5, trial.rng.uniform(1.5, 3))):
        n = d + int(trial.rng.integers(1, 9))
        x, gamma = trial.rng.normal(size=(n, d)), trial.rng.normal(size=d)
        got = trial.array(trial.call(x, gamma, lam=lam), shape=(n, d), what="y")
        trial.close(got, lam * np.einsum("ij,j->ij", x, gamma), "y")


EXERCISE = Exercise("9.8", "", own_scale, "Right.", "", (Part("p", 1, _part),))
NOTEBOOK = {"np": np, "n": 100, "scale": 0.5, "G": np.ones(3)}


def answer(code: str):
    scope = dict(NOTEBOOK)
    exec(f"def scale_it(x, gamma, lam=1.0):\n    {code}", scope)
    return scope["scale_it"]


@pytest.mark.parametrize(
    "code, words",
    [
        ("return lam * x * gamma / 2", "half of what is wanted, at every entry"),
        ("return -lam * x * gamma", "minus what is wanted, at every entry"),
        ("return np.pi * lam * x * gamma", "π times what is wanted"),
        ("return 1.7 * lam * x * gamma", "1.7 times what is wanted"),
        ("return lam * x * gamma / len(x)", "what is wanted, divided by len(x)"),
        ("return lam * x * gamma / np.sqrt(len(gamma))", "divided by the root of"),
        ("return lam * x * gamma * len(x) / (len(x) - 1)", "multiplied by len(x)/(len(x) − 1)"),
        ("return x * gamma", "divided by lam"),
        ("return lam**2 * x * gamma", "multiplied by lam"),
        ("return lam * x * gamma**2", "multiplied by the entry of gamma"),
        ("return lam * x * gamma + 1", "larger by 1 than what is wanted"),
        ("return (lam * x * gamma) ** 2", "the square of what is wanted"),
        ("return 1 / (lam * x * gamma)", "1 divided by what is wanted"),
        ("return np.abs(lam * x * gamma)", "the absolute value of what is wanted"),
        ("return (lam * x * gamma)[::-1]", "Your rows are in reverse order"),
        ("return (lam * x * gamma)[:, ::-1]", "Your columns are in reverse order"),
        ("return np.roll(lam * x * gamma, 1, axis=0)", "one place too late"),
        ("return lam * x * np.abs(gamma)", "the absolute value of `gamma` in place of `gamma`"),
        ("return 0 * x", "Yours is 0 everywhere, at every call"),
        ("return lam * x * gamma * (1 + 3e-6)", "off by up to 3e-06"),
        ("return lam * x * np.where(gamma > 0, gamma, 0)", "`gamma`, cut off at 0 from below"),
        ("return lam * x * np.where(gamma > 0, gamma, gamma + 1)", "right where gamma > 0"),
        ("y = lam * x * gamma; y[0] *= 3; return y", "right at every row but the first"),
        ("return lam * (x - x.mean(0)) * gamma", "`x` without its mean in place of `x`"),
        ("return lam * x * gamma if lam < 1 else x * gamma", "wrong where lam > 1"),
        ("return lam * x * gamma / n", "0.01 times what is wanted"),
        ("return scale * x * gamma", "Your function reads `scale` = 0.5 from the notebook"),
        ("return (lam * x * gamma).T[:, :3]", "has shape"),
    ],
)
def test_the_relation_is_found(code, words):
    outcome = run(EXERCISE, answer(code))
    assert outcome.verdict == WRONG and outcome.named
    assert words in outcome.message


def test_an_answer_without_a_relation_gets_none():
    outcome = run(EXERCISE, answer("return lam * np.sin(5 * x) + gamma**2"))
    assert outcome.verdict == WRONG and not outcome.named


def test_a_slip_is_not_named_where_it_is_only_near():
    """An answer off by 4e-6 is not one that is off by 1e-5, nor one that is nearly the truth."""
    near = Misconception(lambda x, gamma, lam=1.0: lam * x * gamma * (1 + 1e-6), "Never said.")
    exercise = Exercise("9.8", "", own_scale, "Right.", "", EXERCISE.parts, (near,))
    outcome = run(exercise, answer("return lam * x * gamma * (1 + 4e-6)"))
    assert "Never said" not in outcome.message and "off by up to 4e-06" in outcome.message


def test_a_slip_that_holds_at_one_call_only_is_not_named():
    small = Misconception(lambda x, gamma, lam=1.0: x * gamma if lam < 1 else -x, "Never said.")
    exercise = Exercise("9.8", "", own_scale, "Right.", "", EXERCISE.parts, (small,))
    assert "Never said" not in run(exercise, answer("return x * gamma")).message


def test_a_slip_that_the_part_offers_has_to_hold_at_every_draw():
    def part(trial):
        x = trial.rng.normal(size=int(trial.rng.integers(2, 5)))
        got = trial.array(trial.call(x), shape=x.shape)
        trial.slips(got, x, [(x / len(x), "Divided by n."), (x / 2, "Divided by two.")])
        trial.close(got, x, "x")

    exercise = Exercise("9.9", "", lambda x: x, "Right.", "", (Part("p", 1, part),))
    assert "Divided by n" in run(exercise, lambda x: x / len(x)).message
    assert "Divided by two" in run(exercise, lambda x: x / 2).message
    outcome = run(exercise, lambda x: x / (2 if len(x) == 2 else 3))
    assert "Divided by" not in outcome.message and "should be" in outcome.message


def test_the_number_in_a_message_comes_with_its_inputs():
    outcome = run(EXERCISE, answer("return lam * np.sin(5 * x) + gamma**2"))
    assert "gamma = [" in outcome.message and "lam = 0." in outcome.message
    given = outcome.given
    assert given["x"].shape == (len(given["x"]), len(given["gamma"]))


def test_beside_an_infinite_truth_the_numbers_speak_for_themselves():
    """Every number is 0 times an infinity, which is no reason to say that an answer of 3 is 0."""

    def part(trial):
        for x in (1.0, 2.0):
            trial.close(trial.array(trial.call(x), shape=()), np.inf, "y")

    exercise = Exercise("9.8", "", lambda x: np.inf, "Right.", "", (Part("p", 1, part),))
    for k in (0.0, 3.0):
        assert run(exercise, lambda x, k=k: k * x).message.startswith(
            f"y should be inf; yours is {k:g}."
        )
