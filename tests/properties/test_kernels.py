"""Whatever kernels and ntk are given: a right result, or an error that names the argument."""

from __future__ import annotations

import re
import warnings

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stepwise_ssl import kernels, ntk

quick = settings(
    derandomize=True,
    deadline=None,
    database=None,
    max_examples=40,
    suppress_health_check=list(HealthCheck),
)
DTYPES = ("float16", "float32", "float64", "int8", "int64", "uint8", "bool", "object", "complex64")
SIZES = (0.0, 1e-310, 1e-200, 1e-30, 1.0, 1e30, 1e200, 1e308)
numbers = st.sampled_from([0, -1, 1e-200, 1e-3, 0.5, 1, 2, 1e3, 1e200, np.nan, np.inf, "1", None])


@st.composite
def matrices(draw, rows: int | None = None, columns: int | None = None) -> np.ndarray:
    """Matrices of all types and sizes, some with equal rows, some with a hole."""
    n = draw(st.integers(0, 6)) if rows is None else rows
    m = draw(st.integers(0, 3)) if columns is None else columns
    x = np.random.default_rng(draw(st.integers(0, 5))).standard_normal((n, m))
    if n > 1 and draw(st.booleans()):
        x[1] = x[0]
    with np.errstate(all="ignore"):
        x = x * draw(st.sampled_from(SIZES))
    hole = draw(st.sampled_from([None, None, None, np.nan, np.inf, -np.inf]))
    if hole is not None and x.size:
        x[-1, -1] = hole
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return x.astype(draw(st.sampled_from(DTYPES)))


