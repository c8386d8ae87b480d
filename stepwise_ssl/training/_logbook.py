"""What is recorded on the way: loss and eigenvalues, in float64, on a fixed batch of pairs."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import Tensor

from .. import linear, spectra
from ..networks import Encoder
from ..runs import Run
from ._config import TrainConfig
from ._model import outputs
from ._objective import centred, objective
from ._own import NOTHING, Own

CURVES = (
    "steps", "t", "loss", "eigenvalues", "cross_eigenvalues", "hidden_eigenvalues",
    "hidden_cross_eigenvalues",
)  # fmt: skip

_FAR = 1e6  # times the first loss; the largest of a run that came back was below ten times


class Logbook:
    """The records so far, one row a record of each of CURVES, and of the embeddings if asked."""

    def __init__(self, config: TrainConfig, probe: Tensor, own: Own = NOTHING) -> None:
        self.config, self.probe = config, probe
        self._loss_of, self._own_loss = objective(config, own), own.loss is not None
        self.due = frozenset(log_steps(config.steps, config.log_points))
        names = (*CURVES, "embeddings") if config.keep_embeddings else CURVES
        self.rows: dict[str, list] = {name: [] for name in names}
        self._times = np.r_[0, np.cumsum([config.learning_rate(s) for s in range(config.steps)])]

    def record(self, step: int, model: Encoder) -> None:
        """Measure the model as it stands before step ``step``."""
        hidden, z = outputs(model, self.probe)
        z1, z2 = (torch.from_numpy(half) for half in np.split(z, 2))
        if self._own_loss:  # which may have constants of training's type, where training is
            z1, z2 = z1.to(self.probe), z2.to(self.probe)
        values = (
            step, self._times[step], self._loss_of(z1, z2).item(),
            *_spectra(z), *_spectra(hidden),
        )  # fmt: skip
        for name, value in zip(CURVES, values, strict=True):
            self.rows[name].append(value)
        if "embeddings" in self.rows:
            kept = (half[: self.config.keep_embeddings] for half in np.split(z, 2))
            self.rows["embeddings"].append(np.stack(list(kept)).astype(np.float32))

    @property
    def loss(self) -> float:
        """The last one recorded."""
        return self.rows["loss"][-1]

    @property
    def blown_up(self) -> bool:
        """Whether the last loss is far beyond the first: on its way to infinity."""
        first, last = self.rows["loss"][0], self.rows["loss"][-1]
        return abs(last) > _FAR * max(1.0, abs(first))

    @property
    def learned(self) -> int:
        """How many eigenvalues of the embedding's covariance have reached ½ at some record."""
        return int((np.max(self.rows["eigenvalues"], axis=0) >= 0.5).sum())

    def state(self) -> dict[str, Tensor]:
        """The records as tensors, for a checkpoint."""
        return {name: torch.from_numpy(np.array(rows)) for name, rows in self.rows.items()}

    def restore(self, state: dict[str, Tensor]) -> None:
        """The records of a checkpoint in place of those here."""
        self.rows = {name: list(state[name].numpy()) for name in self.rows}

    def run(self, metrics: dict, meta: dict) -> Run:
        """The records as a Run; embeddings that were kept are in ``other``."""
        arrays = {name: np.array(rows) for name, rows in self.rows.items()}
        curves = {name: arrays.pop(name) for name in CURVES}
        return Run(**curves, metrics=metrics, meta=meta, other=arrays)


def log_steps(steps: int, points: int) -> list[int]:
    """0 and up to ``points`` steps that are evenly spaced on a log axis, the last one included."""
    return np.unique(np.r_[0, np.geomspace(1, steps, points).round()]).astype(int).tolist()


def _spectra(z: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Eigenvalues of the covariance over both views and of the cross-moment, z (2p, d) centred.

    Of a z with more columns than rows only the 2p eigenvalues that can differ from 0.
    """
    if not np.isfinite(z).all():  # said by whoever watches the loss
        return (np.full(min(z.shape), np.nan),) * 2
    if z.shape[0] < z.shape[1]:
        z = np.linalg.qr(z.T, mode="r").T  # in the span of the rows; the rest is zero
    z1, z2 = centred(*np.split(z, 2))
    cross = np.linalg.eigvalsh(linear.cross_moment(z1, z2))[::-1]
    return spectra.covariance_eigenvalues(np.concatenate([z1, z2])), cross
