"""A multi-layer perceptron on the pixels."""

from __future__ import annotations

from collections.abc import Sequence

from torch import nn

from .. import _validate
from ._encoder import Encoder, head


def mlp(
    d: int,
    inputs: int,
    widths: Sequence[int] = (256,),
    projector: Sequence[int] = (),
    init_scale: float = 1.0,
    bias_norm: float = 0.0,
) -> Encoder:
    """Linear layers of the given widths, each followed by batch-norm and ReLU.

    Args:
        d: embedding dimensions.
        inputs: numbers a picture, c·h·w; pictures are flattened first.
        widths: of the layers; the last one is the hidden representation.
        projector, init_scale, bias_norm: the head, see ``resnet18``.

    Raises:
        TypeError, ValueError: a size that is no whole number ≥ 1, no layer, a scale out of range.
    """
    sizes = [_validate.integer("inputs", inputs, 1)]
    sizes += [_validate.integer("widths", width, 1) for width in widths]
    if len(sizes) == 1:
        raise ValueError("widths is empty; at least one layer is needed.")
    layers: list[nn.Module] = [nn.Flatten()]
    for fan_in, width in zip(sizes, sizes[1:], strict=False):
        layers += [nn.Linear(fan_in, width, bias=False), nn.BatchNorm1d(width), nn.ReLU()]
    return Encoder(
        nn.Sequential(*layers), head(sizes[-1], d, projector, init_scale, bias_norm), sizes[-1]
    )
