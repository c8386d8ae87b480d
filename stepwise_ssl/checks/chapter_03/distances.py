"""3.8: the distance up to rotation, against brute force and known cases."""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.spatial import procrustes

from ..draws import sizes
from ..engine import Exercise, Misconception, Part, Trial
from . import own
from .truth import rotation


def _turned(angle: float, mirror: int) -> np.ndarray:
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[c, -s], [s, c]]) @ np.diag([1, mirror])


def _by_search(W: np.ndarray, target: np.ndarray) -> float:
    """The smallest ‖OW − target‖ over all angles, with and without a mirror; W (2, m)."""
    best = np.inf
    for mirror in (1, -1):
        far = lambda a, k=mirror: np.linalg.norm(_turned(a, k) @ W - target)  # noqa: E731
        grid = np.linspace(0, 2 * np.pi, 41)
        start = grid[np.argmin([far(a) for a in grid])]
        bounds = (start - 0.2, start + 0.2)
        found = minimize_scalar(far, bounds=bounds, method="bounded", options={"xatol": 1e-9})
        best = min(best, found.fun)
    return best


def _compare(
    trial: Trial, W: np.ndarray, target: np.ndarray, want: float, what: str, why: str = ""
) -> None:
    got = float(trial.array(trial.call(W, target), shape=(), what="The distance"))
    fact = (
        "Yours is larger than the smallest distance: some O brings W nearer."
        if got > want
        else "No orthogonal O brings W as near as yours."
    )
    trial.close(got, want, what, rtol=1e-6, why=why, otherwise=fact)


def _is_the_smallest_in_two_dimensions(trial: Trial) -> None:
    # Once W is small as a whole, and so is the distance: it has no floor.
    low, high = trial.rng.permutation([-9, 0])
    for mirror, m, unit in zip((1, -1), sizes(trial.rng, 3, 8, 2), (low, high), strict=True):
        size = 10.0 ** (unit + trial.rng.uniform(0, 2))
        W = trial.rng.normal(size=(2, m))
        target = _turned(trial.rng.uniform(1, 5), mirror) @ W + 0.4 * trial.rng.normal(size=(2, m))
        want = size * _by_search(W, target)
        _compare(trial, size * W, size * target, want, "The distance",
                 "the smallest over all rotations and reflections, by search")  # fmt: skip


def _knows_more_dimensions(trial: Trial) -> None:
    d, more, m = sorted(sizes(trial.rng, 3, 9, 3))
    W = 10 ** trial.rng.uniform(-3, 2) * rotation(trial.rng, m)[:d]
    stretch = np.diag(trial.rng.uniform(0.3, 2.5, size=d))
    # The stretched W is nearest to W itself: no rotation brings a positive stretch closer to I.
    want = float(np.linalg.norm((stretch - np.eye(d)) @ W))
    _compare(trial, W, rotation(trial.rng, d) @ stretch @ W, want,
             "The distance of W from a stretched and turned W")  # fmt: skip
    # Not W itself turned: at distance 0 rounding decides whether a right formula gives a number.
    W, longer = trial.rng.normal(size=(more, m)), trial.rng.uniform(1.3, 1.8)
    want = float((longer - 1) * np.linalg.norm(W))
    _compare(trial, W, longer * rotation(trial.rng, more) @ W, want,
             f"The distance of W from a turned W that is {longer:.3g} times as long")  # fmt: skip


def _turned_by(frame):
    def like(W, target):
        return float(np.linalg.norm(frame(W, target) @ W - target))

    return like


def _orthogonal_in(matrix: np.ndarray, third=np.asarray) -> np.ndarray:
    U, _, Vt = np.linalg.svd(matrix)
    return U @ third(Vt)


def _nearest(W: np.ndarray, target: np.ndarray, third=np.asarray) -> np.ndarray:
    return _orthogonal_in(target @ W.T, third)


def _best(W: np.ndarray, target: np.ndarray) -> float:
    return float(np.linalg.norm(_nearest(W, target) @ W - target))


def _without_mirror(W: np.ndarray, target: np.ndarray) -> np.ndarray:
    U, _, Vt = np.linalg.svd(target @ W.T)
    U[:, -1] *= np.sign(np.linalg.det(U @ Vt))
    return U @ Vt


def _from_sizes(cross) -> object:
    def like(W, target):
        return float(np.sqrt(max(0, np.sum(W**2) + np.sum(target**2) - 2 * cross(W, target))))

    return like


MEAN = (
    "You average over the entries. ‖A‖_F² is the sum of all squared entries, and the distance is "
    "its root."
)


