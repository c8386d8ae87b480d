"""7.3: step times by each curve's own end, against curves whose half-times are known."""

from __future__ import annotations

import numpy as np

from ..engine import Exercise, Part, Trial
from . import own
from .read_slips import SLIPS


def _ask(
    trial: Trial, t: np.ndarray, curves: np.ndarray, share: float, want: np.ndarray,
    rtol: float = 2e-3,
) -> None:  # fmt: skip
    """Ask with the columns shuffled row by row, and refuse a time where nan is wanted."""
    shuffled = trial.rng.permuted(curves, axis=1)
    result = trial.call(t, shuffled, share)
    got = np.asarray(result, dtype=float) if isinstance(result, np.ndarray) else result
    if isinstance(got, np.ndarray) and got.dtype.kind == "f" and got.shape == want.shape:
        for j in np.flatnonzero(np.isnan(want) != np.isnan(got)):
            if np.isnan(want[j]):
                trial.fail(
                    f"Curve {j + 1} ends at {curves[-1, j]:.3g} and starts at {curves[0, j]:.3g}; "
                    f"curve 1 ends at {curves[-1, 0]:.3g}, and share is {share:.3g}. That is not "
                    f"learned, so nan is wanted; yours is {got[j]:.4g}."
                )
            trial.fail(
                f"Curve {j + 1} ends at {curves[-1, j]:.3g} and starts at {curves[0, j]:.3g}; "
                f"curve 1 ends at {curves[-1, 0]:.3g}, and share is {share:.3g}. It is learned; "
                "yours is nan."
            )
        got = np.where(np.isnan(want), 0, got)
    got = trial.array(got, shape=want.shape, what="The array of step times")
    trial.close(got, np.nan_to_num(want), "The step time", rtol=rtol,
                why="a logistic curve's half-time")  # fmt: skip


def _logistic(t: np.ndarray, end: np.ndarray, half: np.ndarray, rate: np.ndarray) -> np.ndarray:
    """Curves (T, d) that tend to `end` and pass half of it at `half`."""
    return end / (1 + np.exp(-rate * (t[:, None] - half)))


def _own_plateaus(trial: Trial) -> None:
    t = np.geomspace(1, 4000, 1500)
    end = np.array([13.0, 9.0, 4.0, 0.6]) * trial.rng.uniform(0.9, 1.1, 4)
    half = np.array([30.0, 110.0, 260.0, 500.0]) * trial.rng.uniform(0.9, 1.1, 4)
    curves = _logistic(t, end, half, 12 / half)
    _ask(trial, t, curves, 0.01, half)
    # Few records: what lies between them is read off a straight line over log t.
    sparse = np.linspace(0, 1499, 14).astype(int)
    coarse, few = t[sparse], curves[sparse]
    want = np.array([_crossing(coarse, few[:, j], few[-1, j] / 2) for j in range(4)])
    _ask(trial, coarse, few, 0.01, want, rtol=1e-6)


def _crossing(t: np.ndarray, curve: np.ndarray, level: float) -> float:
    for k in range(1, len(t)):
        if curve[k] >= level:
            share = (level - curve[k - 1]) / (curve[k] - curve[k - 1])
            return float(np.exp((1 - share) * np.log(t[k - 1]) + share * np.log(t[k])))
    raise ValueError("the curve does not reach the level")


def _not_learned(trial: Trial) -> None:
    t = np.geomspace(1, 4000, 1500)
    end = np.array([6.0, 2.0, 0.9, 0.5, 0.02]) * trial.rng.uniform(0.9, 1.1)
    half = np.array([30.0, 110.0, 260.0, 500.0, 700.0])
    curves = _logistic(t, end, half, 12 / half)
    learned = np.array([True, True, True, False, False])
    _ask(trial, t, curves, 0.11, np.where(learned, half, np.nan))
    _ask(trial, t, curves, 0.5, np.where([True] + 4 * [False], half, np.nan))
    # The last record decides: at the one before, curve 3 is still too small.
    few = np.geomspace(1, 4000, 14)
    late = _logistic(few, end[:3], np.array([30.0, 110.0, 3000.0]), np.array([0.4, 0.1, 0.004]))
    want = np.array([_crossing(few, curve, curve[-1] / 2) for curve in late.T])
    _ask(trial, few, late, 0.1, want, rtol=1e-6)


def _starts_high(trial: Trial) -> None:
    t = np.r_[0, np.geomspace(1, 4000, 1500)]
    start = trial.rng.uniform(0.6, 0.8)
    level = 5 * (start + (1 - start) * t / t[-1])
    grown = _logistic(t, np.array([1.0, 0.8]), np.array([100.0, 400.0]), np.array([0.12, 0.03]))
    grown[:, 0] = 0.7 + 0.3 * grown[:, 0]  # curve 2 at the start, a third of what it ends with
    # The one below it rises to 3 and falls to 2; on its way up it first has half of that.
    bump = 2 / (1 + np.exp(-0.3 * (t - 40))) * (1 + 0.5 * np.exp(-(((t - 80) / 25) ** 2)))
    curves = np.column_stack([bump, level, grown])
    ordered = np.sort(curves, axis=1)[:, ::-1]
    want = np.array([np.nan if c[0] >= c[-1] / 2 else _crossing(t, c, c[-1] / 2)
                     for c in ordered.T])  # fmt: skip
    _ask(trial, t, ordered, 0.05, want, rtol=1e-6)


def _flickers(trial: Trial) -> None:
    """Curves that pass their half, fall back below it and rise again."""
    t = np.geomspace(1, 4000, 600)
    end = np.array([8.0, 1.5, 0.3]) * trial.rng.uniform(0.9, 1.1, 3)
    half = np.array([30.0, 300.0, 1000.0]) * trial.rng.uniform(0.9, 1.1, 3)
    curves = _logistic(t, end, half, 12 / half)
    back = half[:2] * trial.rng.uniform(1.8, 2.2, 2)  # the middle of the dip
    curves[:, :2] *= 1 - 0.65 * np.exp(-((np.log(t[:, None] / back) / 0.15) ** 2))
    want = np.array([_crossing(t, curve, curve[-1] / 2) for curve in curves.T])
    got = trial.call(t, trial.rng.permuted(curves, axis=1), 0.01)
    if isinstance(got, np.ndarray) and got.dtype.kind == "f" and got.shape == want.shape:
        for j in np.flatnonzero(got[:2] > back):
            trial.fail(
                f"Curve {j + 1} passes half of its end at t = {want[j]:.4g}, falls back below it, "
                f"as flicker does, and rises again. When it *first* passes counts; yours is "
                f"{got[j]:.4g}.",
                named=True,
            )
    got = trial.array(got, shape=want.shape, what="The array of step times")
    trial.close(got, want, "The step time", rtol=1e-6, why="the first of its crossings")


def _turning(trial: Trial) -> None:
    _starts_high(trial)
    _flickers(trial)


READ_STEPS = Exercise(
    id="7.3",
    title="Where is a step?",
    own=own.read_steps,
    right="Right. One rule for three losses, and it knows a curve that only crept.",
    hint="eigenvalues is (T, d); a single column for find_steps is eigenvalues[:, [j]], (T, 1).",
    parts=(
        Part("plateaus of any height", 1, _own_plateaus),
        Part("modes that are not learned", 1, _not_learned),
        Part("a high start, and curves that turn back", 1, _turning),
    ),
    misconceptions=SLIPS,
)
