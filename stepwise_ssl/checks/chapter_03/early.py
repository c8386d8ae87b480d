"""3.1: the share of each mode while the weights are small, against a matrix exponential."""

from __future__ import annotations

import numpy as np
from scipy.linalg import expm

from ..draws import sizes
from ..engine import Exercise, Misconception, Part, Trial
from . import own
from .truth import with_eigenvalues


def _problem(rng: np.random.Generator, d: int, m: int, gap: float) -> tuple[np.ndarray, ...]:
    """Γ (m, m), its modes, and a start (d, m) of any size: the equation is linear in W."""
    # Evenly apart up to a third of a step: close modes have no directions in single precision.
    gamma = np.linspace(0.58, 0.15, m) + rng.uniform(-0.14, 0.14, size=m) / m
    gamma[0] = rng.uniform(0.8, 0.9)
    gamma[1] = gamma[0] - gap
    gamma[-2:] = -0.6 * gamma[0], -1.05 * gamma[0]  # the last is the largest in size
    Gamma, V = with_eigenvalues(rng, gamma)
    return Gamma, V, 10 ** rng.uniform(-9, 1) * rng.normal(size=(d, m))


def _shapes(rng: np.random.Generator) -> tuple[tuple[int, int, int], ...]:
    """Two times (T, d, m); W0 once has fewer rows than columns, and once more."""
    few, some, many, more = sorted(sizes(rng, 3, 9, 4))
    return (some, few, more), (few, more, many)


def _compare(trial: Trial, t: np.ndarray, d: int, m: int, gap: float) -> None:
    Gamma, V, W0 = _problem(trial.rng, d, m, gap)
    parts = np.array([np.sum((W0 @ _growth(now, Gamma) @ V) ** 2, axis=0) for now in t])
    want = parts / parts.sum(axis=1, keepdims=True)
    want[want < 1e-20] = 0  # below it the squares of squares in `_growth` leave rounding alone
    result = trial.call(t, Gamma, W0)
    # Before the numbers are read: what is nan in part has a cause that can be known.
    with np.errstate(all="ignore"):
        trial.slips(result, want, ((like(t, Gamma, W0), message) for like, message in NO_NUMBERS))
    got = trial.array(result, shape=(len(t), m), what="The array of shares")
    sums = got.sum(axis=1)
    k = int(np.argmax(np.abs(sums - 1)))
    trial.require(
        abs(sums[k] - 1) < 1e-3,
        f"The shares of one time add up to 1; yours, at t = {t[k]:.4g}, to {sums[k]:.4g}.",
    )
    trial.close(got, want, "The share (row: time, column: mode)", rtol=1e-6,
                why="W(0) e^(4Γt), by scipy.linalg.expm")  # fmt: skip


def _growth(t: float, Gamma: np.ndarray) -> np.ndarray:
    """e^(4Γt), less a factor that no share knows; late, the square of an earlier one."""
    if t > 4:
        half = _growth(t / 2, Gamma)
        return half @ half / np.abs(half @ half).max()
    return expm(4 * t * Gamma)


def _follows_the_flow(trial: Trial) -> None:
    for number, d, m in _shapes(trial.rng):
        t = trial.rng.permutation(trial.rng.uniform(0.05, 1.0, size=number))
        _compare(trial, t, d, m, gap=0.2)


def _ends_in_mode_one(trial: Trial) -> None:
    for number, d, m in _shapes(trial.rng):
        # At the second time two modes still share: whoever stops the clock early is seen.
        t = np.array([trial.rng.uniform(0, 0.1), trial.rng.uniform(12, 20)])
        t = np.append(t, np.geomspace(1e5, 1e3, number - 2))
        _compare(trial, trial.rng.permutation(t), d, m, gap=trial.rng.uniform(0.02, 0.03))


