"""The written questions of the homework: their form, and the answers that graders are given.

Each docstring is what "For the grader" claims, in tools/homework/written/chapter_NN.md.
"""

import re

import numpy as np
import pytest
import torch
from scipy import optimize, special
from scipy.integrate import solve_ivp
from torch import nn

from stepwise_ssl import (
    data,
    deep_linear,
    kernels,
    linear,
    losses,
    networks,
    optim,
    spectra,
    training,
    views,
)
from stepwise_ssl.checks import chapters, exercises
from stepwise_ssl.checks.chapter_06.truth import exact_pairs, gradient
from tools.homework import written

CHAPTERS = [chapter for chapter in chapters() if exercises(chapter)]


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_each_chapter_asks_two_questions_and_five_or_more_in_a_talk(chapter):
    """Two questions of three levels, four, two and no points, and at least five for a talk."""
    questions = written.questions(chapter)
    assert [question.id for question in questions] == [f"W{chapter}.1", f"W{chapter}.2"]
    for question in questions:
        assert [points for points, _ in question.levels] == [4, 2, 0]
        assert all(len(words) > 40 and "|" not in words for _, words in question.levels)
        assert len(question.text) > 300 and len(question.answer) > 300 and question.title
        assert "prove you wrong" in question.text and "```python" in question.answer
    asked = re.findall(r"^- .*\?.*\n  - .+", written.oral(chapter), re.M)
    assert 5 <= len(asked) <= 7
    assert len(asked) == len(re.findall(r"^- ", written.oral(chapter), re.M))


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_the_code_for_graders_runs(chapter):
    """The lines that graders may run do run, and end with an output."""
    for question in written.questions(chapter):
        for code in re.findall(r"```python\n(.+?)```", question.answer, re.S):
            compile(code, question.id, "exec")
            if "slow" not in code:
                exec(code, {})


def digits(n=None, seed=0):
    return views.make_pairs(data.load_images("digits"), n=n, seed=seed)


def test_w1_1_three_shared_numbers_leave_three_eigenvalues_under_both_losses():
    """Three eigenvalues stay, under both losses; the sum depends on W(0) under the first only."""
    n, d = 500, 8
    rng = np.random.default_rng(1)
    shared = rng.standard_normal((n, 3))
    x1, x2 = (np.hstack([x, shared - shared.mean(0)]) for x in digits(n))
    both, W0 = np.vstack([x1, x2]), rng.standard_normal((d, 67)) / 8
    rates, axes = np.linalg.eigh((x1 - x2).T @ (x1 - x2) / n)
    assert rates[2] < 1e-12 < 1e-4 < rates[3]

    def end(W):
        left = W @ axes * np.exp(-2 * rates * 1e6) @ axes.T
        return spectra.covariance_eigenvalues(both @ left.T)

    assert np.sum(end(W0) > 0.01 * end(W0).sum()) == 3
    np.testing.assert_allclose(end(2 * W0), 4 * end(W0), atol=1e-12)

    third = []
    for seed in range(13):
        shares = shares_with_shared_numbers(seed)
        third.append(shares[2])
        assert shares[3] < 1e-4  # on its way to 0
    # Nothing keeps the third large: a count by a threshold may miss it.
    assert 0.002 < min(third) < 0.005 < 0.05 < sorted(third)[1] and max(third) < 0.25


def shares_with_shared_numbers(seed):
    """The eigenvalues after the normalised loss, as shares; all is drawn from one seed."""

    def normalised(z):
        return (z - z.mean(0)) / z.std(0, correction=0)

    n, rng = 500, np.random.default_rng(seed)
    shared = rng.standard_normal((n, 3))
    t1, t2 = (torch.tensor(np.hstack([x, shared - shared.mean(0)])) for x in digits(n, seed))
    W = torch.tensor(rng.standard_normal((8, 67)) / 8, requires_grad=True)
    adam = torch.optim.Adam([W], lr=0.01)
    for _ in range(300):
        adam.zero_grad()
        (normalised(t1 @ W.T) - normalised(t2 @ W.T)).square().sum(1).mean().backward()
        adam.step()
    z = torch.cat([t1, t2]) @ W.detach().T
    return spectra.covariance_eigenvalues((z / z.std(0, correction=0)).numpy()) / 8


def test_w1_1_with_twelve_shared_numbers_no_eigenvalue_goes_to_zero():
    """Under both losses, though not each of the eight has 1 % of their sum."""
    n, d = 500, 8
    rng = np.random.default_rng(1)
    shared = rng.standard_normal((n, 12))
    x1, x2 = (np.hstack([x, shared - shared.mean(0)]) for x in digits(n))
    W0 = rng.standard_normal((d, 76)) / 8
    still = W0[:, 64:]  # what the first loss leaves of W(0)
    assert spectra.covariance_eigenvalues(x1[:, 64:] @ still.T)[-1] > 1e-3

    t1, t2 = torch.tensor(x1), torch.tensor(x2)
    W = torch.tensor(W0, requires_grad=True)
    adam = torch.optim.Adam([W], lr=0.05)
    for _ in range(400):
        adam.zero_grad()
        z1, z2 = (z - z.mean(0) for z in (t1 @ W.T, t2 @ W.T))
        distance = (z1 / z1.std(0, correction=0) - z2 / z2.std(0, correction=0)).square()
        loss = distance.sum(1).mean()
        loss.backward()
        adam.step()
    z = np.vstack([x1, x2]) @ W.detach().numpy().T
    assert loss < 1e-3 and spectra.covariance_eigenvalues(z / z.std(0))[-1] > 0.01


