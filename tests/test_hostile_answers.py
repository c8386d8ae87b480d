"""Whatever an answer does, a check gives a verdict, and neither disturbs the other."""

from __future__ import annotations

import functools
import importlib
import os
import signal
import sys
import threading
import time
import warnings

import numpy as np
import pytest
import torch

from stepwise_ssl.checks import interrupt, learner, learning
from stepwise_ssl.checks.engine import RAISED, RIGHT, WRONG, Exercise, Misconception, Part, run
from stepwise_ssl.checks.feedback import Feedback
from stepwise_ssl.checks.registry import find
from tests.test_checks import EXERCISE, exercises_of_this_file, own_double  # noqa: F401


class Own(BaseException):
    pass


def _raises(error: BaseException):
    def answer(x):
        raise error

    return answer


@pytest.mark.parametrize(
    "error", [SystemExit(1), KeyboardInterrupt(), GeneratorExit(), Own("mine"), MemoryError()]
)
def test_whatever_is_raised_becomes_a_verdict(error):
    outcome = run(EXERCISE, _raises(error))
    assert outcome.verdict == RAISED and type(error).__name__ in outcome.message
    assert "raise error" in outcome.message


def test_an_error_that_cannot_be_printed_becomes_a_verdict():
    class Silent(Exception):
        def __str__(self):
            raise ValueError("no words")

    assert "raised Silent" in run(EXERCISE, _raises(Silent())).message


def _endless(x):
    while True:
        x = x + 0


def _sleeps(x):
    time.sleep(600)


def _waits(x):
    threading.Event().wait()


def _swallows(x):
    while True:
        try:
            while True:
                x = x + 0
        except BaseException:  # noqa: BLE001 what is tested
            pass


def _swallows_sleep(x):
    while True:
        try:
            time.sleep(600)
        except BaseException:  # noqa: BLE001 what is tested
            continue


def _ends_all_the_same(x):
    try:
        while True:
            x = x + 0
    except BaseException:  # noqa: BLE001 what is tested
        return 2 * x


@pytest.mark.parametrize(
    "answer", [_endless, _sleeps, _waits, _swallows, _swallows_sleep, _ends_all_the_same]
)
def test_what_does_not_end_is_stopped(answer, monkeypatch):
    monkeypatch.setattr(learner, "TIME_LIMIT", 0.3)
    outcome = run(EXERCISE, answer)
    assert outcome.verdict == RAISED and "still running" in outcome.message
    time.sleep(0.2)  # no alarm is left over that would fire here


def test_what_does_not_end_is_stopped_in_the_background_too(monkeypatch):
    """A shell starts a background process with interrupts ignored."""
    monkeypatch.setattr(learner, "TIME_LIMIT", 0.3)
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        assert run(EXERCISE, _endless).verdict == RAISED
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)


@pytest.fixture
def module(tmp_path, monkeypatch):
    """Writes a module, and gives a function that imports it anew."""
    monkeypatch.syspath_prepend(tmp_path)

    def write(code):
        (tmp_path / "slow_to_come.py").write_text(code)

        def imports():
            sys.modules.pop("slow_to_come", None)
            importlib.invalidate_caches()
            return importlib.import_module("slow_to_come")

        return imports

    return write


_WAYS = [interrupt._by_thread]
if hasattr(signal, "setitimer"):
    _WAYS.append(interrupt._by_alarm)


@pytest.mark.parametrize("limited", _WAYS)
def test_a_module_is_not_left_half_imported(module, limited, monkeypatch):
    monkeypatch.setattr(interrupt, "IMPORTS", 10_000)  # a busy machine takes its time
    imports = module("import time\nfor _ in range(60):\n    time.sleep(0.01)\nDONE = True\n")
    assert limited(imports, 0.3).DONE  # it takes 0.6 s or more


def test_an_import_is_not_held_against_later_calls(module, monkeypatch):
    """Its time is none of the time of all calls together."""
    monkeypatch.setattr(interrupt, "IMPORTS", 10_000)
    monkeypatch.setattr(learner, "TIME_LIMIT", 0.2)
    monkeypatch.setattr(learner, "IN_ALL", 0.5)
    imports = module("import time\nfor _ in range(80):\n    time.sleep(0.01)\n")

    def answer(x):
        if "slow_to_come" not in sys.modules:
            imports()
        return 2 * x

    sys.modules.pop("slow_to_come", None)
    clock = learner.Clock()
    for _ in range(2):
        learner.call(answer, (1,), {}, learner.Printed(), clock)
    assert clock.used < learner.IN_ALL
    assert run(EXERCISE, answer).verdict == RIGHT


@pytest.mark.parametrize("limited", _WAYS)
def test_an_import_without_an_end_is_stopped(module, limited):
    with pytest.raises(interrupt.TimeLimitExceeded):
        limited(module("import time\nwhile True:\n    time.sleep(0.01)\n"), 0.05)


def test_a_real_interrupt_goes_through():
    def stopped(x):
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(10)

    with pytest.raises(KeyboardInterrupt):
        run(EXERCISE, stopped)


def test_all_calls_together_are_limited(monkeypatch):
    monkeypatch.setattr(learner, "IN_ALL", 0.5)

    def slow(x):
        time.sleep(0.2)
        return 2 * x

    outcome = run(EXERCISE, slow)
    assert outcome.verdict == RAISED and "over all calls of this check" in outcome.message


def test_the_line_is_found_in_objects_and_partials():
    class Answer:
        def __call__(self, x):
            return x.reshape(7)  # the line

    def with_factor(factor, x):
        return (factor * x).reshape(7)  # the line

    for answer in (Answer(), functools.partial(with_factor, 2)):
        assert "# the line" in run(EXERCISE, answer).message


