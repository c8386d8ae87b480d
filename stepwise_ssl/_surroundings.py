"""PyTorch's and NumPy's global settings while the package computes, and as they were afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import numpy as np
import torch


@contextmanager
def own_settings() -> Iterator[None]:
    """Gradients on, autocast off, 32 bits and the CPU where nothing else is said, NumPy's defaults.

    So a result is the same in a notebook that works in double precision, on another default
    device, under ``torch.no_grad`` or ``torch.autocast``. As a decorator it holds for a whole
    function.
    """
    dtype, benchmark = torch.get_default_dtype(), torch.backends.cudnn.benchmark
    with ExitStack() as settings:
        settings.enter_context(np.errstate(all="warn", under="ignore"))
        settings.enter_context(torch.inference_mode(False))
        settings.enter_context(torch.enable_grad())
        settings.enter_context(torch.autocast("cpu", enabled=False))
        if torch.cuda.is_available():
            settings.enter_context(torch.autocast("cuda", enabled=False))
        if torch.empty(0).device.type != "cpu":  # a mode that slows every call down: only if needed
            settings.enter_context(torch.device("cpu"))
        try:
            torch.set_default_dtype(torch.float32)
            # Every step has the same shapes: a GPU finds out once what is fastest.
            torch.backends.cudnn.benchmark = True
            yield
        finally:
            torch.set_default_dtype(dtype)
            torch.backends.cudnn.benchmark = benchmark


@contextmanager
def seeded(state: int, device: torch.device) -> Iterator[None]:
    """PyTorch's global random numbers from a seed of our own, and as they were afterwards."""
    with torch.random.fork_rng([device] if device.type == "cuda" else []):
        torch.manual_seed(state)
        yield
