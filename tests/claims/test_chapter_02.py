"""What chapter 2 says of the linear model holds, by the page's own rules."""

import functools
import re
import warnings

import numpy as np
import pytest
import torch

from stepwise_ssl import data, kernels, linear, losses, spectra, views
from stepwise_ssl.checks.chapter_02 import DS_DT, EXERCISES, own
from stepwise_ssl.checks.variants import gradients
from tests.claims.test_pages import section
from tools.notebooks import ROOT

D = 10
PAGE = ROOT / "book/02_linear_model.md"


@functools.cache
def digits(centre=True):
    x1, x2 = views.make_pairs(data.load_images("digits"), seed=0, centre=centre)
    return x1, x2, linear.cross_moment(x1, x2)


def descend(Gamma, W0, lr, steps):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # rates beyond the limit are wanted here
        return linear.gradient_descent(Gamma, W0, lr, steps)


def test_two_data_sets_with_the_same_gamma_train_alike():
    """The same Γ, the same loss and gradient: pictures mixed by an orthogonal matrix keep Γ, and
    so do six pictures made of its modes."""
    rng = np.random.default_rng(0)
    first = rng.standard_normal((2, 20, 6))
    mix = np.linalg.qr(rng.standard_normal((20, 20)))[0]
    Gamma = linear.cross_moment(*first)
    gamma, modes = linear.modes(Gamma, 6)
    assert gamma[-1] < 0 < gamma[0]
    few = np.sqrt(6 * np.abs(gamma))[:, None] * modes.T  # a picture a mode
    datasets = first, mix @ first, np.stack([few, np.sign(gamma)[:, None] * few])
    for other in datasets[1:]:
        assert np.allclose(linear.cross_moment(*other), Gamma, atol=1e-12)
    assert np.abs(datasets[0] - datasets[1]).max() > 1  # other pictures
    for size in (1e-4, 0.3, 3):
        start = size * rng.standard_normal((4, 6))
        found = []
        for pair in datasets:
            W = torch.tensor(start, requires_grad=True)
            x1, x2 = map(torch.tensor, pair)
            loss = losses.barlow_twins(x1 @ W.T, x2 @ W.T, lam=1.0, normalize=False)
            loss.backward()
            found.append(np.append(W.grad.numpy(), loss.item()))
        assert np.allclose(found[1], found[0], rtol=1e-9)
        assert np.allclose(found[2], found[0], rtol=1e-9)


def weights(seed, s):
    """U S V_d^T on the digits, with a random U."""
    U = np.linalg.qr(np.random.default_rng(seed).normal(size=(D, D)))[0]
    return U * s @ linear.modes(digits()[2], D)[1].T


@functools.cache
def aligned(seed):
    """All 640 weights of the digits, from an aligned start with a random U."""
    gamma = linear.modes(digits()[2], D)[0]
    s0 = np.full(D, 1e-8)
    tau = linear.step_times(gamma, s0)
    t = np.geomspace(tau[0] / 2, 1.3 * tau[-1], 200)
    return gamma, s0, linear.gradient_flow(digits()[2], weights(seed, s0), t)


@pytest.mark.parametrize("seed", range(3))
def test_all_weights_follow_the_closed_formula(seed):
    """The flow's 640 weights, and its eigenvalues, stay within 1e-6 of the closed formula."""
    gamma, s0, run = aligned(seed)
    tau = linear.step_times(gamma, s0)
    for time in (*tau, run.t[-1]):  # in the middle of each step, and at the end
        W = linear.gradient_flow(digits()[2], weights(seed, s0), [0, time]).W
        s = linear.singular_values([time], gamma, s0)[0]
        assert np.abs(W - weights(seed, s)).max() < 1e-6
    theory = linear.embedding_eigenvalues(run.t, gamma, s0)
    assert np.abs(run.eigenvalues + np.sort(-theory, axis=1)).max() < 1e-6
    odds = gamma * s0**2 / (1 - gamma * s0**2) * np.exp(8 * np.outer(run.t, gamma))
    shown = odds < 1e6  # later ones are beyond what 1 - λ can show in float64
    assert np.allclose((theory / (1 - theory))[shown], odds[shown], rtol=1e-6)

    # Modes of either sign, starts of any size, one above λ = 1: each by its own equation.
    rng = np.random.default_rng(seed)
    gamma, s0 = np.array([1, 0.5, 0, -0.2, -0.6]), np.array([1.5, 1e-3, 0.4, 0.7, 0.9])
    V, U = (np.linalg.qr(rng.standard_normal((5, 5)))[0] for _ in range(2))
    for time in (0.3, 2, 9):
        alone = linear.singular_values([time], gamma, s0)[0]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # two modes can be learned, and five are asked for
            run = linear.gradient_flow(V * gamma @ V.T, U * s0 @ V.T, [0, time])
        assert np.abs(run.W - U * alone @ V.T).max() < 1e-6
        slope = 8 * gamma * (lam := gamma * alone**2) * (1 - lam)  # the logistic equation
        around = linear.embedding_eigenvalues([time - 1e-5, time + 1e-5], gamma, s0)
        assert np.allclose(np.diff(around, axis=0)[0] / 2e-5, slope, atol=1e-7)


