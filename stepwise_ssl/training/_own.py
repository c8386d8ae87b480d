"""What a caller brings in place of the course's: pictures, a trunk, a loss, a call per record."""

from __future__ import annotations

import contextlib
import copy
import hashlib
import inspect
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from .. import _validate
from ..data import Images
from ..networks import Encoder
from ._config import OWN, TrainConfig, is_folder


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
# What a module raises that was not made for these views.
_MISTAKES = (
    ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError,
    ValueError,
)  # fmt: skip


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
    if isinstance(pictures, (str, os.PathLike)):
        folder = _validate.path("pictures", pictures)
        config, pictures = config.replace(data=f"{folder}/"), None
    elif pictures is not None:
        pictures = as_images(pictures)
        config = config.replace(data=OWN, split="train")
    if is_folder(config.data):  # found again from another directory
        config = config.replace(data=os.path.realpath(os.path.expanduser(config.data)))
    if trunk is not None:
        if not isinstance(trunk, nn.Module):
            raise TypeError(
                f"trunk is {_validate.kind(trunk)}; it must be a torch.nn.Module that turns views "
                f"(n, c, {config.size}, {config.size}) into features (n, h)."
            )
        if any(nn.parameter.is_lazy(p) or p.is_meta for p in trunk.parameters()):
            raise ValueError(
                "trunk has weights without values; call it once on a batch of views, or move it "
                "from the device 'meta' to the CPU."
            )
        head = {k: v for k, v in config.network_options.items() if k in ("projector", "bias_norm")}
        config = config.replace(network=OWN, network_options=head)
    if loss is not None:
        wanted = "a function of two embeddings, (n, d) each, that returns a scalar"
        _callable("loss", loss, wanted)
        if not _takes_two(loss):
            raise TypeError(
                f"loss cannot be called with two arguments; it must be {wanted}. Fix others with "
                "functools.partial."
            )
        if isinstance(loss, nn.Module) and any(p.requires_grad for p in loss.parameters()):
            raise ValueError(
                "loss has weights of its own, which would not be trained; put them into the trunk, "
                "or fix them with loss.requires_grad_(False)."
            )
        config = config.replace(loss=OWN, loss_options={})
    if on_record is not None:
        _callable("on_record", on_record, "a function of one training.Moment")
    missing = {
        argument: field
        for field, given, argument in (
            ("data", pictures, "pictures"), ("network", trunk, "trunk"), ("loss", loss, "loss"),
        )
        if getattr(config, field) == OWN and given is None and (needs_loss or field != "loss")
    }  # fmt: skip
    if missing:
        raise ValueError(_ask_for(missing, config))
    return config, Own(pictures, trunk, loss, on_record)


def _ask_for(missing: dict[str, str], config: TrainConfig) -> str:
    """What is said of own parts, and the fields that name them, where they are not given."""
    fields = " and ".join(missing.values())
    told = [
        f"its own {argument}" + (f" ({config.own[argument]})" if argument in config.own else "")
        for argument in missing
    ]
    given = ", ".join(f"{argument}=..." for argument in missing)
    one = len(missing) == 1
    return (
        f"{fields} {'is' if one else 'are'} 'own', and {' and '.join(missing)} "
        f"{'is' if one else 'are'} not given: a run with {' and '.join(told)} goes on from Python "
        f"alone, with train(config, out, {given})."
    )


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
    dtype = torch.float64 if config.precision == "float64" else torch.float32
    for name, p in (*own.trunk.named_parameters(), *own.trunk.named_buffers()):
        if p.is_complex():  # whose imaginary part a conversion would drop
            raise ValueError(
                f"trunk has {name} in {p.dtype}; weights and buffers must be real. Keep the real "
                "and the imaginary part as two."
            )
    try:
        trunk = copied(own.trunk).cpu().to(dtype).train()
    except RuntimeError as error:
        raise ValueError(f"trunk cannot be copied: {error}") from error
    views = torch.zeros(2, channels, config.size, config.size, dtype=dtype)
    views[1] = 1  # two equal views would have no variance for a batch-norm
    shape = tuple(views.shape)
    tried = copied(trunk)  # whose running statistics nobody needs
    learns = not config.frozen_trunk and any(p.requires_grad for p in tried.parameters())
    try:
        with torch.set_grad_enabled(learns):
            hidden = tried(views)
    except _MISTAKES as error:
        raise ValueError(
            f"trunk fails on a batch of views of shape {shape}: {type(error).__name__} {error}. It "
            f"must turn (n, {channels}, {config.size}, {config.size}) into (n, h)."
        ) from error
    if not _is_dense(hidden) or hidden.ndim != 2 or len(hidden) != 2:
        flat = (
            " nn.Sequential(trunk, nn.AdaptiveAvgPool2d(1), nn.Flatten()) averages over the places."
            if _is_dense(hidden) and hidden.ndim == 4
            else ""
        )
        raise ValueError(
            f"trunk turns views of shape {shape} into {_found(hidden)}; it must be "
            f"features (2, h).{flat}"
        )
    if hidden.shape[1] == 0 or hidden.dtype != dtype or not hidden.isfinite().all():
        wrong = "none" if hidden.shape[1] == 0 else f"of {hidden.dtype}"
        wrong = wrong if hidden.isfinite().all() else "NaN or infinite for views of 0 and of 1"
        raise ValueError(f"trunk gives features that are {wrong}; they must be finite, of {dtype}.")
    if learns and not hidden.requires_grad:
        raise ValueError(
            "trunk gives features without gradient, so its weights would stay as they are; it must "
            "compute them in PyTorch, without no_grad, detach or numpy. If that is meant, give "
            "frozen_trunk=True or trunk.requires_grad_(False)."
        )
    return trunk, hidden.shape[1]


