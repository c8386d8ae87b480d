"""8.6: the time that learning features save, against two clocks that are integrated."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from scipy.optimize import brentq

from ..asking import once_a_draw
from ..engine import Exercise, Misconception, Part, Trial
from . import own
from .depth import half_time, saved_by_quadrature


@once_a_draw
def _by_clocks(seed: int, raised: np.ndarray) -> np.ndarray:
    """8φ times what a trunk that learns is earlier than a frozen one, from a tiny head."""
    rng, saved = np.random.default_rng(seed), []
    for R in raised:
        p0 = rng.uniform(0.5, 2)
        gamma = 1 / (p0**4 * R * (R - 1))  # where p² = R p0² and s² = (R − 1) p0² make λ = 1
        s0 = 1e-6 * p0 * np.sqrt(R)
        learns, held = (half_time(gamma, s0, p0, frozen) for frozen in (False, True))
        saved.append(8 * gamma * p0**2 * (held - learns))
    return np.array(saved)


@once_a_draw
def _by_quadrature(raised: np.ndarray) -> np.ndarray:
    return np.array([saved_by_quadrature((2 * R - 1) ** 2 - 1) for R in raised])


def _compare(trial: Trial, raised: np.ndarray, want: np.ndarray, why: str) -> None:
    result = trial.call(raised)
    with np.errstate(all="ignore"):  # before the numbers are read: some may be nan
        trial.slips(result, want, _without_numbers(raised))
    got = trial.array(result, shape=(len(raised),), what="S")
    trial.close(got, want, "S", rtol=1e-5, why=why,
                otherwise=_other_limits(got, raised) or _size(got, want, raised)
                or _near(got, want))  # fmt: skip


def _size(got: np.ndarray, want: np.ndarray, raised: np.ndarray) -> str:
    if (got < -1e-9).any():
        R = raised[int(np.argmin(got))]
        return (
            f"Your S at R = {R:.4g} is negative: the mode would come later for learning features."
        )
    if (raised == 1).any() and (got[raised == 1] > 1e-6).any():
        return "At R = 1 the features stay as they are, and no time is saved: S = 0."
    above = got > 2 * np.log(raised) + 1e-6
    if above.any():
        R = raised[int(np.argmax(above))]
        return (
            f"Your S at R = {R:.4g} is above 2 log R. That is what S comes near to for large R, "
            "from below."
        )
    return ""


def _near(got: np.ndarray, want: np.ndarray) -> str:
    """What an answer is told that is a few per cent off, as a sum over a grid is."""
    some = want > 1e-3
    off = np.max(np.abs(got[some] / want[some] - 1), initial=0)
    if not (some.any() and off < 0.1):
        return ""
    return (
        f"Yours is within {100 * off:.2g} % of S. So near comes a sum over a grid, if it is coarse "
        "or begins a little above λ = 0: there the integrand is q/2, which is large where R is. "
        "integrate.quad begins at 0, and the last formula of the hints has no sum in it."
    )


def _between(begin: float, end: float, R: float) -> float:
    """The integral of S from one log(1/(1 − λ)) to another, in x = √(1 + qλ)."""
    B = 2 * R - 1

    def whole(y: float) -> float:
        x = np.sqrt(1 - (B**2 - 1) * np.expm1(-y))
        return 2 * np.log(1 + x) + (1 - 1 / B) * y - 2 / B * np.log(B + x)

    return whole(end) - whole(begin)


def _other_limits(got: np.ndarray, raised: np.ndarray) -> str:
    """The limit of the integral that is not 0 or ½, where one explains all entries."""
    entries = [(S, R) for S, R in zip(got, raised, strict=True) if R > 1.01]
    if len(entries) < 2 or np.ptp([R for _, R in entries]) < 0.1:
        return ""
    half = np.log(2)
    ends = [_limit(lambda y, R=R, S=S: _between(0, y, R) - S, 0, 35) for S, R in entries]
    starts = [_limit(lambda y, R=R, S=S: _between(y, half, R) - S, 0, half) for S, R in entries]
    for found, words in (
        (ends, "Yours is the integral up to λ = {}. It ends at ½."),
        (starts, "Yours is the integral from λ = {} on. It begins at 0."),
    ):
        # Never so where one of them is nan; and an end near ½ is no other end, but a rough sum.
        one = np.ptp(found) <= 1e-3 * np.mean(found)
        if one and (found is starts or abs(np.mean(found) - half) > 1e-2):
            near_1 = np.mean(found) > np.log(1e3)
            at = f"1 − {np.exp(-found[0]):.3g}" if near_1 else f"{-np.expm1(-found[0]):.3g}"
            return words.format(at)
    return ""


def _limit(off: Callable[[float], float], low: float, high: float) -> float:
    """Where `off` is 0 between two values, or nan."""
    if not off(low) * off(high) < 0:
        return np.nan
    return brentq(off, low, high, xtol=1e-14)


def _against_two_clocks(trial: Trial) -> None:
    for d in trial.rng.choice(np.arange(2, 7), 2, replace=False):
        raised = 1 + 10 ** trial.rng.uniform(-0.7, 1.3, size=d)
        _compare(trial, raised, _by_clocks(trial.seed, raised),
                 "two clocks, with a trunk that learns and with a frozen one")  # fmt: skip


def _of_any_raise(trial: Trial) -> None:
    for d in trial.rng.choice(np.arange(3, 9), 2, replace=False):
        raised = 1 + 10 ** trial.rng.uniform(-2, 1, size=d)
        raised[trial.rng.permutation(d)[:3]] = 1, 1 + 1e-4, 10 ** trial.rng.uniform(1.5, 2.7)
        _compare(trial, raised, _by_quadrature(raised), "the integral over λ, by quadrature")


def _parts(raised: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    B = 2 * raised - 1
    return B, np.sqrt((1 + B**2) / 2)


def _with_quotient(raised: np.ndarray) -> np.ndarray:
    B, v = _parts(raised)
    return (
        2 * np.log((v + 1) / 2)
        + (1 - 1 / B) * np.log((B - 1) / (B - v))
        - (1 + 1 / B) * _third(raised)
    )


def _third(raised: np.ndarray) -> np.ndarray:
    B, v = _parts(raised)
    return np.log((B + v) / (B + 1))


def _without_numbers(raised: np.ndarray) -> Iterator[tuple[np.ndarray, str]]:
    yield (
        _with_quotient(raised),
        "Yours is right for R > 1. At R = 1 it is no number. Let √(1 + qλ) be v at λ = ½, and B "
        "at λ = 1. Where R = 1, q = B² − 1 and B − v are 0, and what is divided by them is 0/0. "
        "Since B² − v² = (B² − 1)/2, (B − 1)/(B − v) is 2(B + v)/(B + 1), and that is no problem "
        "anywhere.",
    )


def _up_to(raised: np.ndarray, end: np.ndarray) -> np.ndarray:
    """The closed form's three logarithms from x = 1 up to another x."""
    B = 2 * raised - 1
    fractions = (1 - 1 / B) * np.log((B - 1) / (B - end)) - (1 + 1 / B) * np.log(
        (B + end) / (B + 1)
    )
    return np.where(raised == 1, 0, 2 * np.log((1 + end) / 2) + fractions)


