"""The one type that every data set comes in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Images:
    """Pictures with their labels.

    Attributes:
        x: pixel values 0 to 255, uint8, (n, h, w, c): n pictures of height h and width w with
            c = 1 (grey) or c = 3 (red, green, blue) channels.
        y: labels, int64, (n,).
        name: the data set, or the variant of it that was found, such as ``"cifar10-jpeg"``.
    """

    x: np.ndarray
    y: np.ndarray
    name: str

    def __len__(self) -> int:
        return len(self.x)

    def __repr__(self) -> str:
        n, h, w, c = self.x.shape
        return f"Images({self.name!r}: {n} pictures of {h}x{w}, {c} channel{'s' * (c > 1)})"
