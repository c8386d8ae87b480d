"""5.8: networks on the circle, against quadrature of an integrated kernel."""

from __future__ import annotations

import numpy as np

from ... import kernels
from ..engine import Exercise, Misconception, Part, Trial
from . import own
from .truth import fourier, nodes, ntk_of_angle

K_MAX = 7
TURN = (
    "Go from 0 to 2π without the end point, which is angle 0 once more: np.linspace(0, 2π, q, "
    "endpoint=False)."
)


def _compare(trial: Trial, result: object, depth: int, b_std: float, delta: float) -> None:
    got = trial.array(result, shape=(K_MAX + 1,), what="γ")
    k, values = np.arange(K_MAX + 1), ntk_of_angle(nodes()[0], depth, b_std)
    want = fourier(values, k) * np.cos(2 * k * delta)
    largest = np.abs(want).max()
    far = np.abs(got - want) / largest
    worst = int(far.argmax())
    # 1e-5 of the largest, which a sum over a few thousand angles reaches in spite of the kink.
    # Waves that the kernel does not have are 0 up to rounding.
    wanted = 0.0 if abs(want[worst]) < 1e-9 * largest else want[worst]
    half = fourier(values, 2 * k) * np.cos(2 * k * delta)
    trial.require(
        far[worst] < 1e-5,
        f"γ_{worst} should be {wanted:.6g} (integrals over the angle); yours is {got[worst]:.6g}.",
        otherwise=_by_its_form(got, want, half),
    )


def _by_its_form(got: np.ndarray, want: np.ndarray, half: np.ndarray) -> str:
    """What an answer's distance from the truth tells, whatever its number of angles."""
    largest, factor = np.abs(want).max(), got[0] / want[0]
    if 40 < factor < 1e6 and np.abs(got / factor - want).max() < 0.02 * largest:
        return f"{factor:.0f} times too large: the sum is not divided by the number of angles."
    if np.abs(got - half).max() < 0.01 * largest:
        return "Your angles cover half of the circle, and an FFT takes them for all of it. " + TURN
    if np.abs(got - want).max() < 5e-3 * largest:
        return f"Nearly. Too few angles for the kink (take a few thousand), or one twice. {TURN}"
    return ""


def _draw(trial: Trial, depth: int, b_std: float) -> tuple[int, float, float]:
    return depth, b_std, trial.rng.uniform(0.05, 0.6)


def _deep(trial: Trial) -> tuple[int, float, float]:
    return _draw(trial, 3, trial.rng.uniform(0.2, 0.8))


def _of_one_layer(trial: Trial) -> None:
    one = _draw(trial, 1, 0.0)
    result = trial.call(*one, K_MAX)
    # A longer input only scales the kernel of one layer without biases; this call tells it apart.
    trial.call(*_deep(trial), K_MAX)
    _compare(trial, result, *one)


def _of_depth_and_biases(trial: Trial) -> None:
    deep = _deep(trial)
    _compare(trial, trial.call(*deep, K_MAX), *deep)


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
            "Twice too large but for k = 0: in the series stands 2c_k, the eigenvalue is c_k.",
        ),
        Misconception(
            _with(lambda c, k, delta: 2 * c * np.cos(2 * k * delta)),
            "Twice too large: c_k is the mean of Θ(θ) cos kθ over the full turn.",
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
            "b_std has no effect in your answer.",
        ),
    ),
)
