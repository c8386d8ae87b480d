"""The answer that a known slip is made of is told that slip, and no other one.

A slip that another one hides says something false to whoever made it.
"""

from __future__ import annotations

import inspect

import pytest

from stepwise_ssl.checks import chapters, exercises
from stepwise_ssl.checks.engine import WRONG, run

# How these slips begin, and what is told in their place: it is as true of them.
TOLD_OTHERWISE = {
    # No number comes out, and that is told.
    "You divide by a length where its square belongs": "entries are nan",
    "You leave the diagonal out: the norm takes all pairs": "The width is nan",
    "Mode 2 has a start of its own as well": "The step time is inf",
    "You conserve s² + p². Both grow together": "entries are nan",
    "λ = ½ is taken for half-way": "yours is inf",
    "You compare standard deviations": "one entry is nan",
    # One number is told as such.
    "The variance term is missing: through the slope": "0 everywhere",
    "The invariance term is missing.": "0 everywhere",
    "s₀ enters λ squared.": "0 everywhere",
    "s = 1 is where the hinge is satisfied": "1 everywhere",
    "By chance CKA is not 0": "0 everywhere",
    "This is where Barlow Twins ends": "1 everywhere",
    # Slips compute with NumPy, and the part that asks for a gradient comes first.
    "The anchor is still in your sum": "cut off from z1 and z2",
    # Two slips with one meaning.
    "λ₂ is γ₂ s₂², with the square of the start": "You forget the square",
    "Just the wrong ones": "It is learned; yours is nan",
    "You divide by the square of functions that are not centred": "The functions are not centred",
    "Your second condition asks whether a curve has grown": "has waited for nothing",
    # np.linalg.eig has an order that differs from one LAPACK to another.
    "You take the first d modes of np.linalg.eig": "those with the largest |γ|",
}


def _cases():
    for chapter in chapters():
        for exercise in exercises(chapter):
            if exercise.misconceptions:
                yield pytest.param(exercise, id=exercise.id)


def _as_answer(exercise, like):
    if not exercise.wants_function:
        return like

    def answer(*args, **kwargs):
        return like(*args, **kwargs)

    answer.__signature__ = inspect.signature(exercise.own)
    return answer


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("exercise", list(_cases()))
def test_a_slip_is_told_by_its_own_message(exercise):
    for known in exercise.misconceptions:
        outcome = run(exercise, _as_answer(exercise, known.like))
        others = [said for start, said in TOLD_OTHERWISE.items() if known.message.startswith(start)]
        told = [said for said in (known.message, *others) if said in outcome.message]
        assert outcome.verdict == WRONG and told, f"{known.message}\n-> {outcome.message}"
