"""The folder of a run: its configuration, its checkpoints, its curves at the end."""

from __future__ import annotations

import dataclasses
import time
import warnings
from pathlib import Path

import torch

from .. import _validate
from .._files import write_whole
from ..networks import Encoder
from ..runs import Run
from . import _checkpoint
from ._config import TrainConfig
from ._model import build
from ._state import State

# What may change when a run is taken up again: where and how often, not what.
_FREE = ("device", "compile", "checkpoint_seconds")


class Store:
    """Saves and restores the state of a run in a folder; without a folder it does neither.

    Raises:
        TypeError: the folder is no path.
        ValueError: it holds a run with another configuration.
    """

    def __init__(self, folder: str | Path | None, config: TrainConfig, leads: bool) -> None:
        self.folder = None if folder is None else _path("out", folder)
        self._every, self._leads = config.checkpoint_seconds, leads
        self._last, self._saved = time.monotonic(), None
        if self.folder is None:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        known = self.folder / "config.json"
        if known.exists():
            _refuse_other(known, config)
        elif leads:
            write_whole(known, config.to_json().encode())

    def restore(self, state: State, device: torch.device) -> bool:
        """Take up the newest whole checkpoint; False if there is none."""
        saved = None if self.folder is None else _checkpoint.load_newest(self.folder, device)
        if saved is None:
            return False
        state.restore(saved)
        self._saved = state.step
        return True

    def due(self) -> bool:
        """Whether it is time for this process to write a checkpoint."""
        writes = self.folder is not None and self._leads
        return writes and time.monotonic() - self._last >= self._every

    def save(self, state: State) -> None:
        """Write a checkpoint, unless that of this step is there already."""
        if self.folder is None or not self._leads or state.step == self._saved:
            return
        if _checkpoint.save(self.folder, state.step, state.to_dict()):
            self._saved = state.step
        self._last = time.monotonic()

    def finish(self, run: Run) -> None:
        """Write the curves, as run.npz and run.json."""
        if self.folder is None or not self._leads:
            return
        try:
            run.save(self.folder / "run")
        except OSError as error:
            warnings.warn(
                f"the curves could not be written: {error}. The same command writes them again "
                "from the last checkpoint.",
                stacklevel=4,
            )


def load_model(folder: str | Path) -> Encoder:
    """The network of a run's newest checkpoint, on the CPU, in evaluation mode.

    Raises:
        TypeError: ``folder`` is no path.
        FileNotFoundError: the folder holds no run, or none that has come to a checkpoint.
        ValueError: all its checkpoints are damaged.
    """
    folder = _path("folder", folder)
    config = TrainConfig.load(folder / "config.json")
    saved = _checkpoint.load_newest(folder, torch.device("cpu"))
    if saved is None:
        raise FileNotFoundError(f"{folder} holds no checkpoint; train(config, out=...) makes one.")
    # The first layer says how many channels the pictures have.
    first = next(iter(saved["model"].values()))
    channels = first.shape[1] // (config.size**2 if config.network == "mlp" else 1)
    model = build(config, channels)
    model.load_state_dict(saved["model"])
    return model.eval()


def _path(name: str, folder: object) -> Path:
    if not isinstance(folder, (str, Path)):
        raise TypeError(f"{name} is {_validate.kind(folder)}; it must be a path.")
    return Path(folder).expanduser()


def _refuse_other(path: Path, config: TrainConfig) -> None:
    known = dataclasses.asdict(TrainConfig.load(path))
    given = dataclasses.asdict(config)
    different = [
        f"{name} ({known[name]!r} there, {given[name]!r} here)"
        for name in given
        if name not in _FREE and known[name] != given[name]
    ]
    if different:
        # Without a checkpoint it may have broken off at once, or have begun a moment ago.
        empty = "" if _checkpoint.any_in(path.parent) else (
            " There is no checkpoint in it: if nothing is running there, delete it."
        )  # fmt: skip
        raise ValueError(
            f"out is {str(path.parent)!r}, which holds another run: {', '.join(different)}. Give "
            f"another folder, or the configuration that is there.{empty}"
        )
