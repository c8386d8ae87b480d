"""What chapter 4 says of kernels holds, by the page's own rules."""

import functools
import re

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.linalg import orthogonal_procrustes
from scipy.special import ive

from stepwise_ssl import data, kernels, linear, spectra, views, widgets
from stepwise_ssl.checks import chapter_04
from stepwise_ssl.checks.chapter_04 import pca
from tests import kernel_pairs
from tools.notebooks import ROOT

GROWN = 1e-6  # of the loss, after four of the slowest growth times


def said_of_a_right_answer(number):
    return {each.id: each for each in chapter_04.EXERCISES}[number].right


def products(x):
    """All products of two pixels, (n, m²)."""
    return (x[:, :, None] * x[:, None, :]).reshape(len(x), -1)


def test_two_views_of_two_pixels():
    """The page's features, their product 25, and the square of the product of the pixels."""
    x = np.array([[1, 2], [3, 1]])
    assert np.array_equal(products(x), [[1, 2, 2, 4], [9, 3, 3, 1]])
    assert products(x)[0] @ products(x)[1] == 25 == (x[0] @ x[1]) ** 2


def test_training_moves_weights_in_the_span_of_the_features():
    """What a start has across the span never changes, and K̃ alone gives the same embeddings.

    Gradient descent on W (d, 256), all products of two of 16 pixels, against descent from K̃.
    """
    n, d, steps = 10, 3, 200
    phi = products(np.vstack(kernel_pairs.digits(n))[:, 24:40])  # two rows of the picture
    K = phi @ phi.T
    lr = 0.2 / (4 * np.linalg.eigvalsh(kernels.contrastive_kernel(K))[-1])
    rng = np.random.default_rng(0)
    A0 = 0.1 * rng.normal(size=(d, 2 * n)) / np.sqrt(np.trace(K))
    within = np.linalg.qr(phi.T)[0]  # (256, 2n): an orthonormal basis of the span
    outside = rng.normal(size=(d, phi.shape[1]))
    outside -= outside @ within @ within.T
    Gamma = linear.cross_moment(phi[:n], phi[n:])
    run = linear.gradient_descent(Gamma, A0 @ phi + outside, lr, steps)
    dual = kernels.gradient_descent(K, A0, lr, steps)
    assert dual.loss[-1] < d - 0.9  # something has been learned
    apart = run.W - run.W @ within @ within.T
    assert np.abs(apart - outside).max() < 1e-10  # rounding of 200 steps
    assert np.abs(run.loss - dual.loss).max() < 1e-8
    assert kernel_pairs.apart((run.W @ phi.T).T, (dual.W @ K).T) < 1e-8


@pytest.mark.parametrize("n", [1, 5, 20])
def test_the_contrastive_kernel_has_the_eigenvalues_of_gamma(n):
    """K_Γ, PK̃/2n and Γ of the features share their nonzero eigenvalues: products of two pixels."""
    phi = products(np.vstack(kernel_pairs.digits(n)))
    own = np.linalg.eigvalsh(kernels.contrastive_kernel(phi @ phi.T))
    # Γ (4096, 4096) in an orthonormal basis of the span; it is 0 across it.
    within = phi @ np.linalg.qr(phi.T)[0]
    features = np.linalg.eigvalsh(linear.cross_moment(within[:n], within[n:]))
    swapped = np.sort(np.linalg.eigvals(np.roll(phi @ phi.T, n, axis=0) / (2 * n)).real)
    assert np.allclose(own, features, atol=1e-10 * own[-1])
    assert np.allclose(own, swapped, atol=1e-8 * own[-1])  # eigenvalues of no symmetric matrix


def test_one_picture_with_the_product_08():
    """Sum and difference are the modes, with 0.9 and −0.1; PK̃/2n has the same eigenvalues."""
    K = np.array([[1, 0.8], [0.8, 1]])
    features = np.linalg.cholesky(K)
    Gamma = linear.cross_moment(features[:1], features[1:])
    for sign, value in ((1, 0.9), (-1, -0.1)):
        direction = features[0] + sign * features[1]
        assert np.allclose(Gamma @ direction, value * direction, atol=ROUNDING)
    for matrix in (kernels.contrastive_kernel(K), K[::-1] / 2):
        assert np.allclose(np.sort(np.linalg.eigvals(matrix).real), [-0.1, 0.9], atol=ROUNDING)


def test_copying_chapter_2s_flow_for_the_coordinates_is_descent_on_their_entries():
    """C = A K̃PK̃ Aᵀ/2n has 1.62 and −0.02 in its middle; equally long changes of A change W by
    the squared lengths 3.6 and 0.4."""
    K = np.array([[1, 0.8], [0.8, 1]])
    middle = K @ K[::-1] / 2
    assert np.allclose(np.linalg.eigvalsh(middle), [-0.02, 1.62], atol=ROUNDING)
    features = np.linalg.cholesky(K).T  # Φ, one view a column
    for change, squared in (((1, 1), 3.6), ((1, -1), 0.4)):
        assert np.isclose(np.sum((change @ features.T) ** 2), squared, atol=ROUNDING)
    rng = np.random.default_rng(0)
    A, direction = rng.normal(size=(2, 3, 2))

    def loss(A):
        return np.sum((A @ middle @ A.T - np.eye(3)) ** 2)

    slope = (loss(A + 1e-6 * direction) - loss(A - 1e-6 * direction)) / 2e-6
    copied = -4 * (A @ middle @ A.T - np.eye(3)) @ A @ middle
    assert np.isclose(np.sum(-copied * direction), slope, rtol=1e-6)
    # Descent on W, in coordinates A: one K̃ fewer.
    weights = -4 * (A @ middle @ A.T - np.eye(3)) @ A @ K[:, ::-1] / 2
    assert np.allclose(copied, weights @ K, atol=1e-10)


def test_two_orthogonal_pictures_have_a_mode_of_either_sign_each():
    """Each counts half: 0.45 twice and −0.05 twice. A copy in place of it adds two zeros."""
    own = np.array([[1, 0.8], [0.8, 1]])
    order = [0, 2, 1, 3]  # first views before second ones
    for across, expected in ((0, [-0.05, -0.05, 0.45, 0.45]), (own, [-0.1, 0, 0, 0.9])):
        K = np.block([[own, across * np.ones((2, 2))], [across * np.ones((2, 2)), own]])
        K = K[np.ix_(order, order)]
        found = np.linalg.eigvalsh(kernels.contrastive_kernel(K))
        assert np.allclose(found, expected, atol=1e-8)  # a root keeps half of the digits


