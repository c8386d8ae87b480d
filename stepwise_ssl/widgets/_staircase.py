"""The staircase explorer: the closed form of chapter 2 under sliders."""

from __future__ import annotations

import anywidget
import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import traitlets
from numpy.typing import ArrayLike

from .. import _validate, linear, plots
from ._page import page_html, script

MODES = 40  # more curves than this cannot be told apart


class StaircaseExplorer(anywidget.AnyWidget):
    """Made by :func:`staircase`. Its traits follow the sliders, and the sliders follow them.

    Traits:
        gamma: the eigenvalues of Γ given, or None for the power law γ_j = j^(−exponent); fixed.
        s0: the starts s_j(0) given, or None for ``alpha`` in every mode; fixed.
        exponent: of the power law, 0 to 3.
        alpha: s_j(0) of every mode, > 0.
        d: number of modes that learn, 1 to 40.
        t: the time that the cursor stands at, in learning rate × iterations.
    """

    _esm = script("staircase")
    # ipywidgets 7, which Colab has, would show the live view alone and skip _repr_mimebundle_.
    _ipython_display_ = None

    gamma = traitlets.List(traitlets.Float(), None, allow_none=True).tag(sync=True)
    s0 = traitlets.List(traitlets.Float(), None, allow_none=True).tag(sync=True)
    exponent = traitlets.Float(min=0, max=3).tag(sync=True)
    alpha = traitlets.Float().tag(sync=True)
    d = traitlets.Int(min=1, max=MODES).tag(sync=True)
    t = traitlets.Float(min=0).tag(sync=True)

    @traitlets.validate("alpha")
    def _positive(self, proposal: dict) -> float:
        return _validate.number("alpha", proposal["value"], above=0)

    @traitlets.validate("d")
    def _at_most_all_modes(self, proposal: dict) -> int:
        return _dimensions(proposal["value"], self.gamma)

    def spectrum(self) -> tuple[np.ndarray, np.ndarray]:
        """γ and s(0) of the d modes that the sliders choose now, (d,) each."""
        if self.gamma is None:
            gamma = np.arange(1.0, self.d + 1) ** -self.exponent
        else:
            gamma = np.array(self.gamma[: self.d])
        s0 = np.full(self.d, self.alpha) if self.s0 is None else np.array(self.s0[: self.d])
        return gamma, s0

    def __repr__(self) -> str:
        steps = _finite(linear.step_times(*self.spectrum()))
        return f"Staircase explorer: d = {self.d}, {_steps_in_words(steps)}"

    def _repr_mimebundle_(self, **kwargs: object) -> tuple[dict, dict]:
        data, metadata = super()._repr_mimebundle_(**kwargs)
        state = {name: getattr(self, name) for name in STATE}
        data["text/html"] = page_html("staircase", state, *self._picture())
        return data, metadata

    def _picture(self) -> tuple[mpl.figure.Figure, str]:
        """The explorer as a still figure, and what one sees in it."""
        gamma, s0 = self.spectrum()
        tau = linear.step_times(gamma, s0)
        steps = _finite(tau)
        rate = 8 * np.abs(gamma).max() or 1.0
        first, last = (steps[0] / 1.5, steps[-1] * 1.5) if len(steps) else (0.05 / rate, 6 / rate)
        t = np.geomspace(first, last, 500)
        loss = linear.loss(t, gamma, s0)
        with mpl.rc_context():
            plots.set_style()
            figure = plots.staircase(
                t, linear.embedding_eigenvalues(t, gamma, s0), loss, step_times=tau
            )
        plt.close(figure)
        alt = (
            f"The loss over time goes from {loss[0]:.1f} to {loss[-1]:.1f}, "
            f"{_steps_in_words(steps)}. Below it the eigenvalue of each mode, d = {self.d}."
        )
        return figure, alt


STATE = ("gamma", "s0", "exponent", "alpha", "d", "t")


