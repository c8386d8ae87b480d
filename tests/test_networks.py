"""Networks: sizes and costs equal to the published ones, and the start that the theory needs."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from stepwise_ssl import networks

# name: builder and its arguments, picture size, parameters with a 1000-way head that has a bias,
# multiplications and additions in a forward pass through the trunk and that head. The first two
# rows as torchvision publishes them (11,689,512 and 1.814 G; 25,557,032 and 4.089 G); the third,
# without the head, as anybody's ResNet-18 for CIFAR (11,168,832 and 0.556 G).
PUBLISHED = {
    "ResNet-18": (networks.resnet18, {"stem": "imagenet"}, 224, 11_689_512, 1.814e9),
    "ResNet-50": (networks.resnet50, {"stem": "imagenet"}, 224, 25_557_032, 4.089e9),
    "ResNet-18, CIFAR": (networks.resnet18, {}, 32, 11_168_832 + 513_000, 0.556e9),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_parameters_and_operations_are_the_published_ones(name, report) -> None:
    build, options, size, parameters, operations = PUBLISHED[name]
    with torch.device("meta"):
        model = build(1000, bias_norm=1.0, **options)
        with FlopCounterMode(display=False) as counter:
            model(torch.zeros(1, 3, size, size))
    counted = sum(p.numel() for p in model.parameters())
    measured = counter.get_total_flops() / 2
    report(f"{name} at {size} px: {counted:,} parameters, {measured / 1e9:.3f} G multiply-adds")
    assert counted == parameters
    assert measured == pytest.approx(operations, rel=1e-3)  # published with four digits


def test_a_projector_has_the_published_size() -> None:
    """solo-learn's for Barlow Twins: 512-2048-2048-2048, batch-norm after the first two."""
    model = networks.resnet18(2048, projector=(2048, 2048))
    weights = sum(p.numel() for p in model.head.parameters())
    assert weights == 512 * 2048 + 2 * 2048 * 2048 + 2 * 2 * 2048
    assert [type(layer).__name__ for layer in model.head] == [
        "Linear", "BatchNorm1d", "ReLU", "Linear", "BatchNorm1d", "ReLU", "Linear",
    ]  # fmt: skip


BUILDERS = {
    "resnet18": (networks.resnet18, {}, 512),
    "resnet50": (networks.resnet50, {"stem": "cifar"}, 2048),
    "small_resnet": (networks.small_resnet, {}, 64),
    "mlp": (networks.mlp, {"inputs": 3 * 16 * 16, "widths": (40, 30)}, 30),
}


@pytest.mark.parametrize("name", BUILDERS)
def test_shapes_of_hidden_representation_and_embedding(name) -> None:
    build, options, hidden = BUILDERS[name]
    with torch.device("meta"):
        model = build(7, **options)
        x = torch.randn(3, 3, 16, 16)
    assert model.trunk(x).shape == (3, hidden)
    assert model(x).shape == (3, 7)
    assert model.hidden == hidden


@pytest.mark.parametrize("name", ["small_resnet", "mlp"])  # all heads are built by one function
def test_the_scale_of_the_start_is_the_last_layers(name) -> None:
    """The embedding is proportional to init_scale: ten times smaller, ten times smaller."""
    build, options, hidden = BUILDERS[name]
    x = torch.randn(8, 3, 16, 16)
    z = []
    for scale in (1.0, 0.1):
        torch.manual_seed(0)
        model = build(7, init_scale=scale, **options)
        z.append(model(x))
    torch.testing.assert_close(z[1], 0.1 * z[0], atol=1e-6, rtol=1e-4)
    weight = model.head[-1].weight.detach()
    # The mean square of 7·h normal numbers, within 5 standard errors.
    wanted = 0.1**2 / hidden
    assert float(weight.square().mean()) == pytest.approx(
        wanted, rel=5 * math.sqrt(2 / weight.numel())
    )
    assert model.head[-1].bias is None


def test_a_bias_has_the_length_asked_for() -> None:
    model = networks.small_resnet(10, init_scale=0.01, bias_norm=1.5)
    assert float(model.head[-1].bias.detach().norm()) == pytest.approx(1.5, rel=1e-6)


def test_the_global_seed_fixes_the_weights() -> None:
    torch.manual_seed(3)
    first = networks.small_resnet(10).state_dict()
    torch.manual_seed(3)
    second = networks.small_resnet(10).state_dict()
    assert all(torch.equal(first[key], second[key]) for key in first)


def test_the_small_resnet_is_as_described() -> None:
    """Three blocks of 16, 32, 64 channels, strides 1, 2, 2, after a stem of stride 2."""
    trunk = networks.small_resnet(10, channels=1).trunk
    shapes, x = [], torch.randn(2, 1, 16, 16)
    for layer in trunk:
        x = layer(x)
        shapes.append(tuple(x.shape[1:]))
    assert shapes == [(16, 8, 8), (16, 8, 8), (32, 4, 4), (64, 2, 2), (64,)]
    convolutions = [m for m in trunk.modules() if isinstance(m, nn.Conv2d)]
    assert all(c.bias is None for c in convolutions)