@torch.no_grad()
def copied(module: nn.Module) -> nn.Module:
    """A deep copy also of modules that hold results of their own, or that TorchScript has compiled.

    A module may keep what it computed from its weights, as weight_norm and pruning do, and PyTorch
    copies no such tensor: the copy gets its values. With gradients on, the weights of a compiled
    module would be copied as results too, so they are off.
    """
    kept = (value for part in module.modules() for value in vars(part).values())
    kept = (value for value in kept if isinstance(value, Tensor) and not value.is_leaf)
    twin = copy.deepcopy(module, {id(value): value.detach().clone() for value in kept})
    for ours, theirs in zip(twin.parameters(), module.parameters(), strict=True):
        ours.requires_grad_(theirs.requires_grad)
    return twin


def checked_loss(own: Own) -> Callable[[Tensor, Tensor], Tensor]:
    """The caller's loss; what it returns is looked at."""

    def loss(z1: Tensor, z2: Tensor) -> Tensor:
        value = own.loss(z1.clone(), z2.clone())  # which it may write into
        if not _is_dense(value) or value.numel() != 1:
            raise ValueError(
                f"loss returns {_found(value)}; it must return one number, a tensor of shape ()."
            )
        if not value.is_floating_point():
            raise ValueError(f"loss returns a number of type {value.dtype}; it must be a real one.")
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
    if isinstance(pictures, Tensor) and not _is_dense(pictures):
        raise TypeError(f"pictures is {_found(pictures)}; it must be (n, h, w, c) of uint8.")
    x = pictures.detach().cpu() if isinstance(pictures, Tensor) else pictures
    x = np.asanyarray(x)  # with its mask, which data.Images refuses
    if x.dtype != np.uint8 or x.ndim != 4:
        raise TypeError(
            f"pictures is {_validate.kind(pictures)} of type {x.dtype} and shape {x.shape}; it "
            "must be a folder of pictures, an array (n, h, w, c) of uint8, or data.Images."
        )
    return Images(x if np.ma.is_masked(x) else np.asarray(x), np.full(len(x), -1, np.int64), OWN)


def _is_dense(x: object) -> bool:
    """Whether it is a tensor of the usual kind, with values."""
    usual = isinstance(x, Tensor) and x.layout == torch.strided
    return usual and not (x.is_nested or x.is_quantized or x.is_meta)


def _found(x: object) -> str:
    """What is said of something that is not the tensor that it should be."""
    if not isinstance(x, Tensor):
        return _validate.kind(x)
    odd = "a tensor that is sparse, nested, quantised or on the device 'meta'"
    return str(tuple(x.shape)) if _is_dense(x) else odd


def _name(function: Callable) -> str:
    return getattr(function, "__name__", type(function).__name__)


def _takes_two(function: Callable) -> bool:
    """Whether it can be called with two arguments, as far as it says what it takes."""
    told = function.forward if isinstance(function, nn.Module) else function
    with contextlib.suppress(ValueError):  # functions in C say nothing
        try:
            inspect.signature(told).bind(None, None)
        except TypeError:
            return False
    return True


def _callable(name: str, value: object, wanted: str) -> None:
    if not callable(value):
        raise TypeError(f"{name} is {_validate.kind(value)}; it must be {wanted}.")
