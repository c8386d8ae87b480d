"""6.9: when a direction takes another's place, against integrated flows with several brakes."""

from __future__ import annotations

import functools
from collections.abc import Callable

import numpy as np
import torch
from scipy.integrate import solve_ivp

from ... import losses
from ..engine import Exercise, Misconception, Part, Trial
from . import own
from .truth import exact_pairs, gradient, normal_nodes

Slope = Callable[[np.ndarray], np.ndarray]
Draw = tuple[np.ndarray, np.ndarray, np.ndarray]
Pair = tuple[float, float]
# Any number of nodes leaves a brake that sees the sum alone; with these it is SimCLR's to 1e-6.
NODES, WEIGHTS = normal_nodes(12)
# How long a flow is followed at most, in units of 1/(aσ(ρ_2 − ρ_1)) with the smaller σ. It stops at
# the exchange, which came within 4 of them in 180 draws: a wide limit costs nothing.
UNTIL_EXCHANGED = 200
# How long a flow must go on without an exchange, in units of 1/(aσρ_1) with the smaller σ. The
# formula, used where nothing is exchanged, gives less than 2 of them.
WITHOUT_EXCHANGE = 60
# VICReg's pull 2ν, around that of the published weights, 50.
VICREG_PULL = 20, 50
# Draws whose flows are kept: the three seeds of a check have eight each.
KEPT = 64


def _of_brake(sigma: np.ndarray, rho: np.ndarray, pull: float, brake: Callable) -> Slope:
    """Gradient of −pull Σ_j ρ_j u_j + brake(Σ_j u_j) with respect to the weights.

    By complex steps: the imaginary part of the loss at w_j + ih, over h, has no difference in it.
    """

    def loss(w: np.ndarray) -> complex:
        u = sigma * w**2
        return brake(u.sum()) - pull * (rho * u).sum()

    def slope(w: np.ndarray) -> np.ndarray:
        h = 1e-9 * w
        return np.array([loss(w + 1j * h * e).imag for e in np.eye(2)]) / h

    return slope


def _simclr(sigma: np.ndarray, rho: np.ndarray, pull: float) -> Slope:
    """SimCLR with infinitely many Gaussian candidates: the mean over them by quadrature."""
    products = np.outer(NODES, NODES) * pull

    def brake(U: complex) -> complex:
        return WEIGHTS @ np.log(np.exp(U * products) @ WEIGHTS)

    return _of_brake(sigma, rho, pull, brake)


def _vicreg(sigma: np.ndarray, rho: np.ndarray, pull: float, excess: float) -> Slope:
    """The published VICReg of one column, on pairs with these variances and agreements.

    The variance term holds direction 1, at an `excess` above 1, and stays below the hinge's kink.
    """
    pair = exact_pairs(np.random.default_rng(0), 6, sigma, rho)
    variance = excess * pull * (1 - rho.max())

    def loss(z1: torch.Tensor, z2: torch.Tensor) -> torch.Tensor:
        return losses.vicreg(z1, z2, pull / 2, variance, eps=0.02)

    return lambda w: gradient(loss, w[None], *pair)[0]


def _invented(sigma: np.ndarray, rho: np.ndarray, pull: float, b: float, c: float) -> Slope:
    """A brake that belongs to no loss of the chapter."""
    return _of_brake(sigma, rho, pull, lambda U: pull * (b * U**3 + c * (np.cosh(U) - 1)))


@functools.lru_cache(maxsize=KEPT)  # every wrong answer is asked for the same draws
def _exchange(
    loss: Callable[..., Slope], sigma: Pair, rho: Pair, s0: Pair, until: float, *given: float
) -> tuple[float, float] | None:
    """Time of the moment at which the two variances are equal, and that variance; or None.

    The flow is integrated in the logarithms of the weights.
    """
    slope = loss(np.array(sigma), np.array(rho), *given)

    def flow(_: float, logs: np.ndarray) -> np.ndarray:
        w = np.exp(logs)
        return -slope(w) / w

    def lead(_: float, logs: np.ndarray) -> float:
        return np.log(sigma[0] / sigma[1]) + 2 * (logs[0] - logs[1])

    lead.terminal = True
    found = solve_ivp(flow, (0, until), np.log(s0), events=lead, method="LSODA",
                      rtol=1e-8, atol=1e-9)  # fmt: skip
    if not len(found.t_events[0]):
        return None
    w = np.exp(found.y_events[0][0])
    return float(found.t_events[0][0]), float(np.mean(sigma * w**2))


