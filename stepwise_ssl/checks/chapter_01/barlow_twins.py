"""Exercises 1.2 and 1.3: the Barlow Twins loss, and what copies cost in it.

The truth is the definition, written out in loops. `_like_barlow_twins`
computes what a known mistake computes: it gives a wrong answer its message and is never the truth.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..engine import Misconception, Trial
from .common import (
    VIEW,
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

EPS = 1e-5  # inside the root of the normalisation


def _barlow_twins_by_loops(z1: Array, z2: Array, lam: float, eps: float = EPS) -> float:
    n, d = z1.shape
    first = [column - sum(column) / n for column in z1.T]
    second = [column - sum(column) / n for column in z2.T]
    loss = 0.0
    for i, a in enumerate(first):
        for j, b in enumerate(second):
            size = np.sqrt((np.dot(a, a) / n + eps) * (np.dot(b, b) / n + eps))
            c = np.dot(a, b) / n / size
            loss += (1 - c) ** 2 if i == j else lam * c**2
    return loss


# The first part leaves eps its part: outside the root or absent it changes a loss of embeddings of
# size 1 by some 1e-5, and that costs a point once, in the second part.
WITHOUT_EPS = 1e-4


def barlow_twins_value(trial: Trial) -> None:
    """More pictures than dimensions, fewer, and a large embedding that is off centre."""
    for few, many, scale in ((6, 12, 1.0), (3, 5, 1.0), (9, 16, 30.0)):
        dimensions = (6, 7) if few == 3 else (3, 4, 5)
        n, d = sizes(trial.rng, range(few, many), dimensions)
        z1, z2 = two_views(trial.rng, n, d, scale, disagree=1)
        z2 = z2 * trial.rng.uniform(0.5, 2.0, d) + scale * trial.rng.standard_normal(d)
        lam = float(trial.rng.uniform(0.05, 1.5))
        got = scalar(trial, call(trial, to_tensor(z1), to_tensor(z2), lam=lam))
        trial.close(
            got, _barlow_twins_by_loops(z1, z2, lam), f"the loss of {n} pairs with lam = {lam:.3f}",
            rtol=WITHOUT_EPS, why="the definition, written out entry by entry",
        )  # fmt: skip


def barlow_twins_small(trial: Trial) -> None:
    for scale in trial.rng.permutation([5e-4, 2e-3, 8e-3]):
        n, d = sizes(trial.rng, range(5, 12), range(3, 7))
        z1, z2 = two_views(trial.rng, n, d, scale)
        got = scalar(trial, call(trial, to_tensor(z1), to_tensor(z2)))
        trial.close(
            got, _barlow_twins_by_loops(z1, z2, 0.0051), f"the loss of z of size {scale:g}",
            why="here eps is no longer small beside the variance",
        )  # fmt: skip


def barlow_twins_gradient(trial: Trial) -> None:
    n, d = sizes(trial.rng, range(3, 6), range(2, 5))
    _has_the_slopes(trial, *two_views(trial.rng, n, d), "the loss")
    # A column may be constant: the root of its variance has no slope there. Quarters have an exact
    # mean, so the variance is 0 without rounding.
    z1, z2 = two_views(trial.rng, n, d)
    z1[:, 0], z2[:, 0] = trial.rng.integers(-8, 8, size=2) / 4
    _has_the_slopes(trial, z1, z2, "the loss of views with a constant column")


def _has_the_slopes(trial: Trial, z1: Array, z2: Array, what: str) -> None:
    t1, t2 = to_tensor(z1, True), to_tensor(z2, True)
    result = call(trial, t1, t2)
    value = numbers(result)
    if z1.std(0).min() == 0 and value is not None and np.isnan(value).all():
        return  # 0/0 without eps, which has cost a point in the second part
    trial.close(
        scalar(trial, result), _barlow_twins_by_loops(z1, z2, 0.0051), what, rtol=WITHOUT_EPS
    )
    want = slopes(lambda a, b: _barlow_twins_by_loops(a, b, 0.0051), z1, z2)
    gradient = gradient_of(trial, result, t1, t2)
    same_gradient(trial, gradient, want, f"{what[0].upper()}{what[1:]}")


def _like_barlow_twins(
    z1: Any, z2: Any, lam: float = 0.0051, *, eps: float = EPS, ddof: int = 0, axis: int = 0,
    centre: bool = True, outside: bool = False, scale: bool = True,
    source: Callable[[Array, Array, Array], Array] = lambda z, first, second: z,
    mean: Callable[[Array], Array] | None = None, common_mean: bool = False,
    length: Callable[[Array], Array] | None = None,
    matrix: Callable[[Array, Array], Array] = lambda a, b: a.T @ b / len(a),
    terms: Callable[[Array, Array, float], float] | None = None,
) -> float:  # fmt: skip
    """Barlow Twins with one thing done differently."""
    normed = []
    views = to_numpy(z1), to_numpy(z2)
    for z in views:
        measured = source(z, *views)
        variance = measured.var(axis=axis, ddof=ddof, keepdims=True)
        size = np.sqrt(variance) + eps if outside else np.sqrt(variance + eps)
        size = length(z) if length else size
        middle = mean(measured) if mean else measured.mean(axis=axis, keepdims=True)
        middle = np.concatenate(views).mean(0) if common_mean else middle
        shifted = z - middle if centre else z
        normed.append(shifted / size if scale else shifted)
    c = matrix(*normed)
    diagonal = np.diag(c)
    off = c - np.diag(diagonal)
    if terms:
        return terms(diagonal, off, lam)
    return np.sum((1 - diagonal) ** 2) + lam * np.sum(off**2)


def _barlow(message: str, **change: Any) -> Misconception:
    return Misconception(
        lambda z1, z2, lam=0.0051: _like_barlow_twins(z1, z2, lam, **change), message
    )


MEANS = (
    "The loss adds up entries of C, where you take a mean: the official code's lam = 0.0051 was "
    "chosen for a sum of d(d − 1) terms."
)
BARLOW_TWINS_MISTAKES = (
    _barlow(
        "Your standard deviation divides by n − 1. The loss divides by n in the "
        "variance and in C: with n − 1 in one and n in the other, a dimension compared with "
        "itself gets (n − 1)/n and not 1. (torch's std and var divide by n − 1 unless told "
        "correction=0.)",
        ddof=1,
    ),
    _barlow(
        "Your C is a sum over the pairs. It must be divided by n: a correlation lies between −1 "
        "and 1, yours grows with the batch.",
        matrix=lambda a, b: a.T @ b,
    ),
    _barlow(
        "Your embeddings are not centred. Without subtracting the mean of each dimension, C "
        "measures where the cloud lies as well as how its points vary together.",
        centre=False,
    ),
    _barlow(
        "You centre, and never divide by the standard deviation: C is a covariance. The "
        "published loss normalises each dimension to variance 1 first.",
        scale=False,
    ),
    _barlow(
        "You normalise each row (one picture over its d dimensions). The loss normalises "
        "columns: one dimension over the n pictures.",
        axis=1,
    ),
    _barlow(
        "Your eps is added after the root. It belongs inside: "
        "√(variance + eps). At size 1 nobody notices. At a standard deviation of 0.002 eps is 2.5 "
        "times the variance inside, and only half a per cent of the standard deviation outside.",
        outside=True,
    ),
    _barlow(
        "Your normalisation works as if it had no eps: by √variance and not by √(variance + eps). "
        "At size 1 nobody notices; once the variance is as small as eps = 1e-5, the loss changes.",
        eps=0.0,
    ),
    _barlow(
        "Your eps is a floor, max(variance, eps): it does nothing to a variance above it. It is "
        "added, √(variance + eps), and counts as soon as the variance is small.",
        length=lambda z: np.sqrt(np.maximum(z.var(0), EPS)),
    ),
    *(
        _barlow(f"Your eps is {eps:g}, where 1e-05 is wanted.", eps=eps)
        for eps in (1e-3, 1e-4, 1e-6, 1e-8, 1e-10, 1e-12)
    ),
    _barlow(
        "You normalise by the variance and not by its root, the standard deviation.",
        length=lambda z: z.var(0) + EPS,
    ),
    _barlow(
        "Your off-diagonal entries are not squared: positive and negative correlations cancel, "
        "and anti-copies (C_ij = −1) would even be rewarded.",
        terms=lambda on, off, lam: np.sum((1 - on) ** 2) + lam * np.sum(off),
    ),
    _barlow(
        "You take absolute values off the diagonal: the entries are squared.",
        terms=lambda on, off, lam: np.sum((1 - on) ** 2) + lam * np.sum(np.abs(off)),
    ),
    _barlow(
        "Your first sum is of 1 − C_ii². The square stands around the difference: (1 − C_ii)².",
        terms=lambda on, off, lam: np.sum(1 - on**2) + lam * np.sum(off**2),
    ),
    _barlow(
        "Your first sum is of (1 − |C_ii|)², so views that are each other's opposite cost nothing. "
        "C_ii is to be 1 and not −1.",
        terms=lambda on, off, lam: np.sum((1 - np.abs(on)) ** 2) + lam * np.sum(off**2),
    ),
    _barlow(
        "Your first sum is of (1 + C_ii)²: it wants the views to be each other's opposite.",
        terms=lambda on, off, lam: np.sum((1 + on) ** 2) + lam * np.sum(off**2),
    ),
    _barlow(
        "You take the diagonal out of the sum over all of C without its lam: "
        "lam · (sum over all − sum over the diagonal).",
        terms=lambda on, off, lam: (
            np.sum((1 - on) ** 2) + lam * (np.sum(off**2) + np.sum(on**2)) - np.sum(on**2)
        ),
    ),
    _barlow(
        "You take d out of the sum over all of C, as if each C_ii were 1. Take out the squares "
        "C_ii² themselves.",
        terms=lambda on, off, lam: (
            np.sum((1 - on) ** 2) + lam * (np.sum(off**2) + np.sum(on**2) - len(on))
        ),
    ),
    _barlow(
        "You square the sum of the off-diagonal entries. Each entry is squared first, and then "
        "they are added.",
        terms=lambda on, off, lam: np.sum((1 - on) ** 2) + lam * np.sum(off) ** 2,
    ),
    _barlow(
        "You take the square of the trace out of the sum over all of C. What stands on the "
        "diagonal there is the sum of the squares C_ii², and not the square of their sum.",
        terms=lambda on, off, lam: (
            np.sum((1 - on) ** 2) + lam * (np.sum(off**2) + np.sum(on**2) - np.sum(on) ** 2)
        ),
    ),
    _barlow(
        "You subtract one mean, over all entries. Each dimension has its own: the mean over the n "
        "pictures.",
        mean=lambda z: z.mean(),
    ),
    _barlow(
        "You divide each dimension by its length and do not centre it: C_ij is then a cosine and "
        "no correlation.",
        centre=False,
        length=lambda z: np.linalg.norm(z, axis=0) / np.sqrt(len(z)),
    ),
    _barlow(
        "Your diagonal is not squared: the first sum is of (1 − C_ii)².",
        terms=lambda on, off, lam: np.sum(1 - on) + lam * np.sum(off**2),
    ),
    _barlow(
        "Your C is a @ b.T, shape (n, n): it compares pictures. Barlow Twins compares dimensions, "
        "C is (d, d): the transpose stands on the left.",
        matrix=lambda a, b: a @ b.T / len(a),
    ),
    _barlow(
        "Your C is a @ b.T, shape (n, n): it compares pictures. Barlow Twins compares dimensions, "
        "C is (d, d): the transpose stands on the left.",
        matrix=lambda a, b: a @ b.T / a.shape[1],
    ),
    _barlow(
        "Your C compares view 1 with itself, so its diagonal knows nothing of view 2. One "
        "factor belongs to each view.",
        matrix=lambda a, b: a.T @ a / len(a),
    ),
    _barlow(
        "Your C compares view 2 with itself, so its diagonal knows nothing of view 1. One "
        "factor belongs to each view.",
        matrix=lambda a, b: b.T @ b / len(a),
    ),
    _barlow(
        "You take mean and variance over both views at once. Each view has its own: otherwise "
        "what differs between the views in the mean goes into C.",
        source=lambda z, first, second: np.concatenate([first, second]),
    ),
    _barlow(
        "You take the mean over both views at once. Each view has its own: otherwise what differs "
        "between the views in the mean goes into C.",
        common_mean=True,
    ),
    _barlow(
        "The sum off the diagonal is one of squares, and you take its root, the norm.",
        terms=lambda diagonal, off, lam: np.sum((1 - diagonal) ** 2) + lam * np.linalg.norm(off),
    ),
    _barlow(
        "You divide the second view by the standard deviations of the first. Each view has its "
        "own.",
        source=lambda z, first, second: first,
    ),
    _barlow(
        "You divide the first view by the standard deviations of the second. Each view has its "
        "own.",
        source=lambda z, first, second: second,
    ),
    _barlow(
        "You normalise nothing: neither the mean nor the standard deviation of a dimension is "
        "taken out, so C is no correlation.",
        centre=False,
        scale=False,
    ),
    _barlow(
        "You divide by n − 1 in the variance and in C. At size 1 that cancels; once the variance "
        "is as small as eps it does not. Divide by n in both.",
        ddof=1,
        matrix=lambda a, b: a.T @ b / (len(a) - 1),
    ),
    _barlow(
        "C is divided by n − 1. The variance has 1/n, and C must have the same: otherwise a "
        "dimension compared with itself gets more than 1.",
        matrix=lambda a, b: a.T @ b / (len(a) - 1),
    ),
    _barlow(
        "Your C is divided by d. Its entries are means over the n pairs: divide by n.",
        matrix=lambda a, b: a.T @ b / a.shape[1],
    ),
    _barlow(
        MEANS, terms=lambda on, off, lam: np.mean((1 - on) ** 2) + lam * np.sum(off**2) / off.size
    ),
    _barlow(
        MEANS, terms=lambda on, off, lam: np.sum((1 - on) ** 2) + lam * np.sum(off**2) / off.size
    ),
    _barlow(MEANS, terms=lambda on, off, lam: np.mean((1 - on) ** 2) + lam * np.sum(off**2)),
    _barlow(
        MEANS, terms=lambda on, off, lam: (np.sum((1 - on) ** 2) + lam * np.sum(off**2)) / len(on)
    ),
    _barlow(
        MEANS, terms=lambda on, off, lam: (np.sum((1 - on) ** 2) + lam * np.sum(off**2)) / off.size
    ),
    _barlow(
        "Your second sum runs over all of C, diagonal included. It then pulls C_ii to 0 while "
        "the first sum pulls it to 1.",
        terms=lambda on, off, lam: np.sum((1 - on) ** 2) + lam * (np.sum(off**2) + np.sum(on**2)),
    ),
    _barlow(
        "lam stands on the wrong sum. It weighs the off-diagonal (redundancy) part; the diagonal "
        "(invariance) part has weight 1.",
        terms=lambda on, off, lam: lam * np.sum((1 - on) ** 2) + np.sum(off**2),
    ),
    _barlow(
        "lam weighs both sums. Only the off-diagonal one has it.",
        terms=lambda on, off, lam: lam * (np.sum((1 - on) ** 2) + np.sum(off**2)),
    ),
    _barlow(
        "C − diag(C), with a vector diag(C), takes the diagonal away from each row of C. A matrix "
        "that has it on its diagonal alone is torch.diag(torch.diag(C)).",
        terms=lambda on, off, lam: (
            np.sum((1 - on) ** 2) + lam * np.sum((off + np.diag(on) - on) ** 2)
        ),
    ),
    _barlow(
        f"Your first sum is d: it finds a 0 in each C_ii. {VIEW}",
        terms=lambda on, off, lam: len(on) + lam * np.sum(off**2),
    ),
    _barlow(
        "You symmetrise C. Without the normalisation that is chapter 2's matrix; here C_ij and "
        "C_ji are squared one by one.",
        matrix=lambda a, b: (a.T @ b + b.T @ a) / (2 * len(a)),
    ),
    _barlow(
        "Your off-diagonal sum takes each pair of dimensions once. C_ij (dimension i in view 1, "
        "j in view 2) and C_ji are two different entries, and both count.",
        terms=lambda on, off, lam: np.sum((1 - on) ** 2) + lam * np.sum(np.triu(off) ** 2),
    ),
    *(
        _barlow(
            "Your off-diagonal sum takes one half of C twice, as if C were symmetric. C_ij "
            "(dimension i in view 1, j in view 2) and C_ji are two different entries, and both "
            "count.",
            terms=lambda on, off, lam, half=half: (
                np.sum((1 - on) ** 2) + 2 * lam * np.sum(half(off) ** 2)
            ),
        )
        for half in (np.triu, np.tril)
    ),
    *(
        _barlow(
            "You add up the off-diagonal entries of a row or a column before you square. Each "
            "entry is squared first, and then they are added.",
            terms=lambda on, off, lam, axis=axis: (
                np.sum((1 - on) ** 2) + lam * np.sum(np.sum(off, axis=axis) ** 2)
            ),
        )
        for axis in (0, 1)
    ),
    _barlow(
        MEANS,
        terms=lambda on, off, lam: (
            np.mean((1 - on) ** 2) + lam * np.sum(off**2) / (len(on) * (len(on) - 1))
        ),
    ),
)


def _copies(rng: np.random.Generator, d: int, k: int) -> Array:
    """n pairs whose d dimensions are k uncorrelated ones of variance 1, copied up to sign."""
    n = k + 5
    start = np.column_stack([np.ones(n), rng.standard_normal((n, k))])
    directions = np.linalg.qr(start)[0][:, 1:] * np.sqrt(n)
    return np.tile(directions, d // k) * rng.choice([-1.0, 1.0], d)


def _price(trial: Trial, d: int, k: int) -> tuple[int, int, float, Any]:
    lam = float(np.exp(trial.rng.uniform(np.log(0.002), np.log(2.0))))
    return d, k, lam, call(trial, d, k, lam)


def _copies_value(trial: Trial, d: int, k: int, lam: float, result: Any) -> None:
    z = _copies(trial.rng, d, k)
    got = scalar(trial, result)
    want = _barlow_twins_by_loops(z, z, lam, eps=0.0)
    if k == d:
        trial.require(
            abs(got) < 1e-9,
            f"With k = d = {d} there are no copies, C is the identity and the loss is 0; "
            f"yours is {float(got):.6g}.",
        )
    else:
        trial.close(
            got, want, f"the loss for d = {d}, k = {k}, lam = {lam:.4f}",
            why="such an embedding built, its C computed entry by entry",
        )  # fmt: skip


def _cases(trial: Trial) -> tuple[list, list]:
    """Calls with one group, and with several: numbers of groups and group sizes all differ."""
    some, more = trial.rng.choice(range(3, 8), 2, replace=False)
    size, bigger = trial.rng.choice(range(2, 6), 2, replace=False)
    several = [
        _price(trial, int(k * g), int(k))
        for k, g in ((some, size), (more, bigger), (2, more), (some, 1))
    ]
    one = [_price(trial, int(d), 1) for d in trial.rng.choice([3, 4, 5, 7, 9, 10], 2, False)]
    return one, several


def all_copies(trial: Trial) -> None:
    """One group. What is said of a wrong answer has to hold with several groups as well."""
    one, several = _cases(trial)
    for case in one + several * trial.goes_on:
        _copies_value(trial, *case)


def groups_of_copies(trial: Trial) -> None:
    for case in _cases(trial)[1]:
        _copies_value(trial, *case)


def copies_loss(d: int, k: int, lam: float) -> float:
    """The course's own answer to 1.3."""
    return lam * d * (d / k - 1)


