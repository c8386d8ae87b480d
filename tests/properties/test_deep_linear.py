"""Properties of the functions of two linear layers, at any finite input."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepwise_ssl import deep_linear

from .inputs import bounded, real, tried, tried_with_odd_ones

G, W, A = np.diag([0.5, 0.2, 0.1]), np.eye(2, 4) / 10, np.eye(4, 3)
t, gamma, s0 = np.array([0.0, 1, 9]), np.r_[0.5, -0.2], np.r_[0.1, 0.2]

CALLS = {
    "embedding_eigenvalues": (t, gamma, s0, 1.0),
    "step_times": (gamma, s0, 1.0),
    "feature_raise": (gamma, 1.0),
    "time_saved": (np.r_[1.0, 12.0],),
    "gradient_flow": (G, W, A, t),
    "gradient_descent": (G, W, A, 0.1, 5),
}

sizes = st.sampled_from([0.0, 1e-100, 1e-30, 1e-3, 0.5, 1.0, 3.0, 1e30, 1e100])


def test_all_functions_are_called() -> None:
    assert set(CALLS) == set(deep_linear.__all__) - {"Trajectory"}


@pytest.mark.parametrize("name", CALLS)
def test_what_is_no_such_argument_is_refused_by_name(name: str) -> None:
    tried_with_odd_ones(getattr(deep_linear, name), *CALLS[name])


@bounded
@given(
    st.sampled_from([-1e300, -2.0, -5e-324, 0.0, 5e-324, 1e-30, 0.7, 1e300]), sizes, sizes,
    st.sampled_from([1e-300, 1e-3, 1.0, 1e3, 1e300]),
)  # fmt: skip
def test_eigenvalues_start_where_they_start_and_go_one_way(value, s, p, now) -> None:
    found = tried(deep_linear.embedding_eigenvalues, [0, now / 2, now], [value], [s], p)
    log_start = np.log10(abs(value)) + 2 * np.log10(s) + 2 * np.log10(p) if value * s * p else -999
    if found is None:
        assert log_start > 307
        return
    assert np.isfinite(found).all()
    start, middle, end = found[:, 0]
    np.testing.assert_allclose(start, np.sign(value) * 10**log_start, rtol=1e-10, atol=1e-300)
    rest = 1.0 if value > 0 and start != 0 else 0.0
    # Never away from where it rests, up to rounding.
    slack = 1e-9 * (1 + abs(start))
    if log_start > -300:
        assert abs(end - rest) <= abs(middle - rest) + slack <= abs(start - rest) + 2 * slack


@bounded
@given(st.sampled_from([1e-300, 0.7, 1e100]), sizes, sizes)
def test_the_order_of_the_layers_does_not_matter_to_lambda(value, s, p) -> None:
    """λ = γ s² p² and its equation are the same with s and p exchanged."""
    one = tried(deep_linear.step_times, [value], [s], p)
    other = tried(deep_linear.step_times, [value], [p], s)
    np.testing.assert_allclose(one, other, rtol=1e-12)


@bounded
@given(st.floats(1, 8e307), st.floats(1, 8e307))
def test_more_raise_saves_more_time(one, other) -> None:
    saved = tried(deep_linear.time_saved, sorted([one, other]))
    assert np.isfinite(saved).all()
    assert -1e-15 <= saved[0] <= saved[1] * (1 + 1e-12)


@bounded
@given(real(2, 4), st.sampled_from([1e-200, 1e-3, 1.0, 1e3, 1e200]))
def test_simulations_record_what_is_finite(start, scale) -> None:
    flow = tried(deep_linear.gradient_flow, scale * G, start, A, [0, 1 / scale])
    descent = tried(deep_linear.gradient_descent, scale * G, start, A, 0.02 / scale, 50)
    for run in (flow, descent):
        if run is None:  # a loss or its gradient would overflow
            size = float(np.abs(np.asarray(start, float)).max())
            assert np.log10(scale) + 2 * np.log10(max(size, 1)) > 49 or scale < 1e-100
            continue
        assert np.isfinite(run.eigenvalues).all()
        assert np.isfinite(run.loss).all()
        assert np.isfinite(run.W).all()
        assert np.isfinite(run.A).all()
