"""6.2: when a mode is half-way, against an integrated flow whose loss comes from quadrature."""

from __future__ import annotations

import numpy as np
from scipy.integrate import solve_ivp

from ... import linear
from ..asking import once_a_draw
from ..engine import Exercise, Misconception, Part, Trial
from ..values import as_array, same_values
from . import own
from .truth import normal_nodes

NODES, WEIGHTS = normal_nodes(24)


def _loss(w: float, sigma: float, rho: float, temperature: float) -> float:
    """The loss of one Gaussian mode with infinitely many candidates, by quadrature."""
    z = w * np.sqrt(sigma) * NODES
    mean_of_exponentials = np.exp(np.outer(z, z) / temperature) @ WEIGHTS
    return float(WEIGHTS @ np.log(mean_of_exponentials)) - rho * sigma * w * w / temperature


@once_a_draw
def _half_time(gamma: float, rho: float, s0: float, temperature: float) -> float:
    """Time at which λ passes half of where its own flow ends."""
    sigma = gamma / rho
    above = np.sqrt(1e-6 * temperature * rho**2 / gamma)
    if s0 < above:  # from there on: before, λ grows as an exponential, too small for differences
        return _half_time(gamma, rho, above, temperature) + (
            temperature / (2 * gamma) * np.log(above / s0)
        )

    def flow(_: float, log_w: np.ndarray) -> list[float]:
        w, h = float(np.exp(log_w[0])), 1e-4
        slope = (
            _loss(w * (1 + h), sigma, rho, temperature)
            - _loss(w * (1 - h), sigma, rho, temperature)
        ) / (2 * h * w)
        return [-slope / w]

    def run(until: float, event=None):
        return solve_ivp(
            flow, (0, until), [np.log(s0)], events=event, rtol=1e-7, atol=1e-8, method="LSODA"
        )

    unit = temperature / (4 * gamma)
    end = run(30 * unit + 2 * unit * max(0.0, -np.log(gamma * s0**2))).y[0, -1]

    def crossing(_: float, log_w: np.ndarray) -> float:
        return log_w[0] - (end - np.log(2) / 2)

    crossing.terminal = True
    return float(run(100 * unit, crossing).t_events[0][0])


def _mode(
    trial: Trial, share: float, temperature: float, slow: float = 1
) -> tuple[float, float, float]:
    """γ, ρ and the start of a mode that begins at this share of its plateau."""
    gamma, rho = slow * trial.rng.uniform(0.05, 0.3), trial.rng.uniform(0.3, 0.6)
    return gamma, rho, np.sqrt(share * temperature * rho**2 / gamma)


def _ask(trial: Trial, shares: list[float], temperature: float, slow: float = 1) -> None:
    """Modes that begin at these shares of their plateaus, in any order."""
    modes = [_mode(trial, share, temperature, slow) for share in trial.rng.permutation(shares)]
    given = [np.array(column) for column in zip(*modes, strict=True)]
    got = trial.array(trial.call(*given, temperature), shape=(len(shares),),
                      what="The array of times", allow_inf=True)  # fmt: skip
    want = [_half_time(*mode, temperature) for mode in modes]
    trial.close(got, want, "The time of half the plateau", rtol=1e-4,
                why="the flow integrated, its loss by quadrature")  # fmt: skip


def _follows_the_flow(trial: Trial) -> None:
    # One start far below the plateau, and one where the −1 in the logarithm counts. Of two modes
    # alone nobody could tell whether their times are sorted or reversed.
    shares = [10 ** trial.rng.uniform(low, high) for low, high in ((-7, -4), (-3, -2))]
    shares.append(trial.rng.uniform(0.3, 0.45))
    _ask(trial, shares, trial.rng.choice([trial.rng.uniform(0.4, 0.9), trial.rng.uniform(1.2, 3)]))


