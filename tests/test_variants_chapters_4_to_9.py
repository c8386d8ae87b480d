"""Variants from chapter 4 on: right answers pass, all others that can be thought of do not."""

from __future__ import annotations

import ast
import dataclasses
import functools
import inspect
import io
from functools import partial

import numpy as np
import pytest

from stepwise_ssl import losses
from stepwise_ssl.checks import find
from stepwise_ssl.checks.chapter_06.truth import exact_pairs, gradient
from stepwise_ssl.checks.engine import NOT_YET, RIGHT, Trial, Wrong, run
from stepwise_ssl.checks.learner import Clock
from stepwise_ssl.checks.variants import families, find_variant
from stepwise_ssl.checks.variants.predictions import _numbers
from stepwise_ssl.checks.variants.winners import draw
from tests.test_draws import _quantities, frozen
from tools.homework.solutions import solution
from tools.mutation import answer_from, quiet_run, reference_cells, source_mutants

CHAPTERS = (4, 5, 6, 7, 8, 9, 10)
FAMILIES = {of: family for chapter in CHAPTERS for of, family in families(chapter).items()}
FUNCTIONS = {of: family for of, family in FAMILIES.items() if family.count < 100}
NUMBERS = [family.id(k) for family in FUNCTIONS.values() for k in range(family.count)]
ARGUMENTS = [
    (number, name)
    for number in NUMBERS
    for name in inspect.signature(find_variant(number).exercise.own).parameters
]
EQUIVALENT = {
    ("6.5v0", "along * np.sign(z)  →  along / np.sign(z)"): "a sign is its own inverse",
}
# The length of an argument that the exercise fixes.
FIXED = {("7.7", "layers.shape[1]"): "a row is (inputs, outputs, kernel, size_in, size_out)"}


def of(number):
    return number.partition("v")[0]


def chapter_of(number):
    return int(number.partition(".")[0])


@functools.cache
def namespace(chapter):
    return reference_cells(chapter)


def made(number, code):
    """An answer to a variant, from its code, as in the chapter's notebook."""
    scope, _ = namespace(chapter_of(number))
    return answer_from(code, scope, find_variant(number).answer)


def right(number):
    return made(number, solution(number))


@pytest.mark.parametrize("number", NUMBERS)
def test_the_solution_is_right_at_thirty_seeds(number):
    outcome = run(find_variant(number).exercise, right(number), range(30))
    assert outcome.verdict == RIGHT, outcome.message


@pytest.mark.parametrize("number", NUMBERS)
def test_the_solutions_of_the_base_and_of_other_variants_are_refused(number):
    exercise = find_variant(number).exercise
    scope, references = namespace(chapter_of(number))
    name, code = references[of(number)]
    base = answer_from(code, scope, name)
    count = len(inspect.signature(base).parameters)
    answers = [lambda *given: base(*given[:count])]  # the number a is new in some families
    answers += [right(n) for n in NUMBERS if of(n) == of(number) and n != number]
    for answer in answers:
        assert quiet_run(exercise, answer, explain=False).verdict != RIGHT


@pytest.mark.parametrize("number", NUMBERS)
def test_mutants_of_the_solution_are_refused(number):
    exercise = find_variant(number).exercise
    with np.errstate(all="ignore"):
        survivors = {
            title
            for title, code in source_mutants(solution(number))
            if quiet_run(exercise, made(number, code), explain=False).verdict == RIGHT
        }
    assert survivors == {title for variant, title in EQUIVALENT if variant == number}


@pytest.mark.parametrize("number, name", ARGUMENTS)
def test_an_answer_that_freezes_an_argument_is_refused(number, name):
    exercise = find_variant(number).exercise
    cheap = dataclasses.replace(exercise, own=right(number))
    assert quiet_run(exercise, frozen(cheap, name), explain=False).verdict != RIGHT


@pytest.mark.parametrize("number", NUMBERS)
def test_every_size_and_every_number_varies(number):
    exercise = dataclasses.replace(find_variant(number).exercise, own=right(number))
    fixed = {name for base, name in FIXED if base == of(number)}
    constant = {n for n, values in _quantities(exercise).items() if len(values) == 1} - fixed
    assert constant == set()


def in_32_bits(x):
    return x.astype(np.float32) if isinstance(x, np.ndarray) and x.dtype.kind == "f" else x


@pytest.mark.parametrize("number", NUMBERS)
def test_single_precision_is_taken(number):
    answer = right(number)

    def single(*given):
        with np.errstate(all="ignore"):
            found = answer(*map(in_32_bits, given))
        return tuple(map(in_32_bits, found)) if isinstance(found, tuple) else in_32_bits(found)

    outcome = quiet_run(find_variant(number).exercise, single)
    assert outcome.verdict == RIGHT, outcome.message


@pytest.mark.parametrize("number", NUMBERS)
def test_slips_are_refused_and_told(number):
    exercise = find_variant(number).exercise
    for slip in exercise.misconceptions:
        outcome = quiet_run(exercise, slip.like)
        assert slip.message in outcome.message


