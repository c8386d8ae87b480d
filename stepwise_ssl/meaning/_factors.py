"""Properties of a picture that can be computed from its pixels."""

from __future__ import annotations

import numpy as np

from .. import _validate
from ..data import Images


@np.errstate(all="ignore")
def factors(images: Images) -> dict[str, np.ndarray]:
    """Brightness, contrast and more of each picture, from pixels between 0 and 1.

    Of all pictures:

    - brightness (n, 1): the mean over pixels and channels;
    - contrast (n, 1): the standard deviation of the grey values, the mean of the channels;
    - orientation (n, 2): the components ((J_xx − J_yy)/J, 2J_xy/J) of the structure tensor, J its
      trace, from slopes of the grey values: (1, 0) for vertical stripes, (−1, 0) for horizontal
      ones, (0, 0) where no direction is preferred (Bigün and Granlund 1987).

    Of grey pictures (c = 1), taken as ink on an empty ground:

    - stroke width (n, 1), in pixels: twice the ink over the sum of the slopes' lengths, which for a
      long stroke of even ink is its area over half its outline;
    - slant (n, 1): by how many pixels the ink shifts to the right for each pixel upwards, by least
      squares.

    Of coloured pictures (c = 3):

    - saturation (n, 1): the mean length of the pixels' chroma, (R − (G + B)/2, (G − B)√3/2);
    - hue (n, 2): cosine and sine of the angle of the mean chroma: 0 for red, 120° for green.

    Where a picture has none of what is measured, as one without ink has no slant, the value is 0.

    Args:
        images: n pictures.

    Returns:
        name -> (n, k), float64.

    Raises:
        TypeError: ``images`` is not an ``Images``.
    """
    if not isinstance(images, Images):
        raise TypeError(f"images is {_validate.kind(images)}; it must be an Images.")
    x = images.x / 255
    grey = x.mean(3)
    found = {
        "brightness": grey.mean((1, 2))[:, None],
        "contrast": grey.std((1, 2))[:, None],
        "orientation": _orientation(grey),
    }
    if x.shape[3] == 1:
        return found | {"stroke width": _width(grey), "slant": _slant(grey)}
    chroma = np.stack(
        [x[..., 0] - (x[..., 1] + x[..., 2]) / 2, np.sqrt(3) / 2 * (x[..., 1] - x[..., 2])], -1
    )
    mean = chroma.mean((1, 2))
    return found | {
        "saturation": np.linalg.norm(chroma, axis=3).mean((1, 2))[:, None],
        "hue": _ratio(mean, np.linalg.norm(mean, axis=1, keepdims=True)),
    }


def _slopes(grey: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Differences of neighbours downwards and to the right, between four pixels: (n, h−1, w−1)."""
    down, right = np.diff(grey, axis=1), np.diff(grey, axis=2)
    return (down[:, :, 1:] + down[:, :, :-1]) / 2, (right[:, 1:] + right[:, :-1]) / 2


def _orientation(grey: np.ndarray) -> np.ndarray:
    y, x = _slopes(grey)
    parts = np.stack([x**2 - y**2, 2 * x * y], axis=-1).sum((1, 2))
    return _ratio(parts, (x**2 + y**2).sum((1, 2))[:, None])


def _width(grey: np.ndarray) -> np.ndarray:
    y, x = _slopes(np.pad(grey, ((0, 0), (1, 1), (1, 1))))  # ink at the border has an outline too
    return _ratio(2 * grey.sum((1, 2)), np.hypot(x, y).sum((1, 2)))[:, None]


def _slant(grey: np.ndarray) -> np.ndarray:
    ink = grey.sum((1, 2), keepdims=True)
    up, right = np.mgrid[grey.shape[1] : 0 : -1, : grey.shape[2]]
    up = up - _ratio((grey * up).sum((1, 2), keepdims=True), ink)
    right = right - _ratio((grey * right).sum((1, 2), keepdims=True), ink)
    return _ratio((grey * up * right).sum((1, 2)), (grey * up**2).sum((1, 2)))[:, None]


def _ratio(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    """0 where below is 0 up to rounding."""
    above, below = np.broadcast_arrays(above, below)
    return np.divide(above, below, out=np.zeros(above.shape), where=below > 1e-12)
