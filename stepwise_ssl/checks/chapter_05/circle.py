"""5.8: networks on the circle, against quadrature of an integrated kernel."""

from __future__ import annotations

import numpy as np

from ... import kernels
from ..asking import once_a_draw
from ..engine import Exercise, Misconception, Part, Trial
from . import own
from .truth import fourier, nodes, ntk_of_angle

WHY = "integrals over the angle"
TURN = (
    "Go from 0 to 2π without the end point, which is angle 0 once more: np.linspace(0, 2π, q, "
    "endpoint=False)."
)

_FEWEST = 2
FEW = (
    "Yours is what the mean over {0} angles gives. On these a wave of {0} − k periods looks like "
    "one of k, and counts as one. The kink brings in waves of many periods, so it takes a few "
    "thousand angles."
)


def _number_of_angles(got: np.ndarray, depth: int, b_std: float, delta: float) -> int:
    """Of how many even angles, 256 at most, the answer is the mean; 0 where it is of none."""
    turned = np.cos(2 * np.arange(len(got)) * delta)
    of_each = _means_over_few(len(got), depth, b_std) * turned
    fits = np.abs(got - of_each).max(axis=1) < 1e-9 * np.abs(of_each).max(axis=1)
    return _FEWEST + int(fits.argmax()) if fits.any() else 0


@once_a_draw
def _means_over_few(waves: int, depth: int, b_std: float) -> np.ndarray:
    """c_k as the mean over 2, 3, … 256 even angles, a row each."""
    rows = []
    for number in range(_FEWEST, 257):
        angle = 2 * np.pi * np.arange(number) / number
        circle = np.column_stack([np.cos(angle), np.sin(angle)])
        values = kernels.relu_mlp_kernel(circle[:1], circle, depth, 2**0.5, b_std)[1][0]
        rows.append(np.cos(np.outer(np.arange(waves), angle)) @ values / number)
    return np.array(rows)


def _compare(trial: Trial, depth: int, b_std: float, delta: float, k_max: int) -> None:
    result = trial.call(depth, b_std, delta, k_max)
    got = trial.array(result, shape=(k_max + 1,), what="γ")
    k, values = np.arange(k_max + 1), ntk_of_angle(nodes()[0], depth, b_std)
    want = fourier(values, k) * np.cos(2 * k * delta)
    want[np.abs(want) < 1e-9 * np.abs(want).max()] = 0  # waves that the kernel does not have
    largest = np.abs(want).max()
    far = np.abs(got - want).max() / largest
    angles = _number_of_angles(got, depth, b_std, delta) if far > 1e-5 else 0
    count = round(got[0] / want[0])
    if count > 40:
        near = np.abs(got / count - want).max() < 1e-4 * largest
        times = got if near else count * want
        trial.slips(got, want, [(times, "The sum is not divided by the number of angles, q.")])
    # 1e-5 of the largest, which a sum over a few thousand angles reaches in spite of the kink.
    half = fourier(values, 2 * k) * np.cos(2 * k * delta)
    why = WHY if far > 5e-3 else f"{WHY}; a sum needs a few thousand angles, each once"
    trial.close(
        want if far < 1e-5 else got, want, "The rate γ, for k = 0, 1, …", rtol=1e-5, why=why,
        otherwise=FEW.format(angles) if angles else _by_its_size(got, half, far, largest),
    )  # fmt: skip


def _by_its_size(got: np.ndarray, half: np.ndarray, far: float, largest: float) -> str:
    """What can be said of an answer by its distance, whatever its number of angles."""
    from_half = np.abs(got - half).max() / largest
    if from_half < 0.01:
        return (
            f"Up to {from_half:.0e} of the largest, yours has c_2k in the place of c_k. An FFT "
            f"gives that for angles over half of the circle, which it takes for all. {TURN}"
        )
    if far < 5e-3:
        return (
            f"Yours is off by {far:.0e} of the largest γ. Too few angles do that, for the kink "
            "wants a few thousand; so does angle 0 where it stands twice, as in np.linspace "
            "without endpoint=False; and so does a rounded number, such as 1.414 for √2."
        )
    return ""


def _of_one_layer(trial: Trial) -> None:
    _compare(trial, 1, 0.0, trial.rng.uniform(0.05, 0.6), 7 + trial.seed % 3)
    # A longer input only scales the kernel of one layer without biases; this call tells it apart.
    trial.call(*_deep(trial))


