"""One step of training: views, loss, gradients, update."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from ._config import TrainConfig
from ._objective import objective
from ._own import NOTHING, Own
from ._team import Team


def make_step(
    config: TrainConfig,
    members: Team,
    learner: nn.Module,
    optimizer: torch.optim.Optimizer,
    views: Callable[..., Tensor],
    own: Own = NOTHING,
) -> Callable[..., Tensor]:
    """What a training loop repeats, compiled where the configuration asks for it.

    Args:
        config: the settings.
        members: the processes that share the joint batch.
        learner: the network, in ``members.average_gradients``.
        optimizer: of its weights.
        views: turns what the step is called with into the views of this process's part of the
            batch, (2b, c, h, w), the first views first.
        own: with the caller's loss, if there is one.

    Returns:
        A function that updates the weights once and returns the joint batch's loss before that,
        detached.
    """
    loss_of = objective(config, own)
    bf16 = config.precision == "bf16"
    exact = torch.float64 if config.precision == "float64" else torch.float32

    def loss_on(*inputs: Tensor) -> Tensor:
        x = views(*inputs)
        with torch.autocast(members.device.type, torch.bfloat16, enabled=bf16):
            z = learner(x)
        z1, z2 = (members.gather(half) for half in z.to(exact).chunk(2))
        return loss_of(z1, z2)

    if config.compile is not None:
        loss_on = _compiled(loss_on, config.compile)

    def step(*inputs: Tensor) -> Tensor:
        loss = loss_on(*inputs)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        return loss.detach()

    return step


def _compiled(loss_on: Callable[..., Tensor], backend: str) -> Callable[..., Tensor]:
    """The compiled function; what the compiler cannot do is said in one line."""
    compiled = torch.compile(loss_on, backend=backend)
    from torch._dynamo.exc import TorchDynamoException  # which only a compiled run has to load

    def guarded(*inputs: Tensor) -> Tensor:
        try:
            return compiled(*inputs)
        except TorchDynamoException as error:
            first = str(error).strip().splitlines()[0]
            raise ValueError(
                f"compile is {backend!r}, which fails here: {first} Leave compile away: the run "
                "is the same, only slower."
            ) from error

    return guarded
