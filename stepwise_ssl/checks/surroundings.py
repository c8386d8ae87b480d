"""The process's settings while a check runs, and a learner's own again afterwards."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Iterator

import numpy as np
import torch


@contextlib.contextmanager
def untouched_random_state() -> Iterator[None]:
    """Leave the random states of Python, NumPy and torch as the learner had them."""
    python, torch_state = random.getstate(), torch.get_rng_state()
    legacy = np.random.get_state()  # noqa: NPY002 learners may use the global generator
    try:
        yield
    finally:
        random.setstate(python)
        np.random.set_state(legacy)  # noqa: NPY002
        torch.set_rng_state(torch_state)


@contextlib.contextmanager
def as_a_fresh_process() -> Iterator[None]:
    """Anomaly detection, deterministic algorithms and print options as they are at the start."""
    anomaly = torch.is_anomaly_enabled()
    deterministic = torch.are_deterministic_algorithms_enabled()
    warn_only = torch.is_deterministic_algorithms_warn_only_enabled()
    try:
        torch.autograd.set_detect_anomaly(False)
        _use_deterministic_algorithms(False, False)
        with np.printoptions(
            precision=8, threshold=1000, edgeitems=3, linewidth=75, suppress=False,
            floatmode="maxprec", formatter=None, sign="-", legacy=False,
        ):  # fmt: skip
            yield
    finally:
        torch.autograd.set_detect_anomaly(anomaly)
        _use_deterministic_algorithms(deterministic, warn_only)


def _use_deterministic_algorithms(mode: bool, warn_only: bool) -> None:
    """Set them where they differ: PyTorch's own call imports its compiler, seconds of work."""
    now = torch.are_deterministic_algorithms_enabled()
    if (mode, warn_only) != (now, torch.is_deterministic_algorithms_warn_only_enabled()):
        torch.use_deterministic_algorithms(mode, warn_only=warn_only)