def _late(sigma: np.ndarray, rho: np.ndarray, further: float, s1: float) -> Draw:
    """With a start of direction 2 from which log(u_2)/σ_2 has `further` times as far to go."""
    way = np.log(0.3 / (sigma[0] * s1**2)) / sigma[0]
    return sigma, rho, np.array([s1, np.sqrt(0.3 / sigma[1] * np.exp(-further * way * sigma[1]))])


def _weak_and_agreeing(rng: np.random.Generator) -> Draw:
    """γ_1 > γ_2 and ρ_1 < ρ_2: both start alike, and the first one is first by its variance."""
    sigma = np.array([rng.uniform(0.8, 1.5), rng.uniform(0.2, 0.3)])
    rho = np.array([rng.uniform(0.35, 0.5), rng.uniform(0.65, 0.8)])
    return sigma, rho, 10 ** rng.uniform(-3.3, -2.3) * np.array([1, rng.uniform(0.2, 1.2)])


def _strong_and_agreeing(rng: np.random.Generator) -> Draw:
    """More variance and more agreement, and late because of its start alone."""
    sigma = np.array([rng.uniform(0.4, 0.6), rng.uniform(0.7, 1.0)])
    rho = np.array([rng.uniform(0.4, 0.55), rng.uniform(0.65, 0.85)])
    return _late(sigma, rho, rng.uniform(1.2, 1.4) * rho[1] / rho[0], 10 ** rng.uniform(-1.6, -1.2))


def _pull(rng: np.random.Generator) -> float:
    return float(rng.choice([rng.uniform(0.4, 0.8), rng.uniform(1.3, 2.5)]))


def _ask(
    trial: Trial, draw: Draw, why: str, loss: Callable[..., Slope], pull: float, *rest: float
) -> None:
    sigma, rho, s0 = draw
    until = UNTIL_EXCHANGED / (pull * sigma.min() * (rho[1] - rho[0]))
    found = _exchange(loss, *map(tuple, draw), until, pull, *rest)
    if found is None:
        raise RuntimeError(f"the flow of {loss.__name__} has no exchange up to t = {until:.3g}")
    want, u = found
    got = trial.array(trial.call(sigma, rho, s0, pull, u), shape=(), what="The time",
                      allow_inf=True)  # fmt: skip
    trial.close(got, want, "The time of the exchange", rtol=1e-5, why=why)


def _with_any_brake(trial: Trial) -> None:
    rng = trial.rng
    _ask(trial, _weak_and_agreeing(rng), "SimCLR's flow, integrated", _simclr, _pull(rng))
    _ask(trial, _strong_and_agreeing(rng), "VICReg's flow, integrated", _vicreg,
         rng.uniform(*VICREG_PULL), rng.uniform(1.3, 1.9))  # fmt: skip
    _ask(trial, _weak_and_agreeing(rng), "the flow with a brake of another form, integrated",
         _invented, _pull(rng), *rng.uniform(0.2, 0.8, 2))  # fmt: skip


def _kept(rng: np.random.Generator, other: float) -> Draw:
    """ρ_2 is `other` times ρ_1, and direction 2 has less variance."""
    sigma = np.array([rng.uniform(0.8, 1.5), rng.uniform(0.4, 0.7)])
    rho = rng.uniform(0.5, 0.8) * np.array([1, other])
    return sigma, rho, 10 ** rng.uniform([-2.5, -3.5], [-2, -3])


def _kept_against_variance(rng: np.random.Generator) -> Draw:
    """ρ_2 < ρ_1 and yet γ_2 > γ_1: near zero direction 2 is the faster one, and starts late."""
    sigma = np.array([rng.uniform(0.4, 0.6), rng.uniform(1.0, 1.4)])
    rho = np.array([rng.uniform(0.6, 0.8), rng.uniform(0.4, 0.55)])
    return _late(sigma, rho, rng.uniform(1.3, 1.5), 10 ** rng.uniform(-1.6, -1.2))


