"""7.3: the rule for a step with one thing changed at a time, and what to say of each."""

from __future__ import annotations

import numpy as np

from ... import spectra
from ..engine import Misconception


def _around(t, curve, level):
    """The records around the first crossing: their times, and their values."""
    k = int(np.argmax(curve >= level))
    return t[k - 1 : k + 1], curve[k - 1 : k + 1]


def _over_time(t, curve, level):
    times, values = _around(t, curve, level)
    return np.interp(level, values, times)


def _over_log_of_one_more(t, curve, level):
    times, values = _around(t, curve, level)
    return np.expm1(np.interp(level, values, np.log1p(times)))


def _over_log_values(t, curve, level):
    times, values = _around(t, curve, level)
    power = np.interp(np.log(level), np.log(values), [0, 1])
    return times[0] * (times[1] / times[0]) ** power if times[0] else power * times[1]


def _next_record(t, curve, level):
    return _around(t, curve, level)[0][1]


def _like(
    level=lambda curves, share: curves[-1] / 2, learned=None, order=lambda x: np.sort(x)[:, ::-1],
    between=None,
):  # fmt: skip
    """The rule with one thing changed: the level, the condition, the order, the interpolation."""

    def like(t, eigenvalues, share):
        curves = order(eigenvalues)
        levels = np.broadcast_to(level(curves, share), curves.shape[1])
        times = [spectra.find_steps(t, c[:, None], x)[0]
                 for c, x in zip(curves.T, levels, strict=True)]  # fmt: skip
        if between:  # only where there is a record before the crossing
            times = [between(t, c, x) if time > t[0] else time
                     for time, c, x in zip(times, curves.T, levels, strict=True)]  # fmt: skip
        end, start = curves[-1], curves[0]
        right = (end >= share * end.max()) & (start < end / 2)
        keep = right if learned is None else learned(curves, share)
        return np.where(keep, times, np.nan)

    return like


def _everything(curves, share):
    return np.ones(curves.shape[1], dtype=bool)


def _nearest_record(t, eigenvalues, share):
    curves = np.sort(eigenvalues, axis=1)[:, ::-1]
    start, end = curves[0], curves[-1]
    learned = (end >= share * end[0]) & (start < end / 2)
    return np.where(learned, t[np.abs(curves - end / 2).argmin(axis=0)], np.nan)


