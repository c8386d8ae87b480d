"""Recorded training runs: one .npz of curves and one .json of how they were made, each."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path

import numpy as np

META_KEYS = (
    "chapter", "loss", "data", "network", "seed", "device", "versions", "minutes", "command",
    "config",
)  # fmt: skip
CURVES = ("steps", "t", "loss", "eigenvalues")


@dataclass(frozen=True)
class Run:
    """The curves of one training run.

    steps (T,) iterations; t (T,) gradient-flow time, learning rate times iterations; loss (T,);
    eigenvalues (T, d) of the embedding, descending; meta: see META_KEYS; other: what else was
    measured, arrays by name, described in meta["other"].
    """

    steps: np.ndarray
    t: np.ndarray
    loss: np.ndarray
    eigenvalues: np.ndarray
    meta: dict = field(default_factory=dict)
    other: dict[str, np.ndarray] = field(default_factory=dict)

    def save(self, path: str | Path) -> None:
        """Write path.npz and path.json, each whole or not at all.

        Raises ValueError if `meta` lacks one of META_KEYS.
        """
        missing = [key for key in META_KEYS if key not in self.meta]
        if missing:
            raise ValueError(f"meta lacks {missing}; a recorded run needs {list(META_KEYS)}")
        path = Path(path)
        arrays, text = path.with_suffix(".npz.part"), path.with_suffix(".json.part")
        with open(arrays, "wb") as file:
            np.savez_compressed(
                file, **{name: getattr(self, name) for name in CURVES}, **self.other
            )
        text.write_text(json.dumps(self.meta, indent=1) + "\n", encoding="utf-8")
        arrays.replace(path.with_suffix(".npz"))
        text.replace(path.with_suffix(".json"))

    @classmethod
    def load(cls, path: str | Path) -> Run:
        """Read what `save` wrote. Raises FileNotFoundError if a file is missing."""
        path = Path(path)
        with np.load(path.with_suffix(".npz"), allow_pickle=False) as arrays:
            every = {name: arrays[name] for name in arrays.files}
        curves = {name: every.pop(name) for name in CURVES}
        meta = json.loads(path.with_suffix(".json").read_text("utf-8"))
        return cls(**curves, meta=meta, other=every)


def names() -> tuple[str, ...]:
    """The runs that the package carries."""
    return tuple(sorted(p.stem for p in _home().iterdir() if p.name.endswith(".npz")))


def load_run(name: str) -> Run:
    """A recorded run of the package, by name. Raises ValueError for an unknown one."""
    if name not in names():
        raise ValueError(f"name is {name!r}; the recorded runs are {', '.join(names())}")
    return Run.load(_home() / name)


def _home() -> Path:
    return Path(str(resources.files(__package__)))
