"""ContrastiveKernelPCA computes what it says: against brute force, with and without an inverse."""

from __future__ import annotations

import tracemalloc
import warnings

import numpy as np
import pytest
import scipy.linalg

from stepwise_ssl import kernels, linear
from stepwise_ssl.kernels import ContrastiveKernelPCA, _exact
from stepwise_ssl.kernels._exact import lanczos_pays
from tests.kernel_pairs import NAMED, apart, digits, duplicated, matrix, pair_correlation, swap

each_kernel = pytest.mark.parametrize("name", NAMED)
# Few modes are found by Lanczos, many by a full decomposition; 80 pairs have 160 views.
each_way = pytest.mark.parametrize("d", [4, 25], ids=["lanczos", "full"])
N = 80


def final_embedding(K: np.ndarray, k: np.ndarray, d: int) -> np.ndarray:
    """γ_j^{-1/2} b_jᵀ K̃^{-1/2} k(x), straight from the definition, in the precision of K̃."""
    n = len(K) // 2
    eigenvalues, vectors = np.linalg.eigh(K)
    inverse_root = vectors / np.sqrt(np.abs(eigenvalues)) @ vectors.T
    K_gamma = inverse_root @ (K @ np.roll(K, n, axis=0)) @ inverse_root / (2 * n)
    gamma, b = np.linalg.eigh((K_gamma + K_gamma.T) / 2)
    gamma, b = gamma[::-1][:d], b[:, ::-1][:, :d]
    return k @ (inverse_root @ b) / np.sqrt(gamma)


def linear_kernel(x1: np.ndarray, x2: np.ndarray) -> np.ndarray:
    return x1 @ x2.T


# --- eigenvalues and embeddings ----------------------------------------------------------------


def test_few_modes_and_many_are_found_in_two_ways() -> None:
    """The ids "lanczos" and "full" below say what is run."""
    assert lanczos_pays(4, 2 * N)
    assert not lanczos_pays(25, 2 * N)
    assert lanczos_pays(5, 200)
    assert not lanczos_pays(40, 200)
    assert lanczos_pays(10, 1000)
    assert not lanczos_pays(200, 1000)


@each_kernel
@each_way
def test_eigenvalues_three_ways(name, d, report) -> None:
    x1, x2 = digits(N)
    K = matrix(name, x1, x2)
    symmetric = np.linalg.eigvalsh(kernels.contrastive_kernel(K))[::-1][:d]
    plain = np.sort(scipy.linalg.eigvals(swap(N) @ K / (2 * N)).real)[::-1][:d]
    ours = ContrastiveKernelPCA(d, kernel=name).fit(x1, x2).eigenvalues_
    gaps = np.abs(ours - symmetric).max(), np.abs(plain - symmetric).max()
    report(f"γ, {name}, d = {d}: LᵀPL/2n off K_Γ by {gaps[0]:.1e}, PK̃/2n by {gaps[1]:.1e}")
    assert gaps[0] < 1e-14  # γ_1 is 0.6, and rounding is a few units of 1e-16
    assert gaps[1] < 1e-13  # eigenvalues of a matrix that is not symmetric are a little worse


@each_kernel
@each_way
def test_embeddings_with_and_without_the_inverse(name, d, report) -> None:
    x1, x2 = digits(N)
    new, _ = digits(2 * N, seed=7)
    model = ContrastiveKernelPCA(d, kernel=name).fit(x1, x2)
    both = np.vstack([x1, x2])
    k = NAMED[name](new, both, model.bandwidth_)
    gap = apart(model.transform(new), final_embedding(matrix(name, x1, x2), k, d))
    report(f"f(x) of new views with and without K̃^-1/2, {name}, d = {d}: {gap:.1e}")
    # The inverse is to blame: K̃'s condition number is 1e5 (rbf), and γ_25 a hundredth of γ_2.
    assert gap < 1e-10


