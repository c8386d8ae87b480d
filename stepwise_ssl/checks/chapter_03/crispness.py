"""3.6: the largest start with separate steps, against bisection on the curves themselves."""

from __future__ import annotations

import numpy as np
from scipy.optimize import brentq

from ..engine import Exercise, Misconception, Part, Trial
from . import own


def _passes(odds: float, gamma: float, log_alpha: float) -> float:
    """When the odds of λ, which start at γα² and grow at rate 8γ, reach `odds`; by bisection."""
    start = np.log(gamma) + 2 * log_alpha
    rise = lambda t: start + 8 * gamma * t - np.log(odds)  # noqa: E731
    return brentq(rise, -1e3 / gamma, (4 - start) / (8 * gamma), xtol=1e-12 / gamma)


def _largest(gamma: np.ndarray) -> float:
    """The largest α at which each mode is at 0.9 before the next is at 0.1."""

    def room(log_alpha: float) -> float:
        pairs = zip(gamma[:-1], gamma[1:], strict=True)
        return min(_passes(1 / 9, b, log_alpha) - _passes(9, a, log_alpha) for a, b in pairs)

    return float(np.exp(brentq(room, -200, -1 - np.log(gamma[0]) / 2, xtol=1e-10)))


def _compare(trial: Trial, gamma: np.ndarray) -> None:
    result, want = trial.call(gamma), _largest(gamma)
    trial.slips(result, want, [(np.exp(-_limits(gamma) / 2), ONE_A_PAIR)])
    got = float(trial.array(result, shape=(), what="The largest start"))
    # The exact step time is taken too: it changes the largest start by less than 0.3 % here.
    if not got > 0:
        fits = "A start is a length: α is above 0."
    elif got < want:
        fits = "At your α every pair is apart, and a larger α would do as well."
    else:
        fits = "At your α two neighbours overlap: one is not yet at 0.9 when the next is at 0.1."
        if want < 1e-15:
            fits += " Two γ are nearly equal, and α has no floor: a search must go as low as this."
    trial.close(got, want, "The largest start", rtol=5e-3, otherwise=fits,
                why="by bisection: one mode reaches 0.9 as the next reaches 0.1")  # fmt: skip


def _of_two_modes(trial: Trial) -> None:
    for ratio in (trial.rng.uniform(0.55, 0.62), trial.rng.uniform(0.65, 0.75)):
        _compare(trial, trial.rng.uniform(0.3, 1.0) * np.array([1.0, ratio]))


def _of_several_modes(trial: Trial) -> None:
    ratios = trial.rng.permutation([0.45, 0.76, 0.6]) * trial.rng.uniform(0.97, 1.03, size=3)
    # The narrowest pair is never the first, so that a rule that looks there alone fails.
    if ratios[0] == ratios.max():
        ratios = ratios[::-1]
    cases = (
        np.cumprod(np.append(1.0, ratios)),
        # Neither the smallest difference nor the largest ratio decides: each is another pair.
        np.array([1.0, 0.5, 0.4, 0.2, 0.12]),
        np.cumprod([1.0, 0.74, 0.3, 0.3, 0.76, 0.4]),
        # An α as small as that of the digits, which a search from 1e-4 on does not find.
        np.cumprod([1.0, 0.5, trial.rng.uniform(0.86, 0.88), 0.4]),
    )
    # Neighbours that are nearly equal ask for far less than a search may think of.
    near = trial.rng.uniform(0.94, 0.955)
    for gamma in (*cases, np.cumprod([1.0, 0.5, near, 0.4])):
        _compare(trial, trial.rng.uniform(0.3, 1.0) * gamma)
    # A γ has no floor; of all cases this one has the α that is still below 1.
    _compare(trial, 10 ** trial.rng.uniform(-5, -4) * cases[-1])


ONE_A_PAIR = "You have one α for each pair. One start must serve all of them."
LOG9 = np.log(9)


def _limits(gamma, before=LOG9, after=LOG9, inside=True):
    """log(1/α²) that each neighbouring pair asks for."""
    r = 1 / gamma
    return (before * r[:-1] + after * r[1:] - inside * np.diff(r * np.log(r))) / np.diff(r)


def _as_start(limits: np.ndarray) -> float:
    return float(np.exp(-limits / 2))


