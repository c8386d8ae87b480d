"""7.3: step times by each curve's own end, against curves whose half-times are known."""

from __future__ import annotations

import numpy as np

from ... import spectra
from ..engine import Exercise, Misconception, Part, Trial
from . import own


def _ask(
    trial: Trial, t: np.ndarray, curves: np.ndarray, share: float, want: np.ndarray,
    rtol: float = 2e-3,
) -> None:  # fmt: skip
    """Ask with the columns shuffled row by row, and refuse a time where nan is wanted."""
    shuffled = trial.rng.permuted(curves, axis=1)
    result = trial.call(t, shuffled, share)
    got = np.asarray(result, dtype=float) if isinstance(result, np.ndarray) else result
    if isinstance(got, np.ndarray) and got.shape == want.shape:
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


def _like(
    level=lambda curves: curves[-1] / 2, learned=None, sort=True, between=True, reverse=False
):
    """The rule with one thing changed: the level, the condition, the order, the interpolation."""

    def like(t, eigenvalues, share):
        curves = np.sort(eigenvalues, axis=1)[:, ::-1] if sort else eigenvalues
        curves = curves[:, ::-1] if reverse else curves
        levels = np.broadcast_to(level(curves), curves.shape[1])
        times = [spectra.find_steps(t, curves[:, [j]], levels[j])[0] for j in range(len(levels))]
        times = np.array(times)
        if not between:
            times = np.array([np.nan if np.isnan(x) else t[np.searchsorted(t, x)] for x in times])
        end, start = curves[-1], curves[0]
        right = (end >= share * end.max()) & (start < end / 2)
        keep = right if learned is None else learned(start, end, share)
        return np.where(keep, times, np.nan)

    return like


def _everything(start, end, share):
    return np.ones(len(end), dtype=bool)


READ_STEPS = Exercise(
    id="7.3",
    title="Where is a step?",
    own=own.read_steps,
    right="Right. One rule for three losses, and it knows a curve that only crept.",
    hint="eigenvalues is (T, d); a single column for find_steps is eigenvalues[:, [j]], (T, 1).",
    parts=(
        Part("plateaus of any height", 1, _own_plateaus),
        Part("modes that are not learned", 1, _not_learned),
        Part("a high start, and a curve that turns", 1, _starts_high),
    ),
    misconceptions=(
        Misconception(
            lambda t, eigenvalues, share: spectra.find_steps(t, eigenvalues),
            "These are the times at which the eigenvalues pass ½. The level here is half of each "
            "curve's own last value.",
        ),
        Misconception(
            _like(level=lambda curves: 0.5),
            "You ask each curve for ½. The level here is half of the curve's own last value.",
        ),
        Misconception(
            _like(level=lambda curves: curves[-1].max() / 2),
            "You ask every curve for half of what the first one ends with. Each has its own end.",
        ),
        Misconception(
            _like(level=lambda curves: curves.max(axis=0) / 2),
            "You take half of each curve's largest value. A curve may turn; its *last* value "
            "counts.",
        ),
        Misconception(
            _like(level=lambda curves: curves[-1]),
            "You wait for the last value itself. Half of it is wanted.",
        ),
        Misconception(
            _like(level=lambda curves: (curves[0] + curves[-1]) / 2),
            "Your level is half-way between first and last value. Half of the last is wanted.",
        ),
        Misconception(
            _like(sort=False),
            "The columns come in any order, and another one in each row. Sort each row first, the "
            "largest in front.",
        ),
        Misconception(
            _like(reverse=True),
            "Your curves begin with the smallest: np.sort sorts in ascending order.",
        ),
        Misconception(
            _like(between=False),
            "You return the first record at which the level is reached. Between two records the "
            "time is interpolated, as spectra.find_steps does it.",
        ),
        Misconception(
            _like(learned=_everything),
            "Every curve that grows passes half of its own end, also one that only crept. Those "
            "below share times curve 1's end, and those that start high, get nan.",
        ),
        Misconception(
            _like(learned=lambda start, end, share: end >= share * end.max()),
            "A curve that starts at half of its own end or above has waited for nothing: nan.",
        ),
        Misconception(
            _like(learned=lambda start, end, share: start < end / 2),
            "Your share is not used: a curve that ends far below the first one is not learned.",
        ),
        Misconception(
            _like(learned=lambda start, end, share: (end >= share) & (start < end / 2)),
            "You compare the ends with share itself. It is a share of what curve 1 ends with.",
        ),
        Misconception(
            _like(learned=lambda start, end, share: (end < share * end.max()) & (start < end / 2)),
            "Just the wrong ones: learned are those that end at share times curve 1's end or more.",
        ),
        Misconception(
            _like(learned=lambda start, end, share: (end >= share * end.max()) & (start < end)),
            "Your second condition asks whether a curve has grown at all. It should have begun "
            "below half of its end.",
        ),
    ),
)
