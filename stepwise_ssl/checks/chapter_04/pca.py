"""4.2: kernel PCA, against PCA of features that can be written down."""

from __future__ import annotations

import numpy as np

from ..engine import Exercise, Part, Trial
from . import own
from .truth import column_by_column, features, slips_up_to_signs, with_signs_of


def _coordinates(phi: np.ndarray, d: int) -> np.ndarray:
    """PCA of features phi (N, p), with the covariance matrix written down: (N, d)."""
    centred = phi - phi.mean(axis=0)
    values, directions = np.linalg.eigh(centred.T @ centred)
    return centred @ directions[:, ::-1][:, :d]


def _eigen(K: np.ndarray, d: int) -> tuple[np.ndarray, np.ndarray]:
    values, vectors = np.linalg.eigh((K + K.T) / 2)
    return values[::-1][:d], vectors[:, ::-1][:, :d]


def _lower(K: np.ndarray, d: int) -> tuple[np.ndarray, np.ndarray]:
    """What np.linalg.eigh makes of a matrix that is not symmetric: it reads the lower triangle."""
    values, vectors = np.linalg.eigh(K)
    return values[::-1][:d], vectors[:, ::-1][:, :d]


def _centred(K: np.ndarray) -> np.ndarray:
    return K - K.mean(axis=0) - K.mean(axis=1)[:, None] + K.mean()


def _slips(K: np.ndarray, d: int):
    """Known wrong answers: what they compute, and what to say."""
    w, V = _eigen(_centred(K), d)
    raw_w, raw_V = _eigen(K, d)
    next_w, next_V = (part[..., 1:] for part in _eigen(K, d + 1))
    half_w, half_V = _eigen(K - K.mean(axis=0), d)
    rows_w, rows_V = _lower(K - K.mean(axis=0), d)
    columns_w, columns_V = _lower(K - K.mean(axis=1)[:, None], d)
    twice_w, twice_V = _lower(K - 2 * K.mean(axis=0) + K.mean(), d)
    all_w, all_V = np.linalg.eigh(_centred(K))
    ones = np.ones_like(K)
    sums_w, sums_V = _eigen(K - ones @ K - K @ ones + ones @ K @ ones, d)
    more_w, more_V = _eigen(_centred(K) + K.mean(), d)
    alone_w, alone_V = _eigen(K - K.mean(), d)
    U, size, _ = np.linalg.svd(K - K.mean(axis=0))
    root = (
        "Eigenvectors have length 1 whatever the variance. Each needs the root of its eigenvalue."
    )
    return (
        (lambda: V, root),
        (lambda: raw_V, f"{root} And the kernel is not centred."),
        (
            lambda: V * w,
            "You multiplied by the eigenvalues. The coordinates are V S, and the eigenvalues are "
            "those of the centred kernel, S²: take the root.",
        ),
        (
            lambda: K @ V / np.sqrt(w),
            "You project views that are not centred on the centred directions. Both are to be "
            "centred: the rows of the centred kernel, or V S at once.",
        ),
        (
            lambda: V / np.sqrt(w),
            "You divided by the roots. That gives coefficients of the directions; the coordinates "
            "along them are multiplied by the roots.",
        ),
        (
            lambda: raw_V * np.sqrt(raw_w),
            "The kernel is not centred: your first direction leans towards the mean of the "
            "features.",
        ),
        (
            lambda: raw_V * np.sqrt(raw_w) - np.mean(raw_V * np.sqrt(raw_w), axis=0),
            "You centre the coordinates after the directions are chosen. Of a kernel that is not "
            "centred the first one leans towards the mean: centre first.",
        ),
        (
            lambda: next_V * np.sqrt(np.maximum(next_w, 0)),
            "You leave out the first direction of the kernel as it is, and centre nothing. That "
            "one is near the mean of the features and is not it, and the others are at right "
            "angles to it: centre first.",
        ),
        (
            lambda: U[:, :d] * np.sqrt(size[:d]),
            "You subtract the mean of each column and no more. Both factors of each product are to "
            "be centred: row means, column means, and the mean of all added back.",
        ),
        *(
            (
                lambda w=w, V=V: V * np.sqrt(np.abs(w)),
                "Your centred kernel is not symmetric. Both factors of each product are to be "
                "centred: subtract the mean of each row (K.mean(axis=1)[:, None]) and of each "
                "column, and add the mean of all.",
            )
            for w, V in ((rows_w, rows_V), (columns_w, columns_V), (twice_w, twice_V))
        ),
        (
            lambda: half_V * np.sqrt(np.abs(half_w)),
            "You subtracted the mean once. Both factors of each product are to be centred: row "
            "means, column means, and the mean of all added back.",
        ),
        (
            lambda: alone_V * np.sqrt(np.abs(alone_w)),
            "You subtract the mean of all products and no more. From each product go the mean of "
            "its row and that of its column; the mean of all is added back.",
        ),
        (
            lambda: more_V * np.sqrt(np.abs(more_w)),
            # Left out, it gives the same where an SVD sorts by size.
            "The mean of all is added twice, or not at all: it comes back once, for the two means "
            "that are subtracted.",
        ),
        (
            lambda: sums_V * np.sqrt(np.maximum(sums_w, 0)),
            "You subtract sums. A product with a matrix of ones adds up rows or columns: divided "
            "by N it gives their means.",
        ),
        (
            lambda: U[:, :d] * size[:d],
            "This is PCA of K itself, with its rows as pictures. K holds products of features: "
            "centre rows and columns, and take eigenvectors times roots of eigenvalues.",
        ),
        (
            lambda: V * w**0.25,
            "Your factor is the fourth root of the eigenvalues. They are S²; the coordinates are "
            "V S.",
        ),
        (
            lambda: all_V[:, :d] * np.sqrt(np.maximum(all_w[:d], 0)),
            "These are the directions of smallest variance: np.linalg.eigh sorts upwards.",
        ),
        (
            lambda: all_V[:, :d] * np.sqrt(np.abs(all_w[:d])),
            "These are the directions of smallest variance: np.linalg.eigh sorts upwards.",
        ),
        (
            lambda: all_V[:, -d:] * np.sqrt(np.abs(all_w[-d:])),
            "The right directions in ascending order. Column 1 belongs to the largest variance.",
        ),
        (
            lambda: V * np.sqrt(w / len(K)),
            "The eigenvalues are divided by N, or their roots by √N. A variance is a mean square; "
            "the coordinates themselves are V S, with S² the eigenvalues of the centred kernel.",
        ),
        *(
            (
                lambda level=level: V * np.sqrt(np.where(w > level, w, 0)),
                "You take variances below a fixed level for 0. A kernel may be small as a whole: "
                "rounding is small beside the largest variance.",
            )
            for level in 10.0 ** np.arange(-15, -3)
        ),
        (
            lambda: V * np.sqrt(len(K)),
            "Each of your columns has the variance 1. The coordinates keep the variance of their "
            "direction.",
        ),
    )