@each_kernel
@each_way
def test_pairs_are_embedded_with_unit_correlation(name, d) -> None:
    x1, x2 = digits(N)
    model = ContrastiveKernelPCA(d, kernel=name).fit(x1, x2)
    C = pair_correlation(model.transform(x1), model.transform(x2))
    # Rounding of γ_1 = 0.6, divided by the smallest γ, about 1e-3.
    np.testing.assert_allclose(C, np.eye(d), atol=1e-12)


@each_way
def test_the_linear_kernel_gives_the_linear_model(d) -> None:
    x1, x2 = digits(N)
    Gamma = linear.cross_moment(x1, x2)
    model = ContrastiveKernelPCA(d, kernel=linear_kernel).fit(x1, x2)
    np.testing.assert_allclose(model.eigenvalues_, linear.modes(Gamma, d)[0], atol=1e-14)
    W = linear.final_weights(Gamma, d)
    assert apart(model.transform(x1), x1 @ W.T) < 1e-11  # γ_25 is 1e-3 of γ_1

    W0 = linear.random_init(d, 64, 1e-3)
    s0 = model.effective_init(np.vstack([x1, x2]) @ W0.T)
    want = linear.effective_init(W0, linear.modes(Gamma, d)[1])
    np.testing.assert_allclose(s0, want, rtol=1e-8)  # late ones are small remainders
    np.testing.assert_array_equal(model.step_times(s0), linear.step_times(model.eigenvalues_, s0))
    np.testing.assert_array_equal(
        model.step_times(1e-3), linear.step_times(model.eigenvalues_, np.full(d, 1e-3))
    )


def test_equal_eigenvalues_are_all_found() -> None:
    """Views on a circle, turned either way: each γ but the first comes twice."""
    angle = np.arange(200) * 2 * np.pi / 200

    def on_circle(turn: float) -> np.ndarray:
        return np.column_stack([np.cos(angle + turn), np.sin(angle + turn)])

    model = ContrastiveKernelPCA(9, bandwidth=1.0).fit(on_circle(-0.1), on_circle(0.1))
    gamma = model.eigenvalues_
    np.testing.assert_allclose(gamma[1::2], gamma[2::2], rtol=1e-11)
    # A shift by 0.2 multiplies the kernel's k-th Fourier coefficient by cos(0.2 k).
    waves = np.exp(np.cos(angle) - 1)
    coefficients = np.fft.rfft(waves).real[:5] / 200
    np.testing.assert_allclose(gamma[::2], coefficients * np.cos(0.2 * np.arange(5)), atol=1e-15)


@each_kernel
def test_a_precomputed_kernel_gives_what_the_named_one_gives(name) -> None:
    x1, x2 = digits(N)
    both = np.vstack([x1, x2])
    named = ContrastiveKernelPCA(4, kernel=name).fit(x1, x2)
    K = NAMED[name](both, both, named.bandwidth_)
    given = ContrastiveKernelPCA(4, kernel="precomputed").fit(K)
    assert given.n_features_in_ == 2 * N
    np.testing.assert_allclose(given.eigenvalues_, named.eigenvalues_, rtol=0, atol=1e-14)
    new, _ = digits(20, seed=3)
    k = NAMED[name](new, both, named.bandwidth_)
    np.testing.assert_allclose(given.transform(k), named.transform(new), atol=1e-13)


@each_kernel
def test_products_alone_and_a_factor_find_the_same_modes(name, report) -> None:
    x1, x2 = duplicated(N, 10)
    K = matrix(name, x1, x2)
    gamma, roots = _exact._by_products(K, 4, 0)
    want, wanted = _exact._by_factor(K.copy(), 4, 0, 2e-16, few=True)
    report(f"γ, {name}: from products alone off the factor's by {np.abs(gamma - want).max():.1e}")
    np.testing.assert_allclose(gamma, want, rtol=0, atol=1e-14)  # of γ_1, about 0.5
    assert apart(roots, wanted) < 1e-10


