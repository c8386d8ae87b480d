"""8.4: the time at which one mode of two layers comes to a value, against quadrature."""

from __future__ import annotations

import numpy as np
from scipy.integrate import quad

from ..asking import once_a_draw
from ..draws import sizes
from ..engine import Exercise, Misconception, Part, Trial
from ..values import as_array, same_values
from . import own

# From a tiny head. An adaptive quadrature over log λ, one of the right ways, is off by 1e-5 at one
# draw in a thousand without saying so; a difference that cancels puts a time off by 3 % or more.
ROUGH, CANCELLED = 1e-4, 1e-2


@once_a_draw
def _times(lam: np.ndarray, gamma: float, s0: float, p0: float) -> np.ndarray:
    """∫ dλ/(8γuλ(1 − λ)) from the start to each lam, in the log of the odds of λ."""

    def slowness(odds: float) -> float:
        u = np.sqrt((p0**2 - s0**2) ** 2 + 4 / (gamma * (1 + np.exp(-odds))))
        return 1 / (8 * gamma * u)

    start = gamma * s0**2 * p0**2
    first = np.log(start / (1 - start))
    return np.array([
        quad(slowness, first, np.log(x / (1 - x)), epsabs=0, epsrel=1e-11, limit=200)[0]
        for x in lam
    ])  # fmt: skip


def _levels(rng: np.random.Generator, start: float, number: int, last: float) -> np.ndarray:
    """Values of λ above the start in no order, one just above it and one near the odds `last`."""
    share = rng.uniform(0.05, 0.95, size=number)  # of the way, in the log of the odds
    first, last = np.log(start / (1 - start)), np.log(last)
    share[:2] = rng.uniform(0.001, 0.01), rng.uniform(0.97, 0.999)
    return rng.permutation(1 / (1 + np.exp(-(first + share * (last - first)))))


def _ask(
    trial: Trial, number: int, gamma: float, s0: float, p0: float, rtol: float = 1e-6,
    last: float = 999,
) -> None:  # fmt: skip
    lam = _levels(trial.rng, gamma * s0**2 * p0**2, number, last)
    want = _times(lam, gamma, s0, p0)
    result = trial.call(lam, gamma, s0, p0)
    with np.errstate(all="ignore"):
        trial.slips(result, want, [(like(lam, gamma, s0, p0), words) for like, words in NO_NUMBERS])
    got = trial.array(result, shape=lam.shape, what="The time")
    trial.close(got, want, "The time", rtol=rtol, why="by ∫dλ / (8γuλ(1 − λ))",
                otherwise=_nearly(got, want))  # fmt: skip


def _nearly(got: np.ndarray, want: np.ndarray) -> str:
    off = np.max(np.abs(got / want - 1))
    if not off < 0.05:
        return ""
    return (
        f"Yours is off by {100 * off:.2g} % at most, as a numerical solution in steps that are too "
        "large would be, or one to the tolerance of 1e-3 that `solve_ivp` has by default. If it is "
        "one: ask for rtol=1e-9, or integrate over log λ, where the integrand is smooth and "
        "`integrate.quad` has six digits of it."
    )


def _from_a_small_head(trial: Trial) -> None:
    for number in sizes(trial.rng, 3, 8, 3):
        gamma, p0 = 10 ** trial.rng.uniform(-1.3, 0.3), trial.rng.uniform(0.5, 1.6)
        _ask(trial, number, gamma, 10 ** trial.rng.uniform(-3, -2), p0)