DISTANCE = Exercise(
    id="3.8",
    title="The distance that a rotation cannot change",
    own=own.distance,
    right="Right. Embeddings that differ by a rotation or a reflection alone are at distance 0.",
    hint="W and target have shape (d, m), O has (d, d) and stands on the left: O @ W.",
    parts=(
        Part("two dimensions", 1, _is_the_smallest_in_two_dimensions),
        Part("more dimensions", 1, _knows_more_dimensions),
    ),
    misconceptions=(
        Misconception(
            lambda W, T: float(np.linalg.norm(W - T)),
            "This is the plain distance: W is not turned at all.",
        ),
        Misconception(
            _turned_by(lambda W, T: _nearest(W, T).T),
            "Your O is turned the wrong way: it is the transpose of the best one.",
        ),
        Misconception(
            _turned_by(lambda W, T: _nearest(W, T, third=np.transpose)),
            "You transpose the third result of np.linalg.svd: it is Nᵀ already.",
        ),
        Misconception(
            _turned_by(lambda W, T: T @ np.linalg.pinv(W)),
            "Your O is the best of all matrices, found by least squares. It stretches as well as "
            "turns: O Oᵀ is not I.",
        ),
        Misconception(
            _turned_by(lambda W, T: _orthogonal_in(T @ np.linalg.pinv(W))),
            "Your O is the orthogonal matrix in target W⁺, the least-squares map. That is the one "
            "nearest to this map, and what counts is how near OW comes to target: take the one in "
            "target Wᵀ.",
        ),
        Misconception(
            _turned_by(lambda W, T: np.linalg.qr(T)[0] @ np.linalg.qr(W)[0].T),
            "You bring the first columns of W and target into line, by QR. That is some rotation; "
            "the best one makes the trace of O W targetᵀ largest.",
        ),
        Misconception(
            _turned_by(_without_mirror),
            "You leave out reflections. O is any orthogonal matrix: its determinant may be −1.",
        ),
        Misconception(
            lambda W, T: _best(W, T) ** 2,
            "This is the squared distance. Take the root.",
        ),
        Misconception(
            lambda W, T: _best(W, T) / np.linalg.norm(W),
            "This is the distance relative to ‖W‖. Wanted is the distance itself.",
        ),
        Misconception(
            lambda W, T: float(np.abs(_nearest(W, T) @ W - T).sum()),
            "You add up the absolute values of OW − target. The Frobenius norm is the root of the "
            "sum of all squared entries.",
        ),
        Misconception(
            lambda W, T: float(np.abs(_nearest(W, T) @ W - T).max()),
            "This is the largest entry of OW − target. The Frobenius norm is the root of the sum "
            "of all squared entries.",
        ),
        Misconception(
            lambda W, T: float(
                np.linalg.norm(
                    np.sum(np.linalg.svd(T @ W.T, compute_uv=False))
                    / np.sum(W**2)
                    * _nearest(W, T)
                    @ W
                    - T
                )
            ),
            "You let W be scaled as well as turned. Here only O may change it.",
        ),
        Misconception(
            lambda W, T: _best(W, T) / np.linalg.norm(T),
            "This is the distance relative to ‖target‖. Wanted is the distance itself.",
        ),
        Misconception(
            lambda W, T: _best(W, T) / np.sqrt(T.size),
            MEAN,
        ),
        Misconception(
            lambda W, T: _best(W, T) ** 2 / T.size,
            MEAN,
        ),
        Misconception(
            lambda W, T: float(np.linalg.norm(_nearest(W, T) @ W - T, 2)),
            "This is the largest singular value of OW − target. The Frobenius norm is the root of "
            "the sum of all squared entries.",
        ),
        Misconception(
            lambda W, T: _best(
                W - W.mean(axis=1, keepdims=True), T - T.mean(axis=1, keepdims=True)
            ),
            "You take away the mean of each row first. W is compared as it is, with no shift.",
        ),
        Misconception(
            lambda W, T: _best(W / np.linalg.norm(W), T / np.linalg.norm(T)),
            "You bring W and target to length 1 first. W is compared as it is, with no scaling.",
        ),
        Misconception(
            lambda W, T: procrustes(T.T, W.T)[2],
            "SciPy's procrustes also shifts and scales both, and gives a square. Here only O may "
            "change W.",
        ),
        Misconception(
            lambda W, T: float(np.linalg.norm(W @ T.T, "nuc")),
            "This is the largest trace of O W targetᵀ. The squared distance is ‖W‖² + ‖target‖² "
            "less twice that.",
        ),
        Misconception(
            _from_sizes(lambda W, T: np.linalg.norm(W @ T.T, "nuc") / 2),
            "The trace counts twice in ‖OW − target‖² = ‖W‖² + ‖target‖² − 2 tr(O W targetᵀ).",
        ),
        Misconception(
            _turned_by(lambda W, T: T @ W.T),
            "target Wᵀ is not orthogonal. Use the orthogonal matrix in it, from its SVD: O Oᵀ = I.",
        ),
        Misconception(
            lambda W, T: float(np.linalg.norm(W.T @ W - T.T @ T)),
            "You compare WᵀW, which no rotation changes: 0 exactly where the distance is 0, but "
            "in other units. Wanted is the smallest ‖OW − target‖.",
        ),
        Misconception(
            lambda W, T: float(np.linalg.norm(W @ W.T - T @ T.T)),
            "You compare WWᵀ. A rotation from the left changes it, one from the right does not.",
        ),
        Misconception(
            lambda W, T: float(
                np.linalg.norm(
                    np.linalg.svd(W, compute_uv=False) - np.linalg.svd(T, compute_uv=False)
                )
            ),
            "You compare singular values: they forget in which pixels W lies. O turns the "
            "embedding, not the pixels.",
        ),
        Misconception(
            _from_sizes(lambda W, T: np.linalg.norm(W.T @ T, "nuc")),
            "You turn the pixels, W O with O (m, m). The loss does not see O W, O (d, d).",
        ),
        Misconception(
            _from_sizes(lambda W, T: np.linalg.norm(W @ T.T)),
            "You subtract the Frobenius norm of target Wᵀ. The best rotation reaches the sum of "
            "its singular values.",
        ),
    ),
)
