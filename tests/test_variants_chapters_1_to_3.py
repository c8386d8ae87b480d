"""Variants of chapters 1 to 3: each takes its solution and refuses all that is near it."""

from __future__ import annotations

import functools
import inspect

import numpy as np
import pytest
import torch

from stepwise_ssl.checks.engine import RIGHT, run
from stepwise_ssl.checks.variants import families
from stepwise_ssl.checks.variants.endings import problem
from tests.test_draws import _quantities, frozen
from tools.homework.solutions import solution, solutions
from tools.mutation import answer_from, output_mutants, quiet_run, reference_cells, source_mutants

CHAPTERS = (1, 2, 3)
FAMILIES = {of: family for chapter in CHAPTERS for of, family in families(chapter).items()}
FUNCTIONS = [number for chapter in CHAPTERS for number in solutions(chapter)]
VALUES = [of for of in FAMILIES if FAMILIES[of].id(0) not in FUNCTIONS]


@functools.cache
def cells(chapter: int):
    return reference_cells(chapter)


@functools.cache
def variant(number: str):
    of, k = number.split("v")
    return FAMILIES[of].make(int(k))


def in_notebook(number: str, code: str):
    return answer_from(code, cells(int(number[0]))[0], variant(number).answer)


def base(number: str):
    """The solution of the exercise that the variant belongs to."""
    of = number.split("v")[0]
    namespace, sources = cells(int(number[0]))
    return answer_from(sources[of][1], namespace, sources[of][0])


def refused(number: str, answer, explain: bool = False) -> bool:
    return quiet_run(variant(number).exercise, answer, explain=explain).verdict != RIGHT


def test_each_function_variant_has_a_solution():
    asked = [f.id(k) for f in FAMILIES.values() if f.of not in VALUES for k in range(f.count)]
    assert sorted(asked) == sorted(FUNCTIONS)


@pytest.mark.parametrize("number", FUNCTIONS)
def test_the_solution_is_right_at_thirty_seeds(number):
    outcome = run(variant(number).exercise, in_notebook(number, solution(number)), range(30))
    assert outcome.verdict == RIGHT, outcome.message


@pytest.mark.parametrize("number", FUNCTIONS)
def test_the_truth_itself_is_right(number):
    """It goes on in the place of a wrong answer."""
    exercise = variant(number).exercise
    assert run(exercise, lambda *args: exercise.own(*args)).verdict == RIGHT


@pytest.mark.parametrize("number", FUNCTIONS)
def test_the_answers_to_other_questions_are_refused(number):
    asked = len(inspect.signature(variant(number).exercise.own).parameters)
    known = base(number)
    takes = min(asked, len(inspect.signature(known).parameters))
    assert refused(number, lambda *args: known(*args[:takes]))
    of = number.split("v")[0]
    for other in (n for n in FUNCTIONS if n.split("v")[0] == of and n != number):
        assert refused(number, in_notebook(number, solution(other))), other


@pytest.mark.parametrize("number", FUNCTIONS)
def test_one_change_of_the_solution_is_refused(number):
    code = solution(number)
    assert not [
        title
        for title, mutant in source_mutants(code)
        if not refused(number, in_notebook(number, mutant))
    ]
    right = in_notebook(number, code)
    assert not [title for title, mutant in output_mutants(right) if not refused(number, mutant)]


@pytest.mark.parametrize("number", FUNCTIONS)
def test_every_argument_counts_and_every_size_varies(number):
    exercise = variant(number).exercise
    for name in inspect.signature(exercise.own).parameters:
        assert refused(number, frozen(exercise, name)), name
    assert {name for name, values in _quantities(exercise).items() if len(values) == 1} == set()


@pytest.mark.parametrize("number", FUNCTIONS)
def test_single_precision_is_enough(number):
    right = in_notebook(number, solution(number))

    def single(x):
        if isinstance(x, tuple):
            return tuple(map(single, x))
        return x.float() if isinstance(x, torch.Tensor) else np.float32(x)

    outcome = run(
        variant(number).exercise, lambda *args: single(right(*map(single, args))), range(10)
    )
    assert outcome.verdict == RIGHT, outcome.message


@pytest.mark.parametrize("number", FUNCTIONS)
def test_known_slips_are_told(number):
    exercise = variant(number).exercise
    for slip in exercise.misconceptions:
        outcome = quiet_run(exercise, lambda *args, like=slip.like: like(*args))
        assert outcome.verdict != RIGHT
        assert outcome.named, slip.message


