"""What chapter 3 says of random starts holds, by the page's own rules."""

import functools
import re

import numpy as np
import pytest

from stepwise_ssl import data, linear, spectra, views
from stepwise_ssl.checks import chapter_03
from tools.notebooks import ROOT

D, SEEDS = 10, range(3)
PAGE = ROOT / "book/03_random_start.md"
DETAILS = ROOT / "book/random_start_details.md"


@functools.cache
def digits():
    x1, x2 = views.make_pairs(data.load_images("digits"), seed=0)
    return linear.modes(linear.cross_moment(x1, x2), 64)


def limit(gamma, A):
    d = len(A)
    Q, R = np.linalg.qr(A[:, :d])
    W = np.zeros_like(A)
    W[:, :d] = Q * np.sign(np.diag(R)) / np.sqrt(gamma[:d])
    return W


def up_to_rotation(W, target):
    U, _, Vt = np.linalg.svd(target @ W.T)
    return np.linalg.norm(U @ Vt @ W - target)


def starts(gamma, A):
    return linear.effective_init(A, np.eye(len(gamma))[:, : len(A)])


def end(gamma, A):
    last = linear.step_times(gamma[: len(A)], starts(gamma, A)).max()
    return linear.gradient_flow(np.diag(gamma), A, [3 * last]).W


def step_error(gamma, A, around, points):
    """Mean relative error of the step times, sampled closely around each of them."""
    expected = np.sort(linear.step_times(gamma[: len(A)], starts(gamma, A)))
    near = 1 + around * np.linspace(-1, 1, points)
    times = np.unique(np.outer(expected, near))
    run = linear.gradient_flow(np.diag(gamma), A, times)
    return np.mean(np.abs(spectra.find_steps(run.t, run.eigenvalues) / expected - 1))


def slope(sizes, y):
    return np.polyfit(np.log(sizes), np.log(y), 1)[0]


@pytest.mark.parametrize(
    "gamma, d, sizes",
    [
        # Smaller starts of the shrinking modes end in rounding errors.
        ((1, 0.5, -0.5), 2, (1e-3, 1e-4, 1e-5)),
        ((1, 0.4, -0.6), 2, (1e-3, 1e-4, 1e-5)),
        ((1, 0.7, 0.3, -0.3), 3, (1e-3, 1e-4, 1e-5)),
        ((1, 0.8, 0.4, 0.16, 0.05), 3, (1e-6, 1e-8, 1e-10)),
        ((1, 0.5, 0.2), 2, (1e-6, 1e-8, 1e-10)),
        ((1, 0.5, 0.0), 2, (1e-3, 1e-4, 1e-5)),
        # The closest pair in the middle, the last one, the only one.
        ((1, 0.6, 0.45, 0.1), 3, (1e-6, 1e-8, 1e-10)),
        ((1, 0.5, 0.35, 0.1), 3, (1e-6, 1e-8, 1e-10)),
        ((1, 0.5, 0.4), 2, (1e-6, 1e-8, 1e-10)),
        ((1, 0.6), 1, (1e-6, 1e-8, 1e-10)),
        # Modes 3 and 4 are closer still, and neither is among the learned ones.
        ((1, 0.8, 0.4, 0.39), 2, (1e-6, 1e-8, 1e-10)),
        ((1, -0.5), 1, (1e-3, 1e-4, 1e-5)),
    ],
)
def test_exponents_of_the_weights(gamma, d, sizes):
    """Plain min(β₁ … β_d), up to rotation min over j ≤ d of 1 − γ_{d+1}/γ_j, of either sign."""
    gamma = np.array(gamma)
    found = []
    for seed in SEEDS:
        A = np.random.default_rng(seed).normal(size=(d, len(gamma)))
        ends = [end(gamma, size * A) for size in sizes]
        plain = [np.linalg.norm(W - limit(gamma, A)) for W in ends]
        turned = [up_to_rotation(W, limit(gamma, A)) for W in ends]
        found.append([slope(sizes, plain), slope(sizes, turned)])
    law = [np.min(1 - gamma[1 : d + 1] / gamma[:d]), np.min(1 - gamma[d] / gamma[:d])]
    # Powers that are no larger than the next are not alone yet at these sizes.
    assert np.allclose(np.mean(found, axis=0), law, rtol=0.06)
    assert "closest in ratio among the first $d + 1$ modes" in PAGE.read_text()


@pytest.mark.parametrize("gamma_next", [0.3, 0.0, -0.3])
def test_which_step_leaves_most(gamma_next):
    """γ_{d+1} ≥ 0: the exponent is β_d. γ_{d+1} < 0: it is 1 − γ_{d+1}/γ₁, above 1."""
    gamma = np.array([1, 0.7, 0.5])
    each = 1 - gamma_next / gamma
    assert np.min(each) == (each[-1] if gamma_next >= 0 else each[0])
    assert gamma_next >= 0 or np.min(each) > 1


@pytest.mark.parametrize("gamma", [(1, 0.5, 0.2, -0.5), (1, 0.5, -0.5), (1, 0.4, -0.3, -0.6)])
def test_columns_that_are_never_learned_stay_small(gamma):
    """γ_k ≥ 0: no larger than α^(1 − γ_k/γ_d). γ_k < 0: larger than that, and below the start."""
    gamma, d = np.array(gamma), 2
    for seed in SEEDS:
        A = np.random.default_rng(seed).normal(size=(d, len(gamma)))
        for size in (1e-3, 1e-4, 1e-5):
            left, start = (np.linalg.norm(W, axis=0)[d:] for W in (end(gamma, size * A), size * A))
            estimate = size ** (1 - gamma[d:] / gamma[d - 1])
            grows = gamma[d:] >= 0
            assert (left < start)[~grows].all()
            assert (left > 2 * estimate)[~grows].all()
            assert (left < 10 * estimate)[grows].all()  # the estimate knows no constants
    assert "if $\\gamma_k \\ge 0$" in (ROOT / "tools/slides/chapter_03.md").read_text()


@pytest.mark.parametrize("seed", SEEDS)
def test_columns_that_are_never_learned_exceed_the_estimate_by_a_factor_without_alpha(seed):
    """The estimate starts at α and ends at 1: on the digits it is 3 to 17 times too small."""
    gamma, V = digits()
    A = np.random.default_rng(seed).normal(size=(D, 64)) @ V
    over = [
        np.linalg.norm(end(gamma, size * A)[:, D]) / size ** (1 - gamma[D] / gamma[D - 1])
        for size in (1e-6, 1e-10)
    ]
    assert min(over) > 3
    assert over[0] == pytest.approx(over[1], rel=0.01)


@pytest.mark.parametrize("ratio", [0.5, 0.3, 0.1])
def test_the_part_along_a_learned_mode_grows_by_a_factor_without_alpha(ratio):
    """The part along u_j grows once more, by a factor in which α does not stand."""
    gamma = np.array([1, ratio])
    for seed in SEEDS:
        A = np.random.default_rng(seed).normal(size=(2, 2))
        u = A[:, 0] / np.linalg.norm(A[:, 0])
        factors = []
        for size in (1e-5, 1e-7, 1e-9):
            tau = linear.step_times(gamma, starts(gamma, size * A))
            along = [
                abs(u @ linear.gradient_flow(np.diag(gamma), size * A, [t]).W[:, 1])
                for t in (tau.mean(), 3 * tau.max())
            ]
            factors.append(along[1] / along[0])
        assert min(factors) > 1.1
        # Mode 1 is not quite done between the steps of the closest pair: 1 %.
        assert np.ptp(factors) < 0.01 * np.mean(factors)


