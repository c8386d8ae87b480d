"""The neural tangent kernel of a network as it is, from its parameter gradients."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import nn
from torch.func import functional_call, jacrev, vmap

from .. import _validate
from .._surroundings import own_settings
from ._model import outputs, trainable

_NUMBERS = 2**25  # of the gradients held at a time: 256 MB in double precision, twice over

Gradients = dict[str, torch.Tensor]


@own_settings()
def empirical_ntk(
    model: nn.Module, x1: ArrayLike | torch.Tensor, x2: ArrayLike | torch.Tensor | None = None
) -> np.ndarray:
    """Θ(x, x') = (1/d) Σ_a ∇f_a(x) · ∇f_a(x'), the mean over the d outputs of a network.

    ∇ is the gradient by all parameters that have ``requires_grad``: freeze some to get the kernel
    of training the others. The gradients of a few inputs at a time are held, in the precision of
    the model, which must be float32 or float64.

    Args:
        model: takes a batch (n, …) and returns (n, d). Each output may depend on its own input
            only: in training mode batch-norm mixes inputs, and dropout and RReLU draw at random,
            so they must be in eval mode.
        x1: inputs, (n1, …), a tensor or an array.
        x2: inputs, (n2, …); ``x1`` if left out, and then the result is exactly symmetric.

    Returns:
        (n1, n2) float64.

    Raises:
        TypeError: ``model`` is no module, inputs that are not real numbers.
        ValueError: a model without trainable parameters, in half or mixed precision, made under
            torch.inference_mode, in training mode where that matters, that does not take such
            inputs, or whose output is not (n, d); NaN; a kernel too large for the model's
            precision.
    """
    parameters = trainable(model)
    like = next(iter(parameters.values()))
    a = _inputs("x1", x1, like)
    b = a if x2 is None else _inputs("x2", x2, like)
    if b.shape[1:] != a.shape[1:]:
        raise ValueError(
            f"x2 has shape {tuple(b.shape)}; it must be (n2, {str(tuple(a.shape[1:]))[1:-1]}) as "
            f"x1 is {tuple(a.shape)}."
        )
    d = _outputs(model, a, "x1")
    theta = np.zeros((len(a), len(b)))
    for rows, columns, left, right in _chunks(model, parameters, d, a, b):
        products = sum(left[name].flatten(1) @ right[name].flatten(1).T for name in left)
        theta[rows, columns] = _finite(products) / d
    if b is a:
        theta = np.triu(theta) + np.triu(theta, 1).T
    return theta


@own_settings()
def output_blocks(model: nn.Module, x: ArrayLike | torch.Tensor) -> np.ndarray:
    """Θ_ab(x, x') = ∇f_a(x) · ∇f_b(x') for every pair of outputs a, b.

    In the limit of infinite width Θ_ab is 0 for a ≠ b and Θ for a = b. ``empirical_ntk`` is the
    mean of the blocks a = b. Arguments and errors as there.

    Returns:
        (d, d, n, n) float64, with Θ_ab(x, x') = Θ_ba(x', x).
    """
    parameters = trainable(model)
    a = _inputs("x", x, next(iter(parameters.values())))
    d, n = _outputs(model, a, "x"), len(a)
    theta = np.zeros((d, n, d, n))
    for rows, columns, left, right in _chunks(model, parameters, d, a, a):
        flat = ((left[k].flatten(0, 1).flatten(1), right[k].flatten(0, 1).flatten(1)) for k in left)
        products = _finite(sum(i @ j.T for i, j in flat))
        # The rows of a flattened gradient run over inputs and, faster, outputs.
        block = products.reshape(-1, d, len(products[0]) // d, d).transpose(1, 0, 3, 2)
        theta[:, rows, :, columns] = block
    # The chunks fill one triangle of the pairs of inputs, and a product of matrices need not be
    # symmetric to the last bit: what stands above the diagonal counts.
    square = theta.reshape(d, n, d, n).transpose(1, 0, 3, 2).reshape(n * d, n * d)
    square = np.triu(square) + np.triu(square, 1).T
    return square.reshape(n, d, n, d).transpose(1, 3, 0, 2)


def _chunks(
    model: nn.Module, parameters: Gradients, d: int, a: torch.Tensor, b: torch.Tensor
) -> Iterator[tuple[slice, slice, Gradients, Gradients]]:
    """Gradients of a few rows of a and of b at a time; if b is a, of one triangle of the pairs."""
    gradient = _gradient_function(model, parameters)
    size = sum(p.numel() for p in parameters.values()) * d
    step = max(1, _NUMBERS // size)
    for i in range(0, len(a), step):
        left = gradient(a[i : i + step])
        for j in range(i if b is a else 0, len(b), step):
            right = left if b is a and j == i else gradient(b[j : j + step])
            yield slice(i, i + step), slice(j, j + step), left, right


def _gradient_function(
    model: nn.Module, parameters: Gradients
) -> Callable[[torch.Tensor], Gradients]:
    """inputs (k, …) -> for each parameter the gradients of all outputs, (k, d, shape)."""
    held = {name: p.detach() for name, p in parameters.items()}
    frozen = {name: p.detach() for name, p in model.named_parameters() if name not in held}
    fixed = frozen | {name: b.detach() for name, b in model.named_buffers()}

    def one(trained: Gradients, x: torch.Tensor) -> torch.Tensor:
        return functional_call(model, trained | fixed, (x[None],))[0]

    def gradient(inputs: torch.Tensor) -> Gradients:
        try:
            return vmap(jacrev(one), (None, 0))(held, inputs)
        except RuntimeError as error:  # an operation that torch.func does not know
            raise ValueError(
                f"model has a layer that torch.func takes no gradients of: {error}"
            ) from error

    return gradient


def _finite(products: torch.Tensor) -> np.ndarray:
    if not torch.isfinite(products).all():
        raise ValueError(
            f"model has gradients at these inputs whose products {products.dtype} cannot hold; "
            "scale the inputs down, or call model.double() first."
        )
    return products.double().cpu().numpy()


def _inputs(name: str, x: object, like: torch.Tensor) -> torch.Tensor:
    """A batch in the precision and on the device of the model."""
    try:
        # Not on PyTorch's default device, which may be one without values.
        batch = x if isinstance(x, torch.Tensor) else torch.as_tensor(x, device="cpu")
    except (TypeError, ValueError, RuntimeError) as error:
        raise TypeError(f"{name} is {_validate.kind(x)}; it must be a batch (n, …).") from error
    if batch.is_complex() or batch.dtype == torch.bool:
        raise TypeError(f"{name} has entries of type {batch.dtype}; they must be real numbers.")
    if batch.ndim < 2 or batch.numel() == 0:
        raise ValueError(f"{name} has shape {tuple(batch.shape)}; it must be a batch (n, …).")
    if not torch.isfinite(batch).all():
        raise ValueError(f"{name} has entries NaN or infinite; all must be finite.")
    batch = batch.detach().to(device=like.device, dtype=like.dtype)
    if not torch.isfinite(batch).all():
        raise ValueError(
            f"{name} has entries that are infinite in {like.dtype}, the model's precision; call "
            "model.double() first."
        )
    return batch


def _outputs(model: nn.Module, batch: torch.Tensor, name: str) -> int:
    """d, from a forward pass of one input."""
    with torch.no_grad():
        z = outputs(model, batch[:1], name)
    if not isinstance(z, torch.Tensor) or z.ndim != 2 or len(z) != 1:
        shape = tuple(z.shape) if isinstance(z, torch.Tensor) else type(z).__name__
        raise ValueError(f"model returns {shape} for one input; it must return (1, d).")
    return z.shape[1]
