"""Exercises 1.4 and 1.5: NT-Xent, and what it charges for k points.

The truth is the definition, written out anchor by anchor in loops. The functions called `_like_...`
compute what a known mistake computes: they give a wrong answer its message and are never the truth.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..engine import Misconception, Trial
from ..values import same_values
from .common import (
    Array,
    call,
    gradient_of,
    numbers,
    same_gradient,
    scalar,
    sizes,
    slopes,
    to_numpy,
    to_tensor,
    two_views,
)


def _nt_xent_by_loops(z1: Array, z2: Array, temperature: float) -> float:
    n = len(z1)
    z = [v / np.sqrt(np.dot(v, v)) for v in [*z1, *z2]]
    loss = 0.0
    for a in range(2 * n):
        scores = np.array([np.dot(z[a], z[b]) / temperature for b in range(2 * n) if b != a])
        top = scores.max()
        own = np.dot(z[a], z[(a + n) % (2 * n)]) / temperature
        loss += top + np.log(np.sum(np.exp(scores - top))) - own
    return loss / (2 * n)


def _unit(z: Array) -> Array:
    return z / np.linalg.norm(z, axis=1, keepdims=True)


def _loss(trial: Trial, got: Any) -> Array:
    """The learner's loss; NaN and infinity get a word on how they come about."""
    value = numbers(got)
    if value is not None and value.shape == () and np.isnan(value):
        trial.fail(
            "The loss is NaN. 0 · ∞ is NaN, so a mask of −∞ has to be put in place "
            "(fill_diagonal_, masked_fill) and cannot be a product of −∞ with an identity; and "
            "∞/∞ is NaN, which comes of exponentials that overflow.",
            named=True,
        )
    if value is not None and value.shape == () and value == np.inf:
        trial.fail(
            "The loss is infinite, as it is where an anchor's partner gets the probability 0. With "
            "view 2 stacked below view 1, the partner of row i is row i + n, "
            "and of row i + n it is row i; no row is its own partner.",
            named=True,
        )
    return scalar(trial, got)


def _is_right(trial: Trial, z1: Array, z2: Array) -> bool:
    """Whether the loss of these views is right: another part asks that, but may not be tested."""
    got = numbers(trial.beside(to_tensor(z1), to_tensor(z2)))
    return same_values(got, np.array(_nt_xent_by_loops(z1, z2, 0.5)))


def _refuse_overflow(trial: Trial, got: Any, z1: Array, z2: Array) -> None:
    """A loss that is no number for these embeddings, and right for those of length 1."""
    value = numbers(got)
    if value is None or value.shape != () or np.isfinite(value):
        return
    if not _is_right(trial, _unit(z1), _unit(z2)):
        return
    z = np.concatenate([z1, z2])
    lengths, products = np.linalg.norm(z, axis=1), np.abs(z @ z.T)
    trial.fail(
        f"The loss is {'NaN' if np.isnan(value) else 'infinite'}, and for the same embeddings "
        f"brought to length 1 yours is right. These have lengths from {lengths.min():.2g} to "
        f"{lengths.max():.2g}, and scalar products of up to {products.max():.3g}: over the "
        "temperature, 0.5, an exponential of such numbers overflows, or vanishes beside another. "
        "Those of unit vectors are 1 at most.",
        named=True,
    )


def nt_xent_value(trial: Trial) -> None:
    """More pictures than dimensions and fewer, temperatures from low to high."""
    for n_of, d_of, low, high in (((4, 8), (3, 6), 0.1, 0.4), ((2, 4), (5, 8), 0.6, 3.0)):
        n, d = sizes(trial.rng, range(*n_of), range(*d_of))
        z1, z2 = map(_unit, two_views(trial.rng, n, d, disagree=1))
        temperature = float(trial.rng.uniform(low, high))
        got = call(trial, to_tensor(z1), to_tensor(z2), temperature=temperature)
        trial.close(
            _loss(trial, got), _nt_xent_by_loops(z1, z2, temperature),
            f"the loss of {n} pairs of unit vectors at temperature {temperature:.3f}",
            why="the definition, written out anchor by anchor",
        )  # fmt: skip