COPIES_MISTAKES = (
    Misconception(
        lambda d, k, lam: lam * d * d / k,
        "You count d²/k ones. The d on the diagonal are ones too, but they cost (1 − 1)² = 0: "
        "leave them out of the off-diagonal sum.",
    ),
    Misconception(
        lambda d, k, lam: lam * (d * d / k - k),
        "You take one entry off for each group. All d entries on the diagonal are left out: d/k "
        "in each group.",
    ),
    Misconception(
        lambda d, k, lam: lam * (d * (d - 1) - k * (k - 1)),
        "You take off k(k − 1) entries, one for two groups in each order. Two groups have (d/k)² "
        "entries between them in each order, and C_ij is 0 in all.",
    ),
    Misconception(
        lambda d, k, lam: lam * k * (d / k - 1) ** 2,
        "You count (g − 1)² entries in a group of g. Each of its g dimensions meets g − 1 copies.",
    ),
    Misconception(
        lambda d, k, lam: float(d * (d / k - 1)),
        "You count the off-diagonal ones rightly; lam is missing in front of them.",
    ),
    Misconception(
        lambda d, k, lam: lam * d * (d / k - 1) / 2,
        "You count each pair of dimensions once. The sum over i ≠ j has C_ij and C_ji.",
    ),
    Misconception(
        lambda d, k, lam: lam * d * (d - 1),
        "That is the loss when all d dimensions are copies of one (k = 1). With k groups, C_ij is "
        "1 only inside a group: dimensions of different groups are uncorrelated.",
    ),
    Misconception(
        lambda d, k, lam: lam * (d / k) * (d / k - 1),
        "That is one group's share. There are k groups.",
    ),
    Misconception(
        lambda d, k, lam: lam * (d - k),
        "d − k counts the dimensions that bring nothing new. The loss counts entries of C: each "
        "dimension meets d/k − 1 copies of itself, and each meeting costs lam.",
    ),
    Misconception(
        lambda d, k, lam: lam * (d / k - 1),
        "That is what one dimension pays: d/k − 1 copies met, lam each. There are d dimensions.",
    ),
    Misconception(
        lambda d, k, lam: lam * (d / k) * (d / k - 1) / 2,
        "That is one group's share with each pair counted once. There are k groups, and C_ij and "
        "C_ji both count.",
    ),
    Misconception(
        lambda d, k, lam: lam * d * (d - d / k),
        "Each dimension meets d − d/k dimensions of other groups. With those it is uncorrelated, "
        "so C_ij = 0 and they cost nothing. Count the d/k − 1 copies in its own group.",
    ),
    Misconception(
        lambda d, k, lam: 0.0051 * d * (d / k - 1),
        "You count the off-diagonal ones rightly, and weigh them by 0.0051 whatever lam is: use "
        "the argument.",
    ),
    Misconception(
        lambda d, k, lam: (d - k) + lam * d * (d / k - 1),
        "You charge 1 for each dimension that is a copy. A copy has C_ii = 1, so it costs nothing "
        "on the diagonal, only lam off it.",
    ),
    Misconception(
        lambda d, k, lam: lam * (d / k - 1) / (d - 1),
        "That is lam times the mean of C_ij² over the d(d − 1) off-diagonal entries. The loss has "
        "their sum.",
    ),
    Misconception(
        lambda d, k, lam: lam * d * (d - d / k) / 2,
        "You count pairs of dimensions in different groups. Those are uncorrelated: C_ij = 0.",
    ),
    Misconception(
        lambda d, k, lam: lam * (d / k) ** 2,
        "That is one group's block, its diagonal included. There are k groups, and ones on the "
        "diagonal cost nothing.",
    ),
    Misconception(
        lambda d, k, lam: lam * d * (k - 1),
        "You give each dimension k − 1 partners, as in a group of k. k is the number of groups; a "
        "dimension meets the d/k − 1 copies in its own.",
    ),
    Misconception(
        lambda d, k, lam: lam * k * (k - 1),
        "k(k − 1) counts the ordered pairs of k dimensions, as in one group of k. k is the number "
        "of groups; each has d/k dimensions and as many pairs as those make, and all k groups pay.",
    ),
    Misconception(
        lambda d, k, lam: float(d - k),
        "d − k would be the price if each missing dimension cost 1, as one that is constant does "
        "(C_ii = 0). A copy has C_ii = 1: it costs nothing on the diagonal, only lam off it.",
    ),
)
