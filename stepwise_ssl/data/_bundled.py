"""Pictures that come with scikit-learn: nothing is downloaded."""

from __future__ import annotations

from functools import cache

import numpy as np
from sklearn.datasets import load_digits, load_sample_images

from ._images import Images

PATCH_SIZE = 32
PATCHES_PER_PHOTO = {"train": 1000, "test": 250}


def digits(split: str, n: int | None) -> Images:
    """1797 handwritten digits, 8x8, grey: 1297 to train on and 500 to test on, shuffled once."""
    values, labels = load_digits(return_X_y=True)
    # The set stores 17 grey levels, 0 to 16.
    x = np.round(values * (255 / 16)).astype(np.uint8).reshape(-1, 8, 8, 1)
    order = np.random.default_rng(0).permutation(len(x))
    chosen = (order[:1297] if split == "train" else order[1297:])[:n]
    return Images(x[chosen], labels[chosen].astype(np.int64), "digits")


def patches(split: str, n: int | None) -> Images:
    """Colour patches of two photographs: 2000 to train on and 500 to test on.

    The two splits share no pixel: test patches are cut from the right quarter of each photograph.
    """
    rng = np.random.default_rng({"train": 0, "test": 1}[split])
    photos = _photos()
    cut = [_cut(photo, split, rng) for photo in photos]
    x = np.concatenate(cut)
    y = np.repeat(np.arange(len(photos)), [len(c) for c in cut])
    order = rng.permutation(len(x))[:n]
    return Images(x[order], y[order], "patches")


@cache
def _photos() -> tuple[np.ndarray, ...]:
    return tuple(load_sample_images().images)


def _cut(photo: np.ndarray, split: str, rng: np.random.Generator) -> np.ndarray:
    height, width, _ = photo.shape
    border = 3 * width // 4
    left, right = (0, border) if split == "train" else (border, width)
    n = PATCHES_PER_PHOTO[split]
    rows = rng.integers(0, height - PATCH_SIZE + 1, n)
    columns = rng.integers(left, right - PATCH_SIZE + 1, n)
    windows = np.lib.stride_tricks.sliding_window_view(photo, (PATCH_SIZE, PATCH_SIZE), (0, 1))
    return windows[rows, columns].transpose(0, 2, 3, 1)