def _knows_modes_that_never_come(trial: Trial) -> None:
    temperature = trial.rng.uniform(1.2, 3)
    # A start that is small and not 0; with so large a γ its share of the plateau is about 1e-11,
    # which 1 minus it does not lose.
    gamma, rho, _ = _mode(trial, 1.0, temperature, 1e5)
    s0 = 10 ** trial.rng.uniform(-9, -8.5)
    g, r = trial.rng.uniform(0.05, 0.3, 3), trial.rng.uniform(0.3, 0.6, 3)
    modes = [
        (g[0], r[0], 0.0),
        (-g[1], -r[1], 10 ** trial.rng.uniform(-4, -2)),
        (-g[2], -r[2], trial.rng.uniform(3, 5)),  # |λ(0)| far above |τρ²|
        (0.0, 0.0, 1e-3),
        (0.0, 0.0, 0.0),
        (gamma, rho, s0),
    ]
    want = np.array(5 * [np.inf] + [_half_time(gamma, rho, s0, temperature)])
    order = trial.rng.permutation(6)
    given = [np.array(column)[order] for column in zip(*modes, strict=True)]
    got = trial.array(trial.call(*given, temperature), shape=(6,), what="The array of times",
                      allow_inf=True)  # fmt: skip
    trial.close(got, want[order], "The time of half the plateau", rtol=1e-4,
                why="infinite where γ ≤ 0 or s(0) = 0")  # fmt: skip


def _knows_modes_that_have_come(trial: Trial) -> None:
    """Starts between half of the plateau and the whole, and above it."""
    temperature = trial.rng.choice([trial.rng.uniform(0.3, 0.8), trial.rng.uniform(1.5, 3)])
    shares = np.array([*trial.rng.uniform(0.55, 0.95, 2), *trial.rng.uniform(1.2, 9, 2)])
    modes = [_mode(trial, share, temperature) for share in trial.rng.permutation(shares)]
    given = [np.array(column) for column in zip(*modes, strict=True)]
    result = trial.call(*given, temperature)
    times, whole = as_array(result), given[0] * given[2] ** 2 > temperature * given[1] ** 2
    if times is not None and times.shape == (4,) and np.array_equal(np.isnan(times), whole):
        trial.fail(
            "A time of yours is NaN, as the logarithm of a negative number is, where λ(0) is above "
            "the plateau τρ². A mode that starts at half of it or above needs no time: 0.",
            named=True,
        )
    got = trial.array(result, shape=(4,), what="The array of times", allow_inf=True)
    trial.close(got, np.zeros(4), "The time of half the plateau",
                why="λ(0) is above half of τρ²", otherwise=(
                    "A time of yours is negative. These modes start at half of their plateau or "
                    "above it, and need no time: 0." if (got < 0).any() else ""))  # fmt: skip
    # At half of the plateau to the last digit, where s(0) is 2 and ρ is ½, beside two that go on.
    modes = [_mode(trial, share, temperature) for share in trial.rng.uniform(0.01, 0.4, 2)]
    given = [np.array(column) for column in zip(*modes, (temperature / 32, 0.5, 2.0), strict=True)]
    got = trial.array(trial.call(*given, temperature), shape=(3,), what="The array of times",
                      allow_inf=True)  # fmt: skip
    want = np.array([*(_half_time(*mode, temperature) for mode in modes), 0.0])
    there = (
        f"Your time for mode 3 is {got[2]:.4g}. It starts at half of its plateau, to the last "
        "digit, and has no way to go: 0."
    )
    trial.close(got, want, "The time of half the plateau", rtol=1e-4,
                why="λ(0) is half of τρ² for mode 3",
                otherwise=there if same_values(got[:2], want[:2], 1e-4) else "")  # fmt: skip
    # One that has not come: above ½, and below half of a plateau that is above 1. Its γ is small,
    # and not 0.
    temperature, slow = trial.rng.uniform(15, 20), 10 ** trial.rng.uniform(-9, -8)
    for low, high in ((0.4, 0.48), (0.03, 0.06)):  # the second starts below ½, too
        _ask(trial, [trial.rng.uniform(low, high)], temperature, slow)


def _never_and_already(trial: Trial) -> None:
    _knows_modes_that_never_come(trial)
    _knows_modes_that_have_come(trial)