def test_the_embedding_of_one_picture_with_the_product_08():
    """0.95/1.71 = 0.556 = 1/1.8 times k(x, x_1) + k(x, x'_1), which is 1 at both views."""
    K = np.array([[1, 0.8], [0.8, 1]])
    gamma, B = linear.modes(kernels.contrastive_kernel(K), 1)
    read = (kernel_pairs.root(K) @ B)[::-1] / (2 * gamma**1.5)
    assert np.allclose(np.abs(read), 1 / 1.8, atol=ROUNDING) and read[0] == pytest.approx(read[1])
    assert np.allclose(np.abs(K @ read), 1, atol=ROUNDING)
    values = np.abs(kernel_pairs.root(K) @ B).ravel()
    assert [f"{v:.2f}" for v in values] == ["0.95", "0.95"]
    assert f"{gamma[0] ** 1.5:.3f}" == "0.854" and f"{2 * gamma[0] ** 1.5:.2f}" == "1.71"
    assert f"{0.95 / 1.71:.3f}" == f"{1 / 1.8:.3f}" == "0.556"


@pytest.mark.parametrize("name", kernel_pairs.NAMED)
def test_the_root_holds_the_functions_of_the_modes(name):
    """g_j on the training views is K̃^{1/2}b_j, with v_j = ΦK̃^{-1/2}b_j an eigenvector of Γ."""
    n = 20
    K = kernel_pairs.matrix(name, *kernel_pairs.digits(n))
    phi = np.linalg.cholesky(K)  # features, one view a row
    gamma, V = linear.modes(linear.cross_moment(phi[:n], phi[n:]), 6)
    own, B = linear.modes(kernels.contrastive_kernel(K), 6)
    assert np.allclose(gamma, own, rtol=1e-9)
    assert kernel_pairs.apart(phi @ V, kernel_pairs.root(K) @ B) < 1e-6


def test_quiz_one_picture_with_views_of_unequal_length():
    """γ_1 = 1.5; without dividing 3, divided by 4 0.75, of K̃/2n 2.15."""
    K = np.array([[1.0, 1], [1, 4]])
    gamma = np.linalg.eigvalsh(kernels.contrastive_kernel(K))
    assert np.allclose(gamma, [-0.5, 1.5], atol=ROUNDING)
    top = np.linalg.eigvals(K[::-1]).real.max()
    assert np.allclose([top, top / 4], [3, 0.75], atol=ROUNDING)
    assert np.isclose(np.linalg.eigvalsh(K / 2)[-1], (5 + np.sqrt(13)) / 4, atol=ROUNDING)
    assert f"{(5 + np.sqrt(13)) / 4:.2f}" == "2.15"


def test_two_pictures_of_two_pixels():
    """Mean squares 4 and 1, mean products of partners −4 and 1: the methods rank the other way."""
    x1, x2 = np.array([[2, 1], [2, -1]]), np.array([[-2, 1], [-2, -1]])
    both = np.vstack([x1, x2])
    assert np.array_equal(both.T @ both / 4, np.diag([4, 1]))
    assert np.array_equal(linear.cross_moment(x1, x2), np.diag([-4, 1]))


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("name", kernel_pairs.NAMED)
def test_gamma_is_variance_times_agreement(name, seed):
    """Of each mode's function, with w of length 1; kernel PCA's eigenvalue is its variance."""
    n = 30
    K = kernel_pairs.matrix(name, *kernel_pairs.digits(n, seed))
    root = kernel_pairs.root(K)
    gamma, B = linear.modes(kernels.contrastive_kernel(K), 2 * n)
    g = root @ B  # g_j of all views, for w = φ K̃^{-1/2} b_j of length 1
    variance, product = (g**2).mean(axis=0), (g * np.roll(g, n, axis=0)).mean(axis=0)
    assert np.allclose(product, gamma, atol=ROUNDING)  # variance times agreement
    assert (np.abs(product / variance) < 1 + ROUNDING).all()
    plain, V = linear.modes(K / (2 * n), 2 * n)
    assert np.allclose(((root @ V) ** 2).mean(axis=0), plain, atol=ROUNDING)


def drawn_gammas(seed):
    """The first five γ of exercise 4.7's draw: 500 pictures, each view turned by up to 40°."""
    turns = np.random.default_rng(seed).uniform(*np.deg2rad([-40, 40]), size=(2, 500))
    angles = (2 * np.pi * np.arange(500) / 500 + turns).ravel()
    plane = np.column_stack([np.cos(angles), np.sin(angles)])
    K = kernels.rbf(plane, plane, BANDWIDTH)
    return np.linalg.eigvalsh(kernels.contrastive_kernel(K))[::-1][:5]


def test_how_far_a_draw_on_the_circle_scatters():
    """In one of four draws the γ of k = 2 are 15 % above and 13 % below; none is further off."""
    expected = ive(2, 1 / BANDWIDTH**2) * np.sinc(2 * 40 / 180) ** 2
    off = np.array([drawn_gammas(seed)[3:] for seed in range(4)]) / expected - 1
    assert np.round(100 * off[3]).tolist() == [15, -13]
    assert np.argmax(np.abs(off).max(axis=1)) == 3


def test_two_turns_must_be_independent_for_a_square():
    """A random angle between views is not enough: 30° to 50° turn the waves k = 3 and 4 round."""
    apart = np.deg2rad(np.linspace(30, 50, 1001))
    assert all(np.cos(k * apart).mean() < 0 for k in (3, 4))


SHIFT, PICTURES, BANDWIDTH = np.deg2rad(20), 90, 0.5
ROUNDING = 1e-12  # of numbers of size 1


def waves(count=40):
    """c_k and c_k cos 2kδ of the page's circle, k = 0, 1, …"""
    k = np.arange(count)
    c = ive(k, 1 / BANDWIDTH**2)
    return c, c * np.cos(2 * k * SHIFT)


