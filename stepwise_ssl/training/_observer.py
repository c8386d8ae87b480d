"""What happens between two steps of training, and at its end."""

from __future__ import annotations

import dataclasses
import platform
import warnings

import numpy as np
import torch

from ..runs import Run
from ._config import TrainConfig
from ._divergence import Watch
from ._evaluate import Evaluation
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
        bar: Progress,
    ) -> None:  # fmt: skip
        self.config, self.pictures, self.members = config, pictures, members
        self.store, self.state, self.bar = store, state, bar
        self.watch = Watch(members.device, state.model, state.logbook, state.step)
        ends = np.geomspace(config.steps, 1, config.evaluations).round()
        self._evaluate_at = frozenset(ends.astype(int).tolist()) if members.leads else frozenset()

    def look(self) -> None:
        """Do what is due at this step."""
        state = self.state
        recorded, save = state.step in state.logbook.due, self.store.due()
        evaluate = state.step in self._evaluate_at
        if recorded or save or evaluate:
            self._refuse_divergence()
        if recorded:
            state.logbook.record(state.step, state.model)
            self.watch.keep(state.step)
            self.bar.record(state.step, state.logbook)
        if evaluate:
            self._evaluate()
        if save or state.step == self.config.steps:
            self.store.save(state)

    def end(self) -> Run:
        """Save what there is, say how to go on if steps are left, and return the records."""
        self._refuse_divergence()  # an interrupt may come between a bad step and the next record
        self.store.save(self.state)
        run = self._run()
        if self.state.step == self.config.steps:
            self.store.finish(run)
        elif self.members.leads:
            again = (
                f"stepwise-train --resume {self.store.folder} goes on from there"
                if self.store.folder is not None
                else "nothing was saved, since no folder was given as out"
            )
            warnings.warn(f"interrupted at step {self.state.step}: {again}", stacklevel=3)
        return run

    def _refuse_divergence(self) -> None:
        bad = self.watch.first_bad(self.state.step)
        if bad is not None:
            raise self.watch.explain(self.config, bad, self._run())

    def _evaluate(self) -> None:
        state, evaluation = self.state, Evaluation(self.config, self.pictures)
        now = evaluation.of(state.model)
        state.metrics.setdefault("history", []).append([state.step, *now.values()])
        state.metrics |= now
        if state.step == self.config.steps:
            state.metrics |= evaluation.baselines()

    def _run(self) -> Run:
        config, state = self.config, self.state
        seconds = state.seconds
        speed = {"images_per_second": round(state.step * config.batch / seconds, 1)}
        meta = {
            "chapter": None,
            "loss": config.loss,
            "data": self.pictures.name,
            "network": config.network,
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
