"""The kernels of infinite width: against integrals, random networks, and in their hard cases."""

import tracemalloc
import warnings

import numpy as np
import pytest
import torch
from scipy.stats import norm

from stepwise_ssl import ntk
from stepwise_ssl.kernels import relu_mlp_kernel

SETTINGS = [(2**0.5, 0.0), (1.3, 0.1), (1.7, 0.5)]
DEPTHS = (1, 2, 3, 4, 5)
rng = np.random.default_rng(0)
X = rng.normal(size=(7, 6))
Y = rng.normal(size=(4, 6))


def gaussian_means(k11, k12, k22):
    """E[σ(u)σ(v)] and E[σ'(u)σ'(v)] for the ReLU σ and (u, v) normal, by integration.

    With u = r√k11 cos φ and v = r√k22 cos(φ − θ) the integrand is homogeneous in r: the radial
    integral is known, and the one over the angle where both are positive is done numerically.
    """
    theta = np.arccos(k12 / np.sqrt(k11 * k22))
    nodes, weights = np.polynomial.legendre.leggauss(40)
    low, high = theta - np.pi / 2, np.pi / 2
    phi = low + (high - low) * (nodes + 1) / 2
    # ∫ r³ e^{-r²/2} dr = 2 for the product of two ReLUs.
    product = 2 * np.sqrt(k11 * k22) * np.cos(phi) * np.cos(phi - theta)
    return (high - low) / 2 * weights @ product / (2 * np.pi), (high - low) / (2 * np.pi)


def by_integration(a, b, depth, W_std, b_std):
    """(nngp, ntk) of one pair of inputs."""

    def dense(k):
        return [W_std**2 * q + b_std**2 for q in k]

    k11, k12, k22 = dense([a @ a / len(a), a @ b / len(a), b @ b / len(a)])
    theta = k12
    for _ in range(depth):
        share = gaussian_means(k11, k12, k22)[1]
        k12 = gaussian_means(k11, k12, k22)[0]
        k11, k12, k22 = dense([k11 / 2, k12, k22 / 2])
        theta = k12 + W_std**2 * share * theta
    return k12, theta


@pytest.mark.parametrize("W_std, b_std", SETTINGS)
@pytest.mark.parametrize("depth", DEPTHS)
def test_equals_the_integrals(depth, W_std, b_std):
    got = relu_mlp_kernel(X, Y, depth, W_std, b_std)
    want = np.array([[by_integration(a, b, depth, W_std, b_std) for b in Y] for a in X])
    # arccos in the truth loses a few digits of the angle.
    np.testing.assert_allclose(np.stack(got, axis=-1), want, rtol=1e-11, atol=1e-12)


def test_one_layer_equals_an_integral_over_the_plane():
    """No polar coordinates: a mean over 2000 × 2000 Gaussian quantiles in the plane."""
    a, b = X[0], X[1]
    k = 2 * np.array([[a @ a, a @ b], [a @ b, b @ b]]) / len(a)
    quantiles = norm.ppf((np.arange(2000) + 0.5) / 2000)
    z = np.stack(np.meshgrid(quantiles, quantiles)).reshape(2, -1)
    u, v = np.linalg.cholesky(k) @ z
    nngp, theta = (kernel.item() for kernel in relu_mlp_kernel(a[None], b[None], 1))
    product = np.mean(np.maximum(u, 0) * np.maximum(v, 0))
    both = np.mean((u > 0) & (v > 0))
    # The midpoint rule leaves out half a quantile's share of the tails: some 1/2000.
    assert nngp == pytest.approx(2 * product, rel=2e-3)
    assert theta == pytest.approx(2 * product + 2 * both * k[0, 1], rel=2e-3)