def _compare(trial: Trial, x: np.ndarray, d: int, size: float = 1) -> None:
    phi = size * features(x)
    K = phi @ phi.T
    result, right = trial.call(K, d), _coordinates(phi, d)
    slips_up_to_signs(trial, result, right, _slips(K, d))
    got = trial.array(result, shape=(len(K), d), what="The array of coordinates")
    want = with_signs_of(got, right)
    trial.close(got, want, "The coordinate", rtol=1e-6,
                why="PCA of the features, written down",
                otherwise=column_by_column(got, want))  # fmt: skip


def _draw(trial: Trial, N: int, stretch: list[float], d: int) -> np.ndarray:
    """Views whose first d + 1 variances are apart, so that each direction is well defined."""
    while True:
        x = trial.rng.normal(size=(N, len(stretch))) * stretch + 0.4
        phi = features(x)
        size = np.linalg.svd(phi - phi.mean(axis=0), compute_uv=False)
        # The centred features of m numbers have the rank m(m + 3)/2 at most.
        rank = min(N - 1, len(stretch) * (len(stretch) + 3) // 2)
        kept = size[: min(d + 1, rank)]
        if (kept[1:] < 0.85 * kept[:-1]).all() and kept[-1] > 0.03 * kept[0]:
            return x


def _is_pca_of_the_features(trial: Trial) -> None:
    _compare(trial, _draw(trial, 11, [1.2, 0.9, 0.5], 4), 4)
    _compare(trial, _draw(trial, 8, [0.8, 1.1], 2), 2)


def _of_any_number_of_dimensions(trial: Trial) -> None:
    _compare(trial, _draw(trial, 13, [1.1, 0.8], 1), 1)
    # Variances may be small as a whole: none of a fixed size is rounding.
    _compare(trial, _draw(trial, 10, [1.0, 0.7], 5), 5, 10 ** trial.rng.uniform(-8, -7))


KERNEL_PCA = Exercise(
    id="4.2",
    title="Kernel PCA",
    own=own.kernel_pca,
    right="Right. PCA in a space of features, and not one feature was computed.",
    hint="K is (N, N), d a number. The result has a row for each view, (N, d).",
    parts=(
        Part("PCA of the features", 2, _is_pca_of_the_features),
        Part("any d", 1, _of_any_number_of_dimensions),
    ),
)
