"""Properties of the views, for pictures of any kind."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from stepwise_ssl import views
from stepwise_ssl.data import Images

from .inputs import ODD, bounded, names_one_of, tried, tried_with_odd_ones

AUGMENT = views.Augment(blur=0.5, solarize=0.2)
SHARES = st.floats(1e-300, 1) | st.floats(0.1, 1)


@st.composite
def pictures(draw: st.DrawFn) -> Images:
    n, h, w, c = (draw(st.integers(1, most)) for most in (3, 6, 6, 2))
    x = np.random.default_rng(draw(st.integers(0, 99))).integers(0, 256, (n, h, w, 2 * c - 1))
    return Images(x.astype(np.uint8), np.zeros(n, int), draw(st.sampled_from(["digits", "own"])))


@bounded
@given(pictures(), st.integers(0, 2**200), SHARES, SHARES)
def test_views_are_finite_and_within_the_picture(images, seed, one, other) -> None:
    crop = (min(one, other), max(one, other))
    pair = tried(views.make_pairs, images, None, seed, crop, False, False)
    for x, again in zip(
        pair, views.make_pairs(images, None, seed, crop, False, False), strict=True
    ):
        assert x.shape == (len(images), images.x[0].size)
        # Interpolation is an average, up to rounding.
        assert images.x.min() / 255 - 1e-12 <= x.min()
        assert x.max() <= images.x.max() / 255 + 1e-12
        np.testing.assert_array_equal(x, again)
    scaled = tried(views.make_pairs, images, None, seed, crop)
    if scaled is not None:
        both = np.concatenate(scaled)
        np.testing.assert_allclose(both.mean(0), 0, atol=1e-12)
        assert (both**2).sum(1).mean() == pytest.approx(1, rel=1e-12)


def test_what_is_no_such_argument_is_refused_by_name() -> None:
    images = Images(np.arange(32, dtype=np.uint8).reshape(2, 4, 4, 1), np.zeros(2, int), "own")
    tried_with_odd_ones(views.make_pairs, images, 2, 0, (0.4, 1.0), True, True)


@bounded
@given(
    pictures(),
    st.sampled_from([torch.uint8, torch.float16, torch.bfloat16, torch.float32, torch.float64]),
    st.sampled_from([torch.float32, torch.float64]),
    st.none() | st.integers(1, 9),
    st.booleans(),
)
def test_augmented_pictures_have_the_draws_precision_and_stay_in_range(
    images, dtype, precision, size, half
) -> None:
    x = torch.from_numpy(images.x).permute(0, 3, 1, 2)  # not contiguous
    x = x if dtype == torch.uint8 else (x / 255).to(dtype)
    before = x.clone()
    augment = views.Augment(size=size, blur=0.5, solarize=0.2)
    draws = augment.draw(len(x), torch.Generator().manual_seed(0)).to(precision)
    view = augment.apply(x, draws)
    assert view.dtype == precision
    assert view.shape == (*x.shape[:2], *(x.shape[2:] if size is None else (size, size)))
    assert view.min() >= 0
    assert view.max() <= 1
    assert torch.equal(x, before)
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=half):
        torch.testing.assert_close(augment.apply(x, draws), view, rtol=0, atol=0)


def test_what_are_no_pictures_and_no_draws_is_refused_by_name() -> None:
    x, draws = torch.rand(2, 1, 4, 4), AUGMENT.draw(2)
    calls = {
        "x": (AUGMENT, lambda odd: AUGMENT.apply(odd, draws)),
        "draws": (AUGMENT.parameters, lambda odd: AUGMENT.apply(x, odd)),
    }
    for name, functions in calls.items():
        for function in functions:
            for odd in ODD:
                with pytest.raises((TypeError, ValueError)) as refused:
                    function(odd)
                assert names_one_of(str(refused.value), [name])


@pytest.mark.parametrize("name", views.Augment.__dataclass_fields__)
def test_settings_are_refused_by_name(name) -> None:
    for odd in ODD:
        if odd is None and name == "size":
            continue
        with pytest.raises((TypeError, ValueError), match=f"^{name}"):
            views.Augment(**{name: odd})