def _from_any_sizes(trial: Trial) -> None:
    """λ starts between 0.02 and 0.1; once the trunk is the larger layer, once the head is."""
    for number, ratio in zip(sizes(trial.rng, 3, 8, 3), (0.5, 2.0, 4.0), strict=True):
        gamma = np.float64(10 ** trial.rng.uniform(-1, 0.3))  # NumPy's, as in the notebook
        start = trial.rng.uniform(0.02, 0.1)
        ratio *= trial.rng.uniform(0.8, 1.2)
        p0 = (start / gamma) ** 0.25 / np.sqrt(ratio)
        _ask(trial, number, gamma, ratio * p0, p0)
    # In another unit of length γ is a thousandth: it has no floor.
    unit = trial.rng.uniform(6, 9)
    _ask(trial, 4, gamma / unit**4, ratio * p0 * unit, p0 * unit)
    _ask(trial, 4, gamma, ratio * p0, p0, last=99999)  # λ has no ceiling below 1
    # As near to each other, and as small, as the text lets the two layers be.
    _ask(trial, 4, gamma, trial.rng.choice([0.89, 1.11]) * 0.1, 0.1)


def _from_a_tiny_head(trial: Trial) -> None:
    for number in sizes(trial.rng, 3, 8, 2):
        gamma, p0 = 10 ** trial.rng.uniform(-1.3, 0.3), trial.rng.uniform(0.5, 1.6)
        s0 = 10 ** trial.rng.uniform(-9, -8.6)
        _is_right_where_it_was(trial, number, gamma, s0, p0)
        _ask(trial, number, gamma, s0, p0, rtol=ROUGH)
    _ask(trial, 4, gamma, 1e-9, 0.1, rtol=ROUGH)  # and a trunk as small as it may be


def _is_right_where_it_was(trial: Trial, number: int, gamma: float, s0: float, p0: float) -> None:
    """Refuse, by its cause, an answer that loses its digits at a tiny head only."""
    lam = np.linspace(0.2, 0.9, number)
    tiny, small = trial.call(lam, gamma, s0, p0), trial.call(lam, gamma, 1e6 * s0, p0)
    array, want = as_array(tiny), _times(lam, gamma, s0, p0)
    right = same_values(small, _times(lam, gamma, 1e6 * s0, p0))
    if array is None or array.shape != lam.shape or same_values(tiny, want, ROUGH):
        return
    if right:
        # What is rounded may stand for a head of 1e-8, and not for one that is ten times larger.
        k = int(np.argmax(np.abs(array - want)))
        cut_off = array[k] < _times(lam[k : k + 1], gamma, 1e-7 * p0, p0)[0]
        far = not same_values(array[k], want[k], CANCELLED)
        # A difference that cancels is one of the start: it is off alike at all values of λ.
        alike = not np.isfinite(array).all() or np.ptp(array - want) < 1e-6 * np.ptp(want)
        why = (
            f" There u and |c| differ at the start by 2s0² = {2 * s0**2:.1g}, less than either is "
            "rounded by. Their product (u − c)(u + c) = 4λ/γ needs no difference."
            if alike
            else f" There λ starts at {gamma * s0**2 * p0**2:.1g}. Over λ itself a numerical "
            "integral of 1/λ from there misses a part; over log λ it has a smooth integrand."
        )
        trial.fail(
            f"At s0 = {1e6 * s0:.3g} your times are right. At s0 = {s0:.3g}, all else the same, "
            f"yours at λ = {lam[k]:.3g} is {array[k]:.6g} and should be {want[k]:.6g}."
            f"{' It is that of a larger head.' if cut_off else why * far}",
            named=True,
        )


def _b(gamma, c):
    return np.sqrt(c**2 + 4 / gamma)


def _formula(lam, gamma, s0, p0, c=None, quarter=4.0, growth=1.0, slowing=1.0, start=None):
    """(F(u) − F(u0))/8γ with one part of it changed; the differences are kept from cancelling."""
    c = np.abs(p0**2 - s0**2) if c is None else c
    b = np.sqrt(c**2 + quarter / gamma)
    start = gamma * s0**2 * p0**2 if start is None else start
    u, u0 = (np.sqrt(c**2 + quarter * x / gamma) for x in (lam, start))
    first = np.log(lam / start) - 2 * np.log((u + c) / (u0 + c))
    last = 2 * np.log((b + u) / (b + u0)) - np.log((1 - lam) / (1 - start))
    return (growth * first / c + slowing * last / b) / (8 * gamma)