def _deep(trial: Trial) -> tuple[int, float, float, int]:
    b_std, delta = trial.rng.uniform(0.2, 0.8), trial.rng.uniform(0.05, 0.6)
    return 2 + trial.seed % 3, b_std, delta, 6 - trial.seed % 2


def _of_depth_and_biases(trial: Trial) -> None:
    _compare(trial, *_deep(trial))


def _coefficients(
    depth: int, b_std: float, k_max: int, which: int = 1, w: float = 2**0.5, length: float = 1.0
) -> tuple[np.ndarray, np.ndarray]:
    angle = 2 * np.pi * np.arange(8192) / 8192
    circle = length * np.column_stack([np.cos(angle), np.sin(angle)])
    values = kernels.relu_mlp_kernel(circle[:1], circle, depth, w, b_std)[which][0]
    return np.fft.rfft(values).real[: k_max + 1] / 8192, np.arange(k_max + 1)


def _with(change, **options):
    return lambda depth, b_std, delta, k_max: change(
        *_coefficients(depth, b_std, k_max, **options), delta
    )


CIRCLE_GAMMAS = Exercise(
    id="5.8",
    title="Networks on a circle",
    own=own.circle_gammas,
    right="Right. Depth and biases choose which waves a network can learn at all.",
    hint="kernels.relu_mlp_kernel takes matrices: one row for the point at 0, q rows around it.",
    parts=(
        Part("one hidden layer", 1, _of_one_layer),
        Part("depth and biases", 1, _of_depth_and_biases),
    ),
    misconceptions=(
        Misconception(
            _with(lambda c, k, delta: c),
            "These are the c_k: the turn of the views is missing, cos 2kδ.",
        ),
        Misconception(
            _with(lambda c, k, delta: c * np.cos(k * delta)),
            "The two views are 2δ apart, not δ: cos 2kδ.",
        ),
        Misconception(
            _with(lambda c, k, delta: c * np.cos(k * delta) ** 2),
            "cos² kδ would be for views that are turned independently. Here they are always 2δ "
            "apart: cos 2kδ.",
        ),
        Misconception(
            _with(lambda c, k, delta: c * np.abs(np.cos(2 * k * delta))),
            "You take absolute values. A wave whose views disagree has γ < 0.",
        ),
        Misconception(
            _with(lambda c, k, delta: c * np.cos(2 * k * delta) * np.where(k, 2, 1)),
            "Twice as large as they should be, but for k = 0: in the series stands 2c_k, the "
            "eigenvalue is c_k.",
        ),
        Misconception(
            _with(lambda c, k, delta: 2 * c * np.cos(2 * k * delta)),
            "Twice as large as it should be: c_k is the mean of Θ(θ) cos kθ over the full turn.",
        ),
        Misconception(
            _with(lambda c, k, delta: c * np.cos(2 * k * delta), length=2**0.5),
            "Your points have length √2. They lie on the circle of radius 1; relu_mlp_kernel "
            "divides by the number of inputs itself.",
        ),
        Misconception(
            _with(lambda c, k, delta: np.maximum(c * np.cos(2 * k * delta), 0)),
            "You set negative γ to zero. A wave whose views disagree has γ < 0.",
        ),
        Misconception(
            lambda depth, b_std, delta, k_max: (
                _coefficients(depth + 1, b_std, k_max)[0] * np.cos(2 * np.arange(k_max + 1) * delta)
            ),
            "One hidden layer too many: depth counts the hidden layers, for relu_mlp_kernel too.",
        ),
        Misconception(
            _with(lambda c, k, delta: c * np.cos(2 * k * delta), which=0),
            "This is the NNGP, the first of the two kernels. Wanted is the tangent kernel.",
        ),
        Misconception(
            _with(lambda c, k, delta: c * np.cos(2 * k * delta), w=1.0),
            "You left σ_w at 1; here it is √2.",
        ),
        Misconception(
            _with(lambda c, k, delta: c * np.sinc(k * delta / np.pi) ** 2),
            "This is exercise 4.7, where each view is turned at random. Here the turns are ±δ.",
        ),
        Misconception(
            _with(lambda c, k, delta: np.sort(c * np.cos(2 * k * delta))[::-1]),
            "You have sorted them. Wanted is the order of k.",
        ),
        Misconception(
            _with(lambda c, k, delta: c * np.cos(2 * np.deg2rad(k * delta))),
            "delta is in radians already.",
        ),
        Misconception(
            lambda depth, b_std, delta, k_max: (
                _coefficients(depth, 0.0, k_max)[0] * np.cos(2 * np.arange(k_max + 1) * delta)
            ),
            "You leave b_std out.",
        ),
    ),
)
