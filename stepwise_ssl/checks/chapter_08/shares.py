"""8.3: the head's share of the rate, against the two equations of one mode integrated."""

from __future__ import annotations

import numpy as np

from ..draws import sizes
from ..engine import Exercise, Misconception, Part, Trial
from ..values import as_array, same_values
from . import own
from .truth import mode


def _ask(trial: Trial, number: int, gamma: float, p0: float, *, end: bool = False) -> None:
    """Ask at values of λ in no order; with `end` one of them is 1."""
    levels = trial.rng.uniform(0.03, 0.97, size=number)
    levels[:2] = 10 ** trial.rng.uniform(-5, -2), 1 - 10 ** trial.rng.uniform(-6, -3)
    levels[-1] = 1.0 if end else levels[-1]
    levels = trial.rng.permutation(levels)
    # So small a head that its start is below what is compared.
    s2, p2 = mode(gamma, 1e-6 * p0, p0, levels)
    lam = np.minimum(gamma * s2 * p2, 1)  # at the end the solver may be a rounding above
    lam[levels == 1] = 1.0  # and may be one below
    result, want = trial.call(lam, gamma, p0), p2 / (p2 + s2)
    _has_a_limit(trial, result, want, lam < 1)
    got = trial.array(result, shape=lam.shape, what="The head's share")
    trial.close(got, want, "The head's share", rtol=1e-6,
                why="ds/dt and dp/dt integrated from s = 1e-6·p0")  # fmt: skip


def _has_a_limit(trial: Trial, result: object, want: np.ndarray, below: np.ndarray) -> None:
    """Refuse, by its cause, an answer that is right but for λ = 1, even if it is nan there."""
    array = as_array(result)
    if array is None or array.shape != want.shape or below.all():
        return
    if same_values(array[below], want[below]) and not same_values(array, want):
        trial.fail(
            f"At λ = 1 yours is {array[~below][0]:.4g}, and at every λ below 1 yours is right. At "
            "1 both parts of the rate are 0, and their quotient has a limit: the factor 1 − λ of "
            "both cancels.",
            named=True,
        )


def _of_a_unit_trunk(trial: Trial) -> None:
    for number in sizes(trial.rng, 5, 9, 2):
        _ask(trial, number, 10 ** trial.rng.uniform(-1.2, 0.3), 1.0)


def _of_a_mode_that_has_hardly_begun(trial: Trial, gamma: float, p0: float) -> None:
    """So small a λ that p² and s² + p² differ by less than a rounding."""
    lam = 10 ** trial.rng.permutation(np.append(trial.rng.uniform(-40, -18, size=3), -10.0))
    result = trial.call(lam, gamma, p0)
    array = as_array(result)
    if array is not None and array.shape == lam.shape and np.isnan(array[lam < 1e-15]).any():
        trial.fail(
            f"At λ = {lam[np.isnan(array)][0]:.2g} yours is nan. There u and p0² are equal but for "
            "rounding, and s² = (u − p0²)/2 comes out as 0: nothing can be divided by it. "
            "p² = (u + p0²)/2 is a sum and loses nothing.",
            named=True,
        )
    got = trial.array(result, shape=lam.shape, what="The head's share")
    trial.close(got, 1 - lam / (gamma * p0**4), "The head's share", rtol=1e-6,
                why="1 − λ/(γp0⁴), the first order in a λ as small as this")  # fmt: skip


def _of_any_trunk(trial: Trial) -> None:
    low, high = trial.rng.uniform(0.4, 0.7), trial.rng.uniform(1.4, 2.2)
    for number, p0 in zip(sizes(trial.rng, 5, 9, 2), (low, high), strict=True):
        gamma = np.float64(10 ** trial.rng.uniform(-1.2, 0.3))  # NumPy's, as in the notebook
        _ask(trial, number, gamma, p0)
    # In another unit of length γ is a thousandth: it has no floor.
    unit = trial.rng.uniform(6, 9)
    _ask(trial, 4, gamma / unit**4, p0 * unit)
    _ask(trial, 4, gamma, p0, end=True)
    _of_a_mode_that_has_hardly_begun(trial, gamma, p0)


def _sum_over_trunk(lam, gamma, p0):
    """u/p0² = (s² + p²)/p0²."""
    return np.sqrt(1 + 4 * lam / (gamma * p0**4))


def _with(change):
    """A share made of B = u/p0² in another way."""
    return lambda lam, gamma, p0: change(_sum_over_trunk(lam, gamma, p0))


def _of_a_sum_conserved(lam, gamma, p0):
    """p² from p² + s² = p0²; as long as there is one."""
    with np.errstate(invalid="ignore"):
        return (1 + np.sqrt(1 - 4 * lam / (gamma * p0**4))) / 2