@st.composite
def pairs(draw, columns: int | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Two matrices, as a rule of one shape."""
    n, m = draw(st.integers(1, 6)), columns or draw(st.integers(1, 3))
    other = draw(st.sampled_from([n, n, n, n + 1]))
    return draw(matrices(n, m)), draw(matrices(other, draw(st.sampled_from([m, m, m, m + 1]))))


def result_of(function, *arguments, names: str):
    """What comes back, or None after an error that begins with the name of an argument.

    Users may have every warning and every floating-point event raise: neither happens.
    """
    with np.errstate(all="raise"), warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        warnings.simplefilter("ignore", UserWarning)
        try:
            return function(*arguments)
        except (TypeError, ValueError) as error:
            message = str(error)
    assert re.match(rf"(the )?({names})\b", message, re.IGNORECASE), message
    return None


def symmetric_and_positive(K: np.ndarray) -> None:
    np.testing.assert_array_equal(K, K.T)
    size = np.abs(K).max()
    if size:
        # Rounding of a sum of as many terms as K has rows.
        assert np.linalg.eigvalsh(K / size).min() > -1e-13


@pytest.mark.parametrize("kernel", [kernels.rbf, kernels.laplace])
@quick
@given(pairs(), st.none() | numbers)
def test_kernels_of_the_distance(kernel, pair, bandwidth) -> None:
    x1, x2 = pair
    K = result_of(kernel, x1, x2, bandwidth, names="x1|x2|bandwidth")
    if K is not None:
        assert K.shape == (len(x1), len(x2)) and K.dtype == np.float64
        assert ((K >= 0) & (K <= 1)).all()
    K = result_of(kernel, x1, x1.copy(), bandwidth, names="x1|x2|bandwidth")
    if K is not None:
        symmetric_and_positive(K)
        np.testing.assert_array_equal(K.diagonal(), 1)


@quick
@given(pairs())
def test_the_median_distance(pair) -> None:
    b = result_of(kernels.median_distance, *pair, names="x1|x2")
    if b is not None:
        assert 0 < b < np.inf
        x1, x2 = (np.asarray(x, np.float64) for x in pair)
        far = max(np.abs(x1).max(), np.abs(x2).max())
        assert b / 2 / far <= x1.shape[1] ** 0.5 * (1 + 1e-12)


@quick
@given(pairs(), st.sampled_from([0, 1, 3, 400, -1, 1.5]), numbers, numbers)
def test_kernels_of_infinite_width(pair, depth, W_std, b_std) -> None:
    x1, x2 = pair
    names = "x1|x2|depth|W_std|b_std"
    both = result_of(kernels.relu_mlp_kernel, x1, x2, depth, W_std, b_std, names=names)
    if both is not None:
        for kernel in both:
            assert kernel.shape == (len(x1), len(x2)) and np.isfinite(kernel).all()
    both = result_of(kernels.relu_mlp_kernel, x1, x1, depth, W_std, b_std, names=names)
    if both is not None:
        for kernel in both:
            # Deep kernels are nearly of rank 1, and an angle below 1e-7 counts as 0 in each layer.
            np.testing.assert_array_equal(kernel, kernel.T)
            assert np.isfinite(kernel).all() and (kernel.diagonal() >= 0).all()
        assert (both[1].diagonal() >= both[0].diagonal() * (1 - 1e-12)).all()


@st.composite
def squares(draw) -> np.ndarray:
    """Products of features, most of them with an even number of rows; some are no kernel at all."""
    x = draw(matrices(columns=draw(st.integers(1, 3))))
    if x.dtype.kind in "fiu" and np.isfinite(x.astype(float)).all() and draw(st.booleans()):
        with np.errstate(all="ignore"):
            scaled = x.astype(float) / max(np.abs(x.astype(float)).max(initial=0), 1e-300)
            return scaled @ scaled.T * draw(st.sampled_from([1e-250, 1.0, 1e250]))
    return x


@quick
@given(squares())
def test_the_contrastive_kernel(K) -> None:
    K_Gamma = result_of(kernels.contrastive_kernel, K, names="K|kernel matrix")
    if K_Gamma is not None:
        assert K_Gamma.shape == K.shape
        np.testing.assert_array_equal(K_Gamma, K_Gamma.T)
        n, size = len(K) // 2, np.abs(K).max()
        if size:
            # tr K_Γ = tr PK̃/2n.
            swapped = np.roll(np.asarray(K, float) / size, n, axis=0)
            assert np.trace(K_Gamma / size) == pytest.approx(np.trace(swapped) / 2 / n, abs=1e-6)


@quick
@given(squares(), matrices(), numbers, st.sampled_from([1, 3, 0, 2.0]))
def test_gradient_descent(K, A0, lr, steps) -> None:
    run = result_of(kernels.gradient_descent, K, A0, lr, steps, names="K|A0|lr|steps")
    if run is not None:
        assert np.isfinite(run.eigenvalues).all() and np.isfinite(run.loss).all()
        assert run.eigenvalues.shape == (len(run.t), len(A0))
        np.testing.assert_allclose(run.loss, ((1 - run.eigenvalues) ** 2).sum(1), rtol=1e-8)


@quick
@given(st.integers(-1, 9), st.integers(-1, 9), st.integers(0, 3) | numbers)
def test_memory_needed(n, m, d) -> None:
    stated = result_of(kernels.memory_needed, n, m, d, names="n|m|n_components")
    assert stated is None or stated >= 32 * n * n


@quick
@given(pairs(), st.sampled_from(["rbf", "laplace"]), st.sampled_from([None, 4]))
def test_the_estimator(pair, name, n_landmarks) -> None:
    model = kernels.ContrastiveKernelPCA(2, name, n_landmarks=n_landmarks)
    if result_of(model.fit, *pair, names="x1|x2|n_landmarks|n_components|kernel") is None:
        return
    F1, F2 = (result_of(model.transform, x, names="x") for x in pair)
    C = (F1.T @ F2 + F2.T @ F1) / (2 * len(F1))
    learned = np.arange(2) < model.n_learned_
    # A mode of γ/γ_1 = 1e-10 has five digits of its direction.
    clear = learned & (model.eigenvalues_ > 1e-6 * model.eigenvalues_[0])
    np.testing.assert_allclose(C[clear][:, clear], np.eye(clear.sum()), atol=1e-6)
    assert not F1[:, ~learned].any()


@quick
@given(squares())
def test_the_estimator_of_a_kernel_matrix(K) -> None:
    model = kernels.ContrastiveKernelPCA(1, "precomputed")
    if result_of(model.fit, K, names="x1|kernel matrix|n_components") is not None:
        F = result_of(model.transform, K, names="x")
        assert F.shape == (len(K), 1) and np.isfinite(F).all()


NET = ntk.MLP((2, 3, 2), b_std=0.5)


@quick
@given(matrices(columns=2), st.booleans())
def test_empirical_kernels(x, single) -> None:
    model = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.Tanh()) if single else NET
    theta = result_of(ntk.empirical_ntk, model, x, names="x1|model")
    blocks = result_of(ntk.output_blocks, model, x, names="x|model")
    if theta is not None:
        assert theta.shape == 2 * (len(x),) and np.isfinite(theta).all()
        np.testing.assert_array_equal(theta, theta.T)
    if blocks is not None:
        np.testing.assert_array_equal(blocks, blocks.transpose(1, 0, 3, 2))
        mean = np.einsum("aaij->ij", blocks) / len(blocks)
        np.testing.assert_allclose(theta, mean, rtol=1e-4, atol=1e-5 * np.abs(mean).max())


@quick
@given(pairs(2), numbers, numbers, st.sampled_from([1, 0, 2.5]), numbers)
def test_embedding_and_training(pair, epsilon, lr, steps, scale) -> None:
    model = ntk.MLP((2, 3, 2), seed=1)
    F = result_of(ntk.embed, model, *pair, names="x1|x2|model")
    assert F is None or (F.shape == (2 * len(pair[0]), 2) and np.isfinite(F).all())
    names = "x1|x2|epsilon|lr|steps|scale|model"
    run = result_of(ntk.train, model, *pair, epsilon, lr, steps, scale, names=names)
    assert run is None or (np.isfinite(run.loss).all() and np.isfinite(run.W).all())


@quick
@given(st.lists(st.sampled_from([1, 3, 0, 2.5, "4"]), max_size=3), numbers, numbers,
       st.integers(-1, 2**200) | numbers)  # fmt: skip
def test_networks_are_drawn(widths, W_std, b_std, seed) -> None:
    model = result_of(ntk.MLP, widths, W_std, b_std, seed, names="widths|W_std|b_std|seed")
    assert model is None or all(torch.isfinite(W).all() for W in model.weights)


@quick
@given(matrices(4, 1), squares(), st.sampled_from([0.0, 1.0, 1e200]))
def test_seeded_starts(F0, K, size) -> None:
    blocks = size * np.ones((1, 1, 4, 4))
    found = result_of(ntk.seeded_start, F0, K, blocks, names="F0|K|blocks|kernel matrix|x1")
    if found is not None:
        gamma, s0 = found
        assert (gamma > 0).all() and (s0 >= 0).all() and np.isfinite(s0).all()
