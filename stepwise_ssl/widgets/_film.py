"""The modes of one training as a page has them: 110 kB of text, most of it in 16 bits.

What is compared is the order of the pictures along a mode, and how two modes are correlated.
Both leave a mode's mean and size out, so all modes go in units of their standard deviation.
"""

from __future__ import annotations

import base64
from typing import NamedTuple

import numpy as np

from .. import data, spectra
from ..runs import Run
from ._recorded import time_scale

UNIT = 2048  # levels a standard deviation; 120 pictures have none beyond 11 of them
PERMUTATIONS = 200


class Film(NamedTuple):
    """What a page has of the run: T moments, n pictures, d modes.

    Attributes:
        steps: the iterations of the moments, (T,). eigenvalues: (T, d).
        crossings: iterations at which the eigenvalues first reach ½, (d,).
        known: at which of the moments each mode has just been learned, (d,).
        network: the modes' functions on the pictures, (T, d, n). kernel: as predicted, (d, n);
            both of mean 0 and variance 1 over the pictures.
        largest: the mean of the largest squared correlation of a mode with the d that are
            predicted, if the pictures are exchanged at random.
        labels: what the digits are, (n,). pictures: (n, 8, 8), 0 to 255.
    """

    steps: np.ndarray
    eigenvalues: np.ndarray
    crossings: np.ndarray
    known: np.ndarray
    network: np.ndarray
    kernel: np.ndarray
    largest: float
    labels: np.ndarray
    pictures: np.ndarray


def encode(run: Run) -> dict[str, object]:
    """A run with `z`, `whole` and `whole_predicted` as JSON values, which `decode` reads."""
    z, whole = (run.other[name].astype(float) for name in ("z", "whole"))
    d = run.eigenvalues.shape[1]
    directions = spectra.learned_directions(run.t, z, d)
    crossings = spectra.find_steps(run.steps.astype(float), run.eigenvalues)
    network = _standard(np.moveaxis(whole @ directions, 1, 2))
    kernel = _standard(run.other["whole_predicted"].astype(float).T)
    known = _just_learned(run.steps, crossings)
    digits = data.load_images("digits")
    shown = run.other["whole_pictures"]
    return {
        "steps": run.steps.tolist(),
        "scale": round(time_scale(crossings), 1),
        "eigenvalues": [[float(f"{value:.4g}") for value in row] for row in run.eigenvalues],
        "crossings": [round(c, 1) for c in crossings.tolist()],
        "known": known.tolist(),
        "largest": round(_largest_by_chance(network[known, np.arange(d)], kernel), 3),
        "labels": digits.y[shown].tolist(),
        "network": _packed(np.rint(UNIT * network).astype("<i2")),
        "kernel": _packed(np.rint(UNIT * kernel).astype("<i2")),
        "pictures": _packed(digits.x[shown]),
    }


def decode(state: dict) -> Film:
    """The arrays of what `encode` made, as the script has them."""
    n, d = len(state["labels"]), len(state["crossings"])

    def functions(name: str) -> np.ndarray:
        levels = np.frombuffer(base64.b64decode(state[name]), "<i2")
        return levels.reshape(-1, d, n) / UNIT

    return Film(
        np.array(state["steps"]),
        np.array(state["eigenvalues"]),
        np.array(state["crossings"]),
        np.array(state["known"]),
        functions("network"),
        functions("kernel")[0],
        state["largest"],
        np.array(state["labels"]),
        np.frombuffer(base64.b64decode(state["pictures"]), np.uint8).reshape(n, 8, 8),
    )


def _just_learned(steps: np.ndarray, crossings: np.ndarray) -> np.ndarray:
    """The moment half-way between a mode's step and the next, as ``learned_directions`` has it."""
    middle = np.append(np.sqrt(crossings[:-1] * crossings[1:]), steps[-1])
    return np.abs(steps[:, None] - middle).argmin(0)


def _largest_by_chance(network: np.ndarray, kernel: np.ndarray) -> float:
    rng = np.random.default_rng(0)
    n = network.shape[1]
    squared = [(network[:, rng.permutation(n)] @ kernel.T / n) ** 2 for _ in range(PERMUTATIONS)]
    return float(np.max(squared, axis=2).mean())


def _standard(values: np.ndarray) -> np.ndarray:
    """Rows (…, n) of mean 0 and variance 1."""
    values = values - values.mean(-1, keepdims=True)
    return values / values.std(-1, keepdims=True)


def _packed(array: np.ndarray) -> str:
    return base64.b64encode(array.tobytes()).decode()
