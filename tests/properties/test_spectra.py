"""Properties of the measures, at any finite input."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepwise_ssl import spectra

from .inputs import bounded, real, tried, tried_with_odd_ones

X, t = np.random.default_rng(0).normal(size=(4, 3)), np.array([0.0, 1, 2, 9])

CALLS = {
    "covariance_eigenvalues": (X, True),
    "rankme": (X,),
    "effective_rank": ([1, 0.5],),
    "participation_ratio": ([1, 0.5],),
    "alpha_req": ([1, 0.5], 1),
    "subspace_alignment": (X, X),
    "mode_alignment": (X, X),
    "linear_cka": (X, X),
    "find_steps": (t, X, 0.5),
    "learned_directions": (t, np.stack([X] * 4), 2, 0.5),
}


def test_all_functions_are_called() -> None:
    assert set(CALLS) == set(spectra.__all__)


@pytest.mark.parametrize("name", CALLS)
def test_what_is_no_such_argument_is_refused_by_name(name: str) -> None:
    tried_with_odd_ones(getattr(spectra, name), *CALLS[name])


@bounded
@given(real(4, 3), st.booleans())
def test_eigenvalues_add_up_to_the_variance(z, centre) -> None:
    values = tried(spectra.covariance_eigenvalues, z, centre)
    z = np.asarray(z, float)
    size = np.abs(z).max() or 1.0
    if values is None:
        assert size > 1e150
        return
    assert (np.diff(values) <= 0).all()
    assert (values >= 0).all()
    unit = z / size
    unit = unit - unit.mean(0) if centre else unit
    total = (unit**2).sum() / 4
    if size > 1e-150:
        np.testing.assert_allclose(values.sum() / size / size, total, rtol=1e-12, atol=1e-30)


@bounded
@given(real(4, 3))
def test_the_rank_of_an_embedding_does_not_see_its_scale(z) -> None:
    rank = tried(spectra.rankme, z)
    z = np.asarray(z, float)
    if rank is None:
        assert not z.any()
        return
    assert 1 <= rank <= 3
    unit = z / np.abs(z).max()
    assert rank == pytest.approx(spectra.rankme(unit), rel=1e-12)
    assert rank <= np.linalg.matrix_rank(unit) + 1e-9


@bounded
@given(real(3))
def test_ranks_of_a_spectrum_lie_between_one_and_d(values) -> None:
    values = np.abs(np.asarray(values, float))
    for measure in (spectra.effective_rank, spectra.participation_ratio):
        rank = tried(measure, values)
        if rank is None:
            assert not values.any()
            continue
        assert 1 <= rank <= 3
        assert rank == pytest.approx(measure(values[::-1] / values.max()), rel=1e-12)


@bounded
@given(real(5))
def test_the_slope_of_a_spectrum_does_not_see_its_scale_or_order(values) -> None:
    values = np.abs(np.asarray(values, float))
    slope = tried(spectra.alpha_req, values)
    if slope is None:
        assert (values > 0).sum() < 2
        return
    assert slope >= 0
    largest = values.max()
    if values[values > 0].min() > 1e-300 * largest and largest > 1e-290:
        assert slope == pytest.approx(spectra.alpha_req(values[::-1] / largest), rel=1e-9, abs=1e-9)


@bounded
@given(real(6, 2), real(6, 3))
def test_a_function_lies_in_a_space_by_a_share(functions, z) -> None:
    share = tried(spectra.mode_alignment, functions, z)
    if share is None:
        return
    assert share.shape == (2,)
    assert ((share >= 0) & (share <= 1)).all()
    assert spectra.mode_alignment(z, z) == pytest.approx(
        1, abs=1e-3
    )  # columns may be near parallel


@bounded
@given(real(4, 2), st.sampled_from([1e-200, 1.0, 1e200]))
def test_a_space_is_itself_whatever_the_lengths_of_its_columns(U, factor) -> None:
    U = np.asarray(U, float)
    U = U / (np.abs(U).max() or 1.0)
    same = tried(spectra.subspace_alignment, U, U[:, ::-1] * [factor, 1])
    if same is None:
        assert np.linalg.matrix_rank(U, tol=1e-9) < 2
    else:
        assert same == pytest.approx(1, abs=1e-3)  # columns may be parallel but for 1e-12
        assert same <= 1


@bounded
@given(real(4, 3), real(4, 2))
def test_similarity_is_symmetric_and_that_of_a_thing_to_itself_is_one(x, y) -> None:
    similarity = tried(spectra.linear_cka, x, y)
    x, y = np.asarray(x, float), np.asarray(y, float)
    if similarity is None:
        spreads = [np.ptp(a / (np.abs(a).max() or 1.0), axis=0).max() for a in (x, y)]
        assert min(spreads) < 1e-13
        return
    assert 0 <= similarity <= 1
    assert similarity == pytest.approx(spectra.linear_cka(y, x), abs=1e-12)
    assert spectra.linear_cka(x, x[:, ::-1]) == pytest.approx(1, abs=1e-9)


@bounded
@given(real(4, 3), st.sampled_from([-1.0, 0.0, 5e-324, 0.5, 1e308]), st.sampled_from([1, 1e-300]))
def test_steps_lie_between_the_records_around_them(curves, level, unit) -> None:
    times = np.array([0.0, 1, 1e3, 1e307]) * unit
    steps = tried(spectra.find_steps, times, curves, level)
    curves = np.sort(np.asarray(curves, float), axis=1)[:, ::-1]
    assert steps.shape == (3,)
    assert (np.diff(steps[~np.isnan(steps)]) >= 0).all()
    for curve, step in zip(curves.T, steps, strict=True):
        reached = np.flatnonzero(curve >= level)
        if len(reached) == 0:
            assert np.isnan(step)
        else:
            assert times[max(reached[0] - 1, 0)] <= step <= times[reached[0]]


@bounded
@given(real(3, 4, 3), st.integers(1, 3))
def test_directions_are_orthonormal_whatever_the_cloud_is(z, n) -> None:
    V = tried(spectra.learned_directions, [0, 1, 2], z, n)
    if V is None:
        assert np.abs(np.asarray(z, float)).max() > 1e150
        return
    np.testing.assert_allclose(V.T @ V, np.eye(n), atol=1e-14)
    assert (V[np.abs(V).argmax(0), np.arange(n)] > 0).all()
