"""10.3: where descent times P ends, against a generalised eigenproblem."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from scipy.linalg import eigh

from ..chapter_02.truth import with_eigenvalues
from ..draws import sizes
from ..engine import Exercise, Part, Trial
from . import own


def _draw(rng: np.random.Generator, m: int, d: int, signs: bool) -> tuple[np.ndarray, np.ndarray]:
    """Γ and P (m, m) that do not commute. Of the modes times P, d are well above the others.

    One of the negative ones is larger in size than any. P has entries above 0, or without
    `signs` of both signs.
    """
    scale = rng.uniform(0.6, 1.6, size=m) * (rng.choice([-1, 1], size=m) if signs else 1)
    place = rng.permutation(m)
    apart = np.abs(place[:, None] - place)
    P = np.outer(scale, scale) * rng.uniform(0.4, 0.7) ** apart * rng.uniform(0.3, 3)
    rest = [*rng.uniform(0.05, 0.3, size=m - d - 2), -0.1, -2]
    moment, _ = with_eigenvalues(rng, np.array([*rng.uniform(0.5, 1.5, size=d), *rest]))
    back = np.linalg.inv(_root(P))
    Gamma = back @ moment @ back
    return (Gamma + Gamma.T) / 2, P


def _sizes(rng: np.random.Generator) -> Iterator[tuple[int, int]]:
    """Two times m and d, all four different."""
    few, some, many, most = sorted(sizes(rng, 2, 9, 4))
    yield most + 2, some
    yield many + 2, few


def _solution(Gamma: np.ndarray, P: np.ndarray, d: int) -> np.ndarray:
    """W with rows v/√γ, where Γv = γ P⁻¹v and vᵀP⁻¹v = 1."""
    gamma, v = eigh(Gamma, np.linalg.inv(P))
    return (v[:, -d:] / np.sqrt(gamma[-d:])).T


def _asked(trial: Trial, m: int, d: int, signs: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The learner's W with the Γ and P that it was made of. Slips that leave nan are offered."""
    Gamma, P = _draw(trial.rng, m, d, signs)
    result = trial.call(Gamma, P, d)
    with np.errstate(all="ignore"):
        trial.slips(result, _solution(Gamma, P, d), _without_roots(Gamma, P, d))
    return trial.array(result, shape=(d, m), what="W"), Gamma, P


def _is_a_solution(trial: Trial) -> None:
    for m, d in _sizes(trial.rng):
        W, Gamma, P = _asked(trial, m, d, signs=False)
        if not _solves(W, Gamma):
            trial.slips(_products(W), _products(_solution(Gamma, P, d)), _known(Gamma, P, d))
        trial.close(W @ Gamma @ W.T, np.eye(d), "C = WΓWᵀ", rtol=1e-6,
                    otherwise="Your W does not solve the task: C is not the identity.")  # fmt: skip


def _is_where_descent_ends(trial: Trial) -> None:
    for m, d in _sizes(trial.rng):
        W, Gamma, P = _asked(trial, m, d, signs=True)
        want = _solution(Gamma, P, d)
        trial.slips(_products(W), _products(want), _known(Gamma, P, d))
        trial.close(_products(W), _products(want), "WᵀW", rtol=1e-5, floor=1e-1,
                    why="which no rotation from the left changes",
                    otherwise=_longer(W, want, P) if _solves(W, Gamma) else "")  # fmt: skip


def _solves(W: np.ndarray, Gamma: np.ndarray) -> bool:
    return np.allclose(W @ Gamma @ W.T, np.eye(len(W)), atol=1e-3)


def _longer(W: np.ndarray, want: np.ndarray, P: np.ndarray) -> str:
    """A sentence about the length of W' = WP^(−1/2), where that is not the smallest."""
    length, shortest = (np.sum(np.linalg.solve(P, w.T) * w.T) for w in (W, want))
    if length < 1.001 * shortest:
        return ""
    return (
        f"C = I holds, but tr(W P⁻¹ Wᵀ) is {length:.4g}, and there is a solution with "
        f"{shortest:.4g}: descent times P ends at the smallest."
    )


def _root(P: np.ndarray) -> np.ndarray:
    size, vectors = np.linalg.eigh(P)
    return vectors * np.sqrt(size) @ vectors.T


