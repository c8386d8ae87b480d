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
    model = build(1000, bias_norm=1.0, **options).to("meta")
    with torch.device("meta"), FlopCounterMode(display=False) as counter:
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
    model = build(7, **options).to("meta")
    x = torch.randn(3, 3, 16, 16, device="meta")
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


@pytest.mark.parametrize("name", BUILDERS)
def test_the_seed_fixes_the_weights_and_nothing_else_does(name) -> None:
    """As torch.manual_seed did when they came from the global generator, now left alone."""
    build, options, _ = BUILDERS[name]
    first = build(10, seed=3, **options).state_dict()
    torch.manual_seed(4)
    state = torch.get_rng_state()
    with torch.device("meta"), torch.no_grad():
        second = build(10, seed=3, **options).state_dict()
    assert torch.equal(torch.get_rng_state(), state)
    assert all(torch.equal(first[key], second[key]) for key in first)
    assert any(not torch.equal(first[k], v) for k, v in build(10, **options).state_dict().items())


def test_the_weights_are_those_of_the_global_generator_at_that_seed() -> None:
    """Recorded runs and printed numbers rest on it."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(3)
        first, last = nn.Linear(64, 7, bias=False), nn.Linear(7, 5, bias=False)
        nn.init.normal_(last.weight, 0, 7**-0.5)
    model = networks.mlp(5, 64, widths=(7,), seed=3)
    assert torch.equal(model.trunk[1].weight, first.weight)
    torch.testing.assert_close(model.head[0].weight, last.weight, rtol=1e-6, atol=0)


@pytest.mark.parametrize("seed", [2**63 - 1, 2**63, 2**64, 2**128 + 1])
def test_a_seed_may_have_any_size(seed) -> None:
    first, second = (networks.mlp(2, 3, seed=seed).head[0].weight for _ in range(2))
    assert torch.equal(first, second)
    assert not torch.equal(first, networks.mlp(2, 3, seed=seed + 1).head[0].weight)


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
