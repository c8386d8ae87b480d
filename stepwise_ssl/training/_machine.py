"""What this machine can do of what a configuration asks for."""

from __future__ import annotations

import os
import re
import shutil
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import torch

from ._config import TrainConfig

_COMPILERS = ("g++", "clang++", "c++", "gcc", "clang", "cc", "cl")
_HAS_BF16 = 8  # the first compute capability of NVIDIA's with bfloat16 in hardware

_NEED_MEMORY = (
    "size", "d", "batch", "log_points", "probe_pairs", "keep_embeddings",
    "evaluations", "evaluation_pictures",
)  # fmt: skip
# PyTorch's words for it: a RuntimeError may be anything else.
_NO_MEMORY = r"tried to allocate|out of memory|not enough memory|Storage size calculation overflow"


@contextmanager
def settings_named(config: TrainConfig) -> Iterator[None]:
    """Raise MemoryError with the settings that ask for much, where memory is not enough."""
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        if isinstance(error, RuntimeError) and not re.search(_NO_MEMORY, str(error), re.IGNORECASE):
            raise
        given = {name: getattr(config, name) for name in _NEED_MEMORY}
        usual = TrainConfig()
        much = {name: value for name, value in given.items() if value > getattr(usual, name)}
        if config.network_options:
            much["network_options"] = config.network_options
        said = ", ".join(f"{name} is {value}" for name, value in (much or given).items())
        why = str(error).partition("\n")[0].rpartition("Allocator: ")[2]
        raise MemoryError(
            f"{said}: this needs more memory than there is; smaller numbers need less "
            f"({why or 'the system gave no more'})."
        ) from error


def device_of(config: TrainConfig) -> torch.device:
    """The device that ``auto`` stands for here, or the one that is named."""
    if config.device != "auto":
        return torch.device(config.device)
    if torch.cuda.is_available():
        return torch.device("cuda")
    if torch.backends.mps.is_available():
        warnings.warn(
            "device is 'auto', which is the CPU here; there is an Apple GPU too: device='mps' "
            "trains on it, which has not been tried.",
            stacklevel=3,
        )
    return torch.device("cpu")


def check_machine(config: TrainConfig) -> None:
    """Raise ValueError if this machine lacks what training needs.

    A configuration may name what another machine has: its run can be read and goes on elsewhere.
    """
    if config.device.startswith("cuda") and not torch.cuda.is_available():
        raise ValueError(f"device is {config.device!r}, but PyTorch sees no GPU here; 'cpu' works.")
    if config.device == "mps":
        if not torch.backends.mps.is_available():
            raise ValueError("device is 'mps', but PyTorch sees no Apple GPU here; 'cpu' works.")
        if config.precision == "float64":
            raise ValueError("precision is 'float64', which Apple's GPUs lack; 'cpu' has it.")
    if config.precision == "bf16" and device_of(config).type == "cuda":
        _warn_if_emulated(device_of(config))
    if config.compile is not None:
        _check_compiler(config.compile)


def _warn_if_emulated(device: torch.device) -> None:
    major, minor = torch.cuda.get_device_capability(device)
    if torch.version.hip is None and major < _HAS_BF16:
        warnings.warn(
            f"precision is 'bf16', which {torch.cuda.get_device_name(device)} (compute capability "
            f"{major}.{minor}) has to emulate: 'float32' is faster there.",
            stacklevel=4,
        )


def _check_compiler(backend: str) -> None:
    if backend not in torch.compiler.list_backends(None):
        raise ValueError(
            f"compile is {backend!r}, which is no backend of torch.compile here; 'inductor' "
            "and 'eager' are."
        )
    named = os.environ.get("CXX") or os.environ.get("CC")
    if backend == "inductor" and not named and not any(map(shutil.which, _COMPILERS)):
        raise ValueError(
            "compile is 'inductor', which needs a C++ compiler such as g++, and none is on PATH. "
            "Install one, or leave compile away: the run is the same, only slower."
        )
