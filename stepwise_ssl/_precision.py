"""What PyTorch's autocast must not touch."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

import torch
from torch import Tensor


def as_given(x: Tensor) -> AbstractContextManager[None]:
    """Compute in the precision of x, also inside ``torch.autocast``."""
    if _may_be_on(x.device.type):
        return torch.autocast(x.device.type, enabled=False)
    return nullcontext()


def product(a: Tensor, b: Tensor) -> Tensor:
    """a @ b of two matrices in their own precision, and its derivatives, wherever they are taken.

    The forward pass may stand outside autocast and ``backward`` inside it.
    """
    if not torch.is_grad_enabled():  # nothing will be derived, as in most backward passes
        with as_given(a):
            return a @ b
    # torch.compile cannot trace a function that has forward derivatives too.
    function = _Product if torch.compiler.is_compiling() else _WithForwardMode
    return function.apply(a, b)


class _Product(torch.autograd.Function):
    """The product's own derivatives would be taken under the autocast that ``backward`` finds."""

    generate_vmap_rule = True

    @staticmethod
    def forward(a: Tensor, b: Tensor) -> Tensor:
        with as_given(a):
            return a @ b

    @staticmethod
    def setup_context(ctx, inputs: tuple[Tensor, Tensor], output: Tensor) -> None:
        ctx.save_for_backward(*inputs)

    @staticmethod
    def backward(ctx, slope: Tensor) -> tuple[Tensor, Tensor]:
        a, b = ctx.saved_tensors
        return product(slope, b.mT), product(a.mT, slope)


class _WithForwardMode(_Product):
    @staticmethod
    def setup_context(ctx, inputs: tuple[Tensor, Tensor], output: Tensor) -> None:
        ctx.save_for_backward(*inputs)
        ctx.save_for_forward(*inputs)

    @staticmethod
    def jvp(ctx, change_a: Tensor, change_b: Tensor) -> Tensor:
        a, b = ctx.saved_tensors
        return product(change_a, b) + product(a, change_b)


def _may_be_on(device: str) -> bool:
    if not hasattr(torch.amp, "is_autocast_available"):  # before PyTorch 2.4
        return device in ("cpu", "cuda")
    return torch.amp.is_autocast_available(device) and torch.is_autocast_enabled(device)