def _modes(Gamma: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    gamma, V = np.linalg.eigh(Gamma)
    return gamma[::-1], V[:, ::-1]


def _grown(t, Gamma, W0, rate=8, power=2, order=1, size=lambda g: g, modes=_modes):
    gamma, V = modes(Gamma)
    gamma, V = gamma[::order], V[:, ::order]
    exponent = rate * np.outer(t, size(gamma))
    start = np.sum((W0 @ V) ** 2, axis=0) ** (power / 2)
    return np.exp(exponent - exponent.max(axis=1, keepdims=True)) * start


def _normalised(grown: np.ndarray) -> np.ndarray:
    return grown / grown.sum(axis=1, keepdims=True)


def _by_svd(Gamma: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    _, size, Vt = np.linalg.svd(Gamma)
    return size, Vt.T


def _by_size(Gamma: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    gamma, V = np.linalg.eigh(Gamma)
    order = np.argsort(-np.abs(gamma))
    return gamma[order], V[:, order]


def _clipped(t, Gamma, W0, largest=700.0):
    gamma, V = _modes(Gamma)
    exponent = np.minimum(8 * np.outer(t, gamma), largest)
    return np.exp(exponent) * np.sum((W0 @ V) ** 2, axis=0)


def _over_the_start(t, Gamma, W0, shift=0):
    gamma, V = _modes(Gamma)
    grown = np.exp(8 * np.outer(t, gamma - shift * gamma[0])) * np.sum((W0 @ V) ** 2, axis=0)
    return grown / np.sum(W0**2)


def _without_mode_one_late(t, Gamma, W0):
    """Shares whose overflows, ∞/∞, were set to zero."""
    late = 8 * t * np.linalg.eigvalsh(Gamma)[-1] > 700
    return np.where(late[:, None], 0, _normalised(_grown(t, Gamma, W0)))


OVER_THE_START = (
    "You divide by ‖W(0)‖², the sum at the start. ‖W(t)‖² changes, too: divide by the sum over "
    "modes at the same time."
)
CUT = (
    "At late times you cut the numbers off, by a clip or nan_to_num, and the cut forgets which "
    "mode is ahead. No overflow is left to catch once a common factor is taken out of the "
    "exponents."
)


def _overflowing(t, Gamma, W0):
    gamma, V = _modes(Gamma)
    return _normalised(np.exp(8 * np.outer(t, gamma)) * np.sum((W0 @ V) ** 2, axis=0))


def _with_one_shift(t, Gamma, W0):
    gamma, V = _modes(Gamma)
    exponent = 8 * np.outer(t, gamma)
    return _normalised(np.exp(exponent - exponent.max()) * np.sum((W0 @ V) ** 2, axis=0))


def _with_a_shift_by_size(t, Gamma, W0):
    gamma, V = _modes(Gamma)
    exponent = 8 * np.outer(t, gamma - np.abs(gamma).max())
    return _normalised(np.exp(exponent) * np.sum((W0 @ V) ** 2, axis=0))


# Slips whose numbers are partly nan.
NO_NUMBERS = (
    (
        _with_a_shift_by_size,
        "You take the largest |γ| out of the exponents, here that of a mode with γ < 0. Late, all "
        "exponentials have then vanished, and 0/0 is not a number: take out γ₁, the largest γ.",
    ),
    (
        _overflowing,
        "The formula is right, but at late times an exponential overflows and ∞/∞ is not a number. "
        "Divide numerator and denominator by e^(8γ₁t) before you compute them: no exponent may be "
        "positive.",
    ),
    (
        _with_one_shift,
        "At early times all exponentials have vanished, and 0/0 is not a number. One shift for all "
        "times is too much for the early ones: at each time, divide by the largest of its own "
        "exponentials.",
    ),
)

SHARES = Exercise(
    id="3.1",
    title="What a random start turns into before anything is learned",
    own=own.shares,
    right="Right. The shares are a softmax of 8γt + log share(0): if the start has any of mode 1, "
    "it takes all in the end, as long as γ₁ > γ₂.",
    hint="t has shape (T,), Gamma (m, m), W0 (d, m). W0 @ modes has the columns W(0)v_j. "
    "The small-W flow has a closed form: nothing need be integrated.",
    parts=(
        Part("the first moments", 1, _follows_the_flow),
        Part("late times", 1, _ends_in_mode_one),
    ),
    misconceptions=(
        Misconception(
            lambda t, G, W0: _normalised(_grown(t, G, W0, rate=4)),
            "Your shares change at half the rate. A column W v_j grows as e^(4γt); its square, "
            "which the share is made of, as e^(8γt).",
        ),
        Misconception(
            lambda t, G, W0: _normalised(_grown(t, G, W0, rate=2)),
            "Your shares change at a quarter of the rate: the gradient carries a factor 4, and a "
            "square doubles the exponent.",
        ),
        Misconception(
            lambda t, G, W0: _normalised(_grown(t, G, W0, rate=1)),
            "Your shares change at an eighth of the rate: the gradient carries a factor 4, and the "
            "share is made of squares.",
        ),
        Misconception(
            lambda t, G, W0: _normalised(_grown(t, G, W0, rate=16)),
            "Your shares change at twice the rate: e^(8γt) is already the square of e^(4γt).",
        ),
        Misconception(
            lambda t, G, W0: _normalised(_grown(t, G, W0, rate=4, power=1)),
            "You divide lengths by the sum of lengths. ‖W‖² is a sum of squares, one for each "
            "mode: square before you divide.",
        ),
        Misconception(
            lambda t, G, W0: _normalised(_grown(t, G, W0, power=1)),
            "The exponential is squared and the start is not: at t = 0 the share is "
            "‖W(0)v_j‖²/‖W(0)‖².",
        ),
        Misconception(
            lambda t, G, W0: np.sqrt(_normalised(_grown(t, G, W0))),
            "This is the ratio of lengths, ‖W v_j‖/‖W‖. A share is its square: only squares add up "
            "to 1.",
        ),
        Misconception(
            lambda t, G, W0: _normalised(_grown(t, G, W0, power=0)),
            "Your modes all start alike, at 1/m. At t = 0 the share is that of W0 itself, "
            "‖W(0)v_j‖²/‖W(0)‖².",
        ),
        Misconception(
            lambda t, G, W0: _normalised(_grown(t, G, W0 @ _modes(G)[1].T @ _modes(G)[1].T)),
            "You multiply W0 by the modes as rows. In `modes` they are columns: W0 @ modes has the "
            "columns W(0)v_j.",
        ),
        Misconception(
            lambda t, G, W0: _normalised(_grown(t, G, W0[:1])),
            "The shares are those of the first row of W0 alone. ‖W v_j‖² adds up all d rows.",
        ),
        Misconception(
            lambda t, G, W0: (lambda x: x / x[:, _modes(G)[0] > 0].sum(axis=1, keepdims=True))(
                _grown(t, G, W0)
            ),
            "You divide by what the modes with γ > 0 have. The others shrink, and until they are "
            "gone they count: divide by the sum over all modes.",
        ),
        Misconception(
            lambda t, G, W0: (lambda x: x / x[:, :1])(_grown(t, G, W0)),
            "You divide by what stands in mode 1. Divide by the sum over all modes.",
        ),
        Misconception(
            lambda t, G, W0: _normalised(
                _grown(t, G, W0, power=0) * np.abs(W0 @ _modes(G)[1]).sum(axis=0)
            ),
            "You add up |W(0)v_j| entry by entry. ‖W(0)v_j‖² adds up the squares of the entries.",
        ),
        Misconception(
            lambda t, G, W0: _normalised(_grown(t, G, W0, rate=-8)),
            "Your modes shrink where they should grow: near W = 0 the flow is dW/dt = +4WΓ.",
        ),
        Misconception(
            lambda t, G, W0: _normalised(_grown(t, G, W0, size=np.abs)),
            "You took |γ|, as singular values do. A mode with γ < 0 shrinks.",
        ),
        Misconception(
            lambda t, G, W0: _normalised(_grown(t, G, W0, modes=_by_svd)),
            "You took |γ| and its order from np.linalg.svd. A mode with γ < 0 shrinks, and comes "
            "last.",
        ),
        Misconception(
            lambda t, G, W0: _normalised(_grown(t, G, W0, modes=_by_size)),
            "Your columns are in the order of |γ|. The largest γ comes first, and a mode with "
            "γ < 0 comes last, however large |γ| is.",
        ),
        Misconception(
            lambda t, G, W0: _normalised(_grown(t, G, W0, modes=np.linalg.eig)),
            "Your columns are in the order of np.linalg.eig, which is none. Mode 1 has the largest "
            "γ.",
        ),
        Misconception(
            lambda t, G, W0: _normalised(_grown(t, G, W0, order=-1)),
            "Your columns are in ascending order of γ, as np.linalg.eigh gives them. Mode 1 has "
            "the largest γ.",
        ),
        Misconception(
            lambda t, G, W0: (
                np.exp(8 * np.outer(t, np.linalg.eigvalsh(G)[::-1])) * _grown(np.zeros(1), G, W0)
            ),
            "You have the squares ‖W v_j‖². Divide by their sum over the modes.",
        ),
        Misconception(
            lambda t, G, W0: _over_the_start(t, G, W0),
            OVER_THE_START,
        ),
        Misconception(
            lambda t, G, W0: _over_the_start(t, G, W0, shift=1),
            OVER_THE_START,
        ),
        Misconception(
            lambda t, G, W0: _normalised(_clipped(t, G, W0)),
            CUT,
        ),
        Misconception(
            _without_mode_one_late,
            CUT,
        ),
        *(
            Misconception(
                like,
                "You divide by the sum over times. At each time the shares of the modes add up to "
                "1.",
            )
            for like in (
                lambda t, G, W0: (lambda g: g / g.sum(axis=0))(
                    np.exp(8 * np.outer(t, _modes(G)[0])) * _grown(np.zeros(1), G, W0)
                ),
                lambda t, G, W0: (lambda g: g / g.sum(axis=0))(_grown(t, G, W0)),
            )
        ),
        Misconception(
            lambda t, G, W0: _normalised(_grown(t, G, W0, power=0)) * _grown(np.zeros(1), G, W0),
            "Your exponentials add up to 1 before the start multiplies them. Multiply by "
            "‖W(0)v_j‖² first, and divide by the sum of the products.",
        ),
    ),
)
