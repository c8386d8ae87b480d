"""5.9: how far a weight moves otherwise, against a trained model with explicit gradients."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.integrate import solve_ivp

from ..chapter_02.truth import rotation
from ..draws import sizes
from ..engine import Exercise, Misconception, Part, Trial
from .family import Numerically, Variant

TASK = """\
Now the network of 5.9, its start, its $\\gamma_j$ and $s_j(0)$ are as they were, but training is
another one: {what}

**Given:** `gamma` `(d,)`, `s0` `(d,)`, the sizes `m` and `N`, and the number `a`, {range}.

**Wanted:** the root mean square of the entries of $\\Delta\\theta$, {which}, from the start of
training to its end, a number.
"""

STUB = '''\
def other_move(gamma, s0, m, N, a):
    """Root mean square move of a weight. (d,), (d,), two sizes, a number -> number."""
    # Your answer here
    raise NotImplementedError("Exercise {number}")


other_move = check("{number}", other_move)'''


def _ends(gamma: np.ndarray, s0: np.ndarray, target: float = 1, until: float = 0) -> np.ndarray:
    """s_j (d,) at the end of the flow on ‖C − target · I‖²; `until` 0 lets it come to rest."""
    if not until:
        far = np.log1p(np.sqrt(target / gamma) / s0) / (4 * gamma * target)
        until = np.max(far + 4 / (gamma * target))
    flow = solve_ivp(
        lambda _, u: 4 * gamma * (target - gamma * np.exp(2 * u)), (0, until), np.log(s0),
        method="LSODA", rtol=1e-8, atol=1e-8,
    )  # fmt: skip
    return np.exp(flow.y[:, -1])


def _moved(gamma: np.ndarray, move: np.ndarray, m: int, N: int, scale: float = 1,
           share: float = 1) -> np.ndarray:  # fmt: skip
    """The move of all weights (M,) that changes the outputs as modes that move by `move` (d,).

    Descent moves weights along gradients, so among all moves that do it, it takes the shortest. The
    kernel and the gradients are any: what is found does not depend on them.
    """
    if not np.isfinite(move).all():
        return np.full(1, np.nan)
    rng, d = np.random.default_rng(0), len(gamma)
    views, M = d + 1, N * m + d * N
    root = rotation(rng, views) * rng.uniform(0.5, 2, views)
    root = root @ root.T  # symmetric, the root of the kernel
    places = np.linalg.qr(rng.normal(size=(M, d * views)))[0].T.reshape(d, views, M)
    gradients = scale * np.sqrt(share) * np.einsum("ij,ajk->aik", root, places)
    outputs = (rotation(rng, d) * move) @ rotation(rng, views)[:d] @ root
    return np.linalg.lstsq(gradients.reshape(-1, M), outputs.ravel(), rcond=None)[0]


def _move(gamma: np.ndarray, s0: np.ndarray, m: int, N: int, target: float = 1, until: float = 0,
          **model: float) -> float:  # fmt: skip
    move = _ends(gamma, s0, target, until) - s0
    return float(np.sqrt(np.mean(_moved(gamma, move, m, N, **model) ** 2)))


@dataclass(frozen=True)
class _Training:
    """A training in words, its range of a (None: a time), the move, and a slip with its message."""

    what: str
    range: tuple[float, float] | None
    of: Callable[..., float]
    slip: Callable[..., float]
    message: str
    hints: tuple[str, str]
    which: str = "all $M$ weights"


TRAININGS = (
    _Training(
        "the loss is $\\lVert C - aI \\rVert_F^2$.", (0.2, 4),
        lambda gamma, s0, m, N, a: _move(gamma, s0, m, N, target=a),
        lambda gamma, s0, m, N, a: _move(gamma, s0, m, N, target=a**2),
        "At the end λ is a. It is λ = γs² that is a, and not its root.",
        ("Where does each mode end now?", "$\\lambda_j = \\gamma_j s_j^2$ ends where $C$ is $aI$."),
    ),
    _Training(
        "it is stopped at time $a$, when some modes may not have been learned. The modes follow "
        "chapter 2 up to then.", None,
        lambda gamma, s0, m, N, a: _move(gamma, s0, m, N, until=a),
        lambda gamma, s0, m, N, a: _move(gamma, s0, m, N),
        "This is the move up to the end. Training stops at time a.",
        ("The length of $\\Delta\\theta$ is that of $\\Delta\\tilde W$ at any time.",
         "Chapter 2 has $\\lambda_j(t)$ in closed form, a logistic curve with the rate "
         "$8\\gamma_j$. Where is $s_j$ at time $a$?"),
    ),
    _Training(
        "the trained model is $f = f_0 + a\\, (g - g_0)$, where $g$ is the network, $g_0$ its "
        "output before training and $f_0$ the start of $f$. $\\tilde K$, $\\gamma_j$ and $s_j(0)$ "
        "are those of the gradients of $g$: the embeddings $f$ are $\\tilde K^{1/2} \\tilde W$ on "
        "the training views.", (0.1, 3),
        lambda gamma, s0, m, N, a: _move(gamma, s0, m, N, scale=a),
        lambda gamma, s0, m, N, a: _move(gamma, s0, m, N),
        "The factor a is missing: f changes by a times what g changes by.",
        ("The embeddings end where they ended before. How much does $f$ change when "
         "$\\theta$ does?",
         "Output $b$ changes by $\\Delta F_b = a J_b\\, \\Delta\\theta$. Put that into the hints "
         "of 5.9."),
    ),
    _Training(
        "only some of the weights are trained, a share of them that was drawn at random; the "
        "others stand still. In a network so wide the gradients of those that are trained have the "
        "products $a \\delta_{bc} \\tilde K$: the share is $a$. Still $\\Delta F_b = \\tilde "
        "K^{1/2} \\Delta\\tilde W_b$, with the whole $\\tilde K$ and its $\\gamma_j$.", (0.05, 0.9),
        lambda gamma, s0, m, N, a: _move(gamma, s0, m, N, share=a),
        lambda gamma, s0, m, N, a: _move(gamma, s0, m, N),
        "The share a is missing: with fewer weights, those that are trained have to go further.",
        ("The embeddings end where they ended before. How far have fewer weights to go for it?",
         "$\\lVert\\Delta\\theta\\rVert^2 = a \\sum_b c_b^{\\top} \\tilde K c_b$ and "
         "$\\Delta F_b = a \\tilde K c_b$."),
        "all $M$ weights, those that stand still included",
    ),
)  # fmt: skip


def move(k: int) -> Variant:
    """Variant k of exercise 5.9."""
    training, number = TRAININGS[k], f"5.9v{k}"

    def other_move(gamma: np.ndarray, s0: np.ndarray, m: int, N: int, a: float) -> float:
        return training.of(gamma, s0, m, N, a)

    def ask(trial: Trial, d: int, m: int, N: int, low: float, high: float) -> None:
        """Modes that start at these shares of their ends."""
        gamma = trial.rng.uniform(0.3, 0.9, size=d) * trial.rng.uniform(0.5, 2)
        s0 = trial.rng.uniform(low, high, size=d) / np.sqrt(gamma)
        if training.range:
            a = trial.rng.uniform(*training.range)
        else:  # a time at which some mode is on its way
            a = trial.rng.choice(np.log1p(1 / (gamma * s0**2)) / (8 * gamma))
            a *= trial.rng.uniform(0.8, 1.3)
        got = trial.array(trial.call(gamma, s0, m, N, a), shape=(), what="The move")
        what = f"The move of a weight, N = {N}, m = {m}, d = {d}"
        why = "a model with fixed gradients, trained"
        trial.close(got, other_move(gamma, s0, m, N, a), what, rtol=1e-5, why=why)

    def from_a_small_start(trial: Trial) -> None:
        d, m, few = sizes(trial.rng, 2, 6, 3)
        ask(trial, d, m, few + 4, 1e-5, 4e-5)
        ask(trial, d + 1, m + 2, few + 15, 1e-3, 4e-3)

    def from_any_start(trial: Trial) -> None:
        # Some modes start above their end: they come back, and that is a move too.
        d, m, few = sizes(trial.rng, 2, 6, 3)
        ask(trial, d, m, few + 4, 0.3, 1.6)

    exercise = Exercise(
        id=number,
        title="How far does a weight move then?",
        own=Numerically(other_move),
        right="Right.",
        hint="gamma and s0 have shape (d,), so d is len(gamma); the answer is one number.",
        parts=(
            Part("a small start", 1, from_a_small_start),
            Part("any start", 1, from_any_start),
        ),
        misconceptions=(Misconception(Numerically(training.slip), training.message),),
    )
    words = (
        f"between {training.range[0]:g} and {training.range[1]:g}" if training.range else "above 0"
    )
    task = TASK.format(what=training.what, range=words, which=training.which)
    return Variant(task, STUB.format(number=number), training.hints, exercise)
