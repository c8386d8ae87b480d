"""Changes of colour for a batch x (n, c, h, w) from 0 to 1, with one coefficient a picture.

Brightness, contrast, saturation and hue mean what they mean in Pillow, torchvision and kornia,
and values are cut to 0..1 after each, as there.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

_RED, _GREEN, _BLUE = 0.299, 0.587, 0.114  # luminance, ITU-R BT.601
_REACH = 4  # of the blur's kernel, in standard deviations of the widest


def brightness(x: Tensor, factor: Tensor) -> Tensor:
    """factor · x."""
    return (x * _each(factor)).clamp_(0, 1)


def contrast(x: Tensor, factor: Tensor) -> Tensor:
    """Away from the picture's mean grey, or towards it."""
    mean = luminance(x).mean(dim=(1, 2, 3), keepdim=True)
    return torch.lerp(mean, x, _each(factor)).clamp_(0, 1)


def saturation(x: Tensor, factor: Tensor) -> Tensor:
    """Away from the grey of each pixel, or towards it."""
    return torch.lerp(luminance(x), x, _each(factor)).clamp_(0, 1)


def grey_out(x: Tensor, chosen: Tensor) -> Tensor:
    """The chosen pictures (n,) without colour, with the luminance that they had."""
    return torch.where(_each(chosen), luminance(x), x)


def hue(x: Tensor, turns: Tensor) -> Tensor:
    """Turn the colour circle of HSV; grey pixels stay as they are.

    With V the largest of red, green and blue, C the spread and H the hue in sixths of a turn, a
    channel is V − C · clip(min(k, 4 − k), 0, 1), k = (o + H) mod 6, o = 5, 3, 1 for red, green,
    blue.
    """
    red, green, blue = x.unbind(1)
    value = x.amax(1)
    spread = value - x.amin(1)
    safe = torch.where(spread > 0, spread, 1)
    sixths = torch.where(
        value == red,
        (green - blue) / safe,
        torch.where(value == green, (blue - red) / safe + 2, (red - green) / safe + 4),
    )
    sixths += 6 * turns[:, None, None]
    offset = x.new_tensor([5.0, 3.0, 1.0])[:, None, None]
    k = torch.remainder(sixths[:, None] + offset, 6)
    share = torch.minimum(k, 4 - k).clamp_(0, 1)
    return torch.addcmul(value[:, None], spread[:, None], share, value=-1)


def blur(x: Tensor, sigma: Tensor) -> Tensor:
    """Gaussian blur with a standard deviation in pixels for each picture, 0 for none.

    Pixels beyond the border are those of the picture mirrored at its outermost pixels.
    """
    down, across = (_blur_matrix(sigma, size) for size in x.shape[2:])
    return down[:, None] @ x @ across[:, None].transpose(-1, -2)


def solarize(x: Tensor, chosen: Tensor) -> Tensor:
    """The chosen pictures (n,) with every value ≥ ½ inverted."""
    return torch.where(_each(chosen) & (x >= 0.5), 1 - x, x)


def luminance(x: Tensor) -> Tensor:
    """How bright each pixel looks: (n, c, h, w) -> (n, 1, h, w); grey pictures are that already."""
    if x.shape[1] == 1:
        return x
    return _RED * x[:, 0:1] + _GREEN * x[:, 1:2] + _BLUE * x[:, 2:3]


def _each(values: Tensor) -> Tensor:
    return values[:, None, None, None]


def _blur_matrix(sigma: Tensor, size: int) -> Tensor:
    """Matrices (n, size, size) that blur an axis of that many pixels."""
    reach = min(_REACH * 2, size - 1)  # the widest blur has a standard deviation of 2
    step = torch.arange(-reach, reach + 1, device=sigma.device)
    # A tiny standard deviation leaves the pixel itself, exactly.
    weight = torch.exp(-((step / sigma.clamp(min=1e-3)[:, None]) ** 2) / 2)
    weight = weight / weight.sum(1, keepdim=True)
    pixel = (torch.arange(size, device=sigma.device)[:, None] + step).abs()
    pixel = torch.where(pixel < size, pixel, 2 * (size - 1) - pixel)
    taken = F.one_hot(pixel, size).to(sigma.dtype)  # (size, steps, size)
    return torch.einsum("nk,ikj->nij", weight, taken)
