"""Views of a whole batch: against kornia on the same parameters, against make_pairs, by draws.

Against kornia both sides compute in float64 and differ in the order of sums: tolerance 1e-12. In
hue kornia adds 1e-8 to what it divides by: 1e-7.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import kornia
import numpy as np
import pytest
import torch
from torch import Tensor

from stepwise_ssl import data, views
from stepwise_ssl.views import Augment, _colour

NOTHING = {
    "crop": (1.0, 1.0), "flip": 0.0, "jitter": (0.0, 0.0, 0.0, 0.0), "grey": 0.0,
}  # fmt: skip
ALL = {"jitter": (0.4, 0.4, 0.2, 0.1), "grey": 0.2, "blur": 0.5, "solarize": 0.2}


def pictures(n: int = 32, size: int = 20, channels: int = 3) -> Tensor:
    generator = torch.Generator().manual_seed(0)
    return torch.randint(0, 256, (n, channels, size, size), generator=generator, dtype=torch.uint8)


def generator(seed: int = 1) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


# --- against kornia ----------------------------------------------------------------------------


def kornia_crop(x: Tensor, augment: Augment, p: views.Parameters) -> Tensor:
    """Four corners of each box, taken to the four corners of the view, then kornia's mirror."""
    n, _, h, w = x.shape
    top, left, height, width = p.box.unbind(1)
    # kornia's corners are centres of pixels; a share u of the picture lies at u·w - ½.
    x0, x1 = left * w + width / 2 - 0.5, (left + width) * w - width / 2 - 0.5
    y0, y1 = top * h + height / 2 - 0.5, (top + height) * h - height / 2 - 0.5
    boxes = torch.stack(
        [torch.stack(corner, 1) for corner in ((x0, y0), (x1, y0), (x1, y1), (x0, y1))], 1
    )
    view = kornia.geometry.transform.crop_and_resize(
        x, boxes, (h, w), padding_mode="border", align_corners=True
    )
    return torch.where(p.flip[:, None, None, None], kornia.geometry.transform.hflip(view), view)


def kornia_blur(x: Tensor, augment: Augment, p: views.Parameters) -> Tensor:
    sigma = p.sigma.clamp(min=1e-3)[:, None].repeat(1, 2)
    return kornia.filters.gaussian_blur2d(x, (17, 17), sigma, border_type="reflect")


def chosen(which: str, change: Callable) -> Callable:
    """kornia's change where the parameter says so."""
    return lambda x, a, p: torch.where(getattr(p, which)[:, None, None, None], change(x), x)


enhance, rgb_to_grayscale = kornia.enhance, kornia.color.rgb_to_grayscale
PEERS = {
    "crop and mirror": ({"crop": (0.08, 1.0), "flip": 0.5}, kornia_crop),
    "brightness": (
        {"jitter": (0.8, 0, 0, 0)},
        lambda x, a, p: enhance.adjust_brightness_accumulative(x, p.brightness),
    ),
    "contrast": (
        {"jitter": (0, 0.8, 0, 0)},
        lambda x, a, p: enhance.adjust_contrast_with_mean_subtraction(x, p.contrast),
    ),
    "saturation": (
        {"jitter": (0, 0, 0.8, 0)},
        lambda x, a, p: enhance.adjust_saturation_with_gray_subtraction(x, p.saturation),
    ),
    "hue": (
        {"jitter": (0, 0, 0, 0.5)},
        lambda x, a, p: enhance.adjust_hue(x, p.hue * 2 * math.pi),
    ),
    "grey": ({"grey": 0.5}, chosen("grey", lambda x: rgb_to_grayscale(x).repeat(1, 3, 1, 1))),
    "blur": ({"blur": 0.7}, kornia_blur),
    "solarize": ({"solarize": 0.5}, chosen("solarize", lambda x: enhance.solarize(x, 0.5))),
}  # fmt: skip


@pytest.mark.parametrize("name", PEERS)
def test_each_operation_is_kornias_on_the_same_parameters(name, report) -> None:
    options, peer = PEERS[name]
    augment = Augment(**NOTHING | options)
    x = pictures().double() / 255
    draws = augment.draw(len(x), generator()).double()
    ours = augment.apply(x, draws)
    error = float((ours - peer(x, augment, augment.parameters(draws))).abs().max())
    moved = ((ours - x).abs().amax((1, 2, 3)) > 0.01).float().mean()
    report(f"views.Augment against kornia, {name}: largest difference {error:.1e}")
    assert error < (1e-7 if name == "hue" else 1e-12)
    assert moved > 0.25  # the parameters were not all "leave it"


