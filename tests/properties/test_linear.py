"""Properties of the linear model's functions, at any finite input."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepwise_ssl import linear

from .inputs import bounded, real, tried, tried_with_odd_ones

G, W = np.diag([0.5, 0.2, 0.1]), np.eye(2, 3) / 10
X, t, gamma, s0 = np.arange(12.0).reshape(4, 3), np.array([0.0, 1, 9]), np.r_[0.5, -0.2], W[0, :2]

CALLS = {
    "cross_moment": (X, X),
    "modes": (G, 2),
    "final_weights": (G, 2),
    "random_init": (2, 3, 0.1, 5),
    "typical_init": (2, 0.1),
    "effective_init": (W, np.eye(3, 2)),
    "singular_values": (t, gamma, s0),
    "embedding_eigenvalues": (t, gamma, s0),
    "loss": (t, gamma, s0),
    "step_times": (gamma, s0),
    "gradient_flow": (G, W, t),
    "gradient_descent": (G, W, 0.1, 5),
}


def test_all_functions_are_called() -> None:
    assert set(CALLS) == set(linear.__all__) - {"Trajectory"}


@pytest.mark.parametrize("name", CALLS)
def test_what_is_no_such_argument_is_refused_by_name(name: str) -> None:
    tried_with_odd_ones(getattr(linear, name), *CALLS[name])


def _size(x: object) -> float:
    return float(np.abs(np.asarray(x, dtype=float)).max())


@bounded
@given(real(4, 3), real(4, 3))
def test_the_moment_is_symmetric_and_has_the_mean_agreement_as_its_trace(x1, x2) -> None:
    Gamma = tried(linear.cross_moment, x1, x2)
    if Gamma is None:
        assert _size(x1) * _size(x2) > 1e300
        return
    np.testing.assert_array_equal(Gamma, Gamma.T)
    agreement = sum(
        a @ b / 4 for a, b in zip(*(np.asarray(x, float) for x in (x1, x2)), strict=True)
    )
    # Rounding is relative to the largest product; 1e-322 is what the smallest numbers round by.
    np.testing.assert_allclose(
        np.trace(Gamma), agreement, rtol=0, atol=1e-14 * (_size(x1) * _size(x2)) + 1e-322
    )


@bounded
@given(real(3, 3), st.integers(1, 3))
def test_modes_are_orthonormal_and_solve_the_eigenproblem(a, d) -> None:
    a = np.asarray(a, float)
    Gamma = a / 12 + a.T / 12
    modes = tried(linear.modes, Gamma, d)
    assert modes is not None
    values, V = modes
    assert (np.diff(values) <= 0).all()
    np.testing.assert_allclose(V.T @ V, np.eye(d), atol=1e-14)
    # In parts of the largest entry, so that nothing overflows; the smallest numbers are rounded.
    size = np.abs(Gamma).max()
    if size > 1e-300:
        np.testing.assert_allclose((Gamma / size) @ V, V * (values / size), atol=1e-14)


@bounded
@given(real(3, 3), st.integers(1, 3))
def test_the_final_weights_learn_what_can_be_learned(a, d) -> None:
    a = np.asarray(a, float)
    Gamma = a / 12 + a.T / 12
    final = tried(linear.final_weights, Gamma, d)
    assert final is not None
    assert final.shape == (d, 3)
    assert np.isfinite(final).all()
    values = np.linalg.eigvalsh(Gamma)[::-1][:d]
    if values[0] > 1e-300:  # below, Γ itself is rounded
        lambdas = np.linalg.norm(final, axis=1) ** 2 * values
        clear = np.abs(values) > 1e-13 * np.abs(Gamma).max()
        np.testing.assert_allclose(lambdas[clear], values[clear] > 0, atol=1e-2)


@bounded
@given(st.integers(0, 2**200), st.sampled_from([1e-320, 1e-200, 1.0, 1e200]))
def test_starts_are_finite_and_their_own(seed, alpha) -> None:
    start = tried(linear.random_init, 2, 3, alpha, seed)
    assert start.shape == (2, 3)
    assert np.abs(start).max() <= 10 * alpha
    np.testing.assert_array_equal(start, linear.random_init(2, 3, alpha, seed))
    assert alpha < 1e-300 or (start != linear.random_init(2, 3, alpha, seed + 1)).all()


@bounded
@given(real(2, 3))
def test_the_effective_start_has_the_determinants_size(start) -> None:
    """Gram-Schmidt keeps the volume: s_1 s_2 = |det| of the first two columns."""
    s = tried(linear.effective_init, start, np.eye(3, 2))
    start = np.asarray(start, float)
    size = np.abs(start).max() or 1.0
    if s is None:
        assert size > 1e308
        return
    assert (s >= 0).all()
    if size > 1e-300:
        volume = abs(np.linalg.det(start[:, :2] / size))
        np.testing.assert_allclose((s / size).prod(), volume, atol=1e-14)


@bounded
@given(real(2).filter(lambda s: _size(s) < 1e300), st.sampled_from([1e-300, 1e-3, 1.0, 1e3, 1e300]))
def test_singular_values_start_at_s0_and_end_where_the_flow_rests(s0, now) -> None:
    s0 = np.abs(np.asarray(s0, float))
    values = np.array([0.7, -0.3])
    s = tried(linear.singular_values, [0, now], values, s0)
    np.testing.assert_allclose(s[0], s0, rtol=1e-12, atol=1e-322)
    assert np.isfinite(s).all()
    assert (s >= 0).all()
    lowest, highest = np.minimum(s0[0], 0.7**-0.5), np.maximum(s0[0], 0.7**-0.5)
    assert lowest * (1 - 1e-12) <= s[1, 0] <= highest * (1 + 1e-12)
    assert s[1, 1] <= s0[1] * (1 + 1e-12)


@bounded
@given(
    st.sampled_from([5e-324, 1e-300, 0.5, 1e300]),
    st.sampled_from([0.0, 5e-324, 1e-200, 1.0, 1e250]),
)
def test_eigenvalue_loss_and_step_time_agree_at_any_scale(value, start) -> None:
    at_start = float(np.exp(min(np.log(value) + 2 * np.log(start), 710)) if start else 0)
    now = tried(linear.embedding_eigenvalues, [0], [value], [start])
    if now is None:
        assert at_start > 1e300
        assert tried(linear.loss, [0], [value], [start]) is None
    else:
        # The wanted value is that of a logarithm up to 1400, hence its error.
        np.testing.assert_allclose(now, at_start, rtol=1e-11, atol=1e-322)
    tau = tried(linear.step_times, [value], [start])[0]
    if np.isfinite(tau) and tau > 0:
        half = linear.embedding_eigenvalues([tau], [value], [start])
        np.testing.assert_allclose(half, 0.5, rtol=1e-9)
    else:
        assert at_start >= 0.5 or start == 0 or value == 5e-324


@bounded
@given(real(2, 3), st.sampled_from([1e-200, 1e-3, 1.0, 1e3, 1e200]))
def test_simulations_record_what_is_finite(start, scale) -> None:
    flow = tried(linear.gradient_flow, scale * G, start, [0, 1 / scale])
    descent = tried(linear.gradient_descent, scale * G, start, 0.02 / scale, 50)
    for run in (flow, descent):
        if run is None:  # a loss or its gradient would overflow
            assert np.log10(scale) + 2 * np.log10(max(_size(start), 1)) > 49
            continue
        assert np.isfinite(run.eigenvalues).all()
        assert np.isfinite(run.loss).all()
        assert (np.diff(run.eigenvalues, axis=1) <= 0).all()