def _kept_though_nearer(rng: np.random.Generator) -> Draw:
    """Direction 2 has less far to go, and the formula has a positive time at which nothing is."""
    sigma = np.array([rng.uniform(0.4, 0.6), rng.uniform(1.0, 1.4)])
    rho = rng.uniform(0.6, 0.8) * np.array([1, rng.uniform(0.4, 0.55)])
    return _late(sigma, rho, rng.uniform(0.75, 0.9), 10 ** rng.uniform(-2.5, -2))


def _never(trial: Trial) -> None:
    rng = trial.rng
    draws = [
        _kept(rng, rng.uniform(0.3, 0.8)), _kept(rng, 1.0), _kept(rng, -rng.uniform(0.2, 0.6)),
        _kept_against_variance(rng), _kept_though_nearer(rng),
    ]  # fmt: skip
    for k in rng.permutation(len(draws)):
        sigma, rho, s0 = draws[k]
        pull = _pull(rng)
        until = WITHOUT_EXCHANGE / (pull * sigma.min() * rho[0])
        if _exchange(_simclr, *map(tuple, draws[k]), until, pull) is not None:
            raise RuntimeError("SimCLR's flow has an exchange although ρ_2 ≤ ρ_1")
        u = rho[0] / pull * rng.uniform(0.4, 0.6)
        result = trial.call(sigma, rho, s0, pull, u)
        if isinstance(result, float) and np.isnan(result):
            trial.fail(
                "The time is NaN. Here direction 1 keeps its place, and what never comes has an "
                "infinite time: np.inf.",
                named=True,
            )
        got = trial.array(result, shape=(), what="The time", allow_inf=True)
        if got == -np.inf:
            trial.fail(
                "Your time is −∞, and +∞ is wanted: an exchange that never comes.", named=True
            )
        trial.require(
            not got < 0,
            "Your time is negative: no exchange comes after the start. Where direction 2 agrees "
            "no better than direction 1 the time is infinite.",
        )
        trial.close(got, np.inf, "The time of the exchange",
                    why="direction 1 keeps its place in the integrated flow")  # fmt: skip
    # Whoever says never of all has not told the cases apart.
    sigma, rho, s0 = _weak_and_agreeing(rng)
    pull = _pull(rng)
    result = trial.call(sigma, rho, s0, pull, rho[0] / pull / 2)
    got = trial.array(result, shape=(), what="The time", allow_inf=True)
    trial.require(
        not np.isposinf(got), "Your time is infinite also where direction 2 takes the place."
    )


def _like(
    rate: float = 4.0,
    way: Callable = lambda sigma, s0, u: np.log(u / (sigma * s0**2)),
    per: Callable = lambda sigma, rho: sigma,
    gap: Callable = lambda sigma, rho: rho[1] - rho[0],
    force: Callable = lambda a: a,
    first: float = 1.0,
    never: bool = True,
) -> Callable:
    """The time with a slip in one of its places."""

    def like(sigma, rho, s0, pull, u):
        if never and rho[1] <= rho[0]:
            return np.inf
        one, two = way(sigma, s0, u) / per(sigma, rho)
        with np.errstate(divide="ignore"):
            return (two - first * one) / (rate * force(pull) * gap(sigma, rho))

    return like


def _gap_of_gammas(sigma, rho):
    return sigma[1] * rho[1] - sigma[0] * rho[0]


def _not_hindered(sigma, rho, s0, pull, u):
    """The growth of direction 2 near zero, up to u."""
    if rho[1] <= rho[0]:
        return np.inf
    return np.log(u / (sigma[1] * s0[1] ** 2)) / (4 * pull * sigma[1] * rho[1])


def _two_phases(sigma, rho, s0, pull, u):
    """Growth near zero until direction 1 is on its plateau; then the plateau's rate.

    The sum of the two variances nearly rests from then on, and at the exchange it is 2u.
    """
    if rho[1] <= rho[0]:
        return np.inf
    one, two = np.log(np.array([2, 1]) * u / (sigma * s0**2))
    t = one / (4 * pull * sigma[0] * rho[0])
    left = two - 4 * pull * sigma[1] * rho[1] * t
    return t + left / (4 * pull * sigma[1] * (rho[1] - rho[0]))


