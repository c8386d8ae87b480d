"""The explorer of chapter 10: damped descent beside descent without a preconditioner."""

from __future__ import annotations

from functools import cache

import anywidget
import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import traitlets
from matplotlib.lines import Line2D
from scipy.special import expit, logsumexp

from .. import _validate, data, linear, optim, plots, views
from ._numbers import short
from ._page import page_html, script

DIMENSIONS = 10  # d, the modes whose curves are drawn
BARS = 25  # modes whose share of the embedding is drawn
SHARE = 0.4  # of the largest stable learning rate, as on the page
STEPS = (3.0, 900.0)  # the axis, which holds the steps of every setting
LIMITS = {"damping": (1e-3, 1e3), "alpha": (1e-10, 1e-2), "momentum": (0.0, 0.9)}


@cache
def _digits() -> tuple[np.ndarray, np.ndarray]:
    """The digits' positive γ, (m,), and a random start (10, m) along these modes.

    From N(0, 1) and in the coordinates of the embedding in which Gram-Schmidt makes it upper
    triangular. A preconditioner with the eigenvectors of Γ scales the columns, so it stays so.
    """
    Gamma = linear.cross_moment(*views.make_pairs(data.load_images("digits")))
    gamma, modes = linear.modes(Gamma, len(Gamma))
    positive = gamma > 1e-12 * gamma[0]  # above what rounding makes of 0
    start = linear.random_init(DIMENSIONS, len(Gamma), 1.0)
    return gamma[positive], np.linalg.qr(start @ modes[:, positive])[1].round(4)