def test_all_colour_operations_in_their_order_are_kornias() -> None:
    augment = Augment(**NOTHING | ALL)
    x = pictures().double() / 255
    draws = augment.draw(len(x), generator()).double()
    wanted = x
    for name in ("brightness", "contrast", "saturation", "hue", "grey", "blur", "solarize"):
        wanted = PEERS[name][1](wanted, augment, augment.parameters(draws))
    # A value within rounding of ½ may fall on either side of solarize's threshold.
    different = ((augment.apply(x, draws) - wanted).abs() > 1e-6).float().mean()
    assert different < 1e-3


def test_hue_in_the_training_precision_is_that_of_double_precision() -> None:
    """Also of greys, of black and white, and where two channels are the largest together."""
    values = torch.tensor([0.0, 1 / 3, 0.5, 1.0])
    x = torch.cartesian_prod(values, values, values).T.reshape(1, 3, 8, 8).repeat(24, 1, 1, 1)
    turns = torch.linspace(-0.5, 0.5, 24)
    ours = _colour.hue(x, turns)
    wanted = enhance.adjust_hue(x.double(), turns.double() * 2 * math.pi)
    # H is at most 6, known to half an ulp after each of a few operations: 1e-6.
    assert (ours - wanted).abs().max() < 2e-6
    grey = (x[:, :1] == x).all(1, keepdim=True).expand_as(x)
    torch.testing.assert_close(ours[grey], x[grey], atol=1e-7, rtol=0)
    assert ours.min() >= 0 and ours.max() <= 1


def test_crops_in_the_training_precision_are_those_of_double_precision() -> None:
    augment = Augment(**NOTHING | {"crop": (0.08, 1.0), "flip": 0.5})
    x, draws = pictures(size=32), augment.draw(32, generator())
    # A point lies at up to 32 pixels, known to a few ulps: 1e-5 of a pixel.
    error = (augment.apply(x, draws) - augment.apply(x, draws.double())).abs().max()
    assert error < 1e-5


# --- the draws ---------------------------------------------------------------------------------


def test_boxes_are_those_of_make_pairs() -> None:
    """Same numbers drawn, same view: the batch on its device and the rows of the theory."""
    images = data.load_images("patches", n=50)
    x1, _ = views.make_pairs(images, n=50, seed=3, crop=(0.2, 0.9), centre=False, scale=False)
    numbers = np.random.default_rng(3).random((50, 2, 5))[:, 0]
    augment = Augment(**NOTHING | {"crop": (0.2, 0.9), "flip": 0.5})
    draws = torch.ones((50, 14), dtype=torch.float64)
    draws[:, :5] = torch.from_numpy(numbers)
    x = torch.from_numpy(images.x).permute(0, 3, 1, 2)
    ours = augment.apply(x, draws).permute(0, 2, 3, 1).reshape(50, -1)
    np.testing.assert_allclose(ours.numpy(), x1, atol=1e-12)


def test_parameters_have_the_ranges_and_shares_that_are_promised() -> None:
    n = 20_000
    augment = Augment(crop=(0.1, 0.6), flip=0.3, blur=0.25, solarize=0.1)
    p = augment.parameters(augment.draw(n, generator()))
    top, left, height, width = p.box.double().unbind(1)
    area, ratio = height * width, width / height
    assert 0.1 - 1e-6 < area.min() < 0.101 and 0.599 < area.max() < 0.6 + 1e-6
    assert 1.32 < ratio.max() < 4 / 3 + 1e-5 and 0.75 - 1e-5 < ratio.min() < 0.76
    assert min(top.min(), left.min()) >= 0
    assert max((top + height).max(), (left + width).max()) < 1 + 1e-6
    four_errors = 4 * math.sqrt(0.25 / n)
    for values, share in ((p.flip, 0.3), (p.sigma > 0, 0.25), (p.solarize, 0.1), (p.grey, 0.2)):
        assert abs(values.float().mean() - share) < four_errors
    for values, middle, change in (
        (p.brightness, 1, 0.4), (p.contrast, 1, 0.4), (p.saturation, 1, 0.2), (p.hue, 0, 0.1),
    ):  # fmt: skip
        moved = values != middle
        assert abs(moved.float().mean() - 0.8) < four_errors
        assert (values - middle).abs().max() <= change + 1e-6
        spread = values[moved].double().std()
        assert spread == pytest.approx(change / math.sqrt(3), rel=0.03)
    blurred = p.sigma[p.sigma > 0]
    assert 0.1 <= blurred.min() < 0.11 and 1.99 < blurred.max() <= 2


