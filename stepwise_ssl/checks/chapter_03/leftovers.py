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


def _raw_projections(products: np.ndarray) -> np.ndarray:
    share = products**2 / np.diag(products)
    return np.diag(products) - np.tril(share, -1).sum(axis=1)


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
            "You subtract the projections on the earlier columns as they are. Those overlap one "
            "another, so parts are taken away twice: project on what was left of each.",
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
            "You decompose the products. The QR of the page is that of the columns W(0)V_d; "
            "with AᵀA = RᵀR, what is R to the products?",
        ),
        Misconception(
            lambda G: np.sqrt([np.linalg.det(G[: j + 1, : j + 1]) for j in range(len(G))]),
            "These are volumes: of one column, of two, of three. A leftover is the height, volume "
            "over the volume before.",
        ),
    ),
)
