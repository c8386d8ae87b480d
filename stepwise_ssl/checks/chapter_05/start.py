"""5.4: where a network starts, against a linear model on explicit features."""

from __future__ import annotations

import numpy as np

from ... import linear
from ..engine import Exercise, Misconception, Part, Trial
from ..values import as_array
from . import own


def _features(trial: Trial, n: int, size: int, sign: float = 1.0) -> np.ndarray:
    first = trial.rng.normal(size=(n, size)) * np.linspace(1.5, 0.5, size)
    return np.vstack([first, sign * first + 0.5 * trial.rng.normal(size=(n, size))])


def _wanted(phi: np.ndarray, weights: np.ndarray) -> list[float]:
    """The leftovers of the linear model on the features phi (2n, size)."""
    n, d = len(phi) // 2, len(weights)
    _, modes = linear.modes(linear.cross_moment(phi[:n], phi[n:]), d)
    # A mode's own column, less its projection on the span of the earlier ones.
    A = weights @ modes
    want = [np.linalg.norm(A[:, 0])]
    for j in range(1, d):
        fit = np.linalg.lstsq(A[:, :j], A[:, j], rcond=None)[0]
        want.append(np.linalg.norm(A[:, j] - A[:, :j] @ fit))
    return want


def _answer(trial: Trial, phi: np.ndarray, weights: np.ndarray) -> object:
    return trial.call(phi @ weights.T, phi @ phi.T)


SINGULAR = (
    "K is singular here: some pairs of views occur twice among the data, so K has equal rows, and "
    "eigenvalues that should be 0 are rounding errors of either sign. There is no K^{-1/2}, and "
    "none is needed: W̃(0) b_j is F0ᵀ P K^{1/2} b_j/(2nγ_j)."
)
WHY = "the leftovers of a linear model on features whose products are K"


def _of_explicit_features(trial: Trial) -> None:
    # The second pairs are of views that disagree: there the most negative γ is the largest in size.
    for n, size, d, sign, what in (
        (5, 14, 3, 1.0, "The start s(0)"),
        (6, 16, 4, -1.0, "The start s(0) for views that disagree"),
        (10, 23, 7, 1.0, "The start s(0)"),
    ):
        phi, weights = _draw(trial, n, size, d, sign)
        if n == 10:  # a kernel may be small as a whole
            phi = 10 ** trial.rng.uniform(-8, -7) * phi
        got = trial.array(_answer(trial, phi, weights), shape=(d,), what=what)
        length = "A start is a length, and no entry of it is below 0."
        trial.close(got, _wanted(phi, weights), what, rtol=1e-5, why=WHY,
                    otherwise=length if (got < 0).any() else "")  # fmt: skip


def _draw(
    trial: Trial, n: int, size: int, d: int, sign: float = 1.0
) -> tuple[np.ndarray, np.ndarray]:
    """Features whose first modes have γ > 0 and well apart, and small weights."""
    while True:
        phi = _features(trial, n, size, sign)
        gamma = np.linalg.eigvalsh(linear.cross_moment(phi[:n], phi[n:]))[::-1]
        weights = 10 ** trial.rng.uniform(-3, 0) * trial.rng.normal(size=(d, size))
        # Of n pairs there are n positive ones at most; the d-th is not to be mistaken for 0.
        if gamma[d - 1] > 0.02 * gamma[0] and (gamma[1:d] < 0.95 * gamma[: d - 1]).all():
            left = _wanted(phi, weights)
            if min(left) > 0.02 * max(left):
                return phi, weights


def _of_a_singular_kernel(trial: Trial) -> None:
    for n, twice, size, d in ((6, 2, 8, 3), (7, 4, 6, 2)):  # more views than features
        phi, weights = _draw(trial, n, size, d)
        phi = np.vstack([phi[:n], phi[:twice], phi[n:], phi[n : n + twice]])
        result, want = _answer(trial, phi, weights), _wanted(phi, weights)
        array = as_array(result)
        if array is not None and np.isnan(array).any():
            trial.fail(f"s(0) is NaN. {SINGULAR}", named=True)
        got = trial.array(result, shape=(d,), what="The start s(0) at a singular K")
        trial.close(
            got, want, "The start s(0) at a singular K", rtol=1e-5, why=WHY, otherwise=SINGULAR
        )


