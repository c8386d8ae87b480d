"""Exercises 1.4 and 1.5: NT-Xent, and what it charges for k points.

The truth is the definition, summed over 2n anchors in loops. The functions called `_like_...`
compute what a known mistake computes: they give a wrong answer its message and are never the truth.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..engine import Misconception, Trial
from .common import Array, gradient_of, same_gradient, slopes, to_numpy, to_tensor, two_views


def _nt_xent_by_loops(z1: Array, z2: Array, temperature: float) -> float:
    n = len(z1)
    z = [v / np.sqrt(sum(v * v)) for v in [*z1, *z2]]
    loss = 0.0
    for a in range(2 * n):
        others = [b for b in range(2 * n) if b != a]
        scores = np.array([sum(z[a] * z[b]) / temperature for b in others])
        top = scores.max()
        own = sum(z[a] * z[(a + n) % (2 * n)]) / temperature
        loss += top + np.log(np.sum(np.exp(scores - top))) - own
    return loss / (2 * n)


def _unit(z: Array) -> Array:
    return z / np.linalg.norm(z, axis=1, keepdims=True)


def nt_xent_value(trial: Trial) -> None:
    n, d = int(trial.rng.integers(4, 8)), int(trial.rng.integers(3, 6))
    z1, z2 = map(_unit, two_views(trial.rng, n, d))
    temperature = float(trial.rng.uniform(0.2, 0.8))
    got = trial.call(to_tensor(z1), to_tensor(z2), temperature=temperature)
    trial.close(
        trial.array(got, (), "the loss"), _nt_xent_by_loops(z1, z2, temperature),
        f"the loss of {n} pairs of unit vectors at temperature {temperature:.3f}",
        why="the definition, summed over 2n anchors",
    )  # fmt: skip


def nt_xent_length(trial: Trial) -> None:
    z1, z2 = two_views(trial.rng, 5, 4)
    lengths = trial.rng.uniform(0.2, 20.0, (2, 5, 1))
    got = trial.call(to_tensor(z1 * lengths[0]), to_tensor(z2 * lengths[1]))
    trial.close(
        trial.array(got, (), "the loss"), _nt_xent_by_loops(z1, z2, 0.5),
        "the loss of embeddings of many lengths", why="cosine similarity does not see lengths",
    )  # fmt: skip


def nt_xent_gradient(trial: Trial) -> None:
    z1, z2 = two_views(trial.rng, 4, 3)
    t1, t2 = to_tensor(z1, True), to_tensor(z2, True)
    result = trial.call(t1, t2)
    got = trial.array(result, (), "the loss")
    trial.close(got, _nt_xent_by_loops(z1, z2, 0.5), "the loss")
    want = slopes(lambda a, b: _nt_xent_by_loops(a, b, 0.5), z1, z2)
    same_gradient(trial, gradient_of(trial, result, t1, t2), want, "The loss")


def _like_nt_xent(
    z1: Any, z2: Any, temperature: float = 0.5, *, itself: bool = False, partner: int | None = None,
    anchors: str = "both", unit: bool = True, power: int = 1, with_own: bool = True,
    base: float = np.e, reduce: Callable = np.mean, others: str = "both",
) -> float:  # fmt: skip
    """NT-Xent with one thing done differently."""
    z = np.concatenate([to_numpy(z1), to_numpy(z2)])
    z = _unit(z) if unit else z
    n = len(z) // 2
    scores = z @ z.T / temperature**power
    own_place = (np.arange(2 * n) + (n if partner is None else partner)) % (2 * n)
    own = scores[np.arange(2 * n), own_place]
    used = np.ones((2 * n, 2 * n), dtype=bool)
    if not itself:
        np.fill_diagonal(used, False)
    if not with_own:
        used[np.arange(2 * n), own_place] = False
    if others == "second":
        used[:n, :n] = used[n:, n:] = False
    scores = np.where(used, scores, -np.inf)
    top = scores.max(axis=1, keepdims=True)
    total = np.log(np.sum(np.exp(scores - top), axis=1)) + top[:, 0]
    each = (total - own) / np.log(base)
    return reduce(each if anchors == "both" else each[:n])


def _contrast(message: str, **change: Any) -> Misconception:
    return Misconception(
        lambda z1, z2, temperature=0.5: _like_nt_xent(z1, z2, temperature, **change), message
    )


NT_XENT_MISTAKES = (
    _contrast(
        "An embedding is compared with itself. Its cosine with itself is 1, the largest there is, "
        "so it takes the place of the positive: the diagonal must leave the softmax.",
        itself=True,
    ),
    _contrast(
        "You use n anchors, each against its partner and the n − 1 other embeddings of the second "
        "view: a one-sided loss. In NT-Xent each of the 2n embeddings is an anchor once, and "
        "meets the 2n − 1 others.",
        anchors="first",
        others="second",
    ),
    _contrast(
        "You average over n anchors, those of the first view. The second view's are anchors too: "
        "2n in all.",
        anchors="first",
    ),
    _contrast(
        "Both views are anchors, and each meets only the other view. An anchor must also meet the "
        "n − 1 other embeddings of its own view: 2n − 1 in all.",
        others="second",
    ),
    _contrast(
        "Your temperature multiplies the similarities. It divides them: a low temperature makes "
        "differences between similarities count for more.",
        power=-1,
    ),
    _contrast(
        "The temperature is not used: your similarities go into the softmax as they are.", power=0
    ),
    _contrast(
        "Your positive is the wrong one. With the second view stacked below the first, the "
        "partner of row i is row i + n, and of row i + n it is row i. Yours is the next row.",
        partner=1,
    ),
    _contrast(
        "Your positive is missing from the denominator. The sum runs over all embeddings except "
        "the anchor itself: the partner is one of the 2n − 1. (Leaving it out is another loss, "
        "and can be negative.)",
        with_own=False,
    ),
    _contrast("You sum over the anchors. The loss is their mean: divide by 2n.", reduce=np.sum),
    _contrast(
        "You divide the sum over 2n anchors by n: the value is twice the mean.",
        reduce=lambda each: 2 * np.mean(each),
    ),
    _contrast(
        "Your similarities are dot products. NT-Xent compares directions: divide each embedding "
        "by its length first.",
        unit=False,
    ),
    _contrast("Your logarithm has base 2. The cross-entropy here is in nats: base e.", base=2.0),
    _contrast("Your logarithm has base 10. The cross-entropy here is in nats: base e.", base=10.0),
    _contrast(
        "The sign is missing: this is the mean log-probability of the partner, and the loss is "
        "its negative.",
        reduce=lambda each: -np.mean(each),
    ),
)


def _clusters_value(trial: Trial, n: int, k: int) -> None:
    temperature = float(trial.rng.uniform(0.2, 2.0))
    z = np.eye(k)[np.arange(n) % k]
    got = trial.array(trial.call(n, k, temperature), (), "the loss")
    trial.close(
        got, _nt_xent_by_loops(z, z, temperature),
        f"the loss for n = {n}, k = {k}, temperature = {temperature:.3f}",
        why="such embeddings built, the loss summed over its 2n anchors",
    )  # fmt: skip


def one_point(trial: Trial) -> None:
    _clusters_value(trial, int(trial.rng.integers(3, 12)), 1)


def k_points(trial: Trial) -> None:
    k = int(trial.rng.integers(2, 5))
    _clusters_value(trial, k * int(trial.rng.integers(2, 4)), k)
    _clusters_value(trial, k, k)


def _like_clusters(
    same: Callable[[int, int], float], weight: Callable[[float], float], total: int = 2
) -> Callable[[int, int, float], float]:
    """log(positions shared with the anchor + the others, each with its weight)."""

    def loss(n: int, k: int, temperature: float) -> float:
        return np.log(same(n, k) + (total * n - total * n / k) * weight(temperature))

    return loss


def cluster_loss(n: int, k: int, temperature: float) -> float:
    """The course's own answer to 1.5."""
    return float(np.log(2 * n / k - 1 + 2 * n * (1 - 1 / k) * np.exp(-1 / temperature)))