def test_what_makes_a_mode_wait():
    """A small start, a small γ; and the rise from 0.1 to 0.9 takes the same time from any
    λ(0) below 0.1."""
    starts, gammas = np.geomspace(1e-8, 0.1, 8), np.geomspace(0.01, 1, 30)
    waits = np.array([linear.step_times(gammas, np.full(30, start)) for start in starts])
    assert (np.diff(waits, axis=0) < 0).all()  # a larger start waits less
    assert (np.diff(waits, axis=1) < 0).all()  # and so does a larger γ
    # Ten times smaller adds a constant: to 1e-6 here, the λ(0) that the small form leaves out.
    added = linear.step_times(gammas, np.full(30, 1e-4)) - linear.step_times(
        gammas, np.full(30, 1e-3)
    )
    assert np.allclose(added, np.log(100) / (8 * gammas), rtol=1e-6)
    digits_gamma = linear.modes(digits()[2], D)[0]  # a mode with a lower γ also begins lower
    tau = linear.step_times(digits_gamma, np.full(D, 1e-8))
    assert (tau[1:] / tau[:-1] > digits_gamma[:-1] / digits_gamma[1:]).all()
    half = [linear.step_times(scale * gammas, np.full(30, 0.1)) for scale in (0.5, 1)]
    assert (half[0] > 2 * half[1]).all()
    # log(1/λ(0)) / 8γ leaves out log(1 - λ(0)): 0.01 of at least log(99).
    small = np.full(30, 0.1)
    nearly = -np.log(gammas * small**2) / (8 * gammas)
    assert np.allclose(linear.step_times(gammas, small), nearly, rtol=0.01 / np.log(99) * 1.1)

    def rise(gamma, start):
        t = np.linspace(0, 60 / gamma, 60_001)
        curve = linear.embedding_eigenvalues(t, [gamma], [start])[:, 0]
        low, high = np.interp((0.1, 0.9), curve, t)
        return high - low

    for gamma in (0.05, 0.4, 1.0):
        nearly = np.sqrt(0.0999 / gamma)  # λ(0) = 0.0999
        rises = [rise(gamma, start) for start in (1e-8, 1e-4, 0.1, nearly)]
        assert np.allclose(rises, np.log(81) / (8 * gamma), rtol=1e-4)


def test_the_example_of_two_modes():
    """Two pictures of two pixels: γ, the step times 1.724 and never, the loss from 1.994 to 1.

    Also λ_1 at three times.
    """
    x1, x2 = np.array([[1, 0], [-1, 0]]), np.array([[0.3, 0.4], [-0.3, -0.4]])
    gamma, modes = linear.modes(linear.cross_moment(x1, x2), 2)
    assert np.allclose(gamma, [0.4, -0.1])
    assert np.allclose(np.abs(modes.T @ np.array([[2, 1], [1, -2]]).T), np.sqrt(5) * np.eye(2))
    s0 = np.full(2, 0.1)
    tau = linear.step_times(gamma, s0)
    assert abs(tau[0] - 1.724) < 0.0005
    assert np.isclose(tau[0], np.log(249) / 3.2)
    assert tau[1] == np.inf
    assert np.allclose(linear.loss(np.array([0, 100]), gamma, s0), [1.994, 1], atol=5e-4)
    first = linear.embedding_eigenvalues(np.array([1, 2, 3]), gamma, s0)[:, 0]
    assert np.allclose(first, [0.09, 0.71, 0.98], atol=0.005)
    assert np.allclose(first, 1 / (1 + 249 * np.exp(-3.2 * np.array([1, 2, 3]))))


