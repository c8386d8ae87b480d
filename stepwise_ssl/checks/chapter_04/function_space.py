"""4.3: the flow of the embeddings, against difference quotients of the loss in feature space."""

from __future__ import annotations

import numpy as np

from ..engine import Exercise, Misconception, Part, Trial
from . import own
from .truth import NEIGHBOURS, NOTEBOOK, NOTEBOOK_PAIRS, features, neighbours, pairs, swap


def _loss(W: np.ndarray, phi: np.ndarray) -> float:
    """‖C − I‖² of f = Wφ, with C as the mean over pairs in both orders; phi (2n, p)."""
    n = len(phi) // 2
    f = phi @ W.T
    half = f[:n].T @ f[n:] / (2 * n)
    return float(np.sum((half + half.T - np.eye(len(W))) ** 2))


def _velocity(W: np.ndarray, phi: np.ndarray) -> np.ndarray:
    """d(Wφᵀ)/dt under gradient flow of W, the gradient by central differences."""
    gradient, h = np.zeros_like(W), 1e-6 * np.abs(W).max()
    for index in np.ndindex(*W.shape):
        step = np.zeros_like(W)
        step[index] = h
        gradient[index] = (_loss(W + step, phi) - _loss(W - step, phi)) / (2 * h)
    return -gradient @ phi.T


def _draw(trial: Trial, n: int, d: int, size: float) -> tuple[np.ndarray, ...]:
    phi = features(pairs(trial.rng, n, 2)) / 2
    W = size * trial.rng.normal(size=(d, phi.shape[1]))
    F, K = W @ phi.T, phi @ phi.T
    got = trial.array(trial.call(F, K), shape=F.shape, what="dF/dt")
    return got, W, phi


def _goes_downhill_in_feature_space(trial: Trial) -> None:
    for n, d, size in ((4, 2, 0.6), (3, 7, 0.4), (5, 4, 1.5)):
        got, W, phi = _draw(trial, n, d, size)
        trial.close(got, _velocity(W, phi), "The velocity dF/dt", rtol=1e-5,
                    why="the loss's difference quotients, feature by feature")  # fmt: skip


def _grows_when_small(trial: Trial) -> None:
    for n, d, size in ((7, 3, 1e-5), (2, 5, 1e-8)):
        got, W, phi = _draw(trial, n, d, size)
        Gamma = phi.T @ swap(len(phi)) @ phi / len(phi)
        want = 4 * W @ Gamma @ phi.T
        trial.close(got, want, "The velocity of a tiny F", rtol=1e-5,
                    why="C is nothing yet: 4 WΓ, times Φ")  # fmt: skip