def _frozen(lam, gamma, s0, p0, rate=None):
    """Chapter 2's time, with one rate from the start to the end."""
    start = gamma * s0**2 * p0**2
    rate = 8 * gamma * p0**2 if rate is None else rate
    return np.log((1 / start - 1) / (1 / lam - 1)) / rate


def _without_a_start(lam, gamma, s0, p0):
    """F(u)/8γ alone."""
    c = p0**2 - s0**2
    b, u = _b(gamma, c), np.sqrt(c**2 + 4 * lam / gamma)
    F = np.log((u - c) / (u + c)) / c + np.log((b + u) / (b - u)) / b
    return F / (8 * gamma)


def _from_p0_alone(lam, gamma, s0, p0):
    """u0 = c = p0²: the head's start is 0, and the time infinite."""
    c = p0**2
    b, u = _b(gamma, c), np.sqrt(c**2 + 4 * lam / gamma)

    def F(u):
        return np.log((u - c) / (u + c)) / c + np.log((b + u) / (b - u)) / b

    return (F(u) - F(c)) / (8 * gamma)


def _alike(lam, gamma, s0, p0):
    """c = 0, as if head and trunk were of one size."""

    def F(lam):
        root = np.sqrt(lam)
        return 2 * np.arctanh(root) - 2 / root

    return (F(lam) - F(gamma * s0**2 * p0**2)) / (16 * np.sqrt(gamma))


def _start_without_the_head(lam, gamma, s0, p0):
    """u0 = p0² with the right c."""
    c = np.abs(p0**2 - s0**2)
    b = _b(gamma, c)

    def F(u):
        return np.log((u - c) / (u + c)) / c + np.log((b + u) / (b - u)) / b

    with np.errstate(all="ignore"):  # where the head is the larger, u0 is below c
        return (F(np.sqrt(c**2 + 4 * lam / gamma)) - F(p0**2)) / (8 * gamma)


# Slips whose numbers are infinite.
NO_NUMBERS = (
    (
        _from_p0_alone,
        "Your times are infinite, as they are from a head of 0, whose u0 is |c|, and as what is "
        "divided by 0 is. The start is u0 = s0² + p0², where λ is γs0²p0² and above 0.",
    ),
)

