"""Data sets that are one published archive: where it is looked for, fetched from, and read."""

from __future__ import annotations

import io
import os
import tarfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import pooch
from PIL import Image

from .. import _validate
from ._download import download
from ._images import Images
from ._lock import one_at_a_time
from ._reasons import on_this_machine


@dataclass(frozen=True)
class Published:
    """An archive and what a reader has to know about it.

    Attributes:
        title: of the data set, in words.
        archive: its file name.
        md5: published with it.
        megabytes: its size.
        sources: addresses that hold the same bytes, the publisher's own first.
        speed: what to expect of the first of them.
        remark: what else to know about the sources; empty, or a whole line.
    """

    title: str
    archive: str
    md5: str
    megabytes: int
    sources: tuple[str, ...]
    speed: str
    remark: str = ""


def locate(published: Published, pack: str) -> Path:
    """The archive or a JPEG pack: in $STEPWISE_DATA, in the cache, or downloaded now."""
    chosen = _chosen_folder()
    cache = Path(pooch.os_cache("stepwise_ssl"))
    if chosen is not None:
        packed = chosen / pack
        if not (chosen / published.archive).exists() and packed.exists():
            return packed
    for folder in filter(None, (chosen, cache)):
        if (folder / published.archive).exists():
            return folder / published.archive
    # A shared folder may be for reading alone.
    writable = chosen is not None and os.access(chosen, os.W_OK)
    return _download_to(chosen if writable else cache, published)


@contextmanager
def checked(archive: Path, published: Published) -> Iterator[None]:
    """Around all reading of the archive; nothing is unpacked to disk or unpickled.

    Raises:
        ValueError: another file than the published one, or damaged.
    """
    if pooch.file_hash(archive, "md5") != published.md5:
        raise ValueError(
            f"{archive} is not the expected file: its MD5 is not {published.md5}. It may be "
            "incomplete, or another version of the data set. Delete it and fetch it again from "
            f"{published.sources[0]}."
        )
    try:
        yield
    except (
        tarfile.TarError, zipfile.BadZipFile, EOFError, zlib.error, KeyError, ValueError
    ) as error:  # fmt: skip
        raise ValueError(f"{archive} is damaged: {error}") from error


def member_rows(tar: tarfile.TarFile, name: str, length: int, n: int | None = None) -> np.ndarray:
    """The first n records, or all, of one member: (n, length) uint8."""
    member = tar.extractfile(name)
    if member is None:
        raise ValueError(f"its member {name} is no regular file")
    raw = np.frombuffer(member.read(-1 if n is None else n * length), dtype=np.uint8)
    if raw.size == 0 or raw.size % length:
        raise ValueError(f"{name} has {raw.size} bytes, no multiple of {length}")
    return raw.reshape(-1, length)


def read_jpeg_pack(pack: Path, name: str, part: slice) -> Images:
    """Pictures as JPEG files in one array: picture i is bytes[offsets[i]:offsets[i + 1]]."""
    try:
        with np.load(pack, allow_pickle=False) as arrays:
            raw, offsets, labels = (arrays[key] for key in ("bytes", "offsets", "labels"))
        if len(offsets) != len(labels) + 1:
            raise ValueError(f"{len(labels)} labels and {len(offsets)} offsets, not one more")
        pieces = list(pairwise(offsets))[part]
        x = decode_all((raw[start:stop].tobytes() for start, stop in pieces), len(pieces))
    except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise ValueError(
            f"{pack} is damaged or has not the arrays bytes, offsets and labels: {error}"
        ) from error
    return Images(x, labels[part].astype(np.int64), name)


def decode_all(files: Iterable[bytes], n: int) -> np.ndarray:
    """n JPEG files of one size as (n, h, w, 3) uint8; grey ones get three equal channels.

    Raises:
        ValueError: no file at all, one that is no picture, or one of another size.
    """
    if n == 0:
        raise ValueError("it holds no picture of this part")
    x = np.empty(0, np.uint8)
    # One by one into the array: a list of all beside it would double the memory.
    for i, picture in enumerate(map(_decode, files)):
        if i == 0:
            x = np.empty((n, *picture.shape), np.uint8)
        if picture.shape != x.shape[1:]:
            raise ValueError(f"picture {i} is {picture.shape[:2]}, the first {x.shape[1:3]}")
        x[i] = picture
    return x


def _decode(jpeg: bytes) -> np.ndarray:
    try:
        with Image.open(io.BytesIO(jpeg)) as picture:
            return np.asarray(picture.convert("RGB"))
    except OSError as error:
        raise ValueError(f"a file in it is no picture: {error}") from error


def _chosen_folder() -> Path | None:
    setting = os.environ.get("STEPWISE_DATA")
    if not setting:
        return None
    folder = _validate.path("The environment variable STEPWISE_DATA", setting)
    if not folder.is_dir():
        raise NotADirectoryError(
            f"The environment variable STEPWISE_DATA is {setting!r}, which is no directory. Set "
            "it to the directory that holds the data, or unset it."
        )
    return folder


def _download_to(folder: Path, published: Published) -> Path:
    title, size, sources = published.title, published.megabytes, published.sources
    archive = folder / published.archive
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with one_at_a_time(archive, title):
            if archive.exists():  # another process has loaded it while this one waited
                return archive
            _announce(folder, published)
            return download(published.archive, sources, f"md5:{published.md5}", folder)
    except OSError as error:
        raise OSError(
            f"{title} could not be downloaded: {on_this_machine(error, folder)}\n{published.remark}"
            f"By hand: fetch {sources[0]} ({size} MB) anywhere, put it as {published.archive} "
            "into a directory, and set the environment variable STEPWISE_DATA to that directory.\n"
            'Without a network: load_images("digits") and load_images("patches") need no download.'
        ) from error


def _announce(folder: Path, published: Published) -> None:
    first, *others = published.sources
    print(
        f"{published.title} is not on this machine: downloading {published.megabytes} MB, once, to "
        f"{folder}.\n"
        f"Source: {first}{published.speed}.\n"
        f"If it is slow or fails, the next one goes on: {', '.join(others) or 'none'}.\n"
        f"{published.remark}"
        "You can interrupt: the next call goes on where this one stopped."
    )
