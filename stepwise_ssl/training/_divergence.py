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

_NEVER = 2**62
_ITERATIONS = 20  # of the power method: the curvature to some per cent
_PAIRS = 128  # the curvature needs no more
_STEP = 1e-5  # along a direction of length 1


class Diverged(FloatingPointError):
    """Training broke off because the loss became NaN or infinite.

    Attributes:
        step: the first step with such a loss.
        safe_lr: a learning rate that should do.
        run: what was recorded until then.
    """

    def __init__(self, message: str, step: int, safe_lr: float, run: Run) -> None:
        super().__init__(message)
        self.step, self.safe_lr, self.run = step, safe_lr, run


class Watch:
    """Remembers the first step whose loss was no number, on the device, and the best weights.

    Raises nothing: ``explain`` makes the error.
    """

    def __init__(self, device: torch.device, model: Encoder, logbook: Logbook, step: int) -> None:
        self._first = torch.full((), _NEVER, dtype=torch.int64, device=device)
        self._model, self._logbook = model, logbook
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
        """The error to raise, with a learning rate from the curvature at the best weights."""
        _, best, weights = self._best
        curvature = largest_curvature(config, weights, self._logbook.probe)
        # Gradient descent is stable below 2/curvature. A quarter of that, since the curvature
        # doubles while a mode is learned, and grows with the trunk's features.
        safe = float(f"{min(config.lr / 2, 0.5 / curvature):.1g}")
        return Diverged(
            f"the loss of step {step} is NaN or infinite, with learning rate "
            f"{config.learning_rate(min(step, config.steps - 1)):g}. The largest curvature of the "
            f"loss was {curvature:.3g} at step {best}, where training was still sound: lr = "
            f"{safe:g} should be safe. The {len(run.steps)} records before it are in the error's "
            "attribute run.",
            step, safe, run,
        )  # fmt: skip


def largest_curvature(config: TrainConfig, weights: dict[str, Tensor], probe: Tensor) -> float:
    """The largest |eigenvalue| of the loss's Hessian in the trained weights, by the power method.

    Measured on some of the probe's pairs, with batch-norm as in training.
    """
    first, second = probe.chunk(2)
    x = torch.cat([first[:_PAIRS], second[:_PAIRS]]).double()
    model = build(config, x.shape[1]).to(x.device).double()
    model.load_state_dict(weights)
    trained = [p for p in model.parameters() if p.requires_grad]
    loss_of = objective(config)

    def slope(direction: list[Tensor], step: float) -> list[Tensor]:
        """The gradient a step away."""
        with torch.no_grad():
            for p, v in zip(trained, direction, strict=True):
                p.add_(v, alpha=step)
        gradient = torch.autograd.grad(loss_of(*model(x).chunk(2)), trained)
        with torch.no_grad():
            for p, v in zip(trained, direction, strict=True):
                p.sub_(v, alpha=step)
        return list(gradient)

    seed = torch.Generator().manual_seed(config.seed)
    product = [torch.randn(p.shape, generator=seed).to(p) for p in trained]
    for _ in range(_ITERATIONS):
        length = _length(product)
        direction = [v / length for v in product]
        # The Hessian times a direction is a difference quotient of gradients, in float64.
        ahead, behind = slope(direction, _STEP), slope(direction, -_STEP)
        product = [(a - b) / (2 * _STEP) for a, b in zip(ahead, behind, strict=True)]
    return _length(product).item()


def _length(vectors: list[Tensor]) -> Tensor:
    return torch.sqrt(sum((v**2).sum() for v in vectors))
