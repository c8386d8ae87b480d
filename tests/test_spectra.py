"""Measures of a spectrum, against definitions written out and against cases known by hand."""

from __future__ import annotations

import numpy as np
import pytest

from stepwise_ssl import linear, spectra


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def orthonormal(rng: np.random.Generator, m: int, d: int) -> np.ndarray:
    return np.linalg.qr(rng.standard_normal((m, d)))[0]


@pytest.mark.parametrize("shape", [(50, 6), (4, 6)])
@pytest.mark.parametrize("centre", [True, False])
def test_covariance_eigenvalues_are_those_of_the_covariance(rng, shape, centre) -> None:
    z = rng.standard_normal(shape) + 2
    before = z.copy()
    got = spectra.covariance_eigenvalues(z, centre=centre)
    cov = np.cov(z.T, bias=True) if centre else z.T @ z / len(z)
    np.testing.assert_allclose(got, np.linalg.eigvalsh(cov)[::-1], atol=1e-13)
    np.testing.assert_array_equal(z, before)


def test_small_eigenvalues_keep_their_accuracy(rng) -> None:
    """A mode of size 1e-22 beside one of size 1: an eigensolver on zᵀz/n would return noise."""
    n = 40
    z = orthonormal(rng, n, 2) * np.sqrt(n) * [1, 1e-11]
    got = spectra.covariance_eigenvalues(z, centre=False)
    np.testing.assert_allclose(got, [1, 1e-22], rtol=1e-4)  # 1e-16 of the largest σ is 1e-5 here


def test_ranks_against_their_definitions(rng) -> None:
    z = rng.standard_normal((200, 8)) * 0.5 ** np.arange(8) + 0.3
    sigma = np.linalg.svd(z, compute_uv=False)

    def exp_entropy(weights: np.ndarray) -> float:
        p = weights / weights.sum()
        return np.exp(-sum(q * np.log(q) for q in p))

    assert spectra.rankme(z) == pytest.approx(exp_entropy(sigma), rel=1e-12)
    assert spectra.effective_rank(sigma**2) == pytest.approx(exp_entropy(sigma**2), rel=1e-12)
    by_hand = (sigma**2).sum() ** 2 / (sigma**4).sum()
    assert spectra.participation_ratio(sigma**2) == pytest.approx(by_hand, rel=1e-12)
    ranks = (
        spectra.rankme(z),
        spectra.effective_rank(sigma**2),
        spectra.participation_ratio(sigma**2),
    )
    assert ranks[0] > ranks[1] > ranks[2]


@pytest.mark.parametrize("k", [1, 3, 7])
@pytest.mark.parametrize("size", [1e-200, 1.0, 1e200])
def test_k_equal_eigenvalues_count_as_k(k, size) -> None:
    eigenvalues = np.r_[np.full(k, size), np.zeros(4)]
    assert spectra.effective_rank(eigenvalues) == pytest.approx(k, rel=1e-12)
    assert spectra.participation_ratio(eigenvalues) == pytest.approx(k, rel=1e-12)
    assert spectra.rankme(np.diag(eigenvalues)) == pytest.approx(k, rel=1e-12)


def test_eigenvalues_negative_by_rounding_count_as_zero() -> None:
    assert spectra.effective_rank([1.0, 1.0, -1e-17]) == pytest.approx(2, rel=1e-12)


def test_subspace_alignment(rng) -> None:
    Q = orthonormal(rng, 9, 6)
    U, V = Q[:, :3], Q[:, 3:]
    assert spectra.subspace_alignment(U, V) == pytest.approx(0, abs=1e-15)
    # Any basis of the same space will do.
    assert spectra.subspace_alignment(U, U @ rng.standard_normal((3, 3))) == pytest.approx(1)
    half = np.column_stack([Q[:, 0], Q[:, 3]])
    assert spectra.subspace_alignment(Q[:, :2], half) == pytest.approx(0.5)
    random = [
        spectra.subspace_alignment(rng.standard_normal((20, 5)), rng.standard_normal((20, 5)))
        for _ in range(100)
    ]
    assert np.mean(random) == pytest.approx(5 / 20, abs=0.02)  # standard error 0.006


def test_linear_cka(rng) -> None:
    x, y = rng.standard_normal((60, 5)), rng.standard_normal((60, 7))
    xc, yc = x - x.mean(0), y - y.mean(0)
    by_hand = np.linalg.norm(xc.T @ yc) ** 2 / (
        np.linalg.norm(xc.T @ xc) * np.linalg.norm(yc.T @ yc)
    )
    assert spectra.linear_cka(x, y) == pytest.approx(by_hand, rel=1e-12)
    assert spectra.linear_cka(y, x) == pytest.approx(by_hand, rel=1e-12)
    rotated = 1e-9 * x @ orthonormal(rng, 5, 5) + 3e-9
    assert spectra.linear_cka(x, rotated) == pytest.approx(1, rel=1e-12)


def test_find_steps_finds_the_closed_form_half_times() -> None:
    gamma, s0 = np.array([0.3, 0.15, 0.14, -0.1]), np.full(4, 1e-3)
    t = np.r_[0, np.geomspace(0.1, 400, 500)]
    eigenvalues = linear.embedding_eigenvalues(t, gamma, s0)
    got = spectra.find_steps(t, eigenvalues[:, [2, 0, 3, 1]])  # the order of columns is immaterial
    np.testing.assert_allclose(got[:3], linear.step_times(gamma, s0)[:3], rtol=1e-4)
    assert np.isnan(got[3])


