"""Random views of a whole batch at once, on whatever device the batch lies."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from .. import _validate
from .._precision import as_given
from ._colour import blur, brightness, contrast, grey_out, hue, saturation, solarize
from ._crop import resample

_DRAWS = 14  # uniform numbers a view
_SIGMA = (0.1, 2.0)  # of the blur, in pixels, as SimCLR has it


class Parameters(NamedTuple):
    """What one row of draws says about its view; each entry has one row a picture.

    box (n, 4): top, left, height and width of the crop as shares of the picture. flip (n,): in
    the mirror or not. brightness, contrast, saturation (n,): factors, 1 for no change. hue (n,):
    in turns of the colour circle. grey, solarize (n,): done or not. sigma (n,): of the blur, in
    pixels, 0 for none.
    """

    box: Tensor
    flip: Tensor
    brightness: Tensor
    contrast: Tensor
    saturation: Tensor
    hue: Tensor
    grey: Tensor
    sigma: Tensor
    solarize: Tensor


@dataclass(frozen=True)
class Augment:
    """Crop, mirror and recolour every picture of a batch by draws of its own.

    The whole batch goes through each operation at once: crop and mirror image are one
    ``grid_sample``, a change of colour is a coefficient for each picture.
    The operations and their order: crop, mirror, brightness, contrast, saturation, hue, grey,
    blur, solarize. Two calls give the two views.

    Attributes:
        size: height and width of a view, in pixels; the picture's own by default. Sampling is
            bilinear without antialiasing, which is right for a crop that is enlarged.
        crop: smallest and largest share of the area, as in ``make_pairs``.
        aspect: largest ratio of a crop's width to its height, relative to the picture's, and of
            height to width; ≥ 1.
        flip: probability of the mirror image.
        jitter: largest change of brightness, contrast, saturation (factors uniform in
            1 ± change) and hue (uniform in ± change, in turns, at most ½).
        jitter_probability: that a picture's colours are changed at all.
        grey: probability of losing the colours.
        blur: probability of a Gaussian blur, its standard deviation uniform in 0.1 to 2 pixels.
        solarize: probability of inverting every value ≥ ½.

    The defaults are those with which solo-learn trains Barlow Twins and VICReg on CIFAR-10,
    except that solarize is 0.

    Raises:
        TypeError, ValueError: an attribute is not as above.
    """

    size: int | None = None
    crop: Sequence[float] = (0.08, 1.0)
    aspect: float = 4 / 3
    flip: float = 0.5
    jitter: Sequence[float] = (0.4, 0.4, 0.2, 0.1)
    jitter_probability: float = 0.8
    grey: float = 0.2
    blur: float = 0.0
    solarize: float = 0.0

    def __post_init__(self) -> None:
        if self.size is not None:
            _validate.size("size", self.size)
        _validate.share_range("crop", self.crop)
        _validate.number("aspect", self.aspect, minimum=1)
        jitter = _validate.vector(
            "jitter", self.jitter, 4, "changes of brightness, contrast, saturation and hue", 0
        )
        if jitter[:3].max() > 1 or jitter[3] > 0.5:
            raise ValueError(
                f"jitter is {tuple(self.jitter)}; brightness, contrast and saturation may change "
                "by at most 1, hue by at most 0.5."
            )
        for name in ("flip", "jitter_probability", "grey", "blur", "solarize"):
            _validate.probability(name, getattr(self, name))

    def draw(self, n: int, generator: torch.Generator | None = None) -> Tensor:
        """Uniform numbers for n views, (n, 14) float32, on the generator's device.

        ``apply`` turns row i into the parameters of view i. Drawing on the CPU and moving the
        table gives the same views on every device. Without a generator the draws come from
        PyTorch's global one on the CPU.
        """
        n = _validate.size("n", n)
        if generator is not None and not isinstance(generator, torch.Generator):
            raise TypeError(
                f"generator is {_validate.kind(generator)}; it must be a torch.Generator, such as "
                "torch.Generator().manual_seed(0), or None."
            )
        device = "cpu" if generator is None else generator.device
        return torch.rand((n, _DRAWS), generator=generator, device=device, dtype=torch.float32)

    def parameters(self, draws: Tensor) -> Parameters:
        """The parameters that a table of draws (n, 14) stands for.

        Raises TypeError, ValueError if ``draws`` is no such table of a float type.
        """
        _check_draws(draws)
        u = draws.unbind(1)
        smallest, largest = self.crop
        area = smallest + (largest - smallest) * u[0]
        # Beyond 1/area the box would stick out of the picture.
        reach = torch.clamp(-torch.log(area), max=math.log(self.aspect))
        ratio = torch.exp(reach * (2 * u[1] - 1))
        height, width = torch.sqrt(area / ratio), torch.sqrt(area * ratio)
        box = torch.stack([u[2] * (1 - height), u[3] * (1 - width), height, width], dim=1)
        jittered = u[5] < self.jitter_probability
        change = [(2 * u[6 + k] - 1) * self.jitter[k] * jittered for k in range(4)]
        sigma = (_SIGMA[0] + (_SIGMA[1] - _SIGMA[0]) * u[12]) * (u[11] < self.blur)
        return Parameters(
            box, u[4] < self.flip, 1 + change[0], 1 + change[1], 1 + change[2], change[3],
            u[10] < self.grey, sigma, u[13] < self.solarize,
        )  # fmt: skip

    @torch.no_grad()
    def apply(self, x: Tensor, draws: Tensor) -> Tensor:
        """The views of x (n, c, h, w) that draws (n, 14) stand for.

        Args:
            x: pictures with c = 1 or 3 channels, uint8 from 0 to 255 or floats from 0 to 1; left
                as it is.
            draws: what ``draw`` returns, on the device of x; its type, float32 or float64, is that
                of the result, inside ``torch.autocast`` too.

        Returns:
            (n, c, size, size), from 0 to 1.

        Raises:
            TypeError, ValueError: x or draws are not as above.
        """
        _check_pictures(x)
        _check_draws(draws)
        if len(draws) != len(x):
            raise ValueError(
                f"draws has shape {tuple(draws.shape)}; it must be ({len(x)}, {_DRAWS}), "
                "one row a picture, as Augment.draw returns."
            )
        if draws.device != x.device:
            raise ValueError(
                f"draws is on {draws.device} and x on {x.device}; move it: .to(x.device)."
            )
        with as_given(x):
            return self._apply(x, draws)

    def _apply(self, x: Tensor, draws: Tensor) -> Tensor:
        p = self.parameters(draws)
        view = resample(x.to(draws.dtype), p.box, p.flip, self.size or x.shape[2:])
        if x.dtype == torch.uint8:
            view.div_(255)
        b, c, s, h = self.jitter
        if b:
            view = brightness(view, p.brightness)
        if c:
            view = contrast(view, p.contrast)
        if x.shape[1] == 3:
            if s:
                view = saturation(view, p.saturation)
            if h:
                view = hue(view, p.hue)
            if self.grey:
                view = grey_out(view, p.grey)
        if self.blur:
            view = blur(view, p.sigma)
        if self.solarize:
            view = solarize(view, p.solarize)
        return view

    def __call__(self, x: Tensor, generator: torch.Generator | None = None) -> Tensor:
        """One new view of each picture of x; ``apply`` says what x is and what comes back."""
        _check_pictures(x)
        return self.apply(x, self.draw(len(x), generator).to(x.device))


def _check_pictures(x: Tensor) -> None:
    if not isinstance(x, Tensor):
        raise TypeError(f"x is {_validate.kind(x)}; it must be a torch tensor.")
    if x.ndim != 4 or x.shape[1] not in (1, 3) or 0 in x.shape:
        raise ValueError(
            f"x has shape {tuple(x.shape)}; it must be (n, c, h, w) with c = 1 or 3 channels. "
            "From data.load_images: torch.from_numpy(images.x).permute(0, 3, 1, 2)."
        )
    if x.dtype != torch.uint8 and not x.is_floating_point():
        raise TypeError(f"x has dtype {x.dtype}; it must be torch.uint8 or a float type.")


def _check_draws(draws: Tensor) -> None:
    if not isinstance(draws, Tensor):
        raise TypeError(f"draws is {_validate.kind(draws)}; it must be a torch tensor.")
    if draws.dtype not in (torch.float32, torch.float64):
        raise TypeError(
            f"draws has dtype {draws.dtype}; it must be torch.float32 or torch.float64, as "
            "Augment.draw returns."
        )
    if draws.ndim != 2 or draws.shape[1] != _DRAWS:
        raise ValueError(
            f"draws has shape {tuple(draws.shape)}; it must be (n, {_DRAWS}), as Augment.draw "
            "returns."
        )
