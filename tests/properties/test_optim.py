"""Properties of the updates that climb faster, and of their theory, at any finite input."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from stepwise_ssl import optim

from .inputs import bounded, real, tried, tried_with_odd_ones

G, P, W = np.diag([0.5, 0.2, -0.1]), np.diag([1.0, 2, 3]), np.eye(2, 3) / 1000
LAYER = torch.nn.Linear(3, 2)

CALLS = {
    "PreconditionedSGD": (LAYER, 0.1, 0.1, 1.0, 0.9),
    "compare": (G, P, W, 0.4, 0.1),
    "descent": (G, W, 0.1, 5, P, 0.5),
    "final_weights": (G, W, P),
    "growth_rates": (G, 2, P),
    "inverse_power": (G, 1.0, 0.1),
    "muon_descent": (G, W, 0.1, 5),
    "muon_step_counts": (np.r_[0.5, -0.2], 0.1),
    "signed_step_counts": (G, W, 0.1),
    "step_counts": (G, W, 0.1, P, 0.5),
    "top_share": (W, G),
    "weight_excess": (W, G),
}


def test_all_functions_are_called() -> None:
    assert set(CALLS) == set(optim.__all__) - {"Climb"}


# A class has no arguments of its own to name, and the rows of test_bad_input have its mistakes.
@pytest.mark.parametrize("name", sorted(set(CALLS) - {"PreconditionedSGD"}))
def test_what_is_no_such_argument_is_refused_by_name(name: str) -> None:
    tried_with_odd_ones(getattr(optim, name), *CALLS[name])


def _symmetric(x: object) -> np.ndarray:
    with np.errstate(all="ignore"):
        x = np.asarray(x, float)
        return np.nan_to_num(x / 2 + x.T / 2)


@bounded
@given(real(3, 3), st.sampled_from([0.5, 1.0, 2.0]), st.sampled_from([0.0, 1e-3, 1.0]))
def test_an_inverse_power_is_symmetric_and_has_no_negative_eigenvalue(moment, power, rho) -> None:
    found = tried(optim.inverse_power, _symmetric(moment), power, rho)
    if found is None:  # an entry would overflow
        assert rho == 0
        return
    np.testing.assert_array_equal(found, found.T)
    assert np.linalg.eigvalsh(found).min() >= -1e-12 * np.abs(found).max()


@bounded
@given(real(3, 3), st.integers(1, 3))
def test_rates_descend_and_those_of_the_inverse_are_one_or_minus_one(moment, d) -> None:
    moment = _symmetric(moment)
    rates = tried(optim.growth_rates, moment, d)
    assert (np.diff(rates) <= 0).all()
    inverse = tried(optim.inverse_power, moment)
    if inverse is None:
        return
    equal = tried(optim.growth_rates, moment, d, inverse)
    if equal is not None:  # a moment of rank d at least
        np.testing.assert_allclose(np.abs(equal), 1, atol=1e-3)


@bounded
@given(
    st.lists(st.sampled_from([0.05, 0.1, 0.3, 1.0]), min_size=3, max_size=3),
    st.integers(0, 99), st.sampled_from([1e-6, 1e-3, 1.0, 1e3, 1e6]),
)  # fmt: skip
def test_steps_do_not_depend_on_the_unit_of_the_inputs(gamma, seed, unit) -> None:
    """Γ times u² with W over u and lr over u² is the same training."""
    start = 1e-3 * np.random.default_rng(seed).normal(size=(2, 3))
    one = tried(optim.step_counts, np.diag(gamma), start, 0.1)
    other = tried(optim.step_counts, unit**2 * np.diag(gamma), start / unit, 0.1 / unit**2)
    np.testing.assert_allclose(one, other, rtol=1e-6)


@bounded
@given(
    st.lists(st.sampled_from([-0.3, 0.05, 0.1, 0.3, 1.0]), min_size=4, max_size=4),
    real(2, 4), st.sampled_from([1e-3, 1.0, 1e3]),
)  # fmt: skip
def test_the_end_has_c_equal_to_one_and_is_no_shorter_than_the_shortest(gamma, W0, rho) -> None:
    Gamma, start = np.diag(gamma), np.asarray(W0, float)
    start = 1e-3 * start / (np.abs(start).max() or 1)
    P = optim.inverse_power(Gamma, rho=rho)
    end = tried(optim.final_weights, Gamma, start, P)
    if end is None:  # not enough modes, or a start that has nothing in them
        return
    np.testing.assert_allclose(end @ Gamma @ end.T, np.eye(2), atol=1e-6)
    assert optim.weight_excess(end, Gamma) >= 1 - 1e-6
    assert 0 <= optim.top_share(end, Gamma) <= 1


@bounded
@given(st.lists(st.floats(-1e300, 1e300), min_size=1, max_size=4), st.floats(1e-100, 1e100))
def test_muon_s_counts_fall_with_gamma(gamma, lr) -> None:
    counts = tried(optim.muon_step_counts, np.sort(gamma), lr)
    assert not np.isnan(counts).any()
    assert (counts[1:] <= counts[:-1]).all()