def test_a_picture_has_its_own_draws_whatever_the_batch() -> None:
    x, augment = pictures(), Augment(**ALL)
    draws = augment.draw(len(x), generator())
    whole = augment.apply(x, draws)
    torch.testing.assert_close(augment.apply(x[5:9], draws[5:9]), whole[5:9], atol=1e-6, rtol=0)
    torch.testing.assert_close(augment.draw(7, generator()), draws[:7], atol=0, rtol=0)


def test_the_generator_decides() -> None:
    x, augment = pictures(), Augment()
    torch.testing.assert_close(augment(x, generator(4)), augment(x, generator(4)))
    assert not torch.equal(augment(x, generator(4)), augment(x, generator(5)))
    torch.manual_seed(4)
    torch.testing.assert_close(augment(x), augment(x, generator(4)))


def test_no_change_is_no_change() -> None:
    x = pictures()
    torch.testing.assert_close(Augment(**NOTHING)(x), x / 255, atol=1e-6, rtol=0)
    # Draws that leave every operation out, with the operations there.
    still = Augment(crop=(1, 1), flip=0.5, jitter_probability=0.5, grey=0.5, blur=0.5, solarize=0.5)
    untouched = still.apply(x, torch.full((len(x), 14), 0.9))
    torch.testing.assert_close(untouched, x / 255, atol=1e-6, rtol=0)


def test_pictures_are_left_as_they_are_and_floats_are_taken() -> None:
    x = pictures()
    before = x.clone()
    augment = Augment(**ALL)
    draws = augment.draw(len(x), generator())
    view = augment.apply(x, draws)
    assert torch.equal(x, before)
    assert view.dtype == torch.float32
    torch.testing.assert_close(augment.apply(x / 255, draws), view, atol=1e-5, rtol=0)
    assert augment.apply(x, draws.double()).dtype == torch.float64


@pytest.mark.parametrize("channels", [1, 3])
def test_views_have_the_size_asked_for_and_stay_in_range(channels) -> None:
    x = pictures(channels=channels, size=8)
    view = Augment(size=16, **ALL)(x, generator())
    assert view.shape == (32, channels, 16, 16)
    assert view.min() >= 0 and view.max() <= 1


def test_grey_pictures_have_one_luminance() -> None:
    view = Augment(**NOTHING | {"grey": 1.0})(pictures(), generator())
    # An ulp of 1 is 1e-7: how a kernel rounds may depend on where in a register a pixel falls.
    torch.testing.assert_close(view[:, 1:], view[:, :1].expand(-1, 2, -1, -1), atol=3e-7, rtol=0)


def test_it_runs_where_the_batch_lies() -> None:
    """No value is read on the host: the meta device has none, and a read would raise."""
    x = torch.empty((4, 3, 8, 8), dtype=torch.uint8, device="meta")
    draws = torch.empty((4, 14), device="meta")
    assert Augment(size=16, **ALL).apply(x, draws).shape == (4, 3, 16, 16)


MISTAKES = {
    "size": ({"size": 0}, "size is 0; it must be between 1 and"),
    "crop": ({"crop": (0.5, 0.2)}, r"crop is \(0.5, 0.2\)"),
    "aspect": ({"aspect": 0.5}, "aspect is 0.5; it must be a finite number ≥ 1"),
    "jitter": ({"jitter": (0.4, 0.4, 0.4)}, r"jitter has shape \(3,\); it must be \(4,\)"),
    "hue": ({"jitter": (0.4, 0.4, 0.4, 0.6)}, "hue by at most 0.5"),
    "flip": ({"flip": 1.5}, "flip is 1.5; it must be a probability"),
    "grey": ({"grey": -0.1}, "grey is -0.1"),
    "blur": ({"blur": 2}, "blur is 2; it must be a probability"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_bad_attributes_are_refused_by_name(name) -> None:
    options, words = MISTAKES[name]
    with pytest.raises(ValueError, match=words):
        Augment(**options)


def test_bad_batches_are_refused_by_name() -> None:
    augment = Augment()
    with pytest.raises(TypeError, match="x is an ndarray; it must be a torch tensor"):
        augment.apply(np.zeros((2, 3, 4, 4)), augment.draw(2))
    with pytest.raises(ValueError, match=r"x has shape \(2, 4, 4, 3\); .*permute"):
        augment(torch.zeros(2, 4, 4, 3))
    with pytest.raises(TypeError, match="x has dtype torch.int64"):
        augment(torch.zeros((2, 3, 4, 4), dtype=torch.int64))
    with pytest.raises(ValueError, match=r"draws has shape \(3, 14\); it must be \(2, 14\)"):
        augment.apply(torch.zeros(2, 3, 4, 4), augment.draw(3))
    with pytest.raises(ValueError, match="n is 0"):
        augment.draw(0)