def test_modes_that_products_alone_cannot_tell_from_rounding_come_from_a_factor() -> None:
    x1, x2 = digits(N)
    flat = kernels.rbf(*[np.vstack([x1, x2])] * 2, 1e7)  # 1 − 1e-14: one mode and rounding
    assert _exact._by_products(flat, 4, 0) is None
    assert _exact._by_products(np.zeros((160, 160)), 4, 0) is None
    with pytest.warns(UserWarning, match="only . of n_components = 4"):
        model = ContrastiveKernelPCA(4, bandwidth=1e7).fit(x1, x2)
    assert model.eigenvalues_[0] == pytest.approx(1, rel=1e-12)


@each_kernel
@pytest.mark.parametrize("size", [1e-300, 1e-160, 1e160, 1e300])
def test_views_of_any_size_have_the_same_modes(name, size) -> None:
    x1, x2 = digits(N)
    plain = ContrastiveKernelPCA(4, kernel=name).fit(x1, x2)
    with np.errstate(all="raise"), warnings.catch_warnings():
        warnings.simplefilter("error")
        scaled = ContrastiveKernelPCA(4, kernel=name).fit(size * x1, size * x2)
        F = scaled.transform(size * x1)
    np.testing.assert_allclose(scaled.eigenvalues_, plain.eigenvalues_, rtol=1e-12)
    assert apart(F, plain.transform(x1)) < 1e-10


@each_way
@pytest.mark.parametrize("power", [-900, 900])
def test_a_kernel_matrix_of_any_size_has_its_modes(power, d) -> None:
    K = matrix("laplace", *digits(N))
    plain = ContrastiveKernelPCA(d, kernel="precomputed").fit(K)
    with np.errstate(all="raise"):
        scaled = ContrastiveKernelPCA(d, kernel="precomputed").fit(np.ldexp(K, power))
        F = scaled.transform(np.ldexp(K, power))
    # A power of 2 rounds nothing.
    np.testing.assert_allclose(np.ldexp(scaled.eigenvalues_, -power), plain.eigenvalues_, rtol=1e-9)
    assert apart(F, plain.transform(K)) < 1e-10


# --- singular kernels, float32 -----------------------------------------------------------------


@each_kernel
def test_duplicated_pairs_in_float32(name, report) -> None:
    """20 of 200 pairs twice: a Cholesky stops, an inverse is noise, and ours is right."""
    d = 6
    x1, x2 = duplicated(200, 20)
    # The truth: a pair that comes twice is a pair of weight 2, and nothing is singular then. The
    # mean is over 200 pairs, 180 of them distinct.
    weight = np.r_[np.full(20, 2.0), np.ones(160)]
    weight = np.r_[weight, weight]
    distinct = np.vstack([x1[:180], x2[:180]])
    b = kernels.median_distance(*[np.vstack([x1, x2])] * 2)
    root = np.sqrt(weight)
    weighted = root[:, None] * NAMED[name](distinct, distinct, b) * root * (360 / 400)
    new, _ = digits(100, seed=5)
    k = NAMED[name](new, distinct, b) * root * np.sqrt(360 / 400)
    truth = final_embedding(weighted, k, d)

    single = [x.astype(np.float32) for x in (x1, x2, new)]
    both = np.vstack(single[:2])
    K, k = (NAMED[name](x, both, b).astype(np.float32) for x in (both, single[2]))
    with pytest.raises(np.linalg.LinAlgError):
        np.linalg.cholesky(NAMED[name](both, both, b))
    with np.errstate(all="ignore"):
        naive = apart(final_embedding(K, k, d), truth)
    ours = apart(
        ContrastiveKernelPCA(d, kernel=name, bandwidth=b).fit(*single[:2]).transform(single[2]),
        truth,
    )
    given = apart(ContrastiveKernelPCA(d, kernel="precomputed").fit(K).transform(k), truth)
    report(
        f"20 duplicated pairs, float32, {name}: naive inverse off by {naive:.1e}, "
        f"ours by {ours:.1e} from the views, {given:.1e} from K̃ in float32"
    )
    assert not naive < 0.5  # nan counts as wrong
    # float32 has 6e-8 in each entry; the gaps between modes decide what becomes of it.
    assert ours < 1e-6
    assert given < 1e-6


