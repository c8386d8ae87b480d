"""1.2: other losses of correlations, against their definitions in loops."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch

from ... import losses
from ..chapter_01.common import sizes, to_numpy, to_tensor, two_views
from ..engine import Exercise, Misconception, Part, Trial
from .family import Numerically, Variant

EPS = 1e-5
TASK = """\
Now another loss. {normalised} Each variance still divides by $n$, $\\varepsilon = 10^{{-5}}$,
and $C_{{ij}} = \\frac1n \\sum_b \\hat z_{{b,i}}\\, \\hat z'_{{b,j}}$ compares the views. {words}

$$\\mathcal{{L}} = \\sum_i (1 - C_{{ii}})^2 + {formula}.$$

**Given:** tensors `z1`, `z2` of shape `(n, d)`, not normalised, and a number `lam` for $\\lambda$.

**Wanted:** the loss, one number (a tensor or a float).
"""

STUB = '''\
def other_loss(z1, z2, lam):
    """The loss above. z1, z2 (n, d) tensors, lam a number -> one number."""
    # Your answer here
    raise NotImplementedError("Exercise {number}")


other_loss = check("{number}", other_loss)'''

# From both normalised views, lists of d columns, the entry C_ij is their mean product.
Columns = list[np.ndarray]


@dataclass(frozen=True)
class _Loss:
    """A loss: its texts, whether one size serves all dimensions, and its off-diagonal term."""

    normalised: str
    words: str
    formula: str
    hints: tuple[str, str]
    common: bool
    term: Callable[[Columns, Columns, float, int, int], float]
    slip: Callable[[Columns, Columns, float, int, int], float]
    message: str


EACH = "Each dimension is normalised as in 1.2."


def _c(first: np.ndarray, second: np.ndarray) -> float:
    return float(np.dot(first, second)) / len(first)


LOSSES = (
    _Loss(
        EACH,
        "The same with one view on both sides, $A_{ij} = \\frac1n \\sum_b \\hat z_{b,i}\\, "
        "\\hat z_{b,j}$ and $A'$ from $\\hat z'$, says what a view repeats within itself:",
        "\\frac{\\lambda}{2} \\sum_{i \\ne j} \\bigl(A_{ij}^2 + A_{ij}'^2\\bigr)",
        (
            "Three matrices of shape $(d, d)$ come from two normalised views.",
            "The diagonal of $C$ is all that is wanted of $C$. For the rest, one matrix is the "
            "product of a view's transpose with the view itself.",
        ),
        False,
        lambda a, b, lam, i, j: lam / 2 * (_c(a[i], a[j]) ** 2 + _c(b[i], b[j]) ** 2),
        lambda a, b, lam, i, j: lam * (_c(a[i], a[j]) ** 2 + _c(b[i], b[j]) ** 2),
        "You add the two views' terms. They are averaged: λ/2 stands before the sum.",
    ),
    _Loss(
        "Each view is divided by one number for all its dimensions: $\\hat z_{b,i} = (z_{b,i} - "
        "\\text{mean}_i) / \\sqrt{\\bar v + \\varepsilon}$, with $\\bar v$ the mean of the "
        "variances of the view's $d$ dimensions.",
        "No dimension need have variance 1 any more:",
        "\\lambda \\sum_{i \\ne j} C_{ij}^2",
        (
            "The mean is still that of each dimension; only the length is shared.",
            "The $d$ variances of a view have one mean. Add $\\varepsilon$ to it, and take the "
            "root of that.",
        ),
        True,
        lambda a, b, lam, i, j: lam * _c(a[i], b[j]) ** 2,
        lambda a, b, lam, i, j: lam * abs(_c(a[i], b[j])),
        "You take absolute values off the diagonal: the entries are squared.",
    ),
    _Loss(
        EACH,
        "Neighbours may repeat each other at another price than dimensions that stand far apart:",
        "\\sum_{i \\ne j} \\lambda^{|i - j|}\\, C_{ij}^2",
        (
            "Each entry of $C$ has a weight, and the weights are a matrix of shape $(d, d)$ too.",
            "With `i = torch.arange(d)`, the differences of all pairs are `i[:, None] - i`.",
        ),
        False,
        lambda a, b, lam, i, j: lam ** abs(i - j) * _c(a[i], b[j]) ** 2,
        lambda a, b, lam, i, j: lam * abs(i - j) * _c(a[i], b[j]) ** 2,
        "You multiply λ by |i − j|: it is raised to that power.",
    ),
)  # fmt: skip


def _normalised(z: np.ndarray, common: bool) -> Columns:
    centred = [column - sum(column) / len(z) for column in z.T]
    variances = [np.dot(column, column) / len(z) for column in centred]
    if common:
        variances = [sum(variances) / len(variances)] * len(variances)
    return [c / np.sqrt(v + EPS) for c, v in zip(centred, variances, strict=True)]


def correlation(k: int) -> Variant:
    """Variant k of exercise 1.2."""
    loss, number = LOSSES[k], f"1.2v{k}"

    def by_loops(z1: torch.Tensor, z2: torch.Tensor, lam: float, term: Callable) -> float:
        a, b = (_normalised(to_numpy(z), loss.common) for z in (z1, z2))
        total = 0.0
        for i in range(len(a)):
            for j in range(len(a)):
                total += term(a, b, lam, i, j) if i != j else (1 - _c(a[i], b[i])) ** 2
        return total

    def other_loss(z1: torch.Tensor, z2: torch.Tensor, lam: float) -> float:
        return by_loops(z1, z2, lam, loss.term)

    def compare(trial: Trial, n: range, d: range, scale: float, rtol: float) -> None:
        views = two_views(trial.rng, *sizes(trial.rng, n, d), scale, disagree=1)
        # Uneven dimensions: one length for all of them differs from a length for each.
        z1, z2 = (to_tensor(z * trial.rng.uniform(0.4, 2, z.shape[1])) for z in views)
        lam = float(trial.rng.uniform(0.1, 1.5))
        got = trial.array(trial.call(z1, z2, lam), (), "the loss")
        want = other_loss(z1, z2, lam)
        trial.close(got, want, "the loss", rtol=rtol, why="the definition, entry by entry")

    def usual(trial: Trial) -> None:
        # As in 1.2, eps is left to the other part: a loss of size 1 knows little of it.
        for n, d, scale in (
            (range(6, 12), range(3, 6), 1), (range(3, 5), range(6, 8), 1),
            (range(9, 16), range(4, 6), 30),
        ):  # fmt: skip
            compare(trial, n, d, scale, rtol=1e-4)

    def small(trial: Trial) -> None:
        for scale in trial.rng.permutation([5e-4, 2e-3, 8e-3]):
            compare(trial, range(5, 12), range(3, 7), scale, rtol=1e-6)

    exercise = Exercise(
        id=number,
        title="Another loss of correlations",
        own=Numerically(other_loss),
        right="Right.",
        hint="The call is other_loss(z1, z2, lam), and one number comes back.",
        parts=(Part("value", 2, usual), Part("small embeddings", 1, small)),
        misconceptions=(
            Misconception(losses.barlow_twins, "This is the loss of 1.2."),
            Misconception(
                Numerically(lambda z1, z2, lam: by_loops(z1, z2, lam, loss.slip)), loss.message
            ),
        ),
    )
    task = TASK.format(normalised=loss.normalised, words=loss.words, formula=loss.formula)
    return Variant(task, STUB.format(number=number), loss.hints, exercise)