@pytest.mark.parametrize(
    "d, gamma", [(2, (0.4, -0.1)), (4, (1, 0.5, 0, -0.3, -0.5)), (2, (1, 0.5, -1))]
)
def test_no_weights_go_below_what_the_learned_modes_leave(d, gamma):
    """The loss falls from d to max(0, d − p) by one a mode, and no other weights end lower."""
    gamma, p = np.array(gamma), np.sum(np.array(gamma) > 0)
    floor = max(0, d - p)
    t, s0 = np.array([0, 1e4]), np.full(d, 1e-3)
    ends = linear.loss(t, gamma[:d], s0)
    assert np.allclose(ends, [d, floor], atol=1e-5)
    for j in range(d):  # each mode alone: 1 less, or nothing
        alone = linear.loss(t, gamma[j : j + 1], s0[:1])
        assert np.isclose(alone[0] - alone[1], float(gamma[j] > 0), atol=1e-5)

    rng = np.random.default_rng(0)
    for size in np.geomspace(0.01, 10, 300):  # any weights
        W = size * rng.standard_normal((d, len(gamma)))
        C = W * gamma @ W.T
        assert ((C - np.eye(d)) ** 2).sum() >= floor
        assert np.sum(np.linalg.eigvalsh(C) > 1e-12 * np.abs(C).max()) <= p
    best = descend(np.diag(gamma), 0.1 * rng.standard_normal((d, len(gamma))), 0.02, 5000)
    assert floor - 1e-9 <= best.loss[-1] < floor + 0.01

    # A start without anything of mode 1 leaves its 1 too, although other weights have less.
    s0[0] = 0
    assert np.isclose(linear.loss(t, gamma[:d], s0)[-1], floor + 1)
    assert "aligned start in which no $s_j(0)$ is 0" in section(PAGE.read_text(), "In short")


