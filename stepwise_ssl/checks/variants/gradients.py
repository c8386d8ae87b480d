"""2.2: the gradient of other losses of C = WΓWᵀ, against slopes of the loss."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..chapter_02.truth import slope, with_eigenvalues
from ..draws import sizes
from ..engine import Exercise, Misconception, Part, Trial
from .family import Numerically, Variant

TASK = """\
Now another loss of the same $C = W \\Gamma W^{{\\top}}$:

$$\\mathcal{{L}} = {formula}.$$

**Given:** `W` `(d, m)`, a symmetric `Gamma` `(m, m)` and the number `a`, {range}.

**Wanted:** the gradient, `(d, m)`: its entry $(k, i)$ is the slope of
$\\mathcal{{L}}$ along $W_{{ki}}$.
"""

STUB = '''\
def other_gradient(W, Gamma, a):
    """Gradient of the loss above. W (d, m), Gamma (m, m), a number -> (d, m)."""
    # Your answer here
    raise NotImplementedError("Exercise {number}")


other_gradient = check("{number}", other_gradient)'''

HINTS = (
    "Collect in one symmetric matrix $E$ all that stands before each $dC_{ij}$, factors too.",
    "$d\\mathcal{L} = \\mathrm{tr}(E\\, dC)$, and $W$ stands twice in $C$.",
)


@dataclass(frozen=True)
class _Loss:
    """A loss of C, its formula in LaTeX, and the range of its number a."""

    formula: str
    range: tuple[float, float]
    of: Callable[[np.ndarray, float], complex]


def _parts(C: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    diagonal = np.eye(len(C), dtype=bool)
    return C[diagonal], C[~diagonal]


LOSSES = (
    _Loss(
        "\\sum_i (C_{ii} - a)^2 + \\sum_{i \\ne j} C_{ij}^2", (1.5, 3),
        lambda C, a: np.sum((_parts(C)[0] - a) ** 2) + np.sum(_parts(C)[1] ** 2),
    ),
    _Loss(
        "a \\sum_i (C_{ii} - 1)^2 + \\sum_{i \\ne j} C_{ij}^2", (1.5, 3),
        lambda C, a: a * np.sum((_parts(C)[0] - 1) ** 2) + np.sum(_parts(C)[1] ** 2),
    ),
    _Loss(
        "\\sum_i (C_{ii} - 1)^2 + a \\sum_{i \\ne j} C_{ij}^4", (0.3, 0.7),
        lambda C, a: np.sum((_parts(C)[0] - 1) ** 2) + a * np.sum(_parts(C)[1] ** 4),
    ),
    _Loss(
        "\\lVert C - I \\rVert_F^2 - a\\, \\mathrm{tr}\\, C", (0.3, 0.7),
        lambda C, a: np.sum((C - np.eye(len(C))) ** 2) - a * np.sum(_parts(C)[0]),
    ),
)  # fmt: skip


def gradient(k: int) -> Variant:
    """Variant k of exercise 2.2."""
    loss, number = LOSSES[k], f"2.2v{k}"

    def other_gradient(W: np.ndarray, Gamma: np.ndarray, a: float) -> np.ndarray:
        slopes = np.empty(W.shape)
        for index in np.ndindex(W.shape):
            E = np.zeros(W.shape)
            E[index] = 1

            def along(h: complex, E: np.ndarray = E) -> complex:
                V = W + h * E
                return loss.of(V @ Gamma @ V.T, a)

            slopes[index] = slope(along)
        return slopes

    def compare(trial: Trial, d: int, m: int, low: float, high: float) -> None:
        W = trial.rng.normal(size=(d, m))
        eigenvalues = trial.rng.uniform(0.3, 1, m) * np.where(np.arange(m) < m // 2, -0.5, 1)
        Gamma = with_eigenvalues(trial.rng, eigenvalues)[0]
        a = trial.rng.uniform(low, high)
        got = trial.array(trial.call(W, Gamma, a), shape=W.shape, what="The gradient")
        why = "the slope of the loss"
        trial.close(got, other_gradient(W, Gamma, a), "∂L/∂W", rtol=1e-6, why=why)

    def in_its_range(trial: Trial) -> None:
        few, m, many = sorted(sizes(trial.rng, 2, 7, 3))
        for d in (few, m, many):
            compare(trial, d, m, *loss.range)

    def far_outside(trial: Trial) -> None:
        d, m = sizes(trial.rng, 2, 6, 2)
        compare(trial, d, m, 4, 9)

    exercise = Exercise(
        id=number,
        title="The gradient of another loss",
        own=Numerically(other_gradient),
        right="Right.",
        hint="The call is other_gradient(W, Gamma, a), and the gradient has the shape of W.",
        parts=(Part("in the range of a", 2, in_its_range), Part("any a", 1, far_outside)),
        misconceptions=(
            Misconception(
                Numerically(lambda W, Gamma, a: other_gradient(W, Gamma, a) / 2),
                "A factor 2 is missing. W stands twice in WΓWᵀ, and each power of an entry "
                "brings its exponent besides.",
            ),
        ),
    )
    words = f"between {loss.range[0]:g} and {loss.range[1]:g} at first, and then any"
    task = TASK.format(formula=loss.formula, range=words)
    return Variant(task, STUB.format(number=number), HINTS, exercise)
