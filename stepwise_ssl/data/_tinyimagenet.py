"""Tiny ImageNet: from a directory, or downloaded once."""

from __future__ import annotations

import zipfile

import numpy as np

from ._archive import Published, checked, decode_all, locate, read_jpeg_pack
from ._images import Images

ARCHIVE = "tiny-imagenet-200.zip"
MD5 = "90528d7ca1a48142e341f4ef8d21d0de"  # as Avalanche has it; 248,100,043 bytes
MEGABYTES = 248
SOURCES = (
    f"http://cs231n.stanford.edu/{ARCHIVE}",
    f"https://zenodo.org/records/10720917/files/{ARCHIVE}?download=1",
)
_SPEED = ", a host known to serve about 500 kB/s, which takes 8 minutes"
_ROOT = "tiny-imagenet-200"

PACK = "tinyimagenet_25k_jpeg.npz"
# The pack has training pictures alone, in shuffled order; the last ones play the test part.
PACK_PARTS = {"train": range(22_500), "test": range(22_500, 25_000)}


def tinyimagenet(split: str, n: int | None) -> Images:
    """The first n pictures, or all: from $STEPWISE_DATA, the cache, or the network."""
    published = Published("Tiny ImageNet", ARCHIVE, MD5, MEGABYTES, SOURCES, _SPEED)
    found = locate(published, PACK)
    if found.suffix == ".npz":
        rows = PACK_PARTS[split][:n]
        return read_jpeg_pack(found, "tinyimagenet-25k-jpeg", slice(rows.start, rows.stop))
    with checked(found, published), zipfile.ZipFile(found) as archive:
        wnids = archive.read(f"{_ROOT}/wnids.txt").decode().split()
        classes = {wnid: i for i, wnid in enumerate(sorted(wnids))}
        pictures = (_training if split == "train" else _validation)(archive)[:n]
        x = decode_all((archive.read(name) for name, _ in pictures), len(pictures))
        y = np.array([classes[wnid] for _, wnid in pictures], dtype=np.int64)
    return Images(x, y, "tinyimagenet")


def _training(archive: zipfile.ZipFile) -> list[tuple[str, str]]:
    """Member and WordNet id of each training picture, shuffled once and for all."""
    names = [name.split("/") for name in sorted(archive.namelist())]
    pictures = [
        ("/".join(name), name[2])
        for name in names
        if name[:2] == [_ROOT, "train"] and name[-1].endswith(".JPEG")
    ]
    # The archive goes class by class, so that its first n would be of a few classes only.
    return [pictures[i] for i in np.random.default_rng(0).permutation(len(pictures))]


def _validation(archive: zipfile.ZipFile) -> list[tuple[str, str]]:
    """Member and WordNet id of each validation picture, as listed: the classes are mixed there."""
    table = archive.read(f"{_ROOT}/val/val_annotations.txt").decode()
    # The columns after the first two are a bounding box.
    rows = [line.split("\t")[:2] for line in table.splitlines()]
    return [(f"{_ROOT}/val/images/{name}", wnid) for name, wnid in rows]
