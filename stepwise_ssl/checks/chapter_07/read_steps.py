"""7.3: step times by each curve's own end, against a loop over the records."""

from __future__ import annotations

import numpy as np

from ..engine import Exercise, Part, Trial
from ..values import as_array, low_precision
from . import own
from .read_slips import SLIPS


def _crossing(t: np.ndarray, curve: np.ndarray, level: float) -> float:
    for k in range(1, len(t)):
        if curve[k] >= level:
            share = (level - curve[k - 1]) / (curve[k] - curve[k - 1])
            if t[k - 1] == 0:
                return float(share * t[k])
            return float(np.exp((1 - share) * np.log(t[k - 1]) + share * np.log(t[k])))
    raise ValueError("the curve does not reach the level")


def _step_time(t: np.ndarray, curve: np.ndarray, first: np.ndarray, share: float) -> float:
    """The step time of a curve by the exercise's rule; `first` is curve 1."""
    half = curve[-1] / 2
    learned = curve[-1] >= share * first[-1] and curve[0] < half
    return _crossing(t, curve, half) if learned else np.nan


MARKS = (0, -1, np.inf)
OTHER_MARK = "A curve that is not learned has no step time, and no number says so: nan is wanted."


def _ask(trial: Trial, t: np.ndarray, curves: np.ndarray, share: float) -> None:
    """Ask with the columns in another order in each row; curve 1 is the largest everywhere."""
    ordered = np.sort(curves, axis=1)[:, ::-1]
    want = np.array([_step_time(t, curve, ordered[:, 0], share) for curve in ordered.T])
    result = trial.call(t, trial.rng.permuted(curves, axis=1), share)
    got = as_array(result)
    if got is not None and got.dtype.kind == "f" and got.shape == want.shape:
        other = np.isnan(want) != np.isnan(got)
        if trial.goes_on and other.any():
            return  # no numbers to compare, but more calls tell slips apart
        for j in np.flatnonzero(other):
            start, end = ordered[[0, -1], j]
            said = "That is not learned, so nan is wanted" if np.isnan(want[j]) else "It is learned"
            beside = f"; curve 1 ends at {ordered[-1, 0]:.4g}" if j else ""
            trial.fail(
                f"Curve {j + 1} starts at {start:.4g} and ends at {end:.4g}{beside}, and share is "
                f"{share:.3g}. {said}; yours is {got[j]:.4g}.",
                otherwise=OTHER_MARK if np.isnan(want[j]) and got[j] in MARKS else "",
            )
        first = want < t[1] if t[0] == 0 else np.zeros(len(want), dtype=bool)
        off = ~np.isclose(got, want, rtol=1e-4, equal_nan=True)
        if (off & first).any() and not (off & ~first).any():
            j = int(np.argmax(off & first))
            trial.fail(
                f"Curve {j + 1} passes its level between the records at t = 0 and {t[1]:.4g}, and "
                f"log 0 is no number: there the eigenvalue is linear in t, which gives "
                f"{want[j]:.4g}. Yours is {got[j]:.4g}.",
                named=True,
            )
        # The comparison takes no nan; a result in single precision has to stay in it.
        kind = np.float32 if low_precision(result) else np.float64
        result = np.where(np.isnan(want), 0, got).astype(kind)
    found = trial.array(result, shape=want.shape, what="The array of step times")
    trial.close(found, np.nan_to_num(want), "The step time", rtol=1e-6,
                why="where the curve first reaches half of its last value")  # fmt: skip


def _logistic(t: np.ndarray, end: np.ndarray, half: np.ndarray, rate: np.ndarray) -> np.ndarray:
    """Curves (T, d) that tend to `end` and pass half of it at `half`."""
    return end / (1 + np.exp(-rate * (t[:, None] - half)))