def _other(F: np.ndarray) -> np.ndarray:
    return np.roll(F, F.shape[1] // 2, axis=1)


def _one_order(F: np.ndarray) -> np.ndarray:
    first, second = np.hsplit(F, 2)
    return first @ second.T


def _like(C=None, factor=4.0, swapped=True, kernel=True, sign=1, per="views"):
    """The flow with a slip in one of its places."""

    def like(F, K):
        N = len(K)
        count = {"views": N, "pairs": N / 2, "none": 1.0}[per]
        made = (C or (lambda F, N: F @ _other(F).T / N))(F, N)
        end = _other(F) if swapped else F
        return sign * factor / count * (np.eye(len(F)) - made) @ end @ (K if kernel else np.eye(N))

    return like


def _with_partners(other):
    """The flow with another permutation in the place of P."""

    def like(F, K):
        N = len(K)
        return 4 / N * (np.eye(len(F)) - F @ other(F).T / N) @ other(F) @ K

    return like


def _in_the_notebook(F: np.ndarray, K: np.ndarray) -> np.ndarray:
    n = NOTEBOOK_PAIRS
    other = np.roll(F, n, axis=1)
    return 4 / (2 * n) * (np.eye(len(F)) - F @ other.T / (2 * n)) @ other @ K


VELOCITY = Exercise(
    id="4.3",
    title="The flow in the space of functions",
    own=own.velocity,
    right="Right. Of the features only their products are left in the equation.",
    hint="F is (d, 2n), a view a column, partners n columns apart; K is (2n, 2n); I is (d, d).",
    parts=(
        Part("downhill in feature space", 2, _goes_downhill_in_feature_space),
        Part("growth of a tiny F", 1, _grows_when_small),
    ),
    misconceptions=(
        Misconception(
            _like(kernel=False),
            "This is dA/dt, of the coordinates. F = AK̃, so the kernel comes in once more.",
        ),
        Misconception(
            _like(swapped=False),
            "C is right, and behind it stands F itself: each view moves along its own embedding. "
            "The gradient has it move along its partner's, FP.",
        ),
        Misconception(
            _like(C=lambda F, N: F @ F.T / N),
            "Your C is F Fᵀ/2n, in which each view meets itself. C pairs each with its partner.",
        ),
        Misconception(
            _like(C=lambda F, N: F @ F.T / N, swapped=False),
            "No view meets its partner in your formula: where is P? With it missing this is PCA.",
        ),
        Misconception(
            _like(sign=-1),
            "The sign is reversed: your F runs uphill. Where C is below I it should grow.",
        ),
        Misconception(
            _like(factor=2.0),
            "Twice too slow: C holds W twice, and ‖·‖² brings a second factor of 2, so 4 in all.",
        ),
        Misconception(
            _like(factor=1.0),
            "The 4 is missing: 2 from the square, 2 since C holds W twice.",
        ),
        Misconception(
            _like(per="pairs"),
            "Twice too fast: the factor is 4/2n, for 2n = len(K) views.",
        ),
        Misconception(
            _like(C=lambda F, N: F @ _other(F).T / (N / 2), per="pairs"),
            "You divide by n in both places, in C and before the rest. Each pair counts in both "
            "orders: divide by 2n = len(K).",
        ),
        Misconception(
            _like(C=lambda F, N: F @ _other(F).T / (2 * N), factor=2.0),
            "You divide by 2 len(K) in both places. len(K), the number of columns of F, is 2n "
            "already.",
        ),
        Misconception(
            _with_partners(lambda F: np.roll(F, F.shape[1] // 2, axis=0)),
            "You moved the rows of F, which are dimensions. A view is a column: axis=1.",
        ),
        Misconception(
            _with_partners(lambda F: F[:, ::-1]),
            "You reversed the order of the views. P moves by n: views i and n + i are partners.",
        ),
        Misconception(
            _with_partners(lambda F: F[:, neighbours(F.shape[1])]),
            NEIGHBOURS,
        ),
        Misconception(
            _with_partners(lambda F: np.roll(F, 1, axis=1)),
            "You moved the views by one. Partners are n columns apart.",
        ),
        Misconception(
            _like(C=lambda F, N: np.diag(np.sum(F * _other(F), axis=1)) / N),
            "You took the diagonal of C alone. What stands off it couples the dimensions.",
        ),
        Misconception(
            _in_the_notebook,
            NOTEBOOK,
        ),
        Misconception(
            lambda F, K: 4 / len(K) * (1 - F @ _other(F).T / len(K)) @ _other(F) @ K,
            "1 − C takes every entry of C from 1. The identity is np.eye(d).",
        ),
        Misconception(
            lambda F, K: -4 / len(K) * (F @ _other(F).T / len(K)) @ _other(F) @ K,
            "The identity is lost: C is driven to I, and without it to 0.",
        ),
        Misconception(
            lambda F, K: 4 / len(K) * (np.eye(len(F)) - F @ _other(F).T / len(K)) @ _other(F @ K),
            "You swap the partners after the kernel. PK̃ is not K̃P: the gradient has F P first, "
            "then the kernel.",
        ),
        Misconception(
            lambda F, K: _like()(F, K @ K),
            "One K̃ too many. F = AK̃, and dA/dt has none at its end.",
        ),
        Misconception(
            _like(per="none"),
            "The mean over pairs is lost: divide by 2n.",
        ),
        Misconception(
            _like(C=lambda F, N: F @ _other(F).T / (N / 2)),
            "Your C is twice as large as it should be: F P Fᵀ sums each pair in both orders, "
            "so divide by 2n.",
        ),
        Misconception(
            _like(C=lambda F, N: np.zeros((len(F), len(F)))),
            "You left C out. That is right while F is tiny; later it is what stops the growth.",
        ),
        *(
            Misconception(
                _like(C=lambda F, N, per=per: _one_order(F) / per(N)),
                "Your C counts each pair in one order only. It should be symmetric: "
                "(f f'ᵀ + f' fᵀ)/2.",
            )
            for per in (lambda N: N / 2, lambda N: N)
        ),
    ),
)