def test_o1_a_loss_of_five_alone_does_not_tell_the_eigenvalues():
    """Six eigenvalues of 0.087 have it too, and there a force is left; at 0 and 1 there is none."""
    assert abs(np.sum((np.full(6, 0.087) - 1) ** 2) - 5) < 0.005
    Gamma = np.diag(np.linspace(1, 0.2, 8))

    def force(eigenvalues):
        W = np.diag(np.sqrt(eigenvalues / np.diag(Gamma)[:6])) @ np.eye(6, 8)
        C = W @ Gamma @ W.T
        return np.abs(4 * (C - np.eye(6)) @ W @ Gamma).max()

    assert force(np.full(6, 0.087)) > 0.5
    assert force(np.array([1.0, 0, 0, 0, 0, 0])) < 1e-12


def test_o1_barlow_twins_charges_for_copies_and_nt_xent_for_pictures_at_one_place():
    """The line costs 2λ, as its dimensions are copies; one of them, at the same places, nothing."""
    line = torch.tensor([[1.0, 1.0], [1.0, 1.0], [-1.0, -1.0], [-1.0, -1.0]], dtype=torch.float64)
    lam = 0.0051
    assert abs(losses.barlow_twins(line, line, lam=lam) - 2 * lam) < 1e-5
    for z in (line, line[:, :1]):
        assert losses.nt_xent(z, z) > np.log(3)  # three at its place, and one of them the partner
    assert losses.barlow_twins(line[:, :1], line[:, :1], lam=lam) < 1e-9


def test_w1_2_two_copies_open_gradually_from_a_weight_of_0_008():
    """Copies are best up to 0.00797; then the angle opens: 22, 70 and 83 degrees."""
    r1, r2 = 0.95, 0.7

    def loss(angles, weight):
        c, s = np.cos(angles), np.sin(angles)
        C = r1 * np.outer(c, c) + r2 * np.outer(s, s)
        return np.sum((1 - np.diag(C)) ** 2) + 2 * weight * C[0, 1] ** 2

    def opened(weight):
        starts = np.random.default_rng(0).uniform(0, np.pi, (8, 2))
        found = [optimize.minimize(loss, start, args=(weight,), tol=1e-13) for start in starts]
        apart = np.ptp(min(found, key=lambda one: one.fun).x) % np.pi
        return np.rad2deg(min(apart, np.pi - apart))

    assert (1 - r1) * (r1 - r2) / (r1 * (r1 + r2)) == pytest.approx(0.00797, abs=5e-6)
    assert opened(0.0075) < 0.01
    angles = [opened(weight) for weight in (0.01, 0.0485, 1.0)]
    np.testing.assert_allclose(angles, [21.7, 69.7, 83.3], atol=0.2)
    # The mixtures of the weight 1 agree with 0.81 each and pay 0.072 on the diagonal.
    theta = np.deg2rad(90 - angles[2] / 2)  # both stand 48° from the first direction
    agree = r1 * np.cos(theta) ** 2 + r2 * np.sin(theta) ** 2
    assert agree == pytest.approx(0.81, abs=0.001)
    assert 2 * (1 - agree) ** 2 == pytest.approx(0.072, abs=2e-4)
    assert (1 - r1) ** 2 + (1 - r2) ** 2 == pytest.approx(0.0925)


def test_w2_1_modes_above_one_come_down_without_a_wait():
    """Within 0.1 of the end after 0.599, 1.199 and 1.199, from a start of 100 as of 1000."""
    gamma, t = np.array([0.5, 0.25, -0.25]), np.linspace(0, 3, 60001)
    for start in (100.0, 1000.0):
        lam = linear.embedding_eigenvalues(t, gamma, np.full(3, start))
        near = t[np.argmax(np.abs(lam - [1, 1, 0]) <= 0.1, axis=0)]
        np.testing.assert_allclose(near, [0.599, 1.199, 1.199], atol=1e-3)
        loss = linear.loss(t, gamma, np.full(3, start))
        assert np.all(np.diff(loss) < 0) and loss[-1] == pytest.approx(1, abs=0.01)


