"""What chapter 2 says of the linear model holds, by the page's own rules."""

import functools
import re
import warnings

import numpy as np
import pytest

from stepwise_ssl import data, linear, spectra, views
from tools.notebooks import ROOT

D = 10


@functools.cache
def digits(centre=True):
    x1, x2 = views.make_pairs(data.load_images("digits"), seed=0, centre=centre)
    return x1, x2, linear.cross_moment(x1, x2)


def descend(Gamma, W0, lr, steps):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # rates beyond the limit are wanted here
        return linear.gradient_descent(Gamma, W0, lr, steps)


@pytest.mark.parametrize(
    "gamma, limit",
    [
        ((0.4, -0.1), 1 / (4 * 0.4)),  # a positive mode sets it
        ((0.1, -0.15), 1 / (4 * 0.1)),  # less than twice γ₁ in size
        ((0.1, -1.0), 1 / (2 * 1.0)),  # more than twice
    ],
)
def test_the_largest_stable_rate(gamma, limit):
    """Mode 1 needs η < 1/(4γ₁), a negative mode η < 1/(2|γ|): the narrower counts."""
    Gamma, s = np.diag(gamma), np.array([gamma[0] ** -0.5 * 0.999, 1e-3])

    def away(lr):
        W = descend(Gamma, np.diag(s), lr, 400).W
        return abs(abs(W[0, 0]) - gamma[0] ** -0.5) + abs(W[1, 1])

    assert away(0.97 * limit) < 1e-4
    assert away(1.03 * limit) > 0.01


def test_a_negative_mode_can_set_the_limit():
    """γ = (.1, −1) diverges at nine tenths of 1/(4γ₁)."""
    W0 = 0.01 * np.array([[1.0, 1.0], [1.0, -1.0]])
    run = descend(np.diag([0.1, -1.0]), W0, 0.9 / (4 * 0.1), 2000)
    assert len(run.t) < 2000
    assert run.loss[-1] > 1e6


@pytest.mark.parametrize("seed", range(5))
def test_the_most_negative_mode_of_the_digits_sets_no_limit(seed):
    """On the digits the most negative γ is a few per cent of γ₁ in size."""
    pairs = views.make_pairs(data.load_images("digits"), seed=seed)
    gamma = np.linalg.eigvalsh(linear.cross_moment(*pairs))
    assert 0 < -gamma[0] < 0.05 * gamma[-1]


def test_what_the_mean_picture_costs():
    """A number that hardly tells pictures apart: its mean is far above its standard deviation."""
    x1, x2, Gamma = digits(centre=False)
    gamma, modes = linear.modes(Gamma, 2)
    both = np.vstack([x1, x2])
    assert gamma[0] > 20 * gamma[1]
    mean = both.mean(axis=0)
    assert abs(modes[:, 0] @ mean) > 0.999 * np.linalg.norm(mean)
    along = both @ modes[:, 0]
    assert 0 < along.std() < 0.2 * abs(along.mean())  # small, and not 0


def test_every_mode_of_the_recorded_run_is_late_and_mode_1_most():
    """Every mode is late, and mode 1 most: a recorded run on CIFAR-10."""
    run = data.load_run("linear_cifar10")
    gamma, alpha = np.array(run.meta["gamma"]), run.meta["config"]["alpha"]
    tau = linear.step_times(gamma, np.full(len(gamma), alpha))
    late = spectra.find_steps(run.t, run.eigenvalues) / tau - 1
    assert (late > 0).all()
    assert np.argmax(late) == 0


def test_the_waits_grow():
    """Most waits are longer than the one before: ten modes of the digits, one start."""
    gamma = linear.modes(digits()[2], D)[0]
    waits = np.diff(linear.step_times(gamma, np.full(D, 1e-8)), prepend=0)
    assert np.sum(np.diff(waits) > 0) > (D - 1) / 2


@pytest.mark.parametrize("seed", range(5))
def test_lengths_of_columns_are_not_good_enough(seed):
    """From a random start all ten steps come, and at other times than the lengths say."""
    Gamma = digits()[2]
    gamma, modes = linear.modes(Gamma, D)
    W0 = linear.random_init(D, 64, 1e-8, seed=seed)
    guessed = np.sort(linear.step_times(gamma, np.linalg.norm(W0 @ modes, axis=0)))
    t = np.geomspace(guessed[0] / 2, 1.7 * guessed[-1], 400)
    run = linear.gradient_flow(Gamma, W0, t)
    error = spectra.find_steps(run.t, run.eigenvalues) / guessed - 1
    assert 0.01 < np.abs(error).mean() < 0.15


def test_the_page_has_the_minutes_of_its_notebook():
    """25 minutes for this page, 103 for the notebook."""
    page = (ROOT / "book/02_linear_model.md").read_text()
    source = (ROOT / "solutions/02_linear_model.py").read_text()
    minutes = re.findall(r"^# \*.+ · (\d+) minutes · \d+ points?\*$", source, re.M)
    assert f"{sum(map(int, minutes))} for the notebook" in page