@pytest.mark.parametrize("of", [of for of in FAMILIES if of not in VALUES])
def test_the_variants_of_a_family_are_worth_the_same(of):
    """And each has its own text, with two hints; the answer has a name of its own."""
    variants = [variant(FAMILIES[of].id(k)) for k in range(FAMILIES[of].count)]
    points = [[part.points for part in v.exercise.parts] for v in variants]
    assert all(p == points[0] for p in points)
    assert len({v.task for v in variants}) == len(variants)
    assert all(len(v.hints) == 2 for v in variants)
    assert {v.answer for v in variants} - {cells(int(of[0]))[1][of][0]} == {variants[0].answer}


@pytest.mark.parametrize("k", range(3))
def test_other_step_times_are_those_of_many_starts(k):
    """The quadrature rests on an argument; the draws only on the words of the task."""
    rng, d, alpha, draws = np.random.default_rng(k), 4, 0.01, 20000
    gamma = np.array([0.7, 0.4, 0.3, 0.1])
    W = alpha * rng.normal(size=(draws, d, d))
    if k == 1:
        W *= alpha / np.linalg.norm(W, axis=1, keepdims=True)
    if k == 2:
        W = W @ (alpha * rng.normal(size=(draws, d, d)))
    s0 = np.abs(np.diagonal(np.linalg.qr(W, mode="r"), axis1=1, axis2=2))
    times = -np.log(gamma * s0**2) / (8 * gamma)
    drawn = np.median(times, axis=0) if k == 0 else times.mean(axis=0)
    # Five standard errors of the mean; those of the median are 1.25 times as large.
    off = np.abs(variant(f"3.3v{k}").exercise.own(gamma, alpha) - drawn)
    assert np.all(off <= 5 * 1.25 * times.std(axis=0) / np.sqrt(draws) + 1e-9)


def test_all_thousand_endings_are_those_of_the_flow_of_the_weights():
    """The whole matrix, and the answer of the check from the lengths of its columns."""
    asked, answers = zip(*(problem(k) for k in range(FAMILIES["3.4"].count)), strict=True)
    gamma = np.array([p.gamma for p in asked])[:, None]
    W = np.array([p.start for p in asked])
    identity, dt, steps = np.eye(3), 0.25, 680

    def velocity(W):
        grown = W * gamma
        return -4 * (grown @ W.swapaxes(1, 2) - identity) @ grown

    when = np.full((len(W), 3), np.inf)
    for step in range(steps):
        a = velocity(W)
        b = velocity(W + dt / 2 * a)
        c = velocity(W + dt / 2 * b)
        W = W + dt / 6 * (a + 2 * b + 2 * c + velocity(W + dt * c))
        passed = np.sum(gamma * W**2, axis=2) > 0.5
        when[passed & np.isinf(when)] = step * dt
    second = np.argsort(when, axis=1)[:, 1]
    mode = 1 + np.argmax(gamma * W**2, axis=2)[np.arange(len(W)), second]
    error = (W * gamma) @ W.swapaxes(1, 2) - identity
    loss, norm = np.sum(error**2, axis=(1, 2)), np.sum(W**2, axis=(1, 2))
    assert np.all(np.sort(when, axis=1)[:, 1] < np.inf)
    assert np.array_equal(mode, [a[0] for a in answers])
    np.testing.assert_allclose(loss, [a[1] for a in answers], atol=1e-3)
    np.testing.assert_allclose(norm, [a[2] for a in answers], atol=0.2)
    # No answer is so frequent that it can be guessed.
    assert max(answers.count(a) for a in set(answers)) < 60


@pytest.mark.parametrize("k", range(0, 1000, 25))
def test_wrong_endings_are_refused(k):
    asked, (second, loss, norm) = problem(k)
    number = f"3.4v{k}"
    assert not refused(number, (second, loss, norm))
    first_three = float(np.sum(1 / asked.gamma[:3]))
    wrong = [
        (second - 1, loss, norm),  # counted from 0
        (1 + second % 5, loss, norm),
        (second, 1 - loss, norm),
        (second, loss, np.sqrt(norm)),
        (second, loss, norm + 1),
        (2, 0.0, first_three),
        *(slip.like for slip in variant(number).exercise.misconceptions),
    ]
    assert all(refused(number, answer, explain=True) for answer in wrong)
