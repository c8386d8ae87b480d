"""6.2: when a mode is half-way under other losses, against its flow integrated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

from ..draws import sizes
from ..engine import Exercise, Misconception, Part, Trial
from .family import Numerically, Variant

TASK = """\
Now another loss of the same modes. One mode with the weight $w$ gives the embedding the variance
$u = \\sigma w^2$ and the eigenvalue $\\lambda = \\gamma w^2$, with $\\gamma = \\rho\\sigma$.
{what} Its part of the loss is

$$ {formula} .$$

**Given:** `gamma`, `rho`, `s0`, each `(d,)`: $\\gamma_j$, agreement $\\rho_j$ ({signs}), start
$s_j(0) \\ge 0$ of $w$; and the number `tau` $= \\tau > 0$.

**Wanted:** the times `(d,)` at which $\\lambda_j$ passes half of its plateau under gradient flow.
Infinite for a mode that never does ({never}, or $s_j(0) = 0$), 0 where it starts at half its
plateau or above.
"""

STUB = '''\
def other_half_times(gamma, rho, s0, tau):
    """When each λ_j passes half its plateau. (d,), (d,), (d,), number -> (d,)."""
    # Your answer here
    raise NotImplementedError("Exercise {number}")


other_half_times = check("{number}", other_half_times)'''

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(80)
Loss = Callable[[np.ndarray, float, float], np.ndarray]  # of u, ρ and τ; u may be complex


def _growth(loss: Loss, log_w: np.ndarray, sigma: float, rho: float, tau: float) -> np.ndarray:
    """d log w/dt = −(∂L/∂w)/w, the slope by an imaginary step."""
    u = sigma * np.exp(2 * np.asarray(log_w))
    return -loss(u * (1 + 2e-30j), rho, tau).imag / 1e-30 / (u / sigma)


def _plateau(loss: Loss, sigma: float, rho: float, tau: float) -> float:
    """log w where growth ends; −∞ where there is none."""

    def growth(log_w: float) -> float:
        return float(_growth(loss, log_w, sigma, rho, tau))

    low = -12.0
    if growth(low) <= 0:
        return -np.inf
    while growth(low + 1) > 0:
        low += 1
    return brentq(growth, low, low + 1, xtol=1e-13)


def _half_time(loss: Loss, gamma: float, rho: float, s0: float, tau: float,
               share: float = 0.5) -> float:  # fmt: skip
    if rho == 0 or s0 == 0:
        return np.inf
    sigma = gamma / rho
    start, end = np.log(s0), _plateau(loss, sigma, rho, tau) + np.log(share) / 2
    if not np.isfinite(end):
        return np.inf
    way = max(end - start, 0)
    log_w = start + way * (_NODES + 1) / 2
    return float(way / 2 * _WEIGHTS @ (1 / _growth(loss, log_w, sigma, rho, tau)))


@dataclass(frozen=True)
class _Mode:
    """A loss of one mode, in words, in LaTeX and as a function, and how its modes are drawn.

    `never` says which modes never come, `living` and `dead` draw ρ and τ of modes that do and
    that do not.
    """

    what: str
    formula: str
    signs: str
    never: str
    of: Loss
    tau: tuple[float, float]
    living: tuple[float, float]
    dead: tuple[float, float]
    slip: Loss
    message: str
    hints: tuple[str, str]


MODES = (
    _Mode(
        "At each $u$ below its plateau it is braked less than in 6.2.",
        "-\\frac{\\rho u}{\\tau} + \\frac{u^3}{3\\tau^3}", "of the same sign", "$\\gamma_j \\le 0$",
        lambda u, rho, tau: -rho * u / tau + u**3 / (3 * tau**3),
        (0.4, 3), (0.3, 0.6), (-0.6, -0.3),
        lambda u, rho, tau: -rho * u / tau + u**2 / (2 * tau**2),
        "This is the brake of 6.2, u²/2τ².",
        ("Where is the loss smallest, in $u$ and in $\\lambda$? Write the flow of $u$.",
         "$u^2$ obeys a logistic equation. When $u$ is half its plateau, which share of its own "
         "has $u^2$? It is not a half."),
    ),
    _Mode(
        "Barlow Twins' loss of the mode, and a cost of variance beside it.",
        "(1 - \\rho u)^2 + \\frac{u^2}{\\tau}", "of the same sign", "$\\gamma_j \\le 0$",
        lambda u, rho, tau: (1 - rho * u) ** 2 + u**2 / tau,
        (2, 20), (0.3, 0.6), (-0.6, -0.3),
        lambda u, rho, tau: (1 - rho * u) ** 2,
        "The cost of variance is missing in your flow: it lowers the plateau.",
        ("Where is the loss smallest, in $u$ and in $\\lambda$? Write the flow of $\\lambda$.",
         "Both brakes are squares of $u$, so $d\\lambda/dt = a\\lambda(1 - "
         "\\lambda/\\lambda_\\infty)$ "
         "once more. Which $a$ has it while $u$ is small?"),
    ),
    _Mode(
        "Variance is rewarded and disagreement punished, as in VICReg.",
        "\\tau\\, (1 - \\rho)\\, u - u + \\frac{u^2}{2}", "both above 0",
        "when it does not grow",
        lambda u, rho, tau: tau * (1 - rho) * u - u + u**2 / 2,
        (1.4, 1.8), (0.5, 0.9), (0.05, 0.25),
        lambda u, rho, tau: tau * (1 - rho) * u - u + u**2,
        "Your brake is twice too strong: u²/2 has the slope u.",
        ("Which modes grow at all? Where is the loss of one that does smallest, in $\\lambda$?",
         "$d\\lambda/dt = a\\lambda(1 - \\lambda/\\lambda_\\infty)$, with other numbers. $a$ has "
         "the variance $\\sigma = \\gamma/\\rho$ in it."),
    ),
)  # fmt: skip


def half_times(k: int) -> Variant:
    """Variant k of exercise 6.2."""
    mode, number = MODES[k], f"6.2v{k}"

    def by(loss: Loss, share: float = 0.5) -> Callable:
        def other_half_times(
            gamma: np.ndarray, rho: np.ndarray, s0: np.ndarray, tau: float
        ) -> np.ndarray:
            modes = zip(gamma, rho, s0, strict=True)
            return np.array([_half_time(loss, g, r, s, tau, share) for g, r, s in modes])

        return other_half_times

    other_half_times = by(mode.of)

    def living(trial: Trial, share: float, tau: float) -> tuple[float, float, float]:
        """γ, ρ and the start of a mode that begins at this share of its plateau."""
        gamma, rho = trial.rng.uniform(0.05, 0.3), trial.rng.uniform(*mode.living)
        end = np.exp(_plateau(mode.of, gamma / rho, rho, tau))
        return gamma, rho, np.sqrt(share) * end

    def dead(trial: Trial, start: float) -> tuple[float, float, float]:
        rho = trial.rng.uniform(*mode.dead)
        return np.sign(rho) * trial.rng.uniform(0.05, 0.3), rho, start

    def ask(trial: Trial, modes: list[tuple[float, float, float]], tau: float) -> None:
        given = [np.array(column) for column in zip(*trial.rng.permutation(modes), strict=True)]
        got = trial.array(trial.call(*given, tau), shape=(len(modes),), what="The array of times",
                          allow_inf=True)  # fmt: skip
        trial.close(got, other_half_times(*given, tau), "The time of half the plateau", rtol=1e-5,
                    why="the flow of the loss, integrated")  # fmt: skip

    def the_flow(trial: Trial) -> None:
        for many in sizes(trial.rng, 0, 3, 2):
            tau = trial.rng.uniform(*mode.tau)
            shares = [trial.rng.uniform(0.3, 0.45), *10 ** trial.rng.uniform(-6, -2, many + 1)]
            ask(trial, [living(trial, share, tau) for share in shares], tau)

    def never_and_already(trial: Trial) -> None:
        tau = trial.rng.uniform(*mode.tau)
        gamma, rho, _ = living(trial, 1, tau)
        ask(trial, [
            (gamma, rho, 0.0), living(trial, 10 ** trial.rng.uniform(-4, -2), tau),
            dead(trial, 10 ** trial.rng.uniform(-4, -2)), dead(trial, trial.rng.uniform(3, 5)),
        ], tau)  # fmt: skip
        tau, shares = trial.rng.uniform(*mode.tau), [0.55, 0.9, 1.2, 9]
        shares *= trial.rng.uniform(1, 1.05, 4)
        ask(trial, [living(trial, share, tau) for share in shares[trial.seed % 2 :]], tau)

    exercise = Exercise(
        id=number,
        title="When is a mode half-way under another loss?",
        own=Numerically(other_half_times),
        right="Right.",
        hint="gamma, rho and s0 have d entries each, tau is a number; so d times come out.",
        parts=(Part("the flow", 2, the_flow), Part("never, and already", 1, never_and_already)),
        misconceptions=(
            Misconception(Numerically(by(mode.slip)), mode.message),
            Misconception(
                Numerically(by(mode.of, 0.25)), "This is a quarter of the plateau: half of it in w."
            ),
        ),
    )
    task = TASK.format(what=mode.what, formula=mode.formula, signs=mode.signs, never=mode.never)
    return Variant(task, STUB.format(number=number), mode.hints, exercise)
