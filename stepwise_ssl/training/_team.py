"""One process, or one of several that torchrun has started: who am I, and what is my part."""

from __future__ import annotations

import atexit
import os
import warnings

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from ._collectives import gather, join_batch_norm
from ._config import TrainConfig
from ._machine import device_of


class Team:
    """The processes of a run. Alone, every method is the identity.

    Attributes:
        size: how many processes.
        rank: which one this is.
        device: where its work is done.
    """

    def __init__(self, device: torch.device, size: int = 1, rank: int = 0) -> None:
        self.device, self.size, self.rank = device, size, rank
        # Flags travel between hosts and not between GPUs, which would have to be waited for.
        nccl = size > 1 and device.type == "cuda"
        self._flags = dist.new_group(backend="gloo") if nccl else None

    @property
    def leads(self) -> bool:
        """Whether this process writes files and shows progress."""
        return self.rank == 0

    def part(self, batch: int) -> slice:
        """The rows of a joint batch that are this process's."""
        if batch % self.size:
            raise ValueError(
                f"batch is {batch}; it must be a multiple of {self.size}, the number of processes."
            )
        rows = batch // self.size
        return slice(self.rank * rows, (self.rank + 1) * rows)

    def join_batch_norm(self, model: nn.Module) -> nn.Module:
        """Let batch-norm see the joint batch."""
        if self.size == 1:
            return model
        if self.device.type == "cuda":
            return nn.SyncBatchNorm.convert_sync_batchnorm(model)
        return join_batch_norm(model)

    def average_gradients(self, model: nn.Module) -> nn.Module:
        """The model in DistributedDataParallel."""
        if self.size == 1:
            return model
        ids = [self.device.index] if self.device.type == "cuda" else None
        # Buffers are equal without being sent: every process has the joint batch's moments. Newer
        # versions of PyTorch have another name for this argument and warn of the old one.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            return DistributedDataParallel(model, device_ids=ids, broadcast_buffers=False)

    def gather(self, z: Tensor) -> Tensor:
        """The embeddings of the joint batch, with gradients."""
        return gather(z) if self.size > 1 else z

    def wait(self) -> None:
        """Until all processes have come this far."""
        if self.size > 1:
            dist.barrier(group=self._flags)

    def any(self, flag: bool) -> bool:
        """Whether the flag is up in one of the processes."""
        if self.size == 1:
            return flag
        up = torch.tensor(float(flag), device="cpu")
        dist.all_reduce(up, group=self._flags)
        return up.item() > 0


def join(config: TrainConfig) -> Team:
    """Join the processes that torchrun has started, if it has, for as long as this one lives."""
    device = device_of(config)
    size = int(os.environ.get("WORLD_SIZE", "1"))
    if size == 1:
        return Team(device)
    kind = str(device)
    if kind == "cuda":
        kind = f"cuda:{os.environ['LOCAL_RANK']}"
        torch.cuda.set_device(kind)
    if not dist.is_initialized():
        dist.init_process_group("nccl" if kind.startswith("cuda") else "gloo")
        # Not earlier: a process that leaves and joins again may wait for the others for ever.
        atexit.register(dist.destroy_process_group)
    return Team(torch.device(kind), size, dist.get_rank())
