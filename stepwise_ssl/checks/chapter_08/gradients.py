"""8.1: the gradients of both layers, against slopes of the loss."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..draws import sizes
from ..engine import Exercise, Misconception, Part, Trial
from ..quotients import by_a_step
from ..values import as_array
from . import own
from .truth import loss_of, moment, slopes

TINY = 1e-9


def _problem(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A head, a trunk and a moment; d, h and m are of no order, and none of them is like another.

    So nothing fits by chance, and a trunk may make more features than it has inputs, or fewer.
    """
    d, h, m = sizes(rng, 2, 9, 3)
    W, A = rng.normal(size=(d, h)) / np.sqrt(h), rng.normal(size=(h, m)) / np.sqrt(m)
    return W, A, moment(rng, m)


def _two(trial: Trial, W: np.ndarray, A: np.ndarray, Gamma: np.ndarray) -> tuple:
    got = trial.call(W, A, Gamma)
    if not isinstance(got, tuple | list) or len(got) != 2:
        trial.fail("The answer should be a tuple of two arrays: ∂L/∂W and ∂L/∂A.", named=True)
    made = [as_array(x) for x in got]
    if all(x is not None for x in made) and [x.shape for x in made] == [A.shape, W.shape]:
        trial.fail(
            f"Your first array has shape {A.shape}, that of A, and your second {W.shape}, that of "
            "W: first the gradient for the head W, then the one for the trunk A.",
            named=True,
        )
    return (
        trial.array(got[0], shape=W.shape, what="∂L/∂W"),
        trial.array(got[1], shape=A.shape, what="∂L/∂A"),
    )


def _compare(trial: Trial, place: int, tiny: bool) -> None:
    W, A, Gamma = _problem(trial.rng)
    W = TINY * W if tiny else W
    got = _two(trial, W, A, Gamma)[place]
    loss = (lambda w: loss_of(w, A, Gamma)) if place == 0 else (lambda a: loss_of(W, a, Gamma))
    of = (W, A)[place]
    want = slopes(loss, of)
    at = elsewhere = ""
    if tiny:
        at = " at a head of size 1e-9"
        elsewhere = (
            "Yours is right at a head of the usual size, and not at a tiny one. A formula is right "
            "at both."
        )
    # Of the largest entry: in an entry of nearly 0 large terms cancel.
    trial.close(got, want, f"∂L/∂{'WA'[place]}{at}", rtol=2e-6, floor=1.0,
                why="the slope of ‖WAΓAᵀWᵀ − I‖²",
                otherwise=by_a_step(loss, of, got, want) or elsewhere)  # fmt: skip


def _of_the_head(trial: Trial) -> None:
    for tiny in (False, False, True):
        _compare(trial, 0, tiny)


def _of_the_trunk(trial: Trial) -> None:
    for tiny in (False, False, True):
        _compare(trial, 1, tiny)


def _with_error(error: Callable[[np.ndarray], np.ndarray], factor: float = 4) -> Callable:
    """Both gradients with another error; `error` is a function of C."""

    def like(W, A, Gamma):
        B = W @ A
        pull = factor * error(B @ Gamma @ B.T) @ B @ Gamma
        return pull @ A.T, W.T @ pull

    return like


def _error(C: np.ndarray) -> np.ndarray:
    return C - np.eye(len(C))


def _with_parts(head: Callable, trunk: Callable) -> Callable:
    """Gradients made of E = C − I, W, A and Γ in another way."""

    def like(W, A, Gamma):
        E = _error(W @ A @ Gamma @ A.T @ W.T)
        return 4 * head(E, W, A, Gamma), 4 * trunk(E, W, A, Gamma)

    return like


def _head(E, W, A, Gamma):
    return E @ W @ A @ Gamma @ A.T


def _trunk(E, W, A, Gamma):
    return W.T @ E @ W @ A @ Gamma


def _of_the_norm(W, A, Gamma):
    size = np.linalg.norm(_error(W @ A @ Gamma @ A.T @ W.T))
    return tuple(x / (2 * size) for x in own.gradients(W, A, Gamma))


