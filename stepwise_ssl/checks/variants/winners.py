"""6.4: who is first, with numbers of each student's own, against slopes of the losses."""

from __future__ import annotations

import functools
from collections.abc import Callable

import numpy as np

from ..engine import Exercise, Part, Trial
from ..trial import shown
from .family import MOST, Variant

__all__ = ["MOST", "draw", "winners"]

TASK = """\
Now four directions, again with centred data, many pairs, a tiny random start and $d = 2$. Variances
and agreements are

$$\\Sigma = \\mathrm{{diag}}({sigma}), \\qquad \\rho = ({rho}) .$$

**Wanted:** a tuple of three numbers, each from 1 to 4: the direction that is learned *first* by

1. Barlow Twins, $\\lVert C - I \\rVert_F^2$,
2. VICReg with $\\nu = {first}$, $\\mu = 25$, $\\varepsilon = 10^{{{power}}}$,
3. VICReg with $\\nu = {second}$, $\\mu = 25$, $\\varepsilon = 10^{{{power}}}$.
"""

STUB = """\
other_winners = ...  # Your answer here
other_winners = check("{number}", other_winners)"""

HINTS = ("Write down the diagonal of each growth operator: which numbers stand before Σ and Γ?",)
Draw = tuple[np.ndarray, np.ndarray, np.ndarray, int]  # Σ and ρ (4,), ν (2,), power of ε


def _growth(sigma: np.ndarray, rho: np.ndarray, nu: np.ndarray, eps: np.ndarray) -> np.ndarray:
    """Growth rates −L'(w)/w, at a tiny w, of one column along each direction; all broadcast.

    The slope is that of VICReg's loss with μ = 25; ν = ∞ asks for Barlow Twins'.
    """
    w = 1e-10
    u = sigma * (w * (1 + 1e-30j)) ** 2
    vicreg = np.where(np.isinf(nu), 0, nu) * 2 * (1 - rho) * u + 25 * (1 - np.sqrt(u + eps))
    loss = np.where(np.isinf(nu), (1 - rho * u) ** 2, vicreg)
    return -loss.imag / 1e-30 / w**2


@functools.lru_cache(maxsize=16)
def _found(k: int) -> tuple[Draw, tuple[int, ...]]:
    """Numbers of which no two rates are near each other, and who wins.

    No answer wins that takes Σ, Γ or ρ alone, none, half or twice of the invariance, its sign
    reversed, or the slope of a root without ε, or with ε in place of its root.
    """
    rng, many = np.random.default_rng([6, 4, k]), 50
    while True:  # many draws at once, of which a few will do
        sigma, rho = (
            low + np.argsort(rng.random((many, high - low)), axis=1)[:, :4]
            for low, high in ((8, 90), (5, 97))
        )
        sigma, rho = sigma / 100, rho / 100
        power = -rng.integers(2, 5, many)
        eps = 10.0**power
        share = np.column_stack([rng.uniform(0.02, 0.5, many), rng.uniform(1.05, 6, many)])
        nu = _two_digits(25 / np.sqrt(eps)[:, None] / 4 * share)
        losses = np.column_stack([np.full(many, np.inf), nu])

        def rates(nu: np.ndarray, eps: np.ndarray, sigma=sigma, rho=rho) -> np.ndarray:
            """Of each draw, loss and direction (many, 3, 4)."""
            return _growth(sigma[:, None], rho[:, None], nu[..., None], eps[:, None, None])

        right = rates(losses, eps)
        top = np.sort(right, axis=2)
        clear = (top[..., -1] - top[..., -2] > 0.15 * np.abs(top[..., -1])) & (top[..., -1] > 0)
        won = right.argmax(axis=2)
        alone = (sigma, sigma * rho, rho)
        wrong = [np.repeat(values.argmax(axis=1)[:, None], 3, axis=1) for values in alone]
        slips = (0, eps), (0.5, eps), (2, eps), (-1, eps), (1, 0 * eps + 1), (1, eps**2)
        wrong += [rates(factor * nu, root).argmax(axis=2) for factor, root in slips]
        fine = clear.all(axis=1)
        for places in wrong:  # a slip in VICReg's rates has the first place right
            fine &= (won[:, -places.shape[1] :] != places).any(axis=1)
        for i in np.flatnonzero(fine):
            return (sigma[i], rho[i], nu[i], int(power[i])), tuple(int(w) + 1 for w in won[i])


def _two_digits(x: np.ndarray) -> np.ndarray:
    unit = 10.0 ** (np.floor(np.log10(x)) - 1)
    return np.round(x / unit) * unit


def draw(k: int) -> Draw:
    """Σ and ρ (4,), the two ν (2,) and the power of ε of variant k."""
    return _found(k)[0]


def winners(k: int) -> Variant:
    """Variant k of exercise 6.4."""
    (sigma, rho, nu, power), won = _found(k)
    number = f"6.4v{k}"

    def three(trial: Trial) -> np.ndarray:
        got = trial.array(trial.value, shape=(3,), what="Your prediction")
        if not set(got) <= {1, 2, 3, 4}:
            words = f"The directions are 1, 2, 3 and 4; yours are {shown(trial.value)}."
            trial.fail(words, named=True)
        return got

    def of_loss(place: int, name: str) -> Callable[[Trial], None]:
        def compare(trial: Trial) -> None:
            got = three(trial)
            message = f"{name} does not begin with direction {got[place]:g}."
            trial.require(got[place] == won[place], message)

        return compare

    def of_vicreg(trial: Trial) -> None:
        for place, name in ((1, "VICReg with the small ν"), (2, "VICReg with the large ν")):
            of_loss(place, name)(trial)

    exercise = Exercise(
        id=number,
        title="Who is first now?",
        own=won,
        right="Right.",
        hint="A tuple of three numbers, each from 1 to 4.",
        parts=(Part("Barlow Twins", 1, of_loss(0, "Barlow Twins")), Part("VICReg", 1, of_vicreg)),
    )
    task = TASK.format(
        sigma=",\\ ".join(f"{s:g}" for s in sigma), rho=",\\ ".join(f"{r:g}" for r in rho),
        first=f"{nu[0]:g}", second=f"{nu[1]:g}", power=power,
    )  # fmt: skip
    return Variant(task, STUB.format(number=number), HINTS, exercise)