@pytest.mark.parametrize("W_std, b_std", SETTINGS)
def test_random_networks_come_closer_as_the_root_of_their_width(report, W_std, b_std):
    """Mean over draws of the relative error, for depths 1 to 5."""
    widths, draws = np.array([64, 192, 576]), (10, 8, 6)
    few = X[:4]
    slopes = []
    for depth in DEPTHS:
        theta = relu_mlp_kernel(few, few, depth, W_std, b_std)[1]
        errors = []
        for N, count in zip(widths, draws, strict=True):
            networks = (ntk.MLP((6, *[N] * depth, 2), W_std, b_std, s) for s in range(count))
            off = [np.linalg.norm(ntk.empirical_ntk(model, few) - theta) for model in networks]
            errors.append(np.sqrt(np.mean(np.square(off))) / np.linalg.norm(theta))
        slopes.append(np.polyfit(np.log(widths), np.log(errors), 1)[0])
    report(
        f"empirical NTK against its limit, W_std {W_std:.2f}, b_std {b_std}: slope of the error in "
        f"width for depths 1 to 5: {', '.join(f'{s:.2f}' for s in slopes)}"
    )
    # A root mean square over 6 to 10 draws of a few correlated entries is good to some 25 %, and
    # 64 units are few for five layers; the mean over depths is tighter.
    assert np.abs(np.array(slopes) + 0.5).max() < 0.25
    assert abs(np.mean(slopes) + 0.5) < 0.12


def test_no_hidden_layer_is_the_linear_model():
    nngp, theta = relu_mlp_kernel(X, Y, 0, W_std=1.5, b_std=0.2)
    np.testing.assert_allclose(theta, 1.5**2 * X @ Y.T / 6 + 0.04, rtol=1e-13)
    np.testing.assert_array_equal(nngp, theta)


@pytest.mark.parametrize("depth", DEPTHS)
def test_symmetric_to_the_last_bit_and_positive(depth):
    many = np.random.default_rng(1).normal(size=(120, 20))
    many = np.vstack([many, many[:30], many[:5] * (1 + 1e-9), np.zeros((2, 20))])
    for kernel in relu_mlp_kernel(many, many.copy(), depth, 1.4, 0.1):
        np.testing.assert_array_equal(kernel, kernel.T)
        values = np.linalg.eigvalsh(kernel)
        assert values[0] > -1e-13 * values[-1] * len(many)


@pytest.mark.parametrize("depth", DEPTHS)
def test_an_input_with_itself_has_the_known_value(depth):
    """With W_std = √2 and no bias the signal keeps its size, and the NTK counts the layers."""
    nngp, theta = relu_mlp_kernel(X, X, depth)
    size = 2 * np.sum(X**2, axis=1) / 6
    np.testing.assert_allclose(np.diag(nngp), size, rtol=1e-14)
    np.testing.assert_allclose(np.diag(theta), (depth + 1) * size, rtol=1e-14)


def test_homogeneous_without_biases():
    nngp, theta = relu_mlp_kernel(3 * X, 0.5 * Y, 3)
    plain = relu_mlp_kernel(X, Y, 3)
    np.testing.assert_allclose(nngp, 1.5 * plain[0], rtol=1e-12)
    np.testing.assert_allclose(theta, 1.5 * plain[1], rtol=1e-12)


@pytest.mark.parametrize("b_std", [0.0, 0.3])
def test_zero_vectors(b_std):
    zero = np.zeros((1, 6))
    nngp, theta = relu_mlp_kernel(np.vstack([zero, X]), zero, 3, b_std=b_std)
    assert np.isfinite(nngp).all() and np.isfinite(theta).all()
    if not b_std:
        assert (nngp == 0).all() and (theta == 0).all()


@pytest.mark.parametrize("angle", [0.0, 1e-12, 1e-8, 1e-6, 1e-3, np.pi - 1e-8, np.pi])
@pytest.mark.parametrize("stretch", [1.0, 1.7])
def test_parallel_inputs(angle, stretch):
    """Against the expansion in the angle between unit vectors, where rounding is worst."""
    a = np.array([[1.0, 0.0]])
    b = stretch * np.array([[np.cos(angle), np.sin(angle)]])
    nngp, theta = (kernel.item() for kernel in relu_mlp_kernel(a, b, 1))
    want = (np.sin(angle) + (np.pi - angle) * np.cos(angle)) / np.pi
    share = (np.pi - angle) / np.pi
    assert nngp == pytest.approx(stretch * want, abs=1e-14)
    # sin² below 1e-14 counts as parallel: an angle of 1e-7 in π.
    assert theta == pytest.approx(stretch * (want + share * np.cos(angle)), abs=1e-7 / np.pi * 2)


