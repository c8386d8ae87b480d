"""5.5: the width at which a random head is near its limit, against integrals and draws."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..engine import Exercise, Misconception, Part, Trial
from ..values import as_array
from . import own
from .truth import angle_of, gaussian_means

SMALL = (
    "Yours is right at inputs of the usual size, and not at these, which are small as a whole. The "
    "width does not know the size: with c·k in the place of k it is the same."
)
ROUNDED = "You have rounded. The number itself is wanted."


def _inputs(trial: Trial, n: int, unit: float = 1.0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Covariances (n, n) of n inputs, and √(k₁₁k₂₂) and the angles between them."""
    x = unit * (trial.rng.normal(size=(n, 4)) + 0.5)
    theta = angle_of(x[:, None], x[None])
    np.fill_diagonal(theta, 0)
    return x @ x.T, np.outer(np.linalg.norm(x, axis=1), np.linalg.norm(x, axis=1)), theta


def _compare(
    trial: Trial, k: np.ndarray, error: float, want: float, what: str, rtol: float, why: str,
    otherwise: str = "",
) -> None:  # fmt: skip
    result = trial.call(k, error)
    got = trial.array(result, shape=(), what="The width")
    trial.slips(got, np.array(want), [(f(want), ROUNDED) for f in (np.ceil, np.floor, np.round)])
    trial.close(got, want, what, rtol=rtol, why=why, otherwise=otherwise)


def _at_one_input(trial: Trial) -> None:
    for low in (0.01, 0.1, 1.0):
        k, error = np.array([[trial.rng.uniform(0.5, 3)]]), low * trial.rng.uniform(1, 5)
        # σ² of one unit: mean k/2, mean square 3k²/2, so variance 5k²/4.
        _compare(trial, k, error, 5 / error**2, f"The width for {error:.3g} at a single input",
                 1e-6, "the variance of one term is 5 times the square of its mean")  # fmt: skip
    # At one input k is 2E[σσ], and several slips give one number; five inputs tell them apart.
    trial.call(_inputs(trial, 5)[0], 0.1)


def _at_many_inputs(trial: Trial) -> None:
    # Inputs may be small as a whole: the width does not know their size.
    for n, low, unit in ((6, 0.02, 1.0), (3, 0.2, 1e-5)):
        error = low * trial.rng.uniform(1, 4)
        k, lengths, theta = _inputs(trial, n, unit)
        product, _, squares = gaussian_means(lengths, theta)
        want = float(np.sum(squares - product**2) / (error**2 * np.sum(product**2)))
        _compare(trial, k, error, want, f"The width for an error of {error:.3g} at {n} inputs",
                 1e-5, "variances by integration", SMALL if unit < 1 else "")  # fmt: skip


def _with_parallel_inputs(trial: Trial) -> None:
    """Some inputs are parallel: k₁₂² = k₁₁k₂₂, and by rounding it is also a little more."""
    while True:
        x = trial.rng.normal(size=(2, 4))
        factors = trial.rng.uniform(0.3, 3, size=6)
        x = np.array([*x, *(f * row for f, row in zip(factors, [*x, *x, *x], strict=True))])
        k = x @ x.T
        square = np.outer(np.diag(k), np.diag(k))
        if (k**2 > square).any() and (k / np.sqrt(square) > 1).any():
            break
    lengths, theta = np.outer(*[np.linalg.norm(x, axis=1)] * 2), angle_of(x[:, None], x[None])
    parallel = np.isclose(k, np.sqrt(square), rtol=1e-12)
    theta[parallel] = 0
    product, _, squares = gaussian_means(lengths, theta)
    error = 0.05 * trial.rng.uniform(1, 4)
    result = trial.call(k, error)
    number = as_array(result)
    if number is not None and number.shape == () and np.isnan(number):
        trial.fail(
            "Your width is NaN. Some of the inputs are parallel here, k₁₂² = k₁₁k₂₂, and by "
            "rounding k₁₂² is a little above it: the number under the root is then below 0, and "
            "k₁₂/√(k₁₁k₂₂) above 1, where arccos ends. Cut off what rounding did: "
            "np.maximum(…, 0) under the root, and np.arctan2 for the angle.",
            named=True,
        )
    want = float(np.sum(squares - product**2) / (error**2 * np.sum(product**2)))
    trial.close(trial.array(result, shape=(), what="The width"), np.array(want),
                f"The width for an error of {error:.3g} where some of 8 inputs are parallel",
                rtol=1e-5, why="variances by integration")  # fmt: skip


