"""One linear layer of a network, trained by its gradient times a power of an inverse covariance."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from .. import _validate


class PreconditionedSGD(torch.optim.Optimizer):
    """weight ← weight − lr · G (Σ + ρI)^(−power), Σ the covariance of the layer's inputs.

    For the last layer of a network, beside another optimiser for the rest::

        head = optim.PreconditionedSGD(model.head[-1], lr=0.1, rho=0.1)
        trunk = torch.optim.SGD(model.trunk.parameters(), lr=0.02)

    Call ``zero_grad`` and ``step`` of both. Σ is measured by a hook on the layer: each forward pass
    in training mode with gradients on gives the covariance of its batch, about the batch's mean,
    and Σ is their running mean. It is centred because the losses of the course are: they do not see
    the features' mean, and a second moment would shorten the steps in one direction for its sake.
    A bias takes plain steps. With ``momentum`` β a step goes along the velocity
    v ← β v + G (Σ + ρI)^(−power), as in torch.optim.SGD.

    A step costs the eigenvalues of a matrix (m, m) beside the gradient, m the layer's inputs: for
    64 nothing, for 512 as much as a few small batches.

    Args:
        layer: the linear layer, whose weight is (d, m).
        lr: learning rate, > 0. A step along a direction of variance σ² is (σ² + ρ)^(−power) times
            as long as in SGD: what was stable there may need a smaller rate here.
        rho: ρ > 0, in the units of Σ. Directions of much smaller variance are left as they are,
            relative to each other. ``state_dict`` keeps the running Σ.
        power: > 0; 1 for the inverse, 0.5 for the inverse root.
        memory: how much of Σ stays at each pass, from 0 (the last batch alone) to below 1.
        momentum: β, from 0 to below 1.

    Raises:
        TypeError, ValueError: another kind of layer, an argument out of range; at a forward pass
            whose batch has one row; at a step before any forward pass.
    """

    def __init__(
        self,
        layer: nn.Linear,
        lr: float,
        rho: float,
        power: float = 1.0,
        memory: float = 0.9,
        momentum: float = 0.0,
    ) -> None:
        if not isinstance(layer, nn.Linear):
            raise TypeError(
                f"layer is {_validate.kind(layer)}; it must be a torch.nn.Linear, such as "
                "model.head[-1]."
            )
        settings = {
            "lr": _validate.number("lr", lr, above=0),
            "rho": _validate.number("rho", rho, above=0),
            "power": _validate.number("power", power, above=0),
            "memory": _validate.number("memory", memory, minimum=0),
            "momentum": _validate.number("momentum", momentum, minimum=0),
        }
        for name in ("memory", "momentum"):
            if settings[name] >= 1:
                raise ValueError(f"{name} is {settings[name]:g}; it must be from 0 to below 1.")
        super().__init__(list(layer.parameters()), settings)
        self._hook = layer.register_forward_pre_hook(self._measure)

    @property
    def _weight(self) -> Tensor:
        # Not kept beside the groups: a copied or pickled layer takes its hook along, and of the
        # optimiser behind it PyTorch copies groups and state alone.
        return self.param_groups[0]["params"][0]

    @property
    def covariance(self) -> Tensor:
        """Σ as of now, (m, m).

        Raises ValueError before the first forward pass in training mode.
        """
        state = self.state[self._weight]
        if "sum" not in state:
            raise ValueError(
                "layer has had no forward pass in training mode with gradients on, so the "
                "covariance of its inputs is not known; pass a batch through it before the step."
            )
        return state["sum"] / state["total"]

    def detach(self) -> None:
        """Take the hook off the layer, which is free for another optimiser then."""
        self._hook.remove()

    @torch.no_grad()
    def step(self, closure: Callable[[], Tensor] | None = None) -> Tensor | None:
        """One update of the layer; ``closure`` as PyTorch has it. Returns its loss, if given."""
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.grad is None:
                    continue
                gradient = parameter.grad
                if parameter is self._weight:
                    gradient = self._preconditioned(gradient, group["rho"], group["power"])
                if group["momentum"]:
                    gradient = self._velocity(parameter, gradient, group["momentum"])
                parameter.sub_(group["lr"] * gradient)
        return loss

    def _velocity(self, parameter: Tensor, gradient: Tensor, momentum: float) -> Tensor:
        """What the steps before have left, and this one's."""
        state = self.state[parameter]
        state["velocity"] = momentum * state.get("velocity", 0) + gradient
        return state["velocity"]

    def _preconditioned(self, gradient: Tensor, rho: float, power: float) -> Tensor:
        """G (Σ + ρI)^(−power), in the precision of Σ."""
        with torch.autocast(gradient.device.type, enabled=False):
            size, vectors = torch.linalg.eigh(self.covariance)
            damped = size.clamp(min=0) + rho
            product = gradient.to(vectors.dtype) @ vectors * damped**-power @ vectors.T
        return product.to(gradient.dtype)

    def _measure(self, layer: nn.Module, inputs: tuple[Tensor, ...]) -> None:
        """Add a batch's covariance to the running mean."""
        if not (layer.training and torch.is_grad_enabled()):
            return
        with torch.no_grad(), torch.autocast(inputs[0].device.type, enabled=False):
            x = inputs[0].reshape(-1, inputs[0].shape[-1])
            x = x.to(torch.promote_types(x.dtype, torch.float32))
            if len(x) < 2:
                raise ValueError(
                    f"layer was given {len(x)} row(s); a covariance needs a batch of 2 or more."
                )
            x = x - x.mean(0)
            state = self.state[self._weight]
            memory = self.param_groups[0]["memory"]
            # A sum of weights beside the sum: the first batches count fully, not against a zero.
            state["sum"] = memory * state.get("sum", 0) + x.T @ x / len(x)
            state["total"] = memory * state.get("total", 0.0) + 1.0