@functools.cache
def circle():
    theta = 2 * np.pi * np.arange(PICTURES) / PICTURES
    angles = np.concatenate([theta + SHIFT, theta - SHIFT])
    plane = np.column_stack([np.cos(angles), np.sin(angles)])
    return angles, kernels.rbf(plane, plane, BANDWIDTH)


def test_the_waves_are_all_modes_on_the_circle():
    """K_Γ has the eigenvalues c_k cos 2kδ, once for k = 0 and twice for every other wave."""
    found = np.linalg.eigvalsh(kernels.contrastive_kernel(circle()[1]))
    gamma = waves()[1]
    expected = np.zeros(len(found))
    expected[: 2 * len(gamma) - 1] = np.concatenate([gamma, gamma[1:]])
    assert np.abs(np.sort(expected) - found).max() < ROUNDING


@pytest.mark.parametrize("k", range(12))
def test_each_wave_is_a_mode_with_its_own_eigenvalue(k):
    """The marker of wave k is the eigenvalue whose eigenvector is that wave."""
    angles, K = circle()
    c, gamma = waves()
    for matrix, value in ((K, c[k]), (np.roll(K, PICTURES, axis=1), gamma[k])):
        for wave in (np.cos(k * angles), np.sin(k * angles)):
            assert np.abs(matrix @ wave / len(K) - value * wave).max() < ROUNDING


def test_the_features_of_the_circle_are_waves():
    """√c_0 and √(2c_k) times cosine and sine give the kernel; each is a mode of variance c_k."""
    angles, K = circle()
    c, gamma = waves(25)
    assert (c > 0).all()
    columns = [np.full(len(angles), np.sqrt(c[0]))]
    for k in range(1, len(c)):
        columns += [np.sqrt(2 * c[k]) * f(k * angles) for f in (np.cos, np.sin)]
    phi = np.column_stack(columns)
    assert np.abs(phi @ phi.T - K).max() < ROUNDING
    twice = [0, *np.repeat(np.arange(1, len(c)), 2)]
    assert np.abs(phi.T @ phi / len(phi) - np.diag(c[twice])).max() < ROUNDING
    Gamma = linear.cross_moment(phi[:PICTURES], phi[PICTURES:])
    assert np.abs(Gamma - np.diag(gamma[twice])).max() < ROUNDING


def test_which_waves_can_be_learned():
    """Waves 0 to 2 agree, 3 to 6 disagree, 7 to 11 agree again and have little of the variance.

    Of all waves k = 3 is the one that self-supervision likes least: those after it have less than
    half of the variance of the one before, and k = 4 disagrees about twice as much.
    """
    c, gamma = waves()
    assert (c[4:6] < c[3:5] / 2).all() and c[3] > c[2] / 2  # of four and five, not of three
    assert round(gamma[3] / c[3] / (gamma[4] / c[4]), 1) == 0.5
    assert np.allclose(gamma[3:6] / c[3:6], [-0.5, -0.94, -0.94], atol=0.005)
    assert (gamma[:3] > 0).all()
    assert (gamma[3:7] < 0).all()
    assert (gamma[7:12] > 0).all()
    assert gamma[7:12].max() < gamma[1] / 900
    assert np.argmin(gamma) == 3


def test_waves_that_are_lost_cost_nothing_while_others_are_left():
    """d = 7, and waves 0 to 2 fill five dimensions: wave 8 fills the other two, and the
    loss ends at 0 without waves 3 to 7.
    """
    K = circle()[1]
    gamma = np.linalg.eigvalsh(kernels.contrastive_kernel(K))[::-1]
    assert np.allclose(gamma[5:7], waves()[1][8], rtol=1e-6)  # the next ones have eight periods
    start = 0.01 * np.random.default_rng(0).normal(size=(7, 2 * PICTURES))
    lr = 0.9 / (4 * gamma[0])
    assert kernels.gradient_descent(K, start, lr, int(4 / (gamma[6] * lr))).loss[-1] < GROWN


def test_waves_with_seven_periods_and_more_have_little_of_the_variance():
    """Views 40° apart: 7 to 11 periods agree, 12 to 15 do not, 16 to 20 do."""
    k, delta, b = np.arange(21), np.deg2rad(20), 0.5
    agreement = np.cos(2 * k * delta)
    assert (agreement[7:12] > 0).all() and (agreement[12:16] < 0).all()
    assert (agreement[16:21] > 0).all()
    gamma = ive(k, 1 / b**2) * agreement
    assert gamma[1] / np.abs(gamma[7:]).max() == pytest.approx(995, abs=1)


def test_two_waves_share_nothing():
    """One wave at the first view, another at the second, and the other way round: mean 0."""
    theta = 2 * np.pi * np.arange(PICTURES) / PICTURES
    first, second = theta + SHIFT, theta - SHIFT
    all_waves = [
        functools.partial(lambda f, k, x: f(k * x), f, k)
        for k in range(8)
        for f in (np.cos, np.sin)
    ]
    for i, g in enumerate(all_waves):
        for h in all_waves[:i]:
            assert abs(np.mean(g(first) * h(second) + g(second) * h(first))) < ROUNDING


def test_the_angle_at_which_the_wave_with_two_periods_is_lost():
    """45° between the views: from there on its γ is no longer positive."""
    agreement = np.cos(2 * np.deg2rad(np.arange(0, 90)))  # of wave 2, by the angle between views
    assert np.flatnonzero(agreement < ROUNDING)[0] == 45