@pytest.mark.parametrize("gamma, d", [((1, 0.6, 0.45, 0.1), 3), ((1, 0.75, 0.3, 0.05), 3)])
def test_step_times_have_twice_the_exponent_of_the_weights(gamma, d):
    """For α → 0 we expect twice the exponent of the weights."""
    gamma, sizes = np.array(gamma), np.array([1e-5, 1e-7, 1e-9])
    found = []
    for seed in SEEDS:
        A = np.random.default_rng(seed).normal(size=(d, len(gamma)))
        errors = [step_error(gamma, size * A, around=0.005, points=201) for size in sizes]
        found.append(slope(sizes, errors))
    # Three powers compete, and the sizes are not 0.
    assert np.mean(found) == pytest.approx(2 * np.min(1 - gamma[1 : d + 1] / gamma[:d]), rel=0.1)


def test_with_one_dimension_step_times_need_not_have_twice_the_exponent():
    """d = 1, γ₂ = −.5: C begins α² away from λ₁, so the exponent is 2 and not 2 · 1.5."""
    gamma, sizes = np.array([1, -0.5]), np.array([1e-2, 1e-3])
    for seed in SEEDS:
        A = np.random.default_rng(seed).normal(size=(1, 2))
        errors = [step_error(gamma, size * A, around=0.02, points=801) for size in sizes]
        # The error is relative, and log(1/α²) lifts its slope a little.
        assert 2 < slope(sizes, errors) < 2.3
    assert "For $d \\ge 2$ and $\\alpha \\to 0$ we expect the error" in DETAILS.read_text()


def test_with_equal_gammas_the_weights_do_not_tend_to_the_limit_of_these_modes():
    """γ₁ = γ₂: Gram-Schmidt in the order of any basis is not where the weights end."""
    gamma, A = np.array([0.5, 0.5, 0.1]), np.random.default_rng(0).normal(size=(2, 3))
    assert all(
        np.linalg.norm(end(gamma, size * A) - limit(gamma, A)) > 0.5 for size in (1e-4, 1e-8)
    )
    assert "If the $\\gamma$ are distinct and" in PAGE.read_text()


def test_the_limit_is_the_shortest_weights_turned_by_the_start():
    """W* = U Λ^(-1/2) V_dᵀ; `final_weights` has no start and leaves U out."""
    gamma, A = np.array([1, 0.5, 0.2]), np.random.default_rng(0).normal(size=(2, 3))
    Q, R = np.linalg.qr(A[:, :2])
    shortest = linear.final_weights(np.diag(gamma), 2)
    shortest = shortest * np.sign(shortest.sum(axis=1))[:, None]  # modes along the axes
    assert np.allclose(Q * np.sign(np.diag(R)) @ shortest, limit(gamma, A), atol=1e-12)
    assert np.linalg.norm(shortest - limit(gamma, A)) > 0.5
    table = (ROOT / "book/notation.md").read_text()
    assert "| $W^{*}$ | `U @ final_weights(Gamma, d)` |" in table


def test_with_too_few_positive_gammas_the_weights_have_another_limit():
    """d = 2, γ = (1, −.5): one mode is learned, and the loss ends at 1."""
    gamma, A = np.array([1, -0.5]), np.random.default_rng(0).normal(size=(2, 2))
    with pytest.warns(UserWarning, match="the loss ends at 2 − 1 = 1"):
        W = linear.gradient_flow(np.diag(gamma), 1e-4 * A, [20.0]).W
    loss = np.sum((W * gamma @ W.T - np.eye(2)) ** 2)
    assert loss == pytest.approx(1, abs=1e-6)
    assert "distinct and $\\gamma_d > 0$, the weights\n  tend to" in PAGE.read_text()


def test_distances_on_the_digits():
    """One draw: the weights fall faster than their law, the step times steepest, and all the while
    with an error far smaller than that of the weights. Slopes differ by more than a factor of two.
    """
    gamma, V = digits()
    A = np.random.default_rng(0).normal(size=(D, 64)) @ V
    sizes = 10.0 ** -np.arange(2, 11, 2)
    target = limit(gamma, A)
    ends = [end(gamma, size * A) for size in sizes]
    weights = np.array([np.linalg.norm(W - target) for W in ends]) / np.linalg.norm(target)
    turned = np.array([up_to_rotation(W, target) for W in ends]) / np.linalg.norm(target)
    # The best turn takes off between a tenth and three tenths of the distance.
    assert (turned < 0.9 * weights).all()
    assert (turned > 0.7 * weights).all()
    norm = np.array([np.sum(W**2) for W in ends]) / np.sum(target**2) - 1
    # "Within 1.9 %" at 1e-2 and "within 0.02 %" at 1e-8.
    assert norm[0] < 0.019
    assert norm[3] < 0.0002
    assert norm[3] > 0.0001
    # Of the squared norm: of the norm it is half.
    page = DETAILS.read_text()
    assert page.count("The squared norm is within {glue:text}`norm-2` of its minimum") == 1
    assert "The norm is within" not in page
    # From 0.3-0.4 to 0.01-0.015, by the figure's alternative text.
    for y in (weights, turned):
        assert 0.3 < y[0] < 0.4
        assert 0.01 < y[-1] < 0.015
    assert 24 < weights[0] / weights[-1] < 27
    # At the smallest size the closest pair has less than half of it, column 11 along u₁₀ more.
    parts = (target[:, :D] * np.sqrt(gamma[:D])).T @ (ends[-1] - target)
    closest = (parts[4, 5] ** 2 + parts[5, 4] ** 2) / np.sum(parts**2)
    last = parts[9, 10] ** 2 / np.sum(parts**2)
    assert 0.4 < closest < 0.5 < last < 0.6
    # At the largest size the pairs other than 5 and 6 have more of it than these two.
    turns = (target[:, :D] * np.sqrt(gamma[:D])).T @ (ends[0] - target)[:, :D]
    pair = turns[4, 5] ** 2 + turns[5, 4] ** 2
    assert np.sum(turns**2) - np.sum(np.diag(turns) ** 2) > 2 * pair
    # Its constant is the larger one: powers .13 and .19 of 1e-10 taken off.
    betas = 1 - gamma[1 : D + 1] / gamma[:D]
    assert last * sizes[-1] ** (-2 * betas[9]) > 10 * closest * sizes[-1] ** (-2 * betas[4])
    assert betas[4] < slope(sizes[1:], weights[1:]) < betas[9]
    steps = np.array([step_error(gamma, size * A, around=0.04, points=61) for size in sizes])
    falls = {"weights": weights, "norm": norm, "steps": steps}
    falls = {name: slope(sizes[1:], y[1:]) for name, y in falls.items()}
    gaps = 1 - gamma[1 : D + 1] / gamma[:D]
    # From 1e-4 on the lines through the last marker run through the others.
    for y, law in ((turned, gaps[-1]), (norm, 2 * gaps[-1])):
        line = y[-1] * (sizes / sizes[-1]) ** law
        assert np.allclose(line[1:], y[1:], rtol=0.05)
    assert (steps < norm).all()
    assert falls["steps"] > 2 * gaps.min()
    assert falls["weights"] > 1.1 * gaps.min()
    assert falls["steps"] > falls["norm"] > 2 * falls["weights"]
    assert (steps < 0.05 * weights).all()
    # The order of the two lowest rows has to turn round at some smaller α.
    assert 2 * gaps.min() < 2 * gaps[-1]


