"""CIFAR-10: from a directory, or downloaded once."""

from __future__ import annotations

import io
import os
import tarfile
import zipfile
import zlib
from itertools import pairwise
from pathlib import Path

import numpy as np
import pooch
from PIL import Image

from ._download import download
from ._images import Images

ARCHIVE = "cifar-10-binary.tar.gz"
MD5 = "c32a1d4ab5d03f1284b67883e8d13530"  # published beside the archive
MEGABYTES = 170
SOURCES = (
    f"https://www.cs.toronto.edu/~kriz/{ARCHIVE}",
    # The copy that MindSpore's tutorials use; the MD5 above proves that its bytes are the same.
    f"https://mindspore-website.obs.cn-north-4.myhuaweicloud.com/notebook/datasets/{ARCHIVE}",
)
MEMBERS = {
    "train": [f"cifar-10-batches-bin/data_batch_{i}.bin" for i in range(1, 6)],
    "test": ["cifar-10-batches-bin/test_batch.bin"],
}
_PIXELS = 3 * 32 * 32
_RECORD = 1 + _PIXELS  # one byte for the label, then the red, the green and the blue plane


def cifar10(split: str, n: int | None) -> Images:
    """The first n pictures, or all: from $STEPWISE_DATA, the cache, or the network."""
    chosen = _chosen_folder()
    cache = Path(pooch.os_cache("stepwise_ssl"))
    if chosen is not None:
        pack = chosen / f"cifar10_{split}_jpeg.npz"
        if not (chosen / ARCHIVE).exists() and pack.exists():
            return _read_jpeg_pack(pack, n)
    for folder in filter(None, (chosen, cache)):
        if (folder / ARCHIVE).exists():
            return _read_archive(folder / ARCHIVE, split, n)
    return _read_archive(_download_to(chosen or cache), split, n)


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


def _download_to(folder: Path) -> Path:
    print(
        f"CIFAR-10 is not on this machine: downloading {MEGABYTES} MB, once, to {folder}.\n"
        f"Source: {SOURCES[0]}, a host known to serve about 55 kB/s, which takes 50 minutes.\n"
        f"If it is slow or fails, the next one goes on: {', '.join(SOURCES[1:]) or 'none'}.\n"
        "You can interrupt: the next call goes on where this one stopped."
    )
    try:
        return download(ARCHIVE, SOURCES, f"md5:{MD5}", folder)
    except OSError as error:
        raise OSError(
            f"CIFAR-10 could not be downloaded: {error}\n"
            f"By hand: fetch {SOURCES[0]} ({MEGABYTES} MB) anywhere, put it as {ARCHIVE} into a "
            "directory, and set the environment variable STEPWISE_DATA to that directory.\n"
            'Without a network: load_images("digits") and load_images("patches") need no download.'
        ) from error


def _read_archive(archive: Path, split: str, n: int | None) -> Images:
    """Read the records straight out of the archive; nothing is unpacked to disk or unpickled."""
    if pooch.file_hash(archive, "md5") != MD5:
        raise ValueError(
            f"{archive} is not the expected file: its MD5 is not {MD5}. It may be incomplete, or "
            "another version (the binary one is needed). Delete it and fetch it again from "
            f"{SOURCES[0]}."
        )
    records = []
    found = 0
    try:
        with tarfile.open(archive, "r:gz") as tar:
            for name in MEMBERS[split]:
                records.append(_records(tar, name))
                found += len(records[-1])
                if n is not None and found >= n:
                    break
    except (tarfile.TarError, EOFError, zlib.error, KeyError, ValueError) as error:
        raise ValueError(f"{archive} is damaged: {error}") from error
    table = np.concatenate(records)[:n]
    x = table[:, 1:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)
    return Images(np.ascontiguousarray(x), table[:, 0].astype(np.int64), "cifar10")


def _records(tar: tarfile.TarFile, name: str) -> np.ndarray:
    """The records of one member, (n, 3073) uint8."""
    member = tar.extractfile(name)
    if member is None:
        raise ValueError(f"its member {name} is no regular file")
    raw = np.frombuffer(member.read(), dtype=np.uint8)
    if raw.size == 0 or raw.size % _RECORD:
        raise ValueError(f"{name} has {raw.size} bytes, no multiple of {_RECORD}")
    return raw.reshape(-1, _RECORD)


def _read_jpeg_pack(pack: Path, n: int | None) -> Images:
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
    return Images(x, labels, "cifar10-jpeg")


def _decode(jpeg: np.ndarray) -> np.ndarray:
    with Image.open(io.BytesIO(jpeg.tobytes())) as picture:
        return np.asarray(picture.convert("RGB"))
