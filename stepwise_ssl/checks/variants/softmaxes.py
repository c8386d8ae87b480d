"""6.1: growth operators of other losses that compare pairs, against their second derivatives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from ..chapter_06.truth import views
from ..draws import sizes
from ..engine import Exercise, Misconception, Part, Trial
from .family import Numerically, Variant

TASK = """\
Now another loss of the same $z_i = W x_i$ and $z'_k = W x'_k$. {what}

$$\\mathcal L = {formula} .$$

**Given:** views `x1`, `x2` `(n, m)`, not centred, and the `temperature` $= \\tau$.

**Wanted:** its growth operator $M$ `(m, m)`, symmetric, such that $-\\nabla\\mathcal L = WM$
while $W$ is small.
"""

STUB = '''\
def other_operator(x1, x2, temperature):
    """Growth operator of the loss above. (n, m), (n, m), number -> (m, m)."""
    # Your answer here
    raise NotImplementedError("Exercise {number}")


other_operator = check("{number}", other_operator)'''


def _softmax(partners: Tensor, candidates: Tensor, alone: bool = True) -> Tensor:
    """Minus the mean of log(partner / sum of candidates); with `alone` without the i-th of them."""
    diagonal = torch.eye(len(candidates), dtype=torch.bool)
    candidates = candidates.masked_fill(diagonal, -torch.inf) if alone else candidates
    return (torch.logsumexp(candidates, dim=1) - partners.diagonal()).mean()


def _sigmoid(products: Tensor) -> Tensor:
    signs = 2 * torch.eye(len(products), dtype=products.dtype) - 1
    return -torch.nn.functional.logsigmoid(signs * products).sum() / len(products)


@dataclass(frozen=True)
class _Loss:
    """A loss in words and in LaTeX, as a function of z, z' (n,) and τ, and a slip."""

    what: str
    formula: str
    of: Callable[[Tensor, Tensor, float], Tensor]
    slip: Callable[[Tensor, Tensor, float], Tensor]
    message: str
    hints: tuple[str, str]


LOSSES = (
    _Loss(
        "The partner is not among the candidates:",
        "-\\frac1n \\sum_i \\log \\frac{e^{z_i \\cdot z'_i/\\tau}}"
        "{\\sum_{k \\ne i} e^{z_i \\cdot z'_k/\\tau}}",
        lambda z1, z2, tau: _softmax(torch.outer(z1, z2) / tau, torch.outer(z1, z2) / tau),
        lambda z1, z2, tau: _softmax(torch.outer(z1, z2) / tau, torch.outer(z1, z2) / tau, False),
        "This is the operator of 6.1. Without the partner the mean is over n − 1 candidates.",
        ("The logarithm of a sum of $n - 1$ numbers near 1 is a constant and the mean of their "
         "exponents.",
         "The sum over all $i$ and $k$ is a product of two means. Take those with $k = i$ off: "
         "they are in $\\Gamma$."),
    ),
    _Loss(
        "The candidates are the other *first* views:",
        "-\\frac1n \\sum_i \\log \\frac{e^{z_i \\cdot z'_i/\\tau}}"
        "{\\sum_{k \\ne i} e^{z_i \\cdot z_k/\\tau}}",
        lambda z1, z2, tau: _softmax(torch.outer(z1, z2) / tau, torch.outer(z1, z1) / tau),
        lambda z1, z2, tau: _softmax(torch.outer(z1, z2) / tau, torch.outer(z1, z1) / tau, False),
        "You count a view among its own candidates: take the terms with k = i off.",
        ("The logarithm of a sum of $n - 1$ numbers near 1 is a constant and the mean of their "
         "exponents.",
         "The sum of $x_i x_k^{\\top}$ over all $i$ and $k$ is $n^2$ times a product of means. "
         "Take those with $k = i$ off: which moment do they make?"),
    ),
    _Loss(
        "Each pair is judged alone. With $y_{ik} = 1$ for partners, $i = k$, and $-1$ for all "
        "others,",
        "\\frac1n \\sum_{i,k} \\log \\left( 1 + e^{-y_{ik}\\, z_i \\cdot z'_k/\\tau} \\right)",
        lambda z1, z2, tau: _sigmoid(torch.outer(z1, z2) / tau),
        lambda z1, z2, tau: 2 * _sigmoid(torch.outer(z1, z2) / tau),
        "Twice too large: log(1 + e^s) has the slope ½ at 0.",
        ("What is $\\log(1 + e^s)$ to first order in $s$?",
         "Write $\\sum_{i = k} - \\sum_{i \\ne k}$ as $2\\sum_{i = k} - \\sum_{i, k}$. The $1/n$ "
         "does not turn the second sum into a product of means: there are $n^2$ pairs."),
    ),
)  # fmt: skip


def operator(k: int) -> Variant:
    """Variant k of exercise 6.1."""
    loss, number = LOSSES[k], f"6.1v{k}"

    def by(of: Callable[[Tensor, Tensor, float], Tensor]) -> Callable:
        def other_operator(x1: np.ndarray, x2: np.ndarray, temperature: float) -> np.ndarray:
            first, second = torch.tensor(x1), torch.tensor(x2)
            start = torch.zeros(x1.shape[1], dtype=torch.float64)
            hessian = torch.autograd.functional.hessian(
                lambda w: of(first @ w, second @ w, temperature), start
            )
            return -hessian.numpy()  # the loss of one row w is a constant and −½ wMwᵀ

        return other_operator

    other_operator = by(loss.of)

    def compare(trial: Trial, n: int, m: int, temperature: float, far: float = 1) -> None:
        x1, x2 = views(trial.rng, n, m)
        shift = far * trial.rng.normal(size=(2, m))
        x1, x2 = x1 + shift[0], x2 + shift[1]
        got = trial.array(trial.call(x1, x2, temperature), shape=(m, m), what="M")
        # An answer may take differences of the loss; those give five digits.
        trial.close(got, other_operator(x1, x2, temperature), "M", rtol=1e-5,
                    why="second derivatives of the loss at W = 0")  # fmt: skip

    def at_temperature_one(trial: Trial) -> None:
        m, n, many = sorted(sizes(trial.rng, 2, 8, 3))
        compare(trial, n, m, 1.0)
        compare(trial, n, many, 1.0)

    def at_another_temperature(trial: Trial) -> None:
        m, n, many = sorted(sizes(trial.rng, 2, 8, 3))
        compare(trial, n, many, trial.rng.uniform(0.2, 0.7))
        compare(trial, n + 6, m, trial.rng.uniform(1.3, 4))

    def far_from_centred(trial: Trial) -> None:
        m, n = sizes(trial.rng, 3, 9, 2)
        compare(trial, n + 4, m, trial.rng.uniform(0.3, 0.8), trial.rng.uniform(3, 9))

    exercise = Exercise(
        id=number,
        title="The growth operator of another loss",
        own=Numerically(other_operator),
        right="Right.",
        hint="x1 and x2 are (n, m); the result is (m, m) and symmetric.",
        parts=(
            Part("the operator", 1, at_temperature_one),
            Part("the temperature", 1, at_another_temperature),
            Part("large means", 1, far_from_centred),
        ),
        misconceptions=(Misconception(Numerically(by(loss.slip)), loss.message),),
    )
    task = TASK.format(what=loss.what, formula=loss.formula)
    return Variant(task, STUB.format(number=number), loss.hints, exercise)
