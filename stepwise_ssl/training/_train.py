"""Training, from top to bottom."""

from __future__ import annotations

from pathlib import Path

import torch

from ..runs import Run
from ._config import TrainConfig, check, check_machine
from ._interrupt import Interrupt
from ._logbook import Logbook
from ._model import build
from ._observer import Observer
from ._pictures import Pictures
from ._progress import Progress
from ._state import State
from ._step import make_step
from ._store import Store
from ._team import Team, join

_ASK = 10  # steps between two questions to the other processes whether to stop


def train(config: TrainConfig, out: str | Path | None = None, progress: bool = True) -> Run:
    """Train a network on pairs of views, and record how its dimensions are learned.

    Everything random follows from the seed and the number of the step. So a run that is taken up
    again goes on as if nothing had happened, bit for bit on a CPU, and a run by several processes
    is that of one up to rounding. Under ``torchrun`` the batch is shared with the other processes.

    Args:
        config: the settings; ``recipe`` has some.
        out: folder for configuration, checkpoints and curves. If it holds a run with the same
            settings, that one is taken up again, or returned if it is complete. Without it
            nothing is written.
        progress: show a bar.

    Returns:
        The records so far, also after an interrupt; ``meta["finished"]`` says whether all steps
        were made.

    Raises:
        TypeError, ValueError: settings that do not fit the data, the processes or the folder;
            checkpoints that are all damaged.
        Diverged: the loss became NaN or infinite. The error proposes a learning rate.
        OSError: the pictures are not at hand, or ``out`` cannot be written.
        KeyboardInterrupt: Ctrl-C a second time. The first saves and returns.
    """
    check(config)
    check_machine(config)
    members = join(config.device)
    torch.backends.cudnn.benchmark = True  # every step has the same shapes: find what is fastest
    part = members.part(config.batch)
    pictures = Pictures(config, members.device)

    # Several processes see the joint batch in batch-norm, and average their gradients.
    model = build(config, pictures.channels).to(members.device)
    store = Store(out, config, members.leads)  # not before: settings that fail leave no folder
    model = members.join_batch_norm(model).train()
    learner = members.average_gradients(model)
    optimizer = torch.optim.SGD(
        [p for p in model.parameters() if p.requires_grad],
        lr=config.lr, momentum=config.momentum, weight_decay=config.weight_decay,
    )  # fmt: skip
    step = make_step(config, members, learner, optimizer, pictures.views)

    state = State(model, optimizer, Logbook(config, pictures.probe()))
    resumed = store.restore(state, members.device)
    members.wait()  # all have read the same checkpoint before one writes the next
    with (
        Interrupt(members.size) as interrupt,
        Progress(config, state.step, progress and members.leads) as bar,
    ):
        observer = Observer(config, pictures, members, store, state, bar)
        if not resumed:
            observer.look()
        while state.step < config.steps and not _stop(state.step, interrupt, members):
            for group in optimizer.param_groups:
                group["lr"] = config.learning_rate(state.step)
            loss = step(*pictures.batch(state.step, part))
            observer.watch.see(state.step, loss)
            state.step += 1
            bar.step()
            observer.look()
    return observer.end()


def _stop(step: int, interrupt: Interrupt, members: Team) -> bool:
    """Whether to stop before this step: all processes come to the same answer."""
    if members.size > 1 and step % _ASK:
        return False
    return members.any(interrupt.raised)
