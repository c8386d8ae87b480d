"""The folder of a run: its configuration, its checkpoints, its curves so far."""

from __future__ import annotations

import dataclasses
import time
import warnings
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor, nn

from .. import _validate
from .._files import write_whole
from .._surroundings import own_settings
from ..networks import Encoder
from ..runs import Run
from . import _checkpoint
from ._config import OWN, TrainConfig
from ._lock import locked
from ._model import build
from ._own import Own
from ._state import State

CURVES = "run"  # .npz and .json
# What may change when a run is taken up again: where and how often, not what.
_FREE = ("device", "compile", "checkpoint_seconds")


class Store:
    """Saves and restores the state of a run in a folder; without a folder it does neither.

    Raises:
        TypeError: the folder is no path.
        ValueError: it holds a run with another configuration, or another process is at work in it.
        OSError: it cannot be made.
    """

    def __init__(self, folder: str | Path | None, config: TrainConfig, leads: bool) -> None:
        self.folder = None if folder is None else _validate.path("out", folder)
        self._config, self._every, self._leads = config, config.checkpoint_seconds, leads
        self._last, self._saved = time.monotonic(), None
        self._held = ExitStack()
        if self.folder is None:
            return
        _make(self.folder)
        self.folder = self.folder.absolute()  # whoever is called later may change the directory
        if leads:
            self._held.enter_context(locked(self.folder))
        with ExitStack() as until_checked:
            until_checked.callback(self._held.close)
            if self._file.exists():
                known = TrainConfig.load(self._file)
                self._refuse_other(dataclasses.asdict(known), "there")
            until_checked.pop_all()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self._held.close()

    @property
    def _file(self) -> Path:
        return self.folder / "config.json"

    def restore(self, state: State, device: torch.device) -> bool:
        """Take up the newest whole checkpoint; False if there is none.

        Raises ValueError if it was made with other settings: then config.json has been edited.
        """
        saved = None if self.folder is None else _checkpoint.load_newest(self.folder, device)
        if saved is None:
            return False
        self._refuse_other(saved["config"], "when it was trained")
        state.restore(saved)
        self._saved = state.step
        return True

    def begin(self) -> None:
        """Write down the settings, which may ask for more steps than those that are there."""
        if self.folder is None or not self._leads:
            return
        try:
            write_whole(self._file, self._config.to_json().encode())
        except OSError as error:
            raise type(error)(
                f"out is {str(self.folder)!r}, and nothing can be written there: {error.strerror}."
            ) from error

    def due(self) -> bool:
        """Whether it is time for this process to write a checkpoint."""
        writes = self.folder is not None and self._leads
        return writes and time.monotonic() - self._last >= self._every

    def save(self, state: State, run: Run) -> None:
        """Write a checkpoint and the curves so far, unless those of this step are there already."""
        if self.folder is None or not self._leads:
            return
        new = state.step != self._saved
        if new and _checkpoint.save(self.folder, state.step, state.to_dict()):
            self._saved = state.step
        self._last = time.monotonic()
        if new or not self._has_curves():
            self.write_curves(run)

    def _has_curves(self) -> bool:
        try:
            Run.load(self.folder)
        except (OSError, ValueError):
            return False
        return True

    def write_curves(self, run: Run) -> None:
        """Write run.npz and run.json: after a break-off they are all that can be shown."""
        if self.folder is None or not self._leads:
            return
        try:
            if not self.folder.is_dir():  # a folder stands for the files in it, if it is there
                raise FileNotFoundError(f"there is no folder '{self.folder}'")
            run.save(self.folder)
        except OSError as error:
            warnings.warn(
                f"the curves could not be written: {error}. The same command writes them again "
                "from the last checkpoint.",
                _checkpoint.NotWritten,
                stacklevel=4,
            )

    def _refuse_other(self, known: dict, where: str) -> None:
        given = dataclasses.asdict(self._config)
        here = "here" if where == "there" else "now: config.json was edited since"
        free = (*_FREE, "steps") if _only_longer(known, given) else _FREE
        different = [
            f"{name} ({old!r} {where}, {new!r} {here})"
            for name, old, new in _different(known, given, free)
        ]
        if not different:
            return
        reason = ""
        if known["steps"] != given["steps"]:
            reason = (
                " Steps can be added to a run, not taken away."
                if given["schedule"] == "constant"
                else f" With schedule {given['schedule']!r} the learning rate of every step "
                "depends on their number, so a run cannot be made longer."
            )
        # Without a checkpoint it may have broken off at once, or have begun a moment ago.
        empty = "" if _checkpoint.any_in(self.folder) else (
            " There is no checkpoint in it: delete it to start anew."
        )  # fmt: skip
        raise ValueError(
            f"out is {str(self.folder)!r}, which holds another run: {', '.join(different)}. Give "
            f"another folder, or the configuration that is there.{reason}{empty}"
        )


