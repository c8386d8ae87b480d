"""Pictures to learn from.

``digits`` and ``patches`` come with scikit-learn and need no network. ``cifar10``, ``stl10`` and
``tinyimagenet`` are looked for in the directory ``$STEPWISE_DATA`` and downloaded only if they are
not there. ``load_folder`` reads your own.
"""

from __future__ import annotations

import os

from .. import _validate
from ..runs import load_run
from ._bundled import digits, patches
from ._cifar10 import cifar10
from ._folder import load_folder
from ._images import Images
from ._stl10 import stl10
from ._tinyimagenet import tinyimagenet

__all__ = ["Images", "load_folder", "load_images", "load_run"]

_LOADERS = {
    "digits": digits,
    "patches": patches,
    "cifar10": cifar10,
    "stl10": stl10,
    "tinyimagenet": tinyimagenet,
}
NAMES = tuple(_LOADERS)
_SPLITS = ("train", "test")


def load_images(name: str = "digits", split: str = "train", n: int | None = None) -> Images:
    """Load a set of pictures by its name; ``load_folder`` loads your own.

    Args:
        name: which set.

            - ``"digits"``: 8x8 grey handwritten digits, 1297 train and 500 test, 10 classes
              (Alpaydin and Kaynak 1998, as in scikit-learn). The 17 grey levels are stretched to
              0..255; the split is fixed.
            - ``"patches"``: 32x32 colour patches of scikit-learn's two sample photographs, 2000
              train and 500 test, fixed. There are no classes: ``y`` is the index of the
              photograph, 0 (``china.jpg``) or 1 (``flower.jpg``).
            - ``"cifar10"``: 32x32 colour photographs, 50000 train and 10000 test, 10 classes
              (Krizhevsky 2009). The directory ``$STEPWISE_DATA`` is looked in first, for
              ``cifar-10-binary.tar.gz`` and then for the JPEG packs ``cifar10_train_jpeg.npz`` and
              ``cifar10_test_jpeg.npz`` (arrays ``bytes``, ``offsets``, ``labels``); the second
              comes back under the name ``"cifar10-jpeg"``, since its pixels differ a little.
              Otherwise the archive, 170 MB, is downloaded once, checked and kept.
            - ``"stl10"``: 96x96 colour photographs, 5000 train and 8000 test, 10 classes, and
              100000 without labels in the split ``"unlabeled"`` (Coates et al. 2011). Found like
              ``cifar10``, as ``stl10_binary.tar.gz`` (2.6 GB) or ``stl10_train_jpeg.npz`` and so
              on. Both addresses that it is fetched from are Stanford's: no other house is known to
              hold the same bytes.
            - ``"tinyimagenet"``: 64x64 colour photographs, 100000 train and 10000 test, 200 classes
              in the order of their WordNet ids (a part of ImageNet; Le and Yang 2015). The test
              pictures are those of the published validation part, since its test part has no
              labels. Train is shuffled, always in the same way. Found like ``cifar10``, as
              ``tiny-imagenet-200.zip`` (248 MB), or as ``tinyimagenet_25k_jpeg.npz``: 25000
              training pictures compressed once more, of which 22500 are train and 2500 test, under
              the name ``"tinyimagenet-25k-jpeg"``.
        split: ``"train"`` or ``"test"``, or ``"unlabeled"`` for ``stl10``, where y is −1.
        n: the first n pictures of the split; all of them by default.

    Returns:
        Images with x (n, h, w, c) uint8, y (n,) int64, and name.

    Raises:
        TypeError, ValueError: an argument is not one of the above, or ``n`` is larger than the
            split.
        OSError: the archive is not at hand and could not be downloaded; the message says where to
            put the file by hand. A damaged file raises ValueError.
    """
    images = at_most(name, split, n)
    if n is not None:
        _validate.integer("n", n, 1, len(images), f"the pictures in {name}/{split}")
    return images


def at_most(name: str, split: str, n: int | None) -> Images:
    """Like ``load_images``, but a split with fewer than n pictures comes whole."""
    _refuse_a_path(name)
    load = _LOADERS[_validate.choice("name", name, _LOADERS)]
    _validate.choice("split", split, (*_SPLITS, "unlabeled") if name == "stl10" else _SPLITS)
    if n is not None:
        n = _validate.integer("n", n, 1)
    return load(split, n)


def _refuse_a_path(name: object) -> None:
    if isinstance(name, str):
        # A folder that is called as a data set is meant as the data set.
        meant = name not in _LOADERS and (
            os.path.isdir(name) or any(sign in name for sign in ("/", "\\", "~"))
        )
    else:
        meant = isinstance(name, os.PathLike)
    if meant:
        raise ValueError(
            f"name is {str(name)!r}, which looks like a path; it must be one of "
            f"{', '.join(map(repr, _LOADERS))}. For your own folder use data.load_folder."
        )
