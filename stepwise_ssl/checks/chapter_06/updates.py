"""6.7: updates of the published Barlow Twins loss, against descent on the loss itself."""

from __future__ import annotations

import numpy as np

from ... import losses
from ..engine import Exercise, Misconception, Part, Trial
from . import own
from .truth import exact_pairs, gradient


def _measured(rng: np.random.Generator, gamma: float, s0: float, lr: float, eps: float,
              level: float) -> float:  # fmt: skip
    """Updates until λ = level · eps on data with one direction, between two updates in log λ."""
    x1, x2 = exact_pairs(rng, 12, np.array([gamma / 0.9]), np.array([0.9]))
    # The published loss has eps = 1e-5: at another one everything is scaled by its root.
    scale = np.sqrt(1e-5 / eps)
    W, before = np.array([[s0 * scale]]), None
    for k in range(5000):
        lam = gamma * (W[0, 0] / scale) ** 2
        if lam >= level * eps:
            share = np.log(level * eps / before) / np.log(lam / before)
            return k - 1 + share
        before = lam
        W = W - lr * scale**2 * gradient(losses.barlow_twins, W, x1, x2)
    raise ArithmeticError("no growth")


def _ask(trial: Trial, *arguments: float) -> None:
    got = trial.array(trial.call(*arguments), shape=(), what="The number of updates")
    want = _measured(trial.rng, *arguments)
    trial.close(got, want, "The number of updates", rtol=2e-3,
                why="descent on losses.barlow_twins, between two updates in log λ")  # fmt: skip


def _counts_small_steps(trial: Trial) -> None:
    """An update multiplies s by 1.1 to 3; each of the five numbers is another one."""
    for growth in (trial.rng.uniform(0.1, 0.3), trial.rng.uniform(0.5, 2)):
        gamma, eps = trial.rng.uniform(0.05, 0.3), 10 ** trial.rng.uniform(-6, -4)
        level = 10 ** trial.rng.uniform(-5, -3)
        s0 = np.sqrt(level * eps / gamma) * 10 ** trial.rng.uniform(-2, -1)
        _ask(trial, gamma, s0, growth * eps / (4 * gamma), eps, level)
    # λ not far below level · ε, where s² is above it: γ counts in the question of 0 updates too.
    # At so low a level no update is smaller than the first.
    level = 10 ** trial.rng.uniform(-6, -5)
    s0 = np.sqrt(trial.rng.uniform(0.55, 0.8) * level * eps / gamma)
    _ask(trial, gamma, s0, trial.rng.uniform(0.02, 0.05) * eps / (4 * gamma), eps, level)


def _counts_large_steps(trial: Trial) -> None:
    gamma = np.float64(trial.rng.uniform(0.05, 0.3))  # NumPy's, as in the notebook
    eps = 10 ** trial.rng.uniform(-6, -4)
    lr = trial.rng.uniform(1, 3) * eps / gamma  # an update multiplies s by 5 to 13
    s0 = 10 ** trial.rng.uniform(-7, -5) * np.sqrt(eps)
    # A level that is met by a whole number of updates: a third of one has no measured meaning.
    count = int(trial.rng.integers(2, 5))
    level = gamma * (s0 * (1 + 4 * gamma * lr / eps) ** count) ** 2 / eps
    _ask_for_whole(trial, gamma, s0, lr, eps, level, count)
    # From a start as small as the notebook's last, which no floor lies below.
    factor, s0 = 1 + 4 * gamma * lr / eps, 10 ** trial.rng.uniform(-120, -90)
    count = int(np.log(np.sqrt(1e-4 * eps / gamma) / s0) / np.log(factor))
    tiny = (
        f"From an s0 of the usual size yours is right, and not from s0 = {s0:.1g}. There is "
        "no floor under s0 or λ, nor anything to add to them: any number above 0 has a logarithm."
    )
    level = gamma * (s0 * factor**count) ** 2 / eps
    _ask_for_whole(trial, gamma, s0, lr, eps, level, count, tiny)
    level = 10 ** trial.rng.uniform(-4, -2)
    for above in (trial.rng.uniform(1.1, 3), 10 ** trial.rng.uniform(1, 6)):
        s0 = np.sqrt(above * level * eps / gamma)
        got = trial.array(trial.call(gamma, s0, lr, eps, level), shape=(),
                          what="The number of updates")  # fmt: skip
        trial.close(got, 0.0, "The number of updates", why="λ starts above level · ε")


def _ask_for_whole(
    trial: Trial, gamma: float, s0: float, lr: float, eps: float, level: float, count: int,
    otherwise: str = "",
) -> None:  # fmt: skip
    got = trial.array(trial.call(gamma, s0, lr, eps, level), shape=(), what="The number of updates")
    trial.close(got, count, "The number of updates", rtol=1e-6,
                why="whole updates, each by the same factor", otherwise=otherwise)  # fmt: skip


