"""3.5: the limit of the weights, against the flow from a very small start."""

from __future__ import annotations

import numpy as np

from ..engine import Exercise, Misconception, Part, Trial
from . import own
from .truth import flow, with_eigenvalues

# Ratios of 0.3 and less: the flow from 1e-10 is then within 1e-6 of its limit.
GAMMA = np.array([1.0, 0.3, 0.08, 0.02, -0.5])


def _weights(trial: Trial) -> tuple[np.ndarray, ...]:
    Gamma, V = with_eigenvalues(trial.rng, GAMMA)
    W0 = trial.rng.normal(size=(3, 5))
    return trial.array(trial.call(Gamma, W0), shape=(3, 5), what="The limit"), Gamma, V, W0


def _solves_at_the_smallest_norm(trial: Trial) -> None:
    got, Gamma, _, _ = _weights(trial)
    trial.close(got @ Gamma @ got.T, np.eye(3), "C = WΓWᵀ", rtol=1e-6, why="training ends at C = I")
    trial.close(np.sum(got**2), np.sum(1 / GAMMA[:3]), "‖W‖²", rtol=1e-6,
                why="the smallest over all W with C = I")  # fmt: skip


def _is_where_the_flow_ends(trial: Trial) -> None:
    got, _, V, W0 = _weights(trial)
    want = flow(GAMMA, 1e-10 * (W0 @ V), np.array([0.0, 130.0]))[-1] @ V.T
    far = np.linalg.norm(got - want) / np.linalg.norm(want)
    trial.require(
        far < 2e-4,
        f"Your W solves the task, but the flow from a tiny multiple of W0 ends elsewhere: the two "
        f"are {far:.2g} of its length apart.",
    )


def _parts(Gamma: np.ndarray, d: int) -> tuple[np.ndarray, np.ndarray]:
    gamma, V = np.linalg.eigh(Gamma)
    return gamma[::-1][:d], V[:, ::-1][:, :d]


def _with(frame):
    """W = U S V_dᵀ with the U that `frame` makes of W0 V_d."""

    def like(Gamma, W0):
        gamma, V = _parts(Gamma, len(W0))
        return frame(W0 @ V) / np.sqrt(gamma) @ V.T

    return like


def _signed_qr(A: np.ndarray) -> np.ndarray:
    Q, R = np.linalg.qr(A)
    return Q * np.sign(np.diag(R))


def _polar(A: np.ndarray) -> np.ndarray:
    U, _, Vt = np.linalg.svd(A)
    return U @ Vt


def _scaled(power: float):
    def like(Gamma, W0):
        gamma, V = _parts(Gamma, len(W0))
        return _signed_qr(W0 @ V) * gamma**power @ V.T

    return like


LIMIT_WEIGHTS = Exercise(
    id="3.5",
    title="The weights in the limit of a vanishing start",
    own=own.limit_weights,
    right="Right. The data choose the modes and their lengths; the start chooses only the frame U.",
    hint="Gamma is (m, m) and W0 (d, m). V_d is (m, d), so W0 @ V_d and U are (d, d).",
    parts=(
        Part("C = I, smallest norm", 1, _solves_at_the_smallest_norm),
        Part("this very W", 2, _is_where_the_flow_ends),
    ),
    misconceptions=(
        Misconception(
            _with(lambda A: np.linalg.qr(A)[0]),
            "The signs: np.linalg.qr gives R with negative diagonal entries too. A mode grows in "
            "the direction that it has, so each column of U points along what was left, not "
            "against it.",
        ),
        Misconception(
            _with(lambda A: np.eye(len(A))),
            "U is missing: your rows are the modes themselves. C = I holds, but the start decides "
            "into which direction of the embedding each mode grows.",
        ),
        Misconception(
            _with(_polar),
            "Your U is the orthogonal matrix nearest to W(0)V_d: a fair compromise between the "
            "columns. The flow is not fair; mode 1 takes its direction whole.",
        ),
        Misconception(
            _with(lambda A: np.linalg.svd(A)[0]),
            "Your U holds the left singular vectors of W(0)V_d. The flow takes the columns in the "
            "order of γ.",
        ),
        Misconception(
            _with(lambda A: _signed_qr(A[:, ::-1])[:, ::-1]),
            "You orthogonalise from the last mode to the first. Mode 1 comes first and keeps its "
            "direction.",
        ),
        Misconception(
            _with(lambda A: _signed_qr(A).T),
            "U is transposed: its columns, not its rows, belong to the modes.",
        ),
        Misconception(
            _with(lambda A: A / np.linalg.norm(A, axis=0)),
            "You made the columns W(0)v_j unit vectors, but not orthogonal: C is not I.",
        ),
        Misconception(_scaled(0.5), "Your lengths are γ^(1/2). λ = γs² = 1 asks for s = γ^(-1/2)."),
        Misconception(_scaled(-1), "Your lengths are 1/γ. λ = γs² = 1 asks for s = γ^(-1/2)."),
        Misconception(_scaled(0), "Your lengths are 1. λ = γs² = 1 asks for s = γ^(-1/2)."),
        Misconception(
            lambda Gamma, W0: (lambda g, V: _signed_qr(W0 @ V) / np.sqrt(np.abs(g)) @ V.T)(
                *(x[..., : len(W0)] for x in np.linalg.eigh(Gamma))
            ),
            "These are the d smallest eigenvalues: np.linalg.eigh sorts in ascending order.",
        ),
    ),
)
