"""What PyTorch's autocast must not touch."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

import torch
from torch import Tensor

# Since PyTorch 2.4 it says so itself.
_available = getattr(torch.amp, "is_autocast_available", ("cpu", "cuda").__contains__)


def as_given(x: Tensor) -> AbstractContextManager[None]:
    """Compute in the precision of x, also inside ``torch.autocast``."""
    if _available(x.device.type):
        return torch.autocast(x.device.type, enabled=False)
    return nullcontext()  # nor can it be on
