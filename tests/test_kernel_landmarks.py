"""Nyström landmarks: the exact fit of a smaller kernel, from below; better with more of them."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from stepwise_ssl.kernels import ContrastiveKernelPCA
from tests.kernel_pairs import NAMED, apart, digits, duplicated, matrix, pair_correlation

X1, X2 = digits(60)


@pytest.mark.parametrize("name", NAMED)
def test_all_views_as_landmarks_are_the_exact_fit(name) -> None:
    exact = ContrastiveKernelPCA(5, kernel=name).fit(X1, X2)
    all_views = ContrastiveKernelPCA(5, kernel=name, n_landmarks=120).fit(X1, X2)
    np.testing.assert_allclose(all_views.eigenvalues_, exact.eigenvalues_, atol=1e-13)
    new, _ = digits(80, seed=9)
    assert apart(all_views.transform(new), exact.transform(new)) < 1e-10  # two factorisations
    assert all_views.approximation_error_ == pytest.approx(0, abs=1e-13)
    F0 = np.random.default_rng(0).standard_normal((120, 5))
    np.testing.assert_allclose(all_views.effective_init(F0), exact.effective_init(F0), rtol=1e-9)


@pytest.mark.parametrize("name", NAMED)
def test_landmarks_come_from_below_and_get_better(name, report) -> None:
    x1, x2 = digits(150)
    exact = ContrastiveKernelPCA(6, kernel=name).fit(x1, x2)
    want = exact.transform(x1)
    gaps, errors, missed = [], [], []
    for q in (10, 30, 90, 270):
        model = ContrastiveKernelPCA(6, kernel=name, n_landmarks=q, random_state=1).fit(x1, x2)
        assert (model.eigenvalues_ <= exact.eigenvalues_ + 1e-14).all()
        gaps.append(np.abs(model.eigenvalues_ / exact.eigenvalues_ - 1).max())
        F = model.transform(x1)
        errors.append(np.linalg.norm(F @ F.T - want @ want.T) / np.linalg.norm(want @ want.T))
        missed.append(model.approximation_error_)
        # Pairs stay uncorrelated with themselves whatever the landmarks miss.
        C = pair_correlation(F, model.transform(x2))
        np.testing.assert_allclose(C, np.eye(6), atol=1e-9)
    report(
        f"landmarks 10, 30, 90, 270 of 300 views, {name}: γ off by "
        f"{', '.join(f'{gap:.1%}' for gap in gaps)}; embeddings by "
        f"{', '.join(f'{error:.1%}' for error in errors)}; kernel missed "
        f"{', '.join(f'{part:.1%}' for part in missed)}"
    )
    for series in (gaps, errors, missed):
        assert (np.diff(series) < 0).all()


def test_the_approximation_error_is_that_of_the_whole_matrix() -> None:
    model = ContrastiveKernelPCA(3, kernel="laplace", n_landmarks=25).fit(X1, X2)
    anchors = np.random.default_rng(0).choice(120, 25, replace=False)
    K = matrix("laplace", X1, X2)
    C = K[:, anchors]
    low_rank = C @ np.linalg.solve(K[np.ix_(anchors, anchors)], C.T)
    want = (K - low_rank).trace() / K.trace()
    assert model.approximation_error_ == pytest.approx(want, rel=1e-10)
    # And the fit is the exact one of that matrix.
    exact = ContrastiveKernelPCA(3, kernel="precomputed").fit(low_rank)
    np.testing.assert_allclose(model.eigenvalues_, exact.eigenvalues_, atol=1e-12)
    assert apart(model.transform(X1), exact.transform(low_rank)[:60]) < 1e-9


def test_duplicated_landmarks_do_no_harm() -> None:
    x1, x2 = duplicated(60, 30)
    exact = ContrastiveKernelPCA(4, kernel="laplace").fit(x1, x2)
    model = ContrastiveKernelPCA(4, kernel="laplace", n_landmarks=120).fit(x1, x2)
    assert apart(model.transform(X1), exact.transform(X1)) < 1e-10


def test_more_pairs_than_an_exact_fit_takes() -> None:
    rng = np.random.default_rng(0)
    x1 = rng.standard_normal((5001, 3))
    x2 = x1 + 0.1 * rng.standard_normal((5001, 3))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = ContrastiveKernelPCA(4, bandwidth=3.0, n_landmarks=100).fit(x1, x2)
    assert model.approximation_error_ < 0.01
    C = pair_correlation(model.transform(x1), model.transform(x2))
    np.testing.assert_allclose(C, np.eye(4), atol=1e-9)


def test_the_seed_draws_the_landmarks() -> None:
    by_seed = [
        ContrastiveKernelPCA(3, n_landmarks=20, random_state=s).fit(X1, X2).eigenvalues_
        for s in (0, 0, 1)
    ]
    np.testing.assert_array_equal(by_seed[0], by_seed[1])
    assert not np.array_equal(by_seed[0], by_seed[2])