def test_find_steps_interpolates_as_it_says() -> None:
    # Linear in log t: 0.5 is halfway from 0.2 to 0.8, hence t = √(10 · 1000).
    assert spectra.find_steps([10, 1000], [[0.2], [0.8]])[0] == pytest.approx(100)
    # Linear in t where the earlier sample is at 0.
    assert spectra.find_steps([0, 8], [[0.2], [0.8]])[0] == pytest.approx(4)
    # Another threshold, a start above it, the first of two crossings, an exact hit.
    assert spectra.find_steps([0, 10], [[0.0], [1.0]], threshold=0.9)[0] == pytest.approx(9)
    assert spectra.find_steps([2, 3], [[0.7], [0.9]])[0] == 2
    assert spectra.find_steps([1, 2, 3, 4], [[0.0], [0.5], [0.1], [0.9]])[0] == pytest.approx(2)


def test_find_steps_sorts_at_every_time() -> None:
    """Two curves cross: the first step is that of whichever is larger."""
    t = np.array([1.0, 2.0, 4.0])
    eigenvalues = np.array([[0.3, 0.0], [0.3, 0.6], [0.3, 0.9]])
    steps = spectra.find_steps(t, eigenvalues)
    assert steps[0] == pytest.approx(2 ** (0.2 / 0.3))
    assert np.isnan(steps[1])


def test_learned_directions_are_those_of_the_steps() -> None:
    """Three modes along known axes, one after another; in the end all have the same variance."""
    rng = np.random.default_rng(0)
    axes = np.linalg.qr(rng.normal(size=(5, 5)))[0][:, :3]
    scores = rng.normal(size=(40, 3))
    scores = np.linalg.qr(scores - scores.mean(0))[0] * np.sqrt(40)
    t = np.geomspace(1, 1000, 60)
    size = 1 / (1 + (np.array([5, 30, 200]) / t[:, None]) ** 6)  # standard deviations
    z = (scores * size[:, None, :]) @ axes.T
    found = spectra.learned_directions(t, z)
    np.testing.assert_allclose(found.T @ found, np.eye(3), atol=1e-12)
    # What the other two modes still are, or already are, turns an axis by a few per cent.
    assert np.diag(np.abs(found.T @ axes)).min() > 0.97
    assert (found[np.abs(found).argmax(0), range(3)] > 0).all()


@pytest.mark.parametrize("exponent", [0, 0.7, 2.5])
def test_alpha_req_of_a_power_law(exponent) -> None:
    eigenvalues = 3 * np.arange(1, 30.0) ** -exponent
    shuffled = np.random.default_rng(0).permutation(eigenvalues)
    assert spectra.alpha_req(np.append(shuffled, 0)) == pytest.approx(exponent, abs=1e-12)


def test_alpha_req_leaves_out_the_first() -> None:
    eigenvalues = np.arange(1, 30.0) ** -1.5
    eigenvalues[0] = 100
    assert spectra.alpha_req(eigenvalues, first=2) == pytest.approx(1.5)
    assert spectra.alpha_req(eigenvalues) > 2


@pytest.mark.parametrize("eigenvalues", [[1.0], [1.0, 0.0], [0.0, 0.0]])
def test_alpha_req_needs_two_eigenvalues(eigenvalues) -> None:
    with pytest.raises(ValueError, match="positive entries from place 1 on; the slope needs"):
        spectra.alpha_req(eigenvalues)


def test_mode_alignment_is_what_a_regression_explains() -> None:
    rng = np.random.default_rng(0)
    z = rng.normal(size=(60, 4)) * [1, 1e-4, 3, 10] + 2
    functions = np.column_stack([z @ rng.normal(size=4) + 7, rng.normal(size=60), z[:, 1]])
    got = spectra.mode_alignment(functions, z)
    design = np.column_stack([np.ones(60), z])
    left = functions - design @ np.linalg.lstsq(design, functions, rcond=None)[0]
    np.testing.assert_allclose(got, 1 - left.var(0) / functions.var(0), atol=1e-9)
    assert got[0] == pytest.approx(1)
    assert got[2] == pytest.approx(1)


def test_mode_alignment_is_a_mean_over_which_subspace_alignment_averages() -> None:
    rng = np.random.default_rng(1)
    a, b = (x - x.mean(0) for x in rng.normal(size=(2, 30, 5)))
    q = np.linalg.qr(a)[0]
    assert spectra.mode_alignment(q, b).mean() == pytest.approx(spectra.subspace_alignment(a, b))


def test_mode_alignment_by_chance() -> None:
    rng = np.random.default_rng(2)
    got = spectra.mode_alignment(rng.normal(size=(50, 2000)), rng.normal(size=(50, 7)))
    # Four standard errors of a mean over 2000.
    assert got.mean() == pytest.approx(7 / 49, abs=4 * got.std() / np.sqrt(2000))


@pytest.mark.parametrize(
    ("functions", "z", "said"),
    [
        (np.ones((4, 2)), np.eye(4)[:, :2], "functions has equal rows"),
        (np.eye(4), np.eye(3), "as many rows as functions"),
        (np.eye(4), np.eye(4), "linearly dependent"),
    ],
)
def test_mode_alignment_says_what_is_wrong(functions, z, said) -> None:
    with pytest.raises(ValueError, match=said):
        spectra.mode_alignment(functions, z)