def _at_the_mean_root(raised: np.ndarray) -> np.ndarray:
    """The last formula of the hints with (1 + B)/2 = R in place of v."""
    B = 2 * raised - 1
    last = 2 / B * np.log((B + raised) / (B + 1))
    return 2 * np.log((1 + raised) / 2) + (1 - 1 / B) * np.log(2) - last


def _integral(slip: Callable[[float, float], float], q: Callable = lambda R: 4 * R * (R - 1)):
    """The integral of `slip(√(1 + qλ), λ) dlogλ/(1 − λ)` up to λ = 1/2."""

    @once_a_draw
    def like(raised: np.ndarray) -> np.ndarray:
        return np.array([saved_by_quadrature(q(R), slip) for R in raised])

    return like


def _times(root: float, lam: float) -> float:
    return 1 - 1 / root


SAVED = Exercise(
    id="8.6",
    title="How much time do features save?",
    own=own.saved,
    right="Right. The start cancels: as long as λ is small, a trunk that learns takes the same "
    "time as a frozen one.",
    hint="raised has shape (d,), entries 1 or larger in any order, and so has S.",
    parts=(
        Part("two clocks", 2, _against_two_clocks),
        Part("any raise from 1 on", 1, _of_any_raise),
    ),
    misconceptions=(
        Misconception(
            lambda raised: 1 - 1 / raised,
            "1 − 1/R is the share of the wait that is saved where the features have their raise "
            "from the start. They rise on the way: S is an integral over λ, in units of 1/8φ₀.",
        ),
        Misconception(
            lambda R: 2 * np.log(R),
            "2 log R is what S comes near to for large R. Wanted is S for every R.",
        ),
        Misconception(
            lambda R: np.log(R),
            "This is the logarithm of R. S comes near to twice that for large R, and is not it.",
        ),
        Misconception(
            _integral(lambda root, lam: root - 1),
            "You integrate the difference of the rates. A time is an integral of one over the "
            "rate: 1 − 1/√(1 + qλ).",
        ),
        Misconception(
            _integral(lambda root, lam: (1 - 1 / root) * (1 - lam)),
            "You let λ grow without the factor 1 − λ. The clock is dt = dλ/(8γuλ(1 − λ)).",
        ),
        Misconception(
            _integral(lambda root, lam: (1 - 1 / root) * lam),
            "You have dλ/(1 − λ). The clock is dt = dλ/(8γuλ(1 − λ)).",
        ),
        Misconception(
            _integral(lambda root, lam: (1 - 1 / root) * lam * (1 - lam)),
            "You integrate over λ as if it grew evenly. The clock is dt = dλ/(8γuλ(1 − λ)).",
        ),
        Misconception(
            _integral(lambda root, lam: 1 - 1 / root**2),
            "Your rate grows as 1 + qλ. It is γu = φ₀√(1 + qλ): a root.",
        ),
        Misconception(
            _integral(_times, lambda R: R**2 - 1),
            "You take √(1 + q) = R. At the end u/p(0)² is 2R − 1, for it is (s² + p²)/p(0)².",
        ),
        Misconception(
            _integral(_times, lambda R: R * (R - 1)),
            "Your q is 1/(γp(0)⁴). It is four times that: u² = p(0)⁴ + 4λ/γ.",
        ),
        Misconception(
            _integral(_times, lambda R: (2 * R - 1) ** 2),
            "Your q is (2R − 1)². From √(1 + q) = 2R − 1 a 1 has to be taken off.",
        ),
        Misconception(
            _integral(_times, lambda R: 2 * R - 2),
            "Your q is 2R − 2: √(1 + q) = 2R − 1 is to be squared before the 1 is taken off.",
        ),
        Misconception(
            _integral(_times, lambda R: 4 * (R - 1)),
            "Your q is 4(R − 1). R is 1 + q/4 only where q is small: √(1 + q) = 2R − 1, without "
            "an approximation.",
        ),
        Misconception(
            _integral(_times, lambda R: R),
            "Your q is R itself. R is what the features' eigenvalue is multiplied by, and q stands "
            "under the root: √(1 + q) = 2R − 1.",
        ),
        Misconception(
            _integral(_times, lambda R: R - 1),
            "Your q is R − 1. At the end √(1 + q) = u/p(0)² = (s² + p²)/p(0)² = 2R − 1.",
        ),
        Misconception(
            _integral(_times, lambda R: (2 * R + 1) ** 2 - 1),
            "Your √(1 + q) is 2R + 1. R is (1 + √(1 + q))/2, so it is 2R − 1.",
        ),
        *(
            Misconception(
                like,
                "Your √(1 + qλ) at λ = ½ is R, the mean of what it is at 0 and at 1. Its square is "
                "half-way there, from 1 to (2R − 1)².",
            )
            for like in (_at_the_mean_root, lambda R: _up_to(R, R))
        ),
        Misconception(
            lambda R: _with_quotient(R) + (1 + 1 / _parts(R)[0]) * _third(R),
            "You leave the third logarithm out: in x = √(1 + qλ) the partial fractions have three "
            "terms, at x = −1, B and −B, where B = 2R − 1.",
        ),
        Misconception(
            lambda R: own.saved(R) / (4 * R * (R - 1)),
            "A factor q = (2R − 1)² − 1 is lost: dλ = 2x dx/q, and λ = (x² − 1)/q has it too.",
        ),
    ),
)
