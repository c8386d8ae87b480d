"""Data sets that are one published archive: where it is looked for, fetched from, and read."""

from __future__ import annotations

import io
import os
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import pooch
from PIL import Image

from ._download import download
from ._images import Images


@dataclass(frozen=True)
class Published:
    """An archive and what a reader has to know about it.

    Attributes:
        title, name: of the data set, in words and for ``load_images``.
        archive: its file name.
        md5: published with it.
        megabytes: its size.
        sources: addresses that hold the same bytes.
        speed: what to expect of the first of them.
    """

    title: str
    name: str
    archive: str
    md5: str
    megabytes: int
    sources: tuple[str, ...]
    speed: str


def locate(published: Published, split: str) -> Path:
    """A JPEG pack or the archive: in $STEPWISE_DATA, in the cache, or downloaded now."""
    chosen = _chosen_folder()
    cache = Path(pooch.os_cache("stepwise_ssl"))
    if chosen is not None:
        pack = chosen / f"{published.name}_{split}_jpeg.npz"
        if not (chosen / published.archive).exists() and pack.exists():
            return pack
    for folder in filter(None, (chosen, cache)):
        if (folder / published.archive).exists():
            return folder / published.archive
    return _download_to(chosen or cache, published)


@contextmanager
def opened(archive: Path, published: Published) -> Iterator[tarfile.TarFile]:
    """The archive, checked; nothing is unpacked to disk or unpickled.

    Raises:
        ValueError: another file than the published one, or damaged.
    """
    if pooch.file_hash(archive, "md5") != published.md5:
        raise ValueError(
            f"{archive} is not the expected file: its MD5 is not {published.md5}. It may be "
            "incomplete, or another version (the binary one is needed). Delete it and fetch it "
            f"again from {published.sources[0]}."
        )
    try:
        with tarfile.open(archive, "r:gz") as tar:
            yield tar
    except (tarfile.TarError, EOFError, zlib.error, KeyError, ValueError) as error:
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


def read_jpeg_pack(pack: Path, n: int | None, name: str) -> Images:
    """Pictures as JPEG files in one array: picture i is bytes[offsets[i]:offsets[i + 1]]."""
    try:
        with np.load(pack, allow_pickle=False) as arrays:
            raw, offsets, labels = (arrays[key] for key in ("bytes", "offsets", "labels"))
        labels = labels[:n].astype(np.int64)
        pieces = pairwise(offsets[: len(labels) + 1])
        x = np.stack([_decode(raw[start:stop]) for start, stop in pieces])
    except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise ValueError(
            f"{pack} is damaged or has not the arrays bytes, offsets and labels: {error}"
        ) from error
    return Images(x, labels, f"{name}-jpeg")


def _decode(jpeg: np.ndarray) -> np.ndarray:
    with Image.open(io.BytesIO(jpeg.tobytes())) as picture:
        return np.asarray(picture.convert("RGB"))


def _chosen_folder() -> Path | None:
    setting = os.environ.get("STEPWISE_DATA")
    if not setting:
        return None
    folder = Path(setting).expanduser()
    if not folder.is_dir():
        raise NotADirectoryError(
            f"The environment variable STEPWISE_DATA is {setting!r}, which is no directory. Set "
            "it to the directory that holds the data, or unset it."
        )
    return folder


def _download_to(folder: Path, published: Published) -> Path:
    title, size, sources = published.title, published.megabytes, published.sources
    print(
        f"{title} is not on this machine: downloading {size} MB, once, to {folder}.\n"
        f"Source: {sources[0]}{published.speed}.\n"
        f"If it is slow or fails, the next one goes on: {', '.join(sources[1:]) or 'none'}.\n"
        "You can interrupt: the next call goes on where this one stopped."
    )
    try:
        return download(published.archive, sources, f"md5:{published.md5}", folder)
    except OSError as error:
        raise OSError(
            f"{title} could not be downloaded: {error}\n"
            f"By hand: fetch {sources[0]} ({size} MB) anywhere, put it as {published.archive} "
            "into a directory, and set the environment variable STEPWISE_DATA to that directory.\n"
            'Without a network: load_images("digits") and load_images("patches") need no download.'
        ) from error
