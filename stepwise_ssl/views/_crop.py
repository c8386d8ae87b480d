"""Crop and mirror a batch: one affine map a picture, one interpolation for all."""

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
    across = torch.where(flip, -width, width)
    nothing = torch.zeros_like(top)
    theta = torch.stack(
        [across, nothing, 2 * left + width - 1, nothing, height, 2 * top + height - 1], dim=1
    ).view(-1, 2, 3)
    grid = F.affine_grid(theta, (len(x), x.shape[1], h, w), align_corners=False)
    return F.grid_sample(x, grid, padding_mode="border", align_corners=False)