def _like(rate=4.0, power=1, plateau=lambda tau, rho: tau * rho**2, half=True, square=True,
          start=lambda gamma, rho, s0: gamma * s0**2):  # fmt: skip
    """The half-time with a slip in one of its places."""

    def like(gamma, rho, s0, temperature):
        with np.errstate(all="ignore"):
            ratio = plateau(temperature, rho) / start(gamma, rho, s0)
            time = np.log(ratio - 1 if half else ratio) * temperature**power / (rate * gamma)
        never = (gamma <= 0) | (s0 == 0)
        return np.where(never, np.inf, np.where(ratio > 2, time, 0))

    return like


def _quarter(gamma, rho, s0, temperature):
    """When λ is at a quarter of its plateau, and so w at half of its own."""
    with np.errstate(all="ignore"):
        ratio = temperature * rho**2 / (gamma * s0**2)
        time = np.log((ratio - 1) / 3) * temperature / (4 * gamma)
    return np.where((gamma <= 0) | (s0 == 0), np.inf, np.where(ratio > 4, time, 0))


def _exponential_to_half(gamma, rho, s0, temperature):
    """Where growth without saturation reaches half of the plateau."""
    ratio = temperature * rho**2 / (2 * gamma * s0**2)
    return np.maximum(np.log(ratio), 0) * temperature / (4 * gamma)


def _not_zero_at_half(gamma, rho, s0, temperature):
    """The formula up to the plateau itself."""
    with np.errstate(all="ignore"):
        ratio = temperature * rho**2 / (gamma * s0**2)
        time = temperature * np.log(ratio - 1) / (4 * gamma)
    return np.where((gamma <= 0) | (s0 == 0), np.inf, np.where(ratio > 1, time, 0))


def _with_border(reached):
    """The right times, but 0 wherever `reached` says so of λ(0), the plateau and s(0)."""

    def like(gamma, rho, s0, temperature):
        time = own.half_times(gamma, rho, s0, temperature)
        return np.where(reached(gamma * s0**2, temperature * rho**2, s0), 0, time)

    return like


def _never_from_above(gamma, rho, s0, temperature):
    """The right times, but infinite for a start on the plateau or above it."""
    time = own.half_times(gamma, rho, s0, temperature)
    return np.where(gamma * s0**2 >= temperature * rho**2, np.inf, time)


def _never_from_nearly_0(gamma, rho, s0, temperature):
    time = own.half_times(gamma, rho, s0, temperature)
    return np.where(np.isclose(s0, 0), np.inf, time)


def _zero_from_the_plateau_on(gamma, rho, s0, temperature):
    """The formula up to the plateau, and 0 from there on, at γ = 0 too."""
    time = _not_zero_at_half(gamma, rho, s0, temperature)
    return np.where(gamma * s0**2 >= temperature * rho**2, 0, time)


def _at_one_half(gamma, rho, s0, temperature):
    """When λ itself is at ½."""
    start, plateau = gamma * s0**2, temperature * rho**2
    with np.errstate(all="ignore"):
        time = np.log((plateau / start - 1) / (2 * plateau - 1)) * temperature / (4 * gamma)
    time = np.where(start >= 0.5, 0, np.where(plateau <= 0.5, np.inf, time))
    return np.where((gamma <= 0) | (s0 == 0), np.inf, time)


