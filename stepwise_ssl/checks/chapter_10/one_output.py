"""10.5: where one output ends, against the flow of the whole vector, integrated."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.integrate import solve_ivp
from scipy.optimize import brentq
from scipy.special import logsumexp

from ..asking import once_a_draw
from ..draws import sizes
from ..engine import Exercise, Misconception, Part, Trial
from . import own


@once_a_draw
def _end(gamma: np.ndarray, w0: np.ndarray, rho: float) -> np.ndarray:
    """Where dw/dt = 4(1 − λ) wΓP rests.

    Γ and P are whole matrices in turned coordinates, and log λ is the clock: it runs from where it
    starts to 0, so that no time has to be found at which the flow has come near enough to rest.
    """
    m = len(gamma)
    turn = np.linalg.qr(np.random.default_rng(m).normal(size=(m, m)))[0]
    Gamma = turn * gamma @ turn.T
    P = np.linalg.inv(Gamma + rho * np.eye(m))

    def velocity(_: float, w: np.ndarray) -> np.ndarray:
        along = P @ Gamma @ w
        return along * (w @ Gamma @ w) / (2 * along @ Gamma @ w)

    start = np.log(np.sum(gamma * w0**2))
    # Relative to the largest entry: the smallest that is compared is a thousandth of it.
    end = solve_ivp(velocity, (start, 0), turn @ w0, "DOP853", rtol=1e-11, atol=1e-14)
    return turn.T @ end.y[:, -1]


def _draw(rng: np.random.Generator, m: int, low: float, high: float) -> tuple[np.ndarray, ...]:
    """Eigenvalues (m,) in no order, and a start (m,) whose λ is between low and high.

    The start has entries of both signs, and one is a thousandth of the others.
    """
    gamma = rng.permutation(np.geomspace(1, rng.uniform(6, 12), m)) * rng.uniform(0.8, 1.2, size=m)
    gamma = gamma * 10 ** rng.uniform(-2, 1)
    w0 = rng.permutation(np.append(rng.choice([-1, 1]) * np.array([1.0, -1]), np.ones(m - 2)))
    w0 = w0 * rng.uniform(0.5, 2, size=m)
    # Not the only negative one, or an answer that loses signs would be right here.
    middle = np.argsort(gamma)[1:-1]
    w0[rng.choice(middle[w0[middle] > 0])] *= 1e-3
    lam = np.exp(rng.uniform(np.log(low), np.log(high)))
    return gamma, w0 * np.sqrt(lam / np.sum(gamma * w0**2))


def _ask(trial: Trial, gamma: np.ndarray, w0: np.ndarray, rho: float) -> None:
    want = _end(gamma, w0, rho)
    got = trial.array(trial.call(gamma, w0, rho), shape=gamma.shape, what="The end")
    lam = np.sum(gamma * got**2)
    moves = f"At your end λ = Σγ_j w_j² is {lam:.4g}. The flow rests where it is 1."
    trial.close(
        got, want, "The end", why="the flow of the whole vector, integrated",
        otherwise=moves if abs(lam - 1) > 1e-3 else "",
    )  # fmt: skip


def _damped(trial: Trial) -> None:
    for m in sizes(trial.rng, 4, 8, 2):
        gamma, w0 = _draw(trial.rng, m, 1e-7, 1e-3)
        _ask(trial, gamma, w0, np.median(gamma) * trial.rng.uniform(0.3, 3))


def _from_above(trial: Trial) -> None:
    for m in sizes(trial.rng, 4, 8, 2):
        gamma, w0 = _draw(trial.rng, m, 3, 40)
        _ask(trial, gamma, w0, np.median(gamma) * trial.rng.uniform(0.3, 3))


def _at_the_ends(trial: Trial) -> None:
    """ρ = 0, where all rates are alike, and a ρ beside which all rates are small, and T large."""
    first, second = sizes(trial.rng, 4, 8, 2)
    _ask(trial, *_draw(trial.rng, first, 1e-7, 1e-3), 0.0)
    gamma, w0 = _draw(trial.rng, second, 1e-7, 1e-3)
    _ask(trial, gamma, w0, gamma.max() * 10 ** trial.rng.uniform(2, 3.5))


def _time(rates: np.ndarray, parts: np.ndarray, level: float = 1.0) -> float:
    """T at which Σ parts · e^(8 · rates · T) is `level`."""
    kept = parts > 0
    logs, rates = np.log(parts[kept] / level), 8 * rates[kept]
    far = 2 * np.abs(logsumexp(logs)) / rates.min()
    return brentq(lambda T: logsumexp(logs + rates * T), -far, far)


def _with_rates(of: Callable[[np.ndarray, float], np.ndarray]) -> Callable:
    """The end where mode j grows at another rate."""

    def like(gamma: np.ndarray, w0: np.ndarray, rho: float) -> np.ndarray:
        rates = of(gamma, rho)
        return w0 * np.exp(4 * rates * _time(rates, gamma * w0**2))

    return like


def _resting_where(
    weight: Callable[[np.ndarray, float], np.ndarray], level: float = 1.0
) -> Callable:
    """The end where the flow rests as soon as another sum of squares is `level`."""

    def like(gamma: np.ndarray, w0: np.ndarray, rho: float) -> np.ndarray:
        rates = gamma / (gamma + rho)
        return w0 * np.exp(4 * rates * _time(rates, weight(gamma, rho) * w0**2, level))

    return like


def _with_one_exponent(gamma: np.ndarray, w0: np.ndarray, rho: float) -> np.ndarray:
    """The T at which the sum is 1, in the exponents as they stand in the sum."""
    rates = gamma / (gamma + rho)
    return w0 * np.exp(8 * rates * _time(rates, gamma * w0**2))


def _with_first_order(gamma: np.ndarray, w0: np.ndarray, rho: float) -> np.ndarray:
    """The start times the rates, brought to λ = 1."""
    w = w0 * gamma / (gamma + rho)
    return w / np.sqrt(np.sum(gamma * w**2))


def _largest_alone(gamma: np.ndarray, w0: np.ndarray, rho: float) -> np.ndarray:
    w = np.zeros(len(gamma))
    top = np.argmax(np.where(w0 != 0, gamma, 0))
    w[top] = np.sign(w0[top]) / np.sqrt(gamma[top])
    return w


def _by_the_clock_of_one(normalised: bool) -> Callable:
    """T is the time at which the mode of largest γ would be there by itself."""

    def like(gamma: np.ndarray, w0: np.ndarray, rho: float) -> np.ndarray:
        rates = gamma / (gamma + rho)
        top = np.argmax(np.where(w0 != 0, gamma, 0))
        T = -np.log(gamma[top] * w0[top] ** 2) / (8 * rates[top])
        w = w0 * np.exp(4 * rates * T)
        return w / np.sqrt(np.sum(gamma * w**2)) if normalised else w

    return like


def _only_growing(gamma: np.ndarray, w0: np.ndarray, rho: float) -> np.ndarray:
    """A start above 1 stays."""
    return w0 if np.sum(gamma * w0**2) > 1 else own.end_of_one(gamma, w0, rho)


def _whitened_above(gamma: np.ndarray, w0: np.ndarray, rho: float) -> np.ndarray:
    """A start above 1 is only divided by √λ."""
    lam = np.sum(gamma * w0**2)
    return w0 / np.sqrt(lam) if lam > 1 else own.end_of_one(gamma, w0, rho)


END_OF_ONE = Exercise(
    id="10.5",
    title="Which modes are in it at the end?",
    own=own.end_of_one,
    right="Right. All modes share one clock T and differ in their rates alone, so what ρ does to "
    "the rates it does to the end.",
    hint="gamma and w0 have shape (m,), rho is a number, and the end has shape (m,).",
    parts=(
        Part("ρ among the γ_j", 1, _damped),
        Part("from a start with λ above 1", 1, _from_above),
        Part("ρ = 0, and ρ above all γ_j", 1, _at_the_ends),
    ),
    misconceptions=(
        # Before the slip of equal rates, which it is like where λ starts above 1.
        Misconception(
            _whitened_above,
            "You divide a start with λ above 1 by √λ. Entries shrink as they grow, each at its own "
            "rate: T is below 0 then.",
        ),
        Misconception(
            _with_rates(lambda gamma, rho: gamma),
            "Your modes grow at the rates γ_j, as without P. Multiplied by P mode j grows at "
            "γ_j/(γ_j + ρ).",
        ),
        Misconception(
            _with_rates(lambda gamma, rho: 1 / (gamma + rho)),
            "Your rates are the eigenvalues of P alone. The gradient brings a factor γ_j: the rate "
            "is γ_j/(γ_j + ρ).",
        ),
        Misconception(
            _with_rates(lambda gamma, rho: gamma * (gamma + rho)),
            "You multiply the rates by γ_j + ρ. P is the inverse.",
        ),
        Misconception(
            _with_rates(lambda gamma, rho: gamma / np.sqrt(gamma + rho)),
            "Your rates have the root of P. That is the map to coordinates in which descent is "
            "plain; it comes twice in P^½ΓP^½, and the rate is γ_j/(γ_j + ρ).",
        ),
        Misconception(
            _with_rates(lambda gamma, rho: (gamma / (gamma + rho)) ** 2),
            "You square the rates. Mode j grows at γ_j/(γ_j + ρ).",
        ),
        Misconception(
            _with_rates(lambda gamma, rho: np.ones(len(gamma))),
            "All your entries grow by the same factor. That is so at ρ = 0 alone: in general mode "
            "j has the rate γ_j/(γ_j + ρ).",
        ),
        Misconception(
            _with_rates(lambda gamma, rho: gamma / (gamma + rho * gamma.max())),
            "You take ρ for a share of the largest γ. It stands beside γ_j as it is.",
        ),
        Misconception(
            _largest_alone,
            "Only the mode of the largest γ is in your end. So it is from an infinitely small "
            "start; from this one the others have grown as well.",
        ),
        Misconception(
            _resting_where(lambda gamma, rho: np.ones(len(gamma))),
            "Your end has length 1. The flow rests where λ = Σγ_j w_j² is 1.",
        ),
        Misconception(
            _resting_where(lambda gamma, rho: gamma / (gamma + rho)),
            "Your flow rests where Σγ'_j w_j² is 1, with the rates in place of the γ_j. λ is "
            "wΓwᵀ, whatever P is.",
        ),
        Misconception(
            _resting_where(lambda gamma, rho: gamma, 0.5),
            "You stop at λ = ½, where a mode counts as learned. The flow goes on until λ = 1.",
        ),
        Misconception(
            _with_one_exponent,
            "Your w_j and your λ grow with the same exponent. The entries grow as e^{4γ'_j T}, and "
            "their squares, of which λ is the sum, as e^{8γ'_j T}.",
        ),
        Misconception(
            lambda gamma, w0, rho: own.end_of_one(np.sort(gamma)[::-1], w0, rho),
            "You sort gamma, and the entries of w0 stay. Entry j of both belongs to one mode, in "
            "whatever order they come.",
        ),
        Misconception(
            _with_first_order,
            "You multiply the start by the rates once. The flow multiplies it again and again: "
            "entries grow as e^{4γ'_j T}.",
        ),
        Misconception(
            lambda gamma, w0, rho: np.abs(own.end_of_one(gamma, w0, rho)),
            "The signs of the start are lost. No entry changes its sign on the way.",
        ),
        Misconception(
            lambda gamma, w0, rho: gamma * own.end_of_one(gamma, w0, rho) ** 2,
            "These are the shares γ_j w_j². Asked for are the weights w_j.",
        ),
        Misconception(
            lambda gamma, w0, rho: own.end_of_one(gamma, w0, rho) * np.sqrt(gamma + rho),
            "This is w' = wP^(−1/2), the end in the coordinates in which descent is plain. Map it "
            "back: w = w'P^½.",
        ),
        Misconception(
            lambda gamma, w0, rho: np.exp(
                4 * gamma / (gamma + rho) * _time(gamma / (gamma + rho), gamma * w0**2)
            ),
            "These are the factors by which the entries grow. The start is missing.",
        ),
        Misconception(
            _by_the_clock_of_one(normalised=False),
            "Your T is the time that the largest mode would take by itself. The others have come "
            "some way by then, so that λ is above 1: T has to make the whole sum 1.",
        ),
        Misconception(
            _by_the_clock_of_one(normalised=True),
            "You let the largest mode grow until it is there by itself, and divide by √λ "
            "afterwards. The division shrinks all modes alike, and the flow does not: it rests as "
            "soon as the sum is 1, at an earlier T.",
        ),
        Misconception(
            _only_growing,
            "A start with λ above 1 does not stay in the flow: 1 − λ is negative, and the entries "
            "shrink, each at its own rate. T is below 0 then.",
        ),
    ),
)
