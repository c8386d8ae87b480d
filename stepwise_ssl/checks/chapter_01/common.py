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

VIEW = (
    "Where the diagonal is set to zero in the matrix itself, what is read from it afterwards is 0, "
    "and so is what torch.diagonal or .diagonal() read before: they give a view of the matrix. "
    "Take a copy first: torch.diag."
)


def to_numpy(z: Any) -> Array:
    return np.asarray(as_array(z), dtype=float)


def to_tensor(z: Array, trainable: bool = False) -> torch.Tensor:
    return torch.tensor(z, dtype=torch.float64, requires_grad=trainable)


def two_views(
    rng: np.random.Generator, n: int, d: int, scale: float = 1.0, disagree: int = 0
) -> tuple[Array, Array]:
    """Embeddings of two views: they share a part, dimensions overlap, the means are not zero.

    In the first `disagree` dimensions view 2 has the other sign.
    """
    mixing = np.eye(d) + 0.6 * rng.standard_normal((d, d)) / np.sqrt(d)
    means = rng.uniform(0.5, 1.5, d) * rng.choice([-1.0, 1.0], d)
    shared = rng.standard_normal((n, d)) @ mixing + means
    noise = 0.7 * rng.standard_normal((2, n, d))
    sign = np.where(np.arange(d) < disagree, -1.0, 1.0)
    return scale * (shared + noise[0]), scale * sign * (shared + noise[1])


def sizes(rng: np.random.Generator, n: Sequence[int], d: Sequence[int]) -> tuple[int, int]:
    """One of n and one of d, not the same."""
    while True:
        pair = int(rng.choice(n)), int(rng.choice(d))
        if pair[0] != pair[1]:
            return pair


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
        trial.fail(f"Differentiating your value fails: {error}", named=True)
    for name, gradient in zip(("z1", "z2"), gradients, strict=True):
        if gradient is None:
            trial.fail(
                f"The value is right, and no gradient of it reaches {name}. {NO_GRADIENT}",
                named=True,
            )
    return np.stack([gradient.numpy() for gradient in gradients])


NO_GRADIENT = (
    "What passes through .detach(), .item(), float(...), torch.tensor(...) or torch.no_grad() "
    "counts as a constant."
)


def same_gradient(trial: Trial, got: Array, want: Array, what: str) -> None:
    """Call after the value was found right. Central differences are good to 1e-8 here, and float32
    to 1e-5: a thousandth leaves room for both, and for no constant that should carry gradients."""
    for name, mine, right in zip(("z1", "z2"), got, want, strict=True):
        trial.comparisons += 1
        if np.isnan(mine).any():
            trial.fail(
                f"{what} has the right value, and autograd's gradient in {name} holds NaN. (The "
                "slope of a root is infinite at 0, and 0 · ∞ is NaN in a gradient even where the "
                "value does not show it.)",
                named=True,
            )
        error = np.linalg.norm(mine - right) / np.linalg.norm(right)
        if error < 1e-3:
            continue
        is_zero = "0 everywhere" if not mine.any() else f"{100 * error:.3g} % away from it"
        trial.fail(
            f"{what} has the right value. Its slope in {name} (finite differences) is another one "
            f"than autograd's gradient, which is {is_zero}. {NO_GRADIENT}",
            named=True,
        )


def call(trial: Trial, *args: Any, **kwargs: Any) -> Any:
    """`trial.call` for a loss, whose gradient is wanted: torch's own advice would cut it off."""
    try:
        return trial.call(*args, **kwargs)
    except LearnerError as error:
        if "requires grad" in error.message and "numpy" in error.message.lower():
            error.message += (
                "\nNumPy keeps no gradients, and this loss needs them: use torch's function of the "
                "same name. (torch's advice, .detach().numpy(), would run, and cut them off.)"
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
            f"{', '.join(names)}. A {kind}{size} came back.",
            named=True,
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
