"""Properties of what explains a mode, at any finite input."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from stepwise_ssl import data, meaning

from .inputs import bounded, real, tried, tried_with_odd_ones

X = np.random.default_rng(0).normal(size=(6, 2))

CALLS = {
    "factors": (data.load_images("digits", n=3),),
    "explained": (X, X[:, ::-1]),
    "permutation_null": (X, X, 2, 0),
}


def test_all_functions_are_called() -> None:
    assert set(CALLS) == set(meaning.__all__)


@pytest.mark.parametrize("name", CALLS)
def test_what_is_no_such_argument_is_refused_by_name(name: str) -> None:
    tried_with_odd_ones(getattr(meaning, name), *CALLS[name])


@bounded
@given(real(6, 2), real(6, 3))
def test_what_is_explained_is_a_share(modes, regressors) -> None:
    share = tried(meaning.explained, modes, regressors)
    null = tried(meaning.permutation_null, modes, regressors, 3)
    assert (share is None) == (null is None)
    if share is None:
        modes, regressors = np.asarray(modes, float), np.asarray(regressors, float)
        spreads = [
            np.ptp(x / np.maximum(np.abs(x).max(axis=0), 5e-324), axis=0)
            for x in (modes, regressors)
        ]
        assert spreads[0].min() < 1e-12 or spreads[1].max() < 1e-12
        return
    assert share.shape == (2,)
    assert null.shape == (3, 2)
    for values in (share, null):
        assert ((values >= 0) & (values <= 1)).all()
