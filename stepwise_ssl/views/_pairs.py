"""Two views of each picture: random crops and flips, as rows of two matrices."""

from __future__ import annotations

import numpy as np

from .. import _validate
from ..data import Images

__all__ = ["make_pairs"]

_ASPECT = 4 / 3
_CHUNK = 512  # pictures at a time, so that memory follows the result and not the crop weights

# A digit in the mirror is another sign; of a photograph the mirror image is a photograph.
_NEVER_MIRRORED = ("digits",)


@np.errstate(all="ignore")
def make_pairs(
    images: Images,
    n: int | None = None,
    seed: int = 0,
    crop: tuple[float, float] = (0.4, 1.0),
    centre: bool = True,
    scale: bool = True,
) -> tuple[np.ndarray, np.ndarray]:
    """Draw two views of each of the first n pictures and flatten them into rows.

    Each view is drawn on its own: a box whose area is a share of the picture uniform in ``crop``
    and whose ratio of width to height, relative to the picture's own, is log-uniform up to 4/3
    either way (less where the box would not fit); placed uniformly, resized to the picture's own
    size by bilinear interpolation, and mirrored left to right with probability 1/2, digits
    excepted. The views of a picture do not depend on ``n``.

    Args:
        images: what ``data.load_images`` returns.
        n: number of pictures, the first n; all by default.
        seed: of the random draws, ≥ 0, of any size.
        crop: smallest and largest share of the area, 0 < smallest ≤ largest ≤ 1; (1, 1) keeps the
            whole picture.
        centre: subtract the mean of all 2n rows.
        scale: divide by one number so that the mean of ‖row‖² over all 2n rows is 1.

    Returns:
        x1, x2, each (n, m) float64, m = h·w·c; row i of both comes from picture i. With
        ``scale=False`` pixel values run from 0 to 1 before centring.

    Raises:
        TypeError, ValueError: an argument is not as above, or the views have no variation to
            scale.
    """
    if not isinstance(images, Images):
        raise TypeError(
            f"images is {_validate.kind(images)}; it must be what data.load_images returns."
        )
    if len(images) == 0:
        raise ValueError("images is empty; at least one picture is needed.")
    n = len(images) if n is None else n
    n = _validate.integer("n", n, 1, len(images), "the number of pictures in images")
    seed = _validate.seed("seed", seed)
    smallest, largest = _validate.share_range("crop", crop)
    centre = _validate.flag("centre", centre)
    scale = _validate.flag("scale", scale)

    mirrored = images.name not in _NEVER_MIRRORED
    # One row of draws a picture, so that the first pictures get the same views whatever n is.
    draws = np.random.default_rng(seed).random((n, 2, 5))
    x1 = _views(images.x[:n], draws[:, 0], smallest, largest, mirrored)
    x2 = _views(images.x[:n], draws[:, 1], smallest, largest, mirrored)
    if centre:
        mean = (x1.mean(0) + x2.mean(0)) / 2
        x1 -= mean
        x2 -= mean
    if scale:
        norm = np.sqrt((np.vdot(x1, x1) + np.vdot(x2, x2)) / (2 * n))
        if not norm > 1e-12:
            raise ValueError(
                f"images has {n} picture(s) whose views are all alike, so there is nothing to "
                "scale; take pictures that differ or scale=False."
            )
        x1 /= norm
        x2 /= norm
    return x1, x2


def _views(
    x: np.ndarray, draws: np.ndarray, smallest: float, largest: float, mirrored: bool
) -> np.ndarray:
    """One view of each picture: x (n, h, w, c) uint8, draws (n, 5) in [0, 1) -> (n, h·w·c)."""
    n, h, w, c = x.shape
    area = smallest + (largest - smallest) * draws[:, 0]
    reach = np.minimum(np.log(_ASPECT), -np.log(area))  # beyond 1/area the box would stick out
    aspect = np.exp(reach * (2 * draws[:, 1] - 1))
    height, width = np.sqrt(area / aspect), np.sqrt(area * aspect)
    top, left = draws[:, 2] * (1 - height), draws[:, 3] * (1 - width)
    flip = (draws[:, 4] < 0.5) & mirrored
    rows = np.empty((n, h * w * c))
    for start in range(0, n, _CHUNK):
        part = slice(start, start + _CHUNK)
        down = _interpolation(top[part], height[part], h)
        across = _interpolation(left[part], width[part], w)
        across[flip[part]] = across[flip[part], ::-1]
        picture = x[part].transpose(0, 3, 1, 2) / 255.0
        view = down[:, None] @ picture @ across[:, None].transpose(0, 1, 3, 2)
        rows[part] = view.transpose(0, 2, 3, 1).reshape(len(view), -1)
    return rows


def _interpolation(start: np.ndarray, length: np.ndarray, size: int) -> np.ndarray:
    """Weights (n, size, size) that resample the stretch [start, start + length] of an axis.

    Start and length are shares of the axis. Row i of a matrix has the linear-interpolation
    weights of output pixel i; a point beyond the outermost pixel centre takes that pixel.
    """
    centres = (np.arange(size) + 0.5) / size
    position = (start[:, None] + length[:, None] * centres) * size - 0.5
    position = np.clip(position, 0, size - 1)
    return np.maximum(0, 1 - np.abs(position[:, :, None] - np.arange(size)))
