"""8.2: AAᵀ from the head alone, against the flow of both layers integrated."""

from __future__ import annotations

import numpy as np

from ..draws import sizes
from ..engine import Exercise, Misconception, Part, Trial
from . import own
from .truth import flow, moment


def _draw(rng: np.random.Generator, head: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Γ and a start of which nothing is aligned; the head's entries are of size `head`."""
    d, h, m = sizes(rng, 2, 8, 3)
    return moment(rng, m), head * rng.normal(size=(d, h)), rng.normal(size=(h, m)) / np.sqrt(m)


def _compare(trial: Trial, Gamma: np.ndarray, W0: np.ndarray, A0: np.ndarray, t: float) -> None:
    W, A = flow(Gamma, W0, A0, t)
    shape = (len(A0), len(A0))
    got = trial.array(trial.call(W, W0, A0), shape=shape, what="AAᵀ")
    trial.close(got, A @ A.T, "AAᵀ", rtol=1e-6, floor=1e-2,
                why="both layers integrated from W0 and A0",
                otherwise=_kept_directions(got, A @ A.T, A0 @ A0.T))  # fmt: skip


def _kept_directions(got: np.ndarray, want: np.ndarray, start: np.ndarray) -> str:
    """Whether the matrix has the eigenvectors of the start's, as the right one has not."""

    def turned(M: np.ndarray) -> float:
        return float(np.linalg.norm(M @ start - start @ M))

    scale = np.linalg.norm(got) * np.linalg.norm(start)
    if turned(got) > 1e-10 * scale or turned(want) < 1e-5 * scale:
        return ""
    return (
        "Your AAᵀ has the eigenvectors of A0A0ᵀ, the left singular vectors of A0. They stay where "
        "they are from an aligned start only. The head is not aligned here, and what the trunk "
        "gains, WᵀW − W0ᵀW0, turns them."
    )


def _from_a_small_head(trial: Trial) -> None:
    for _ in range(2):
        # So small that its own square is below what is compared.
        Gamma, W0, A0 = _draw(trial.rng, 1e-5)
        fastest = max(np.linalg.eigvalsh(A0 @ Gamma @ A0.T)[-1], 0.3)
        # The head grows at 4 times this rate; some of it is learned by then.
        _compare(trial, Gamma, W0, A0, trial.rng.uniform(1.3, 1.8) * np.log(1e5) / (4 * fastest))


def _from_any_head(trial: Trial) -> None:
    for head in (trial.rng.uniform(0.3, 0.5), trial.rng.uniform(0.7, 1.0)):
        _compare(trial, *_draw(trial.rng, head), trial.rng.uniform(0.2, 0.6))


def _head(W):
    return W.T @ W


def _trunk(A):
    return A @ A.T


def _by_trace(W, W0, A0):
    more = np.trace(_head(W)) - np.trace(_head(W0))
    return _trunk(A0) * (1 + more / np.trace(_trunk(A0)))


TRUNK_SQUARE = Exercise(
    id="8.2",
    title="What training conserves",
    own=own.trunk_square,
    right="Right. WᵀW − AAᵀ stays as it was: what the head gains, the trunk gains, whatever the "
    "data are.",
    hint="W and W0 have shape (d, h), A0 has (h, m), and the answer (h, h).",
    parts=(
        Part("from a small head", 1, _from_a_small_head),
        Part("from any head", 1, _from_any_head),
    ),
    misconceptions=(
        Misconception(
            lambda W, W0, A0: _trunk(A0) + _head(W),
            "The head's start is missing. The trunk gains what the head gains, WᵀW − W0ᵀW0; only "
            "where W0 is nearly 0 is that WᵀW.",
        ),
        Misconception(
            lambda W, W0, A0: _trunk(A0) - _head(W) + _head(W0),
            "You conserve the sum WᵀW + AAᵀ. Both gradients have the same sign in front of the "
            "same matrix: both layers grow together, and the difference stays.",
        ),
        Misconception(
            lambda W, W0, A0: _trunk(A0),
            "Your trunk stays where it was. A grows with W, and with it the features.",
        ),
        Misconception(
            lambda W, W0, A0: _trunk(A0) + _head(W - W0),
            "You take the square of W − W0. What the trunk gains is the difference of the squares, "
            "WᵀW − W0ᵀW0.",
        ),
        Misconception(
            lambda W, W0, A0: _head(W),
            "AAᵀ = WᵀW holds for balanced layers only. The difference WᵀW − AAᵀ stays what it was "
            "at the start, and there it is not 0.",
        ),
        Misconception(
            lambda W, W0, A0: _head(W) - _head(W0),
            "The trunk's own start is missing: this is what AAᵀ gains, and it begins at A0A0ᵀ.",
        ),
        Misconception(
            lambda W, W0, A0: _trunk(A0) + 2 * (_head(W) - _head(W0)),
            "Your trunk gains twice what the head gains. d(WᵀW)/dt and d(AAᵀ)/dt are the same "
            "matrix, each with its transpose.",
        ),
        Misconception(
            lambda W, W0, A0: _trunk(A0) + (_head(W) - _head(W0)) / 2,
            "Your trunk gains half of what the head gains. d(WᵀW)/dt and d(AAᵀ)/dt are the same "
            "matrix, each with its transpose.",
        ),
        Misconception(
            lambda W, W0, A0: _trunk(A0) * (np.trace(_head(W)) / np.trace(_head(W0))),
            "You stretch A0A0ᵀ by ‖W‖²/‖W0‖². No quotient of the two layers is conserved: the "
            "difference WᵀW − AAᵀ is, entry by entry.",
        ),
        Misconception(
            _by_trace,
            "You scale A0A0ᵀ until its trace has gained what ‖W‖² has. The whole matrix is "
            "conserved, and the trunk grows in the directions in which the head does.",
        ),
        Misconception(
            lambda W, W0, A0: _trunk(A0) + np.diag(np.diag(_head(W) - _head(W0))),
            "You conserve the diagonal alone. WᵀW − AAᵀ stays with all its entries.",
        ),
    ),
)