LARGEST_START = Exercise(
    id="3.6",
    title="How small is small?",
    own=own.largest_start,
    right="Right. One pair decides for all: two γ with a ratio near 1 need a small start.",
    hint="gamma has shape (d,), descending; gamma[:-1] and gamma[1:] are the neighbouring pairs.",
    parts=(
        Part("two modes", 2, _of_two_modes),
        Part("several modes", 1, _of_several_modes),
    ),
    misconceptions=(
        Misconception(
            lambda g: _as_start(_limits(g)[np.argmin(g[:-1] - g[1:])]),
            "You solve only for the pair with the smallest difference. Steps are apart by the "
            "difference of 1/γ, and last as long as 1/γ: solve for every pair and keep the "
            "smallest α.",
        ),
        Misconception(
            lambda g: _as_start(_limits(g)[np.argmax(g[1:] / g[:-1])]),
            "You solve only for the pair whose ratio is nearest to 1. The start has a log γ in it, "
            "so another pair can need a smaller α: solve for every pair and keep the smallest.",
        ),
        Misconception(
            lambda g: _as_start(_limits(g, 2 * LOG9, 2 * LOG9).max()),
            "You give each mode the time from 0.1 to 0.9. Only half of it counts: from ½ to 0.9 "
            "for the earlier mode, from 0.1 to ½ for the later.",
        ),
        Misconception(
            lambda g: _as_start(_limits(g, np.log(1.8), np.log(5)).max()),
            "You let λ itself grow as e^(8γt), from 0.1 to ½ and from ½ to 0.9. It slows down on "
            "its way: what grows so are the odds λ/(1 − λ), by a factor 9 in each.",
        ),
        Misconception(
            lambda g: _as_start(_limits(g, LOG9, 0).max()),
            "You leave room for the end of the earlier step and none for the beginning of the "
            "later: it is at 0.1 before its step time.",
        ),
        Misconception(
            lambda g: _as_start(_limits(g, 0, LOG9).max()),
            "You leave room for the beginning of the later step and none for the end of the "
            "earlier: from ½ to 0.9 takes log(9)/(8γ_j).",
        ),
        Misconception(
            lambda g: _as_start(_limits(g, 0, 0).max()),
            "You ask that the step times be different. The steps take time: from ½ to 0.9, and "
            "from 0.1 to ½.",
        ),
        Misconception(
            lambda g: _as_start(_limits(g, inside=False).max()),
            "The γ inside the logarithm is lost: λ(0) = γα², so τ = (log(1/α²) − log γ)/(8γ).",
        ),
        Misconception(
            lambda g: _as_start(2 * _limits(g).max()),
            "This is α². Wanted is α itself.",
        ),
        Misconception(
            lambda g: _as_start(_limits(g).min()),
            "You took the pair that is easiest to part. All pairs must be apart, so the smallest "
            "α of all pairs counts.",
        ),
        Misconception(
            lambda g: _as_start(_limits(g)[0]),
            "You look at the first two modes only. A later pair may be closer.",
        ),
        Misconception(
            lambda g: _as_start(_limits(g)[-1]),
            "You look at the last two modes only. An earlier pair may be closer.",
        ),
        Misconception(
            lambda g: _as_start(_limits(g[[0, -1]]).max()),
            "You compare the first mode with the last. Each mode must be done before the next one "
            "begins: compare neighbours.",
        ),
        Misconception(
            lambda g: _as_start(_limits(g, inside=-1).max()),
            "The sign of the γ inside the logarithm is reversed: τ = (log(1/α²) − log γ)/(8γ).",
        ),
        Misconception(
            lambda g: _as_start(_limits(g, np.log(3), np.log(3)).max()),
            "You take half of log 9. From ½ to 0.9 the odds go from 1 to 9: log(9)/(8γ).",
        ),
        Misconception(
            lambda g: _as_start(_limits(g, np.log(10), np.log(10)).max()),
            "You take log 10, for odds of 10. At λ = 0.9 the odds are 0.9/0.1 = 9.",
        ),
        Misconception(
            lambda g: _as_start(_limits(g, LOG9, -LOG9).max()),
            "You let the later mode be at 0.9 when the earlier one is: it should be at 0.1 only.",
        ),
        Misconception(
            lambda g: _as_start(np.log(10) * _limits(g).max()),
            "You raise 10 to the power −ℓ/2. ℓ = log(1/α²) is a natural logarithm.",
        ),
        Misconception(
            lambda g: float(_limits(g).max()),
            "This is ℓ = log(1/α²). Wanted is α.",
        ),
        Misconception(
            lambda g: _as_start(_limits(g).mean()),
            "You average over the pairs. All must be apart, so the smallest α counts.",
        ),
    ),
)