@pytest.mark.parametrize("base", FAMILIES)
def test_a_family_asks_for_one_thing_in_several_ways(base):
    family = FAMILIES[base]
    variants = [family.make(k) for k in range(min(family.count, 20))]
    assert {v.exercise.id for v in variants} == {family.id(k) for k in range(len(variants))}
    assert len({v.task for v in variants}) == len(variants)
    assert {v.exercise.points for v in variants} == {find(base).points}
    (name,) = {v.answer for v in variants}
    assert name != namespace(chapter_of(base))[1][base][0]
    for variant in variants:
        ast.parse(variant.stub)
        assert f'{name} = check("{variant.exercise.id}", {name})' in variant.stub
        assert run(variant.exercise, ...).verdict == NOT_YET
        for text in (variant.task, *variant.hints):
            assert text.count("$") % 2 == 0 and text.count("{") == text.count("}")


def passes(exercise, answer):
    """Whether all parts take a value: `run` a thousand times over would take long."""
    for part in exercise.parts:
        try:
            part.run(Trial(exercise, answer, 0, io.StringIO(), Clock()))
        except Wrong:
            return False
    return True


def vicreg_rates(sigma, rho, nu, eps):
    return (25 / np.sqrt(eps) - 4 * nu) * sigma + 4 * nu * rho * sigma


def test_all_winners_are_clear_and_no_slip_wins():
    family = FAMILIES["6.4"]
    seen = set()
    for k in range(family.count):
        sigma, rho, nu, power = draw(k)
        exercise, eps = family.make(k).exercise, 10.0**power
        seen.add((*sigma, *rho, *nu, power))
        rates = np.array([sigma * rho, *(vicreg_rates(sigma, rho, n, eps) for n in nu)])
        won = tuple(int(w) for w in rates.argmax(axis=1) + 1)
        top = np.sort(rates, axis=1)
        assert (top[:, -1] - top[:, -2] > 0.14 * top[:, -1]).all() and (top[:, -1] > 0).all()
        assert passes(exercise, won)
        alone = [3 * (int(v.argmax()) + 1,) for v in (sigma, sigma * rho, rho)]
        slips = [
            (won[0], *(int(vicreg_rates(sigma, rho, f * n, e).argmax()) + 1 for n in nu))
            for f, e in ((0.5, eps), (2, eps), (-1, eps), (0, eps), (1, 1.0), (1, eps**2))
        ]
        for wrong in {*alone, *slips}:
            assert not passes(exercise, wrong)
    assert len(seen) == family.count


def test_winners_are_those_of_training():
    """A few descents on the losses themselves, since the check takes one column's slopes."""
    for k in (0, 999):
        sigma, rho, nu, power = draw(k)
        pairs = exact_pairs(np.random.default_rng(k), 300, sigma, rho)
        trained = [partial(losses.barlow_twins, lam=1.0, normalize=False)]
        trained += [partial(losses.vicreg, invariance=n, eps=10.0**power) for n in nu]
        found = []
        for loss in trained:
            W = 1e-9 * np.random.default_rng(1).normal(size=(2, 4))
            first = np.linalg.norm(gradient(loss, W, *pairs)) / np.linalg.norm(W)
            for _ in range(150):  # made small again at each step: growth goes on
                W = W - 0.5 / first * gradient(loss, W, *pairs)
                W *= 1e-9 / np.linalg.norm(W)
            found.append(int(np.argmax(np.sum(W**2, axis=0))) + 1)
        assert tuple(found) == FAMILIES["6.4"].make(k).exercise.own


def test_all_predictions_have_their_formula_and_no_slip_passes():
    family = FAMILIES["7.4"]
    seen = set()
    for k in range(family.count):
        given, _ = _numbers(k)
        gamma, other, lr, p, q, came = (
            given[name] for name in ("gamma", "other", "lr", "faster", "smaller", "came")
        )
        seen.add(tuple(given.values()))
        exercise = family.make(k).exercise
        later = 2 * np.log(q) / (8 * gamma * lr)
        start = 1 / (1 + np.exp(8 * gamma * lr * came)) / gamma  # s(0)²
        fourth = np.log(1 / (other * start) - 1) / (8 * other * lr)
        exact = (came / p, came + later, (came + later) / p, fourth, lr * came)
        assert passes(exercise, exact)
        # To as many digits as are asked for.
        assert passes(exercise, [float(f"{x:.3g}") for x in exact])
        wrong = {
            0: (came, came * p, came / p**2),
            1: (came, came * q, came + later / 2, came + 2 * later, came - later,
                came + later / np.log(10), came + later * lr),
            2: (came / p, came + later, came / p + later, (came + later) * p),
            3: (came, came * gamma / other, came * other / gamma, fourth * other / gamma),
            4: (lr * came * p, lr * came / p, came),
        }  # fmt: skip
        for place, values in wrong.items():
            for value in values:
                answer = (*exact[:place], value, *exact[place + 1 :])
                assert not passes(exercise, answer), (k, place)
    assert len(seen) == family.count
