"""Pairs of views as pictures."""

from __future__ import annotations

import math

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from .. import _validate
from .._scale import to_unit
from ._notebook import NotebookFigure


def image_pairs(
    x1: ArrayLike, x2: ArrayLike, size: tuple[int, int] | tuple[int, int, int], n: int = 8
) -> Figure:
    """The first n pairs of flattened pictures: view 1 above, view 2 below.

    All pictures share one scale from their smallest to their largest value, so views that were
    centred and scaled can be shown as they are.

    Args:
        x1, x2: the two views, (N, m); row i of both belongs to one picture.
        size: (h, w) for grey pictures or (h, w, c) with c = 1 or 3; its product is m.
        n: how many pairs, ≥ 1; all of them if there are fewer.

    Raises:
        TypeError: arrays that do not hold real numbers, or ``size`` or ``n`` not of integers.
        ValueError: shapes that do not fit each other or ``size``, nan or inf, ``n`` < 1.
    """
    x1 = _validate.matrix("x1", x1)
    x2 = _validate.matrix("x2", x2, x1.shape, "the shape of x1")
    n = _validate.integer("n", n, 1)
    if not isinstance(size, tuple | list):
        raise TypeError(f"size is {_validate.kind(size)}; it must be (h, w) or (h, w, c).")
    size = tuple(_validate.integer(f"size[{k}]", length, 1) for k, length in enumerate(size))
    if len(size) not in (2, 3) or (len(size) == 3 and size[2] not in (1, 3)):
        raise ValueError(f"size is {size}; it must be (h, w), or (h, w, c) with c = 1 or 3.")
    if math.prod(size) != x1.shape[1]:
        raise ValueError(
            f"size is {size}, {math.prod(size)} numbers a picture; the rows of x1 have "
            f"{x1.shape[1]}."
        )
    n = min(n, len(x1))
    with np.errstate(all="ignore"):
        views, _ = to_unit(np.stack([x1[:n], x2[:n]]))
        low, high = views.min(), views.max()
        views = (views - low) / ((high - low) or 1.0)
    shape = size[:2] if len(size) == 2 or size[2] == 1 else size

    height, width = size[:2]
    column = 6.4 / max(n, 4)
    figure, axes = plt.subplots(
        2,
        n,
        squeeze=False,
        figsize=(column * n + 0.6, 2 * column * height / width + 0.15),
        layout="constrained",
        FigureClass=NotebookFigure,
    )
    for row, view in enumerate(views):
        for axis, picture in zip(axes[row], view, strict=True):
            axis.imshow(picture.reshape(shape), cmap="gray", vmin=0, vmax=1)
            axis.set(xticks=[], yticks=[])
            axis.spines[:].set_visible(False)
        axes[row, 0].set_ylabel(f"view {row + 1}")
    return figure