@pytest.mark.parametrize("size", [1e-4, 1e-8])
def test_the_step_times_have_no_limit_as_the_start_goes_to_zero(size):
    """The error of the figures is that of the prediction at the same α: the times go on growing."""
    gamma, V = digits()
    W = linear.random_init(D, 64, 1.0, seed=0)
    tau = [linear.step_times(gamma[:D], starts(gamma, a * W @ V)) for a in (size, size / 100)]
    assert np.allclose(tau[1] - tau[0], np.log(1e4) / (8 * gamma[:D]), rtol=0.05)
    page = DETAILS.read_text()
    assert "How far step times are from their predictions and weights from their limit" in page
    assert "their own limits" not in page
    # What becomes small is their error, and not what is left to a limit of theirs.
    for name in ("book/random_start_details.md", "book/paper.md"):
        assert "step times converge" not in (ROOT / name).read_text()
    assert "## On the digits step times come near their predictions fast, weights near" in page
    assert "hardly notice" not in page


def test_another_draw_of_the_digits_is_further_from_its_laws():
    """Draw 1: the squared norm's error is off its power by more than a tenth, and falls fastest."""
    gamma, V = digits()
    A = np.random.default_rng(1).normal(size=(D, 64)) @ V
    sizes = (1e-4, 1e-10)
    norm = [np.sum(end(gamma, size * A) ** 2) / np.sum(1 / gamma[:D]) - 1 for size in sizes]
    steps = [step_error(gamma, size * A, around=0.04, points=61) for size in sizes]
    assert slope(sizes, norm) > 1.1 * 2 * (1 - gamma[D] / gamma[D - 1])
    assert slope(sizes, norm) > slope(sizes, steps)
    page = DETAILS.read_text()
    assert "In another draw the error of the squared norm may fall faster" in page
    assert "Digits, one draw, five sizes." in page


@functools.cache
def guess_errors(size):
    """Signed relative errors of four predictions: three seeds, four guesses, ten steps."""
    gamma, V = digits()
    gamma, V = gamma[:D], V[:, :D]
    rows = []
    for seed in SEEDS:
        W0 = linear.random_init(D, 64, size, seed=seed)
        effective = linear.effective_init(W0, V)
        tau = np.sort(linear.step_times(gamma, effective))
        run = linear.gradient_flow(
            digits_moment(), W0, np.geomspace(0.3 * tau[0], 2 * tau[-1], 500)
        )
        found = spectra.find_steps(run.t, run.eigenvalues)
        guesses = (
            np.full(D, size * np.sqrt(D)),
            np.linalg.norm(W0 @ V, axis=0),
            size * np.sqrt(D - np.arange(D)),
            effective,
        )
        predicted = [np.sort(linear.step_times(gamma, s)) for s in guesses]
        rows.append([found / p - 1 for p in predicted])
    return np.array(rows)


def digits_moment():
    gamma, V = digits()
    return V * gamma @ V.T


@pytest.mark.parametrize("size", [1e-1, 1e-2, 1e-4, 1e-6])
def test_guesses_are_early_and_leftovers_beat_them(size):
    """All three guesses are too early on average; the error of the leftovers is far smaller."""
    signed = guess_errors(size)
    assert (signed.mean(axis=(0, 2))[:3] > 0.01).all()
    error = np.abs(signed).mean(axis=(0, 2))
    assert error[3] < error[:3].min() / 3


def test_the_error_of_the_leftovers_falls_much_faster():
    """All three guesses get better as α falls, but slowly. The leftovers' error falls faster."""
    large, small = (np.abs(guess_errors(a)).mean(axis=(0, 2)) for a in (1e-1, 1e-6))
    gained = large / small
    assert (gained[:3] > 1).all()
    assert np.abs(gained[:3] - 4).max() < 0.5
    assert gained[3] > 100
    # The page's reason: the logarithm itself grows four- or fivefold, from three seeds' leftovers.
    gamma, V = digits()
    mean = [
        np.mean(
            [
                -np.log(
                    gamma[:D]
                    * linear.effective_init(linear.random_init(D, 64, a, k), V[:, :D]) ** 2
                )
                for k in SEEDS
            ]
        )
        for a in (1e-1, 1e-6)
    ]
    assert 4 < mean[1] / mean[0] < 5


def test_guesses_put_most_steps_too_early():
    """The table's last row: of 30 steps at 1e-6, late by more than 0.1 %."""
    late = (guess_errors(1e-6) > 1e-3).sum(axis=(0, 2))
    assert late[3] == 0
    assert (late[:3] > 15).all()


def test_the_part_along_mode_1_stops_while_it_is_tiny():
    """The page's two columns at 1e-5: r₁₂ waits at 2e-4 until step 2 begins."""
    gamma, A = np.array([0.5, 0.1]), 1e-5 * np.array([[3.0, 5.0], [4.0, 0.0]])
    tau = linear.step_times(gamma, [5e-5, 4e-5])
    for t in (tau[0], tau.mean()):
        part = np.array([0.6, 0.8]) @ linear.gradient_flow(np.diag(gamma), A, [t]).W[:, 1]
        assert part == pytest.approx(2.2e-4, abs=0.2e-4)


def test_the_digits_need_a_start_of_about_1e_7():
    """The page's estimate for modes 5 and 6: λ(0), s(0), and leftovers a little above 2α."""
    gamma, V = digits()
    start = 81 ** (-1 / (1 - gamma[5] / gamma[4]))
    assert 2e-15 < start < 5e-15
    s = np.sqrt(start / gamma[5])
    assert s == pytest.approx(3e-7, rel=0.15)
    left = [linear.effective_init(linear.random_init(D, 64, 1.0, k), V[:, :D]) for k in range(200)]
    typical = np.median(np.array(left)[:, 4:6])
    assert 2 < typical < 2.5
    assert 0.5e-7 < s / typical < 2e-7


@pytest.mark.parametrize("name", ["digits", "CIFAR-10"])
def test_twice_the_dimensions_cost_more_than_twice_the_time(name):
    """Both exponents of τ_d are above 1, over d = 2, 4, 8, and CIFAR-10's spectrum is steeper."""
    photos = np.array(data.load_run("linear_cifar10").meta["gamma"])
    own = digits()[0][:D]
    gamma = photos if name == "CIFAR-10" else own
    times = linear.step_times(gamma, np.full(D, 1e-6))[[1, 3, 7]]
    assert slope([2, 4, 8], times) > 1.1
    # "On average": from 2 to 4 it is less than from 4 to 8.
    first, second = times[1:] / times[:-1]
    assert 1.25 * first < second
    if name == "digits":
        assert [first, second] == pytest.approx([1.8, 2.7], abs=0.05)
    j = np.arange(1, D + 1)
    # An exact power has an exponent above its own ζ too, but by less than a third of the excess.
    zeta = -slope(j, gamma)
    power = linear.step_times(gamma[0] * j**-zeta, np.full(D, 1e-6))[[1, 3, 7]]
    lift = slope([2, 4, 8], power) - zeta
    assert 0 < lift < (slope([2, 4, 8], times) - zeta) / 3
    assert f"{lift:.2f}" == ("0.05" if name == "CIFAR-10" else "0.03")
    assert slope(j, photos) < -1.5 < slope(j, own) < -0.95