def _times(trial: Trial, start: float, records: int) -> np.ndarray:
    """Increasing times from `start` up to a few thousand, not in equal steps."""
    last = trial.rng.uniform(3000, 5000)
    inner = trial.rng.uniform(0, 1, records - 2)
    # After a record at 0 not at 1, by which a product and a quotient are the same.
    t = np.geomspace(start or trial.rng.uniform(1.3, 2.5), last, records)
    t[1:-1] *= (t[2:] / t[1:-1]) ** (0.3 * inner)
    return np.r_[0, t] if start == 0 else t


def _own_plateaus(trial: Trial) -> None:
    """Plateaus of any height, many records and few, with a first time of 0 or not."""
    for d, records in (
        (4, int(trial.rng.integers(300, 600))),
        (3, int(trial.rng.integers(12, 17))),
    ):
        t = _times(trial, trial.rng.uniform(2, 9), records)
        end = np.array([13.0, 7.0, 2.5, 0.6])[:d] * trial.rng.uniform(0.8, 1.2, d)
        half = np.array([40.0, 120.0, 300.0, 700.0])[:d] * trial.rng.uniform(0.9, 1.1, d)
        _ask(trial, t, _logistic(t, end, half, 12 / half), trial.rng.uniform(0.005, 0.02))
    # Curve 1 passes its half between the first two records, of which the first is at t = 0.
    t = _times(trial, 0, int(trial.rng.integers(20, 30)))
    half = np.array([0.5, 90.0]) * trial.rng.uniform(0.8, 1.1, 2)
    rate = np.array([trial.rng.uniform(3, 6), 0.1])
    end = np.array([trial.rng.uniform(2, 3), trial.rng.uniform(0.3, 0.8)])
    _ask(trial, t, _logistic(t, end, half, rate), float(trial.rng.choice([0.0, 0.02])))


def _not_learned(trial: Trial) -> None:
    """Curves that end too low, near the border, and exactly on it."""
    t = _times(trial, 1, int(trial.rng.integers(100, 200)))
    half = np.array([30.0, 110.0, 260.0, 500.0, 700.0])
    end = np.array([6.0, 2.0, 0.9, 0.5, 0.02]) * trial.rng.uniform(0.9, 1.1)
    curves = _logistic(t, end, half, 12 / half)
    _ask(trial, t, curves, trial.rng.uniform(0.1, 0.14))
    _ask(trial, t, curves[:, :3], trial.rng.uniform(0.4, 0.7))
    # Curve 1 turns back, and its last value counts: curve 2 has enough of that, and too little of
    # the largest. Curve 3 has exactly its share, curve 4 nearly.
    hump = np.exp(-((np.log(t / 200) / 0.8) ** 2))
    bump = 1 + trial.rng.uniform(1, 2) * hump
    curves = _logistic(t, np.array([8.0, 3.0, 2.0, 1.9]), half[:4], 12 / half[:4])
    curves[:, 0] *= bump
    curves[-1] = [8.0, 3.0, 2.0, 1.9]
    _ask(trial, t, curves, 0.25)
    # Curve 3 turns back and ends below its share, of which it had more.
    curves = _logistic(t, np.array([8.0, 4.0, 1.5]), half[:3], 12 / half[:3])
    curves[:, 2] *= 1 + 0.9 * np.exp(-((np.log(t / 900) / 0.4) ** 2))
    _ask(trial, t, curves, trial.rng.uniform(0.2, 0.24))
    # The last record decides: at the one before, curve 3 is still too small.
    few = _times(trial, 1, int(trial.rng.integers(11, 16)))
    ends = np.array([5.0, 1.8, 0.8]) * trial.rng.uniform(0.9, 1.1)
    late = _logistic(few, ends, np.array([30.0, 110.0, 0.8 * few[-1]]),
                     np.array([0.4, 0.1, 16 / few[-1]]))  # fmt: skip
    _ask(trial, few, late, 0.8 * late[-1, 2] / late[-1, 0])