def test_w2_2_a_quarter_of_negated_views_halves_gamma():
    """2.03 times the time, 1.02 times the iterations, twice the norm; at a half 0, ten times late.

    With flips drawn at random: time 1.7 to 2.4, norm 1.9.
    """
    x1, x2 = digits()
    s0 = np.full(10, 1e-8)
    Gamma = linear.cross_moment(x1, x2)
    gamma = linear.modes(Gamma, 10)[0]
    times = linear.step_times(gamma, s0)
    four = linear.cross_moment(np.tile(x1, (4, 1)), np.vstack([x2, x2, x2, -x2]))
    np.testing.assert_allclose(four, Gamma / 2, atol=1e-15)
    halved = linear.modes(four, 10)[0]
    ratio = linear.step_times(halved, s0) / times
    np.testing.assert_allclose(ratio, 2.034, atol=0.002)
    np.testing.assert_allclose(ratio * halved[0] / gamma[0], 1.017, atol=0.002)
    assert np.sum(1 / halved) == pytest.approx(2 * np.sum(1 / gamma))
    for seed in range(3):
        for share in (0.25, 0.5):
            flip = np.where(np.random.default_rng(seed).random((len(x1), 1)) < share, -1, 1)
            drawn = np.linalg.eigvalsh(linear.cross_moment(x1, flip * x2))[::-1]
            late = linear.step_times(drawn[:10], s0) / times
            norm = np.sum(1 / drawn[:10]) / np.sum(1 / gamma)
            if share == 0.25:
                assert late.min() > 1.69 and late.max() < 2.36 and 1.88 < norm < 1.92
            else:
                assert np.sum(drawn > 1e-12) == 33 and 7 < late.min() < late.max() < 16


def test_w3_1_more_outputs_bring_every_step_forward_and_the_last_one_most():
    """From d = 10 to 20 step 1 comes 0.9 earlier of 35, step 10 comes 47 earlier of 439."""
    Gamma, alpha = linear.cross_moment(*digits()), 1e-6
    gamma, modes = linear.modes(Gamma, 20)
    ten = gamma[:10]
    mean = {}
    for d in (10, 20):
        free = d - np.arange(10)
        logs = np.log(ten * alpha**2) + special.digamma(free / 2) + np.log(2)
        mean[d] = -logs / (8 * ten)
        starts = [
            linear.effective_init(linear.random_init(d, 64, alpha, seed), modes[:, :d])[:10]
            for seed in range(200)
        ]
        drawn = np.mean([linear.step_times(ten, s0) for s0 in starts], axis=0)
        np.testing.assert_allclose(drawn, mean[d], rtol=0.02)
    earlier = mean[10] - mean[20]
    assert np.all(np.diff(earlier) > 0) and np.all(np.diff(earlier / mean[10]) > 0)
    np.testing.assert_allclose(earlier[[0, 9]], [0.94, 46.7], atol=0.05)
    np.testing.assert_allclose(mean[10][[0, 9]], [35.1, 438.7], atol=0.1)
    tenth = []
    for d in (10, 20):  # one run each: 440.9 and 403.0
        run = linear.gradient_flow(
            Gamma, linear.random_init(d, 64, alpha, 0), np.geomspace(300, 500, 200)
        )
        tenth.append(
            spectra.find_steps(np.append(1, run.t), np.pad(run.eigenvalues, ((1, 0), (0, 0))))[9]
        )
    np.testing.assert_allclose(tenth, [440.9, 403.0], atol=0.3)


def test_w3_2_a_start_of_rank_two_stops_at_a_loss_of_two():
    """Loss 2; with noise a million times smaller steps 3 and 4 come at 33 to 38 and 69 to 79."""
    gamma, modes = np.array([0.5, 0.3, 0.2, 0.1, 0.05]), np.eye(5)[:, :4]
    t = np.geomspace(1, 110, 500)
    for seed in range(3):
        rng = np.random.default_rng(seed)
        low = rng.normal(size=(4, 2)) @ rng.normal(size=(2, 5)) / np.sqrt(2)
        noise, full = rng.normal(size=(4, 5)), rng.normal(size=(4, 5))
        run = linear.gradient_flow(np.diag(gamma), 1e-6 * low, t)
        assert run.loss[t < 55][-1] == pytest.approx(2, abs=1e-3)
        assert np.all(linear.effective_init(1e-6 * low, modes)[2:] < 1e-20)  # rounding
        late = linear.gradient_flow(np.diag(gamma), 1e-6 * (low + 1e-6 * noise), t)
        steps = spectra.find_steps(late.t, late.eigenvalues)
        assert steps[1] < 13 and 33 < steps[2] < 38 and 68 < steps[3] < 80
        plain = linear.gradient_flow(np.diag(gamma), 1e-6 * full, t)
        usual = spectra.find_steps(plain.t, plain.eigenvalues)
        assert 17.5 < usual[2] < 18.5 and 35 < usual[3] < 39