HALF_TIMES = Exercise(
    id="6.2",
    title="When is a mode half-way?",
    own=own.half_times,
    right="Right. Logistic again, half as fast at τ = 1, and with a plateau of its own.",
    hint="gamma, rho and s0 have d entries each, temperature is a number; so d times come out.",
    parts=(
        Part("the flow", 2, _follows_the_flow),
        Part("never, and already", 1, _never_and_already),
    ),
    misconceptions=(
        Misconception(
            _like(plateau=lambda tau, rho: np.minimum(tau * rho**2, 1)),
            "Your plateau is 1 at most. That is Barlow Twins' plateau: here it is τρ², which is "
            "above 1 at a high temperature.",
        ),
        Misconception(
            _like(rate=8.0),
            "Your rate is 8γ/τ. The 8 belongs to Barlow Twins, where C is squared; here it is not: "
            "λ grows at 4γ/τ.",
        ),
        Misconception(
            _like(rate=2.0),
            "2γ/τ is the rate of w. λ goes with its square and grows twice as fast.",
        ),
        Misconception(
            _like(plateau=lambda tau, rho: 1.0),
            "You take 1 as the plateau, as for Barlow Twins. This loss is least at u = τρ, where "
            "λ = τρ².",
        ),
        Misconception(
            _like(plateau=lambda tau, rho: tau * rho),
            "τρ is the plateau of the variance u. λ = ρu has another factor ρ.",
        ),
        Misconception(
            _like(plateau=lambda tau, rho: rho**2),
            "The plateau is missing its temperature: τρ².",
        ),
        Misconception(
            _like(plateau=lambda tau, rho: tau * rho**2 / 2),
            "Half twice: at time log(λ∞/λ(0) − 1)/a the mode is at λ∞/2, with the whole plateau in "
            "the logarithm.",
        ),
        Misconception(
            _like(plateau=lambda tau, rho: 2 * tau * rho**2),
            "Your plateau is twice too high. Set the derivative by u to zero: −ρ/τ + u/τ² = 0.",
        ),
        Misconception(
            _like(half=False),
            "The −1 is missing: e^(at) = λ∞/λ(0) is where exponential growth would reach the whole "
            "plateau.",
        ),
        Misconception(
            _quarter,
            "At your times λ is at a quarter of its plateau: it is w that is half-way there, and "
            "λ = γw².",
        ),
        Misconception(
            _exponential_to_half,
            "You let the mode grow as an exponential up to half of the plateau. It slows down on "
            "its way there: integrate the logistic equation.",
        ),
        Misconception(
            lambda gamma, rho, s0, temperature: linear.step_times(gamma, s0),
            "These are Barlow Twins' step times, with rate 8γ and plateau 1. This loss has another "
            "rate and another plateau, and both depend on τ.",
        ),
        Misconception(
            _like(power=0, plateau=lambda tau, rho: rho**2),
            "The temperature is missing twice: from the rate, 4γ/τ, and from the plateau, τρ².",
        ),
        Misconception(
            _like(start=lambda gamma, rho, s0: s0**2),
            "λ(0) is γ s(0)², not s(0)².",
        ),
        Misconception(
            _like(start=lambda gamma, rho, s0: gamma * s0),
            "s(0) enters λ(0) squared.",
        ),
        Misconception(
            _not_zero_at_half,
            "The formula is used above half of the plateau too, where it is negative. A mode that "
            "starts there needs no time: 0.",
        ),
        *(
            Misconception(
                _with_border(reached),
                "You give 0 to a mode that is not yet half-way. It has to be λ(0) = γ s(0)² that "
                "is at half of the plateau, τρ²/2, or above.",
            )
            for reached in (
                lambda start, plateau, s0: s0**2 >= plateau / 2,
                lambda start, plateau, s0: start >= 0.5,
            )
        ),
        Misconception(
            _never_from_above,
            "You give inf to a mode that starts above its plateau. Whatever starts at half of its "
            "plateau or above needs no time: 0.",
        ),
        Misconception(
            _never_from_nearly_0,
            "You take a small start for 0. np.isclose(s, 0) holds below 1e-8, whatever the unit: "
            "only s(0) = 0 waits for ever.",
        ),
        Misconception(
            _zero_from_the_plateau_on,
            "You give 0 from the whole plateau on, λ(0) ≥ τρ², and half of it is enough. At γ = 0 "
            "both sides are 0, and yours is 0 there as well: such a mode never moves, and its time "
            "is infinite.",
        ),
        Misconception(
            _with_border(lambda start, plateau, s0: start >= plateau / 2),
            "At γ = 0 yours is 0: there λ(0) and τρ²/2 are both 0, and 0 ≥ 0 is true. Such a mode "
            "never moves, so its time is infinite.",
        ),
        Misconception(
            _at_one_half,
            "λ = ½ is taken for half-way, and a mode whose plateau τρ² is not above that never "
            "comes there. Half-way is τρ²/2.",
        ),
    ),
)