def test_the_answers_to_the_plane_of_pairs():
    """Mode 2: of SSL across the arcs, along them below a distance between ½ and 1; of kernel PCA
    along them always. Linear kernel: γ < 0 along the arcs from about 2.2 on."""

    def along(distance, method):
        plane = widgets.kernel_plane(augmentation=distance, method=method)
        x = np.vstack(plane.views())
        parts = [abs(np.corrcoef(plane.function(x), column)[0, 1]) for column in x.T]
        return parts[0] > 2 * parts[1], parts[1] > 2 * parts[0]

    for distance, expected in ((0, (1, 0)), (0.5, (1, 0)), (1, (0, 1)), (1.5, (0, 1))):
        assert along(distance, "ssl") == expected
        assert along(distance, "pca") == (1, 0)
    # With the Laplace kernel it has already turned across the arcs at ½, so the kernel is named.
    laplace = widgets.kernel_plane("laplace", augmentation=0.5)
    x = np.vstack(laplace.views())
    parts = [abs(np.corrcoef(laplace.function(x), column)[0, 1]) for column in x.T]
    assert parts[1] > parts[0]
    page = (ROOT / "book/04_kernels.md").read_text()
    assert "With the kernel as it is set at first, between" in page
    same = widgets.kernel_plane(augmentation=0).spectra()
    assert np.allclose(*same, atol=ROUNDING)
    for distance, sign in ((2.15, 1), (2.25, -1)):
        plane = widgets.kernel_plane("linear", augmentation=distance)
        gamma = plane.spectra()[0]
        assert np.sign(gamma[gamma != 0]).tolist() == [1, sign]
        x1, x2 = plane.views()
        lowest = np.linalg.eigh(linear.cross_moment(x1, x2))[1][:, 0]
        first = np.linalg.eigh(x1.T @ x1 + x2.T @ x2)[1][:, -1]  # of kernel PCA
        assert min(abs(lowest[0]), abs(first[0])) > 0.99


@pytest.mark.parametrize("name", kernel_pairs.NAMED)
def test_half_of_the_eigenvalues_are_positive(name):
    """Nonsingular K̃: n eigenvalues of K_Γ are positive, n negative.

    Singular: neither number is larger, and one is smaller. Copies of pairs lower both, views
    that equal their partners the negative ones alone.
    """
    n = 12
    K = kernel_pairs.matrix(name, *kernel_pairs.digits(n))
    assert np.linalg.matrix_rank(K) == 2 * n
    values = np.linalg.eigvalsh(kernels.contrastive_kernel(K))
    assert (np.sum(values > 0), np.sum(values < 0)) == (n, n)
    K = kernel_pairs.matrix(name, *kernel_pairs.duplicated(n, 4))
    values = np.linalg.eigvalsh(kernels.contrastive_kernel(K))
    assert (np.sum(values > ROUNDING), np.sum(values < -ROUNDING)) == (n - 4, n - 4)
    first = kernel_pairs.digits(n)[0]
    K = kernel_pairs.matrix(name, first, first)
    assert np.linalg.matrix_rank(K) == n
    values = np.linalg.eigvalsh(kernels.contrastive_kernel(K))
    assert (np.sum(values > ROUNDING), np.sum(values < -ROUNDING)) == (n, 0)


@pytest.mark.parametrize("name", kernel_pairs.NAMED)
def test_more_dimensions_than_pairs_leave_a_loss(name):
    """d = 12: the loss ends at 12 − n for n = 4 and 8 pairs, and for 8 of which 3 are copies."""
    d = 12
    for n, twice in ((4, 0), (8, 0), (8, 3)):
        pairs = kernel_pairs.duplicated(n, twice) if twice else kernel_pairs.digits(n)
        K = kernel_pairs.matrix(name, *pairs)
        gamma = np.linalg.eigvalsh(kernels.contrastive_kernel(K))
        slowest, rate = gamma[gamma > ROUNDING].min(), 0.5 / (4 * gamma[-1])
        start = 0.1 * np.random.default_rng(0).normal(size=(d, 2 * n))
        run = kernels.gradient_descent(K, start, rate, int(4 / (slowest * rate)))
        assert abs(run.loss[-1] - (d - (n - twice))) < GROWN


@pytest.mark.parametrize("twice", [0, 4])
@pytest.mark.parametrize("name", kernel_pairs.NAMED)
def test_new_views_need_no_inverse(name, twice):
    """The stable form is the one with the (pseudo-)inverse, and the estimator's embedding.

    It is the sum over views of kernel value times what g_j gives to the partner, over 2n γ^{3/2}.
    """
    n, d = 20, 5
    pairs = kernel_pairs.duplicated(n, twice) if twice else kernel_pairs.digits(n)
    both, new = np.vstack(pairs), kernel_pairs.digits(60)[0][40:]
    model = kernels.ContrastiveKernelPCA(d, name).fit(*pairs)
    K, k = (kernel_pairs.NAMED[name](x, both, model.bandwidth_) for x in (both, new))
    value, vectors = np.linalg.eigh(K)
    kept = value > 1e-10
    axes, size = vectors[:, kept], np.sqrt(value[kept])
    gamma, B = linear.modes(kernels.contrastive_kernel(K), d)
    g = kernel_pairs.root(K) @ B  # g_j of all training views
    stable = k @ np.roll(g, n, axis=0) / (2 * n * gamma**1.5)
    inverse = k @ (axes / size @ axes.T) @ B / np.sqrt(gamma)
    # The smallest eigenvalue kept is above 1e-4 of the largest, the gaps of γ above 4e-3 of γ_1.
    assert kernel_pairs.apart(stable, inverse) < 1e-9
    assert kernel_pairs.apart(stable, model.transform(new)) < 1e-9
    partner = [*range(n, 2 * n), *range(n)]
    in_words = np.array([sum(row[i] * g[partner[i]] for i in range(2 * n)) for row in k])
    assert kernel_pairs.apart(in_words / (2 * n * gamma**1.5), stable) < 1e-9


@pytest.mark.parametrize("twice", [0, 4])
@pytest.mark.parametrize("name", kernel_pairs.NAMED)
def test_any_factor_serves_square_or_not(name, twice):
    """LᵀPL/2n has the γ_j, and Ly_j = K̃^{1/2}b_j up to the sign, for L of fewer columns too."""
    n, d = 20, 6
    K = (
        kernel_pairs.matrix(name, *kernel_pairs.duplicated(n, twice))
        if twice
        else (kernel_pairs.matrix(name, *kernel_pairs.digits(n)))
    )
    value, vectors = np.linalg.eigh(K)
    kept = value > 1e-10
    rank = np.sum(kept)
    assert rank == 2 * (n - twice)
    turn = np.linalg.qr(np.random.default_rng(0).normal(size=(rank, rank)))[0]
    L = vectors[:, kept] * np.sqrt(value[kept]) @ turn
    small = L.T @ np.roll(L, n, axis=0) / (2 * n)
    gamma, Y = linear.modes((small + small.T) / 2, d)
    own, B = linear.modes(kernels.contrastive_kernel(K), d)
    assert np.allclose(gamma, own, rtol=1e-9)
    # Eigenvectors are good to rounding over the gap between neighbours; K̃ keeps 1e-8 of its root.
    assert kernel_pairs.apart(L @ Y, kernel_pairs.root(K) @ B) < 1e-6


