"""What a training run leaves behind: curves in one .npz, how they were made in one .json."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from .. import _validate
from . import _pair

META_KEYS = (
    "chapter", "loss", "data", "network", "seed", "device", "versions", "minutes", "command",
    "config",
)  # fmt: skip
_VECTORS = ("steps", "t", "loss")
_ALWAYS = (*_VECTORS, "eigenvalues")
_CURVES = (*_ALWAYS, "cross_eigenvalues", "hidden_eigenvalues", "hidden_cross_eigenvalues")
_TAKEN = (*_CURVES, "file")  # the last one by NumPy, for the archive itself


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

        A folder stands for the files run.npz and run.json in it. An ending .npz or .json is taken
        off; any other dot is part of the name. JSON has no NaN and no infinity: they become null.

        Raises:
            TypeError: `path` is no path, or `meta` or `metrics` holds what JSON has no form for.
            ValueError: `meta` lacks one of META_KEYS, or an array in `other` cannot be stored.
            OSError: a file cannot be written; the message says which and why.
        """
        missing = [key for key in META_KEYS if key not in self.meta]
        if missing:
            raise ValueError(f"meta lacks {missing}; a recorded run needs {list(META_KEYS)}")
        path = _pair.stem(path)
        curves = {name: getattr(self, name) for name in _CURVES}
        curves = {name: values for name, values in curves.items() if values is not None}
        for name, values in self.other.items():
            if name in _TAKEN:
                raise ValueError(f"other has {name!r}; that name is taken, give another.")
            if np.asarray(values).dtype.hasobject:
                raise ValueError(f"other[{name!r}] holds Python objects; it must be an array.")
        said = _pair.plain("meta", self.meta)
        if self.metrics:
            said["metrics"] = _pair.plain("metrics", self.metrics)
        _pair.write(path, {**curves, **self.other}, said)

    @classmethod
    def load(cls, path: str | Path) -> Run:
        """Read what `save` wrote, `path` as there. A metric that is null is read as NaN.

        Raises:
            TypeError: `path` is no path.
            FileNotFoundError: there is no such run, or one of its two files is missing.
            ValueError: a file is damaged, or holds something other than a run.
            OSError: a file cannot be read; the message says which and why.
        """
        path = _pair.stem(path)
        every, meta = _pair.read(path)
        missing = [name for name in _ALWAYS if name not in every]
        if missing:
            raise ValueError(f"'{path}.npz' is no run's: it lacks {', '.join(missing)}.")
        curves = {name: every.pop(name) for name in _CURVES if name in every}
        for name, values in curves.items():
            wanted = (curves["steps"].size, *"d"[: name not in _VECTORS])
            fits = values.ndim == len(wanted) and len(values) == wanted[0] and values.size
            if not fits or values.dtype.kind not in "fiu":
                raise ValueError(
                    f"'{path}.npz' is damaged: {name} has shape {values.shape} and type "
                    f"{values.dtype}; it must be numbers, a row for each of {wanted[0]} steps."
                )
        metrics = meta.pop("metrics", {})
        if not isinstance(metrics, dict):
            raise ValueError(
                f"'{path}.json': metrics is {_validate.kind(metrics)}; it must be an object."
            )
        metrics = {name: np.nan if value is None else value for name, value in metrics.items()}
        return cls(**curves, metrics=metrics, meta=meta, other=every)