@pytest.mark.parametrize("d", [2, 4])  # of four positive modes, half and all
@pytest.mark.parametrize("seed", range(3))
def test_training_from_a_small_start_ends_at_the_shortest_weights(seed, d):
    """The smaller a random start, the nearer ‖W‖² is to the least among all W with C = I."""
    gamma = np.array([1, 0.6, 0.3, 0.1, -0.2])
    Gamma = np.diag(gamma)
    shortest = (1 / gamma[:d]).sum()
    assert np.isclose((linear.final_weights(Gamma, d) ** 2).sum(), shortest)
    excess = []
    for alpha in (0.3, 1e-2, 1e-4):
        W0 = linear.random_init(d, 5, alpha, seed=seed)
        run = linear.gradient_descent(Gamma, W0, 0.05, 3000)
        assert run.loss[-1] < 1e-8
        excess.append((run.W**2).sum() / shortest - 1)
    assert excess[0] > excess[1] > excess[2]
    assert -1e-6 < excess[2] < 1e-3

    rng = np.random.default_rng(seed)
    for _ in range(200):  # mixtures of all modes, negative ones too, brought to C = I
        W = rng.standard_normal((d, 5))
        values, turn = np.linalg.eigh(W @ Gamma @ W.T)
        if values[0] > 0:
            W = (turn / np.sqrt(values)).T @ W
            assert (W**2).sum() >= shortest * (1 - 1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_the_digits_end_at_the_shortest_weights(seed):
    """All 640 weights of the digits, from an aligned start and from ever smaller random ones."""
    gamma, _, run = aligned(seed)
    shortest = (1 / gamma).sum()
    assert np.isclose((run.W**2).sum(), shortest, rtol=1e-3)
    excess = []
    for alpha in (1, 1e-1, 1e-2, 1e-4, 1e-8):
        W0 = linear.random_init(D, 64, alpha, seed=seed)
        run = linear.gradient_flow(digits()[2], W0, [0, 2500])
        assert run.loss[-1] < 1e-8
        excess.append((run.W**2).sum() / shortest - 1)
    assert (np.diff(excess) < 0).all()
    assert excess[1] > 0.01  # a start that is not small ends at longer weights
    assert -1e-6 < excess[-1] < 1e-3


def test_the_smaller_the_start_the_more_alike_do_draws_end():
    """On digits, by WᵀW, which no turn changes: a start of 1e-4 is small, and draws end apart."""
    gamma, modes = linear.modes(digits()[2], D)
    shortest = (modes / gamma) @ modes.T
    apart = []
    for alpha in (1e-4, 1e-8, 1e-16):
        ends = []
        for seed in range(3):
            W0 = linear.random_init(D, 64, alpha, seed=seed)
            run = linear.gradient_flow(digits()[2], W0, [0, 500 * np.log(1 / alpha)])
            assert run.loss[-1] < 1e-8
            ends.append(run.W.T @ run.W / np.linalg.norm(shortest))
        missed = [np.linalg.norm(end - shortest / np.linalg.norm(shortest)) for end in ends]
        pairs = [np.linalg.norm(ends[a] - ends[b]) for a, b in ((0, 1), (0, 2), (1, 2))]
        apart.append((*missed, *pairs))
    assert np.min(apart[0]) > 0.05  # by more than a twentieth of the whole
    assert (np.diff(apart, axis=0) < 0).all()
    assert np.max(apart[2]) < 0.01
    assert "So the smaller\nthe start, the more alike do all draws end" in PAGE.read_text()


@pytest.mark.parametrize("start", [1e-8, 1e-3, 0.1])
def test_a_mode_takes_more_iterations_than_mode_1_lets_it(start):
    """On the digits, at 0.99 of the limit: more than 4γ₁τ_j, and roughly as γ₁/γ_j."""
    gamma = linear.modes(digits()[2], D)[0]
    tau = linear.step_times(gamma, np.full(D, start))
    s, lr, took = np.full(D, start), 0.99 / (4 * gamma[0]), np.zeros(D)
    while (gamma * s**2 < 0.5).any():
        took += gamma * s**2 < 0.5
        s = s + lr * 4 * gamma * s * (1 - gamma * s**2)
    assert (took > 4 * gamma[0] * tau).all()
    assert 0.7 < np.min(took / took[0] / (gamma[0] / gamma)) <= 1


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
    """Mode 1 is the mean picture, and the square of its mean is nearly all of γ₁."""
    x1, x2, Gamma = digits(centre=False)
    gamma, modes = linear.modes(Gamma, 2)
    both = np.vstack([x1, x2])
    assert gamma[0] > 20 * gamma[1]
    assert -np.linalg.eigvalsh(Gamma)[0] < 2 * gamma[1]  # no negative mode is the next limit
    mean = both.mean(axis=0)
    assert abs(modes[:, 0] @ mean) > 0.999 * np.linalg.norm(mean)
    along = both @ modes[:, 0]
    assert 0.97 < along.mean() ** 2 / gamma[0] < 0.99

    # Γ is that of the centred views and the mean's square, so the second mode becomes the first:
    # γ hardly differs, until centred views are scaled to the old length, which multiplies all γ.
    left = both - mean
    centred = np.linalg.eigvalsh(linear.cross_moment(*np.split(left, 2)))[::-1]
    assert gamma[1] < centred[0] < 1.02 * gamma[1]
    assert gamma[0] > 20 * centred[0]
    # The mean is what makes it large. How much of it a view has tells pictures apart all the same:
    # along it views share more than along the fifth mode of the centred ones.
    shared = modes[:, 0] @ linear.cross_moment(*np.split(left, 2)) @ modes[:, 0]
    assert centred[4] < shared < centred[3]
    text = " ".join(PAGE.read_text(encoding="utf-8").split())
    assert "large because all views have the mean in common" in text and "hardly tells" not in text
    scaled = centred[:D] / np.mean(np.sum(left**2, axis=1))
    assert np.allclose(scaled, linear.modes(digits()[2], D)[0])
    # So the page's own γ, scaled up again, are not 23 times smaller than with the mean left in.
    assert gamma[0] / scaled[0] < 8

    # The others wait for mode 1, and mode 1 itself does not: from 1e-8, half its limit.
    def iterations(gamma):
        s, took = np.full(len(gamma), 1e-8), np.zeros(len(gamma))
        while (waits := gamma * s**2 < 0.5).any():
            s, took = s + gamma * s * (1 - gamma * s**2) / (2 * gamma[0]), took + waits
        return took

    left_in, without = iterations(gamma), iterations(centred[:2])
    assert left_in[0] <= without[0]
    assert left_in[1] > 10 * without[0]  # the same mode, nearly


def test_centring_frees_the_other_modes_in_chapter_5_and_not_in_chapter_4():
    """Chapter 4's kernels see distances, so no centring moves a γ; a wide network's kernel does."""
    raw, centred = (
        views.make_pairs(data.load_images("digits"), n=100, seed=0, centre=centre, scale=False)
        for centre in (False, True)
    )
    for name in ("rbf", "laplace"):
        found, kept = (
            kernels.ContrastiveKernelPCA(5, name).fit(*pair).eigenvalues_ for pair in (raw, centred)
        )
        assert np.allclose(found, kept, rtol=1e-9)
        assert kept[0] > 10 * kept[1]  # the first mode sets the clock all the same

    def lead(pair):
        theta = kernels.relu_mlp_kernel(*[np.vstack(pair)] * 2, 1)[1]
        gamma = kernels.ContrastiveKernelPCA(2, "precomputed").fit(theta).eigenvalues_
        return gamma[0] / gamma[1]

    assert lead(raw) > 5 * lead(centred)
    assert "in chapters 3, 5 and 6.\n" in PAGE.read_text(encoding="utf-8")


def test_every_mode_of_the_recorded_run_is_late_by_nearly_the_same_time():
    """On CIFAR-10 mode 1 loses the largest share of its wait; in time the delays hardly differ."""
    run = data.load_run("linear_cifar10")
    gamma, alpha = np.array(run.meta["gamma"]), run.meta["config"]["alpha"]
    tau = linear.step_times(gamma, np.full(len(gamma), alpha))
    delay = spectra.find_steps(run.t, run.eigenvalues) - tau
    share = delay / tau
    assert (delay > 0).all()
    assert np.argmax(share) == 0
    # A waiting mode grows by log(1 + 4γη) instead of 4γη: late by 2γη of its wait, and the wait is
    # a logarithm over 8γ. The logarithms differ by a quarter, the waits by a factor of 40.
    assert delay.max() < 1.3 * delay.min()
    assert tau.max() > 40 * tau.min()

    # Mode by mode, without the record's gaps of up to 7 between two times, which hide a little.
    s, lr = np.full(len(gamma), alpha), run.meta["config"]["lr"] / (4 * gamma[0])
    passed, before, k = np.full(len(gamma), np.nan), gamma * s**2, 0
    while np.isnan(passed).any():
        s, k = s + lr * 4 * gamma * s * (1 - gamma * s**2), k + 1
        now = gamma * s**2
        first = np.isnan(passed) & (now >= 0.5)
        passed[first] = lr * (k - 1 + (0.5 - before[first]) / (now - before)[first])
        before = now
    delay = passed - tau
    assert (delay > 0.06).all()
    assert (delay < 0.085).all()
    assert (np.diff(delay / tau) < 0).all()


def test_modes_7_to_10_of_the_recorded_run_share_one_slope():
    """Each of them begins before the one before is done, and the loss falls from 4 to 0."""
    run = data.load_run("linear_cifar10")
    gamma = np.array(run.meta["gamma"])
    assert (gamma[7:10] > 0.8 * gamma[6:9]).all()
    done, begun = (spectra.find_steps(run.t, run.eigenvalues, level) for level in (0.9, 0.1))
    assert (done[:6] < begun[1:7]).all()
    assert (done[6:9] > begun[7:]).all()
    # A wait is about four times a step, and at most about a quarter longer than the one before.
    tau = linear.step_times(gamma, np.full(D, run.meta["config"]["alpha"]))
    assert np.allclose(tau / (np.log(81) / (8 * gamma)), 4, atol=0.6)
    assert (tau[7:10] < 1.25 * tau[6:9]).all()
    # Steps run into each other above a ratio of about 7/9: modes 5 and 6 are within 0.01 of it.
    ratio = gamma[1:] / gamma[:-1]
    clear = np.abs(ratio - 7 / 9) > 0.01
    assert np.flatnonzero(~clear).tolist() == [4]
    assert ((done[:-1] > begun[1:]) == (ratio > 7 / 9))[clear].all()
    assert abs(tau[7] / tau[6] - 9 / 8) < 0.01  # an eighth later
    # That ratio belongs to the start: from the digits' smaller one two steps meet at about 0.90.
    other, start = linear.modes(digits()[2], D)[0], 1e-8
    r = np.mean(linear.step_times(other, np.full(D, start)) / (np.log(81) / (8 * other)))
    assert round((r - 0.5) / (r + 0.5), 2) == 0.9

    def overlap(pair):
        tau, half = linear.step_times(pair, np.full(2, start)), np.log(81) / (16 * pair)
        return tau[0] + half[0] > tau[1] - half[1]

    for gamma in other[:-1]:
        assert overlap(gamma * np.array([1, 0.92])) and not overlap(gamma * np.array([1, 0.88]))
    above = np.flatnonzero(other[1:] / other[:-1] > 7 / 9)  # and apart all the same
    assert len(above) >= 3 and not any(overlap(other[k : k + 2]) for k in above)
    # A tenth of mode 7 has come, a tenth of mode 10 is missing: 0.2 and 0.01 of the loss.
    assert np.allclose(np.interp([begun[6], done[9]], run.t, run.loss), [4, 0], atol=0.25)
    # Between modes 6 and 7 the loss rests.
    rest = np.interp(np.linspace(done[5], begun[6], 20), run.t, run.loss)
    assert begun[6] > 1.1 * done[5] and np.abs(rest - 4).max() < 0.25


def test_the_last_two_waits_are_the_longest():
    """Ten modes of the digits, one start; and what the alternative text says of the stretches."""
    gamma = linear.modes(digits()[2], D)[0]
    s0 = np.full(D, 1e-8)
    waits = np.diff(linear.step_times(gamma, s0), prepend=0)
    assert set(np.argsort(waits)[-2:]) == {8, 9}
    t = np.linspace(0, 1.3 * waits.sum(), 50_001)
    loss = linear.loss(t, gamma, s0)
    flat = [np.mean(np.abs(loss - level) < 0.05) for level in range(D, 0, -1)]
    assert max(flat[1:6]) < flat[0] / 2  # after the first long one the next are shorter
    assert min(flat[8:]) > 5 * flat[1]


def test_mode_6_leaves_0_before_mode_5_has_quite_reached_1():
    """On the digits and on CIFAR-10: at 0.05 and 0.95, and no longer at a step's 0.1 and 0.9.

    So the steps themselves do not overlap, and hardly any flat stretch lies between them.
    """
    run = data.load_run("linear_cifar10")
    photos = np.array(run.meta["gamma"]), run.meta["config"]["alpha"]
    for gamma, start in ((linear.modes(digits()[2], D)[0], 1e-8), photos):
        pair = gamma[4:6]
        tau = linear.step_times(pair, np.full(2, start))
        for level, separate in ((0.05, False), (0.1, True)):
            half = np.log(1 / level - 1) / (8 * pair)  # from the level to 1/2, and on to 1 - level
            assert (tau[0] + half[0] < tau[1] - half[1]) == separate
        t = np.geomspace(tau[0] / 2, 2 * tau[1], 10_001)
        rest = np.abs(linear.loss(t, pair, np.full(2, start)) - 1) < 0.05
        assert np.log(t[rest][-1] / t[rest][0]) < 0.05 if rest.any() else True
    digits_gamma = linear.modes(digits()[2], D)[0]  # the ratio of the two is the nearest to 1
    assert np.argmax(digits_gamma[1:] / digits_gamma[:-1]) == 4
    assert "$\\lambda_6$ leaves 0 before $\\lambda_5$ has quite reached 1" in PAGE.read_text()


def test_the_answers_to_the_sliders():
    """One drop for equal γ_j."""
    assert np.ptp(linear.step_times(np.ones(10), np.full(10, 1e-6))) == 0


@pytest.mark.parametrize("seed", range(5))
def test_lengths_of_columns_are_not_good_enough(seed):
    """From a random start all ten steps come, the late ones later than the lengths say."""
    Gamma = digits()[2]
    gamma, modes = linear.modes(Gamma, D)
    W0 = linear.random_init(D, 64, 1e-8, seed=seed)
    guessed = np.sort(linear.step_times(gamma, np.linalg.norm(W0 @ modes, axis=0)))
    t = np.geomspace(guessed[0] / 2, 1.7 * guessed[-1], 400)
    run = linear.gradient_flow(Gamma, W0, t)
    assert np.allclose(run.loss[[0, -1]], [D, 0], atol=0.05)
    assert (run.eigenvalues[0] < 0.01).all()
    assert (run.eigenvalues[-1] > 0.95).all()
    found = spectra.find_steps(run.t, run.eigenvalues)
    between = np.interp((found[1:] + found[:-1]) / 2, run.t, run.loss)
    assert np.abs(between - np.arange(D - 1, 0, -1)).max() < 0.2  # one less after each step
    error = found / guessed - 1
    assert 0.01 < np.abs(error).mean() < 0.15
    assert (error > -1e-4).all()  # late, but for the first, of which nothing is taken
    assert seed or (error[1:] > 1e-3).all()  # the page's start
    assert abs(error[0]) < 1e-4
    assert (error[-3:] > 0.02).all()
    assert np.argmax(error) >= 7


@pytest.mark.parametrize("seed", range(3))
def test_a_random_start_that_is_not_small_climbs_other_steps(seed):
    """On the digits at α = 1 some steps are over at once; at 0.3 the loss is far below integers."""
    t = np.append(0, np.geomspace(1, 700, 400))
    learned, blurred = (
        linear.gradient_flow(digits()[2], linear.random_init(D, 64, alpha, seed=seed), t)
        for alpha in (1.0, 0.3)
    )
    assert learned.loss[0] < 9
    assert (learned.eigenvalues[0] > 0.5).any()
    assert (blurred.eigenvalues[0] < 0.5).all()  # all ten steps are still to come
    found = spectra.find_steps(blurred.t, blurred.eigenvalues)
    between = np.interp((found[1:] + found[:-1]) / 2, blurred.t, blurred.loss)
    assert np.abs(between - np.arange(D - 1, 0, -1)).max() > 1
    assert "A small random start" in section(PAGE.read_text(), "In short")
    assert "## A small random start" in (ROOT / "tools/slides/chapter_02.md").read_text()


def test_feedback_says_which_modes_grow_and_what_decides_the_wait():
    """A mode with γ < 0 shrinks; from unequal starts γ alone decides nothing."""
    s = np.array([1e-3, 0.5, 2])
    assert (own.ds_dt(s, np.full(3, -0.5)) < 0).all()
    right = {exercise.id: exercise.right for exercise in EXERCISES}
    assert "With γ_j > 0 it grows" in right["2.3"]
    assert "With γ_j < 0 it shrinks" in right["2.3"]
    strong, weak = linear.step_times([0.1, 0.09], [1e-8, 1e-2])
    assert weak < strong / 2
    assert "γ decides" not in right["2.5"]
    assert "from an aligned start it follows one scalar equation" in right["2.7"]


def test_without_the_gamma_outside_the_bracket_only_the_starts_tell_steps_apart():
    """λ̇ = 8λ(1 − λ) for every mode: no stairs from equal starts, and stairs from unequal ones."""

    def without(s, gamma):
        return 4 * s * (1 - gamma * s**2)

    s, gamma = np.array([1e-8, 1e-3, 0.7]), np.array([0.1, 0.5, 0.9])
    lam = gamma * s**2
    assert np.allclose(2 * gamma * s * without(s, gamma), 8 * lam * (1 - lam))
    slip = next(m for m in DS_DT.misconceptions if np.allclose(m.like(s, gamma), without(s, gamma)))
    assert "only the logarithm of λ(0) would tell their steps apart" in slip.message
    rise = np.log(81) / 8
    digits_gamma = linear.modes(digits()[2], D)[0]
    assert np.ptp(np.log(1 / (digits_gamma * 1e-16) - 1) / 8) < rise
    assert np.ptp(np.log(1 / (np.array([1, 0.5]) * [1e-16, 1e-8])) / 8) > 4 * rise


def test_a_gradient_of_half_the_size_has_lost_one_of_two_factors():
    """In variant 0 of 2.2 the power's 2 may be the lost one: the message does not name the other
    alone."""
    exercise, rng = gradients.gradient(0).exercise, np.random.default_rng(0)
    W, Gamma, a = rng.standard_normal((3, 4)), np.diag([1, 0.5, 0.2, -0.3]), 2.0
    E = W @ Gamma @ W.T - a * np.eye(3)  # as if a square had no 2 in its slope
    (slip,) = exercise.misconceptions
    assert np.allclose(slip.like(W, Gamma, a), 2 * E @ W @ Gamma)
    assert "W stands twice" in slip.message
    assert "power" in slip.message


def test_what_the_grader_is_told_of_inverted_views():
    """W2.2: at p = 1/2 and 1/4 the range over twenty draws of the flips, not one draw's numbers."""
    x1, x2, Gamma = digits()
    gamma, s0 = linear.modes(Gamma, D)[0], np.full(D, 1e-8)
    tau, length = linear.step_times(gamma, s0), np.sum(1 / gamma)
    positive, share, times, norms = [], [], {0.25: [], 0.5: []}, []
    for seed in range(20):
        draw = np.random.default_rng(seed).random((len(x1), 1))
        for p in times:
            every = np.linalg.eigvalsh(linear.cross_moment(x1, np.where(draw < p, -1, 1) * x2))
            ten = every[::-1][:D]
            times[p].append(linear.step_times(ten, s0) / tau)
            if p == 0.5:
                positive.append(np.sum(every > 1e-12))
                share.append(ten / gamma)
            else:
                norms.append(np.sum(1 / ten) / length)
    assert (min(positive), max(positive)) == (30, 36)
    assert np.sum(np.linalg.eigvalsh(Gamma) > 1e-12) == 49  # the page counts them too
    assert 0.195 < np.max(share) < 0.2  # a fifth
    assert 1 / 25 < np.min(share) < 1 / 24
    ranges = [(np.min(x), np.max(x)) for x in (times[0.5], times[0.25], norms)]
    assert np.allclose(ranges, [(5.2, 26.7), (1.4, 2.6), (1.8, 2.1)], atol=0.05)
    # The digits that there are: these, of the training set, and 500 more.
    assert (len(x1), len(data.load_images("digits", split="test"))) == (1297, 500)
    assert "all {glue:text}`pairs` of the training set" in PAGE.read_text()
    told = (ROOT / "tools/homework/written/chapter_02.md").read_text()
    for words in (
        "the 1,297 digits of the training set",
        "30 to 36 positive eigenvalues",
        "a fifth to a twenty-fifth",
        "at 5 to 27 times",
        "between 1.4 and 2.6 and that of the norm between 1.8 and 2.1",
    ):
        assert words in told


def test_the_numbers_of_the_quiz():
    """11.5, 5.8 and 23 of question 1, 4.25 of question 2, 4 of question 3."""
    waits = [linear.step_times([0.05], [start])[0] for start in (1e-4, 1e-5)]
    assert abs(waits[1] - waits[0] - 11.5) < 0.02
    assert abs(np.log(10) / 0.4 - 5.8) < 0.05
    assert abs(np.log(100) / 0.2 - 23) < 0.05

    gamma = 10.0 ** -np.arange(10)  # so far apart that at each step the others stand still
    s0 = 1e-6 * gamma**-0.5  # every λ(0) is 1e-12
    sixth = linear.step_times(gamma, s0)[5]
    assert abs(linear.loss([sixth], gamma, s0)[0] - 4.25) < 0.001

    gamma = np.append(np.linspace(1, 0.5, 6), np.linspace(-0.1, -1, 4))
    assert abs(linear.loss([1e4], gamma, np.full(10, 0.01))[0] - 4) < 1e-6


def test_the_page_has_the_minutes_of_its_notebook():
    """27 minutes to read this page, 103 for the notebook."""
    page = PAGE.read_text()
    source = (ROOT / "solutions/02_linear_model.py").read_text()
    minutes = re.findall(r"^# \*.+ · (\d+) minutes · \d+ points?\*$", source, re.M)
    assert f"{sum(map(int, minutes))} for the notebook" in page