def _products(W: np.ndarray) -> np.ndarray:
    return W.T @ W


def _of(
    moment: np.ndarray, back: np.ndarray, d: int, size: Callable = lambda g: g**-0.5,
    order: Callable = lambda g: -g,
) -> np.ndarray:  # fmt: skip
    """WᵀW of the first d modes of a moment, each scaled by a function of γ, times `back`."""
    gamma, v = np.linalg.eigh(moment)
    first = np.argsort(order(gamma), kind="stable")[:d]
    return _products((v[:, first] * size(gamma[first])).T @ back)


def _of_unsymmetric(matrix: np.ndarray, d: int, back: np.ndarray) -> np.ndarray:
    gamma, u = np.linalg.eig(matrix)
    first = np.argsort(-gamma.real)[:d]
    return _products((u[:, first].real / np.sqrt(gamma[first].real)).T @ back)


_NO_ROOT = (
    "You take P where its root belongs: with W = W'P^(1/2) it is P^(1/2)ΓP^(1/2) that W' sees."
)
_CHOLESKY = (
    "With P = LLᵀ and W' = W L⁻ᵀ, W' sees LᵀΓL, and W is W'Lᵀ. In yours L and Lᵀ are exchanged."
)
_UNIT = (
    "Your eigenvectors are those of a matrix that is not symmetric. np.linalg.eig brings them to "
    "length 1, and that is not the length that makes C = I. Use the symmetric P^(1/2)ΓP^(1/2)."
)

_SMALLEST = (
    "These are the smallest eigenvalues: np.linalg.eigh returns them in ascending order. Learned "
    "first are the largest."
)
_LARGEST_IN_SIZE = (
    "You choose the modes with the largest |γ'|. One of them has γ' < 0: no weight can bring its λ "
    "to 1, and it never grows."
)

_NAN = " A γ' below 0 is among yours, and its root is nan."


def _without_roots(Gamma: np.ndarray, P: np.ndarray, d: int) -> list[tuple[np.ndarray, str]]:
    """W itself of the slips that take a root of a γ' below 0, in the order of eigh or by size."""
    R = _root(P)
    gamma, v = np.linalg.eigh(R @ Gamma @ R)
    by_size = np.argsort(-np.abs(gamma))[:d]
    chosen = ((slice(0, d), _SMALLEST), (by_size, _LARGEST_IN_SIZE))
    return [((v[:, j] / np.sqrt(gamma[j])).T @ R, f"{said}{_NAN}") for j, said in chosen]


def _known(Gamma: np.ndarray, P: np.ndarray, d: int) -> list[tuple[np.ndarray, str]]:
    """WᵀW of each known slip, and its message."""
    with np.errstate(all="ignore"):
        return [(like(), message) for like, message in _slips(Gamma, P, d)]


