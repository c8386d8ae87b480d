"""3.1: the share of each mode while the weights are small, against the flow itself."""

from __future__ import annotations

import numpy as np

from ..engine import Exercise, Misconception, Part, Trial
from . import own
from .truth import flow, with_eigenvalues

GAMMA = np.array([0.9, 0.5, 0.2, -0.6, -0.95])


def _start(trial: Trial) -> tuple[np.ndarray, ...]:
    """Γ, its modes and a start of shape (3, 5), so small that nothing is learned for a while."""
    Gamma, V = with_eigenvalues(trial.rng, GAMMA)
    return Gamma, V, 1e-7 * trial.rng.normal(size=(3, 5))


def _follows_the_flow(trial: Trial) -> None:
    Gamma, V, W0 = _start(trial)
    t = np.append(0.0, np.sort(trial.rng.uniform(0.1, 1.0, size=4)))
    got = trial.array(trial.call(t, Gamma, W0), shape=(5, 5), what="The shares")
    sums = got.sum(axis=1)
    trial.require(
        np.allclose(sums, 1, rtol=1e-3),
        f"The shares of one time add up to 1; yours, at t = {t[1]:.2f}, to {sums[1]:.3g}.",
    )
    parts = np.sum(flow(GAMMA, W0 @ V, t) ** 2, axis=1)
    trial.close(got, parts / parts.sum(axis=1, keepdims=True), "The share (time, mode)",
                rtol=1e-6, why="gradient flow integrated numerically")  # fmt: skip


def _ends_in_mode_one(trial: Trial) -> None:
    Gamma, V, W0 = _start(trial)
    t = np.array([0.0, 40.0, 1e5])
    got = trial.array(trial.call(t, Gamma, W0), shape=(3, 5), what="The shares at t = 0, 40, 1e5")
    start = np.sum((W0 @ V) ** 2, axis=0)
    want = [start / start.sum(), np.eye(5)[0], np.eye(5)[0]]
    trial.close(got, want, "The share at t = 0, 40, 1e5", rtol=1e-6, why="growth of mode 1 wins")


def _grown(t, Gamma, W0, rate=8, power=2, order=-1, size=lambda g: g):
    gamma, V = np.linalg.eigh(Gamma)
    gamma, V = gamma[::order], V[:, ::order]
    exponent = rate * np.outer(t, size(gamma))
    start = np.sum((W0 @ V) ** 2, axis=0) ** (power / 2)
    return np.exp(exponent - exponent.max(axis=1, keepdims=True)) * start


def _normalised(grown: np.ndarray) -> np.ndarray:
    return grown / grown.sum(axis=1, keepdims=True)


def _naive(t, Gamma, W0):
    gamma, V = np.linalg.eigh(Gamma)
    grown = np.exp(8 * np.outer(t, gamma[::-1])) * np.sum((W0 @ V[:, ::-1]) ** 2, axis=0)
    return grown / grown.sum(axis=1, keepdims=True)


SHARES = Exercise(
    id="3.1",
    title="What a random start turns into before anything is learned",
    own=own.shares,
    right="Right. The shares are a softmax of 8γt: the largest γ takes all, whatever the start.",
    hint="t has shape (T,), Gamma (m, m), W0 (d, m). W0 @ modes has the columns W(0)v_j.",
    parts=(
        Part("the first moments", 1, _follows_the_flow),
        Part("late times", 1, _ends_in_mode_one),
    ),
    misconceptions=(
        Misconception(
            lambda t, G, W0: _normalised(_grown(t, G, W0, rate=4)),
            "Your shares change at half the rate. A column W v_j grows as e^(4γt); its square, "
            "which the share is made of, as e^(8γt).",
        ),
        Misconception(
            lambda t, G, W0: _normalised(_grown(t, G, W0, rate=2)),
            "Your shares change at a quarter of the rate: the gradient carries a factor 4, and a "
            "square doubles the exponent.",
        ),
        Misconception(
            lambda t, G, W0: _normalised(_grown(t, G, W0, rate=16)),
            "Your shares change at twice the rate: e^(8γt) is already the square of e^(4γt).",
        ),
        Misconception(
            lambda t, G, W0: _normalised(_grown(t, G, W0, rate=4, power=1)),
            "You divide lengths by the sum of lengths. ‖W‖² is a sum of squares, one for each "
            "mode: square before you divide.",
        ),
        Misconception(
            lambda t, G, W0: _normalised(_grown(t, G, W0, rate=-8)),
            "Your modes shrink where they should grow: near W = 0 the flow is dW/dt = +4WΓ.",
        ),
        Misconception(
            lambda t, G, W0: _normalised(_grown(t, G, W0, size=np.abs)),
            "You took |γ|, as singular values do. A mode with γ < 0 shrinks.",
        ),
        Misconception(
            lambda t, G, W0: _normalised(_grown(t, G, W0, order=1)),
            "Your columns are in ascending order of γ, as np.linalg.eigh gives them. Mode 1 has "
            "the largest γ.",
        ),
        Misconception(
            lambda t, G, W0: (
                np.exp(8 * np.outer(t, np.linalg.eigvalsh(G)[::-1])) * _grown(np.zeros(1), G, W0)
            ),
            "You have the squares ‖W v_j‖². Divide by their sum over the modes.",
        ),
        Misconception(
            _naive,
            "The formula is right, but at late times e^(8γt) overflows and ∞/∞ is not a number. "
            "Divide numerator and denominator by e^(8γ₁t).",
        ),
        Misconception(
            lambda t, G, W0: (lambda g: g / g.sum(axis=0))(
                np.exp(8 * np.outer(t, np.linalg.eigvalsh(G)[::-1])) * _grown(np.zeros(1), G, W0)
            ),
            "You divide by the sum over times. At each time the shares of the modes add up to 1.",
        ),
    ),
)
