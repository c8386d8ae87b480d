"""A recorded run, small enough for a page: 17 kB of text instead of 150 kB of arrays.

The curves keep all records of the run. The cloud keeps some of them, the frames, between which a
script draws a straight line; of each frame its size along each direction and, in 8 bits, where the
points are at that size.
"""

from __future__ import annotations

import base64
import zlib
from typing import NamedTuple

import numpy as np

from .. import spectra
from ..runs import Run

PAIRS = 50  # as many as a run keeps: more would hide the middle of the cloud
LEVELS = 127  # on each side of 0
FINEST = 65535  # of 16 bits
LEAST = 1e-12  # what a logarithm takes for 0


class Curves(NamedTuple):
    """What a page has of a run.

    Attributes:
        eigenvalues: (T, d). loss: (T,).
        frames: which of the T records have points, (F,).
        points: (F, 3, 2, PAIRS), by direction, view and pair.
    """

    eigenvalues: np.ndarray
    loss: np.ndarray
    frames: np.ndarray
    points: np.ndarray


def time_scale(crossings: np.ndarray) -> float:
    """c of the time axis log(1 + iteration/c): half the first step, at least 1.

    The axis begins at iteration 0, and the wait for the first step takes a third of it.
    """
    return max(1.0, float(crossings[0]) / 2) if np.isfinite(crossings[0]) else 1.0


def encode(run: Run, frames: int) -> dict[str, object]:
    """A run as JSON values: what `decode` and the script's function of that name read.

    Args:
        run: with `points` (T, 2, k, 3), k ≥ PAIRS.
        frames: how many records keep their points; all of them if there are no more.
    """
    crossings = spectra.find_steps(run.steps.astype(float), run.eigenvalues)
    x = np.log1p(run.steps / time_scale(crossings))
    points = np.moveaxis(run.other["points"][:, :, :PAIRS].astype(float), -1, 1)
    chosen = choose_frames(x, points, frames)
    points = points[chosen]
    # First to 16 bits, then the points at the size that a reader of the 16 bits has.
    sizes, size_range = _to_levels(np.log(np.abs(points).max((2, 3)).clip(LEAST)))
    size = np.exp(_from_levels(sizes, size_range))[:, :, None, None]
    levels = np.rint(LEVELS * points / size).clip(-LEVELS, LEVELS).astype(np.int16)
    # From one frame to the next little changes: small numbers, which compress well.
    changes = np.diff(levels, axis=0, prepend=0) % 256
    log_eigenvalues, eigenvalue_range = _to_levels(np.log(run.eigenvalues.clip(LEAST)))
    losses, loss_range = _to_levels(run.loss)
    arrays = (log_eigenvalues, losses, sizes, changes.astype(np.uint8))
    packed = zlib.compress(b"".join(array.tobytes() for array in arrays), 9)
    return {
        "steps": run.steps.tolist(),
        "d": run.eigenvalues.shape[1],
        "scale": round(time_scale(crossings), 1),
        "crossings": [round(c, 1) if np.isfinite(c) else None for c in crossings.tolist()],
        "frames": chosen.tolist(),
        "ranges": [eigenvalue_range, loss_range, size_range],
        "arrays": base64.b64encode(packed).decode(),
    }


def decode(state: dict) -> Curves:
    """The arrays of what `encode` made, as the script has them."""
    T, d, F = len(state["steps"]), state["d"], len(state["frames"])
    content = zlib.decompress(base64.b64decode(state["arrays"]))
    levels = np.frombuffer(content, "<u2", T * d + T + 3 * F)
    eigenvalues, losses, sizes = np.split(levels, [T * d, T * d + T])
    eigenvalue_range, loss_range, size_range = state["ranges"]
    changes = np.frombuffer(content, np.int8, offset=levels.nbytes).reshape(F, 3, 2, -1)
    size = np.exp(_from_levels(sizes.reshape(F, 3), size_range))[:, :, None, None]
    return Curves(
        np.exp(_from_levels(eigenvalues.reshape(T, d), eigenvalue_range)),
        _from_levels(losses, loss_range),
        np.array(state["frames"]),
        np.cumsum(changes, axis=0, dtype=np.int8) * size / LEVELS,  # in 8 bits as they were written
    )


def choose_frames(x: np.ndarray, points: np.ndarray, n: int) -> np.ndarray:
    """Records between which the cloud is nearly a straight line in x.

    From the first and the last on, the record is added that a straight line between its neighbours
    misses most, in units of the cloud's size there, until n are chosen.

    Args:
        x: place on the time axis, (T,), increasing.
        points: (T, 3, 2, k).
    """
    size = np.sqrt(np.mean(points**2, axis=(2, 3), keepdims=True)).clip(LEAST)

    def worst(a: int, b: int) -> tuple[float, int]:
        if b - a < 2:
            return 0.0, a
        inside = slice(a + 1, b)
        share = ((x[inside] - x[a]) / (x[b] - x[a]))[:, None, None, None]
        missed = ((1 - share) * points[a] + share * points[b] - points[inside]) / size[inside]
        errors = np.mean(missed**2, axis=(1, 2, 3))
        return errors.max(), a + 1 + int(errors.argmax())

    gaps = {(0, len(x) - 1): worst(0, len(x) - 1)}
    while len(gaps) < min(n, len(x)) - 1:
        (a, b), (_, k) = max(gaps.items(), key=lambda gap: gap[1][0])
        if k == a:  # what is left is exactly straight
            break
        del gaps[a, b]
        gaps |= {(a, k): worst(a, k), (k, b): worst(k, b)}
    return np.array(sorted({end for gap in gaps for end in gap}))


def _to_levels(values: np.ndarray) -> tuple[np.ndarray, list[float]]:
    """Values in 16 bits, and the range from which the bits count."""
    low, high = float(f"{values.min():.6g}"), float(f"{values.max():.6g}")
    unit = (high - low) / FINEST or 1.0
    levels = np.rint((values - low) / unit).clip(0, FINEST)
    return levels.astype("<u2"), [low, high]


def _from_levels(levels: np.ndarray, ends: list[float]) -> np.ndarray:
    low, high = ends
    return low + (high - low) / FINEST * levels
