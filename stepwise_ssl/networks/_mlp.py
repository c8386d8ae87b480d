"""A multi-layer perceptron on the pixels."""

from __future__ import annotations

from collections.abc import Sequence

from torch import nn

from .. import _validate
from ._encoder import Encoder, checked_widths, dense, drawn_from, head


def mlp(
    d: int,
    inputs: int,
    widths: Sequence[int] = (256,),
    projector: Sequence[int] = (),
    init_scale: float = 1.0,
    bias_norm: float = 0.0,
    seed: int = 0,
) -> Encoder:
    """Linear layers of the given widths, each followed by batch-norm and ReLU.

    Args:
        d: embedding dimensions.
        inputs: numbers a picture, c·h·w; pictures are flattened first.
        widths: of the layers; the last one is the hidden representation.
        projector, init_scale, bias_norm, seed: see ``resnet18``.

    Raises:
        TypeError, ValueError: a size that is no whole number ≥ 1, no layer, a scale out of range.
    """
    sizes = [_validate.size("inputs", inputs), *checked_widths("widths", widths)]
    if len(sizes) == 1:
        raise ValueError("widths is empty; at least one layer is needed.")
    with drawn_from(seed):
        trunk = nn.Sequential(nn.Flatten(), *dense(sizes))
        return Encoder(trunk, head(sizes[-1], d, projector, init_scale, bias_norm), sizes[-1])
