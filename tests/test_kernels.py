"""Kernels, K_Γ and training in function space: formulas against brute force and each other."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from stepwise_ssl import kernels, linear
from tests.kernel_pairs import NAMED, digits, duplicated, matrix, pair_correlation, swap

each_kernel = pytest.mark.parametrize("name", NAMED)
formulas = {
    "rbf": lambda r, b: np.exp(-(r**2) / (2 * b**2)),
    "laplace": lambda r, b: np.exp(-r / b),
}


def eigen_powers(K: np.ndarray, *powers: float) -> list[np.ndarray]:
    """Powers of a positive definite matrix."""
    eigenvalues, vectors = np.linalg.eigh(K)
    return [vectors * eigenvalues**p @ vectors.T for p in powers]


# --- kernels of the distance -------------------------------------------------------------------


@each_kernel
def test_kernels_are_their_formulas_on_scipys_distances(name) -> None:
    x1, x2 = digits(40)
    for b in (0.3, 1.0, 5.0):
        want = formulas[name](cdist(x1, x2[:30]), b)
        # One matrix product for all distances: a few roundings of numbers of order 1.
        np.testing.assert_allclose(NAMED[name](x1, x2[:30], b), want, rtol=0, atol=1e-14)


@each_kernel
def test_a_kernel_matrix_is_symmetric_to_the_last_bit(name) -> None:
    # 1500 rows make more than one block of distances.
    x = np.random.default_rng(0).standard_normal((1500, 17))
    K = NAMED[name](x, x)
    np.testing.assert_array_equal(K, K.T)
    np.testing.assert_array_equal(K.diagonal(), 1)
    assert np.linalg.eigvalsh(K[:300, :300]).min() > 0
    np.testing.assert_array_equal(NAMED[name](x, x.copy()), K)


@each_kernel
@pytest.mark.parametrize("power", [-1040, -600, 600, 1000])
def test_kernels_of_numbers_of_any_size(name, power) -> None:
    """A power of 2 changes no digit, of views and bandwidth alike."""
    x1, x2 = (x * (np.arange(64) < 8) for x in digits(20))
    x1, x2 = (np.ldexp(np.round(np.ldexp(x, 8)), -8) for x in (x1, x2))  # no digit below 2^-8
    large1, large2, b = np.ldexp(x1, power), np.ldexp(x2, power), np.ldexp(0.5, power)
    with np.errstate(all="raise"):
        np.testing.assert_array_equal(NAMED[name](large1, large2, b), NAMED[name](x1, x2, 0.5))
        np.testing.assert_array_equal(NAMED[name](large1, large1, b), NAMED[name](x1, x1, 0.5))


@each_kernel
def test_bandwidths_of_any_size(name) -> None:
    x, _ = digits(10)
    with np.errstate(all="raise"):
        np.testing.assert_array_equal(NAMED[name](x, x, 1e300), 1)
        np.testing.assert_array_equal(NAMED[name](x, x, 1e-100), np.eye(10))
        with pytest.raises(ValueError, match="bandwidth is 1e-200"):
            NAMED[name](x, x, 1e-200)


def test_a_median_distance_that_no_number_holds_is_refused() -> None:
    far = np.array([[-1.7e308], [1.7e308]])
    with np.errstate(all="raise"), pytest.raises(ValueError, match="x1 and x2 have entries"):
        kernels.median_distance(far, far)
    assert kernels.median_distance(far / 4, far / 4) == 0.85e308


@pytest.mark.parametrize("power", [-900, 1000])
def test_the_contrastive_kernel_of_a_matrix_of_any_size(power) -> None:
    K = matrix("laplace", *digits(20))
    with np.errstate(all="raise"):
        large = kernels.contrastive_kernel(np.ldexp(K, power))
    np.testing.assert_array_equal(large, large.T)
    np.testing.assert_allclose(np.ldexp(large, -power), kernels.contrastive_kernel(K), atol=1e-14)


@each_kernel
def test_equal_rows_have_distance_zero_however_long_they_are(name) -> None:
    rng = np.random.default_rng(0)
    x = (100 + rng.random((6, 3072))).astype(np.float32)  # far from 0: the products cancel
    K = NAMED[name](x, np.vstack([x[3:], x[:3]]), 1e-3)
    np.testing.assert_array_equal(K, np.roll(np.eye(6), 3, axis=0))


@each_kernel
def test_small_distances_keep_their_digits_beside_large_ones(name) -> None:
    rng = np.random.default_rng(0)
    x = rng.standard_normal((50, 20))
    close = x + 1e-9 * rng.standard_normal(x.shape)
    far = np.vstack([close, 1e6 * np.ones((1, 20))])  # one row far away
    want = formulas[name](cdist(x, close), 1e-8)
    # A distance of 1e-9 between numbers of order 1 is known to 1e-7 of itself.
    np.testing.assert_allclose(NAMED[name](x, far, 1e-8)[:, :-1], want, rtol=0, atol=1e-6)


def test_kernels_compute_in_float64() -> None:
    x1, x2 = (x.astype(np.float32) for x in digits(20))
    for kernel in NAMED.values():
        K = kernel(x1, x2)
        assert K.dtype == np.float64
        np.testing.assert_array_equal(K, kernel(x1.astype(float), x2.astype(float)))


def test_the_default_bandwidth_is_the_median_distance() -> None:
    x1, x2 = digits(30)
    b = kernels.median_distance(x1, x2)
    # Of an even number of distances it lies between the middle two, 1e-7 of them apart.
    assert b == pytest.approx(np.median(cdist(x1, x2)), rel=1e-6)
    for kernel in NAMED.values():
        np.testing.assert_array_equal(kernel(x1, x2), kernel(x1, x2, b))


def test_the_median_distance_is_that_of_rows_that_differ() -> None:
    x = np.array([[0.0], [0.0], [0.0], [0.0], [3.0]])
    assert kernels.median_distance(x, x) == 3
    x1, _ = digits(50)
    distances = cdist(x1, x1)
    assert kernels.median_distance(x1, x1) == pytest.approx(np.median(distances[distances > 0]))


def test_the_median_distance_of_many_rows_is_taken_from_some() -> None:
    x = np.random.default_rng(0).standard_normal((3000, 8))
    # 1000 rows at equal spacing; the median of 500,000 distances hangs on them to about 1 %.
    assert kernels.median_distance(x, x) == pytest.approx(np.median(cdist(x, x)), rel=0.02)


def test_kernels_leave_their_inputs_alone() -> None:
    x1, x2 = digits(20)
    kept = x1.copy(), x2.copy()
    for kernel in NAMED.values():
        kernel(x1, x2)
        kernel(x1, x1)
    np.testing.assert_array_equal(x1, kept[0])
    np.testing.assert_array_equal(x2, kept[1])


# --- K_Γ ---------------------------------------------------------------------------------------


@each_kernel
def test_both_formulas_of_the_contrastive_kernel_agree(name, report) -> None:
    n = 100
    K = matrix(name, *digits(n))
    (inverse_root,) = eigen_powers(K, -0.5)
    with_inverse = inverse_root @ (K @ swap(n) @ K / (2 * n)) @ inverse_root
    gap = np.abs(kernels.contrastive_kernel(K) - with_inverse).max()
    report(f"K_Γ with K̃^-1/2 against K_Γ with K̃^1/2, {name}, n = {n}: {gap:.1e}")
    # The inverse root amplifies rounding by the root of K̃'s condition number, below 1e3 here.
    assert gap < 1e-12


@each_kernel
def test_half_of_the_eigenvalues_are_positive(name) -> None:
    n = 40
    gamma = np.linalg.eigvalsh(kernels.contrastive_kernel(matrix(name, *digits(n))))
    assert (gamma > 1e-8).sum() == n
    assert (gamma < -1e-8).sum() == n


def test_identical_views_give_the_eigenvalues_of_the_plain_kernel() -> None:
    """With no augmentation K_Γ knows what K knows: γ_j are the eigenvalues of K_XX/n, and 0."""
    x, _ = digits(30)
    gamma = np.linalg.eigvalsh(kernels.contrastive_kernel(matrix("rbf", x, x)))
    plain = np.linalg.eigvalsh(kernels.rbf(x, x, kernels.median_distance(*[np.vstack([x, x])] * 2)))
    # A root loses half of the digits of a zero eigenvalue: 1e-8 squared comes back as 1e-16.
    np.testing.assert_allclose(gamma, np.r_[np.zeros(30), plain / 30], atol=1e-14)


def test_a_kernel_matrix_in_float32_is_taken() -> None:
    """Its rounding makes eigenvalues of -1e-6, which are no sign of a kernel that is none."""
    x1, x2 = digits(300)
    both = np.vstack([x1, x2])
    K = kernels.rbf(both, both, 10 * kernels.median_distance(both, both))
    single = K.astype(np.float32)
    assert np.linalg.eigvalsh(single.astype(float)).min() < -1e-8
    gap = np.abs(kernels.contrastive_kernel(single) - kernels.contrastive_kernel(K)).max()
    # Half of the digits of float32's 1e-7, because of the root.
    assert gap < 3e-4 / len(K)
    with pytest.raises(ValueError, match="not positive semi-definite: its smallest eigenvalue"):
        kernels.contrastive_kernel(single.astype(float))


# --- training in function space ----------------------------------------------------------------


def test_descent_with_the_linear_kernel_is_descent_of_the_linear_model() -> None:
    """Every step of A (d, 2n) is the step of W = A X."""
    x1, x2 = digits(20)
    X = np.vstack([x1, x2])
    A0 = 0.1 * np.random.default_rng(0).standard_normal((3, 40))
    Gamma = linear.cross_moment(x1, x2)
    lr = 0.1 / linear.modes(Gamma, 1)[0][0]
    of_kernel = kernels.gradient_descent(X @ X.T, A0, lr, 200)
    of_weights = linear.gradient_descent(Gamma, A0 @ X, lr, 200)
    np.testing.assert_allclose(of_kernel.eigenvalues, of_weights.eigenvalues, atol=1e-12)
    np.testing.assert_allclose(of_kernel.loss, of_weights.loss, atol=1e-12)
    np.testing.assert_allclose(of_kernel.W @ X, of_weights.W, atol=1e-12)


def test_one_step_is_the_formula_and_goes_down_the_loss() -> None:
    n, d, lr = 15, 2, 1e-3
    K = matrix("laplace", *digits(n))
    A0 = np.random.default_rng(0).standard_normal((d, 2 * n))
    kept = A0.copy(), K.copy()
    run = kernels.gradient_descent(K, A0, lr, 1)
    F = A0 @ K
    C = F @ swap(n) @ F.T / (2 * n)
    np.testing.assert_allclose(
        run.W, A0 + lr * 4 / (2 * n) * (np.eye(d) - C) @ F @ swap(n), rtol=1e-12
    )
    # dL/dt of the flow is -‖∂L/∂W‖², in the metric of the features: tr(G K Gᵀ) for dA/dt = G.
    G = 4 / (2 * n) * (np.eye(d) - C) @ F @ swap(n)
    slope = (run.loss[1] - run.loss[0]) / lr
    assert slope == pytest.approx(-np.trace(G @ K @ G.T), rel=0.05)  # a step is no differential
    np.testing.assert_array_equal(A0, kept[0])
    np.testing.assert_array_equal(K, kept[1])


@pytest.mark.parametrize("n", [15, 120])
def test_a_rate_that_is_not_stable_is_said(n) -> None:
    K = matrix("laplace", *digits(n))
    gamma = np.linalg.eigvalsh(kernels.contrastive_kernel(K))[-1]
    A0 = 1e-3 * np.random.default_rng(0).standard_normal((2, 2 * n))
    bound = 1 / (4 * gamma)
    with pytest.warns(UserWarning, match=r"lr = .* is not below 1/\(4γ_1\)") as caught:
        kernels.gradient_descent(K, A0, 1.01 * bound, 1)
    assert caught[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        kernels.gradient_descent(K, A0, 0.99 * bound, 1)
        kernels.gradient_descent(0 * K, A0, 1.0, 1)


@pytest.mark.filterwarnings("ignore:lr = ")
def test_a_start_that_is_too_large_is_refused() -> None:
    K = matrix("laplace", *digits(5))
    for size in (1e60, 1e300):
        with np.errstate(all="raise"), pytest.raises(ValueError, match="A0 makes .* too large"):
            kernels.gradient_descent(K, np.full((2, 10), size), 0.1, 3)


def test_eight_pairs_fill_eight_of_twelve_dimensions() -> None:
    K = matrix("laplace", *digits(8))
    gamma = np.linalg.eigvalsh(kernels.contrastive_kernel(K))[::-1]
    A0 = 1e-3 * np.random.default_rng(0).standard_normal((12, 16))
    # The slowest mode sets the time and the fastest the step: 40/(8 γ_8) at lr = 0.5/(4 γ_1).
    lr = 0.5 / (4 * gamma[0])
    run = kernels.gradient_descent(K, A0, lr, int(40 / (8 * gamma[7]) / lr))
    assert run.loss[-1] == pytest.approx(4, abs=1e-10)
    np.testing.assert_allclose(run.eigenvalues[-1], [1] * 8 + [0] * 4, atol=1e-6)


def test_training_ends_where_the_estimator_says() -> None:
    """From ever smaller starts the embeddings come to the closed form, up to a rotation."""
    x1, x2 = duplicated(30, 5)
    K = matrix("laplace", x1, x2)
    model = kernels.ContrastiveKernelPCA(2, kernel="laplace").fit(x1, x2)
    want = model.transform(np.vstack([x1, x2]))
    lr = 0.2 / (4 * model.eigenvalues_[0])
    errors = []
    for alpha in (1e-4, 1e-8):
        A0 = alpha * np.random.default_rng(1).standard_normal((2, 60))
        end = 2 * model.step_times(model.effective_init((A0 @ K).T)).max()
        F = (kernels.gradient_descent(K, A0, lr, int(end / lr)).W @ K).T
        np.testing.assert_allclose(pair_correlation(F[:30], F[30:]), np.eye(2), atol=1e-3)
        # What a rotation of the embedding leaves alone: the products of all embeddings.
        errors.append(np.linalg.norm(F @ F.T - want @ want.T) / np.linalg.norm(want @ want.T))
    gamma = kernels.ContrastiveKernelPCA(3, kernel="laplace").fit(x1, x2).eigenvalues_
    assert errors[1] < 0.01
    # One start at two sizes: the error goes as alpha^(1 − γ_3/γ_2), up to higher orders.
    exponent = np.log(errors[0] / errors[1]) / np.log(1e4)
    assert exponent == pytest.approx(1 - gamma[2] / gamma[1], abs=0.02)
