"""The network circle: what depth and biases let an infinitely wide network learn."""

from __future__ import annotations

import anywidget
import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import traitlets

from .. import _validate, kernels, linear, plots
from ._page import page_html, script

DEEPEST, LARGEST_BIAS, WIDEST = 10, 1.0, 45.0  # layers, b_std, degrees
ANGLES = 2048  # around the circle
WAVES = 13  # k = 0 … 12
ROUNDING = 1e-10  # γ below this share of the largest is zero
START = 1e-3  # s(0) of every wave


class NetworkCircle(anywidget.AnyWidget):
    """Made by :func:`network_circle`. Its traits follow the sliders, and the sliders follow them.

    Traits:
        depth: hidden layers, 1 to 10.
        bias: b_std, 0 to 1; W_std is √2.
        turn: δ in degrees, 0 to 45; the views of a picture are turned by +δ and −δ.
    """

    _esm = script("network_circle")
    # ipywidgets 7, which Colab has, would show the live view alone and skip _repr_mimebundle_.
    _ipython_display_ = None

    depth = traitlets.Int(min=1, max=DEEPEST).tag(sync=True)
    bias = traitlets.Float(min=0, max=LARGEST_BIAS).tag(sync=True)
    turn = traitlets.Float(min=0, max=WIDEST).tag(sync=True)

    def kernel(self) -> tuple[np.ndarray, np.ndarray]:
        """NNGP and NTK between the point at angle 0 and all others of the circle, (2048,) each."""
        angle = 2 * np.pi * np.arange(ANGLES) / ANGLES
        points = np.column_stack([np.cos(angle), np.sin(angle)])
        nngp, theta = kernels.relu_mlp_kernel(points[:1], points, self.depth, 2**0.5, self.bias)
        return nngp[0], theta[0]

    def gamma(self) -> np.ndarray:
        """γ_k = c_k cos 2kδ of the NTK for the waves with k = 0 … 12 periods, (13,)."""
        c = np.fft.rfft(self.kernel()[1]).real[:WAVES] / ANGLES
        gamma = c * np.cos(2 * np.arange(WAVES) * np.deg2rad(self.turn))
        return np.where(np.abs(gamma) > ROUNDING * np.abs(gamma).max(), gamma, 0)

    def step_times(self) -> np.ndarray:
        """When each wave is learned from s(0) = 10⁻³, (13,); inf for never."""
        return linear.step_times(self.gamma(), np.full(WAVES, START))

    def __repr__(self) -> str:
        return f"Network circle, depth {self.depth}, b_std = {self.bias:g}: {self._words()}"

    def _words(self) -> str:
        tau = self.step_times()
        order = [int(k) for k in np.argsort(tau, kind="stable") if np.isfinite(tau[k])]
        never = [str(k) for k in range(WAVES) if not np.isfinite(tau[k])]
        said = (
            f"waves are learned in the order {', '.join(map(str, order))}, the first at "
            f"t = {_short(tau[order[0]])}, the last at t = {_short(tau[order[-1]])}"
        )
        return f"{said}; never: {', '.join(never)}" if never else said

    def _repr_mimebundle_(self, **kwargs: object) -> tuple[dict, dict]:
        data, metadata = super()._repr_mimebundle_(**kwargs)
        state = {"depth": self.depth, "bias": self.bias, "turn": self.turn}
        data["text/html"] = page_html("network_circle", state, *self._picture())
        return data, metadata

    def _picture(self) -> tuple[mpl.figure.Figure, str]:
        """Kernels and the waves' γ as a still figure, and what one sees in it."""
        nngp, theta = (values[: ANGLES // 2 + 1] / values[0] for values in self.kernel())
        gamma = self.gamma()
        with mpl.rc_context():
            plots.set_style()
            figure, (left, right) = plt.subplots(1, 2, figsize=(7.5, 3.2))
            angle = np.linspace(0, 180, len(theta))
            left.plot(angle, theta, color=plots.SERIES[0], label="NTK")
            left.plot(angle, nngp, "--", color=plots.SERIES[1], label="NNGP")
            left.set(xlabel="angle, degrees", ylabel="kernel / its value at 0")
            left.set_xticks(range(0, 181, 45))
            left.legend()
            k = np.arange(WAVES)
            right.semilogy(k[gamma > 0], gamma[gamma > 0], "o", color=plots.SERIES[0])
            right.set(xlabel="periods $k$", ylabel="eigenvalue $γ_k$", xlim=(-0.5, WAVES - 0.5))
        plt.close(figure)
        alt = (
            f"Left, the two kernels of a network with {self.depth} hidden layer"
            f"{'s' * (self.depth > 1)} over the angle between two inputs, largest at 0. Right, the "
            f"eigenvalues γ of waves on the circle: {self._words()}."
        )
        return figure, alt


def network_circle(depth: int = 1, *, bias: float = 0.0, turn: float = 3.0) -> NetworkCircle:
    """The kernels of an infinitely wide ReLU network on the circle, and what it learns when.

    Pictures are points on the circle, their two views turned by ±δ. The modes of any kernel of the
    angle are waves, γ_k = c_k cos 2kδ with the kernel's Fourier coefficients c_k (chapter 4). While
    it is small, a wave grows in the embedding at the rate 4γ_k. All of it is computed in the
    browser, as :func:`stepwise_ssl.kernels.relu_mlp_kernel` does.

    The arguments are where the sliders start.

    Args:
        depth: hidden layers, 1 to 10.
        bias: b_std, 0 to 1; W_std is √2.
        turn: δ in degrees, 0 to 45.

    Raises:
        TypeError: an argument that is no number.
        ValueError: a value outside what is said above.
    """
    return NetworkCircle(
        depth=_validate.integer("depth", depth, 1, DEEPEST),
        bias=_up_to("bias", bias, LARGEST_BIAS),
        turn=_up_to("turn", turn, WIDEST),
    )


def _short(t: float) -> str:
    """Three digits: 2.94, 1150."""
    return f"{float(f'{t:.3g}'):g}"


def _up_to(name: str, x: object, most: float) -> float:
    value = _validate.number(name, x, minimum=0)
    if value > most:
        raise ValueError(f"{name} is {value:g}; it must be between 0 and {most:g}.")
    return value
