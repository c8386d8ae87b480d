"""8.7: the raise with any number of linear layers, against all layers integrated."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.optimize import brentq

from ..engine import Exercise, Misconception, Part, Trial
from . import own
from .depth import learned


def _compare(trial: Trial, layers: int, gamma: float) -> None:
    got = trial.array(trial.call(layers, gamma), shape=(), what="The raise")
    # What the head starts with is lost from each square: 1e-10 a layer.
    ends = learned(gamma, np.array([1e-5] + [1.0] * (layers - 1)))
    want = np.prod(ends[1:] ** 2)
    trial.close(got, want, f"The raise with {layers} layers",
                why="all layers integrated until λ = 1",
                otherwise=_where_it_stops(float(got), layers, gamma))  # fmt: skip


def _where_it_stops(got: float, layers: int, gamma: float) -> str:
    if not got >= 1:
        return (
            f"Your raise is {got:.4g}. No layer's square becomes smaller while a mode is learned."
        )
    q = got ** (1 / (layers - 1)) - 1
    if f"{gamma * q * got:.4g}" == "1":
        return (
            f"With your raise λ is {gamma * q * got - 1:.1g} off 1: it is near, but asked is the "
            "root itself. Does a search end too soon, or is a grid too coarse for it?"
        )
    below, power = "the layer", ""
    if layers > 2:
        below, power = f"each of the {layers - 1} layers", f"^{layers - 1}"
    return (
        f"With your raise {below} below the head ends at 1 + {q:.4g} in the square, so the head "
        f"has s² = {q:.4g}, and λ = γ s² (1 + s²){power} comes to {gamma * q * got:.4g}. A learned "
        "mode has λ = 1."
    )


def _a_few_layers(trial: Trial) -> None:
    for layers in trial.rng.permutation([2, 3, 4]):
        _compare(trial, int(layers), 10 ** trial.rng.uniform(-1, 0.5))
    # Of a small γ the head's square ends far above 1.
    _compare(trial, 2, 10 ** trial.rng.uniform(-10, -9))


def _many_layers(trial: Trial) -> None:
    for layers, power in zip(trial.rng.permutation([5, 6, 7]), (-2, -0.5, 1), strict=True):
        _compare(trial, int(layers), 10 ** (power + trial.rng.uniform(-0.4, 0.4)))


def _root(layers: float, gamma: float) -> float:
    """s² with γ s² (1 + s²)^(layers − 1) = 1."""
    return brentq(lambda q: np.log(gamma * q) + (layers - 1) * np.log1p(q),
                  1e-12 / gamma, 1.001 / gamma, xtol=1e-300, rtol=1e-14)  # fmt: skip


def _of_head(formula: Callable[[float, int, float], float]) -> Callable:
    """An answer from the head's s² at the end."""
    return lambda layers, gamma: formula(_root(layers, gamma), layers, gamma)


def _values_alike(layers: int, gamma: float) -> float:
    """The raise where all values, and not their squares, grow by s."""
    s = brentq(lambda s: np.log(gamma * s**2) + 2 * (layers - 1) * np.log1p(s),
               1e-12 / np.sqrt(gamma), 1.001 / np.sqrt(gamma), xtol=1e-300, rtol=1e-14)  # fmt: skip
    return (1 + s) ** (2 * (layers - 1))


def _two(gamma: float) -> float:
    return (1 + np.sqrt(1 + 4 / gamma)) / 2


DEEP_RAISE = Exercise(
    id="8.7",
    title="Deeper networks",
    own=own.deep_raise,
    right="Right. Every layer grows by as much in the square, and the features have the product of "
    "all but one.",
    hint="layers counts the head too: with layers = 2 there is one trunk layer. Both arguments are "
    "numbers, and so is the raise. The head's s² ends between 0 and 1/γ, which is above 1 where γ "
    "is below it.",
    parts=(
        Part("two to four layers", 1, _a_few_layers),
        Part("five to seven layers", 1, _many_layers),
    ),
    misconceptions=(
        Misconception(
            _of_head(lambda q, L, g: q),
            "This is s², the head's square at the end. The features have (1 + s²) for each layer "
            "below the head.",
        ),
        Misconception(
            _of_head(lambda q, L, g: 1 + q),
            "This is what one layer is raised by. The features stand on all layers below the head, "
            "and their squares multiply.",
        ),
        Misconception(
            _of_head(lambda q, L, g: (1 + q) ** L),
            "You count the head as one of the layers that started at 1. Of all layers one less "
            "stands below the head.",
        ),
        Misconception(
            lambda L, g: (1 + _root(L + 1, g)) ** L,
            "You count one layer too many: layers has the head in it, so layers − 1 stand below.",
        ),
        Misconception(
            lambda L, g: (1 + _root(L + 1, g)) ** (L - 1),
            "In your condition for λ = 1 there are as many layers below the head as in all. The "
            "head is one of them, and it is counted by the factor s² already.",
        ),
        Misconception(
            _of_head(lambda q, L, g: (1 + q) ** ((L - 1) / 2)),
            "This is the raise of the singular value. The features' eigenvalue has its square.",
        ),
        Misconception(
            _of_head(lambda q, L, g: (1 + q) ** (2 * (L - 1))),
            "You square what is a square: 1 + s² is a layer's square already.",
        ),
        Misconception(
            _of_head(lambda q, L, g: g * (1 + q) ** (L - 1)),
            "This is the features' eigenvalue at the end. Divide by γ, that of the start.",
        ),
        Misconception(
            _of_head(lambda q, L, g: 1 + (L - 1) * q),
            "You add what the layers gain. They stand one on another: their squares multiply.",
        ),
        Misconception(
            _values_alike,
            "You let all layers grow by the same amount. It is their squares that do: "
            "d(a_l²)/dt = 8λ(1 − λ), whichever layer it is.",
        ),
        Misconception(
            lambda L, g: _two(g),
            "This is the raise with two layers, whatever the number.",
        ),
        Misconception(
            lambda L, g: _two(g) ** (L - 1),
            "Each layer is raised as one would be that is alone below the head. The more layers "
            "there are, the less each has to grow until λ = 1.",
        ),
        Misconception(
            lambda L, g: (1 + 1 / g) ** (L - 1),
            "You let the head end at s² = 1/γ, as on a frozen trunk. The other layers grow with "
            "it, and λ = 1 comes at a smaller s.",
        ),
        Misconception(
            lambda L, g: g ** (-(L - 1) / L),
            "You let all layers end alike. They gain alike in the square, and the head starts at 0 "
            "where the others start at 1.",
        ),
        Misconception(
            lambda L, g: 1 + _root(2, g) * (L - 1),
            "You add up what two layers would gain. With more of them each has to grow less, and "
            "their squares multiply.",
        ),
        Misconception(
            lambda L, g: (1 + _root(L, 2 * g)) ** (L - 1),
            "Your mode stops at λ = ½. It is learned at λ = 1.",
        ),
    ),
)
