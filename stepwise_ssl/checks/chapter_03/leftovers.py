"""3.2: the effective start from products, against least squares and the flow."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ... import linear
from ..draws import sizes
from ..engine import Exercise, Misconception, Part, Trial
from . import own
from .truth import crossings, flow, rotation


def _columns(rng: np.random.Generator, d: int, size: float) -> np.ndarray:
    """Columns (d + 3, d) that overlap, and yet not so far that single precision loses them."""
    above = np.triu(0.5 * rng.normal(size=(d, d)), 1)
    factor = np.diag(rng.uniform(0.5, 1.5, size=d)) + above
    return size * rotation(rng, d + 3)[:, :d] @ factor


def _distances(A: np.ndarray) -> np.ndarray:
    """Of each column from the span of the earlier ones, by least squares."""
    far = [np.linalg.norm(A[:, 0])]
    for j in range(1, A.shape[1]):
        fit = np.linalg.lstsq(A[:, :j], A[:, j], rcond=None)[0]
        far.append(np.linalg.norm(A[:, j] - A[:, :j] @ fit))
    return np.array(far)


def _leaves_what_is_left(trial: Trial) -> None:
    for d, size in zip(sizes(trial.rng, 3, 6, 2), (1.0, 30.0), strict=True):
        A = _columns(trial.rng, d, size * trial.rng.uniform(0.5, 2))
        want = _distances(A)
        trial.close(_call(trial, A.T @ A, want), want, "s(0)", rtol=1e-6, why=SPAN)


def _tiny(rng: np.random.Generator) -> np.ndarray:
    """Columns whose shortest has the squared length 1e-16, the least that the text speaks of.

    What is left of one of them is shorter still: a floor at 1e-16 is no guard any more.
    """
    while True:
        A = _columns(rng, int(rng.integers(3, 7)), 1.0)
        A *= 1e-8 / np.linalg.norm(A, axis=0).min()
        if _distances(A).min() < 0.8e-8:
            return A


def _holds_for_tiny_products(trial: Trial) -> None:
    A = _tiny(trial.rng)
    products, want = A.T @ A, _distances(A)
    got = _call(trial, products, want)
    longest = got / np.sqrt(np.diag(products))
    j = int(np.argmax(longest))
    longer = (
        f"Your s(0) of mode {j + 1} is {longest[j]:.4g} times the length of its column. What is "
        "left of a column is no longer than the column."
    )
    trial.close(got, want, "s(0)", rtol=1e-6, why=SPAN,
                otherwise=longer if longest[j] > 1.001 else "")  # fmt: skip
    # As many columns as the third hint has: their volumes are less than a computer can hold.
    A = 1e-8 * trial.rng.normal(size=(40, 25))
    products, want = A.T @ A, _distances(A)
    trial.close(_call(trial, products, want), want, "s(0) of 25 columns", rtol=1e-6, why=SPAN)
    _sets_the_clock(trial)


def _call(trial: Trial, products: np.ndarray, want: np.ndarray | None = None) -> np.ndarray:
    result = trial.call(products)
    if want is not None:
        # Before the numbers are read: the root of what was taken twice may be nan.
        with np.errstate(all="ignore"):
            trial.slips(result, want, _roots(products))
    return trial.array(result, shape=(len(products),), what="s(0)")


def _roots(products: np.ndarray) -> Iterator[tuple[np.ndarray, str]]:
    volumes = np.append(1.0, _volumes(products))
    yield np.sqrt(volumes[1:] / volumes[:-1]), TOO_SMALL
    yield np.sqrt(volumes[1:]) / np.sqrt(volumes[:-1]), TOO_SMALL
    yield np.sqrt(_raw_projections(products)), OVERLAP
    yield np.sqrt(_raw_projections(products, power=1)), A_PURE_NUMBER
    for much in 10.0 ** np.arange(-20, -3):
        yield np.diag(np.linalg.cholesky(products + much * np.eye(len(products)))), GUARD
        yield np.sqrt(np.maximum(_gram_schmidt(products), much)), FLOOR


def _sets_the_clock(trial: Trial) -> None:
    gamma = np.array([1.0, 0.55, 0.2]) * trial.rng.uniform(0.7, 1.3)
    start = 1e-7 * trial.rng.normal(size=(2, 3))
    start[:, 1] += 1.5 * start[:, 0]
    got = _call(trial, start[:, :2].T @ start[:, :2])
    trial.require((got > 0).all(), f"s(0) is a length; yours is {got}.")
    theory = linear.step_times(gamma[:2], got)
    t = np.linspace(0, 3 * linear.step_times(gamma[:2], [1e-8, 1e-8])[1], 1500)
    measured = crossings(t, gamma, flow(gamma, start, t))
    trial.close(theory, measured, "The step time that follows from your s(0)", rtol=3e-4,
                why="gradient flow from a start of size 1e-7")  # fmt: skip


SPAN = "the distance of the column from the span of the earlier ones"
GUARD = (
    "A small number stands on the diagonal of the products, to be safe from zero. Where the "
    "products are tiny it is not small."
)
FLOOR = (
    "What is left has a least square in yours, to be safe from zero. Where the products are tiny, "
    "what is left is smaller."
)


def _gram_schmidt(products: np.ndarray, order: int = 1, slip: str = "") -> np.ndarray:
    """Squared leftovers by Gram-Schmidt on the products, with a slip on request."""
    left = products[::order, ::order].copy()
    squares = np.zeros(len(left))
    for j in range(len(left)):
        squares[j] = left[j, j]
        divisor = np.sqrt(left[j, j]) if slip == "length" else left[j, j]
        if slip != "nothing" and not (slip == "first" and j):
            left = left - np.outer(left[:, j], left[j]) / divisor
    return squares[::order]


def _raw_projections(products: np.ndarray, power: int = 2) -> np.ndarray:
    share = products**power / np.diag(products)
    return np.diag(products) - np.tril(share, -1).sum(axis=1)


def _after_the_one_before(products: np.ndarray) -> np.ndarray:
    squares = np.diag(products).copy()
    squares[1:] -= np.diag(products, 1) ** 2 / squares[:-1]
    return squares


def _lengths_subtracted(products: np.ndarray) -> np.ndarray:
    lengths = np.sqrt(np.diag(products))
    return lengths - np.tril(np.abs(products) / lengths, -1).sum(axis=1)


def _volumes(products: np.ndarray) -> np.ndarray:
    """Squared volumes of the first column, the first two, and so on."""
    return np.array([np.linalg.det(products[:j, :j]) for j in range(1, len(products) + 1)])


OVERLAP = (
    "You subtract the projections on the earlier columns as they are. Those overlap one another, "
    "so parts are taken away twice: project on what was left of each."
)
DECOMPOSED = (
    "You decompose the products. The QR of the page is that of the columns W(0)V_d; with AᵀA = "
    "RᵀR, what is R to the products?"
)
VOLUMES = (
    "These are volumes: of one column, of two, of three. A leftover is the height, volume over the "
    "volume before."
)

TOO_SMALL = (
    "The formula is right, but the volume of many small columns is less than a computer can hold: "
    "it becomes 0, and 0/0 is no number. Take differences of logarithms."
)
A_PURE_NUMBER = (
    "You subtract (a·b)/(a·a), a pure number, from a squared length. The part of b along a has the "
    "squared length (a·b)²/(a·a)."
)

STARTS = Exercise(
    id="3.2",
    title="What the earlier modes leave",
    own=own.starts,
    right="Right. Only products of the columns enter: the effective starts are known without W(0).",
    hint="products has shape (d, d); its diagonal holds the squared lengths of the columns.",
    parts=(
        Part("the leftovers", 2, _leaves_what_is_left),
        Part("tiny products, and the clock of the flow", 1, _holds_for_tiny_products),
    ),
    misconceptions=(
        Misconception(
            lambda G: np.sqrt(np.diag(G)),
            "These are the lengths ‖W(0)v_j‖, with nothing taken away. Every column must first "
            "lose its part along the earlier ones.",
        ),
        Misconception(
            _gram_schmidt,
            "These are the squares s_j(0)²: a product of columns is a length squared. Take the "
            "root.",
        ),
        Misconception(
            lambda G: np.sqrt(np.linalg.eigvalsh(G)[::-1]),
            "These are the singular values of W(0)V_d. They treat all columns alike; the flow "
            "serves mode 1 first.",
        ),
        Misconception(
            lambda G: np.sqrt(np.linalg.eigvalsh(G)),
            "These are the singular values of W(0)V_d. They treat all columns alike; the flow "
            "serves mode 1 first.",
        ),
        Misconception(
            lambda G: np.linalg.eigvalsh(G)[::-1],
            "These are eigenvalues of the products: squares, and of combinations of columns. The "
            "flow takes the columns one after another, in the order of γ.",
        ),
        Misconception(
            lambda G: 1 / np.sqrt(np.diag(np.linalg.inv(G))),
            "You take from each column its part along all others. It loses only what the earlier "
            "ones, with larger γ, have used.",
        ),
        Misconception(
            lambda G: np.sqrt(_gram_schmidt(G, order=-1)),
            "You go from the last column to the first. The first mode is learned first: it keeps "
            "its whole length.",
        ),
        Misconception(
            lambda G: np.sqrt(np.maximum(_raw_projections(G), 0)),
            OVERLAP,
        ),
        Misconception(
            lambda G: np.sqrt(np.abs(_raw_projections(G))),
            OVERLAP,
        ),
        Misconception(
            lambda G: np.sqrt(_after_the_one_before(G)),
            "You take away the part along the column just before. Column 3 loses its part along "
            "what was left of column 1 and of column 2.",
        ),
        Misconception(
            _lengths_subtracted,
            "You subtract lengths. The part taken and the part left stand at right angles: their "
            "squares add up to the square of the column (Pythagoras).",
        ),
        Misconception(
            lambda G: np.sqrt(_gram_schmidt(G, slip="first")),
            "You take away the part along column 1 only. Column 3 loses its part along what was "
            "left of column 2 as well, and so on.",
        ),
        Misconception(
            lambda G: np.sqrt(np.abs(_gram_schmidt(G, slip="length"))),
            "You divide by a length where its square belongs: the part of a along b has the "
            "squared length (a·b)²/(b·b).",
        ),
        Misconception(
            lambda G: np.abs(np.diag(np.linalg.qr(G)[1])),
            DECOMPOSED,
        ),
        Misconception(
            lambda G: np.diag(np.linalg.qr(G)[1]),
            DECOMPOSED,
        ),
        Misconception(
            lambda G: np.sqrt(np.abs(np.diag(np.linalg.qr(G)[1]))),
            DECOMPOSED,
        ),
        Misconception(
            lambda G: np.sqrt(np.diag(np.linalg.cholesky(G))),
            "One root too many: the products are squared lengths, and the triangular factor of "
            "them holds lengths already.",
        ),
        Misconception(
            lambda G: 1 / np.diag(np.linalg.inv(G)),
            "You take from each column its part along all others, and no root. A column loses "
            "only what the earlier ones, with larger γ, have used.",
        ),
        Misconception(
            lambda G: np.sqrt(_volumes(G)),
            VOLUMES,
        ),
        Misconception(
            _volumes,
            "These are squared volumes: of one column, of two, of three. A leftover is the height, "
            "volume over the volume before: a root of a quotient of two of yours.",
        ),
    ),
)
