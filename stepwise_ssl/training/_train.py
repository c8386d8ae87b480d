"""Training, from top to bottom."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import torch
from numpy.typing import ArrayLike
from torch import Tensor, nn

from .._surroundings import own_settings, seeded
from ..data import Images
from ..runs import Run
from ._config import TrainConfig, check
from ._interrupt import Interrupt
from ._logbook import Logbook
from ._machine import check_machine, settings_named
from ._model import build
from ._observer import Observer
from ._own import Moment, gather_own, names
from ._pictures import Pictures, step_seed
from ._progress import Progress
from ._state import State
from ._step import make_step
from ._store import Store
from ._team import Team, join

_ASK = 10  # steps between two questions to the other processes whether to stop


@own_settings()
def train(
    config: TrainConfig,
    out: str | Path | None = None,
    progress: bool = True,
    *,
    pictures: Images | ArrayLike | str | Path | None = None,
    trunk: nn.Module | None = None,
    loss: Callable[[Tensor, Tensor], Tensor] | None = None,
    on_record: Callable[[Moment], object] | None = None,
) -> Run:
    """Train a network on pairs of views, and record how its dimensions are learned.

    Everything random follows from the seed and the number of the step. So a run that is taken up
    again goes on as if nothing had happened, bit for bit on a CPU, and a run by several processes
    is that of one up to rounding. Under ``torchrun`` the batch is shared with the other processes.
    PyTorch's and NumPy's global settings are as before afterwards, random numbers included.

    Args:
        config: the settings; ``recipe`` has some.
        out: folder for configuration, checkpoints and curves; one process at a time may use it.
            If it holds a run with the same settings, that one is taken up again, or returned if it
            is complete. With more ``steps`` and a constant learning rate a complete run goes on.
            Without it nothing is written.
        progress: show a bar.
        pictures: your own in place of ``config.data``: a folder (``data.load_folder`` says how it
            is read), an array (n, h, w, c) of uint8, or ``data.Images``. Accuracies are measured
            only where a folder has classes and parts ``train`` and ``test``.
        trunk: your own network in place of ``config.network``: views (n, c, size, size) -> features
            (n, h), float32. It gets the linear head of ``config.d`` dimensions. A copy of it is
            trained, all of it in training mode; ``load_model(out, trunk)`` has the result, and
            ``embed`` uses it.
        loss: your own in place of ``config.loss``: embeddings of the two views, (n, d) each ->
            scalar with gradients.
        on_record: called with a ``training.Moment`` after each record, in the first process. It
            may change values in the network, but replace no layer and convert none.

    Returns:
        The records so far, also after Ctrl-C; ``meta["finished"]`` says whether all steps were
        made.

    Raises:
        TypeError, ValueError: settings or parts that do not fit the data, each other, the
            processes or the folder; a folder in use; checkpoints that are all damaged or were made
            with other settings.
        Diverged: the loss became NaN, infinite or a million times as large as at first. The error
            proposes a learning rate. The curves until then are kept, in it and in ``out``.
        OSError: the pictures are not at hand, or ``out`` cannot be written.
        KeyboardInterrupt: Ctrl-C a second time, or before the first step. The first saves and
            returns. SIGTERM, and SIGHUP from a terminal that is closed, save and then have the
            effect that they have without us: they end the program, as a rule.
        MemoryError: the settings need more than there is.

    Warns:
        UserWarning: interrupted; a checkpoint that could not be written or read.
    """
    check(config)
    with settings_named(config):
        config, own = gather_own(config, pictures, trunk, loss, on_record)
        check_machine(config)
        members = join(config)
        part = members.part(config.batch)
        pool = Pictures(config, members.device, own)
        config = dataclasses.replace(config, own=pool.told)

        # Several processes see the joint batch in batch-norm, and average their gradients.
        model = build(config, pool.channels, own).to(members.device)
        # Not before: settings that fail leave no folder.
        with Store(out, config, members.leads) as store:
            model = members.join_batch_norm(model).train()
            learner = members.average_gradients(model)
            optimizer = torch.optim.SGD(
                [p for p in model.parameters() if p.requires_grad],
                lr=config.lr, momentum=config.momentum, weight_decay=config.weight_decay,
            )  # fmt: skip
            step = make_step(config, members, learner, optimizer, pool.views, own)

            logbook = Logbook(config, pool.probe(), own)
            mean, std = (m.flatten().cpu() for m in (pool.mean, pool.std))
            state = State(dataclasses.asdict(config), mean, std, model, optimizer, logbook)
            resumed = store.restore(state, members.device)
            members.wait()  # all have read the same checkpoint before one writes the next
            store.begin()
            title = f"{names(config, own)['loss']} on {pool.name}"
            with (
                Interrupt(members.size) as interrupt,
                Progress(config, title, state.step, progress and members.leads) as bar,
                seeded(0, members.device) if own.may_draw else nullcontext(),
            ):
                observer = Observer(config, pool, members, store, state, bar, own)
                if not resumed:
                    observer.look()
                while state.step < config.steps and not _stop(state.step, interrupt, members):
                    for group in optimizer.param_groups:
                        group["lr"] = config.learning_rate(state.step)
                    if own.may_draw:
                        torch.manual_seed(step_seed(config, state.step))
                    observer.watch.see(state.step, step(*pool.batch(state.step, part)))
                    state.step += 1
                    bar.step()
                    observer.look()
                return observer.end()


def _stop(step: int, interrupt: Interrupt, members: Team) -> bool:
    """Whether to stop before this step: all processes come to the same answer."""
    if members.size > 1 and step % _ASK:
        return False
    return members.any(interrupt.raised)
