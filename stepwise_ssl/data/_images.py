"""The one type that every data set comes in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .. import _validate


@dataclass(frozen=True)
class Images:
    """Pictures with their labels.

    Attributes:
        x: pixel values 0 to 255, uint8, (n, h, w, c): n pictures of height h and width w with
            c = 1 (grey) or c = 3 (red, green, blue) channels.
        y: labels, whole numbers, (n,); −1 where there is none.
        name: the data set, or the variant of it that was found, such as ``"cifar10-jpeg"``.

    Raises:
        TypeError, ValueError: a field is not as above; the message names it.
    """

    x: np.ndarray
    y: np.ndarray
    name: str

    def __post_init__(self) -> None:
        _check_pictures(self.x)
        _check_labels(self.y, len(self.x))
        if not isinstance(self.name, str):
            raise TypeError(f"name is {_validate.kind(self.name)}; it must be a string.")

    def __len__(self) -> int:
        return len(self.x)

    def __repr__(self) -> str:
        n, h, w, c = self.x.shape
        return f"Images({self.name!r}: {n} pictures of {h}x{w}, {c} channel{'s' * (c > 1)})"


def _check_pictures(x: object) -> None:
    allowed = "an array of uint8, pixel values 0 to 255, of shape (n, h, w, c)"
    if not isinstance(x, np.ndarray):
        raise TypeError(f"x is {_validate.kind(x)}; it must be {allowed}.")
    if np.ma.is_masked(x):
        raise ValueError(
            "x has masked entries; all must be there. x.filled(value) puts numbers in their place."
        )
    if x.dtype != np.uint8:
        raise TypeError(
            f"x has entries of type {x.dtype}; it must be {allowed}. From numbers between 0 and 1: "
            "(255 * x).round().astype(np.uint8)."
        )
    if x.ndim == 4 and x.shape[3] not in (1, 3) and x.shape[1] in (1, 3):
        raise ValueError(
            f"x has shape {x.shape}, the channels first; it must be (n, h, w, c): "
            "x.transpose(0, 2, 3, 1)."
        )
    if x.ndim != 4 or x.shape[3] not in (1, 3):
        raise ValueError(f"x has shape {x.shape}; it must be (n, h, w, c) with c = 1 or c = 3.")
    if 0 in x.shape[1:3]:
        raise ValueError(f"x has shape {x.shape}: pictures without a pixel; h and w must be ≥ 1.")


def _check_labels(y: object, n: int) -> None:
    allowed = f"an array of whole numbers of shape ({n},), one for each picture"
    if not isinstance(y, np.ndarray):
        raise TypeError(f"y is {_validate.kind(y)}; it must be {allowed}.")
    if y.dtype.kind not in "iu":
        raise TypeError(f"y has entries of type {y.dtype}; it must be {allowed}.")
    if y.shape != (n,):
        raise ValueError(f"y has shape {y.shape}; it must be {allowed}.")
