"""The network that a configuration asks for, and what it makes of pictures."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch
from torch import Tensor, nn

from ..networks import Encoder
from ._config import NETWORKS, TrainConfig

_AT_ONCE = 1024  # pictures, so that a forward pass without gradients fits into memory


def build(config: TrainConfig, channels: int) -> Encoder:
    """The network with its first weights, on the CPU: they depend on the seed alone."""
    options = dict(config.network_options)
    if config.network == "mlp":
        options["inputs"] = channels * config.size**2
    else:
        options["channels"] = channels
    options |= {"init_scale": config.init_scale, "seed": config.seed}
    model = NETWORKS[config.network](config.d, **options)
    if config.frozen_trunk:
        model.trunk.requires_grad_(False)
    dtype = torch.float64 if config.precision == "float64" else torch.float32
    return model.to(dtype=dtype, memory_format=torch.channels_last)


@torch.no_grad()
def outputs(model: Encoder, x: Tensor) -> tuple[np.ndarray, np.ndarray]:
    """Hidden representation (n, h) and embedding (n, d) of x, float64, batch-norm as in training.

    The running statistics of the model stay as they are.
    """
    with _statistics_kept(model):
        hidden = model.trunk(x)
        z = model.head(hidden)
    return hidden.double().cpu().numpy(), z.double().cpu().numpy()


@torch.no_grad()
def features(model: Encoder, x: Tensor) -> np.ndarray:
    """Hidden representation (n, h) of x, float64, with the model's running statistics."""
    model.eval()
    return np.concatenate([model.trunk(part).double().cpu().numpy() for part in _parts(x)])


@torch.no_grad()
def settle_statistics(model: Encoder, x: Tensor) -> None:
    """Replace batch-norm's running statistics by the averages over x, passed through once."""
    norms = [m for m in model.modules() if isinstance(m, nn.modules.batchnorm._BatchNorm)]
    momenta = [m.momentum for m in norms]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # PyTorch's way of asking for a plain average
    model.train()
    for part in _parts(x):
        model(part)
    for norm, momentum in zip(norms, momenta, strict=True):
        norm.momentum = momentum


def _parts(x: Tensor) -> tuple[Tensor, ...]:
    # Equal parts: a small rest would have statistics of its own.
    return x.tensor_split(-(-len(x) // _AT_ONCE))


@contextmanager
def _statistics_kept(model: nn.Module) -> Iterator[None]:
    kept = [(buffer, buffer.clone()) for buffer in model.buffers()]
    try:
        yield
    finally:
        for buffer, value in kept:
            buffer.copy_(value)