SLIPS = (
    Misconception(
        lambda t, eigenvalues, share: spectra.find_steps(t, eigenvalues),
        "These are the times at which the eigenvalues pass ½. Here each curve has its own level.",
    ),
    Misconception(
        _like(level=lambda curves, share: 0.5),
        "You ask each curve for ½. Here each has a level of its own.",
    ),
    Misconception(
        _like(level=lambda curves, share: curves[-1].max() / 2),
        "You ask every curve for half of what the first one ends with. Each has its own end.",
    ),
    Misconception(
        _like(level=lambda curves, share: curves.max(axis=0) / 2),
        "You take half of each curve's largest value. A curve may turn; its *last* value counts.",
    ),
    Misconception(
        _like(level=lambda curves, share: curves[-1]),
        "You wait for the last value itself. Half of it is wanted.",
    ),
    Misconception(
        _like(level=lambda curves, share: (curves[0] + curves[-1]) / 2),
        "Your level is half-way between first and last value. Half of the last is wanted.",
    ),
    Misconception(
        _like(order=lambda x: x),
        "The columns come in any order, and another one in each row. Sort each row first, the "
        "largest in front.",
    ),
    Misconception(
        _like(order=lambda x: x[:, np.argsort(-x[-1])]),
        "You put the columns in the order of their last values. The order differs from row to "
        "row: sort each row, the largest in front.",
    ),
    Misconception(
        _like(order=np.sort),
        "Your curves begin with the smallest: np.sort sorts in ascending order.",
    ),
    Misconception(
        _like(between=_next_record),
        "You return the first record at which the level is reached. Between two records the "
        "time is interpolated, as spectra.find_steps does it.",
    ),
    Misconception(
        _nearest_record,
        "You return the record at which a curve is nearest to half. Between two records the time "
        "is interpolated, as spectra.find_steps does it, and the first crossing counts.",
    ),
    Misconception(
        _like(between=_over_time),
        "Between two records you read the time off a straight line over t. spectra.find_steps "
        "takes the eigenvalue as linear in log t.",
    ),
    Misconception(
        _like(between=_over_log_of_one_more),
        "Between two records you read the time off a line over log(1 + t). It is one over log t, "
        "and over t itself where the earlier record is at t = 0.",
    ),
    Misconception(
        _like(between=_over_log_values),
        "Between two records you take log λ as linear. spectra.find_steps takes λ itself, "
        "linear in log t.",
    ),
    Misconception(
        _like(level=lambda curves, share: share * curves[-1]),
        "Your level is share times the last value. The level is half of it; share only says "
        "which curves are learned.",
    ),
    Misconception(
        _like(level=lambda curves, share: share * curves[-1].max()),
        "Your level is share times curve 1's end. The level is half of each curve's own last "
        "value; share only says which curves are learned.",
    ),
    Misconception(
        _like(learned=_everything),
        "No curve is left out. One that more than doubles passes half of its own end, also if it "
        "only crept: those below share times curve 1's end, and those that start high, get nan.",
    ),
    Misconception(
        _like(learned=lambda c, share: c[-1] >= share * c[-1].max()),
        "A curve that starts at half of its own end or above has waited for nothing: nan.",
    ),
    Misconception(
        _like(learned=lambda c, share: c[0] < c[-1] / 2),
        "Your share is not used: a curve that ends far below the first one is not learned.",
    ),
    Misconception(
        _like(learned=lambda c, share: (c[-1] >= share) & (c[0] < c[-1] / 2)),
        "You compare the ends with share itself. It is a share of what curve 1 ends with.",
    ),
    Misconception(
        _like(learned=lambda c, share: (c[-1] >= share * c[-1].sum()) & (c[0] < c[-1] / 2)),
        "You compare the ends with share times the sum of all ends. It is a share of what curve 1 "
        "ends with.",
    ),
    Misconception(
        _like(learned=lambda c, share: (c[-1] < share * c[-1].max()) & (c[0] < c[-1] / 2)),
        "Just the wrong ones: learned are those that end at share times curve 1's end or more.",
    ),
    Misconception(
        _like(learned=lambda c, share: (c[-1] >= share * c.max()) & (c[0] < c[-1] / 2)),
        "You compare with share times the largest value of curve 1. Its *last* value counts: a "
        "curve may turn back.",
    ),
    Misconception(
        _like(learned=lambda c, share: (c.max(0) >= share * c[-1].max()) & (c[0] < c[-1] / 2)),
        "You compare the largest value of each curve. Its *last* value counts: a curve may turn "
        "back.",
    ),
    Misconception(
        _like(learned=lambda c, share: (c[-1] > share * c[-1].max()) & (c[0] < c[-1] / 2)),
        "A curve that ends exactly at share times curve 1's last value is learned: *at least*, ≥.",
    ),
    Misconception(
        _like(learned=lambda c, share: (c[-1] >= share * c[-1].max()) & (c[0] <= c[-1] / 2)),
        "A curve that starts exactly at half of its last value is not *below* half: nan.",
    ),
    Misconception(
        _like(learned=lambda c, share: (c[-1] >= share * c[-1].max()) & (c[0] < c[-1].max() / 2)),
        "You compare a curve's first value with half of curve 1's end. It should be below half of "
        "its own.",
    ),
    Misconception(
        _like(learned=lambda c, share: (c[-1] >= share * c[-1].max()) & (c[0] < c[-1])),
        "Your second condition asks whether a curve has grown at all. It should have begun "
        "below half of its end.",
    ),
)
