"""What all networks of the course have in common: a trunk and a head."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import torch
from torch import Tensor, nn

from .. import _validate


class Encoder(nn.Module):
    """x -> trunk -> hidden representation (n, h) -> head -> embedding (n, d).

    Attributes:
        trunk: what is kept after training.
        head: the projector, whose last layer is linear.
        hidden: h.
    """

    def __init__(self, trunk: nn.Module, head: nn.Sequential, hidden: int) -> None:
        super().__init__()
        self.trunk = trunk
        self.head = head
        self.hidden = hidden

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.trunk(x))


def head(
    hidden: int, d: int, projector: Sequence[int], init_scale: float, bias_norm: float
) -> nn.Sequential:
    """Layers of the widths in ``projector`` with batch-norm and ReLU, then one linear layer.

    The last layer's weights are N(0, (init_scale/√fan_in)²). ``bias_norm`` > 0 gives it a bias of
    that length in a random direction, 0 none.
    """
    d = _validate.integer("d", d, 1)
    init_scale = _validate.number("init_scale", init_scale, above=0)
    bias_norm = _validate.number("bias_norm", bias_norm, minimum=0)
    if isinstance(projector, str) or not isinstance(projector, Iterable):
        raise TypeError(
            f"projector is {_validate.kind(projector)}; it must be a list of widths, with a comma "
            "if it is one: (32,)."
        )
    widths = [hidden, *(_validate.integer("projector", width, 1) for width in projector)]
    layers: list[nn.Module] = []
    for fan_in, width in zip(widths, widths[1:], strict=False):
        layers += [nn.Linear(fan_in, width, bias=False), nn.BatchNorm1d(width), nn.ReLU()]
    last = nn.Linear(widths[-1], d, bias=bias_norm > 0)
    with torch.no_grad():
        last.weight.normal_(0, init_scale / math.sqrt(widths[-1]))
        if bias_norm > 0:
            last.bias.normal_()
            last.bias.mul_(bias_norm / last.bias.norm())
    return nn.Sequential(*layers, last)
