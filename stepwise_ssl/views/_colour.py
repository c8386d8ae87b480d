"""Changes of colour for a batch x (n, c, h, w) from 0 to 1, with one coefficient a picture.

Brightness, contrast, saturation and hue mean what they mean in Pillow, torchvision and kornia,
and values are cut to 0..1 after each, as there. All but hue, blur and solarize write into x: new
memory costs more than the arithmetic.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

_RED, _GREEN, _BLUE = 0.299, 0.587, 0.114  # luminance, ITU-R BT.601
_REACH = 4  # of the blur's kernel, in standard deviations of the widest


def brightness(x: Tensor, factor: Tensor) -> Tensor:
    """factor · x."""
    return x.mul_(_each(factor)).clamp_(max=1)


def contrast(x: Tensor, factor: Tensor) -> Tensor:
    """Away from the picture's mean luminance, or towards it."""
    # The mean of the luminance is the luminance of the means, and that is a number a channel.
    mean = luminance(x.mean(dim=(2, 3), keepdim=True))
    return _blend(x, mean, _each(factor))


def saturation(x: Tensor, factor: Tensor) -> Tensor:
    """Away from the luminance of each pixel, or towards it."""
    return _blend(x, luminance(x), _each(factor))


def grey_out(x: Tensor, chosen: Tensor) -> Tensor:
    """The chosen pictures (n,) without colour, with the luminance that they had."""
    return x.lerp_(luminance(x), _each(chosen.to(x.dtype)))


def hue(x: Tensor, turns: Tensor) -> Tensor:
    """Turn the colour circle of HSV; grey pixels stay as they are.

    With m the smallest, M the largest and C = M − m the spread of red, green and blue, and H from
    0 to 6 the hue in sixths of a turn, red is m + C · clip(|H − 3| − 1, 0, 1), green
    M − C · clip(|H − 2| − 1, 0, 1) and blue M − C · clip(|H − 4| − 1, 0, 1).
    """
    # A plane for each channel, without gaps: the many passes below then run in one sweep each.
    red, green, blue = x.transpose(0, 1).contiguous()
    value = torch.maximum(torch.maximum(red, green), blue)
    least = torch.minimum(torch.minimum(red, green), blue)
    spread = value - least
    # H · C, so that one division serves all three cases. torch.where would do to choose among
    # them, but takes ten times as long on a CPU. A sign is 0 where a channel is the largest and 1
    # elsewhere, and lerp is exact at both ends.
    sixths = torch.lerp(
        (blue - red).add_(spread, alpha=2),
        (red - green).add_(spread, alpha=4),
        (value - green).sign_(),
    )
    sixths = torch.lerp(green - blue, sixths, (value - red).sign_())
    sixths.div_(spread.clamp(min=torch.finfo(x.dtype).tiny))  # 0 of grey, which has no hue
    turned = sixths.add_(6 * turns[:, None, None])
    turned = turned.sub_((turned / 6).floor_(), alpha=6)
    away = ((turned - k).abs_().sub_(1).clamp_(0, 1) for k in (3, 2, 4))
    return torch.stack(
        [
            torch.addcmul(start, spread, share, value=sign)
            for start, share, sign in zip((least, value, value), away, (1, -1, -1), strict=True)
        ],
        dim=1,
    )


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
    light = x[:, 0:1] * _RED
    return light.add_(x[:, 1:2], alpha=_GREEN).add_(x[:, 2:3], alpha=_BLUE)


def _blend(x: Tensor, centre: Tensor, factor: Tensor) -> Tensor:
    """centre + factor · (x − centre), cut to 0..1."""
    return x.mul_(factor).add_(centre * (1 - factor)).clamp_(0, 1)


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