def test_the_closed_form_leaves_the_rotation_of_the_start_open():
    """Two starts end at two embeddings. Each is the closed form's, once it is turned."""
    n, d, alpha = 20, 2, 1e-9
    both = np.vstack(kernel_pairs.digits(n))
    K = kernels.rbf(both, both)
    gamma, B = linear.modes(kernels.contrastive_kernel(K), d)
    final = K @ np.roll(kernel_pairs.root(K) @ B, n, axis=0) / (2 * n * gamma**1.5)
    lr = 0.5 / (4 * gamma[0])
    ends = []
    for seed in range(2):
        start = alpha * np.random.default_rng(seed).normal(size=(d, 2 * n))
        steps = int(1.5 * np.log(1 / alpha**2) / (8 * gamma[-1] * lr))
        ends.append(K @ kernels.gradient_descent(K, start, lr, steps).W.T)
    size = np.linalg.norm(final)
    assert np.linalg.norm(ends[0] - ends[1]) > 0.5 * size
    for trained in ends:
        turned = trained @ orthogonal_procrustes(trained, final)[0]
        assert np.linalg.norm(turned - final) < 0.05 * size
        assert np.linalg.norm(trained - final) > 0.5 * size
    assert "puts it, up to a rotation." in said_of_a_right_answer("4.6")


def test_an_augmentation_need_not_be_a_filter():
    """On the circle the modes are those of kernel PCA; those of digits are mixtures of them."""
    K = circle()[1]
    functions = np.linalg.eigh(K)[1]
    own = functions.T @ kernels.contrastive_kernel(K) @ functions
    value = np.linalg.eigvalsh(K)
    apart = np.abs(value[:, None] - value) > 1e-3  # not the sine and the cosine of one wave
    assert np.abs(own[apart]).max() < 1e-9
    K = kernel_pairs.matrix("rbf", *kernel_pairs.digits(60))
    plain, modes = (linear.modes(matrix, 6)[1] for matrix in (K, kernels.contrastive_kernel(K)))
    overlap = np.abs(plain.T @ modes)
    assert (overlap.max(axis=0)[2:] < 0.9).all()
    assert "Here the augmentation is a filter" in said_of_a_right_answer("4.7")


def test_the_first_direction_of_an_uncentred_kernel_leans_towards_the_mean():
    """On the draws of exercise 4.2 it comes near the mean of the features and is not it."""
    cosines = []
    for seed in range(50):
        rng = np.random.default_rng(seed)
        phi = pca.features(rng.normal(size=(11, 3)) * [1.2, 0.9, 0.5] + 0.4)
        first, mean = np.linalg.svd(phi)[2][0], phi.mean(axis=0)
        cosines.append(abs(first @ mean) / np.linalg.norm(mean))
    assert min(cosines) > 0.5
    assert np.median(cosines) < 0.97
    x = np.random.default_rng(0).normal(size=(11, 3)) * [1.2, 0.9, 0.5] + 0.4
    kernel = pca.features(x) @ pca.features(x).T
    said = [text for _, text in pca._slips(kernel, 2)]
    assert sum("leans towards the mean" in text for text in said) == 2


@pytest.mark.parametrize("name", kernel_pairs.NAMED)
def test_duplicating_every_pair_adds_zeros(name):
    """The eigenvalues of K_Γ stay, and as many zeros are added; no more than n are negative."""
    n = 10
    x1, x2 = kernel_pairs.digits(n)
    both, twice = np.vstack([x1, x2]), np.vstack([x1, x1, x2, x2])
    once, found = (
        np.linalg.eigvalsh(kernels.contrastive_kernel(kernel_pairs.NAMED[name](x, x, 1)))
        for x in (both, twice)
    )
    assert np.allclose(np.sort(np.concatenate([once, np.zeros(2 * n)])), found, atol=ROUNDING)
    assert np.sum(found < -ROUNDING) == n


@pytest.mark.parametrize("name", kernel_pairs.NAMED)
def test_equal_views_make_it_kernel_pca(name):
    """x = x': the γ are the eigenvalues of the pictures' kernel over n, and n zeros."""
    n = 15
    x = kernel_pairs.digits(n)[0]
    found = np.linalg.eigvalsh(kernels.contrastive_kernel(kernel_pairs.matrix(name, x, x)))
    pictures = np.linalg.eigvalsh(kernel_pairs.NAMED[name](x, x)) / n
    assert np.allclose(np.sort(np.concatenate([pictures, np.zeros(n)])), found, atol=ROUNDING)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("name", kernel_pairs.NAMED)
def test_the_first_mode_is_nearly_the_same_number_for_all_digits(name, seed):
    """Its standard deviation is below a tenth of its mean."""
    pairs = kernel_pairs.digits(200, seed)
    first = kernels.ContrastiveKernelPCA(1, name).fit(*pairs).transform(np.vstack(pairs))
    assert first.std() < 0.1 * abs(first.mean())


def test_what_teachers_show_of_kernel_pca_and_of_the_swap():
    """Centred kernel: an eigenvalue is the sum of a coordinate's squares, and not its variance.

    One pair: PK̃ and K̃P differ only if its views have unequal lengths.
    """
    x = kernel_pairs.digits(20)[0]
    centring = np.eye(20) - 1 / 20
    value = np.linalg.eigvalsh(centring @ kernels.rbf(x, x) @ centring)
    left, size, _ = np.linalg.svd(centring @ np.linalg.cholesky(kernels.rbf(x, x)))
    coordinate = left[:, 0] * size[0]  # of PCA of features that the Cholesky factor writes down
    assert np.isclose(np.sum(coordinate**2), value[-1], atol=ROUNDING)
    assert np.isclose(coordinate.var(), value[-1] / 20, atol=ROUNDING)
    for lengths, equal in (((1, 1), True), ((1, 4), False)):
        K = np.array([[lengths[0], 0.8], [0.8, lengths[1]]])
        assert np.array_equal(K[::-1], K[:, ::-1]) == equal


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("name", kernel_pairs.NAMED)
def test_the_eigenvalues_of_kernel_pca_are_never_smaller(name, seed):
    """From the same starts no step would come later with its growth rates."""
    K = kernel_pairs.matrix(name, *kernel_pairs.digits(60, seed))
    plain = np.linalg.eigvalsh(K / len(K))
    assert (plain > np.linalg.eigvalsh(kernels.contrastive_kernel(K)) - ROUNDING).all()


