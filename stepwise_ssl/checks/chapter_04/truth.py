"""Tools of the truth: features that can be written down, and answers whose signs are free."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from ..engine import Trial
from ..values import as_array, same_values

NOTEBOOK_PAIRS = 120  # n of the notebook, which an answer may use by mistake
NOTEBOOK = (
    "Your function uses the notebook's n = 120. It is called with other numbers of views: take n "
    "from the shape of K, n = len(K) // 2."
)


def features(x: np.ndarray) -> np.ndarray:
    """All products of up to two entries: (n, m) -> (n, 1 + m + m(m+1)/2).

    Their scalar products are (1 + x·x')².
    """
    rows, columns = np.triu_indices(x.shape[1])
    weight = np.where(rows == columns, 1, np.sqrt(2))
    linear = np.sqrt(2) * x
    return np.column_stack([np.ones(len(x)), linear, weight * x[:, rows] * x[:, columns]])


def pairs(rng: np.random.Generator, n: int, m: int) -> np.ndarray:
    """n pairs of views, (2n, m), first ones above second ones; partners are near each other."""
    picture = rng.normal(size=(n, m))
    return np.concatenate([picture + 0.4 * rng.normal(size=(n, m)) for _ in range(2)])


def swap(N: int) -> np.ndarray:
    """P (N, N), entry by entry: view i and view i + N/2 are partners."""
    P = np.zeros((N, N))
    for i in range(N):
        P[i, (i + N // 2) % N] = 1
    return P


def neighbours(N: int) -> np.ndarray:
    """Where each view's partner stands if pairs are taken to stand together: 1, 0, 3, 2, …"""
    return np.arange(N) ^ 1


NEIGHBOURS = (
    "You take views that stand next to each other for partners. First views stand before second "
    "ones: views i and n + i are partners."
)


def with_signs_of(got: np.ndarray, want: np.ndarray) -> np.ndarray:
    """`want`, each column turned to point along the same column of `got`."""
    return want * np.where(np.sum(got * want, axis=0) < 0, -1, 1)


def column_by_column(got: np.ndarray, want: np.ndarray) -> str:
    """Whether each column is a right one times a number, or right and in another place."""
    sizes = np.linalg.norm(got, axis=0), np.linalg.norm(want, axis=0)
    if len(got) < 2 or not (sizes[0].all() and sizes[1].all()):
        return ""
    along = np.abs((got / sizes[0]).T @ (want / sizes[1])) > 1 - 1e-10
    if np.diag(along).all():
        numbers = ", ".join(f"{q:.3g}" for q in sizes[0] / sizes[1])
        return f"Your columns are the right ones times numbers, here {numbers}: their size is off."
    if (along.sum(axis=0) == 1).all() and (along.sum(axis=1) == 1).all():
        places = ", ".join(str(j + 1) for j in along.argmax(axis=1))
        return f"Your columns are in another order: they belong at the places {places}."
    return ""


def slips_up_to_signs(
    trial: Trial,
    got: Any,
    right: np.ndarray,
    slips: Iterable[tuple[Callable[[], np.ndarray], str]],
) -> None:
    """`trial.slips`, where the sign of each column is free."""
    array = as_array(got)
    if array is None or array.ndim != 2 or not np.isfinite(array).all():
        return
    if right.shape == array.shape:
        right = with_signs_of(array, right)
        if same_values(array, right):
            return  # spare the slips, which are dear
    known = []
    for slip, message in slips:
        with np.errstate(all="ignore"):
            wrong = np.asarray(slip())
        if wrong.shape == array.shape:
            known.append((with_signs_of(array, wrong), message))
    trial.slips(got, right, known)
