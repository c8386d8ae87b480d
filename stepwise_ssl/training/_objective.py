"""The loss of two views' embeddings, as a configuration asks for it."""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor

from ._config import LOSSES, TrainConfig
from ._own import NOTHING, Own, checked_loss

Objective = Callable[[Tensor, Tensor], Tensor]


def objective(config: TrainConfig, own: Own = NOTHING) -> Objective:
    """(n, d), (n, d) -> scalar.

    The theory's Barlow Twins loss (``normalize=False``) is that of centred embeddings: the mean of
    all 2n rows of the batch is taken off first. The other losses centre themselves, or, like
    SimCLR's, have no need of it. A loss of the caller's gets the embeddings as they are.
    """
    if own.loss is not None:
        return checked_loss(own)
    loss, options = LOSSES[config.loss], config.loss_options
    if config.loss == "barlow_twins" and not options.get("normalize", True):
        return lambda z1, z2: loss(*centred(z1, z2), **options)
    return lambda z1, z2: loss(z1, z2, **options)


def centred(z1: Tensor, z2: Tensor) -> tuple[Tensor, Tensor]:
    """Both minus the mean of all their rows."""
    mean = (z1.mean(0) + z2.mean(0)) / 2
    return z1 - mean, z2 - mean