def staircase(
    gamma: ArrayLike | None = None,
    s0: ArrayLike | None = None,
    *,
    exponent: float | None = None,
    alpha: float | None = None,
    d: int | None = None,
) -> StaircaseExplorer:
    """Sliders over the solution of the linear model: loss staircase, eigenvalues, step times.

    Computed in the browser from λ_j(t) of an aligned start (Simon et al. 2023; chapter 2, "Each
    mode is logistic"), with the same formulas as :mod:`stepwise_ssl.linear`.

    Args:
        gamma: eigenvalues of Γ, (k,), any sign; the first d are shown. Without it, the power law
            γ_j = j^(−exponent), not normalised: γ_1 = 1.
        s0: s_j(0), (k,), ≥ 0, one for each ``gamma``; a number counts for all. Then no α slider.
        exponent: where its slider starts, 0 to 3; 1.5 if left out. Only without ``gamma``.
        alpha: where the slider of s_j(0) starts, > 0; 1e-6 if left out. Only without ``s0``.
        d: number of modes, 1 to 40 and at most k; 10 for the power law, all for ``gamma``.

    Raises:
        TypeError: an argument that is no number, or no array of real numbers.
        ValueError: shapes that do not fit, NaN, values outside what is said above, or two
            arguments that exclude each other.
    """
    if gamma is not None:
        gamma = _validate.vector("gamma", gamma, "k")
        _not_both("exponent", exponent, "gamma")
    if s0 is not None:
        if gamma is None:
            raise ValueError("s0 is given without gamma; give both, or alpha for all modes.")
        _not_both("alpha", alpha, "s0")
        s0 = np.full(len(gamma), s0) if np.ndim(s0) == 0 else s0
        s0 = _validate.vector("s0", s0, len(gamma), "one for each gamma", minimum=0)
    exponent = _validate.number("exponent", 1.5 if exponent is None else exponent, minimum=0)
    if exponent > 3:
        raise ValueError(f"exponent is {exponent:g}; it must be between 0 and 3.")
    alpha = _validate.number("alpha", 1e-6 if alpha is None else alpha, above=0)
    if d is None:
        d = 10 if gamma is None else min(len(gamma), MODES)
    d = _dimensions(d, gamma)
    widget = StaircaseExplorer(
        gamma=None if gamma is None else gamma.tolist(),
        s0=None if s0 is None else s0.tolist(),
        exponent=exponent,
        alpha=alpha,
        d=d,
    )
    widget.t = _between_steps(*widget.spectrum())
    return widget


def _not_both(name: str, value: object, other: str) -> None:
    if value is not None:
        raise ValueError(f"{name} is {value!r} and {other} is given; only one of them is allowed.")


def _dimensions(d: object, gamma: ArrayLike | None) -> int:
    most, why = (MODES, "") if gamma is None else (min(len(gamma), MODES), "the modes in gamma")
    return _validate.integer("d", d, 1, most, why)


def _finite(tau: np.ndarray) -> np.ndarray:
    """The step times that one sees on a logarithmic axis, in order."""
    return np.sort(tau[(tau > 0) & np.isfinite(tau)])


def _between_steps(gamma: np.ndarray, s0: np.ndarray) -> float:
    """A time to start with: on the flat stretch after the first third of the steps."""
    steps = _finite(linear.step_times(gamma, s0))
    if len(steps) == 0:
        return 1 / (8 * np.abs(gamma).max() or 8.0)  # a mode's own unit of time
    k = len(steps) // 3
    return float(np.sqrt(steps[k] * steps[min(k + 1, len(steps) - 1)]))


def _steps_in_words(steps: np.ndarray) -> str:
    if len(steps) > 12:
        return f"{len(steps)} steps between t = {steps[0]:.3g} and t = {steps[-1]:.3g}"
    return "steps at t = " + ", ".join(f"{t:.3g}" for t in steps) if len(steps) else "no step"
