"""5.8: networks on the circle, against quadrature of an integrated kernel."""

from __future__ import annotations

import numpy as np

from ... import kernels
from ..engine import Exercise, Misconception, Part, Trial
from . import own
from .truth import fourier, nodes, ntk_of_angle


def _compare(trial: Trial, depth: int, b_std: float) -> None:
    delta, k_max = trial.rng.uniform(0.05, 0.6), 7
    got = trial.array(trial.call(depth, b_std, delta, k_max), shape=(k_max + 1,), what="γ")
    k = np.arange(k_max + 1)
    want = fourier(ntk_of_angle(nodes()[0], depth, b_std), k) * np.cos(2 * k * delta)
    # 1e-5 of the largest, which a sum over a few thousand angles reaches in spite of the kink.
    far = np.abs(got - want) / np.abs(want).max()
    worst = int(far.argmax())
    trial.require(
        far[worst] < 1e-5,
        f"γ_{worst} should be {want[worst]:.6g} (integrals over the angle); yours is "
        f"{got[worst]:.6g}.",
    )


def _of_one_layer(trial: Trial) -> None:
    _compare(trial, 1, 0.0)


def _of_depth_and_biases(trial: Trial) -> None:
    _compare(trial, 3, trial.rng.uniform(0.2, 0.8))


def _coefficients(depth: int, b_std: float, k_max: int, which: int = 1, w: float = 2**0.5):
    angle = 2 * np.pi * np.arange(8192) / 8192
    circle = np.column_stack([np.cos(angle), np.sin(angle)])
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
            _with(lambda c, k, delta: 8192 * c * np.cos(2 * k * delta)),
            "The sum is not divided by the number of angles.",
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