def _by_gamma(sigma, rho, s0, pull, u):
    """Never where γ_2 ≤ γ_1."""
    return _like(never=False)(sigma, rho, s0, pull, u) if _gap_of_gammas(sigma, rho) > 0 else np.inf


def _zero_for_never(sigma, rho, *rest):
    return 0.0 if rho[1] <= rho[0] else _like()(sigma, rho, *rest)


def _where_positive(*given):
    t = _like(never=False)(*given)
    return t if t > 0 else np.inf


def _wait_beyond_the_plateau(sigma, rho, s0, pull, u):
    """The time of direction 1, and then all of direction 2's growth."""
    if rho[1] <= rho[0]:
        return np.inf
    one, two = np.log(u / (sigma * s0**2))
    return (one / (sigma[0] * rho[0]) + two / (sigma[1] * (rho[1] - rho[0]))) / (4 * pull)


EXCHANGE_TIME = Exercise(
    id="6.9",
    title="Why directions are exchanged",
    own=own.exchange_time,
    right="Right. Variance sets the pace and agreement says who stays; the brake falls out.",
    hint="sigma, rho and s0 have two entries each, pull and u are numbers; one number comes out.",
    parts=(
        Part("the exchange, with any brake", 2, _with_any_brake),
        Part("no exchange", 1, _never),
    ),
    misconceptions=(
        Misconception(
            _like(per=lambda sigma, rho: 1.0, gap=_gap_of_gammas),
            "You subtract the two rates of log u and let the brake drop out. It does not: it "
            "slows log u_j by 4σ_j B′(U). Divide by σ_j first.",
        ),
        Misconception(
            _like(per=lambda sigma, rho: 1.0),
            "Neither logarithm is divided by its σ_j. The brake on log w_j is 2σ_j B′(U), and only "
            "after the division is it the same for both.",
        ),
        Misconception(
            _like(per=lambda sigma, rho: sigma[1]),
            "Both logarithms are divided by σ_2. Each belongs to its own direction: the brake on "
            "log w_1 is 2σ_1 B′(U).",
        ),
        Misconception(
            _like(per=lambda sigma, rho: sigma[0]),
            "Both logarithms are divided by σ_1. Each belongs to its own direction: the brake on "
            "log w_2 is 2σ_2 B′(U).",
        ),
        Misconception(
            _like(way=lambda sigma, s0, u: np.log(2 * u / sigma.sum() / s0**2)),
            "Yours is the time at which the two weights are equal, w_1 = w_2. At the exchange the "
            "variances are: σ_1w_1² = σ_2w_2² = u.",
        ),
        Misconception(
            _like(way=lambda sigma, s0, u: np.log(u / (sigma[::-1] * s0**2))),
            "Within the logarithms the two σ are exchanged. In each stands u_j = σ_j w_j² at the "
            "start, of one direction.",
        ),
        Misconception(
            _like(per=lambda sigma, rho: sigma[::-1]),
            "You divide the logarithm of direction 1 by σ_2 and that of direction 2 by σ_1. Each "
            "belongs to its own direction.",
        ),
        Misconception(
            _like(per=lambda sigma, rho: sigma * rho),
            "You divide by γ_j. That makes the pull the same for both directions, and the brake is "
            "what has to fall out: it goes with σ_j.",
        ),
        Misconception(
            _like(first=0.0),
            "You count the plateau's rate, 4aσ_2(ρ_2 − ρ_1), from time 0 on. Before the plateau "
            "the brake is weaker, and direction 2 grows faster than that.",
        ),
        Misconception(
            _wait_beyond_the_plateau,
            "You let direction 2 begin when direction 1 is there. It grows from time 0 on, and "
            "at first faster.",
        ),
        Misconception(
            _not_hindered,
            "This is direction 2's time without a brake. On the plateau of direction 1 it "
            "grows at 4aσ_2(ρ_2 − ρ_1), and not at 4aσ_2ρ_2.",
        ),
        Misconception(
            _two_phases,
            "Two phases, free growth up to direction 1's plateau and the plateau's rate from there "
            "on: not exact, as the brake changes gradually. Look for a combination of the two "
            "logarithms in which it does not stand.",
        ),
        Misconception(
            _like(gap=_gap_of_gammas),
            "ρ_2 − ρ_1 stands in the denominator, and not γ_2 − γ_1: each logarithm was divided "
            "by its σ_j already.",
        ),
        Misconception(
            _like(gap=lambda sigma, rho: rho[1] ** 2 - rho[0] ** 2),
            "You subtract the squares of the agreements. They belong to the plateaus of λ; the "
            "pull is aρ_j.",
        ),
        Misconception(
            _like(gap=lambda sigma, rho: rho[1]),
            "ρ_1 is missing from the denominator: the brake that direction 2 feels on the plateau "
            "is as strong as the pull on direction 1.",
        ),
        Misconception(
            _like(rate=2.0),
            "2aσ_jρ_j is the rate of w_j. Your logarithms are those of u_j, which goes with its "
            "square and grows twice as fast.",
        ),
        Misconception(
            _like(rate=8.0),
            "A factor 2 too many: dw_j/dt = 2σ_j w_j (aρ_j − B′), and u_j grows twice as fast as "
            "w_j: 4 in all.",
        ),
        Misconception(
            _like(rate=1.0),
            "The 4 is missing: 2 from the derivative of w_j², and 2 because u_j goes with w_j².",
        ),
        Misconception(
            _like(force=lambda a: 1.0),
            "The pull is missing: with all else as given, twice the pull halves the time.",
        ),
        Misconception(
            _like(force=lambda a: 1 / a),
            "You divide by the pull where you should multiply. (a is 1/τ for SimCLR, not τ.)",
        ),
        Misconception(
            _like(way=lambda sigma, s0, u: np.log(u / s0**2)),
            "The start of u_j is σ_j s_j(0)², and not s_j(0)².",
        ),
        Misconception(
            _like(way=lambda sigma, s0, u: np.log(u / (sigma * s0))),
            "s_j(0) enters u_j squared.",
        ),
        Misconception(
            _like(way=lambda sigma, s0, u: np.log(2 * u / (sigma * s0**2))),
            "u is what *each* direction gives at that moment. You let both grow to 2u.",
        ),
        Misconception(
            _like(way=lambda sigma, s0, u: np.log(u / (2 * sigma * s0**2))),
            "u is what *each* direction gives at that moment. You let both grow to u/2 only.",
        ),
        Misconception(
            _like(way=lambda sigma, s0, u: np.log10(u / (sigma * s0**2))),
            "log10 in place of the natural logarithm.",
        ),
        Misconception(
            lambda *given: -_like()(*given),
            "The sign: your time is negative where direction 2 takes the place.",
        ),
        Misconception(
            _by_gamma,
            "You say never wherever γ_2 ≤ γ_1. γ_j says how fast direction j grows without a "
            "brake; who stays is decided by ρ.",
        ),
        Misconception(
            _like(never=False),
            "The formula is used where ρ_2 ≤ ρ_1 too. There direction 1 keeps its place, whatever "
            "time comes out: infinite.",
        ),
        Misconception(
            _where_positive,
            "You take the sign of the time. It can be positive where ρ_2 ≤ ρ_1, and no exchange "
            "comes even so: the time says when, if at all, and ρ says whether.",
        ),
        *(
            Misconception(
                like,
                "A sign is lost, as abs loses it: where ρ_2 ≤ ρ_1 the exchange never comes, "
                "whatever time comes out.",
            )
            for like in (
                lambda *given: abs(_like(never=False)(*given)),
                _like(never=False, gap=lambda sigma, rho: abs(rho[1] - rho[0])),
            )
        ),
        Misconception(
            _zero_for_never,
            "0 says that the exchange comes at once. Where ρ_2 ≤ ρ_1 it never comes: infinite.",
        ),
        Misconception(
            lambda *given: max(0.0, _like(never=False)(*given)),
            "0 says that the exchange comes at once. Where ρ_2 ≤ ρ_1 it never comes: infinite.",
        ),
    ),
)  # fmt: skip
