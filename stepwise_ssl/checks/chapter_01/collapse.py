"""Exercises 1.1 and 1.7: what collapse leaves of a spectrum, and how to read one.

The truths are embeddings built to have a known spectrum, and a decomposition by brute force.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ... import spectra
from ..engine import Trial
from ..trial import shown
from ..values import same_values
from .common import Array, call, numbers, present, scalar, several


def count_when_only_agreement_is_paid(trial: Trial) -> None:
    """Brute force: each dimension goes to the direction in which the two views agree best."""
    n, m, d = 400, 6, 8
    shared = trial.rng.standard_normal((n, m)) * np.linspace(1.5, 0.3, m)
    x1, x2 = shared + trial.rng.standard_normal((2, n, m))
    both = np.concatenate([x1, x2])
    x1, x2, both = x1 - both.mean(0), x2 - both.mean(0), both - both.mean(0)
    agreement = (x1.T @ x2 + x2.T @ x1) / (2 * n)
    root = np.linalg.inv(np.linalg.cholesky(both.T @ both / (2 * n)))
    best = np.linalg.eigh(root @ agreement @ root.T)[1][:, -1] @ root
    z = both @ np.outer(best, np.sign(trial.rng.standard_normal(d)))
    eigenvalues = np.linalg.eigvalsh(z.T @ z / (2 * n))
    left = int(np.sum(eigenvalues > 0.01 * eigenvalues.sum()))

    if numbers(trial.value) is None:
        trial.fail(
            f"A whole number from 0 to {d} is wanted; eigenvalues_left is {shown(trial.value)}.",
            named=True,
        )
    answer = trial.number("The number of eigenvalues that are left")
    if answer != round(answer) or not 0 <= answer <= d:
        trial.fail(
            f"You answer {answer:.10g}. An embedding with {d} dimensions has {d} eigenvalues: a "
            f"whole number from 0 to {d} is wanted.",
            named=True,
        )
    # What is said of each answer is a fact about the run, and no guess at how it was found.
    if answer == 0:
        trial.fail(ZERO_LEFT, named=True)
    if answer == d:
        trial.fail(ALL_LEFT, named=True)
    if answer != left:
        trial.fail(
            f"You leave {answer:g}. For two dimensions to end in different places, something must "
            "hold them apart, and w and −w are one direction. Which term of this loss looks at two "
            "dimensions at once?",
            named=True,
        )
    trial.close(answer, left, "the number of eigenvalues that are left")


ZERO_LEFT = (
    "0 would be complete collapse, the end of the run before this one. Here each dimension is "
    "divided by its own standard deviation: its variance is 1 in every step, so the eigenvalues "
    "always sum to 8 and cannot all vanish."
)
ALL_LEFT = (
    "It is true that each of the 8 dimensions keeps variance 1, so there are 8 variances. "
    "Eigenvalues count directions, and two dimensions that are copies of each other share one."
)


def _with_spectrum(rng: np.random.Generator, eigenvalues: Array, more: int = 0) -> Array:
    """An embedding (n, d) whose covariance (1/n) has just these eigenvalues, mean not zero.

    There are more rows than columns, by `more` at least.
    """
    d = len(eigenvalues)
    n = d + more + int(rng.integers(2, 9))
    columns = np.linalg.qr(np.column_stack([np.ones(n), rng.standard_normal((n, d))]))[0][:, 1:]
    turn = np.linalg.qr(rng.standard_normal((d, d)))[0]
    mean = rng.uniform(0.5, 1.5, d) * np.sqrt(eigenvalues.max())
    return np.sqrt(n) * columns * np.sqrt(eigenvalues) @ turn.T + mean


def _with_dead_columns(rng: np.random.Generator, eigenvalues: Array) -> Array:
    """The same, with a column of ones for each eigenvalue 0.

    They are the last ones: no algorithm mixes them into the others then, and finds exactly 0.
    """
    dead = int(np.sum(eigenvalues == 0))
    alive = _with_spectrum(rng, eigenvalues[eigenvalues > 0], more=dead)
    return np.column_stack([alive, np.ones((len(alive), dead))])


def _spectrum_of(trial: Trial, eigenvalues: Array, ones: bool = False) -> tuple[Any, Any, Array]:
    if ones:
        z = _with_dead_columns(trial.rng, eigenvalues)
    else:
        z = _with_spectrum(trial.rng, eigenvalues)
    first, second = several(trial, call(trial, z), RESULTS)
    one, many = numbers(first), numbers(second)
    if one is not None and many is not None and one.size == 1 and many.size == len(eigenvalues):
        trial.fail(
            f"Your first result is one number, and your second has {many.size} entries. The "
            "eigenvalues come first, then the effective rank.",
            named=True,
        )
    present(trial, first, "the eigenvalues")
    return first, second, z


RESULTS = ("the eigenvalues, shape (d,)", "the effective rank, one number")


def _draw_spectra(trial: Trial) -> list[Array]:
    """Two spectra of different length; the variances are tiny in one, usual or large in the other.

    Tiny is 1e-15: the scale of z plays no part, so no threshold of a fixed size does.
    """
    lengths = trial.rng.choice(range(3, 8), 2, replace=False)
    scales = (1e-15, trial.rng.choice([1.0, 1e4]))
    return [
        scale * np.sort(trial.rng.uniform(0.05, 3.0, d))[::-1]
        for d, scale in zip(lengths, scales, strict=True)
    ]


def eigenvalues_part(trial: Trial) -> None:
    for want in _draw_spectra(trial):
        first, _, z = _spectrum_of(trial, want)
        got = trial.array(first, want.shape, "the eigenvalues")
        if same_values(got[::-1], want):
            trial.fail(
                "Your eigenvalues rise. Sort them in descending order, so that the first is the "
                "direction in which the embedding varies most.",
                named=True,
            )
        if not same_values(got, want) and same_values(np.sort(got)[::-1], want):
            trial.fail(
                "The eigenvalues are right, and not sorted. Put the largest first. "
                "(np.linalg.eig returns them in any order; np.linalg.eigvalsh, for symmetric "
                "matrices, sorts them upwards.)",
                named=True,
            )
        trial.slips(got, want, _like_eigenvalues(z, want))
        trial.close(got, want, "the eigenvalues", why="the embedding was built to have these")


def _like_eigenvalues(z: Array, want: Array) -> list[tuple[Array, str]]:
    """What slips give in place of the eigenvalues, each with its message."""
    n = len(z)
    over_all, over_row = z - z.mean(), z - z.mean(axis=1, keepdims=True)
    return [
        (
            want * n / (n - 1),
            "Your covariance divides by n − 1, as VICReg's does. Spectra here are of the one that "
            "divides by n, the number of rows, as Barlow Twins' C does.",
        ),
        (
            np.linalg.eigvalsh(z.T @ z / n)[::-1],
            "Your embedding is not centred: the first eigenvalue measures where the cloud lies. "
            "Subtract the mean of each dimension.",
        ),
        (
            np.linalg.eigvalsh(over_all.T @ over_all / n)[::-1],
            "You subtract one mean, over all entries. Each dimension has its own: the mean over "
            "the rows.",
        ),
        (
            np.linalg.eigvalsh(over_row.T @ over_row / n)[::-1],
            "You subtract from each row its own mean. The mean over the rows is wanted, one for "
            "each dimension.",
        ),
        (
            np.linalg.eigvalsh(np.corrcoef(z.T))[::-1],
            "These are the eigenvalues of the correlation matrix, each dimension divided by its "
            "spread. Those of the covariance are wanted.",
        ),
        (
            np.sqrt(want),
            "These are standard deviations: the eigenvalues of the covariance are their squares.",
        ),
        (
            np.sqrt(want * n),
            "These are the singular values of the centred z. The eigenvalues of zᵀz/n are their "
            "squares, divided by n.",
        ),
        (np.sort(z.var(0))[::-1], DIAGONAL),
        (z.var(0), DIAGONAL),
        (want / want.sum(), "These are shares of the sum. Return the eigenvalues themselves."),
        *((np.maximum(want, level), FLOOR) for level in FLOORS),
    ]


FLOORS = (1e-3, *10.0 ** -np.arange(4, 13))
FLOOR = (
    "You put a floor of a fixed size under the eigenvalues. An embedding may be small as a whole, "
    "and then all of them stand on it: leave out of the sum of logarithms what is not positive."
)


DIAGONAL = (
    "These are the variances of the d dimensions, the diagonal of the covariance. Two dimensions "
    "that are copies have two variances and one eigenvalue above 0: decompose the whole matrix."
)


def _effective_rank_by_sum(eigenvalues: Array) -> float:
    total = sum(eigenvalues)
    return float(np.exp(-sum(v / total * np.log(v / total) for v in eigenvalues if v > 0)))


def effective_rank_part(trial: Trial) -> None:
    # Small, and it counts. The smaller one stands where no eigenvalue is near a level of a fixed
    # size: so leaving out small shares is told from leaving out small eigenvalues.
    for eigenvalues, share in zip(_draw_spectra(trial), (1e-5, 1e-3), strict=True):
        eigenvalues[-1] = share * eigenvalues.sum()
        _, second, z = _spectrum_of(trial, eigenvalues)
        present(trial, second, "the effective rank")
        got = scalar(trial, second, "the effective rank")
        want = _effective_rank_by_sum(eigenvalues)
        trial.slips(got, want, _like_effective_rank(z, eigenvalues, want))
        trial.close(got, want, "the effective rank", why="exp(−Σ p log p) term by term")


def _like_effective_rank(z: Array, eigenvalues: Array, want: float) -> list[tuple[float, str]]:
    """What slips give in place of the effective rank, each with its message."""
    entropy = np.log(want)
    share = eigenvalues / eigenvalues.sum()
    largest = eigenvalues / eigenvalues.max()
    return [
        (
            entropy,
            "This is the entropy. The effective rank is its exponential: d equal eigenvalues have "
            "entropy log d and effective rank d.",
        ),
        (-entropy, "This is minus the entropy, and not exponentiated."),
        (
            1 / want,
            "This is 1 divided by the effective rank, as where the sign of the entropy is lost: it "
            "is −Σ p log p, which is never negative.",
        ),
        (
            np.exp(entropy / np.log(2)),
            "The entropy is in bits and the exponential to base e. Take both with the natural "
            "logarithm.",
        ),
        (
            _effective_rank_by_sum(np.sqrt(eigenvalues)),
            "You take the entropy of √λ, up to a factor the singular values of the centred z: that "
            "is its RankMe. Here p is λ/Σλ.",
        ),
        (
            _effective_rank_by_sum(eigenvalues**2),
            "Your shares are those of the λ². Here p is λ/Σλ.",
        ),
        (
            1 / np.sum(share**2),
            "This is the participation ratio, (Σλ)²/Σλ²: a relative of the effective rank, with "
            "another value.",
        ),
        (
            eigenvalues.sum() / eigenvalues.max(),
            "This is the sum of the eigenvalues divided by the largest, the stable rank of the "
            "centred z. The effective rank is the exponential of an entropy.",
        ),
        (
            np.exp(-np.sum(eigenvalues * np.log(eigenvalues))),
            "The eigenvalues are not divided by their sum: p must sum to 1 to have an entropy.",
        ),
        (
            _effective_rank_by_sum(np.linalg.eigvalsh(z.T @ z)),
            "Your shares are those of an embedding that is not centred.",
        ),
        (
            want / len(eigenvalues),
            "You divide by d. The effective rank is a number from 1 to d, and no share.",
        ),
        (
            2**entropy,
            "The entropy is natural and the power one of 2. Take both with the natural logarithm.",
        ),
        (
            np.exp(-np.sum(largest * np.log(largest))),
            "The eigenvalues are divided by the largest. Shares are divided by the sum.",
        ),
        *(
            (form, FIXED_LEVEL)
            for level in (1e-2, 1e-3, 1e-4, 1e-5, 1e-6)
            for form in (
                _effective_rank_by_sum(eigenvalues[eigenvalues > level]),
                np.exp(-np.sum((share * np.log(share))[eigenvalues > level])),
            )
        ),
        *(
            (form, SMALL_SHARES)
            for level in (1e-2, 1e-3, 1e-4)
            for form in (
                _effective_rank_by_sum(eigenvalues[share > level]),
                np.exp(-np.sum((share * np.log(share))[share > level])),
            )
        ),
        *(
            (form, FLOOR)
            for level in FLOORS
            for floored in (np.maximum(eigenvalues, level),)
            for form in (
                _effective_rank_by_sum(floored),
                float(
                    np.exp(
                        -np.sum(floored * np.log(floored / eigenvalues.sum())) / eigenvalues.sum()
                    )
                ),
            )
        ),
        (_effective_rank_by_sum(eigenvalues[:-1]), DROPPED),
        (np.exp(-np.sum((share * np.log(share))[:-1])), DROPPED),
        *(
            (float(np.sum(eigenvalues > level)), PLAIN_RANK)
            for level in (0, *10.0 ** np.arange(-12, -1))
        ),
    ]


PLAIN_RANK = (
    "This is the number of eigenvalues above 0, or above a small level: each counts as a whole "
    "one, as in a plain rank. In the effective rank a small one counts less than a large one."
)
FIXED_LEVEL = (
    "You leave out eigenvalues below a fixed level. An embedding may be small as a whole: leave "
    "out only what is not positive, or no more than rounding beside the sum."
)
SMALL_SHARES = (
    "You leave out small shares. A share of a hundred-thousandth is small and not 0, so it counts "
    "a little: leave out only what is not positive."
)
DROPPED = (
    "You leave out the smallest eigenvalue, here a hundred-thousandth or a thousandth of the sum, "
    "or twice that. It is small and not 0, so it counts a little: leave out only what is not "
    "positive."
)


def dead_directions_part(trial: Trial) -> None:
    """The eigenvalues that are not 0 are equal in one embedding, and unequal in the others.

    In the last the dead directions are columns of ones: no rounding is left of them, so that
    0·log 0 is met at every draw.
    """
    dimensions = trial.rng.choice(range(3, 8), 3, replace=False)
    for d, spread, ones in zip(dimensions, (0.0, 1.0, 1.0), (False, False, True), strict=True):
        alive = int(trial.rng.integers(1 + (spread > 0), d))
        size = 10 ** trial.rng.uniform(-2, 2)
        values = size * (1 + spread * trial.rng.uniform(0.0, 2.0, d))
        eigenvalues = np.where(np.arange(d) < alive, values, 0.0)
        first, got, _ = _spectrum_of(trial, eigenvalues, ones)
        second, many = numbers(got), numbers(first)
        if second is not None and second.shape == () and np.isnan(second):
            trial.fail(
                f"With {d - alive} of {d} eigenvalues at 0 your effective rank is NaN. 0·log 0 "
                "counts as 0 in an entropy, and rounding can make a zero eigenvalue −1e-17, whose "
                "logarithm is NaN. Leave out what is not positive.",
                named=True,
            )
        if many is not None and many.ndim == 1 and len(many) < d:
            trial.fail(
                f"Your eigenvalues have {len(many)} entries and z has {d} columns, {d - alive} of "
                "its eigenvalues at 0. A dead direction is left out of the sum of logarithms; "
                "among the eigenvalues it keeps its place.",
                named=True,
            )
        # What rounding leaves of a zero, 1e-16 of the sum, counts for little: some 1e-14.
        trial.close(
            scalar(trial, got, "the effective rank"), _effective_rank_by_sum(eigenvalues),
            f"the effective rank of {alive} eigenvalues and {d - alive} zeros",
            why="" if spread else "k equal ones and zeros otherwise give exactly k",
        )  # fmt: skip


def spectrum(z: Array) -> tuple[Array, float]:
    eigenvalues = spectra.covariance_eigenvalues(z)
    return eigenvalues, float(spectra.effective_rank(eigenvalues))