@pytest.mark.parametrize("q", [10, 40, 100])
def test_gammas_of_landmarks_are_never_above_the_true_ones(q):
    """A projection does not raise the largest eigenvalues of a symmetric matrix."""
    pairs = kernel_pairs.digits(100)
    true = kernels.ContrastiveKernelPCA(5).fit(*pairs).eigenvalues_
    for seed in range(5):
        few = kernels.ContrastiveKernelPCA(5, n_landmarks=q, random_state=seed).fit(*pairs)
        assert (few.eigenvalues_ <= true + ROUNDING).all()


@pytest.mark.parametrize("q", [100, 400])
def test_gamma_loses_what_lies_outside_the_landmarks_span_and_the_function_hardly_any(q):
    """1,000 views of digits: γ_j falls by the share of v_j's squared length outside, to a tenth of
    it; of g_j's mean square a quarter of that share is lost at most."""
    x1, x2 = views.make_pairs(data.load_images("digits"), seed=0)
    K = kernel_pairs.matrix("rbf", x1[:500], x2[:500])
    root = kernel_pairs.root(K)
    contrastive = kernels.contrastive_kernel(K)
    gamma, B = linear.modes(contrastive, 10)
    chosen = np.random.default_rng(0).permutation(1000)[:q]
    span = np.linalg.qr(root[:, chosen])[0]
    outside = B - span @ (span.T @ B)
    share = np.sum(outside**2, axis=0)
    found = linear.modes(span.T @ contrastive @ span, 10)[0]
    assert np.allclose(1 - found / gamma, share, rtol=0.1)
    # Where views vary outside as much as within it need not be so: a quarter outside, 2.5 % less.
    line = np.array([np.sqrt(3), 1]) / 2
    assert 1 - line @ np.diag([1, 0.9]) @ line == pytest.approx(0.025)
    page = (ROOT / "book/kernel_details.md").read_text()
    assert "as long as it is small and the views vary little outside" in page
    lost = np.sum((root @ outside) ** 2, axis=0) / np.sum((root @ B) ** 2, axis=0)
    assert (lost < share / 4).all()


def test_the_memory_of_5000_pairs_is_that_of_few_dimensions():
    """0.8 GB with ten; where all eigenvalues are computed it is more than three times as much."""
    few, many = (kernels.memory_needed(5000, 64, d) for d in (10, 1000))
    assert few == kernels.memory_needed(5000, 64)
    assert f"{few / 1e9:.1f}" == "0.8" and many > 3 * few
    page = (ROOT / "book/kernel_details.md").read_text()
    assert "For 5,000 pairs of digits and ten dimensions the package needs" in page


def test_of_the_three_errors_of_landmarks_that_of_the_embedding_is_the_smallest():
    """The page's pairs of digits, from 50 to 800 landmarks of 1,000 views, mean of three draws."""
    x1, x2 = views.make_pairs(data.load_images("digits"), seed=0)
    pairs, unseen = (x1[:500], x2[:500]), x1[600:1000]
    exact = kernels.ContrastiveKernelPCA(10).fit(*pairs)
    for q in (50, 100, 200, 400, 800):
        errors = []
        for draw in range(3):
            few = kernels.ContrastiveKernelPCA(10, n_landmarks=q, random_state=draw).fit(*pairs)
            spaces = few.transform(unseen), exact.transform(unseen)
            gammas = np.max(1 - few.eigenvalues_ / exact.eigenvalues_)
            embedding = 1 - spectra.subspace_alignment(*spaces)
            errors.append([gammas, few.approximation_error_, embedding])
        gammas, missed, embedding = np.mean(errors, axis=0)
        assert embedding < 0.2 * min(gammas, missed)
        # Mostly because it is a square: its root is about half of the worst γ's, at 800 two thirds.
        assert np.sqrt(embedding) / gammas == pytest.approx(2 / 3 if q == 800 else 0.5, abs=0.07)


def test_step_1_of_the_kernel_machine_is_furthest_from_gradient_flow():
    """In per cent: descent of the page's machine at a fifth of the largest stable rate."""
    n, d = 200, 6
    x1, x2 = views.make_pairs(data.load_images("digits"), seed=0)
    both = np.vstack([x1[:n], x2[:n]])
    model = kernels.ContrastiveKernelPCA(d, "rbf").fit(*np.split(both, 2))
    K = kernels.rbf(both, both, model.bandwidth_)
    A0 = 1e-10 * np.random.default_rng(0).normal(size=(d, 2 * n))
    tau = np.sort(model.step_times(model.effective_init(K @ A0.T)))
    lr = 0.2 / (4 * model.eigenvalues_[0])
    run = kernels.gradient_descent(K, A0, lr, int(1.2 * tau[-1] / lr))
    off = np.abs(spectra.find_steps(run.t, run.eigenvalues) / tau - 1)
    assert off[0] > 3 * off[1:].max()
    # The 0.3 % of the recorded runs are not for this rate: the page's table has 0.53 for step 2.
    assert off[1:].max() == pytest.approx(0.0053, abs=5e-5)


def test_an_entry_above_one_off_a_diagonal_of_ones():
    """Then the matrix has a negative eigenvalue; above 1 on the diagonal it need not have one."""
    rng = np.random.default_rng(0)
    for n in (2, 5, 20):
        K = kernels.rbf(*[rng.normal(size=(n, 3))] * 2)
        K[0, 1] = K[1, 0] = 1 + 1e-6
        assert np.linalg.eigvalsh(K)[0] < 0
    assert np.linalg.eigvalsh([[1.001, 0.5], [0.5, 1]])[0] > 0


@functools.cache
def runs(alpha=1e-10):
    rows = data.load_run("kernel_dynamics_digits").meta["rows"]
    return [row for row in rows if row["alpha"] == alpha]


def gap(row):
    return 1 - row["gamma"][6] / row["gamma"][5]


