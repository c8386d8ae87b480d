"""The explorer of two layers: the closed form of chapter 8 beside that of a frozen trunk."""

from __future__ import annotations

import anywidget
import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import traitlets
from matplotlib.lines import Line2D

from .. import _validate, deep_linear, linear, plots
from ..plots._staircase import mark_steps, set_time_axis
from ._numbers import short
from ._page import page_html, script

LIMITS = {"p0": (0.1, 10.0), "s0": (1e-6, 0.1), "exponent": (0.0, 3.0)}
MODES = 8  # with two curves each, more cannot be told apart


class TwoLayers(anywidget.AnyWidget):
    """Made by :func:`two_layers`. Its traits follow the sliders, and the sliders follow them.

    Traits:
        p0: p_j(0), the trunk's singular value on every mode, 0.1 to 10.
        s0: s_j(0), the head's, 1e-6 to 0.1.
        exponent: of the power law γ_j = j^(−exponent), 0 to 3.
        d: number of modes, 1 to 8.
    """

    _esm = script("two_layers")
    # ipywidgets 7, which Colab has, would show the live view alone and skip _repr_mimebundle_.
    _ipython_display_ = None

    p0 = traitlets.Float().tag(sync=True)
    s0 = traitlets.Float().tag(sync=True)
    exponent = traitlets.Float().tag(sync=True)
    d = traitlets.Int(min=1, max=MODES).tag(sync=True)

    @traitlets.validate(*LIMITS)
    def _within_the_slider(self, proposal: dict) -> float:
        name = proposal["trait"].name
        return _validate.between(name, proposal["value"], *LIMITS[name])

    def spectrum(self) -> np.ndarray:
        """γ of the modes, (d,), descending from 1."""
        return np.arange(1.0, self.d + 1) ** -self.exponent

    def eigenvalues(self, t: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """λ_j at the times t (T,): both layers trained, and the trunk frozen, (T, d) each."""
        gamma, s0 = self.spectrum(), np.full(self.d, self.s0)
        trained = deep_linear.embedding_eigenvalues(t, gamma, s0, self.p0)
        return trained, linear.embedding_eigenvalues(t, gamma * self.p0**2, s0)

    def step_times(self) -> tuple[np.ndarray, np.ndarray]:
        """τ_j with both layers trained, and with the trunk frozen, (d,) each."""
        gamma, s0 = self.spectrum(), np.full(self.d, self.s0)
        trained = deep_linear.step_times(gamma, s0, self.p0)
        return trained, linear.step_times(gamma * self.p0**2, s0)

    def features(self, eigenvalues: np.ndarray) -> np.ndarray:
        """φ_j = γ_j p_j², where the modes have come to the eigenvalues λ_j, both (…, d).

        p² = (u + c)/2, with c = p² − s² as at the start and u² = c² + 4λ/γ.
        """
        gamma = self.spectrum()
        c = (self.p0 - self.s0) * (self.p0 + self.s0)
        return gamma * (np.hypot(c, 2 * np.sqrt(eigenvalues / gamma)) + c) / 2

    def __repr__(self) -> str:
        return f"Two layers, d = {self.d}: {self._words()}"

    def _words(self) -> str:
        gamma, (trained, frozen) = self.spectrum(), self.step_times()
        if gamma[0] == gamma[-1] or trained[-1] == 0:
            which = "the step comes" if self.d == 1 else f"all {self.d} steps come"
            said = f"{which} {_when(trained[0])}; with the trunk frozen, {_when(frozen[0])}"
        else:
            said = (
                f"the first step comes {_when(trained[0])} and the last {_when(trained[-1])}; "
                f"with the trunk frozen, {_when(frozen[0])} and {_when(frozen[-1])}"
            )
        before, after = self.p0**2, self.features(np.ones(self.d))[0]
        factor, phi = short(after / before), "the features' eigenvalue of mode 1"
        if factor == "1":
            change = f"leaves {phi} at {short(before)}, to three digits"
        else:
            change = f"raises {phi} from {short(before)} to {short(after)}, by a factor of {factor}"
        return f"With both layers trained, {said}. Training {change}."

    def _repr_mimebundle_(self, **kwargs: object) -> tuple[dict, dict]:
        data, metadata = super()._repr_mimebundle_(**kwargs)
        state = {"p0": self.p0, "s0": self.s0, "exponent": self.exponent, "d": self.d}
        data["text/html"] = page_html("two_layers", state, *self._picture())
        return data, metadata

    def _picture(self) -> tuple[mpl.figure.Figure, str]:
        """The explorer as a still figure, and what one sees in it."""
        trained, frozen = self.step_times()
        unit = 1 / (8 * self.p0**2)  # of the fastest mode
        t = np.geomspace(
            max(trained[0] / 2, unit / 4), frozen[-1] + 6 * unit / self.spectrum()[-1], 400
        )
        solid, dashed = self.eigenvalues(t)
        with mpl.rc_context():
            plots.set_style()
            figure, (top, bottom) = plt.subplots(
                2, 1, sharex=True, figsize=(6.4, 5.0), height_ratios=(3, 2)
            )
            for j, color in reversed(list(enumerate(plots.mode_colors(self.d)))):
                top.plot(t, dashed[:, j], "--", color=color)
                top.plot(t, solid[:, j], color=color)
                top.plot(frozen[j], 0.5, "o", color=color, markerfacecolor="white")
                top.plot(trained[j], 0.5, "o", color=color)
                bottom.axhline(self.p0**2 * self.spectrum()[j], linestyle="--", color=color)
                bottom.plot(t, self.features(solid)[:, j], color=color)
            top.set_ylabel("embedding $\\lambda_j$")
            bottom.set(yscale="log", xlabel="time $t$", ylabel="features $\\gamma_j p_j^2$")
            set_time_axis(bottom, t[0], t[-1])
            mark_steps(top, bottom, trained)
            figure.align_ylabels()
            lines = [Line2D([], [], color=plots.INK, linestyle=style) for style in ("-", "--")]
            names = ["both layers trained", "trunk frozen"]
            figure.legend(lines, names, ncols=2, loc="outside upper center")
        plt.close(figure)
        alt = (
            f"Above, the embedding's eigenvalues of d = {self.d} modes go to 1, solid with both "
            "layers trained, dashed with the trunk frozen. Below, the features' eigenvalues rise, "
            f"each with its mode. {self._words()}"
        )
        return figure, alt


def two_layers(
    *, p0: float = 0.5, s0: float = 1e-3, exponent: float = 1.0, d: int = 5
) -> TwoLayers:
    """A head and a trunk that both learn, beside a trunk that stays as it is.

    Above, the embedding's eigenvalues λ_j(t); below, those of the features, γ_j p_j(t)². Computed
    in the browser with the formulas of :mod:`stepwise_ssl.deep_linear` from an aligned start
    (chapter 8). The frozen trunk is chapter 2 with γ_j p0² for γ_j.

    The arguments are where the sliders start. They give γ, s(0) and p(0) of shape (d,) each: the
    power law γ_j = j^(−exponent), not normalised, and one start for all modes.

    Args:
        p0: p_j(0), the trunk's singular value on every mode, 0.1 to 10.
        s0: s_j(0), the head's, 1e-6 to 0.1.
        exponent: of the power law, 0 to 3.
        d: number of modes, 1 to 8.

    Raises:
        TypeError: an argument that is no number, or a ``d`` that is no integer.
        ValueError: a value outside what is said above.
    """
    start = {"p0": p0, "s0": s0, "exponent": exponent}
    return TwoLayers(
        d=_validate.integer("d", d, 1, MODES),
        **{name: _validate.between(name, value, *LIMITS[name]) for name, value in start.items()},
    )


def _when(tau: float) -> str:
    return "at the start" if tau == 0 else f"at t = {short(tau)}"
