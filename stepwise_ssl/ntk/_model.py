"""What a network must be to have a tangent kernel."""

from __future__ import annotations

import torch
from torch import nn

from .. import _validate


def trainable(model: object) -> dict[str, nn.Parameter]:
    """The parameters that have ``requires_grad``, by name.

    Raises TypeError if ``model`` is no module, ValueError if it has no such parameter, one that is
    no float32 or float64 or of another precision than the others, or a layer in training mode
    whose outputs are no functions of their own inputs.
    """
    for name, part in as_module(model).named_modules():
        mixes = isinstance(part, nn.modules.batchnorm._BatchNorm)
        if part.training and (mixes or _draws(part)):
            raise ValueError(
                f"model has {type(part).__name__} ({name or 'itself'}) in training mode, where an "
                "output is no function of its own input; call model.eval() first."
            )
    parameters = {name: p for name, p in model.named_parameters() if p.requires_grad}
    if not parameters:
        raise ValueError("model has no parameter with requires_grad, so it has no gradients.")
    for name, p in model.named_parameters():
        if p.dtype not in (torch.float32, torch.float64):
            raise ValueError(
                f"model has {name} in {p.dtype}; a kernel of gradients needs torch.float32 or "
                "torch.float64: call model.float() or model.double() first."
            )
    numbers = dict(model.named_parameters()) | {
        name: b for name, b in model.named_buffers() if b.is_floating_point()
    }
    first = next(iter(parameters))
    for name, p in numbers.items():
        if p.dtype != parameters[first].dtype:
            raise ValueError(
                f"model has {first} in {parameters[first].dtype} and {name} in {p.dtype}; all must "
                "have one precision: call model.float() or model.double() first."
            )
    return parameters


def refuse_draws(model: object) -> None:
    """Raise ValueError for a layer in training mode whose outputs are other ones each time."""
    for name, part in as_module(model).named_modules():
        if part.training and _draws(part):
            raise ValueError(
                f"model has {type(part).__name__} ({name or 'itself'}) in training mode, which "
                "draws at random; call model.eval() first."
            )


def _draws(part: nn.Module) -> bool:
    return isinstance(part, nn.modules.dropout._DropoutNd | nn.RReLU) or (
        isinstance(part, nn.MultiheadAttention | nn.RNNBase) and part.dropout > 0
    )


def outputs(model: nn.Module, batch: torch.Tensor, name: str) -> torch.Tensor:
    """What the model makes of a batch; ValueError with its own words if it takes no such inputs."""
    try:
        return model(batch)
    except (IndexError, RuntimeError, TypeError, ValueError) as error:
        raise ValueError(
            f"{name} comes to model in shape {tuple(batch.shape)} as {batch.dtype}, and model "
            f"does not take it: {error}"
        ) from error


def as_module(model: object) -> nn.Module:
    if not isinstance(model, nn.Module):
        raise TypeError(f"model is {_validate.kind(model)}; it must be a torch.nn.Module.")
    for name, p in (*model.named_parameters(), *model.named_buffers()):
        if p.is_inference():
            raise ValueError(
                f"model has {name} from torch.inference_mode, which can have no gradients; make or "
                "load the model outside of it."
            )
    return model


def in_double_precision(model: object) -> nn.Module:
    for name, p in as_module(model).named_parameters():
        if p.dtype != torch.float64:
            raise ValueError(f"model has {name} in {p.dtype}; call model.double() first.")
    return model
