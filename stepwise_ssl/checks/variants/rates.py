"""2.3: the equation of one mode under other losses, against slopes of the full loss."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..chapter_02.own import ds_dt
from ..chapter_02.truth import rotation, slope, with_eigenvalues
from ..draws import sizes
from ..engine import Exercise, Misconception, Part, Trial
from .family import Numerically, Variant

TASK = """\
Now gradient flow of another loss, from the same aligned start:

$$\\mathcal{{L}} = {formula}.$$

The weights stay aligned again.

**Given:** `s` `(d,)`, above zero, the eigenvalues `gamma` `(d,)` of the same modes, of either sign
and none of them 0, and the number `a`, {range}.

**Wanted:** $ds_j/dt$ for each mode, `(d,)`.
"""

STUB = '''\
def other_rate(s, gamma, a):
    """ds/dt under the loss above. s (d,), gamma (d,), a number -> (d,)."""
    # Your answer here
    raise NotImplementedError("Exercise {number}")


other_rate = check("{number}", other_rate)'''


@dataclass(frozen=True)
class _Loss:
    """A loss of W and C, its texts, and the range of its number a."""

    formula: str
    hints: tuple[str, str]
    range: tuple[float, float]
    range_words: str
    of: Callable[[np.ndarray, np.ndarray, float], complex]


def _distance(C: np.ndarray) -> complex:
    return np.sum((C - np.eye(len(C))) ** 2)


LOSSES = (
    _Loss(
        "\\lVert C - I \\rVert_F^2 + a\\, \\lVert W \\rVert_F^2",
        (
            "The velocity of a sum of losses is the sum of their velocities.",
            "Write $\\lVert W \\rVert_F^2$ in terms of the $s_j$, or its gradient in terms of $W$, "
            "and compare both sides of $dW/dt = U (dS/dt) V_d^{\\top}$ as in 2.3.",
        ),
        (0.1, 0.8),
        "between 0 and 1",
        lambda W, C, a: _distance(C) + a * np.sum(W**2),
    ),
    _Loss(
        "\\bigl(\\lVert C - I \\rVert_F^2\\bigr)^a",
        (
            "A power of the old loss goes down the same way, and at another speed.",
            "The chain rule gives the speed, one number for all modes. It holds "
            "$\\lVert C - I \\rVert_F^2$, which all modes share: write that in terms of all "
            "$\\gamma_k s_k^2$.",
        ),
        (1.4, 2.6),
        "above 1",
        lambda W, C, a: _distance(C) ** a,
    ),
    _Loss(
        "\\mathrm{tr}\\, C - a \\log \\lvert \\det C \\rvert",
        (
            "Trace and determinant of $C = U (S \\Lambda S) U^{\\top}$ do not see $U$.",
            "Write the loss in terms of the $s_j$: a sum over modes. Along an aligned $W$ the "
            "slope of $\\mathcal{L}$ in $s_j$ is minus $ds_j/dt$, for "
            "$\\partial W / \\partial s_j = u_j v_j^{\\top}$ has length 1.",
        ),
        (0.3, 1.7),
        "above 0",
        # The logarithm of the square, halved: the square is above 0 for a determinant below.
        lambda W, C, a: np.trace(C) - a * np.log(np.linalg.det(C) ** 2) / 2,
    ),
)  # fmt: skip


def rate(k: int) -> Variant:
    """Variant k of exercise 2.3."""
    loss, number = LOSSES[k], f"2.3v{k}"

    def other_rate(s: np.ndarray, gamma: np.ndarray, a: float) -> np.ndarray:
        rng = np.random.default_rng(0)  # the loss does not know which basis it is
        Gamma, V = with_eigenvalues(rng, np.asarray(gamma))
        U = rotation(rng, len(s))

        def along(h: complex, j: int) -> complex:
            W = U * s @ V.T + h * np.outer(U[:, j], V[:, j])
            return loss.of(W, W @ Gamma @ W.T, a)

        return np.array([-slope(lambda h, j=j: along(h, j)) for j in range(len(s))])

    def compare(trial: Trial, small: bool) -> None:
        for d in sizes(trial.rng, 2, 7, 3):
            gamma = trial.rng.uniform(0.05, 0.9, d) * np.where(np.arange(d) < d // 2, -0.6, 1)
            gamma = trial.rng.permutation(gamma)
            # Tiny, or below and above the end of a mode at γs² = 1.
            s = trial.rng.uniform(0.3, 1.5, d) / np.sqrt(np.abs(gamma))
            s = 10 ** trial.rng.uniform(-6, -5, d) if small else s
            a = float(trial.rng.uniform(*loss.range))
            got = trial.array(trial.call(s, gamma, a), shape=s.shape, what="ds/dt")
            why = "minus the slope of the loss along u vᵀ"
            # What is off by s² alone is left to the other part, as in 2.3.
            trial.close(
                got, other_rate(s, gamma, a), "ds/dt", rtol=1e-4 if small else 1e-6, why=why
            )

    exercise = Exercise(
        id=number,
        title="One equation for each mode, of another loss",
        own=Numerically(other_rate),
        right="Right.",
        hint="The call is other_rate(s, gamma, a), and one number for each mode comes back.",
        parts=(
            Part("the rate of a small s", 1, lambda trial: compare(trial, small=True)),
            Part("any s", 2, lambda trial: compare(trial, small=False)),
        ),
        misconceptions=(
            Misconception(
                Numerically(lambda s, gamma, a: ds_dt(s, gamma)), "This is ds/dt of 2.3."
            ),
            Misconception(
                Numerically(lambda s, gamma, a: -other_rate(s, gamma, a)),
                "Gradient flow goes down the loss: dW/dt is minus the gradient.",
            ),
        ),
    )
    task = TASK.format(formula=loss.formula, range=loss.range_words)
    return Variant(task, STUB.format(number=number), loss.hints, exercise)
