"""What a caller brings in place of the course's: pictures, a trunk, a loss, a call per record."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from .. import _validate
from ..data import Images
from ..networks import Encoder
from ._config import OWN, TrainConfig


class Moment(NamedTuple):
    """What ``on_record`` is called with.

    step: how many steps have been made. t: gradient-flow time. loss: on the probe. eigenvalues:
    (d,), descending, of the covariance of the probe's embeddings. model: the network itself, with
    ``trunk`` and ``head``, in training mode.
    """

    step: int
    t: float
    loss: float
    eigenvalues: np.ndarray
    model: Encoder


@dataclass(frozen=True)
class Own:
    """The caller's parts of a run; None for the course's.

    Attributes:
        pictures: (n, h, w, c) uint8 with labels.
        trunk: (n, c, size, size) -> (n, h). It is copied, never changed.
        loss: (n, d), (n, d) -> scalar.
        on_record: called after each record.
    """

    pictures: Images | None = None
    trunk: nn.Module | None = None
    loss: Callable[[Tensor, Tensor], Tensor] | None = None
    on_record: Callable[[Moment], object] | None = None

    @property
    def may_draw(self) -> bool:
        """Whether somebody else's code may use PyTorch's global random numbers in a step."""
        return self.trunk is not None or self.loss is not None


NOTHING = Own()


def gather_own(
    config: TrainConfig,
    pictures: object,
    trunk: object,
    loss: object,
    on_record: object,
    needs_loss: bool = True,
) -> tuple[TrainConfig, Own]:
    """The caller's parts, checked, and the configuration that says where it has no say any more.

    ``needs_loss`` is False for whoever computes no loss.

    Raises:
        TypeError, ValueError: a part of another kind; a configuration that names own parts which
            were not given.
    """
    if isinstance(pictures, (str, Path)):
        config = config.replace(data=str(Path(pictures).expanduser().resolve()))
        pictures = None
    elif pictures is not None:
        pictures = as_images(pictures)
        if len(pictures) < 2:
            raise ValueError(f"pictures has {len(pictures)} of them; at least 2 are needed.")
        config = config.replace(data=OWN, split="train")
    if trunk is not None:
        if not isinstance(trunk, nn.Module):
            raise TypeError(
                f"trunk is {_validate.kind(trunk)}; it must be a torch.nn.Module that turns views "
                f"(n, c, {config.size}, {config.size}) into features (n, h)."
            )
        head = {k: v for k, v in config.network_options.items() if k in ("projector", "bias_norm")}
        config = config.replace(network=OWN, network_options=head)
    if loss is not None:
        _callable("loss", loss, "a function of two embeddings, (n, d) each, that returns a scalar")
        config = config.replace(loss=OWN, loss_options={})
    if on_record is not None:
        _callable("on_record", on_record, "a function of one training.Moment")
    for field, given, argument in (
        ("data", pictures, "pictures"), ("network", trunk, "trunk"), ("loss", loss, "loss"),
    ):  # fmt: skip
        if getattr(config, field) == OWN and given is None and (needs_loss or field != "loss"):
            told = f" ({config.own[argument]})" if argument in config.own else ""
            raise ValueError(
                f"{field} is 'own', and {argument} is not given: a run with its own {argument}"
                f"{told} goes on from Python alone, with train(config, out, {argument}=...)."
            )
    return config, Own(pictures, trunk, loss, on_record)


def describe(own: Own, images: Images, from_folder: bool) -> dict[str, str]:
    """What tells the caller's parts from others, for config.json: another one is then refused."""
    said = {}
    if own.pictures is not None or from_folder:
        digest = hashlib.sha256(np.ascontiguousarray(images.x))
        digest.update(np.ascontiguousarray(images.y))
        said["pictures"] = (
            f"{images.name}, {len(images)} pictures, SHA-256 {digest.hexdigest()[:12]}"
        )
    if own.trunk is not None:
        weights = sum(p.numel() for p in own.trunk.parameters())
        said["trunk"] = f"{type(own.trunk).__name__} with {weights:,} weights"
    if own.loss is not None:
        said["loss"] = _name(own.loss)
    return said


def names(config: TrainConfig, own: Own) -> dict[str, str]:
    """What loss and network of a run are called."""
    return {
        "loss": config.loss if own.loss is None else _name(own.loss),
        "network": config.network if own.trunk is None else type(own.trunk).__name__,
    }


def trunk_of(own: Own, config: TrainConfig, channels: int) -> tuple[nn.Module, int]:
    """A copy of the caller's trunk, and how many features it has.

    Raises ValueError if it does not turn two views into (2, h).
    """
    trunk = copy.deepcopy(own.trunk).cpu().float().train()
    views = torch.zeros(2, channels, config.size, config.size)
    views[1] = 1  # two equal views would have no variance for a batch-norm
    shape = tuple(views.shape)
    tried = copy.deepcopy(trunk)  # whose running statistics nobody needs
    try:
        with torch.no_grad():
            hidden = tried(views)
    except (IndexError, NotImplementedError, RuntimeError, TypeError, ValueError) as error:
        raise ValueError(
            f"trunk fails on a batch of views of shape {shape}: {error}. It must turn (n, "
            f"{channels}, {config.size}, {config.size}) into (n, h)."
        ) from error
    if not isinstance(hidden, Tensor) or hidden.ndim != 2 or len(hidden) != 2:
        found = tuple(hidden.shape) if isinstance(hidden, Tensor) else _validate.kind(hidden)
        flat = (
            " nn.Sequential(trunk, nn.AdaptiveAvgPool2d(1), nn.Flatten()) averages over the places."
            if isinstance(hidden, Tensor) and hidden.ndim == 4
            else ""
        )
        raise ValueError(
            f"trunk turns views of shape {shape} into {found}; it must be features (2, h).{flat}"
        )
    return trunk, hidden.shape[1]


def checked_loss(own: Own) -> Callable[[Tensor, Tensor], Tensor]:
    """The caller's loss; what it returns is looked at."""

    def loss(z1: Tensor, z2: Tensor) -> Tensor:
        value = own.loss(z1, z2)
        if not isinstance(value, Tensor) or value.numel() != 1:
            found = tuple(value.shape) if isinstance(value, Tensor) else _validate.kind(value)
            raise ValueError(
                f"loss returns {found}; it must return one number, a tensor of shape ()."
            )
        if z1.requires_grad and not value.requires_grad:
            raise ValueError(
                "loss returns a number without gradient; it must compute it from z1 and z2 in "
                "PyTorch, without detach, item or numpy."
            )
        return value.reshape(())

    return loss


def as_images(pictures: object) -> Images:
    """Pictures as data.Images; those of an array are without classes."""
    if isinstance(pictures, Images):
        return pictures
    x = pictures.numpy() if isinstance(pictures, Tensor) else np.asarray(pictures)
    if x.dtype != np.uint8 or x.ndim != 4:
        raise TypeError(
            f"pictures is {_validate.kind(pictures)} of type {x.dtype} and shape {x.shape}; it "
            "must be a folder of pictures, an array (n, h, w, c) of uint8, or data.Images."
        )
    return Images(x, np.full(len(x), -1, np.int64), OWN)


def _name(function: Callable) -> str:
    return getattr(function, "__name__", type(function).__name__)


def _callable(name: str, value: object, wanted: str) -> None:
    if not callable(value):
        raise TypeError(f"{name} is {_validate.kind(value)}; it must be {wanted}.")