def _slips(Gamma: np.ndarray, P: np.ndarray, d: int) -> Iterator[tuple[Callable, str]]:
    m = len(P)
    one, R, L = np.eye(m), _root(P), np.linalg.cholesky(P)
    seen, inverse = R @ Gamma @ R, np.linalg.inv(R)
    yield (
        lambda: _of(Gamma, one, d),
        (
            "These are the shortest weights, those of the modes of Γ itself. Plain descent ends "
            "there. Which modes are learned first with P?"
        ),
    )
    yield (
        lambda: _of(seen, one, d),
        ("This is W' = WP^(−1/2), the weights in the other coordinates. Map them back."),
    )
    yield (
        lambda: _of(seen, inverse, d),
        ("You map W' back by P^(−1/2). From W' = WP^(−1/2) follows W = W'P^(1/2)."),
    )
    yield (
        lambda: _of(seen, P, d),
        ("You map W' back by P. From W' = WP^(−1/2) follows W = W'P^(1/2)."),
    )
    for moment, back in ((P @ Gamma @ P, P), (P @ Gamma @ P, one), (P @ Gamma @ P, R)):
        yield lambda moment=moment, back=back: _of(moment, back, d), _NO_ROOT
    by_entry = np.sqrt(np.abs(P))
    for back in (by_entry, one):
        yield (
            lambda back=back: _of(by_entry @ Gamma @ by_entry, back, d),
            (
                "np.sqrt takes the root of each entry of P. P^(1/2) is the matrix whose square is "
                "P: take the roots of the eigenvalues."
            ),
        )
    for back in (inverse, one):
        yield (
            lambda back=back: _of(inverse @ Gamma @ inverse, back, d),
            ("You take the inverse of P: with W' = WP^(−1/2) it is P^(1/2)ΓP^(1/2) that W' sees."),
        )
    for back in (R, P, inverse):
        yield (
            lambda back=back: _of(Gamma, back, d),
            (
                "You multiply the shortest weights by a power of P. With P it is other modes that "
                "are learned, those of P^(1/2)ΓP^(1/2)."
            ),
        )
    for matrix in (P @ Gamma, Gamma @ P):
        for back in (one, R, P):
            yield (
                lambda matrix=matrix, back=back: _of_unsymmetric(matrix, d, back),
                _UNIT,
            )
    for matrix in (P @ Gamma, Gamma @ P):
        for back in (one, R):
            yield (
                lambda matrix=matrix, back=back: _of(matrix, back, d),
                (
                    "np.linalg.eigh reads one half of a matrix as if it were symmetric, and the "
                    "product of P and Γ is not. P^(1/2)ΓP^(1/2) is."
                ),
            )
            yield (
                lambda matrix=matrix, back=back: _of((matrix + matrix.T) / 2, back, d),
                (
                    "You take the symmetric part of the product of P and Γ. W' sees "
                    "P^(1/2)ΓP^(1/2), which has other eigenvalues."
                ),
            )
    for moment, back in ((L @ Gamma @ L.T, L), (L.T @ Gamma @ L, L), (L @ Gamma @ L.T, L.T)):
        yield lambda moment=moment, back=back: _of(moment, back, d), _CHOLESKY
    for size in (lambda g: np.abs(g) ** -0.5, lambda g: np.abs(g) ** 0.5, np.ones_like):
        yield (
            lambda size=size: _of(seen, R, d, size, order=lambda g: -np.abs(g)),
            _LARGEST_IN_SIZE,
        )
    yield lambda: _of(seen, R, d, lambda g: np.abs(g) ** -0.5, order=lambda g: g), _SMALLEST
    yield (
        lambda: _of(seen, R, d, np.ones_like),
        ("The rows of your W' have length 1. λ' = γ's² = 1 asks for s = γ'^(−1/2)."),
    )
    yield (
        lambda: _of(seen, R, d, lambda g: g**0.5),
        ("The rows of your W' have length γ'^(1/2). λ' = γ's² = 1 asks for s = γ'^(−1/2)."),
    )
    yield (
        lambda: _of(seen, R, d, lambda g: 1 / g),
        ("The rows of your W' have length 1/γ'. λ' = γ's² = 1 asks for s = γ'^(−1/2)."),
    )
    yield (
        lambda: _of(seen, R, d, lambda g: g[::-1] ** -0.5),
        ("Your γ' and your modes are in opposite orders."),
    )
    yield (
        lambda: _of(seen, R, d, lambda g: np.linalg.eigvalsh(Gamma)[::-1][:d] ** -0.5),
        ("You have the modes of P^(1/2)ΓP^(1/2) and the eigenvalues of Γ. Take both from one."),
    )
    yield (
        lambda: _rows(seen, R, d),
        (
            "You took rows of the matrix that np.linalg.eigh returns. Its eigenvectors are the "
            "columns."
        ),
    )


def _rows(moment: np.ndarray, back: np.ndarray, d: int) -> np.ndarray:
    gamma, v = np.linalg.eigh(moment)
    return _products(v[-d:] / np.sqrt(gamma[-d:])[:, None] @ back)


FINAL_WEIGHTS = Exercise(
    id="10.3",
    title="Where does it end?",
    own=own.final_weights,
    right="Right. It is chapter 2's end in other coordinates: the shortest W', and not the "
    "shortest W.",
    hint="Gamma and P have shape (m, m), d is a number, and W has shape (d, m). Any rotation UW is "
    "as good.",
    parts=(
        Part("C is the identity", 1, _is_a_solution),
        Part("where descent ends", 2, _is_where_descent_ends),
    ),
)