def _like(step=lambda x: 2 * np.log1p(x), growth=4.0, lam=lambda g, s: g * s * s,
          target=lambda level, eps: level * eps, per=lambda lr, eps: lr / eps):  # fmt: skip
    def like(gamma, s0, lr, eps, level):
        ratio = target(level, eps) / lam(gamma, s0)
        return max(0.0, np.log(ratio) / step(growth * gamma * per(lr, eps)))

    return like


def _arrived_without_gamma(gamma, s0, lr, eps, level):
    return 0.0 if s0**2 >= level * eps else own.updates(gamma, s0, lr, eps, level)


def _on_a_line(power):
    """Whole updates, and in the last one the eigenvalue to a power on a straight line."""

    def like(gamma, s0, lr, eps, level):
        count = own.updates(gamma, s0, lr, eps, level)
        if not 0 < count < 1e6:
            return count
        whole, factor = np.floor(count), (1 + 4 * gamma * lr / eps) ** (2 * power)
        return whole + (factor ** (count - whole) - 1) / (factor - 1)

    return like


def _then(whole):
    """The right number made a whole one."""
    return lambda *arguments: whole(own.updates(*arguments))


UPDATES = Exercise(
    id="6.7",
    title="The first updates of the published Barlow Twins loss",
    own=own.updates,
    right="Right. At ε = 1e-5, γ = 0.1 and a learning rate of 0.1 one update multiplies s by 4001.",
    hint="Five numbers in, one number out; np.log1p(x) is log(1 + x).",
    parts=(
        Part("small steps", 1, _counts_small_steps),
        Part("large steps, and none", 1, _counts_large_steps),
    ),
    misconceptions=(
        Misconception(
            _like(step=lambda x: 2 * x),
            "The mode grows as in flow, by e^(4γη/ε) an update. Descent multiplies by 1 + 4γη/ε, "
            "which is much less where the product is not small.",
        ),
        *(
            Misconception(
                _like(step=step),
                "Your factor is 4γη/ε. An update adds that part of s to s, so it multiplies s by "
                "1 + 4γη/ε.",
            )
            for step in (lambda x: 2 * np.log(x), lambda x: 2 * abs(np.log(x)))
        ),
        Misconception(
            _like(step=np.log1p),
            "λ goes with s², so an update multiplies it by the *square* of 1 + 4γη/ε: a factor 2 "
            "in the denominator.",
        ),
        Misconception(
            _like(growth=8.0),
            "This has 8γη/ε, the rate of λ, where 4γη/ε should stand. An update acts on s; the "
            "square comes by the 2 in front.",
        ),
        Misconception(
            _like(step=np.log1p, growth=8.0),
            "This multiplies λ by 1 + 8γη/ε. An update multiplies s by 1 + 4γη/ε, and λ by the "
            "square of that.",
        ),
        Misconception(
            _like(growth=2.0),
            "This has 2γ/ε where 4γ/ε should stand: a square gives 2, and C holds W twice.",
        ),
        Misconception(
            _like(lam=lambda g, s: s * s),
            "λ = γ s²: the γ is missing from your start.",
        ),
        Misconception(
            _like(lam=lambda g, s: g * s),
            "s₀ enters λ squared.",
        ),
        Misconception(
            _like(target=lambda level, eps: level),
            "This is the number until λ = level. It is wanted at level times ε.",
        ),
        Misconception(
            _like(per=lambda lr, eps: lr),
            "ε is missing from the growth. Below √ε the batch-norm divides by √ε, so the operator "
            "is 4Γ/ε.",
        ),
        Misconception(
            _like(per=lambda lr, eps: lr / np.sqrt(eps)),
            "Each of the two views is divided by √ε, and C holds both: ε, not its root.",
        ),
        Misconception(
            lambda gamma, s0, lr, eps, level: (
                np.log(level * eps / (gamma * s0**2)) / (2 * np.log1p(4 * gamma * lr / eps))
            ),
            "Right, but for a start at or above the level, which needs 0 updates and not a "
            "negative number of them.",
        ),
        Misconception(
            lambda gamma, s0, lr, eps, level: (
                abs(np.log(level * eps / (gamma * s0**2))) / (2 * np.log1p(4 * gamma * lr / eps))
            ),
            "Right, but for a start at or above the level, where you count the updates that would "
            "lead up from the level to the start. None is needed: 0.",
        ),
        Misconception(
            _arrived_without_gamma,
            "You give 0 to a start whose s₀² is at level · ε. λ = γ s₀² has to be there.",
        ),
        *(
            Misconception(
                _on_a_line(power),
                f"Between the last two updates your {name} is on a straight line. An update "
                "multiplies, and so does a part of one: it is the logarithm that is on a line.",
            )
            for power, name in ((1, "λ"), (0.5, "s"))
        ),
        *(
            Misconception(_then(whole), "You rounded. The number is wanted as it is.")
            for whole in (np.ceil, np.floor, np.round)
        ),
        Misconception(
            lambda gamma, s0, lr, eps, level: lr * own.updates(gamma, s0, lr, eps, level),
            "This is a time, the learning rate times the number of updates. The number is wanted.",
        ),
    ),
)
