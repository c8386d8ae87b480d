"""What a simulation records, and the descent loop that linear and kernel models share."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.integrate import DOP853
from tqdm import tqdm

from .. import _validate

_DIVERGED = 1e50  # an entry of W beyond which the loss would soon overflow


@dataclass(frozen=True)
class Trajectory:
    """What a simulation recorded.

    Attributes:
        t: times, (T,). For gradient descent lr · step.
        eigenvalues: of C = WΓWᵀ at those times, (T, d), each row descending.
        loss: ‖C − I‖²_F at those times, (T,).
        W: the weights at the last time, (d, m).
    """

    t: np.ndarray
    eigenvalues: np.ndarray
    loss: np.ndarray
    W: np.ndarray

    def __repr__(self) -> str:
        d, m = self.W.shape
        return (
            f"Trajectory({len(self.t)} times up to t = {self.t[-1]:.4g}, "
            f"loss {self.loss[0]:.4g} -> {self.loss[-1]:.4g}, W ({d}, {m}))"
        )


def descend(
    W: np.ndarray,
    gradient: Callable[[np.ndarray], np.ndarray],
    record: Record,
    lr: float,
    steps: int,
    start: str = "W0",
    cause: str = "lr = {lr:g} is too large for this start",
) -> Any:
    """W ← W − lr · gradient(W), recorded; for kernel machines and for two layers too.

    ``start`` is the name of the argument that W comes from, ``cause`` what a run that diverges may
    be told. Returns the record's trajectory.
    Raises ValueError if W or C is too large to begin with.
    """
    to_log = _log_steps(steps, record.most)
    upcoming = 0
    with (
        interruptible(record, stacklevel=5),
        progress(steps + 1, "gradient descent") as bar,
        np.errstate(all="ignore"),
    ):
        for step in range(steps + 1):
            if step == to_log[upcoming]:
                if not (np.abs(W).max() < _DIVERGED and record.add(lr * step, W)):
                    if not record.rows:
                        raise ValueError(
                            f"{start} makes weights or embeddings that are too large: an entry is "
                            f"above {_DIVERGED:g}, or one of C above {_DIVERGED**2:g}."
                        )
                    warnings.warn(
                        f"diverged by step {step}: {cause.format(lr=lr)}; the "
                        f"{len(record.rows)} records before it are returned",
                        stacklevel=3,
                    )
                    break
                upcoming += 1
            if step < steps:
                W = W - lr * gradient(W)
            bar.update()
    return record.trajectory()


def flow(
    W: np.ndarray,
    gradient: Callable[[np.ndarray], np.ndarray],
    record: Record,
    t: ArrayLike,
    same: str = "Γ/c with t·c and W0·√c",
) -> Any:
    """Integrate dW/dt = −gradient(W), recorded at the increasing times t.

    ``same`` says how to write the same flow in other units. Returns the record's trajectory. Raises
    TypeError or ValueError for times that are none or do not increase, and where the solver finds
    no step.
    """
    t = _validate.vector("t", t, "T", minimum=0)
    if (np.diff(t) <= 0).any():
        raise ValueError("t is not increasing; every time must be larger than the one before it.")
    with (
        interruptible(record, stacklevel=5),
        progress(len(t), "gradient flow") as bar,
        np.errstate(all="ignore"),
    ):
        # Relative to the start, so that the rise from a tiny start is followed to full accuracy.
        atol = 1e-12 * np.abs(W).max() + np.finfo(float).tiny
        solver = DOP853(
            lambda _, flat: -gradient(flat.reshape(W.shape)).ravel(),
            0.0, W.ravel(), t[-1], rtol=1e-10, atol=atol,
        )  # fmt: skip
        if t[0] == 0:
            record.add(0.0, W)
        while len(record.rows) < len(t):
            failure = solver.step()
            if solver.status == "failed":
                raise ValueError(
                    f"Gamma, the start and t are too far apart in size: the solver stopped at t = "
                    f"{solver.t:g} ({failure}). {same} is the same flow."
                )
            between = solver.dense_output()
            while len(record.rows) < len(t) and t[len(record.rows)] <= solver.t:
                now = t[len(record.rows)]
                record.add(now, between(now).reshape(W.shape))
            bar.update(len(record.rows) - bar.n)
    return record.trajectory()


def progress(total: int, title: str) -> tqdm:
    # Only a run of more than two seconds gets a bar, and none is left among a notebook's outputs.
    return tqdm(total=total, desc=title, delay=2, mininterval=0.5, leave=False)


class Record:
    """The rows of a Trajectory, one appended as a whole so that an interrupt cannot split it."""

    most = 2000  # keeps neighbouring log times of a long run within 1 % of each other

    def __init__(self, correlation: Callable[[np.ndarray], np.ndarray]) -> None:
        self.correlation = correlation
        self.rows: list[tuple[float, np.ndarray, float]] = []
        self.W = np.empty(0)

    def add(self, t: float, W: np.ndarray) -> bool:
        """Append a row; False and no row where the loss would overflow."""
        C = self.correlation(W)
        loss = float(((C - np.eye(len(C))) ** 2).sum())
        if not math.isfinite(loss):
            return False
        eigenvalues = np.linalg.eigvalsh((C + C.T) / 2)[::-1]
        self.W = W
        self.rows.append((t, eigenvalues, loss))
        return True

    def trajectory(self) -> Trajectory:
        t, eigenvalues, loss = zip(*self.rows, strict=True)
        return Trajectory(np.array(t), np.array(eigenvalues), np.array(loss), self.W.copy())


@contextmanager
def interruptible(record: Record, stacklevel: int) -> Iterator[None]:
    """Turn an interrupt into a warning, provided that there is something to return."""
    try:
        yield
    except KeyboardInterrupt:
        if not record.rows:
            raise
        warnings.warn(
            f"interrupted: the {len(record.rows)} times up to t = {record.rows[-1][0]:.4g} are "
            "returned",
            stacklevel=stacklevel,
        )


def _log_steps(steps: int, most: int) -> np.ndarray:
    if steps <= most:
        return np.arange(steps + 1)
    return np.unique(np.r_[0, np.geomspace(1, steps, most).round().astype(int)])
