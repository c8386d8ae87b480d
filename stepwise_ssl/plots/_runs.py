"""Staircases of training runs side by side, also of interrupted and of diverged ones."""

from __future__ import annotations

import io
import math
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from matplotlib import style
from matplotlib.figure import Figure, SubFigure

from .. import spectra
from .._terminal import readable
from ..runs import Run
from ._staircase import draw_measured, mark_steps, set_time_axis
from ._style import STYLE

AXES = {"t": "time $t$ = learning rate × iterations", "step": "iteration"}
_MOST_CURVES = 32  # of one run: more cannot be told apart
_MOST_RUNS = 25  # in one picture: five rows of five
_ALONE, _AMONG_OTHERS = (6.4, 5.0), (5.4, 4.6)  # inches
_TITLE = 60  # characters that fit above the narrower one


@dataclass(frozen=True)
class Staircase:
    """What is drawn of a run.

    Attributes:
        name: of the run.
        x: t or step of the records that can be drawn, (T,), increasing.
        loss: (T,), finite.
        eigenvalues: (T, d), finite and descending, d ≤ 32.
        about: how it was made, in a few words.
        notes: what one must know to read the curves.
    """

    name: str
    x: np.ndarray
    loss: np.ndarray
    eigenvalues: np.ndarray
    about: str
    notes: tuple[str, ...]

    @classmethod
    def of(cls, name: str, run: Run, axis: str) -> Staircase:
        """The part of a run that a logarithmic axis, "t" or "step", has a place for.

        Raises ValueError if that is less than two records, or if the axis runs backwards.
        """
        x, loss, eigenvalues = (
            np.asarray(values, dtype=np.float64)
            for values in (run.t if axis == "t" else run.steps, run.loss, run.eigenvalues)
        )
        finite = np.isfinite(x) & np.isfinite(loss) & np.isfinite(eigenvalues).all(1)
        if (np.diff(x[finite], prepend=0) < 0).any():
            raise ValueError(f"'{name}' is damaged: its {axis} is negative or runs backwards.")
        # A learning rate near 0 may leave t where it was: then nothing else has moved either.
        kept = np.flatnonzero(finite)[np.diff(x[finite], prepend=-1) > 0]
        if (later := np.count_nonzero(x[kept] > 0)) < 2:
            raise ValueError(
                f"'{name}' has too few finite records after the start, {later}; a curve needs two. "
                "Let it train longer, or leave it out."
            )
        largest = -np.sort(-eigenvalues[kept], axis=1)[:, :_MOST_CURVES]
        return cls(name, x[kept], loss[kept], largest, _about(run), tuple(_notes(run)))

    @property
    def step_times(self) -> np.ndarray:
        """When each eigenvalue first reaches ½, (d,); nan where it never does."""
        return spectra.find_steps(self.x, self.eigenvalues)


def picture(staircases: list[Staircase], axis: str, kind: str) -> bytes:
    """Every staircase over one range of the axis, as a file of the kind "png" or "svg".

    Neither uses nor changes pyplot, its backend and the style that is set.

    Raises ValueError if there are more than one picture can hold.
    """
    count = len(staircases)
    if count > _MOST_RUNS:
        raise ValueError(f"{count} runs are too many for one picture; give at most {_MOST_RUNS}.")
    columns = count if count <= 3 else math.ceil(math.sqrt(count))
    rows = math.ceil(count / columns)
    width, height = _ALONE if count == 1 else _AMONG_OTHERS
    first = min(s.x[s.x > 0][0] for s in staircases)
    last = max(s.x[-1] for s in staircases)
    file = io.BytesIO()
    with style.context(["default", STYLE]):
        figure = Figure((columns * width, rows * height), layout="constrained")
        cells = figure.subfigures(rows, columns, squeeze=False).flat
        for staircase, cell in zip(staircases, cells, strict=False):
            _draw(cell, staircase, AXES[axis], first, last)
        figure.savefig(file, format=kind, metadata={"Date": None} if kind == "svg" else None)
    return file.getvalue()


def _draw(cell: SubFigure, staircase: Staircase, axis: str, first: float, last: float) -> None:
    top, bottom = cell.subplots(2, 1, sharex=True)
    draw_measured(top, bottom, staircase.x, staircase.eigenvalues, staircase.loss)
    bottom.set_xlabel(axis)
    set_time_axis(bottom, first, last)
    mark_steps(top, bottom, staircase.step_times)
    cell.align_ylabels()
    name = staircase.name if len(staircase.name) <= _TITLE else f"…{staircase.name[1 - _TITLE :]}"
    lines = filter(None, (name, staircase.about, "; ".join(staircase.notes)))
    # Names are not mathematics, whatever signs they have.
    cell.suptitle("\n".join(lines), x=0.01, ha="left", fontsize=12, parse_math=False)


def _about(run: Run) -> str:
    words = [
        readable(str(run.meta[key])) for key in ("loss", "data", "network") if run.meta.get(key)
    ]
    if isinstance(run.meta.get("seed"), int):
        words.append(f"seed {run.meta['seed']}")
    return textwrap.shorten(", ".join(words), _TITLE, placeholder=" …")


def _notes(run: Run) -> Iterator[str]:
    config = run.meta.get("config")
    trained = config.get("d") if isinstance(config, dict) else None
    d = max(run.eigenvalues.shape[1], trained if isinstance(trained, int) else 0)
    drawn = min(run.eigenvalues.shape[1], _MOST_CURVES)
    if drawn < d:
        yield f"the {drawn} largest of {d} eigenvalues"
    if run.meta.get("diverged") is not None:
        yield f"diverged at step {run.meta['diverged']}"
    elif run.meta.get("finished") is False:
        yield f"not finished, step {run.steps[-1]}"
