"""What happens between two steps of training, and at its end."""

from __future__ import annotations

import dataclasses
import platform
import warnings
from typing import NoReturn

import numpy as np
import torch

from ..runs import Run
from ._config import TrainConfig
from ._divergence import Watch
from ._evaluate import evaluation
from ._model import untracked
from ._own import Moment, Own, names
from ._pictures import Pictures
from ._progress import Progress
from ._state import State
from ._store import Store
from ._team import Team

_MEANING = {
    "embeddings": "(T, 2, k, d): at each record, both views of the first k pairs of the probe",
    "pictures": "(k,): which pictures of the data set they are views of",
    "labels": "(k,): the classes of these pictures",
}


class Observer:
    """Records, accuracies and checkpoints, each when it is due."""

    def __init__(
        self, config: TrainConfig, pictures: Pictures, members: Team, store: Store, state: State,
        bar: Progress, own: Own,
    ) -> None:  # fmt: skip
        self.config, self.pictures, self.members, self.own = config, pictures, members, own
        self.store, self.state, self.bar = store, state, bar
        self.watch = Watch(members.device, state.model, state.logbook, state.step, own)
        measures = config.evaluations and members.leads
        self.accuracy = evaluation(config, pictures, own) if measures else None
        ends = np.geomspace(config.steps, 1, config.evaluations).round()
        due = [] if self.accuracy is None else ends.astype(int).tolist()
        self._evaluate_at = frozenset(due)

    def look(self) -> None:
        """Do what is due at this step."""
        state = self.state
        recorded, save = state.step in state.logbook.due, self.store.due()
        evaluate = state.step in self._evaluate_at
        if recorded or save or evaluate:
            self._refuse_divergence()
        if recorded:
            state.logbook.record(state.step, state.model)
            if state.logbook.blown_up:
                self._diverged(state.step)
            self.watch.keep(state.step)
            self.bar.record(state.step, state.logbook)
        if evaluate:
            self._evaluate()
        if save or state.step == self.config.steps:
            self.store.save(state, self._run())
        if recorded:
            self._tell()

    def end(self) -> Run:
        """Save what there is, say how to go on if steps are left, and return the records."""
        self._refuse_divergence()  # an interrupt may come between a bad step and the next record
        run = self._run()
        self.store.save(self.state, run)
        if self.state.step < self.config.steps and self.members.leads:
            warnings.warn(
                f"interrupted at step {self.state.step}: {self._how_to_go_on()}", stacklevel=4
            )
        return run

    def _how_to_go_on(self) -> str:
        if self.store.folder is None:
            return "nothing was saved, since no folder was given as out"
        if set(self.config.own) & {"trunk", "loss"} or self.own.pictures is not None:
            return f"the same call of train with out={str(self.store.folder)!r} goes on from there"
        return f"stepwise-train --resume {self.store.folder} goes on from there"

    def _refuse_divergence(self) -> None:
        bad = self.watch.first_bad(self.state.step)
        if bad is not None:
            self._diverged(bad)

    def _diverged(self, step: int) -> NoReturn:
        error = self.watch.explain(self.config, step, self._run())
        error.run.meta.update(diverged=step, safe_lr=error.safe_lr)
        self.store.write_curves(error.run)
        raise error

    def _tell(self) -> None:
        """Call the caller's function; whatever it raises or replaces, nothing is lost."""
        if self.own.on_record is None or not self.members.leads:
            return
        state, rows = self.state, self.state.logbook.rows
        moment = Moment(
            state.step, float(rows["t"][-1]), state.logbook.loss, rows["eigenvalues"][-1].copy(),
            state.model,
        )  # fmt: skip
        before = _parts(state.model)
        try:
            with torch.enable_grad(), untracked(state.model):
                self.own.on_record(moment)
        except BaseException:
            if _replaced(before, state.model):  # then its weights are nobody's
                self.store.write_curves(self._run())
            else:
                self.store.save(state, self._run())
            raise
        self._refuse_replaced(before)
        state.model.train()  # it may have been put into evaluation mode

    def _refuse_replaced(self, before: dict[str, object]) -> None:
        """The optimizer and the checkpoints know the layers that the run began with, no others."""
        replaced = _replaced(before, self.state.model)
        frozen = not any(p.requires_grad for p in self.state.model.parameters())
        if not replaced and not frozen:
            return
        self.store.write_curves(self._run())
        if replaced:
            raise ValueError(
                f"on_record has replaced or converted model.{replaced}, and training cannot go on "
                "with another one; it may change values, in place and under torch.no_grad(). For "
                "all else it must take a copy.deepcopy(moment.model)."
            )
        raise ValueError("on_record has frozen all weights of model, so nothing is left to train.")

    def _evaluate(self) -> None:
        state = self.state
        now = self.accuracy.of(state.model)
        state.metrics.setdefault("history", []).append([state.step, *now.values()])
        state.metrics |= now
        if state.step == self.config.steps:
            state.metrics |= self.accuracy.baselines()

    def _run(self) -> Run:
        config, state = self.config, self.state
        seconds = state.seconds
        speed = {"images_per_second": round(state.step * config.batch / seconds, 1)}
        meta = {
            "chapter": None,
            **names(config, self.own),
            "data": self.pictures.name,
            "seed": config.seed,
            **describe_machine(self.members),
            "minutes": round(seconds / 60, 2),
            "command": "stepwise-train --config config.json",
            "config": dataclasses.asdict(config),
            "finished": state.step == config.steps,
        }  # fmt: skip
        run = state.logbook.run(state.metrics | speed, meta)
        if config.keep_embeddings:
            index = self.pictures.probe_index()[: config.keep_embeddings].numpy()
            run.other.update(pictures=index, labels=self.pictures.labels[index])
            run.meta["other"] = _MEANING
        return run


def _parts(model: torch.nn.Module) -> dict[str, object]:
    """Layers and weights by name, with all of a weight that must not change."""
    weights = model.named_parameters(remove_duplicate=False)
    return dict(model.named_modules(remove_duplicate=False)) | {
        name: (p, p.dtype, p.device, p.shape) for name, p in weights
    }


def _replaced(before: dict[str, object], model: torch.nn.Module) -> str:
    """The name of a part that is not what it was, or nothing."""
    now = _parts(model)
    for name in (*before, *now):
        old, new = before.get(name), now.get(name)
        if isinstance(old, tuple) and isinstance(new, tuple):
            same = old[0] is new[0] and old[1:] == new[1:]
        else:
            same = old is new
        if not same:
            return name
    return ""


def describe_machine(members: Team) -> dict[str, object]:
    """Where a run is made and with what, as META_KEYS wants it."""
    cuda = members.device.type == "cuda"
    name = torch.cuda.get_device_name(members.device) if cuda else f"CPU, {platform.machine()}"
    return {
        "device": f"{name}, {members.size} process(es)",
        "versions": {
            "python": platform.python_version(), "numpy": np.__version__,
            "torch": torch.__version__,
        },
    }  # fmt: skip