def _where_views_coincide(trial: Trial) -> None:
    """Perfect agreement: an anchor's similarity with its partner is 1, as that with itself."""
    n, d = sizes(trial.rng, range(3, 6), range(3, 6))
    z, other = map(_unit, two_views(trial.rng, n, d))
    result = call(trial, to_tensor(z), to_tensor(z))
    value = numbers(result)
    infinite = value is not None and value.shape == () and np.isposinf(value)
    if infinite and _is_right(trial, z, other):
        trial.fail(
            "The loss is infinite where the two views of each picture have one embedding, and "
            "where they have two yours is right. With one, the similarity with the partner is 1, "
            "as that of an anchor with itself: an anchor is known by its place, the diagonal, and "
            "not by the size of a similarity.",
            named=True,
        )
    trial.close(
        _loss(trial, result), _nt_xent_by_loops(z, z, 0.5),
        f"the loss of {n} pairs whose views coincide",
        why="the definition, written out anchor by anchor",
    )  # fmt: skip


def nt_xent_length(trial: Trial) -> None:
    _where_views_coincide(trial)
    # The longest first: who forgets the lengths is told why their exponentials overflow.
    others = trial.rng.permutation([(1e-6, 1e-5), (0.1, 0.9), (0.2, 20.0)])
    for shortest, longest in [(30.0, 100.0), *others]:
        n, d = sizes(trial.rng, range(3, 7), range(2, 6))
        z1, z2 = map(_unit, two_views(trial.rng, n, d))
        lengths = trial.rng.uniform(shortest, longest, (2, n, 1))
        z1, z2 = z1 * lengths[0], z2 * lengths[1]
        got = call(trial, to_tensor(z1), to_tensor(z2))
        _refuse_overflow(trial, got, z1, z2)
        trial.close(
            _loss(trial, got), _nt_xent_by_loops(z1, z2, 0.5),
            f"the loss of embeddings of lengths {shortest:g} to {longest:g}",
            why="unit vectors have no lengths to see",
        )  # fmt: skip


def nt_xent_gradient(trial: Trial) -> None:
    n, d = sizes(trial.rng, range(3, 5), range(2, 5))
    z1, z2 = two_views(trial.rng, n, d)
    t1, t2 = to_tensor(z1, True), to_tensor(z2, True)
    result = call(trial, t1, t2)
    got = _loss(trial, result)
    trial.close(got, _nt_xent_by_loops(z1, z2, 0.5), "the loss")
    want = slopes(lambda a, b: _nt_xent_by_loops(a, b, 0.5), z1, z2)
    same_gradient(trial, gradient_of(trial, result, t1, t2), want, "The loss")


def _like_nt_xent(
    z1: Any, z2: Any, temperature: float = 0.5, *, itself: bool = False,
    own_logit: float | None = None,
    partner: Callable[[Array, int], Array] = lambda row, n: (row + n) % (2 * n),
    length: Callable[[Array], Array] = _unit, heat: tuple[float, float] | None = None,
    anchors: str = "both", power: int = 1, with_own: bool = True,
    base: float = np.e, reduce: Callable = np.mean, others: str = "both",
    candidates: Callable[[int], float] = lambda n: 1.0,
) -> float:  # fmt: skip
    """NT-Xent with one thing done differently."""
    z = np.concatenate([to_numpy(z1), to_numpy(z2)])
    z = length(z)
    n = len(z) // 2
    above, below = heat or (power, power)
    similarity = z @ z.T
    scores = similarity / temperature**below
    own_place = partner(np.arange(2 * n), n)
    own = similarity[np.arange(2 * n), own_place] / temperature**above
    if own_logit is not None:
        itself = True
        np.fill_diagonal(scores, own_logit)
    used = np.ones((2 * n, 2 * n), dtype=bool)
    if not itself:
        np.fill_diagonal(used, False)
    if not with_own:
        used[np.arange(2 * n), own_place] = False
    if others == "second":
        used[:n, :n] = used[n:, n:] = False
    scores = np.where(used, scores, -np.inf)
    top = scores.max(axis=1, keepdims=True)
    total = np.log(np.sum(np.exp(scores - top), axis=1)) + top[:, 0] - np.log(candidates(n))
    each = (total - own) / np.log(base)
    return reduce(each if anchors == "both" else each[:n])


def _contrast(message: str, **change: Any) -> Misconception:
    return Misconception(
        lambda z1, z2, temperature=0.5: _like_nt_xent(z1, z2, temperature, **change), message
    )