def _pieces(F0: np.ndarray, K: np.ndarray):
    """F0ᵀ, the root, P times the root, γ and b of the first d modes, and 2n."""
    views, d = F0.shape
    value, vectors = np.linalg.eigh(K)
    root = vectors * np.sqrt(np.maximum(value, 0)) @ vectors.T
    swapped = np.roll(root, views // 2, axis=0)
    gamma, b = np.linalg.eigh(root @ swapped / views)
    return F0.T, root, swapped, gamma[::-1][:d], b[:, ::-1][:, :d], views


def _leftovers(columns: np.ndarray) -> np.ndarray:
    return np.abs(np.diag(np.linalg.qr(columns)[1]))


def _with(columns, finish=_leftovers):
    return lambda F0, K: finish(columns(*_pieces(F0, K)))


def _right(F, root, swapped, gamma, b, views):
    return F @ swapped @ b / (views * gamma)


def _by_size(F0, K):
    F, root, swapped, _, _, views = _pieces(F0, K)
    gamma, b = np.linalg.eigh(root @ swapped / views)
    order = np.argsort(-np.abs(gamma))[: len(F)]
    return _leftovers(F @ swapped @ b[:, order] / (views * gamma[order]))


def _without_the_root(F0, K):
    views, d = F0.shape
    swapped = np.roll(K, views // 2, axis=0)
    gamma, b = np.linalg.eigh(K @ swapped / views)
    gamma, b = gamma[::-1][:d], b[:, ::-1][:, :d]
    return _leftovers(F0.T @ swapped @ b / (views * gamma))


def _smallest(F0, K):
    F, root, swapped, _, _, views = _pieces(F0, K)
    gamma, b = np.linalg.eigh(root @ swapped / views)
    return _leftovers(F @ swapped @ b[:, : len(F)] / (views * gamma[: len(F)]))


def _modes_of_the_kernel(F0, K):
    views, d = F0.shape
    value, vectors = np.linalg.eigh(K)
    root = vectors * np.sqrt(np.maximum(value, 0)) @ vectors.T
    swapped = np.roll(root, views // 2, axis=0)
    gamma, b = value[::-1][:d] / views, vectors[:, ::-1][:, :d]
    return _leftovers(F0.T @ swapped @ b / (views * gamma))


def _kernel_pca(F0, K):
    value, vectors = np.linalg.eigh(K)
    d = F0.shape[1]
    return _leftovers(F0.T @ vectors[:, ::-1][:, :d] / np.sqrt(value[::-1][:d]))


def _partners_at(order):
    """The right formula with partners elsewhere."""

    def like(F0, K):
        F, root, _, _, _, views = _pieces(F0, K)
        gamma, b = np.linalg.eigh(root @ root[order(views)] / views)
        gamma, b = gamma[::-1][: len(F)], b[:, ::-1][:, : len(F)]
        return _leftovers(F @ root[order(views)] @ b / (views * gamma))

    return like


def _inverse(root: np.ndarray) -> np.ndarray:
    """Of what is not zero by rounding: K's own inverse is the square of the root's."""
    return np.linalg.pinv(root, rcond=1e-6, hermitian=True)


def _of_the_embedding(F0, K):
    """√(λ/γ) with the eigenvalues of C at the start, in order."""
    F, _, _, gamma, _, views = _pieces(F0, K)
    C = F @ np.roll(F, views // 2, axis=1).T / views
    return np.sqrt(np.abs(np.linalg.eigvalsh(C)[::-1]) / gamma)


NETWORK_START = Exercise(
    id="5.4",
    title="Where a network starts",
    own=own.network_start,
    right="Right. Its embeddings before training and the kernel are all that theory needs.",
    hint="Shapes: F0 is (2n, d), K (2n, 2n), and F0.T @ (2n, 2n) @ (2n, d) is (d, d). Where NumPy "
    "says that it did not converge, there is NaN in a matrix: an eigenvalue of K slightly below "
    "zero has no root, set it to zero. A singular matrix has no inverse, and none is needed.",
    parts=(
        Part("explicit features", 2, _of_explicit_features),
        Part("a singular kernel", 1, _of_a_singular_kernel),
    ),
    misconceptions=(
        Misconception(
            _with(_right, lambda A: np.linalg.norm(A, axis=0)),
            "These are the lengths of the columns. Each must first lose its part along the earlier "
            "ones: the diagonal of the QR decomposition.",
        ),
        Misconception(
            _with(lambda F, root, swapped, g, b, v: F @ root @ b / (v * g)),
            "The swap P is missing: F0ᵀ K^{-1/2} b_j is F0ᵀ P K^{1/2} b_j/(2nγ_j).",
        ),
        Misconception(
            _with(
                lambda F, root, swapped, g, b, v: F @ root @ np.roll(b, v // 2, axis=0) / (v * g)
            ),
            "P stands on the wrong side of the root: you have F0ᵀ K^{1/2} P b_j. In "
            "F0ᵀ P K^{1/2} b_j the root comes first, and then views are swapped.",
        ),
        Misconception(
            _with(lambda F, root, swapped, g, b, v: F @ swapped @ b / v),
            "γ_j is missing: F0ᵀ K^{-1/2} b_j is F0ᵀ P K^{1/2} b_j divided by 2nγ_j.",
        ),
        Misconception(
            _with(lambda F, root, swapped, g, b, v: F @ swapped @ b / g),
            "2n is missing: F0ᵀ K^{-1/2} b_j is F0ᵀ P K^{1/2} b_j divided by 2nγ_j.",
        ),
        Misconception(
            _with(lambda F, root, swapped, g, b, v: F @ swapped @ b / (v / 2 * g)),
            "You divide by n where 2n belongs: K has 2n rows.",
        ),
        Misconception(
            _with(lambda F, root, swapped, g, b, v: F @ root @ b),
            "You multiply by the root of K. F0ᵀ = W̃ K^{1/2}, so W̃ = F0ᵀ K^{-1/2}: the other way.",
        ),
        Misconception(
            _with(lambda F, root, swapped, g, b, v: F @ _inverse(root) @ _inverse(root) @ b),
            "You multiply by K^{-1}. F0ᵀ = W̃ K^{1/2} has the root of K, so its inverse root is "
            "wanted, by P K^{1/2} b_j/(2nγ_j).",
        ),
        Misconception(
            _partners_at(lambda views: np.arange(views) ^ 1),
            "You take views that stand next to each other for partners. First views stand before "
            "second ones: views i and n + i are partners.",
        ),
        Misconception(
            _partners_at(lambda views: np.arange(views)[::-1]),
            "You reversed the order of the views. P moves by n: views i and n + i are partners.",
        ),
        Misconception(
            _with(lambda F, root, swapped, g, b, v: F @ b),
            "You project F0 on the modes as it is. F0ᵀ = W̃ K^{1/2}; the weights W̃ are wanted.",
        ),
        Misconception(
            _with(lambda F, root, swapped, g, b, v: F @ swapped @ b / (v * np.sqrt(g))),
            "You divide by the root of γ_j: that belongs to the end of training. Here it is γ_j.",
        ),
        Misconception(
            _with(lambda F, root, swapped, g, b, v: F @ swapped @ b / (v * g**1.5)),
            "You divide by γ_j^{3/2}: that belongs to the end of training. Here it is γ_j.",
        ),
        Misconception(
            _with(_right, lambda A: np.abs(np.diag(A))),
            "These are the diagonal entries of the columns W̃(0) b_j. Their QR decomposition comes "
            "first: the diagonal of R.",
        ),
        Misconception(
            _with(_right, lambda A: np.linalg.norm(A, axis=1)),
            "These are the lengths of the rows, which are dimensions. A column belongs to a mode, "
            "and must first lose its part along the earlier ones.",
        ),
        Misconception(
            _modes_of_the_kernel,
            "Your modes are eigenvectors of K. They are to be those of K_Γ = K^{1/2} P K^{1/2}/2n.",
        ),
        Misconception(
            _of_the_embedding,
            "You take λ = γs² with the eigenvalues of C before training. They are not those of the "
            "modes one by one, and what the other modes have is in them: W̃(0) b_j is needed.",
        ),
        Misconception(
            _kernel_pca,
            "This is kernel PCA: eigenvectors of K, and its eigenvalues. The modes are those of "
            "K_Γ = K^{1/2} P K^{1/2}/2n.",
        ),
        Misconception(
            _with(_right, lambda A: np.linalg.svd(A, compute_uv=False)),
            "These are singular values. The flow takes the modes in order: the diagonal of the QR "
            "decomposition.",
        ),
        Misconception(
            _with(_right, lambda A: np.diag(np.linalg.qr(A)[1])),
            "NumPy's R has negative entries on its diagonal too; a start is a length: |R_jj|.",
        ),
        Misconception(
            _with(_right, lambda A: _leftovers(A[:, ::-1])[::-1]),
            "You go from the last mode to the first: mode 1 must keep its whole column.",
        ),
        Misconception(
            _with(_right, lambda A: _leftovers(A[:, ::-1])),
            "Your modes ascend: np.linalg.eigh sorts from the smallest γ.",
        ),
        Misconception(
            _by_size,
            "You sort by |γ|, as a singular value decomposition does. The largest γ belong first; "
            "a mode of negative γ is never learned.",
        ),
        Misconception(
            _without_the_root,
            "You take K where its root K^{1/2} belongs: K_Γ = K^{1/2} P K^{1/2}/2n.",
        ),
        Misconception(
            _with(lambda F, root, swapped, g, b, v: F @ swapped @ b),
            "2nγ_j is missing: F0ᵀ K^{-1/2} b_j is F0ᵀ P K^{1/2} b_j divided by 2nγ_j.",
        ),
        Misconception(
            _with(lambda F, root, swapped, g, b, v: F @ swapped @ b / (v * v * g)),
            "You divide by 2n twice: K_Γ = K^{1/2} P K^{1/2}/2n, without the 2n its eigenvalues "
            "are 2nγ_j.",
        ),
        Misconception(
            _with(_right, lambda A: _leftovers(A.T)),
            "This is the QR decomposition of the transpose. The columns belong to the modes: "
            "column 1 keeps its whole length.",
        ),
        Misconception(
            _smallest,
            "These are the d smallest γ: np.linalg.eigh sorts in ascending order.",
        ),
    ),
)
