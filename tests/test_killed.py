"""Exercise 7.6: lives of a program that end by a kill, by an error, by themselves, or never."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from stepwise_ssl.checks.chapter_07 import killed, own
from stepwise_ssl.checks.chapter_07.interrupted import OneStep, program
from stepwise_ssl.checks.learner import LearnerError, NotYet

forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="no processes to copy here")


def _in_finally(one_step, *start):
    *given, _, path = start
    try:
        while True:
            one_step(*given)
    finally:
        path.write_text("saved")


def _life(function, path, dies=2):
    return killed.life(function, program(1), OneStep(dies), 5, path)


def test_a_curve_has_the_same_bits_on_any_number_of_threads():
    """A copied process has one thread, the learner's own as many as there are cores."""
    code = (
        "import sys, torch\n"
        "from stepwise_ssl.checks.chapter_07.interrupted import undisturbed\n"
        "torch.set_num_threads(int(sys.argv[1]))\n"
        "losses, state = zip(*(undisturbed(seed, 12) for seed in range(20)))\n"
        "print(losses, [{k: v.tolist() for k, v in one.items()} for one in state])"
    )
    curves = {
        subprocess.check_output([sys.executable, "-c", code, str(threads)]) for threads in (1, 2, 5)
    }
    assert len(curves) == 1


@forks
def test_no_finally_runs_after_a_kill(tmp_path):
    assert _life(_in_finally, tmp_path / "run").how == killed.KILLED
    assert not (tmp_path / "run").exists()


def test_what_was_saved_before_the_kill_is_there(tmp_path):
    assert _life(own.resumable, tmp_path / "run").how == killed.KILLED
    assert (tmp_path / "run").exists()


def test_without_processes_to_copy_the_kill_is_an_exception(tmp_path, monkeypatch):
    monkeypatch.setattr(killed, "_forked", killed._raised)
    assert _life(own.resumable, tmp_path / "run").how == killed.KILLED


def test_an_end_before_the_kill_says_how_many_steps_were_made(tmp_path):
    def once(one_step, *start):
        one_step(*start[:3])

    end = _life(once, tmp_path / "run")
    assert (end.how, end.calls) == (killed.ENDED, 1)


def test_an_error_before_the_kill_is_the_learners(tmp_path):
    def raises(*_):
        raise ValueError("mine")

    with pytest.raises(LearnerError, match="ValueError: mine"):
        killed.refuse_other_ends(_life(raises, tmp_path / "run"))


def test_a_stub_is_a_stub(tmp_path):
    def stub(*_):
        raise NotImplementedError("Exercise 7.6")

    with pytest.raises(NotYet):
        killed.refuse_other_ends(_life(stub, tmp_path / "run"))


@forks
def test_a_life_that_does_not_end_is_ended_and_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(killed, "PATIENCE", 0.2)
    (tmp_path / "run").write_text("before")

    def waits(one_step, *start):
        start[-1].write_text("after")
        time.sleep(600)

    assert killed._forked(waits, program(1), OneStep(2), 5, tmp_path / "run").how == killed.UNKNOWN
    assert (tmp_path / "run").read_text() == "before"
    assert _life(waits, tmp_path / "run").how == killed.RAISED
