"""7.1: weights in front of a batch-norm, against difference quotients and a simulated descent."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..engine import Exercise, Part, Trial
from . import own
from .common import unpack

NAMES = "gradient, learning rate, steps"


def _slope(value: Callable[[np.ndarray], float], w: np.ndarray) -> np.ndarray:
    h = 1e-5 * np.linalg.norm(w)
    return np.array([(value(w + h * e) - value(w - h * e)) / (2 * h) for e in np.eye(len(w))])


def _scales(trial: Trial) -> None:
    m = int(trial.rng.integers(3, 6))
    _ask_for_scales(trial, m, trial.rng.uniform(0.2, 0.6))
    _ask_for_scales(trial, m + 2, trial.rng.uniform(2, 5))


def _ask_for_scales(trial: Trial, m: int, c: float) -> None:
    A, w = trial.rng.normal(size=(m, m)), trial.rng.normal(size=m)
    w *= trial.rng.choice([trial.rng.uniform(0.4, 0.8), trial.rng.uniform(2, 4)]) / (
        np.linalg.norm(w)
    )
    lr = trial.rng.uniform(0.02, 0.4)

    def value(v: np.ndarray) -> float:
        unit = v / np.sqrt(v @ v)
        return unit @ A @ unit + A[0] @ unit

    g, want = _slope(value, w), _slope(value, c * w)
    # One step from cw has to be c times the step from w.
    rate = float((c * lr * g) @ want / (want @ want))
    got = unpack(trial, trial.call(g, float(np.linalg.norm(w)), lr, c), NAMES)
    trial.slips(got[0], g / c, [
        (g, "This is the gradient at w. Farther out the loss turns just as much over a longer way: "
         "at cw it is divided by c."),
        (c * g, "For c > 1 the gradient at cw is smaller than at w, and yours is larger."),
        (g / c**2, "One c too many: derive f(cw) = f(w) by w, and the chain rule brings one c."),
        (g / np.linalg.norm(w), "You divide by the length of w. The gradient at w is given; c is "
         "what it is divided by."),
    ])  # fmt: skip
    gradient = trial.array(got[0], shape=(m,), what="The gradient at cw")
    trial.close(gradient, want, "The gradient at cw", rtol=1e-5, why="difference quotients at cw")
    trial.slips(got[1], c**2 * lr, [
        (lr, "With the same learning rate a step from cw is 1/c as long as one from w, and it "
         "should be c times as long."),
        (c * lr, "One c makes up for the other gradient. The step has to be c times as long, "
         "too."),
        (lr / c, "The wrong way: for c > 1 the gradient at cw is smaller and the way longer."),
        (lr / c**2, "The wrong way: for c > 1 the gradient at cw is smaller and the way longer, so "
         "the learning rate grows with c."),
    ])  # fmt: skip
    found = trial.array(got[1], shape=(), what="The learning rate")
    trial.close(found, rate, "The learning rate", rtol=1e-5, why="c(w − ηg) is where it should end")


def _doubling(a: float, x: float, lr: float) -> int:
    """Steps of descent in the plane on a times the angle of w, until ‖w‖² has doubled."""
    y, steps, goal = 0.0, 0, 2 * x * x
    while x * x + y * y < goal:
        squared = x * x + y * y
        x, y = x + lr * a * y / squared, y - lr * a * x / squared
        steps += 1
    return steps


def _grows(trial: Trial) -> None:
    m = int(trial.rng.integers(3, 6))
    _ask_for_growth(trial, m, trial.rng.uniform(0.2, 0.6), trial.rng.uniform(0.012, 0.016))
    _ask_for_growth(trial, m + 2, trial.rng.uniform(2, 5), trial.rng.uniform(0.018, 0.03))


def _ask_for_growth(trial: Trial, m: int, c: float, turn: float) -> None:
    """`turn` is the angle of the first step: the smaller it is, the more steps."""
    length, lr = trial.rng.uniform(0.4, 2.5), 10 ** trial.rng.uniform(-2, 0)
    a = turn * length**2 / lr
    want = _doubling(a, length, lr)
    g = trial.rng.normal(size=m)
    g *= a / length / np.linalg.norm(g)
    got = unpack(trial, trial.call(g, length, lr, c), NAMES)
    ratio = (length / lr) ** 2 / (g @ g)
    trial.slips(got[2], own.scale_free(g, length, lr, c)[2], [
        (ratio, "So it would be if ‖w‖² grew by the same amount at every step. The gradient is "
         "largest at first: it falls as 1/‖w‖ while w grows."),
        *((1.5 * ratio * c**k, "Yours has a power of c in it. The third number belongs to a run "
           "that starts at w: c has no part in it.") for k in (2, 4, -2, -4)),
        (7.5 * ratio, "This is where ‖w‖ has doubled. Its square is wanted: ‖w‖ has grown by √2 "
         "then."),
        (1.5 * ratio * lr, "The learning rate enters squared: the step is across w, and Pythagoras "
         "adds its square."),
        (1.5 * ratio * length**2, "One length squared too many: G = ‖g‖‖w‖, so u²/G² is "
         "‖w‖²/‖g‖²."),
        (1.5 * ratio / length**2, "The length is missing: u²/G² is ‖w‖²/‖g‖²."),
        *((1.5 * (length / lr / size) ** 2, "‖g‖ is the root of the sum of squares: g @ g is its "
           "square.") for size in (np.sum(g), np.max(np.abs(g)), np.sum(np.abs(g)), np.mean(g))),
        (1.5 * np.sqrt(ratio), "‖w‖ over η‖g‖ counts squared: u is a squared length, and a step "
         "adds one."),
        (np.sqrt(ratio), "This is ‖w‖ over η‖g‖, as if w grew along itself. The gradient is across "
         "w, and a step adds its *square* to ‖w‖²."),
        (ratio * np.log(2), "That is exponential growth. A step adds less the longer w is."),
    ])  # fmt: skip
    steps = trial.array(got[2], shape=(), what="The number of steps")
    # Thousands of finite steps are one or two off the limit of small ones.
    trial.close(steps, want, "The number of steps", rtol=2e-3, why="descent, step by step")


SCALE_FREE = Exercise(
    id="7.1",
    title="Weights without a size",
    own=own.scale_free,
    right="Right. Under batch-norm a small weight is a large learning rate, and it does not stay "
    "small.",
    hint="g is (m,), the other three are numbers; return (g / …, …, …).",
    parts=(
        Part("gradient and learning rate", 2, _scales),
        Part("growth", 1, _grows),
    ),
)