def test_what_remains_is_predicted_in_all_runs_but_one():
    """The distances are those of the formula: to 5 %, but in the run that was overtaken."""
    odd = max(runs(), key=lambda row: row["embedding_error"])
    usual = [row for row in runs() if row is not odd]
    assert len(usual) == 9
    for row in usual:
        assert abs(row["embedding_error_predicted"] / row["embedding_error"] - 1) < 0.05
    assert odd["embedding_error_predicted"] > 1  # no prediction
    assert gap(odd) > min(map(gap, runs()))  # and its gap is not the narrowest


def test_step_times_are_predicted_in_all_runs_but_one():
    """Steps 2 to 6 to 0.3 %; the rest is the lateness of descent, which explains step 1 as well.

    In the run that was overtaken the last step comes a tenth early.
    """
    odd = max(runs(), key=lambda row: row["embedding_error"])
    share = data.load_run("kernel_dynamics_digits").meta["config"]["lr"]
    for row in runs():
        off = np.array(row["measured"]) / row["predicted"] - 1
        if row is odd:
            assert off[-1] < -0.1
            continue
        assert np.abs(off[1:]).max() < 0.003
        x = share * np.array(row["gamma"][:6]) / row["gamma"][0]  # 4γη
        # Mode 1 saturates before the whole lag has added up: half a per cent.
        assert np.abs(1 + off - x / np.log1p(x)).max() < 0.005
    # The machine of the page's first figure has twice the rate, and is later than 0.3 %.
    assert share == 0.1
    page = (ROOT / "book/04_kernels.md").read_text()
    assert "at a tenth of the largest stable learning rate: five with the Gaussian" in page
    assert "with two kernels, a tenth of the largest stable learning rate and starts" in page


def test_from_larger_starts_fewer_runs_are_predicted():
    """From 1e-5: steps 2 to 6 to 0.3 % in seven of ten runs, distances to 5 % in eight of ten."""
    rows = runs(1e-5)
    assert len(rows) == 10
    off = [np.abs(np.array(row["measured"]) / row["predicted"] - 1)[1:].max() for row in rows]
    assert np.sum(np.array(off) < 0.003) == 7
    far = [abs(row["embedding_error_predicted"] / row["embedding_error"] - 1) for row in rows]
    assert np.sum(np.array(far) < 0.05) == 8


def test_the_distances_that_are_missed():
    """All of one seed: the overtaken mode, from either size, and one run that ended far away.

    The formula is of first order: it is good to 5 % for all runs that it sends less than 0.12 away.
    """
    every = [*runs(1e-10), *runs(1e-5)]
    said, ended = np.array(
        [(row["embedding_error_predicted"], row["embedding_error"]) for row in every]
    ).T
    missed = np.abs(said / ended - 1) > 0.05
    named = {(row["alpha"], row["kernel"], row["seed"]) for row in np.array(every)[missed]}
    assert named == {(1e-10, "laplace", 4), (1e-5, "laplace", 4), (1e-5, "rbf", 4)}
    assert len({seed for _, _, seed in named}) == 1
    assert (said[missed] > 0.15).all()
    assert (said[~missed] < 0.12).all()


def grown(gamma, start):
    """The sizes at the end of two modes on one output, from their own flow."""
    gamma = np.asarray(gamma)

    def force(t, log_a):
        return 4 * gamma * (1 - np.sum(gamma * np.exp(2 * log_a)))

    first = np.log(start)
    end = 2 * np.max(-first / (4 * gamma)) + 5
    run = solve_ivp(force, (0, end), first, method="LSODA", rtol=1e-10, atol=1e-10)
    return np.exp(run.y[:, -1])


def test_one_force_moves_both_modes():
    """γ = (1, 0.5) from 0.01: mode 1 grows by about 100, mode 2 by its square root, about 10."""
    growth = grown([1, 0.5], [0.01, 0.01]) / 0.01
    assert np.isclose(np.log(growth[1]) / np.log(growth[0]), 0.5, atol=1e-6)
    assert np.allclose(growth, [100, 10], rtol=0.01)  # λ_1 = 1 − γ_2·0.01 at the end


def test_a_shorter_start_of_mode_1_leaves_more_of_mode_2():
    """γ = (1, 0.5): √α remains of mode 2, and twice as much if mode 1 starts at a quarter of α."""
    for alpha in (1e-4, 1e-6):
        left = [grown([1, 0.5], [alpha / part, alpha])[1] for part in (1, 4)]
        assert np.allclose(left, [np.sqrt(alpha), 2 * np.sqrt(alpha)], rtol=0.01)


@pytest.mark.parametrize(("size", "winner"), [(1e-4, 1), (1e-10, 1), (1e-14, 0), (1e-24, 0)])
def test_a_short_leftover_is_overtaken(size, winner):
    """γ = (1, 0.8), mode 1 a thousand times shorter: mode 2 wins above α = 1e-12.

    In the figure the loser ends at about 0.01 from 1e-4, at about 0.004 from 1e-24.
    """
    end = grown([1, 0.8], [size / 1000, size])
    assert np.argmax(end) == winner
    if size in (1e-4, 1e-24):
        assert np.isclose(end.min(), {1e-4: 0.01, 1e-24: 0.004}[size], rtol=0.2)  # one digit


def test_the_lines_of_the_right_panel_cross_half_way_up():
    """While both are small, from 1e-27 and 1e-24, they are equal at 1e-12."""
    t = np.log(1000) / (4 * (1 - 0.8))
    assert np.isclose(np.log10(1e-27 * np.exp(4 * t)), -12)
    assert np.isclose(np.log10(1e-24 * np.exp(4 * 0.8 * t)), -12)


