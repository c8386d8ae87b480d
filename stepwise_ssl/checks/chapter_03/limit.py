"""3.5: the limit of the weights, against the flow from a very small start."""

from __future__ import annotations

import numpy as np

from ..engine import Exercise, Part, Trial
from . import own
from .limit_slips import SLIPS
from .truth import flow, with_eigenvalues

# Ratios of 0.3 and less: the flow from 1e-10 is then within 1e-6 of its limit.
GAMMA = np.array([1.0, 0.3, 0.08, 0.02, -0.5])

FINITE = (
    "That is near, as after a run from a small start; the limit itself, for a start that goes to "
    "zero, has a formula."
)


def _columns(numbers: np.ndarray) -> str:
    if len(numbers) == 1:
        return f"column {numbers[0]} is"
    return f"columns {', '.join(map(str, numbers[:-1]))} and {numbers[-1]} are"


def _weights(trial: Trial) -> tuple[np.ndarray, ...]:
    Gamma, V = with_eigenvalues(trial.rng, GAMMA)
    W0 = trial.rng.normal(size=(3, 5))
    return trial.array(trial.call(Gamma, W0), shape=(3, 5), what="The limit"), Gamma, V, W0


def _solves_at_the_smallest_norm(trial: Trial) -> None:
    got, Gamma, _, _ = _weights(trial)
    trial.close(got @ Gamma @ got.T, np.eye(3), "C = WΓWᵀ", rtol=1e-6, why="training ends at C = I")
    least = np.sum(1 / GAMMA[:3])
    excess = np.sum(got**2) / least - 1
    if 1e-6 < excess < 0.02:
        trial.fail(f"‖W‖² is {100 * excess:.2g} % above its minimum. {FINITE}", named=True)
    trial.close(np.sum(got**2), least, "‖W‖²", rtol=1e-6,
                why="the smallest over all W with C = I")  # fmt: skip


def _is_where_the_flow_ends(trial: Trial) -> None:
    got, _, V, W0 = _weights(trial)
    want = flow(GAMMA, 1e-10 * (W0 @ V), np.array([0.0, 130.0]))[-1] @ V.T
    far = np.linalg.norm(got - want) / np.linalg.norm(want)
    # What mode j adds, in the answer and in the flow: 1 where they agree, −1 where turned round.
    along = GAMMA[:3] * np.sum((got @ V[:, :3]) * (want @ V[:, :3]), axis=0)
    against = 1 + np.flatnonzero(along < 0)
    if len(against) and np.allclose(np.abs(along), 1, atol=1e-3):
        trial.fail(
            f"The signs: in U {_columns(against)} the wrong way round. A mode grows in the "
            "direction that it has, so each column points along what was left, not against it. "
            "np.linalg.qr promises nothing about signs.",
            named=True,
        )
    if 2e-4 <= far < 0.02:
        trial.fail(f"Your W is {far:.2g} of its length away from the limit. {FINITE}", named=True)
    trial.require(
        far < 2e-4,
        f"C = I holds at the smallest norm, but the flow from a tiny multiple of W0 ends "
        f"elsewhere: the two W are {far:.2g} of its length apart.",
    )


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
    misconceptions=SLIPS,
)
