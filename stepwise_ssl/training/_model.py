"""The network that a configuration asks for, and what it makes of pictures."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch
from torch import Tensor, nn

from ..networks import Encoder
from ..networks._encoder import drawn_from, head
from ._config import NETWORKS, TrainConfig
from ._own import NOTHING, Own, trunk_of

_AT_ONCE = 1024  # pictures, so that a forward pass without gradients fits into memory


def build(config: TrainConfig, channels: int, own: Own = NOTHING) -> Encoder:
    """The network with its first weights, on the CPU.

    They depend on the seed alone; a trunk of the caller's comes with its own.
    """
    options = config.network_options | {"init_scale": config.init_scale}
    if own.trunk is not None:
        with drawn_from(config.seed):  # it is tried, and may draw
            trunk, hidden = trunk_of(own, config, channels)
        with drawn_from(config.seed):
            last = head(hidden, config.d, **{"projector": (), "bias_norm": 0.0} | options)
        model = Encoder(trunk, last, hidden)
    else:
        mlp = config.network == "mlp"
        options |= {"inputs": channels * config.size**2} if mlp else {"channels": channels}
        model = NETWORKS[config.network](config.d, seed=config.seed, **options)
    if config.frozen_trunk:
        model.trunk.requires_grad_(False)
    dtype = torch.float64 if config.precision == "float64" else torch.float32
    return model.to(dtype=dtype, memory_format=torch.channels_last)


@torch.no_grad()
def outputs(model: Encoder, x: Tensor) -> tuple[np.ndarray, np.ndarray]:
    """Hidden representation (n, h) and embedding (n, d) of x, float64, batch-norm as in training.

    The running statistics of the model stay as they are, and so does what else it counts.
    """
    with untracked(model), _buffers_kept(model):
        hidden = model.trunk(x.clone())  # a trunk of the caller's may write into what it gets
        z = model.head(hidden)
    return hidden.cpu().double().numpy(), z.cpu().double().numpy()


@torch.no_grad()
def whole_outputs(model: Encoder, x: Tensor) -> tuple[np.ndarray, np.ndarray]:
    """Hidden representation (n, h) and embedding (n, d) of x, float64, with running statistics."""
    model.eval()
    hidden = [model.trunk(part.clone()) for part in _parts(x)]
    z = [model.head(part) for part in hidden]
    return tuple(np.concatenate([p.cpu().double().numpy() for p in both]) for both in (hidden, z))


def features(model: Encoder, x: Tensor) -> np.ndarray:
    """Hidden representation (n, h) of x, float64, with the model's running statistics."""
    return whole_outputs(model, x)[0]


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
def _buffers_kept(model: nn.Module) -> Iterator[None]:
    """Passes after which a caller's trunk finds its buffers as before: a record changes no run.

    Those of batch-norm are left out, see ``untracked``; the course's networks have no others.
    """
    kept = [
        (part, name, buffer, buffer.clone())
        for part in model.modules()
        if not isinstance(part, nn.modules.batchnorm._BatchNorm)
        for name, buffer in part.named_buffers(recurse=False)
    ]
    try:
        yield
    finally:
        for part, name, buffer, values in kept:
            buffer.copy_(values)
            # It may have been replaced too. TorchScript writes in place.
            if not isinstance(part, torch.jit.ScriptModule):
                setattr(part, name, buffer)


@contextmanager
def untracked(model: nn.Module) -> Iterator[None]:
    """Forward passes that leave the running statistics as they are."""
    # Batch-norm that tracks nothing uses the batch's own statistics and writes no running ones.
    # To write them and put them back would copy every buffer twice at each record.
    norms = [m for m in model.modules() if isinstance(m, nn.modules.batchnorm._BatchNorm)]
    tracked = [m.track_running_stats for m in norms]
    try:
        for norm in norms:
            norm.track_running_stats = False
        yield
    finally:
        for norm, value in zip(norms, tracked, strict=True):
            norm.track_running_stats = value
