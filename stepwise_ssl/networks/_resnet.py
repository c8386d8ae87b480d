"""Residual networks (He et al. 2016)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch.nn.functional as F
from torch import Tensor, nn

from .. import _validate
from ._encoder import PLACE, Encoder, drawn_from, head

Block = Callable[[int, int, int], nn.Module]


def resnet18(
    d: int,
    stem: str = "cifar",
    channels: int = 3,
    projector: Sequence[int] = (),
    init_scale: float = 1.0,
    bias_norm: float = 0.0,
    seed: int = 0,
) -> Encoder:
    """ResNet-18, 512 hidden units.

    Args:
        d: embedding dimensions.
        stem: what the picture meets first. ``"imagenet"``: 7x7 convolution with stride 2, then
            max-pooling with stride 2, for pictures of 224 pixels. ``"cifar"``: 3x3 convolution
            with stride 1 and no pooling, for 32 pixels.
        channels: of the pictures, 1 or 3.
        projector: widths of the head's layers before the last, each with batch-norm and ReLU;
            none by default.
        init_scale: the last layer's weights are N(0, (init_scale/√fan_in)²).
        bias_norm: length of the last layer's bias, in a random direction; 0 for no bias.
        seed: of the first weights, ≥ 0, of any size. They do not depend on PyTorch's global
            generator, default type or default device: float32 on the CPU.

    Raises:
        TypeError, ValueError: a size that is no whole number ≥ 1, another stem, a scale out of
            range.
    """
    blocks = _stages(64, (2, 2, 2, 2), expansion=1)
    with drawn_from(seed):
        trunk = _published(_stem(stem, channels), BasicBlock, blocks)
        return Encoder(trunk, head(512, d, projector, init_scale, bias_norm), 512)


def resnet50(
    d: int,
    stem: str = "imagenet",
    channels: int = 3,
    projector: Sequence[int] = (),
    init_scale: float = 1.0,
    bias_norm: float = 0.0,
    seed: int = 0,
) -> Encoder:
    """ResNet-50, 2048 hidden units; the arguments are those of ``resnet18``.

    Strides are in the 3x3 convolutions, as torchvision has them.
    """
    blocks = _stages(64, (3, 4, 6, 3), expansion=4)
    with drawn_from(seed):
        trunk = _published(_stem(stem, channels), Bottleneck, blocks)
        return Encoder(trunk, head(2048, d, projector, init_scale, bias_norm), 2048)


def small_resnet(
    d: int,
    channels: int = 3,
    projector: Sequence[int] = (),
    init_scale: float = 1.0,
    bias_norm: float = 0.0,
    seed: int = 0,
) -> Encoder:
    """A ResNet for two CPU cores: 3x3 convolution with stride 2, three blocks, 64 hidden units.

    The blocks have 16, 32 and 64 channels and strides 1, 2 and 2, the first weights are PyTorch's
    own. The arguments are those of ``resnet18``.
    """
    channels = _validate.size("channels", channels)
    blocks = [(16, 16, 1), (16, 32, 2), (32, 64, 2)]
    with drawn_from(seed):
        stem = nn.Sequential(*_convolution(channels, 16, size=3, stride=2), nn.ReLU())
        trunk = _resnet(stem, BasicBlock, blocks)
        return Encoder(trunk, head(64, d, projector, init_scale, bias_norm), 64)


class BasicBlock(nn.Module):
    """Two 3x3 convolutions and the input added: inputs -> outputs channels."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.residual = nn.Sequential(
            *_convolution(inputs, outputs, 3, stride), nn.ReLU(), *_convolution(outputs, outputs, 3)
        )
        self.shortcut = _shortcut(inputs, outputs, stride)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.residual(x) + self.shortcut(x))


class Bottleneck(nn.Module):
    """A 3x3 convolution on a quarter of the channels, between two 1x1, and the input added."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        inner = outputs // 4
        self.residual = nn.Sequential(
            *_convolution(inputs, inner, 1), nn.ReLU(),
            *_convolution(inner, inner, 3, stride), nn.ReLU(),
            *_convolution(inner, outputs, 1),
        )  # fmt: skip
        self.shortcut = _shortcut(inputs, outputs, stride)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.residual(x) + self.shortcut(x))


class GlobalMean(nn.Module):
    """The mean of each channel over the picture: (n, c, h, w) -> (n, c)."""

    def forward(self, x: Tensor) -> Tensor:
        return x.mean(dim=(2, 3))


def _stages(first: int, depths: Sequence[int], expansion: int) -> list[tuple[int, int, int]]:
    """(inputs, outputs, stride) of every block; each stage doubles channels and halves pictures."""
    blocks, inputs = [], first
    for stage, depth in enumerate(depths):
        outputs = first * expansion * 2**stage
        for block in range(depth):
            blocks.append((inputs, outputs, 2 if stage > 0 and block == 0 else 1))
            inputs = outputs
    return blocks


def _resnet(stem: nn.Module, block: Block, blocks: list[tuple[int, int, int]]) -> nn.Sequential:
    return nn.Sequential(stem, *(block(*sizes) for sizes in blocks), GlobalMean())


def _published(stem: nn.Module, block: Block, blocks: list[tuple[int, int, int]]) -> nn.Sequential:
    """With the first weights of the paper's authors. Batch-norm takes their size out of the
    function, but the larger they are, the less a learning rate turns them."""
    trunk = _resnet(stem, block, blocks)
    for module in trunk.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
    return trunk


def _stem(name: str, channels: int) -> nn.Sequential:
    _validate.choice("stem", name, ("cifar", "imagenet"))
    channels = _validate.size("channels", channels)
    if name == "cifar":
        return nn.Sequential(*_convolution(channels, 64, size=3), nn.ReLU())
    pool = nn.MaxPool2d(3, stride=2, padding=1)
    return nn.Sequential(*_convolution(channels, 64, size=7, stride=2), nn.ReLU(), pool)


def _convolution(inputs: int, outputs: int, size: int, stride: int = 1) -> list[nn.Module]:
    convolution = nn.Conv2d(inputs, outputs, size, stride, size // 2, bias=False, **PLACE)
    return [convolution, nn.BatchNorm2d(outputs, **PLACE)]


def _shortcut(inputs: int, outputs: int, stride: int) -> nn.Module:
    if inputs == outputs and stride == 1:
        return nn.Identity()
    return nn.Sequential(*_convolution(inputs, outputs, 1, stride))