def _starts_high(trial: Trial) -> None:
    """Curves that start above half of their end, exactly at it, and below; and some that turn."""
    t = _times(trial, 0, int(trial.rng.integers(200, 300)))
    start = trial.rng.uniform(0.6, 0.8)
    level = 5 * (start + (1 - start) * t / t[-1])
    half, rate = np.array([100.0, 400.0, 700.0]), np.array([0.12, 0.03, 0.02])
    grown = _logistic(t, np.array([1.0, 0.8, 0.05]), half, rate)
    grown[:, 0] = 0.7 + 0.3 * grown[:, 0]  # at the start above half of what it ends with
    # This one rises to 9 and falls to 6; on its way up it first has half of that.
    bump = 6 / (1 + np.exp(-0.3 * (t - 40))) * (1 + 0.5 * np.exp(-(((t - 80) / 25) ** 2)))
    # And this one falls all the time, to half of where it was.
    falls = 0.4 * np.exp(-np.log(2) * t / t[-1])
    columns = np.column_stack([bump, level, grown, falls])
    _ask(trial, t, columns, trial.rng.uniform(0.015, 0.03))
    at_half = 1.5 * (1 + t / t[-1])  # from 1.5 to 3, without a rounding
    # And one that starts above half of its own end, and far below half of curve 1's.
    crept = trial.rng.uniform(0.6, 0.8) * (1 - t / t[-1]) + t / t[-1]
    columns = np.column_stack([level, grown[:, 1], at_half, crept])
    _ask(trial, t, columns, trial.rng.uniform(0, 0.1))


def _flickers(trial: Trial) -> None:
    """Curves that pass their half, fall back below it and rise again."""
    t = _times(trial, 1, int(trial.rng.integers(400, 600)))
    end = np.array([8.0, 1.5, 0.3]) * trial.rng.uniform(0.9, 1.1, 3)
    half = np.array([30.0, 300.0, 1000.0]) * trial.rng.uniform(0.9, 1.1, 3)
    later = trial.rng.uniform(1.8, 2.2, 2)
    half[0] = t[len(t) // 2] / later[0]  # a bisection looks at the middle record first
    curves = _logistic(t, end, half, 12 / half)
    back = half[:2] * later  # the middle of the dip
    curves[:, :2] *= 1 - 0.65 * np.exp(-((np.log(t[:, None] / back) / 0.15) ** 2))
    want = np.array([_crossing(t, curve, curve[-1] / 2) for curve in curves.T])
    got = trial.call(t, trial.rng.permuted(curves, axis=1), 0.01)
    array = as_array(got)
    if array is not None and array.dtype.kind == "f" and array.shape == want.shape:
        for j in np.flatnonzero(array[:2] > back):
            trial.fail(
                f"Curve {j + 1} passes half of its end at t = {want[j]:.4g}, falls back below it, "
                f"as flicker does, and rises again. When it *first* passes counts; yours is "
                f"{array[j]:.4g}.",
                named=True,
            )
    array = trial.array(got, shape=want.shape, what="The array of step times")
    trial.close(array, want, "The step time", rtol=1e-6, why="the first of its crossings")


def _small_as_a_whole(trial: Trial) -> None:
    """What is learned is a matter of shares: no eigenvalue is too small."""
    t = _times(trial, 1, int(trial.rng.integers(40, 60)))
    end = 1e-10 * np.array([13.0, 7.0, 2.5]) * trial.rng.uniform(0.8, 1.2, 3)
    half = np.array([40.0, 120.0, 300.0]) * trial.rng.uniform(0.9, 1.1, 3)
    curves, share = _logistic(t, end, half, 12 / half), trial.rng.uniform(0.005, 0.02)
    got = as_array(trial.call(t, curves, share))
    if got is not None and got.dtype.kind == "f" and np.isnan(got).any():
        trial.fail(
            f"All eigenvalues are below {2 * end[0]:.1g} here, and in yours "
            f"{np.isnan(got).sum()} of the 3 curves are nan. Each is learned: what counts is the "
            "share of curve 1's end and the half of a curve's own, and no eigenvalue is too small.",
            named=True,
        )
    _ask(trial, t, curves, share)


def _turning(trial: Trial) -> None:
    _starts_high(trial)
    _flickers(trial)
    _small_as_a_whole(trial)


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