class Climbing(anywidget.AnyWidget):
    """Made by :func:`climbing`. Its traits follow the sliders, and the sliders follow them.

    Traits:
        gamma, start: the data, see :func:`climbing`; fixed.
        damping: ρ in units of γ_10, 0.001 to 1000.
        alpha: what the start is multiplied by, 1e-10 to 0.01.
        momentum: of the descent without a preconditioner, 0 to 0.9.
    """

    _esm = script("climbing")
    # ipywidgets 7, which Colab has, would show the live view alone and skip _repr_mimebundle_.
    _ipython_display_ = None

    gamma = traitlets.List(traitlets.Float()).tag(sync=True)
    start = traitlets.List(traitlets.List(traitlets.Float())).tag(sync=True)
    damping = traitlets.Float().tag(sync=True)
    alpha = traitlets.Float().tag(sync=True)
    momentum = traitlets.Float().tag(sync=True)

    @traitlets.validate(*LIMITS)
    def _within_the_slider(self, proposal: dict) -> float:
        name = proposal["trait"].name
        return _validate.between(name, proposal["value"], *LIMITS[name])

    def preconditioner(self) -> np.ndarray:
        """P = (|Γ| + ρI)^(−1) in the basis of the modes, (m, m)."""
        return optim.inverse_power(np.diag(self.gamma), rho=self.damping * self.gamma[9])

    def step_counts(self) -> tuple[np.ndarray, np.ndarray]:
        """Steps of each mode, damped and without a preconditioner, (10,) each."""
        return tuple(
            optim.step_counts(np.diag(self.gamma), self._start(), lr, P, momentum)
            for P, lr, momentum in self._updates()
        )

    def eigenvalues(self, steps: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """λ_j after so many steps (T,), damped and without a preconditioner, (T, 10) each.

        Theory as in ``optim.step_counts``: λ/(1 − λ) is the sum of the parts λ_k z_k^(2n) of all
        modes in one direction of the embedding, over 1 minus their sum at the start.
        """
        found = []
        for P, lr, momentum in self._updates():
            rates = np.diag(P) * self.gamma
            total = 1 + momentum + 4 * lr * rates
            apart = np.sqrt(total**2 - 4 * momentum)
            z = (total + apart) / 2
            parts = self.gamma * (self._start() * (z - momentum) / apart) ** 2
            # In logarithms, since a mode that was learned long ago would overflow.
            growth = 2 * np.log(z) * np.asarray(steps, dtype=float)[:, None, None]
            found.append(expit(logsumexp(growth, b=parts, axis=-1) - np.log1p(-parts.sum(axis=1))))
        return tuple(found)

    def final_weights(self) -> np.ndarray:
        """Where damped descent ends, in the basis of the modes, (10, m)."""
        return optim.final_weights(np.diag(self.gamma), self._start(), self.preconditioner())

    def shares(self) -> np.ndarray:
        """What each mode is of the embedding at the end of damped descent, (m,); they sum to 1."""
        return self.gamma * (self.final_weights() ** 2).sum(axis=0) / DIMENSIONS

    def weight_excess(self) -> float:
        """Squared length of the weights there, over the least that solves the task."""
        return optim.weight_excess(self.final_weights(), np.diag(self.gamma))

    def _start(self) -> np.ndarray:
        return self.alpha * np.array(self.start)

    def _updates(self) -> list[tuple[np.ndarray, float, float]]:
        """P, learning rate and momentum: damped, and without a preconditioner."""
        Gamma, P = np.diag(self.gamma), self.preconditioner()
        first = optim.growth_rates(Gamma, 1, P)[0]
        return [
            (P, SHARE / (4 * first), 0.0),
            (np.eye(len(P)), SHARE * (1 + self.momentum) / (4 * self.gamma[0]), self.momentum),
        ]

    def __repr__(self) -> str:
        return f"Climbing faster: {self._words()}"

    def _words(self) -> str:
        damped, without = (counts[-1] for counts in self.step_counts())
        other = (
            f"descent with momentum {short(self.momentum)}" if self.momentum else "plain descent"
        )
        top = 100 * self.shares()[:DIMENSIONS].sum()
        return (
            f"With ρ = {short(self.damping)} γ₁₀ the tenth mode comes after {damped:.0f} steps; "
            f"{other} without a preconditioner takes {without:.0f}. At the end the damped weights "
            f"have {self.weight_excess():.2f} times the least squared length, and the first ten "
            f"modes make {top:.0f} % of the embedding."
        )

    def _repr_mimebundle_(self, **kwargs: object) -> tuple[dict, dict]:
        data_, metadata = super()._repr_mimebundle_(**kwargs)
        state = {name: getattr(self, name) for name in ("gamma", "start", *LIMITS)}
        data_["text/html"] = page_html("climbing", state, *self._picture())
        return data_, metadata

    def _picture(self) -> tuple[mpl.figure.Figure, str]:
        """The explorer as a still figure, and what one sees in it."""
        counts = self.step_counts()
        steps = np.geomspace(*STEPS, 600)
        solid, dashed = self.eigenvalues(steps)
        colors = plots.mode_colors(DIMENSIONS)
        with mpl.rc_context():
            plots.set_style()
            figure, (top, bottom) = plt.subplots(2, 1, figsize=(6.4, 5.0), height_ratios=(3, 2))
            for j, color in reversed(list(enumerate(colors))):
                top.plot(steps, dashed[:, j], "--", color=color)
                top.plot(steps, solid[:, j], color=color)
                top.plot(counts[1][j], 0.5, "o", color=color, markerfacecolor="white")
                top.plot(counts[0][j], 0.5, "o", color=color)
            top.set(xscale="log", xlim=STEPS, xlabel="steps", ylabel="$\\lambda_j$")
            ticks = (5, 10, 20, 50, 100, 200, 500)
            top.set_xticks(ticks, [str(tick) for tick in ticks])
            bars = [*colors, *[plots.GREY] * (BARS - DIMENSIONS)]
            bottom.bar(range(1, BARS + 1), 100 * self.shares()[:BARS], color=bars)
            bottom.axvline(DIMENSIONS + 0.5, color=plots.GREY, linestyle="--")
            bottom.set(xlabel="mode", ylabel="share in %", ylim=(0, 10.5))
            figure.align_ylabels()
            lines = [Line2D([], [], color=plots.INK, linestyle=style) for style in ("-", "--")]
            names = ["damped", "no preconditioner"]
            figure.legend(lines, names, ncols=2, loc="outside upper center")
        plt.close(figure)
        alt = (
            "Above, ten eigenvalues of the embedding go to 1 over steps, solid for damped descent, "
            "dashed without a preconditioner. Below, bars: the share of each of 25 modes in the "
            f"embedding at the end. {self._words()}"
        )
        return figure, alt


def climbing(*, damping: float = 1.0, alpha: float = 1e-4, momentum: float = 0.0) -> Climbing:
    """Damped descent on the digits, beside descent without a preconditioner, and what it costs.

    Above, the embedding's eigenvalues λ_j over steps; below, what each mode is of the embedding
    when damped descent has ended. Computed in the browser with the formulas of
    :mod:`stepwise_ssl.optim` for P = (|Γ| + ρI)^(−1) (chapter 10), d = 10, the positive modes of
    all training pairs, one random start, and 0.4 of the largest stable learning rate.

    Momentum is that of the descent without a preconditioner alone. Modes that are learned close
    together overshoot with it, and then no formula here holds.

    The arguments are where the sliders start.

    Args:
        damping: ρ in units of γ_10, 0.001 to 1000.
        alpha: standard deviation of the start's entries, 1e-10 to 0.01.
        momentum: 0 to 0.9.

    Raises:
        TypeError: an argument that is no number.
        ValueError: a value outside what is said above.
    """
    gamma, start = _digits()
    chosen = {"damping": damping, "alpha": alpha, "momentum": momentum}
    return Climbing(
        gamma=gamma.tolist(),
        start=start.tolist(),
        **{name: _validate.between(name, value, *LIMITS[name]) for name, value in chosen.items()},
    )