class _Unwilling:
    def __array__(self, *args, **kwargs):
        raise RuntimeError("no array")

    def __repr__(self):
        raise RuntimeError("no words")


class _Cheating:
    detach = 3


@pytest.mark.parametrize(
    "result",
    [_Unwilling(), [_Unwilling()], _Cheating(), object(), {"a": 1}, 1e308, -1e308 * np.ones((4, 3)),
     np.full((4, 3), np.nan), np.empty((0, 3)), "2x", torch.zeros(4, 3).to_sparse()],
)  # fmt: skip
def test_no_result_is_a_fault_of_the_course(result):
    outcome = run(EXERCISE, lambda x: result)
    assert outcome.verdict == WRONG and "fault of the course" not in outcome.message


def test_a_result_that_breaks_the_checks_arithmetic_is_the_answers_fault():
    def part(trial):
        got = trial.array(trial.call(trial.rng.normal(size=(2, 2))), shape=(2, 2))
        trial.close(np.linalg.inv(got), np.linalg.inv(2 * trial.calls[-1].args[0]), "the inverse")

    exercise = Exercise("9.6", "", own_double, "Right.", "", (Part("p", 1, part),))
    outcome = run(exercise, np.zeros_like)
    assert outcome.verdict == WRONG and "cannot work with what your function returns" in (
        outcome.message
    )


class _Unreadable:
    def __eq__(self, other):
        raise RuntimeError("no comparison")

    def __array__(self, *args, **kwargs):
        raise RuntimeError("no array")

    __hash__ = None


@pytest.mark.parametrize(
    "default",
    [np.array([1.0, 2.0]), _Unreadable(), None, "", [1, {}], float("nan")],
    ids=["array", "unreadable", "None", "word", "list", "nan"],
)
def test_a_default_of_any_kind_is_the_answers_own(default):
    # Exercise 2.2, whose own `lam` is 1 where it is left out.
    def gradient(W, Gamma, lam=default):
        return 3 * (W @ Gamma @ W.T - np.eye(len(W))) @ W @ Gamma

    assert run(find("2.2"), gradient).verdict == WRONG


def test_a_slip_that_raises_names_nothing():
    def unable(x):
        raise ValueError

    exercise = Exercise("9.7", "", own_double, "Right.", "", EXERCISE.parts,
                        (Misconception(unable, "Never said."),))  # fmt: skip
    assert "Never said" not in run(exercise, lambda x: x**2 + 1).message


def test_what_is_printed_is_cut_by_characters():
    def chatty(x):
        print("x" * 10_000_000)
        return x

    outcome = run(EXERCISE, chatty)
    assert len(outcome.printed) <= 10_000
    assert len(repr(Feedback(EXERCISE, outcome, ""))) < 3_000


@pytest.fixture
def unusual_settings():
    numpy, dtype = np.geterr(), torch.get_default_dtype()
    np.seterr(all="raise")
    torch.set_grad_enabled(False)
    torch.set_default_dtype(torch.float64)
    torch.autograd.set_detect_anomaly(True)
    torch.use_deterministic_algorithms(True)
    np.set_printoptions(precision=1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield
    np.seterr(**numpy)
    torch.set_grad_enabled(True)
    torch.set_default_dtype(dtype)
    torch.autograd.set_detect_anomaly(False)
    torch.use_deterministic_algorithms(False)
    np.set_printoptions(precision=8)


def test_settings_of_the_learner_disturb_no_check_and_stay(unusual_settings):
    seen = {}

    def answer(x):
        seen.update(grad=torch.is_grad_enabled(), dtype=torch.get_default_dtype())
        np.array(1.0) / np.array(0.0)
        warnings.warn("only a warning", stacklevel=1)
        return 2 * x

    with warnings.catch_warnings(record=True):
        assert run(EXERCISE, answer).verdict == RIGHT
    assert seen == {"grad": True, "dtype": torch.float32}
    assert np.geterr()["divide"] == "raise" and not torch.is_grad_enabled()
    assert torch.get_default_dtype() == torch.float64 and torch.is_anomaly_enabled()
    assert torch.are_deterministic_algorithms_enabled()
    assert np.get_printoptions()["precision"] == 1


def test_settings_that_an_answer_changes_are_taken_back():
    def answer(x):
        np.seterr(all="raise")
        torch.set_grad_enabled(False)
        torch.set_default_dtype(torch.float64)
        return 2 * x

    before = np.geterr()
    assert run(EXERCISE, answer).verdict == RIGHT
    assert np.geterr() == before and torch.is_grad_enabled()
    assert torch.get_default_dtype() == torch.float32


@pytest.mark.parametrize("change", [np.ndarray.tolist, torch.as_tensor, np.asfortranarray])
def test_lists_and_tensors_are_right_and_go_on_as_arrays(change, capsys):
    answer = learning.check("9.1", lambda x: change(2 * x))
    assert "right" in capsys.readouterr().out
    result = answer(np.ones((2, 3)))
    assert isinstance(result, np.ndarray) and result.shape == (2, 3)


def test_the_inputs_of_the_last_message_can_be_had(capsys):
    learning.check("9.1", lambda x: 3 * x)
    given = learning.inputs("9.1")
    assert list(given) == ["x"] and given["x"].shape == (4, 3)
    learning.check("9.1", lambda x: 2 * x)
    assert learning.inputs("9.1") == {}


def test_the_inputs_are_those_of_the_call_that_raised(capsys):
    seen = []

    def answer(x):
        seen.append(x.copy())
        if len(seen) == 2:
            x[:] = 0
            raise ValueError("only once")
        return 2 * x

    learning.check("9.1", answer)
    assert "only once" in capsys.readouterr().out
    np.testing.assert_array_equal(learning.inputs("9.1")["x"], seen[1])