GRADIENTS = Exercise(
    id="8.1",
    title="Two layers, two gradients",
    own=own.gradients,
    right="Right. Both are the gradient for the product WA, brought back to one of its factors: "
    "the trunk learns through the head, and a head that is nearly 0 leaves it where it is.",
    hint="The call is gradients(W, A, Gamma): W has shape (d, h), A (h, m), Gamma (m, m). The "
    "answer is a tuple of two arrays, of the shapes of W and of A.",
    parts=(
        Part("the head's", 1, _of_the_head),
        Part("the trunk's", 1, _of_the_trunk),
    ),
    misconceptions=(
        Misconception(
            _with_error(_error, 2),
            "A factor 2 is missing in both. The square gives one; each layer stands twice in "
            "WAΓAᵀWᵀ, once on each side, and that gives the other.",
        ),
        Misconception(
            _with_error(_error, 8),
            "Both are twice as large as they should be. That there are two layers adds no factor: "
            "while one moves, the other is held.",
        ),
        Misconception(
            _of_the_norm,
            "These are the gradients of the norm ‖C − I‖. The loss is the norm squared: no root.",
        ),
        Misconception(
            _with_error(lambda C: C - 1),
            "You subtract 1 from every entry of C. I has ones on its diagonal only: np.eye(d).",
        ),
        Misconception(
            _with_error(lambda C: C),
            "These are the gradients of ‖C‖², without the target: the error is C − I.",
        ),
        Misconception(
            _with_error(lambda C: np.diag(np.diag(C) - 1)),
            "Your error is the diagonal of C − I alone. The loss has all its entries: off the "
            "diagonal it draws C to 0.",
        ),
        Misconception(
            lambda W, A, Gamma: _with_parts(
                lambda E, W, A, G: _error(W @ A @ A.T @ W.T) @ W @ A @ G @ A.T,
                lambda E, W, A, G: W.T @ _error(W @ A @ A.T @ W.T) @ W @ A @ G,
            )(W, A, Gamma),
            "Your error is WAAᵀWᵀ − I. C = WAΓAᵀWᵀ has Γ in the middle.",
        ),
        Misconception(
            _with_parts(lambda E, W, A, G: E @ W @ A @ A.T, _trunk),
            "In your gradient for the head stands AAᵀ. The features' moment is AΓAᵀ, with the "
            "data's Γ in the middle.",
        ),
        Misconception(
            _with_parts(_head, lambda E, W, A, G: W.T @ E @ W @ A),
            "Your gradient for the trunk has lost its last Γ: what multiplies dA on the right in "
            "dC is ΓAᵀWᵀ.",
        ),
        Misconception(
            _with_parts(lambda E, W, A, G: E @ W @ A @ A.T, lambda E, W, A, G: W.T @ E @ W @ A),
            "The last Γ is missing in both: ∂L/∂(WA) is 4 (C − I) WA Γ.",
        ),
        Misconception(
            _with_parts(_head, lambda E, W, A, G: 0 * A),
            "Your trunk never moves: its gradient is 0. Here the trunk is trained as the head is.",
        ),
        Misconception(
            _with_parts(_head, lambda E, W, A, G: np.linalg.pinv(W) @ E @ W @ A @ G),
            "You bring the gradient to the trunk with the inverse of W. A change dA moves WA by "
            "W dA, and against the gradient of WA that gives Wᵀ.",
        ),
        Misconception(
            _with_parts(lambda E, W, A, G: E @ W @ A @ G @ np.linalg.pinv(A), _trunk),
            "You bring the gradient to the head with the inverse of A. A change dW moves WA by "
            "dW A, and against the gradient of WA that gives Aᵀ.",
        ),
        Misconception(
            _with_parts(lambda E, W, A, G: E @ W @ A @ G @ A.T, lambda E, W, A, G: W.T @ W @ A @ G),
            "The error C − I is missing in your gradient for the trunk.",
        ),
    ),
)
