"""3.2: the effective start from products, against least squares and the flow."""

from __future__ import annotations

import numpy as np

from ... import linear
from ..engine import Exercise, Misconception, Part, Trial
from . import own
from .truth import crossings, flow


def _leaves_what_is_left(trial: Trial) -> None:
    A = trial.rng.normal(size=(6, 4)) @ (np.eye(4) + 0.5 * trial.rng.normal(size=(4, 4)))
    got = trial.array(trial.call(A.T @ A), shape=(4,), what="s(0)")
    want = [np.linalg.norm(A[:, 0])]
    for j in range(1, 4):
        fit = np.linalg.lstsq(A[:, :j], A[:, j], rcond=None)[0]
        want.append(np.linalg.norm(A[:, j] - A[:, :j] @ fit))
    trial.close(got, want, "s(0)", rtol=1e-6,
                why="the distance of each column from the span of the earlier ones")  # fmt: skip


def _sets_the_clock(trial: Trial) -> None:
    gamma = np.array([1.0, 0.55, 0.2])
    start = 1e-7 * trial.rng.normal(size=(2, 3))
    start[:, 1] += 1.5 * start[:, 0]
    products = start[:, :2].T @ start[:, :2]
    got = trial.array(trial.call(products), shape=(2,), what="s(0)")
    trial.require((got > 0).all(), f"s(0) is a length; yours is {got}.")
    ratio = np.max(got / np.sqrt(np.diag(products)))
    if ratio > 1 + 1e-6:
        trial.fail(
            f"The products are about 1e-14 here, and one of your leftovers is {ratio:.3g} times as "
            "long as its column. Is something of a fixed size added or subtracted, to be safe from "
            "zero? At this scale it is not small.",
            named=True,
        )
    theory = linear.step_times(gamma[:2], got)
    t = np.linspace(0, 3 * linear.step_times(gamma[:2], [1e-8, 1e-8])[1], 1500)
    measured = crossings(t, gamma, flow(gamma, start, t))
    trial.close(theory, measured, "The step time that follows from your s(0)", rtol=3e-4,
                why="gradient flow from a start of size 1e-7")  # fmt: skip


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

STARTS = Exercise(
    id="3.2",
    title="What the earlier modes leave",
    own=own.starts,
    right="Right. Only products of the columns enter, so the start can be read off without W(0).",
    hint="products has shape (d, d); its diagonal holds the squared lengths of the columns.",
    parts=(
        Part("the leftovers", 2, _leaves_what_is_left),
        Part("the clock of the flow", 1, _sets_the_clock),
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
            lambda G: np.sqrt(_raw_projections(G)),
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
            lambda G: np.sqrt(_raw_projections(G, power=1)),
            "You subtract (a·b)/(a·a), a pure number, from a squared length. The part of b along a "
            "has the squared length (a·b)²/(a·a).",
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
            np.linalg.cholesky,
            "This is the whole triangle. Its diagonal holds the leftovers; what stands off it is "
            "how far the columns overlap.",
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
            VOLUMES,
        ),
        Misconception(
            lambda G: np.sqrt(_volumes(G)[1:] / _volumes(G)[:-1]),
            "Mode 1 is missing, d − 1 entries: no mode comes before it, so its leftover is its "
            "whole column.",
        ),
    ),
)
