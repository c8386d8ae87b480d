"""A loss that is no number any more: noticed without waiting for the device, and explained."""

from __future__ import annotations

import copy
import math

import torch
from torch import Tensor

from ..networks import Encoder
from ..runs import Run
from ._config import TrainConfig
from ._logbook import Logbook
from ._model import build
from ._objective import objective
from ._own import Own

_NEVER = 2**62
_LONGEST = 200  # steps of a trial
_HALVINGS = 30  # of a learning rate, until there is none to propose


class Diverged(FloatingPointError):
    """Training broke off because the loss became NaN, infinite or far larger than at first.

    Attributes:
        step: the first step with such a loss.
        safe_lr: a learning rate that should do, NaN if none was found.
        run: what was recorded until then.
    """

    def __init__(self, message: str, step: int, safe_lr: float, run: Run) -> None:
        super().__init__(message)
        self.step, self.safe_lr, self.run = step, safe_lr, run


class Watch:
    """Remembers the first step whose loss was no number, on the device, and the best weights.

    Raises nothing: ``explain`` makes the error.
    """

    def __init__(
        self, device: torch.device, model: Encoder, logbook: Logbook, step: int, own: Own
    ) -> None:
        self._first = torch.full((), _NEVER, dtype=torch.int64, device=device)
        self._model, self._logbook, self._own = model, logbook, own
        self._best = (math.inf, step, copy.deepcopy(model.state_dict()))

    def see(self, step: int, loss: Tensor) -> None:
        """Note the loss of a step. Nothing is read on the host."""
        self._first = torch.where(loss.isfinite(), self._first, self._first.clamp(max=step))

    def first_bad(self, step: int) -> int | None:
        """The first step with a loss that was no number, ``step`` if only the weights are none.

        None if all is well. This waits for the device.
        """
        first = int(self._first)
        if first < _NEVER:
            return first
        finite = torch.stack([p.detach().isfinite().all() for p in self._model.parameters()]).all()
        return None if finite else step

    def keep(self, step: int) -> None:
        """Keep the weights if the loss was never lower: there training was sound for certain."""
        if self._logbook.loss < self._best[0]:
            self._best = (self._logbook.loss, step, copy.deepcopy(self._model.state_dict()))

    def explain(self, config: TrainConfig, step: int, run: Run) -> Diverged:
        """The error to raise, with a learning rate that was tried."""
        _, best, weights = self._best
        early = step <= _LONGEST  # then the lowest loss may be that of a step much too long
        start = None if early else weights
        tried, steps = largest_stable(config, self._logbook.probe, self._own, step, start)
        safe, origin = tried / 2, f"From the weights of step {0 if early else best} on"
        advice = (
            f"{origin}, no learning rate went well: look at the loss itself."
            if math.isnan(tried)
            else f"{origin}, {steps} steps with lr = {tried:g} went well: lr = {safe:g} should be "
            "safe."
        )
        return Diverged(
            f"the loss of step {step} is NaN, infinite or far larger than at first, with learning "
            f"rate {config.learning_rate(min(step, config.steps - 1)):g}. {advice} The "
            f"{len(run.steps)} records before it are kept.",
            step, safe, run,
        )  # fmt: skip


def largest_stable(
    config: TrainConfig, probe: Tensor, own: Own, bad: int, weights: dict[str, Tensor] | None
) -> tuple[float, int]:
    """The learning rate, halved from the one that failed, with which a trial goes well.

    A trial trains on the probe's pairs, a batch at a time, from ``weights`` or from the start, for
    twice the time (learning rate times steps) after which the run broke off, up to 200 steps. It
    goes well if the loss stays a number and ends no higher than it began.

    Returns:
        learning rate, of one digit, NaN if none goes well; steps of the trial.
    """
    lr = config.lr
    for _ in range(_HALVINGS):
        lr = float(f"{lr / 2:.1g}")
        steps = min(_LONGEST, max(10, round(2 * (bad + 1) * config.lr / lr)))
        if _goes_well(config.replace(lr=lr), probe, own, steps, weights):
            return lr, steps
    return math.nan, 0


def _goes_well(
    config: TrainConfig, probe: Tensor, own: Own, steps: int, weights: dict[str, Tensor] | None
) -> bool:
    first, second = probe.chunk(2)
    model = build(config, probe.shape[1], own).to(probe.device).train()
    if weights is not None:
        model.load_state_dict(weights)
    optimizer = torch.optim.SGD(
        [p for p in model.parameters() if p.requires_grad],
        lr=config.lr, momentum=config.momentum, weight_decay=config.weight_decay,
    )  # fmt: skip
    loss_of = objective(config, own)

    def loss_on(rows: Tensor) -> Tensor:
        return loss_of(*model(torch.cat([first[rows], second[rows]])).chunk(2))

    every = torch.arange(len(first), device="cpu")
    with torch.no_grad():
        began = loss_on(every).item()
    if not math.isfinite(began):
        return False
    for step in range(steps):
        loss = loss_on((step * config.batch + every[: config.batch]) % len(first))
        # Twice the first is further than a sound run climbs.
        if not loss.item() <= began + max(1.0, abs(began)):
            return False
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        return loss_on(every).item() <= began
