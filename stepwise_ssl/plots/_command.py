"""The command ``stepwise-plot``."""

from __future__ import annotations

import argparse
import csv
import difflib
import io
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from .. import _validate, runs
from .._files import write_whole
from .._terminal import readable, steadily
from ..runs import Run, _pair
from ._runs import AXES, Staircase, picture

_EPILOG = """\
How did it learn? Loss above, eigenvalues below, a thin line at each step:

  stepwise-plot runs/first

Earlier or later? Two runs side by side, over one axis; a recorded run of the
course can stand beside your own:

  stepwise-plot runs/first digits_vicreg_s0 --out compared.svg

All runs, and their numbers as a table, one row a record:

  stepwise-plot runs/*/ --axis step --csv records.csv

A step is where an eigenvalue first reaches 1/2. Interrupted and diverged runs
are drawn as far as they came.
"""
_COLUMNS = ["run", "step", "t", "loss"]


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns its exit status."""
    return steadily(_run, arguments, "stepwise-plot", unsaid=1)


def _run(arguments: list[str] | None) -> int:
    given = _parser().parse_args(arguments)
    try:
        out = _output("--out", given.out, (".png", ".svg"), _is_picture)
        table = None if given.csv is None else _output("--csv", given.csv, (".csv",), _is_table)
        found = _load(given.runs)
        staircases = [Staircase.of(readable(name), run, given.axis) for name, run in found.items()]
        content = picture(staircases, given.axis, out.suffix[1:].lower())
        for staircase in staircases:
            print(_in_words(staircase, given.axis))
        if table is not None:
            _write(table, _table(found).encode())
        _write(out, content)
    except (OSError, TypeError, ValueError) as error:
        print(f"stepwise-plot: {error}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="stepwise-plot",
        allow_abbrev=False,
        description="Draw the staircases of training runs.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "runs", nargs="+", metavar="RUN",
        help="a folder that stepwise-train --out has made, or the name of a recorded run",
    )  # fmt: skip
    parser.add_argument(
        "--out", metavar="FILE", default="staircase.png", help="picture, .png or .svg: %(default)s"
    )
    parser.add_argument("--csv", metavar="FILE", help="write the records too, as a table")
    parser.add_argument(
        "--axis", choices=AXES, default="t", help="t = learning rate * steps, as theory has it"
    )
    return parser


def _load(given: list[str]) -> dict[str, Run]:
    """The runs by name, in the order in which they were given."""
    found: dict[str, Run] = {}
    places: set[str] = set()
    for text in given:
        path = os.path.expanduser(text)
        stem = _pair.stem(path)
        shown = stem.parent if stem.name == "run" else stem
        name = shown.resolve().name if shown.name in ("", "..") else str(shown)
        own = os.path.isdir(path) or _pair.files(stem)
        place = os.path.realpath(stem) if own else name
        if place in places or name in found:
            raise ValueError(f"'{text}' is given twice.")
        places.add(place)
        found[name] = _own(path) if own else _recorded(text)
    return found


def _own(path: str) -> Run:
    inside = list(Path(path).glob("*/run.npz"))
    if inside and not _pair.files(_pair.stem(path)):
        raise ValueError(
            f"'{path}' is no run; it holds {len(inside)}, each in its own folder: stepwise-plot "
            f"{Path(path)}/*/"
        )
    return Run.load(path)


def _recorded(name: str) -> Run:
    if name in runs.names():
        return runs.load_run(name)
    if os.path.exists(name):
        raise ValueError(f"'{name}' is no run; a run is a folder, or a file .npz with its .json.")
    near = difflib.get_close_matches(name, runs.names(), n=1)
    raise ValueError(
        f"no such run: '{name}'. Give a folder that stepwise-train --out has made, or the name of "
        f"a recorded run{f'. Did you mean {near[0]}?' if near else ' such as digits_vicreg_s0.'}"
    )


def _in_words(staircase: Staircase, axis: str) -> str:
    times = staircase.step_times
    early = times == staircase.x[0]
    learned = times[np.isfinite(times) & ~early]
    said = f"{len(learned)} of {len(times)} modes learned"
    if len(learned):
        said += f", at {axis} = {' '.join(f'{time:.4g}' for time in learned)}"
    if early.any():
        said += f"; {early.sum()} start above 1/2"
    return "; ".join((f"{staircase.name}: {said}", *staircase.notes))


def _table(found: dict[str, Run]) -> str:
    """All records of all runs; a run with fewer eigenvalues than another leaves cells empty."""
    rows = [row for name, run in found.items() for row in _records(readable(name), run)]
    # The longest spectrum of each kind names the columns, which all runs then share.
    columns = dict.fromkeys(column for row in rows for column in row)
    first = [c for c in columns if not c.startswith("cross_")]
    cross = [c for c in columns if c.startswith("cross_")]
    text = io.StringIO()
    writer = csv.DictWriter(text, [*first, *cross], restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _records(name: str, run: Run) -> Iterator[dict[str, object]]:
    for k, head in enumerate(zip(run.steps, run.t, run.loss, strict=True)):
        row = dict(zip(_COLUMNS, (name, *head), strict=True))
        row |= {f"eigenvalue_{j}": value for j, value in enumerate(run.eigenvalues[k], 1)}
        if run.cross_eigenvalues is not None:
            cross = enumerate(run.cross_eigenvalues[k], 1)
            row |= {f"cross_eigenvalue_{j}": value for j, value in cross}
        yield row


def _output(option: str, text: str, endings: tuple[str, ...], ours: Callable) -> Path:
    """The file to write, if nothing of another kind would be lost by it."""
    path, allowed = _validate.path(option, text), " or ".join(endings)
    if os.path.isdir(path):
        raise ValueError(
            f"{option} is '{text}', a folder; give a file in it, ending with {allowed}."
        )
    if path.suffix.lower() not in endings:
        raise ValueError(f"{option} is '{text}'; the name must end with {allowed}.")
    if not os.path.isdir(path.parent):
        raise ValueError(f"{option} is '{text}'; there is no folder '{path.parent}'.")
    try:
        head = path.read_bytes()[:1000] if os.path.exists(path) else b""
    except OSError as error:
        raise ValueError(
            f"{option} is '{text}', which cannot be read: {error.strerror}."
        ) from error
    if head and not ours(head):
        raise ValueError(
            f"{option} is '{text}', which is there already and was not made by this command; give "
            "another name or delete it."
        )
    return path


def _is_picture(head: bytes) -> bool:
    return head.startswith(b"\x89PNG\r\n") or b"<svg" in head


def _is_table(head: bytes) -> bool:
    return head.startswith(",".join(_COLUMNS).encode())


def _write(path: Path, content: bytes) -> None:
    try:
        write_whole(path, content)
    except OSError as error:
        raise ValueError(f"'{path}' cannot be written: {error.strerror}.") from error
    print(f"written: {path}")
