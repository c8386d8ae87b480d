"""4.6: the final embedding, against feature space and against descent."""

from __future__ import annotations

import numpy as np

from ..engine import Exercise, Part, Trial
from ..values import as_array, low_precision
from . import own
from .truth import (
    NEIGHBOURS,
    NOTEBOOK,
    NOTEBOOK_PAIRS,
    column_by_column,
    features,
    neighbours,
    pairs,
    slips_up_to_signs,
    swap,
    with_signs_of,
)


def _in_feature_space(phi: np.ndarray, new: np.ndarray, d: int) -> np.ndarray:
    """Chapter 2's solution on features phi (2n, p), for the views with features new (q, p)."""
    Gamma = phi.T @ swap(len(phi)) @ phi / len(phi)
    gamma, V = np.linalg.eigh(Gamma)
    return new @ V[:, ::-1][:, :d] / np.sqrt(gamma[::-1][:d])


REVERSED = "You reversed the order of the views. P moves by n: views i and n + i are partners."


def _slips(new: np.ndarray, K: np.ndarray, d: int):
    """Known wrong answers: what they compute, and what to say."""
    N = len(K)
    values, V = np.linalg.eigh(K)
    root = V * np.sqrt(np.maximum(values, 0)) @ V.T
    every, vectors = np.linalg.eigh(root @ swap(N) @ root / N)
    gamma, B = every[::-1][:d], vectors[:, ::-1][:, :d]
    good = swap(N) @ root @ B
    lower = np.linalg.eigh(swap(N) @ K / N)
    w, U = values[::-1][:d], V[:, ::-1][:, :d]
    asked, trained = new @ good, K @ good
    entries = np.sqrt(np.maximum(K, 0))
    return (
        *(
            (
                lambda w=w, B=B: new @ swap(N) @ entries @ B / (N * np.abs(w) ** 1.5),
                "You take the root of each entry of K̃. K̃^(1/2) is the matrix whose square is K̃.",
            )
            for w, B in ((gamma, B), _largest(entries @ swap(N) @ entries / N, d))
        ),
        (
            lambda: np.roll(new, len(new) // 2, axis=0) @ root @ B / (N * gamma**1.5),
            "You swap the rows of new, which are the views that are asked for. P swaps training "
            "views, the columns of new.",
        ),
        *(
            (
                lambda size=size: asked / size(asked),
                f"Each of your columns has {words} over the views that are asked for. The scale is "
                "that of the training pairs, C = I, whichever views are asked for.",
            )
            for words, size in SIZES
        ),
        *(
            (
                lambda size=size: asked / size(trained),
                f"Each of your columns has {words} over the training views. C = I is another "
                "scale: C takes each view with its partner, and nothing is centred.",
            )
            for words, size in SIZES
        ),
        *(
            (lambda order=order: _partners_at(order, new, K, d), message)
            for order, message in ((neighbours(N), NEIGHBOURS), (np.arange(N)[::-1], REVERSED))
        ),
        *(
            (
                lambda order=order: new @ root[order] @ B / (N * gamma**1.5),
                f"Your γ and b are right, and the P beside k(x) is not: {message}",
            )
            for order, message in ((neighbours(N), NEIGHBOURS), (np.arange(N)[::-1], REVERSED))
        ),
        *(
            (
                lambda level=level: new @ good / (N * np.maximum(gamma, level) ** 1.5),
                "Your γ have a floor above 0. A kernel may be small as a whole, and all its γ "
                "below the floor: take them as they are.",
            )
            for level in 10.0 ** np.arange(-15, -3)
        ),
        (
            lambda: new @ good / (N * gamma),
            "These are coordinates along the modes, of unequal size. Training divides by another "
            "√γ: C = I on the training pairs.",
        ),
        (
            lambda: new @ good / (N * np.sqrt(gamma)),
            "The power of γ is ½ in yours. γ^(−1/2) from the weights and 1/γ from the inverse that "
            "is avoided: 3/2 in all.",
        ),
        (
            lambda: new @ good / (N * gamma**2),
            "The power of γ is 2 in yours. γ^(−1/2) from the weights and 1/γ from the inverse that "
            "is avoided: 3/2 in all.",
        ),
        (
            lambda: new @ good / (N * (N * gamma) ** 1.5),
            "Your γ are 2n times too large: K_Γ has a 2n below.",
        ),
        (
            lambda: new @ good / (N * (2 * gamma) ** 1.5),
            "Your γ are twice as large as they should be: K_Γ is divided by 2n, not by n.",
        ),
        (
            lambda: new @ good / (N * gamma**1.5) - (new @ good / (N * gamma**1.5)).mean(axis=0),
            "You subtract the mean of the embeddings. Nothing is centred here.",
        ),
        (
            lambda: new @ lower[1][:, ::-1][:, :d] / np.sqrt(lower[0][::-1][:d]),
            "These are made with np.linalg.eigh of PK̃/2n, which is not symmetric: eigh reads one "
            "triangle only. K_Γ is symmetric.",
        ),
        *(
            (
                lambda size=size: new @ np.linalg.pinv(K, hermitian=True) @ B * size,
                "You give the training views the eigenvectors b_j for their embedding, each times "
                "a number. The b_j stand in the basis that the root makes: the training views "
                "have K̃^(1/2) b_j/√γ_j.",
            )
            for size in (1, np.sqrt(N), 1 / np.sqrt(np.abs(gamma)), np.sqrt(np.abs(gamma)))
        ),
        (
            lambda: new @ good,
            "γ and 2n are missing: divide by 2nγ, for the inverse that is avoided, and by √γ.",
        ),
        (
            lambda: new @ good / N * gamma**1.5,
            "You multiply by γ^(3/2) and should divide. (Python reads a / N * g**1.5 as "
            "(a / N)·g^1.5: put the divisor in parentheses.)",
        ),
        (
            lambda: new @ good / (N * gamma**3 / 2),
            "You divide by γ³/2. The power is 1.5, and Python reads gamma**3/2 as γ³/2.",
        ),
        (
            lambda: new @ (swap(N) @ B) / (N * gamma**1.5),
            "The root K̃^(1/2) before b_j is missing.",
        ),
        (
            lambda: new @ swap(N) @ root @ vectors[:, -d:] / (N * np.abs(every[-d:]) ** 1.5),
            "The right modes in ascending order. Column 1 belongs to the largest γ.",
        ),
        (
            lambda: new @ swap(N) @ root @ U / (N * gamma**1.5),
            "Your b_j are eigenvectors of K̃. They are to be those of K_Γ.",
        ),
        (
            lambda: _by_size(new, root, every, vectors, d),
            "You took the largest |γ|. A mode with γ < 0 sinks and is never learned.",
        ),
        (
            lambda: (
                new @ np.roll(root @ B, NOTEBOOK_PAIRS, axis=0) / (2 * NOTEBOOK_PAIRS * gamma**1.5)
            ),
            NOTEBOOK,
        ),
        (
            lambda: new @ good / gamma**1.5,
            "The 2n is missing: K̃^(1/2)PK̃^(1/2)b = 2nγb.",
        ),
        (
            lambda: new @ good / (N // 2 * gamma**1.5),
            "You divide by n in place of 2n.",
        ),
        (
            lambda: new @ root @ B / (N * gamma**1.5),
            "P is missing: K̃^(−1/2)b is P K̃^(1/2) b, over 2nγ.",
        ),
        (
            lambda: new @ root @ swap(N) @ B / (N * gamma**1.5),
            "P stands on the wrong side of the root: you have K̃^(1/2) P b_j, and K̃^(−1/2) b_j is "
            "P K̃^(1/2) b_j, over 2nγ.",
        ),
        (
            lambda: new @ root @ B / np.sqrt(gamma),
            "You multiply by the root of K̃ where its inverse belongs.",
        ),
        (
            lambda: new @ B / np.sqrt(gamma),
            "K̃^(−1/2) is missing: b_j lives in the basis that the root makes, k(x) does not.",
        ),
        (
            lambda: new @ B,
            "These are products with the eigenvectors alone: K̃^(−1/2) and γ^(−1/2) are missing.",
        ),
        (
            lambda: new @ U / np.sqrt(w),
            "This is plain kernel PCA: eigenvectors of K̃. Take those of K_Γ.",
        ),
        (
            lambda: new @ swap(N) @ root @ vectors[:, :d] / (N * np.abs(every[:d]) ** 1.5),
            "These are the smallest γ: np.linalg.eigh sorts in ascending order.",
        ),
    )


def _largest(matrix: np.ndarray, d: int) -> tuple[np.ndarray, np.ndarray]:
    values, vectors = np.linalg.eigh(matrix)
    return values[::-1][:d], vectors[:, ::-1][:, :d]


SIZES = (
    ("standard deviation 1", lambda f: f.std(axis=0)),
    ("standard deviation 1", lambda f: f.std(axis=0, ddof=1)),
    ("mean square 1", lambda f: np.sqrt((f**2).mean(axis=0))),
    ("length 1", lambda f: np.linalg.norm(f, axis=0)),
)


def _partners_at(order: np.ndarray, new: np.ndarray, K: np.ndarray, d: int) -> np.ndarray:
    """The right formula with partners elsewhere."""
    values, V = np.linalg.eigh(K)
    root = V * np.sqrt(np.maximum(values, 0)) @ V.T
    gamma, B = np.linalg.eigh(root @ root[order] / len(K))
    gamma, B = gamma[::-1][:d], B[:, ::-1][:, :d]
    return new @ root[order] @ B / (len(K) * np.abs(gamma) ** 1.5)


def _by_size(
    new: np.ndarray, root: np.ndarray, every: np.ndarray, vectors: np.ndarray, d: int
) -> np.ndarray:
    first = np.argsort(-np.abs(every))[:d]
    swapped = swap(len(every)) @ root @ vectors[:, first]
    return new @ swapped / (len(every) * np.abs(every[first]) ** 1.5)


def _kernels(phi: np.ndarray, new: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return phi @ phi.T, new @ phi.T


def _ask(trial: Trial, phi: np.ndarray, new: np.ndarray, d: int) -> tuple[np.ndarray, np.ndarray]:
    """The answer for views with features new (q, p), and the right one with the same signs."""
    kernel, between = _kernels(phi, new)
    result, right = trial.call(between, kernel, d), _in_feature_space(phi, new, d)
    slips_up_to_signs(trial, result, right, _slips(between, kernel, d))
    got = trial.array(result, shape=(len(new), d), what="f(x)")
    return got, with_signs_of(got, right)


def _pairs(trial: Trial, n: int, m: int, d: int) -> np.ndarray:
    """Features of n pairs whose first modes have γ well apart, so that each is well defined."""
    while True:
        phi = features(pairs(trial.rng, n, m))
        gamma = np.linalg.eigvalsh(phi.T @ swap(2 * n) @ phi / (2 * n))[::-1][: d + 1]
        if gamma[d - 1] > 0.01 * gamma[0] and (gamma[1:] < 0.85 * gamma[:-1]).all():
            return phi


WHY = "chapter 2's solution on the features"


def _whitens_the_pairs(trial: Trial) -> None:
    for n, d in ((4, 3), (5, 2)):
        phi = _pairs(trial, n, 3, d)
        # Some others stand below the training views.
        both = np.vstack([phi, features(trial.rng.normal(size=(n - 1, 3)))])
        got, want = _ask(trial, phi, both, d)
        C = got[: 2 * n].T @ swap(2 * n) @ got[: 2 * n] / (2 * n)
        if np.abs(C - np.eye(d)).max() < (1e-3 if low_precision(trial.calls[-1].result) else 1e-5):
            trial.require(True, "")
            continue
        trial.close(got, want, "The embedding f(x)", rtol=1e-5, why=f"{WHY}, which has C = I",
                    otherwise=column_by_column(got, want))  # fmt: skip


def _knows_new_views_and_signs(trial: Trial) -> None:
    for n, m, q, d in ((4, 3, 7, 3), (6, 2, 1, 2), (7, 3, 3, 4)):
        new = features(trial.rng.normal(size=(q, m)))
        got, want = _ask(trial, _pairs(trial, n, m, d), new, d)
        trial.close(got, want, "The embedding of a new view", rtol=1e-5, why=WHY)
    _leaves_sinking_modes_out(trial)


def _leaves_sinking_modes_out(trial: Trial) -> None:
    both = pairs(trial.rng, 6, 3)
    both[6:, 2] = -1.5 * both[:6, 2]  # views that disagree: the γ of largest size is negative
    got, want = _ask(trial, features(both), features(trial.rng.normal(size=(4, 3))), 3)
    trial.close(got, want, "The embedding where the largest |γ| is negative", rtol=1e-5,
                why="a mode with γ < 0 is never learned")  # fmt: skip


def _takes_duplicates(trial: Trial) -> None:
    for n, twice, q, d in ((24, 15, 5, 2), (16, 9, 4, 1)):
        both = pairs(trial.rng, n, 2)
        first, second = both[:n], both[n:]
        # Six features of many more views: K̃ has rank 6, and its other eigenvalues are rounding.
        phi = features(np.concatenate([first, first[:twice], second, second[:twice]]))
        new = features(trial.rng.normal(size=(q, 2)))
        kernel, between = _kernels(phi, new)
        zeros = np.linalg.eigvalsh(kernel)[:-6]
        singular = (
            f"K̃ is singular here: {len(zeros)} of its {len(phi)} eigenvalues should be 0 and are "
            f"rounding errors from {zeros[0]:.0e} to {zeros[-1]:.0e}. A formula without an inverse "
            "of K̃ or of its root does not mind."
        )
        result = trial.call(between, kernel, d)
        array = as_array(result)
        if array is not None and array.dtype.kind == "f" and np.isnan(array).any():
            trial.fail(f"f(x) is NaN. {singular}", named=True)
        right = _in_feature_space(phi, new, d)
        slips_up_to_signs(trial, result, right, _slips(between, kernel, d))
        got = trial.array(result, shape=(q, d), what="f(x)")
        want = with_signs_of(got, right)
        error = np.abs(got - want).max() / np.abs(want).max()
        # Rounding leaves 1e-13; a tolerance of 1e-5 alone would let an inverse of 1e8 pass.
        if 1e-10 < error < 1e-2 and array.dtype == np.float64:
            elsewhere = (
                "With a K̃ that is not singular it is off by as much: digits are lost on the way, "
                "as in single precision, or a small number is added somewhere, to be safe."
            )
            trial.fail(
                f"f(x) is off by {error:.0e} of its largest entry, where double precision can "
                f"leave 1e-13. {elsewhere if _error_elsewhere(trial) > 0.1 * error else singular}",
                named=True,
            )
        trial.close(
            got, want, "The embedding at a singular K̃", rtol=1e-5, floor=1, why=WHY,
            otherwise=singular,
        )  # fmt: skip
    _takes_a_small_kernel(trial)


def _takes_a_small_kernel(trial: Trial) -> None:
    """Small as a whole: no γ of a fixed size is rounding."""
    size = 10 ** trial.rng.uniform(-8, -7)
    phi, new = _pairs(trial, 6, 3, 3), features(trial.rng.normal(size=(5, 3)))
    got, want = _ask(trial, size * phi, size * new, 3)
    trial.close(got, want, "The embedding where K̃ is small", rtol=1e-5, why=WHY)


def _error_elsewhere(trial: Trial) -> float:
    """How far the answer is off, of its largest entry, at a K̃ that is not singular."""
    phi, d = _pairs(trial, 4, 3, 2), 2
    kernel, between = _kernels(phi, phi)
    got, right = as_array(trial.call(between, kernel, d)), _in_feature_space(phi, phi, d)
    return float(np.abs(got - with_signs_of(got, right)).max() / np.abs(right).max())


EMBED = Exercise(
    id="4.6",
    title="Embed views that training has not seen",
    own=own.embed,
    right="Right. Two products, and any view stands where training from a vanishing start puts it, "
    "up to a rotation.",
    hint="new is (q, 2n) and K (2n, 2n); K^(1/2) b_j has 2n entries, one a view.",
    parts=(
        Part("C = I", 1, _whitens_the_pairs),
        Part("new views", 1, _knows_new_views_and_signs),
        Part("duplicates", 1, _takes_duplicates),
    ),
)
