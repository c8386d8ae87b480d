"""Full-batch training of a network on the loss of the theory."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import nn
from torch.nn.utils import parameters_to_vector, vector_to_parameters

from .. import _validate
from .._surroundings import own_settings
from ..linear._record import Record, Trajectory, descend
from ._model import in_double_precision, outputs, refuse_draws, trainable


@own_settings()
def embed(model: nn.Module, x1: ArrayLike, x2: ArrayLike) -> np.ndarray:
    """What a network makes of both views, (2n, d): n first views above n second ones.

    Args:
        model: (n, m) -> (n, d) in double precision, such as ``ntk.MLP``.
        x1, x2: the two views, (n, m).

    Raises:
        TypeError, ValueError: not finite real matrices of one shape, a model in single precision,
            with a layer that draws at random, or whose outputs are not finite.
    """
    x = _both(x1, x2)
    refuse_draws(model)
    with torch.no_grad():
        z = outputs(in_double_precision(model), x, "x1")
    if not torch.isfinite(z).all():
        raise ValueError("model returns NaN or infinite numbers for these views; scale them down.")
    return z.numpy()


@own_settings()
def train(
    model: nn.Module,
    x1: ArrayLike,
    x2: ArrayLike,
    epsilon: float,
    lr: float,
    steps: int,
    scale: float = 1.0,
) -> Trajectory:
    """Gradient descent on ‖C − I‖²_F for f(x) = ε g₀(x) + κ (g(x) − g₀(x)), g the network.

    g₀ is the network before training. So f starts at ε g₀, as small as one likes, and at κ = 1 its
    NTK is that of g whatever ε is: to make the last layer small instead would take the hidden
    layers' part of the kernel away. C is (1/2n) Σ_i f(x_i)f(x'_i)ᵀ + f(x'_i)f(x_i)ᵀ.

    A smaller κ makes the features move: the weights have to go 1/κ times as far (Chizat, Oyallon
    and Bach 2019). The NTK of f is κ² times that of g, and the step of the weights is lr/κ², so
    that kernel theory expects the same curves at the same times for every κ.

    Parameters without ``requires_grad`` stay as they are; the others are those of the last step
    afterwards.

    Args:
        model: (n, m) -> (n, d) in double precision, such as ``ntk.MLP``.
        x1, x2: the two views, (n, m).
        epsilon: size of the start relative to the network's own, > 0.
        lr: learning rate, > 0; a wide network is stable below 1/(4γ_1).
        steps: ≥ 1.
        scale: κ > 0.

    Returns:
        Trajectory; its ``W`` holds all trained weights at the end in a row. Records, interruption
        and divergence as in ``linear.gradient_descent``.

    Raises:
        TypeError, ValueError: shapes that do not fit, NaN, numbers out of range, a model without
            trainable parameters.
    """
    x = _both(x1, x2)
    epsilon = _validate.number("epsilon", epsilon, above=0)
    lr = _validate.number("lr", lr, above=0)
    steps = _validate.integer("steps", steps, 1)
    scale = _validate.number("scale", scale, above=0)
    parameters = list(trainable(in_double_precision(model)).values())
    with torch.no_grad():
        offset = (scale - epsilon) * outputs(model, x, "x1")
        start = parameters_to_vector(parameters).numpy()
    identity = torch.eye(offset.shape[1], dtype=offset.dtype, device=offset.device)

    def correlation(weights: np.ndarray) -> np.ndarray:
        with torch.no_grad():
            return _correlation(_with(model, parameters, weights)(x), scale, offset).numpy()

    def gradient(weights: np.ndarray) -> np.ndarray:
        C = _correlation(_with(model, parameters, weights)(x), scale, offset)
        slopes = torch.autograd.grad(((C - identity) ** 2).sum(), parameters)
        return parameters_to_vector(slopes).numpy() / scale / scale

    run = descend(start, gradient, Record(correlation), lr, steps, start="epsilon or model")
    _with(model, parameters, run.W)
    return run


def _with(model: nn.Module, parameters: Iterable[nn.Parameter], weights: np.ndarray) -> nn.Module:
    """The model itself, with these weights for its parameters."""
    with torch.no_grad():
        vector_to_parameters(torch.from_numpy(weights), parameters)
    return model


def _correlation(z: torch.Tensor, scale: float, offset: torch.Tensor) -> torch.Tensor:
    """C (d, d) of f = κ z − offset, z (2n, d)."""
    first, second = (scale * z - offset).chunk(2)
    half = first.T @ second
    return (half + half.T) / (2 * len(first))


def _both(x1: ArrayLike, x2: ArrayLike) -> torch.Tensor:
    x1 = _validate.matrix("x1", x1)
    x2 = _validate.matrix("x2", x2, x1.shape, "the shape of x1")
    return torch.from_numpy(np.concatenate([x1, x2]))
