"""3.5: the limit of the weights, against the flow from a very small start."""

from __future__ import annotations

import numpy as np

from ..draws import sizes
from ..engine import Exercise, Part, Trial
from . import own
from .limit_slips import SLIPS
from .truth import flow, with_eigenvalues


def _columns(numbers: np.ndarray) -> str:
    if len(numbers) == 1:
        return f"column {numbers[0]} is"
    return f"columns {', '.join(map(str, numbers[:-1]))} and {numbers[-1]} are"


def _moment(rng: np.random.Generator, m: int) -> tuple[np.ndarray, ...]:
    """Γ (m, m), its γ in descending order, and its modes.

    With ratios of 0.3 and less the flow from 1e-10 is within 1e-6 of its limit.
    """
    weak = 0.02 * rng.uniform(0.1, 1, size=m - 4)
    gamma = rng.uniform(0.9, 1.1) * np.array([1.0, 0.3, 0.08, *np.sort(weak)[::-1], -0.5])
    return *with_eigenvalues(rng, gamma), gamma


def _close_moment(rng: np.random.Generator, m: int) -> tuple[np.ndarray, ...]:
    """The same with ratios of 0.75, by which a run from 1e-8 misses the limit by 1 %."""
    gamma = np.append(rng.uniform(0.9, 1.1) * 0.75 ** np.arange(m - 1), -0.5)
    return *with_eigenvalues(rng, gamma), gamma


def _call(trial: Trial, Gamma: np.ndarray, d: int) -> tuple[np.ndarray, np.ndarray]:
    m = len(Gamma)
    W0 = 10 ** trial.rng.uniform(-1.5, 0.5) * trial.rng.normal(size=(d, m))
    return trial.array(trial.call(Gamma, W0), shape=(d, m), what="The limit"), W0


def _solves_at_the_smallest_norm(trial: Trial) -> None:
    for m, d, moment in zip(
        sizes(trial.rng, 5, 8, 3),
        trial.rng.permutation([1, 2, 3]).tolist(),
        (_moment, _moment, _close_moment),
        strict=True,
    ):
        Gamma, V, gamma = moment(trial.rng, m)
        got, _ = _call(trial, Gamma, d)
        outside = np.sum((got @ V[:, d:]) ** 2) / np.sum(got**2)
        trial.close(got @ Gamma @ got.T, np.eye(d), "C = WΓWᵀ", rtol=1e-6,
                    why="training ends at C = I",
                    otherwise=f"{100 * outside:.2g} % of your ‖W‖² lies in modes after the first "
                    f"{d}. Where training from a vanishing start ends, there is nothing in them."
                    if outside > 1e-3 else "")  # fmt: skip
        least = np.sum(1 / gamma[:d])
        excess = np.sum(got**2) / least - 1
        above = (
            f"‖W‖² is {100 * excess:.2g} % above its minimum here. A start that goes to zero ends "
            "at the minimum itself."
        )
        trial.close(np.sum(got**2), least, "‖W‖²", rtol=1e-6,
                    why="the smallest over all W with C = I",
                    otherwise=above if excess > 0 else "")  # fmt: skip


def _is_where_the_flow_ends(trial: Trial) -> None:
    d = int(trial.rng.integers(2, 4))
    Gamma, V, gamma = _moment(trial.rng, int(trial.rng.integers(5, 9)))
    got, W0 = _call(trial, Gamma, d)
    late = 40.0 if d == 2 else 125.0
    want = flow(gamma, 1e-10 / np.abs(W0).max() * (W0 @ V), np.array([0.0, late]))[-1] @ V.T
    _compare(trial, got, want, V[:, :d], gamma[:d])
    # Minus the start ends at minus the limit, so no sign is right at both by chance.
    got = trial.array(trial.call(Gamma, -W0), shape=want.shape, what="The limit")
    _compare(trial, got, -want, V[:, :d], gamma[:d])
    # Only the direction counts: a sign that is asked with a tolerance is lost here, and so is a
    # run from a tiny multiple of W0, in which rounding takes the place of the late modes.
    tiny = 10 ** trial.rng.uniform(-14, -12)
    for sign, minus in ((1, ""), (-1, "−")):
        got = trial.call(Gamma, sign * tiny * W0)
        got = trial.array(got, shape=want.shape, what="The limit")
        if _is_off(got, sign * want) >= NEAR:
            turned = _turned(got, sign * want, V[:, :d], gamma[:d])
            in_short = f" In U {turned} the wrong way round there." if turned else ""
            trial.fail(
                f"Your limit is right for {minus}W0 and not for {minus}{tiny:.0e}·W0, and only the "
                f"direction of a start counts.{in_short} A tolerance in a sign does that, and a "
                "run from a start so small that rounding is larger.",
                named=True,
            )
        trial.require(True, "")


NEAR = 2e-4  # the flow's own error is well below


def _is_off(got: np.ndarray, want: np.ndarray) -> float:
    return float(np.linalg.norm(got - want) / np.linalg.norm(want))


def _turned(got: np.ndarray, want: np.ndarray, V: np.ndarray, gamma: np.ndarray) -> str:
    """Which columns of U are the wrong way round, if nothing else is off."""
    # What mode j adds, in the answer and in the flow: 1 where they agree, −1 where turned round.
    along = gamma * np.sum((got @ V) * (want @ V), axis=0)
    against = 1 + np.flatnonzero(along < 0)
    only_signs = len(against) and np.allclose(np.abs(along), 1, atol=1e-3)
    return _columns(against) if only_signs else ""


def _compare(
    trial: Trial, got: np.ndarray, want: np.ndarray, V: np.ndarray, gamma: np.ndarray
) -> None:
    """The answer against the end of the flow; V (m, d) and gamma (d,) are the modes learned."""
    far = _is_off(got, want)
    turned = _turned(got, want, V, gamma)
    if turned:
        trial.fail(
            f"The signs: in U {turned} the wrong way round. A mode grows in the "
            "direction that it has, so each column points along what was left, not against it. "
            "np.linalg.qr promises nothing about signs.",
            named=True,
        )
    if far < NEAR:
        trial.require(True, "")
        return
    trial.require(
        far > 0.05,
        f"W is {100 * far:.2g} % of its length away from the limit, which has a formula.",
        otherwise="Yours is near the limit, and not at it.",
    )
    trial.close(got, want, "W*", rtol=1e-5, why="where the flow from 1e-10·W0 ends")


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
