"""A multilayer perceptron in NTK parametrisation."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import nn

from .. import _validate

_MOST = 10**11  # bytes of weights: more is a slip of the pen


class MLP(nn.Module):
    """Dense, then ReLU and dense for each hidden layer, in double precision.

    A dense layer is W_std/√fan_in · W h + b_std · b with entries of W and b drawn from N(0, 1):
    the factor stands in front of the weights and not in their size, so that a step of gradient
    descent changes the function by as much at width 4096 as at width 64 (Jacot et al. 2018).

    Args:
        widths: (m, N, …, d), at least two whole numbers ≥ 1: inputs, hidden layers, outputs.
        W_std: > 0.
        b_std: ≥ 0; with 0 there are no biases.
        seed: of the draws, a whole number ≥ 0 of any size.

    Raises:
        TypeError, ValueError: an argument is not as above; weights of more than 100 GB.
    """

    def __init__(
        self, widths: Sequence[int], W_std: float = 2**0.5, b_std: float = 0.0, seed: int = 0
    ) -> None:
        super().__init__()
        if not isinstance(widths, list | tuple) or len(widths) < 2:
            raise ValueError(f"widths is {widths!r}; it must be (m, N, …, d), two numbers or more.")
        widths = [_validate.size(f"widths[{k}]", n) for k, n in enumerate(widths)]
        memory = 8 * sum(into * out for into, out in zip(widths[:-1], widths[1:], strict=True))
        if memory > _MOST:
            raise ValueError(
                f"widths is {tuple(widths)}: the weights would take {memory / 1e9:.3g} GB; they "
                f"may take up to {_MOST / 1e9:g} GB."
            )
        self.W_std = _validate.number("W_std", W_std, above=0)
        self.b_std = _validate.number("b_std", b_std, minimum=0)
        draw = torch.Generator().manual_seed(_validate.torch_seed(_validate.seed("seed", seed)))

        def normal(*shape: int) -> nn.Parameter:
            return nn.Parameter(
                torch.randn(*shape, generator=draw, dtype=torch.float64, device="cpu")
            )

        pairs = list(zip(widths[:-1], widths[1:], strict=True))
        self.weights = nn.ParameterList([normal(out, into) for into, out in pairs])
        self.biases = nn.ParameterList([normal(out) for _, out in pairs] if self.b_std else [])

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(n, m) -> (n, d)."""
        for layer, W in enumerate(self.weights):
            x = torch.relu(x) if layer else x
            x = self.W_std / W.shape[1] ** 0.5 * (x @ W.T)
            x = x + self.b_std * self.biases[layer] if self.b_std else x
        return x

    def train_head_only(self) -> MLP:
        """Freeze all layers but the last; returns the network."""
        for layers in (self.weights, self.biases):
            for frozen in list(layers)[:-1]:
                frozen.requires_grad_(False)
        return self