def _different(known: dict, given: dict, free: tuple[str, ...]) -> Iterator[tuple]:
    """Names and the two values of what differs; of options only those that do."""
    for name, new in given.items():
        old = known.get(name)
        if name in free or old == new:
            continue
        if isinstance(old, dict) and isinstance(new, dict):
            for key in sorted({*old, *new}):
                if old.get(key) != new.get(key):
                    yield f"{name} {key}", old.get(key), new.get(key)
        else:
            yield name, old, new


def _only_longer(known: dict, given: dict) -> bool:
    """Whether steps are added that leave those made as they are."""
    return given["schedule"] == "constant" and given["steps"] >= known["steps"]


class Trained(NamedTuple):
    """A network, its settings, and mean and std (c,), by which its views were standardised."""

    model: Encoder
    config: TrainConfig
    mean: Tensor
    std: Tensor


@own_settings()
def load_model(folder: str | Path, trunk: nn.Module | None = None) -> Encoder:
    """The network of a run's newest checkpoint, on the CPU, in evaluation mode.

    It was trained on views whose channels were standardised; ``training.embed`` does that too.

    Args:
        folder: what ``train`` got as ``out``.
        trunk: a module like the one that ``train`` got, if it got one; it is copied.

    Raises:
        TypeError: ``folder`` is no path.
        FileNotFoundError: the folder holds no run, or none that has come to a checkpoint.
        ValueError: all its checkpoints are damaged; a trunk that is missing or another.
    """
    return load_trained(folder, trunk).model


def load_trained(folder: str | Path, trunk: nn.Module | None = None) -> Trained:
    """The same with what is needed to use it."""
    folder = _validate.path("folder", folder)
    if not (folder / "config.json").exists():
        raise FileNotFoundError(f"folder is {str(folder)!r}; it holds no run of train(out=...).")
    config = TrainConfig.load(folder / "config.json")
    if (config.network == OWN) != (trunk is not None):
        raise ValueError(
            f"trunk is {_validate.kind(trunk)}; the run's network is {config.network!r}, so it "
            f"must be {'the module that train got' if trunk is None else 'left away'}."
        )
    saved = _checkpoint.load_newest(folder, torch.device("cpu"))
    if saved is None:
        raise FileNotFoundError(f"{folder} holds no checkpoint; train(config, out=...) makes one.")
    edited = [
        f"{name} is {new!r} there and was {old!r}"
        for name, old, new in _different(saved["config"], dataclasses.asdict(config), _FREE)
    ]
    if edited:
        raise ValueError(f"{folder / 'config.json'} was edited since the training: {edited[0]}.")
    model = build(config, len(saved["mean"]), Own(trunk=trunk))
    try:
        model.load_state_dict(saved["model"])
    except RuntimeError as error:
        raise ValueError(f"trunk is not like the one that was trained: {error}") from error
    return Trained(model.eval(), config, saved["mean"], saved["std"])


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise FileExistsError(
            f"out is {str(folder)!r}, which is a file; it must be a folder, new or of this run."
        ) from None
    except OSError as error:
        raise type(error)(
            f"out is {str(folder)!r}, and no folder can be made there: {error.strerror}."
        ) from error
