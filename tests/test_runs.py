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


WIDTHS = (64, 256, 1024, 4096)


def width_errors(part, epsilon):
    """Mean relative error of five step times over five seeds, at each width."""
    errors = []
    for N in WIDTHS:
        run = data.load_run(f"width_{N}")
        assert run.meta["config"]["width"] == N
        chosen = run.meta["config"]["epsilons"].index(epsilon)
        ratio = run.other["measured"][part] / run.other["predicted"][part]
        errors.append(np.abs(ratio[chosen] - 1).mean())
    return np.array(errors)


def test_networks_of_growing_width_come_to_the_kernel(report):
    everything, small = width_errors(0, 1e-2), width_errors(0, 1e-4)
    head = width_errors(1, 1e-4)
    seeded = []
    for N in WIDTHS:
        other = data.load_run(f"width_{N}").other
        seeded.append(np.abs(other["measured"][0] / other["seeded"] - 1)[0].mean())
    for name, errors in (
        ("all, ε = 1e-2", everything), ("all, ε = 1e-4", small), ("head, ε = 1e-4", head),
        ("all, ε = 1e-4, with seeds", np.array(seeded)),
    ):  # fmt: skip
        shown = ", ".join(f"{e:.3f}" for e in errors)
        report(f"step-time error at N = 64, 256, 1024, 4096, {name}: {shown}")
        assert (np.diff(errors) < 0).all()
    assert (everything < small).all()
    assert (head < 0.5 * small).all()
    assert (np.array(seeded) < 0.4 * small).all()
    kernel = [data.load_run(f"width_{N}").other["kernel_error"].mean() for N in WIDTHS]
    slope = np.polyfit(np.log(WIDTHS), np.log(kernel), 1)[0]
    assert abs(slope + 0.5) < 0.08  # five draws a width
