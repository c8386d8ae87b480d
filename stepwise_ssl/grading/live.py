"""Arguments that are objects: rebuilt on the student's side, and their state brought back.

Exercises 7.2 and 7.6 hand over a network, an optimizer, a generator, a step of training and a path.
`describe` makes plain data of such arguments, `rebuild` makes the arguments of that, `states` reads
what has become of them, and `restore` brings the originals there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

_LAYERS: dict[str, tuple[type[nn.Module], tuple[str, ...]]] = {
    "linear": (nn.Linear, ("in_features", "out_features")),
    "convolution": (nn.Conv2d, ("in_channels", "out_channels", "kernel_size", "stride", "padding")),
    "batch-norm 1d": (nn.BatchNorm1d, ("num_features",)),
    "batch-norm 2d": (nn.BatchNorm2d, ("num_features",)),
    "relu": (nn.ReLU, ()),
    "flatten": (nn.Flatten, ()),
}
_LARGEST_FILE = 1 << 22  # bytes


def describe(arguments: Sequence[Any]) -> list[dict]:
    """Plain data for each argument. Raises TypeError for an object of another kind."""
    return [_describe(argument, arguments) for argument in arguments]


def _describe(argument: Any, arguments: Sequence[Any]) -> dict:
    if isinstance(argument, nn.Sequential):
        return {"network": [_layer(layer) for layer in argument], "state": state(argument)}
    if isinstance(argument, torch.optim.SGD):
        of = next(k for k, a in enumerate(arguments) if _trains(argument, a))
        return {"sgd": of, "state": state(argument)}
    if isinstance(argument, torch.Generator):
        return {"generator": True, "state": state(argument)}
    if hasattr(argument, "dies"):
        return {"one step": argument.dies, "state": state(argument)}
    if isinstance(argument, Path):
        return {"path": argument.name, "state": state(argument)}
    if callable(argument):
        return {"callable": getattr(argument, "__name__", "function")}
    if hasattr(argument, "__dict__") and not isinstance(argument, torch.Tensor):
        raise TypeError(f"an argument is a {type(argument).__name__}, which cannot be sent")
    return {"plain": argument}


def _layer(layer: nn.Module) -> list:
    for name, (kind, attributes) in _LAYERS.items():
        if type(layer) is kind:
            values = {a: getattr(layer, a) for a in attributes}
            if kind in (nn.Linear, nn.Conv2d):
                values["bias"] = layer.bias is not None
            return [name, values]
    raise TypeError(f"a layer is a {type(layer).__name__}, which cannot be sent")


def _trains(optimizer: torch.optim.SGD, argument: Any) -> bool:
    if not isinstance(argument, nn.Module):
        return False
    return {id(p) for g in optimizer.param_groups for p in g["params"]} == {
        id(p) for p in argument.parameters()
    }


def rebuild(
    described: Sequence[dict], folder: Path, call_back: Callable[[int], Callable], step: Callable
) -> list[Any]:
    """The arguments. `call_back` makes the function that stands for argument k, `step` a step of
    training that dies before a given call; files are written to `folder`."""
    made: list[Any] = []
    for k, what in enumerate(described):
        if "plain" in what:
            made.append(what["plain"])
        elif "callable" in what:
            function = call_back(k)
            function.__name__ = what["callable"]
            made.append(function)
        else:
            made.append(_rebuilt(what, made, folder, step))
            set_state(made[-1], what["state"])
    return made


def _rebuilt(what: dict, made: Sequence[Any], folder: Path, step: Callable) -> Any:
    if "network" in what:
        layers = [_LAYERS[name][0](**values) for name, values in what["network"]]
        return nn.Sequential(*layers).double()
    if "sgd" in what:
        return torch.optim.SGD(made[what["sgd"]].parameters(), lr=1.0)
    if "generator" in what:
        return torch.Generator()
    return step(what["one step"]) if "one step" in what else folder / what["path"]


def states(arguments: Sequence[Any]) -> list[Any]:
    """The state of each argument that has one, else None."""
    return [state(a) if _is_live(a) else None for a in arguments]


def restore(arguments: Sequence[Any], new: Sequence[Any]) -> None:
    """Bring each argument that has a state to the new one."""
    for argument, wanted in zip(arguments, new, strict=True):
        if wanted is not None and _is_live(argument):
            set_state(argument, wanted)


def _is_live(argument: Any) -> bool:
    kinds = (nn.Module, torch.optim.Optimizer, torch.Generator, Path)
    return isinstance(argument, kinds) or hasattr(argument, "dies")


def state(thing: Any) -> Any:
    """What changes about a network, an optimizer, a generator, a step or a file."""
    if isinstance(thing, nn.Module):
        values = {name: v.detach().clone() for name, v in thing.state_dict().items()}
        slopes = [None if p.grad is None else p.grad.detach().clone() for p in thing.parameters()]
        return {"values": values, "slopes": slopes, "training": thing.training}
    if isinstance(thing, torch.optim.Optimizer):
        whole = thing.state_dict()
        buffers = {str(k): v.get("momentum_buffer") for k, v in whole["state"].items()}
        group = whole["param_groups"][0]
        return {"lr": group["lr"], "momentum": group["momentum"], "buffers": buffers}
    if isinstance(thing, torch.Generator):
        return thing.get_state()
    if isinstance(thing, Path):
        return thing.read_bytes()[:_LARGEST_FILE] if thing.is_file() else None
    return thing.calls


def set_state(thing: Any, new: Any) -> None:
    """Bring a network, an optimizer, a generator, a step or a file to a state."""
    if isinstance(thing, nn.Module):
        thing.load_state_dict(new["values"])
        thing.train(new["training"])
        for parameter, slope in zip(thing.parameters(), new["slopes"], strict=True):
            parameter.grad = slope
    elif isinstance(thing, torch.optim.Optimizer):
        whole = thing.state_dict()
        whole["param_groups"][0] |= {"lr": new["lr"], "momentum": new["momentum"]}
        whole["state"] = {int(k): {"momentum_buffer": v} for k, v in new["buffers"].items()}
        thing.load_state_dict(whole)
    elif isinstance(thing, torch.Generator):
        thing.set_state(new)
    elif isinstance(thing, Path):
        if new is None:
            thing.unlink(missing_ok=True)
        else:
            thing.write_bytes(new)
    else:
        thing.calls = new


def changed(before: Sequence[Any], after: Sequence[Any]) -> dict[str, Any]:
    """Arrays and tensors that are not as they were, by their place."""
    found = {}
    for k, (old, new) in enumerate(zip(before, after, strict=True)):
        if isinstance(new, np.ndarray) and not np.array_equal(old, new, equal_nan=True):
            found[str(k)] = new
        elif isinstance(new, torch.Tensor) and not torch.equal(old.detach(), new.detach()):
            found[str(k)] = new.detach()
    return found