@pytest.mark.parametrize("d", [5, 40], ids=["lanczos", "full"])
def test_modes_lost_in_rounding_are_not_learned(d) -> None:
    """A kernel of rank 3 has three modes; the next eigenvalue is 0, or 1e-60 as computed."""
    x1, x2 = (x[:, 10:13] for x in digits(100))
    with pytest.warns(UserWarning, match=rf"only 3 of n_components = {d} modes have γ > 0"):
        model = ContrastiveKernelPCA(d, kernel=linear_kernel).fit(x1, x2)
    assert model.n_learned_ == 3
    np.testing.assert_array_equal(model.eigenvalues_[3:] > 0, False)
    F1, F2 = model.transform(x1), model.transform(x2)
    np.testing.assert_array_equal(F1[:, 3:], 0)
    C = pair_correlation(F1, F2)
    np.testing.assert_allclose(C[:3, :3], np.eye(3), atol=1e-12)
    assert ((C - np.eye(d)) ** 2).sum() == pytest.approx(d - 3, abs=1e-10)
    np.testing.assert_array_equal(model.step_times(1e-3)[3:], np.inf)
    with pytest.raises(ValueError, match=r"only 3 of n_components .* n_components ≤ 3"):
        model.effective_init(np.zeros((200, d)))


def smooth_kernels(width: float) -> dict[str, tuple[dict, tuple]]:
    """A wide rbf kernel three ways: nearly all of it is mode 1."""
    rng = np.random.default_rng(0)
    x1 = rng.standard_normal((200, 5))
    x2 = x1 + 0.3 * rng.standard_normal((200, 5))
    both = np.vstack([x1, x2])
    K = kernels.rbf(both, both, width)
    return {
        "named": ({"bandwidth": width}, (x1, x2), (x1, x2)),
        "function": ({"kernel": lambda a, b: kernels.rbf(a, b, width)}, (x1, x2), (x1, x2)),
        "precomputed": ({"kernel": "precomputed"}, (K,), (K[:200], K[200:])),
        "landmarks": ({"bandwidth": width, "n_landmarks": 100}, (x1, x2), (x1, x2)),
    }  # fmt: skip


@pytest.mark.filterwarnings("ignore:only")
@pytest.mark.parametrize("way", ["named", "function", "precomputed", "landmarks"])
@pytest.mark.parametrize("width", [30, 1e3, 1e5])
@pytest.mark.parametrize("d", [2, 6, 8, 16])
def test_no_mode_is_embedded_that_rounding_has_spoilt(d, width, way) -> None:
    parameters, pairs, views = smooth_kernels(width)[way]
    model = ContrastiveKernelPCA(d, **parameters).fit(*pairs)
    F1, F2 = (model.transform(x) for x in views)
    k = model.n_learned_
    # γ_2 … γ_6, of five directions, are 1e-10 of γ_1 at the widest: rounding is 1e-6 of them.
    assert k >= min(d, 6)
    C = pair_correlation(F1, F2)
    np.testing.assert_allclose(C[:k, :k], np.eye(k), atol=1e-3)
    np.testing.assert_array_equal(F1[:, k:], 0)
    np.testing.assert_array_equal(model.eigenvalues_[k:] > 0, False)


def test_modes_spoilt_by_rounding_are_warned_of() -> None:
    parameters, pairs, views = smooth_kernels(1e3)["named"]
    with pytest.warns(UserWarning, match="n_components = 8 modes have γ > 0 beyond rounding"):
        model = ContrastiveKernelPCA(8, **parameters).fit(*pairs)
    lost = 8 - model.n_learned_
    # Each mode not learned leaves a loss of 1, and the others next to nothing.
    assert model.score(*views) == pytest.approx(-lost, abs=1e-5)


