"""The two files of a run: curves in an .npz, everything that is said of them in a .json."""

from __future__ import annotations

import io
import json
import math
import os
import struct
import tokenize
import zipfile
import zlib
from pathlib import Path

import numpy as np

from .. import _validate
from .._files import write_whole

ENDINGS = (".npz", ".json")
# What NumPy and zipfile raise, depending on the place of the damage: found by changing bytes.
_DAMAGE = (
    EOFError, KeyError, MemoryError, NotImplementedError, OSError, OverflowError, RuntimeError,
    SyntaxError, ValueError, struct.error, tokenize.TokenError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip


def stem(path: object) -> Path:
    """The name that the two files share, without an ending. A folder stands for `run` in it.

    Only ENDINGS are taken off: lr_0.08 keeps its tail.
    """
    path = _validate.path("path", path, "the path of a run's folder or files")
    if os.path.isdir(path):  # unlike Path.is_dir, False where one may not look
        return path / "run"
    return path.with_suffix("") if path.suffix in ENDINGS else path


def with_ending(path: Path, ending: str) -> Path:
    """The file of that ending; `Path.with_suffix` would cut the name at its last dot."""
    return path.with_name(path.name + ending)


def files(path: Path) -> list[Path]:
    """Those of the two files that are there."""
    return [file for ending in ENDINGS if os.path.isfile(file := with_ending(path, ending))]


def plain(name: str, value: object) -> object:
    """The value as JSON has it: NumPy's numbers and arrays as plain ones, NaN and inf as null."""
    if isinstance(value, (np.generic, np.ndarray)):
        value = value.tolist()
    if isinstance(value, dict):
        return {key: plain(f"{name}[{key!r}]", item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(f"{name}[{k}]", item) for k, item in enumerate(value)]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    raise TypeError(
        f"{name} is {_validate.kind(value)}; a run can say numbers, texts, lists and dicts of them."
    )


def write(path: Path, arrays: dict[str, np.ndarray], said: dict) -> None:
    """Both files, each whole or not at all. Raises OSError with a sentence."""
    packed = io.BytesIO()
    np.savez_compressed(packed, **arrays)
    contents = (packed.getvalue(), f"{json.dumps(said, indent=1, allow_nan=False)}\n".encode())
    for ending, content in zip(ENDINGS, contents, strict=True):
        file = with_ending(path, ending)
        try:
            write_whole(file, content)
        except OSError as error:
            if not path.parent.is_dir():
                raise _said(
                    error, f"path is '{path}'; there is no folder '{path.parent}'"
                ) from error
            raise _said(error, f"'{file}' cannot be written: {error.strerror}") from error


def read(path: Path) -> tuple[dict[str, np.ndarray], dict]:
    """What `write` wrote. Raises FileNotFoundError, OSError and ValueError with a sentence."""
    packed, text = (_content(path, ending) for ending in ENDINGS)
    return _arrays(with_ending(path, ".npz"), packed), _object(with_ending(path, ".json"), text)


def _content(path: Path, ending: str) -> bytes:
    file = with_ending(path, ending)
    try:
        return file.read_bytes()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise FileNotFoundError(_what_is_missing(path, file)) from error
    except OSError as error:
        raise _said(error, f"'{file}' cannot be read: {error.strerror}") from error


def _what_is_missing(path: Path, file: Path) -> str:
    if there := files(path):
        return f"'{file}' is missing beside {there[0].name}; a run is two files, .npz and .json."
    if path.name == "run" and os.path.isdir(path.parent):
        return (
            f"path is '{path.parent}'; this folder holds no curves, run.npz and run.json, as "
            "training.train(config, out=...) and stepwise-train --out write them."
        )
    return (
        f"path is '{path}'; there is no such run. Allowed is a folder that stepwise-train --out or "
        "training.train(config, out=...) has made, or what Run.save has written."
    )


def _arrays(file: Path, packed: bytes) -> dict[str, np.ndarray]:
    try:
        # NumPy takes other files for a single array or for a pickle.
        if not zipfile.is_zipfile(io.BytesIO(packed)):
            raise zipfile.BadZipFile("no NumPy archive")
        with np.load(io.BytesIO(packed), allow_pickle=False) as arrays:
            return {name: arrays[name] for name in arrays.files}
    except _DAMAGE as error:
        why = str(error).partition("\n")[0] or type(error).__name__
        raise ValueError(f"'{file}' is damaged: {why}") from error


def _object(file: Path, text: bytes) -> dict:
    try:
        said = json.loads(text)
    except (RecursionError, ValueError) as error:
        raise ValueError(f"'{file}' is damaged, no JSON: {error}") from error
    if not isinstance(said, dict):
        raise ValueError(f"'{file}' holds {_validate.kind(said)}; it must hold a JSON object.")
    return said


def _said(error: OSError, sentence: str) -> OSError:
    """The same kind of error, with a sentence that names the file."""
    return type(error)(f"{sentence}.")
