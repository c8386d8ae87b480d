"""STL-10: from a directory, or downloaded once."""

from __future__ import annotations

import tarfile

import numpy as np

from ._archive import Published, checked, locate, member_rows, read_jpeg_pack
from ._images import Images

ARCHIVE = "stl10_binary.tar.gz"
MD5 = "91f7769df0f17e558f3565bffb0c7dfb"  # as torchvision has it
MEGABYTES = 2640
SOURCES = (
    f"https://cs.stanford.edu/~acoates/stl10/{ARCHIVE}",
    f"http://ai.stanford.edu/~acoates/stl10/{ARCHIVE}",  # the same house's older address
)
# The public record names no other host with these bytes: copies elsewhere are repacked.
_REMARK = "Both addresses are Stanford's: when its hosts are down, there is no third one to try.\n"
_SPEED = ", which takes half an hour at 12 Mbit/s"
_PIXELS = 3 * 96 * 96


def stl10(split: str, n: int | None) -> Images:
    """The first n pictures, or all: from $STEPWISE_DATA, the cache, or the network."""
    published = Published("STL-10", ARCHIVE, MD5, MEGABYTES, SOURCES, _SPEED, _REMARK)
    found = locate(published, f"stl10_{split}_jpeg.npz")
    if found.suffix == ".npz":
        return read_jpeg_pack(found, "stl10-jpeg", slice(n))
    with checked(found, published), tarfile.open(found, "r:gz") as tar:
        table = member_rows(tar, f"stl10_binary/{split}_X.bin", _PIXELS, n)
        if split == "unlabeled":
            y = np.full(len(table), -1)
        else:  # 1 to 10 in the file
            y = member_rows(tar, f"stl10_binary/{split}_y.bin", 1, n)[:, 0].astype(np.int64) - 1
            if len(y) != len(table):
                raise ValueError(f"{split} has {len(table)} pictures and {len(y)} labels")
    # A colour plane is stored column by column.
    x = table.reshape(-1, 3, 96, 96).transpose(0, 3, 2, 1)
    return Images(np.ascontiguousarray(x), y.astype(np.int64), "stl10")