def test_lanczos_gives_way_where_it_mixes_modes() -> None:
    """Five directions at 1e-10 of γ_1: Lanczos alone is off by 0.15, and all modes are right."""
    K = smooth_kernels(1e5)["precomputed"][1][0]
    F = ContrastiveKernelPCA(6, "precomputed").fit_transform(K)
    np.testing.assert_allclose(pair_correlation(F[:200], F[200:]), np.eye(6), atol=1e-4)


def test_opposite_views_teach_nothing() -> None:
    """x' = −x makes every γ of the linear kernel ≤ 0, and the largest are rounding."""
    x, _ = digits(60)
    with pytest.warns(UserWarning, match="only 0 of n_components = 3"):
        model = ContrastiveKernelPCA(3, kernel=linear_kernel).fit(x, -x)
    np.testing.assert_array_equal(model.transform(x), 0)


def test_more_dimensions_than_pairs() -> None:
    x1, x2 = digits(8)
    with pytest.warns(UserWarning, match="only 8 of n_components = 12"):
        model = ContrastiveKernelPCA(12, kernel="laplace").fit(x1, x2)
    C = pair_correlation(model.transform(x1), model.transform(x2))
    assert ((C - np.eye(12)) ** 2).sum() == pytest.approx(4, abs=1e-12)