def _like_logits(
    z1: Any, z2: Any, temperature: float, logits: Callable[[Array, float], Array],
    centre: bool = False, length: Callable[[Array], Array] = _unit,
    partner: Callable[[Array], Array] = lambda s: (np.arange(len(s)) + len(s) // 2) % len(s),
) -> float:  # fmt: skip
    """The cross-entropy of other logits than similarities over temperature; the anchor left out.

    `logits` makes them of the similarities, in which the anchor's own is −∞, and `partner` finds
    the rows that count as partners.
    """
    z = np.concatenate([to_numpy(z1), to_numpy(z2)])
    z = length(z - z.mean(0) if centre else z)
    similarity = z @ z.T
    np.fill_diagonal(similarity, -np.inf)
    s = logits(similarity, temperature)
    top = s.max(axis=1)
    own = s[np.arange(len(s)), partner(s)]
    return float(np.mean(np.log(np.sum(np.exp(s - top[:, None]), axis=1)) + top - own))


def _softmax(s: Array) -> Array:
    e = np.exp(s - s.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def _interleaved(z1: Any, z2: Any, temperature: float = 0.5) -> float:
    """The views take turns in the stack, and row i + n is still taken for the partner of row i."""
    z = np.stack([to_numpy(z1), to_numpy(z2)], axis=1).reshape(-1, np.shape(z1)[1])
    return _like_nt_xent(*np.split(z, 2), temperature)


def _without_equals(level: float) -> Callable[..., float]:
    """The loss if whatever has a similarity above 1 − level leaves the sum."""

    def like(z1: Any, z2: Any, temperature: float = 0.5) -> float:
        z = _unit(np.concatenate([to_numpy(z1), to_numpy(z2)]))
        s = z @ z.T
        own = np.diag(np.roll(s, len(s) // 2, axis=0)) / temperature
        weights = np.where(s > 1 - level, 0, np.exp((s - 1) / temperature))
        return float(np.mean(np.log(weights.sum(axis=1)) + 1 / temperature - own))

    return like


NT_XENT_MISTAKES = (
    *(
        Misconception(
            _without_equals(level),
            "You leave out of the sum whatever has the similarity 1 with the anchor. Its partner "
            "may have it too, where the two views have one embedding: the anchor is known by its "
            "place, the diagonal.",
        )
        for level in 10.0 ** np.arange(-12, -2)
    ),
    Misconception(
        lambda z1, z2, temperature=0.5: _like_logits(
            z1, z2, temperature, lambda s, t: _softmax(s / t)
        ),
        "A softmax stands before the cross-entropy, which takes logits and has a softmax of its "
        "own.",
    ),
    Misconception(
        lambda z1, z2, temperature=0.5: _like_logits(
            z1, z2, temperature, lambda s, t: np.exp(s / t)
        ),
        "Your logits are exponentials. The cross-entropy takes the exponential itself: the logits "
        "are similarities divided by the temperature.",
    ),
    Misconception(
        lambda z1, z2, temperature=0.5: (
            _like_logits(z1, z2, temperature, lambda s, t: s) / temperature
        ),
        "You divide the loss by the temperature. It divides the similarities, before the "
        "exponential.",
    ),
    Misconception(
        lambda z1, z2, temperature=0.5: _like_logits(
            z1, z2, temperature, lambda s, t: s / t, centre=True
        ),
        "Your embeddings are centred. NT-Xent takes them as they are, and scales each to length 1.",
    ),
    Misconception(
        lambda z1, z2, temperature=0.5: _like_logits(
            z1,
            z2,
            temperature,
            lambda s, t: s / t,
            length=lambda z: z / np.linalg.norm(z),
        ),
        "You divide by the length of the whole array. Each embedding, each row, has its own.",
    ),
    Misconception(
        lambda z1, z2, temperature=0.5: _like_logits(
            z1, z2, temperature, lambda s, t: np.where(np.isinf(s), -1.0, s) / t
        ),
        "You give the anchor the similarity −1 with itself. It is small and still weighs "
        "e^(−1/temperature) in the sum: the anchor must leave it.",
    ),
    *(
        Misconception(
            lambda z1, z2, temperature=0.5, lowered=lowered, number=number: _like_logits(
                z1, z2, temperature, lambda s, t: lowered(s, t, number)
            ),
            f"The anchor is still in your sum: what you set or subtract, {number}, leaves it a "
            "weight, and at a high temperature the weight counts. A logit of −∞ leaves none.",
        )
        for number in (5, 10, 20)
        for lowered in (
            lambda s, t, number: np.where(np.isinf(s), 1 - number, s) / t,
            lambda s, t, number: np.where(np.isinf(s), -number, s) / t,
            lambda s, t, number: np.where(np.isinf(s), -number, s / t),
        )
    ),
    Misconception(
        _interleaved,
        "The views take turns in your stack, and your partner is n rows further. With the second "
        "view stacked below the first that is right; with turns the partner is the neighbour.",
    ),
    _contrast(
        "You count the partners from the end: row i has row 2n − 1 − i. With the second view "
        "stacked below the first the partner is n rows further, around the corner where needed.",
        partner=lambda row, n: 2 * n - 1 - row,
    ),
    _contrast(
        "An embedding is compared with itself. Its scalar product with itself is 1, the largest "
        "there is, so no partner can beat this rival: the diagonal must leave the softmax.",
        itself=True,
    ),
    _contrast(
        "You set the diagonal to 0. A logit of 0 has the exponential e^0 = 1, so the anchor still "
        "stands among the candidates with weight 1. Which logit has the exponential 0?",
        own_logit=0.0,
    ),
    _contrast(
        "You use n anchors, each against its partner and the n − 1 other embeddings of the second "
        "view: a one-sided loss. In NT-Xent each of the 2n embeddings is an anchor once, and "
        "meets the 2n − 1 others.",
        anchors="first",
        others="second",
    ),
    Misconception(
        lambda z1, z2, temperature=0.5: _like_logits(
            z1, z2, temperature, lambda s, t: s / t, partner=lambda s: s.argmax(axis=1)
        ),
        "You take for the partner whichever embedding is most alike to the anchor. The partner is "
        "the other view of the same picture, alike or not: that is what the loss has to teach.",
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
        # Similarities are symmetric: summed over the anchors the row before gives the same.
        "Your partner is the next row, or the row before, which gives the same loss. With the "
        "second view stacked below the first, the partner of row i is row i + n, and of row "
        "i + n it is row i.",
        partner=lambda row, n: (row + 1) % (2 * n),
    ),
    _contrast(
        "You pair rows 0 and 1, 2 and 3, and so on, as if the views took turns. With the second "
        "view stacked below the first, the partner of row i is row i + n.",
        partner=lambda row, n: row ^ 1,
    ),
    _contrast(
        "Your anchor is its own partner: the logarithm is of the share of s_aa. The partner of "
        "row i is row i + n.",
        itself=True,
        partner=lambda row, n: row,
    ),
    _contrast(
        "Your temperature divides the partner's similarity and not those in the sum. Every "
        "similarity is divided by it.",
        heat=(1, 0),
    ),
    _contrast(
        "Your temperature divides the similarities in the sum and not the partner's. Every "
        "similarity is divided by it.",
        heat=(0, 1),
    ),
    _contrast("You divide by the temperature twice: once is enough.", power=2),
    _contrast(
        "You multiply by the temperature, and the anchor stands among its own candidates. The "
        "similarities are divided by it, and the diagonal must leave the softmax.",
        power=-1,
        itself=True,
    ),
    _contrast(
        "You multiply by the temperature, and set the diagonal to 0: a logit of 0 weighs e^0 = 1. "
        "The similarities are divided by it, and the diagonal must leave the softmax.",
        power=-1,
        own_logit=0.0,
    ),
    _contrast(
        "You normalise columns (one dimension over the 2n embeddings). NT-Xent scales each row, "
        "one embedding, to length 1.",
        length=lambda z: z / np.linalg.norm(z, axis=0),
    ),
    _contrast(
        "You normalise columns of each view (one dimension over the n pictures). NT-Xent scales "
        "each row, one embedding, to length 1.",
        length=lambda z: np.concatenate(
            [half / np.linalg.norm(half, axis=0) for half in np.split(z, 2)]
        ),
    ),
    _contrast(
        "You divide each embedding by its squared length. Divide by the length: the root of the "
        "sum of squares.",
        length=lambda z: z / np.sum(z**2, axis=1, keepdims=True),
    ),
    *(
        _contrast(
            "You divide by the length and a small number beside it. An embedding may be as short "
            "as that: divide by the length alone.",
            length=lambda z, more=more: z / (np.linalg.norm(z, axis=1, keepdims=True) + more),
        )
        for more in 10.0 ** np.arange(-10, -1)
    ),
    _contrast(
        "You take the logarithm of the mean share. Each anchor takes its own logarithm first, and "
        "the mean comes last.",
        reduce=lambda each: -np.log(np.mean(np.exp(-each))),
    ),
    _contrast(
        "Your denominator is the mean over the 2n − 1 candidates. It is their sum.",
        candidates=lambda n: 2 * n - 1,
    ),
    _contrast(
        "Your denominator is a mean over 2n rows. It is the sum over the 2n − 1 candidates.",
        candidates=lambda n: 2 * n,
    ),
    _contrast(
        "The partner is missing from the denominator. The sum runs over all embeddings except "
        "the anchor itself: it is one of the 2n − 1. (Leaving it out is another loss, "
        "and can be negative.)",
        with_own=False,
    ),
    _contrast("You sum over the anchors. The loss is their mean: divide by 2n.", reduce=np.sum),
    _contrast(
        "Your embeddings keep their lengths. NT-Xent compares directions: divide each embedding "
        "by its length first.",
        length=lambda z: z,
    ),
)


def _price(trial: Trial, n: int, k: int) -> tuple[int, int, float, Any]:
    temperature = float(np.exp(trial.rng.uniform(np.log(0.15), np.log(3.0))))
    return n, k, temperature, call(trial, n, k, temperature)


def _clusters_value(trial: Trial, n: int, k: int, temperature: float, got: Any) -> None:
    z = np.eye(k)[np.arange(n) % k]
    trial.close(
        scalar(trial, got), _nt_xent_by_loops(z, z, temperature),
        f"the loss for n = {n}, k = {k}, temperature = {temperature:.3f}",
        why="such embeddings built, the loss written out anchor by anchor",
    )  # fmt: skip


def _cases(trial: Trial) -> tuple[list, list]:
    """Calls with one point, and with several: numbers of points and of pictures all differ."""
    some, more, all_apart = trial.rng.choice(range(2, 6), 3, replace=False)
    share, larger = trial.rng.choice(range(2, 5), 2, replace=False)
    several = [
        _price(trial, int(k * m), int(k))
        for k, m in ((some, share), (more, larger), (all_apart, 1))
    ]
    one = [_price(trial, int(n), 1) for n in trial.rng.choice([3, 5, 7, 9, 11], 2, False)]
    return one, several


def one_point(trial: Trial) -> None:
    """One point. What is said of a wrong answer has to hold with several points as well."""
    one, several = _cases(trial)
    for case in one + several * trial.goes_on:
        _clusters_value(trial, *case)


def k_points(trial: Trial) -> None:
    for case in _cases(trial)[1]:
        _clusters_value(trial, *case)


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
        lambda n, k, temperature: (
            np.log(2 * n - 1) - (2 * n - 2 * n / k) / ((2 * n - 1) * temperature)
        ),
        "This is the first order in 1/temperature, which holds where the temperature is large.",
    ),
    Misconception(
        lambda n, k, temperature: np.log(2 * n / k),
        "You count the 2n/k embeddings at the anchor's point, the anchor among them, and forget "
        "those at the other points: each weighs e^0 = 1 beside the partner's e^(1/temperature).",
    ),
    Misconception(
        lambda n, k, temperature: np.log(
            (2 * n / k - 1) * np.exp(-1 / temperature) + 2 * n - 2 * n / k
        ),
        "The two weights are exchanged: those at the anchor's point have similarity 1, like the "
        "partner, and those elsewhere 0.",
    ),
    Misconception(
        lambda n, k, temperature: np.log(2 * n / k - 1 + (k - 1) * np.exp(-1 / temperature)),
        "You count the other points, k − 1, and not the embeddings there: 2n/k at each.",
    ),
    Misconception(
        lambda n, k, temperature: np.log(2 * k - 1 + (2 * n - 2 * k) * np.exp(-1 / temperature)),
        "You take k for the number of pictures at a point. k is the number of points; there are "
        "n/k pictures at each.",
    ),
    Misconception(
        _like_clusters(lambda n, k: 2 * n / k, lambda t: np.exp(-1 / t)),
        "You count 2n/k embeddings at the anchor's own point. One of them is the anchor, and it "
        "is never compared with itself: one fewer.",
    ),
    Misconception(
        lambda n, k, temperature: np.log(
            2 * n / k - 1 + (2 * n - 2 * n / k + 1) * np.exp(-1 / temperature)
        ),
        "You count one embedding too many elsewhere: 2n − 2n/k are at the other points. The anchor "
        "is at its own, and counts nowhere.",
    ),
    Misconception(
        lambda n, k, temperature: np.log(
            2 * n / k + (2 * n - 2 * n / k - 1) * np.exp(-1 / temperature)
        ),
        "You leave the anchor out of the embeddings elsewhere. It is one of the 2n/k at its own "
        "point.",
    ),
    Misconception(
        lambda n, k, temperature: np.log(n / k + (2 * n - 1 - n / k) * np.exp(-1 / temperature)),
        "You count one embedding of each picture at the anchor's own point, n/k. Both views of "
        "each stand there, and the anchor, which is one of them, does not count: 2n/k − 1.",
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
        "are orthogonal: scalar product 0, against the partner's 1.",
    ),
    Misconception(
        _like_clusters(lambda n, k: 2 * n / k - 1, lambda t: np.exp(1 / t)),
        "The sign in your exponent is wrong: dividing top and bottom by the partner's "
        "e^(1/temperature) leaves e^(−1/temperature) for a far point, less than 1.",
    ),
    Misconception(
        lambda n, k, temperature: np.log(
            (2 * n / k - 1) * np.exp(1 / temperature) + 2 * n - 2 * n / k
        ),
        "That is the logarithm of the denominator. The partner's own −1/temperature, from the "
        "numerator, is missing.",
    ),
    Misconception(
        lambda n, k, temperature: 2 * n / k - 1 + (2 * n - 2 * n / k) * np.exp(-1 / temperature),
        "The logarithm is missing: this is one over the partner's share.",
    ),
    Misconception(
        lambda n, k, temperature: (
            2 * n * np.log(2 * n / k - 1 + (2 * n - 2 * n / k) * np.exp(-1 / temperature))
        ),
        "That is the sum over all 2n anchors. The loss is their mean, what one anchor pays.",
    ),
    Misconception(
        lambda n, k, temperature: np.log(
            n / k - 1 + (2 * n - 2 * n / k) * np.exp(-1 / temperature)
        ),
        "You count n/k embeddings at the anchor's point and 2n − 2n/k elsewhere. Both views are "
        "in both counts: 2n/k at each point, one of them the anchor.",
    ),
    Misconception(
        lambda n, k, temperature: np.log(
            2 * n / k - 1 + (2 * n - n / k) * np.exp(-1 / temperature)
        ),
        "You take n/k away for the far points. With both views 2n/k embeddings share the "
        "anchor's point, so 2n − 2n/k lie elsewhere.",
    ),
    Misconception(
        lambda n, k, temperature: np.log(n / k - 1 + (2 * n - n / k) * np.exp(-1 / temperature)),
        "You count n/k embeddings at a point. With both views there are 2n/k: two of each picture.",
    ),
    Misconception(
        lambda n, k, temperature: np.log(
            2 * n / k - 1 + (2 * n - 1 - 2 * n / k) * np.exp(-1 / temperature)
        ),
        "You leave the anchor out twice. It is not among the far points: those are 2n − 2n/k, "
        "and with the 2n/k − 1 near ones they make 2n − 1.",
    ),
    Misconception(
        lambda n, k, temperature: np.log(2 * n / k - 1 + (n - n / k) * np.exp(-1 / temperature)),
        "Your far points are those of one view. Both views are in the sum: 2n − 2n/k.",
    ),
    Misconception(
        lambda n, k, temperature: np.log(2 * n - 1),
        "log(2n − 1) is complete collapse, k = 1. With k > 1 only 2n/k − 1 embeddings share the "
        "anchor's point; each of the others weighs e^(−1/temperature).",
    ),
    Misconception(
        lambda n, k, temperature: np.log(2 * n - 1) / temperature,
        "This is complete collapse, k = 1, divided by the temperature. That stands inside the "
        "exponentials, on top and below, where it cancels for k = 1. With k > 1 each embedding "
        "elsewhere weighs e^(−1/temperature), and only 2n/k − 1 share the anchor's point.",
    ),
    Misconception(
        lambda n, k, temperature: np.log(2 * n / k - 1),
        "You forget the embeddings at the other k − 1 points. Their similarity is 0, not their "
        "exponential: each still weighs e^0 = 1 beside the partner's e^(1/temperature).",
    ),
)
