"""What all networks of the course have in common: a trunk and a head."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from .. import _validate

# Of every layer, whatever PyTorch's defaults are: a seed then means the same weights everywhere.
PLACE = {"device": "cpu", "dtype": torch.float32}


@contextmanager
def drawn_from(seed: int) -> Iterator[None]:
    """Layers made inside get their first weights from this seed; the global generator goes back."""
    number = _validate.torch_seed(_validate.seed("seed", seed))
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(number)  # torch.manual_seed is that of all devices
        yield


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
    d = _validate.size("d", d)
    init_scale = _validate.number("init_scale", init_scale, above=0)
    bias_norm = _validate.number("bias_norm", bias_norm, minimum=0)
    widths = [hidden, *checked_widths("projector", projector)]
    layers = dense(widths)
    last = nn.Linear(widths[-1], d, bias=bias_norm > 0, **PLACE)
    with torch.no_grad():
        last.weight.normal_(0, init_scale / math.sqrt(widths[-1]))
        if bias_norm > 0:
            last.bias.normal_()
            last.bias.mul_(bias_norm / last.bias.norm())
    return nn.Sequential(*layers, last)


def checked_widths(name: str, widths: Sequence[int]) -> list[int]:
    if not _validate.is_series(widths):
        raise TypeError(
            f"{name} is {_validate.kind(widths)}; it must be a list of widths, with a comma if it "
            "is one: (32,)."
        )
    return [_validate.size(name, width) for width in widths]


def dense(widths: Sequence[int]) -> list[nn.Module]:
    """Linear layers from each width to the next, each with batch-norm and ReLU behind it."""
    layers: list[nn.Module] = []
    for fan_in, width in zip(widths, widths[1:], strict=False):
        layers += [
            nn.Linear(fan_in, width, bias=False, **PLACE),
            nn.BatchNorm1d(width, **PLACE),
            nn.ReLU(),
        ]
    return layers
