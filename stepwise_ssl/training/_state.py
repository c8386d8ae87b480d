"""Everything that changes while a network is trained."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import torch
from torch import Tensor

from ..networks import Encoder
from ._logbook import Logbook


@dataclass
class State:
    """What a checkpoint must hold, so that a run goes on as if nothing had happened.

    Attributes:
        config: the settings, as names and values.
        mean, std: (c,), of the pictures' channels, by which views are standardised.
        model, optimizer, logbook: with all that they have learned and noted.
        step: how many steps have been made.
        metrics: accuracies measured so far.
    """

    config: dict
    mean: Tensor
    std: Tensor
    model: Encoder
    optimizer: torch.optim.Optimizer
    logbook: Logbook
    step: int = 0
    metrics: dict = field(default_factory=dict)
    _seconds: float = 0.0
    _since: float = field(default_factory=time.perf_counter)

    @property
    def seconds(self) -> float:
        """Time spent on this run, in all the processes that took it up one after another."""
        return self._seconds + time.perf_counter() - self._since

    def to_dict(self) -> dict:
        """Tensors, numbers and text only: it is read back without unpickling other objects."""
        return {
            "config": self.config, "mean": self.mean, "std": self.std, "step": self.step,
            "seconds": self.seconds, "metrics": self.metrics,
            "model": self.model.state_dict(), "optimizer": self.optimizer.state_dict(),
            "records": self.logbook.state(),
        }  # fmt: skip

    def restore(self, saved: dict) -> None:
        """Go back to what ``to_dict`` said."""
        self.model.load_state_dict(saved["model"])
        self.optimizer.load_state_dict(saved["optimizer"])
        self.logbook.restore(saved["records"])
        self.step, self.metrics = saved["step"], saved["metrics"]
        self._seconds, self._since = saved["seconds"], time.perf_counter()
