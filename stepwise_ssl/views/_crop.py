"""Crop and mirror a batch: one grid of points a picture, one interpolation for all."""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor


def resample(x: Tensor, box: Tensor, flip: Tensor, size: int | Sequence[int]) -> Tensor:
    """The boxes of the pictures x (n, c, h, w), enlarged to (n, c, size, size).

    box (n, 4) has top, left, height and width as shares of the picture, flip (n,) says which are
    mirrored. Bilinear; a point beyond the outermost pixel centre takes that pixel.
    """
    h, w = (size, size) if isinstance(size, int) else size
    top, left, height, width = box.unbind(1)
    # grid_sample has the picture from -1 to 1: a share u of it lies at 2u - 1.
    down = (2 * top + height - 1)[:, None] + height[:, None] * _centres(h, box)
    across = torch.where(flip, -width, width)[:, None] * _centres(w, box)
    across += (2 * left + width - 1)[:, None]
    # A box has no rotation: two axes give the grid, for less than affine_grid's matrix product.
    n = len(x)
    grid = torch.stack([across[:, None].expand(n, h, w), down[:, :, None].expand(n, h, w)], dim=3)
    return F.grid_sample(x, grid, padding_mode="border", align_corners=False)


def _centres(size: int, like: Tensor) -> Tensor:
    """Of the pixels along an axis from -1 to 1, (size,)."""
    pixel = torch.arange(size, dtype=like.dtype, device=like.device)
    return (2 * pixel + 1) / size - 1