@pytest.mark.parametrize("b_std", [0.0, 0.3])
def test_many_inputs_in_blocks(b_std, monkeypatch):
    """Rows on their own give the same; one triangle of equal inputs gives both."""
    many = np.random.default_rng(2).normal(size=(90, 8))
    monkeypatch.setattr("stepwise_ssl.kernels._relu._ENTRIES", 1000)
    whole = relu_mlp_kernel(many, many, 2, 1.4, b_std)
    for row in (0, 41, 89):
        alone = relu_mlp_kernel(many[row : row + 1], many, 2, 1.4, b_std)
        for kernel, one in zip(whole, alone, strict=True):
            # An input with itself: an angle of 1e-7 counts as 0.
            np.testing.assert_allclose(kernel[row], one[0], rtol=0, atol=1e-12)


@pytest.mark.parametrize("size", [1e-150, 1e-100, 1e100, 1e150])
def test_inputs_of_any_size(size):
    with np.errstate(all="raise"), warnings.catch_warnings():
        warnings.simplefilter("error")
        kernels = relu_mlp_kernel(size * X, Y / size, 3)
    for kernel, want in zip(kernels, relu_mlp_kernel(X, Y, 3), strict=True):
        np.testing.assert_allclose(kernel, want, rtol=1e-11)


def test_a_deep_network_in_range_and_out_of_range():
    with np.errstate(all="raise"), warnings.catch_warnings():
        warnings.simplefilter("error")
        deep = relu_mlp_kernel(X, X, 300, 3.0)
        plain = relu_mlp_kernel(X, X, 300)
        for kernel, want in zip(deep, plain, strict=True):
            # Every layer multiplies both by W_std²/2, each with its rounding.
            np.testing.assert_allclose(kernel / 4.5**301, want, rtol=1e-12)
        for depth, W_std in ((500, 3), (500, 0.01), (2000, 2)):
            with pytest.raises(ValueError, match=rf"depth is {depth}, W_std is {W_std:g}"):
                relu_mlp_kernel(X, X, depth, W_std)
        for x1, x2, name in ((1e200 * X, X, "x1"), (X, 1e-200 * X, "x2")):
            with pytest.raises(ValueError, match=f"{name} has entries up to"):
                relu_mlp_kernel(x1, x2)
        with pytest.raises(ValueError, match="W_std is 1e[+]200"):
            relu_mlp_kernel(X, X, 1, 1e200)
        for b_std in (1e-200, 1e200):
            with pytest.raises(ValueError, match="x1 has .* b_std is 1e"):
                relu_mlp_kernel(0 * X, X, b_std=b_std)
        # Beside a bias inputs may be as small as they like.
        np.testing.assert_allclose(relu_mlp_kernel(1e-300 * X, X, 0, b_std=1.0)[0], 1)


def test_memory_is_what_was_stated():
    x = np.random.default_rng(0).normal(size=(1000, 50))
    relu_mlp_kernel(X, X)  # imports
    tracemalloc.start()
    try:
        relu_mlp_kernel(x, x[:800], 3, b_std=0.1)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    stated = 16 * 1000 * 800 + 16 * 1800 * 54 + 1e6 * torch.get_num_threads()
    assert 16 * 1000 * 800 < peak < stated


def test_single_precision_is_computed_in_double():
    small = X.astype(np.float32)
    for got, want in zip(
        relu_mlp_kernel(small, small, 2), relu_mlp_kernel(*2 * [small.astype(float)], 2),
        strict=True,
    ):  # fmt: skip
        assert got.dtype == np.float64
        np.testing.assert_array_equal(got, want)


def test_equal_rows_of_two_matrices_have_the_kernels_of_a_row_with_itself() -> None:
    x = np.random.default_rng(0).standard_normal((30, 64))
    whole = relu_mlp_kernel(x, x, 3, 1.3, 0.1)
    part = relu_mlp_kernel(x[:7], np.vstack([x[::-1], x[:2]]), 3, 1.3, 0.1)
    for K, k in zip(whole, part, strict=True):
        # Products of other shapes are summed in another order.
        np.testing.assert_allclose(k[:, :30][:, ::-1], K[:7], rtol=1e-13)
        np.testing.assert_allclose(k[:, 30:], K[:7, :2], rtol=1e-13)