@pytest.mark.parametrize("alpha", [1e-10, 1e-5])
def test_the_overtaken_run_ends_at_modes_1_to_5_and_7(alpha):
    """Laplace, seed 4, trained again at half of the stable rate: not modes 1 to 6."""
    odd = max(runs(alpha), key=lambda row: row["embedding_error"])
    assert (odd["kernel"], odd["seed"]) == ("laplace", 4)
    raw = {"n": 200, "seed": 4, "centre": False, "scale": False}
    both = np.vstack(views.make_pairs(data.load_images("digits"), **raw))
    model = kernels.ContrastiveKernelPCA(7, "laplace").fit(*np.split(both, 2))
    assert np.allclose(model.eigenvalues_, odd["gamma"], rtol=1e-9)
    K = kernels.laplace(both, both, model.bandwidth_)
    start = alpha * np.random.default_rng(4).standard_normal((6, 400))
    lr = 0.5 / (4 * model.eigenvalues_[0])
    run = kernels.gradient_descent(K, start, lr, int(1.5 * max(odd["measured"]) / lr))
    trained, modes = K @ run.W.T, model.transform(both)

    def distance(chosen):
        target = modes[:, chosen]
        rotation = orthogonal_procrustes(trained, target)[0]
        return np.linalg.norm(trained @ rotation - target) / np.linalg.norm(target)

    assert distance([0, 1, 2, 3, 4, 6]) < 0.05  # what remains of mode 6, 0.015
    assert distance([0, 1, 2, 3, 4, 5]) > 0.5


def test_from_which_start_mode_6_of_the_overtaken_run_gets_the_larger_part():
    """Below 1e-22; there it shares the direction with mode 7 and does not take it whole."""
    K = kernel_pairs.matrix("laplace", *kernel_pairs.digits(200, 4))
    gamma, B = linear.modes(kernels.contrastive_kernel(K), 7)
    columns = np.random.default_rng(4).standard_normal((6, 400)) @ kernel_pairs.root(K) @ B
    left = [np.abs(np.linalg.qr(np.delete(columns, j, 1), mode="r")[-1, -1]) for j in (6, 5)]
    shares = {}
    for alpha in (1e-21, 1e-22):
        shares[alpha] = gamma[5:] * grown(gamma[5:], alpha * np.array(left)) ** 2
        assert np.isclose(shares[alpha].sum(), 1, atol=1e-6)
    assert shares[1e-21][0] < 0.5 < shares[1e-22][0] < 0.6


def test_two_runs_with_the_same_gap():
    """Seeds 3 and 4 of the Gaussian kernel: nearly one gap, distances more than tenfold apart.

    They are two of the figure's three leftmost dots, the nearest and the furthest of these.
    """
    third, fourth = (row for row in runs() if row["kernel"] == "rbf" and row["seed"] in (3, 4))
    assert abs(gap(third) - gap(fourth)) < 0.01
    assert fourth["embedding_error"] > 10 * third["embedding_error"]
    leftmost = sorted(runs(), key=gap)[:3]
    assert gap(leftmost[2]) - gap(leftmost[0]) < 0.01
    leftmost.sort(key=lambda row: row["embedding_error"])
    assert (leftmost[0], leftmost[2]) == (third, fourth)


def parts(name, seed, alpha):
    """Lengths of what remains along u_1 … u_6 (rows) of modes 7, 8, … on the training views."""
    K = kernel_pairs.matrix(name, *kernel_pairs.digits(200, seed))
    gamma, B = linear.modes(kernels.contrastive_kernel(K), 12)
    root = kernel_pairs.root(K)
    start = alpha * np.random.default_rng(seed).standard_normal((6, 400)) @ root @ B
    along = np.abs(np.linalg.qr(start, mode="r"))  # of u_j and b_l
    grown = (gamma[:6] ** -0.5 / np.diag(along))[:, None] ** (gamma[6:] / gamma[:6, None])
    return along[:, 6:] * grown * np.linalg.norm(root @ B[:, 6:], axis=0)


def test_the_gap_is_the_exponent_of_one_part_alone():
    """From 1e-5 to 1e-10 the distance falls as α to the gap, but where that part is small.

    Seed 3 leaves mode 7 little: from 1e-5 the part of mode 8 is the largest with either kernel, and
    the distance falls with more than twice the gap. With Laplace it still is from 1e-10.
    """
    for large, small in zip(runs(1e-5), runs(1e-10), strict=True):
        run = (large["kernel"], large["seed"])
        assert run == (small["kernel"], small["seed"])
        power = np.log10(large["embedding_error"] / small["embedding_error"]) / 5
        if run[1] == 3:
            assert power > 2 * gap(small)
        elif run != ("laplace", 4):  # overtaken: it stays where it is
            assert abs(power - gap(small)) < 0.012
    for name, alpha in (("rbf", 1e-5), ("laplace", 1e-5), ("laplace", 1e-10)):
        found = parts(name, 3, alpha)
        j, l = np.unravel_index(np.argmax(found), found.shape)
        assert (j + 1, l + 7) == (6, 8)


@pytest.mark.parametrize("name", ["laplace", "rbf"])
def test_the_probe_on_photographs(name):
    """At 10, 30 and 100 dimensions the lead is there in all three sets; at 1,000 it is lost in all.

    At 300 the sets disagree. The mean over the sets is one to three points up to 100 dimensions
    and below a point at 300. Both methods fall from 300 to 1,000, and at ten dimensions both are
    below the pixels.
    """
    meta = data.load_run("kernel_probe_cifar10").meta
    assert meta["config"]["dimensions"] == [10, 30, 100, 300, 1000]
    own, plain = (
        np.array(meta["accuracy"][f"{name}, {method}"]) for method in ("contrastive", "kernel PCA")
    )
    lead = own - plain
    assert len(lead) == 3
    assert (lead[:, :3] > 0).all()
    assert lead[:, 3].min() < 0 < lead[:, 3].max()
    assert (lead[:, -1] < 0).all()
    assert set(np.round(100 * lead.mean(axis=0)[:3])) <= {1, 2, 3}
    assert 0 < lead.mean(axis=0)[3] < 0.01
    for accuracy in (own, plain):
        assert accuracy.mean(axis=0)[-1] < accuracy.mean(axis=0)[-2]
        assert accuracy[:, 0].max() < np.min(meta["accuracy"]["pixels"])
    # "One to three standard errors of a single accuracy".
    error = np.sqrt(own[:, 0].mean() * (1 - own[:, 0].mean()) / meta["config"]["test"])
    assert 1 < lead[:, 0].mean() / error < 3.1


def test_the_page_has_the_minutes_of_its_notebook():
    """30 minutes for this page, 97 for the notebook."""
    page = (ROOT / "book/04_kernels.md").read_text()
    source = (ROOT / "solutions/04_kernels.py").read_text()
    minutes = re.findall(r"^# \*.+ · (\d+) minutes · \d+ points?\*$", source, re.M)
    assert f"{sum(map(int, minutes))} for the notebook" in page
