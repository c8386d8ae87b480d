"""What a training run leaves behind: curves in one .npz, how they were made in one .json."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from .._files import write_whole

META_KEYS = (
    "chapter", "loss", "data", "network", "seed", "device", "versions", "minutes", "command",
    "config",
)  # fmt: skip
_ALWAYS = ("steps", "t", "loss", "eigenvalues")
_OF_NETWORKS = ("cross_eigenvalues", "hidden_eigenvalues", "hidden_cross_eigenvalues")


@dataclass(frozen=True)
class Run:
    """The curves of one training run, T records long.

    Attributes:
        steps: iterations, (T,).
        t: gradient-flow time, (T,): the learning rates of the iterations so far, added up.
        loss: (T,).
        eigenvalues: (T, d), descending; of a network's embedding the covariance's, over both
            views, of the linear model those of C = WΓWᵀ.
        cross_eigenvalues: (T, d), those of C, the symmetrised cross-moment of the two views'
            centred embeddings. None for the linear model, as are the next two.
        hidden_eigenvalues, hidden_cross_eigenvalues: (T, h), the same of the hidden
            representation; where they were measured on fewer than h views only as many, since the
            others are 0. Runs that come with the package keep the largest 16.
        metrics: accuracies and speed, by name.
        other: what else was measured, arrays by name, described in meta["other"].
        meta: how it was made; META_KEYS lists what a saved run must say.
    """

    steps: np.ndarray
    t: np.ndarray
    loss: np.ndarray
    eigenvalues: np.ndarray
    cross_eigenvalues: np.ndarray | None = None
    hidden_eigenvalues: np.ndarray | None = None
    hidden_cross_eigenvalues: np.ndarray | None = None
    metrics: dict = field(default_factory=dict)
    meta: dict = field(default_factory=dict)
    other: dict[str, np.ndarray] = field(default_factory=dict)

    def __repr__(self) -> str:
        what = ", ".join(str(self.meta[key]) for key in ("loss", "data") if self.meta.get(key))
        return (
            f"Run({what}: {len(self.steps)} records up to step {self.steps[-1]}, "
            f"loss {self.loss[0]:.4g} -> {self.loss[-1]:.4g}, d = {self.eigenvalues.shape[1]})"
        )

    def save(self, path: str | Path) -> None:
        """Write path.npz and path.json, each whole or not at all.

        Raises ValueError if `meta` lacks one of META_KEYS.
        """
        missing = [key for key in META_KEYS if key not in self.meta]
        if missing:
            raise ValueError(f"meta lacks {missing}; a recorded run needs {list(META_KEYS)}")
        path = Path(path)
        arrays = io.BytesIO()
        curves = {name: getattr(self, name) for name in (*_ALWAYS, *_OF_NETWORKS)}
        curves = {k: v for k, v in curves.items() if v is not None}
        np.savez_compressed(arrays, **curves, **self.other)
        said = {**self.meta, "metrics": self.metrics} if self.metrics else self.meta
        write_whole(path.with_suffix(".npz"), arrays.getvalue())
        write_whole(path.with_suffix(".json"), f"{json.dumps(said, indent=1)}\n".encode())

    @classmethod
    def load(cls, path: str | Path) -> Run:
        """Read what `save` wrote. Raises FileNotFoundError if a file is missing."""
        path = Path(path)
        with np.load(path.with_suffix(".npz"), allow_pickle=False) as arrays:
            every = {name: arrays[name] for name in arrays.files}
        curves = {name: every.pop(name) for name in _ALWAYS}
        curves |= {name: every.pop(name) for name in _OF_NETWORKS if name in every}
        meta = json.loads(path.with_suffix(".json").read_text("utf-8"))
        return cls(**curves, metrics=meta.pop("metrics", {}), meta=meta, other=every)
