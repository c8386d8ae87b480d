"""Properties of the losses, at any scale and in any precision."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from stepwise_ssl import losses

from .inputs import ODD, bounded, names_one_of

DTYPES = {torch.float32: 1e-5, torch.float64: 1e-12}  # and what rounding may do to a loss
LOSSES = {
    "barlow_twins": losses.barlow_twins,
    "barlow_twins, theory": lambda z1, z2: losses.barlow_twins(z1, z2, 1.0, False),
    "nt_xent": losses.nt_xent,
    "nt_xent, products": lambda z1, z2: losses.nt_xent(z1, z2, normalize=False),
    "vicreg": losses.vicreg,
}
each_loss = pytest.mark.parametrize("name", LOSSES)


@st.composite
def pair(draw: st.DrawFn) -> tuple[torch.Tensor, torch.Tensor]:
    """Two views (n, d), n from 2 to 5, laid out in memory in any way."""
    n, d, dtype = (
        draw(st.integers(2, 5)),
        draw(st.integers(1, 4)),
        draw(st.sampled_from(list(DTYPES))),
    )
    draws = torch.Generator().manual_seed(draw(st.integers(0, 2**32)))
    z = torch.randn(2, d, n, generator=draws, dtype=dtype)
    z = z.mT if draw(st.booleans()) else z.mT.contiguous()
    return z[0], z[1]


def value_and_slopes(loss, z1, z2) -> list[torch.Tensor]:
    leaves = [z.clone().requires_grad_() for z in (z1, z2)]
    value = loss(*leaves)
    value.backward()
    return [value.detach(), *(z.grad for z in leaves)]


@each_loss
@bounded
@given(views=pair())
def test_the_order_of_views_and_of_pictures_does_not_matter(name, views) -> None:
    (z1, z2), loss = views, LOSSES[name]
    value = loss(z1, z2)
    assert value.shape == ()
    assert value.dtype == z1.dtype
    assert value >= 0
    tolerance = DTYPES[z1.dtype]
    torch.testing.assert_close(loss(z2, z1), value, rtol=tolerance, atol=tolerance)
    torch.testing.assert_close(loss(z1.flip(0), z2.flip(0)), value, rtol=tolerance, atol=tolerance)


@each_loss
@bounded
@given(views=pair())
def test_autocast_changes_nothing(name, views) -> None:
    wanted = value_and_slopes(LOSSES[name], *views)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        got = value_and_slopes(LOSSES[name], *views)
    # Slopes are sums in another order; half precision would be wrong by 1e-2.
    tolerance = 10 * DTYPES[views[0].dtype]
    torch.testing.assert_close(got, wanted, rtol=tolerance, atol=tolerance)


@bounded
@given(pair(), st.integers(-120, 120))
def test_cosine_similarity_is_blind_to_scale(views, power) -> None:
    scaled = [z * 2.0**power for z in views]  # exact, and beyond where squares under- or overflow
    torch.testing.assert_close(losses.nt_xent(*scaled), losses.nt_xent(*views), rtol=0, atol=0)


@bounded
@given(pair(), st.integers(20, 120))
def test_a_correlation_does_not_see_the_scale_of_large_embeddings(views, power) -> None:
    tolerance = DTYPES[views[0].dtype]
    first, second = (losses.barlow_twins(*(z * 2.0**p for z in views)) for p in (20, power))
    torch.testing.assert_close(first, second, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("name", ["barlow_twins", "nt_xent", "vicreg"])
def test_what_is_no_embedding_is_refused_by_name(name) -> None:
    loss, z = getattr(losses, name), torch.ones(3, 2)
    for odd in ODD:
        for arguments in ((odd, z), (z, odd)):
            with pytest.raises((TypeError, ValueError)) as refused:
                loss(*arguments)
            assert names_one_of(str(refused.value), ("z1", "z2"))


@each_loss
def test_a_compiled_loss_is_the_loss(name) -> None:
    z1, z2 = torch.randn(2, 8, 3, generator=torch.Generator().manual_seed(0))
    compiled = torch.compile(LOSSES[name], backend="eager", fullgraph=True)
    for on in (False, True):
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=on):
            torch.testing.assert_close(compiled(z1, z2), LOSSES[name](z1, z2), rtol=1e-6, atol=1e-6)