def test_a_noisy_kernel_of_low_rank_in_float32() -> None:
    """Its zero eigenvalues are ±1e-6 in float32; a factorisation in float64 trips over them."""
    x1, x2 = digits(300)
    weights = np.random.default_rng(0).standard_normal((64, 150)).astype(np.float32)

    def features(x: np.ndarray, kind: type) -> np.ndarray:
        return np.tanh(3 * x.astype(kind) @ weights)

    both = np.vstack([x1, x2])
    single, double = (features(both, kind) for kind in (np.float32, np.float64))
    K, exact = single @ single.T, double @ double.T
    assert np.linalg.eigvalsh(K.astype(float)).min() < -1e-6
    want = ContrastiveKernelPCA(5, kernel="precomputed").fit(exact)
    given = ContrastiveKernelPCA(5, kernel="precomputed").fit(K)
    np.testing.assert_allclose(given.eigenvalues_, want.eigenvalues_, rtol=1e-5)
    assert apart(given.transform(K), want.transform(exact)) < 1e-4

    def kernel(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        return features(a, np.float32) @ features(b, np.float32).T

    by_function = ContrastiveKernelPCA(5, kernel=kernel).fit(x1, x2)
    assert apart(by_function.transform(both), want.transform(exact)) < 1e-4


# --- bandwidth, functions, limits --------------------------------------------------------------


def test_a_function_gets_float64_matrices() -> None:
    seen = []

    def kernel(a, b):
        seen.append((a.dtype, b.dtype, a.shape, b.shape))
        return kernels.rbf(a, b, 1.0)

    x1, x2 = (x.astype(np.float32) for x in digits(30))
    model = ContrastiveKernelPCA(2, kernel=kernel).fit(x1, x2)
    assert (np.float64, np.float64, (60, 64), (60, 64)) in [(*s,) for s in seen]
    seen.clear()
    F = model.transform(x1[:7].tolist())
    assert seen == [(np.float64, np.float64, (7, 64), (60, 64))]
    named = ContrastiveKernelPCA(2, bandwidth=1.0).fit(x1, x2)
    np.testing.assert_allclose(F, named.transform(x1[:7]), atol=1e-13)


@each_kernel
def test_the_bandwidth_is_the_median_distance_or_what_is_given(name) -> None:
    x1, x2 = digits(30)
    both = np.vstack([x1, x2])
    chosen = ContrastiveKernelPCA(2, kernel=name).fit(x1, x2)
    assert chosen.bandwidth_ == kernels.median_distance(both, both)
    given = ContrastiveKernelPCA(2, kernel=name, bandwidth=chosen.bandwidth_).fit(x1, x2)
    np.testing.assert_array_equal(given.transform(x1), chosen.transform(x1))
    wider = ContrastiveKernelPCA(2, kernel=name, bandwidth=3).fit(x1, x2)
    assert wider.bandwidth_ == 3
    assert ContrastiveKernelPCA(2, kernel=linear_kernel).fit(x1, x2).bandwidth_ is None


def test_a_function_may_compute_in_place() -> None:
    def kernel(a, b):
        a -= 1.0
        b -= 1.0
        return linear_kernel(a, b)

    x1, x2 = digits(30)
    kept = x1.copy(), x2.copy()
    model = ContrastiveKernelPCA(2, kernel=kernel).fit(x1, x2)
    want = ContrastiveKernelPCA(2, kernel=linear_kernel).fit(x1 - 1, x2 - 1)
    assert apart(model.transform(x1), want.transform(x1 - 1)) < 1e-10
    np.testing.assert_array_equal((x1, x2), kept)


@pytest.mark.parametrize("size", [1e-300, 1e-150, 1.0, 1e150])
@pytest.mark.parametrize("n_landmarks", [None, 40])
@each_kernel
def test_narrow_kernels_underflow_unnoticed(name, n_landmarks, size) -> None:
    x1, x2 = digits(N)
    with np.errstate(all="raise"):
        model = ContrastiveKernelPCA(
            4, name, bandwidth=0.01 * size, n_landmarks=n_landmarks
        ).fit(size * x1, size * x2)  # fmt: skip
        score = model.score(size * x1, size * x2)
    # Each view is alike to itself alone, so γ > 0 only where both views of a pair are equal.
    assert score == pytest.approx(model.n_learned_ - 4, abs=1e-6)


@pytest.mark.parametrize("size", [1e-310, 1e-200, 1e200, 1e305])
def test_starts_of_any_size(size) -> None:
    model = ContrastiveKernelPCA(3).fit(*digits(N))
    F0 = np.random.default_rng(0).standard_normal((2 * N, 3))
    power = int(np.log2(size))
    scaled = np.ldexp(F0, power)
    with np.errstate(all="raise"):
        s0 = model.effective_init(scaled)
    # At 1e-310 float64 is left with 13 digits.
    np.testing.assert_allclose(s0, np.ldexp(model.effective_init(F0), power), rtol=1e-9)


def test_many_new_views_are_embedded_in_parts(monkeypatch) -> None:
    x1, x2 = digits(30)
    model = ContrastiveKernelPCA(3).fit(x1, x2)
    whole = model.transform(x1)
    monkeypatch.setattr("stepwise_ssl.kernels._contrastive._CHUNK", 60 * 4)  # 4 rows at a time
    np.testing.assert_allclose(model.transform(x1), whole, atol=1e-13)


@pytest.mark.parametrize("d", [10, 200], ids=["lanczos", "full"])
def test_memory_is_what_was_stated(d) -> None:
    n, m = 500, 64
    x1, x2 = np.random.default_rng(0).standard_normal((2, n, m))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tracemalloc.start()
        ContrastiveKernelPCA(d, kernel="laplace").fit(x1, x2 + 3 * x1)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    stated = kernels.memory_needed(n, m, d)
    assert 0.5 * stated < peak < stated + 25e6
    # The formula as it stands, at the largest exact fit.
    assert kernels.memory_needed(5000, 3072) == 32 * 5000**2 + 32 * 5000 * 3072 + 100 * 5000 * 10


def test_too_many_pairs_are_refused_before_anything_is_computed() -> None:
    x = np.zeros((5001, 2))
    with pytest.raises(ValueError, match=r"x1 has 5001 pairs; .* 0\.8 GB .* n_landmarks"):
        ContrastiveKernelPCA(2, bandwidth=1.0).fit(x, x)