def test_far_apart_neighbours_have_no_largest_start():
    """For γ = (1, .01) the formula of exercise 3.6 gives α = 3.3 and with it λ₁(0) = 11."""
    r = 1 / np.array([1, 0.01])
    ell = (np.log(9) * r.sum() - np.diff(r * np.log(r))[0]) / np.diff(r)[0]
    alpha = np.exp(-ell / 2)
    assert round(alpha, 1) == 3.3
    assert round(alpha**2) == 11
    tau = linear.step_times([1, 0.01], [alpha, alpha])
    assert tau[0] == 0  # past the step of mode 1, not that of mode 2
    assert tau[1] > 0


@pytest.mark.parametrize("seed", SEEDS)
def test_columns_keep_their_directions_and_grow_at_their_own_rates(seed):
    """As long as W is tiny: a_j(t) = exp(4γ_j t) a_j(0), for all 64 modes of the digits."""
    gamma, V = digits()
    A = linear.random_init(D, 64, 1e-8, seed=seed) @ V
    W = linear.gradient_flow(np.diag(gamma), A, [20.0]).W
    # At t = 20 C is below 1e-7; what is left is the error of the integration.
    np.testing.assert_allclose(W, A * np.exp(80 * gamma), rtol=1e-5)


@pytest.mark.parametrize("seed", SEEDS)
def test_modes_come_in_the_order_of_gamma(seed):
    """Half-way to step k + 1, and after step d, columns 1 … k are long and all later ones short."""
    gamma, V = digits()
    A = linear.random_init(D, 64, 1e-12, seed=seed) @ V
    tau = linear.step_times(gamma[:D], starts(gamma, A))
    assert (np.diff(tau) > 0).all()
    middle = {k: np.sqrt(tau[k - 1] * tau[k]) for k in (1, 2, 5, 9)}
    for k, t in {**middle, D: 3 * tau[-1]}.items():
        W = linear.gradient_flow(np.diag(gamma), A, [t]).W
        filled = gamma * np.sum(W**2, axis=0)
        # Modes 5 and 6 are the closest: half-way between them each is 5 % from where it should be.
        assert (filled[:k] > 0.9).all()
        assert (np.abs(filled[k:]) < 0.1).all()