def test_w4_1_waves_that_fit_the_turn_come_before_longer_ones():
    """The order is 0, 3, 1, 2, 4, 6, 5; from a share of two thirds only 0, 3 and 6 are left."""
    theta = 2 * np.pi * np.arange(90) / 90
    waves, c = np.arange(7), special.ive(np.arange(7), 4.0)

    def gammas(turned):
        """Eigenvalues with `turned` of three groups of pairs at 120 degrees."""
        second = [theta + 2 * np.pi / 3 * (k < turned) for k in range(6)]
        angles = np.concatenate([*[theta] * 6, *second])
        x = np.column_stack([np.cos(angles), np.sin(angles)])
        K = kernels.rbf(x, x, 0.5)
        wave = np.exp(1j * np.outer(angles[: len(angles) // 2], waves))
        # K P / 2n has the eigenvalues of the contrastive kernel; functions of the angle suffice.
        partner = np.exp(1j * np.outer(angles[len(angles) // 2 :], waves))
        swapped = np.vstack([partner, wave])
        plain = np.vstack([wave, partner])
        image = K @ swapped / len(angles)
        return np.einsum("ik,ik->k", plain.conj(), image).real / len(angles)

    predicted = c * np.where(waves % 3 == 0, 1, 0.25)
    np.testing.assert_allclose(gammas(3), predicted, atol=1e-12)
    assert list(np.argsort(-predicted)) == [0, 3, 1, 2, 4, 6, 5]
    np.testing.assert_allclose(predicted[[1, 3]], [0.0447, 0.0611], atol=1e-4)
    assert np.all(np.abs(gammas(4)[[1, 2, 4, 5]]) < 1e-12)  # four of six is two thirds
    assert np.all(gammas(5)[[1, 2, 4, 5]] < 0)


def test_w4_2_pairs_of_strangers_halve_all_modes_but_the_constant_one():
    """The factor of γ₁ is 1.00, those of γ₂ to γ₆ 0.54 to 0.61; 200 are positive as before."""
    x1, x2 = (x[:200] for x in digits())
    width = kernels.median_distance(np.vstack([x1, x2]), np.vstack([x1, x2]))

    def spectrum(second):
        both = np.vstack([x1, second])
        return np.linalg.eigvalsh(kernels.contrastive_kernel(kernels.rbf(both, both, width)))[::-1]

    right, factors = spectrum(x2), []
    for seed in range(40):
        half = np.random.default_rng(seed).permutation(200)[:100]
        mixed = x2.copy()
        mixed[half] = x2[np.roll(half, 1)]
        wrong = spectrum(mixed)
        assert np.sum(wrong > 1e-12) == np.sum(right > 1e-12) == 200
        factors.append(wrong[:6] / right[:6])
    mean = np.mean(factors, axis=0)
    assert mean[0] == pytest.approx(1, abs=0.002)
    np.testing.assert_allclose(mean[1:], [0.57, 0.58, 0.54, 0.61, 0.57], atol=0.006)
    single = np.array(factors)[:, 1:]
    np.testing.assert_allclose([single.min(), single.max()], [0.38, 0.75], atol=0.006)
    s0 = np.full(6, 1e-10)
    late = linear.step_times(right[:6] * mean, s0) / linear.step_times(right[:6], s0)
    # Iterations until step 4, at a share of 1 / 4γ₁.
    assert late[3] * mean[0] == pytest.approx(1.9, abs=0.05)


def test_w5_1_units_that_take_the_absolute_value_learn_even_waves_only():
    """Even waves have four times the γ of the ReLU, and all odd ones, k = 1 included, have 0."""
    q = 4096
    theta = 2 * np.pi * np.arange(q) / q
    circle = np.column_stack([np.cos(theta), np.sin(theta)])  # exercise 5.8's, of radius 1

    def coefficients(sigma, slope):
        """c_k of the tangent kernel of one hidden layer, as a mean over units of all directions."""
        units = np.cos(theta)  # times the length of its weights, whose mean square is 2
        on, out = (np.abs(np.fft.rfft(f(units)) / q) ** 2 for f in (slope, sigma))
        carried = np.fft.irfft(on, q) * q * np.cos(theta)
        kernel = 2 * 2 * np.fft.irfft(out, q) * q + 2 * carried
        return np.fft.rfft(kernel).real[:9] / q

    relu = coefficients(lambda u: np.maximum(u, 0), lambda u: (u > 0).astype(float))
    exact = kernels.relu_mlp_kernel(circle[:1], circle, 1)[1][0]
    np.testing.assert_allclose(relu, np.fft.rfft(exact).real[:9] / q, atol=1e-3)
    expected = [0.608, 0.5, 0.158, 0, 0.017, 0, 0.006]
    np.testing.assert_allclose(relu[:7], expected, atol=1e-3)
    absolute = coefficients(np.abs, np.sign)
    np.testing.assert_allclose(absolute[::2], 4 * relu[::2], atol=2.5e-3)
    assert np.all(np.abs(absolute[1::2]) < 5e-4)
    np.testing.assert_allclose(absolute[[0, 2, 4, 6]], [2.43, 0.630, 0.068, 0.026], atol=2.5e-3)


def test_w5_2_a_seed_counts_most_for_the_mode_that_is_furthest_in_ratio():
    """Step 2 over its time without seed: .985 .932 .771 for χ = .01, 1.017 1.244 .795 for −.01."""
    ratio = []
    for coupling in (0.01, -0.01):
        for second in (0.9, 0.6, 0.3):

            def flow(t, s, second=second, coupling=coupling):
                push = s[0] * (1 - s[0] ** 2)
                own = second * s[1] * (1 - second * s[1] ** 2)
                return [4 * push, 4 * own + 4 * coupling * push]

            def half(t, s, second=second):
                return second * s[1] ** 2 - 0.5

            half.terminal, half.direction = True, 1
            run = solve_ivp(flow, (0, 100), [1e-4, 1e-4], rtol=1e-9, atol=1e-14, events=half)
            alone = linear.step_times([1, second], [1e-4, 1e-4])[1]
            ratio.append(run.t_events[0][0] / alone)
    expected = [0.985, 0.932, 0.771, 1.017, 1.244, 0.795]
    np.testing.assert_allclose(ratio, expected, atol=2e-3)
    between = np.subtract(ratio[3:], ratio[:3])
    np.testing.assert_allclose(between, [0.03, 0.31, 0.02], atol=0.005)


def test_w6_1_small_batches_slow_simclr_and_do_not_make_it_love_variance():
    """The rates of w are 2ρ(2n − 2)/(2n − 1): 0.67 and −0.27 for n = 2, 0.97 and −0.39 for 20."""
    rho, rng = np.array([0.5, -0.2]), np.random.default_rng(0)
    for n, batches in ((2, 40_000), (20, 4_000)):
        first, own = rng.normal(size=(2, batches, n, 2))
        both = np.concatenate([first, rho * first + np.sqrt(1 - rho**2) * own], axis=1)
        mean = both.mean(axis=1)
        agree = (both[:, :n] * both[:, n:]).mean(axis=1)
        N = 2 * n
        rates = 2 * (agree - N / (N - 1) * mean**2 + (both**2).mean(axis=1) / (N - 1))
        expected = 2 * rho * (2 * n - 2) / (2 * n - 1)
        np.testing.assert_allclose(rates.mean(axis=0), expected, atol=0.03)
        # And these rates are those of the loss itself, on one batch.
        t1, t2 = torch.tensor(both[0, :n]), torch.tensor(both[0, n:])
        for k in range(2):
            w = torch.tensor(1e-4, dtype=torch.float64, requires_grad=True)
            loss = losses.nt_xent(w * t1[:, [k]], w * t2[:, [k]], 1.0, normalize=False)
            loss.backward()
            assert -w.grad.item() / w.item() == pytest.approx(rates[0, k], abs=1e-4)


def test_w6_2_with_weight_decay_barlow_twins_gives_its_place_to_the_larger_gamma():
    """Plateau 0.905, w₁ grows at 0.112, direction 1 is there at the end with 0.975."""
    gamma = np.array([0.4, 0.105])
    t = np.linspace(0, 300, 3001)

    def run(decay):
        def flow(t, w):
            return 4 * gamma * w * (1 - np.sum(gamma * w**2)) - 2 * decay * w

        w0 = [1e-3, gamma[1] ** -0.5]
        w = solve_ivp(flow, (0, 300), w0, rtol=1e-9, atol=1e-13, t_eval=t).y.T
        return w, gamma * w**2

    assert np.allclose(run(0.0)[1][-1], [0, 1], atol=1e-5)
    w, lam = run(0.02)
    assert lam[200, 1] == pytest.approx(1 - 0.02 / 0.21, abs=1e-3)
    rate = np.log(w[300, 0] / w[200, 0]) / (t[300] - t[200])
    assert rate == pytest.approx(2 * 0.02 * (0.4 / 0.105 - 1), rel=0.01)
    assert t[np.argmax(lam[:, 0] > lam[:, 1])] == pytest.approx(75, abs=1)
    np.testing.assert_allclose(lam[-1], [0.975, 0], atol=1e-4)


def test_w7_1_convolutions_ten_times_larger_bring_the_steps_back_to_their_times():
    """The first steps come at about 0.9 of their times and not at 0.6; the features are the same.

    On a shift by one pixel as second view: 0.59 and 0.73, and 0.89 and 0.96.
    """
    rows = np.random.default_rng(0).permutation(1000)[:128]
    x = torch.from_numpy(data.load_images("digits").x[rows]).permute(0, 3, 1, 2) / 255
    x = nn.functional.interpolate(x.float(), size=16, mode="bilinear")
    x = (x - x.mean()) / x.std()
    shifted = torch.roll(x, (1, 1), dims=(2, 3))
    both, lr, found, gammas = torch.cat([x, shifted]), 0.02, {}, {}
    for factor in (1.0, 10.0):
        model = networks.small_resnet(5, channels=1, init_scale=0.01, seed=0).train()
        with torch.no_grad():
            for layer in model.modules():
                if isinstance(layer, nn.Conv2d):
                    layer.weight *= factor
        with torch.no_grad():
            features = model.trunk(both).double().numpy()
        features = features - features.mean(axis=0)
        Gamma = linear.cross_moment(features[:128], features[128:])
        gamma, modes = linear.modes(Gamma, 5)
        head = [w for w in model.head.parameters()][-1].detach().double().numpy()
        predicted = np.sort(linear.step_times(gamma, linear.effective_init(head, modes)))
        gammas[factor] = gamma
        record, times = [], []
        for step in range(int(1.1 * predicted[1] / lr)):
            z = model(both)
            first, second = (z - z.mean(dim=0)).chunk(2)
            C = (first.T @ second + second.T @ first) / len(both)
            record.append(np.linalg.eigvalsh(C.detach().double().numpy())[::-1])
            times.append(lr * step)
            loss = (C - torch.eye(5)).square().sum()
            parameters = list(model.parameters())
            with torch.no_grad():
                for p, slope in zip(parameters, torch.autograd.grad(loss, parameters), strict=True):
                    p -= lr * slope
            if (np.array(record).max(axis=0)[:2] > 0.5).all():
                break
        found[factor] = spectra.find_steps(times, np.array(record))[:2] / predicted[:2]
    np.testing.assert_allclose(gammas[10.0], gammas[1.0], rtol=0.02)
    assert np.all(found[1.0] < 0.8) and np.all(found[10.0] > found[1.0] + 0.15)
    assert np.all((found[10.0] > 0.8) & (found[10.0] < 1.1))


def heavy_ball(gamma, s0, lr, beta, iterations):
    """λ_j after each iteration of descent with momentum on chapter 2's modes."""
    s, velocity, out = s0.copy(), np.zeros_like(s0), []
    for _ in range(iterations):
        out.append(gamma * s**2)
        velocity = beta * velocity + 4 * gamma * s * (1 - gamma * s**2)
        s = s + lr * velocity
    return np.array(out)


def test_w7_2_momentum_brings_steps_forward_by_less_than_ten():
    """Step 1 comes 4.1 times as early, step 10 6.6 times, and λ₁ overshoots."""
    held = training.predict_recorded(data.load_run("digits_barlow_twins_frozen_trunk"))
    plain = heavy_ball(held.gamma, held.s0, 0.02, 0.0, 1100)
    fast = heavy_ball(held.gamma, held.s0, 0.02, 0.9, 400)
    first = [np.argmax(lam >= 0.5, axis=0) for lam in (plain, fast)]
    ratio = first[0] / first[1]
    np.testing.assert_allclose(ratio[[0, 9]], [4.07, 6.63], atol=0.02)
    x = 4 * held.gamma * 0.02
    growth = ((1.9 + x) + np.sqrt((1.9 + x) ** 2 - 3.6)) / 2
    np.testing.assert_allclose(ratio, np.log(growth) / np.log1p(x), rtol=0.04)
    assert plain.max() < 1.001
    np.testing.assert_allclose(fast.max(axis=0)[[0, 9]], [1.46, 1.16], atol=0.01)


def two_numbers(gamma, start, trunk_rate=1.0, decay=0.0, decay_of_trunk=None, end=300):
    """When one mode of two layers from p = 1 passes ½ (inf if never), and s and p at the end."""
    decay_of_trunk = decay if decay_of_trunk is None else decay_of_trunk

    def flow(t, y):
        s, p = y
        pull = 4 * gamma * s * p * (1 - gamma * s**2 * p**2)
        return [pull * p - 2 * decay * s, trunk_rate * pull * s - 2 * decay_of_trunk * p]

    def half(t, y):
        return gamma * y[0] ** 2 * y[1] ** 2 - 0.5

    half.direction = 1
    run = solve_ivp(flow, (0, end), [start, 1.0], rtol=1e-10, atol=1e-14, events=half)
    return (*run.t_events[0], np.inf)[0], run.y[:, -1]


def test_w8_1_a_trunk_with_its_own_learning_rate_stays_on_the_curve_of_time_saved():
    """Raises of 1.092, 1.618 and 3.702 with q = 0.1, 1, 10 save 0.128, 0.825 and 2.515."""
    for q, raised, saved in ((0.1, 1.092, 0.128), (1.0, 1.618, 0.825), (10.0, 3.702, 2.515)):
        assert raised == pytest.approx((1 + np.sqrt(1 + 4 * q)) / 2, abs=5e-4)
        for start in (1e-3, 1e-5):
            came, (s, p) = two_numbers(1.0, start, trunk_rate=q)
            # The start adds terms of the order of its square, times q.
            assert q * s**2 - p**2 == pytest.approx(q * start**2 - 1, abs=1e-7)
            assert p**2 == pytest.approx(raised, abs=1e-3)
            earlier = 8 * (linear.step_times([1.0], [start])[0] - came)
            assert earlier == pytest.approx(saved, abs=1e-3)
            assert earlier == pytest.approx(deep_linear.time_saved([p**2])[0], abs=2e-4)
    assert two_numbers(1.0, 1e-4, 10.0)[1][0] ** 2 == pytest.approx(0.27, abs=0.001)


def test_w8_2_weight_decay_takes_the_features_of_what_waits_too_long():
    """From 1e-4 two modes of three are learned, from 1e-6 one; the difference of squares fades."""
    gammas, decay = (0.5, 0.25, 0.15), 0.02
    plain = [two_numbers(gamma, 1e-4)[0] for gamma in gammas]
    head = [two_numbers(gamma, 1e-4, 1.0, decay, 0.0)[0] for gamma in gammas]
    both = [two_numbers(gamma, 1e-4, 1.0, decay) for gamma in gammas]
    np.testing.assert_allclose(plain, [4.5, 9.0, 15.1], atol=0.05)
    np.testing.assert_allclose(head, [4.6, 9.4, 16.1], atol=0.05)
    later = np.divide(head, plain) - 1
    np.testing.assert_allclose(later[[0, 2]], [0.02, 0.07], atol=0.005)
    np.testing.assert_allclose([came for came, _ in both], [5.6, 16.6, np.inf], atol=0.05)
    ends = [gamma * (s * p) ** 2 for gamma, (_, (s, p)) in zip(gammas, both, strict=True)]
    np.testing.assert_allclose(ends, [0.986, 0.980, 0], atol=6e-4)
    for gamma, (_, (s, p)), end in zip(gammas[:2], both, ends, strict=False):
        assert 2 * gamma * p**2 * (1 - end) == pytest.approx(decay, rel=1e-4)
        assert s**2 == pytest.approx(p**2, rel=1e-6)  # e^−24 is left of the difference
    s, p = two_numbers(0.25, 1e-4, 1.0, decay, end=20)[1]
    assert p**2 - s**2 == pytest.approx((1 - 1e-8) * np.exp(-4 * decay * 20), rel=1e-5)
    smaller = [two_numbers(gamma, 1e-6, 1.0, decay)[0] for gamma in gammas]
    np.testing.assert_allclose(smaller, [9.9, np.inf, np.inf], atol=0.05)
    alone = optimize.brentq(lambda t: 12.5 * (1 - np.exp(-0.08 * t)) - 0.04 * t - 9, 10, 25)
    assert alone == pytest.approx(19, abs=0.5)


def test_w9_1_noise_takes_half_of_what_waits_from_the_alignment_and_nothing_from_cka():
    """1 and 0.775; with noise 0.80 and 0.775; whitened both 0.80."""
    for seed in range(5):
        rng = np.random.default_rng(seed)
        a = rng.normal(size=(400, 10))
        a = 20 * np.linalg.qr(a - a.mean(axis=0))[0]
        turn = np.linalg.qr(rng.normal(size=(10, 10)))[0]
        b = a * np.repeat([1, 0.01], [6, 4]) @ turn
        noisy = b + 0.01 * rng.normal(size=b.shape)
        white = np.linalg.qr(noisy - noisy.mean(axis=0))[0]
        assert spectra.mode_alignment(a, b).mean() == pytest.approx(1)
        assert spectra.linear_cka(a, b) == pytest.approx(6.0004 / np.sqrt(60), abs=1e-5)
        assert abs(spectra.linear_cka(a, noisy) - spectra.linear_cka(a, b)) < 2e-4
        shares = spectra.mode_alignment(a, noisy)
        # Half of a function by 400 draws of noise has a standard deviation of about 0.025.
        np.testing.assert_allclose(np.sort(shares), [0.5] * 4 + [1] * 6, atol=0.1)
        assert shares.mean() == pytest.approx(0.8, abs=0.025)
        assert spectra.mode_alignment(a, white).mean() == pytest.approx(shares.mean())
        assert spectra.linear_cka(a, white) == pytest.approx(shares.mean())


def test_w9_2_a_jitter_that_adds_moves_no_step_of_the_linear_model():
    """Steps at 1.7 and 3.6 with q = 0 and 3; shares of 1, 0.25 and 1; VICReg 2500, 9700, 1250."""
    n, s0, t = 20000, np.full(2, 1e-3), np.linspace(0, 6, 3001)
    for seed in range(3):
        rng = np.random.default_rng(seed)
        bright, c = rng.normal(size=(2, n)) * [[1], [0.5**0.5]]
        for q in (0, 3):
            first, second = (bright + q**0.5 * rng.normal(size=n) for _ in range(2))
            x1, x2 = np.column_stack([first, c]), np.column_stack([second, c])
            Gamma = linear.cross_moment(x1, x2)
            gamma, modes = linear.modes(Gamma, 2)
            # The mean of n products of such numbers has a standard deviation of (1 + q)/√n.
            np.testing.assert_allclose(gamma, [1, 0.5], atol=0.1)
            run = linear.gradient_flow(Gamma, 1e-3 * modes.T, t)
            steps = spectra.find_steps(t, run.eigenvalues)
            np.testing.assert_allclose(steps, linear.step_times(gamma, s0), rtol=1e-3)
            np.testing.assert_allclose(steps, [1.7, 3.6], rtol=0.1)
            on_views = np.corrcoef(x1 @ modes[:, 0], bright)[0, 1] ** 2
            whole = np.column_stack([bright, c]) @ modes[:, 0]
            assert on_views == pytest.approx(1 / (1 + q), abs=0.02)
            assert np.corrcoef(whole, bright)[0, 1] ** 2 > 0.99
            of_both = np.vstack([x1, x2]) @ modes[:, 0]
            assert of_both.var() / gamma[0] == pytest.approx(1 + q, rel=0.1)  # where C = I
    np.testing.assert_allclose(linear.step_times([1, 0.5], s0), [1.7, 3.6], atol=0.05)
    sigma, rho = np.array([1, 4, 0.5]), np.array([1, 0.25, 1])
    pairs = exact_pairs(np.random.default_rng(0), 300, sigma, rho)
    W = 1e-9 * np.eye(3)
    force = -gradient(losses.vicreg, W, *pairs) / 1e-9
    growth = np.diag(force) / force[2, 2]
    np.testing.assert_allclose(growth, np.divide([2500, 9700, 1250], 1250), rtol=0.01)


def test_w10_1_a_division_by_standard_deviations_chooses_other_inputs():
    """5760 and 30 steps, 251 and 11,112; with a above 0.000128 as without, and 68 at 0.001."""
    gamma, variance = np.array([1, 0.004, 0.00009]), np.array([1, 0.01, 0.0001])
    edge = (0.00009 * 0.01 - 0.004 * 0.0001) / (0.004 - 0.00009)
    assert edge == pytest.approx(0.000128, abs=5e-7)
    cases = {None: (5761, 251), 0: (30, 11112), 0.001: (67.8, 251)}
    cases |= {0.9 * edge: (None, 11112), 1.1 * edge: (None, 251)}
    for a, (steps, length) in cases.items():
        P = np.ones(3) if a is None else 1 / (variance + a)
        rates = np.sort(gamma * P)
        needed = np.log(1e8 - 1) / (2 * np.log1p(0.4 * rates[-2] / rates[-1]))
        # The edge is where two rates are alike: only from next to nothing does one win there.
        start = linear.random_init(2, 3, 1e-150)
        W = optim.final_weights(np.diag(gamma), start, np.diag(P))
        assert np.sum(W**2) == pytest.approx(length, rel=0.01)
        assert steps is None or needed == pytest.approx(steps, rel=2e-3)
    # Descent on the divided numbers themselves, each output starting on one of them at 1e-8.
    divided = gamma / variance
    start = np.diag(np.sqrt(1e-8 / divided))[[0, 2]]
    run = linear.gradient_descent(np.diag(divided), start, 0.4 / 4, 200)
    last = np.argmax(run.eigenvalues[:, 1] >= 0.5)
    assert last == pytest.approx(30, abs=1.5)  # whole steps, and half of one near the end
    W = run.W / np.sqrt(variance)  # as it acts on the numbers as they were
    assert np.sum(W**2) == pytest.approx(11112, rel=1e-3)
    grown = 1e4 ** (np.log(1.16) / np.log(1.36))
    assert grown == pytest.approx(85, abs=0.5) and 1e-8 * grown**2 < 1e-4
    # The second number beside the third in one output, with equal weights on both.
    assert gamma[1] / gamma[2] == pytest.approx(44, abs=0.5)
    start[1] = np.sqrt(1e-8 / gamma[2]) * np.sqrt(variance) * [0, 1, 1]
    run = linear.gradient_descent(np.diag(divided), start, 0.4 / 4, 200)
    assert divided[1] * run.W[1, 1] ** 2 == pytest.approx(0.003, abs=0.0005)


def test_w10_2_under_muon_the_loss_has_no_plateau_and_swings_by_the_square_of_the_rate():
    """4.96 and 1.77; 125 and 10 times, 60 % and nothing; 0.06 and 0.0006."""
    gamma = 1 / np.arange(1, 11) ** 2
    t = np.linspace(0, 100, 5001)
    flow = linear.gradient_flow(np.diag(gamma), 1e-4 * np.eye(10), t)
    at = np.argmax(flow.eigenvalues[:, 4] >= 0.99)
    assert flow.loss[at] == pytest.approx(4.96, abs=0.01)
    assert flow.eigenvalues[at, 5] == pytest.approx(0.02, abs=0.005)
    waits = [linear.step_times(gamma, np.full(10, s))[[0, 9]] for s in (1e-4, 1e-7)]
    assert waits[0][1] / waits[0][0] == pytest.approx(125, abs=0.5)
    assert waits[1][1] / waits[0][1] == pytest.approx(1.6, abs=0.005)
    for lr, swing in ((0.1, 0.062), (0.01, 0.00062)):
        for start in (1e-4, 1e-7):
            run = optim.muon_descent(np.diag(gamma), start * np.eye(10), lr, int(14 / lr))
            half = np.argmax(run.eigenvalues >= 0.5, axis=0)
            # A count is a whole number of steps.
            np.testing.assert_allclose(half, np.arange(1, 11) / np.sqrt(2) / lr, atol=1)
            assert 0.9 * swing < run.loss[-20:].max() <= swing
    fifth = np.argmax(run.eigenvalues[:, 4] >= 0.99)
    lacking = 1 - np.append(0.99, 0.99 * 25 * gamma[5:])
    assert np.sum(lacking**2) == pytest.approx(1.77, abs=0.005)
    assert run.loss[fifth] == pytest.approx(1.76, abs=0.005)  # at a whole step
    np.testing.assert_allclose(run.eigenvalues[fifth, [5, 9]], [0.69, 0.25], atol=0.005)
    # In 40 steps, two fifths of the way from one arrival to the next, the loss falls throughout.
    falls = run.loss[:-40] - run.loss[40:]
    assert falls[: int(9 / lr)].min() > 0.01
