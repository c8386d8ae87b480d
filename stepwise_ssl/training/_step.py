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
    unseen = own.loss is not None and config.compile is None  # which hides what it depends on

    def step(*inputs: Tensor) -> Tensor:
        nonlocal unseen
        loss = loss_on(*inputs)
        if unseen:
            _refuse_foreign(loss, learner)
            unseen = False
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        # PyTorch leaves weights that have no gradient as they are, in silence.
        if own.loss is not None and all(p.grad is None for p in learner.parameters()):
            raise ValueError(
                "loss returns a number that does not depend on z1 and z2, so nothing would be "
                "learned; it must compute it from them."
            )
        optimizer.step()
        return loss.detach()

    return step


def _refuse_foreign(loss: Tensor, learner: nn.Module) -> None:
    """Raise ValueError if the loss depends on weights that nobody trains."""
    trained = {id(p) for p in learner.parameters()}
    seen, ahead = set(), [loss.grad_fn]
    while ahead:
        node = ahead.pop()
        if node is None or node in seen:
            continue
        seen.add(node)
        leaf = getattr(node, "variable", None)
        if leaf is not None and id(leaf) not in trained:
            raise ValueError(
                f"loss depends on a tensor of shape {tuple(leaf.shape)} with requires_grad that is "
                "no weight of the network and would not be trained; make it a weight of the trunk, "
                "or fix it with requires_grad_(False)."
            )
        ahead += [before for before, _ in node.next_functions]


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
