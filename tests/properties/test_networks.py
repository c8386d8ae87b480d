"""Properties of the networks' builders."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from stepwise_ssl import networks

from .inputs import bounded, tried_with_odd_ones

BUILDERS = ("mlp", "resnet18", "resnet50", "small_resnet")
GOOD = {
    "mlp": (2, 4, (3,), (), 1.0, 0.0, 0),
    "small_resnet": (2, 1, (), 1.0, 0.0, 0),
    "resnet18": (2, "cifar", 1, (), 1.0, 0.0, 0),
    "resnet50": (2, "cifar", 1, (), 1.0, 0.0, 0),
}


def test_all_builders_are_called() -> None:
    assert set(BUILDERS) == set(networks.__all__) - {"Encoder"} == set(GOOD)


@pytest.mark.parametrize("name", ["mlp", "small_resnet"])  # the others share their checks
def test_what_is_no_such_argument_is_refused_by_name(name) -> None:
    tried_with_odd_ones(getattr(networks, name), *GOOD[name])


widths = st.lists(st.integers(1, 5), min_size=1, max_size=3)


@bounded
@given(st.integers(1, 5), widths, widths, st.integers(0, 2**200), st.sampled_from([1e-30, 1, 1e30]))
def test_a_network_has_the_sizes_and_the_seed_asked_for(d, sizes, projector, seed, scale) -> None:
    build = {"widths": sizes, "projector": projector, "init_scale": scale, "seed": seed}
    one, other = (networks.mlp(d, 6, **build) for _ in range(2))
    assert all(torch.equal(a, b) for a, b in zip(one.parameters(), other.parameters(), strict=True))
    assert {p.dtype for p in one.parameters()} == {torch.float32}
    assert one(torch.rand(3, 1, 2, 3)).shape == (3, d)
    assert one.trunk(torch.rand(3, 6)).shape == (3, one.hidden)
    assert one.hidden == sizes[-1]
    assert all(p.isfinite().all() for p in one.parameters())