def _cut_off(lam, gamma, p0):
    """The same with 0 for what is below 0 under the root."""
    return (1 + np.sqrt(np.maximum(1 - 4 * lam / (gamma * p0**4), 0))) / 2


HEAD_SHARE = Exercise(
    id="8.3",
    title="Whose work is it?",
    own=own.head_share,
    right="Right. The head begins alone. The trunk's share grows with s² and stays the smaller "
    "one, for p² stays above s² by p0².",
    hint="lam has shape (T,), gamma and p0 are numbers, and the shares have shape (T,).",
    parts=(
        Part("a trunk that starts at 1", 1, _of_a_unit_trunk),
        Part("a trunk of any size", 1, _of_any_trunk),
    ),
    misconceptions=(
        Misconception(
            _with(lambda B: (1 - 1 / B) / 2),
            "This is the trunk's share. The head's part of the rate is the one that does not need "
            "the trunk to move: 8γp².",
        ),
        Misconception(
            lambda lam, gamma, p0: 1 / (1 + lam / (gamma * p0**4)),
            "You hold p² at p0², in λ = γs²p² and in the rate. The trunk grows with the head: "
            "p² = p0² + s².",
        ),
        Misconception(
            _with(lambda B: 2 / (1 + B)),
            "You have p0²/(p0² + s²). The rate at this moment has the p² of this moment: that is "
            "p0² + s², and it is what stands above.",
        ),
        Misconception(
            _with(lambda B: 1 / B),
            "This is p0²/(s² + p²), which is (p² − s²)/(p² + s²). The head's part of the rate is "
            "8γp² with p² as it is now.",
        ),
        Misconception(
            _with(lambda B: (B + 1) / (B - 1)),
            "This is the head's part over the trunk's, p²/s². Its share is p²/(s² + p²).",
        ),
        Misconception(
            _with(lambda B: np.sqrt(B + 1) / (np.sqrt(B + 1) + np.sqrt(B - 1))),
            "You have p/(s + p). In the rate stand the squares, p² and s².",
        ),
        Misconception(
            lambda lam, gamma, p0: (1 + 1 / _sum_over_trunk(lam, gamma, np.sqrt(p0))) / 2,
            "p0 enters with its square where it should with its fourth power: u² = p0⁴ + 4λ/γ, "
            "for the conserved p² − s² is p0².",
        ),
        Misconception(
            lambda lam, gamma, p0: (1 + 1 / _sum_over_trunk(lam / 4, gamma, p0)) / 2,
            "The 4 under the root is missing: (p² + s²)² = (p² − s²)² + 4s²p².",
        ),
        Misconception(
            lambda lam, gamma, p0: (1 + 1 / _sum_over_trunk(lam, 1, p0)) / 2,
            "Your s²p² is λ. λ = γs²p², so it is λ/γ.",
        ),
        Misconception(
            lambda lam, gamma, p0: (1 + 1 / _sum_over_trunk(lam * gamma**2, gamma, p0)) / 2,
            "Your s²p² is γλ. λ = γs²p², so it is λ/γ.",
        ),
        Misconception(
            lambda lam, gamma, p0: np.full(
                np.shape(lam), (1 + 1 / _sum_over_trunk(1, gamma, p0)) / 2
            ),
            "This is the share at the end, λ = 1, at all times. On the way it falls from 1.",
        ),
        Misconception(
            _with(lambda B: (1 + 2 / (1 + B**2)) / 2),
            "Your s² is λ/(γp0²), with the trunk's square as it was, and your p² is p0² + s². That "
            "holds to first order in λ. Without an approximation s²(p0² + s²) = λ/γ, a quadratic "
            "equation.",
        ),
        Misconception(
            lambda lam, gamma, p0: (lambda x: (1 + x) ** 2 / ((1 + x) ** 2 + x))(
                lam / (gamma * p0**4)
            ),
            "Your p² is p0² + λ/(γp0²), with the trunk's square as it was, and your s² is λ/(γp²). "
            "That holds to first order in λ. Without an approximation p² is p0² + s², so that "
            "p²(p² − p0²) = λ/γ, a quadratic equation.",
        ),
        Misconception(
            lambda lam, gamma, p0: 1 - lam / (gamma * p0**4),
            "This is the share to first order in λ, 1 − λ/(γp0⁴). For larger λ it falls below ½, "
            "and even below 0, and p² never is below s².",
        ),
        *(
            Misconception(
                like, "You conserve s² + p². Both grow together, and the difference p² − s² stays."
            )
            for like in (_of_a_sum_conserved, _cut_off)
        ),
        Misconception(
            lambda lam, gamma, p0: gamma * p0**2 * (1 + _sum_over_trunk(lam, gamma, p0)) / 2,
            "This is the features' eigenvalue γp². Its share of γ(s² + p²) is asked for.",
        ),
    ),
)