def _of_several_inputs(trial: Trial) -> None:
    _at_many_inputs(trial)
    _with_parallel_inputs(trial)


def _of_both(k: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return np.diag(k)[:, None], np.diag(k)


def _parts(k: np.ndarray, angle: Callable = np.arctan2, own: Callable | None = None):
    k11, k22 = (own or _of_both)(k)
    r = np.sqrt(np.maximum(k11 * k22 - k**2, 0))
    theta = angle(r, k)
    squares = (3 * r * k + (np.pi - theta) * (k11 * k22 + 2 * k**2)) / (2 * np.pi)
    return squares, r / (2 * np.pi) + (0.5 - theta / (2 * np.pi)) * k


def _law(s, p, e):
    return float(np.sum(s - p**2) / (e**2 * np.sum(p**2)))


def _with(formula):
    return lambda k, error: float(formula(*_parts(k), error))


WIDTH_NEEDED = Exercise(
    id="5.5",
    title="How wide for one per cent?",
    own=own.width_needed,
    right="Right. A tenth of the error costs a hundred times the width.",
    hint="k has shape (n, n), its diagonal holds k₁₁ and k₂₂; the answer is one number.",
    parts=(
        Part("one input", 1, _at_one_input),
        Part("several inputs", 1, _of_several_inputs),
    ),
    misconceptions=(
        Misconception(
            _with(lambda s, p, e: np.sum(s - p**2) / (e * np.sum(p**2))),
            "The error enters squared: the mean square falls as 1/N.",
        ),
        Misconception(
            _with(lambda s, p, e: np.sqrt(np.sum(s - p**2) / np.sum(p**2)) / e),
            "This is the root of the width. The error falls as 1/√N, so N goes with 1/error².",
        ),
        Misconception(
            _with(lambda s, p, e: np.sum(s) / (e**2 * np.sum(p**2))),
            "A variance is the mean of the square minus the square of the mean: E[σσ]² is missing.",
        ),
        *(
            Misconception(
                _with(mean),
                "You take the relative error entry by entry. ‖H_N − H‖² and ‖H‖² are sums over all "
                "entries, divided afterwards.",
            )
            for mean in (
                lambda s, p, e: np.mean((s - p**2) / p**2) / e**2,
                lambda s, p, e: np.mean(np.sqrt(s - p**2) / p) ** 2 / e**2,
            )
        ),
        Misconception(
            _with(lambda s, p, e: np.sum(s - p**2) / (e**2 * np.sum(s))),
            "You compare with the mean of the squares. ‖H‖² holds the squares of the means.",
        ),
        Misconception(
            _with(lambda s, p, e: 4 * np.sum(s - p**2) / (e**2 * np.sum(p**2))),
            "The 2 of H_N counts above and below: 4 times the variance over 4 times E[σσ]².",
        ),
        Misconception(
            _with(lambda s, p, e: 2 * np.sum(s - p**2) / (e**2 * np.sum(p**2))),
            "The 2 of H_N counts above and below: 4 times the variance over 4 times E[σσ]².",
        ),
        Misconception(
            _with(lambda s, p, e: np.sum(s - p**2) / 4 / (e**2 * np.sum(p**2))),
            "The 2 of H_N counts above and below: 4 times the variance over 4 times E[σσ]².",
        ),
        Misconception(
            _with(lambda s, p, e: np.trace(s - p**2) / (e**2 * np.trace(p**2))),
            "Yours is 5/error², whatever the inputs are. So it is at one input, and with sums over "
            "the diagonal only: the norm takes all pairs of inputs.",
        ),
        Misconception(
            _with(lambda s, p, e: np.sum(np.triu(s - p**2)) / (e**2 * np.sum(np.triu(p**2)))),
            "You take each pair of inputs once. The norm takes it in both orders, and the diagonal "
            "once.",
        ),
        Misconception(
            _with(
                lambda s, p, e: (
                    np.sum(np.triu(s - p**2, 1)) / (e**2 * np.sum(np.triu(p**2, 1)))
                    if len(s) > 1
                    else np.nan
                )
            ),
            "You leave the diagonal out: the norm takes all pairs, an input with itself too.",
        ),
        Misconception(
            _with(lambda s, p, e: np.linalg.norm(s - p**2) / (e**2 * np.linalg.norm(p**2))),
            "You take norms of arrays of squares. The sum of the squares is a norm already: add "
            "the variances, and add the E[σσ]².",
        ),
        Misconception(
            _with(lambda s, p, e: np.sum(s - p**2) / (e * np.linalg.norm(p, 2)) ** 2),
            "Your norm of H is its largest singular value, as np.linalg.norm(H, 2) has it. ‖H‖ "
            "with the F is the root of the sum of the squares of all entries.",
        ),
        Misconception(
            _with(lambda s, p, e: np.max((s - p**2) / p**2) / e**2),
            "You take the worst entry. ‖H_N − H‖² and ‖H‖² are sums over all entries, divided "
            "afterwards.",
        ),
        Misconception(
            _with(lambda s, p, e: np.sum(s - p) / (e**2 * np.sum(p**2))),
            "The square of the mean is subtracted from the mean of the square: E[σσ]², not E[σσ].",
        ),
        Misconception(
            _with(lambda s, p, e: np.sum(s - p**2) / (e**2 * np.sum(p))),
            "Below stands E[σσ] without its square.",
        ),
        Misconception(
            _with(lambda s, p, e: np.sum(s) / (e**2 * np.sum(p**2)) - 1),
            "The 1 = ΣE[σσ]²/ΣE[σσ]² is divided by error² too.",
        ),
        Misconception(
            _with(lambda s, p, e: np.sum(s - p**2) / (e**2 * np.sum(p) ** 2)),
            "Below stands the square of a sum. ‖H‖² is the sum of the squares.",
        ),
        Misconception(
            _with(lambda s, p, e: e**2 * np.sum(p**2) / np.sum(s - p**2)),
            "This is 1/N: a smaller error needs a larger width.",
        ),
        Misconception(
            _with(
                lambda s, p, e: np.sum(np.sqrt(np.maximum(s - p**2, 0))) ** 2 / (e * np.sum(p)) ** 2
            ),
            "You take the root of each entry and add the roots. A norm adds the squares and takes "
            "one root: the sum of the variances over the sum of the E[σσ]².",
        ),
        Misconception(
            lambda k, error: float(
                np.sum(_parts(k)[0] - _parts(k)[1] ** 2) / (error**2 * np.sum(k**2))
            ),
            "You compare with k, what the units see. The limit of H_N is 2 E[σσ].",
        ),
        Misconception(
            lambda k, error: _law(*_parts(k, lambda r, k: np.arctan(r / k)), error),
            "Your angle is the arctangent of r/k₁₂, which ends at 90°. Where k₁₂ < 0 the angle is "
            "above 90°: np.arctan2(r, k12) takes the signs of both.",
        ),
        *(
            Misconception(
                lambda k, error, own=own: _law(*_parts(k, own=own), error),
                "You take the same variance for both inputs of a pair. k₁₁ and k₂₂ differ: both "
                "stand on the diagonal of k, k₁₁ in the row of the entry and k₂₂ in its column.",
            )
            for own in (
                lambda k: (np.diag(k)[:, None],) * 2,
                lambda k: (np.diag(k),) * 2,
                lambda k: (k[0, 0],) * 2,
                lambda k: (np.mean(np.diag(k)),) * 2,
            )
        ),
        Misconception(
            _with(lambda s, p, e: 1 / e**2),
            "1/error² is how it scales. The factor before it is a property of the inputs: the "
            "variance of one term over the square of its mean.",
        ),
    ),
)