@pytest.mark.parametrize("size", [1e-2, 1e-5, 1e-8])
def test_a_mode_with_nothing_left_is_passed_over_from_any_start(size):
    """The start of exercise 3.4: mode 3 takes the second step, however small the start."""
    gamma = np.array([0.5, 0.25, 0.1])
    A = size * np.array([[1.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    W = linear.gradient_flow(np.diag(gamma), A, [100.0]).W
    filled = gamma * np.sum(W**2, axis=0)
    assert filled[2] == pytest.approx(1, abs=1e-6)
    assert filled[1] < 0.2 * filled[0]  # what it has along u₁, and nothing besides
    assert "the modes of a random start that is small enough" in PAGE.read_text()
    glossary = (ROOT / "book/glossary.md").read_text()
    assert "overtaken no longer, unless nothing at all is left of it" in glossary


@pytest.mark.parametrize("size", [1e-3, 1e-6])
def test_a_mode_with_nothing_left_can_come_if_a_later_column_turns_it(size):
    """Exercise 3.4 with W(0)v₃ = (ε, ε) and γ₃ = 0.05: mode 2, late, and the minimum norm."""
    gamma = np.array([0.5, 0.25, 0.05])
    A = size * np.array([[1.0, 1.0, 1.0], [0.0, 0.0, 1.0]])
    assert starts(gamma, A)[1] == pytest.approx(0, abs=1e-12 * size)
    run = linear.gradient_flow(np.diag(gamma), A, np.linspace(2, 80, 800))
    assert gamma[1] * run.W[1, 1] ** 2 == pytest.approx(1, abs=0.01)
    assert np.sum(run.W**2) == pytest.approx(6, abs=0.01)
    usual = linear.step_times(gamma[1:2], [size])[0]
    assert spectra.find_steps(run.t, run.eigenvalues)[1] > 2 * usual
    said = " ".join((ROOT / "solutions/03_random_start.py").read_text().replace("#", "").split())
    assert "is the minimum sure as $\\varepsilon \\to 0$" in said


def growth_in_the_second_step(ratio):
    """(γ₁/γ₂ − 1) ∫ (1 − ξ²)^((γ₁/γ₂ − 3)/2) dξ from 0 to 1."""
    power = (ratio - 3) / 2
    # ξ = sin φ takes away the pole at ξ = 1 for powers above −1/2.
    phi, weight = np.polynomial.legendre.leggauss(400)
    phi, weight = (phi + 1) * np.pi / 4, weight * np.pi / 4
    return (ratio - 1) * np.sum(weight * np.cos(phi) ** (2 * power + 1))


@pytest.mark.parametrize("ratio, wanted", [(5, 8 / 3), (2, np.pi / 2)])
def test_the_integral_of_the_second_step(ratio, wanted):
    """For γ₁/γ₂ = 5 this is 8/3."""
    assert growth_in_the_second_step(ratio) == pytest.approx(wanted, rel=1e-9)


@pytest.mark.parametrize("gamma", [(0.5, 0.1), (0.5, 0.25), (1, 0.4)])
def test_what_is_left_of_a_column_along_the_first(gamma):
    """r₁₂ grows by g^(γ₂/γ₁), then by a factor without α; both columns end turned alike."""
    gamma = np.array(gamma)
    for seed in (*SEEDS, None):
        A = np.random.default_rng(seed).normal(size=(2, 2))
        A = np.array([[3.0, 5.0], [4.0, 0.0]]) if seed is None else A
        Q, R = np.linalg.qr(A)
        U = Q * np.sign(np.diag(R))
        size = 1e-9
        tau = linear.step_times(gamma, starts(gamma, size * A))
        first, second = (
            U.T @ linear.gradient_flow(np.diag(gamma), size * A, [t]).W
            for t in (tau.mean(), 4 * tau.max())
        )
        g = gamma[0] ** -0.5 / np.linalg.norm(size * A[:, 0])
        r12 = size * U[:, 0] @ A[:, 1]
        # At the mean time λ₁ is not yet 1 nor λ₂ still 0, and the start is not 0: 1 %.
        assert first[0, 1] / r12 == pytest.approx(g ** (gamma[1] / gamma[0]), rel=0.01)
        ends = g ** (gamma[1] / gamma[0]) * growth_in_the_second_step(gamma[0] / gamma[1])
        assert second[0, 1] / r12 == pytest.approx(ends, rel=0.01)
        turned = np.sqrt(gamma[::-1]) * (second[0, 1], -second[1, 0])
        assert turned[0] == pytest.approx(turned[1], rel=0.01)


@pytest.mark.parametrize("second", [0.25, 0.4])
def test_two_columns_end_turned_alike_and_their_step_times_have_twice_the_power(second):
    """The pairs of the figure: the angle goes as α^(1 − γ₂/γ₁), the step times with twice that."""
    gamma, A = np.array([0.5, second]), np.array([[3.0, 5.0], [4.0, 0.0]])
    U, power, sizes = np.array([[0.6, 0.8], [0.8, -0.6]]), 1 - second / 0.5, (1e-6, 1e-9)
    angles, errors = [], []
    for size in sizes:
        W = U @ end(gamma, size * A)
        angles.append(np.arctan2(W[0, 1], W[1, 1]))
        assert np.arctan2(-W[1, 0], W[0, 0]) == pytest.approx(angles[-1], rel=1e-3)
        errors.append(step_error(gamma, size * A, around=0.02, points=401))
    assert slope(sizes, angles) == pytest.approx(power, rel=0.05)
    assert slope(sizes, errors) == pytest.approx(2 * power, rel=0.05)


def test_step_times_converge_faster_than_weights_with_their_turn_and_not_than_turned_ones():
    """The page of the paper: a pair of learned modes that is close, and a far next one."""
    gamma, sizes = np.array([1, 0.9, 0.09]), (1e-6, 1e-8, 1e-10)
    A = np.random.default_rng(1).normal(size=(2, 3))
    ends = [end(gamma, size * A) for size in sizes]
    plain = slope(sizes, [np.linalg.norm(W - limit(gamma, A)) for W in ends])
    turned = slope(sizes, [up_to_rotation(W, limit(gamma, A)) for W in ends])
    times = slope(sizes, [step_error(gamma, size * A, around=0.1, points=801) for size in sizes])
    assert 1.5 * plain < times < 0.5 * turned
    assert (
        "than the weights near their limit, their turn included"
        in (ROOT / "book/paper.md").read_text()
    )


def test_a_part_that_grows_half_as_fast_comes_to_the_root_of_the_start():
    """γ = (.5, .25): at 1e-6 r₁₂ comes to about 1e-3, and step 2 multiplies it by 1.57."""
    gamma, A = np.array([0.5, 0.25]), 1e-6 * np.array([[3.0, 5.0], [4.0, 0.0]])
    tau = linear.step_times(gamma, starts(gamma, A))
    between, last = (
        np.array([0.6, 0.8]) @ linear.gradient_flow(np.diag(gamma), A, [t]).W[:, 1]
        for t in (tau.mean(), 3 * tau[1])
    )
    assert 0.5e-3 < between < 2e-3
    assert last / between == pytest.approx(1.57, abs=0.01)


def test_no_column_grows_faster_than_it_would_alone():
    """Learned modes slow other columns down, while no eigenvalue of C is negative or above 1."""
    gamma = np.array([1, 0.6, 0.3, 0.2, -0.4])
    for seed in SEEDS:
        A = 1e-4 * np.random.default_rng(seed).normal(size=(3, 5))
        tau = linear.step_times(gamma[:3], starts(gamma, A)).max()
        for t in np.linspace(0.05, 2, 12) * tau:
            W = linear.gradient_flow(np.diag(gamma), A, [t]).W
            grown = np.log(np.linalg.norm(W, axis=0) / np.linalg.norm(A, axis=0))
            assert (grown[:4] < 4 * gamma[:4] * t + 1e-6).all()
            assert grown[4] < 0


def test_most_leftovers_are_shorter_than_the_guesses():
    """Three seeds, as in the table: more than half of them, for each guess."""
    V, j = digits()[1][:, :D], np.arange(D)
    shorter = []
    for seed in SEEDS:
        W = linear.random_init(D, 64, 1.0, seed=seed)
        left = linear.effective_init(W, V)
        guesses = (np.sqrt(D), np.linalg.norm(W @ V, axis=0) + 1e-9, np.sqrt(D - j))
        shorter.append([left < guess for guess in guesses])
    assert (np.mean(shorter, axis=(0, 2)) > 0.6).all()


@pytest.mark.parametrize("share", [0.9, 1, 1.1])
def test_column_1_outweighs_column_2_in_the_entry_that_lets_the_part_grow(share):
    """In u₁ᵀCu₂, about step 2 of the page's example, the negative term is the larger one."""
    gamma = np.array([0.5, 0.1])
    A = 1e-5 * np.array([[3.0, 5.0], [4.0, 0.0]])
    U = np.array([[0.6, 0.8], [0.8, -0.6]])
    time = share * linear.step_times(gamma, starts(gamma, A))[1]
    W = U.T @ linear.gradient_flow(np.diag(gamma), A, [time]).W
    first, second = gamma * W[0] * W[1]
    assert first < 0 < second < -first
    early = U.T @ linear.gradient_flow(np.diag(gamma), A, [0.7 * time]).W
    first, second = gamma * early[0] * early[1]
    assert -first / second == pytest.approx(gamma[0] / gamma[1], rel=0.1)


def exponents_of_the_parts(gamma, d, sizes):
    """Fitted power of α of the part of column k along u_j, (d, m), mean of three seeds."""
    found = []
    for seed in SEEDS:
        A = np.random.default_rng(seed).normal(size=(d, len(gamma)))
        Q, R = np.linalg.qr(A[:, :d])
        U = Q * np.sign(np.diag(R))
        parts = np.array([np.log(np.abs(U.T @ end(gamma, size * A))) for size in sizes])
        found.append(np.polyfit(np.log(sizes), parts.reshape(len(sizes), -1), 1)[0])
    return np.mean(found, axis=0).reshape(d, -1)


@pytest.mark.parametrize(
    "gamma, d, sizes",
    [
        ((1, 0.5, 0.2), 3, (1e-6, 1e-8, 1e-10)),
        ((1, 0.7, 0.4), 3, (1e-6, 1e-8, 1e-10)),
        ((1, 0.5, 0.2), 2, (1e-6, 1e-8, 1e-10)),
        # Smaller starts of the shrinking modes end in rounding errors.
        ((1, 0.5, -0.25), 2, (1e-4, 1e-5, 1e-6)),
        ((1, 0.7, 0.3, -0.2), 3, (1e-4, 1e-5, 1e-6)),
    ],
)
def test_parts_along_earlier_modes_have_the_power_of_their_pair(gamma, d, sizes):
    """Column k has a part along each u_j with j < k, and ends at α^(1 − γ_k/γ_j), γ_k ≥ −γ_j."""
    gamma = np.array(gamma)
    found = exponents_of_the_parts(gamma, d, sizes)
    for j in range(d):
        for k in range(j + 1, len(gamma)):
            assert gamma[k] >= -gamma[j]
            # The product of two small parts is the next power, and not far below the third.
            assert found[j, k] == pytest.approx(1 - gamma[k] / gamma[j], rel=0.06)


@pytest.mark.parametrize("gamma", [(1, 0.5, -1), (1, 0.8, 0.6, -3)])
def test_a_fast_shrinking_mode_has_more_along_later_directions(gamma):
    """γ_k < −γ_j: the exponent is 2 − (γ_j + γ_k)/γ₁, still above that of the part along u₁."""
    gamma, d = np.array(gamma), len(gamma) - 1
    found = exponents_of_the_parts(gamma, d, (1e-4, 1e-5, 1e-6))[:, -1]
    direct = 1 - gamma[-1] / gamma[:d]
    carried = 2 - (gamma[:d] + gamma[-1]) / gamma[0]
    assert np.allclose(direct - carried, -(1 + gamma[-1] / gamma[:d]) * (1 - gamma[:d]))
    assert (gamma[-1] < -gamma[1:d]).all()
    assert (carried < direct)[1:].all()
    assert (carried[1:] > direct[0]).all()
    # Seeds scatter by up to .15 of 4 where γ₂ is near γ₁.
    assert np.allclose(found, carried, rtol=0.03)
    if gamma[-1] == -1:
        assert carried[1] == 2.5
        assert direct[1] == 3


def test_a_short_leftover_is_overtaken_unless_the_start_is_small_against_it():
    """γ = (.5, .25, .2), mode 2 with a hundredth: 14.5 and 12.5, at 1e-12 32.9 and 35.5."""
    gamma, A = np.array([0.5, 0.25, 0.2]), np.array([[1.0, 0.0, 0.0], [0.0, 0.01, 1.0]])
    for size, times, first in ((1e-4, [14.5, 12.5], 2), (1e-12, [32.9, 35.5], 1)):
        tau = linear.step_times(gamma[1:], size * A[1, 1:])
        assert tau.round(1).tolist() == times
        W = linear.gradient_flow(np.diag(gamma), size * A, [200.0]).W
        share = gamma * W[1] ** 2
        assert share[first] > 0.95  # "nearly all"


@pytest.mark.parametrize("seed", range(4))
def test_a_smaller_start_separates_more_pairs(seed):
    """Of nine pairs all are separate at 1e-7, some at 1e-3, and hardly one at .1."""
    gamma, V = digits()
    separate = {}
    for size in (1e-1, 1e-3, 1e-7):
        A = linear.random_init(D, 64, size, seed=seed) @ V
        last = linear.step_times(gamma[:D], starts(gamma, A)).max()
        run = linear.gradient_flow(np.diag(gamma), A, np.geomspace(0.1, 1.2 * last, 600))
        done, begun = (spectra.find_steps(run.t, run.eigenvalues, x) for x in (0.9, 0.1))
        separate[size] = np.sum(done[:-1] < begun[1:])
    assert separate[1e-1] < separate[1e-3] < separate[1e-7] == 9
    if seed == 3:  # the draw of the figure
        assert separate[1e-3] == 5


@functools.cache
def separate_by_the_closed_form(size, seeds=range(1000)):
    """Which of the nine pairs are separate, (draws, 9), by chapter 2's solution."""
    gamma, V = digits()
    gamma, V = gamma[:D], V[:, :D]
    half = np.log(9) / (8 * gamma)
    tau = np.array(
        [
            linear.step_times(gamma, linear.effective_init(linear.random_init(D, 64, size, k), V))
            for k in seeds
        ]
    )
    return (tau + half)[:, :-1] < (tau - half)[:, 1:]


def test_the_closest_pair_and_the_leftovers_decide_how_small_is_small():
    """At 1e-7 four of five draws have nine separate pairs; else it is the pair of modes 5 and 6."""
    separate = separate_by_the_closed_form(1e-7)
    # 1000 draws: a standard error of 1.3 %.
    assert separate.all(axis=1).mean() == pytest.approx(0.8, abs=0.03)
    assert (~separate[:, 4]).sum() > 0.95 * (~separate).sum()
    # The page's 200 draws: 160 have all, and "in all the others" it is this pair and no other.
    assert separate[:200].all(axis=1).sum() == 160
    assert separate[:200][:, np.arange(9) != 4].all()
    # The leftovers alone make the difference between draws: γ and α are the same in all.
    gamma, V = digits()
    ratio = []
    for k in range(1000):
        s = linear.effective_init(linear.random_init(D, 64, 1e-7, seed=k), V[:, :D])
        ratio.append(s[4] / s[5])
    bad = np.array(ratio)[~separate[:, 4]]
    assert bad.max() < np.median(ratio)
    # Given that of mode 6, the leftover of mode 5 is too short: a longer one would do.
    half = np.log(9) / (8 * gamma[:D])
    for k in np.flatnonzero(~separate[:200, 4]):
        s = linear.effective_init(linear.random_init(D, 64, 1e-7, seed=k), V[:, :D])
        assert s[4] < s[5]
        s[4] = 1.2 * s[5]
        tau = linear.step_times(gamma[:D], s)
        assert (tau + half)[4] < (tau - half)[5]


def needed_logarithm(gamma):
    """log(1/α²) that each pair of neighbours asks for, all starts alike: exercise 3.6."""
    r = 1 / np.asarray(gamma)
    return (np.log(9) * (r[1:] + r[:-1]) - np.diff(r * np.log(r))) / np.diff(r)


def test_beside_the_ratio_of_a_pair_its_true_starts_decide():
    """With leftovers all alike the closest pair need not ask for the smallest start."""
    gamma = np.cumprod([1, 0.74, 0.3, 0.3, 0.76, 0.4])
    assert np.argmax(gamma[1:] / gamma[:-1]) == 3
    assert np.argmax(needed_logarithm(gamma)) == 0

    # wait/length of step from λ_j(0) and the ratio alone: the scale of γ drops out.
    def share(pair, start):
        tau = linear.step_times(pair, np.sqrt(start / pair))
        return np.diff(tau)[0] * 8 * pair[1] / np.log(81)

    start = np.array([1e-12, 3e-13])
    shares = [share(scale * np.array([1, 0.75]), start) for scale in (1, 0.1, 0.004)]
    assert shares == pytest.approx([shares[0]] * 3)
    page = PAGE.read_text()
    assert "The rest depends on the true starts $\\lambda_j(0) = \\gamma_j s_j(0)^2$" in page
    assert "eftovers say the rest" not in page


def test_a_close_pair_waits_little_beside_its_steps_and_not_in_time():
    """Of 1/γ the difference alone does not decide: 1.01 asks for far more than .67 does."""
    slow, fast = np.array([0.01, 0.0099]), np.array([1, 0.6])
    assert np.diff(1 / slow)[0] > 1 > 0.7 > np.diff(1 / fast)[0]
    assert needed_logarithm(slow)[0] > 50 * needed_logarithm(fast)[0]
    solution = (ROOT / "solutions/03_random_start.py").read_text()
    assert "For a ratio near 1 that is tiny beside the length of a step" in solution
    said = [str(slip.message) for slip in exercise("3.6").misconceptions]
    assert any("apart by the difference of 1/γ, and last as long as 1/γ" in text for text in said)


@pytest.mark.parametrize("seed", range(4))
def test_the_closed_form_counts_separate_pairs_as_integration_does(seed):
    """The draws of the figure, all nine pairs at 1e-7."""
    assert separate_by_the_closed_form(1e-7)[seed].all()


@pytest.mark.parametrize("size", [1e-1, 1e-3, 1e-7])
def test_the_loss_ends_at_0_from_each_size_of_the_figure(size):
    """Separate steps or not, training ends at C = I."""
    gamma, V = digits()
    A = linear.random_init(D, 64, size, seed=3) @ V
    last = linear.step_times(gamma[:D], starts(gamma, A)).max()
    run = linear.gradient_flow(np.diag(gamma), A, [4 * last])
    assert run.loss[-1] < 1e-6


def test_between_steps_5_and_6_the_loss_goes_on_falling():
    """The draw of the figure, size 1e-7: only just apart."""
    gamma, V = digits()
    s = linear.effective_init(linear.random_init(D, 64, 1e-7, seed=3), V[:, :D])
    tau = linear.step_times(gamma[:D], s)
    slowest = []
    for j in range(D - 1):
        t = np.linspace(tau[j], tau[j + 1], 400)
        speed = -np.gradient(linear.loss(t, gamma[:D], s), t)
        slowest.append(speed.min() / speed[-1])
    assert np.argmax(slowest) == 4
    # A little between 1 and 2, and nowhere else.
    assert slowest[4] > 0.4 > 0.3 > slowest[0] > 0.2 > 0.1 > max(slowest[1:4] + slowest[5:])


def test_no_stretch_between_steps_is_flat_from_a_start_of_a_thousandth():
    """The draw of the figure, on its logarithmic axis: nearly flat at 1e-3, flat at 1e-7."""
    gamma, V = digits()
    least = {}
    for size in (1e-1, 1e-3, 1e-7):
        W0 = linear.random_init(D, 64, size, seed=3)
        tau = np.sort(linear.step_times(gamma[:D], linear.effective_init(W0, V[:, :D])))
        t = np.geomspace(tau[0], tau[-1], 1000)
        run = linear.gradient_flow(digits_moment(), W0, t)
        speed = -np.gradient(run.loss, np.log(t))
        least[size] = speed.min() / speed.max()
    assert least[1e-7] < 0.02 < 0.1 < least[1e-3] < 0.2 < 0.35 < least[1e-1]
    assert "at 10⁻³ some are nearly flat" in PAGE.read_text()


def test_two_equal_modes_stand_a_fixed_time_apart():
    """γ₁ = γ₂, d = 2: the wait is log(ratio²)/(8γ), for any α; four of five draws run together."""
    gamma = np.array([0.5, 0.5, 0.1])
    for seed in SEEDS:
        A = np.random.default_rng(seed).normal(size=(2, 3))
        values = np.linalg.svd(A[:, :2], compute_uv=False)
        # The basis of the box: leftovers orthogonal to each other, as long as the values.
        V = np.linalg.svd(A[:, :2])[2].T
        assert np.allclose(np.linalg.norm(A[:, :2] @ V, axis=0), values)
        for size in (1e-4, 1e-8):
            tau = linear.step_times(gamma[:2], size * values)
            assert np.diff(tau)[0] == pytest.approx(np.log(values[0] / values[1]) / 2, rel=1e-6)
            t = np.sort(np.unique(np.outer(tau, np.linspace(0.9, 1.1, 201))))
            run = linear.gradient_flow(np.diag(gamma), size * A, t)
            # At 1e-4 mode 3 is not quite nothing.
            assert np.allclose(spectra.find_steps(run.t, run.eigenvalues), tau, rtol=2e-3)
    values = np.linalg.svd(np.random.default_rng(0).normal(size=(20000, 2, 2)), compute_uv=False)
    apart = np.mean(values[:, 0] / values[:, 1] > 9)  # log(9²)/(8γ) is the length of a step
    assert apart == pytest.approx(18 / 82, abs=0.01)
    assert "We drew 20,000 random starts" in PAGE.read_text()


def test_answers_to_the_sliders():
    """From step 4 to step 7: stops at 6 and 4, passes 5 at .43 of the greatest speed, ends at 3.25.

    Mode 10 has the shortest leftover.
    """
    gamma, V = digits()
    gamma = gamma[:D]
    s = linear.effective_init(linear.random_init(D, 64, 1e-6, seed=0), V[:, :D])
    tau = linear.step_times(gamma, s)
    assert np.argmin(s) == 9
    half = np.log(9) / (8 * gamma)
    assert ((tau + half)[:-1] < (tau - half)[1:]).tolist() == [j != 4 for j in range(9)]
    t = np.linspace(tau[3], tau[6], 4001)
    loss = linear.loss(t, gamma, s)
    speed = -np.gradient(loss, t)
    share = {10 - j: speed[(t > tau[j - 1]) & (t < tau[j])].min() / speed.max() for j in (4, 5, 6)}
    assert share[6] < 0.06
    assert share[4] < 0.06
    assert share[5] == pytest.approx(0.43, abs=0.01)
    # Half-way through step 7: λ₇ = ½, which costs ¼.
    assert loss[-1] == pytest.approx(3 + 0.25, abs=0.005)
    # Ten times as long a leftover is a small piece of the logarithmic axis.
    assert np.log(tau[9] / (tau[9] - np.log(100) / (8 * gamma[9]))) < 0.15


def test_modes_5_and_6_are_the_closest_pair_of_the_digits():
    """The pair with the largest ratio, and the one that asks for the smallest aligned start."""
    gamma = digits()[0][:D]
    assert np.argmax(gamma[1:] / gamma[:-1]) == 4
    assert np.argmax(needed_logarithm(gamma)) == 4
    # The ratio it is, and not the difference: modes 8 and 9, 9 and 10 differ by less.
    assert np.flatnonzero(-np.diff(gamma) < gamma[4] - gamma[5]).tolist() == [7, 8]


def test_descent_is_late_by_the_factor_of_the_page():
    """From 1e-4 or smaller: late by 4γη/log(1 + 4γη) to 4 %, and nearer the smaller the start."""
    gamma, d = digits()[0][:D], 3  # mode 1 does not see how many come after it
    worst = []
    for size in (1e-4, 1e-6, 1e-8):
        exact = linear.step_times(gamma[:d], np.full(d, size))
        off = []
        for share in (0.02, 0.1, 0.3, 0.5, 0.7, 0.9):
            lr = share / (4 * gamma[0])
            steps = int(1.6 * exact[0] / lr)
            start = size * np.eye(d)
            run = linear.gradient_descent(np.diag(gamma[:d]), start, lr, steps)
            late = np.interp(0.5, run.eigenvalues[:, 0], run.t) / exact[0]
            off.append(share / np.log1p(share) / late - 1)
        assert min(off) > -1e-4  # a crossing between two steps is read off by interpolation
        assert max(off) < 0.04
        worst.append(max(off))
    assert worst[2] < worst[1] < worst[0]


def test_a_step_of_descent_grows_a_small_mode_by_less_than_flow_and_a_large_one_by_more():
    """One step of each, as factors of s: x = 4γη, and λ before the step."""

    def grown(x, before):
        odds = before / (1 - before) * np.exp(2 * x)
        return 1 + x * (1 - before), np.sqrt(odds / (1 + odds) / before)

    for x in (0.02, 0.1, 0.5, 0.9):
        for before in (1e-8, 1e-2, 0.1):
            descent, flow = grown(x, before)
            assert descent < flow
        descent, flow = grown(x, 0.5)
        assert descent > flow
    assert "grows a small mode by less than flow" in PAGE.read_text()


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("size", [1e-4, 1e-6])
def test_descent_from_a_random_start_is_late_by_the_same_factor(size, seed):
    """Mode 1 of the digits, from a random start too: to 4 %, up to nine tenths of the limit."""
    gamma, V = digits()
    A = linear.random_init(D, 64, size, seed=seed) @ V
    expected = linear.step_times(gamma[:D], starts(gamma, A))[0]
    flow = linear.gradient_flow(np.diag(gamma), A, expected * np.linspace(0.9, 1.1, 81))
    exact = spectra.find_steps(flow.t, flow.eigenvalues)[0]
    for share in (0.1, 0.3, 0.5, 0.7, 0.9):
        lr = share / (4 * gamma[0])
        run = linear.gradient_descent(np.diag(gamma), A, lr, int(1.6 * expected / lr))
        late = spectra.find_steps(run.t, run.eigenvalues)[0] / exact
        assert -1e-4 < share / np.log1p(share) / late - 1 < 0.04


@pytest.mark.parametrize("steep", [1.0, 1.5, 2.0])
def test_the_cost_of_d_dimensions(steep):
    """Random starts, three seeds: the exponent of τ_d in d is that of d^ζ log(d^ζ/α²)."""
    gamma, sizes = np.arange(1, 15.0) ** -steep, np.array([2, 4, 8, 12])
    cost = []
    for d in sizes:
        last = []
        for seed in SEEDS:
            A = linear.random_init(d, 14, 1e-6, seed)
            tau = linear.step_times(gamma[:d], starts(gamma, A)).max()
            run = linear.gradient_flow(np.diag(gamma), A, tau * np.linspace(0.85, 1.15, 61))
            last.append(spectra.find_steps(run.t, run.eigenvalues)[-1])
        cost.append(np.mean(last))
    law = sizes**steep * np.log(sizes**steep / 1e-12) / 8
    # Leftovers of single seeds scatter by a few per cent.
    assert slope(sizes, cost) == pytest.approx(slope(sizes, law), rel=0.05)
    # The logarithm is a small addition: eight dimensions against two, at equal starts.
    ratio = law[2] / law[0]
    assert 4**steep < ratio < 1.2 * 4**steep


def test_numbers_of_the_page_and_its_quiz():
    """Worked examples in the text and in the feedback."""
    assert np.log(1e4) / 0.5 == pytest.approx(18.4, abs=0.05)
    assert np.log(1e4) / np.log(1.5) == pytest.approx(22.7, abs=0.05)
    assert 1 / np.log(2) == pytest.approx(1.44, abs=0.005)
    assert np.hypot(1, 0.01) == pytest.approx(1.00005, abs=1e-7)
    assert [round(10 ** (8 * power)) for power in (0.13, 0.19)] == [11, 33]
    assert np.allclose(1 - np.array([0.8, 0.4, 0.16]) / (1, 0.8, 0.4), (0.2, 0.5, 0.6))
    assert np.log(100) * (10 - 2) / 8 == pytest.approx(4.6, abs=0.05)
    assert np.log(100) * (1 / 0.45 - 2) / 8 == pytest.approx(0.13, abs=0.005)
    assert [round(np.log(81) / (8 * x), 1) for x in (0.5, 0.45)] == [1.1, 1.2]
    flow = 60 / (0.5 / np.log(1.5))
    assert round(flow) == 49
    assert round(flow * 0.05 / np.log(1.05)) == 50
    assert round(60 * 0.5 / np.log(1.5)) == 74
    assert round(10**2.4) == 251
    over, begins = linear.step_times([0.4, 0.3], [1e-8, 1e-8]) + np.log(9) / 8 / np.array(
        [0.4, -0.3]
    )
    assert round(over, 1) == 12.5
    assert round(begins, 1) == 14.9


def exercise(number):
    return {each.id: each for each in chapter_03.EXERCISES}[number]


def test_a_mode_that_shrinks_fast_can_set_the_largest_stable_rate():
    """γ = (.5, −2.5): 1/(4γ₁) = .5 is stable for mode 1, and mode 2 is stable below .2 alone."""
    gamma = np.diag([0.5, -2.5])
    with pytest.warns(UserWarning, match="Stable is lr < 0.2"):
        linear.gradient_descent(gamma, 1e-3 * np.eye(1, 2), 0.499, 1)
    text = (ROOT / "solutions/03_random_start.py").read_text()
    assert "one with $\\gamma_j < -2\\gamma_1$ can need a smaller $\\eta$" in text
    said = [str(slip.message) for slip in exercise("3.7").misconceptions]
    assert any("at which the modes with γ > 0 are stable" in text for text in said)
    assert not any("largest stable rate" in text for text in said)


def test_equal_gammas_leave_the_step_times_off_by_a_fixed_time():
    """γ₁ = γ₂ and the columns (3, 4) and (5, 0): the steps come from 6.3 and 3.2, not 5 and 4."""
    gamma, A = np.array([0.5, 0.5]), np.array([[3.0, 5.0], [4.0, 0.0]])
    off = []
    for size in (1e-4, 1e-8):
        expected = linear.step_times(gamma, starts(gamma, size * A))
        t = np.sort(np.unique(np.outer(expected, np.linspace(0.8, 1.2, 401))))
        run = linear.gradient_flow(np.diag(gamma), size * A, t)
        off.append(spectra.find_steps(run.t, run.eigenvalues) - expected)
    shift = -np.log(np.linalg.svd(A, compute_uv=False) / [5, 4]) / 2
    assert np.allclose(off, [shift, shift], atol=0.01)
    assert "For distinct γ the step times" in linear.effective_init.__doc__


def what_is_right(number):
    return exercise(number).right


def test_what_is_said_of_a_right_answer_is_right():
    """The words after "Right." of 3.1, 3.2, 3.6 and 3.8, at their edges."""
    # A start without mode 1: mode 2 takes all.
    start = np.array([0.0, 1.0, 1.0]) * np.exp(8 * 100 * np.array([0, -0.5, -0.8]))
    assert start.argmax() == 1
    assert "if the start has any of mode 1" in what_is_right("3.1")
    # γ₁ = γ₂: the shares of both stay as they stand to one another.
    start = np.array([0.2, 0.3, 0.5]) * np.exp(8 * 100 * np.array([0, 0, -0.8]))
    assert start[0] / start.sum() == pytest.approx(0.4)
    assert "as long as γ₁ > γ₂" in what_is_right("3.1")

    # Two starts, turned against each other, have the same products and other weights.
    W = np.array([[3.0, 5.0], [4.0, 0.0]])
    turned = np.array([[0.6, 0.8], [0.8, -0.6]]) @ W
    assert np.allclose(W.T @ W, turned.T @ turned)
    assert not np.allclose(W, turned)
    assert "the effective starts are known without W(0)" in what_is_right("3.2")

    def largest(pair):
        return np.exp(-needed_logarithm(pair)[0] / 2)

    # Nearer to one another, and content with a larger start: it is the ratio that counts.
    assert largest([0.01, 0.004]) > 1 > largest([1, 0.5])
    assert "a ratio near 1" in what_is_right("3.6")

    # Modes 1 and 2, or modes 1 and 3: both have the loss 0, and no turn leads over.
    gamma = np.array([0.5, 0.25, 0.1])
    two, three = (np.eye(3)[[0, k]] / np.sqrt(gamma) for k in (1, 2))
    assert np.allclose([two * gamma @ two.T, three * gamma @ three.T], np.eye(2))
    assert up_to_rotation(two, three) == pytest.approx(np.sqrt(14))
    turned = np.array([[0.6, 0.8], [0.8, -0.6]]) @ two
    assert up_to_rotation(turned, two) == pytest.approx(0, abs=1e-12)
    assert "differ by a rotation or a reflection alone" in what_is_right("3.8")


def test_no_chapter_is_referred_to_that_is_not_there():
    """The page and its notebook refer to chapters that exist."""
    last = max(int(path.name[:2]) for path in (ROOT / "book").glob("0*.md"))
    for path in (PAGE, DETAILS, ROOT / "solutions/03_random_start.py"):
        named = re.findall(r"[Cc]hapters? (\d+)(?:(?: to |, | and )(\d+))?", path.read_text())
        assert all(int(k) <= last for pair in named for k in pair if k), path.name