TIME_UNTIL = Exercise(
    id="8.4",
    title="The clock of two layers",
    own=own.time_until,
    right="Right. The clock begins at the rate 8γ(s0² + p0²) and ends at 8γ√(c² + 4/γ), for u "
    "grows while the mode is learned.",
    hint="lam has shape (T,), gamma, s0 and p0 are numbers, and the times have shape (T,).",
    parts=(
        Part("from a small head", 1, _from_a_small_head),
        Part("from any sizes, the head's also above the trunk's", 1, _from_any_sizes),
        Part("from a head of 1e-9", 1, _from_a_tiny_head),
    ),
    misconceptions=(
        Misconception(
            _frozen,
            "This is the time of a frozen trunk, at the rate 8γp0² throughout. The trunk "
            "grows: u = s² + p² stands in the rate, and it rises with λ.",
        ),
        Misconception(
            lambda lam, gamma, s0, p0: _frozen(lam, gamma, s0, p0, 8 * gamma * (s0**2 + p0**2)),
            "You hold u at its value at the start, s0² + p0². It rises with λ, as the root of "
            "c² + 4λ/γ.",
        ),
        Misconception(
            lambda lam, gamma, s0, p0: _frozen(
                lam, gamma, s0, p0, 8 * gamma * np.sqrt((p0**2 - s0**2) ** 2 + 4 * lam / gamma)
            ),
            "You divide by the u that the mode has at the end, as if it had had it all the way. u "
            "rises with λ and stands under the integral.",
        ),
        Misconception(
            lambda lam, gamma, s0, p0: _frozen(
                lam, gamma, s0, p0,
                4 * gamma * (s0**2 + p0**2 + np.sqrt((p0**2 - s0**2) ** 2 + 4 * lam / gamma)),
            ),
            "You hold u at the mean of its two ends. It rises with λ on the way, and stands under "
            "the integral.",
        ),
        Misconception(
            lambda lam, gamma, s0, p0: _frozen(lam, gamma, s0, p0, 8 * gamma),
            "This is chapter 2's time, of one layer at the rate 8γ. Here the rate is 8γu with "
            "u = s² + p².",
        ),
        Misconception(
            lambda lam, gamma, s0, p0: _formula(lam, gamma, s0, p0, slowing=0.0),
            "Only the term with 1/c is there: the growth, without the 1 − λ that ends it. The "
            "partial fractions give a second term, with b.",
        ),
        Misconception(
            lambda lam, gamma, s0, p0: _formula(lam, gamma, s0, p0, growth=0.0),
            "Only the term with 1/b is there. The partial fractions give a second one, with c, and "
            "with a small head it holds nearly all of the time until λ = ½.",
        ),
        Misconception(
            lambda lam, gamma, s0, p0: _formula(lam, gamma, s0, p0, slowing=-1.0),
            "The term with b has the wrong sign: 1/((u² − c²)(b² − u²)) is a sum of two fractions.",
        ),
        Misconception(
            lambda lam, gamma, s0, p0: _formula(lam, gamma, s0, p0, quarter=1.0),
            "u² = c² + 4λ/γ: the 4 is missing, from (p² + s²)² = (p² − s²)² + 4s²p².",
        ),
        Misconception(
            lambda lam, gamma, s0, p0: _formula(lam, gamma, s0, p0, c=p0**2 + s0**2),
            "Your c is s0² + p0². The conserved one is the difference p0² − s0².",
        ),
        Misconception(
            lambda lam, gamma, s0, p0: _formula(lam, gamma, s0, p0, c=p0**2),
            "Your c is p0². It is p0² − s0², and that is p0² only where the head starts at 0.",
        ),
        Misconception(
            _alike,
            "Your c is 0, as if head and trunk were equal: u = 2s² and λ = γs⁴. The two start "
            "apart, and p² − s² stays p0² − s0².",
        ),
        Misconception(
            _start_without_the_head,
            "Your u0 is p0². It is s0² + p0²: u0 − c is then 2s0² where the head starts smaller, "
            "twice what yours is.",
        ),
        Misconception(
            _without_a_start,
            "This is F(u)/8γ, an antiderivative at its upper end. F(u0) at the start has to be "
            "subtracted.",
        ),
        Misconception(
            lambda lam, gamma, s0, p0: _formula(
                lam, gamma, s0, p0,
                growth=np.abs(p0**2 - s0**2), slowing=_b(gamma, p0**2 - s0**2),
            ),
            "The 1/c and the 1/b in front of the logarithms are missing.",
        ),
        Misconception(
            lambda lam, gamma, s0, p0: _formula(
                lam, gamma, s0, p0,
                growth=np.abs(p0**2 - s0**2) / _b(gamma, p0**2 - s0**2),
                slowing=_b(gamma, p0**2 - s0**2) / np.abs(p0**2 - s0**2),
            ),
            "1/c and 1/b are exchanged. The logarithm with c is divided by c, the one with b by b.",
        ),
        Misconception(
            lambda lam, gamma, s0, p0: _formula(lam, gamma, s0, p0, slowing=(
                _b(gamma, p0**2 - s0**2) / np.abs(p0**2 - s0**2))),
            "Both logarithms are divided by c in yours. The second is divided by b.",
        ),
        Misconception(
            lambda lam, gamma, s0, p0: _formula(lam, gamma, np.sqrt(s0), np.sqrt(p0)),
            "You have s0 and p0 where their squares belong: λ = γs²p² and u = s² + p².",
        ),
        Misconception(
            lambda lam, gamma, s0, p0: _formula(lam, gamma, s0, p0, start=gamma * s0**2),
            "Your λ starts at γs0², without the trunk. It starts at γ·s0²·p0².",
        ),
    ),
)  # fmt: skip
