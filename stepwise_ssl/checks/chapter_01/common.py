"""What the checks of chapter 1 share: pairs of embeddings, slopes, known mistakes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch

from ..engine import Trial
from ..learner import LearnerError
from ..values import as_array

Array = np.ndarray


def to_numpy(z: Any) -> Array:
    return np.asarray(as_array(z), dtype=float)


def to_tensor(z: Array, trainable: bool = False) -> torch.Tensor:
    return torch.tensor(z, dtype=torch.float64, requires_grad=trainable)


def two_views(rng: np.random.Generator, n: int, d: int, scale: float = 1.0) -> tuple[Array, Array]:
    """Embeddings of two views: they share a part, dimensions overlap, the mean is not zero."""
    mixing = np.eye(d) + 0.6 * rng.standard_normal((d, d)) / np.sqrt(d)
    shared = rng.standard_normal((n, d)) @ mixing + rng.uniform(0.5, 1.5, d)
    noise = 0.7 * rng.standard_normal((2, n, d))
    return scale * (shared + noise[0]), scale * (shared + noise[1])


def slopes(f: Callable[[Array, Array], float], z1: Array, z2: Array) -> Array:
    """The gradient of f in both views by central differences, (2, n, d)."""
    z, h = np.stack([z1, z2]), 1e-5
    gradient = np.zeros_like(z)
    for index in np.ndindex(z.shape):
        step = np.zeros_like(z)
        step[index] = h
        gradient[index] = (f(*(z + step)) - f(*(z - step))) / (2 * h)
    return gradient


def gradient_of(trial: Trial, got: Any, z1: torch.Tensor, z2: torch.Tensor) -> Array:
    """What autograd gives for the learner's value, (2, n, d)."""
    if not (isinstance(got, torch.Tensor) and got.requires_grad):
        trial.fail(
            f"The value comes back as {type(got).__name__}, cut off from z1 and z2: no gradient "
            "can flow, so nothing can be trained with it. Stay in torch from input to result: no "
            ".item(), .detach(), .numpy(), float(...) or torch.tensor(...) on the way.",
            named=True,
        )
    try:
        gradients = torch.autograd.grad(got, (z1, z2), allow_unused=True)
    except RuntimeError as error:
        trial.fail(f"Differentiating your value fails: {error}")
    if any(gradient is None for gradient in gradients):
        trial.fail("Your value does not depend on one of the two views.", named=True)
    return np.stack([gradient.numpy() for gradient in gradients])


def same_gradient(trial: Trial, got: Array, want: Array, what: str) -> None:
    """Call after the value was found right: then only a cut graph can spoil the gradient."""
    error = np.linalg.norm(got - want) / np.linalg.norm(want)
    if not error < 1e-3:
        trial.fail(
            f"{what} has the right value, but the gradient that autograd gives is "
            f"{100 * error:.3g} % away from the slope of that value (finite differences). Part of "
            "the calculation is cut out of the graph: look for .detach(), .item(), float(...) or "
            "torch.no_grad().",
            named=True,
        )


def call(trial: Trial, *args: Any, **kwargs: Any) -> Any:
    """`trial.call`, with words for a slip of this chapter: NumPy on the way."""
    try:
        return trial.call(*args, **kwargs)
    except LearnerError as error:
        if "requires grad" in error.message and "numpy" in error.message.lower():
            trial.fail(
                "A NumPy function meets a tensor through which gradients should flow. Use torch's "
                "function of the same name. (The advice in torch's own error, .detach().numpy(), "
                "would run, and cut the gradient off.)",
                named=True,
            )
        raise


def numbers(value: Any) -> Array | None:
    """`value` as an array, or None: also for lists of tensors that carry gradients."""
    try:
        return as_array(value)
    except RuntimeError:
        return None


def several(trial: Trial, got: Any, names: Sequence[str]) -> Sequence[Any]:
    """`got`, when it is a tuple or a list of as many things as `names`; a message otherwise."""
    if got is None:
        trial.fail("Your function returned None: is there a `return`?", named=True)
    if not isinstance(got, tuple | list) or len(got) != len(names):
        kind = type(got).__name__
        size = f" of {len(got)}" if isinstance(got, tuple | list) else ""
        trial.fail(
            f"Return {len(names)} things, separated by commas and in this order: "
            f"{', '.join(names)}. A {kind}{size} came back."
        )
    return got


def present(trial: Trial, got: Any, what: str) -> None:
    """Refuse one of several results that is None."""
    if got is None:
        trial.fail(f"{what}: None, so nothing was put there.", named=True)


def scalar(trial: Trial, got: Any, what: str = "the loss") -> Array:
    """`trial.array` for one number, also where a list of tensors came back."""
    if got is not None and numbers(got) is None:
        message = f"{what} should be one number; a {type(got).__name__} came back."
        trial.fail(message, named=True)
    return trial.array(got, (), what)
