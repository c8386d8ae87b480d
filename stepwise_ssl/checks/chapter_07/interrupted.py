"""7.6: small training programs, undisturbed and with something lost at a restart."""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable

import torch
from torch import nn


def program(seed: int) -> tuple[nn.Module, torch.optim.Optimizer, torch.Generator]:
    """Model, optimizer and generator as a program has them when it starts."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = nn.Sequential(
            nn.Linear(4, 6, bias=False), nn.BatchNorm1d(6), nn.ReLU(), nn.Linear(6, 2, bias=False)
        ).double()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    return model, optimizer, torch.Generator().manual_seed(seed + 1)


class OneStep:
    """One step of training; counts its calls and dies before the step with the number `dies`.

    `drew` has a number of the views of each step, which tells them from others.
    """

    def __init__(self, dies: int | None = None) -> None:
        self.calls, self.dies = 0, dies
        self.drew: list[float] = []
        self.kill: Callable[[], None] = lambda: None

    def __deepcopy__(self, memo: dict) -> OneStep:
        return self  # calls that the learner's copy makes count as well

    @torch.no_grad()
    def __call__(
        self, model: nn.Module, optimizer: torch.optim.Optimizer, generator: torch.Generator
    ) -> float:
        if self.calls == self.dies:
            self.kill()
        self.calls += 1
        x = torch.randn(8, 4, generator=generator, dtype=torch.float64)
        x = x + 0.3 * torch.randn(8, 4, generator=generator, dtype=torch.float64)
        self.drew.append(x[0, 0].item())
        loss = _with_gradients(model, x)
        optimizer.step()
        return loss


def _with_gradients(model: nn.Module, x: torch.Tensor) -> float:
    """‖zᵀz/n − I‖² and, at the parameters, its gradient.

    By hand: in a copied process PyTorch's autograd refuses where the parent has used a GPU.
    """
    first, norm, _, last = model
    h = _product(x, first.weight.T)
    mean, variance = h.mean(0), h.var(0, correction=0)
    norm.running_mean.lerp_(mean, norm.momentum)
    norm.running_var.lerp_(h.var(0), norm.momentum)
    norm.num_batches_tracked += 1
    root = torch.sqrt(variance + norm.eps)
    unit = (h - mean) / root
    y = norm.weight * unit + norm.bias
    r = y.clamp(min=0)
    z = _product(r, last.weight.T)
    excess = _product(z.T, z) / len(x) - torch.eye(z.shape[1], dtype=z.dtype)
    dz = 4 / len(x) * _product(z, excess)
    dy = _product(dz, last.weight) * (y > 0)
    du = dy * norm.weight
    dh = (du - du.mean(0) - unit * (du * unit).mean(0)) / root
    for parameter, gradient in (
        (first.weight, _product(dh.T, x)), (norm.weight, (dy * unit).sum(0)),
        (norm.bias, dy.sum(0)), (last.weight, _product(dz.T, r)),
    ):  # fmt: skip
        parameter.grad = gradient
    return (excess**2).sum().item()


def _product(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """a b, rounded alike on any number of threads: a process that is copied has one.

    A BLAS, and PyTorch's batch-norm, sum in another order on one thread than on two.
    """
    return (a[:, :, None] * b).sum(1)


@functools.lru_cache(maxsize=100)
def undisturbed(seed: int, steps: int) -> tuple[list[float], dict]:
    started, one_step = program(seed), OneStep()
    losses = [one_step(*started) for _ in range(steps)]
    return losses, started[0].state_dict()


@functools.lru_cache(maxsize=100)
def views_drawn(seed: int, steps: int) -> list[float]:
    """What an undisturbed run draws, as `OneStep` keeps it."""
    started, one_step = program(seed), OneStep()
    for _ in range(steps):
        one_step(*started)
    return one_step.drew


@functools.lru_cache(maxsize=200)
def without(seed: int, kill: int, steps: int, left_out: str) -> list[float]:
    """The losses after a kill before step `kill` if this is not restored, from that step on."""
    old, new = program(seed), program(seed + 100)
    one_step = OneStep()
    for _ in range(kill):
        before = old[2].get_state()
        one_step(*old)
    model, optimizer, generator = new
    if left_out == "model in place":  # the optimizer still has the other one's weights
        model = copy.deepcopy(old[0])
    elif left_out != "model":
        model.load_state_dict(old[0].state_dict())
    if left_out != "optimizer":
        optimizer.load_state_dict(old[1].state_dict())
    if left_out == "state of the generator":
        generator.manual_seed(old[2].initial_seed())
    elif left_out == "last draw":
        generator.set_state(before)
    elif left_out != "generator":
        generator.set_state(old[2].get_state())
    return [one_step(model, optimizer, generator) for _ in range(steps - kill)]


LEFT_OUT = {
    "optimizer": "the momentum is lost. optimizer.state_dict() holds it.",
    "generator": "it draws other views than the run would have drawn. generator.get_state() holds "
    "where it was.",
    "state of the generator": "it draws the views of the first steps again. A seed says where the "
    "generator began; generator.get_state() says where it is.",
    "last draw": "it draws the views of the step before the kill again: your generator's state is "
    "that from before the step. Save what stands after it.",
    "model": "the weights are those of the new model. model.state_dict() holds the old ones.",
    "model in place": "the optimizer steps the model that was given, and your losses are those of "
    "another one, from the file. Load into the one that was given: model.load_state_dict.",
}
