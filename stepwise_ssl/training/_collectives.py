"""Sums and gatherings over processes that gradients can pass.

Every process computes the same loss L of the joint batch. Autograd then differentiates the sum of
all processes' losses, R·L for R processes, and DistributedDataParallel averages the parameters'
gradients over the R: what comes out is the gradient of L.
"""

from __future__ import annotations

import torch
import torch.distributed as dist
import torch.nn.functional as F
from torch import Tensor, nn


class _Sum(torch.autograd.Function):
    """The sum over processes; in the backward pass the gradients are summed too."""

    @staticmethod
    def forward(ctx: object, x: Tensor) -> Tensor:
        total = x.clone(memory_format=torch.contiguous_format)
        dist.all_reduce(total)
        return total

    @staticmethod
    def backward(ctx: object, grad: Tensor) -> Tensor:
        return _Sum.apply(grad)


class _Gather(torch.autograd.Function):
    """The rows of all processes, in their order; each gets back the gradient of its own."""

    @staticmethod
    def forward(ctx: object, x: Tensor) -> Tensor:
        ctx.rows = len(x)
        parts = [torch.empty_like(x) for _ in range(dist.get_world_size())]
        dist.all_gather(parts, x.contiguous())
        return torch.cat(parts)

    @staticmethod
    def backward(ctx: object, grad: Tensor) -> Tensor:
        total = _Sum.apply(grad)
        start = dist.get_rank() * ctx.rows
        return total[start : start + ctx.rows]


def gather(x: Tensor) -> Tensor:
    """(n, d) of each of R processes -> (R·n, d) in all of them, with gradients."""
    return _Gather.apply(x)


class JointBatchNorm(nn.modules.batchnorm._BatchNorm):
    """Batch-norm over the joint batch of all processes, for the CPU.

    nn.SyncBatchNorm, which does the same, runs on GPUs only. Means first, then squared deviations
    from them, each summed over processes: no cancellation.
    """

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return F.batch_norm(
                x, self.running_mean, self.running_var, self.weight, self.bias, eps=self.eps
            )
        axes = [0, *range(2, x.ndim)]
        shape = [1, -1, *[1] * (x.ndim - 2)]
        count = x.numel() // x.shape[1] * dist.get_world_size()  # parts are equally large
        mean = _Sum.apply(x.sum(axes)) / count
        centred = x - mean.view(shape)
        variance = _Sum.apply((centred**2).sum(axes)) / count
        with torch.no_grad():
            self.running_mean.lerp_(mean, self.momentum)
            self.running_var.lerp_(variance * count / (count - 1), self.momentum)
            self.num_batches_tracked += 1
        scale = self.weight * torch.rsqrt(variance + self.eps)
        return centred * scale.view(shape) + self.bias.view(shape)

    def _check_input_dim(self, x: Tensor) -> None:
        """Any number of dimensions will do."""


def join_batch_norm(module: nn.Module) -> nn.Module:
    """Every batch-norm of the module, parameters and buffers kept, as a JointBatchNorm."""
    for name, child in module.named_children():
        if isinstance(child, (nn.BatchNorm1d, nn.BatchNorm2d)):
            joint = JointBatchNorm(child.num_features, child.eps, child.momentum)
            joint.weight, joint.bias = child.weight, child.bias
            for buffer in ("running_mean", "running_var", "num_batches_tracked"):
                setattr(joint, buffer, getattr(child, buffer))
            setattr(module, name, joint)
        else:
            join_batch_norm(child)
    return module
