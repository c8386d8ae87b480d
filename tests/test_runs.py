"""Recorded runs: saved whole, read back equal, and the ones in the package agree with theory."""

import numpy as np
import pytest

from stepwise_ssl import data, linear, plots, spectra
from stepwise_ssl.runs import META_KEYS, Run, names


def small_run(**meta):
    return Run(
        steps=np.arange(3), t=np.arange(3) / 10, loss=np.ones(3), eigenvalues=np.ones((3, 2)),
        meta=dict.fromkeys(META_KEYS, "") | meta,
    )  # fmt: skip


def test_what_is_saved_is_read_back(tmp_path):
    small_run(seed=4).save(tmp_path / "a")
    again = Run.load(tmp_path / "a")
    assert again.meta["seed"] == 4
    for name in ("steps", "t", "loss", "eigenvalues"):
        assert np.array_equal(getattr(again, name), getattr(small_run(), name))


def test_a_run_without_its_history_is_not_saved(tmp_path):
    run = small_run()
    del run.meta["command"]
    with pytest.raises(ValueError, match="meta lacks .'command'"):
        run.save(tmp_path / "a")
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_run_is_named():
    with pytest.raises(
        ValueError, match="name is 'nothing'; the recorded runs are .*linear_cifar10"
    ):
        data.load_run("nothing")


@pytest.mark.parametrize("name", names())
def test_every_recorded_run_says_how_it_was_made(name):
    run = data.load_run(name)
    assert set(META_KEYS) <= set(run.meta)
    assert run.t.shape == run.loss.shape == run.steps.shape == run.eigenvalues.shape[:1]


def test_the_linear_run_on_cifar10_agrees_with_the_closed_form():
    run = data.load_run("linear_cifar10")
    gamma = np.array(run.meta["gamma"])
    predicted = linear.step_times(gamma, np.full(len(gamma), run.meta["config"]["alpha"]))
    found = spectra.find_steps(run.t, run.eigenvalues)
    # The learning rate is 2 % of the largest stable one, and a finite step delays mode 1 by
    # 4γη/log(1 + 4γη) - 1 = 1 %; later modes by less.
    assert plots.compare(np.sort(predicted), found).worst < 0.0115
