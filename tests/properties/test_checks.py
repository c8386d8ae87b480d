"""Whatever a learner returns, it is never called a fault of the course."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch

from stepwise_ssl.checks import chapters, exercises, find
from stepwise_ssl.checks.engine import RIGHT, WRONG, Exercise, run

EXERCISES = [e for chapter in chapters() for e in exercises(chapter)]


def _array(x: object) -> np.ndarray:
    return np.asarray(x.detach() if isinstance(x, torch.Tensor) else x)


def _tensor(x: object) -> torch.Tensor:
    return x if isinstance(x, torch.Tensor) else torch.tensor(_array(x))


# What becomes of each array or number of a right answer.
CHANGES: dict[str, Callable[[object], object]] = {
    "bfloat16": lambda x: _tensor(x).bfloat16(),
    "float16": lambda x: _array(x).astype(np.float16),
    "complex": lambda x: (_tensor(x) * (1 + 1j)).conj(),
    "text": lambda x: _array(x).astype(str),
    "meta": lambda x: _tensor(x).to("meta"),
    "sparse": lambda x: _tensor(x).reshape(1, -1).to_sparse(),
    "masked": lambda x: np.ma.masked_array(_array(x), mask=True),
    "generator": lambda x: (entry for entry in _array(x).ravel()),
}


def _changed(change: Callable[[object], object], answer: object) -> object:
    if isinstance(answer, tuple | list):
        return type(answer)(_changed(change, entry) for entry in answer)
    return answer if callable(answer) or isinstance(answer, str) else change(answer)


def _verdict(exercise: Exercise, change: Callable[[object], object]) -> str:
    def answer(*arguments, **named) -> object:
        return _changed(change, exercise.own(*arguments, **named))

    given = answer if exercise.wants_function else _changed(change, exercise.own)
    return run(exercise, given, (0,)).verdict


@pytest.mark.parametrize("name", CHANGES)
def test_a_right_answer_of_another_kind_is_right_or_refused(name) -> None:
    for exercise in EXERCISES:
        assert _verdict(exercise, CHANGES[name]) in (RIGHT, WRONG), exercise.id


@pytest.mark.parametrize("kind", ["bfloat16", "float16"])
def test_a_loss_of_few_digits_gets_a_word_on_precision(kind) -> None:
    exercise, dtype = find("1.2"), getattr(torch, kind)
    outcome = run(exercise, lambda *z, **lam: exercise.own(*z, **lam).to(dtype), (0,))
    assert outcome.verdict == WRONG
    assert outcome.named
    assert f"in {kind}, which keeps two or three digits" in outcome.message