CLUSTER_MISTAKES = (
    Misconception(
        _like_clusters(lambda n, k: 2 * n / k, lambda t: np.exp(-1 / t)),
        "You count 2n/k embeddings at the anchor's own point. One of them is the anchor, and it "
        "is never compared with itself: one fewer.",
    ),
    Misconception(
        _like_clusters(lambda n, k: n / k - 1, lambda t: np.exp(-1 / t), total=1),
        "You count one view. Both views of a picture are in the sum: 2n embeddings, 2n/k at each "
        "point.",
    ),
    Misconception(
        _like_clusters(lambda n, k: n / k, lambda t: np.exp(-1 / t), total=1),
        "You count n embeddings. Both views are in the sum, 2n in all, and the anchor itself is "
        "not.",
    ),
    Misconception(
        _like_clusters(lambda n, k: 2 * n / k - 2, lambda t: np.exp(-1 / t)),
        "You leave out the anchor and its partner. Only the anchor is left out: the partner "
        "stands in the denominator too.",
    ),
    Misconception(
        _like_clusters(lambda n, k: 2 * n / k - 1, lambda t: np.exp(-1.0)),
        "Your far points weigh e^(−1) whatever the temperature. The similarities are divided by "
        "the temperature before they go into the exponential.",
    ),
    Misconception(
        _like_clusters(lambda n, k: 2 * n / k - 1, lambda t: np.exp(-t)),
        "You multiply by the temperature: the similarities are divided by it.",
    ),
    Misconception(
        _like_clusters(lambda n, k: 2 * n / k - 1, lambda t: np.exp(-2 / t)),
        "Your far points weigh e^(−2/temperature), as if they lay opposite (cosine −1). The points "
        "are orthogonal: cosine 0 against the positive's 1.",
    ),
    Misconception(
        _like_clusters(lambda n, k: 2 * n / k - 1, lambda t: np.exp(1 / t)),
        "The sign in your exponent is wrong: dividing top and bottom by the positive's "
        "e^(1/temperature) leaves e^(−1/temperature) for a far point, less than 1.",
    ),
    Misconception(
        lambda n, k, temperature: np.log(2 * n - 1),
        "log(2n − 1) is complete collapse, k = 1. With k > 1 only 2n/k − 1 embeddings share the "
        "anchor's point; each of the others weighs e^(−1/temperature).",
    ),
    Misconception(
        lambda n, k, temperature: np.log(2 * n - 1) / temperature,
        "You divide the loss by the temperature. It stands inside the exponentials, on top and "
        "below; at complete collapse it cancels.",
    ),
    Misconception(
        lambda n, k, temperature: np.log(2 * n / k - 1),
        "You forget the embeddings at the other k − 1 points. Their similarity is 0, not their "
        "exponential: each still weighs e^0 = 1 beside the positive's e^(1/temperature).",
    ),
    Misconception(
        lambda n, k, temperature: (
            -np.log(2 * n / k - 1 + (2 * n - 2 * n / k) * np.exp(-1 / temperature))
        ),
        "The sign is missing: the loss is minus the log of the positive's share, a positive "
        "number.",
    ),
)
